#include "firmware/office/dispatch/destinations.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/dispatch/countries.h"
#include "firmware/office/office_internal.h"
#include "firmware/office/dispatch/routes.h"

struct prefix {
	char text[ROUTE_PREFIX_MAX + 1];
	int64_t route_id;
	const struct destination *to; /* NULL: it went while the two were read */
};

struct destinations {
	size_t n, n_prefixes, size, prefixes_size;
	struct destination *all;
	struct prefix *prefixes; /* in order of their text */
	bool is_full;		 /* out of memory */
	char countries[ROUTES_COUNTRIES_MAX];
};

/* Makes room for one more of item octets; false: there is none. */
static bool grow(void **array, size_t n, size_t *size, size_t item)
{
	if (n < *size)
		return true;
	size_t more = *size ? 2 * *size : 16;
	void *grown = reallocarray(*array, more, item);
	if (!grown)
		return false;
	*array = grown;
	*size = more;
	return true;
}

static uint32_t national_of(const struct sms_route *r)
{
	return (uint32_t)r->locking << 16 | r->single;
}

static bool on_route(void *user, const struct sms_route *r)
{
	struct destinations *d = user;
	d->is_full = !grow((void **)&d->all, d->n, &d->size, sizeof(*d->all));
	if (d->is_full)
		return false;
	struct destination *out = &d->all[d->n++];
	*out = (struct destination){ .index = d->n - 1,
		.route_id = r->id,
		.is_country = r->is_country,
		.national = national_of(r) };
	(void)str_copy(out->name, sizeof(out->name), r->name); /* shown: may be cut */
	(void)str_copy(out->country, sizeof(out->country), r->country); /* two letters */
	return true;
}

static bool on_prefix(void *user, const char *prefix, int64_t route_id)
{
	struct destinations *d = user;
	d->is_full = !grow((void **)&d->prefixes, d->n_prefixes, &d->prefixes_size,
		sizeof(*d->prefixes));
	if (d->is_full)
		return false;
	struct prefix *out = &d->prefixes[d->n_prefixes++];
	out->route_id = route_id;
	(void)str_copy(out->text, sizeof(out->text), prefix); /* the store's limit */
	return true;
}

static const struct destination *destination_get(
	const struct destinations *d, int64_t route_id)
{
	for (size_t i = 0; i < d->n; i++) {
		if (d->all[i].route_id == route_id)
			return &d->all[i];
	}
	return NULL;
}

enum err destinations_load(struct office *o, struct destinations **out)
{
	struct destinations *d = calloc(1, sizeof(*d));
	if (!d)
		return office_fail(o, ERR_MEM, "routes");
	enum err err = routes_countries(o, d->countries);
	if (!err)
		err = route_each(o->store, on_route, d);
	if (!err)
		err = route_prefix_each(o->store, 0, on_prefix, d);
	if (!err && d->is_full)
		err = ERR_MEM;
	if (err) {
		destinations_free(d);
		return office_fail(o, err, "routes");
	}
	for (size_t i = 0; i < d->n_prefixes; i++)
		d->prefixes[i].to = destination_get(d, d->prefixes[i].route_id);
	*out = d;
	return ERR_OK;
}

void destinations_free(struct destinations *d)
{
	if (!d)
		return;
	free(d->all);
	free(d->prefixes);
	free(d);
}

size_t destinations_count(const struct destinations *d)
{
	return d->n;
}

/* By the first len characters of the number. */
static int compare(const char *e164, size_t len, const struct prefix *p)
{
	int order = strncmp(e164, p->text, len);
	return order ? order : p->text[len] == '\0' ? 0 : -1;
}

static const struct prefix *prefix_find(
	const struct destinations *d, const char *e164, size_t len)
{
	size_t low = 0, high = d->n_prefixes;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare(e164, len, &d->prefixes[middle]);
		if (order == 0)
			return &d->prefixes[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

const struct destination *destinations_find(
	const struct destinations *d, const char *e164, const char *country)
{
	size_t len = d->n_prefixes ? strnlen(e164, ROUTE_PREFIX_MAX) : 0;
	for (; len > 1; len--) {
		const struct prefix *p = prefix_find(d, e164, len);
		if (p)
			return p->to;
	}
	for (size_t i = 0; *country && i < d->n; i++) {
		if (d->all[i].is_country && str_eq(d->all[i].country, country))
			return &d->all[i];
	}
	return NULL;
}

bool destinations_have(const struct destinations *d, const char *country)
{
	return countries_have(d->countries, country);
}

static bool on_national(void *user, const struct sms_route *r)
{
	*(uint32_t *)user = national_of(r);
	return true;
}

enum err destinations_national(struct office *o, int64_t route_id, uint32_t *out)
{
	*out = 0;
	if (!route_id)
		return ERR_OK;
	enum err err = route_get(o->store, route_id, on_national, out);
	return err && err != ERR_NOTFOUND ? office_fail(o, err, "route") : ERR_OK;
}
