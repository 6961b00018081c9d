#include "firmware/store/plan.h"

#include "firmware/base/str.h"
#include "firmware/store/db.h"
#include "firmware/store/plan_read.h"

enum {
	CREATE,
	UPDATE,
	DELETE,
	GET,
	EACH,
	PRICE_PUT,
	PRICE_REMOVE,
	PRICE_EACH
};
#define VALUES                                                                           \
	"name, currency, time_zone, reset_day, per_minute, per_hour, per_day, "          \
	"per_month, recipients_month, bundle_month, is_bundle_only, spend_month, "       \
	"balance_floor, countries, price"
#define PLACES "?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16"
static const char *const sql[] = {
	[CREATE] = "INSERT INTO plan (id, " VALUES ") VALUES (?1, " PLACES ")",
	[UPDATE] = "UPDATE plan SET (" VALUES ") = (" PLACES ") WHERE id = ?1",
	[DELETE] = "DELETE FROM plan WHERE id = ?1",
	[GET] = "SELECT " PLAN_COLUMNS " FROM plan WHERE id = ?1",
	[EACH] = "SELECT " PLAN_COLUMNS " FROM plan ORDER BY name",
	[PRICE_PUT] =
		"INSERT INTO plan_price (plan_id, route_id, price, in_bundle, is_blocked) "
		"VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET price = ?3, "
		"in_bundle = ?4, is_blocked = ?5",
	[PRICE_REMOVE] = "DELETE FROM plan_price WHERE plan_id = ?1 AND route_id = ?2",
	[PRICE_EACH] = "SELECT plan_id, route_id, price, in_bundle, is_blocked "
		       "FROM plan_price WHERE ?1 = 0 OR plan_id = ?1 "
		       "ORDER BY plan_id, route_id",
};
static const struct db_table table = { DB_PLAN, sql, sizeof(sql) / sizeof(sql[0]) };

static bool is_plan(const struct plan *in)
{
	const int64_t amounts[] = { in->per_minute, in->per_hour, in->per_day,
		in->per_month, in->recipients_month, in->bundle_month, in->spend_month,
		in->price };

	for (size_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++) {
		if (amounts[i] < 0)
			return false;
	}
	return in->reset_day >= 0 && in->reset_day <= 31;
}

/* id 0: a new one's is given by SQLite. */
static enum err put(struct store *s, size_t statement, const struct plan *in)
{
	if (!is_plan(in))
		return ERR_ARG;
	struct db_value floor =
		in->has_balance_floor ? db_int(in->balance_floor) : db_id(0);
	return db_run(s, &table, statement,
		DB_VALUES(db_id(in->id), db_text(in->name), db_text(in->currency),
			db_text(in->time_zone), db_int(in->reset_day ? in->reset_day : 1),
			db_int(in->per_minute), db_int(in->per_hour), db_int(in->per_day),
			db_int(in->per_month), db_int(in->recipients_month),
			db_int(in->bundle_month), db_int(in->is_bundle_only),
			db_int(in->spend_month), floor, db_text(in->countries),
			db_int(in->price)));
}

enum err plan_create(struct store *s, const struct plan *in, int64_t *out_id)
{
	struct plan plan = *in;

	plan.id = 0;
	enum err err = put(s, CREATE, &plan);
	if (!err)
		*out_id = sqlite3_last_insert_rowid(s->db);
	return err;
}

enum err plan_update(struct store *s, const struct plan *in)
{
	enum err err = put(s, UPDATE, in);
	return err || db_changed(s) ? err : ERR_NOTFOUND;
}

enum err plan_delete(struct store *s, int64_t id)
{
	enum err err = db_run(s, &table, DELETE, DB_VALUES(db_int(id)));
	return err || db_changed(s) ? err : ERR_NOTFOUND;
}

/* Columns hold what plan_create() took from such a struct: they fit. */
void plan_read(const struct db_rows *rows, struct plan *out)
{
	*out = (struct plan){ .id = db_col_int(rows, 0),
		.reset_day = (int)db_col_int(rows, 4),
		.per_minute = db_col_int(rows, 5),
		.per_hour = db_col_int(rows, 6),
		.per_day = db_col_int(rows, 7),
		.per_month = db_col_int(rows, 8),
		.recipients_month = db_col_int(rows, 9),
		.bundle_month = db_col_int(rows, 10),
		.is_bundle_only = db_col_int(rows, 11) != 0,
		.spend_month = db_col_int(rows, 12),
		.balance_floor = db_col_int(rows, 13),
		.has_balance_floor = !db_col_is_null(rows, 13),
		.price = db_col_int(rows, 15) };
	(void)str_copy(out->name, sizeof(out->name), db_col_text(rows, 1));
	(void)str_copy(out->currency, sizeof(out->currency), db_col_text(rows, 2));
	(void)str_copy(out->time_zone, sizeof(out->time_zone), db_col_text(rows, 3));
	(void)str_copy(out->countries, sizeof(out->countries), db_col_text(rows, 14));
}

enum err plan_get(struct store *s, int64_t id, plan_fn fn, void *user)
{
	struct db_rows rows;
	struct plan plan;
	enum err err = db_first(s, &table, GET, DB_VALUES(db_int(id)), &rows);

	if (err)
		return err;
	plan_read(&rows, &plan);
	err = db_end(&rows);
	if (!err)
		(void)fn(user, &plan); /* there is one only */
	return err;
}

enum err plan_each(struct store *s, plan_fn fn, void *user)
{
	struct db_rows rows;
	struct plan plan;
	bool more = true;
	enum err err = db_start(s, &table, EACH, db_none, &rows);

	if (err)
		return err;
	while (more && db_next(&rows)) {
		plan_read(&rows, &plan);
		more = fn(user, &plan);
	}
	return db_end(&rows);
}

enum err plan_price_put(struct store *s, const struct plan_price *in)
{
	if (in->price < 0)
		return ERR_ARG;
	return db_run(s, &table, PRICE_PUT,
		DB_VALUES(db_int(in->plan_id), db_int(in->route_id), db_int(in->price),
			db_int(in->in_bundle), db_int(in->is_blocked)));
}

enum err plan_price_remove(struct store *s, int64_t plan_id, int64_t route_id)
{
	enum err err = db_run(
		s, &table, PRICE_REMOVE, DB_VALUES(db_int(plan_id), db_int(route_id)));
	return err || db_changed(s) ? err : ERR_NOTFOUND;
}

enum err plan_price_each(struct store *s, int64_t plan_id, plan_price_fn fn, void *user)
{
	struct db_rows rows;
	bool more = true;
	enum err err = db_start(s, &table, PRICE_EACH, DB_VALUES(db_int(plan_id)), &rows);

	if (err)
		return err;
	while (more && db_next(&rows)) {
		const struct plan_price price = { .plan_id = db_col_int(&rows, 0),
			.route_id = db_col_int(&rows, 1),
			.price = db_col_int(&rows, 2),
			.in_bundle = db_col_int(&rows, 3) != 0,
			.is_blocked = db_col_int(&rows, 4) != 0 };
		more = fn(user, &price);
	}
	return db_end(&rows);
}
