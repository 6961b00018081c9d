#include "web/api/endpoint.h"

#include <string.h>

#include "firmware/base/str.h"
#include "web/api/resources.h"

static const struct endpoint *const tables[] = {
	session_routes, message_routes, preview_routes, list_routes, contact_routes,
	suppression_routes, import_routes, job_routes, campaign_routes, estimate_routes,
	report_routes, conversation_routes, line_routes, bay_routes, bay_history_routes,
	plan_routes, route_routes, quota_routes, time_routes, overview_routes,
	admin_routes, settings_routes, system_routes,
	assets_routes, /* last: its address fits all that is left */
};

enum {
	TABLES = sizeof(tables) / sizeof(tables[0])
};

size_t endpoint_count(void)
{
	size_t n = 0;

	for (size_t t = 0; t < TABLES; t++)
		for (const struct endpoint *r = tables[t]; r->method; r++)
			n++;
	return n;
}

const struct endpoint *endpoint_at(size_t i)
{
	for (size_t t = 0; t < TABLES; t++)
		for (const struct endpoint *r = tables[t]; r->method; r++)
			if (i-- == 0)
				return r;
	return NULL;
}

size_t endpoint_index(const struct endpoint *route)
{
	size_t i = 0;

	for (size_t t = 0; t < TABLES; t++)
		for (const struct endpoint *r = tables[t]; r->method; r++, i++)
			if (r == route)
				return i;
	return i;
}

/* Does the pattern's part (up to a slash or its end) fit the segment? */
static bool part_fits(
	const char *part, size_t len, const char *segment, struct endpoint_params *params)
{
	if (part[0] != '{')
		return strlen(segment) == len && memcmp(part, segment, len) == 0;
	if (len == 4 && memcmp(part, "{id}", 4) == 0)
		return str_to_i64(segment, strlen(segment), &params->id) &&
		       params->id > 0 && segment[0] != '0';
	if (params->name)
		params->more = segment;
	else
		params->name = segment;
	return true;
}

static bool path_fits(
	const char *pattern, const struct target *target, struct endpoint_params *params)
{
	size_t i = 0;

	*params = (struct endpoint_params){ 0 };
	for (const char *p = pattern + 1; *p != '\0'; i++) {
		size_t len = strcspn(p, "/");
		if (len == 1 && p[0] == '*')
			return true;
		if (i == target->n_segments ||
			!part_fits(p, len, target->segments[i], params))
			return false;
		p += len;
		if (*p == '/')
			p++;
	}
	return i == target->n_segments;
}

static bool is_api(const struct target *target)
{
	return target->n_segments > 0 && str_eq(target->segments[0], "api");
}

static bool row_fits(const struct endpoint *r, const struct target *target,
	struct endpoint_params *params)
{
	/* The panel's files answer for any path but those of the API. */
	if (str_eq(r->path, "/*") && is_api(target))
		return false;
	return path_fits(r->path, target, params);
}

static void allow_add(char *allow, size_t size, const char *method)
{
	if (allow[0] != '\0')
		(void)str_append(allow, size, ", ");
	(void)str_append(allow, size, method);
}

void endpoint_allow(const struct target *target, char *allow, size_t size)
{
	struct endpoint_params params;
	const struct endpoint *r;

	allow[0] = '\0';
	for (size_t i = 0; (r = endpoint_at(i)); i++) {
		/* Below another route's address there is no file. */
		if (!row_fits(r, target, &params) ||
			(str_eq(r->path, "/*") && allow[0] != '\0'))
			continue;
		allow_add(allow, size, r->method);
		if (str_eq(r->method, "GET"))
			allow_add(allow, size, "HEAD");
	}
	if (allow[0] != '\0')
		allow_add(allow, size, "OPTIONS");
}

enum route_found endpoint_find(const char *method, const struct target *target,
	const struct endpoint **out, struct endpoint_params *params, char *allow,
	size_t size)
{
	const char *as = str_eq(method, "HEAD") ? "GET" : method;

	for (size_t t = 0; t < TABLES; t++)
		for (const struct endpoint *r = tables[t]; r->method; r++)
			if (str_eq(r->method, as) && row_fits(r, target, params)) {
				*out = r;
				return ROUTE_FOUND;
			}
	endpoint_allow(target, allow, size);
	return allow[0] != '\0' ? ROUTE_WRONG_METHOD : ROUTE_NOT_FOUND;
}
