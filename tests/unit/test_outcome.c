/* Outcomes, row by row: what each answer of network and modem leads to. The rows are read
 * from the specifications, not from the table under test. Nothing that may be on air is
 * ever tried again; what cannot go over one SIM does not hold a message back for good. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/radio/slot/outcome.h"

static struct outcome ask(enum outcome_answer answer, uint16_t code, bool text_left)
{
	return outcome_decide(&(struct outcome_in){ .answer = answer,
		.code = code,
		.text_left = text_left,
		.class = CLASS_TRANSACTIONAL });
}

static const struct {
	uint16_t code;
	enum outcome_kind kind;
	bool holds;
} cms[] = {
	{ 1, OUTCOME_FAIL, false },		/* unassigned number */
	{ 8, OUTCOME_RETRY_ELSEWHERE, true },	/* operator determined barring */
	{ 10, OUTCOME_RETRY_ELSEWHERE, true },	/* call barred */
	{ 21, OUTCOME_RETRY_ELSEWHERE, false }, /* transfer rejected */
	{ 27, OUTCOME_RETRY, false },		/* destination out of order */
	{ 28, OUTCOME_RETRY_ELSEWHERE, true },	/* unidentified subscriber */
	{ 29, OUTCOME_RETRY_ELSEWHERE, true },	/* facility rejected */
	{ 30, OUTCOME_RETRY_ELSEWHERE, false }, /* unknown subscriber */
	{ 34, OUTCOME_RETRY, false }, /* not listed; some say so without credit */
	{ 38, OUTCOME_RETRY_ELSEWHERE, false }, /* network out of order */
	{ 41, OUTCOME_RETRY, false },		/* temporary failure */
	{ 42, OUTCOME_RETRY, true },		/* congestion */
	{ 47, OUTCOME_RETRY, true },		/* resources unavailable */
	{ 50, OUTCOME_RETRY_ELSEWHERE, true },	/* not subscribed */
	{ 69, OUTCOME_RETRY_ELSEWHERE, true },	/* not implemented */
	{ 81, OUTCOME_RETRY, false },		/* invalid reference */
	{ 95, OUTCOME_FAIL, false },		/* semantically incorrect */
	{ 96, OUTCOME_FAIL, false },		/* invalid mandatory information */
	{ 111, OUTCOME_RETRY_ELSEWHERE, false },
	{ 127, OUTCOME_RETRY_ELSEWHERE, false },
	{ 17, OUTCOME_RETRY, false }, /* network failure, no longer listed */
	{ 0, OUTCOME_RETRY, false },
	{ 126, OUTCOME_RETRY, false },
	{ 128, OUTCOME_FAIL, false }, /* TP-FCS 80: telematic interworking */
	{ 145, OUTCOME_FAIL, false }, /* 91 message class */
	{ 176, OUTCOME_FAIL, false }, /* B0 TPDU not supported */
	{ 192, OUTCOME_RETRY, true }, /* C0 SC busy */
	{ 193, OUTCOME_RETRY_ELSEWHERE, true },
	{ 194, OUTCOME_RETRY, false },
	{ 195, OUTCOME_FAIL, false },	 /* C3 invalid SME address */
	{ 196, OUTCOME_FAIL, false },	 /* C4 destination barred */
	{ 197, OUTCOME_UNKNOWN, false }, /* C5 duplicate: it has it */
	{ 198, OUTCOME_FAIL, false },
	{ 208, OUTCOME_RETRY, false },
	{ 255, OUTCOME_RETRY, false },
	{ 300, OUTCOME_RETRY_ELSEWHERE, false },
	{ 302, OUTCOME_RETRY_ELSEWHERE, true },
	{ 304, OUTCOME_FAIL, false }, /* invalid PDU mode parameter */
	{ 310, OUTCOME_RETRY_ELSEWHERE, true },
	{ 311, OUTCOME_RETRY_ELSEWHERE, true },
	{ 313, OUTCOME_RETRY_ELSEWHERE, true },
	{ 314, OUTCOME_RETRY, true }, /* SIM busy */
	{ 316, OUTCOME_RETRY_ELSEWHERE, true },
	{ 322, OUTCOME_RETRY, true },
	{ 330, OUTCOME_RETRY_ELSEWHERE, true }, /* service centre address unknown */
	{ 331, OUTCOME_RETRY_ELSEWHERE, true }, /* no network service */
	{ 332, OUTCOME_UNKNOWN, false },	/* network timeout */
	{ 500, OUTCOME_UNKNOWN, false },
	{ 512, OUTCOME_UNKNOWN, false }, /* manufacturers' own */
	{ 515, OUTCOME_UNKNOWN, false },
	{ 9999, OUTCOME_UNKNOWN, false },
	{ OUTCOME_BARE_ERROR, OUTCOME_UNKNOWN, false },
};

static void every_cms_code(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cms) / sizeof(cms[0]); i++) {
		struct outcome o = ask(OUTCOME_ANSWER_CMS, cms[i].code, true);
		if (o.kind != cms[i].kind || (o.hold_ms > 0) != cms[i].holds)
			fail_msg("cms %u: kind %d hold %llu", cms[i].code, (int)o.kind,
				(unsigned long long)o.hold_ms);
		assert_int_equal(o.hold_ms > 0, o.hold_reason != REASON_NONE);
		assert_true(o.cause[0] != '\0');
	}
}

static const struct {
	uint16_t code;
	enum outcome_kind kind;
	bool holds;
} cme[] = {
	{ 3, OUTCOME_RETRY_ELSEWHERE, true },
	{ 10, OUTCOME_RETRY_ELSEWHERE, true },
	{ 11, OUTCOME_RETRY_ELSEWHERE, true },
	{ 12, OUTCOME_RETRY_ELSEWHERE, true },
	{ 13, OUTCOME_RETRY_ELSEWHERE, true },
	{ 14, OUTCOME_RETRY, true },
	{ 15, OUTCOME_RETRY_ELSEWHERE, true },
	{ 20, OUTCOME_RETRY, true },
	{ 27, OUTCOME_FAIL, false },
	{ 30, OUTCOME_RETRY_ELSEWHERE, true },
	{ 31, OUTCOME_UNKNOWN, false }, /* network timeout */
	{ 32, OUTCOME_RETRY_ELSEWHERE, true },
	{ 100, OUTCOME_UNKNOWN, false }, /* unknown */
	{ 772, OUTCOME_UNKNOWN, false },
};

static void every_cme_code(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cme) / sizeof(cme[0]); i++) {
		struct outcome o = ask(OUTCOME_ANSWER_CME, cme[i].code, true);
		if (o.kind != cme[i].kind || (o.hold_ms > 0) != cme[i].holds)
			fail_msg("cme %u: kind %d hold %llu", cme[i].code, (int)o.kind,
				(unsigned long long)o.hold_ms);
	}
}

/* 27.005 4.3: an error in place of the prompt is about the command. */
static void before_the_text_nothing_is_unknown(void **state)
{
	(void)state;
	for (unsigned code = 0; code <= 0xFFFF; code++) {
		assert_int_not_equal(ask(OUTCOME_ANSWER_CMS, (uint16_t)code, false).kind,
			OUTCOME_UNKNOWN);
		assert_int_not_equal(ask(OUTCOME_ANSWER_CME, (uint16_t)code, false).kind,
			OUTCOME_UNKNOWN);
	}
}

static void the_plain_answers(void **state)
{
	(void)state;
	struct outcome o = ask(OUTCOME_ANSWER_ACCEPTED, 0, true);
	assert_int_equal(o.kind, OUTCOME_ACCEPTED);
	assert_false(o.blames_sim);
	o = ask(OUTCOME_ANSWER_LOST, 0, true);
	assert_int_equal(o.kind, OUTCOME_UNKNOWN);
	assert_string_equal(o.cause, "lost_answer");
	assert_true(o.blames_sim); /* a modem that swallows all is taken out */
	o = ask(OUTCOME_ANSWER_NOT_SENT, 0, false);
	assert_int_equal(o.kind, OUTCOME_RETRY_ELSEWHERE);
	assert_false(o.counts);
	assert_true(o.retry_ms > 0);
}

static void causes_have_machine_names(void **state)
{
	(void)state;
	assert_string_equal(ask(OUTCOME_ANSWER_CMS, 38, true).cause, "cms 38");
	assert_string_equal(ask(OUTCOME_ANSWER_CME, 10, true).cause, "cme 10");
	assert_string_equal(
		ask(OUTCOME_ANSWER_CMS, OUTCOME_BARE_ERROR, true).cause, "error");
}

static void patience_ends_by_class(void **state)
{
	(void)state;
	for (int class = CLASS_OTP; class <= CLASS_PROMOTIONAL; class ++) {
		uint16_t max = outcome_attempts_max((enum message_class) class);
		struct outcome_in in = { .answer = OUTCOME_ANSWER_CMS,
			.code = 41,
			.text_left = true,
			.class = (enum message_class) class };
		uint64_t before = 0;
		for (in.attempts = 0; in.attempts + 1u < max; in.attempts++) {
			struct outcome o = outcome_decide(&in);
			assert_int_equal(o.kind, OUTCOME_RETRY);
			assert_true(o.counts);
			assert_true(o.retry_ms >= before);
			before = o.retry_ms;
		}
		assert_int_equal(outcome_decide(&in).kind, OUTCOME_FAIL);
	}
}

/* "SIM not inserted" a hundred times says nothing against the message. */
static void a_broken_sim_fails_no_message(void **state)
{
	struct outcome_in in = { .answer = OUTCOME_ANSWER_CMS,
		.code = 310,
		.text_left = false,
		.class = CLASS_OTP,
		.attempts = 100 };
	(void)state;
	assert_int_equal(outcome_decide(&in).kind, OUTCOME_RETRY_ELSEWHERE);
}

static void backoff_doubles_to_its_cap(void **state)
{
	(void)state;
	assert_int_equal(outcome_backoff_ms(CLASS_OTP, 0), 2000);
	assert_int_equal(outcome_backoff_ms(CLASS_OTP, 1), 4000);
	assert_int_equal(outcome_backoff_ms(CLASS_OTP, 2), 8000);
	assert_int_equal(outcome_backoff_ms(CLASS_OTP, 60000), 20000);
	assert_int_equal(outcome_backoff_ms(CLASS_PROMOTIONAL, 0), 15000);
	assert_int_equal(outcome_backoff_ms(CLASS_PROMOTIONAL, 60000), 1800000);
}

/* A busy cell is asked again soon, and less and less often while it stays busy. */
static void a_busy_cell_pauses_the_sim_a_little(void **state)
{
	struct outcome_in in = { .answer = OUTCOME_ANSWER_CMS,
		.code = 42,
		.text_left = true,
		.class = CLASS_PROMOTIONAL };
	(void)state;
	assert_int_equal(outcome_decide(&in).hold_ms, 1000);
	assert_int_equal(outcome_decide(&in).hold_reason, REASON_NETWORK_BUSY);
	in.sim_refused = 2;
	assert_int_equal(outcome_decide(&in).hold_ms, 4000);
	in.sim_refused = 3;
	assert_int_equal(outcome_decide(&in).hold_reason, REASON_REFUSING);
}

/* A SIM without credit that answers 500 to all may cost a few messages, not a campaign.
 */
static void a_refusing_sim_pauses_longer_each_time(void **state)
{
	struct outcome_in in = { .answer = OUTCOME_ANSWER_CMS,
		.code = 500,
		.text_left = true,
		.class = CLASS_PROMOTIONAL };
	uint64_t before = 0;
	(void)state;
	for (in.sim_refused = 0; in.sim_refused < 3; in.sim_refused++)
		assert_int_equal(outcome_decide(&in).hold_ms, 0);
	for (; in.sim_refused < 10; in.sim_refused++) {
		struct outcome o = outcome_decide(&in);
		assert_true(o.blames_sim);
		assert_true(o.hold_ms > before || o.hold_ms == 32 * 60000);
		assert_int_equal(o.hold_reason, REASON_REFUSING);
		before = o.hold_ms;
	}
	in.sim_refused = UINT16_MAX;
	assert_int_equal(outcome_decide(&in).hold_ms, 32 * 60000);
}

static void bad_numbers_do_not_blame_the_sim(void **state)
{
	struct outcome_in in = { .answer = OUTCOME_ANSWER_CMS,
		.code = 1,
		.text_left = true,
		.class = CLASS_PROMOTIONAL,
		.sim_refused = 50 };
	(void)state;
	struct outcome o = outcome_decide(&in);
	assert_false(o.blames_sim);
	assert_int_equal(o.hold_ms, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cms_code),
		cmocka_unit_test(every_cme_code),
		cmocka_unit_test(before_the_text_nothing_is_unknown),
		cmocka_unit_test(the_plain_answers),
		cmocka_unit_test(causes_have_machine_names),
		cmocka_unit_test(patience_ends_by_class),
		cmocka_unit_test(a_broken_sim_fails_no_message),
		cmocka_unit_test(backoff_doubles_to_its_cap),
		cmocka_unit_test(a_busy_cell_pauses_the_sim_a_little),
		cmocka_unit_test(a_refusing_sim_pauses_longer_each_time),
		cmocka_unit_test(bad_numbers_do_not_blame_the_sim),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
