/*
 * What a request asks for: the raw request target, taken apart and decoded. Segments that
 * climb (`..`), are empty or hold a slash or a control character in disguise are refused
 * here, so that nothing behind sees one. Pure.
 */
#ifndef WEB_API_TARGET_H
#define WEB_API_TARGET_H

#include <stddef.h>

#include "firmware/base/err.h"
#include "web/api/policy.h"
#include "web/api/problem.h"

#define TARGET_OCTETS_MAX 4096
#define TARGET_SEGMENTS_MAX 8
#define TARGET_PAIRS_MAX 24

struct target {
	char *memory; /* owned: everything below points into it */
	const char *segments[TARGET_SEGMENTS_MAX];
	size_t n_segments;
	struct policy_pair pairs[TARGET_PAIRS_MAX];
	size_t n_pairs;
};

/* raw: origin form, `/path?query`. On failure *why is filled and nothing is owned. */
enum err target_parse(const char *raw, struct target *out, struct problem *why);
void target_fini(struct target *t); /* accepts a zeroed struct */

#endif
