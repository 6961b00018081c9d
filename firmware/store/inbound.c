#include "firmware/store/inbound.h"

#include <string.h>

#include "firmware/base/buf.h"
#include "firmware/base/str.h"
#include "firmware/store/affinity.h"
#include "firmware/store/db.h"
#include "firmware/store/fold.h"
#include "firmware/store/join.h"

#define DIGEST_OCTETS 16
#define ORIGINATOR_MAX 63
#define PDU_MAX 256
#define HOUR_MS INT64_C(3600000)

enum {
	ADD_PART,
	GIVE_TEXT,
	EACH_NEW,
	EACH_AFTER,
	FIND,
	FIND_OF,
	GET,
	THREADS,
	READ,
	RENAME,
	SEEN,
	SEEN_ALL,
	UNSEEN
};
#define COLUMNS                                                                          \
	"SELECT id, sim_id, coalesce(contact_id, 0), coalesce(campaign_id, 0), scts, "   \
	"received_at, seen_at, state, parts, originator, intent, text, kind FROM inbound "
#define MATCHES                                                                          \
	"(NOT ?3 OR seen_at IS NULL) AND (?4 = '' OR instr(originator, ?4) > 0 OR "      \
	"(?5 <> '' AND instr(folded(text), ?5) > 0)) ORDER BY id DESC LIMIT ?2"
static const char *const sql[] = {
	[ADD_PART] = "INSERT INTO inbound_part (digest, sim_id, originator, concat_ref, "
		     "total, seq, scts, received_at, text, pdu) "
		     "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
		     "ON CONFLICT DO NOTHING",
	[GIVE_TEXT] = "UPDATE inbound_part SET inbound_id = ?2 WHERE id = ?1",
	/* The partial index is small: what the rules have not read. */
	[EACH_NEW] = COLUMNS "WHERE id IN (SELECT id FROM inbound WHERE state = 0) "
			     "ORDER BY id LIMIT ?1",
	[EACH_AFTER] = COLUMNS "WHERE id > ?1 ORDER BY id LIMIT ?2",
	[FIND] = COLUMNS "WHERE id < ?1 AND " MATCHES,
	[FIND_OF] = COLUMNS "WHERE id < ?1 AND originator = ?6 AND " MATCHES,
	[GET] = COLUMNS "WHERE id = ?1",
	/* From the newest on, over those that have a newer one of the same sender. */
	[THREADS] = "SELECT i.originator, i.text, m.text, coalesce(i.contact_id, "
		    "(SELECT id FROM contact WHERE msisdn = i.originator), 0), "
		    "(SELECT count(*) FROM inbound u WHERE u.originator = i.originator "
		    "AND u.seen_at IS NULL), i.id, i.received_at, m.id, m.created_at, "
		    "i.kind FROM inbound i LEFT JOIN message m ON m.id = "
		    "(SELECT max(id) FROM message WHERE msisdn = i.originator) "
		    "WHERE i.id < ?1 AND i.originator <> '' AND NOT EXISTS "
		    "(SELECT 1 FROM inbound n WHERE n.originator = i.originator "
		    "AND n.id > i.id) ORDER BY i.id DESC LIMIT ?2",
	[READ] = "UPDATE inbound SET state = iif(state = 0, 1, state), intent = ?2, "
		 "contact_id = ?3, campaign_id = ?4 WHERE id = ?1",
	[RENAME] = "UPDATE inbound SET originator = ?2 WHERE id = ?1 RETURNING sim_id",
	[SEEN] = "UPDATE inbound SET seen_at = ?2 WHERE id = ?1 AND seen_at IS NULL",
	[SEEN_ALL] = "UPDATE inbound SET seen_at = ?2 WHERE originator = ?1 "
		     "AND seen_at IS NULL",
	[UNSEEN] = "SELECT count(*) FROM inbound WHERE seen_at IS NULL",
};
static const struct db_table table = { DB_INBOUND, sql, sizeof(sql) / sizeof(sql[0]) };

/* What makes two DELIVERs one: a modem lists a text again after a reset, and a network
 * repeats one whose acknowledgement was lost. The text rather than the PDU, whose first
 * octet may differ between the two. Without a readable time of its own, the hour in
 * which it comes: somebody may well say the same again on another day. */
static enum err digest_of(const struct store *s, const struct inbound_part *part,
	uint8_t out[DIGEST_OCTETS])
{
	int64_t at = part->scts ? part->scts : -(db_now(s) / HOUR_MS);
	struct buf all;
	bool is_text = part->text != NULL;

	buf_init(&all, 4096);
	buf_printf(&all, "%lld|%s|%lld|%d|%u|%u|%u|%d|", (long long)part->sim_id,
		part->originator, (long long)at, part->is_concat,
		(unsigned)part->concat_ref, (unsigned)part->total, (unsigned)part->seq,
		is_text);
	if (is_text)
		buf_puts(&all, part->text);
	else
		buf_put(&all, part->pdu, part->pdu_octets);
	enum err err =
		buf_ok(&all) ? crypto_digest(out, DIGEST_OCTETS, all.data, all.len, NULL)
			     : ERR_ARG;
	buf_fini(&all);
	return err;
}

static bool is_waiting_kind(const struct inbound_part *part)
{
	return part->is_concat && part->total > 1 && part->text;
}

/* ERR_BUSY: seen before. */
static enum err add_part(
	struct store *s, const struct inbound_part *part, int64_t *out_id)
{
	uint8_t digest[DIGEST_OCTETS];
	bool waits = is_waiting_kind(part), keeps_pdu = waits || !part->text;
	enum err err = digest_of(s, part, digest);

	if (err)
		return err;
	err = db_run(s, &table, ADD_PART,
		DB_VALUES(db_blob(digest, sizeof(digest)), db_int(part->sim_id),
			db_text(part->originator),
			waits ? db_int(part->concat_ref) : db_id(0),
			db_int(waits ? part->total : 1), db_int(waits ? part->seq : 1),
			db_id(part->scts), db_int(db_now(s)),
			db_text_or_null(waits ? part->text : NULL),
			db_blob(keeps_pdu ? part->pdu : NULL, part->pdu_octets)));
	if (!err && db_changed(s) == 0)
		return ERR_BUSY;
	*out_id = sqlite3_last_insert_rowid(s->db);
	return err;
}

/* A text that stands alone, or one that does not decode, shown in hex. */
static enum err add_alone(struct store *s, const struct inbound_part *part,
	int64_t part_id, int64_t *out_inbound)
{
	char hex[2 * PDU_MAX + 1] = "";

	if (!part->text && !str_to_hex(hex, sizeof(hex), part->pdu, part->pdu_octets))
		return ERR_ARG;
	enum err err = join_add_text(s,
		&(struct join_text){ .sim_id = part->sim_id,
			.scts = part->scts,
			.originator = part->originator,
			.text = part->text ? part->text : hex,
			.parts = 1,
			.kind = part->kind,
			.state = part->text ? INBOUND_NEW : INBOUND_UNDECODED },
		out_inbound);
	if (!err)
		err = db_run(s, &table, GIVE_TEXT,
			DB_VALUES(db_int(part_id), db_int(*out_inbound)));
	return err;
}

static enum err store_part(struct store *s, const struct inbound_part *part,
	enum inbound_stored *out, int64_t *out_inbound)
{
	int64_t part_id;
	enum err err = add_part(s, part, &part_id);

	*out = INBOUND_STORED_DUPLICATE;
	*out_inbound = 0;
	if (err)
		return err == ERR_BUSY ? ERR_OK : err;
	err = is_waiting_kind(part) ? join_try(s, part, out_inbound)
				    : add_alone(s, part, part_id, out_inbound);
	*out = *out_inbound ? INBOUND_STORED_WHOLE : INBOUND_STORED_WAITING;
	return err;
}

enum err inbound_store_part(struct store *s, const struct inbound_part *part,
	enum inbound_stored *out, int64_t *out_inbound)
{
	bool own;
	enum inbound_stored stored;
	int64_t id;

	if (!part->originator || strlen(part->originator) > ORIGINATOR_MAX ||
		(!part->text && !part->pdu) || part->pdu_octets > PDU_MAX ||
		(is_waiting_kind(part) && (part->seq < 1 || part->seq > part->total)))
		return ERR_ARG;
	enum err err = db_enter(s, &own);
	if (!err)
		err = db_leave(s, own, store_part(s, part, &stored, &id));
	if (err)
		return err;
	*out = stored;
	*out_inbound = id;
	return ERR_OK;
}

enum err inbound_add_call(
	struct store *s, int64_t sim_id, const char *originator, int64_t *out_id)
{
	bool own;
	int64_t id = 0;
	const struct join_text call = { .sim_id = sim_id,
		.originator = originator,
		.text = "",
		.parts = 0,
		.kind = INBOUND_CALL,
		.state = INBOUND_READ };
	enum err err = db_enter(s, &own);

	if (!err)
		err = db_leave(s, own, join_add_text(s, &call, &id));
	if (!err)
		*out_id = id;
	return err;
}

static enum err each(struct store *s, size_t statement, struct db_values values,
	inbound_fn fn, void *user)
{
	struct db_rows rows;
	bool more = true, any = false;
	enum err err = db_start(s, &table, statement, values, &rows);

	if (err)
		return err;
	while (more && db_next(&rows)) {
		struct inbound row = { .id = db_col_int(&rows, 0),
			.sim_id = db_col_int(&rows, 1),
			.contact_id = db_col_int(&rows, 2),
			.campaign_id = db_col_int(&rows, 3),
			.scts = db_col_int(&rows, 4),
			.received_at = db_col_int(&rows, 5),
			.seen_at = db_col_int(&rows, 6),
			.state = (enum inbound_state)db_col_int(&rows, 7),
			.parts = (uint16_t)db_col_int(&rows, 8),
			.text = db_col_text(&rows, 11),
			.kind = (enum inbound_kind)db_col_int(&rows, 12) };
		/* Longer ones were refused on the way in. */
		(void)str_copy(
			row.originator, sizeof(row.originator), db_col_text(&rows, 9));
		(void)str_copy(row.intent, sizeof(row.intent), db_col_text(&rows, 10));
		any = true;
		more = fn(user, &row);
	}
	err = db_end(&rows);
	return err || any || statement != GET ? err : ERR_NOTFOUND;
}

enum err inbound_each_after(
	struct store *s, int64_t after, size_t max, inbound_fn fn, void *user)
{
	return each(
		s, EACH_AFTER, DB_VALUES(db_int(after), db_int((int64_t)max)), fn, user);
}

static int64_t before_or_all(int64_t before)
{
	return before ? before : INT64_MAX;
}

enum err inbound_each_new(struct store *s, size_t max, inbound_fn fn, void *user)
{
	return each(s, EACH_NEW, DB_VALUES(db_int((int64_t)max)), fn, user);
}

enum err inbound_find(
	struct store *s, const struct inbound_query *query, inbound_fn fn, void *user)
{
	char folded[256] = "";

	if (query->search)
		fold_text(query->search, folded, sizeof(folded));
	struct db_value before = db_int(before_or_all(query->before));
	struct db_value max = db_int((int64_t)query->max), unread = db_int(query->unread);
	struct db_value search = db_text(query->search), text = db_text(folded);
	if (query->originator)
		return each(s, FIND_OF,
			DB_VALUES(before, max, unread, search, text,
				db_text(query->originator)),
			fn, user);
	return each(s, FIND, DB_VALUES(before, max, unread, search, text), fn, user);
}

enum err inbound_get(struct store *s, int64_t id, inbound_fn fn, void *user)
{
	return each(s, GET, DB_VALUES(db_int(id)), fn, user);
}

enum err conversation_each(
	struct store *s, int64_t before, size_t max, conversation_fn fn, void *user)
{
	struct db_rows rows;
	bool more = true;
	enum err err = db_start(s, &table, THREADS,
		DB_VALUES(db_int(before_or_all(before)), db_int((int64_t)max)), &rows);

	if (err)
		return err;
	while (more && db_next(&rows)) {
		const struct conversation row = { .msisdn = db_col_text(&rows, 0),
			.last_inbound_text = db_col_text(&rows, 1),
			.last_message_text = db_col_text(&rows, 2),
			.contact_id = db_col_int(&rows, 3),
			.unread = db_col_int(&rows, 4),
			.last_inbound_id = db_col_int(&rows, 5),
			.last_inbound_at = db_col_int(&rows, 6),
			.last_message_id = db_col_int(&rows, 7),
			.last_message_at = db_col_int(&rows, 8),
			.last_inbound_kind = (enum inbound_kind)db_col_int(&rows, 9) };
		more = fn(user, &row);
	}
	return db_end(&rows);
}

enum err inbound_mark_read(struct store *s, int64_t id, const char *intent,
	int64_t contact_id, int64_t campaign_id)
{
	enum err err = db_run(s, &table, READ,
		DB_VALUES(db_int(id), db_text(intent), db_id(contact_id),
			db_id(campaign_id)));
	return err || db_changed(s) ? err : ERR_NOTFOUND;
}

static enum err set_originator(struct store *s, int64_t id, const char *originator)
{
	int64_t sim_id;
	enum err err = db_number(
		s, &table, RENAME, DB_VALUES(db_int(id), db_text(originator)), &sim_id);
	return err ? err : affinity_put(s, originator, sim_id);
}

enum err inbound_set_originator(struct store *s, int64_t id, const char *originator)
{
	bool own;
	enum err err = db_enter(s, &own);
	return err ? err : db_leave(s, own, set_originator(s, id, originator));
}

enum err inbound_mark_seen(struct store *s, int64_t id)
{
	return db_run(s, &table, SEEN, DB_VALUES(db_int(id), db_int(db_now(s))));
}

enum err inbound_mark_seen_all(struct store *s, const char *originator)
{
	return db_run(
		s, &table, SEEN_ALL, DB_VALUES(db_text(originator), db_int(db_now(s))));
}

enum err inbound_count_unseen(struct store *s, int64_t *out)
{
	return db_number(s, &table, UNSEEN, db_none, out);
}
