/*
 * The waiting messages as the dispatcher reads them. The index message_queue is in the
 * order (class, source, route_id, lane, due_at, id): every statement here is one seek in
 * it and the rows that it gives.
 */
#include "firmware/store/queue_read.h"

#include "firmware/store/db.h"
#include "firmware/store/lane.h"

/* Rows that are left out (paused, expired) of a step: it ends, and goes on from there. */
#define LOOK_MORE 512

enum {
	LANE_NEXT,
	ROUTE_NEXT,
	SOURCE_NEXT,
	CLASS_NEXT,
	OWNER,
	ITEM_SAME_DUE,
	ITEM_LATER_DUE,
	DUE_NEXT
};
#define GROUP                                                                            \
	"SELECT class, source, route_id, " MESSAGE_LANE ", due_at FROM message "         \
	"WHERE state = 1 AND "
#define GROUP_ORDER " ORDER BY class, source, route_id, " MESSAGE_LANE ", due_at LIMIT 1"
#define OF_GROUP                                                                         \
	"FROM message WHERE state = 1 AND class = ?1 AND source = ?2 "                   \
	"AND route_id = ?3 AND " MESSAGE_LANE " = ?4 AND "
#define ITEM "SELECT id, due_at, expires_at, pause_at, parts " OF_GROUP
static const char *const sql[] = {
	/* A step for each column: behind a row of columns, (a, b) > (?1, ?2), SQLite
	 * seeks the first that is not less, and walks on from there. */
	[LANE_NEXT] = GROUP "class = ?1 AND source = ?2 AND route_id = ?3 "
			    "AND " MESSAGE_LANE " > ?4" GROUP_ORDER,
	[ROUTE_NEXT] = GROUP "class = ?1 AND source = ?2 AND route_id > ?3" GROUP_ORDER,
	[SOURCE_NEXT] = GROUP "class = ?1 AND source > ?2" GROUP_ORDER,
	[CLASS_NEXT] = GROUP "class > ?1" GROUP_ORDER,
	[OWNER] = "SELECT coalesce(user_id, 0) FROM campaign WHERE id = ?1",
	/* Two steps again: many are due at the same time. */
	[ITEM_SAME_DUE] = ITEM "due_at = ?5 AND id > ?6 ORDER BY id LIMIT ?7",
	[ITEM_LATER_DUE] =
		ITEM "due_at > ?5 AND due_at <= ?6 ORDER BY due_at, id LIMIT ?7",
	[DUE_NEXT] = "SELECT due_at " OF_GROUP "due_at > ?5 ORDER BY due_at LIMIT 1",
};
static const struct db_table table = { DB_QUEUE_READ, sql, sizeof(sql) / sizeof(sql[0]) };

static enum err read_owner(struct store *s, struct queue_group *group)
{
	int64_t user_id = 0;

	if (source_kind(group->source) != SOURCE_IS_CAMPAIGN)
		return ERR_OK;
	enum err err =
		db_number(s, &table, OWNER, DB_VALUES(db_int(group->source)), &user_id);
	if (!err && user_id)
		group->owner = source_of_user(user_id);
	return err == ERR_NOTFOUND ? ERR_OK : err;
}

/* The group after *at in the order of the index. ERR_NOTFOUND: no more. */
static enum err next_group(
	struct store *s, const struct queue_group *at, struct queue_group *out)
{
	const struct db_value key[] = { db_int(at->class), db_int(at->source),
		db_int(at->route_id), db_int(at->lane) };
	struct db_rows rows;
	enum err err = ERR_NOTFOUND;

	for (size_t n = 4; err == ERR_NOTFOUND && n > 0; n--)
		err = db_first(s, &table, LANE_NEXT + 4 - n, (struct db_values){ key, n },
			&rows);
	if (err)
		return err;
	*out = (struct queue_group){ .class = (enum message_class)db_col_int(&rows, 0),
		.source = db_col_int(&rows, 1),
		.route_id = db_col_int(&rows, 2),
		.lane = db_col_int(&rows, 3),
		.due_at = db_col_int(&rows, 4) };
	err = db_end(&rows);
	return err ? err : read_owner(s, out);
}

enum err queue_groups(struct store *s, const struct queue_group *after,
	struct queue_group *out, size_t max, size_t *out_n)
{
	const struct queue_group none = { .class = (enum message_class)0 };
	enum err err = ERR_OK;
	size_t n = 0;

	after = after ? after : &none;
	while (!err && n < max) {
		err = next_group(s, after, &out[n]);
		if (!err)
			after = &out[n++];
	}
	if (err && err != ERR_NOTFOUND)
		return err;
	*out_n = n;
	return ERR_OK;
}

/* The rows of one statement: at most *left of them. */
static enum err take_rows(struct db_rows *rows, struct queue_want *want,
	struct queue_item *items, size_t *left)
{
	int64_t now = db_now(rows->s);

	while (*left > 0 && want->n < want->max && db_next(rows)) {
		int64_t lane = want->group.lane;
		const struct queue_item item = { .id = db_col_int(rows, 0),
			.due_at = db_col_int(rows, 1),
			.expires_at = db_col_int(rows, 2),
			.pause_at = db_col_int(rows, 3),
			.parts = (uint16_t)db_col_int(rows, 4),
			.source = want->group.source,
			.route_id = want->group.route_id,
			.class = want->group.class,
			.lane = lane,
			.sim_id = lane > 0 ? lane : 0 };
		want->due_at = item.due_at;
		want->id = item.id;
		--*left;
		if ((!item.expires_at || item.expires_at > now) &&
			(!item.pause_at || item.pause_at > now))
			items[want->n++] = item;
	}
	return db_end(rows);
}

static enum err note_next_due(struct store *s, struct queue_want *want)
{
	const struct queue_group *g = &want->group;
	enum err err = db_number(s, &table, DUE_NEXT,
		DB_VALUES(db_int(g->class), db_int(g->source), db_int(g->route_id),
			db_int(g->lane), db_int(db_now(s))),
		&want->next_due);
	return err == ERR_NOTFOUND ? ERR_OK : err;
}

enum err queue_refill(struct store *s, struct queue_want *want, struct queue_item *items)
{
	struct db_rows rows;
	size_t left = want->max + LOOK_MORE;
	struct db_value class = db_int(want->group.class);
	struct db_value source = db_int(want->group.source);
	struct db_value route = db_int(want->group.route_id);
	struct db_value lane = db_int(want->group.lane);

	want->n = 0;
	want->next_due = 0;
	enum err err = db_start(s, &table, ITEM_SAME_DUE,
		DB_VALUES(class, source, route, lane, db_int(want->due_at),
			db_int(want->id), db_int((int64_t)left)),
		&rows);
	if (!err)
		err = take_rows(&rows, want, items, &left);
	if (!err && left > 0 && want->n < want->max) {
		err = db_start(s, &table, ITEM_LATER_DUE,
			DB_VALUES(class, source, route, lane, db_int(want->due_at),
				db_int(db_now(s)), db_int((int64_t)left)),
			&rows);
		if (!err)
			err = take_rows(&rows, want, items, &left);
	}
	if (err)
		return err;
	want->has_more = left == 0 || want->n == want->max;
	return want->has_more ? ERR_OK : note_next_due(s, want);
}
