#include "firmware/store/bay_time.h"

#include "firmware/store/db.h"

enum {
	HOURS_TO_COME = 24 /* a clock that was set back a little forgets nothing */
};

enum {
	RAN,
	TRIM_RAN,
	ADD,
	TRIM_BAYS,
	CLEAR,
	SUM_RAN,
	SUM_BAY,
	SIGNALS
};
static const char *const sql[] = {
	[RAN] = "INSERT INTO radio_hour (hour, from_at, ran_ms) VALUES (?1, ?2, ?3) "
		"ON CONFLICT DO UPDATE SET ran_ms = ran_ms + ?3",
	[TRIM_RAN] =
		"DELETE FROM radio_hour WHERE hour > ?1 OR hour <= (SELECT hour FROM "
		"radio_hour ORDER BY hour DESC LIMIT 1 OFFSET ?2)",
	[ADD] = "INSERT INTO bay_hour SELECT ?1, id, ?3, ?4, ?5, ?6, ?7, ?8 FROM bay "
		"WHERE id = ?2 ON CONFLICT DO UPDATE SET up_ms = up_ms + ?3, "
		"ready_ms = ready_ms + ?4, signal_n = signal_n + ?5, "
		"signal_sum = signal_sum + ?6, "
		"signal_min = coalesce(min(signal_min, ?7), signal_min, ?7), "
		"signal_max = coalesce(max(signal_max, ?8), signal_max, ?8)",
	/* Of hours that radio_hour has no more: theirs are written together. */
	[TRIM_BAYS] = "DELETE FROM bay_hour WHERE hour < (SELECT min(hour) FROM "
		      "radio_hour) OR hour > (SELECT max(hour) FROM radio_hour)",
	[CLEAR] = "UPDATE bay_hour SET up_ms = 0, ready_ms = 0 WHERE hour >= ?2 AND "
		  "bay_id = ?1",
	[SUM_RAN] = "SELECT total(iif(hour = ?1, min(ran_ms, ?2), ran_ms)) FROM "
		    "radio_hour WHERE hour BETWEEN ?1 AND ?3",
	[SUM_BAY] = "SELECT total(up_ms), total(ready_ms) FROM bay_hour WHERE "
		    "hour BETWEEN ?2 AND ?3 AND bay_id = ?1",
	[SIGNALS] = "SELECT hour, signal_min, signal_sum, signal_n, signal_max FROM "
		    "bay_hour WHERE hour BETWEEN ?2 AND ?3 AND bay_id = ?1 AND "
		    "signal_n > 0 ORDER BY hour",
};
static const struct db_table table = { DB_BAY_TIME, sql, sizeof(sql) / sizeof(sql[0]) };

static int64_t this_hour(const struct store *s)
{
	return db_now(s) / BAY_TIME_HOUR_MS;
}

static enum err ran(struct store *s, int64_t ran_ms)
{
	int64_t hour = this_hour(s);
	enum err err = db_run(s, &table, RAN,
		DB_VALUES(db_int(hour), db_int(db_now(s) - ran_ms), db_int(ran_ms)));

	if (!err)
		err = db_run(s, &table, TRIM_RAN,
			DB_VALUES(db_int(hour + HOURS_TO_COME),
				db_int(BAY_TIME_HOURS_KEPT)));
	return err ? err : db_run(s, &table, TRIM_BAYS, db_none);
}

enum err bay_time_ran(struct store *s, int64_t ran_ms)
{
	bool own;
	enum err err = db_enter(s, &own);

	return err ? err : db_leave(s, own, ran(s, ran_ms));
}

enum err bay_time_add(struct store *s, int64_t bay_id, const struct bay_time *time)
{
	const struct bay_signal *signal = &time->signal;
	const struct db_value none = { .kind = DB_NULL };

	return db_run(s, &table, ADD,
		DB_VALUES(db_int(this_hour(s)), db_int(bay_id), db_int(time->up_ms),
			db_int(time->ready_ms), db_int(signal->n),
			db_int(signal->sum_dbm),
			signal->n ? db_int(signal->min_dbm) : none,
			signal->n ? db_int(signal->max_dbm) : none));
}

enum err bay_time_clear(struct store *s, int64_t bay_id)
{
	return db_run(s, &table, CLEAR, DB_VALUES(db_int(bay_id), db_int(this_hour(s))));
}

static enum err sum_bay(
	struct store *s, const struct db_values *values, struct bay_time_sum *out)
{
	struct db_rows rows;
	enum err err = db_first(s, &table, SUM_BAY, *values, &rows);

	if (err)
		return err;
	out->up_ms = db_col_int(&rows, 0);
	out->ready_ms = db_col_int(&rows, 1);
	return db_end(&rows);
}

enum err bay_time_sums(
	struct store *s, int64_t bay_id, int64_t from, struct bay_time_sum *out)
{
	int64_t hour = from / BAY_TIME_HOUR_MS;
	int64_t rest = (hour + 1) * BAY_TIME_HOUR_MS - from;
	struct bay_time_sum sum = { .ran_ms = 0 };
	enum err err = db_number(s, &table, SUM_RAN,
		DB_VALUES(db_int(hour), db_int(rest), db_int(this_hour(s))), &sum.ran_ms);

	if (!err)
		err = sum_bay(s,
			&DB_VALUES(db_int(bay_id), db_int(hour), db_int(this_hour(s))),
			&sum);
	if (err)
		return err;
	/* By no more than what a part of the first hour is unsure. */
	if (sum.up_ms > sum.ran_ms)
		sum.up_ms = sum.ran_ms;
	if (sum.ready_ms > sum.up_ms)
		sum.ready_ms = sum.up_ms;
	*out = sum;
	return ERR_OK;
}

enum err bay_signals(
	struct store *s, int64_t bay_id, int64_t from, bay_signal_fn fn, void *user)
{
	struct db_rows rows;
	bool more = true;
	enum err err = db_start(s, &table, SIGNALS,
		DB_VALUES(db_int(bay_id), db_int(from / BAY_TIME_HOUR_MS),
			db_int(this_hour(s))),
		&rows);

	if (err)
		return err;
	while (more && db_next(&rows)) {
		const struct bay_signal_hour hour = { .at = db_col_int(&rows, 0) *
							    BAY_TIME_HOUR_MS,
			.min_dbm = db_col_int(&rows, 1),
			.mean_dbm = db_col_int(&rows, 2) / db_col_int(&rows, 3),
			.max_dbm = db_col_int(&rows, 4) };
		more = fn(user, &hour);
	}
	return db_end(&rows);
}
