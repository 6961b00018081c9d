/*
 * How a preview over a list and national tables are written.
 */
#ifndef WEB_API_PREVIEW_SHAPE_H
#define WEB_API_PREVIEW_SHAPE_H

#include "firmware/office/text/preview_price.h"
#include "web/api/shape.h"

extern const struct shape preview_sample_shape; /* of struct preview_sample */
extern const struct shape preview_list_shape;	/* of struct preview_list */
extern const struct shape preview_price_shape;	/* of struct preview_price */
/* What of a rate by destination and plan is said. */
extern const struct shape preview_destination_shape;
void preview_shape_destinations(
	struct json_out *j, const char *key, const struct preview_prices *prices);

/* The name of national tables ("turkish"), null for none; see preview_national_name(). */
void preview_shape_national(struct json_out *j, const char *key, uint32_t national);

#endif
