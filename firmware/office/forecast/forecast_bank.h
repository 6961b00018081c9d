/*
 * Inside the forecast: what was read of the bank, and what of it a simulation needs.
 */
#ifndef OFFICE_FORECAST_BANK_H
#define OFFICE_FORECAST_BANK_H

#include "firmware/office/forecast/forecast.h"
#include "firmware/store/dispatch_config.h"

#define FORECAST_WAITING_MAX 65

struct forecast_line { /* a SIM that can send */
	struct sim sim;
	const struct plan *plan; /* borrowed from the bank; NULL: none */
	struct dispatch_used used;
	int64_t now, day_end, month_end; /* UTC ms */
	uint32_t fast_ms, slow_ms;	 /* a part */
};
struct forecast_waiting {    /* what waits of a sender, fed or not */
	int64_t campaign_id; /* 0: of none */
	enum message_class class;
	double parts;
	char group[64];
};
struct forecast_quota {
	struct quota quota;
	int64_t day_parts, money; /* used */
	int64_t day_end, month_end;
};

struct forecast_bank {
	struct dispatch_config config;
	int64_t now;
	size_t n_lines, n_waiting, n_quotas;
	struct forecast_line lines[SIMULATE_LINES_MAX];
	struct forecast_waiting waiting[FORECAST_WAITING_MAX];
	struct forecast_quota *quotas; /* owned, as config.quotas */
	double promotional_share, rate_per_min;
	bool is_measured;
};

/* NULL: the plan's own price counts. */
const struct plan_price *forecast_bank_price(
	const struct forecast_bank *b, int64_t plan_id, int64_t route_id);
const struct forecast_quota *forecast_bank_quota(
	const struct forecast_bank *b, int64_t source);
/* Its speed and its limits in parts. */
void forecast_line_make(
	const struct forecast_line *line, bool is_late, struct simulate_line *out);
/* And those in money and in numbers. */
struct forecast_mean {
	double price, parts; /* of a part; of a message */
	bool is_late;
};
void forecast_line_money(const struct forecast_line *line,
	const struct forecast_mean *mean, struct simulate_line *out);
/* Puts up to two; returns how many. price: of a part. */
size_t forecast_quota_caps(
	const struct forecast_quota *q, double price, struct simulate_cap *out);

#endif
