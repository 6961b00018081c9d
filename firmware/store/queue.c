/*
 * The waiting messages: candidates for the dispatcher, recovery at start, expiry.
 */
#include "firmware/store/queue.h"

#include "firmware/store/db.h"
#include "firmware/store/part.h"
#include "firmware/store/usage.h"

/* Campaigns and API keys with waiting messages of one rank; those beyond wait until
 * others have run dry. */
#define GROUPS_MAX 128
#define EXPIRE_AT_ONCE 500

enum {
	GROUP_NEXT,
	ITEM_SAME_DUE,
	ITEM_LATER_DUE,
	DUE_NEXT,
	LOST,
	GO_ON,
	EXPIRE,
	EXPIRY_NEXT
};
#define ITEM                                                                             \
	"SELECT id, due_at, expires_at, sim_id, parts FROM message "                     \
	"WHERE state = 1 AND class = ?1 AND source = ?2 AND "
static const char *const sql[] = {
	[GROUP_NEXT] = "SELECT class, source FROM message WHERE state = 1 "
		       "AND (class, source) > (?1, ?2) ORDER BY class, source LIMIT 1",
	/* Two steps, each at its place in the index: many are due at the same time. */
	[ITEM_SAME_DUE] = ITEM "due_at = ?3 AND id > ?4 ORDER BY id LIMIT 1",
	[ITEM_LATER_DUE] =
		ITEM "due_at > ?3 AND due_at <= ?4 ORDER BY due_at, id LIMIT 1",
	[DUE_NEXT] = "SELECT due_at FROM message WHERE state = 1 AND class = ?1 "
		     "AND source = ?2 AND due_at > ?3 ORDER BY due_at LIMIT 1",
	/* What has no mr is few: the answer never came. */
	[LOST] = "UPDATE part INDEXED BY part_open SET state = 3, cause = 'power cut' "
		 "WHERE state IN (1, 2, 3) AND mr IS NULL AND state = 1 "
		 "RETURNING message_id, sim_id, seq, sending_at",
	[GO_ON] = "UPDATE message SET state = 1, updated_at = ?1 "
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

struct group {
	int64_t class, source, due_at, id; /* the last item taken */
	bool is_dry;
};

/* transactional and conversation share one rank. */
static int rank_of(int64_t class)
{
	return class == CLASS_CONVERSATION ? CLASS_TRANSACTIONAL : (int)class;
}

/* The group after *at in the order of the index. ERR_NOTFOUND: no more. */
static enum err next_group(struct store *s, struct group *at)
{
	struct db_rows rows;
	enum err err = db_first(s, &table, GROUP_NEXT,
		DB_VALUES(db_int(at->class), db_int(at->source)), &rows);

	if (err)
		return err;
	*at = (struct group){ .class = db_col_int(&rows, 0),
		.source = db_col_int(&rows, 1),
		.due_at = INT64_MIN };
	return db_end(&rows);
}

static bool is_skipped(const struct queue_fetch *fetch, int64_t id)
{
	size_t low = 0, high = fetch->n_skip;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (fetch->skip[middle] == id)
			return true;
		if (fetch->skip[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/* The group's next item that is due. ERR_NOTFOUND: dry. */
static enum err next_due_item(struct store *s, struct group *g, struct queue_item *out)
{
	struct db_rows rows;
	struct db_value class = db_int(g->class), source = db_int(g->source);
	enum err err = db_first(s, &table, ITEM_SAME_DUE,
		DB_VALUES(class, source, db_int(g->due_at), db_int(g->id)), &rows);

	if (err == ERR_NOTFOUND)
		err = db_first(s, &table, ITEM_LATER_DUE,
			DB_VALUES(class, source, db_int(g->due_at), db_int(db_now(s))),
			&rows);
	if (err)
		return err;
	*out = (struct queue_item){ .id = db_col_int(&rows, 0),
		.source = g->source,
		.due_at = db_col_int(&rows, 1),
		.expires_at = db_col_int(&rows, 2),
		.sim_id = db_col_int(&rows, 3),
		.class = (enum message_class)g->class,
		.parts = (uint16_t)db_col_int(&rows, 4) };
	g->due_at = out->due_at;
	g->id = out->id;
	return db_end(&rows);
}

/* The same, over those that are skipped or expired. */
static enum err next_item(struct store *s, const struct queue_fetch *fetch,
	struct group *g, struct queue_item *out)
{
	for (;;) {
		enum err err = next_due_item(s, g, out);
		if (err)
			return err;
		if (!is_skipped(fetch, out->id) &&
			(!out->expires_at || out->expires_at > db_now(s)))
			return ERR_OK;
	}
}

/* One item of each group in turn until there is no room or nothing more. */
static enum err take_in_turn(
	struct store *s, struct queue_fetch *fetch, struct group *groups, size_t n)
{
	bool took = true;

	while (took && fetch->n < fetch->max) {
		took = false;
		for (size_t i = 0; i < n && fetch->n < fetch->max; i++) {
			if (groups[i].is_dry)
				continue;
			enum err err =
				next_item(s, fetch, &groups[i], &fetch->items[fetch->n]);
			if (err && err != ERR_NOTFOUND)
				return err;
			groups[i].is_dry = err == ERR_NOTFOUND;
			fetch->n += !err;
			took |= !err;
		}
	}
	return ERR_OK;
}

static enum err note_next_due(
	struct store *s, struct queue_fetch *fetch, const struct group *g)
{
	int64_t due_at;
	enum err err = db_number(s, &table, DUE_NEXT,
		DB_VALUES(db_int(g->class), db_int(g->source), db_int(db_now(s))),
		&due_at);

	if (!err && (fetch->next_due == 0 || due_at < fetch->next_due))
		fetch->next_due = due_at;
	return err == ERR_NOTFOUND ? ERR_OK : err;
}

/* All groups of the rank that *at begins; *at is then the first of the next one. */
static enum err fetch_rank(struct store *s, struct queue_fetch *fetch, struct group *at)
{
	struct group groups[GROUPS_MAX];
	size_t n = 0;
	int rank = rank_of(at->class);
	enum err err = ERR_OK;

	while (!err && rank_of(at->class) == rank) {
		if (n < GROUPS_MAX)
			groups[n++] = *at;
		err = note_next_due(s, fetch, at);
		if (!err)
			err = next_group(s, at);
	}
	if (err && err != ERR_NOTFOUND)
		return err;
	enum err taken = take_in_turn(s, fetch, groups, n);
	return taken ? taken : err;
}

enum err queue_fetch(struct store *s, struct queue_fetch *fetch)
{
	struct group at = { .class = 0 };

	fetch->n = 0;
	fetch->next_due = 0;
	enum err err = next_group(s, &at);
	while (!err)
		err = fetch_rank(s, fetch, &at);
	return err == ERR_NOTFOUND ? ERR_OK : err;
}

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
		err = usage_add(s, part.sim_id, USAGE_UNKNOWN);
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
