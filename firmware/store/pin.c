#include "firmware/store/pin.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/store/db.h"

enum {
	PUT,
	GET,
	BEGIN,
	WORKED,
	REFUSED,
	DROP
};
static const char *const sql[] = {
	[PUT] = "INSERT INTO sim_pin (name, sealed, state, set_at) VALUES (?1, ?2, 0, "
		"?3) ON CONFLICT DO UPDATE SET sealed = excluded.sealed, state = 0, "
		"tries = 0, set_at = excluded.set_at",
	[GET] = "SELECT sealed, state, tries, refused FROM sim_pin WHERE name = ?1",
	[BEGIN] = "UPDATE sim_pin SET tries = tries + 1 WHERE name = ?1",
	[WORKED] = "UPDATE sim_pin SET state = 1, tries = 0 WHERE name = ?1",
	[REFUSED] = "UPDATE sim_pin SET state = 2, refused = ?2 WHERE name = ?1",
	[DROP] = "DELETE FROM sim_pin WHERE name = ?1",
};
static const struct db_table table = { DB_PIN, sql, sizeof(sql) / sizeof(sql[0]) };

enum err pin_put(struct store *s, const char *name, const void *sealed, size_t octets)
{
	if (octets > PIN_SEALED_MAX || strlen(name) >= PIN_NAME_SIZE)
		return ERR_ARG;
	return db_run(s, &table, PUT,
		DB_VALUES(db_text(name), db_blob(sealed, octets), db_int(db_now(s))));
}

enum err pin_get(struct store *s, const char *name, struct pin *out)
{
	struct db_rows rows;
	size_t octets, refused_octets = 0;
	enum err err = db_first(s, &table, GET, DB_VALUES(db_text(name)), &rows);

	if (err)
		return err;
	const void *sealed = db_col_blob(&rows, 0, &octets);
	const void *refused = db_col_blob(&rows, 3, &refused_octets);
	*out = (struct pin){ .state = (enum pin_state)db_col_int(&rows, 1),
		.tries = (unsigned)db_col_int(&rows, 2) };
	bool fits = octets <= sizeof(out->sealed) &&
		    refused_octets <= sizeof(out->refused) &&
		    str_copy(out->name, sizeof(out->name), name);
	if (fits && octets > 0)
		memcpy(out->sealed, sealed, octets);
	out->sealed_octets = fits ? octets : 0;
	if (fits && refused_octets > 0)
		memcpy(out->refused, refused, refused_octets);
	out->n_refused = fits ? refused_octets / CRYPTO_HASH_OCTETS : 0;
	err = db_end(&rows);
	return err || fits ? err : ERR_MEM;
}

enum err pin_begin_try(struct store *s, const char *name)
{
	enum err err = db_run(s, &table, BEGIN, DB_VALUES(db_text(name)));

	return err || db_changed(s) ? err : ERR_NOTFOUND;
}

enum err pin_worked(struct store *s, const char *name)
{
	return db_run(s, &table, WORKED, DB_VALUES(db_text(name)));
}

bool pin_was_refused(const struct pin *pin, const void *digest)
{
	for (size_t i = 0; i < pin->n_refused; i++)
		if (crypto_equal(digest, pin->refused[i], CRYPTO_HASH_OCTETS))
			return true;
	return false;
}

enum err pin_refused(struct store *s, const char *name, const void *refused)
{
	struct pin pin;
	enum err err = pin_get(s, name, &pin);

	if (err != ERR_OK)
		return err == ERR_NOTFOUND ? ERR_OK : err;
	if (!pin_was_refused(&pin, refused)) {
		pin.n_refused += pin.n_refused < PIN_REFUSED_KEPT;
		memmove(pin.refused[1], pin.refused[0],
			(pin.n_refused - 1) * sizeof(pin.refused[0]));
		memcpy(pin.refused[0], refused, sizeof(pin.refused[0]));
	}
	return db_run(s, &table, REFUSED,
		DB_VALUES(db_text(name),
			db_blob(pin.refused, pin.n_refused * sizeof(pin.refused[0]))));
}

enum err pin_drop(struct store *s, const char *name)
{
	return db_run(s, &table, DROP, DB_VALUES(db_text(name)));
}
