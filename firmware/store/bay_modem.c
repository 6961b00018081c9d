#include "firmware/store/bay_modem.h"

#include "firmware/base/str.h"
#include "firmware/store/bay_time.h"
#include "firmware/store/db.h"

enum {
	PRESENT,
	STILL_HERE,
	OTHERS,
	LAST_SEEN,
	ADD,
	END_FAILURE,
	TRIM,
	LIST,
	SAME
};
static const char *const sql[] = {
	[PRESENT] = "SELECT imei = ?2 FROM bay_modem WHERE bay_id = ?1 ORDER BY id DESC "
		    "LIMIT 1",
	/* Found elsewhere before its own bay had started: there are two of them. */
	[STILL_HERE] = "UPDATE bay_modem SET from_bay_id = NULL WHERE from_bay_id = ?1 "
		       "AND imei = ?2",
	/* Bays whose last modem told that IMEI and did not turn up elsewhere since; of a
	 * max() SQLite takes the row. */
	[OTHERS] =
		"SELECT count(*), count(*) FILTER (WHERE b.state <> 'ABSENT'), min(b.id) "
		"FROM (SELECT bay_id, imei, max(id) AS id FROM bay_modem GROUP BY bay_id) "
		"AS m JOIN bay b ON b.id = m.bay_id WHERE m.imei = ?2 AND b.id <> ?1 "
		"AND NOT EXISTS (SELECT 1 FROM bay_modem n WHERE n.imei = m.imei AND "
		"n.from_bay_id = m.bay_id AND n.id > m.id)",
	[LAST_SEEN] = "SELECT bay_id FROM bay_modem WHERE imei = ?2 AND bay_id <> ?1 "
		      "ORDER BY id DESC LIMIT 1",
	[ADD] = "INSERT INTO bay_modem (bay_id, at, imei, model, from_bay_id) VALUES "
		"(?1, ?2, ?3, ?4, ?5)",
	[END_FAILURE] = "UPDATE bay_event SET back_at = ?2 WHERE bay_id = ?1 AND back_at "
			"IS NULL",
	[TRIM] = "DELETE FROM bay_modem WHERE id IN (SELECT id FROM bay_modem WHERE "
		 "bay_id = ?1 ORDER BY id DESC LIMIT -1 OFFSET ?2)",
	[LIST] = "SELECT at, coalesce(from_bay_id, 0), imei, model FROM bay_modem "
		 "WHERE bay_id = ?1 ORDER BY id DESC LIMIT ?2",
	[SAME] = "SELECT b.id FROM bay a JOIN bay b ON b.imei = a.imei AND b.id <> a.id "
		 "WHERE a.id = ?1 AND a.imei <> '' AND a.state <> 'ABSENT' AND "
		 "b.state <> 'ABSENT' ORDER BY b.id LIMIT 1",
};
static const struct db_table table = { DB_BAY_MODEM, sql, sizeof(sql) / sizeof(sql[0]) };

/* A modem is where its IMEI was alone and is no more; where several bays know the IMEI,
 * or one has it now, nobody can tell. */
static enum err find_before(
	struct store *s, const struct bay *bay, struct bay_arrival *out)
{
	const struct db_values key = DB_VALUES(db_int(bay->id), db_text(bay->imei));
	struct db_rows rows;
	enum err err = db_first(s, &table, OTHERS, key, &rows);

	if (err)
		return err;
	int64_t known = db_col_int(&rows, 0);
	out->n_same = (size_t)db_col_int(&rows, 1);
	if (known == 1 && out->n_same == 0)
		out->from_bay_id = db_col_int(&rows, 2);
	err = db_end(&rows);
	if (err || known > 0)
		return err;
	/* Its bay has got another one meanwhile. */
	err = db_number(s, &table, LAST_SEEN, key, &out->from_bay_id);
	return err == ERR_NOTFOUND ? ERR_OK : err;
}

static enum err add(struct store *s, const struct bay *bay, struct bay_arrival *out)
{
	int64_t now = db_now(s);
	enum err err = find_before(s, bay, out);

	if (!err)
		err = db_run(s, &table, ADD,
			DB_VALUES(db_int(bay->id), db_int(now), db_text(bay->imei),
				db_text(bay->model), db_id(out->from_bay_id)));
	if (!err)
		err = db_run(
			s, &table, END_FAILURE, DB_VALUES(db_int(bay->id), db_int(now)));
	if (!err)
		err = bay_time_clear(s, bay->id);
	if (!err)
		err = db_run(s, &table, TRIM,
			DB_VALUES(db_int(bay->id), db_int(BAY_MODEMS_KEPT)));
	return err;
}

static enum err see(struct store *s, const struct bay *bay, struct bay_arrival *out)
{
	const struct db_values key = DB_VALUES(db_int(bay->id), db_text(bay->imei));
	int64_t is_same = 0;
	enum err err = db_number(s, &table, PRESENT, key, &is_same);

	if (err && err != ERR_NOTFOUND)
		return err;
	if (is_same)
		return str_eq(bay->state, "ABSENT") ? ERR_OK
						    : db_run(s, &table, STILL_HERE, key);
	out->is_new = true;
	out->is_other = err == ERR_OK;
	return add(s, bay, out);
}

enum err bay_modem_seen(struct store *s, const struct bay *bay, struct bay_arrival *out)
{
	struct bay_arrival arrival = { .is_new = false };
	bool own;
	enum err err = bay->imei[0] ? db_enter(s, &own) : ERR_OK;

	if (!err && bay->imei[0])
		err = db_leave(s, own, see(s, bay, &arrival));
	if (!err)
		*out = arrival;
	return err;
}

enum err bay_modem_list(struct store *s, int64_t bay_id,
	struct bay_modem out[BAY_MODEMS_KEPT], size_t *out_n)
{
	struct db_rows rows;
	size_t n = 0;
	enum err err = db_start(s, &table, LIST,
		DB_VALUES(db_int(bay_id), db_int(BAY_MODEMS_KEPT)), &rows);

	if (err)
		return err;
	while (n < BAY_MODEMS_KEPT && db_next(&rows)) {
		struct bay_modem *m = &out[n++];
		*m = (struct bay_modem){ .at = db_col_int(&rows, 0),
			.from_bay_id = db_col_int(&rows, 1) };
		(void)str_copy(m->imei, sizeof(m->imei), db_col_text(&rows, 2)); /* fit */
		(void)str_copy(m->model, sizeof(m->model), db_col_text(&rows, 3));
	}
	err = db_end(&rows);
	if (!err)
		*out_n = n;
	return err;
}

enum err bay_modem_same(struct store *s, int64_t bay_id, int64_t *out_bay_id)
{
	return db_number(s, &table, SAME, DB_VALUES(db_int(bay_id)), out_bay_id);
}
