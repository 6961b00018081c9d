/*
 * Climbing the ladder: one rung, then the start again from the probe.
 */
#include "drivers/power.h"
#include "firmware/radio/slot/slot_parts.h"

#define LOG_MODULE "slot"
#include "firmware/base/log.h"

void slot_note_works(struct slot *slot)
{
	slot->worked_ms = loop_now_ms(slot->host->loop);
	ladder_reset(&slot->ladder);
	slot_log_works(slot);
}

static enum ladder_port what_is_known(const struct slot *slot)
{
	if (slot->is_known)
		return LADDER_KNOWN;
	if (power_is_alone(slot->host->power, slot->board_bay, slot->port))
		return LADDER_ALONE;
	return modem_is_makers(slot->modem) ? LADDER_MODEM : LADDER_STRANGER;
}

/* A rung that is not there costs no pause, and nobody is told of it. */
static unsigned what_can_be_done(const struct slot *slot)
{
	unsigned can = LADDER_ALL;

	if (!modem_can_reset(slot->modem, MODEM_RESET_VENDOR))
		can &= ~LADDER_RUNG(RUNG_VENDOR);
	if (!modem_can_reset_usb(slot->modem))
		can &= ~LADDER_RUNG(RUNG_USB);
	if (!power_has_line(slot->host->power, slot->board_bay))
		can &= ~LADDER_RUNG(RUNG_POWER);
	return can;
}

void slot_recover(struct slot *slot, enum reason reason, enum rung from)
{
	uint64_t now = loop_now_ms(slot->host->loop);

	if (slot_is_live(slot) && now - slot->since_ms >= LADDER_HEALTHY_MS)
		ladder_reset(&slot->ladder);
	enum rung rung = ladder_climb(
		&slot->ladder, from, what_is_known(slot), what_can_be_done(slot));
	uint64_t pause = ladder_pause_ms(&slot->ladder, rung);
	log_warn("slot=%s reason=%s rung=%s climbs=%u", slot->name, reason_name(reason),
		ladder_rung_name(rung), slot->ladder.climbs);
	slot->rung = rung;
	slot->is_set_up = slot->is_awaited = false;
	slot_log_failed(slot, reason, rung);
	if (rung == RUNG_FAULT)
		slot_close(slot);
	slot_go(slot, rung == RUNG_FAULT ? SLOT_FAULT : SLOT_RECOVERING, reason);
	slot_wait(slot, pause);
}

static void on_reset(void *user, enum err err)
{
	EV((struct slot *)user, SLOT_EV_RESET_DONE, &err);
}

static enum err ask_modem(struct slot *slot, enum modem_reset how)
{
	enum err err = ERR_OK;

	if (!slot->is_open)
		err = modem_open(slot->modem);
	if (err != ERR_OK)
		return err;
	slot->is_open = true;
	return modem_reset(slot->modem, how, on_reset, slot);
}

static enum err close_port(struct slot *slot)
{
	slot_close(slot);
	return ERR_OK;
}

static enum err reset_usb(struct slot *slot)
{
	slot_close(slot);
	return modem_reset_usb(slot->modem);
}

static enum err cycle_power(struct slot *slot, uint64_t *settle_ms)
{
	slot_close(slot);
	return power_cycle(slot->host->power, slot->board_bay, settle_ms);
}

void slot_recover_step(void *user, const void *data)
{
	struct slot *slot = user;
	enum err err = ERR_UNSUPPORTED;
	bool goes_on = false; /* without an answer of the modem */
	uint64_t settle_ms = ladder_settle_ms(slot->rung);

	(void)data;
	switch (slot->rung) {
	case RUNG_DRAIN:
		err = ask_modem(slot, MODEM_RESET_DRAIN);
		break;
	case RUNG_CFUN:
		err = ask_modem(slot, MODEM_RESET_CFUN);
		break;
	case RUNG_VENDOR:
		err = ask_modem(slot, MODEM_RESET_VENDOR);
		break;
	case RUNG_REOPEN:
		err = close_port(slot);
		goes_on = true;
		break;
	case RUNG_USB:
		err = reset_usb(slot);
		goes_on = true;
		break;
	case RUNG_POWER:
		err = cycle_power(slot, &settle_ms);
		goes_on = true;
		break;
	case RUNG_FAULT:
	case RUNG_COUNT:
		break;
	}
	slot->is_awaited = err == ERR_OK && slot->rung >= RUNG_CFUN;
	if (err != ERR_OK) {
		slot_recover(slot, slot->reason, slot->rung + 1);
	} else if (goes_on) {
		slot_go(slot, SLOT_POWERING, slot->reason);
		slot_wait(slot, settle_ms);
	}
}

void slot_recover_done(void *user, const void *data)
{
	struct slot *slot = user;
	enum err err = *(const enum err *)data;
	bool went_at_once = err == ERR_SYS && slot->is_awaited; /* without its OK */

	if (err != ERR_OK && !went_at_once) {
		slot_recover(slot, slot->reason, slot->rung + 1);
		return;
	}
	slot_go(slot, SLOT_PROBING, slot->reason);
	slot_wait(slot, ladder_settle_ms(slot->rung));
}

void slot_recover_stuck(void *user, const void *data)
{
	(void)data;
	slot_recover(user, REASON_STUCK, RUNG_DRAIN);
}

/* Its line is clean: only a new start may help. */
void slot_recover_sick(void *user, const void *data)
{
	slot_recover(user, *(const enum reason *)data, RUNG_CFUN);
}

/* Asked for, so the ladder has no say in it. */
void slot_recover_power(struct slot *slot)
{
	slot->rung = RUNG_POWER;
	slot->is_set_up = false;
	slot_go(slot, SLOT_RECOVERING, REASON_RESET_ASKED);
	slot_wait(slot, ladder_pause_ms(&slot->ladder, RUNG_POWER));
}

void slot_recover_asked(void *user, const void *data)
{
	struct slot *slot = user;

	(void)data;
	bool wants_power = slot->power_asked;

	slot->reset_asked = slot->power_asked = false;
	ladder_reset(&slot->ladder);
	if (wants_power)
		slot_recover_power(slot);
	else
		slot_recover(slot, REASON_RESET_ASKED, RUNG_CFUN);
}

void slot_recover_again(void *user, const void *data)
{
	struct slot *slot = user;

	(void)data;
	slot_go(slot, SLOT_POWERING, slot->reason);
	slot_wait(slot, 0);
}
