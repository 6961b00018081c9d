/*
 * Shapes that more than one resource, or the event pump, writes.
 */
#ifndef WEB_API_SHAPES_H
#define WEB_API_SHAPES_H

#include "web/api/shape.h"

extern const struct shape message_shape;  /* of struct message_view */
extern const struct shape accepted_shape; /* of struct message_accepted */
extern const struct shape campaign_shape; /* of struct campaign_view */
extern const struct shape cost_shape;	  /* of struct estimate_cost */
extern const struct shape job_shape;	  /* of struct job_view */
extern const struct shape usage_shape;	  /* of struct sim_usage */
extern const struct shape sim_shape;	  /* of struct line_view with a SIM */
extern const struct shape bay_shape;	  /* of struct line_view with a bay */
extern const struct shape counters_shape; /* of struct overview: what events tell */

extern const struct vstr weekday_names[]; /* "mon" bit 0 … "sun" bit 6 */

/* {from, to}, or null where from is 0. */
void campaign_span_write(struct json_out *j, const char *key, int64_t from, int64_t to);

struct inbound_view;
void inbound_view_write(
	struct json_out *j, const char *key, const struct inbound_view *view);

#endif
