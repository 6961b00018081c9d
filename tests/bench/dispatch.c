/* Prints what one choice costs (choose, take, settle, hand over) and what one look at the
 * queue in a real store costs, with a thousand and a million messages waiting, 8 and 64
 * SIMs, one and a thousand campaigns. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "firmware/base/str.h"
#include "firmware/radio/dispatch/dispatch.h"
#include "firmware/store/message.h"

enum {
	WINDOW = 2048, /* what a fetch reads at most */
	GROUP = 256,   /* of one group */
	BATCH = 2000,  /* choices, timed together */
	BATCHES = 101,
	SIMS = 64,
};

static struct dispatch d;
static struct sim rows[SIMS];
static struct plan plan = { .id = 1, .per_minute = 60000, .per_day = 10000000 };
static struct dispatch_config config = { .sims = rows, .plans = &plan, .n_plans = 1 };
static int64_t next_id;
static const int64_t wall_ms = INT64_C(1800000000000);

static double now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void fill_group(int64_t source, size_t n)
{
	static struct queue_item items[GROUP];
	const struct queue_group key = { .class = CLASS_PROMOTIONAL, .source = source };

	for (size_t i = 0; i < n; i++)
		items[i] = (struct queue_item){ .id = ++next_id,
			.source = source,
			.due_at = wall_ms - 1000,
			.class = CLASS_PROMOTIONAL,
			.parts = 1 };
	if (!dispatch_put_group(&d, &key, items, n, true))
		printf("no room\n");
}

static void make_bank(int sims)
{
	dispatch_init(&d);
	config.n_sims = (size_t)sims;
	for (int i = 0; i < sims; i++)
		rows[i] = (struct sim){ .id = i + 1, .plan_id = 1 };
	dispatch_set_config(&d, &config, NULL);
	for (int i = 0; i < sims; i++) {
		int place = dispatch_sim_add(&d, i + 1);
		d.sims[place].limits.day.to = d.sims[place].limits.month.to = INT64_MAX;
	}
}

/* All SIMs but one are busy, as in a bank at work: each end of a message brings one
 * choice. What went is put back by a refill, outside of the time. */
static void choose_once(int place, uint64_t mono_ms)
{
	const struct dispatch_sim_state idle = {
		.is_present = true, .is_live = true, .is_idle = true
	};
	const struct limits_now now = { mono_ms, wall_ms, true };
	struct dispatch_choice c;

	dispatch_sim_set(&d, place, &idle, mono_ms);
	if (!dispatch_choose(&d, &now, &c)) {
		fprintf(stderr, "nothing to choose\n");
		exit(1);
	}
	int64_t id = d.items[c.item].item.id;
	dispatch_take(&d, &c, &now);
	dispatch_part_went(&d, c.place, &now);
	dispatch_hand_over(&d, c.place);
	dispatch_forget(&d, id);
}

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Microseconds a choice: the median of batches, for the machine may be busy. */
static double run_choices(int sims, int64_t campaigns, int64_t waiting)
{
	double took[BATCHES];
	size_t share = WINDOW / (size_t)campaigns;
	uint64_t mono_ms = 1000000;

	make_bank(sims);
	share = share < GROUP ? share : GROUP;
	if (waiting / campaigns < (int64_t)share)
		share = (size_t)(waiting / campaigns);
	for (int b = 0; b < BATCHES; b++) {
		int left = 0, done = 0;
		took[b] = 0;
		while (done < BATCH) {
			for (int64_t i = 1; left == 0 && i <= campaigns; i++)
				fill_group(i, share);
			left = (int)(share * (size_t)campaigns);
			double from = now_us();
			for (; left > 0 && done < BATCH; left--, done++, mono_ms += 20)
				choose_once(done % sims, mono_ms);
			took[b] += now_us() - from;
		}
	}
	qsort(took, BATCHES, sizeof(took[0]), compare);
	return took[BATCHES / 2] / BATCH;
}

static void bench_choices(void)
{
	static const struct {
		int sims;
		int64_t campaigns, waiting;
	} cases[] = { { 8, 1, 1000 }, { 8, 1000, 1000 }, { 64, 1, 1000000 },
		{ 64, 1000, 1000000 } };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		printf("%9lld waiting, %2d SIMs, %4lld campaigns: %.2f us a choice\n",
			(long long)cases[i].waiting, cases[i].sims,
			(long long)cases[i].campaigns,
			run_choices(cases[i].sims, cases[i].campaigns, cases[i].waiting));
}

/* The store. */

static void check(enum err err)
{
	if (err) {
		fprintf(stderr, "the store fails: %s\n", err_name(err));
		exit(1);
	}
}

static void add_messages(struct store *s, int64_t n, int64_t campaigns)
{
	for (int64_t i = 0; i < n; i++) {
		char to[20];
		struct message_added added;
		if (i % 10000 == 0)
			check(store_begin(s));
		(void)str_format(to, sizeof(to), "+30694%07lld", (long long)i); /* fits */
		check(message_add(s,
			&(struct message){ .state = MESSAGE_QUEUED,
				.class = CLASS_PROMOTIONAL,
				.source = 1 + i % campaigns,
				.msisdn = to,
				.text = "Hello",
				.parts = 1,
				.due_at = wall_ms - 1000 },
			&added));
		if (i % 10000 == 9999 || i + 1 == n)
			check(store_commit(s));
	}
}

static size_t fetch(struct store *s, size_t per_group)
{
	static struct queue_item items[WINDOW];
	struct queue_group groups[64], last;
	size_t n = 64, read = 0;

	for (bool is_first = true; n == 64; is_first = false) {
		if (!is_first)
			last = groups[63];
		check(queue_groups(s, is_first ? NULL : &last, groups, 64, &n));
		for (size_t i = 0; i < n && read < WINDOW; i++) {
			struct queue_want want = { .group = groups[i],
				.due_at = INT64_MIN,
				.max = per_group < WINDOW - read ? per_group
								 : WINDOW - read };
			check(queue_refill(s, &want, &items[read]));
			read += want.n;
		}
	}
	return read;
}

static void bench_fetch(int64_t waiting, int64_t campaigns)
{
	char dir[] = "/tmp/chapar-bench-XXXXXX", path[64];
	struct clock clock = clock_fake(1000, wall_ms);
	struct store *s;
	size_t share = WINDOW / (size_t)(campaigns + 1), read = 0;

	if (!mkdtemp(dir))
		exit(1);
	(void)str_format(path, sizeof(path), "%s/store.db", dir); /* fits */
	check(store_open(&s, path, STORE_BULK, &clock, NULL));
	add_messages(s, waiting, campaigns);
	share = share < GROUP ? share : GROUP;
	double from = now_us();
	for (int i = 0; i < 20; i++)
		read = fetch(s, share);
	printf("%9lld waiting, %4lld campaigns: %.0f us a look at the queue, %zu messages\n",
		(long long)waiting, (long long)campaigns, (now_us() - from) / 20, read);
	store_close(s);
	static const char *const ends[] = { "", "-wal", "-shm", "-office" };
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		char name[80];
		(void)str_format(name, sizeof(name), "%s%s", path, ends[i]); /* fits */
		(void)unlink(name);
	}
	(void)rmdir(dir);
}

int main(void)
{
	(void)setvbuf(stdout, NULL, _IOLBF, 0);
	bench_choices();
	bench_fetch(1000, 1);
	bench_fetch(1000, 1000);
	bench_fetch(1000000, 1);
	bench_fetch(1000000, 1000);
	return 0;
}
