/*
 * Status reports and the parts they speak of. TS 23.040 9.2.3.6: TP-MR counts modulo 256
 * on each SIM, so SIM and mr alone fit many parts; the recipient and the time decide.
 */
#include "firmware/store/queue.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/store/db.h"
#include "firmware/store/part.h"
#include "firmware/store/usage.h"

/* A service centre's clock, and the zone it writes, may be wrong by so much. */
#define SCTS_SKEW_MS INT64_C(86400000)
#define SCTS_GRAIN_MS 1000 /* TS 23.040 9.2.3.11: it has whole seconds */
/* A report without a readable time is taken for an unknown part this long. */
#define NO_SCTS_MS (7 * INT64_C(86400000))
/* Our own clock may be set back between sending and report. */
#define OWN_SKEW_MS 5000
#define KEEP_UNMATCHED_MS (7 * INT64_C(86400000))
#define DIGITS_MIN 7

enum {
	BY_MR,
	WITHOUT_MR,
	KEEP,
	SWEEP,
	KEPT,
	FORGET,
	SETTLE_PART,
	TRYING,
	NUMBER
};
#define CANDIDATE                                                                        \
	"SELECT p.message_id, p.seq, p.state, p.sending_at, m.msisdn FROM part p "       \
	"JOIN message m ON m.id = p.message_id "                                         \
	"WHERE p.state IN (1, 2, 3) AND p.sim_id = ?1 AND "
static const char *const sql[] = {
	[BY_MR] = CANDIDATE "p.mr = ?2 ORDER BY p.message_id DESC, p.seq DESC",
	/* Unless it repeats a report that has settled another part to this number. */
	[WITHOUT_MR] = CANDIDATE
	"p.mr IS NULL AND NOT EXISTS (SELECT 1 FROM message o "
	"JOIN part q ON q.message_id = o.id WHERE o.msisdn = m.msisdn "
	"AND q.sim_id = ?1 AND q.mr = ?2 AND q.state IN (4, 5) "
	"AND abs(q.sending_at - ?3) <= ?4) ORDER BY p.message_id, p.seq",
	[KEEP] = "INSERT INTO report_unmatched (sim_id, mr, msisdn, st, outcome, scts, "
		 "discharge, received_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	[SWEEP] = "DELETE FROM report_unmatched WHERE received_at < ?1 AND id IN "
		  "(SELECT id FROM report_unmatched ORDER BY id LIMIT 4)",
	[KEPT] = "SELECT id, msisdn, mr, st, outcome, scts, discharge, received_at "
		 "FROM report_unmatched WHERE sim_id = ?1 AND id > ?2 "
		 "AND received_at >= ?3 ORDER BY id",
	[FORGET] = "DELETE FROM report_unmatched WHERE id = ?1",
	[SETTLE_PART] = "UPDATE part SET state = ?3, st = ?4, settled_at = ?5 "
			"WHERE message_id = ?1 AND seq = ?2 AND state IN (2, 3)",
	/* No final word, yet it proves that the service centre has the part. */
	[TRYING] = "UPDATE part SET state = 2, st = ?3 "
		   "WHERE message_id = ?1 AND seq = ?2 AND state IN (2, 3)",
	[NUMBER] = "SELECT msisdn FROM message WHERE id = ?1",
};
static const struct db_table table = { DB_REPORT, sql, sizeof(sql) / sizeof(sql[0]) };

/* The digits of a number from its end: each call gives one, -1 at the start. */
static int digit_before(const char *number, size_t *at)
{
	while (*at > 0) {
		char c = number[--*at];
		if (c >= '0' && c <= '9')
			return c - '0';
	}
	return -1;
}

/* One may be national and the other not: the last seven digits decide, or all of a short
 * number. */
static bool is_same_number(const char *a, const char *b)
{
	size_t at_a = strlen(a), at_b = strlen(b);

	for (int n = 0; n < DIGITS_MIN; n++) {
		int digit_a = digit_before(a, &at_a), digit_b = digit_before(b, &at_b);
		if (digit_a != digit_b)
			return false;
		if (digit_a < 0)
			return n > 0;
	}
	return true;
}

/* Without an mr the number says the most: many people share their last digits. */
static bool fits_number(const char *msisdn, const char *reported, bool has_mr)
{
	if (!has_mr && msisdn[0] == '+' && reported[0] == '+')
		return str_eq(msisdn, reported);
	return is_same_number(msisdn, reported);
}

static bool fits_time(const struct store *s, const struct queue_report *report,
	int64_t sending_at, bool has_mr)
{
	/* What came before a part was sent is not its own, though the number is. */
	if (!has_mr && report->received_at && report->received_at < sending_at)
		return false;
	if (report->scts == 0)
		return has_mr || db_now(s) <= sending_at + NO_SCTS_MS;
	if (report->scts < sending_at - SCTS_SKEW_MS)
		return false;
	/* The time stamp is that of the submit: without an mr it must fit both ways. */
	return has_mr || report->scts <= sending_at + SCTS_SKEW_MS;
}

/* Of several parts in doubt, given by age, the newest that was sent before the stamp. */
static bool is_likelier(const struct queue_report *report, int64_t sending_at)
{
	return report->scts && sending_at < report->scts + SCTS_GRAIN_MS;
}

/* The first candidate that fits, or a likelier one. *out_pending: without an mr, a part
 * to this number is on air now and has no answer yet: the report may be its own. */
static enum err find_part(struct store *s, size_t statement,
	const struct queue_report *report, struct part_key *out, bool *out_pending)
{
	struct db_rows rows;
	bool has_mr = statement == BY_MR, found = false;
	struct db_value sim = db_int(report->sim_id), mr = db_int(report->mr);
	struct db_value at = db_int(report->scts ? report->scts : db_now(s));
	enum err err =
		has_mr ? db_start(s, &table, BY_MR, DB_VALUES(sim, mr), &rows)
		       : db_start(s, &table, WITHOUT_MR,
				 DB_VALUES(sim, mr, at, db_int(SCTS_SKEW_MS)), &rows);

	if (err)
		return err;
	*out_pending = false;
	while (db_next(&rows)) {
		enum part_state state = (enum part_state)db_col_int(&rows, 2);
		int64_t sending_at = db_col_int(&rows, 3);
		if (!fits_number(db_col_text(&rows, 4), report->msisdn, has_mr) ||
			!fits_time(s, report, sending_at, has_mr))
			continue;
		if (state == PART_SENDING) {
			*out_pending = true;
		} else if (!found || (!has_mr && is_likelier(report, sending_at))) {
			found = true;
			*out = (struct part_key){ .message_id = db_col_int(&rows, 0),
				.seq = db_col_int(&rows, 1),
				.sim_id = report->sim_id,
				.sending_at = sending_at,
				.state = state };
			if (has_mr)
				break;
		}
	}
	err = db_end(&rows);
	return err || found ? err : ERR_NOTFOUND;
}

static enum err note_late(
	struct store *s, const struct part_key *part, const struct queue_report *report)
{
	char detail[64];

	if (part->state != PART_UNKNOWN)
		return ERR_OK;
	(void)str_format(detail, sizeof(detail), "part %lld was unknown: %s",
		(long long)part->seq, vstr_name(part_state_names, (int)report->outcome));
	return part_note(s,
		&(struct part_note){ part->message_id, part->sim_id, "report", detail });
}

static enum err part_report(
	struct store *s, const struct part_key *part, const struct queue_report *report)
{
	bool is_final = report->outcome != PART_SENT;
	char cause[16] = "";
	enum err err;

	if (!is_final) {
		err = db_run(s, &table, TRYING,
			DB_VALUES(db_int(part->message_id), db_int(part->seq),
				db_int(report->st)));
	} else {
		err = db_run(s, &table, SETTLE_PART,
			DB_VALUES(db_int(part->message_id), db_int(part->seq),
				db_int(report->outcome), db_int(report->st),
				db_int(db_now(s))));
		if (err || db_changed(s) == 0)
			return err; /* an earlier report was final */
		err = usage_add(s, part->sim_id,
			report->outcome == PART_DELIVERED ? USAGE_DELIVERED
							  : USAGE_UNDELIVERED);
	}
	if (report->outcome == PART_UNDELIVERED)
		(void)str_format(cause, sizeof(cause), "st %u", (unsigned)report->st);
	if (!err)
		err = note_late(s, part, report);
	return err ? err : part_settle(s, part->message_id, cause);
}

static enum err keep(struct store *s, const struct queue_report *report)
{
	enum err err = db_run(
		s, &table, SWEEP, DB_VALUES(db_int(db_now(s) - KEEP_UNMATCHED_MS)));
	if (err)
		return err;
	return db_run(s, &table, KEEP,
		DB_VALUES(db_int(report->sim_id), db_int(report->mr),
			db_text(report->msisdn), db_int(report->st),
			db_int(report->outcome), db_id(report->scts),
			db_id(report->discharge), db_int(db_now(s))));
}

static enum err match(
	struct store *s, const struct queue_report *report, int64_t *out_message)
{
	struct part_key part = { 0 };
	bool pending;
	enum err err = find_part(s, BY_MR, report, &part, &pending);

	if (err == ERR_NOTFOUND) {
		err = find_part(s, WITHOUT_MR, report, &part, &pending);
		if (!err && pending)
			err = ERR_NOTFOUND;
	}
	if (err == ERR_NOTFOUND) {
		*out_message = 0;
		return keep(s, report);
	}
	if (!err)
		err = part_report(s, &part, report);
	if (!err)
		*out_message = part.message_id;
	return err;
}

enum err queue_report(
	struct store *s, const struct queue_report *report, int64_t *out_message)
{
	bool own;
	int64_t message_id = 0;

	if (report->outcome != PART_SENT && report->outcome != PART_DELIVERED &&
		report->outcome != PART_UNDELIVERED)
		return ERR_ARG;
	enum err err = db_enter(s, &own);
	if (!err)
		err = db_leave(s, own, match(s, report, &message_id));
	if (!err)
		*out_message = message_id;
	return err;
}

/* The next report kept for this SIM while the part was on air, to its number. */
static enum err next_kept(struct store *s, const struct part_key *part,
	struct queue_report *out, int64_t *id)
{
	struct db_rows rows;
	bool found = false;
	enum err err = db_start(s, &table, KEPT,
		DB_VALUES(db_int(part->sim_id), db_int(*id),
			db_int(part->sending_at - OWN_SKEW_MS)),
		&rows);

	if (err)
		return err;
	while (!found && db_next(&rows)) {
		found = is_same_number(db_col_text(&rows, 1), out->msisdn);
		*id = db_col_int(&rows, 0);
		out->mr = (uint8_t)db_col_int(&rows, 2);
		out->st = (uint8_t)db_col_int(&rows, 3);
		out->outcome = (enum part_state)db_col_int(&rows, 4);
		out->scts = db_col_int(&rows, 5);
		out->discharge = db_col_int(&rows, 6);
		out->received_at = db_col_int(&rows, 7);
	}
	err = db_end(&rows);
	return err || found ? err : ERR_NOTFOUND;
}

/* Its own, by the mr that the answer gave; else it is for an unknown part after all.
 * ERR_NOTFOUND: for neither. */
static enum err apply_kept(struct store *s, const struct part_key *part, int mr,
	const struct queue_report *report)
{
	struct part_key unknown = { 0 };
	bool pending;

	if (report->mr == mr)
		return part_report(s, part, report);
	enum err err = find_part(s, WITHOUT_MR, report, &unknown, &pending);
	return err ? err : part_report(s, &unknown, report);
}

static enum err apply_all_kept(
	struct store *s, const struct part_key *part, int mr, const char *msisdn)
{
	struct queue_report report = { .sim_id = part->sim_id, .msisdn = msisdn };
	int64_t id = 0;

	for (;;) {
		enum err err = next_kept(s, part, &report, &id);
		if (err)
			return err == ERR_NOTFOUND ? ERR_OK : err;
		err = apply_kept(s, part, mr, &report);
		if (err == ERR_NOTFOUND)
			continue;
		if (!err)
			err = db_run(s, &table, FORGET, DB_VALUES(db_int(id)));
		if (err)
			return err;
	}
}

enum err part_reports_kept(struct store *s, const struct part_key *part, int mr)
{
	struct db_rows rows;
	char msisdn[24];
	enum err err =
		db_first(s, &table, NUMBER, DB_VALUES(db_int(part->message_id)), &rows);

	if (err)
		return err;
	(void)str_copy(
		msisdn, sizeof(msisdn), db_col_text(&rows, 0)); /* E.164: it fits */
	err = db_end(&rows);
	return err ? err : apply_all_kept(s, part, mr, msisdn);
}
