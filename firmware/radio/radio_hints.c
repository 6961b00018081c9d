/*
 * What the office side is told over the bus. Hints: a lost one costs latency, so nothing
 * here is repeated, and slots are told at most a few times a second.
 */
#include "firmware/radio/radio_parts.h"

#include "firmware/base/str.h"

enum {
	PAIRS_MAX = 32,
	SLOTS_EVERY_MS = 200
};

static void publish(struct radio *radio, const char *line)
{
	if (radio->hints.bus)
		bus_publish(radio->hints.bus, line);
}

void radio_hints_flush(struct radio *radio)
{
	struct radio_hints *h = &radio->hints;
	char line[BUS_LINE_MAX] = "messages";

	if (h->n == 0)
		return;
	if (bus_add_i64(line, sizeof(line), "n", h->n) &&
		bus_add(line, sizeof(line), "list", h->list))
		publish(radio, line);
	h->n = 0;
	h->list[0] = '\0';
}

void radio_hint_message(struct radio *radio, int64_t id, enum message_state state)
{
	struct radio_hints *h = &radio->hints;

	if (!h->bus)
		return;
	(void)str_append_format(h->list, sizeof(h->list), "%s%lld:%s", /* 32 pairs fit */
		h->n ? "," : "", (long long)id,
		vstr_name(message_state_names, (int)state));
	if (++h->n == PAIRS_MAX)
		radio_hints_flush(radio);
}

void radio_hint_inbound(struct radio *radio, int64_t id)
{
	char line[64] = "inbound";

	if (bus_add_i64(line, sizeof(line), "id", id))
		publish(radio, line);
}

/* UTC ms at which the slot goes on by itself; 0: that is not known. */
static int64_t goes_on_at(const struct radio *radio, const struct slot *slot)
{
	const uint64_t now = loop_now_ms(radio->loop);
	bool waits = slot->fsm.state == SLOT_HELD || slot->fsm.state == SLOT_FAULT;

	if (!waits || !loop_timer_is_armed(&slot->timer) || slot->timer.due_ms <= now)
		return 0;
	return radio_now(radio).wall_ms + (int64_t)(slot->timer.due_ms - now);
}

/* Why it does not send, and until when: its own reason, or a limit that is short. */
static const char *reason_of(
	const struct radio *radio, const struct slot *slot, int64_t *out_until)
{
	int place = radio_place(radio, slot);

	*out_until = goes_on_at(radio, slot);
	if (place == DISPATCH_NONE)
		return reason_name(slot->reason);
	if (slot->reason >= REASON_LIMIT_BALANCE && slot->reason <= REASON_LIMIT_MINUTE)
		*out_until = radio->sims[place].hold_until;
	if (slot->reason != REASON_NONE || !slot_is_live(slot))
		return reason_name(slot->reason);
	const struct breaker *breaker = &radio->dispatch.sims[place].breaker;
	const uint64_t now = loop_now_ms(radio->loop);
	if (breaker->is_open) {
		if (breaker->until_ms > now)
			*out_until = radio_now(radio).wall_ms +
				     (int64_t)(breaker->until_ms - now);
		return dispatch_why_name(DISPATCH_BREAKER);
	}
	const struct dispatch_verdict v = radio_sim_limit(radio, place);
	if (v.why != DISPATCH_LIMIT_HOUR && v.why != DISPATCH_LIMIT_MINUTE)
		return reason_name(slot->reason);
	*out_until = v.until;
	return dispatch_why_name(v.why);
}

/* How the modem is, as far as it tells: what is not known is left out. */
static bool add_care(struct slot *slot, char *line, size_t size)
{
	const struct slot_care *care = &slot->care;
	const struct modem_health *h = &care->health;
	bool is_denied = slot_is_refused(slot);
	const char *words = slot->net.reject_cause
				    ? modem_reject_words(slot->net.reject_cause)
				    : slot->net.reject_words;
	bool ok = bus_add_i64(line, size, "fill", slot_fill_percent(slot));

	if (care->has_health && h->temperature_c != MODEM_UNKNOWN)
		ok = ok && bus_add_i64(line, size, "temperature", h->temperature_c);
	if (care->has_health && h->supply_mv != MODEM_UNKNOWN)
		ok = ok && bus_add_i64(line, size, "supply", h->supply_mv);
	if (care->clock_off_s)
		ok = ok && bus_add_i64(line, size, "clock_off", care->clock_off_s);
	if (slot->fsm.state == SLOT_PIN)
		ok = ok && bus_add_i64(line, size, "tries", slot->sim.pin_tries) &&
		     bus_add_i64(line, size, "puk_tries", slot->sim.puk_tries);
	if (slot->fsm.state == SLOT_RECOVERING)
		ok = ok && bus_add(line, size, "rung", ladder_rung_name(slot->rung));
	if (is_denied && slot->net.reject_cause)
		ok = ok && bus_add_i64(line, size, "cause", slot->net.reject_cause);
	return ok && bus_add(line, size, "denied", is_denied ? words : "");
}

/* How it is in its network, as far as it tells. */
static bool add_network(const struct slot *slot, char *line, size_t size)
{
	const struct modem_net_info *net = &slot->net;
	bool is_there = net->reg == MODEM_REG_HOME || net->reg == MODEM_REG_ROAMING;
	char networks[SLOT_SCAN_TEXT];
	bool ok = bus_add(line, size, "tech", is_there ? modem_tech_name(net->tech) : "");

	slot_scan_write(slot, networks);
	if (slot->scan.is_due || slot->scan.runs)
		ok = ok && bus_add(line, size, "search", "running");
	else if (slot->scan.has_failed)
		ok = ok && bus_add(line, size, "search", "failed");
	else if (slot->scan.found.is_known)
		ok = ok && bus_add(line, size, "search", "done") &&
		     bus_add(line, size, "networks", networks);
	if (is_there && net->ims != MODEM_IMS_UNKNOWN)
		ok = ok &&
		     bus_add_i64(line, size, "ims", net->ims == MODEM_IMS_REGISTERED);
	return ok;
}

static bool make_slot_line(
	struct radio *radio, struct slot *slot, char *line, size_t size)
{
	int64_t until;
	const char *reason = reason_of(radio, slot, &until);
	size_t queue =
		slot->sim_id ? dispatch_waiting(&radio->dispatch, slot->sim_id) : 0;
	uint32_t rate = rate_per_min(&slot->rate, loop_now_ms(radio->loop));

	return str_copy(line, size, "slot") &&
	       bus_add_i64(line, size, "bay", slot->bay.id) &&
	       bus_add_i64(line, size, "sim", slot->sim_id) &&
	       bus_add(line, size, "state", slot_state_name(slot)) &&
	       bus_add(line, size, "reason", reason) &&
	       bus_add_i64(line, size, "until", until) &&
	       bus_add_i64(line, size, "signal", slot->net.rssi_dbm) &&
	       bus_add(line, size, "operator", slot->net.operator_name) &&
	       bus_add_i64(line, size, "rate", rate) &&
	       bus_add_i64(line, size, "queue", (int64_t)queue) &&
	       add_network(slot, line, size) && add_care(slot, line, size);
}

static void on_slots_due(void *user)
{
	struct radio *radio = user;
	char line[BUS_LINE_MAX];

	for (size_t i = 0; i < radio->n_slots; i++) {
		if (!radio->hints.dirty[i] || radio->slots[i]->bay.id == 0)
			continue;
		radio->hints.dirty[i] = false;
		if (make_slot_line(radio, radio->slots[i], line, sizeof(line)))
			publish(radio, line);
	}
}

void radio_hint_slot(struct radio *radio, const struct slot *slot)
{
	struct radio_hints *h = &radio->hints;

	h->dirty[slot->index] = true;
	if (h->bus && !loop_timer_is_armed(&h->timer))
		loop_timer_set(
			radio->loop, &h->timer, SLOTS_EVERY_MS, on_slots_due, radio);
}

static bool make_times_line(struct radio *radio, char *line, size_t size)
{
	return str_copy(line, size, "times") &&
	       bus_add_i64(
		       line, size, "unwritten", (int64_t)radio_times_unwritten_ms(radio));
}

void radio_hint_times(struct radio *radio)
{
	char line[BUS_LINE_MAX];

	if (make_times_line(radio, line, sizeof(line)))
		publish(radio, line);
}

void radio_hint_all(struct radio *radio, struct bus_peer *peer)
{
	char line[BUS_LINE_MAX];

	if (make_times_line(radio, line, sizeof(line)))
		bus_reply(peer, line);
	for (size_t i = 0; i < radio->n_slots; i++) {
		if (radio->slots[i]->bay.id &&
			make_slot_line(radio, radio->slots[i], line, sizeof(line)))
			bus_reply(peer, line);
	}
}
