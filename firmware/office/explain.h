/*
 * Why a message is not on air now, and why a sent one went over its SIM: a code, and one
 * sentence in English with the time at which it ends.
 */
#ifndef OFFICE_EXPLAIN_H
#define OFFICE_EXPLAIN_H

#include "firmware/office/office.h"
#include "firmware/store/message.h"

struct explanation {
	char code[24]; /* "" : nothing to explain */
	char detail[320];
	int64_t until; /* UTC ms; 0: not known */
};
/* Codes of waiting messages, from the store: held_campaign (paused), held, scheduled (not
 * due), window, retry, frequency_cap, modemd_away, on_air, next_part; from modemd:
 * no_live_sim, role, group, country, route_blocked, limit_minute, limit_hour, limit_day,
 * limit_month, limit_recipients, limit_bundle, limit_spend, limit_balance, quota_pace,
 * quota_day, quota_budget, reserve, least_cost, sim_gone, refused_here, unread_inbound,
 * breaker, clock, store, busy. Asks modemd and waits for it, up to 3 s: not with a
 * transaction open. not_found. */
enum err explain_waiting(struct office *o, int64_t message_id, struct explanation *out);
/* Codes: only_one, asked_for, known_to_contact, cheapest, bundle, moved, any, probe;
 * "" where it is not known. sim: its name. Pure. */
void explain_choice(enum sim_choice choice, const char *sim, struct explanation *out);

#endif
