/*
 * The control language: one command a line, one JSON object back. README.md lists them.
 * Also the configuration file, whose lines are settings or commands.
 */
#ifndef MODEMSIM_COMMAND_H
#define MODEMSIM_COMMAND_H

#include <stdbool.h>

#include "firmware/base/buf.h"
#include "firmware/base/err.h"

struct bank;

/* Runs line (cut up in place) and appends the answer without a newline. */
void command_run(struct bank *bank, char *line, struct buf *answer);

/* Does line begin with a command's name? */
bool command_is_known(const char *line);

/* Reads a configuration file: settings at once; its commands wait for command_start().
 * ERR_INPUT: a line is wrong, which was logged with its number. */
enum err config_load(struct bank *bank, const char *path);

#endif
