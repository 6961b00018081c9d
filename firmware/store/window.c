#include "firmware/store/window.h"

#include "firmware/store/db.h"

#define DAY_MINUTES 1440
#define DAY_MS INT64_C(86400000)
#define ALL_DAYS 127

enum {
	WINDOW_PUT,
	WINDOW_REMOVE,
	WINDOW_EACH,
	HOLIDAY_PUT,
	HOLIDAY_REMOVE,
	HOLIDAY_EACH,
	CAP_PUT,
	CAP_REMOVE,
	CAP_EACH,
	CAP_OF,
	SENT_NTH
};
static const char *const sql[] = {
	[WINDOW_PUT] =
		"INSERT INTO send_window (class, from_minute, to_minute, days, "
		"on_holidays) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE "
		"SET from_minute = ?2, to_minute = ?3, days = ?4, on_holidays = ?5",
	[WINDOW_REMOVE] = "DELETE FROM send_window WHERE class = ?1",
	[WINDOW_EACH] = "SELECT class, from_minute, to_minute, days, on_holidays "
			"FROM send_window ORDER BY class",
	[HOLIDAY_PUT] = "INSERT INTO holiday (country, day, name) VALUES (?1, ?2, ?3) "
			"ON CONFLICT DO UPDATE SET name = ?3",
	[HOLIDAY_REMOVE] = "DELETE FROM holiday WHERE country = ?1 AND day = ?2",
	[HOLIDAY_EACH] = "SELECT country, day, name FROM holiday "
			 "WHERE ?1 IS NULL OR country = ?1 ORDER BY country, day",
	[CAP_PUT] = "INSERT INTO frequency_cap (class, days_7, days_30) "
		    "VALUES (?1, ?2, ?3) "
		    "ON CONFLICT DO UPDATE SET days_7 = ?2, days_30 = ?3",
	[CAP_REMOVE] = "DELETE FROM frequency_cap WHERE class = ?1",
	[CAP_EACH] = "SELECT class, days_7, days_30 FROM frequency_cap ORDER BY class",
	[CAP_OF] = "SELECT days_7, days_30 FROM frequency_cap WHERE class = ?1",
	/* The n-th newest to that number. */
	[SENT_NTH] = "SELECT p.sending_at FROM message o JOIN part p "
		     "ON p.message_id = o.id AND p.seq = 1 AND p.state <> 6 "
		     "WHERE o.msisdn = ?1 AND o.class = ?2 "
		     "ORDER BY p.sending_at DESC LIMIT 1 OFFSET ?3 - 1",
};
static const struct db_table table = { DB_WINDOW, sql, sizeof(sql) / sizeof(sql[0]) };

static bool is_class(enum message_class class)
{
	return class >= CLASS_OTP && class <= CLASS_PROMOTIONAL;
}

static bool is_minute(int minute)
{
	return minute >= 0 && minute <= DAY_MINUTES;
}

enum err send_window_put(struct store *s, const struct send_window *in)
{
	if (!is_class(in->class) || !is_minute(in->from_minute) ||
		!is_minute(in->to_minute) || in->from_minute == in->to_minute ||
		in->days == 0 || in->days > ALL_DAYS)
		return ERR_ARG;
	return db_run(s, &table, WINDOW_PUT,
		DB_VALUES(db_int(in->class), db_int(in->from_minute),
			db_int(in->to_minute), db_int(in->days),
			db_int(in->on_holidays)));
}

enum err send_window_remove(struct store *s, enum message_class class)
{
	return db_run(s, &table, WINDOW_REMOVE, DB_VALUES(db_int(class)));
}

enum err send_window_each(struct store *s, send_window_fn fn, void *user)
{
	struct db_rows rows;
	bool more = true;
	enum err err = db_start(s, &table, WINDOW_EACH, db_none, &rows);

	if (err)
		return err;
	while (more && db_next(&rows)) {
		const struct send_window window = {
			.class = (enum message_class)db_col_int(&rows, 0),
			.from_minute = (int)db_col_int(&rows, 1),
			.to_minute = (int)db_col_int(&rows, 2),
			.days = (unsigned)db_col_int(&rows, 3),
			.on_holidays = db_col_int(&rows, 4) != 0,
		};
		more = fn(user, &window);
	}
	return db_end(&rows);
}

enum err holiday_put(struct store *s, const struct holiday *in)
{
	return db_run(s, &table, HOLIDAY_PUT,
		DB_VALUES(db_text(in->country), db_text(in->day), db_text(in->name)));
}

enum err holiday_remove(struct store *s, const char *country, const char *day)
{
	enum err err = db_run(
		s, &table, HOLIDAY_REMOVE, DB_VALUES(db_text(country), db_text(day)));
	return err || db_changed(s) ? err : ERR_NOTFOUND;
}

enum err holiday_each(struct store *s, const char *country, holiday_fn fn, void *user)
{
	struct db_rows rows;
	bool more = true;
	enum err err = db_start(
		s, &table, HOLIDAY_EACH, DB_VALUES(db_text_or_null(country)), &rows);

	if (err)
		return err;
	while (more && db_next(&rows)) {
		const struct holiday holiday = { .country = db_col_text(&rows, 0),
			.day = db_col_text(&rows, 1),
			.name = db_col_text(&rows, 2) };
		more = fn(user, &holiday);
	}
	return db_end(&rows);
}

enum err frequency_cap_put(struct store *s, const struct frequency_cap *in)
{
	if (!is_class(in->class) || in->days_7 < 0 || in->days_30 < 0)
		return ERR_ARG;
	if (in->days_7 == 0 && in->days_30 == 0)
		return db_run(s, &table, CAP_REMOVE, DB_VALUES(db_int(in->class)));
	return db_run(s, &table, CAP_PUT,
		DB_VALUES(db_int(in->class), db_int(in->days_7), db_int(in->days_30)));
}

enum err frequency_cap_each(struct store *s, frequency_cap_fn fn, void *user)
{
	struct db_rows rows;
	bool more = true;
	enum err err = db_start(s, &table, CAP_EACH, db_none, &rows);

	if (err)
		return err;
	while (more && db_next(&rows)) {
		const struct frequency_cap cap = {
			.class = (enum message_class)db_col_int(&rows, 0),
			.days_7 = db_col_int(&rows, 1),
			.days_30 = db_col_int(&rows, 2),
		};
		more = fn(user, &cap);
	}
	return db_end(&rows);
}

static enum err read_cap(
	struct store *s, enum message_class class, struct frequency_cap *out)
{
	struct db_rows rows;
	enum err err = db_first(s, &table, CAP_OF, DB_VALUES(db_int(class)), &rows);

	*out = (struct frequency_cap){ .class = class };
	if (err)
		return err == ERR_NOTFOUND ? ERR_OK : err;
	out->days_7 = db_col_int(&rows, 0);
	out->days_30 = db_col_int(&rows, 1);
	return db_end(&rows);
}

/* Of the newest n, the oldest must be so many days past. */
static enum err free_of_one(
	struct store *s, struct db_values number_class_n, int64_t days, int64_t *out_at)
{
	int64_t sent_at;
	enum err err = db_number(s, &table, SENT_NTH, number_class_n, &sent_at);

	if (err)
		return err == ERR_NOTFOUND ? ERR_OK : err;
	int64_t free_at = sent_at + days * DAY_MS;
	if (free_at > db_now(s) && free_at > *out_at)
		*out_at = free_at;
	return ERR_OK;
}

enum err frequency_free_at(
	struct store *s, const char *msisdn, enum message_class class, int64_t *out_at)
{
	struct frequency_cap cap;
	struct db_value number = db_text(msisdn), of_class = db_int(class);
	int64_t at = 0;
	enum err err = read_cap(s, class, &cap);

	if (!err && cap.days_7 > 0)
		err = free_of_one(
			s, DB_VALUES(number, of_class, db_int(cap.days_7)), 7, &at);
	if (!err && cap.days_30 > 0)
		err = free_of_one(
			s, DB_VALUES(number, of_class, db_int(cap.days_30)), 30, &at);
	if (!err)
		*out_at = at;
	return err;
}
