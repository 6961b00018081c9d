#include "firmware/store/contact.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/store/consent.h"
#include "firmware/store/db.h"
#include "firmware/store/fold.h"
#include "firmware/store/member.h"
#include "firmware/store/suppression.h"

enum {
	GET,
	FIND,
	ADD,
	MERGE,
	UPDATE,
	LIST,
	LIST_PREFIX,
	LIST_PART,
	LIST_MEMBERS,
	COUNT,
	FIELD_PUT,
	FIELD_EACH,
	NUMBER_OF,
	UNCONSENT,
	ERASE_WAITING,
	ERASE_MESSAGES,
	ERASE_INBOUND,
	ERASE_PARTS,
	ERASE_SUPPRESSION,
	ERASE_AFFINITY,
	ERASE_RECIPIENT,
	DELETE
};
#define SELECT "SELECT " CONTACT_COLUMNS " FROM contact c "
static const char *const sql[] = {
	[GET] = SELECT "WHERE c.id = ?1",
	[FIND] = "SELECT id FROM contact WHERE msisdn = ?1",
	[ADD] = "INSERT INTO contact (msisdn, first_name, last_name, language, country, "
		"fields, created_at, updated_at, time_zone) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8) "
		"ON CONFLICT DO NOTHING",
	[MERGE] = "UPDATE contact SET first_name = iif(?2 = '', first_name, ?2), "
		  "last_name = iif(?3 = '', last_name, ?3), "
		  "language = iif(?4 = '', language, ?4), "
		  "country = iif(?5 = '', country, ?5), "
		  "time_zone = iif(?8 = '', time_zone, ?8), "
		  "fields = json_patch(fields, ?6), updated_at = ?7 WHERE id = ?1 AND "
		  "((?2 <> '' AND first_name <> ?2) OR (?3 <> '' AND last_name <> ?3) OR "
		  "(?4 <> '' AND language <> ?4) OR (?5 <> '' AND country <> ?5) OR "
		  "(?8 <> '' AND time_zone <> ?8) OR json_patch(fields, ?6) <> fields)",
	[UPDATE] = "UPDATE contact SET msisdn = ?2, first_name = ?3, last_name = ?4, "
		   "language = ?5, country = ?6, fields = ?7, updated_at = ?8, "
		   "time_zone = ?9 WHERE id = ?1",
	[LIST] = SELECT "WHERE c.id > ?1 ORDER BY c.id LIMIT ?2",
	/* The index alone finds the page of ids. */
	[LIST_PREFIX] =
		SELECT "WHERE c.id IN (SELECT id FROM contact WHERE msisdn >= ?3 "
		       "AND msisdn < ?3 || ':' AND +id > ?1 ORDER BY id LIMIT ?2) "
		       "ORDER BY c.id",
	[LIST_PART] =
		SELECT "WHERE c.id > ?1 AND " CONTACT_MATCHES " ORDER BY c.id LIMIT ?2",
	[LIST_MEMBERS] = SELECT "JOIN list_member m ON m.contact_id = c.id "
				"WHERE m.list_id = ?5 AND m.contact_id > ?1 "
				"AND " CONTACT_MATCHES " ORDER BY m.contact_id LIMIT ?2",
	[COUNT] = "SELECT count(*) FROM contact",
	[FIELD_PUT] = "INSERT INTO field (name, label) VALUES (?1, ?2) "
		      "ON CONFLICT DO UPDATE SET label = ?2 WHERE label <> ?2",
	[FIELD_EACH] = "SELECT name, label FROM field ORDER BY name",
	[NUMBER_OF] = "SELECT msisdn FROM contact WHERE id = ?1",
	[UNCONSENT] = "UPDATE list_member SET consent = 0 "
		      "WHERE contact_id = ?1 AND consent = 1",
	[ERASE_WAITING] = "UPDATE message SET state = 8, cause = 'erased' "
			  "WHERE msisdn = ?1 AND state IN (0, 1)",
	/* A message on air needs its text until its last part has gone. */
	[ERASE_MESSAGES] = "UPDATE message SET msisdn = '', text = '', contact_id = NULL "
			   "WHERE msisdn = ?1 AND state <> 2",
	[ERASE_INBOUND] = "UPDATE inbound SET originator = '', text = '', "
			  "contact_id = NULL WHERE originator = ?1",
	[ERASE_PARTS] =
		"UPDATE inbound_part SET originator = '', text = NULL, pdu = NULL "
		"WHERE originator = ?1",
	[ERASE_SUPPRESSION] = "UPDATE suppression SET msisdn = NULL "
			      "WHERE hash = msisdn_hash(?1)",
	[ERASE_AFFINITY] = "DELETE FROM affinity WHERE msisdn = ?1",
	[ERASE_RECIPIENT] = "DELETE FROM sim_recipient WHERE msisdn = ?1",
	[DELETE] = "DELETE FROM contact WHERE id = ?1",
};
static const struct db_table table = { DB_CONTACT, sql, sizeof(sql) / sizeof(sql[0]) };

void contact_read(const struct db_rows *rows, int first, struct contact *out)
{
	*out = (struct contact){ .id = db_col_int(rows, first),
		.msisdn = db_col_text(rows, first + 1),
		.first_name = db_col_text(rows, first + 2),
		.last_name = db_col_text(rows, first + 3),
		.language = db_col_text(rows, first + 4),
		.country = db_col_text(rows, first + 5),
		.fields = db_col_text(rows, first + 6),
		.created_at = db_col_int(rows, first + 7),
		.updated_at = db_col_int(rows, first + 8),
		.time_zone = db_col_text(rows, first + 9) };
}

/* ERR_NOTFOUND: no row at all. */
static enum err give(struct db_rows *rows, contact_fn fn, void *user)
{
	struct contact contact;
	bool more = true, any = false;

	while (more && db_next(rows)) {
		contact_read(rows, 0, &contact);
		any = true;
		more = fn(user, &contact);
	}
	enum err err = db_end(rows);
	return err || any ? err : ERR_NOTFOUND;
}

enum err contact_get(struct store *s, int64_t id, contact_fn fn, void *user)
{
	struct db_rows rows;
	enum err err = db_start(s, &table, GET, DB_VALUES(db_int(id)), &rows);
	return err ? err : give(&rows, fn, user);
}

enum err contact_find(struct store *s, const char *msisdn, int64_t *out_id)
{
	return db_number(s, &table, FIND, DB_VALUES(db_text(msisdn)), out_id);
}

static const char *fields_of(const struct contact *in)
{
	return in->fields && in->fields[0] ? in->fields : "{}";
}

/* New numbers are the many, so the insert is tried first. */
enum err contact_put_in(
	struct store *s, const struct contact *in, struct contact_put *out)
{
	int64_t now = db_now(s);
	enum err err = db_run(s, &table, ADD,
		DB_VALUES(db_text(in->msisdn), db_text(in->first_name),
			db_text(in->last_name), db_text(in->language),
			db_text(in->country), db_text(fields_of(in)), db_int(now),
			db_text(in->time_zone)));

	if (err)
		return err;
	if (db_changed(s) > 0) {
		*out = (struct contact_put){ .id = sqlite3_last_insert_rowid(s->db),
			.is_new = true,
			.has_changed = true };
		return ERR_OK;
	}
	*out = (struct contact_put){ 0 };
	err = contact_find(s, in->msisdn, &out->id);
	if (err)
		return err;
	err = db_run(s, &table, MERGE,
		DB_VALUES(db_int(out->id), db_text(in->first_name),
			db_text(in->last_name), db_text(in->language),
			db_text(in->country), db_text(fields_of(in)), db_int(now),
			db_text(in->time_zone)));
	out->has_changed = !err && db_changed(s) > 0;
	return err;
}

enum err contact_put(struct store *s, const struct contact *in, struct contact_put *out)
{
	bool own;
	enum err err = db_enter(s, &own);
	return err ? err : db_leave(s, own, contact_put_in(s, in, out));
}

static enum err read_number(struct store *s, int64_t id, char *dst, size_t size)
{
	struct db_rows rows;
	enum err err = db_first(s, &table, NUMBER_OF, DB_VALUES(db_int(id)), &rows);

	if (err)
		return err;
	bool fits = str_copy(dst, size, db_col_text(&rows, 0));
	err = db_end(&rows);
	return err || fits ? err : ERR_MEM;
}

/* Whoever has the new number may be another person: what was agreed to was texts to the
 * old one. An opt-out stands. */
static enum err forget_consent(struct store *s, int64_t id)
{
	char given_at[32];
	enum err err = db_run(s, &table, UNCONSENT, DB_VALUES(db_int(id)));

	if (err || db_changed(s) == 0)
		return err;
	const struct consent_evidence evidence = { .kind = CONSENT_NONE,
		.source = "panel",
		.given_at = clock_format(db_now(s), given_at, sizeof(given_at)),
		.evidence = "The number was changed; consent was given for the old one.",
		.actor = "box" };
	return consent_append(s, id, 0, &evidence);
}

static enum err update(struct store *s, const struct contact *in)
{
	char was[32];
	enum err err = read_number(s, in->id, was, sizeof(was));

	if (err)
		return err;
	bool is_moved = !str_eq(was, in->msisdn);
	err = db_run(s, &table, UPDATE,
		DB_VALUES(db_int(in->id), db_text(in->msisdn), db_text(in->first_name),
			db_text(in->last_name), db_text(in->language),
			db_text(in->country), db_text(fields_of(in)), db_int(db_now(s)),
			db_text(in->time_zone)));
	return err || !is_moved ? err : forget_consent(s, in->id);
}

enum err contact_update(struct store *s, const struct contact *in)
{
	bool own;
	enum err err = db_enter(s, &own);
	return err ? err : db_leave(s, own, update(s, in));
}

void contact_pattern_make(const char *search, struct contact_pattern *out)
{
	size_t digits = 0;

	*out = (struct contact_pattern){ .is_all = !search || !search[0] };
	if (out->is_all)
		return;
	/* Digits, however they are parted, may be a piece of a number. */
	bool is_number = search[strspn(search, "0123456789 +-().")] == '\0';
	for (const char *c = search; is_number && *c; c++) {
		if (*c >= '0' && *c <= '9' && digits < sizeof(out->digits) - 1)
			out->digits[digits++] = *c;
	}
	if (!is_number)
		fold_text(search, out->name, sizeof(out->name));
	if (!out->digits[0] && !out->name[0])
		(void)str_copy(out->name, sizeof(out->name), "?"); /* finds nobody */
}

/* pattern: borrowed until the rows end. */
static enum err start_list(struct store *s, const struct contact_query *query,
	const struct contact_pattern *pattern, struct db_rows *out)
{
	struct db_value after = db_int(query->after), max = db_int((int64_t)query->max);
	struct db_value digits = db_text(pattern->digits), name = db_text(pattern->name);

	if (query->list_id)
		return db_start(s, &table, LIST_MEMBERS,
			DB_VALUES(after, max, digits, name, db_int(query->list_id)), out);
	if (pattern->is_all)
		return db_start(s, &table, LIST, DB_VALUES(after, max), out);
	if (query->search[0] == '+')
		return db_start(s, &table, LIST_PREFIX,
			DB_VALUES(after, max, db_text(query->search)), out);
	return db_start(s, &table, LIST_PART, DB_VALUES(after, max, digits, name), out);
}

enum err contact_list(
	struct store *s, const struct contact_query *query, contact_fn fn, void *user)
{
	struct contact_pattern pattern;
	struct db_rows rows;

	contact_pattern_make(query->search, &pattern);
	enum err err = start_list(s, query, &pattern, &rows);
	if (!err)
		err = give(&rows, fn, user);
	return err == ERR_NOTFOUND ? ERR_OK : err;
}

enum err contact_count(struct store *s, int64_t *out)
{
	return db_number(s, &table, COUNT, db_none, out);
}

enum err contact_field_put(struct store *s, const char *name, const char *label)
{
	return db_run(s, &table, FIELD_PUT, DB_VALUES(db_text(name), db_text(label)));
}

enum err contact_field_each(struct store *s, contact_field_fn fn, void *user)
{
	struct db_rows rows;
	bool more = true;
	enum err err = db_start(s, &table, FIELD_EACH, db_none, &rows);

	if (err)
		return err;
	while (more && db_next(&rows))
		more = fn(user, db_col_text(&rows, 0), db_col_text(&rows, 1));
	return db_end(&rows);
}

static enum err erase(struct store *s, int64_t id)
{
	static const size_t steps[] = { ERASE_WAITING, ERASE_MESSAGES, ERASE_INBOUND,
		ERASE_PARTS, ERASE_SUPPRESSION, ERASE_AFFINITY, ERASE_RECIPIENT };
	const struct suppression why = { .reason = "erasure", .source = "panel" };
	char msisdn[32];
	enum err err = read_number(s, id, msisdn, sizeof(msisdn));

	if (!err)
		err = suppression_add(s, msisdn, &why, NULL);
	for (size_t i = 0; !err && i < sizeof(steps) / sizeof(steps[0]); i++)
		err = db_run(s, &table, steps[i], DB_VALUES(db_text(msisdn)));
	if (!err)
		err = db_run(s, &table, DELETE, DB_VALUES(db_int(id)));
	return err;
}

enum err contact_erase(struct store *s, int64_t id)
{
	bool own;
	enum err err = db_enter(s, &own);
	return err ? err : db_leave(s, own, erase(s, id));
}
