/*
 * What the store's tests share: a store in a folder of its own, on a clock that the test
 * moves, and short ways to say "a message waits".
 */
#ifndef TESTS_STORE_FIXTURE_H
#define TESTS_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "firmware/base/str.h"
#include "firmware/store/contact.h"
#include "firmware/store/db.h"
#include "firmware/store/inbound.h"
#include "firmware/store/list.h"
#include "firmware/store/message.h"
#include "firmware/store/queue.h"
#include "firmware/store/sim.h"
#include "firmware/store/store.h"
#include "firmware/store/suppression.h"
#include "tests/unit/scratch.h"

#define NOW INT64_C(1780000000000)
#define OK(call) assert_int_equal((call), ERR_OK)

struct fixture {
	char folder[SCRATCH_SIZE], path[SCRATCH_SIZE + 16];
	struct clock clock;
	struct store *s;
	int64_t sim;
};

static inline void fixture_open(struct fixture *f)
{
	struct store_opening why;
	enum err err = store_open(&f->s, f->path, STORE_RADIO, &f->clock, &why);
	if (err)
		print_error("%s\n", why.message);
	assert_int_equal(err, ERR_OK);
}

static inline void fixture_reopen(struct fixture *f)
{
	store_close(f->s);
	fixture_open(f);
}

static inline int fixture_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	const struct sim sim = { .iccid = "8930010000000000001" };

	assert_non_null(f);
	scratch_make(f->folder);
	(void)str_format(f->path, sizeof(f->path), "%s/store.db", f->folder);
	f->clock = clock_fake(1000, NOW);
	fixture_open(f);
	OK(sim_find_or_add(f->s, &sim, &f->sim));
	*state = f;
	return 0;
}

static inline int fixture_teardown(void **state)
{
	struct fixture *f = *state;

	store_close(f->s);
	scratch_drop(f->folder);
	free(f);
	return 0;
}

static inline int64_t add_message(
	struct fixture *f, enum message_class class, const char *msisdn, uint16_t parts)
{
	struct message_added added;
	const struct message in = { .state = MESSAGE_QUEUED,
		.class = class,
		.msisdn = msisdn,
		.text = "Hello",
		.parts = parts,
		.due_at = f->clock.fake_wall_ms };
	OK(message_add(f->s, &in, &added));
	assert_false(added.existed);
	return added.id;
}

/* A message of which only some matters: ADD(.source = 7, .due_at = NOW - 5). */
static inline int64_t add_like(struct fixture *f, struct message in)
{
	struct message_added added;

	in.state =
		in.state == MESSAGE_HELD && !in.campaign_id ? MESSAGE_QUEUED : in.state;
	in.class = in.class ? in.class : CLASS_TRANSACTIONAL;
	in.msisdn = in.msisdn ? in.msisdn : "+306941234567";
	in.text = "Hello";
	in.parts = in.parts ? in.parts : 1;
	in.due_at = in.due_at ? in.due_at : NOW;
	OK(message_add(f->s, &in, &added));
	return added.id;
}
#define ADD(...) add_like(f, (struct message){ __VA_ARGS__ })

static inline enum queue_claim_result claim(struct fixture *f, int64_t id)
{
	static struct queue_claim out;
	enum queue_claim_result result;
	OK(queue_claim(
		f->s, &(struct queue_take){ .id = id, .sim_id = f->sim }, &out, &result));
	return result;
}

/* The one number that sql gives, past the store's own statements. */
static inline int64_t ask(struct fixture *f, const char *sql)
{
	sqlite3_stmt *stmt;

	if (sqlite3_prepare_v2(f->s->db, sql, -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(f->s->db));
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	int64_t number = sqlite3_column_int64(stmt, 0);
	(void)sqlite3_finalize(stmt);
	return number;
}

/* what ends in "id = ". */
static inline int64_t ask_id(struct fixture *f, const char *what, int64_t id)
{
	char sql[200];
	(void)str_format(sql, sizeof(sql), "%s%lld", what, (long long)id);
	return ask(f, sql);
}

static inline int64_t state_of(struct fixture *f, int64_t id)
{
	return ask_id(f, "SELECT state FROM message WHERE id = ", id);
}

static inline int64_t part_state_of(struct fixture *f, int64_t id, int seq)
{
	char sql[200];
	(void)str_format(sql, sizeof(sql),
		"SELECT state FROM part WHERE message_id = %lld AND seq = %d",
		(long long)id, seq);
	return ask(f, sql);
}

#endif
