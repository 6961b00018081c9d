/*
 * TS 27.005 (Release 17) 3.2.5 (+CMS ERROR), TS 24.011 8.2.5.4 and E.2 (RP causes of what
 * a mobile sends), TS 23.040 9.2.3.22 (TP-FCS), TS 27.007 9.2 (+CME ERROR).
 *
 * The rule where a code is ambiguous: an answer by which the service centre or the
 * network says no (RP-ERROR, TP-FCS) means that it does not have the message. An answer
 * by which the modem says that it does not know, means unknown: never twice goes before
 * never late.
 */
#include "firmware/radio/slot/outcome.h"

#include <stddef.h>

#include "firmware/base/str.h"

#define SECONDS(n) ((uint64_t)(n)*1000)
#define MINUTES(n) SECONDS((uint64_t)(n)*60)

struct row {
	uint16_t first, last; /* codes, both included */
	enum outcome_kind kind;
	uint64_t hold_ms;
	enum reason hold_reason;
};

/* The first row that has the code; each says whose fault the clause names. */
static const struct row cms_rows[] = {
	/* 24.011 E.2: 1 unassigned number: the recipient does not exist. */
	{ 1, 1, OUTCOME_FAIL, 0, REASON_NONE },
	/* 8 operator determined barring, 10 call barred: this SIM may not send. */
	{ 8, 8, OUTCOME_RETRY_ELSEWHERE, MINUTES(60), REASON_SIM_BARRED },
	{ 10, 10, OUTCOME_RETRY_ELSEWHERE, MINUTES(60), REASON_SIM_BARRED },
	/* 21 transfer rejected: service centres use it for no credit, too. */
	{ 21, 21, OUTCOME_RETRY_ELSEWHERE, 0, REASON_NONE },
	/* 27 destination out of order: the interface to it, not the number. */
	{ 27, 27, OUTCOME_RETRY, 0, REASON_NONE },
	/* 28 unidentified subscriber: our own IMSI. */
	{ 28, 28, OUTCOME_RETRY_ELSEWHERE, MINUTES(30), REASON_SIM_BARRED },
	/* 29 facility rejected: not for this SIM. */
	{ 29, 29, OUTCOME_RETRY_ELSEWHERE, MINUTES(30), REASON_SIM_BARRED },
	/* 30 unknown subscriber: IMSI or directory number, it does not say which. */
	{ 30, 30, OUTCOME_RETRY_ELSEWHERE, 0, REASON_NONE },
	/* 38 network out of order: said for single numbers by some networks, so the SIM
	 * is not held for one; several in a row are REASON_REFUSING. */
	{ 38, 38, OUTCOME_RETRY_ELSEWHERE, 0, REASON_NONE },
	{ 41, 41, OUTCOME_RETRY, 0, REASON_NONE }, /* temporary failure */
	/* 42 congestion, 47 resources unavailable: the cell, so the SIM waits, at first
	 * a second, at most this. */
	{ 42, 42, OUTCOME_RETRY, SECONDS(30), REASON_NETWORK_BUSY },
	{ 47, 47, OUTCOME_RETRY, SECONDS(30), REASON_NETWORK_BUSY },
	/* 50 not subscribed, 69 not implemented: not over this SIM. */
	{ 50, 50, OUTCOME_RETRY_ELSEWHERE, MINUTES(60), REASON_SIM_BARRED },
	{ 69, 69, OUTCOME_RETRY_ELSEWHERE, MINUTES(60), REASON_SIM_BARRED },
	/* 81 invalid reference value: of the RP layer, gone with the next transfer. */
	{ 81, 81, OUTCOME_RETRY, 0, REASON_NONE },
	/* 95 semantically incorrect, 96 invalid mandatory information: our PDU. */
	{ 95, 96, OUTCOME_FAIL, 0, REASON_NONE },
	/* 97 to 111 protocol errors, 127 interworking: another network may do better. */
	{ 97, 99, OUTCOME_RETRY_ELSEWHERE, 0, REASON_NONE },
	{ 111, 111, OUTCOME_RETRY_ELSEWHERE, 0, REASON_NONE },
	{ 127, 127, OUTCOME_RETRY_ELSEWHERE, 0, REASON_NONE },
	{ 0, 127, OUTCOME_RETRY, 0, REASON_NONE }, /* other RP causes: it said no */
	/* 23.040 9.2.3.22: 80 to AF hex, what the service centre cannot do with this PDU.
	 */
	{ 128, 175, OUTCOME_FAIL, 0, REASON_NONE },
	{ 176, 176, OUTCOME_FAIL, 0, REASON_NONE }, /* B0 TPDU not supported */
	{ 192, 192, OUTCOME_RETRY, SECONDS(30), REASON_NETWORK_BUSY }, /* C0 SC busy */
	/* C1 no SC subscription. */
	{ 193, 193, OUTCOME_RETRY_ELSEWHERE, MINUTES(60), REASON_SIM_BARRED },
	{ 194, 194, OUTCOME_RETRY, 0, REASON_NONE }, /* C2 SC system failure */
	{ 195, 196, OUTCOME_FAIL, 0,
		REASON_NONE }, /* C3 invalid, C4 barred destination */
	/* C5 duplicate: the service centre says that it has this one already. */
	{ 197, 197, OUTCOME_UNKNOWN, 0, REASON_NONE },
	{ 198, 199, OUTCOME_FAIL, 0, REASON_NONE }, /* C6, C7 validity not supported */
	/* D0 to DF: about the SIM's memory and its toolkit; FF unspecified. */
	{ 128, 255, OUTCOME_RETRY, 0, REASON_NONE },
	/* 27.005: 300 and on are the modem's own words. */
	{ 300, 300, OUTCOME_RETRY_ELSEWHERE, 0, REASON_NONE }, /* ME failure */
	{ 301, 303, OUTCOME_RETRY_ELSEWHERE, SECONDS(30), REASON_REFUSING },
	{ 304, 305, OUTCOME_FAIL, 0, REASON_NONE }, /* it does not like our PDU */
	{ 310, 310, OUTCOME_RETRY_ELSEWHERE, SECONDS(30), REASON_NO_SIM },
	{ 311, 312, OUTCOME_RETRY_ELSEWHERE, MINUTES(10), REASON_SIM_PIN },
	{ 313, 313, OUTCOME_RETRY_ELSEWHERE, SECONDS(60), REASON_SIM_FAILED },
	{ 314, 314, OUTCOME_RETRY, SECONDS(2), REASON_SIM_BUSY },
	{ 315, 315, OUTCOME_RETRY_ELSEWHERE, MINUTES(10), REASON_SIM_FAILED },
	{ 316, 318, OUTCOME_RETRY_ELSEWHERE, MINUTES(10), REASON_SIM_PUK },
	{ 320, 322, OUTCOME_RETRY, SECONDS(5), REASON_SIM_BUSY }, /* its memory */
	{ 330, 330, OUTCOME_RETRY_ELSEWHERE, MINUTES(30), REASON_NO_SERVICE_CENTRE },
	{ 331, 331, OUTCOME_RETRY_ELSEWHERE, SECONDS(30), REASON_NO_NETWORK },
	/* 332 network timeout: RP-DATA went out and TR1M ended without RP-ACK (24.011
	 * 6.2.2, 10): the service centre may have it. */
	{ 332, 332, OUTCOME_UNKNOWN, 0, REASON_NONE },
	{ 340, 340, OUTCOME_RETRY, 0,
		REASON_NONE }, /* no +CNMA expected: about receiving */
	/* 500 unknown error, 512 and on the manufacturer's: the modem does not say. */
	{ 300, OUTCOME_BARE_ERROR, OUTCOME_UNKNOWN, 0, REASON_NONE },
};

static const struct row cme_rows[] = {
	{ 0, 2, OUTCOME_RETRY_ELSEWHERE, SECONDS(30), REASON_REFUSING }, /* phone, link */
	{ 3, 4, OUTCOME_RETRY_ELSEWHERE, SECONDS(30), REASON_REFUSING }, /* not allowed */
	{ 5, 7, OUTCOME_RETRY_ELSEWHERE, MINUTES(10), REASON_SIM_PIN },
	{ 10, 10, OUTCOME_RETRY_ELSEWHERE, SECONDS(30), REASON_NO_SIM },
	{ 11, 11, OUTCOME_RETRY_ELSEWHERE, MINUTES(10), REASON_SIM_PIN },
	{ 12, 12, OUTCOME_RETRY_ELSEWHERE, MINUTES(10), REASON_SIM_PUK },
	{ 13, 13, OUTCOME_RETRY_ELSEWHERE, SECONDS(60), REASON_SIM_FAILED },
	{ 14, 14, OUTCOME_RETRY, SECONDS(2), REASON_SIM_BUSY },
	{ 15, 15, OUTCOME_RETRY_ELSEWHERE, MINUTES(10), REASON_SIM_FAILED },
	{ 16, 16, OUTCOME_RETRY_ELSEWHERE, MINUTES(10), REASON_SIM_PIN },
	{ 17, 18, OUTCOME_RETRY_ELSEWHERE, MINUTES(10), REASON_SIM_PUK },
	{ 20, 23, OUTCOME_RETRY, SECONDS(5), REASON_SIM_BUSY }, /* its memory */
	{ 24, 27, OUTCOME_FAIL, 0, REASON_NONE }, /* text or number too long, not valid */
	{ 30, 30, OUTCOME_RETRY_ELSEWHERE, SECONDS(30), REASON_NO_NETWORK },
	{ 31, 31, OUTCOME_UNKNOWN, 0, REASON_NONE }, /* network timeout: as CMS 332 */
	{ 32, 32, OUTCOME_RETRY_ELSEWHERE, MINUTES(10), REASON_DENIED },
	{ 0, OUTCOME_BARE_ERROR, OUTCOME_UNKNOWN, 0, REASON_NONE }, /* 100 and the rest */
};

/* By class: how often, how soon. An OTP that is late is of no use, an offer can wait. */
static const struct {
	uint16_t attempts_max;
	uint64_t base_ms, cap_ms;
} patience[] = {
	[CLASS_OTP] = { 5, SECONDS(2), SECONDS(20) },
	[CLASS_ALERT] = { 8, SECONDS(5), MINUTES(2) },
	[CLASS_TRANSACTIONAL] = { 6, SECONDS(15), MINUTES(15) },
	[CLASS_CONVERSATION] = { 6, SECONDS(15), MINUTES(15) },
	[CLASS_PROMOTIONAL] = { 5, SECONDS(15), MINUTES(30) },
};

/* How long a SIM pauses through which nothing goes. */
enum {
	REFUSED_IN_A_ROW = 4,
	REFUSING_DOUBLINGS = 6, /* 30 s to 32 min */
};

uint16_t outcome_attempts_max(enum message_class class)
{
	return patience[class].attempts_max;
}

uint64_t outcome_backoff_ms(enum message_class class, uint16_t attempts)
{
	uint64_t wait = patience[class].base_ms;

	for (uint16_t i = 0; i < attempts && wait < patience[class].cap_ms; i++)
		wait *= 2;
	return wait < patience[class].cap_ms ? wait : patience[class].cap_ms;
}

/* Those that were refused together do not come back together. */
static uint64_t spread(uint64_t wait_ms, uint32_t draw)
{
	return wait_ms + (wait_ms / 4 * draw >> 32);
}

static const struct row *row_find(const struct row *rows, size_t n, uint16_t code)
{
	for (size_t i = 0; i + 1 < n; i++) {
		if (code >= rows[i].first && code <= rows[i].last)
			return &rows[i];
	}
	return &rows[n - 1]; /* the default: unknown */
}

/* One busy answer is the moment's; a cell that stays busy is left alone for longer. */
static void hold_in_busy_cell(struct outcome *out, uint16_t sim_refused)
{
	uint64_t wait = SECONDS(1);

	for (uint16_t i = 0; i < sim_refused && wait < out->hold_ms; i++)
		wait *= 2;
	if (wait < out->hold_ms)
		out->hold_ms = wait;
}

/* Where nothing gets through, messages wait rather than use up their attempts: after
 * several in a row, then after each single try that fails. */
static void hold_refusing_sim(struct outcome *out, uint16_t sim_refused)
{
	unsigned n = sim_refused + 1u;

	if (n < REFUSED_IN_A_ROW || out->hold_ms > SECONDS(30))
		return;
	n -= REFUSED_IN_A_ROW;
	out->hold_ms = SECONDS(30) << (n < REFUSING_DOUBLINGS ? n : REFUSING_DOUBLINGS);
	out->hold_reason = REASON_REFUSING;
}

static struct outcome decide_refused(const struct outcome_in *in)
{
	bool cme = in->answer == OUTCOME_ANSWER_CME;
	const struct row *row =
		cme ? row_find(cme_rows, sizeof(cme_rows) / sizeof(cme_rows[0]), in->code)
		    : row_find(
			      cms_rows, sizeof(cms_rows) / sizeof(cms_rows[0]), in->code);
	struct outcome out = { .kind = row->kind,
		.hold_ms = row->hold_ms,
		.hold_reason = row->hold_reason };

	if (out.kind == OUTCOME_UNKNOWN && !in->text_left)
		out.kind = OUTCOME_RETRY_ELSEWHERE; /* said in place of the prompt */
	if (in->code == OUTCOME_BARE_ERROR)
		(void)str_copy(out.cause, sizeof(out.cause), "error");
	else
		(void)str_format(out.cause, sizeof(out.cause), "%s %u",
			cme ? "cme" : "cms", in->code);
	out.blames_sim = out.kind != OUTCOME_FAIL;
	if (out.kind == OUTCOME_RETRY || out.kind == OUTCOME_RETRY_ELSEWHERE) {
		/* A SIM that cannot send at all says nothing against the message. */
		out.counts = out.hold_ms == 0 || out.hold_reason == REASON_NETWORK_BUSY;
		out.retry_ms =
			out.counts ? spread(outcome_backoff_ms(in->class, in->attempts),
					     in->draw)
				   : SECONDS(1);
		if (out.counts && in->attempts + 1u >= outcome_attempts_max(in->class))
			out.kind = OUTCOME_FAIL;
	}
	if (out.hold_reason == REASON_NETWORK_BUSY)
		hold_in_busy_cell(&out, in->sim_refused);
	if (out.blames_sim)
		hold_refusing_sim(&out, in->sim_refused);
	return out;
}

struct outcome outcome_decide(const struct outcome_in *in)
{
	switch (in->answer) {
	case OUTCOME_ANSWER_ACCEPTED:
		return (struct outcome){ .kind = OUTCOME_ACCEPTED };
	case OUTCOME_ANSWER_NOT_SENT:
		return (struct outcome){ .kind = OUTCOME_RETRY_ELSEWHERE,
			.retry_ms = SECONDS(1),
			.cause = "not_sent" };
	case OUTCOME_ANSWER_LOST:
		/* A modem that swallows what others get through is taken out, too. */
		return (struct outcome){ .kind = OUTCOME_UNKNOWN,
			.cause = "lost_answer",
			.blames_sim = true };
	case OUTCOME_ANSWER_CMS:
	case OUTCOME_ANSWER_CME:
		break;
	}
	return decide_refused(in);
}
