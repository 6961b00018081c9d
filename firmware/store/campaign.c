#include "firmware/store/campaign.h"

#include <string.h>

#include "firmware/store/db.h"

enum {
	CREATE,
	UPDATE,
	ESTIMATE,
	DELETE,
	GET,
	LIST,
	LIST_STATE,
	LATEST,
	START,
	PAUSE,
	RESUME,
	CANCEL,
	FINISH,
	STATE_OF,
	HOLD,
	RELEASE,
	DROP_QUEUED,
	DROP_HELD,
	PROGRESS,
	REPLIES,
	SKIPS
};
#define COLUMNS                                                                          \
	"SELECT id, list_id, name, text, topic, class, state, recipients, fed_after, "   \
	"created_at, started_at, ended_at, created_by, user_id, start_at, end_at, "      \
	"from_minute, to_minute, days, is_spread, estimate_from, estimate_to "           \
	"FROM campaign "
/* The partial indexes hold what waits: a campaign of a million has a few hundred there.
 */
#define QUEUED                                                                           \
	"(SELECT id FROM message WHERE state = 1 AND source = ?1 AND class = "           \
	"(SELECT class FROM campaign WHERE id = ?1) LIMIT ?2)"
#define HELD                                                                             \
	"(SELECT id FROM message INDEXED BY message_held WHERE state = 0 AND "           \
	"campaign_id = ?1 LIMIT ?2)"
static const char *const sql[] = {
	[CREATE] =
		"INSERT INTO campaign (list_id, name, text, topic, class, user_id, "
		"start_at, end_at, from_minute, to_minute, days, is_spread, created_by, "
		"created_at) VALUES (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, "
		"?14, ?15)",
	[UPDATE] = "UPDATE campaign SET list_id = ?2, name = ?3, text = ?4, topic = ?5, "
		   "class = ?6, user_id = ?7, start_at = ?8, end_at = ?9, "
		   "from_minute = ?10, to_minute = ?11, days = ?12, is_spread = ?13 "
		   "WHERE id = ?1 AND state = 0",
	[ESTIMATE] = "UPDATE campaign SET estimate_from = ?2, estimate_to = ?3 "
		     "WHERE id = ?1",
	[DELETE] = "DELETE FROM campaign WHERE id = ?1 AND state = 0",
	[GET] = COLUMNS "WHERE id = ?1",
	[LIST] = COLUMNS "WHERE id < ?1 ORDER BY id DESC LIMIT ?2",
	[LIST_STATE] = COLUMNS "WHERE id < ?1 AND state = ?3 ORDER BY id DESC LIMIT ?2",
	[LATEST] = "SELECT coalesce(max(added_at), 0) FROM list_member WHERE list_id = "
		   "(SELECT list_id FROM campaign WHERE id = ?1)",
	[START] = "UPDATE campaign SET state = 1, started_at = ?2, fed_after = 0, "
		  "recipients = (SELECT members FROM list WHERE id = list_id) "
		  "WHERE id = ?1 AND state = 0",
	[PAUSE] = "UPDATE campaign SET state = 2 WHERE id = ?1 AND state = 1 AND ?2",
	[RESUME] = "UPDATE campaign SET state = 1 WHERE id = ?1 AND state = 2 AND ?2",
	[CANCEL] = "UPDATE campaign SET state = 3, ended_at = ?2 "
		   "WHERE id = ?1 AND state IN (1, 2)",
	[FINISH] = "UPDATE campaign SET state = 4, ended_at = ?2 WHERE id = ?1 AND state "
		   "= 1",
	[STATE_OF] = "SELECT state FROM campaign WHERE id = ?1",
	[HOLD] = "UPDATE message SET state = 0, cause = 'paused', updated_at = ?3 "
		 "WHERE id IN " QUEUED,
	[RELEASE] = "UPDATE message SET state = 1, cause = '', updated_at = ?3 "
		    "WHERE id IN " HELD,
	[DROP_QUEUED] =
		"UPDATE message SET state = 8, cause = 'campaign', updated_at = ?3 "
		"WHERE id IN " QUEUED,
	[DROP_HELD] = "UPDATE message SET state = 8, cause = 'campaign', updated_at = ?3 "
		      "WHERE id IN " HELD,
	[PROGRESS] = "SELECT recipients, state FROM campaign WHERE id = ?1",
	[REPLIES] = "SELECT count(*), count(*) FILTER (WHERE intent = 'stop') "
		    "FROM inbound WHERE campaign_id = ?1",
	[SKIPS] = "SELECT reason, n FROM campaign_skip WHERE campaign_id = ?1",
};
static const struct db_table table = { DB_CAMPAIGN, sql, sizeof(sql) / sizeof(sql[0]) };

#define ALL_DAYS 127

/* What CREATE and UPDATE have in common, from ?1 to ?13. */
#define COMMON_VALUES 13

static void common_values(const struct campaign *in, struct db_value out[COMMON_VALUES])
{
	bool has_window = in->from_minute != in->to_minute;
	const struct db_value none = db_id(0);
	const struct db_value values[COMMON_VALUES] = { db_int(in->id),
		db_int(in->list_id), db_text(in->name), db_text(in->text),
		db_text(in->topic), db_int(in->class), db_id(in->user_id),
		db_id(in->start_at), db_id(in->end_at),
		has_window ? db_int(in->from_minute) : none,
		has_window ? db_int(in->to_minute) : none,
		db_int(in->days ? in->days : ALL_DAYS), db_int(in->is_spread) };

	memcpy(out, values, sizeof(values));
}

enum err campaign_create(struct store *s, const struct campaign *in, int64_t *out_id)
{
	struct db_value values[COMMON_VALUES + 2];

	common_values(in, values);
	values[COMMON_VALUES] = db_text(in->created_by);
	values[COMMON_VALUES + 1] = db_int(db_now(s));
	enum err err = db_run(
		s, &table, CREATE, (struct db_values){ values, COMMON_VALUES + 2 });
	if (!err)
		*out_id = sqlite3_last_insert_rowid(s->db);
	return err;
}

/* Why an UPDATE … AND state = … has changed nothing. */
static enum err refusal(struct store *s, int64_t id)
{
	int64_t state;
	enum err err = db_number(s, &table, STATE_OF, DB_VALUES(db_int(id)), &state);
	return err ? err : ERR_BUSY;
}

enum err campaign_update(struct store *s, const struct campaign *in)
{
	struct db_value values[COMMON_VALUES];

	common_values(in, values);
	enum err err =
		db_run(s, &table, UPDATE, (struct db_values){ values, COMMON_VALUES });
	return err || db_changed(s) ? err : refusal(s, in->id);
}

enum err campaign_set_estimate(struct store *s, int64_t id, int64_t from, int64_t to)
{
	enum err err = db_run(
		s, &table, ESTIMATE, DB_VALUES(db_int(id), db_id(from), db_id(to)));
	return err || db_changed(s) ? err : ERR_NOTFOUND;
}

enum err campaign_delete(struct store *s, int64_t id)
{
	enum err err = db_run(s, &table, DELETE, DB_VALUES(db_int(id)));
	return err || db_changed(s) ? err : refusal(s, id);
}

static void read_campaign(const struct db_rows *rows, struct campaign *out)
{
	bool has_window = !db_col_is_null(rows, 16);

	*out = (struct campaign){ .id = db_col_int(rows, 0),
		.list_id = db_col_int(rows, 1),
		.name = db_col_text(rows, 2),
		.text = db_col_text(rows, 3),
		.topic = db_col_text(rows, 4),
		.class = (enum message_class)db_col_int(rows, 5),
		.state = (enum campaign_state)db_col_int(rows, 6),
		.recipients = db_col_int(rows, 7),
		.fed_after = db_col_int(rows, 8),
		.created_at = db_col_int(rows, 9),
		.started_at = db_col_int(rows, 10),
		.ended_at = db_col_int(rows, 11),
		.created_by = db_col_text(rows, 12),
		.user_id = db_col_int(rows, 13),
		.start_at = db_col_int(rows, 14),
		.end_at = db_col_int(rows, 15),
		.from_minute = has_window ? (int)db_col_int(rows, 16) : -1,
		.to_minute = has_window ? (int)db_col_int(rows, 17) : -1,
		.days = (unsigned)db_col_int(rows, 18),
		.is_spread = db_col_int(rows, 19) != 0,
		.estimate_from = db_col_int(rows, 20),
		.estimate_to = db_col_int(rows, 21) };
}

/* ERR_NOTFOUND: no row at all. */
static enum err give(struct db_rows *rows, campaign_fn fn, void *user)
{
	struct campaign campaign;
	bool more = true, any = false;

	while (more && db_next(rows)) {
		read_campaign(rows, &campaign);
		any = true;
		more = fn(user, &campaign);
	}
	enum err err = db_end(rows);
	return err || any ? err : ERR_NOTFOUND;
}

enum err campaign_get(struct store *s, int64_t id, campaign_fn fn, void *user)
{
	struct db_rows rows;
	enum err err = db_start(s, &table, GET, DB_VALUES(db_int(id)), &rows);
	return err ? err : give(&rows, fn, user);
}

enum err campaign_list(
	struct store *s, const struct campaign_query *query, campaign_fn fn, void *user)
{
	struct db_rows rows;
	struct db_value before = db_int(query->before ? query->before : INT64_MAX);
	struct db_value max = db_int((int64_t)query->max);
	enum err err =
		query->state < 0
			? db_start(s, &table, LIST, DB_VALUES(before, max), &rows)
			: db_start(s, &table, LIST_STATE,
				  DB_VALUES(before, max, db_int(query->state)), &rows);

	if (!err)
		err = give(&rows, fn, user);
	return err == ERR_NOTFOUND ? ERR_OK : err;
}

static enum err change_state(struct store *s, size_t statement, int64_t id)
{
	enum err err =
		db_run(s, &table, statement, DB_VALUES(db_int(id), db_int(db_now(s))));
	return err || db_changed(s) ? err : refusal(s, id);
}

/* Whoever joins later is left out, told by time: so those that are there joined before,
 * also where the clock was set back since. */
enum err campaign_start(struct store *s, int64_t id)
{
	int64_t latest, now = db_now(s);
	enum err err = db_number(s, &table, LATEST, DB_VALUES(db_int(id)), &latest);

	if (!err)
		err = db_run(s, &table, START,
			DB_VALUES(db_int(id), db_int(now > latest ? now : latest)));
	return err || db_changed(s) ? err : refusal(s, id);
}

enum err campaign_pause(struct store *s, int64_t id)
{
	return change_state(s, PAUSE, id);
}

enum err campaign_resume(struct store *s, int64_t id)
{
	return change_state(s, RESUME, id);
}

enum err campaign_cancel(struct store *s, int64_t id)
{
	return change_state(s, CANCEL, id);
}

enum err campaign_finish(struct store *s, int64_t id)
{
	return change_state(s, FINISH, id);
}

/* What brings waiting messages in line, by state; 0: nothing waits or all may go. */
static const size_t settling[][2] = {
	[CAMPAIGN_DRAFT] = { 0 },
	[CAMPAIGN_RUNNING] = { RELEASE },
	[CAMPAIGN_PAUSED] = { HOLD },
	[CAMPAIGN_CANCELLED] = { DROP_QUEUED, DROP_HELD },
	[CAMPAIGN_DONE] = { RELEASE },
};

static enum err settle(struct store *s, int64_t id, size_t max, size_t *out_n)
{
	int64_t state;
	enum err err = db_number(s, &table, STATE_OF, DB_VALUES(db_int(id)), &state);

	if (err)
		return err;
	for (size_t i = 0; !err && i < 2 && *out_n < max; i++) {
		size_t statement = settling[state][i];
		if (!statement)
			break;
		err = db_run(s, &table, statement,
			DB_VALUES(db_int(id), db_int((int64_t)(max - *out_n)),
				db_int(db_now(s))));
		*out_n += err ? 0 : (size_t)db_changed(s);
	}
	return err;
}

enum err campaign_settle_step(struct store *s, int64_t id, size_t max, size_t *out_n)
{
	bool own;
	size_t n = 0;
	enum err err = db_enter(s, &own);

	if (!err)
		err = db_leave(s, own, settle(s, id, max, &n));
	if (!err)
		*out_n = n;
	return err;
}

static enum err read_skips(struct store *s, int64_t id, struct campaign_report *out)
{
	struct db_rows rows;
	enum err err = db_start(s, &table, SKIPS, DB_VALUES(db_int(id)), &rows);

	if (err)
		return err;
	while (db_next(&rows)) {
		int64_t reason = db_col_int(&rows, 0);
		if (reason >= 0 && reason < SKIP_REASON_COUNT)
			out->skipped[reason] = db_col_int(&rows, 1);
	}
	return db_end(&rows);
}

/* Whoever was not fed when it ended: had left the list, or was spared by a cancel. */
static void end_remaining(struct campaign_report *r, enum campaign_state state)
{
	if (state != CAMPAIGN_DONE && state != CAMPAIGN_CANCELLED)
		return;
	if (state == CAMPAIGN_DONE) {
		r->skipped[SKIP_LEFT] = r->remaining;
	} else {
		r->tally.n[MESSAGE_CANCELLED] += r->remaining;
		r->sendable += r->remaining;
	}
	r->remaining = 0;
}

enum err campaign_progress(struct store *s, int64_t id, struct campaign_report *out)
{
	struct db_rows rows;
	struct campaign_report report = { 0 };
	int64_t skipped = 0;
	enum err err = db_first(s, &table, PROGRESS, DB_VALUES(db_int(id)), &rows);

	if (err)
		return err;
	report.recipients = db_col_int(&rows, 0);
	enum campaign_state state = (enum campaign_state)db_col_int(&rows, 1);
	err = db_end(&rows);
	if (!err)
		err = read_skips(s, id, &report);
	if (!err)
		err = message_count(s, id, &report.tally);
	if (err)
		return err;
	for (size_t i = 0; i < SKIP_REASON_COUNT; i++)
		skipped += report.skipped[i];
	for (size_t i = 0; i < MESSAGE_STATE_COUNT; i++) {
		report.sendable += report.tally.n[i];
		report.parts += report.tally.parts[i];
	}
	report.remaining = report.recipients - skipped - report.sendable;
	if (report.remaining < 0)
		report.remaining = 0;
	end_remaining(&report, state);
	*out = report;
	return ERR_OK;
}

enum err campaign_report(struct store *s, int64_t id, struct campaign_report *out)
{
	struct db_rows rows;
	enum err err = campaign_progress(s, id, out);

	if (!err)
		err = db_first(s, &table, REPLIES, DB_VALUES(db_int(id)), &rows);
	if (err)
		return err;
	out->replies = db_col_int(&rows, 0);
	out->opt_outs = db_col_int(&rows, 1);
	return db_end(&rows);
}
