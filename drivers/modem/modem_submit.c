/*
 * Sending one PDU (TS 27.005 4.3): AT+CMGS, the prompt, then PDU and Ctrl-Z in one piece
 * once the caller has released it. From then on only an answer tells that it is not on
 * air.
 */
#include "drivers/modem/modem_submit.h"

#include <string.h>

#include "drivers/modem/modem_impl.h"
#include "firmware/base/str.h"

enum {
	STEPS_ENOUGH =
		2 /* some modems count oddly: only one that was seen to is trusted */
};

static const char *const owns_cmgs[] = { "+CMGS:", NULL };

/* TS 23.040 9.2.3.6: the reference counts up by one. After losses, the one that leaves
 * room for all of them is ours; one that does not go forward is a lost text's. */
static enum at_trust judge(const struct modem *m, uint8_t mr)
{
	const struct modem_count *n = &m->count;
	uint8_t ahead = (uint8_t)(mr - n->mr);

	if (at_chat_has_kept(&m->chat)) /* ours was given out after the lost one's */
		return (uint8_t)(mr - m->submit.mr) > 128 ? AT_TRUST_LATE
							  : AT_TRUST_UNKNOWN;
	if (n->steps < STEPS_ENOUGH)
		return AT_TRUST_UNKNOWN;
	unsigned used = n->refusals == REFUSALS_COUNT ? n->refused : 0;
	bool is_exact = n->refused == 0 || n->refusals != REFUSALS_UNSEEN;
	if (is_exact && ahead == n->lost + used + 1)
		return AT_TRUST_OURS;
	return ahead == 0 || ahead > 128 ? AT_TRUST_LATE : AT_TRUST_UNKNOWN;
}

static bool take_cmgs(void *user, const char *text, size_t len)
{
	struct modem *m = user;
	uint8_t mr;

	if (!at_parse_cmgs(text, len, &mr))
		return false;
	enum at_trust trust = judge(m, mr);
	at_chat_judge(&m->chat, trust);
	if (trust != AT_TRUST_LATE || !at_chat_has_kept(&m->chat))
		m->submit.mr = mr;
	return true;
}

static void learn_refusals(struct modem_count *n, uint8_t ahead)
{
	if (n->steps < STEPS_ENOUGH)
		return;
	n->refusals = ahead == 1		? REFUSALS_FREE
		      : ahead == n->refused + 1 ? REFUSALS_COUNT
						: REFUSALS_UNSEEN;
}

static void count_accepted(struct modem_count *n, uint8_t mr)
{
	bool is_step = (uint8_t)(mr - n->mr) == 1;

	if (n->lost == 0 && n->refused == 0) /* else it tells nothing */
		n->steps = is_step ? n->steps + 1 : 0;
	else if (n->lost == 0)
		learn_refusals(n, (uint8_t)(mr - n->mr));
	n->mr = mr;
	n->lost = n->refused = 0;
}

static void count(struct modem_count *n, const struct modem_submit_result *r)
{
	switch (r->kind) {
	case MODEM_SUBMIT_ACCEPTED:
		count_accepted(n, r->mr);
		break;
	case MODEM_SUBMIT_REFUSED:
		n->refused++;
		break;
	case MODEM_SUBMIT_NOT_SENT:
		break;
	case MODEM_SUBMIT_LOST:
		n->lost++;
		break;
	}
}

enum {
	PACE_GUESSED = 4, /* answers that give a first idea of the pace */
	PACE_SEEN = 16,	  /* answers before it is trusted */
	PACE_FACTOR = 20, /* of the mean: networks stall, quick modems too */
	PACE_FACTOR_GUESSED = 40,
	PACE_MOST_MS = 60000,
	PACE_LATE_FACTOR = 5, /* of the mean: our own answer follows a late one so soon */
	PACE_LATE_LEAST = 500, /* ms */
};

static void note_pace(struct modem_pace *pace, uint64_t took_ms)
{
	uint32_t ms = took_ms < PACE_MOST_MS ? (uint32_t)took_ms : PACE_MOST_MS;

	pace->mean_ms = pace->seen == 0 ? ms : (pace->mean_ms * 15 + ms) / 16;
	pace->seen += pace->seen < PACE_SEEN;
}

/* A network that has become slow must not be given up on forever. */
static void note_loss(struct modem_pace *pace)
{
	uint32_t least = deadline_ms(DEADLINE_CMGS_ANSWER_LEAST) / PACE_FACTOR;
	uint32_t ms = pace->mean_ms > least ? pace->mean_ms : least;

	pace->mean_ms = ms < PACE_MOST_MS / 2 ? ms * 2 : PACE_MOST_MS;
}

void modem_pace_doubt(struct modem *m)
{
	if (m->pace.sim[0])
		m->past_pace = m->pace;
	m->pace = (struct modem_pace){ 0 };
}

static bool is_of(const struct modem_pace *pace, const char *imei, const char *sim)
{
	return str_eq(pace->imei, imei) && str_eq(pace->sim, sim);
}

void modem_pace_own(struct modem *m)
{
	const struct modem_sim_info *s = &m->net.sim;
	const char *sim = s->iccid[0] ? s->iccid : s->imsi;
	const char *imei = m->net.info.imei;

	if (s->state != MODEM_SIM_READY || !sim[0] || is_of(&m->pace, imei, sim))
		return;
	m->pace =
		is_of(&m->past_pace, imei, sim) ? m->past_pace : (struct modem_pace){ 0 };
	(void)str_copy(m->pace.imei, sizeof(m->pace.imei), imei); /* as large */
	(void)str_copy(m->pace.sim, sizeof(m->pace.sim), sim);	  /* as large */
}

static uint32_t answer_ms(const struct modem *m)
{
	const struct modem_quirks *q = &m->ops->quirks;
	uint32_t most =
		q->cmgs_answer_ms ? q->cmgs_answer_ms : deadline_ms(DEADLINE_CMGS_ANSWER);
	bool is_sure = m->pace.seen >= PACE_SEEN;
	uint32_t least = deadline_ms(
		is_sure ? DEADLINE_CMGS_ANSWER_LEAST : DEADLINE_CMGS_ANSWER_SOON);
	uint32_t ms = m->pace.mean_ms * (is_sure ? PACE_FACTOR : PACE_FACTOR_GUESSED);

	if (m->pace.seen < PACE_GUESSED || ms > most)
		return most;
	return ms > least ? ms : least;
}

static uint32_t late_ms(const struct modem *m)
{
	uint32_t most = deadline_ms(DEADLINE_LATE_ANSWER);
	uint32_t ms = m->pace.mean_ms * PACE_LATE_FACTOR;

	if (m->pace.seen < PACE_SEEN || ms > most)
		return most;
	return ms > PACE_LATE_LEAST ? ms : PACE_LATE_LEAST;
}

static void write_text(struct modem *m)
{
	if (m->submit.left_ms == 0)
		m->submit.left_ms = loop_now_ms(m->loop);
	at_chat_send_text(&m->chat, m->submit.text, strlen(m->submit.text));
}

static void on_prompt(void *user)
{
	struct modem *m = user;

	if (m->submit.is_released)
		write_text(m);
}

static void on_done(void *user, const struct at_result *result)
{
	modem_job_ended(user, result);
}

enum err modem_submit_start(struct modem *m)
{
	const struct modem_quirks *q = &m->ops->quirks;
	char command[32];
	const struct at_request req = {
		.text = command,
		.owns = owns_cmgs,
		.prompt_ms = q->prompt_ms ? q->prompt_ms : deadline_ms(DEADLINE_PROMPT),
		.answer_ms = answer_ms(m),
		.late_ms = late_ms(m),
		.flags = AT_FLAG_NEEDS_LINE | AT_FLAG_OK_MAY_LACK,
		.line = take_cmgs,
		.prompt = on_prompt,
		.done = on_done,
		.user = m,
	};

	if (m->submit.is_aborted) /* while it waited */
		return ERR_BUSY;
	(void)str_format(command, sizeof(command), "AT+CMGS=%zu", /* fits */
		m->submit.tpdu_octets);
	return at_chat_send(&m->chat, &req);
}

static struct modem_submit_result outcome(
	const struct modem_submission *s, const struct at_result *r)
{
	struct modem_submit_result out = { .kind = MODEM_SUBMIT_NOT_SENT,
		.code = AT_CODE_NONE,
		.text_left = r->text_left };

	if (r->end == AT_END_ANSWERED && r->final == AT_FINAL_OK) {
		out.kind = MODEM_SUBMIT_ACCEPTED;
		out.mr = s->mr;
	} else if (r->end == AT_END_ANSWERED) {
		out.kind = MODEM_SUBMIT_REFUSED;
		out.code = r->code;
		out.is_cme = r->final == AT_FINAL_CME;
	} else if (r->text_left) {
		out.kind = MODEM_SUBMIT_LOST;
	}
	return out;
}

void modem_submit_ended(
	struct modem *m, const struct modem_request *q, const struct at_result *r)
{
	const struct modem_submit_result result = outcome(&m->submit, r);

	bool is_clear = m->count.lost == 0; /* else it may have been kept for a while */
	count(&m->count, &result);
	if (result.kind == MODEM_SUBMIT_ACCEPTED && is_clear && m->submit.left_ms != 0)
		note_pace(&m->pace, loop_now_ms(m->loop) - m->submit.left_ms);
	if (result.kind == MODEM_SUBMIT_LOST)
		note_loss(&m->pace);
	q->done.submit(q->user, &result);
}

enum err modem_submit(struct modem *m, const uint8_t *pdu, size_t octets,
	modem_submit_fn done, void *user)
{
	const struct modem_request request = {
		.job = MODEM_JOB_SUBMIT, .done = { .submit = done }, .user = user
	};

	if (octets > MODEM_PDU_MAX || octets < 2 || pdu[0] + 1u >= octets)
		return ERR_ARG;
	if (!m->is_set_up || m->request.job != MODEM_JOB_NONE)
		return ERR_BUSY;
	m->submit = (struct modem_submission){ .tpdu_octets = octets - 1 - pdu[0] };
	(void)str_to_hex(m->submit.text, sizeof(m->submit.text), pdu, octets); /* fits */
	return modem_job_request(m, &request);
}

void modem_submit_release(struct modem *m)
{
	if (m->request.job != MODEM_JOB_SUBMIT || m->submit.is_aborted)
		return;
	m->submit.is_released = true;
	if (m->running == MODEM_JOB_SUBMIT)
		write_text(m); /* ignored until the prompt is there */
}

void modem_submit_abort(struct modem *m)
{
	if (m->request.job != MODEM_JOB_SUBMIT)
		return;
	if (m->running == MODEM_JOB_SUBMIT)
		at_chat_cancel(&m->chat); /* ignored once the text is written */
	else
		m->submit.is_aborted = true;
}
