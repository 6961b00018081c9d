/*
 * What the office's tests share: an office on a store in a folder of its own, on a clock
 * that the test moves, and short ways to say "a list with a consenting member".
 */
#ifndef TESTS_OFFICE_FIXTURE_H
#define TESTS_OFFICE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "firmware/base/crypto.h"
#include "firmware/base/log.h"
#include "firmware/base/str.h"
#include "firmware/office/campaign/campaigns.h"
#include "firmware/office/campaign/feeder.h"
#include "firmware/office/import/import.h"
#include "firmware/office/people/lists.h"
#include "firmware/office/message/messages.h"
#include "firmware/office/office.h"
#include "firmware/office/dispatch/planner.h"
#include "firmware/office/desk/rules.h"
#include "firmware/store/inbound.h"
#include "firmware/store/queue.h"
#include "firmware/store/sim.h"
#include "tests/unit/scratch.h"

#define NOW INT64_C(1780000000000)
#define OK(call) assert_int_equal((call), ERR_OK)
/* An office call that must work; says why if it does not. */
#define FINE(f, call)                                                                    \
	do {                                                                             \
		if ((call) != ERR_OK)                                                    \
			fail_msg("%s: %s: %s", #call, (f)->o.why.code,                   \
				(f)->o.why.detail);                                      \
	} while (0)
/* One that must be refused with this code. */
#define REFUSED(f, call, said)                                                           \
	do {                                                                             \
		assert_int_not_equal((call), ERR_OK);                                    \
		assert_string_equal((f)->o.why.code, said);                              \
		assert_true(strlen((f)->o.why.detail) > 10);                             \
	} while (0)

struct fixture {
	char folder[SCRATCH_SIZE], path[SCRATCH_SIZE + 16];
	char spool[SCRATCH_SIZE + 32];
	struct clock clock;
	struct office o;
	int64_t sim;
};

static const struct office_actor tester = { .name = "test" };

static inline void fixture_open(struct fixture *f)
{
	FINE(f, office_open(&f->o, f->path, STORE_OFFICE, NULL, &f->clock));
}

/* What a kill leaves: the connection is dropped, a transaction that is open is not
 * committed. */
static inline void fixture_kill(struct fixture *f)
{
	store_close(f->o.store);
	planner_destroy(f->o.planner); /* memory that nobody sees again */
	fixture_open(f);
}

static inline int fixture_setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	const struct sim sim = { .iccid = "8930010000000000001" };
	assert_non_null(f);
	OK(crypto_init());
	log_set_level(LOG_LEVEL_ERROR);
	scratch_make(f->folder);
	(void)str_format(f->path, sizeof(f->path), "%s/store.db", f->folder);
	f->clock = clock_fake(1000, NOW);
	fixture_open(f);
	assert_true(import_spool_dir(f->path, f->spool, sizeof(f->spool)));
	OK(sim_find_or_add(f->o.store, &sim, &f->sim));
	*state = f;
	return 0;
}

static inline int fixture_teardown(void **state)
{
	struct fixture *f = *state;

	office_close(&f->o);
	scratch_drop(f->folder);
	free(f);
	return 0;
}

static inline int64_t new_list(struct fixture *f, const char *name)
{
	int64_t id;
	FINE(f, lists_create(&f->o, &tester, name, "GR", &id));
	return id;
}

/* The n-th person of the tests: +306941200000 and so on, who agreed to the list. */
static inline int64_t new_member(struct fixture *f, int64_t list, int n, bool consents)
{
	char phone[24], name[24];
	int64_t id;
	(void)str_format(phone, sizeof(phone), "+3069412%05d", n);
	(void)str_format(name, sizeof(name), "Person%d", n);
	const struct contact_draft draft = { .phone = phone,
		.first_name = name,
		.lists = &list,
		.n_lists = 1,
		.consent_source = consents ? "shop" : NULL,
		.consent_given_at = consents ? "2026-01-01" : NULL,
		.consent_evidence = consents ? "form" : NULL };
	FINE(f, contacts_create(&f->o, &tester, &draft, &id));
	return id;
}

static inline int64_t new_campaign(struct fixture *f, int64_t list, const char *text)
{
	int64_t id;
	const struct campaign_draft draft = {
		.name = "Offer", .text = text, .class = "promotional", .list_id = list
	};
	FINE(f, campaigns_create(&f->o, &tester, &draft, &id));
	return id;
}

/* A text comes in, as the radio side stores it. */
static inline int64_t receive(struct fixture *f, const char *from, const char *text)
{
	static int64_t scts = NOW;
	enum inbound_stored stored;
	int64_t id;
	const uint8_t pdu[] = { 1, 2, 3 };
	const struct inbound_part part = { .sim_id = f->sim,
		.originator = from,
		.text = text,
		.pdu = pdu,
		.pdu_octets = sizeof(pdu),
		.scts = scts += 1000,
		.total = 1,
		.seq = 1 };
	OK(inbound_store_part(f->o.store, &part, &stored, &id));
	assert_int_equal(stored, INBOUND_STORED_WHOLE);
	return id;
}

static inline void run_rules(struct fixture *f)
{
	size_t n;
	FINE(f, rules_run(&f->o, 100, &n));
}

/* ---- reading back ---- */

#define SEEN_MAX 64
struct seen {
	size_t n;
	struct seen_message {
		int64_t id, sim_id, campaign_id;
		enum message_state state;
		enum message_class class;
		unsigned flags;
		char to[24], text[600], reference[64];
	} at[SEEN_MAX];
};

static inline bool see_message(void *user, const struct message *m)
{
	struct seen *s = user;
	struct seen_message *x = &s->at[s->n++];
	*x = (struct seen_message){ .id = m->id,
		.sim_id = m->sim_id,
		.campaign_id = m->campaign_id,
		.state = m->state,
		.class = m->class,
		.flags = m->flags };
	(void)str_copy(x->to, sizeof(x->to), m->msisdn);
	(void)str_copy(x->text, sizeof(x->text), m->text);
	(void)str_copy(
		x->reference, sizeof(x->reference), m->reference ? m->reference : "");
	return s->n < SEEN_MAX;
}

/* Newest first. to NULL: all. */
static inline struct seen messages_to(struct fixture *f, const char *to)
{
	struct seen s = { .n = 0 };
	const struct message_query query = { .state = -1, .msisdn = to, .max = SEEN_MAX };
	OK(message_list(f->o.store, &query, see_message, &s));
	return s;
}

static inline int64_t count_messages(
	struct fixture *f, int64_t campaign, enum message_state state)
{
	struct message_tally tally;
	OK(message_count(f->o.store, campaign, &tally));
	return tally.n[state];
}

static inline bool copy_message(void *user, const struct message *m)
{
	struct message *out = user;
	*out = *m;
	return true;
}

/* Its numbers; its texts are gone. */
static inline struct message message_of(struct fixture *f, int64_t id)
{
	static const struct message_detail_fn fns = { .message = copy_message };
	struct message m = { .id = 0 };
	OK(message_get(f->o.store, id, &fns, &m));
	return m;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

#endif
