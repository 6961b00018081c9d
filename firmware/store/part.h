/*
 * Inside the store: what the parts of a message make of it.
 */
#ifndef STORE_PART_H
#define STORE_PART_H

#include "firmware/store/db.h"
#include "firmware/store/queue.h"

/* Once every part is on air and answered, the message's state is that of its worst part:
 * failed, unknown, undelivered, sent, delivered, in this order. A message that has
 * failed, expired or been cancelled stays so. cause: why, kept where the state changes.
 */
enum err part_settle(struct store *s, int64_t message_id, const char *cause);

/* A line in the message's history. sim_id 0: none. */
struct part_note {
	int64_t message_id, sim_id;
	const char *kind, *detail;
};
enum err part_note(struct store *s, const struct part_note *note);

/* A report for a part known to be its own. */
struct part_key {
	int64_t message_id, sim_id, sending_at;
	int64_t seq;
	enum part_state state;
};

/* Reports that came before the answer gave this part its mr, or before it was given up as
 * unknown (mr -1). */
enum err part_reports_kept(struct store *s, const struct part_key *part, int mr);

#endif
