#include "firmware/store/sim.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/store/usage.h"

#define HOUR_MS INT64_C(3600000)
/* "Last seen" is for people: written once an hour, unless something else changed. */
#define SEEN_EVERY_MS HOUR_MS

enum {
	SIM_FIND,
	SIM_FIND_IMSI,
	SIM_FIND_NAMELESS,
	SIM_NAME_IT,
	SIM_ADD,
	SIM_REFRESH,
	SIM_EACH,
	SIM_NAME,
	SIM_MSISDN,
	SIM_ENABLE,
	SIM_PLAN,
	SIM_ROLE,
	SIM_GROUP,
	SIM_ADMIT,
	SIM_ROAMING,
	SIM_GET,
	BAY_FIND,
	BAY_FIND_OLD,
	BAY_RENAME,
	BAY_ADD,
	BAY_UPDATE,
	BAY_IS_EMPTY,
	BAY_FORGET,
	BAY_EACH
};
#define SIM_MORE                                                                             \
	"plan_id, role, sim_group, balance, balance_at, admitted_at IS NOT NULL, may_roam, " \
	"balance_text"
static const char *const sql[] = {
	[SIM_FIND] = "SELECT id FROM sim WHERE iccid = ?1",
	/* For a modem that does not tell the ICCID. */
	[SIM_FIND_IMSI] = "SELECT id FROM sim WHERE imsi = ?2 AND ?2 <> '' "
			  "ORDER BY iccid <> imsi DESC, last_seen_at DESC, id DESC "
			  "LIMIT 1",
	/* Known by IMSI alone; or by its ICCID with a check digit more or less, which
	 * modems count in or not (ITU-T E.118, at least 18 digits before it). */
	[SIM_FIND_NAMELESS] = "SELECT id FROM sim WHERE imsi = ?2 AND ?2 <> '' AND "
			      "(iccid = ?2 OR substr(iccid, 1, 18) = substr(?1, 1, 18)) "
			      "ORDER BY iccid = ?2, id LIMIT 1",
	[SIM_NAME_IT] = "UPDATE sim SET iccid = ?2 WHERE id = ?1 AND iccid = imsi",
	[SIM_ADD] =
		"INSERT INTO sim (iccid, imsi, msisdn, operator, name, first_seen_at, "
		"last_seen_at, admitted_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6, "
		"(SELECT iif(?6 BETWEEN at AND at + ?7, ?6, NULL) FROM "
		"(SELECT coalesce(min(created_at), ?6) AS at FROM user)))",
	[SIM_REFRESH] = "UPDATE sim SET imsi = iif(?2 = '', imsi, ?2), "
			"msisdn = iif(?3 = '', msisdn, ?3), operator = iif(?4 = '', "
			"operator, ?4), "
			"last_seen_at = ?5 WHERE id = ?1 AND (last_seen_at < ?6 OR "
			"(?2 <> '' AND imsi <> ?2) OR (?3 <> '' AND msisdn <> ?3) OR "
			"(?4 <> '' AND operator <> ?4))",
	[SIM_EACH] =
		"SELECT id, iccid, imsi, msisdn, name, operator, enabled, submit_ms, "
		"first_seen_at, last_seen_at, total(u.sent), total(u.delivered), "
		"total(u.undelivered), total(u.failed), total(u.unknown), "
		"total(u.received), total(u.money), " SIM_MORE
		" FROM sim LEFT JOIN sim_usage u ON u.sim_id = id "
		"AND u.quarter >= ?1 GROUP BY id ORDER BY id",
	[SIM_NAME] = "UPDATE sim SET name = ?2 WHERE id = ?1",
	[SIM_MSISDN] = "UPDATE sim SET msisdn = ?2 WHERE id = ?1",
	[SIM_ENABLE] = "UPDATE sim SET enabled = ?2 WHERE id = ?1",
	[SIM_PLAN] = "UPDATE sim SET plan_id = ?2 WHERE id = ?1",
	[SIM_ROLE] = "UPDATE sim SET role = ?2 WHERE id = ?1",
	[SIM_GROUP] = "UPDATE sim SET sim_group = ?2 WHERE id = ?1",
	[SIM_ADMIT] = "UPDATE sim SET admitted_at = coalesce(admitted_at, ?2) "
		      "WHERE id = ?1",
	[SIM_ROAMING] = "UPDATE sim SET may_roam = ?2 WHERE id = ?1",
	[SIM_GET] = "SELECT id, iccid, imsi, msisdn, name, operator, enabled, submit_ms, "
		    "first_seen_at, last_seen_at, 0, 0, 0, 0, 0, 0, 0, " SIM_MORE
		    " FROM sim WHERE id = ?1",
	[BAY_FIND] = "SELECT id FROM bay WHERE key = ?1",
	/* A bay that was known by its port's number of that day and is empty: the one
	 * with this modem, or with this SIM where several modems tell the same IMEI. */
	[BAY_FIND_OLD] =
		"SELECT iif(count(*) = 1, min(id), iif(count(*) FILTER (WHERE iccid = ?2 "
		"AND ?2 <> '') = 1, min(id) FILTER (WHERE iccid = ?2), NULL)) FROM bay "
		"WHERE imei = ?1 AND ?1 <> '' AND state = 'ABSENT' AND "
		"(key GLOB '/dev/ttyUSB*' OR key GLOB '/dev/ttyACM*')",
	[BAY_RENAME] = "UPDATE bay SET key = ?2 WHERE id = ?1",
	[BAY_ADD] = "INSERT INTO bay (key, port, first_at, changed_at) "
		    "VALUES (?1, ?2, ?3, ?3)",
	[BAY_UPDATE] =
		"UPDATE bay SET port = ?2, imei = ?3, manufacturer = ?4, model = ?5, "
		"revision = ?6, state = ?7, reason = ?8, sim_id = ?9, "
		"changed_at = ?10, iccid = ?11 WHERE id = ?1 AND key = ?12",
	[BAY_IS_EMPTY] = "SELECT state = 'ABSENT' FROM bay WHERE id = ?1",
	[BAY_FORGET] = "DELETE FROM bay WHERE id = ?1",
	[BAY_EACH] =
		"SELECT id, sim_id, changed_at, key, port, imei, manufacturer, model, "
		"revision, state, reason, iccid FROM bay ORDER BY id",
};
static const struct db_table table = { DB_SIM, sql, sizeof(sql) / sizeof(sql[0]) };

static enum err add_sim(struct store *s, const struct sim *seen, int64_t *out_id)
{
	enum err err = db_run(s, &table, SIM_ADD,
		DB_VALUES(db_text(seen->iccid), db_text(seen->imsi),
			db_text(seen->msisdn), db_text(seen->operator),
			db_text(seen->name), db_int(db_now(s)), db_int(SIM_SETUP_MS)));
	if (!err)
		*out_id = sqlite3_last_insert_rowid(s->db);
	return err;
}

static enum err find_sim(struct store *s, const struct sim *seen, int64_t *out_id)
{
	const struct db_values key = DB_VALUES(db_text(seen->iccid), db_text(seen->imsi));
	bool has_iccid = !str_eq(seen->iccid, seen->imsi);

	if (!has_iccid)
		return db_number(s, &table, SIM_FIND_IMSI, key, out_id);
	enum err err =
		db_number(s, &table, SIM_FIND, DB_VALUES(db_text(seen->iccid)), out_id);
	if (err != ERR_NOTFOUND)
		return err;
	err = db_number(s, &table, SIM_FIND_NAMELESS, key, out_id);
	return err ? err
		   : db_run(s, &table, SIM_NAME_IT,
			     DB_VALUES(db_int(*out_id), db_text(seen->iccid)));
}

static enum err find_or_add_sim(struct store *s, const struct sim *seen, int64_t *out_id)
{
	int64_t now = db_now(s);
	enum err err = find_sim(s, seen, out_id);

	if (err == ERR_NOTFOUND)
		return add_sim(s, seen, out_id);
	if (err)
		return err;
	return db_run(s, &table, SIM_REFRESH,
		DB_VALUES(db_int(*out_id), db_text(seen->imsi), db_text(seen->msisdn),
			db_text(seen->operator), db_int(now),
			db_int(now - SEEN_EVERY_MS)));
}

enum err sim_find_or_add(struct store *s, const struct sim *seen, int64_t *out_id)
{
	bool own;
	int64_t id = 0;
	enum err err = db_enter(s, &own);

	if (!err)
		err = db_leave(s, own, find_or_add_sim(s, seen, &id));
	if (!err)
		*out_id = id;
	return err;
}

/* Columns hold what sim_find_or_add() took from such a struct: they fit. */
static void read_sim(const struct db_rows *rows, struct sim *out)
{
	*out = (struct sim){ .id = db_col_int(rows, 0),
		.enabled = db_col_int(rows, 6) != 0,
		.submit_ms = (uint32_t)db_col_int(rows, 7),
		.first_seen_at = db_col_int(rows, 8),
		.last_seen_at = db_col_int(rows, 9),
		.plan_id = db_col_int(rows, 17),
		.role = (enum sim_role)db_col_int(rows, 18),
		.balance = db_col_int(rows, 20),
		/* An answer that was not understood has a time and no balance. */
		.balance_at = db_col_is_null(rows, 20) ? 0 : db_col_int(rows, 21),
		.is_admitted = db_col_int(rows, 22) != 0,
		.may_roam = db_col_int(rows, 23) != 0 };
	(void)str_copy(out->group, sizeof(out->group), db_col_text(rows, 19));
	(void)str_copy(out->iccid, sizeof(out->iccid), db_col_text(rows, 1));
	(void)str_copy(out->imsi, sizeof(out->imsi), db_col_text(rows, 2));
	(void)str_copy(out->msisdn, sizeof(out->msisdn), db_col_text(rows, 3));
	(void)str_copy(out->name, sizeof(out->name), db_col_text(rows, 4));
	(void)str_copy(out->operator, sizeof(out->operator), db_col_text(rows, 5));
	(void)str_copy(
		out->balance_unread, sizeof(out->balance_unread), db_col_text(rows, 24));
}

enum err sim_each(struct store *s, int64_t since, sim_fn fn, void *user)
{
	struct db_rows rows;
	struct sim sim;
	bool more = true;
	enum err err = db_start(
		s, &table, SIM_EACH, DB_VALUES(db_int(since / USAGE_QUARTER_MS)), &rows);

	if (err)
		return err;
	while (more && db_next(&rows)) {
		read_sim(&rows, &sim);
		const struct sim_usage usage = { .sent = db_col_int(&rows, 10),
			.delivered = db_col_int(&rows, 11),
			.undelivered = db_col_int(&rows, 12),
			.failed = db_col_int(&rows, 13),
			.unknown = db_col_int(&rows, 14),
			.received = db_col_int(&rows, 15),
			.money = db_col_int(&rows, 16) };
		more = fn(user, &sim, &usage);
	}
	return db_end(&rows);
}

enum err sim_get(struct store *s, int64_t id, struct sim *out)
{
	struct db_rows rows;
	enum err err = db_first(s, &table, SIM_GET, DB_VALUES(db_int(id)), &rows);

	if (err)
		return err;
	read_sim(&rows, out);
	return db_end(&rows);
}

enum err sim_admit(struct store *s, int64_t id)
{
	enum err err =
		db_run(s, &table, SIM_ADMIT, DB_VALUES(db_int(id), db_int(db_now(s))));
	return err || db_changed(s) ? err : ERR_NOTFOUND;
}

enum err sim_set_roaming(struct store *s, int64_t id, bool may_roam)
{
	enum err err =
		db_run(s, &table, SIM_ROAMING, DB_VALUES(db_int(id), db_int(may_roam)));
	return err || db_changed(s) ? err : ERR_NOTFOUND;
}

enum err sim_set_name(struct store *s, int64_t id, const char *name)
{
	if (strlen(name) >= sizeof(((struct sim *)NULL)->name))
		return ERR_ARG;
	enum err err = db_run(s, &table, SIM_NAME, DB_VALUES(db_int(id), db_text(name)));
	return err || db_changed(s) ? err : ERR_NOTFOUND;
}

enum err sim_set_msisdn(struct store *s, int64_t id, const char *msisdn)
{
	if (strlen(msisdn) >= sizeof(((struct sim *)NULL)->msisdn))
		return ERR_ARG;
	enum err err =
		db_run(s, &table, SIM_MSISDN, DB_VALUES(db_int(id), db_text(msisdn)));
	return err || db_changed(s) ? err : ERR_NOTFOUND;
}

enum err sim_set_enabled(struct store *s, int64_t id, bool enabled)
{
	enum err err =
		db_run(s, &table, SIM_ENABLE, DB_VALUES(db_int(id), db_int(enabled)));
	return err || db_changed(s) ? err : ERR_NOTFOUND;
}

static enum err set_value(
	struct store *s, size_t statement, int64_t id, struct db_value value)
{
	enum err err = db_run(s, &table, statement, DB_VALUES(db_int(id), value));
	return err || db_changed(s) ? err : ERR_NOTFOUND;
}

enum err sim_set_plan(struct store *s, int64_t id, int64_t plan_id)
{
	return set_value(s, SIM_PLAN, id, db_id(plan_id));
}

enum err sim_set_role(struct store *s, int64_t id, enum sim_role role)
{
	return set_value(s, SIM_ROLE, id, db_int(role));
}

enum err sim_set_group(struct store *s, int64_t id, const char *group)
{
	if (strlen(group) >= sizeof(((struct sim *)NULL)->group))
		return ERR_ARG;
	return set_value(s, SIM_GROUP, id, db_text(group));
}

/* A bay of before goes on under its socket: it was known by all of its port's name, or by
 * its number of that day. */
static enum err find_old_bay(struct store *s, const struct bay *seen, int64_t *out_id)
{
	int64_t id = 0;

	if (!str_starts(seen->key, "usb:"))
		return ERR_NOTFOUND;
	enum err err =
		db_number(s, &table, BAY_FIND, DB_VALUES(db_text(seen->port)), &id);
	if (err == ERR_NOTFOUND)
		err = db_number(s, &table, BAY_FIND_OLD,
			DB_VALUES(db_text(seen->imei), db_text(seen->iccid)), &id);
	if (err || id == 0)
		return err ? err : ERR_NOTFOUND;
	*out_id = id;
	return db_run(s, &table, BAY_RENAME, DB_VALUES(db_int(id), db_text(seen->key)));
}

static enum err find_or_add_bay(struct store *s, const struct bay *seen, int64_t *out_id)
{
	enum err err =
		db_number(s, &table, BAY_FIND, DB_VALUES(db_text(seen->key)), out_id);

	if (err == ERR_NOTFOUND)
		err = find_old_bay(s, seen, out_id);
	if (err != ERR_NOTFOUND)
		return err;
	err = db_run(s, &table, BAY_ADD,
		DB_VALUES(db_text(seen->key), db_text(seen->port), db_int(db_now(s))));
	if (!err)
		*out_id = sqlite3_last_insert_rowid(s->db);
	return err;
}

enum err bay_find_or_add(struct store *s, const struct bay *seen, int64_t *out_id)
{
	bool own;
	int64_t id = 0;
	enum err err = db_enter(s, &own);

	if (!err)
		err = db_leave(s, own, find_or_add_bay(s, seen, &id));
	if (!err)
		*out_id = id;
	return err;
}

enum err bay_update(struct store *s, const struct bay *bay)
{
	enum err err = db_run(s, &table, BAY_UPDATE,
		DB_VALUES(db_int(bay->id), db_text(bay->port), db_text(bay->imei),
			db_text(bay->manufacturer), db_text(bay->model),
			db_text(bay->revision), db_text(bay->state), db_text(bay->reason),
			db_id(bay->sim_id), db_int(db_now(s)), db_text(bay->iccid),
			db_text(bay->key)));
	return err || db_changed(s) ? err : ERR_NOTFOUND;
}

enum err bay_forget(struct store *s, int64_t id)
{
	int64_t is_empty = 0;
	enum err err =
		db_number(s, &table, BAY_IS_EMPTY, DB_VALUES(db_int(id)), &is_empty);

	if (!err && !is_empty)
		err = ERR_BUSY;
	return err ? err : db_run(s, &table, BAY_FORGET, DB_VALUES(db_int(id)));
}

static void read_bay(const struct db_rows *rows, struct bay *out)
{
	*out = (struct bay){ .id = db_col_int(rows, 0),
		.sim_id = db_col_int(rows, 1),
		.changed_at = db_col_int(rows, 2) };
	(void)str_copy(out->key, sizeof(out->key), db_col_text(rows, 3));
	(void)str_copy(out->port, sizeof(out->port), db_col_text(rows, 4));
	(void)str_copy(out->imei, sizeof(out->imei), db_col_text(rows, 5));
	(void)str_copy(
		out->manufacturer, sizeof(out->manufacturer), db_col_text(rows, 6));
	(void)str_copy(out->model, sizeof(out->model), db_col_text(rows, 7));
	(void)str_copy(out->revision, sizeof(out->revision), db_col_text(rows, 8));
	(void)str_copy(out->state, sizeof(out->state), db_col_text(rows, 9));
	(void)str_copy(out->reason, sizeof(out->reason), db_col_text(rows, 10));
	(void)str_copy(out->iccid, sizeof(out->iccid), db_col_text(rows, 11));
}

enum err bay_each(struct store *s, bay_fn fn, void *user)
{
	struct db_rows rows;
	struct bay bay;
	bool more = true;
	enum err err = db_start(s, &table, BAY_EACH, db_none, &rows);

	if (err)
		return err;
	while (more && db_next(&rows)) {
		read_bay(&rows, &bay);
		more = fn(user, &bay);
	}
	return db_end(&rows);
}
