#include "firmware/store/puk.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/store/db.h"

enum {
	OLD,
	FORGET_OLD,
	BEGIN,
	OVER,
	UNSURE,
	SHUT,
	CHANGED
};
/* An empty sealed: there is none. */
static const char *const sql[] = {
	[OLD] = "SELECT set_at NOT BETWEEN ?2 - ?3 AND ?2 FROM sim_pin WHERE name = ?1",
	[FORGET_OLD] = "UPDATE sim_pin SET sealed = x'' WHERE name GLOB 'puk:*' AND "
		       "tries = 0 AND set_at NOT BETWEEN ?1 - ?2 AND ?1",
	[BEGIN] = "UPDATE sim_pin SET tries = tries + 1, sealed = ?2 WHERE name = ?1",
	[OVER] = "UPDATE sim_pin SET state = 0, tries = 0, sealed = x'' WHERE name = ?1",
	[UNSURE] = "UPDATE sim_pin SET state = 0, tries = max(tries, 1), sealed = x'' "
		   "WHERE name = ?1",
	[SHUT] = "UPDATE sim_pin SET sealed = x'' WHERE name = ?1",
	[CHANGED] = "INSERT INTO sim_pin (name, sealed, state, refused, set_at) VALUES "
		    "(?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET sealed = "
		    "excluded.sealed, state = excluded.state, tries = 0, refused = "
		    "excluded.refused, set_at = excluded.set_at",
};
static const struct db_table table = { DB_PUK, sql, sizeof(sql) / sizeof(sql[0]) };

struct row_name {
	char text[PIN_NAME_SIZE];
};

/* A name is an ICCID or a bay's: both leave room. */
static const char *name_row(struct row_name *row, const char *name)
{
	(void)str_format(row->text, sizeof(row->text), "puk:%s", name);
	return row->text;
}

static enum err run_on(struct store *s, int statement, const char *name)
{
	struct row_name row;

	return db_run(
		s, &table, (size_t)statement, DB_VALUES(db_text(name_row(&row, name))));
}

enum err puk_put(struct store *s, const char *name, const void *sealed, size_t octets)
{
	struct row_name row;
	enum err err = db_run(s, &table, FORGET_OLD,
		DB_VALUES(db_int(db_now(s)), db_int(PUK_WAITS_MS)));

	return err ? err : pin_put(s, name_row(&row, name), sealed, octets);
}

enum err puk_get(struct store *s, const char *name, struct pin *out, bool *out_is_old)
{
	struct row_name row;
	int64_t is_old = 0;
	enum err err = pin_get(s, name_row(&row, name), out);

	if (!err)
		err = db_number(s, &table, OLD,
			DB_VALUES(db_text(row.text), db_int(db_now(s)),
				db_int(PUK_WAITS_MS)),
			&is_old);
	*out_is_old = is_old != 0;
	return err;
}

enum err puk_begin_try(
	struct store *s, const char *name, const void *sealed_pin, size_t octets)
{
	struct row_name row;
	enum err err = db_run(s, &table, BEGIN,
		DB_VALUES(db_text(name_row(&row, name)), db_blob(sealed_pin, octets)));

	return err || db_changed(s) ? err : ERR_NOTFOUND;
}

enum err puk_over(struct store *s, const char *name)
{
	return run_on(s, OVER, name);
}

enum err puk_unsure(struct store *s, const char *name)
{
	return run_on(s, UNSURE, name);
}

enum err puk_refused(struct store *s, const char *name, const void *refused)
{
	struct row_name row;
	enum err err = pin_refused(s, name_row(&row, name), refused);

	return err ? err : run_on(s, SHUT, name);
}

/* All but the one that is the SIM's now. */
static size_t keep_refused(struct pin *known, const void *digest)
{
	size_t n = 0;

	for (size_t i = 0; i < known->n_refused; i++)
		if (!crypto_equal(known->refused[i], digest, CRYPTO_HASH_OCTETS))
			memmove(known->refused[n++], known->refused[i],
				CRYPTO_HASH_OCTETS);
	return n * CRYPTO_HASH_OCTETS;
}

enum err puk_worked(
	struct store *s, const char *name, const struct pin *pin, const void *digest)
{
	struct pin known = { .n_refused = 0 };
	enum err err = pin_get(s, name, &known);

	if (err && err != ERR_NOTFOUND)
		return err;
	size_t refused = keep_refused(&known, digest);
	err = db_run(s, &table, CHANGED,
		DB_VALUES(db_text(name), db_blob(pin->sealed, pin->sealed_octets),
			db_int(pin->state), db_blob(known.refused, refused),
			db_int(db_now(s))));
	return err ? err : puk_over(s, name);
}

enum err puk_drop(struct store *s, const char *name)
{
	struct row_name row;

	return pin_drop(s, name_row(&row, name));
}
