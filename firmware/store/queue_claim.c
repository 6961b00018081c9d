/*
 * The claiming statement: the last gate before the radio. State, due time, pause, expiry,
 * SIM, suppression, unread inbound, consent, frequency and recipients are decided in one
 * UPDATE; only where it does not match, a second statement finds out why.
 */
#include "firmware/store/queue.h"

#include "firmware/base/str.h"
#include "firmware/store/affinity.h"
#include "firmware/store/db.h"
#include "firmware/store/gate.h"
#include "firmware/store/message.h"
#include "firmware/store/window.h"

enum {
	CLAIM,
	WHY,
	REFUSE,
	PUT_OFF,
	COUNT_RECIPIENT,
	NEXT,
	BEGIN_PART
};

/* A SIM that the number knows is a wish, any other is a must. */
#define WAITS                                                                            \
	"state = 1 AND (sim_id IS NULL OR sim_id = ?2 OR flags & 4) AND due_at <= ?3 "   \
	"AND (pause_at IS NULL OR pause_at > ?3) "                                       \
	"AND (expires_at IS NULL OR expires_at > ?3)"
/* ?4: when the SIM's month began, ?5: how many new numbers it still has room for. */
#define HAS_ROOM                                                                         \
	"(?4 = 0 OR ?5 > 0 OR EXISTS (SELECT 1 FROM sim_recipient r WHERE "              \
	"r.sim_id = ?2 AND r.month_at = ?4 AND r.msisdn = message.msisdn))"
static const char *const sql[] = {
	[CLAIM] = "UPDATE message SET state = 2, sim_id = ?2, choice = ?6, "
		  "updated_at = ?3 WHERE id = ?1 AND " WAITS " AND (" GATE_EXEMPT
		  " OR NOT (" GATE_UNREAD " OR " GATE_SUPPRESSED ")) AND " GATE_CONSENTED
		  " AND " HAS_ROOM " AND NOT " GATE_CAPPED
		  " RETURNING class, encoding, parts, expires_at, msisdn, text, "
		  "(SELECT count(*) FROM part WHERE message_id = message.id), attempts, "
		  "national, flags, route_id, contact_id",
	[WHY] = "SELECT " WAITS ", " GATE_EXEMPT ", " GATE_UNREAD ", " GATE_SUPPRESSED
		", " GATE_CONSENTED ", " HAS_ROOM ", " GATE_CAPPED
		", class, msisdn FROM message WHERE id = ?1",
	[REFUSE] = "UPDATE message SET state = 8, cause = ?2, updated_at = ?3 "
		   "WHERE id = ?1 AND state = 1",
	[PUT_OFF] = "UPDATE message SET due_at = ?2, cause = 'frequency_cap' "
		    "WHERE id = ?1 AND state = 1",
	[COUNT_RECIPIENT] = "INSERT INTO sim_recipient (sim_id, month_at, msisdn) "
			    "VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
	[NEXT] = "SELECT state, parts, sim_id, (SELECT count(*) FROM part "
		 "WHERE message_id = message.id) FROM message WHERE id = ?1",
	[BEGIN_PART] = "INSERT INTO part (message_id, seq, state, sim_id, sending_at, "
		       "price) VALUES (?1, ?2, 1, ?3, ?4, ?5)",
};
static const struct db_table table = { DB_CLAIM, sql, sizeof(sql) / sizeof(sql[0]) };

struct next_part {
	int64_t message_id, seq, sim_id, price;
};

/* Committed by the caller before Ctrl-Z. */
static enum err begin_part(struct store *s, const struct next_part *part)
{
	enum err err = db_run(s, &table, BEGIN_PART,
		DB_VALUES(db_int(part->message_id), db_int(part->seq),
			db_int(part->sim_id), db_int(db_now(s)), db_int(part->price)));
	return err == ERR_BUSY ? ERR_ARG : err; /* this part was begun already */
}

static enum err refuse(struct store *s, int64_t id, const char *cause)
{
	return db_run(s, &table, REFUSE,
		DB_VALUES(db_int(id), db_text(cause), db_int(db_now(s))));
}

/* What WHY has found, read off its row. */
struct reasons {
	bool waits, exempt, unread, suppressed, consented, has_room, capped;
	enum message_class class;
	char msisdn[24];
};

static enum err read_reasons(
	struct store *s, const struct queue_take *take, struct reasons *out)
{
	struct db_rows rows;
	enum err err = db_first(s, &table, WHY,
		DB_VALUES(db_int(take->id), db_int(take->sim_id), db_int(db_now(s)),
			db_int(take->month_at), db_int(take->recipients_left)),
		&rows);

	if (err)
		return err;
	*out = (struct reasons){ .waits = db_col_int(&rows, 0),
		.exempt = db_col_int(&rows, 1),
		.unread = db_col_int(&rows, 2),
		.suppressed = db_col_int(&rows, 3),
		.consented = db_col_int(&rows, 4),
		.has_room = db_col_int(&rows, 5),
		.capped = db_col_int(&rows, 6),
		.class = (enum message_class)db_col_int(&rows, 7) };
	(void)str_copy(
		out->msisdn, sizeof(out->msisdn), db_col_text(&rows, 8)); /* fits */
	return db_end(&rows);
}

static enum err put_off(struct store *s, int64_t id, const struct reasons *why)
{
	int64_t free_at;
	enum err err = frequency_free_at(s, why->msisdn, why->class, &free_at);

	if (err)
		return err;
	return db_run(s, &table, PUT_OFF, DB_VALUES(db_int(id), db_int(free_at)));
}

static enum err find_why(
	struct store *s, const struct queue_take *take, enum queue_claim_result *out)
{
	struct reasons why;
	enum err err = read_reasons(s, take, &why);

	*out = QUEUE_GONE;
	if (err)
		return err == ERR_NOTFOUND ? ERR_OK : err;
	if (!why.waits)
		return ERR_OK;
	if (!why.exempt && why.suppressed)
		*out = QUEUE_SUPPRESSED;
	else if (!why.exempt && why.unread) /* what it says may change the consent too */
		*out = QUEUE_UNREAD;
	else if (!why.consented)
		*out = QUEUE_NO_CONSENT;
	else if (why.capped)
		*out = QUEUE_FREQUENCY;
	else if (!why.has_room)
		*out = QUEUE_RECIPIENTS;
	if (*out == QUEUE_FREQUENCY)
		return put_off(s, take->id, &why);
	if (*out == QUEUE_SUPPRESSED)
		return refuse(s, take->id, "suppressed");
	return *out == QUEUE_NO_CONSENT ? refuse(s, take->id, "no_consent") : ERR_OK;
}

/* What the claim's row says beyond what the radio needs. */
struct claimed {
	int64_t route_id, contact_id;
	bool is_affine;
};

static enum err read_claimed(
	struct db_rows *rows, struct queue_claim *out, struct claimed *about)
{
	out->class = (enum message_class)db_col_int(rows, 0);
	out->encoding = (enum message_encoding)db_col_int(rows, 1);
	out->parts = (uint16_t)db_col_int(rows, 2);
	out->expires_at = db_col_int(rows, 3);
	bool fits = str_copy(out->msisdn, sizeof(out->msisdn), db_col_text(rows, 4)) &&
		    str_copy(out->text, sizeof(out->text), db_col_text(rows, 5));
	out->next_seq = (uint16_t)(db_col_int(rows, 6) + 1);
	out->attempts = (uint16_t)db_col_int(rows, 7);
	out->national = (uint32_t)db_col_int(rows, 8);
	/* TS 23.040 9.2.3.24.1: one for all parts, another for the next message. */
	out->concat_ref = (uint16_t)out->id;
	about->is_affine = db_col_int(rows, 9) & MESSAGE_FLAG_AFFINE;
	about->route_id = db_col_int(rows, 10);
	about->contact_id = db_col_int(rows, 11);
	enum err err = db_end(rows);
	return err || fits ? err : ERR_MEM;
}

/* The first message over another SIM than its number knows brings the notice; from then
 * on the number knows the new one. */
static enum err add_notice(struct store *s, const struct queue_take *take,
	const struct claimed *about, struct queue_claim *out)
{
	int64_t known = take->sim_id;
	struct message_added added;
	enum err err = affinity_find(s, out->msisdn, &known);

	if (err == ERR_NOTFOUND || known == take->sim_id)
		return ERR_OK;
	const struct message notice = { .state = MESSAGE_QUEUED,
		.class = CLASS_TRANSACTIONAL,
		.encoding = take->notice->encoding,
		.parts = take->notice->parts,
		.text = take->notice->text,
		.flags = MESSAGE_FLAG_SIM_FIXED,
		.sim_id = take->sim_id,
		.msisdn = out->msisdn,
		.contact_id = about->contact_id,
		.route_id = about->route_id,
		.due_at = db_now(s) };
	if (!err)
		err = message_add(s, &notice, &added);
	if (!err)
		err = affinity_put(s, out->msisdn, take->sim_id);
	if (!err)
		out->notice_id = added.id;
	return err;
}

static enum err after_claim(struct store *s, const struct queue_take *take,
	const struct claimed *about, struct queue_claim *out)
{
	enum err err = begin_part(s,
		&(struct next_part){ out->id, out->next_seq, out->sim_id, take->price });

	if (!err && take->month_at) {
		err = db_run(s, &table, COUNT_RECIPIENT,
			DB_VALUES(db_int(take->sim_id), db_int(take->month_at),
				db_text(out->msisdn)));
		out->is_new_recipient = !err && db_changed(s) > 0;
	}
	if (!err && take->notice && about->is_affine)
		err = add_notice(s, take, about, out);
	return err;
}

static enum err claim(struct store *s, const struct queue_take *take,
	struct queue_claim *out, enum queue_claim_result *out_result)
{
	struct db_rows rows;
	struct claimed about;
	enum err err = db_first(s, &table, CLAIM,
		DB_VALUES(db_int(take->id), db_int(take->sim_id), db_int(db_now(s)),
			db_int(take->month_at), db_int(take->recipients_left),
			db_int(take->choice)),
		&rows);

	if (err == ERR_NOTFOUND)
		return find_why(s, take, out_result);
	if (!err)
		err = read_claimed(&rows, out, &about);
	if (!err)
		err = after_claim(s, take, &about, out);
	if (!err)
		*out_result = QUEUE_CLAIMED;
	return err;
}

enum err queue_claim(struct store *s, const struct queue_take *take,
	struct queue_claim *out, enum queue_claim_result *out_result)
{
	bool own;
	enum err err = db_enter(s, &own);

	if (err)
		return err;
	out->id = take->id;
	out->sim_id = take->sim_id;
	out->is_new_recipient = false;
	out->notice_id = 0;
	return db_leave(s, own, claim(s, take, out, out_result));
}

static enum err next_part(struct store *s, int64_t id, uint16_t seq, int64_t price)
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
	return begin_part(s, &(struct next_part){ id, seq, sim_id, price });
}

enum err queue_next_part(struct store *s, int64_t id, uint16_t seq, int64_t price)
{
	bool own;
	enum err err = db_enter(s, &own);
	return err ? err : db_leave(s, own, next_part(s, id, seq, price));
}
