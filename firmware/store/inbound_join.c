/*
 * Parts of a concatenated text, TS 23.040 9.2.3.24.1: in any order, days apart, across
 * restarts. SIM, originator, reference and number of parts name a text; since references
 * come round again, parts more than a day apart belong to different ones.
 */
#include "firmware/store/join.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/buf.h"
#include "firmware/base/str.h"
#include "firmware/store/affinity.h"
#include "firmware/store/usage.h"

#define SAME_TEXT_MS INT64_C(86400000)
#define PARTS_MAX 255
#define TEXT_MAX (PARTS_MAX * 512) /* octets: 160 septets of 3 octets each at most */
#define GAP "[…]"

enum {
	ADD_TEXT,
	WAITING,
	USED,
	STALE
};
static const char *const sql[] = {
	[ADD_TEXT] = "INSERT INTO inbound (sim_id, originator, text, parts, state, scts, "
		     "received_at, kind) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
	/* Nearest in time first, so that a reference used again takes its own parts. */
	[WAITING] =
		"SELECT id, seq, text, pdu FROM inbound_part WHERE inbound_id IS NULL "
		"AND sim_id = ?1 AND originator = ?2 AND concat_ref = ?3 "
		"AND total = ?4 AND abs(coalesce(scts, received_at) - ?5) <= ?6 "
		"ORDER BY abs(coalesce(scts, received_at) - ?5), id",
	[USED] = "UPDATE inbound_part SET inbound_id = ?2, text = NULL, pdu = NULL "
		 "WHERE id = ?1",
	[STALE] = "SELECT sim_id, originator, concat_ref, total, "
		  "coalesce(scts, received_at) FROM inbound_part "
		  "INDEXED BY inbound_part_waiting WHERE inbound_id IS NULL AND "
		  "concat_ref IS NOT NULL AND text IS NOT "
		  "NULL "
		  "AND received_at < ?1 ORDER BY id LIMIT 1",
};
static const struct db_table table = { DB_JOIN, sql, sizeof(sql) / sizeof(sql[0]) };

/* What is there of one text, by sequence number. */
struct gathered {
	size_t total, n;
	struct {
		int64_t id; /* 0: missing */
		char *text;
		uint8_t *pdu;
		size_t pdu_octets;
	} part[PARTS_MAX];
};

static void gathered_free(struct gathered *g)
{
	for (size_t i = 0; i < g->total; i++) {
		free(g->part[i].text);
		free(g->part[i].pdu);
	}
	free(g);
}

static enum err copy_part(const struct db_rows *rows, struct gathered *g, size_t at)
{
	size_t text_len = 0, pdu_len = 0;
	const void *text = db_col_blob(rows, 2, &text_len);
	const void *pdu = db_col_blob(rows, 3, &pdu_len);

	g->part[at].text = calloc(1, text_len + 1);
	g->part[at].pdu = calloc(1, pdu_len + 1);
	if (!g->part[at].text || !g->part[at].pdu)
		return ERR_MEM;
	if (text_len)
		memcpy(g->part[at].text, text, text_len);
	if (pdu_len)
		memcpy(g->part[at].pdu, pdu, pdu_len);
	g->part[at].pdu_octets = pdu_len;
	g->part[at].id = db_col_int(rows, 0);
	g->n++;
	return ERR_OK;
}

/* Owned by the caller: gathered_free(). */
static enum err gather(struct store *s, const struct inbound_part *like, int64_t at,
	struct gathered **out)
{
	struct db_rows rows;
	struct gathered *g = calloc(1, sizeof(*g));

	if (!g)
		return ERR_MEM;
	g->total = like->total;
	enum err err = db_start(s, &table, WAITING,
		DB_VALUES(db_int(like->sim_id), db_text(like->originator),
			db_int(like->concat_ref), db_int(like->total), db_int(at),
			db_int(SAME_TEXT_MS)),
		&rows);
	if (!err) {
		while (!err && db_next(&rows)) {
			int64_t seq = db_col_int(&rows, 1);
			if (seq >= 1 && seq <= like->total && !g->part[seq - 1].id)
				err = copy_part(&rows, g, (size_t)(seq - 1));
		}
		enum err ended = db_end(&rows);
		err = err ? err : ended;
	}
	if (err)
		gathered_free(g);
	else
		*out = g;
	return err;
}

static bool join_whole(
	const struct gathered *g, inbound_join_fn join, char *dst, size_t size)
{
	struct inbound_pdu pdus[PARTS_MAX];

	if (!join || g->n != g->total)
		return false;
	for (size_t i = 0; i < g->total; i++) {
		if (!g->part[i].pdu_octets)
			return false;
		pdus[i] = (struct inbound_pdu){ g->part[i].pdu, g->part[i].pdu_octets };
	}
	return join(pdus, g->total, dst, size) == ERR_OK;
}

static void join_texts(const struct gathered *g, struct buf *out)
{
	for (size_t i = 0; i < g->total; i++)
		buf_puts(out, g->part[i].id ? g->part[i].text : GAP);
}

static enum err add_gathered(struct store *s, const struct inbound_part *like,
	const struct gathered *g, int64_t *out_id)
{
	struct buf text;
	char *whole = calloc(1, TEXT_MAX);
	bool is_whole = g->n == g->total;

	if (!whole)
		return ERR_MEM;
	buf_init(&text, TEXT_MAX);
	if (join_whole(g, like->join, whole, TEXT_MAX))
		buf_puts(&text, whole);
	else
		join_texts(g, &text);
	free(whole);
	enum err err = buf_ok(&text) ? ERR_OK : ERR_MEM;
	if (!err)
		err = join_add_text(s,
			&(struct join_text){ .sim_id = like->sim_id,
				.scts = like->scts,
				.originator = like->originator,
				.text = buf_str(&text),
				.parts = (int64_t)g->n,
				.kind = like->kind,
				.state = is_whole ? INBOUND_NEW : INBOUND_INCOMPLETE },
			out_id);
	buf_fini(&text);
	for (size_t i = 0; !err && i < g->total; i++) {
		if (g->part[i].id)
			err = db_run(s, &table, USED,
				DB_VALUES(db_int(g->part[i].id), db_int(*out_id)));
	}
	return err;
}

enum err join_add_text(struct store *s, const struct join_text *text, int64_t *out_id)
{
	enum err err = db_run(s, &table, ADD_TEXT,
		DB_VALUES(db_int(text->sim_id), db_text(text->originator),
			db_text(text->text), db_int(text->parts), db_int(text->state),
			db_id(text->scts), db_int(db_now(s)), db_int(text->kind)));

	if (err)
		return err;
	*out_id = sqlite3_last_insert_rowid(s->db);
	err = affinity_put(s, text->originator, text->sim_id);
	return err ? err : usage_add(s, text->sim_id, USAGE_RECEIVED);
}

enum err join_try(struct store *s, const struct inbound_part *part, int64_t *out_inbound)
{
	struct gathered *g;
	enum err err = gather(s, part, part->scts ? part->scts : db_now(s), &g);

	if (err)
		return err;
	*out_inbound = 0;
	if (g->n == g->total)
		err = add_gathered(s, part, g, out_inbound);
	gathered_free(g);
	return err;
}

/* The text of the oldest part that has waited too long. ERR_NOTFOUND: none. */
static enum err give_up_one(struct store *s, int64_t before)
{
	char originator[64];
	struct inbound_part like = { .originator = originator, .is_concat = true };
	struct gathered *g;
	struct db_rows rows;
	int64_t id;
	enum err err = db_first(s, &table, STALE, DB_VALUES(db_int(before)), &rows);

	if (err)
		return err;
	like.sim_id = db_col_int(&rows, 0);
	(void)str_copy(originator, sizeof(originator), db_col_text(&rows, 1)); /* fits */
	like.concat_ref = (uint16_t)db_col_int(&rows, 2);
	like.total = (uint8_t)db_col_int(&rows, 3);
	like.scts = db_col_int(&rows, 4);
	err = db_end(&rows);
	if (!err)
		err = gather(s, &like, like.scts, &g);
	if (err)
		return err;
	err = add_gathered(s, &like, g, &id);
	gathered_free(g);
	return err;
}

static enum err give_up(struct store *s, int64_t before, size_t *out_n)
{
	enum err err = ERR_OK;

	while (!err) {
		err = give_up_one(s, before);
		*out_n += !err;
	}
	return err == ERR_NOTFOUND ? ERR_OK : err;
}

enum err inbound_give_up(struct store *s, int64_t before, size_t *out_n)
{
	bool own;
	size_t n = 0;
	enum err err = db_enter(s, &own);

	if (!err)
		err = db_leave(s, own, give_up(s, before, &n));
	if (!err)
		*out_n = n;
	return err;
}
