#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define LOG_MODULE "import"
#include "firmware/base/log.h"
#include "firmware/base/str.h"
#include "firmware/office/auth.h"
#include "firmware/office/import/import.h"
#include "firmware/office/import/import_options.h"
#include "firmware/office/people/lists.h"
#include "firmware/office/office_internal.h"
#include "firmware/office/phone_number.h"
#include "firmware/office/settings.h"

#define KEEP_FREE_OCTETS (64LL * 1024 * 1024)
#define CHECK_FREE_EVERY (8LL * 1024 * 1024)

bool import_spool_dir(const char *store_path, char *dst, size_t size)
{
	const char *slash = strrchr(store_path, '/');
	size_t len = slash ? (size_t)(slash - store_path) : 0;
	if (!str_copy_n(dst, size, store_path, len) ||
		!str_append(dst, size, slash ? "/spool" : "spool"))
		return false;
	/* Root's chaparctl and paneld's user share it through the group. */
	return mkdir(dst, 0770) == 0 || errno == EEXIST;
}

static enum err refuse_full(struct office *o)
{
	(void)office_refuse(o, REFUSAL_BUSY, "disk_full",
		"There is not enough space on the disk for this file.");
	o->why.retry_after_s = 60;
	return ERR_SYS;
}

static enum err check_space(struct office *o, int fd, int64_t needed)
{
	struct statvfs fs;
	if (fstatvfs(fd, &fs))
		return ERR_OK; /* the write will tell */
	int64_t free_octets = (int64_t)fs.f_bavail * (int64_t)fs.f_frsize;
	return free_octets - needed < KEEP_FREE_OCTETS ? refuse_full(o) : ERR_OK;
}

enum err import_upload_begin(
	struct office *o, const char *spool_dir, int64_t total, struct import_upload *up)
{
	*up = (struct import_upload){ .fd = -1 };
	if (!str_format(up->path, sizeof(up->path), "%s/import-XXXXXX.csv", spool_dir))
		return office_fail(o, ERR_ARG, "spool folder");
	up->fd = mkstemps(up->path, 4);
	if (up->fd < 0) {
		log_error("spool=create errno=%d", errno);
		return refuse_full(o);
	}
	(void)fcntl(up->fd, F_SETFD, FD_CLOEXEC); /* nobody is exec'ed here */
	(void)fchmod(up->fd, 0660); /* mkstemps() gives it to one user alone */
	enum err err = check_space(o, up->fd, total > 0 ? total : 0);
	if (err)
		import_upload_abort(up);
	return err;
}

enum err import_upload_write(
	struct office *o, struct import_upload *up, const void *data, size_t len)
{
	const char *s = data;
	int64_t before = up->octets / CHECK_FREE_EVERY;
	while (len) {
		ssize_t n = write(up->fd, s, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			log_error("spool=write errno=%d", errno);
			return refuse_full(o);
		}
		s += n;
		len -= (size_t)n;
		up->octets += n;
	}
	return up->octets / CHECK_FREE_EVERY == before ? ERR_OK
						       : check_space(o, up->fd, 0);
}

void import_upload_abort(struct import_upload *up)
{
	if (up->fd < 0)
		return;
	close(up->fd);
	(void)unlink(up->path); /* what is left is only in the way */
	up->fd = -1;
}

/* The file and its name on the disk, before the job that refers to it. */
static enum err sync_file(struct office *o, struct import_upload *up)
{
	char dir[400];
	(void)str_copy(dir, sizeof(dir), up->path); /* the same size */
	char *slash = strrchr(dir, '/');
	if (slash)
		*slash = '\0';
	int fd = open(slash ? dir : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool ok = fsync(up->fd) == 0 && fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return ok ? ERR_OK : refuse_full(o);
}

struct country {
	char code[8];
};

static bool on_list(void *user, const struct list *list)
{
	struct country *c = user;
	/* Two letters, checked when they were taken in. */
	(void)str_copy(c->code, sizeof(c->code), list->country);
	return true;
}

static enum err find_country(
	struct office *o, const struct import_options *options, char country[4])
{
	struct country c = { "" };
	enum err err = lists_get(o, options->list_id, on_list, &c);
	if (err)
		return office_refuse(o, REFUSAL_NOT_FOUND, "not_found",
			"There is no list %lld.", (long long)options->list_id);
	if (options->country && *options->country &&
		!phone_country_is_known(options->country))
		return office_refuse_field(o, "country", "invalid_country",
			"A country is two capital letters, such as GR.");
	if (options->country && *options->country)
		return str_copy(country, 4, options->country) ? ERR_OK : ERR_ARG;
	if (c.code[0])
		return str_copy(country, 4, c.code) ? ERR_OK : ERR_ARG;
	return settings_country(o, country);
}

static enum err check_format(struct office *o, const struct import_options *options)
{
	enum charset charset;
	if (options->delimiter && *options->delimiter &&
		!import_delimiter(options->delimiter))
		return office_refuse_field(o, "delimiter", "invalid_delimiter",
			"A delimiter is a comma, a semicolon, | or tab.");
	if (options->encoding && *options->encoding &&
		!charset_find(options->encoding, &charset))
		return office_refuse_field(o, "encoding", "unknown_encoding",
			"The encoding “%s” is not known.", options->encoding);
	return ERR_OK;
}

enum err import_options_check(
	struct office *o, const struct import_options *options, char country[4])
{
	enum err err = find_country(o, options, country);
	return err ? err : check_format(o, options);
}

static char *copy(const char *s)
{
	return strdup(s ? s : "");
}

/* What the file's beginning tells goes into the job, so that it can be shown and is the
 * same after a restart. What it cannot tell, or is wrong, the importer tells. */
static void find_format(const char *path, struct import_settled *s)
{
	uint8_t *data = malloc(IMPORT_INSPECT_MAX);
	struct import_format format = { s->country, s->encoding, s->map_given,
		s->delimiter };
	struct import_parse parse;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = data && fd >= 0 ? read(fd, data, IMPORT_INSPECT_MAX) : -1;
	if (fd >= 0)
		close(fd);
	struct import_sample sample = { data, n > 0 ? (size_t)n : 0,
		n < IMPORT_INSPECT_MAX };
	if (n >= 0) {
		if (!import_parse_open(&parse, &sample, &format)) {
			free(s->encoding);
			s->encoding = copy(charset_name(parse.charset.charset));
			s->delimiter = parse.delimiter;
			(void)import_parse_feed(&parse, data + parse.bom,
				sample.len - parse.bom); /* the importer tells */
			free(s->map_found);
			s->map_found = parse.has_header ? import_map_json(&parse.columns)
							: copy("{}");
		}
		import_parse_close(&parse);
	}
	free(data);
}

static enum err create_job(struct office *o, const struct office_actor *actor,
	const struct import_upload *up, const struct import_settled *settled,
	struct job *job)
{
	char object[32], *options = import_settled_write(settled);
	bool own = false;
	job->kind = "import";
	job->state = "waiting";
	job->options = options;
	job->file = up->path;
	job->error = "";
	job->actor = actor->name;
	job->bytes_total = up->octets;
	enum err err = options ? office_enter(o, &own) : office_fail(o, ERR_MEM, "job");
	if (!err) {
		err = job_create(o->store, job, &job->id);
		if (err)
			err = office_fail(o, err, "such list");
		(void)str_format(object, sizeof(object), "job:%lld", (long long)job->id);
		if (!err)
			err = auth_audit(
				o, actor, "list.import", object, settled->file_name);
		office_wake(o, OFFICE_WAKE_IMPORTER);
		err = office_leave(o, own, err);
	}
	free(options);
	return err;
}

static enum err make_job(struct office *o, const struct office_actor *actor,
	const struct import_upload *up, const struct import_options *options,
	int64_t *out_job)
{
	static const struct office_text_rule name = { "name", 255, true };
	char country[4];
	struct job job = { .list_id = options->list_id };
	enum err err = import_options_check(o, options, country);
	if (!err)
		err = office_check_text(o, options->file_name, &name);
	if (err)
		return err;
	struct import_settled s = { .country = copy(country),
		.encoding = copy(options->encoding),
		.map_given = copy(options->map),
		.map_found = copy("{}"),
		.file_name = copy(options->file_name),
		.delimiter =
			options->delimiter ? import_delimiter(options->delimiter) : '\0',
		.dry_run = options->dry_run };
	if (s.country && s.encoding && s.map_given && s.map_found && s.file_name) {
		find_format(up->path, &s);
		err = create_job(o, actor, up, &s, &job);
	} else {
		err = office_fail(o, ERR_MEM, "job");
	}
	import_settled_fini(&s);
	if (!err)
		*out_job = job.id;
	return err;
}

enum err import_upload_end(struct office *o, const struct office_actor *actor,
	struct import_upload *up, const struct import_options *options, int64_t *out_job)
{
	enum err err = sync_file(o, up);
	if (!err)
		err = make_job(o, actor, up, options, out_job);
	if (err) {
		import_upload_abort(up);
		return err;
	}
	close(up->fd);
	up->fd = -1;
	return ERR_OK;
}
