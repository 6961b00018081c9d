#include "tests/modemsim/submit.h"

#include <string.h>

#include "firmware/base/str.h"
#include "tests/modemsim/at.h"
#include "tests/modemsim/world.h"

enum {
	LINK_OPEN_MS =
		5000, /* TS 27.005 3.5.6: how long +CMMS keeps the link, 1 to 5 s */
};

static void fault_finish(struct modem *m, const struct fault_rule *rule);

static void prompt_show(struct modem *m)
{
	char mem[SETTINGS_TEXT_MAX + 8];
	struct buf stray;

	m->busy = false;
	at_input_expect_body(&m->in);
	modem_write(m, "\r\n> ", 4);
	if (m->set.inject == INJECT_KIND_PROMPT || m->set.inject == INJECT_KIND_ALL) {
		buf_init_fixed(&stray, mem, sizeof(mem));
		buf_printf(&stray, "\r\n%s\r\n", m->set.inject_text);
		modem_write(m, stray.data, stray.len);
	}
}

static void prompt_step(struct modem *m)
{
	prompt_show(m);
	modem_resume(m);
}

static void prompt_fault_step(struct modem *m)
{
	const struct fault_rule rule = m->submit.fault;

	buf_reset(&m->reply);
	fault_finish(m, &rule);
}

/* Something else in the prompt's place. */
static void prompt_fault(struct modem *m, const struct fault_rule *rule, uint32_t ms)
{
	m->submit.fault = *rule;
	modem_step_after(m, prompt_fault_step, ms > 0 ? ms : 1);
}

void submit_prompt(struct modem *m)
{
	struct fault_moment moment = { "+CMGS", m->submit.to, true, false };
	const struct fault_rule *rule = fault_pick(&m->set.faults, &moment, &m->rng);
	uint32_t ms = spread_draw(&m->set.prompt_ms, &m->rng);

	if (rule && rule->kind == FAULT_SLOWPROMPT) {
		ms = rule->arg;
	} else if (rule && rule->kind == FAULT_NOPROMPT) {
		m->busy = false;
		return;
	} else if (rule) {
		prompt_fault(m, rule, ms);
		return;
	}
	if (ms == 0)
		prompt_show(m); /* at_run() is on the stack: the pump goes on by itself */
	else
		modem_step_after(m, prompt_step, ms);
}

static void submit_log(struct modem *m, const char *result, bool on_air)
{
	struct simlog *log = m->env->log;
	const struct submit *s = &m->submit;
	uint64_t now = m->env->loop->now_ms;

	simlog_begin(log, "submit", (int)m->index);
	simlog_text(log, "sim", m->sim ? m->sim->iccid : "");
	simlog_hex(log, "pdu", s->pdu, s->pdu_len);
	simlog_number(log, "mr", on_air ? s->mr : -1);
	simlog_text(log, "result", result);
	simlog_bool(log, "on_air", on_air);
	simlog_number(log, "cmd_t", (int64_t)s->cmd_ms);
	simlog_number(log, "body_t", (int64_t)s->body_ms);
	simlog_number(log, "busy_ms", (int64_t)(now - s->cmd_ms));
	simlog_end(log);
}

/* The message leaves: the network has it, and its reference is taken. */
static void submit_go_on_air(struct modem *m)
{
	struct submit *s = &m->submit;

	s->mr = m->sim->next_mr++;
	m->link_until_ms = m->env->loop->now_ms + LINK_OPEN_MS;
	world_accept(m->env->world, m, &s->message, s->mr);
}

static void late_schedule(struct modem *m, uint32_t ms)
{
	uint64_t due = m->submit.body_ms + ms;
	uint64_t now = m->env->loop->now_ms;

	buf_printf(&m->late_text, "\r\n+CMGS: %u\r\n\r\nOK\r\n", (unsigned)m->submit.mr);
	loop_after(m->env->loop, &m->late, due > now ? due - now : 0);
}

void submit_late_due(void *user)
{
	struct modem *m = user;

	modem_write(m, m->late_text.data, m->late_text.len);
	buf_reset(&m->late_text);
}

static void result_name(const struct fault_rule *rule, char *dst, size_t size)
{
	bool coded = rule->kind == FAULT_CMS || rule->kind == FAULT_CME;
	const char *name = fault_kind_name(rule->kind);

	/* Cut names do not occur: the longest has 10 letters. */
	if (coded)
		(void)str_format(dst, size, "%s %u", name, rule->arg);
	else
		(void)str_copy(dst, size, name);
}

/* What the client sees of a fault. */
static void fault_finish(struct modem *m, const struct fault_rule *rule)
{
	switch (rule->kind) {
	case FAULT_CMS:
		modem_answer(m, AT_CMS + (int)rule->arg);
		return;
	case FAULT_CME:
		modem_answer(m, AT_CME + (int)rule->arg);
		return;
	case FAULT_ERROR:
		modem_answer(m, AT_FAIL);
		return;
	case FAULT_LATE:
		late_schedule(m, rule->arg);
		modem_answer(m, AT_QUIET);
		return;
	case FAULT_CUT:
		buf_reset(&m->reply);
		buf_printf(&m->reply, "\r\n+CMGS: %u\r\n", (unsigned)m->submit.mr);
		modem_cut(m, rule->arg);
		modem_answer(m, AT_OK);
		return;
	case FAULT_HANG:
		modem_hang(m, rule->arg);
		return;
	case FAULT_RESET:
		modem_reset(m, "fault");
		return;
	case FAULT_UNPLUG:
		modem_unplug(m);
		return;
	case FAULT_LOST:
	case FAULT_SWALLOW:
	case FAULT_NONE:
	case FAULT_NOPROMPT:
	case FAULT_SLOWPROMPT:
		modem_answer(m, AT_QUIET);
		return;
	}
}

static void submit_refuse(struct modem *m, int cms)
{
	char result[16];

	(void)str_format(result, sizeof(result), "cms %d", cms); /* three digits */
	m->submit.running = false;
	submit_log(m, result, false);
	modem_answer(m, AT_CMS + cms);
	m->env->submitted(m->env->user, m);
}

static void submit_fault_step(struct modem *m)
{
	struct fault_rule rule = m->submit.fault;
	char result[24];

	if (rule.on_air)
		submit_go_on_air(m);
	result_name(&rule, result, sizeof(result));
	m->submit.running = false;
	submit_log(m, result, rule.on_air);
	fault_finish(m, &rule);
	m->env->submitted(m->env->user, m);
}

/* The radio is done with it. */
static void submit_step(struct modem *m)
{
	/* TS 27.007 10.1.21: 1 is the circuit-switched side alone */
	bool has_bearer = !m->set.sms_needs_ps || m->regs.number[REG_CGSMS] != 1;

	if (!modem_is_registered(m) || !has_bearer) {
		submit_refuse(m, 331);
		return;
	}
	if (m->submit.has_fault) {
		submit_fault_step(m);
		return;
	}
	submit_go_on_air(m);
	m->submit.running = false;
	submit_log(m, "ok", true);
	buf_reset(&m->reply);
	buf_printf(&m->reply, "\r\n+CMGS: %u\r\n", (unsigned)m->submit.mr);
	modem_answer(m, AT_OK);
	m->env->submitted(m->env->user, m);
}

/* The radio link must be made first, unless +CMMS kept it since the last message. */
static uint32_t link_setup_ms(struct modem *m)
{
	bool kept = m->env->loop->now_ms < m->link_until_ms;
	int *cmms = &m->regs.number[REG_CMMS];

	if (*cmms > 0 && kept)
		return 0;
	if (*cmms == 1 && m->link_until_ms > 0)
		*cmms = 0; /* TS 27.005 3.5.6: 1 falls back when the link closed */
	return spread_draw(&m->set.link_setup_ms, &m->rng);
}

static bool body_read(struct modem *m, const char *text, size_t len)
{
	struct submit *s = &m->submit;
	char hex[SIMPDU_MAX * 2 + 1];
	size_t digits = 0;

	if (s->text_mode) {
		s->pdu_len = simpdu_submit_encode(s->to, text, s->pdu);
		s->tpdu_len = s->pdu_len > 0 ? s->pdu_len - 1 : 0;
	} else {
		for (size_t i = 0; i < len && digits < sizeof(hex); i++) {
			if (text[i] != '\r' && text[i] != '\n')
				hex[digits++] = text[i];
		}
		if (!str_from_hex(hex, digits, s->pdu, sizeof(s->pdu), &s->pdu_len))
			s->pdu_len = 0;
	}
	return simpdu_submit_decode(s->pdu, s->pdu_len, s->tpdu_len, &s->message);
}

void submit_body(struct modem *m, const char *text, size_t len)
{
	struct submit *s = &m->submit;
	struct fault_moment moment = { "+CMGS", s->message.to, false, false };
	const struct fault_rule *rule;

	buf_reset(&m->reply);
	s->body_ms = m->env->loop->now_ms;
	s->running = true;
	if (!body_read(m, text, len)) {
		submit_refuse(m, 304);
		return;
	}
	rule = fault_pick(&m->set.faults, &moment, &m->rng);
	s->has_fault = rule != NULL;
	if (rule)
		s->fault = *rule;
	modem_step_after(m, submit_step,
		spread_draw(&m->set.submit_ms, &m->rng) + link_setup_ms(m));
}

void submit_abort(struct modem *m)
{
	simlog_begin(m->env->log, "abort", (int)m->index);
	simlog_end(m->env->log);
	buf_reset(&m->reply);
	modem_answer(m, AT_OK);
}

void submit_interrupted(struct modem *m)
{
	if (!m->submit.running)
		return;
	m->submit.running = false;
	submit_log(m, "interrupted", false);
}
