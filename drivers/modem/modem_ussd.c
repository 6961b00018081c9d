/*
 * TS 27.007 7.15 (+CUSD). The operator answers whenever it likes, so the result comes
 * unasked, mostly after OK and sometimes before it.
 */
#include <string.h>

#include "drivers/modem/modem_impl.h"
#include "firmware/base/str.h"

#define LOG_MODULE "modem"
#include "firmware/base/log.h"

enum {
	SPARE_CR = 0x0D,     /* TS 23.038 6.1.2.3.1: seven spare bits are no @ */
	CME_NOT_ALLOWED = 3, /* 27.007 9.2.1 */
	CME_NOT_SUPPORTED = 4,
	CME_INCORRECT = 50,
	CME_UNKNOWN = 100
};

/* TS 23.038 6.1.2.3. What may be said has the same value in ASCII and in GSM 7 bit. */
static bool add_packed(const char *said, size_t len, char *dst, size_t size)
{
	unsigned bits = 0, n = 0;
	bool ok = true;

	for (size_t i = 0; i < len; i++) {
		bits |= (unsigned)said[i] << n;
		n += 7;
		if (n < 8)
			continue;
		ok = ok && str_append_format(dst, size, "%02X", bits & 0xFF);
		bits >>= 8;
		n -= 8;
	}
	if (n == 1)
		bits |= SPARE_CR << 1;
	return n == 0 ? ok : ok && str_append_format(dst, size, "%02X", bits & 0xFF);
}

static bool make_question(void *ctx, char *dst, size_t size)
{
	const struct modem_ussd *u = ctx;
	const char *said = u->code + u->at;
	size_t len = strcspn(said, ",");
	bool ok = str_copy(dst, size, "AT+CUSD=1,\"");

	if (u->is_packed)
		ok = ok && add_packed(said, len, dst, size);
	else
		ok = ok && str_append_format(dst, size, "%.*s", (int)len, said);
	/* 15: the GSM 7 bit alphabet, language unspecified (TS 23.038 clause 5) */
	return ok && str_append_format(dst, size, "\",15");
}

/* Codes may carry a PIN or a voucher's number. */
static const struct at_step question_steps[] = {
	{ .make = make_question, .deadline = DEADLINE_USSD, .flags = AT_FLAG_SECRET },
};
static const struct at_script question = { question_steps, 1 };

static const struct at_step close_steps[] = {
	{ .cmd = "AT+CUSD=2", .flags = AT_STEP_MAY_FAIL },
};
static const struct at_script closing = { close_steps, 1 };

static bool is_code(const char *code)
{
	size_t n = strspn(code, "0123456789*#+,");

	return n > 0 && code[n] == '\0' && n <= MODEM_USSD_CODE_MAX && code[0] != ',' &&
	       code[n - 1] != ',' && !strstr(code, ",,");
}

enum err modem_ussd(struct modem *m, const char *code, modem_ussd_fn done, void *user)
{
	if (!is_code(code))
		return ERR_ARG;
	if (m->request.job != MODEM_JOB_NONE)
		return ERR_BUSY;
	(void)str_copy(m->ussd.code, sizeof(m->ussd.code), code); /* fits */
	return modem_job_request(m,
		&(struct modem_request){
			.job = MODEM_JOB_USSD, .done = { .ussd = done }, .user = user });
}

enum err modem_ussd_start(struct modem *m)
{
	struct modem_ussd *u = &m->ussd;

	u->phase = USSD_ASKING;
	u->at = 0;
	u->until_ms = loop_now_ms(m->loop) + deadline_ms(DEADLINE_USSD);
	u->has_answer = u->is_late = u->has_turned = false;
	u->answer = (struct modem_ussd_answer){ .code = AT_CODE_NONE };
	return at_dialog_start(&m->dialog, &m->chat, &question, u);
}

/* The operator shows a menu and we were told what to choose. False: we were not. */
static bool answer_menu(struct modem *m)
{
	struct modem_ussd *u = &m->ussd;
	size_t n = strcspn(u->code + u->at, ",");

	if (!u->has_answer || u->answer.end != MODEM_USSD_ASKS ||
		u->code[u->at + n] == '\0')
		return false;
	u->at += n + 1;
	u->has_answer = false;
	u->phase = USSD_ASKING;
	u->until_ms = loop_now_ms(m->loop) + deadline_ms(DEADLINE_USSD);
	return at_dialog_start(&m->dialog, &m->chat, &question, u) == ERR_OK;
}

static bool is_about_form(const struct at_result *r)
{
	bool is_cme = r->final == AT_FINAL_CME &&
		      (r->code == CME_NOT_ALLOWED || r->code == CME_NOT_SUPPORTED ||
			      r->code == CME_INCORRECT || r->code == CME_UNKNOWN);

	return r->end == AT_END_ANSWERED && (is_cme || r->final == AT_FINAL_ERROR);
}

/* The modem did not take what was written: perhaps it wants it the other way. Not in the
 * middle of menus, where the first question went well. */
static bool ask_otherwise(struct modem *m, const struct at_result *result)
{
	struct modem_ussd *u = &m->ussd;

	if (u->has_answer || u->at > 0 || !is_about_form(result))
		return false;
	u->is_packed = !u->is_packed;
	if (u->has_turned) /* neither: as it was */
		return false;
	u->has_turned = true;
	return at_dialog_start(&m->dialog, &m->chat, &question, u) == ERR_OK;
}

/* False: there is nothing to close. */
static bool close_dialogue(struct modem *m)
{
	struct modem_ussd *u = &m->ussd;

	u->phase = USSD_CLOSING;
	return (!u->has_answer || u->answer.end == MODEM_USSD_ASKS) &&
	       at_dialog_start(&m->dialog, &m->chat, &closing, u) == ERR_OK;
}

static void on_waited(void *user)
{
	struct modem *m = user;
	const struct at_result ok = {
		.end = AT_END_ANSWERED, .final = AT_FINAL_OK, .code = AT_CODE_NONE
	};

	if (!m->ussd.has_answer) {
		at_chat_end_text(&m->chat);
		if (m->ussd.has_answer)
			return; /* it has set the timer again */
	}
	if (answer_menu(m))
		return;
	m->ussd.is_late = !m->ussd.has_answer;
	explicit_bzero(m->ussd.code, sizeof(m->ussd.code));
	if (!close_dialogue(m))
		modem_job_ended(m, &ok);
}

bool modem_ussd_goes_on(struct modem *m, const struct at_result *result)
{
	struct modem_ussd *u = &m->ussd;
	bool is_ok = result->end == AT_END_ANSWERED && result->final == AT_FINAL_OK;
	uint64_t now = loop_now_ms(m->loop);

	if (m->running != MODEM_JOB_USSD || u->phase != USSD_ASKING)
		return false;
	if ((u->has_answer && answer_menu(m)) || ask_otherwise(m, result))
		return true;
	if (u->has_answer || !is_ok)
		explicit_bzero(u->code, sizeof(u->code));
	if (u->has_answer)
		return close_dialogue(m);
	if (!is_ok)
		return false;
	u->phase = USSD_WAITING;
	loop_timer_set(m->loop, &u->timer, u->until_ms > now ? u->until_ms - now : 0,
		on_waited, m);
	return true;
}

void modem_ussd_take(struct modem *m, const char *text)
{
	struct modem_ussd *u = &m->ussd;
	struct at_cusd cusd;

	if (u->phase != USSD_ASKING && u->phase != USSD_WAITING) {
		log_debug("the operator says something that nobody asked for");
		return;
	}
	if (!at_parse_cusd(text, strlen(text), &cusd)) {
		if (at_chat_may_grumble(&m->chat))
			log_warn("odd answer of the operator");
		return;
	}
	u->has_answer = true;
	u->answer.end = (enum modem_ussd_end)cusd.m;
	u->answer.has_dcs = cusd.has_dcs;
	u->answer.dcs = cusd.dcs;
	/* A line is no longer than this. */
	(void)str_copy_n(
		u->answer.text, sizeof(u->answer.text), cusd.text, cusd.text_len);
	if (u->phase == USSD_WAITING)
		loop_timer_set(m->loop, &u->timer, 0, on_waited, m);
}

void modem_ussd_give_up(struct modem *m)
{
	if (m->ussd.phase == USSD_WAITING)
		loop_timer_set(m->loop, &m->ussd.timer, 0, on_waited, m);
}

void modem_ussd_stop(struct modem *m)
{
	loop_timer_cancel(&m->ussd.timer);
	m->ussd.phase = USSD_NONE;
	explicit_bzero(m->ussd.code, sizeof(m->ussd.code));
}
