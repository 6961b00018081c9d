/*
 * What became of a part on air: accepted, unknown, to be tried again, or refused for
 * good.
 */
#include "firmware/store/queue.h"

#include "firmware/base/str.h"
#include "firmware/store/affinity.h"
#include "firmware/store/db.h"
#include "firmware/store/part.h"
#include "firmware/store/usage.h"

enum {
	ACCEPT,
	ACCEPT_LATE,
	UNKNOWN,
	FAIL,
	DROP,
	AGAIN,
	FAIL_MESSAGE,
	NOTE,
	WORST,
	SETTLE
};
#define ON_AIR "EXISTS (SELECT 1 FROM part WHERE message_id = ?1)"
static const char *const sql[] = {
	[ACCEPT] = "UPDATE part SET state = 2, mr = ?3, answered_at = ?4, cause = '' "
		   "WHERE message_id = ?1 AND seq = ?2 AND state = 1 "
		   "RETURNING sim_id, sending_at, price",
	/* Given up as unknown before, and counted then. */
	[ACCEPT_LATE] =
		"UPDATE part SET state = 2, mr = ?3, answered_at = ?4, cause = '' "
		"WHERE message_id = ?1 AND seq = ?2 AND state = 3 "
		"RETURNING sim_id, sending_at, NULL",
	[UNKNOWN] = "UPDATE part SET state = 3, answered_at = ?4, cause = ?3 "
		    "WHERE message_id = ?1 AND seq = ?2 AND state = 1 "
		    "RETURNING sim_id, sending_at, price",
	[FAIL] = "UPDATE part SET state = 6, answered_at = ?4, cause = ?3 "
		 "WHERE message_id = ?1 AND seq = ?2 AND state = 1 RETURNING sim_id",
	[DROP] = "DELETE FROM part WHERE message_id = ?1 AND seq = ?2 AND state = 1 "
		 "RETURNING sim_id",
	/* Bound to its SIM while a part of it may be on air; else free again, unless a
	 * SIM was asked for or is known to its number. */
	[AGAIN] = "UPDATE message SET state = 1, due_at = ?2, attempts = attempts + ?3, "
		  "updated_at = ?4, cause = ?5, flags = iif(" ON_AIR ", flags & ~4, "
		  "flags), sim_id = CASE WHEN (flags & 1) OR " ON_AIR " THEN sim_id "
		  "WHEN flags & 4 THEN (SELECT a.sim_id FROM affinity a "
		  "WHERE a.msisdn = message.msisdn) END WHERE id = ?1 AND state = 2",
	[FAIL_MESSAGE] = "UPDATE message SET state = 6, attempts = attempts + 1, "
			 "cause = ?2, updated_at = ?3 WHERE id = ?1 AND state = 2",
	[NOTE] = "INSERT INTO message_note (message_id, at, kind, sim_id, detail) "
		 "VALUES (?1, ?2, ?3, ?4, ?5)",
	[WORST] = "SELECT m.state, m.parts, count(*), max(CASE p.state WHEN 4 THEN 1 "
		  "WHEN 2 THEN 2 WHEN 5 THEN 3 WHEN 3 THEN 4 WHEN 6 THEN 5 ELSE 6 END) "
		  "FROM message m JOIN part p ON p.message_id = m.id WHERE m.id = ?1",
	[SETTLE] = "UPDATE message SET state = ?2, cause = ?3, updated_at = ?4 "
		   "WHERE id = ?1",
};
static const struct db_table table = { DB_PART, sql, sizeof(sql) / sizeof(sql[0]) };

/* By rank in WORST; a part in `sending` outranks all and settles nothing. */
static const enum message_state state_of_rank[] = {
	[1] = MESSAGE_DELIVERED,
	[2] = MESSAGE_SENT,
	[3] = MESSAGE_UNDELIVERED,
	[4] = MESSAGE_UNKNOWN,
	[5] = MESSAGE_FAILED,
};
#define RANK_SENDING 6

static bool is_settled_by_parts(int64_t state)
{
	return state >= MESSAGE_SENDING && state != MESSAGE_FAILED &&
	       state != MESSAGE_EXPIRED && state != MESSAGE_CANCELLED;
}

enum err part_settle(struct store *s, int64_t message_id, const char *cause)
{
	struct db_rows rows;
	enum err err = db_first(s, &table, WORST, DB_VALUES(db_int(message_id)), &rows);

	if (err)
		return err;
	int64_t state = db_col_int(&rows, 0), parts = db_col_int(&rows, 1);
	int64_t on_air = db_col_int(&rows, 2), rank = db_col_int(&rows, 3);
	err = db_end(&rows);
	if (err || !is_settled_by_parts(state) || on_air < parts || rank < 1 ||
		rank >= RANK_SENDING || state_of_rank[rank] == state)
		return err;
	return db_run(s, &table, SETTLE,
		DB_VALUES(db_int(message_id), db_int(state_of_rank[rank]), db_text(cause),
			db_int(db_now(s))));
}

enum err part_note(struct store *s, const struct part_note *note)
{
	return db_run(s, &table, NOTE,
		DB_VALUES(db_int(note->message_id), db_int(db_now(s)),
			db_text(note->kind), db_id(note->sim_id), db_text(note->detail)));
}

/* Takes sim_id, sending_at and price from the row, and counts the part; price NULL: it is
 * counted already. */
static enum err put_on_air(
	struct db_rows *rows, struct part_key *part, enum usage_kind kind)
{
	part->sim_id = db_col_int(rows, 0);
	part->sending_at = db_col_int(rows, 1);
	const struct usage_part used = { part->message_id, part->sim_id,
		db_col_int(rows, 2), kind };
	bool is_counted = db_col_is_null(rows, 2);
	enum err err = db_end(rows);
	return err || is_counted ? err : usage_add_part(rows->s, &used);
}

static enum err accept(
	struct store *s, int64_t id, uint16_t seq, uint8_t mr, uint32_t submit_ms)
{
	struct db_rows rows;
	struct part_key part = { .message_id = id, .seq = seq, .state = PART_SENT };
	struct db_values values =
		DB_VALUES(db_int(id), db_int(seq), db_int(mr), db_int(db_now(s)));
	enum err err = db_first(s, &table, ACCEPT, values, &rows);

	if (err == ERR_NOTFOUND)
		err = db_first(s, &table, ACCEPT_LATE, values, &rows);
	if (err)
		return err;
	err = put_on_air(&rows, &part, USAGE_SENT);
	if (!err)
		err = usage_submit(s, part.sim_id, submit_ms);
	if (!err)
		err = affinity_put_message(s, id, part.sim_id);
	if (!err)
		err = part_settle(s, id, "");
	if (!err)
		err = part_reports_kept(s, &part, mr);
	return err;
}

enum err queue_part_accepted(
	struct store *s, int64_t id, uint16_t seq, uint8_t mr, uint32_t submit_ms)
{
	bool own;
	enum err err = db_enter(s, &own);
	return err ? err : db_leave(s, own, accept(s, id, seq, mr, submit_ms));
}

static enum err give_up(struct store *s, int64_t id, uint16_t seq, const char *cause)
{
	struct db_rows rows;
	struct part_key part = { .message_id = id, .seq = seq, .state = PART_UNKNOWN };
	enum err err = db_first(s, &table, UNKNOWN,
		DB_VALUES(db_int(id), db_int(seq), db_text(cause), db_int(db_now(s))),
		&rows);

	if (err)
		return err;
	err = put_on_air(&rows, &part, USAGE_UNKNOWN);
	if (!err)
		err = part_settle(s, id, cause);
	return err ? err : part_reports_kept(s, &part, -1);
}

enum err queue_part_unknown(struct store *s, int64_t id, uint16_t seq, const char *cause)
{
	bool own;
	enum err err = db_enter(s, &own);
	return err ? err : db_leave(s, own, give_up(s, id, seq, cause));
}

static enum err try_again(
	struct store *s, int64_t id, uint16_t seq, const struct queue_retry *retry)
{
	int64_t sim_id = 0;
	enum err err =
		db_number(s, &table, DROP, DB_VALUES(db_int(id), db_int(seq)), &sim_id);

	if (err && err != ERR_NOTFOUND) /* absent: it was never begun */
		return err;
	if (retry->counts && sim_id) {
		err = usage_add(s, sim_id, USAGE_FAILED);
		if (err)
			return err;
	}
	/* A message cancelled meanwhile stays cancelled. */
	err = db_run(s, &table, AGAIN,
		DB_VALUES(db_int(id), db_int(retry->due_at), db_int(retry->counts),
			db_int(db_now(s)), db_text(retry->cause)));
	if (err || db_changed(s) == 0)
		return err;
	return part_note(s, &(struct part_note){ id, sim_id, "retry",
				    retry->cause ? retry->cause : "" });
}

enum err queue_part_retry(
	struct store *s, int64_t id, uint16_t seq, const struct queue_retry *retry)
{
	bool own;
	enum err err = db_enter(s, &own);
	return err ? err : db_leave(s, own, try_again(s, id, seq, retry));
}

static enum err fail(struct store *s, int64_t id, uint16_t seq, const char *cause)
{
	int64_t sim_id;
	enum err err = db_number(s, &table, FAIL,
		DB_VALUES(db_int(id), db_int(seq), db_text(cause), db_int(db_now(s))),
		&sim_id);

	if (!err)
		err = usage_add(s, sim_id, USAGE_FAILED);
	if (!err)
		err = db_run(s, &table, FAIL_MESSAGE,
			DB_VALUES(db_int(id), db_text(cause), db_int(db_now(s))));
	return err;
}

enum err queue_part_failed(struct store *s, int64_t id, uint16_t seq, const char *cause)
{
	bool own;
	enum err err = db_enter(s, &own);
	return err ? err : db_leave(s, own, fail(s, id, seq, cause));
}
