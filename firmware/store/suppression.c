#include "firmware/store/suppression.h"

#include "firmware/store/consent.h"
#include "firmware/store/db.h"
#include "firmware/store/hash.h"
#include "firmware/store/member.h"

enum {
	ADD,
	REMOVE,
	REMOVE_STOP,
	CHECK,
	GET,
	FIND,
	COUNT,
	CANCEL_WAITING,
	OPT_OUT
};
#define COLUMNS                                                                          \
	"SELECT id, inbound_id, created_at, msisdn, reason, source FROM suppression "
static const char *const sql[] = {
	[ADD] = "INSERT INTO suppression (hash, msisdn, reason, source, inbound_id, "
		"created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (hash) "
		/* What its owner stopped he may start again; what others decided not. */
		"DO UPDATE SET reason = excluded.reason, source = excluded.source "
		"WHERE reason = 'stop' AND excluded.reason <> 'stop'",
	[REMOVE] = "DELETE FROM suppression WHERE hash = ?1",
	[REMOVE_STOP] = "DELETE FROM suppression WHERE hash = ?1 AND reason = 'stop'",
	[CHECK] = "SELECT EXISTS (SELECT 1 FROM suppression WHERE hash = ?1)",
	[GET] = COLUMNS "WHERE hash = ?1",
	[FIND] = COLUMNS
	"WHERE id < ?1 AND substr(coalesce(msisdn, ''), 1, length(?3)) = ?3 "
	"ORDER BY id DESC LIMIT ?2",
	[COUNT] = "SELECT count(*) FROM suppression",
	[CANCEL_WAITING] = "UPDATE message SET state = 8, cause = 'suppressed', "
			   "updated_at = ?2 WHERE msisdn = ?1 AND state IN (0, 1) "
			   "AND class NOT IN (1, 2) AND NOT flags & 2",
	[OPT_OUT] = "UPDATE list_member SET consent = 2 WHERE contact_id = ?1",
};
static const struct db_table table = { DB_SUPPRESSION, sql,
	sizeof(sql) / sizeof(sql[0]) };

/* Waiting messages to a number become cancelled, but otp, alert, STOP confirmation. */
static enum err cancel_waiting(struct store *s, const char *msisdn, size_t *out_cancelled)
{
	enum err err = db_run(
		s, &table, CANCEL_WAITING, DB_VALUES(db_text(msisdn), db_int(db_now(s))));
	if (!err && out_cancelled)
		*out_cancelled = (size_t)db_changed(s);
	return err;
}

static enum err run_on_hash(struct store *s, size_t statement, const char *msisdn)
{
	uint8_t hash[HASH_OCTETS];

	hash_msisdn(s, msisdn, hash);
	enum err err =
		db_run(s, &table, statement, DB_VALUES(db_blob(hash, sizeof(hash))));
	return err || db_changed(s) ? err : ERR_NOTFOUND;
}

static enum err add(struct store *s, const char *msisdn, const struct suppression *in,
	size_t *out_cancelled)
{
	uint8_t hash[HASH_OCTETS];

	hash_msisdn(s, msisdn, hash);
	enum err err = db_run(s, &table, ADD,
		DB_VALUES(db_blob(hash, sizeof(hash)), db_text(msisdn),
			db_text(in->reason), db_text(in->source), db_id(in->inbound_id),
			db_int(db_now(s))));
	return err ? err : cancel_waiting(s, msisdn, out_cancelled);
}

enum err suppression_add(struct store *s, const char *msisdn,
	const struct suppression *in, size_t *out_cancelled)
{
	bool own;
	enum err err = db_enter(s, &own);
	return err ? err : db_leave(s, own, add(s, msisdn, in, out_cancelled));
}

enum err suppression_remove(struct store *s, const char *msisdn)
{
	return run_on_hash(s, REMOVE, msisdn);
}

enum err suppression_check(struct store *s, const char *msisdn, bool *out)
{
	uint8_t hash[HASH_OCTETS];
	int64_t found;

	hash_msisdn(s, msisdn, hash);
	enum err err = db_number(
		s, &table, CHECK, DB_VALUES(db_blob(hash, sizeof(hash))), &found);
	if (!err)
		*out = found != 0;
	return err;
}

static enum err give(struct db_rows *rows, suppression_fn fn, void *user)
{
	bool more = true, any = false;

	while (more && db_next(rows)) {
		const struct suppression row = { .id = db_col_int(rows, 0),
			.inbound_id = db_col_int(rows, 1),
			.created_at = db_col_int(rows, 2),
			.msisdn = db_col_text_or_null(rows, 3),
			.reason = db_col_text(rows, 4),
			.source = db_col_text(rows, 5) };
		any = true;
		more = fn(user, &row);
	}
	enum err err = db_end(rows);
	return err || any ? err : ERR_NOTFOUND;
}

enum err suppression_get(
	struct store *s, const char *msisdn, suppression_fn fn, void *user)
{
	uint8_t hash[HASH_OCTETS];
	struct db_rows rows;

	hash_msisdn(s, msisdn, hash);
	enum err err =
		db_start(s, &table, GET, DB_VALUES(db_blob(hash, sizeof(hash))), &rows);
	return err ? err : give(&rows, fn, user);
}

enum err suppression_find(struct store *s, const struct suppression_query *query,
	suppression_fn fn, void *user)
{
	struct db_rows rows;
	int64_t before = query->before ? query->before : INT64_MAX;
	enum err err = db_start(s, &table, FIND,
		DB_VALUES(db_int(before), db_int((int64_t)query->max),
			db_text(query->search)),
		&rows);

	if (!err)
		err = give(&rows, fn, user);
	return err == ERR_NOTFOUND ? ERR_OK : err;
}

enum err suppression_count(struct store *s, int64_t *out)
{
	return db_number(s, &table, COUNT, db_none, out);
}

/* What was said, kept as evidence where the number is a contact's. */
static enum err record_change(
	struct store *s, const struct consent_change *change, enum consent kind)
{
	char given_at[32];
	int64_t contact_id;
	enum err err = contact_find(s, change->msisdn, &contact_id);

	if (err)
		return err == ERR_NOTFOUND ? ERR_OK : err;
	const struct consent_evidence evidence = { .kind = kind,
		.source = change->source,
		.given_at = clock_format(db_now(s), given_at, sizeof(given_at)),
		.evidence = change->wording,
		.actor = change->actor };
	err = consent_append(s, contact_id, 0, &evidence);
	if (!err && kind == CONSENT_OUT)
		err = db_run(s, &table, OPT_OUT, DB_VALUES(db_int(contact_id)));
	return err;
}

static enum err stop(
	struct store *s, const struct consent_change *change, size_t *out_cancelled)
{
	const struct suppression why = { .reason = "stop",
		.source = change->source,
		.inbound_id = change->inbound_id };
	enum err err = add(s, change->msisdn, &why, out_cancelled);
	return err ? err : record_change(s, change, CONSENT_OUT);
}

enum err consent_stop(
	struct store *s, const struct consent_change *change, size_t *out_cancelled)
{
	bool own;
	enum err err = db_enter(s, &own);
	return err ? err : db_leave(s, own, stop(s, change, out_cancelled));
}

static enum err start(struct store *s, const struct consent_change *change)
{
	enum err err = run_on_hash(s, REMOVE_STOP, change->msisdn);
	return err ? err : record_change(s, change, CONSENT_NONE);
}

enum err consent_start(struct store *s, const struct consent_change *change)
{
	bool own;
	enum err err = db_enter(s, &own);
	return err ? err : db_leave(s, own, start(s, change));
}
