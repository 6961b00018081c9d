#include "firmware/store/user.h"

#include "firmware/store/db.h"

#define USED_EVERY_MS INT64_C(3600000)

enum {
	CREATE,
	FIND,
	USED,
	REVOKE,
	EACH
};
#define COLUMNS                                                                          \
	"SELECT id, name, scope, created_at, last_used_at, revoked_at FROM api_key "
static const char *const sql[] = {
	[CREATE] = "INSERT INTO api_key (name, scope, token_hash, created_at) "
		   "VALUES (?1, ?2, ?3, ?4)",
	[FIND] = COLUMNS "WHERE token_hash = ?1 AND revoked_at IS NULL",
	[USED] = "UPDATE api_key SET last_used_at = ?2 WHERE id = ?1 "
		 "AND (last_used_at IS NULL OR last_used_at < ?3)",
	[REVOKE] =
		"UPDATE api_key SET revoked_at = coalesce(revoked_at, ?2) WHERE id = ?1",
	[EACH] = COLUMNS "ORDER BY id",
};
static const struct db_table table = { DB_KEY, sql, sizeof(sql) / sizeof(sql[0]) };

enum err api_key_create(struct store *s, const struct api_key *in,
	const uint8_t token_hash[CRYPTO_HASH_OCTETS], int64_t *out_id)
{
	enum err err = db_run(s, &table, CREATE,
		DB_VALUES(db_text(in->name), db_text(in->scope),
			db_blob(token_hash, CRYPTO_HASH_OCTETS), db_int(db_now(s))));
	if (!err)
		*out_id = sqlite3_last_insert_rowid(s->db);
	return err;
}

/* ERR_NOTFOUND: no row at all. */
static enum err give(struct db_rows *rows, api_key_fn fn, void *user)
{
	bool more = true, any = false;

	while (more && db_next(rows)) {
		const struct api_key key = { .id = db_col_int(rows, 0),
			.name = db_col_text(rows, 1),
			.scope = db_col_text(rows, 2),
			.created_at = db_col_int(rows, 3),
			.last_used_at = db_col_int(rows, 4),
			.revoked_at = db_col_int(rows, 5) };
		any = true;
		more = fn(user, &key);
	}
	enum err err = db_end(rows);
	return err || any ? err : ERR_NOTFOUND;
}

enum err api_key_find(struct store *s, const uint8_t token_hash[CRYPTO_HASH_OCTETS],
	api_key_fn fn, void *user)
{
	struct db_rows rows;
	enum err err = db_start(s, &table, FIND,
		DB_VALUES(db_blob(token_hash, CRYPTO_HASH_OCTETS)), &rows);
	return err ? err : give(&rows, fn, user);
}

enum err api_key_used(struct store *s, int64_t id)
{
	int64_t now = db_now(s);
	return db_run(s, &table, USED,
		DB_VALUES(db_int(id), db_int(now), db_int(now - USED_EVERY_MS)));
}

enum err api_key_revoke(struct store *s, int64_t id)
{
	enum err err =
		db_run(s, &table, REVOKE, DB_VALUES(db_int(id), db_int(db_now(s))));
	return err || db_changed(s) ? err : ERR_NOTFOUND;
}

enum err api_key_each(struct store *s, api_key_fn fn, void *user)
{
	struct db_rows rows;
	enum err err = db_start(s, &table, EACH, db_none, &rows);

	if (!err)
		err = give(&rows, fn, user);
	return err == ERR_NOTFOUND ? ERR_OK : err;
}
