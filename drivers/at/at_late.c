#include "drivers/at/at_late.h"

#include "drivers/at/at_chat.h"
#include "drivers/deadline.h"
#include "firmware/base/str.h"

#define LOG_MODULE "at"
#include "firmware/base/log.h"

enum {
	CMS_OF_MODEM = 300 /* 27.005 3.2.5: below are the network's causes */
};

bool at_late_is_expected(struct at_chat *c)
{
	if (c->late.n > 0 && loop_now_ms(c->loop) >= c->late.until_ms)
		c->late.n = 0;
	return c->late.n > 0;
}

static void forget_one(struct at_chat *c)
{
	c->late.n--;
	log_info("the answer of a lost text came late");
}

void at_late_note_lost(struct at_chat *c)
{
	c->late.n++;
	c->late.owns = c->req.owns;
	c->late.until_ms = loop_now_ms(c->loop) + deadline_ms(DEADLINE_LATE_WINDOW);
}

static void keep(struct at_chat *c, const struct at_result *result)
{
	c->late.has_result = true;
	c->late.result = *result;
}

enum at_late_verdict at_late_weigh(
	struct at_chat *c, const struct at_result *result, loop_fn on_timeout)
{
	uint64_t now = loop_now_ms(c->loop);
	enum at_trust trust = c->late.trust;

	c->late.trust = AT_TRUST_UNKNOWN;
	if (!at_late_is_expected(c))
		return AT_LATE_OURS;
	if (c->late.has_result) { /* of two answers one is the lost text's */
		forget_one(c);
		return trust == AT_TRUST_LATE ? AT_LATE_KEPT_WAS_OURS : AT_LATE_OURS;
	}
	if (trust == AT_TRUST_OURS)
		return AT_LATE_OURS;
	uint64_t wait_ms =
		c->req.late_ms ? c->req.late_ms : deadline_ms(DEADLINE_LATE_ANSWER);
	if (trust == AT_TRUST_LATE) { /* ours may take all the time it has */
		forget_one(c);
		wait_ms = c->late.due_ms > now ? c->late.due_ms - now : 0;
	} else {
		keep(c, result);
	}
	loop_timer_set(c->loop, &c->timer, wait_ms, on_timeout, c);
	return AT_LATE_WAIT;
}

void at_late_see_line(struct at_chat *c, const char *text)
{
	if (!at_late_is_expected(c))
		return;
	for (const char *const *p = c->late.owns; p && *p; p++)
		if (str_starts(text, *p)) {
			forget_one(c);
			c->late.wants_ok = true;
			return;
		}
}

/* Only a cause of 27.005 is sure not to be another command's. */
void at_late_see_final(struct at_chat *c, enum at_final final)
{
	if (final == AT_FINAL_CMS && at_late_is_expected(c))
		forget_one(c);
}

bool at_late_takes_final(struct at_chat *c, enum at_final final, uint16_t code)
{
	bool wants_ok = c->late.wants_ok;

	c->late.wants_ok = false;
	if (final == AT_FINAL_OK)
		return wants_ok;
	if (final != AT_FINAL_CMS || code >= CMS_OF_MODEM || !at_late_is_expected(c))
		return false;
	forget_one(c);
	return true;
}
