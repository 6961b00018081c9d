#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <jansson.h>

#include "firmware/base/str.h"
#include "firmware/office/auth.h"
#include "firmware/office/ctl/ctl.h"
#include "firmware/office/import/import.h"
#include "firmware/office/people/lists.h"
#include "firmware/office/message/messages.h"

#define COPY_OCTETS (64 * 1024)
#define PASSWORD_SIZE 256
#define REASONS_SHOWN 5

static int missing(const char *what)
{
	fprintf(stderr, "chaparctl: %s is missing; see chaparctl --help\n", what);
	return CTL_USAGE;
}

static int print_json(json_t *json)
{
	int rc = json_dumpf(json, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(json);
	return rc ? CTL_FAILED : CTL_OK;
}

int ctl_key_create(struct ctl *c)
{
	const char *name = ctl_value(c, "--name"), *scope = ctl_value(c, "--scope");
	struct auth_new_key key;
	if (!name)
		return missing("--name");
	if (!scope)
		return missing("--scope");
	if (auth_key_create(&c->o, &c->actor, name, scope, &key))
		return ctl_refused(c);
	if (c->json)
		return print_json(
			json_pack("{s:I, s:s, s:s, s:s}", "id", (json_int_t)key.id,
				"name", name, "scope", scope, "key", key.key));
	printf("Key %lld “%s” may %s. It is shown this once:\n%s\n", (long long)key.id,
		name, scope, key.key);
	return CTL_OK;
}

int ctl_send(struct ctl *c)
{
	struct message_draft draft = { .to = ctl_value(c, "--to"),
		.class = ctl_value(c, "--class"),
		.reference = ctl_value(c, "--reference"),
		.text = c->n_words ? c->words[0] : NULL };
	struct message_accepted out;
	if (!draft.to)
		return missing("--to");
	if (!draft.class)
		return missing("--class");
	if (c->n_words != 1) {
		fputs("chaparctl: give the text as one word, in quotes\n", stderr);
		return CTL_USAGE;
	}
	if (messages_send(&c->o, &c->actor, &draft, &out))
		return ctl_refused(c);
	ctl_hint(c);
	const char *encoding = vstr_name(message_encoding_names, (int)out.encoding);
	const char *state = vstr_name(message_state_names, (int)out.state);
	if (c->json)
		return print_json(json_pack("{s:I, s:s, s:s, s:i, s:s}", "id",
			(json_int_t)out.id, "state", state, "encoding", encoding, "parts",
			(int)out.parts, "to", out.to));
	printf("Message %lld to %s is %s: %d part%s, %s\n", (long long)out.id, out.to,
		state, out.parts, out.parts == 1 ? "" : "s", encoding);
	return CTL_OK;
}

int ctl_backup(struct ctl *c)
{
	if (c->n_words != 1)
		return missing("the FILE to write");
	enum err err = store_backup(c->o.store, c->words[0]);
	if (err == ERR_BUSY) {
		fprintf(stderr, "chaparctl: %s is there already; choose another name\n",
			c->words[0]);
		return CTL_FAILED;
	}
	if (err) {
		fprintf(stderr, "chaparctl: the copy could not be written: %s\n",
			store_error(c->o.store));
		return CTL_FAILED;
	}
	if (!c->json)
		printf("The store is copied to %s. To restore it, stop both daemons and "
		       "put it in place of %s.\n",
			c->words[0], c->config.store_path);
	return CTL_OK;
}

/* ---- a user's password ---- */

/* One line from stdin; not echoed on a terminal. */
static bool read_password(const char *prompt, char dst[PASSWORD_SIZE])
{
	struct termios before, quiet;
	bool tty = isatty(STDIN_FILENO) && !tcgetattr(STDIN_FILENO, &before);
	if (tty) {
		quiet = before;
		quiet.c_lflag &= ~(tcflag_t)ECHO;
		fputs(prompt, stderr);
		tty = !tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	}
	bool ok = fgets(dst, PASSWORD_SIZE, stdin) != NULL;
	if (tty) {
		(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before); /* worked before */
		fputc('\n', stderr);
	}
	if (ok)
		dst[strcspn(dst, "\r\n")] = '\0';
	return ok;
}

int ctl_user_reset(struct ctl *c)
{
	char password[PASSWORD_SIZE], again[PASSWORD_SIZE];
	if (c->n_words != 1)
		return missing("the user's NAME");
	if (!read_password("New password: ", password))
		return missing("the new password (on standard input)");
	if (isatty(STDIN_FILENO) &&
		(!read_password("The same again: ", again) || !str_eq(password, again))) {
		fputs("chaparctl: the two are not the same; nothing was changed\n",
			stderr);
		return CTL_FAILED;
	}
	if (auth_password_reset(&c->o, &c->actor, c->words[0], password))
		return ctl_refused(c);
	printf("“%s” has a new password and is logged out everywhere.\n", c->words[0]);
	return CTL_OK;
}

/* ---- import ---- */

struct importing {
	struct ctl *c;
	int64_t job_id;
	bool is_terminal, has_failed;
};

static void show_progress(void *user, const struct job *job)
{
	struct importing *x = user;
	if (!x->is_terminal)
		return;
	double part = job->bytes_total
			      ? (double)job->bytes_done / (double)job->bytes_total
			      : 1.0;
	fprintf(stderr, "\r%3.0f %%  %lld rows", part * 100, (long long)job->rows);
	fflush(stderr);
}

static enum err find_list(struct ctl *c, int64_t *out_id)
{
	const char *name = ctl_value(c, "--list");
	enum err err = lists_find(&c->o, name, out_id);
	if (err != ERR_NOTFOUND)
		return err;
	return lists_create(&c->o, &c->actor, name, ctl_value(c, "--country"), out_id);
}

static enum err copy_file(struct ctl *c, int fd, struct import_upload *up)
{
	static const char what[] = "readable file of this name";
	char *data = malloc(COPY_OCTETS);
	enum err err = data ? ERR_OK : office_fail(&c->o, ERR_MEM, what);
	while (!err) {
		ssize_t n = read(fd, data, COPY_OCTETS);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			err = office_fail(&c->o, ERR_NOTFOUND, what);
		if (n <= 0)
			break;
		err = import_upload_write(&c->o, up, data, (size_t)n);
	}
	free(data);
	return err;
}

static enum err upload(struct ctl *c, int fd, int64_t *out_job)
{
	const char *path = c->words[0], *slash = strrchr(path, '/');
	struct import_upload up;
	struct import_options options = { .country = ctl_value(c, "--country"),
		.map = ctl_value(c, "--map"),
		.delimiter = ctl_value(c, "--delimiter"),
		.encoding = ctl_value(c, "--encoding"),
		.file_name = slash ? slash + 1 : path,
		.dry_run = ctl_value(c, "--dry-run") != NULL };
	char spool[400];
	if (!import_spool_dir(c->config.store_path, spool, sizeof(spool)))
		return office_fail(&c->o, ERR_NOTFOUND, "folder for uploads");
	enum err err = find_list(c, &options.list_id);
	if (!err)
		err = import_upload_begin(&c->o, spool, -1, &up);
	if (err)
		return err;
	err = copy_file(c, fd, &up);
	if (err) {
		import_upload_abort(&up);
		return err;
	}
	return import_upload_end(&c->o, &c->actor, &up, &options, out_job);
}

static bool show_rejected(void *user, const struct rejected_row *row)
{
	(void)user;
	fprintf(stderr, "row %lld: %s: %s (%s)\n", (long long)row->row, row->reason,
		row->detail, row->raw);
	return true;
}

static bool show_job(void *user, const struct job_view *v)
{
	struct importing *x = user;
	const struct job *j = &v->j;
	x->has_failed = !str_eq(j->state, "done");
	if (x->c->json) {
		(void)print_json(json_pack(
			"{s:I, s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:I, "
			"s:s, s:s}",
			"id", (json_int_t)j->id, "state", j->state, "dry_run",
			(int)v->dry_run, "rows", (json_int_t)j->rows, "accepted",
			(json_int_t)j->accepted, "updated", (json_int_t)j->updated,
			"duplicate", (json_int_t)j->duplicate, "quarantined",
			(json_int_t)j->quarantined, "rejected", (json_int_t)j->rejected,
			"encoding", v->encoding, "error", v->error_code));
		return true;
	}
	if (x->has_failed) {
		fprintf(stderr, "chaparctl: the import is %s: %s\n", j->state,
			v->error_detail);
		return true;
	}
	printf("%s%lld rows into “%s”: %lld new, %lld updated, %lld repeated in the "
	       "file, "
	       "%lld rejected\n",
		v->dry_run ? "Only tried: " : "", (long long)j->rows, v->list,
		(long long)j->accepted, (long long)j->updated, (long long)j->duplicate,
		(long long)j->rejected);
	if (j->quarantined)
		printf("%lld of them have no recorded consent and get no promotional "
		       "messages.\n",
			(long long)j->quarantined);
	return true;
}

static int run_jobs(struct importing *x)
{
	struct import_run run = { show_progress, x };
	int64_t done = 0;
	/* Others may wait before it. */
	do {
		if (import_run_next(&x->c->o, &run, &done))
			return ctl_refused(x->c);
	} while (done && done != x->job_id);
	if (x->is_terminal)
		fputs("\r", stderr);
	if (jobs_get(&x->c->o, x->job_id, show_job, x))
		return ctl_refused(x->c);
	if (!x->c->json)
		/* There may be none. */
		(void)jobs_rejected(
			&x->c->o, x->job_id, REASONS_SHOWN, show_rejected, NULL);
	return x->has_failed ? CTL_FAILED : CTL_OK;
}

int ctl_import(struct ctl *c)
{
	struct importing x = { .c = c, .is_terminal = isatty(STDERR_FILENO) != 0 };
	if (!ctl_value(c, "--list"))
		return missing("--list");
	if (c->n_words != 1)
		return missing("the FILE");
	int fd = open(c->words[0], O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		fprintf(stderr, "chaparctl: cannot read %s: %s\n", c->words[0],
			strerror(errno));
		return CTL_FAILED;
	}
	enum err err = upload(c, fd, &x.job_id);
	close(fd);
	return err ? ctl_refused(c) : run_jobs(&x);
}
