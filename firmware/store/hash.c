#include "firmware/store/hash.h"

#include <string.h>

#include "firmware/base/crypto.h"

enum {
	KEY_GET,
	KEY_PUT
};
static const char *const sql[] = {
	[KEY_GET] = "SELECT value FROM setting WHERE key = 'suppression.key'",
	[KEY_PUT] = "INSERT INTO setting (key, value) VALUES ('suppression.key', ?1) "
		    "ON CONFLICT DO NOTHING",
};
static const struct db_table table = { DB_HASH, sql, sizeof(sql) / sizeof(sql[0]) };

static void hash_text(
	const struct store *s, const char *text, size_t len, uint8_t out[HASH_OCTETS])
{
	const struct crypto_key key = { s->suppression_key, sizeof(s->suppression_key) };
	/* Lengths are constants within its range. */
	(void)crypto_digest(out, HASH_OCTETS, text, len, &key);
}

void hash_msisdn(const struct store *s, const char *msisdn, uint8_t out[HASH_OCTETS])
{
	hash_text(s, msisdn, strlen(msisdn), out);
}

static void sql_msisdn_hash(sqlite3_context *context, int n, sqlite3_value **values)
{
	uint8_t hash[HASH_OCTETS];
	const char *text = (const char *)sqlite3_value_text(values[0]);
	size_t len = (size_t)sqlite3_value_bytes(values[0]);

	(void)n;
	if (!text)
		return;
	hash_text(sqlite3_user_data(context), text, len, hash);
	sqlite3_result_blob(context, hash, sizeof(hash), SQLITE_TRANSIENT);
}

static enum err read_key(struct store *s)
{
	struct db_rows rows;
	size_t len;
	enum err err = db_first(s, &table, KEY_GET, db_none, &rows);

	if (err)
		return err;
	const void *key = db_col_blob(&rows, 0, &len);
	if (len == sizeof(s->suppression_key))
		memcpy(s->suppression_key, key, len);
	err = db_end(&rows);
	if (!err && len != sizeof(s->suppression_key))
		err = ERR_INPUT;
	return err;
}

enum err hash_setup(struct store *s)
{
	uint8_t key[CRYPTO_KEY_OCTETS];
	enum err err = read_key(s);

	if (err == ERR_NOTFOUND) {
		crypto_random(key, sizeof(key));
		err = db_run(s, &table, KEY_PUT, DB_VALUES(db_blob(key, sizeof(key))));
		if (!err)
			err = read_key(s); /* another program may have been first */
	}
	if (err)
		return err;
	int rc = sqlite3_create_function_v2(s->db, "msisdn_hash", 1,
		SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, s,
		sql_msisdn_hash, NULL, NULL, NULL);
	return rc == SQLITE_OK ? ERR_OK : db_fail(s, rc);
}
