/*
 * Figures over time, by SIM and by cause, for a campaign's report.
 */
#ifndef OFFICE_REPORTS_H
#define OFFICE_REPORTS_H

#include "firmware/office/office.h"

#define REPORT_BUCKETS_MAX 120
#define REPORT_SIMS_MAX 64
#define REPORT_CAUSES_MAX 32

struct report_bucket {
	int64_t at; /* start, UTC ms */
	int64_t sent, delivered, failed;
};
struct report_sim {
	int64_t sim_id, parts, delivered, failed;
	int64_t money;		    /* millionths, at the prices of when they went */
	char name[64], currency[4]; /* of its plan now; "" none */
};
struct report_cause {
	char cause[64], text[200];
	int64_t n;
};
struct report_detail {
	int64_t step_ms;
	int64_t estimate_from, estimate_to; /* as said at its start; 0: not said */
	int64_t ended_at;		    /* 0: not yet */
	size_t n_buckets, n_sims, n_causes;
	struct report_bucket buckets[REPORT_BUCKETS_MAX];
	struct report_sim sims[REPORT_SIMS_MAX];
	struct report_cause causes[REPORT_CAUSES_MAX];
};
/* Buckets from the start of the campaign to its end or now, empty ones included. About
 * 20 KB, the caller's. */
enum err reports_detail(struct office *o, int64_t campaign_id, struct report_detail *out);

#endif
