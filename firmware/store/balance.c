#include "firmware/store/balance.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/store/db.h"

enum {
	PUT,
	DELETE,
	EACH,
	DUE,
	NOTE
};
#define COLUMNS "b.operator, b.code, b.pattern, b.every_hours"
static const char *const sql[] = {
	[PUT] = "INSERT OR REPLACE INTO balance_script (operator, code, pattern, "
		"every_hours) VALUES (?1, ?2, ?3, ?4)",
	[DELETE] = "DELETE FROM balance_script WHERE operator = ?1",
	[EACH] = "SELECT " COLUMNS " FROM balance_script b ORDER BY b.operator",
	/* Its operator's own before the one for any. */
	[DUE] = "SELECT " COLUMNS ", s.balance_at FROM sim s JOIN balance_script b "
		"ON b.operator = s.operator OR b.operator = '' WHERE s.id = ?1 "
		"ORDER BY b.operator = '' LIMIT 1",
	/* What was not understood tells nothing of the balance, nor of its time: from
	 * that on spending is counted. */
	[NOTE] = "UPDATE sim SET balance_text = ?2, "
		 "balance_at = iif(?4 IS NULL, balance_at, ?3), "
		 "balance = coalesce(?4, balance) WHERE id = ?1",
};
static const struct db_table table = { DB_BALANCE, sql, sizeof(sql) / sizeof(sql[0]) };

/* Columns hold what balance_script_put() took: they fit. */
static void read_script(const struct db_rows *rows, struct balance_script *out)
{
	(void)str_copy(out->operator, sizeof(out->operator), db_col_text(rows, 0));
	(void)str_copy(out->code, sizeof(out->code), db_col_text(rows, 1));
	(void)str_copy(out->pattern, sizeof(out->pattern), db_col_text(rows, 2));
	out->every_hours = db_col_int(rows, 3);
}

enum err balance_script_put(struct store *s, const struct balance_script *script)
{
	if (script->every_hours < 1 || script->code[0] == '\0')
		return ERR_ARG;
	return db_run(s, &table, PUT,
		DB_VALUES(db_text(script->operator), db_text(script->code),
			db_text(script->pattern), db_int(script->every_hours)));
}

enum err balance_script_delete(struct store *s, const char *operator)
{
	enum err err = db_run(s, &table, DELETE, DB_VALUES(db_text(operator)));

	return err || db_changed(s) ? err : ERR_NOTFOUND;
}

enum err balance_script_each(struct store *s, balance_script_fn fn, void *user)
{
	struct db_rows rows;
	struct balance_script script;
	bool more = true;
	enum err err = db_start(s, &table, EACH, db_none, &rows);

	if (err)
		return err;
	while (more && db_next(&rows)) {
		read_script(&rows, &script);
		more = fn(user, &script);
	}
	return db_end(&rows);
}

enum err balance_due_get(struct store *s, int64_t sim_id, struct balance_due *out)
{
	struct db_rows rows;
	enum err err = db_first(s, &table, DUE, DB_VALUES(db_int(sim_id)), &rows);

	if (err)
		return err;
	read_script(&rows, &out->script);
	out->at = db_col_int(&rows, 4);
	return db_end(&rows);
}

enum err balance_note(
	struct store *s, int64_t sim_id, const char *text, const int64_t *amount)
{
	const struct db_value none = { .kind = DB_NULL };
	char kept[BALANCE_TEXT_MAX];

	/* Cut at worst: it is for people. */
	(void)str_copy(kept, sizeof(kept), amount ? "" : text);
	return db_run(s, &table, NOTE,
		DB_VALUES(db_int(sim_id), db_text(kept), db_int(db_now(s)),
			amount ? db_int(*amount) : none));
}
