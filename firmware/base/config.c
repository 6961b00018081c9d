#include "firmware/base/config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/base/vstr.h"

enum {
	FILE_MAX = 64 * 1024,
	LINE_SIZE = 2304,
	SECTION_SIZE = 32,
	NEAR_SIZE = 48, /* the longest key that is compared for likeness */
};

struct key {
	const char *section, *name, *value; /* value: the default */
	size_t offset, size;		    /* of the text in struct config; 0: special */
	bool (*set)(struct config *config, const char *value);
	const char *expects; /* for the sentence when set() refuses */
};

static const struct vstr level_names[] = {
	{ LOG_LEVEL_ERROR, "error" },
	{ LOG_LEVEL_WARN, "warn" },
	{ LOG_LEVEL_INFO, "info" },
	{ LOG_LEVEL_DEBUG, "debug" },
	{ 0, NULL },
};

static bool set_level(struct config *config, const char *value)
{
	int level;

	if (!vstr_find(level_names, value, &level))
		return false;
	config->log_level = (enum log_level)level;
	return true;
}

#define TEXT(field)                                                                      \
	.offset = offsetof(struct config, field),                                        \
	.size = sizeof(((struct config *)0)->field)

static const struct key keys[] = {
	{ .section = "store",
		.name = "path",
		.value = "/var/lib/chapar/store.db",
		TEXT(store_path) },
	{ .section = "run", .name = "dir", .value = "/run/chapar", TEXT(run_dir) },
	{ .section = "modems",
		.name = "ports",
		.value = "/dev/ttyUSB*, /dev/ttyACM*",
		TEXT(modem_ports) },
	{ .section = "http",
		.name = "listen",
		.value = "0.0.0.0:8080",
		TEXT(http_listen) },
	{ .section = "board",
		.name = "profile",
		.value = "virtual",
		TEXT(board_profile) },
	{ .section = "log",
		.name = "level",
		.value = "info",
		.set = set_level,
		.expects = "error, warn, info or debug" },
};

enum {
	KEYS = sizeof(keys) / sizeof(keys[0])
};

/* Where the parser is, for its sentences. */
struct place {
	struct config *config;
	const char *file;
	unsigned line;
	char section[SECTION_SIZE];
	char *why;
	size_t why_size;
};

static bool key_set(struct config *config, const struct key *key, const char *value)
{
	if (key->set)
		return key->set(config, value);
	return str_copy((char *)config + key->offset, key->size, value);
}

void config_init(struct config *out)
{
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < KEYS; i++)
		(void)key_set(out, &keys[i], keys[i].value); /* defaults fit */
}

/* Levenshtein's distance: how many letters to change, add or drop. */
static size_t distance(const char *a, const char *b)
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

static const struct key *key_find(const char *section, const char *name)
{
	for (size_t i = 0; i < KEYS; i++) {
		if (str_eq(keys[i].section, section) && str_eq(keys[i].name, name))
			return &keys[i];
	}
	return NULL;
}

static const struct key *key_nearest(const char *section, const char *name)
{
	const struct key *best = &keys[0];
	size_t least = SIZE_MAX;

	for (size_t i = 0; i < KEYS; i++) {
		size_t d =
			distance(section, keys[i].section) + distance(name, keys[i].name);
		if (d < least) {
			least = d;
			best = &keys[i];
		}
	}
	return best;
}

static bool section_is_known(const char *section)
{
	for (size_t i = 0; i < KEYS; i++) {
		if (str_eq(keys[i].section, section))
			return true;
	}
	return false;
}

static const char *section_nearest(const char *section)
{
	const char *best = keys[0].section;

	for (size_t i = 1; i < KEYS; i++) {
		if (distance(section, keys[i].section) < distance(section, best))
			best = keys[i].section;
	}
	return best;
}

/* A sentence cut short is still better than none, so its length is not checked. */
static enum err complain(struct place *p, const char *what)
{
	(void)str_format(p->why, p->why_size, "%s, line %u: %s", p->file, p->line, what);
	return ERR_INPUT;
}

static enum err parse_section(struct place *p, char *line)
{
	char what[256];
	char *end = strchr(line, ']');

	if (!end || *str_trim(end + 1) != '\0')
		return complain(p, "a section is written [name]");
	*end = '\0';
	const char *name = str_trim(line + 1);
	if (section_is_known(name) && str_copy(p->section, sizeof(p->section), name))
		return ERR_OK;
	(void)str_format(what, sizeof(what),
		"there is no section [%.40s]; the nearest is [%s]", name,
		section_nearest(name));
	return complain(p, what);
}

static enum err unknown_key(struct place *p, const char *name)
{
	char what[256];
	const struct key *near = key_nearest(p->section, name);

	(void)str_format(what, sizeof(what),
		"there is no key '%.40s' in [%s]; the nearest is '%s' in [%s]", name,
		p->section, near->name, near->section);
	return complain(p, what);
}

static enum err parse_key(struct place *p, char *line)
{
	char what[256];
	char *equals = strchr(line, '=');

	if (!equals)
		return complain(p, "expected 'key = value' or [section]");
	*equals = '\0';
	const char *name = str_trim(line), *value = str_trim(equals + 1);
	if (p->section[0] == '\0')
		return complain(p, "a key stands before the first [section]");
	const struct key *key = key_find(p->section, name);
	if (!key)
		return unknown_key(p, name);
	if (key_set(p->config, key, value))
		return ERR_OK;
	if (key->expects)
		(void)str_format(
			what, sizeof(what), "'%s' must be %s", key->name, key->expects);
	else
		(void)str_format(what, sizeof(what), "'%s' is longer than %zu octets",
			key->name, key->size - 1);
	return complain(p, what);
}

static enum err parse_line(struct place *p, char *line)
{
	char *s = str_trim(line);

	if (*s == '\0' || *s == '#' || *s == ';')
		return ERR_OK;
	return *s == '[' ? parse_section(p, s) : parse_key(p, s);
}

enum err config_parse(struct config *out, const char *file, const char *text, size_t len,
	char why[CONFIG_WHY_SIZE])
{
	struct config config;
	struct place p = {
		.config = &config, .file = file, .why = why, .why_size = CONFIG_WHY_SIZE
	};
	char line[LINE_SIZE];

	config_init(&config);
	while (len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t n = end ? (size_t)(end - text) : len;
		p.line++;
		if (!str_copy_n(line, sizeof(line), text, n))
			return complain(&p, "the line is too long");
		enum err err = parse_line(&p, line);
		if (err != ERR_OK)
			return err;
		n += end ? 1 : 0;
		text += n;
		len -= n;
	}
	*out = config;
	return ERR_OK;
}

enum err config_load(struct config *out, const char *file, char *why, size_t size)
{
	char text[FILE_MAX], sentence[CONFIG_WHY_SIZE];
	FILE *f = fopen(file, "re");

	if (!f) {
		int code = errno;
		(void)str_format(
			why, size, "%s cannot be opened: %s.", file, strerror(code));
		return code == ENOENT ? ERR_NOTFOUND : ERR_SYS;
	}
	size_t n = fread(text, 1, sizeof(text), f);
	bool bad = ferror(f) != 0;
	(void)fclose(f); /* only read from */
	if (bad || n == sizeof(text)) {
		(void)str_format(why, size, "%s cannot be read%s.", file,
			bad ? "" : ": it is too large");
		return bad ? ERR_SYS : ERR_INPUT;
	}
	enum err err = config_parse(out, file, text, n, sentence);
	if (err != ERR_OK)
		(void)str_copy(why, size, sentence); /* the caller chose to cut it */
	return err;
}

bool config_list_next(const char **pos, char *dst, size_t size)
{
	while (**pos != '\0') {
		const char *start = *pos;
		size_t n = strcspn(start, ",");
		*pos = start + n + (start[n] == ',' ? 1 : 0);
		while (n > 0 && (*start == ' ' || *start == '\t')) {
			start++;
			n--;
		}
		while (n > 0 && (start[n - 1] == ' ' || start[n - 1] == '\t'))
			n--;
		if (n > 0) {
			(void)str_copy_n(dst, size, start, n); /* cut, as documented */
			return true;
		}
	}
	return false;
}

bool config_bus_path(const struct config *config, char *dst, size_t size)
{
	return str_format(dst, size, "%s/bus.sock", config->run_dir);
}

/* `--config FILE` and `--config=FILE`. The words taken, 0: another option, -1: no value.
 */
static int take_config(struct config_args *out, int left, char **argv)
{
	if (str_starts(argv[0], "--config=")) {
		out->config_file = argv[0] + strlen("--config=");
		return *out->config_file ? 1 : -1;
	}
	if (!str_eq(argv[0], "--config"))
		return 0;
	if (left < 2)
		return -1;
	out->config_file = argv[1];
	return 2;
}

enum err config_args_parse(
	struct config_args *out, int argc, char **argv, char *why, size_t size)
{
	*out = (struct config_args){ .config_file = CONFIG_DEFAULT_FILE };
	int i = 1;
	while (i < argc) {
		int taken = take_config(out, argc - i, &argv[i]);
		if (taken < 0) {
			(void)str_copy(why, size, "--config needs a file name.");
			return ERR_INPUT;
		}
		if (taken == 0 && str_eq(argv[i], "--help"))
			taken = out->help = true;
		else if (taken == 0 && str_eq(argv[i], "--version"))
			taken = out->version = true;
		if (taken == 0)
			break;
		i += taken;
	}
	out->rest = i;
	return ERR_OK;
}
