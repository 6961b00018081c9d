#include "firmware/base/ini.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "firmware/base/str.h"

enum {
	FILE_MAX = 64 * 1024,
	LINE_SIZE = 2304,
	WHAT_SIZE = 256,
	NEAR_SIZE = 48, /* the longest word that is compared for likeness */
};

/* Levenshtein's distance. */
size_t ini_distance(const char *a, const char *b)
{
	size_t row[NEAR_SIZE], la = strnlen(a, NEAR_SIZE), lb = strnlen(b, NEAR_SIZE - 1);

	for (size_t j = 0; j <= lb; j++)
		row[j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t diagonal = row[0];
		row[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			size_t best = diagonal + (a[i - 1] != b[j - 1]);
			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[lb];
}

static bool say(char *what, size_t size, const char *sentence)
{
	(void)str_copy(what, size, sentence); /* they fit */
	return false;
}

static bool parse_section(struct ini *ini, char *line, char *what, size_t size)
{
	char *end = strchr(line, ']');

	if (!end || *str_trim(end + 1) != '\0')
		return say(what, size, "a section is written [name]");
	*end = '\0';
	return ini->section(ini, str_trim(line + 1), what, size);
}

static bool parse_key(struct ini *ini, char *line, bool in_section, char *what)
{
	char *equals = strchr(line, '=');

	if (!equals)
		return say(what, WHAT_SIZE, "expected 'key = value' or [section]");
	*equals = '\0';
	if (!in_section)
		return say(what, WHAT_SIZE, "a key stands before the first [section]");
	return ini->key(ini, str_trim(line), str_trim(equals + 1), what, WHAT_SIZE);
}

static bool parse_line(struct ini *ini, char *line, bool *in_section, char *what)
{
	char *s = str_trim(line);

	if (*s == '\0' || *s == '#' || *s == ';')
		return true;
	if (*s != '[')
		return parse_key(ini, s, *in_section, what);
	*in_section = true;
	return parse_section(ini, s, what, WHAT_SIZE);
}

enum err ini_parse(struct ini *ini, const char *text, size_t len, char *why, size_t size)
{
	char line[LINE_SIZE], what[WHAT_SIZE] = "the line is too long";
	bool in_section = false;

	ini->line = 0;
	while (len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t n = end ? (size_t)(end - text) : len;
		ini->line++;
		if (!str_copy_n(line, sizeof(line), text, n) ||
			!parse_line(ini, line, &in_section, what)) {
			/* A sentence cut short is still better than none. */
			(void)str_format(
				why, size, "%s, line %u: %s", ini->file, ini->line, what);
			return ERR_INPUT;
		}
		n += end ? 1 : 0;
		text += n;
		len -= n;
	}
	return ERR_OK;
}

enum err ini_load(struct ini *ini, char *why, size_t size)
{
	char text[FILE_MAX];
	FILE *f = fopen(ini->file, "re");

	if (!f) {
		int code = errno;
		(void)str_format(
			why, size, "%s cannot be opened: %s.", ini->file, strerror(code));
		return code == ENOENT ? ERR_NOTFOUND : ERR_SYS;
	}
	size_t n = fread(text, 1, sizeof(text), f);
	bool bad = ferror(f) != 0;
	(void)fclose(f); /* only read from */
	if (bad || n == sizeof(text)) {
		(void)str_format(why, size, "%s cannot be read%s.", ini->file,
			bad ? "" : ": it is too large");
		return bad ? ERR_SYS : ERR_INPUT;
	}
	return ini_parse(ini, text, n, why, size);
}
