/*
 * How long the radio side ran and, of that, how long each bay's modem worked and could
 * send; how strong its signal was. By hours of UTC; a bounded number of them is kept.
 *
 * What is added was measured by the monotonic clock. The wall clock says only in which
 * hour it is put down, so that one that jumps adds nothing.
 */
#ifndef STORE_BAY_TIME_H
#define STORE_BAY_TIME_H

#include "firmware/store/store.h"

#define BAY_TIME_HOUR_MS INT64_C(3600000)

enum {
	BAY_TIME_HOURS_KEPT = 31 * 24 /* hours in which the radio side ran */
};

struct bay_signal { /* readings, in dBm */
	int64_t n, sum_dbm;
	int64_t min_dbm, max_dbm; /* of n > 0 */
};

struct bay_time {
	int64_t up_ms;	  /* its modem answered, and no failure was open */
	int64_t ready_ms; /* of these: it could send, or sent */
	struct bay_signal signal;
};

/* Both add to the present hour; in one transaction, the first one first. It forgets hours
 * beyond BAY_TIME_HOURS_KEPT, and those of more than a day to come: a clock was wrong. */
enum err bay_time_ran(struct store *s, int64_t ran_ms);
/* Nothing happens where there is no such bay (any more). */
enum err bay_time_add(struct store *s, int64_t bay_id, const struct bay_time *time);
/* Another modem came just now: this hour's times were another one's. */
enum err bay_time_clear(struct store *s, int64_t bay_id);

struct bay_time_sum {
	int64_t ran_ms; /* the radio side, whether or not a modem was in the bay */
	int64_t up_ms, ready_ms; /* not beyond ran_ms */
};
/* From that UTC ms until now. Exact where the bay had no modem before, else to the hour.
 */
enum err bay_time_sums(
	struct store *s, int64_t bay_id, int64_t from, struct bay_time_sum *out);

struct bay_signal_hour {
	int64_t at; /* UTC ms, its beginning */
	int64_t min_dbm, mean_dbm, max_dbm;
};
typedef bool (*bay_signal_fn)(void *user, const struct bay_signal_hour *hour);
/* Hours in which the signal was read, since that UTC ms, the oldest first. */
enum err bay_signals(
	struct store *s, int64_t bay_id, int64_t from, bay_signal_fn fn, void *user);

#endif
