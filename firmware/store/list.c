#include "firmware/store/list.h"

#include "firmware/base/str.h"
#include "firmware/store/db.h"
#include "firmware/store/member.h"

enum {
	CREATE,
	UPDATE,
	DELETE,
	GET,
	NAME,
	EACH,
	OF_CONTACT,
	PEOPLE,
	ADD,
	REMOVE
};
#define COLUMNS                                                                          \
	"SELECT id, name, country, members, consented, created_at, "                     \
	"(SELECT count(*) FROM list_member WHERE list_id = list.id AND consent = 2) "    \
	"FROM list "
static const char *const sql[] = {
	[CREATE] = "INSERT INTO list (name, country, created_at) VALUES (?1, ?2, ?3)",
	[UPDATE] = "UPDATE list SET name = ?2, country = ?3 WHERE id = ?1",
	[DELETE] = "DELETE FROM list WHERE id = ?1 AND NOT EXISTS "
		   "(SELECT 1 FROM campaign WHERE list_id = ?1)",
	[GET] = COLUMNS "WHERE id = ?1",
	[NAME] = "SELECT name FROM list WHERE id = ?1",
	[EACH] = COLUMNS "WHERE id > ?1 ORDER BY id LIMIT ?2",
	[OF_CONTACT] = "SELECT m.list_id, m.contact_id, m.added_at, m.consent, l.name "
		       "FROM list_member m JOIN list l ON l.id = m.list_id "
		       "WHERE m.contact_id = ?1 ORDER BY m.list_id",
	[PEOPLE] =
		"SELECT " CONTACT_COLUMNS ", m.list_id, m.contact_id, m.added_at, "
		"m.consent, l.name FROM list_member m "
		"JOIN contact c ON c.id = m.contact_id JOIN list l ON l.id = m.list_id "
		"WHERE m.list_id = ?5 AND m.contact_id > ?1 "
		"AND " CONTACT_MATCHES " ORDER BY m.contact_id LIMIT ?2",
	[ADD] = "INSERT INTO list_member (list_id, contact_id, consent, added_at) "
		"VALUES (?1, ?2, iif(" SAID_OUT("?1", "?2") ", 2, 0), ?3) "
							    "ON CONFLICT DO NOTHING",
	[REMOVE] = "DELETE FROM list_member WHERE list_id = ?1 AND contact_id = ?2",
};
static const struct db_table table = { DB_LIST, sql, sizeof(sql) / sizeof(sql[0]) };

enum err list_create(struct store *s, const struct list *in, int64_t *out_id)
{
	enum err err = db_run(s, &table, CREATE,
		DB_VALUES(db_text(in->name), db_text(in->country), db_int(db_now(s))));
	if (!err)
		*out_id = sqlite3_last_insert_rowid(s->db);
	return err;
}

enum err list_update(struct store *s, const struct list *in)
{
	enum err err = db_run(s, &table, UPDATE,
		DB_VALUES(db_int(in->id), db_text(in->name), db_text(in->country)));
	return err || db_changed(s) ? err : ERR_NOTFOUND;
}

static bool ignore_list(void *user, const struct list *list)
{
	(void)user;
	(void)list;
	return false;
}

enum err list_delete(struct store *s, int64_t id)
{
	enum err err = db_run(s, &table, DELETE, DB_VALUES(db_int(id)));

	if (err || db_changed(s))
		return err;
	err = list_get(s, id, ignore_list, NULL);
	return err ? err : ERR_BUSY;
}

/* ERR_NOTFOUND: no row at all. */
static enum err give(struct db_rows *rows, list_fn fn, void *user)
{
	bool more = true, any = false;

	while (more && db_next(rows)) {
		const struct list list = { .id = db_col_int(rows, 0),
			.name = db_col_text(rows, 1),
			.country = db_col_text(rows, 2),
			.members = db_col_int(rows, 3),
			.consented = db_col_int(rows, 4),
			.created_at = db_col_int(rows, 5),
			.opted_out = db_col_int(rows, 6) };
		any = true;
		more = fn(user, &list);
	}
	enum err err = db_end(rows);
	return err || any ? err : ERR_NOTFOUND;
}

enum err list_get(struct store *s, int64_t id, list_fn fn, void *user)
{
	struct db_rows rows;
	enum err err = db_start(s, &table, GET, DB_VALUES(db_int(id)), &rows);
	return err ? err : give(&rows, fn, user);
}

enum err list_get_name(struct store *s, int64_t id, char *dst, size_t size)
{
	struct db_rows rows;
	enum err err = db_first(s, &table, NAME, DB_VALUES(db_int(id)), &rows);

	if (err)
		return err;
	(void)str_copy(dst, size, db_col_text(&rows, 0)); /* as told: cut */
	return db_end(&rows);
}

enum err list_each(struct store *s, int64_t after, size_t max, list_fn fn, void *user)
{
	struct db_rows rows;
	enum err err = db_start(
		s, &table, EACH, DB_VALUES(db_int(after), db_int((int64_t)max)), &rows);

	if (!err)
		err = give(&rows, fn, user);
	return err == ERR_NOTFOUND ? ERR_OK : err;
}

static void read_member(const struct db_rows *rows, int first, struct list_member *out)
{
	*out = (struct list_member){ .list_id = db_col_int(rows, first),
		.contact_id = db_col_int(rows, first + 1),
		.added_at = db_col_int(rows, first + 2),
		.consent = (enum consent)db_col_int(rows, first + 3),
		.list_name = db_col_text(rows, first + 4) };
}

enum err list_of_contact(
	struct store *s, int64_t contact_id, list_member_fn fn, void *user)
{
	struct db_rows rows;
	struct list_member member;
	bool more = true;
	enum err err =
		db_start(s, &table, OF_CONTACT, DB_VALUES(db_int(contact_id)), &rows);

	if (err)
		return err;
	while (more && db_next(&rows)) {
		read_member(&rows, 0, &member);
		more = fn(user, &member);
	}
	return db_end(&rows);
}

enum err list_members(
	struct store *s, const struct contact_query *query, list_person_fn fn, void *user)
{
	struct contact_pattern pattern;
	struct contact contact;
	struct list_member member;
	struct db_rows rows;
	bool more = true;

	contact_pattern_make(query->search, &pattern);
	enum err err = db_start(s, &table, PEOPLE,
		DB_VALUES(db_int(query->after), db_int((int64_t)query->max),
			db_text(pattern.digits), db_text(pattern.name),
			db_int(query->list_id)),
		&rows);
	if (err)
		return err;
	while (more && db_next(&rows)) {
		contact_read(&rows, 0, &contact);
		read_member(&rows, CONTACT_COLUMN_COUNT, &member);
		more = fn(user, &contact, &member);
	}
	return db_end(&rows);
}

enum err list_add_member(struct store *s, int64_t list_id, int64_t contact_id)
{
	return db_run(s, &table, ADD,
		DB_VALUES(db_int(list_id), db_int(contact_id), db_int(db_now(s))));
}

enum err list_remove_member(struct store *s, int64_t list_id, int64_t contact_id)
{
	enum err err =
		db_run(s, &table, REMOVE, DB_VALUES(db_int(list_id), db_int(contact_id)));
	return err || db_changed(s) ? err : ERR_NOTFOUND;
}
