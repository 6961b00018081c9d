/*
 * Inside the feeder: when the next messages of a campaign are due, and how many of them
 * are worth feeding now.
 */
#ifndef OFFICE_FEED_TIMES_H
#define OFFICE_FEED_TIMES_H

#include "firmware/office/office.h"
#include "firmware/store/campaign.h"

#define FEED_LATER_MAX 20000 /* waiting for a window; more are not fed meanwhile */

struct feed_times {
	bool is_ended;	 /* its end has come: who is left gets nothing */
	int64_t wait_ms; /* it begins only then; 0: it has begun */
	int64_t want;	 /* messages that should wait for their turn */
	int64_t soon;	 /* that do: due within the time the feeder looks ahead */
	int64_t later;	 /* that wait for a window beyond it */
	double space_ms; /* between two messages; 0: none */
};

/* c: its texts are not looked at. share: how many the bank's speed allows for. */
enum err feed_times_find(struct office *o, const struct campaign *c, int64_t share,
	struct feed_times *out);
/* When the n-th of those that are fed now is due, before the recipient's hours. */
enum err feed_times_due(struct office *o, const struct campaign *c,
	const struct feed_times *t, size_t n, int64_t *out);

struct feed_place { /* a recipient; strings are borrowed */
	const char *country, *time_zone;
};
/* Sets route, SIM and times of m, whose due_at is that of feed_times_due(). out:
 * SKIP_TOO_LATE where no hour is left before the end. */
enum err feed_times_place(struct office *o, const struct campaign *c,
	const struct feed_place *place, struct message *m, enum skip_reason *out);

#endif
