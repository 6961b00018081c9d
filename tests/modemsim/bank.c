#include "tests/modemsim/bank.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "firmware/base/str.h"
#include "tests/modemsim/receive.h"
#include "tests/modemsim/command.h"
#define LOG_MODULE "bank"
#include "firmware/base/log.h"

enum {
	NOTIFY_OCTETS = 4096,
};

static struct sim *bank_find_sim(void *user, const char *msisdn)
{
	struct bank *bank = user;

	for (unsigned i = 0; i < bank->count; i++) {
		if (str_eq(bank->sims[i].msisdn, msisdn))
			return &bank->sims[i];
	}
	return NULL;
}

static void bank_offer(void *user, struct sim *sim)
{
	struct bank *bank = user;

	for (unsigned i = 0; i < bank->count; i++) {
		if (bank->modems[i].sim == sim)
			receive_offer(&bank->modems[i]);
	}
}

static void hook_run(struct bank_hook *hook)
{
	char command[BANK_COMMAND_MAX];
	struct buf answer;

	hook->armed = false;
	(void)str_copy(command, sizeof(command), hook->command); /* same size */
	buf_init(&answer, 64 * 1024);
	command_run(hook->bank, command, &answer);
	if (!str_starts(buf_str(&answer), "{\"ok\":true")) /* command is cut up now */
		log_warn("command=%s answer=%s", command, buf_str(&answer));
	buf_fini(&answer);
}

static void hook_due(void *user)
{
	hook_run(user);
}

static void bank_submitted(void *user, struct modem *modem)
{
	struct bank *bank = user;

	bank->submits[modem->index]++;
	bank->submits_all++;
	for (size_t i = 0; i < BANK_HOOKS_MAX; i++) {
		struct bank_hook *hook = &bank->hooks[i];
		unsigned long now =
			hook->modem < 0 ? bank->submits_all : bank->submits[hook->modem];

		if (hook->armed && hook->submits > 0 && now >= hook->submits)
			hook_run(hook);
	}
}

static struct bank_hook *hook_take(struct bank *bank, const char *command)
{
	for (size_t i = 0; i < BANK_HOOKS_MAX; i++) {
		struct bank_hook *hook = &bank->hooks[i];

		if (hook->armed)
			continue;
		if (!str_copy(hook->command, sizeof(hook->command), command))
			return NULL;
		hook->armed = true;
		hook->bank = bank;
		hook->submits = 0;
		hook->timer = (struct timer){ .fn = hook_due, .user = hook };
		return hook;
	}
	return NULL;
}

bool bank_after_ms(struct bank *bank, uint64_t ms, const char *command)
{
	struct bank_hook *hook = hook_take(bank, command);

	if (!hook)
		return false;
	loop_after(&bank->loop, &hook->timer, ms);
	return true;
}

bool bank_after_submits(
	struct bank *bank, int modem, unsigned long submits, const char *command)
{
	struct bank_hook *hook = hook_take(bank, command);
	unsigned long now = modem < 0 ? bank->submits_all : bank->submits[modem];

	if (!hook)
		return false;
	hook->modem = modem;
	hook->submits = now + submits;
	return true;
}

static void notify_one(struct bank *bank, const struct inotify_event *event)
{
	for (unsigned i = 0; i < bank->count; i++) {
		struct port *port = &bank->modems[i].port;

		if (port->watch_id == event->wd)
			port_notified(port, event->mask);
	}
}

static void bank_notified(void *user, uint32_t events)
{
	_Alignas(struct inotify_event) char data[NOTIFY_OCTETS];
	struct bank *bank = user;
	ssize_t len = read(bank->inotify_fd, data, sizeof(data));
	struct inotify_event event;

	(void)events;
	for (ssize_t at = 0; at < len; at += (ssize_t)(sizeof(event) + event.len)) {
		memcpy(&event, data + at, sizeof(event));
		notify_one(bank, &event);
	}
}

static void bank_sync(void *user)
{
	bank_notified(user, 0);
}

static enum err bank_watch_ports(struct bank *bank)
{
	bank->inotify_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (bank->inotify_fd < 0) {
		log_error("inotify error=%s", strerror(errno));
		return ERR_SYS;
	}
	bank->inotify = (struct watch){ -1, bank_notified, bank };
	return loop_watch(&bank->loop, &bank->inotify, bank->inotify_fd, EPOLLIN);
}

static enum err bank_make_modems(struct bank *bank, const struct bank_options *options)
{
	bank->modems = calloc(options->count, sizeof(*bank->modems));
	bank->sims = calloc(options->count, sizeof(*bank->sims));
	if (!bank->modems || !bank->sims)
		return ERR_MEM;
	for (unsigned i = 0; i < options->count; i++) {
		struct modem *m = &bank->modems[i];
		enum err err = modem_init(m, &bank->env, i, options->seed);

		if (err != ERR_OK)
			return err;
		sim_init(&bank->sims[i], i, options->calling_code);
		m->sim = &bank->sims[i];
		m->port.events.sync = bank_sync;
		m->port.events.sync_user = bank;
		bank->count = i + 1;
	}
	return ERR_OK;
}

enum err bank_init(struct bank *bank, const struct bank_options *options)
{
	struct world_events events = { bank_find_sim, bank_offer, bank };
	enum err err;

	*bank = (struct bank){ .inotify_fd = -1, .loop.epoll_fd = -1, .log.fd = -1 };
	if (!str_copy(bank->dir, sizeof(bank->dir), options->dir))
		return ERR_MEM;
	if (mkdir(bank->dir, 0755) < 0 && errno != EEXIST) {
		log_error("mkdir path=%s error=%s", bank->dir, strerror(errno));
		return ERR_SYS;
	}
	err = loop_init(&bank->loop);
	if (err == ERR_OK)
		err = simlog_open(&bank->log, options->log_path, options->trace);
	if (err == ERR_OK)
		err = bank_watch_ports(bank);
	if (err != ERR_OK)
		return err;
	world_init(&bank->world, &bank->loop, &bank->log, &events);
	bank->env = (struct modem_env){ .loop = &bank->loop,
		.log = &bank->log,
		.world = &bank->world,
		.submitted = bank_submitted,
		.user = bank };
	return bank_make_modems(bank, options);
}

enum err bank_replug(struct bank *bank, struct modem *modem, const char *name)
{
	char link[PORT_PATH_MAX];

	if (port_is_plugged(&modem->port))
		return ERR_BUSY;
	if (strchr(name, '/') ||
		!str_format(link, sizeof(link), "%s/%s", bank->dir, name))
		return ERR_ARG;
	return modem_plug(modem, link, bank->inotify_fd);
}

enum err bank_start(struct bank *bank, unsigned tcp_base)
{
	char name[16];

	for (unsigned i = 0; i < bank->count; i++) {
		struct modem *m = &bank->modems[i];
		enum err err;

		if (m->sim) {
			m->sim->next_mr = (uint8_t)m->set.mr_start;
			m->sim->pin_left = m->set.pin_tries;
		}
		(void)str_format(name, sizeof(name), "modem%u", i); /* fits */
		err = bank_replug(bank, m, name);
		if (err == ERR_OK && tcp_base > 0)
			err = port_listen(&m->port, tcp_base + i);
		if (err != ERR_OK)
			return err;
	}
	return ERR_OK;
}

void bank_swap(struct bank *bank, struct modem *a, struct modem *b)
{
	struct sim *sim = a->sim;

	(void)bank;
	a->sim = b->sim;
	b->sim = sim;
	modem_apply(a);
	modem_apply(b);
	modem_reset(a, "sim");
	modem_reset(b, "sim");
}

void bank_fini(struct bank *bank)
{
	world_fini(&bank->world);
	for (unsigned i = 0; i < bank->count; i++) {
		modem_fini(&bank->modems[i]);
		sim_fini(&bank->sims[i]);
	}
	free(bank->modems);
	free(bank->sims);
	if (bank->inotify_fd >= 0)
		(void)close(bank->inotify_fd); /* nothing is written there */
	simlog_close(&bank->log);
	loop_fini(&bank->loop);
}
