/*
 * chapar-modemd: the radio side. Owns modems, SIMs and lines; takes messages from the
 * store and puts them on air, stores what comes in. Runs without a network.
 */
#include <errno.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "drivers/board_profile.h"
#include "drivers/ports.h"
#include "drivers/power.h"
#include "firmware/base/bus.h"
#include "firmware/base/config.h"
#include "firmware/base/str.h"
#include "firmware/base/version.h"
#include "firmware/radio/front/front.h"
#include "firmware/radio/slot/pin_key.h"
#include "firmware/radio/slot/slot_way.h"
#include "firmware/radio/radio.h"

#define LOG_MODULE "modemd"
#include "firmware/base/log.h"

enum {
	EXIT_USAGE = 2
};

static const char help[] =
	"chapar-modemd: the radio side of Chapar.\n"
	"\n"
	"  --config FILE   configuration (default " CONFIG_DEFAULT_FILE ")\n"
	"  --help          this text\n"
	"  --version       the version\n"
	"\n"
	"SIGTERM finishes the parts on air, then ends.\n";

struct modemd {
	struct config config;
	struct loop *loop;
	struct store *store;
	struct crypto_seal_key pin_key;
	bool has_pin_key;
	struct slot_ways ways;
	struct store_thread *store_thread;
	struct bus_server *bus;
	struct board_profile profile;
	struct power *power;
	struct radio *radio;
	struct front *front;
	struct ports *ports;
	bool is_stopping, is_parked; /* is_parked: stopped by its button, alive */
};

static void on_stopped(void *user)
{
	struct modemd *d = user;

	loop_exit(d->loop, 0);
}

static void on_signal(void *user, int signo)
{
	struct modemd *d = user;

	if (d->is_parked) {
		loop_exit(d->loop, 0);
		return;
	}
	if (d->is_stopping) {
		log_warn("signal=%d again: not waiting for the parts on air", signo);
		loop_exit(d->loop, 0);
		return;
	}
	log_info("signal=%d stopping", signo);
	d->is_stopping = true;
	radio_stop(d->radio, on_stopped, d);
}

/* The front. */

static void on_say_status(void *user)
{
	struct modemd *d = user;

	radio_log_status(d->radio);
}

static void on_parked(void *user)
{
	struct modemd *d = user;

	d->is_parked = true;
	front_stopped(d->front);
}

static void on_park(void *user)
{
	struct modemd *d = user;

	if (d->is_stopping)
		return;
	d->is_stopping = true;
	radio_stop(d->radio, on_parked, d);
}

/* Whoever keeps us running starts us anew. */
static void on_resume(void *user)
{
	struct modemd *d = user;

	loop_exit(d->loop, 0);
}

static void on_work(void *user)
{
	struct modemd *d = user;

	radio_look(d->radio);
}

static void on_port_added(void *user, const char *name)
{
	struct modemd *d = user;

	power_note_port(d->power, name, true);
	radio_port_added(d->radio, name);
}

static void on_port_removed(void *user, const char *name)
{
	struct modemd *d = user;

	power_note_port(d->power, name, false);
	radio_port_removed(d->radio, name);
}

static void on_line(void *user, struct bus_peer *peer, const char *line)
{
	struct modemd *d = user;

	radio_on_line(d->radio, peer, line);
}

static void on_join(void *user, struct bus_peer *peer)
{
	struct modemd *d = user;

	radio_on_join(d->radio, peer);
}

/* A pattern without a port is no error: modems are plugged in later. */
static void warn_of_empty_patterns(const char *patterns)
{
	char pattern[256];

	while (config_list_next(&patterns, pattern, sizeof(pattern))) {
		glob_t found = { 0 };
		if (str_starts(pattern, "tcp:") || str_starts(pattern, "usb:"))
			continue;
		if (glob(pattern, GLOB_NOSORT, NULL, &found) == GLOB_NOMATCH)
			log_warn("no port is called %s yet; waiting for one", pattern);
		globfree(&found);
	}
}

static enum err open_store(struct modemd *d)
{
	struct store_opening why = { 0 };
	enum err err = store_open(
		&d->store, d->config.store_path, STORE_RADIO, clock_system(), &why);

	if (err != ERR_OK)
		fprintf(stderr, "chapar-modemd: %s\n", why.message);
	if (err == ERR_OK) /* without it the box sends, but opens no locked SIM */
		d->has_pin_key = pin_key_load(&d->pin_key, d->config.store_path,
					 d->store) == ERR_OK;
	if (err == ERR_OK)
		slot_ways_load(&d->ways, d->store);
	return err;
}

static enum err open_bus(struct modemd *d)
{
	char path[sizeof(d->config.run_dir) + 16];

	if (mkdir(d->config.run_dir, 0770) < 0 && errno != EEXIST) {
		log_error("cannot make %s: %s", d->config.run_dir, strerror(errno));
		return ERR_SYS;
	}
	if (!config_bus_path(&d->config, path, sizeof(path)))
		return ERR_MEM;
	return bus_server_create(&d->bus, d->loop, path, on_line, d);
}

static enum err start_board(struct modemd *d)
{
	const struct front_env front = {
		.loop = d->loop,
		.store = d->store_thread,
		.profile = &d->profile,
		.gpio = &gpio_libgpiod,
		.alarm_to = d->config.board_alarm_to,
		.switch_from = d->config.board_switch_from,
		.say_status = on_say_status,
		.stop = on_park,
		.resume = on_resume,
		.work = on_work,
		.user = d,
	};
	enum err err = power_create(&d->power, d->loop, &d->profile, &gpio_libgpiod);

	return err == ERR_OK ? front_create(&d->front, &front) : err;
}

static enum err start(struct modemd *d)
{
	const struct ports_handler handler = {
		.added = on_port_added, .removed = on_port_removed, .user = d
	};
	enum err err = open_store(d);

	if (err == ERR_OK)
		err = loop_create(&d->loop, clock_system());
	/* Signals first: the store's thread must inherit their mask. */
	if (err == ERR_OK)
		err = loop_signal_add(d->loop, SIGTERM, on_signal, d);
	if (err == ERR_OK)
		err = loop_signal_add(d->loop, SIGINT, on_signal, d);
	if (err == ERR_OK)
		err = store_thread_create(
			&d->store_thread, d->loop, d->store, &store_ops_real);
	if (err == ERR_OK)
		err = open_bus(d);
	if (err == ERR_OK)
		err = start_board(d);
	if (err == ERR_OK)
		err = radio_create(&d->radio,
			&(struct radio_env){ .loop = d->loop,
				.store = d->store_thread,
				.power = d->power,
				.front = d->front,
				.pin_key = d->has_pin_key ? &d->pin_key : NULL,
				.ways = &d->ways,
				.seed = (uint64_t)clock_wall_ms(clock_system()) });
	if (err != ERR_OK)
		return err;
	radio_set_bus(d->radio, d->bus);
	bus_server_on_join(d->bus, on_join);
	warn_of_empty_patterns(d->config.modem_ports);
	return ports_create(&d->ports, d->loop, d->config.modem_ports, &handler);
}

/* The order matters: nobody may call what is gone. */
static void end(struct modemd *d)
{
	ports_destroy(d->ports);
	store_thread_destroy(d->store_thread);
	radio_destroy(d->radio);
	front_destroy(d->front);
	power_destroy(d->power);
	bus_server_destroy(d->bus);
	loop_destroy(d->loop);
	store_close(d->store);
}

static int run(const char *config_file)
{
	struct modemd d = { 0 };
	char why[CONFIG_WHY_SIZE];

	if (config_load(&d.config, config_file, why, sizeof(why)) != ERR_OK) {
		fprintf(stderr, "chapar-modemd: %s\n", why);
		return EXIT_USAGE;
	}
	if (board_profile_load(&d.profile, d.config.board_profile, why, sizeof(why)) !=
		ERR_OK) {
		fprintf(stderr, "chapar-modemd: %s\n", why);
		return EXIT_USAGE;
	}
	log_set_level(d.config.log_level);
	int code = 1;
	enum err err = start(&d);
	if (err == ERR_OK) {
		log_info("started version=%s store=%s", CHAPAR_VERSION,
			d.config.store_path);
		loop_notify_ready(d.loop, "sending and receiving");
		code = loop_run(d.loop);
		log_info("ended");
	} else {
		log_error("cannot start: %s", err_name(err));
	}
	end(&d);
	return code;
}

int main(int argc, char **argv)
{
	struct config_args args;
	char why[128];

	(void)umask(0007); /* store and socket: for the daemons' group alone */
	if (config_args_parse(&args, argc, argv, why, sizeof(why)) != ERR_OK) {
		fprintf(stderr, "chapar-modemd: %s\n", why);
		return EXIT_USAGE;
	}
	if (args.help) {
		fputs(help, stdout);
		return 0;
	}
	if (args.version) {
		puts("chapar-modemd " CHAPAR_VERSION);
		return 0;
	}
	if (args.rest != argc) {
		fprintf(stderr, "chapar-modemd: unknown option %s\n%s", argv[args.rest],
			help);
		return EXIT_USAGE;
	}
	return run(args.config_file);
}
