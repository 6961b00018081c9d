#include "drivers/power.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/board/usb_supply.h"
#include "drivers/board_profile.h"
#include "firmware/base/str.h"

#define LOG_MODULE "power"
#include "firmware/base/log.h"

/* What a sequence does, step by step: a line switched, then a wait. */
struct step {
	enum board_line line;
	bool on;
	enum board_time wait;
};

/* Its supply: certain. A power key, where there is one, then starts the module. */
static const struct step by_supply[] = {
	{ BOARD_SUPPLY, false, BOARD_OFF_MS },
	{ BOARD_SUPPLY, true, BOARD_SETTLE_MS },
	{ BOARD_KEY, true, BOARD_KEY_MS },
	{ BOARD_KEY, false, BOARD_BOOT_MS },
};
static const struct step by_reset[] = {
	{ BOARD_RESET, true, BOARD_RESET_MS },
	{ BOARD_RESET, false, BOARD_BOOT_MS },
};
/* A key alone is the weakest: on a module that is off its first half switches on and its
 * second off; the next try then finds the other order. */
static const struct step by_key[] = {
	{ BOARD_KEY, true, BOARD_KEY_OFF_MS },
	{ BOARD_KEY, false, BOARD_DOWN_MS },
	{ BOARD_KEY, true, BOARD_KEY_MS },
	{ BOARD_KEY, false, BOARD_BOOT_MS },
};

static const struct sequence {
	enum board_line line; /* what it needs */
	const struct step *steps;
	size_t n;
} sequences[] = {
	{ BOARD_SUPPLY, by_supply, sizeof(by_supply) / sizeof(by_supply[0]) },
	{ BOARD_RESET, by_reset, sizeof(by_reset) / sizeof(by_reset[0]) },
	{ BOARD_KEY, by_key, sizeof(by_key) / sizeof(by_key[0]) },
};

struct bay {
	struct power *power;
	const struct board_bay *profile;
	void *lines[BOARD_BAY_LINES]; /* NULL: there is none, or it was refused */
	const struct gpio_backend *backends[BOARD_BAY_LINES];
	const struct sequence *best; /* its lines allow; NULL: none */
	bool runs;
	size_t step;
	uint64_t ends_ms;
	struct loop_timer timer;
	unsigned tries; /* to have all its lines */
	struct loop_timer again;
	unsigned n_ports, n_vacant; /* n_vacant: how often in a row it was found empty */
	struct loop_timer vacant;
};

enum {
	VACANT_MS = 180 * 1000, /* longer than any modem takes to show up */
	VACANT_DOUBLINGS = 5,
};

struct power {
	struct loop *loop;
	const struct gpio_backend *backend;
	struct bay bays[BOARD_BAYS_MAX];
	size_t n_bays;
};

static const struct sequence *sequence_of(const struct bay *bay)
{
	for (size_t i = 0; i < sizeof(sequences) / sizeof(sequences[0]); i++)
		if (bay->lines[sequences[i].line])
			return &sequences[i];
	return NULL;
}

static uint64_t length_ms(const struct bay *bay)
{
	const struct sequence *s = bay->best;
	uint64_t ms = 0;

	for (size_t i = 0; i < s->n; i++)
		if (bay->lines[s->steps[i].line])
			ms += bay->profile->times_ms[s->steps[i].wait];
	/* Without a key the supply's return is the start of its boot. */
	if (s->steps == by_supply && !bay->lines[BOARD_KEY])
		ms += bay->profile->times_ms[BOARD_BOOT_MS];
	return ms;
}

static enum err set_line(const struct bay *bay, const struct step *step)
{
	return bay->backends[step->line]->set(bay->lines[step->line], step->on);
}

static void take_step(void *user)
{
	struct bay *bay = user;
	const struct sequence *s = bay->best;

	for (; bay->step < s->n; bay->step++) {
		const struct step *step = &s->steps[bay->step];
		if (!bay->lines[step->line])
			continue;
		if (set_line(bay, step) != ERR_OK)
			log_error(
				"bay=%u a line cannot be switched", bay->profile->number);
		bay->step++;
		loop_timer_set(bay->power->loop, &bay->timer,
			bay->profile->times_ms[step->wait], take_step, bay);
		return;
	}
	bay->runs = false;
	log_info("bay=%u power=back", bay->profile->number);
}

/* True: it is there, or the profile has none. */
static bool take_line(struct bay *bay, enum board_line which, bool on)
{
	static const char *const names[] = {
		[BOARD_SUPPLY] = "supply",
		[BOARD_RESET] = "reset",
		[BOARD_KEY] = "power-key",
		[BOARD_LED] = "led",
	};
	const struct gpio_spec *spec = &bay->profile->lines[which];

	if (!gpio_is_named(spec) || bay->lines[which])
		return true;
	bay->backends[which] =
		board_is_usb_port(spec) ? &usb_supply : bay->power->backend;
	enum err err = bay->backends[which]->take_output(&bay->lines[which], spec, on);
	if (err != ERR_OK && bay->tries == 1)
		log_info("bay=%u its %s (%s of %s) is not to be had yet",
			bay->profile->number, names[which], spec->line, spec->chip);
	if (err != ERR_OK && bay->tries == GPIO_TRIES)
		log_error("bay=%u its %s (%s of %s, profile line %u) cannot be had: %s",
			bay->profile->number, names[which], spec->line, spec->chip,
			spec->at, err_name(err));
	return err == ERR_OK;
}

/* A socket without a modem. */

static void on_vacant(void *user);

static void watch_socket(struct bay *bay)
{
	unsigned times =
		bay->n_vacant < VACANT_DOUBLINGS ? bay->n_vacant : VACANT_DOUBLINGS;

	if (bay->n_ports == 0 && bay->profile->usb[0] && bay->best)
		loop_timer_set(bay->power->loop, &bay->vacant,
			(uint64_t)VACANT_MS << times, on_vacant, bay);
}

static void on_vacant(void *user)
{
	struct bay *bay = user;
	uint64_t ms;

	log_info("bay=%u nothing in its socket", bay->profile->number);
	bay->n_vacant++;
	(void)power_cycle(bay->power, (int)(bay - bay->power->bays), &ms); /* it can */
	watch_socket(bay);
}

static void switch_on(void *user)
{
	struct bay *bay = user;
	bool all = false;

	if (!bay->runs) { /* a sequence ends with the lines that it began with */
		bay->tries++;
		all = take_line(bay, BOARD_SUPPLY, true);
		all = take_line(bay, BOARD_RESET, false) && all;
		all = take_line(bay, BOARD_KEY, false) && all;
		bay->best = sequence_of(bay);
	}
	if (!all && bay->tries < GPIO_TRIES)
		loop_timer_set(
			bay->power->loop, &bay->again, GPIO_AGAIN_MS, switch_on, bay);
	watch_socket(bay);
}

enum err power_create(struct power **out, struct loop *loop,
	const struct board_profile *profile, const struct gpio_backend *backend)
{
	struct power *p = calloc(1, sizeof(*p));

	if (!p)
		return ERR_MEM;
	p->loop = loop;
	p->backend = backend;
	p->n_bays = profile->n_bays;
	for (size_t i = 0; i < p->n_bays; i++) {
		struct bay *bay = &p->bays[i];
		bay->power = p;
		bay->profile = &profile->bays[i];
		if (i == 0)
			switch_on(bay);
		else
			loop_timer_set(loop, &bay->again, i * profile->stagger_ms,
				switch_on, bay);
	}
	*out = p;
	return ERR_OK;
}

void power_destroy(struct power *power)
{
	if (!power)
		return;
	for (size_t i = 0; i < power->n_bays; i++) {
		struct bay *bay = &power->bays[i];
		loop_timer_cancel(&bay->timer);
		loop_timer_cancel(&bay->again);
		loop_timer_cancel(&bay->vacant);
		/* No bay is left without supply, nor with a key held. */
		while (bay->runs && bay->step < bay->best->n) {
			const struct step *step = &bay->best->steps[bay->step++];
			if (bay->lines[step->line])
				(void)set_line(bay, step); /* as well as it goes */
		}
		for (size_t k = 0; k < BOARD_BAY_LINES; k++)
			if (bay->lines[k])
				bay->backends[k]->release(bay->lines[k]);
	}
	free(power);
}

static const struct bay *bay_at(const struct power *power, int bay)
{
	return power && bay >= 0 && (size_t)bay < power->n_bays ? &power->bays[bay]
								: NULL;
}

/* /sys/class/tty/ttyUSB0 leads to …/usb1/1-1/1-1.2/1-1.2:1.0/ttyUSB0/tty/ttyUSB0: the
 * socket's name is a part of the path, ended by a slash. */
static bool is_below(const char *path, const char *usb)
{
	size_t len = strlen(usb);

	for (const char *at = path; (at = strchr(at, '/')); at++)
		if (strncmp(at + 1, usb, len) == 0 && at[1 + len] == '/')
			return true;
	return false;
}

static bool device_path(const char *port, char path[PATH_MAX])
{
	char link[PATH_MAX];
	const char *name = strrchr(port, '/');
	size_t len = name ? strcspn(name + 1, ":") : 0;

	return len > 0 && len < 64 &&
	       str_format(
		       link, sizeof(link), "/sys/class/tty/%.*s", (int)len, name + 1) &&
	       realpath(link, path);
}

static bool is_uart(const char *port, const char *uart)
{
	size_t len = strlen(uart);

	return len > 0 && strncmp(port, uart, len) == 0 &&
	       (port[len] == '\0' || port[len] == ':');
}

/* "usb:1-1.2", "usb:1-1.2/1" as ports.h names a modem by its place; 1-1.2.1 is behind a
 * hub of its own. */
static bool is_place(const char *port, const char *usb)
{
	size_t len = strlen(usb);

	if (len == 0 || !str_starts(port, "usb:") || strncmp(port + 4, usb, len) != 0)
		return false;
	return strchr(".:/", port[4 + len]) != NULL; /* its end, too */
}

int power_bay_of(const struct power *power, const char *port)
{
	char path[PATH_MAX];
	size_t n = power ? power->n_bays : 0;
	bool is_tty = n > 0 && device_path(port, path);

	for (size_t i = 0; i < n; i++) {
		const struct board_bay *bay = power->bays[i].profile;
		if (is_uart(port, bay->uart) || is_place(port, bay->usb) ||
			(is_tty && bay->usb[0] && is_below(path, bay->usb)))
			return (int)i;
	}
	return POWER_NO_BAY;
}

void power_note_port(struct power *power, const char *port, bool is_there)
{
	int index = power_bay_of(power, port);

	if (index == POWER_NO_BAY)
		return;
	struct bay *bay = &power->bays[index];
	if (is_there)
		bay->n_ports++;
	else if (bay->n_ports > 0)
		bay->n_ports--;
	bay->n_vacant = 0;
	loop_timer_cancel(&bay->vacant);
	watch_socket(bay);
}

unsigned power_bay_number(const struct power *power, int bay)
{
	const struct bay *b = bay_at(power, bay);

	return b ? b->profile->number : 0;
}

bool power_has_line(const struct power *power, int bay)
{
	const struct bay *b = bay_at(power, bay);

	return b && b->best;
}

/* "usb:1-1.2" of the socket 1-1.2, and nothing behind a hub in it. */
static bool is_whole_socket(const char *port, const char *usb)
{
	size_t len = strlen(usb);

	return len > 0 && str_starts(port, "usb:") && strncmp(port + 4, usb, len) == 0 &&
	       (port[4 + len] == '\0' || port[4 + len] == ':');
}

bool power_is_alone(const struct power *power, int bay, const char *port)
{
	const struct bay *b = bay_at(power, bay);

	return b && (b->profile->uart[0] != '\0' ||
			    (b->n_ports == 1 && is_whole_socket(port, b->profile->usb)));
}

enum err power_cycle(struct power *power, int bay, uint64_t *out_ms)
{
	if (!power_has_line(power, bay))
		return ERR_UNSUPPORTED;
	struct bay *b = &power->bays[bay];
	uint64_t now = loop_now_ms(power->loop);
	if (!b->runs) {
		b->runs = true;
		b->step = 0;
		b->ends_ms = now + length_ms(b);
		log_warn("bay=%u power=off", b->profile->number);
		take_step(b);
	}
	*out_ms = b->ends_ms > now ? b->ends_ms - now : 0;
	return ERR_OK;
}
