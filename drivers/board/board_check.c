/*
 * The parser stops at the first fault. So the line at fault, or the whole section where
 * its heading is at fault, is made a comment, and the rest is read again.
 */
#include "drivers/board_check.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "firmware/base/str.h"

enum {
	FILE_MAX = 64 * 1024, /* as ini.h's */
	FAULTS_MAX = 100,
	WHY_SIZE = 512,
};

struct text {
	char octets[FILE_MAX];
	size_t len;
	unsigned faults[FAULTS_MAX]; /* their lines */
	size_t n_faults;
};

static enum err load(struct text *t, const char *file, char why[WHY_SIZE])
{
	FILE *f = fopen(file, "re");

	if (!f) {
		int code = errno;
		(void)str_format(
			why, WHY_SIZE, "%s cannot be opened: %s", file, strerror(code));
		return code == ENOENT ? ERR_NOTFOUND : ERR_SYS;
	}
	t->len = fread(t->octets, 1, sizeof(t->octets), f);
	bool bad = ferror(f) != 0;
	(void)fclose(f); /* only read from */
	if (!bad && t->len < sizeof(t->octets))
		return ERR_OK;
	(void)str_format(why, WHY_SIZE, "%s cannot be read%s", file,
		bad ? "" : ": it is too large");
	return bad ? ERR_SYS : ERR_INPUT;
}

/* Where a line begins, from 1 on; the end of the text beyond the last. */
static size_t line_start(const struct text *t, unsigned line)
{
	size_t at = 0;

	while (line > 1 && at < t->len) {
		const char *end = memchr(t->octets + at, '\n', t->len - at);
		at = end ? (size_t)(end - t->octets) + 1 : t->len;
		line--;
	}
	return at;
}

static bool is_heading(const struct text *t, unsigned line)
{
	size_t at = line_start(t, line);

	while (at < t->len && strchr(" \t", t->octets[at]))
		at++;
	return at < t->len && t->octets[at] == '[';
}

/* The line after a fault's: a heading goes with its section. */
static unsigned end_of(const struct text *t, unsigned line)
{
	bool whole = is_heading(t, line);

	do
		line++;
	while (whole && line_start(t, line) < t->len && !is_heading(t, line));
	return line;
}

static void comment_out(struct text *t, unsigned from, unsigned end)
{
	for (unsigned line = from; line < end; line++) {
		size_t at = line_start(t, line);
		if (at < t->len && t->octets[at] != '\n')
			t->octets[at] = '#';
	}
}

/* What a section lacks is no news where a line of it was at fault. */
static bool follows_from(const struct text *t, unsigned from, unsigned end)
{
	for (size_t i = 0; i < t->n_faults; i++)
		if (t->faults[i] > from && t->faults[i] < end)
			return true;
	return false;
}

enum err board_check(
	struct board_profile *out, const char *file, struct board_complaints *complaints)
{
	struct text t = { .len = 0 };
	char why[WHY_SIZE];
	enum err err = load(&t, file, why);

	complaints->n = 0;
	if (err != ERR_OK) {
		complaints->n = 1;
		complaints->fn(complaints->user, why);
		return err;
	}
	while (t.n_faults < FAULTS_MAX) {
		const struct board_text text = { file, t.octets, t.len };
		err = board_profile_parse(out, &text, why, sizeof(why));
		if (err == ERR_OK)
			break;
		unsigned line = out->wrong_line, end = end_of(&t, line);
		if (!follows_from(&t, line, end)) {
			complaints->n++;
			complaints->fn(complaints->user, why);
		}
		t.faults[t.n_faults++] = line;
		comment_out(&t, line, end);
	}
	return complaints->n == 0 ? ERR_OK : ERR_INPUT;
}
