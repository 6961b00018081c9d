#include "firmware/radio/slot/slot_care.h"

#include "firmware/base/str.h"
#include "firmware/radio/slot/slot_parts.h"

#define LOG_MODULE "care"
#include "firmware/base/log.h"

enum {
	HEALTH_EVERY_MS = 600000,
	HEALTH_FIRST_MS = 30000, /* after the start: first things first */
};

/* Readings. */

/* A hint, never more: a modem's clock may be anything. But a box whose own is wrong sends
 * at the wrong hours, and nobody else tells where there is no network. */
static void compare_clocks(struct slot *slot, const struct modem_health *health)
{
	int64_t wall_s = clock_wall_ms(loop_clock(slot->host->loop)) / 1000;
	int64_t off = health->has_clock ? health->clock_utc_s - wall_s : 0;
	bool was_off = slot->care.clock_off_s != 0;

	if (off <= SLOT_CLOCK_OFF_S && off >= -SLOT_CLOCK_OFF_S)
		off = 0;
	slot->care.clock_off_s = off;
	if (off && !was_off)
		log_warn("slot=%s the network's clock is %lld s ahead of the box's",
			slot->name, (long long)off);
}

static void on_health(void *user, enum err err, const struct modem_health *health)
{
	struct slot *slot = user;

	if (err == ERR_OK) {
		slot->care.health = *health;
		slot->care.has_health = true;
		compare_clocks(slot, health);
	}
	slot_chore_ended(slot);
}

bool slot_health_is_due(struct slot *slot, bool may_rest)
{
	return may_rest && loop_now_ms(slot->host->loop) >= slot->care.health_at_ms;
}

enum err slot_health_start(struct slot *slot)
{
	slot->care.health_at_ms = loop_now_ms(slot->host->loop) + HEALTH_EVERY_MS;
	return modem_read_health(slot->modem, on_health, slot);
}

void slot_care_reset(struct slot *slot)
{
	slot->care.has_health = false;
	slot->care.clock_off_s = 0;
	slot->care.health_at_ms = loop_now_ms(slot->host->loop) + HEALTH_FIRST_MS;
}

int slot_fill_percent(const struct slot *slot)
{
	struct modem_fill fill[MODEM_MEMORIES];
	int worst = -1;

	modem_read_fill(slot->modem, fill);
	for (size_t i = 0; i < MODEM_MEMORIES; i++) {
		int percent = fill[i].total ? 100 * fill[i].used / fill[i].total : -1;
		worst = percent > worst ? percent : worst;
	}
	return worst;
}

/* The self-test. */

static void tell(struct slot *slot, const struct slot_test_end *end)
{
	slot->care.is_test_asked = slot->care.is_testing = false;
	log_info("slot=%s self_test=%s", slot->name, end->code[0] ? end->code : "done");
	slot->host->test_ended(slot->host->user, slot, end);
}

static void on_tested(
	void *user, enum err err, const struct modem_self_test_result *result)
{
	static const char *const verdicts[] = {
		[MODEM_VERDICT_SKIPPED] = "skipped",
		[MODEM_VERDICT_PASSED] = "passed",
		[MODEM_VERDICT_FAILED] = "failed",
	};
	struct slot *slot = user;
	struct slot_test_end end = { .code = err == ERR_OK ? "" : "not_ready" };

	for (unsigned i = 0; err == ERR_OK && i < MODEM_CHECKS; i++) {
		const struct modem_check *check = &result->checks[i];
		/* 7 checks of at most 90 octets fit */
		(void)str_append_format(end.text, sizeof(end.text), "%s=%s:%s\n",
			modem_check_name((enum modem_check_kind)i),
			verdicts[check->verdict], check->said);
	}
	if (err == ERR_OK && result->tech) /* fits beside them */
		(void)str_append_format(end.text, sizeof(end.text), "technology=:%s\n",
			modem_tech_name(result->tech));
	if (err != ERR_OK)
		(void)str_copy(end.text, sizeof(end.text), /* fits */
			"The modem went away during its test.");
	tell(slot, &end);
	if (err == ERR_OK && !slot->care.is_test_cut && !slot_is_registered(slot))
		slot_scan_ask(slot);
	slot_chore_ended(slot);
}

bool slot_test_is_due(struct slot *slot, bool may_rest)
{
	(void)may_rest; /* it waits for the message in hand, not for the queue's end */
	return slot->care.is_test_asked && !slot->send.resume_seq && !slot->is_stopping;
}

enum err slot_test_start(struct slot *slot)
{
	enum err err = modem_self_test(slot->modem, on_tested, slot);

	slot->care.is_testing = err == ERR_OK;
	if (err != ERR_OK)
		slot_test_stop(slot);
	return err;
}

/* While the start asks for the network, it waits for that answer. */
void slot_test_turn(struct slot *slot)
{
	enum err err;

	if (!slot_test_is_due(slot, true) || slot->care.is_testing || slot->chore.runs ||
		!slot->is_set_up)
		return;
	err = modem_self_test(slot->modem, on_tested, slot);
	slot->care.is_testing = slot->chore.runs = err == ERR_OK;
	if (err != ERR_OK && err != ERR_BUSY)
		slot_test_stop(slot);
}

void slot_test_stop(struct slot *slot)
{
	struct slot_test_end end = { .code = "not_ready" };

	if (!slot->care.is_test_asked || slot->care.is_testing)
		return;
	(void)str_copy(end.text, sizeof(end.text), /* fits */
		"The modem is not ready for its test. Try again in a minute.");
	tell(slot, &end);
}

enum err slot_test(struct slot *slot)
{
	bool works = slot_is_live(slot) || slot->fsm.state == SLOT_HELD ||
		     (slot->fsm.state == SLOT_REGISTERING && slot->is_set_up);

	if (!works || slot->is_stopping)
		return ERR_NOTFOUND;
	if (slot->care.is_test_asked || slot->scan.runs)
		return ERR_BUSY;
	slot->care.is_test_asked = true;
	slot->care.is_test_cut = false;
	slot->host->changed(slot->host->user, slot);
	return ERR_OK;
}

void slot_test_cancel(struct slot *slot)
{
	slot->care.is_test_cut = true;
	slot_scan_stop(slot);
	if (slot->care.is_testing)
		modem_self_test_stop(slot->modem);
	else
		slot_test_stop(slot);
}

/* The trace of its dialogue goes into the flight recorder. */
static void on_line(void *user, const struct modem_trace_line *line)
{
	struct slot *slot = user;

	recorder_add(
		&slot->log.recorder, &(struct recorder_line){ .mono_ms = line->mono_ms,
					     .direction = line->is_out ? '>' : '<',
					     .text = line->text });
}

void slot_care_init(struct slot *slot)
{
	modem_set_trace(slot->modem, on_line, slot);
}
