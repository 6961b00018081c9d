/*
 * Campaigns: drafts, the guarded changes of their state, what they will cost, how they
 * went.
 */
#ifndef OFFICE_CAMPAIGNS_H
#define OFFICE_CAMPAIGNS_H

#include "firmware/office/office.h"
#include "firmware/store/campaign.h"

struct campaign_schedule {	    /* all of it is set */
	int64_t start_at, end_at;   /* UTC ms; 0: at once, no end */
	int from_minute, to_minute; /* in the recipient's time, from > to: over midnight;
				       -1: no window of its own */
	unsigned days;		    /* bit 0 Monday to bit 6 Sunday; 127 every day */
	bool is_spread;		    /* evenly over what is left until end_at */
};
struct campaign_limits {		     /* all of it is set; 0, "": none */
	int64_t per_minute, per_day, budget; /* parts, parts, millionths */
	char group[64];			     /* of SIMs */
};
struct campaign_draft { /* NULL or 0: not given (on create: required, but topic) */
	const char *name, *text, *class, *topic;
	int64_t list_id;
	const struct campaign_schedule *schedule; /* NULL: stays (create: at once) */
	const struct campaign_limits *limits;	  /* NULL: stays (create: none) */
};
/* Refusals: field_required, unknown_list, invalid_class, empty_text,
 * bad_placeholder (offset), text_too_long, invalid_time (start_at, end_at, from_minute,
 * days), end_required (is_spread without end_at), invalid_limit. Names of placeholders
 * are looked at when it starts: a draft may come before its contacts. */
enum err campaigns_create(struct office *o, const struct office_actor *actor,
	const struct campaign_draft *draft, int64_t *out_id);
/* A draft only (wrong_state otherwise). */
enum err campaigns_update(struct office *o, const struct office_actor *actor, int64_t id,
	const struct campaign_draft *draft);
enum err campaigns_delete(struct office *o, const struct office_actor *actor, int64_t id);

struct campaign_view {
	struct campaign c;
	const char *list; /* its name */
	struct message_tally tally;
	int64_t skipped, to_come; /* members left out; members not fed yet */
	int64_t parts;		  /* of all its messages so far */
	double rate_per_min;	  /* parts, of the whole bank now; 0: no ready SIM */
	int64_t eta_from, eta_to; /* UTC ms; 0: not running or nothing known */
	struct campaign_schedule schedule;
	struct campaign_limits limits;
	int64_t will_not_make; /* recipients, as it runs; 0 too where nothing is known */
};
typedef bool (*campaign_view_fn)(void *user, const struct campaign_view *view);
enum err campaigns_get(struct office *o, int64_t id, campaign_view_fn fn, void *user);
/* Newest first. state -1: any; before 0: from the newest. */
enum err campaigns_list(struct office *o, const struct campaign_query *query,
	campaign_view_fn fn, void *user);

/* wrong_state (the sentence names the state); start also: no_recipients,
 * unknown_placeholder, too_many_parts. */
enum err campaigns_start(struct office *o, const struct office_actor *a, int64_t id);
enum err campaigns_pause(struct office *o, const struct office_actor *a, int64_t id);
enum err campaigns_resume(struct office *o, const struct office_actor *a, int64_t id);
enum err campaigns_cancel(struct office *o, const struct office_actor *a, int64_t id);

/* ---- estimate: exact over all members, up to ESTIMATE_MEMBERS_MAX ---- */
#define ESTIMATE_MEMBERS_MAX 200000
#define ESTIMATE_SPREAD_MAX 64
#define ESTIMATE_SAMPLES 3
#define ESTIMATE_COSTS_MAX 4

struct estimate_sample {
	char name[130], to[24];
	char *text; /* owned */
	uint16_t parts;
};
struct estimate {
	int64_t recipients, sendable, skipped[SKIP_REASON_COUNT];
	bool is_exact; /* false: more members than the limit; scaled up */
	uint16_t parts_min, parts_median, parts_max;
	int64_t parts_total, gsm7, ucs2;	 /* messages by encoding */
	int64_t spread[ESTIMATE_SPREAD_MAX + 1]; /* recipients by parts */
	unsigned sims;	     /* ready (or, with modemd away, enabled) */
	double rate_per_min; /* parts, all of them together */
	bool is_rate_measured;
	int64_t seconds_from, seconds_to; /* from now on */
	int64_t done_from, done_to;	  /* UTC ms; 0: no SIM, or never */
	int64_t will_not_make; /* recipients that its window or end leaves out */
	char limited_by[24]; /* what slows it most: "speed", "window", "pace" or the code
				of a limit ("limit_day"); "" nothing known */
	size_t n_costs;
	struct estimate_cost {
		char currency[4]; /* "": plans without one */
		int64_t amount;	  /* millionths, expected */
	} costs[ESTIMATE_COSTS_MAX];
	struct refusal fault; /* code "": none; else unknown_placeholder */
	size_t n_samples;
	struct estimate_sample samples[ESTIMATE_SAMPLES];
};
/* A text that is none refuses (bad_placeholder …). out is the caller's to fini. */
enum err campaigns_estimate(struct office *o, int64_t id, struct estimate *out);
void estimate_fini(struct estimate *e); /* accepts a zeroed struct */

/* ---- report ---- */
enum err campaigns_report(struct office *o, int64_t id, struct campaign_report *out);

#endif
