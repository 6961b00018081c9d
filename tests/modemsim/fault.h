/*
 * Fault rules: what goes wrong, when. A rule is one line,
 *
 *   KIND [ARG] [p=0.05] [every=10] [nth=3] [times=2] [to=+3069] [on=+CMGL]
 *        [onair=yes|no] [at=prompt]
 *
 * KIND: cms N, cme N, error (answered at the end), lost (on air, no answer), swallow (not
 * on air, no answer), late MS (on air, the answer comes MS after the body, as an
 * unsolicited line), cut N (the answer ends after N bytes), hang [MS] (deaf until then;
 * 0: until reset), reset, unplug, noprompt, slowprompt MS. onair overrides whether the
 * message leaves all the same. Without on= a rule is about AT+CMGS; at=prompt is about
 * the moment before its prompt. The first rule that matches wins.
 */
#ifndef MODEMSIM_FAULT_H
#define MODEMSIM_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/modemsim/rng.h"

enum {
	FAULT_RULES_MAX = 16,
};

enum fault_kind {
	FAULT_NONE,
	FAULT_CMS,
	FAULT_CME,
	FAULT_ERROR,
	FAULT_LOST,
	FAULT_SWALLOW,
	FAULT_LATE,
	FAULT_CUT,
	FAULT_HANG,
	FAULT_RESET,
	FAULT_UNPLUG,
	FAULT_NOPROMPT,
	FAULT_SLOWPROMPT,
};

struct fault_rule {
	enum fault_kind kind;
	uint32_t arg;
	bool on_air;
	bool at_prompt;
	char on[16]; /* command it is about */
	char to[20]; /* destination prefix; "" any */
	double p;
	uint32_t every; /* 0: each time */
	uint32_t nth;	/* 0: any */
	uint32_t times; /* 0: no limit */
	uint32_t seen;
	uint32_t fired;
};

struct fault_set {
	struct fault_rule rules[FAULT_RULES_MAX];
	size_t count;
};

/* What is happening: a command, or with at_prompt the moment before the prompt. */
struct fault_moment {
	const char *command;
	const char *to; /* "" where there is no destination */
	bool at_prompt;
	bool is_set; /* AT+COMMAND=… */
};

/* False if the line is no rule; *out is unchanged then. */
bool fault_parse(const char *line, struct fault_rule *out);
/* False if the set is full. */
bool fault_add(struct fault_set *set, const struct fault_rule *rule);
/* The rule that fires now, or NULL. Counts and draws. Valid until the set changes. */
const struct fault_rule *fault_pick(
	struct fault_set *set, const struct fault_moment *moment, struct rng *rng);
const char *fault_kind_name(enum fault_kind kind);

#endif
