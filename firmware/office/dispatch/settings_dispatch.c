#include "firmware/office/dispatch/settings_dispatch.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/dispatch/countries.h"
#include "firmware/office/office_internal.h"
#include "firmware/office/text/preview.h"
#include "firmware/store/dispatch_config.h"

#define NOTICE_PARTS_MAX 3
#define RESERVE_MAX 1000 /* SIMs */

/* The value of a key; fallback where it is not set or does not fit. */
static enum err get(
	struct office *o, const char *key, const char *fallback, char *dst, size_t size)
{
	enum err err = setting_get(o->store, key, dst, size);
	if (!err)
		return ERR_OK;
	(void)str_copy(dst, size, fallback); /* short words of ours */
	return err == ERR_NOTFOUND || err == ERR_MEM ? ERR_OK
						     : office_fail(o, err, "setting");
}

enum err settings_dispatch_get(struct office *o, struct settings_dispatch *d)
{
	char affinity[8];
	const struct {
		const char *key, *fallback;
		char *dst;
		size_t size;
	} values[] = {
		{ "dispatch.affinity", "on", affinity, sizeof(affinity) },
		{ "dispatch.affinity_moves", "move", d->affinity_moves,
			sizeof(d->affinity_moves) },
		{ "dispatch.notice", "", d->notice, sizeof(d->notice) },
		{ "dispatch.reserve", "0", d->reserve, sizeof(d->reserve) },
		{ "dispatch.least_cost", "prefer", d->least_cost, sizeof(d->least_cost) },
		{ "countries", "", d->countries, sizeof(d->countries) },
	};
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		enum err err = get(o, values[i].key, values[i].fallback, values[i].dst,
			values[i].size);
		if (err)
			return err;
	}
	d->affinity = !str_eq(affinity, "off");
	return ERR_OK;
}

/* "2", or "25%" of them. */
static bool is_reserve(const char *s)
{
	size_t len = strspn(s, "0123456789");
	uint64_t n;
	bool is_share = s[len] == '%' && s[len + 1] == '\0';
	return (s[len] == '\0' || is_share) && str_to_u64(s, len, RESERVE_MAX, &n) &&
	       (!is_share || n <= 100);
}

static enum err check_notice(struct office *o, const char *text)
{
	struct preview_size size;
	size_t len = strlen(text);
	if (len == 0 || (len < sizeof(((struct settings_dispatch *)0)->notice) &&
				preview_measure(text, len, 0, NOTICE_PARTS_MAX, &size)))
		return ERR_OK;
	(void)office_refuse_field(o, "notice", "too_many_parts",
		"This notice has at most %d parts.", NOTICE_PARTS_MAX);
	o->why.limit = NOTICE_PARTS_MAX;
	return ERR_INPUT;
}

enum err settings_dispatch_check(struct office *o, const struct settings_change *c)
{
	char countries[SETTINGS_COUNTRIES_MAX];
	int found;
	if (c->affinity_moves &&
		!vstr_find(affinity_moves_names, c->affinity_moves, &found))
		return office_refuse_field(o, "affinity_moves", "invalid_policy",
			"When the SIM that a number knows is gone its messages wait, "
			"move, or move with a notice.");
	if (c->reserve && !is_reserve(c->reserve))
		return office_refuse_field(o, "reserve", "invalid_policy",
			"The reserve is a number of SIMs, as 2, or a share of them, as "
			"25%%.");
	if (c->least_cost && !str_eq(c->least_cost, "prefer") &&
		!str_eq(c->least_cost, "strict"))
		return office_refuse_field(o, "least_cost", "invalid_policy",
			"The cheapest SIM is either what is preferred, or strict.");
	enum err err = c->notice ? check_notice(o, c->notice) : ERR_OK;
	if (!err && c->countries)
		err = countries_read(
			o, "countries", c->countries, countries, sizeof(countries));
	return err;
}

static enum err put(struct office *o, const char *key, const char *value)
{
	if (!value)
		return ERR_OK;
	enum err err = *value ? setting_set(o->store, key, value)
			      : setting_delete(o->store, key);
	office_wake(o, OFFICE_WAKE_CONFIG | OFFICE_WAKE_FEEDER);
	return err ? office_fail(o, err, "setting") : ERR_OK;
}

enum err settings_dispatch_set(struct office *o, const struct settings_change *c)
{
	char countries[SETTINGS_COUNTRIES_MAX];
	const char *affinity = c->affinity ? (*c->affinity ? "on" : "off") : NULL;
	enum err err = put(o, "dispatch.affinity", affinity);
	if (!err)
		err = put(o, "dispatch.affinity_moves", c->affinity_moves);
	if (!err)
		err = put(o, "dispatch.notice", c->notice);
	if (!err)
		err = put(o, "dispatch.reserve", c->reserve);
	if (!err)
		err = put(o, "dispatch.least_cost", c->least_cost);
	if (err || !c->countries)
		return err;
	err = countries_read(o, "countries", c->countries, countries, sizeof(countries));
	return err ? err : put(o, "countries", countries);
}
