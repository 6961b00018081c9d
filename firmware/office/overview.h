/*
 * The first page: what waits, what went today, what is wrong. And the box's health.
 */
#ifndef OFFICE_OVERVIEW_H
#define OFFICE_OVERVIEW_H

#include "firmware/office/bank/lines.h"
#include "firmware/office/office.h"
#include "firmware/store/message.h"

#define OVERVIEW_PROBLEMS_MAX 16

struct overview_problem {
	char code[32]; /* modemd_away, bay_fault, disk_low, no_sim, clock_wrong … */
	char text[320];
	int64_t bay_id; /* 0: none */
};
struct overview {
	int64_t held, queued, sending, parts_waiting;
	struct sim_usage today; /* parts, since midnight UTC, all SIMs */
	double rate_per_min;	/* parts in the last minute, all SIMs */
	int64_t eta_s;		/* until the queue is empty; -1: not known */
	int64_t unread;		/* inbound texts */
	int64_t running;	/* campaigns: campaigns_list() with CAMPAIGN_RUNNING */
	size_t n_problems;
	struct overview_problem problems[OVERVIEW_PROBLEMS_MAX];
};
enum err overview_get(struct office *o, struct overview *out);

struct health {
	bool store, modemd;
	unsigned sims_ready;
	int64_t disk_free_mb;
	char status[12]; /* ok, degraded (no modemd, no SIM, disk low), down (no store) */
};
/* store_path: for the disk it lies on. Never fails. */
void health_get(struct office *o, const char *store_path, struct health *out);

/* For /metrics. */
struct metrics {
	struct message_tally tally; /* all messages by state */
	int64_t contacts, suppressed, unread;
	int64_t wal_octets, store_octets;
};
enum err metrics_get(struct office *o, const char *store_path, struct metrics *out);

#endif
