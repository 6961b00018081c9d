/*
 * The waiting messages: recovery at start, expiry.
 */
#include "firmware/store/queue.h"

#include "firmware/store/db.h"
#include "firmware/store/part.h"
#include "firmware/store/usage.h"

#define EXPIRE_AT_ONCE 500

enum {
	LOST,
	GO_ON,
	EXPIRE,
	EXPIRY_NEXT
};
static const char *const sql[] = {
	/* What has no mr is few: the answer never came. */
	[LOST] = "UPDATE part INDEXED BY part_open SET state = 3, cause = 'power cut' "
		 "WHERE state IN (1, 2, 3) AND mr IS NULL AND state = 1 "
		 "RETURNING message_id, sim_id, seq, sending_at, price",
	/* Bound from now on to the SIM that its first parts went over. */
	[GO_ON] = "UPDATE message SET state = 1, updated_at = ?1, flags = flags & ~4 "
		  "WHERE state = 2 AND parts > 1 AND parts > "
		  "(SELECT count(*) FROM part WHERE message_id = message.id)",
	[EXPIRE] = "UPDATE message SET state = 7, cause = 'expired', updated_at = ?1 "
		   "WHERE id IN (SELECT id FROM message WHERE state IN (0, 1) "
		   "AND expires_at IS NOT NULL AND expires_at <= ?1 "
		   "ORDER BY expires_at LIMIT ?2)",
	[EXPIRY_NEXT] = "SELECT expires_at FROM message WHERE state IN (0, 1) "
			"AND expires_at IS NOT NULL ORDER BY expires_at LIMIT 1",
};
static const struct db_table table = { DB_QUEUE, sql, sizeof(sql) / sizeof(sql[0]) };

/* Nothing else runs on this store's radio side at start-up, so a part in `sending` was
 * cut off: whether it went on air nobody knows. */
static enum err recover(struct store *s, size_t *out_unknown)
{
	struct db_rows rows;
	enum err err = db_run(s, &table, GO_ON, DB_VALUES(db_int(db_now(s))));

	if (!err)
		err = db_start(s, &table, LOST, db_none, &rows);
	if (err)
		return err;
	/* All rows were changed before the first one is given, so others may be now. */
	while (!err && db_next(&rows)) {
		const struct part_key part = { .message_id = db_col_int(&rows, 0),
			.sim_id = db_col_int(&rows, 1),
			.seq = db_col_int(&rows, 2),
			.sending_at = db_col_int(&rows, 3),
			.state = PART_UNKNOWN };
		err = usage_add_part(
			s, &(struct usage_part){ part.message_id, part.sim_id,
				   db_col_int(&rows, 4), USAGE_UNKNOWN });
		if (!err)
			err = part_note(
				s, &(struct part_note){ part.message_id, part.sim_id,
					   "recovery", "power cut" });
		if (!err)
			err = part_settle(s, part.message_id, "power cut");
		if (!err)
			err = part_reports_kept(s, &part, -1);
		(*out_unknown)++;
	}
	enum err ended = db_end(&rows);
	return err ? err : ended;
}

enum err queue_recover(struct store *s, size_t *out_unknown)
{
	bool own;
	size_t unknown = 0;
	enum err err = db_enter(s, &own);

	if (!err)
		err = db_leave(s, own, recover(s, &unknown));
	if (!err)
		*out_unknown = unknown;
	return err;
}

enum err queue_expire(struct store *s, int64_t now, size_t *out_n, int64_t *out_next)
{
	int64_t next = 0;
	enum err err =
		db_run(s, &table, EXPIRE, DB_VALUES(db_int(now), db_int(EXPIRE_AT_ONCE)));
	size_t n = (size_t)db_changed(s);

	if (!err)
		err = db_number(s, &table, EXPIRY_NEXT, db_none, &next);
	if (err && err != ERR_NOTFOUND)
		return err;
	*out_n = n;
	*out_next = next;
	return ERR_OK;
}
