/*
 * What keeps a waiting message back, as far as the store knows.
 */
#include "firmware/base/str.h"
#include "firmware/store/db.h"
#include "firmware/store/gate.h"
#include "firmware/store/lane.h"
#include "firmware/store/queue_read.h"
#include "firmware/store/window.h"

enum {
	READ,
	REFUSED
};
static const char *const sql[] = {
	[READ] = "SELECT source, route_id, " MESSAGE_LANE ", due_at, expires_at, "
		 "pause_at, class, parts, state, cause, campaign_id, "
		 "(SELECT c.state FROM campaign c WHERE c.id = message.campaign_id), "
		 "attempts, NOT " GATE_EXEMPT " AND " GATE_UNREAD ", NOT " GATE_EXEMPT
		 " AND " GATE_SUPPRESSED ", NOT " GATE_CONSENTED
		 ", msisdn, flags FROM message WHERE id = ?1",
	[REFUSED] = "SELECT at, sim_id FROM message_note WHERE message_id = ?1 "
		    "AND kind = 'retry' AND sim_id IS NOT NULL ORDER BY id DESC LIMIT 1",
};
static const struct db_table table = { DB_EXPLAIN, sql, sizeof(sql) / sizeof(sql[0]) };

struct number {
	char msisdn[24];
	bool is_capped; /* a cap of its class would count */
};

static enum err read_row(
	struct store *s, int64_t id, struct queue_explain *out, struct number *number)
{
	struct db_rows rows;
	enum err err = db_first(s, &table, READ, DB_VALUES(db_int(id)), &rows);

	if (err)
		return err;
	int64_t lane = db_col_int(&rows, 2);
	*out = (struct queue_explain){
		.item = { .id = id,
			.source = db_col_int(&rows, 0),
			.route_id = db_col_int(&rows, 1),
			.lane = lane,
			.sim_id = lane > 0 ? lane : 0,
			.due_at = db_col_int(&rows, 3),
			.expires_at = db_col_int(&rows, 4),
			.pause_at = db_col_int(&rows, 5),
			.class = (enum message_class)db_col_int(&rows, 6),
			.parts = (uint16_t)db_col_int(&rows, 7) },
		.state = (enum message_state)db_col_int(&rows, 8),
		.campaign_id = db_col_int(&rows, 10),
		.campaign_state =
			db_col_is_null(&rows, 11) ? -1 : (int)db_col_int(&rows, 11),
		.attempts = (uint32_t)db_col_int(&rows, 12),
		.is_unread = db_col_int(&rows, 13) != 0,
		.is_suppressed = db_col_int(&rows, 14) != 0,
		.is_unconsented = db_col_int(&rows, 15) != 0,
	};
	/* Written by us: they fit. */
	(void)str_copy(out->cause, sizeof(out->cause), db_col_text(&rows, 9));
	(void)str_copy(number->msisdn, sizeof(number->msisdn), db_col_text(&rows, 16));
	number->is_capped = !(db_col_int(&rows, 17) & MESSAGE_FLAG_STOP_CONFIRMATION);
	return db_end(&rows);
}

static enum err read_refusal(struct store *s, struct queue_explain *out)
{
	struct db_rows rows;
	enum err err =
		db_first(s, &table, REFUSED, DB_VALUES(db_int(out->item.id)), &rows);

	if (err)
		return err == ERR_NOTFOUND ? ERR_OK : err;
	out->refused_at = db_col_int(&rows, 0);
	out->refused_by = db_col_int(&rows, 1);
	return db_end(&rows);
}

enum err queue_explain_read(struct store *s, int64_t id, struct queue_explain *out)
{
	struct queue_explain explain;
	struct number number;
	enum err err = read_row(s, id, &explain, &number);

	if (!err && number.is_capped)
		err = frequency_free_at(
			s, number.msisdn, explain.item.class, &explain.frequency_free_at);
	if (!err)
		err = read_refusal(s, &explain);
	if (!err)
		*out = explain;
	return err;
}
