/*
 * Requests one after the other, as the administrator, each with the status and some text
 * that its answer must have.
 */
#ifndef TESTS_WEB_WALK_H
#define TESTS_WEB_WALK_H

#include "tests/unit/web_box.h"

struct step {
	const char *method, *path, *body;
	int status;
	const char *expect; /* in the answer; NULL: anything */
};

static inline void walk(struct web_box *box, const struct step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct web_reply r =
			web_ask(box->port, &(struct web_ask){
						   .method = steps[i].method,
						   .path = steps[i].path,
						   .body = steps[i].body,
						   .key = box->keys[AUTH_ADMIN],
					   });
		if (r.status != steps[i].status ||
			(steps[i].expect && !strstr(r.body, steps[i].expect)))
			fail_msg("step %zu: %s %s: %d %s", i, steps[i].method,
				steps[i].path, r.status, r.body);
		web_reply_fini(&r);
	}
}
#define WALK(box_, steps_) walk(box_, steps_, sizeof(steps_) / sizeof(steps_[0]))

#endif
