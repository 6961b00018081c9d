/*
 * Inside the store: parts of a text that wait for each other.
 */
#ifndef STORE_JOIN_H
#define STORE_JOIN_H

#include "firmware/store/db.h"
#include "firmware/store/inbound.h"

/* A text that is whole (or given up): becomes an inbound row. */
struct join_text {
	int64_t sim_id, scts;
	const char *originator, *text;
	int64_t parts;
	enum inbound_state state;
	enum inbound_kind kind;
};
enum err join_add_text(struct store *s, const struct join_text *text, int64_t *out_id);

/* After part was stored: if all parts of its text are there now, joins them. *out_inbound
 * 0: others are still missing. */
enum err join_try(struct store *s, const struct inbound_part *part, int64_t *out_inbound);

#endif
