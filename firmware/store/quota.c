#include "firmware/store/quota.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/store/usage.h"

enum {
	PUT,
	GET,
	REMOVE,
	EACH,
	USED,
	SWEEP
};
#define COLUMNS "SELECT source, per_minute, per_day, budget, sim_group FROM quota "
static const char *const sql[] = {
	[PUT] = "INSERT INTO quota (source, per_minute, per_day, budget, sim_group) "
		"VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET per_minute = ?2, "
		"per_day = ?3, budget = ?4, sim_group = ?5",
	[GET] = COLUMNS "WHERE source = ?1",
	[REMOVE] = "DELETE FROM quota WHERE source = ?1",
	[EACH] = COLUMNS "ORDER BY source",
	[USED] = "SELECT total(parts), total(money) FROM quota_usage "
		 "WHERE source = ?1 AND quarter >= ?2",
	/* A campaign's budget is for all of it. SOURCE_USER_BASE. */
	[SWEEP] = "DELETE FROM quota_usage WHERE (source, quarter) IN (SELECT source, "
		  "quarter FROM quota_usage WHERE quarter < ?1 AND "
		  "(source < 0 OR source >= 1 << 40) LIMIT ?2)",
};
static const struct db_table table = { DB_QUOTA, sql, sizeof(sql) / sizeof(sql[0]) };

enum err quota_put(struct store *s, const struct quota *in)
{
	if (in->per_minute < 0 || in->per_day < 0 || in->budget < 0)
		return ERR_ARG;
	if (!in->per_minute && !in->per_day && !in->budget && !in->group[0])
		return db_run(s, &table, REMOVE, DB_VALUES(db_int(in->source)));
	return db_run(s, &table, PUT,
		DB_VALUES(db_int(in->source), db_int(in->per_minute), db_int(in->per_day),
			db_int(in->budget), db_text(in->group)));
}

static void read_quota(const struct db_rows *rows, struct quota *out)
{
	*out = (struct quota){ .source = db_col_int(rows, 0),
		.per_minute = db_col_int(rows, 1),
		.per_day = db_col_int(rows, 2),
		.budget = db_col_int(rows, 3) };
	(void)str_copy(out->group, sizeof(out->group), db_col_text(rows, 4)); /* fits */
}

enum err quota_get(struct store *s, int64_t source, struct quota *out)
{
	struct db_rows rows;
	struct quota quota;
	enum err err = db_first(s, &table, GET, DB_VALUES(db_int(source)), &rows);

	if (err)
		return err;
	read_quota(&rows, &quota);
	err = db_end(&rows);
	if (!err)
		*out = quota;
	return err;
}

enum err quota_each(struct store *s, quota_fn fn, void *user)
{
	struct db_rows rows;
	struct quota quota;
	bool more = true;
	enum err err = db_start(s, &table, EACH, db_none, &rows);

	if (err)
		return err;
	while (more && db_next(&rows)) {
		read_quota(&rows, &quota);
		more = fn(user, &quota);
	}
	return db_end(&rows);
}

enum err quota_usage_read(
	struct store *s, int64_t source, int64_t since, struct quota_usage *out)
{
	struct db_rows rows;
	enum err err = db_first(s, &table, USED,
		DB_VALUES(db_int(source), db_int(since / USAGE_QUARTER_MS)), &rows);

	if (err)
		return err;
	const struct quota_usage used = { .parts = db_col_int(&rows, 0),
		.money = db_col_int(&rows, 1) };
	err = db_end(&rows);
	if (!err)
		*out = used;
	return err;
}

enum err quota_usage_sweep(struct store *s, int64_t before, size_t max, size_t *out_n)
{
	enum err err = db_run(s, &table, SWEEP,
		DB_VALUES(db_int(before / USAGE_QUARTER_MS), db_int((int64_t)max)));
	if (!err)
		*out_n = (size_t)db_changed(s);
	return err;
}
