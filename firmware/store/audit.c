#include "firmware/store/audit.h"

#include "firmware/store/db.h"

enum {
	ADD,
	EACH
};
static const char *const sql[] = {
	[ADD] = "INSERT INTO audit (at, actor, action, object, detail) "
		"VALUES (?1, ?2, ?3, ?4, ?5)",
	[EACH] = "SELECT id, at, actor, action, object, detail FROM audit WHERE id < ?1 "
		 "ORDER BY id DESC LIMIT ?2",
};
static const struct db_table table = { DB_AUDIT, sql, sizeof(sql) / sizeof(sql[0]) };

enum err audit_add(struct store *s, const struct audit *in)
{
	return db_run(s, &table, ADD,
		DB_VALUES(db_int(db_now(s)), db_text(in->actor), db_text(in->action),
			db_text(in->object), db_text(in->detail)));
}

enum err audit_each(struct store *s, int64_t before, size_t max, audit_fn fn, void *user)
{
	struct db_rows rows;
	bool more = true;
	enum err err = db_start(s, &table, EACH,
		DB_VALUES(db_int(before ? before : INT64_MAX), db_int((int64_t)max)),
		&rows);

	if (err)
		return err;
	while (more && db_next(&rows)) {
		const struct audit entry = { .id = db_col_int(&rows, 0),
			.at = db_col_int(&rows, 1),
			.actor = db_col_text(&rows, 2),
			.action = db_col_text(&rows, 3),
			.object = db_col_text(&rows, 4),
			.detail = db_col_text(&rows, 5) };
		more = fn(user, &entry);
	}
	return db_end(&rows);
}
