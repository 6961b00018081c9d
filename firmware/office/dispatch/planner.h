/*
 * When a message may go out: the windows of its class and its campaign, in the
 * recipient's time, without the holidays of his country. Sets due_at and pause_at of what
 * is added, and plans what waits anew when its window has closed or the rules have
 * changed.
 *
 * The zone is the contact's, else the number's: a country with several zones is written
 * to while it is open in all of them, or, where there is no such hour, in the first.
 */
#ifndef OFFICE_PLANNER_H
#define OFFICE_PLANNER_H

#include "firmware/office/dispatch/hours.h"
#include "firmware/office/office.h"
#include "firmware/store/campaign.h"

struct planner_ask {
	enum message_class class;
	const char *country, *time_zone; /* "" not known */
	int64_t from;			 /* not before, UTC ms */
	const struct campaign *campaign; /* its window; NULL: none */
};
struct planner_when {
	int64_t due_at, pause_at; /* pause_at 0: never */
	bool is_never;		  /* the two windows have no minute in common */
};
/* With the wall clock not set yet it is due at once and paused at once: it waits until it
 * can be planned. */
enum err planner_when(
	struct office *o, const struct planner_ask *ask, struct planner_when *out);
/* Does it depend on the recipient at all? False: planner_when() needs no country. */
enum err planner_is_bound(struct office *o, enum message_class class,
	const struct campaign *campaign, bool *out);
/* The hours themselves, for reckoning; borrowed until the next call of the planner. */
enum err planner_hours(
	struct office *o, const struct planner_ask *ask, const struct hours **out);

/* In the transaction of a change: what waits is planned anew. */
enum err planner_rules_changed(struct office *o);

/* The keeper's share: one transaction of at most 20 ms. out_more: there is more to do.
 * Also notices when the wall clock was set, and then plans all anew. */
enum err planner_step(struct office *o, bool *out_more);
void planner_destroy(struct planner *planner); /* accepts NULL */

#endif
