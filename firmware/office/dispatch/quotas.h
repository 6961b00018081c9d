/*
 * Limits of campaigns, API keys and panel users; and how often one number is written to.
 */
#ifndef OFFICE_QUOTAS_H
#define OFFICE_QUOTAS_H

#include "firmware/office/office.h"
#include "firmware/store/quota.h"
#include "firmware/store/source.h"
#include "firmware/store/window.h"

struct quota_view {
	struct quota q;
	enum source_kind kind;
	int64_t id;			       /* of the campaign, key or user */
	const char *name;		       /* "" if it is gone */
	int64_t used_day;		       /* parts today; 0 where per_day is 0 */
	int64_t used_money;		       /* of the budget, millionths */
	int64_t day_frees_at, budget_frees_at; /* UTC ms; 0: not by itself */
};
typedef bool (*quota_view_fn)(void *user, const struct quota_view *view);
enum err quotas_each(struct office *o, quota_view_fn fn, void *user);
/* One without limits shows zeros. not_found: there is no such campaign, key or user. */
enum err quotas_get(struct office *o, int64_t source, quota_view_fn fn, void *user);
/* Sets all of it; all zero and no group: none. not_found; invalid_limit (its field);
 * text_too_long (group). */
enum err quotas_set(
	struct office *o, const struct office_actor *actor, const struct quota *quota);

/* The refusals of quotas_set() but for the owner. */
enum err quotas_check(struct office *o, const struct quota *quota);

/* ---- messages to one number in 7 and 30 days, by class ---- */
enum err caps_each(struct office *o, frequency_cap_fn fn, void *user);
/* Both 0: no cap. invalid_limit; invalid_class (otp: a code is always wanted). */
enum err caps_set(struct office *o, const struct office_actor *actor,
	const struct frequency_cap *cap);

#endif
