/*
 * Inside the planner: the rules in memory, and where planning anew stands.
 */
#ifndef OFFICE_PLANNER_INTERNAL_H
#define OFFICE_PLANNER_INTERNAL_H

#include "firmware/office/dispatch/planner.h"
#include "firmware/store/replan.h"

#define PLANNER_CLASSES (CLASS_PROMOTIONAL + 1)
#define PLANNER_SPANS 64

/* The answer to a question asked before; it holds for any time in [asked, close). */
struct planner_span {
	enum message_class class;
	char key[TZ_NAME_SIZE]; /* the zone, or the country; told apart by the '/' */
	char country[4];	/* whose holidays count */
	struct hours_rule own;
	int64_t asked;
	struct hours_span span;
	bool is_never;
};

struct planner {
	struct zones *zones;
	int64_t version; /* of the rules that are loaded; -1: none */
	bool has_rule[PLANNER_CLASSES];
	struct hours_rule rules[PLANNER_CLASSES];
	struct planner_holiday {
		char country[4];
		struct hours_day day;
	} * holidays; /* owned, by country */
	size_t n_holidays, room;
	struct hours_day *days; /* owned: those of the country asked for last */
	struct hours hours;
	size_t next_span;
	struct planner_span spans[PLANNER_SPANS];
	/* planner_step() */
	struct replan_walk walk;
	int64_t walk_version; /* of the rules that the walk goes by; -1: no walk */
	int64_t clock_offset; /* wall less monotonic; 0: not looked at yet */
};

/* The thread's planner with the rules of now. */
enum err planner_get(struct office *o, struct planner **out);

#endif
