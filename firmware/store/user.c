#include "firmware/store/user.h"

#include "firmware/store/db.h"

enum {
	CREATE,
	UPDATE,
	END_SESSIONS,
	GET,
	FIND,
	EACH,
	COUNT,
	SESSION_CREATE,
	SESSION_FIND,
	SESSION_EXTEND,
	SESSION_DELETE,
	SESSION_SWEEP
};
#define COLUMNS                                                                          \
	"SELECT u.id, u.name, u.password_hash, u.role, u.locale, u.created_at, "         \
	"u.disabled_at FROM user u "
static const char *const sql[] = {
	[CREATE] = "INSERT INTO user (name, password_hash, role, locale, created_at) "
		   "VALUES (?1, ?2, ?3, ?4, ?5)",
	[UPDATE] =
		"UPDATE user SET name = coalesce(?2, name), "
		"password_hash = coalesce(?3, password_hash), role = coalesce(?4, role), "
		"locale = coalesce(?5, locale), disabled_at = ?6 WHERE id = ?1",
	[END_SESSIONS] = "DELETE FROM session WHERE user_id = ?1",
	[GET] = COLUMNS "WHERE u.id = ?1",
	[FIND] = COLUMNS "WHERE u.name = ?1",
	[EACH] = COLUMNS "ORDER BY u.id",
	[COUNT] = "SELECT count(*) FROM user WHERE disabled_at IS NULL",
	[SESSION_CREATE] = "INSERT INTO session (token_hash, user_id, created_at, "
			   "expires_at) VALUES (?1, ?2, ?3, ?4)",
	[SESSION_FIND] = COLUMNS "JOIN session s ON s.user_id = u.id "
				 "WHERE s.token_hash = ?1 AND s.expires_at > ?2 "
				 "AND u.disabled_at IS NULL",
	[SESSION_EXTEND] = "UPDATE session SET expires_at = ?2 WHERE token_hash = ?1",
	[SESSION_DELETE] = "DELETE FROM session WHERE token_hash = ?1",
	[SESSION_SWEEP] = "DELETE FROM session WHERE expires_at <= ?1",
};
static const struct db_table table = { DB_USER, sql, sizeof(sql) / sizeof(sql[0]) };

enum err user_create(struct store *s, const struct user *in, int64_t *out_id)
{
	enum err err = db_run(s, &table, CREATE,
		DB_VALUES(db_text(in->name), db_text(in->password_hash),
			db_text(in->role),
			db_text(in->locale && in->locale[0] ? in->locale : "en"),
			db_int(db_now(s))));
	if (!err)
		*out_id = sqlite3_last_insert_rowid(s->db);
	return err;
}

static enum err update(struct store *s, const struct user *in)
{
	enum err err = db_run(s, &table, UPDATE,
		DB_VALUES(db_int(in->id), db_text_or_null(in->name),
			db_text_or_null(in->password_hash), db_text_or_null(in->role),
			db_text_or_null(in->locale), db_id(in->disabled_at)));

	if (!err && db_changed(s) == 0)
		err = ERR_NOTFOUND;
	if (!err && (in->password_hash || in->disabled_at))
		err = db_run(s, &table, END_SESSIONS, DB_VALUES(db_int(in->id)));
	return err;
}

enum err user_update(struct store *s, const struct user *in)
{
	bool own;
	enum err err = db_enter(s, &own);
	return err ? err : db_leave(s, own, update(s, in));
}

/* ERR_NOTFOUND: no row at all. */
static enum err give(struct db_rows *rows, user_fn fn, void *user)
{
	bool more = true, any = false;

	while (more && db_next(rows)) {
		const struct user row = { .id = db_col_int(rows, 0),
			.name = db_col_text(rows, 1),
			.password_hash = db_col_text(rows, 2),
			.role = db_col_text(rows, 3),
			.locale = db_col_text(rows, 4),
			.created_at = db_col_int(rows, 5),
			.disabled_at = db_col_int(rows, 6) };
		any = true;
		more = fn(user, &row);
	}
	enum err err = db_end(rows);
	return err || any ? err : ERR_NOTFOUND;
}

enum err user_get(struct store *s, int64_t id, user_fn fn, void *user)
{
	struct db_rows rows;
	enum err err = db_start(s, &table, GET, DB_VALUES(db_int(id)), &rows);
	return err ? err : give(&rows, fn, user);
}

enum err user_find(struct store *s, const char *name, user_fn fn, void *user)
{
	struct db_rows rows;
	enum err err = db_start(s, &table, FIND, DB_VALUES(db_text(name)), &rows);
	return err ? err : give(&rows, fn, user);
}

enum err user_each(struct store *s, user_fn fn, void *user)
{
	struct db_rows rows;
	enum err err = db_start(s, &table, EACH, db_none, &rows);

	if (!err)
		err = give(&rows, fn, user);
	return err == ERR_NOTFOUND ? ERR_OK : err;
}

enum err user_count(struct store *s, int64_t *out)
{
	return db_number(s, &table, COUNT, db_none, out);
}

static struct db_value token(const uint8_t token_hash[CRYPTO_HASH_OCTETS])
{
	return db_blob(token_hash, CRYPTO_HASH_OCTETS);
}

enum err session_create(struct store *s, const uint8_t token_hash[CRYPTO_HASH_OCTETS],
	int64_t user_id, int64_t expires_at)
{
	return db_run(s, &table, SESSION_CREATE,
		DB_VALUES(token(token_hash), db_int(user_id), db_int(db_now(s)),
			db_int(expires_at)));
}

enum err session_find(struct store *s, const uint8_t token_hash[CRYPTO_HASH_OCTETS],
	user_fn fn, void *user)
{
	struct db_rows rows;
	enum err err = db_start(s, &table, SESSION_FIND,
		DB_VALUES(token(token_hash), db_int(db_now(s))), &rows);
	return err ? err : give(&rows, fn, user);
}

enum err session_extend(
	struct store *s, const uint8_t token_hash[CRYPTO_HASH_OCTETS], int64_t expires_at)
{
	enum err err = db_run(s, &table, SESSION_EXTEND,
		DB_VALUES(token(token_hash), db_int(expires_at)));
	return err || db_changed(s) ? err : ERR_NOTFOUND;
}

enum err session_delete(struct store *s, const uint8_t token_hash[CRYPTO_HASH_OCTETS])
{
	return db_run(s, &table, SESSION_DELETE, DB_VALUES(token(token_hash)));
}

enum err session_sweep(struct store *s)
{
	return db_run(s, &table, SESSION_SWEEP, DB_VALUES(db_int(db_now(s))));
}
