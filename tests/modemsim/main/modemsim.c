/* modemsim: a bank of emulated GSM modems. README.md beside this folder is its manual. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "firmware/base/str.h"
#include "tests/modemsim/bank.h"
#include "tests/modemsim/command.h"
#include "tests/modemsim/control.h"
#include "tests/modemsim/http.h"
#define LOG_MODULE "modemsim"
#include "firmware/base/log.h"

static const char usage[] =
	"modemsim --bank DIR --modems N [--config FILE] [--log FILE] [--trace]\n"
	"         [--control SOCKET] [--http 127.0.0.1:PORT] [--tcp BASEPORT]\n"
	"         [--seed N] [--country CALLING_CODE]\n";

struct options {
	struct bank_options bank;
	const char *config, *control, *http;
	unsigned tcp;
};

enum option_id {
	OPTION_BANK = 1,
	OPTION_MODEMS,
	OPTION_CONFIG,
	OPTION_LOG,
	OPTION_TRACE,
	OPTION_CONTROL,
	OPTION_HTTP,
	OPTION_TCP,
	OPTION_SEED,
	OPTION_COUNTRY,
};

static const struct option long_options[] = {
	{ "bank", required_argument, NULL, OPTION_BANK },
	{ "modems", required_argument, NULL, OPTION_MODEMS },
	{ "config", required_argument, NULL, OPTION_CONFIG },
	{ "log", required_argument, NULL, OPTION_LOG },
	{ "trace", no_argument, NULL, OPTION_TRACE },
	{ "control", required_argument, NULL, OPTION_CONTROL },
	{ "http", required_argument, NULL, OPTION_HTTP },
	{ "tcp", required_argument, NULL, OPTION_TCP },
	{ "seed", required_argument, NULL, OPTION_SEED },
	{ "country", required_argument, NULL, OPTION_COUNTRY },
	{ NULL, 0, NULL, 0 },
};

static bool number_parse(const char *text, uint64_t low, uint64_t high, unsigned *out)
{
	uint64_t value;

	if (!str_to_u64(text, strlen(text), high, &value) || value < low)
		return false;
	*out = (unsigned)value;
	return true;
}

static bool option_take(struct options *o, int id, const char *value)
{
	switch (id) {
	case OPTION_BANK:
		o->bank.dir = value;
		return true;
	case OPTION_MODEMS:
		return number_parse(value, 1, BANK_MODEMS_MAX, &o->bank.count);
	case OPTION_CONFIG:
		o->config = value;
		return true;
	case OPTION_LOG:
		o->bank.log_path = value;
		return true;
	case OPTION_TRACE:
		o->bank.trace = true;
		return true;
	case OPTION_CONTROL:
		o->control = value;
		return true;
	case OPTION_HTTP:
		o->http = value;
		return true;
	case OPTION_TCP:
		return number_parse(value, 1, 65535 - BANK_MODEMS_MAX, &o->tcp);
	case OPTION_SEED:
		return str_to_u64(value, strlen(value), UINT64_MAX, &o->bank.seed);
	case OPTION_COUNTRY:
		return number_parse(value, 1, 999, &o->bank.calling_code);
	default:
		return false;
	}
}

static bool options_read(struct options *o, int argc, char **argv)
{
	int id;

	*o = (struct options){ .bank = { .count = 4, .calling_code = 30, .seed = 1 } };
	while ((id = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (!option_take(o, id, optarg)) {
			if (optarg)
				(void)fprintf(stderr, "bad value: %s\n", optarg);
			return false;
		}
	}
	return o->bank.dir && optind == argc;
}

static void signal_ready(void *user, uint32_t events)
{
	struct bank *bank = user;

	(void)events;
	bank->loop.quit = true;
}

static enum err signals_watch(struct bank *bank, struct watch *watch)
{
	sigset_t set;
	int fd;

	(void)sigemptyset(&set); /* these three cannot fail on valid signals */
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	(void)signal(SIGPIPE, SIG_IGN);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return ERR_SYS;
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0) {
		log_error("signalfd error=%s", strerror(errno));
		return ERR_SYS;
	}
	*watch = (struct watch){ -1, signal_ready, bank };
	return loop_watch(&bank->loop, watch, fd, EPOLLIN);
}

static enum err start(const struct options *o, struct bank *bank, struct control *control,
	struct http **http)
{
	enum err err = ERR_OK;

	if (o->config)
		err = config_load(bank, o->config);
	if (err == ERR_OK && o->control)
		err = control_open(control, bank, o->control);
	if (err == ERR_OK && o->http)
		err = http_create(http, bank, o->http);
	if (err == ERR_OK)
		err = bank_start(bank, o->tcp);
	return err;
}

int main(int argc, char **argv)
{
	static struct bank bank;       /* too large for the stack */
	static struct control control; /* zeroed: closed */
	struct http *http = NULL;
	struct watch signals;
	struct options options;
	enum err err;

	if (!options_read(&options, argc, argv)) {
		(void)fputs(usage, stderr);
		return 2;
	}
	err = bank_init(&bank, &options.bank);
	if (err == ERR_OK)
		err = signals_watch(&bank, &signals);
	if (err == ERR_OK)
		err = start(&options, &bank, &control, &http);
	if (err == ERR_OK) {
		log_info("modems=%u dir=%s", bank.count, bank.dir);
		loop_run(&bank.loop);
	}
	http_destroy(http);
	control_close(&control);
	bank_fini(&bank);
	return err == ERR_OK ? 0 : 1;
}
