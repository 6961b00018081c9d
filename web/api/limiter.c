#include "web/api/limiter.h"

#include <pthread.h>
#include <stdlib.h>

#include "firmware/base/str.h"

enum {
	ENTRIES = 256,
	FREE_FAILURES = 4, /* people mistype */
	WAIT_FIRST_MS = 1000,
	WAIT_MAX_MS = 5 * 60 * 1000,
};

struct entry {
	bool is_used;
	enum limiter_kind kind;
	char who[64];
	uint64_t seen_ms;  /* last touched */
	uint64_t milli;	   /* thousandths of a token left */
	uint64_t until_ms; /* no try before this */
	unsigned failures;
};

struct limiter {
	pthread_mutex_t lock;
	struct entry entries[ENTRIES];
};

enum err limiter_create(struct limiter **out)
{
	struct limiter *l = calloc(1, sizeof(*l));

	if (!l)
		return ERR_MEM;
	(void)pthread_mutex_init(
		&l->lock, NULL); /* cannot fail with default attributes */
	*out = l;
	return ERR_OK;
}

void limiter_destroy(struct limiter *l)
{
	if (!l)
		return;
	(void)pthread_mutex_destroy(&l->lock);
	free(l);
}

static struct entry *find(struct limiter *l, enum limiter_kind kind, const char *who)
{
	for (size_t i = 0; i < ENTRIES; i++) {
		struct entry *e = &l->entries[i];
		if (e->is_used && e->kind == kind && str_eq(e->who, who))
			return e;
	}
	return NULL;
}

static struct entry *find_or_add(
	struct limiter *l, enum limiter_kind kind, const char *who, bool *is_new)
{
	struct entry *e = find(l, kind, who);

	*is_new = !e;
	if (e)
		return e;
	e = &l->entries[0];
	for (size_t i = 1; i < ENTRIES && e->is_used; i++)
		if (!l->entries[i].is_used || l->entries[i].seen_ms < e->seen_ms)
			e = &l->entries[i];
	*e = (struct entry){ .is_used = true, .kind = kind };
	/* A longer name is cut: it then shares its limit with its namesakes. */
	(void)str_copy(e->who, sizeof(e->who), who);
	return e;
}

uint64_t limiter_take(struct limiter *l, enum limiter_kind kind, const char *who,
	const struct limiter_rate *rate, uint64_t now_ms)
{
	bool is_new;
	uint64_t wait = 0;
	uint64_t full = (uint64_t)rate->burst * 1000;

	(void)pthread_mutex_lock(&l->lock);
	struct entry *e = find_or_add(l, kind, who, &is_new);
	if (is_new)
		e->milli = full;
	else
		e->milli += (now_ms - e->seen_ms) * rate->per_s;
	if (e->milli > full)
		e->milli = full;
	e->seen_ms = now_ms;
	if (e->milli >= 1000)
		e->milli -= 1000;
	else
		wait = (1000 - e->milli) / rate->per_s + 1;
	(void)pthread_mutex_unlock(&l->lock);
	return wait;
}

uint64_t limiter_wait(
	struct limiter *l, enum limiter_kind kind, const char *who, uint64_t now_ms)
{
	uint64_t wait = 0;

	(void)pthread_mutex_lock(&l->lock);
	const struct entry *e = find(l, kind, who);
	if (e && e->until_ms > now_ms)
		wait = e->until_ms - now_ms;
	(void)pthread_mutex_unlock(&l->lock);
	return wait;
}

void limiter_fail(
	struct limiter *l, enum limiter_kind kind, const char *who, uint64_t now_ms)
{
	bool is_new;

	(void)pthread_mutex_lock(&l->lock);
	struct entry *e = find_or_add(l, kind, who, &is_new);
	e->seen_ms = now_ms;
	e->failures++;
	if (e->failures > FREE_FAILURES) {
		unsigned doublings = e->failures - FREE_FAILURES - 1;
		uint64_t wait = doublings > 10 ? WAIT_MAX_MS
					       : (uint64_t)WAIT_FIRST_MS << doublings;
		e->until_ms = now_ms + (wait > WAIT_MAX_MS ? WAIT_MAX_MS : wait);
	}
	(void)pthread_mutex_unlock(&l->lock);
}

void limiter_forgive(struct limiter *l, enum limiter_kind kind, const char *who)
{
	(void)pthread_mutex_lock(&l->lock);
	struct entry *e = find(l, kind, who);
	if (e)
		e->is_used = false;
	(void)pthread_mutex_unlock(&l->lock);
}

bool limiter_once(struct limiter *l, enum limiter_kind kind, const char *who,
	uint64_t period_ms, uint64_t now_ms)
{
	bool is_new;

	(void)pthread_mutex_lock(&l->lock);
	struct entry *e = find_or_add(l, kind, who, &is_new);
	bool due = is_new || now_ms >= e->until_ms;
	if (due)
		e->until_ms = now_ms + period_ms;
	e->seen_ms = now_ms;
	(void)pthread_mutex_unlock(&l->lock);
	return due;
}
