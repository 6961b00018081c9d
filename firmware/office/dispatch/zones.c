#include "firmware/office/dispatch/zones.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOG_MODULE "zones"
#include "firmware/base/log.h"
#include "firmware/base/str.h"

#define TABLE "/usr/share/zoneinfo/zone.tab"
#define ROWS_MAX 600 /* 418 in 2025 */

struct row {
	char country[3];
	char name[TZ_NAME_SIZE];
};

struct zones {
	size_t n;
	struct row rows[ROWS_MAX];
	char last[4]; /* the country that was asked for last, and its answer */
	struct zone_set set;
};

/* "GR	+3758+02343	Europe/Athens	…" */
static bool read_row(const char *line, struct row *out)
{
	if (line[0] == '#' || strlen(line) < 4 || line[2] != '\t')
		return false;
	const char *name = strchr(line + 3, '\t');
	return name && str_copy_n(out->country, sizeof(out->country), line, 2) &&
	       str_copy_n(out->name, sizeof(out->name), name + 1,
		       strcspn(name + 1, "\t\r\n"));
}

struct zones *zones_create(void)
{
	struct zones *z = calloc(1, sizeof(*z));
	FILE *f = z ? fopen(TABLE, "re") : NULL;
	char line[256];
	if (!f) {
		if (z)
			log_warn("zones=none file=%s", TABLE);
		return z;
	}
	while (z->n < ROWS_MAX && fgets(line, sizeof(line), f))
		z->n += read_row(line, &z->rows[z->n]);
	(void)fclose(f); /* only read */
	return z;
}

void zones_destroy(struct zones *z)
{
	free(z);
}

static void look_up(const struct zones *z, const char *country, struct zone_set *out)
{
	out->n = 0;
	for (size_t i = 0; i < z->n && out->n < ZONES_MAX; i++) {
		if (!str_eq(z->rows[i].country, country))
			continue;
		out->tz[out->n] = tz_find(z->rows[i].name);
		out->n += out->tz[out->n] != NULL;
	}
	if (out->n == 0)
		out->tz[out->n++] = tz_default();
}

void zones_of_country(struct zones *z, const char *country, struct zone_set *out)
{
	if (z->set.n == 0 || !str_eq(z->last, country)) {
		look_up(z, country, &z->set);
		if (!str_copy(z->last, sizeof(z->last), country))
			z->last[0] = '\0'; /* no country: not listed either */
	}
	*out = z->set;
}
