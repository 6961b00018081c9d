/*
 * The claiming statement: the last gate before the radio. State, due time, expiry, SIM,
 * suppression, unread inbound and consent are decided in one UPDATE; only where it does
 * not match, a second statement finds out why.
 */
#include "firmware/store/queue.h"

#include "firmware/base/str.h"
#include "firmware/store/db.h"

enum {
	CLAIM,
	WHY,
	REFUSE,
	NEXT,
	BEGIN_PART
};

/* otp, alert and the one confirmation of a STOP pass without these. */
#define EXEMPT "(class IN (1, 2) OR flags & 2)"
#define UNREAD                                                                           \
	"EXISTS (SELECT 1 FROM inbound i WHERE i.state = 0 "                             \
	"AND substr(i.originator, -8) = substr(message.msisdn, -8))"
#define SUPPRESSED                                                                       \
	"EXISTS (SELECT 1 FROM suppression WHERE hash = msisdn_hash(message.msisdn))"
/* By number, not by contact_id: a contact may have been erased and entered again. */
#define CONTACT "(SELECT c.id FROM contact c WHERE c.msisdn = message.msisdn)"
#define CONSENTED                                                                        \
	"(class <> 5 OR CASE WHEN list_id IS NULL "                                      \
	"THEN EXISTS (SELECT 1 FROM list_member m WHERE m.contact_id = " CONTACT         \
	" AND m.consent = 1) "                                                           \
	"ELSE EXISTS (SELECT 1 FROM list_member m WHERE m.list_id = message.list_id "    \
	"AND m.contact_id = " CONTACT " AND m.consent = 1) END)"
#define WAITS                                                                            \
	"state = 1 AND (sim_id IS NULL OR sim_id = ?2) AND due_at <= ?3 "                \
	"AND (expires_at IS NULL OR expires_at > ?3)"

static const char *const sql[] = {
	[CLAIM] = "UPDATE message SET state = 2, sim_id = ?2, updated_at = ?3 "
		  "WHERE id = ?1 AND " WAITS " AND (" EXEMPT " OR NOT (" UNREAD
		  " OR " SUPPRESSED ")) AND " CONSENTED
		  " RETURNING class, encoding, parts, expires_at, msisdn, text, "
		  "(SELECT count(*) FROM part WHERE message_id = message.id), attempts",
	[WHY] = "SELECT " WAITS ", " EXEMPT ", " UNREAD ", " SUPPRESSED ", " CONSENTED
		" FROM message WHERE id = ?1",
	[REFUSE] = "UPDATE message SET state = 8, cause = ?2, updated_at = ?3 "
		   "WHERE id = ?1 AND state = 1",
	[NEXT] = "SELECT state, parts, sim_id, (SELECT count(*) FROM part "
		 "WHERE message_id = message.id) FROM message WHERE id = ?1",
	[BEGIN_PART] = "INSERT INTO part (message_id, seq, state, sim_id, sending_at) "
		       "VALUES (?1, ?2, 1, ?3, ?4)",
};
static const struct db_table table = { DB_CLAIM, sql, sizeof(sql) / sizeof(sql[0]) };

/* Committed by the caller before Ctrl-Z. */
static enum err begin_part(struct store *s, int64_t id, int64_t seq, int64_t sim_id)
{
	enum err err = db_run(s, &table, BEGIN_PART,
		DB_VALUES(db_int(id), db_int(seq), db_int(sim_id), db_int(db_now(s))));
	return err == ERR_BUSY ? ERR_ARG : err; /* this part was begun already */
}

static enum err refuse(struct store *s, int64_t id, const char *cause)
{
	return db_run(s, &table, REFUSE,
		DB_VALUES(db_int(id), db_text(cause), db_int(db_now(s))));
}

static enum err find_why(
	struct store *s, int64_t id, int64_t sim_id, enum queue_claim_result *out)
{
	struct db_rows rows;
	enum err err = db_first(s, &table, WHY,
		DB_VALUES(db_int(id), db_int(sim_id), db_int(db_now(s))), &rows);

	*out = QUEUE_GONE;
	if (err)
		return err == ERR_NOTFOUND ? ERR_OK : err;
	bool waits = db_col_int(&rows, 0), exempt = db_col_int(&rows, 1);
	bool unread = db_col_int(&rows, 2), suppressed = db_col_int(&rows, 3);
	bool consented = db_col_int(&rows, 4);
	err = db_end(&rows);
	if (err || !waits)
		return err;
	if (!exempt && suppressed)
		*out = QUEUE_SUPPRESSED;
	else if (!exempt && unread) /* what it says may change the consent too */
		*out = QUEUE_UNREAD;
	else if (!consented)
		*out = QUEUE_NO_CONSENT;
	if (*out == QUEUE_SUPPRESSED)
		return refuse(s, id, "suppressed");
	return *out == QUEUE_NO_CONSENT ? refuse(s, id, "no_consent") : ERR_OK;
}

static enum err claim(
	struct store *s, struct queue_claim *out, enum queue_claim_result *out_result)
{
	struct db_rows rows;
	enum err err = db_first(s, &table, CLAIM,
		DB_VALUES(db_int(out->id), db_int(out->sim_id), db_int(db_now(s))),
		&rows);

	if (err == ERR_NOTFOUND)
		return find_why(s, out->id, out->sim_id, out_result);
	if (err)
		return err;
	out->class = (enum message_class)db_col_int(&rows, 0);
	out->encoding = (enum message_encoding)db_col_int(&rows, 1);
	out->parts = (uint16_t)db_col_int(&rows, 2);
	out->expires_at = db_col_int(&rows, 3);
	bool fits = str_copy(out->msisdn, sizeof(out->msisdn), db_col_text(&rows, 4)) &&
		    str_copy(out->text, sizeof(out->text), db_col_text(&rows, 5));
	out->next_seq = (uint16_t)(db_col_int(&rows, 6) + 1);
	out->attempts = (uint16_t)db_col_int(&rows, 7);
	/* TS 23.040 9.2.3.24.1: one for all parts, another for the next message. */
	out->concat_ref = (uint16_t)out->id;
	err = db_end(&rows);
	if (!err && !fits)
		err = ERR_MEM;
	if (!err)
		err = begin_part(s, out->id, out->next_seq, out->sim_id);
	if (!err)
		*out_result = QUEUE_CLAIMED;
	return err;
}

enum err queue_claim(struct store *s, int64_t id, int64_t sim_id, struct queue_claim *out,
	enum queue_claim_result *out_result)
{
	bool own;
	enum err err = db_enter(s, &own);

	if (err)
		return err;
	out->id = id;
	out->sim_id = sim_id;
	return db_leave(s, own, claim(s, out, out_result));
}

static enum err next_part(struct store *s, int64_t id, uint16_t seq)
{
	struct db_rows rows;
	enum err err = db_first(s, &table, NEXT, DB_VALUES(db_int(id)), &rows);

	if (err)
		return err;
	int64_t state = db_col_int(&rows, 0), parts = db_col_int(&rows, 1);
	int64_t sim_id = db_col_int(&rows, 2), on_air = db_col_int(&rows, 3);
	err = db_end(&rows);
	if (err)
		return err;
	if (state != MESSAGE_SENDING)
		return ERR_NOTFOUND;
	if (seq != on_air + 1 || seq > parts)
		return ERR_ARG;
	return begin_part(s, id, seq, sim_id);
}

enum err queue_next_part(struct store *s, int64_t id, uint16_t seq)
{
	bool own;
	enum err err = db_enter(s, &own);
	return err ? err : db_leave(s, own, next_part(s, id, seq));
}
