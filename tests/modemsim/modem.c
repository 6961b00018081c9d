#include "tests/modemsim/modem.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "firmware/base/str.h"
#include "tests/modemsim/move.h"
#include "tests/modemsim/receive.h"
#include "tests/modemsim/at.h"
#include "tests/modemsim/uart.h"

#define POWER "power" /* why it was reset */

enum {
	WAITING_MAX_OCTETS = 16 * 1024,
	REPLY_MAX_OCTETS = 128 * 1024,
	URCS_MAX_OCTETS = 16 * 1024,
	GARBAGE_OCTETS = 24,
	BABBLE_OCTETS = 512, /* each BABBLE_MS: more than a UART carries */
	BABBLE_MS = 20,
};

void modem_regs_init(struct modem *m)
{
	m->regs = (struct modem_regs){
		.echo = m->set.echo,
		.words = m->set.words,
		.quiet = m->set.quiet,
		.number = { [REG_CFUN] = 1, [REG_CGSMS] = 1 },
		.mem = { MEMORY_SM, MEMORY_SM, MEMORY_SM },
		.cscs = "GSM",
		.csca = "+306900099000",
	};
}

bool modem_sim_is_open(const struct modem *m)
{
	return m->sim && m->set.sim != SIM_KIND_ABSENT && !m->sim->pin_asked;
}

int modem_reg_stat(const struct modem *m)
{
	static const int stats[] = { [NETWORK_KIND_HOME] = 1,
		[NETWORK_KIND_ROAMING] = 5,
		[NETWORK_KIND_SEARCHING] = 2,
		[NETWORK_KIND_DENIED] = 3,
		[NETWORK_KIND_NONE] = 0,
		[NETWORK_KIND_RESTING] = 0 };

	if (!modem_sim_is_open(m) || m->regs.number[REG_CFUN] != 1 ||
		m->regs.number[REG_COPS_MODE] == 2)
		return 0;
	return stats[m->set.network];
}

bool modem_is_registered(const struct modem *m)
{
	int stat = modem_reg_stat(m);

	return stat == 1 || stat == 5;
}

struct sms_memory *modem_memory(struct modem *m, enum memory_kind kind)
{
	if (kind == MEMORY_ME && m->set.me_is_sm)
		kind = MEMORY_SM;
	switch (kind) {
	case MEMORY_SM:
		return m->sim ? &m->sim->sm : &m->me;
	case MEMORY_SR:
		return &m->sr;
	case MEMORY_ME:
	case MEMORY_COUNT:
		break;
	}
	return &m->me;
}

void modem_write(struct modem *m, const char *data, size_t len)
{
	if (m->is_cutting) {
		len = len < m->cut_left ? len : m->cut_left;
		m->cut_left -= len;
	}
	if (m->deaf || len == 0)
		return;
	if (uart_is_clear(m))
		port_write(&m->port, data, len);
	else
		uart_garble(m, len);
}

void modem_cut(struct modem *m, size_t octets)
{
	m->is_cut = true;
	m->cut_left = octets;
}

static void urcs_flush(struct modem *m)
{
	if (m->urcs.len == 0)
		return;
	modem_write(m, m->urcs.data, m->urcs.len);
	buf_reset(&m->urcs);
}

void modem_urc(struct modem *m, const char *fmt, ...)
{
	bool hold = m->in.in_body && m->set.inject != INJECT_KIND_PROMPT &&
		    m->set.inject != INJECT_KIND_ALL;
	char text[SIMPDU_MAX * 2 + 64];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args); /* an over-long line is cut */
	va_end(args);
	if (!buf_ok(&m->urcs))
		buf_reset(&m->urcs);
	buf_printf(&m->urcs, "\r\n%s\r\n", text);
	if (!hold)
		urcs_flush(m);
}

/* The configured stray line, if this is one of its places. */
static void inject_at(struct modem *m, enum inject_kind place, struct buf *dst)
{
	if (m->set.inject == place || m->set.inject == INJECT_KIND_ALL)
		buf_printf(dst, "\r\n%s\r\n", m->set.inject_text);
}

/* V.250 5.7.1: without words a number and CR. */
static void word_put(
	const struct modem *m, const char *word, const char *number, struct buf *dst)
{
	if (m->regs.words)
		buf_printf(dst, "\r\n%s\r\n", word);
	else
		buf_printf(dst, "%s\r", number);
}

static void final_put(const struct modem *m, int result, struct buf *dst)
{
	int cmee = m->regs.number[REG_CMEE];

	if (m->regs.quiet)
		return;
	if (result == AT_OK)
		word_put(m, "OK", "0", dst);
	else if (result >= AT_CMS)
		buf_printf(dst, "\r\n+CMS ERROR: %d\r\n", result - AT_CMS);
	else if (result >= AT_CME && cmee > 0)
		buf_printf(dst, "\r\n+CME ERROR: %d\r\n", result - AT_CME);
	else if (result == AT_UNKNOWN)
		buf_printf(dst, "\r\n%s\r\n", m->set.unsupported_text);
	else if (result != AT_QUIET && result != AT_BARE)
		word_put(m, "ERROR", "4", dst);
}

static void after_answer(struct modem *m)
{
	unsigned after = m->after;

	m->after = 0;
	if (after & MODEM_AFTER_USSD) {
		m->in_menu = m->set.ussd_menu[0] && !m->in_menu;
		if (m->in_menu)
			modem_urc(m, "+CUSD: 1,\"%s\",15", m->set.ussd_menu);
		else if (m->set.ussd[0])
			modem_urc(m, "+CUSD: 0,\"%s\",15", m->set.ussd);
	}
	if (after & MODEM_AFTER_OFFER)
		receive_offer(m);
	if (after & MODEM_AFTER_RESET)
		modem_reset(m, "cfun");
}

void modem_answer(struct modem *m, int result)
{
	char mem[2 * SETTINGS_TEXT_MAX + 64];
	struct buf text;

	m->busy = false;
	m->is_cutting = m->is_cut;
	port_cork(&m->port);
	if (result != AT_QUIET) {
		buf_init_fixed(&text, mem, sizeof(mem));
		inject_at(m, INJECT_KIND_ECHO, &text);
		modem_write(m, text.data, text.len);
		buf_reset(&text);
		if (m->reply.len > 0) {
			modem_write(m, m->reply.data, m->reply.len);
			inject_at(m, INJECT_KIND_ANSWER, &text);
		}
		final_put(m, result, &text);
		modem_write(m, text.data, text.len);
	}
	buf_reset(&m->reply);
	m->is_cut = m->is_cutting = false;
	urcs_flush(m);
	port_uncork(&m->port);
	after_answer(m);
	modem_resume(m);
}

static void step_due(void *user)
{
	struct modem *m = user;

	m->step_fn(m);
}

void modem_step_after(struct modem *m, void (*fn)(struct modem *), uint32_t ms)
{
	m->busy = true;
	m->step_fn = fn;
	if (ms > 0)
		loop_after(m->env->loop, &m->step, ms);
	else
		fn(m);
}

static void answer_step(struct modem *m)
{
	modem_answer(m, m->result);
}

static void answer_after(struct modem *m, int result, uint32_t ms)
{
	m->result = result;
	modem_step_after(m, answer_step, ms);
}

static void line_trace(struct modem *m, const char *line)
{
	if (!m->env->log->trace)
		return;
	simlog_begin(m->env->log, "cmd", (int)m->index);
	simlog_text(m->env->log, "line", line);
	simlog_end(m->env->log);
}

static void line_take(struct modem *m, const char *line)
{
	int result;

	line_trace(m, line);
	if (strncasecmp(line, "AT", 2) != 0)
		return; /* V.250 5.2: not for the modem */
	m->busy = true;
	buf_reset(&m->reply);
	result = at_run(m, line + 2);
	if (result != AT_TAKEN)
		answer_after(m, result, spread_draw(&m->set.latency_ms, &m->rng));
}

static void event_take(struct modem *m, enum at_event event, const char *text, size_t len)
{
	switch (event) {
	case AT_EVENT_NONE:
		break;
	case AT_EVENT_LINE:
		line_take(m, text);
		break;
	case AT_EVENT_BODY:
		submit_body(m, text, len);
		break;
	case AT_EVENT_ABORT:
		submit_abort(m);
		break;
	case AT_EVENT_TOO_LONG:
		modem_answer(m, AT_FAIL);
		break;
	}
}

/* A wrong one loses each fourth byte, as on a line without flow control. */
static void echo_put(struct modem *m, const char *data, size_t len)
{
	for (size_t i = 0, n; m->set.echo_wrong && i < len; i += n + 1) {
		n = len - i < 3 ? len - i : 3;
		modem_write(m, data + i, n);
	}
	if (!m->set.echo_wrong)
		modem_write(m, data, len);
}

/* Takes what waits, one command at a time. */
void modem_resume(struct modem *m)
{
	if (m->pumping)
		return;
	m->pumping = true;
	port_cork(&m->port);
	while (m->waiting.len > 0 && !m->busy && !m->deaf) {
		size_t used;
		enum at_event event = at_input_feed(&m->in, m->waiting.data,
			m->waiting.len, m->env->loop->now_ms, &used);

		if (m->regs.echo)
			echo_put(m, m->waiting.data, used);
		buf_consume(&m->waiting, used);
		event_take(m, event, m->in.text, strlen(m->in.text));
	}
	port_uncork(&m->port);
	m->pumping = false;
}

static void garbage_say(struct modem *m)
{
	char noise[GARBAGE_OCTETS];

	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (char)rng_next(&m->rng);
	port_write(&m->port, noise, sizeof(noise));
}

/* A port that is no modem. */
static void other_data(struct modem *m, const char *data, size_t len)
{
	if (m->set.port == PORT_KIND_GARBAGE)
		garbage_say(m);
	if (m->set.port == PORT_KIND_LOGIN) {
		port_write(&m->port, data, len);
		if (memchr(data, '\r', len))
			port_write(&m->port, "\nPassword: \r\nsensor login: ", 27);
	}
}

static void modem_data(void *user, const char *data, size_t len)
{
	struct modem *m = user;

	if (!uart_hears(m))
		return;
	if (m->set.port != PORT_KIND_MODEM) {
		other_data(m, data, len);
		return;
	}
	if (at_search_cut(m) || m->deaf || len > WAITING_MAX_OCTETS - m->waiting.len)
		return;
	buf_put(&m->waiting, data, len);
	modem_resume(m);
}

static void modem_presence(void *user, bool present)
{
	struct modem *m = user;

	m->speed_heard = 0;
	simlog_begin(m->env->log, present ? "open" : "close", (int)m->index);
	simlog_end(m->env->log);
}

/* Line i, counted round, of those between '|'. */
static void urc_line(struct modem *m, const char *text, unsigned i)
{
	unsigned count = 1;

	for (const char *c = text; *c != '\0'; c++)
		count += *c == '|';
	for (i %= count; i > 0; i--)
		text = strchr(text, '|') + 1;
	modem_urc(m, "%.*s", (int)strcspn(text, "|"), text);
}

static void urc_lines(struct modem *m, const char *text)
{
	urc_line(m, text, 0);
	for (const char *bar = strchr(text, '|'); bar; bar = strchr(bar + 1, '|'))
		urc_line(m, bar + 1, 0);
}

static void wake_due(void *user)
{
	struct modem *m = user;

	m->deaf = false;
	if (m->booting && m->set.boot_text[0] != '\0')
		urc_lines(m, m->set.boot_text);
	m->booting = false;
	modem_registration_changed(m);
}

/* A port that talks without a line's end. */
static void babble(struct modem *m)
{
	char noise[BABBLE_OCTETS];

	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] =
			m->set.port == PORT_KIND_ENDLESS ? 'U' : (char)rng_next(&m->rng);
	port_write(&m->port, noise, sizeof(noise));
	loop_after(m->env->loop, &m->flood, BABBLE_MS);
}

static void flood_due(void *user)
{
	struct modem *m = user;

	if (m->set.port == PORT_KIND_ENDLESS || m->set.port == PORT_KIND_BINARY) {
		babble(m);
		return;
	}

	port_cork(&m->port);
	for (unsigned i = 0; i < m->set.boot_urc_burst; i++)
		urc_line(m, m->set.boot_urc_text, m->flood_at++);
	port_uncork(&m->port);
	loop_after(m->env->loop, &m->flood, m->set.boot_urc_ms);
}

static void memory_init(struct sms_memory *memory, const char *name, unsigned size)
{
	memory->name = name;
	memory->size = size;
}

static void imei_make(struct modem *m)
{
	(void)str_format(
		m->imei, sizeof(m->imei), "35298900%06u", m->index + 1); /* fits */
	sim_luhn_append(m->imei, sizeof(m->imei));
}

enum err modem_init(struct modem *m, struct modem_env *env, unsigned index, uint64_t seed)
{
	struct port_events events = {
		.data = modem_data, .presence = modem_presence, .user = m
	};

	m->index = index;
	m->env = env;
	rng_seed(&m->rng, seed, index);
	settings_init(&m->set);
	imei_make(m);
	port_init(&m->port, env->loop, &events);
	buf_init(&m->waiting, WAITING_MAX_OCTETS);
	buf_init(&m->reply, REPLY_MAX_OCTETS);
	buf_init(&m->urcs, URCS_MAX_OCTETS);
	buf_init(&m->late_text, URCS_MAX_OCTETS);
	m->step = (struct timer){ .fn = step_due, .user = m };
	m->wake = (struct timer){ .fn = wake_due, .user = m };
	m->flood = (struct timer){ .fn = flood_due, .user = m };
	m->ack = (struct timer){ .fn = receive_ack_due, .user = m };
	m->late = (struct timer){ .fn = submit_late_due, .user = m };
	m->move = (struct timer){ .fn = move_due, .user = m };
	memory_init(&m->me, "ME", m->set.me_size);
	memory_init(&m->sr, "SR", m->set.sr_size);
	modem_regs_init(m);
	return ERR_OK;
}

static void timers_stop_all(struct modem *m)
{
	struct timers *timers = &m->env->loop->timers;

	timers_stop(timers, &m->step);
	timers_stop(timers, &m->wake);
	timers_stop(timers, &m->ack);
	timers_stop(timers, &m->late);
	timers_stop(timers, &m->move);
}

void modem_fini(struct modem *m)
{
	timers_stop_all(m);
	timers_stop(&m->env->loop->timers, &m->flood);
	port_fini(&m->port);
	buf_fini(&m->waiting);
	buf_fini(&m->reply);
	buf_fini(&m->urcs);
	buf_fini(&m->late_text);
}

/* The card asks for its PIN after every power-on. */
static void sim_power_on(struct modem *m)
{
	struct sim *sim = m->sim;

	if (!sim)
		return;
	sim->pin_asked = m->set.sim == SIM_KIND_PIN || m->set.sim == SIM_KIND_PUK;
	if (m->set.sim == SIM_KIND_PUK)
		sim->pin_left = 0;
}

void modem_apply(struct modem *m)
{
	m->me.size = m->set.me_size;
	m->sr.size = m->set.sr_size;
	m->port.split_bytes = m->set.split_bytes;
	m->port.split_ms = m->set.split_ms;
	if (m->set.imei[0] != '\0')
		(void)str_copy(m->imei, sizeof(m->imei), m->set.imei); /* same size */
	if (m->sim) {
		m->sim->sm.size = m->set.sm_size;
		if (m->set.sim == SIM_KIND_READY) { /* opened by hand, by its PUK */
			m->sim->pin_asked = false;
			if (m->sim->pin_left == 0)
				m->sim->pin_left = m->set.pin_tries;
		}
	}
	timers_stop(&m->env->loop->timers, &m->flood);
	if (m->set.port == PORT_KIND_ENDLESS || m->set.port == PORT_KIND_BINARY)
		loop_after(m->env->loop, &m->flood, BABBLE_MS);
	else if (m->set.boot_urc_ms > 0)
		loop_after(m->env->loop, &m->flood, m->set.boot_urc_ms);
	if (!m->deaf)
		modem_registration_changed(m);
}

void modem_registration_changed(struct modem *m)
{
	static const struct {
		enum reg reg;
		const char *name;
	} urcs[] = { { REG_CREG, "+CREG" }, { REG_CGREG, "+CGREG" },
		{ REG_CEREG, "+CEREG" } };
	int stat = modem_reg_stat(m);

	for (size_t i = 0; i < 3 && stat != m->told_stat; i++) {
		if (m->regs.number[urcs[i].reg] > 0)
			modem_urc(m, "%s: %d", urcs[i].name, stat);
	}
	m->told_stat = stat;
	receive_offer(m);
}

static void modem_stop_work(struct modem *m)
{
	submit_interrupted(m);
	timers_stop_all(m);
	m->busy = m->searching = false;
	m->after = 0;
	m->is_cut = false;
	at_input_reset(&m->in);
	buf_reset(&m->waiting);
	buf_reset(&m->reply);
	buf_reset(&m->urcs);
	buf_reset(&m->late_text);
}

void modem_reset(struct modem *m, const char *why)
{
	int cfun = m->regs.number[REG_CFUN];

	modem_stop_work(m);
	simlog_begin(m->env->log, "reset", (int)m->index);
	simlog_text(m->env->log, "why", why);
	simlog_end(m->env->log);
	if (m->set.forget)
		modem_regs_init(m);
	m->regs.number[REG_CFUN] = m->set.forget ? 1 : cfun;
	m->link_until_ms = 0;
	sim_power_on(m);
	m->deaf = true;
	m->booting = true;
	m->told_stat = 0;
	loop_after(m->env->loop, &m->wake, m->set.boot_ms);
	if (m->set.moves_ms > 0 && !str_eq(why, POWER) && port_is_plugged(&m->port))
		move_start(m);
}

void modem_hang(struct modem *m, uint32_t ms)
{
	modem_stop_work(m);
	simlog_begin(m->env->log, "hang", (int)m->index);
	simlog_number(m->env->log, "ms", ms);
	simlog_end(m->env->log);
	m->deaf = true;
	if (ms > 0)
		loop_after(m->env->loop, &m->wake, ms);
}

void modem_unplug(struct modem *m)
{
	modem_stop_work(m);
	m->deaf = true;
	port_unplug(&m->port);
	simlog_begin(m->env->log, "unplug", (int)m->index);
	simlog_end(m->env->log);
}

enum err modem_plug(struct modem *m, const char *link, int inotify)
{
	enum err err = port_plug(&m->port, link, inotify);

	if (err != ERR_OK)
		return err;
	modem_apply(m);
	modem_reset(m, POWER);
	simlog_begin(m->env->log, "plug", (int)m->index);
	simlog_text(m->env->log, "link", link);
	simlog_end(m->env->log);
	return ERR_OK;
}
