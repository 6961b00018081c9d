#include "firmware/base/config.h"

#include <stdint.h>
#include <string.h>

#include "firmware/base/ini.h"
#include "firmware/base/str.h"
#include "firmware/base/vstr.h"

enum {
	SECTION_SIZE = 32
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
	{ .section = "modems", .name = "ports", .value = "usb:*", TEXT(modem_ports) },
	{ .section = "http",
		.name = "listen",
		.value = "0.0.0.0:8080",
		TEXT(http_listen) },
	{ .section = "board",
		.name = "profile",
		.value = "virtual",
		TEXT(board_profile) },
	{ .section = "board", .name = "alarm_to", .value = "", TEXT(board_alarm_to) },
	{ .section = "board",
		.name = "switch_from",
		.value = "",
		TEXT(board_switch_from) },
	{ .section = "log",
		.name = "level",
		.value = "info",
		.set = set_level,
		.expects = "error, warn, info or debug" },
};

enum {
	KEYS = sizeof(keys) / sizeof(keys[0])
};

struct reading {
	struct config config;
	char section[SECTION_SIZE];
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
		size_t d = ini_distance(section, keys[i].section) +
			   ini_distance(name, keys[i].name);
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
		if (ini_distance(section, keys[i].section) < ini_distance(section, best))
			best = keys[i].section;
	}
	return best;
}

static bool take_section(struct ini *ini, const char *name, char *what, size_t size)
{
	struct reading *r = ini->user;

	if (section_is_known(name) && str_copy(r->section, sizeof(r->section), name))
		return true;
	(void)str_format(what, size, "there is no section [%.40s]; the nearest is [%s]",
		name, section_nearest(name));
	return false;
}

static void unknown_key(const char *section, const char *name, char *what, size_t size)
{
	const struct key *near = key_nearest(section, name);

	(void)str_format(what, size,
		"there is no key '%.40s' in [%s]; the nearest is '%s' in [%s]", name,
		section, near->name, near->section);
}

static bool take_key(
	struct ini *ini, const char *name, const char *value, char *what, size_t size)
{
	struct reading *r = ini->user;
	const struct key *key = key_find(r->section, name);

	if (key && key_set(&r->config, key, value))
		return true;
	if (!key)
		unknown_key(r->section, name, what, size);
	else if (key->expects)
		(void)str_format(what, size, "'%s' must be %s", key->name, key->expects);
	else
		(void)str_format(what, size, "'%s' is longer than %zu octets", key->name,
			key->size - 1);
	return false;
}

enum err config_parse(struct config *out, const char *file, const char *text, size_t len,
	char why[CONFIG_WHY_SIZE])
{
	struct reading r = { 0 };
	struct ini ini = {
		.file = file, .section = take_section, .key = take_key, .user = &r
	};

	config_init(&r.config);
	enum err err = ini_parse(&ini, text, len, why, CONFIG_WHY_SIZE);
	if (err == ERR_OK)
		*out = r.config;
	return err;
}

enum err config_load(struct config *out, const char *file, char *why, size_t size)
{
	struct reading r = { 0 };
	struct ini ini = {
		.file = file, .section = take_section, .key = take_key, .user = &r
	};

	config_init(&r.config);
	enum err err = ini_load(&ini, why, size);
	if (err == ERR_OK)
		*out = r.config;
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
