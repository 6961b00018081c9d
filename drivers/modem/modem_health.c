#include "drivers/modem_health.h"

#include <assert.h>
#include <string.h>

#include "drivers/at/at_trace.h"
#include "drivers/modem/modem_impl.h"

static_assert(MODEM_STORE_NONE == MODEM_MEMORIES, "SM, ME, SR");

enum err modem_read_health(struct modem *m, modem_health_fn done, void *user)
{
	return modem_job_request(m, &(struct modem_request){ .job = MODEM_JOB_HEALTH,
					    .done = { .health = done },
					    .user = user });
}

void modem_read_fill(const struct modem *m, struct modem_fill out[MODEM_MEMORIES])
{
	memcpy(out, m->sms.fill, sizeof(m->sms.fill));
}

enum err modem_self_test(struct modem *m, modem_self_test_fn done, void *user)
{
	return modem_job_request(m, &(struct modem_request){ .job = MODEM_JOB_SELF_TEST,
					    .done = { .self_test = done },
					    .user = user });
}

void modem_self_test_stop(struct modem *m)
{
	m->health.is_stopped = true;
}

enum err modem_list_networks(struct modem *m, modem_networks_fn done, void *user)
{
	m->net.is_search_moot = false;
	return modem_job_request(m, &(struct modem_request){ .job = MODEM_JOB_SEARCH,
					    .done = { .networks = done },
					    .user = user });
}

void modem_list_networks_stop(struct modem *m)
{
	m->net.is_search_moot = true; /* it may still wait for its turn */
	if (m->running == MODEM_JOB_SEARCH)
		at_chat_interrupt(&m->chat, deadline_ms(DEADLINE_SEARCH_END));
}

const char *modem_check_name(enum modem_check_kind check)
{
	static const char *const names[] = {
		[MODEM_CHECK_ANSWERS] = "answers",
		[MODEM_CHECK_SIM] = "sim",
		[MODEM_CHECK_SIGNAL] = "signal",
		[MODEM_CHECK_NETWORK] = "network",
		[MODEM_CHECK_SMSC] = "smsc",
		[MODEM_CHECK_MEMORY] = "memory",
		[MODEM_CHECK_PROMPT] = "prompt",
	};
	static_assert(sizeof(names) / sizeof(names[0]) == MODEM_CHECKS, "one for each");

	return names[check];
}

/* The prompt: what a refusal or silence there means is known from at_chat's result. */

static void on_prompt(void *user)
{
	struct modem *m = user;

	at_health_mark(&m->health, MODEM_CHECK_PROMPT, true, "(prompt)");
	at_chat_cancel(&m->chat); /* ESC: nothing is sent */
}

static void on_prompt_done(void *user, const struct at_result *result)
{
	struct modem *m = user;
	struct modem_check *c = &m->health.test.checks[MODEM_CHECK_PROMPT];

	if (c->verdict == MODEM_VERDICT_FAILED && result->end == AT_END_ANSWERED)
		at_health_mark(&m->health, MODEM_CHECK_PROMPT, false, "(refused)");
	modem_job_ended(m, result);
}

bool modem_self_test_goes_on(struct modem *m, const struct at_result *result)
{
	static const struct at_request prompt = {
		.text = "AT+CMGS=23", /* any length will do */
		.prompt = on_prompt,
		.done = on_prompt_done,
	};
	struct at_request req = prompt;

	if (m->running != MODEM_JOB_SELF_TEST || m->in_second_part || !m->is_set_up ||
		m->health.is_stopped || result->end != AT_END_ANSWERED)
		return false;
	m->in_second_part = true;
	req.prompt_ms = req.answer_ms = deadline_ms(DEADLINE_PROMPT);
	req.user = m;
	if (at_chat_send(&m->chat, &req) != ERR_OK)
		return false;
	at_health_mark(&m->health, MODEM_CHECK_PROMPT, false, NULL);
	return true;
}

/* The trace. */

void modem_set_trace(struct modem *m, modem_trace_fn trace, void *user)
{
	m->trace = trace;
	m->trace_user = user;
}

void modem_watch(void *user, bool is_out, const char *text)
{
	struct modem *m = user;
	char masked[256];

	if (!m->trace)
		return;
	at_trace_mask(text, masked, sizeof(masked));
	m->trace(m->trace_user,
		&(struct modem_trace_line){ .mono_ms = loop_now_ms(m->loop),
			.is_out = is_out,
			.text = masked });
}
