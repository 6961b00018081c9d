#include "firmware/store/setting.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/store/db.h"

enum {
	GET,
	SET,
	DELETE,
	EACH,
	ANSWER_GET,
	ANSWER_PUT,
	ANSWER_SWEEP
};
static const char *const sql[] = {
	[GET] = "SELECT value FROM setting WHERE key = ?1 AND typeof(value) <> 'blob'",
	[SET] = "INSERT INTO setting (key, value) VALUES (?1, ?2) "
		"ON CONFLICT DO UPDATE SET value = ?2 WHERE value IS NOT ?2",
	[DELETE] = "DELETE FROM setting WHERE key = ?1",
	[EACH] = "SELECT key, value FROM setting WHERE substr(key, 1, length(?1)) = ?1 "
		 "AND typeof(value) <> 'blob' ORDER BY key",
	[ANSWER_GET] = "SELECT request_hash, status, answer FROM idempotency "
		       "WHERE key_id = ?1 AND token = ?2",
	[ANSWER_PUT] = "INSERT INTO idempotency (key_id, token, request_hash, status, "
		       "answer, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
	[ANSWER_SWEEP] =
		"DELETE FROM idempotency WHERE (key_id, token) IN (SELECT key_id, "
		"token FROM idempotency WHERE created_at < ?1 LIMIT ?2)",
};
static const struct db_table table = { DB_SETTING, sql, sizeof(sql) / sizeof(sql[0]) };

enum err setting_get(struct store *s, const char *key, char *dst, size_t size)
{
	struct db_rows rows;
	enum err err = db_first(s, &table, GET, DB_VALUES(db_text(key)), &rows);

	if (err)
		return err;
	bool fits = str_copy(dst, size, db_col_text(&rows, 0));
	err = db_end(&rows);
	return err || fits ? err : ERR_MEM;
}

enum err setting_get_i64(struct store *s, const char *key, int64_t *out)
{
	return db_number(s, &table, GET, DB_VALUES(db_text(key)), out);
}

enum err setting_set(struct store *s, const char *key, const char *value)
{
	return db_run(s, &table, SET, DB_VALUES(db_text(key), db_text(value)));
}

enum err setting_set_i64(struct store *s, const char *key, int64_t value)
{
	return db_run(s, &table, SET, DB_VALUES(db_text(key), db_int(value)));
}

enum err setting_delete(struct store *s, const char *key)
{
	return db_run(s, &table, DELETE, DB_VALUES(db_text(key)));
}

enum err setting_each(struct store *s, const char *prefix, setting_fn fn, void *user)
{
	struct db_rows rows;
	bool more = true;
	enum err err = db_start(s, &table, EACH, DB_VALUES(db_text(prefix)), &rows);

	if (err)
		return err;
	while (more && db_next(&rows))
		more = fn(user, db_col_text(&rows, 0), db_col_text(&rows, 1));
	return db_end(&rows);
}

enum err idempotency_get(
	struct store *s, int64_t key_id, const char *token, idempotency_fn fn, void *user)
{
	struct db_rows rows;
	struct idempotency kept = { .key_id = key_id, .token = token };
	size_t len;
	enum err err = db_first(
		s, &table, ANSWER_GET, DB_VALUES(db_int(key_id), db_text(token)), &rows);

	if (err)
		return err;
	const void *hash = db_col_blob(&rows, 0, &len);
	if (len == sizeof(kept.request_hash))
		memcpy(kept.request_hash, hash, len);
	kept.status = (int)db_col_int(&rows, 1);
	kept.answer = db_col_text(&rows, 2);
	(void)fn(user, &kept); /* there is one only */
	return db_end(&rows);
}

enum err idempotency_put(struct store *s, const struct idempotency *in)
{
	return db_run(s, &table, ANSWER_PUT,
		DB_VALUES(db_int(in->key_id), db_text(in->token),
			db_blob(in->request_hash, sizeof(in->request_hash)),
			db_int(in->status), db_text(in->answer), db_int(db_now(s))));
}

enum err idempotency_sweep(struct store *s, int64_t before, size_t max, size_t *out_n)
{
	enum err err = db_run(
		s, &table, ANSWER_SWEEP, DB_VALUES(db_int(before), db_int((int64_t)max)));
	if (!err)
		*out_n = (size_t)db_changed(s);
	return err;
}
