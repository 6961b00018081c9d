#include "firmware/store/route.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/store/route_map.h"

enum {
	CREATE,
	UPDATE,
	DELETE,
	GET,
	EACH,
	PREFIX_PUT,
	PREFIX_REMOVE,
	PREFIX_EACH,
	COUNTRIES,
	VERSION,
	CHANGED
};
#define COLUMNS                                                                          \
	"SELECT id, name, country, operator, is_country, locking, single FROM route "
static const char *const sql[] = {
	[CREATE] = "INSERT INTO route (name, country, operator, is_country, locking, "
		   "single) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[UPDATE] =
		"UPDATE route SET name = ?2, operator = ?4, locking = ?5, single = ?6, "
		"country = iif(is_country, country, ?3) WHERE id = ?1",
	[DELETE] = "DELETE FROM route WHERE id = ?1",
	[GET] = COLUMNS "WHERE id = ?1",
	[EACH] = COLUMNS "ORDER BY name",
	[PREFIX_PUT] = "INSERT INTO route_prefix (prefix, route_id) VALUES (?1, ?2) "
		       "ON CONFLICT DO UPDATE SET route_id = ?2",
	[PREFIX_REMOVE] = "DELETE FROM route_prefix WHERE prefix = ?1",
	[PREFIX_EACH] = "SELECT prefix, route_id FROM route_prefix "
			"WHERE ?1 = 0 OR route_id = ?1 ORDER BY prefix",
	[COUNTRIES] = "SELECT country, id FROM route WHERE is_country = 1 "
		      "ORDER BY country",
	/* Moves with every change, also by another program. */
	[VERSION] = "SELECT value FROM setting WHERE key = 'route.version'",
	[CHANGED] = "INSERT INTO setting (key, value) VALUES ('route.version', 1) "
		    "ON CONFLICT DO UPDATE SET value = value + 1",
};
static const struct db_table table = { DB_ROUTE, sql, sizeof(sql) / sizeof(sql[0]) };

/* Runs a change and marks the map as old, in one transaction. ERR_NOTFOUND: no row. */
static enum err change(struct store *s, size_t statement, struct db_values values)
{
	enum err err = db_run(s, &table, statement, values);

	if (!err && db_changed(s) == 0)
		return ERR_NOTFOUND;
	return err ? err : db_run(s, &table, CHANGED, db_none);
}

static enum err change_alone(struct store *s, size_t statement, struct db_values values)
{
	bool own;
	enum err err = db_enter(s, &own);
	return err ? err : db_leave(s, own, change(s, statement, values));
}

static enum err create(struct store *s, const struct sms_route *in, int64_t *out_id)
{
	enum err err = db_run(s, &table, CREATE,
		DB_VALUES(db_text(in->name), db_text(in->country), db_text(in->operator),
			db_int(in->is_country), db_int(in->locking), db_int(in->single)));

	if (err)
		return err;
	*out_id = sqlite3_last_insert_rowid(s->db);
	return db_run(s, &table, CHANGED, db_none);
}

enum err route_create(struct store *s, const struct sms_route *in, int64_t *out_id)
{
	struct sms_route route = *in;
	bool own;
	int64_t id = 0;
	enum err err = db_enter(s, &own);

	route.is_country = false;
	if (!err)
		err = db_leave(s, own, create(s, &route, &id));
	if (!err)
		*out_id = id;
	return err;
}

enum err route_update(struct store *s, const struct sms_route *in)
{
	return change_alone(s, UPDATE,
		DB_VALUES(db_int(in->id), db_text(in->name), db_text(in->country),
			db_text(in->operator), db_int(in->locking), db_int(in->single)));
}

enum err route_delete(struct store *s, int64_t id)
{
	return change_alone(s, DELETE, DB_VALUES(db_int(id)));
}

static void read_route(const struct db_rows *rows, struct sms_route *out)
{
	*out = (struct sms_route){ .id = db_col_int(rows, 0),
		.name = db_col_text(rows, 1),
		.country = db_col_text(rows, 2),
		.operator= db_col_text(rows, 3),
		.is_country = db_col_int(rows, 4) != 0,
		.locking = (uint16_t)db_col_int(rows, 5),
		.single = (uint16_t)db_col_int(rows, 6) };
}

/* ERR_NOTFOUND: no row at all. */
static enum err give(struct db_rows *rows, sms_route_fn fn, void *user)
{
	struct sms_route route;
	bool more = true, any = false;

	while (more && db_next(rows)) {
		read_route(rows, &route);
		any = true;
		more = fn(user, &route);
	}
	enum err err = db_end(rows);
	return err || any ? err : ERR_NOTFOUND;
}

enum err route_get(struct store *s, int64_t id, sms_route_fn fn, void *user)
{
	struct db_rows rows;
	enum err err = db_start(s, &table, GET, DB_VALUES(db_int(id)), &rows);
	return err ? err : give(&rows, fn, user);
}

enum err route_each(struct store *s, sms_route_fn fn, void *user)
{
	struct db_rows rows;
	enum err err = db_start(s, &table, EACH, db_none, &rows);

	if (!err)
		err = give(&rows, fn, user);
	return err == ERR_NOTFOUND ? ERR_OK : err;
}

static bool is_prefix(const char *prefix)
{
	size_t len = strlen(prefix);
	return prefix[0] == '+' && len >= 2 && len <= ROUTE_PREFIX_MAX &&
	       strspn(prefix + 1, "0123456789") == len - 1;
}

enum err route_prefix_put(struct store *s, const char *prefix, int64_t route_id)
{
	if (!is_prefix(prefix))
		return ERR_ARG;
	return change_alone(s, PREFIX_PUT, DB_VALUES(db_text(prefix), db_int(route_id)));
}

enum err route_prefix_remove(struct store *s, const char *prefix)
{
	return change_alone(s, PREFIX_REMOVE, DB_VALUES(db_text(prefix)));
}

enum err route_prefix_each(
	struct store *s, int64_t route_id, route_prefix_fn fn, void *user)
{
	struct db_rows rows;
	bool more = true;
	enum err err =
		db_start(s, &table, PREFIX_EACH, DB_VALUES(db_int(route_id)), &rows);

	if (err)
		return err;
	while (more && db_next(&rows))
		more = fn(user, db_col_text(&rows, 0), db_col_int(&rows, 1));
	return db_end(&rows);
}

/* The map in memory. */

struct route_entry {
	char key[ROUTE_PREFIX_MAX + 1]; /* prefix, or country */
	int64_t route_id;
};

void route_map_free(struct route_map *map)
{
	free(map->prefixes);
	free(map->countries);
	*map = (struct route_map){ 0 };
}

static enum err read_entries(
	struct db_rows *rows, struct route_entry **out, size_t *out_n)
{
	size_t n = 0, room = 0;
	struct route_entry *entries = NULL;
	enum err err = ERR_OK;

	while (!err && db_next(rows)) {
		if (n == room) {
			size_t wanted = room ? 2 * room : 64;
			struct route_entry *grown =
				realloc(entries, wanted * sizeof(*entries));
			if (!grown) {
				err = ERR_MEM;
				break;
			}
			entries = grown;
			room = wanted;
		}
		entries[n] = (struct route_entry){ .route_id = db_col_int(rows, 1) };
		/* A longer one than fits can be no beginning of a number. */
		if (str_copy(
			    entries[n].key, sizeof(entries[n].key), db_col_text(rows, 0)))
			n++;
	}
	enum err ended = db_end(rows);
	err = err ? err : ended;
	if (err) {
		free(entries);
		return err;
	}
	*out = entries;
	*out_n = n;
	return ERR_OK;
}

static enum err load(struct store *s, int64_t version)
{
	struct route_map *map = &s->routes;
	struct db_rows rows;

	route_map_free(map);
	enum err err = db_start(s, &table, PREFIX_EACH, DB_VALUES(db_int(0)), &rows);
	if (!err)
		err = read_entries(&rows, &map->prefixes, &map->n_prefixes);
	if (!err)
		err = db_start(s, &table, COUNTRIES, db_none, &rows);
	if (!err)
		err = read_entries(&rows, &map->countries, &map->n_countries);
	if (err)
		route_map_free(map);
	map->version = version;
	map->is_loaded = !err;
	return err;
}

static enum err refresh(struct store *s)
{
	int64_t version = 0;
	enum err err = db_number(s, &table, VERSION, db_none, &version);

	if (err && err != ERR_NOTFOUND)
		return err;
	return s->routes.is_loaded && s->routes.version == version ? ERR_OK
								   : load(s, version);
}

static int compare(const void *key, const void *entry)
{
	return strcmp(key, ((const struct route_entry *)entry)->key);
}

/* 0: none. */
static int64_t find_entry(const struct route_entry *entries, size_t n, const char *key)
{
	const struct route_entry *found =
		n ? bsearch(key, entries, n, sizeof(*entries), compare) : NULL;
	return found ? found->route_id : 0;
}

static int64_t find_prefix(const struct route_map *map, const char *msisdn)
{
	char prefix[ROUTE_PREFIX_MAX + 1];
	int64_t id = 0;

	size_t len = strlen(msisdn);
	len = len < ROUTE_PREFIX_MAX ? len : ROUTE_PREFIX_MAX;
	(void)str_copy_n(prefix, sizeof(prefix), msisdn, len); /* fits */
	for (; !id && map->n_prefixes && len >= 2; len--) {
		prefix[len] = '\0';
		id = find_entry(map->prefixes, map->n_prefixes, prefix);
	}
	return id;
}

/* Another program may have made it meanwhile, and somebody may have called another route
 * by that name. */
static enum err make_country(struct store *s, const char *country, int64_t *out_id)
{
	char other[16];
	const struct sms_route route = {
		.name = country, .country = country, .operator= "", .is_country = true
	};
	enum err err = refresh(s);

	if (err)
		return err;
	*out_id = find_entry(s->routes.countries, s->routes.n_countries, country);
	if (*out_id)
		return ERR_OK;
	err = create(s, &route, out_id);
	if (err != ERR_BUSY)
		return err;
	struct sms_route renamed = route;
	(void)str_format(other, sizeof(other), "%s *", country); /* fits: two letters */
	renamed.name = other;
	return create(s, &renamed, out_id);
}

enum err route_of(
	struct store *s, const char *msisdn, const char *country, int64_t *out_id)
{
	bool own;
	int64_t id;
	enum err err = refresh(s);

	if (err)
		return err;
	id = find_prefix(&s->routes, msisdn);
	if (!id && country && country[0])
		id = find_entry(s->routes.countries, s->routes.n_countries, country);
	if (!id && country && country[0]) {
		if (strlen(country) != 2)
			return ERR_ARG;
		err = db_enter(s, &own);
		if (!err)
			err = db_leave(s, own, make_country(s, country, &id));
	}
	if (!err)
		*out_id = id;
	return err;
}
