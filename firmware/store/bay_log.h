/*
 * How each bay fared: its failures with their causes and how long each took to mend, and
 * the last lines before something ended badly. A bounded number of each is kept a bay.
 */
#ifndef STORE_BAY_LOG_H
#define STORE_BAY_LOG_H

#include <stddef.h>

#include "firmware/store/store.h"

enum {
	BAY_EVENTS_KEPT = 500,
	BAY_RECORDS_KEPT = 20,
	BAY_CAUSES_MAX = 12,
	BAY_RECORD_TEXT_MAX = 16384 /* octets, the terminator counted */
};

/* A bay failed; a failure that goes on (not back yet) only takes the newest rung. */
enum err bay_failed(struct store *s, int64_t bay_id, const char *cause, const char *rung);
/* It works again; nothing to do where no failure is open. */
enum err bay_back(struct store *s, int64_t bay_id);
/* Is a failure open? */
enum err bay_is_failed(struct store *s, int64_t bay_id, bool *out);
/* For how much of the time from that UTC ms until now one was open. */
enum err bay_failed_ms(struct store *s, int64_t bay_id, int64_t from, int64_t *out_ms);

/* Failures since then, and what was measured (bay_time.h): MTBF is up_ms / failures.
 * Hours in which the radio side did not run are in none of the times. */
struct bay_health {
	int64_t since; /* or when its modem came, or the measuring began, if later */
	int64_t failures;
	int64_t up_ms;	  /* it worked */
	int64_t ready_ms; /* of these: it could send */
	int64_t down_ms;  /* it did not, or was not there */
	size_t n_causes;
	struct bay_cause {
		char cause[48];
		int64_t n;
	} causes[BAY_CAUSES_MAX]; /* the commonest first */
};
/* ERR_NOTFOUND: no such bay. */
enum err bay_health_get(
	struct store *s, int64_t bay_id, int64_t since, struct bay_health *out);

struct bay_event {
	int64_t id, at, back_at;  /* back_at 0: not yet */
	const char *cause, *rung; /* rung: the last that was tried; "" none */
	bool is_before;		  /* of a modem that was in the bay before */
};
typedef bool (*bay_event_fn)(void *user, const struct bay_event *event);
/* The newest `max`, newest first. */
enum err bay_events(
	struct store *s, int64_t bay_id, unsigned max, bay_event_fn fn, void *user);

struct flight_record {
	int64_t id, bay_id, at;
	const char *cause;
	const char *lines; /* NULL in bay_records() */
	bool is_before;	   /* of a modem that was in the bay before */
};
typedef bool (*flight_record_fn)(void *user, const struct flight_record *record);
/* lines are cut at BAY_RECORD_TEXT_MAX - 1; the oldest beyond BAY_RECORDS_KEPT goes. */
enum err bay_record_add(
	struct store *s, int64_t bay_id, const char *cause, const char *lines);
/* Newest first, without their lines. */
enum err bay_records(struct store *s, int64_t bay_id, flight_record_fn fn, void *user);
/* ERR_NOTFOUND */
enum err bay_record_get(struct store *s, int64_t id, flight_record_fn fn, void *user);

#endif
