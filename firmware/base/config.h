/*
 * The configuration file that all programs share (INI), and their common options. The
 * keys are a table in config.c; an unknown one is an error that names the file, the line
 * and the nearest known key. `#` and `;` start a comment line; values are taken as they
 * stand, relative paths too.
 */
#ifndef BASE_CONFIG_H
#define BASE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "firmware/base/err.h"
#include "firmware/base/log.h"

#define CONFIG_DEFAULT_FILE "/etc/chapar/chapar.conf"
#define CONFIG_WHY_SIZE 512

struct config {
	char store_path[256];	     /* [store] path */
	char run_dir[100];	     /* [run] dir: the bus socket lies here */
	char modem_ports[2048];	     /* [modems] ports: globs, comma separated */
	char http_listen[128];	     /* [http] listen: address:port, comma separated */
	char board_profile[256];     /* [board] profile; "virtual": no lines to switch */
	char board_alarm_to[512];    /* [board] alarm_to: numbers that get its alarms */
	char board_switch_from[512]; /* [board] switch_from: that may switch its outputs
				      */
	enum log_level log_level;    /* [log] level: error, warn, info, debug */
};

/* Every key at its default. */
void config_init(struct config *out);
/* Reads the file over the defaults. ERR_NOTFOUND, ERR_SYS: not readable; ERR_INPUT: line
 * wrong. On failure why[size] has one sentence for the user, and out is not set. */
enum err config_load(struct config *out, const char *file, char *why, size_t size);
/* The same from text[len]; file is only named in sentences. */
enum err config_parse(struct config *out, const char *file, const char *text, size_t len,
	char why[CONFIG_WHY_SIZE]);

/* Walks a comma separated value: copies the next item, trimmed, into dst; *pos starts at
 * the value. False at the end. Empty items are skipped, too long ones cut. */
bool config_list_next(const char **pos, char *dst, size_t size);
/* The path of the bus socket under [run] dir. False if it did not fit. */
bool config_bus_path(const struct config *config, char *dst, size_t size);

/* The options in front of the other words: --config FILE, --help, --version. */
struct config_args {
	const char *config_file; /* borrowed from argv or static */
	bool help, version;
	int rest; /* index in argv of the first word that is not one of these */
};
/* ERR_INPUT: an option without its value; why[size] says which. */
enum err config_args_parse(
	struct config_args *out, int argc, char **argv, char *why, size_t size);

#endif
