#include "firmware/store/bay_log.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/store/bay_time.h"
#include "firmware/store/db.h"

enum {
	OPEN_EVENT,
	ADD_EVENT,
	AGAIN,
	BACK,
	FAILED_MS,
	TRIM_EVENTS,
	EVENTS,
	FIRST_DAY,
	FAILURES,
	CAUSES,
	ADD_RECORD,
	TRIM_RECORDS,
	RECORDS,
	RECORD
};
/* Of t: was another modem in the bay then? */
#define BEFORE                                                                           \
	"t.at < coalesce((SELECT m.at FROM bay_modem m WHERE m.bay_id = t.bay_id "       \
	"ORDER BY m.id DESC LIMIT 1), 0)"
static const char *const sql[] = {
	[OPEN_EVENT] = "SELECT id FROM bay_event WHERE bay_id = ?1 AND back_at IS NULL "
		       "ORDER BY at DESC LIMIT 1",
	[ADD_EVENT] =
		"INSERT INTO bay_event (bay_id, at, cause, rung) VALUES (?1, ?2, ?3, ?4)",
	/* That its ports went with the last means is not the end of its effect. */
	[AGAIN] = "UPDATE bay_event SET rung = ?2 WHERE id = ?1 AND ?2 <> ''",
	[BACK] = "UPDATE bay_event SET back_at = ?2 WHERE bay_id = ?1 AND back_at IS "
		 "NULL",
	[FAILED_MS] = "SELECT total(max(0, min(ifnull(back_at, ?3), ?3) - max(at, ?2))) "
		      "FROM bay_event WHERE bay_id = ?1 AND at < ?3",
	[TRIM_EVENTS] = "DELETE FROM bay_event WHERE id IN (SELECT id FROM bay_event "
			"WHERE bay_id = ?1 ORDER BY at DESC LIMIT -1 OFFSET ?2)",
	[EVENTS] =
		"SELECT id, at, coalesce(back_at, 0), cause, rung, " BEFORE
		" FROM bay_event t WHERE bay_id = ?1 ORDER BY at DESC, id DESC LIMIT ?2",
	/* Of the modem that is in it now, whatever others did before, since it is
	 * measured, and as far back as its failures are kept. What is yet to come was put
	 * down by a clock that was wrong. */
	[FIRST_DAY] =
		"SELECT max(ifnull((SELECT at FROM (SELECT at FROM bay_modem WHERE "
		"bay_id = ?1 ORDER BY id DESC LIMIT 1) WHERE at <= ?2), 0), "
		"iif(ifnull(first_at, changed_at) <= ?2, ifnull(first_at, changed_at), "
		"0), ifnull((SELECT min(from_at) FROM radio_hour WHERE from_at <= ?2), "
		"0), ifnull((SELECT at FROM bay_event WHERE bay_id = ?1 AND at <= ?2 "
		"ORDER BY at DESC LIMIT 1 OFFSET ?3), 0)) FROM bay WHERE id = ?1",
	[FAILURES] = "SELECT count(*) FROM bay_event WHERE bay_id = ?1 AND at >= ?2",
	[CAUSES] = "SELECT cause, count(*) FROM bay_event WHERE bay_id = ?1 AND at >= ?2 "
		   "GROUP BY cause ORDER BY 2 DESC, 1 LIMIT ?3",
	[ADD_RECORD] = "INSERT INTO flight_record (bay_id, at, cause, lines) VALUES (?1, "
		       "?2, ?3, ?4)",
	[TRIM_RECORDS] =
		"DELETE FROM flight_record WHERE id IN (SELECT id FROM flight_record "
		"WHERE bay_id = ?1 ORDER BY id DESC LIMIT -1 OFFSET ?2)",
	[RECORDS] = "SELECT id, bay_id, at, cause, NULL, " BEFORE
		    " FROM flight_record t WHERE bay_id = ?1 ORDER BY id DESC",
	[RECORD] = "SELECT id, bay_id, at, cause, lines, " BEFORE
		   " FROM flight_record t WHERE id = ?1",
};
static const struct db_table table = { DB_BAY_LOG, sql, sizeof(sql) / sizeof(sql[0]) };

static enum err add_event(
	struct store *s, int64_t bay_id, const char *cause, const char *rung)
{
	int64_t open;
	enum err err = db_number(s, &table, OPEN_EVENT, DB_VALUES(db_int(bay_id)), &open);

	if (err == ERR_OK)
		return db_run(s, &table, AGAIN, DB_VALUES(db_int(open), db_text(rung)));
	if (err != ERR_NOTFOUND)
		return err;
	err = db_run(s, &table, ADD_EVENT,
		DB_VALUES(db_int(bay_id), db_int(db_now(s)), db_text(cause),
			db_text(rung)));
	if (err)
		return err;
	return db_run(s, &table, TRIM_EVENTS,
		DB_VALUES(db_int(bay_id), db_int(BAY_EVENTS_KEPT)));
}

enum err bay_failed(struct store *s, int64_t bay_id, const char *cause, const char *rung)
{
	bool own;
	enum err err = db_enter(s, &own);

	return err ? err : db_leave(s, own, add_event(s, bay_id, cause, rung));
}

enum err bay_back(struct store *s, int64_t bay_id)
{
	return db_run(s, &table, BACK, DB_VALUES(db_int(bay_id), db_int(db_now(s))));
}

enum err bay_is_failed(struct store *s, int64_t bay_id, bool *out)
{
	int64_t open;
	enum err err = db_number(s, &table, OPEN_EVENT, DB_VALUES(db_int(bay_id)), &open);

	if (err && err != ERR_NOTFOUND)
		return err;
	*out = err == ERR_OK;
	return ERR_OK;
}

enum err bay_failed_ms(struct store *s, int64_t bay_id, int64_t from, int64_t *out_ms)
{
	return db_number(s, &table, FAILED_MS,
		DB_VALUES(db_int(bay_id), db_int(from), db_int(db_now(s))), out_ms);
}

enum err bay_events(
	struct store *s, int64_t bay_id, unsigned max, bay_event_fn fn, void *user)
{
	struct db_rows rows;
	bool more = true;
	enum err err = db_start(
		s, &table, EVENTS, DB_VALUES(db_int(bay_id), db_int(max)), &rows);

	if (err)
		return err;
	while (more && db_next(&rows)) {
		const struct bay_event event = { .id = db_col_int(&rows, 0),
			.at = db_col_int(&rows, 1),
			.back_at = db_col_int(&rows, 2),
			.cause = db_col_text(&rows, 3),
			.rung = db_col_text(&rows, 4),
			.is_before = db_col_int(&rows, 5) != 0 };
		more = fn(user, &event);
	}
	return db_end(&rows);
}

static enum err read_sums(struct store *s, int64_t bay_id, struct bay_health *out)
{
	struct bay_time_sum sum;
	enum err err = db_number(s, &table, FAILURES,
		DB_VALUES(db_int(bay_id), db_int(out->since)), &out->failures);

	if (!err)
		err = bay_time_sums(s, bay_id, out->since, &sum);
	if (err)
		return err;
	out->up_ms = sum.up_ms;
	out->ready_ms = sum.ready_ms;
	out->down_ms = sum.ran_ms - sum.up_ms;
	return ERR_OK;
}

static enum err read_causes(struct store *s, int64_t bay_id, struct bay_health *out)
{
	struct db_rows rows;
	enum err err = db_start(s, &table, CAUSES,
		DB_VALUES(db_int(bay_id), db_int(out->since), db_int(BAY_CAUSES_MAX)),
		&rows);

	if (err)
		return err;
	while (out->n_causes < BAY_CAUSES_MAX && db_next(&rows)) {
		struct bay_cause *c = &out->causes[out->n_causes++];
		(void)str_copy(c->cause, sizeof(c->cause), /* names of ours fit */
			db_col_text(&rows, 0));
		c->n = db_col_int(&rows, 1);
	}
	return db_end(&rows);
}

enum err bay_health_get(
	struct store *s, int64_t bay_id, int64_t since, struct bay_health *out)
{
	int64_t first;
	enum err err = db_number(s, &table, FIRST_DAY,
		DB_VALUES(db_int(bay_id), db_int(db_now(s)), db_int(BAY_EVENTS_KEPT - 1)),
		&first);

	if (err)
		return err;
	*out = (struct bay_health){ .since = first > since ? first : since };
	err = read_sums(s, bay_id, out);
	return err ? err : read_causes(s, bay_id, out);
}

static enum err add_record(
	struct store *s, int64_t bay_id, const char *cause, const char *lines)
{
	size_t len = strnlen(lines, BAY_RECORD_TEXT_MAX - 1);
	struct db_value text = db_text(lines);

	text.len = len;
	enum err err = db_run(s, &table, ADD_RECORD,
		DB_VALUES(db_int(bay_id), db_int(db_now(s)), db_text(cause), text));
	if (err)
		return err;
	return db_run(s, &table, TRIM_RECORDS,
		DB_VALUES(db_int(bay_id), db_int(BAY_RECORDS_KEPT)));
}

enum err bay_record_add(
	struct store *s, int64_t bay_id, const char *cause, const char *lines)
{
	bool own;
	enum err err = db_enter(s, &own);

	return err ? err : db_leave(s, own, add_record(s, bay_id, cause, lines));
}

static enum err each_record(struct db_rows *rows, flight_record_fn fn, void *user)
{
	bool more = true;

	while (more && db_next(rows)) {
		const struct flight_record record = { .id = db_col_int(rows, 0),
			.bay_id = db_col_int(rows, 1),
			.at = db_col_int(rows, 2),
			.cause = db_col_text(rows, 3),
			.lines = db_col_text_or_null(rows, 4),
			.is_before = db_col_int(rows, 5) != 0 };
		more = fn(user, &record);
	}
	return db_end(rows);
}

enum err bay_records(struct store *s, int64_t bay_id, flight_record_fn fn, void *user)
{
	struct db_rows rows;
	enum err err = db_start(s, &table, RECORDS, DB_VALUES(db_int(bay_id)), &rows);

	return err ? err : each_record(&rows, fn, user);
}

struct found {
	flight_record_fn fn;
	void *user;
	bool any;
};

static bool on_found(void *user, const struct flight_record *record)
{
	struct found *f = user;

	f->any = true;
	return f->fn(f->user, record);
}

enum err bay_record_get(struct store *s, int64_t id, flight_record_fn fn, void *user)
{
	struct db_rows rows;
	struct found found = { fn, user, false };
	enum err err = db_start(s, &table, RECORD, DB_VALUES(db_int(id)), &rows);

	if (!err)
		err = each_record(&rows, on_found, &found);
	return err || found.any ? err : ERR_NOTFOUND;
}
