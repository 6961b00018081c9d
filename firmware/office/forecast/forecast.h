/*
 * When campaigns will be through and what they cost: the bank as it is now, simulated
 * twice, once as it goes well and once as it goes slowly.
 */
#ifndef OFFICE_FORECAST_H
#define OFFICE_FORECAST_H

#include "firmware/office/campaign/campaigns.h"
#include "firmware/office/dispatch/planner.h"
#include "firmware/office/forecast/simulate.h"

#define FORECAST_FLOWS_MAX 24 /* kinds of recipients; more are counted as the last */

/* The bank, its limits and what waits; read once for any number of campaigns. */
struct forecast_bank;
/* Owned by the caller. */
enum err forecast_bank_read(struct office *o, struct forecast_bank **out);
void forecast_bank_free(struct forecast_bank *b);	    /* accepts NULL */
unsigned forecast_bank_sims(const struct forecast_bank *b); /* that can send now */
bool forecast_bank_is_measured(const struct forecast_bank *b);
double forecast_bank_rate(const struct forecast_bank *b); /* parts a minute */

/* Recipients that are alike. */
struct forecast_flow {
	int64_t route_id;
	char country[4], time_zone[TZ_NAME_SIZE];
	int64_t messages, parts;
};
struct forecast_ask {
	const struct campaign *campaign; /* its texts are not looked at */
	const struct forecast_flow *flows;
	size_t n_flows;
};
struct forecast {
	int64_t from, to;      /* UTC ms; 0: never, or no SIM */
	int64_t will_not_make; /* messages */
	char limited_by[24];
	size_t n_costs;
	struct estimate_cost costs[ESTIMATE_COSTS_MAX];
};
enum err forecast_run(struct office *o, const struct forecast_bank *b,
	const struct forecast_ask *ask, struct forecast *out);

#endif
