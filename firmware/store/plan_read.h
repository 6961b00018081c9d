/*
 * Inside the store: a plan's row.
 */
#ifndef STORE_PLAN_READ_H
#define STORE_PLAN_READ_H

#include "firmware/store/db.h"
#include "firmware/store/plan.h"

#define PLAN_COLUMNS                                                                     \
	"id, name, currency, time_zone, reset_day, per_minute, per_hour, per_day, "      \
	"per_month, recipients_month, bundle_month, is_bundle_only, spend_month, "       \
	"balance_floor, countries, price"
void plan_read(const struct db_rows *rows, struct plan *out);

#endif
