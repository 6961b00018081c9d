#include "firmware/store/message.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/store/db.h"
#include "firmware/store/part.h"
#include "firmware/store/queue.h"

enum {
	ADD,
	FIND_REF,
	GET,
	PARTS,
	NOTES,
	CANCEL,
	PROGRESS,
	LAST,
	COUNT,
	COUNT_OF,
	LIST,
	LIST_CAMPAIGN,
	LIST_NUMBER,
	LIST_BOTH,
};
#define COLUMNS                                                                          \
	"SELECT id, state, class, encoding, parts, flags, source, campaign_id, "         \
	"contact_id, list_id, sim_id, key_id, msisdn, text, client_ref, reference, "     \
	"cause, due_at, expires_at, created_at, updated_at, attempts, "                  \
	"route_id, pause_at, national, choice FROM message "
#define NEWEST " AND (?2 < 0 OR state = ?2) ORDER BY id DESC LIMIT ?3"
static const char *const sql[] = {
	[ADD] = "INSERT INTO message (state, class, source, campaign_id, contact_id, "
		"list_id, msisdn, text, encoding, parts, flags, sim_id, due_at, "
		"expires_at, client_ref, reference, key_id, created_at, updated_at, "
		"route_id, pause_at, national) "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, "
		"?15, ?16, ?17, ?18, ?18, ?19, ?20, ?21)",
	[FIND_REF] =
		"SELECT id, state FROM message WHERE key_id = ?1 AND client_ref = ?2",
	[GET] = COLUMNS "WHERE id = ?1",
	[PARTS] =
		"SELECT seq, state, sim_id, sending_at, answered_at, settled_at, mr, st, "
		"cause FROM part WHERE message_id = ?1 ORDER BY seq",
	[NOTES] = "SELECT at, sim_id, kind, detail FROM message_note "
		  "WHERE message_id = ?1 ORDER BY id",
	/* Between two parts the rest can still be kept back; not the last one, nor the
	 * only one, once it is claimed. */
	[CANCEL] =
		"UPDATE message SET state = 8, cause = ?2, updated_at = ?3 WHERE id = ?1 "
		"AND (state IN (0, 1) OR (state = 2 AND parts > "
		"(SELECT count(*) FROM part WHERE message_id = ?1)))",
	[PROGRESS] = "SELECT parts, (SELECT count(*) FROM part WHERE message_id = ?1) "
		     "FROM message WHERE id = ?1",
	[LAST] = "SELECT id, campaign_id, contact_id, sim_id FROM message WHERE msisdn = "
		 "?1 "
		 "AND created_at >= ?2 AND state IN (2, 3, 4, 5, 9) ORDER BY id DESC "
		 "LIMIT 1",
	[COUNT] = "SELECT state, sum(n), sum(parts) FROM tally GROUP BY state",
	[COUNT_OF] = "SELECT state, n, parts FROM tally WHERE campaign_id = ?1",
	[LIST] = COLUMNS "WHERE id < ?1" NEWEST,
	[LIST_CAMPAIGN] = COLUMNS "WHERE id < ?1 AND campaign_id = ?4" NEWEST,
	[LIST_NUMBER] = COLUMNS "WHERE id < ?1 AND msisdn = ?4" NEWEST,
	[LIST_BOTH] = COLUMNS "WHERE id < ?1 AND msisdn = ?4 AND campaign_id = ?5" NEWEST,
};
static const struct db_table table = { DB_MESSAGE, sql, sizeof(sql) / sizeof(sql[0]) };

/* The states that have a partial index: it serves only a statement that names it. */
#define WAITING(index, state)                                                            \
	"WHERE id IN (SELECT id FROM message INDEXED BY " index " WHERE state = " state  \
	" AND id < ?1 ORDER BY id DESC LIMIT ?3) ORDER BY id DESC"
#define PROBLEM(number)                                                                  \
	COLUMNS "WHERE state IN (5, 6, 7, 8, 9) AND state = " #number                    \
		" AND id < ?1 ORDER BY id DESC LIMIT ?3"
static const char *const sql_by_state[MESSAGE_STATE_COUNT] = {
	[MESSAGE_HELD] = COLUMNS WAITING("message_held", "0"),
	[MESSAGE_QUEUED] = COLUMNS WAITING("message_queue", "1"),
	/* As many as SIMs: whose part has no answer yet, or that are between two. */
	[MESSAGE_SENDING] = COLUMNS
	"WHERE state = 2 AND id < ?1 AND id IN (SELECT message_id FROM part "
	"WHERE state IN (1, 2, 3) AND sim_id IN (SELECT id FROM sim) "
	"AND mr IS NULL UNION SELECT id FROM message WHERE state = 2 "
	"AND parts > 1) ORDER BY id DESC LIMIT ?3",
	[MESSAGE_UNDELIVERED] = PROBLEM(5),
	[MESSAGE_FAILED] = PROBLEM(6),
	[MESSAGE_EXPIRED] = PROBLEM(7),
	[MESSAGE_CANCELLED] = PROBLEM(8),
	[MESSAGE_UNKNOWN] = PROBLEM(9),
};
static const struct db_table by_state = { DB_MESSAGE_STATE, sql_by_state,
	MESSAGE_STATE_COUNT };

#define OVER_A_SIM (MESSAGE_FLAG_SIM_FIXED | MESSAGE_FLAG_AFFINE)

static bool is_addable(const struct message *in)
{
	return (in->state == MESSAGE_HELD || in->state == MESSAGE_QUEUED) && in->msisdn &&
	       in->text && strlen(in->text) < QUEUE_TEXT_MAX &&
	       strlen(in->msisdn) < sizeof(((struct queue_claim *)NULL)->msisdn) &&
	       in->parts >= 1 && in->parts <= 255 &&
	       (in->sim_id != 0) == ((in->flags & OVER_A_SIM) != 0) &&
	       (in->flags & OVER_A_SIM) != OVER_A_SIM;
}

enum err message_find_ref(
	struct store *s, const struct message *in, struct message_added *out)
{
	struct db_rows rows;

	if (!in->client_ref)
		return ERR_NOTFOUND;
	enum err err = db_first(s, &table, FIND_REF,
		DB_VALUES(db_int(in->key_id), db_text(in->client_ref)), &rows);
	if (err)
		return err;
	*out = (struct message_added){ .id = db_col_int(&rows, 0),
		.state = (enum message_state)db_col_int(&rows, 1),
		.existed = true };
	return db_end(&rows);
}

static enum err add(struct store *s, const struct message *in, struct message_added *out)
{
	enum err err = message_find_ref(s, in, out);

	if (err != ERR_NOTFOUND)
		return err;
	err = db_run(s, &table, ADD,
		DB_VALUES(db_int(in->state), db_int(in->class), db_int(in->source),
			db_id(in->campaign_id), db_id(in->contact_id), db_id(in->list_id),
			db_text(in->msisdn), db_text(in->text), db_int(in->encoding),
			db_int(in->parts), db_int(in->flags), db_id(in->sim_id),
			db_int(in->due_at), db_id(in->expires_at),
			db_text_or_null(in->client_ref), db_text_or_null(in->reference),
			/* Unique with client_ref also without a key. */
			in->client_ref ? db_int(in->key_id) : db_id(in->key_id),
			db_int(db_now(s)), db_int(in->route_id), db_id(in->pause_at),
			db_int(in->national)));
	if (err)
		return err;
	*out = (struct message_added){ .id = sqlite3_last_insert_rowid(s->db),
		.state = in->state };
	return ERR_OK;
}

enum err message_add(struct store *s, const struct message *in, struct message_added *out)
{
	bool own;
	struct message_added added;

	if (!is_addable(in))
		return ERR_ARG;
	enum err err = db_enter(s, &own);
	if (!err)
		err = db_leave(s, own, add(s, in, &added));
	if (!err)
		*out = added;
	return err;
}

static void read_message(const struct db_rows *rows, struct message *out)
{
	*out = (struct message){ .id = db_col_int(rows, 0),
		.state = (enum message_state)db_col_int(rows, 1),
		.class = (enum message_class)db_col_int(rows, 2),
		.encoding = (enum message_encoding)db_col_int(rows, 3),
		.parts = (uint16_t)db_col_int(rows, 4),
		.flags = (unsigned)db_col_int(rows, 5),
		.source = db_col_int(rows, 6),
		.campaign_id = db_col_int(rows, 7),
		.contact_id = db_col_int(rows, 8),
		.list_id = db_col_int(rows, 9),
		.sim_id = db_col_int(rows, 10),
		.key_id = db_col_int(rows, 11),
		.msisdn = db_col_text(rows, 12),
		.text = db_col_text(rows, 13),
		.client_ref = db_col_text_or_null(rows, 14),
		.reference = db_col_text_or_null(rows, 15),
		.cause = db_col_text(rows, 16),
		.due_at = db_col_int(rows, 17),
		.expires_at = db_col_int(rows, 18),
		.created_at = db_col_int(rows, 19),
		.updated_at = db_col_int(rows, 20),
		.attempts = (uint32_t)db_col_int(rows, 21),
		.route_id = db_col_int(rows, 22),
		.pause_at = db_col_int(rows, 23),
		.national = (uint32_t)db_col_int(rows, 24),
		.choice = (enum sim_choice)db_col_int(rows, 25) };
}

/* ERR_NOTFOUND: no row at all. */
static enum err give(struct db_rows *rows, message_fn fn, void *user)
{
	struct message message;
	bool more = true, any = false;

	while (more && db_next(rows)) {
		read_message(rows, &message);
		any = true;
		more = fn(user, &message);
	}
	enum err err = db_end(rows);
	return err || any ? err : ERR_NOTFOUND;
}

static enum err give_parts(
	struct store *s, int64_t id, const struct message_detail_fn *fn, void *user)
{
	struct db_rows rows;
	bool more = true;
	enum err err = db_start(s, &table, PARTS, DB_VALUES(db_int(id)), &rows);

	if (err)
		return err;
	while (more && db_next(&rows)) {
		const struct message_part part = { .seq = (uint16_t)db_col_int(&rows, 0),
			.state = (enum part_state)db_col_int(&rows, 1),
			.sim_id = db_col_int(&rows, 2),
			.sending_at = db_col_int(&rows, 3),
			.answered_at = db_col_int(&rows, 4),
			.settled_at = db_col_int(&rows, 5),
			.mr = db_col_is_null(&rows, 6) ? -1 : (int)db_col_int(&rows, 6),
			.st = db_col_is_null(&rows, 7) ? -1 : (int)db_col_int(&rows, 7),
			.cause = db_col_text(&rows, 8) };
		more = fn->part(user, &part);
	}
	return db_end(&rows);
}

static enum err give_notes(
	struct store *s, int64_t id, const struct message_detail_fn *fn, void *user)
{
	struct db_rows rows;
	bool more = true;
	enum err err = db_start(s, &table, NOTES, DB_VALUES(db_int(id)), &rows);

	if (err)
		return err;
	while (more && db_next(&rows)) {
		const struct message_note note = { .at = db_col_int(&rows, 0),
			.sim_id = db_col_int(&rows, 1),
			.kind = db_col_text(&rows, 2),
			.detail = db_col_text(&rows, 3) };
		more = fn->note(user, &note);
	}
	return db_end(&rows);
}

enum err message_get(
	struct store *s, int64_t id, const struct message_detail_fn *fn, void *user)
{
	struct db_rows rows;
	enum err err = db_start(s, &table, GET, DB_VALUES(db_int(id)), &rows);

	if (!err)
		err = give(&rows, fn->message, user);
	if (!err && fn->part)
		err = give_parts(s, id, fn, user);
	if (!err && fn->note)
		err = give_notes(s, id, fn, user);
	return err;
}

static enum err start_list(
	struct store *s, const struct message_query *query, struct db_rows *out)
{
	struct db_value before = db_int(query->before ? query->before : INT64_MAX);
	struct db_value state = db_int(query->state), max = db_int((int64_t)query->max);

	if (query->msisdn && query->campaign_id)
		return db_start(s, &table, LIST_BOTH,
			DB_VALUES(before, state, max, db_text(query->msisdn),
				db_int(query->campaign_id)),
			out);
	if (query->msisdn)
		return db_start(s, &table, LIST_NUMBER,
			DB_VALUES(before, state, max, db_text(query->msisdn)), out);
	if (query->campaign_id)
		return db_start(s, &table, LIST_CAMPAIGN,
			DB_VALUES(before, state, max, db_int(query->campaign_id)), out);
	if (query->state >= 0 && query->state < MESSAGE_STATE_COUNT &&
		sql_by_state[query->state])
		return db_start(s, &by_state, (size_t)query->state,
			DB_VALUES(before, state, max), out);
	return db_start(s, &table, LIST, DB_VALUES(before, state, max), out);
}

enum err message_list(
	struct store *s, const struct message_query *query, message_fn fn, void *user)
{
	struct db_rows rows;
	enum err err = start_list(s, query, &rows);

	if (!err)
		err = give(&rows, fn, user);
	return err == ERR_NOTFOUND ? ERR_OK : err;
}

static enum err cancel(struct store *s, int64_t id, const char *cause)
{
	struct db_rows rows;
	char detail[64];
	enum err err = db_run(s, &table, CANCEL,
		DB_VALUES(db_int(id), db_text(cause), db_int(db_now(s))));

	if (err)
		return err;
	bool cancelled = db_changed(s) > 0;
	err = db_first(s, &table, PROGRESS, DB_VALUES(db_int(id)), &rows);
	if (err)
		return err;
	int64_t parts = db_col_int(&rows, 0), gone = db_col_int(&rows, 1);
	err = db_end(&rows);
	if (err || !cancelled)
		return err ? err : ERR_BUSY;
	if (gone == 0)
		return ERR_OK;
	(void)str_format(detail, sizeof(detail), "%lld of %lld parts had gone",
		(long long)gone, (long long)parts);
	return part_note(s, &(struct part_note){ id, 0, "cancel", detail });
}

enum err message_cancel(struct store *s, int64_t id, const char *cause)
{
	bool own;
	enum err err = db_enter(s, &own);
	return err ? err : db_leave(s, own, cancel(s, id, cause));
}

enum err message_find_last(
	struct store *s, const char *msisdn, int64_t since, struct message_last *out)
{
	struct db_rows rows;
	enum err err = db_first(
		s, &table, LAST, DB_VALUES(db_text(msisdn), db_int(since)), &rows);

	if (err)
		return err;
	*out = (struct message_last){ .id = db_col_int(&rows, 0),
		.campaign_id = db_col_int(&rows, 1),
		.contact_id = db_col_int(&rows, 2),
		.sim_id = db_col_int(&rows, 3) };
	return db_end(&rows);
}

enum err message_count(struct store *s, int64_t campaign_id, struct message_tally *out)
{
	struct db_rows rows;
	struct message_tally tally = { 0 };
	enum err err = campaign_id < 0 ? db_start(s, &table, COUNT, db_none, &rows)
				       : db_start(s, &table, COUNT_OF,
						 DB_VALUES(db_int(campaign_id)), &rows);

	if (err)
		return err;
	while (db_next(&rows)) {
		int64_t state = db_col_int(&rows, 0);
		if (state < 0 || state >= MESSAGE_STATE_COUNT)
			continue;
		tally.n[state] = db_col_int(&rows, 1);
		tally.parts[state] = db_col_int(&rows, 2);
	}
	err = db_end(&rows);
	if (!err)
		*out = tally;
	return err;
}
