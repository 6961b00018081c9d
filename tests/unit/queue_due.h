/*
 * What is due now, group by group: for tests that take the radio side's place.
 */
#ifndef TESTS_QUEUE_DUE_H
#define TESTS_QUEUE_DUE_H

#include "firmware/store/queue_read.h"

/* Up to max into items[max]; how many. */
static inline size_t queue_due(struct store *s, struct queue_item *items, size_t max)
{
	struct queue_group at, *after = NULL;
	size_t n, all = 0;

	while (all < max) {
		assert_int_equal(queue_groups(s, after, &at, 1, &n), ERR_OK);
		if (n == 0)
			break;
		after = &at;
		struct queue_want want = { .group = at, .due_at = INT64_MIN };
		do {
			want.max = max - all;
			assert_int_equal(queue_refill(s, &want, items + all), ERR_OK);
			all += want.n;
		} while (want.has_more && all < max);
	}
	return all;
}

#endif
