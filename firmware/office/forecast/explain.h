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
/* Of a message that waits or is on air; code "" for any other. From the store: held,
 * held_campaign (it is paused), on_air, scheduled, window, retry, frequency_cap, expired,
 * suppressed, no_consent, unread_inbound; of modemd: modemd_away, and the codes of its
 * dispatcher (ready, busy, no_live_sim, role, group, country, route_blocked, limit_minute
 * _hour _day _month _recipients _bundle _spend _balance, quota_pace _day _budget,
 * reserve, least_cost, sim_gone, refused_here, sim_pauses, breaker, clock, store). Asks
 * modemd and waits for it, up to 3 s: not with a transaction open. */
enum err explain_waiting(struct office *o, int64_t message_id, struct explanation *out);
/* Codes: only_one, asked_for, known_to_contact, cheapest, bundle, moved, any, probe;
 * "" where it is not known. sim: its name. Pure. */
void explain_choice(enum sim_choice choice, const char *sim, struct explanation *out);

#endif
