#include "firmware/store/replan.h"

#include "firmware/store/db.h"
#include "firmware/store/lane.h"

enum {
	PAUSED,
	NEXT_PAUSE,
	SAME_DUE,
	LATER_DUE,
	HELD_CAMPAIGN,
	HELD,
	COUNT_LATER,
	PUT
};
#define COLUMNS                                                                          \
	"SELECT m.id, m.due_at, m.pause_at, m.expires_at, m.campaign_id, m.state, "      \
	"m.class, m.created_at, m.msisdn, c.country, c.time_zone, m.flags "
#define CONTACT "LEFT JOIN contact c ON c.msisdn = m.msisdn "
/* As queue_read.c has it. */
#define OF_GROUP                                                                         \
	COLUMNS "FROM (SELECT * FROM message WHERE state = 1 AND class = ?1 "            \
		"AND source = ?2 AND route_id = ?3 AND " MESSAGE_LANE " = ?4 AND "
static const char *const sql[] = {
	[PAUSED] = COLUMNS "FROM message m INDEXED BY message_pause " CONTACT
			   "WHERE m.state IN (0, 1) AND m.pause_at IS NOT NULL "
			   "AND m.pause_at <= ?1 ORDER BY m.pause_at LIMIT ?2",
	[NEXT_PAUSE] = "SELECT pause_at FROM message INDEXED BY message_pause "
		       "WHERE state IN (0, 1) AND pause_at IS NOT NULL "
		       "ORDER BY pause_at LIMIT 1",
	[SAME_DUE] = OF_GROUP "due_at = ?5 AND id > ?6 ORDER BY id LIMIT ?7) m " CONTACT,
	[LATER_DUE] = OF_GROUP "due_at > ?5 ORDER BY due_at, id LIMIT ?6) m " CONTACT,
	[HELD_CAMPAIGN] = "SELECT campaign_id FROM message INDEXED BY message_held "
			  "WHERE state = 0 AND campaign_id > ?1 "
			  "ORDER BY campaign_id LIMIT 1",
	[HELD] = COLUMNS "FROM message m INDEXED BY message_held " CONTACT
			 "WHERE m.state = 0 AND m.campaign_id = ?1 AND m.id > ?2 "
			 "ORDER BY m.id LIMIT ?3",
	[COUNT_LATER] = "SELECT count(*) FROM message INDEXED BY message_queue "
			"WHERE state = 1 AND class = ?1 AND source = ?2 AND due_at > ?3",
	[PUT] = "UPDATE message SET due_at = ?2, pause_at = ?3 "
		"WHERE id = ?1 AND state IN (0, 1)",
};
static const struct db_table table = { DB_REPLAN, sql, sizeof(sql) / sizeof(sql[0]) };

static void read_row(const struct db_rows *rows, struct replan_row *out)
{
	*out = (struct replan_row){ .id = db_col_int(rows, 0),
		.due_at = db_col_int(rows, 1),
		.pause_at = db_col_int(rows, 2),
		.expires_at = db_col_int(rows, 3),
		.campaign_id = db_col_int(rows, 4),
		.state = (enum message_state)db_col_int(rows, 5),
		.class = (enum message_class)db_col_int(rows, 6),
		.created_at = db_col_int(rows, 7),
		.msisdn = db_col_text(rows, 8),
		.country = db_col_text(rows, 9),
		.time_zone = db_col_text(rows, 10),
		.flags = (unsigned)db_col_int(rows, 11) };
}

/* A step on its way. */
struct step {
	size_t left;
	replan_fn fn;
	void *user;
	bool is_stopped;
};

static bool goes_on(const struct step *step)
{
	return step->left > 0 && !step->is_stopped;
}

/* Gives all rows of one statement; walk may be NULL. */
static enum err give(struct db_rows *rows, struct step *step, struct replan_walk *walk)
{
	struct replan_row row;

	while (goes_on(step) && db_next(rows)) {
		read_row(rows, &row);
		if (walk) {
			walk->due_at = row.due_at;
			walk->id = row.id;
		}
		step->left--;
		step->is_stopped = !step->fn(step->user, &row);
	}
	return db_end(rows);
}

enum err replan_each_paused(struct store *s, size_t max, replan_fn fn, void *user)
{
	struct db_rows rows;
	struct step step = { max, fn, user, false };
	enum err err = db_start(s, &table, PAUSED,
		DB_VALUES(db_int(db_now(s)), db_int((int64_t)max)), &rows);
	return err ? err : give(&rows, &step, NULL);
}

enum err replan_next_pause(struct store *s, int64_t *out_at)
{
	int64_t at = 0;
	enum err err = db_number(s, &table, NEXT_PAUSE, db_none, &at);

	if (err && err != ERR_NOTFOUND)
		return err;
	*out_at = at;
	return ERR_OK;
}

static enum err walk_group(struct store *s, struct replan_walk *walk, struct step *step)
{
	const struct queue_group *g = &walk->group;
	struct db_value class = db_int(g->class), source = db_int(g->source);
	struct db_value route = db_int(g->route_id), lane = db_int(g->lane);
	struct db_rows rows;
	enum err err = db_start(s, &table, SAME_DUE,
		DB_VALUES(class, source, route, lane, db_int(walk->due_at),
			db_int(walk->id), db_int((int64_t)step->left)),
		&rows);

	if (!err)
		err = give(&rows, step, walk);
	if (err || !goes_on(step))
		return err;
	err = db_start(s, &table, LATER_DUE,
		DB_VALUES(class, source, route, lane, db_int(walk->due_at),
			db_int((int64_t)step->left)),
		&rows);
	if (!err)
		err = give(&rows, step, walk);
	if (goes_on(step))
		walk->is_inside = false;
	return err;
}

static enum err walk_queued(struct store *s, struct replan_walk *walk, struct step *step)
{
	enum err err = ERR_OK;
	size_t n = 1;

	while (!err && goes_on(step)) {
		if (!walk->is_inside) {
			struct queue_group after = walk->group;
			err = queue_groups(s, &after, &walk->group, 1, &n);
			if (err || n == 0)
				break;
			walk->due_at = INT64_MIN;
			walk->id = 0;
			walk->is_inside = true;
		}
		err = walk_group(s, walk, step);
	}
	if (!err && n == 0) {
		walk->is_held = true;
		walk->is_inside = false;
	}
	return err;
}

static enum err walk_held(struct store *s, struct replan_walk *walk, struct step *step)
{
	struct db_rows rows;
	enum err err = ERR_OK;

	while (!err && goes_on(step)) {
		if (!walk->is_inside) {
			err = db_number(s, &table, HELD_CAMPAIGN,
				DB_VALUES(db_int(walk->held_campaign)),
				&walk->held_campaign);
			if (err == ERR_NOTFOUND)
				walk->is_done = true;
			if (err)
				break;
			walk->id = 0;
			walk->is_inside = true;
		}
		err = db_start(s, &table, HELD,
			DB_VALUES(db_int(walk->held_campaign), db_int(walk->id),
				db_int((int64_t)step->left)),
			&rows);
		if (!err)
			err = give(&rows, step, walk);
		if (!err && goes_on(step))
			walk->is_inside = false;
	}
	return err == ERR_NOTFOUND ? ERR_OK : err;
}

enum err replan_walk(
	struct store *s, struct replan_walk *walk, size_t max, replan_fn fn, void *user)
{
	struct step step = { max, fn, user, false };
	enum err err = ERR_OK;

	if (!walk->is_held)
		err = walk_queued(s, walk, &step);
	if (!err && walk->is_held && !walk->is_done)
		err = walk_held(s, walk, &step);
	return err;
}

enum err replan_put(struct store *s, int64_t id, int64_t due_at, int64_t pause_at)
{
	enum err err = db_run(
		s, &table, PUT, DB_VALUES(db_int(id), db_int(due_at), db_id(pause_at)));
	return err || db_changed(s) ? err : ERR_NOTFOUND;
}

enum err replan_count_later(
	struct store *s, const struct queue_group *of, int64_t after, int64_t *out_n)
{
	return db_number(s, &table, COUNT_LATER,
		DB_VALUES(db_int(of->class), db_int(of->source), db_int(after)), out_n);
}
