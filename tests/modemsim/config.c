/*
 * The configuration file, line by line:
 *
 *   # comment
 *   key = value           every modem
 *   modem 3 {             or 0-7; its lines are about these modems
 *           key = value
 *   }
 *   command …             any control command, run once the bank has started
 *
 * Keys and commands are in README.md. Later lines win.
 */
#include "tests/modemsim/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "firmware/base/str.h"
#include "tests/modemsim/bank.h"
#include "tests/modemsim/select.h"
#include "tests/modemsim/words.h"
#define LOG_MODULE "config"
#include "firmware/base/log.h"

struct config {
	struct bank *bank;
	bool in_block;
	struct selection selection;
};

/* "key = value" cut in two; NULL if the line has no key. */
static char *value_split(char *line)
{
	size_t key = strspn(line, "abcdefghijklmnopqrstuvwxyz_");
	size_t equals = key + strspn(line + key, " \t");

	if (key == 0 || line[equals] != '=')
		return NULL;
	line[key] = '\0';
	return str_trim(line + equals + 1);
}

static const char *config_set(const struct config *c, const char *key, const char *value)
{
	for (unsigned i = c->selection.first; i <= c->selection.last; i++) {
		const char *wrong = settings_set(&c->bank->modems[i].set, key, value);

		if (wrong)
			return wrong;
	}
	return NULL;
}

static const char *block_open(struct config *c, char *rest)
{
	const char *who = words_take(&rest);
	const char *brace = words_take(&rest);

	if (c->in_block || !who || !brace || !str_eq(brace, "{"))
		return "expected: modem N {";
	if (!selection_parse(who, c->bank->count, &c->selection))
		return "no such modem";
	c->in_block = true;
	return NULL;
}

/* NULL, or what is wrong. */
static const char *config_line(struct config *c, char *line)
{
	char *value;

	if (*line == '\0' || *line == '#')
		return NULL;
	if (str_eq(line, "}")) {
		bool in_block = c->in_block;

		c->in_block = false;
		c->selection = (struct selection){ 0, c->bank->count - 1 };
		return in_block ? NULL : "no block is open";
	}
	if (str_starts(line, "modem "))
		return block_open(c, line + 6);
	value = value_split(line);
	if (value)
		return config_set(c, line, value);
	if (!command_is_known(line))
		return "no such key or command";
	return bank_after_ms(c->bank, 0, line) ? NULL : "too many commands";
}

enum err config_load(struct bank *bank, const char *path)
{
	struct config config = { .bank = bank, .selection = { 0, bank->count - 1 } };
	FILE *file = fopen(path, "re");
	char line[BANK_COMMAND_MAX];
	const char *wrong = NULL;
	unsigned number = 0;

	if (!file) {
		log_error("open path=%s error=%s", path, strerror(errno));
		return ERR_SYS;
	}
	while (!wrong && fgets(line, sizeof(line), file)) {
		number++;
		wrong = config_line(&config, str_trim(line));
	}
	(void)fclose(file); /* only read */
	if (!wrong && config.in_block)
		wrong = "a block is not closed";
	if (!wrong)
		return ERR_OK;
	log_error("config path=%s line=%u error=\"%s\"", path, number, wrong);
	return ERR_INPUT;
}
