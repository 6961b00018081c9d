/*
 * chaparctl: the administrator's command line, on the same store and bus as the daemons.
 * It works whether they run or not.
 */
#include <sys/stat.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "firmware/base/bus.h"
#include "firmware/base/crypto.h"
#include "firmware/base/log.h"
#include "firmware/base/str.h"
#include "firmware/base/text.h"
#include "firmware/base/version.h"
#include "firmware/office/ctl/ctl.h"

#define NEAREST_STEPS 3

static const char help[] =
	"chaparctl: look after a Chapar box\n"
	"\n"
	"  status                                what waits, what went, what is wrong\n"
	"  sims                                  the SIMs and how they are\n"
	"  bays                                  the ports and the modems on them\n"
	"  board check FILE|NAME                 a board's profile: what is wrong with it, "
	"or\n"
	"                                        what it says and what of it is here\n"
	"  messages [--state S] [--to N] [--limit N]\n"
	"                                        the latest messages\n"
	"  send --to N --class C [--reference R] TEXT\n"
	"                                        classes: otp alert transactional\n"
	"                                        conversation promotional\n"
	"  import --list NAME [--country GR] [--map M] [--delimiter D] [--encoding E]\n"
	"         [--dry-run] FILE               contacts from a CSV file\n"
	"  key create --name N --scope S         an API key: read, send or admin; it "
	"stands\n"
	"                                        alone on the last line\n"
	"  user reset-password NAME              asks for the new password\n"
	"  ussd --sim N CODE                     asks a SIM's operator, as \"*100#\"\n"
	"  plan list | set NAME [--minute N] [--hour N] [--day N] [--month N] [--bundle N]\n"
	"        [--bundle-only yes|no] [--recipients N] [--spend M] [--floor M|none]\n"
	"        [--price M] [--currency EUR] [--reset-day N] [--zone Z] [--countries C]\n"
	"        | price PLAN ROUTE M|blocked|default [--beyond-bundle] | delete NAME\n"
	"                                        operators' contracts; 0: no limit\n"
	"  route list | set NAME [--country C] [--operator O] [--prefix +P,+P] | delete "
	"NAME\n"
	"                                        destinations, by the start of numbers\n"
	"  sim set N [--plan NAME|none] [--role both|promotional|service] [--group G]\n"
	"        [--name S] [--number N] [--on] [--off] | limits N\n"
	"                                        a SIM's contract, and what of it is used\n"
	"  quota list | set campaign:N|key:N|user:N [--minute N] [--day N] [--budget M]\n"
	"        [--group G]                     limits of who sends\n"
	"  backup FILE                           a whole copy of the store, while it runs\n"
	"  watch                                 what happens, line by line\n"
	"  pdu decode [--tpdu] [--ack] [PDU ...] a JSON line for each PDU in hexadecimal, "
	"with\n"
	"                                        its service centre unless --tpdu; --ack: as\n"
	"                                        +CMGS shows it after AT+CSMS=1\n"
	"  pdu encode [JSON ...]                 {\"to\", \"text\", ...}: its PDUs\n"
	"  text preview [JSON ...]               a text, or {\"text\", ...}: parts, what is\n"
	"                                        cheaper, what to look at; these three read\n"
	"                                        lines where no words are given\n"
	"\n"
	"  --config FILE   configuration (default " CONFIG_DEFAULT_FILE ")\n"
	"  --json          answers as JSON\n"
	"  --help          this text\n"
	"  --version       the version\n"
	"\n"
	"Exits with 0: done, 1: refused or failed, 2: the command line is wrong, 3: the "
	"store\n"
	"cannot be used, 4: chapar-modemd does not answer.\n";

static const struct ctl_option no_options[] = { { NULL, false } };
static const struct ctl_option message_options[] = { { "--state", true },
	{ "--to", true }, { "--limit", true }, { NULL, false } };
static const struct ctl_option send_options[] = { { "--to", true }, { "--class", true },
	{ "--reference", true }, { NULL, false } };
static const struct ctl_option import_options[] = { { "--list", true },
	{ "--country", true }, { "--map", true }, { "--delimiter", true },
	{ "--encoding", true }, { "--dry-run", false }, { NULL, false } };
static const struct ctl_option key_options[] = { { "--name", true }, { "--scope", true },
	{ NULL, false } };

static const struct ctl_option ussd_options[] = { { "--sim", true }, { NULL, false } };
static const struct ctl_option plan_options[] = { { "--minute", true },
	{ "--hour", true }, { "--day", true }, { "--month", true }, { "--bundle", true },
	{ "--bundle-only", true }, { "--recipients", true }, { "--spend", true },
	{ "--floor", true }, { "--price", true }, { "--currency", true },
	{ "--reset-day", true }, { "--zone", true }, { "--countries", true },
	{ NULL, false } };
static const struct ctl_option price_options[] = { { "--beyond-bundle", false },
	{ NULL, false } };
static const struct ctl_option route_options[] = { { "--country", true },
	{ "--operator", true }, { "--prefix", true }, { NULL, false } };
static const struct ctl_option sim_options[] = { { "--plan", true }, { "--role", true },
	{ "--group", true }, { "--name", true }, { "--number", true }, { "--on", false },
	{ "--off", false }, { NULL, false } };
static const struct ctl_option quota_options[] = { { "--minute", true },
	{ "--day", true }, { "--budget", true }, { "--group", true }, { NULL, false } };
static const struct ctl_option pdu_options[] = { { "--tpdu", false }, { "--ack", false },
	{ NULL, false } };

enum needs {
	NEEDS_NOTHING,
	NEEDS_CONFIG,
	NEEDS_STORE,
};

static const struct command {
	const char *name; /* one word, or two with a space */
	int (*run)(struct ctl *c);
	const struct ctl_option *options;
	enum needs needs;
} commands[] = {
	{ "status", ctl_status, no_options, NEEDS_STORE },
	{ "sims", ctl_sims, no_options, NEEDS_STORE },
	{ "bays", ctl_bays, no_options, NEEDS_STORE },
	{ "board check", ctl_board_check, no_options, NEEDS_NOTHING },
	{ "messages", ctl_messages, message_options, NEEDS_STORE },
	{ "send", ctl_send, send_options, NEEDS_STORE },
	{ "import", ctl_import, import_options, NEEDS_STORE },
	{ "key create", ctl_key_create, key_options, NEEDS_STORE },
	{ "user reset-password", ctl_user_reset, no_options, NEEDS_STORE },
	{ "ussd", ctl_ussd, ussd_options, NEEDS_STORE },
	{ "plan list", ctl_plan_list, no_options, NEEDS_STORE },
	{ "plan set", ctl_plan_set, plan_options, NEEDS_STORE },
	{ "plan price", ctl_plan_price, price_options, NEEDS_STORE },
	{ "plan delete", ctl_plan_delete, no_options, NEEDS_STORE },
	{ "route list", ctl_route_list, no_options, NEEDS_STORE },
	{ "route set", ctl_route_set, route_options, NEEDS_STORE },
	{ "route delete", ctl_route_delete, no_options, NEEDS_STORE },
	{ "sim set", ctl_sim_set, sim_options, NEEDS_STORE },
	{ "sim limits", ctl_sim_limits, no_options, NEEDS_STORE },
	{ "quota list", ctl_quota_list, no_options, NEEDS_STORE },
	{ "quota set", ctl_quota_set, quota_options, NEEDS_STORE },
	{ "backup", ctl_backup, no_options, NEEDS_STORE },
	{ "watch", ctl_watch, no_options, NEEDS_CONFIG },
	{ "pdu decode", ctl_pdu_decode, pdu_options, NEEDS_NOTHING },
	{ "pdu encode", ctl_pdu_encode, no_options, NEEDS_NOTHING },
	{ "text preview", ctl_text_preview, no_options, NEEDS_NOTHING },
};
#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

const char *ctl_value(const struct ctl *c, const char *name)
{
	for (size_t i = 0; c->options[i].name; i++) {
		if (str_eq(c->options[i].name, name))
			return c->values[i];
	}
	return NULL;
}

int ctl_refused(const struct ctl *c)
{
	const struct refusal *why = &c->o.why;
	fprintf(stderr, "chaparctl: %s\n", why->detail);
	return why->kind == REFUSAL_BUSY ? CTL_STORE : CTL_FAILED;
}

static void hint(const struct ctl *c, const char *line)
{
	char path[256];
	int fd;
	/* If it does not run it reads the store when it starts. */
	if (!config_bus_path(&c->config, path, sizeof(path)) || bus_connect(&fd, path))
		return;
	(void)bus_send(fd, line);
	close(fd);
}

void ctl_hint(const struct ctl *c)
{
	hint(c, "work");
}

void ctl_hint_config(const struct ctl *c)
{
	hint(c, "config");
}

/* The words of the command that args begin with: 1 or 2, 0 if they do not. */
static size_t match(const struct command *command, char *const *args, size_t n)
{
	char two[80];
	if (n && str_eq(command->name, args[0]))
		return 1;
	if (n > 1 && str_format(two, sizeof(two), "%s %s", args[0], args[1]) &&
		str_eq(command->name, two))
		return 2;
	return 0;
}

static int unknown_command(char *const *args, size_t n)
{
	char said[160];
	const char *nearest = NULL;
	unsigned best = NEAREST_STEPS + 1;
	(void)str_format(said, sizeof(said), "%s%s%s", args[0],
		n > 1 && args[1][0] != '-' ? " " : "",
		n > 1 && args[1][0] != '-' ? args[1] : "");
	for (size_t i = 0; i < COMMANDS; i++) {
		unsigned whole = text_distance(said, commands[i].name, NEAREST_STEPS);
		unsigned first = text_distance(args[0], commands[i].name, NEAREST_STEPS);
		unsigned steps = whole < first ? whole : first;
		size_t len = strcspn(commands[i].name, " ");
		if (strlen(args[0]) == len &&
			strncmp(args[0], commands[i].name, len) == 0)
			steps = 0; /* "key" alone */
		if (steps < best) {
			best = steps;
			nearest = commands[i].name;
		}
	}
	fprintf(stderr, "chaparctl: there is no command “%s”.%s%s%s\n", said,
		nearest ? " Was “" : "", nearest ? nearest : "",
		nearest ? "” meant?" : "");
	fputs("`chaparctl --help` lists all.\n", stderr);
	return CTL_USAGE;
}

static int unknown_option(const struct command *command, const char *option)
{
	const char *nearest = NULL;
	unsigned best = NEAREST_STEPS + 1;
	for (const struct ctl_option *o = command->options; o->name; o++) {
		unsigned steps = text_distance(option, o->name, NEAREST_STEPS);
		if (steps < best) {
			best = steps;
			nearest = o->name;
		}
	}
	fprintf(stderr, "chaparctl: `%s` has no option %s.%s%s%s\n", command->name,
		option, nearest ? " Was " : "", nearest ? nearest : "",
		nearest ? " meant?" : "");
	return CTL_USAGE;
}

/* "--to VALUE" or "--to=VALUE"; *used: words taken. */
static int take_option(
	struct ctl *c, const struct command *command, char *const *args, size_t *used)
{
	size_t len = strcspn(args[0], "=");
	for (size_t i = 0; c->options[i].name; i++) {
		const struct ctl_option *o = &c->options[i];
		if (strlen(o->name) != len || strncmp(args[0], o->name, len) != 0)
			continue;
		*used = 1;
		c->values[i] = args[0][len] == '=' ? args[0] + len + 1 : "";
		if (!o->has_value || args[0][len] == '=')
			return CTL_OK;
		if (!args[1]) {
			fprintf(stderr, "chaparctl: %s needs a value\n", o->name);
			return CTL_USAGE;
		}
		c->values[i] = args[1];
		*used = 2;
		return CTL_OK;
	}
	return unknown_option(command, args[0]);
}

/* --config and --json may also stand behind the command. */
static int take_words(struct ctl *c, const struct command *command, char *const *args,
	const char **config)
{
	bool only_words = false;
	while (*args) {
		size_t used = 1;
		if (only_words || args[0][0] != '-' || !args[0][1]) {
			if (c->n_words == CTL_WORDS_MAX)
				return CTL_USAGE;
			c->words[c->n_words++] = args[0];
		} else if (str_eq(args[0], "--")) {
			only_words = true;
		} else if (str_eq(args[0], "--json")) {
			c->json = true;
		} else if (str_eq(args[0], "--config") && args[1]) {
			*config = args[1];
			used = 2;
		} else if (take_option(c, command, args, &used)) {
			return CTL_USAGE;
		}
		args += used;
	}
	return CTL_OK;
}

static void name_actor(struct ctl *c)
{
	const struct passwd *user = getpwuid(getuid());
	/* A name that is too long may be cut. */
	(void)str_format(c->actor.name, sizeof(c->actor.name), "chaparctl %s",
		user ? user->pw_name : "?");
}

static int run(struct ctl *c, const struct command *command, const char *config_file)
{
	char why[CONFIG_WHY_SIZE];
	if (command->needs == NEEDS_NOTHING)
		return command->run(c);
	config_init(&c->config);
	if (config_load(&c->config, config_file, why, sizeof(why))) {
		fprintf(stderr, "chaparctl: %s\n", why);
		return CTL_STORE;
	}
	if (crypto_init()) {
		fputs("chaparctl: no source of randomness\n", stderr);
		return CTL_FAILED;
	}
	name_actor(c);
	if (command->needs == NEEDS_CONFIG)
		return command->run(c);
	if (office_open(
		    &c->o, c->config.store_path, STORE_OFFICE, NULL, clock_system())) {
		fprintf(stderr, "chaparctl: %s\n", c->o.why.detail);
		return CTL_STORE;
	}
	int rc = command->run(c);
	office_close(&c->o);
	return rc;
}

int main(int argc, char **argv)
{
	struct ctl c = { .json = false };
	struct config_args args;
	char why[CONFIG_WHY_SIZE];
	(void)umask(0007); /* store and socket: for the daemons' group alone */
	log_set_level(LOG_LEVEL_WARN);
	if (config_args_parse(&args, argc, argv, why, sizeof(why))) {
		fprintf(stderr, "chaparctl: %s\n", why);
		return CTL_USAGE;
	}
	if (args.version) {
		puts("chaparctl " CHAPAR_VERSION);
		return CTL_OK;
	}
	char **words = argv + args.rest;
	while (*words && str_eq(*words, "--json")) {
		c.json = true;
		words++;
	}
	if (args.help || !*words) {
		fputs(help, args.help ? stdout : stderr);
		return args.help ? CTL_OK : CTL_USAGE;
	}
	size_t n = (size_t)(argc - (words - argv));
	for (size_t i = 0; i < COMMANDS; i++) {
		size_t used = match(&commands[i], words, n);
		const char *config_file = args.config_file;
		if (!used)
			continue;
		c.options = commands[i].options;
		if (take_words(&c, &commands[i], words + used, &config_file))
			return CTL_USAGE;
		return run(&c, &commands[i], config_file);
	}
	return unknown_command(words, n);
}
