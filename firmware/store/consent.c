/*
 * The chain: hash = BLAKE2b-256(hash of the row before, this row's values), so a row that
 * was changed or taken out shows.
 */
#include "firmware/store/consent.h"

#include <string.h>

#include "firmware/base/buf.h"
#include "firmware/store/db.h"
#include "firmware/store/member.h"

enum {
	TAIL,
	APPEND,
	EACH,
	WALK,
	SET_ONE,
	SET_ALL,
	EXISTS
};
#define COLUMNS                                                                          \
	"SELECT id, contact_id, list_id, kind, source, given_at, evidence, actor, "      \
	"recorded_at, hash FROM consent_event "
static const char *const sql[] = {
	[TAIL] = "SELECT hash FROM consent_event ORDER BY id DESC LIMIT 1",
	[APPEND] =
		"INSERT INTO consent_event (contact_id, list_id, kind, source, given_at, "
		"evidence, actor, recorded_at, hash) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
	[EACH] = COLUMNS "WHERE contact_id = ?1 ORDER BY id",
	[WALK] = COLUMNS "ORDER BY id",
	[SET_ONE] = "UPDATE list_member SET consent = ?3 "
		    "WHERE list_id = ?2 AND contact_id = ?1",
	[SET_ALL] = "UPDATE list_member SET consent = ?2 WHERE contact_id = ?1",
	[EXISTS] = "SELECT 1 FROM contact WHERE id = ?1",
};
static const struct db_table table = { DB_CONSENT, sql, sizeof(sql) / sizeof(sql[0]) };

/* Each text with its length in front, so that no two rows read the same. */
static void put_text(struct buf *b, const char *text)
{
	uint32_t len = text ? (uint32_t)strlen(text) : 0;
	const uint8_t octets[4] = { (uint8_t)(len >> 24), (uint8_t)(len >> 16),
		(uint8_t)(len >> 8), (uint8_t)len };

	buf_put(b, octets, sizeof(octets));
	buf_put(b, text ? text : "", len);
}

static void put_number(struct buf *b, int64_t number)
{
	uint8_t octets[8];

	for (size_t i = 0; i < sizeof(octets); i++)
		octets[i] = (uint8_t)((uint64_t)number >> (56 - 8 * i));
	buf_put(b, octets, sizeof(octets));
}

/* chain: the hash of the row before, replaced by this row's. */
static enum err link_event(
	const struct consent_event *event, uint8_t chain[CRYPTO_HASH_OCTETS])
{
	char memory[CONSENT_EVENT_OCTETS + 128];
	struct buf b;
	const struct consent_evidence *e = &event->evidence;

	buf_init_fixed(&b, memory, sizeof(memory));
	buf_put(&b, chain, CRYPTO_HASH_OCTETS);
	put_number(&b, event->contact_id);
	put_number(&b, event->list_id);
	put_number(&b, (int64_t)e->kind);
	put_number(&b, event->recorded_at);
	put_text(&b, e->source);
	put_text(&b, e->given_at);
	put_text(&b, e->evidence);
	put_text(&b, e->actor);
	if (!buf_ok(&b))
		return ERR_MEM;
	return crypto_digest(chain, CRYPTO_HASH_OCTETS, b.data, b.len, NULL);
}

/* Within a transaction nobody else appends, so the end is read once in each. */
static enum err know_chain(struct store *s)
{
	struct db_rows rows;
	size_t len;

	if (s->chain_known)
		return ERR_OK;
	memset(s->chain, 0, sizeof(s->chain));
	enum err err = db_first(s, &table, TAIL, db_none, &rows);
	if (err == ERR_NOTFOUND) {
		s->chain_known = true;
		return ERR_OK;
	}
	if (err)
		return err;
	const void *hash = db_col_blob(&rows, 0, &len);
	if (len == sizeof(s->chain))
		memcpy(s->chain, hash, len);
	err = db_end(&rows);
	s->chain_known = !err;
	return err;
}

enum err consent_append(struct store *s, int64_t contact_id, int64_t list_id,
	const struct consent_evidence *evidence)
{
	const struct consent_event event = { .contact_id = contact_id,
		.list_id = list_id,
		.evidence = *evidence,
		.recorded_at = db_now(s) };
	enum err err = know_chain(s);

	if (!err)
		err = link_event(&event, s->chain);
	if (!err)
		err = db_run(s, &table, APPEND,
			DB_VALUES(db_int(contact_id), db_id(list_id),
				db_int(evidence->kind), db_text(evidence->source),
				db_text(evidence->given_at), db_text(evidence->evidence),
				db_text(evidence->actor), db_int(event.recorded_at),
				db_blob(s->chain, sizeof(s->chain))));
	if (err)
		s->chain_known = false;
	return err;
}

static enum err record(struct store *s, int64_t contact_id, int64_t list_id,
	const struct consent_evidence *evidence)
{
	int64_t one;
	enum err err = db_number(s, &table, EXISTS, DB_VALUES(db_int(contact_id)), &one);

	if (err)
		return err;
	if (list_id) {
		err = db_run(s, &table, SET_ONE,
			DB_VALUES(db_int(contact_id), db_int(list_id),
				db_int(evidence->kind)));
		if (!err && db_changed(s) == 0)
			return ERR_NOTFOUND;
	} else {
		err = db_run(s, &table, SET_ALL,
			DB_VALUES(db_int(contact_id), db_int(evidence->kind)));
	}
	return err ? err : consent_append(s, contact_id, list_id, evidence);
}

enum err consent_record(struct store *s, int64_t contact_id, int64_t list_id,
	const struct consent_evidence *evidence)
{
	bool own;

	if (evidence->kind != CONSENT_IN && evidence->kind != CONSENT_OUT)
		return ERR_ARG;
	enum err err = db_enter(s, &own);
	return err ? err : db_leave(s, own, record(s, contact_id, list_id, evidence));
}

static void read_event(const struct db_rows *rows, struct consent_event *out)
{
	*out = (struct consent_event){ .id = db_col_int(rows, 0),
		.contact_id = db_col_int(rows, 1),
		.list_id = db_col_int(rows, 2),
		.evidence = { .kind = (enum consent)db_col_int(rows, 3),
			.source = db_col_text(rows, 4),
			.given_at = db_col_text(rows, 5),
			.evidence = db_col_text(rows, 6),
			.actor = db_col_text(rows, 7) },
		.recorded_at = db_col_int(rows, 8) };
}

enum err consent_each(struct store *s, int64_t contact_id, consent_fn fn, void *user)
{
	struct db_rows rows;
	struct consent_event event;
	bool more = true;
	enum err err = db_start(s, &table, EACH, DB_VALUES(db_int(contact_id)), &rows);

	if (err)
		return err;
	while (more && db_next(&rows)) {
		read_event(&rows, &event);
		more = fn(user, &event);
	}
	return db_end(&rows);
}

enum err consent_verify(struct store *s, int64_t *out_checked, int64_t *out_bad)
{
	struct db_rows rows;
	struct consent_event event;
	uint8_t chain[CRYPTO_HASH_OCTETS] = { 0 };
	int64_t checked = 0, bad = 0;
	enum err err = db_start(s, &table, WALK, db_none, &rows);

	if (err)
		return err;
	while (!bad && db_next(&rows)) {
		size_t len;
		read_event(&rows, &event);
		const void *hash = db_col_blob(&rows, 9, &len);
		if (link_event(&event, chain) || len != sizeof(chain) ||
			!crypto_equal(hash, chain, sizeof(chain)))
			bad = event.id;
		checked++;
	}
	err = db_end(&rows);
	if (err)
		return err;
	*out_checked = checked;
	*out_bad = bad;
	return bad ? ERR_INPUT : ERR_OK;
}
