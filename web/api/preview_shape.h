/*
 * How a preview over a list is written; see res_preview.c.
 */
#ifndef WEB_API_PREVIEW_SHAPE_H
#define WEB_API_PREVIEW_SHAPE_H

#include "web/api/shape.h"

extern const struct shape preview_sample_shape; /* of struct preview_sample */
extern const struct shape preview_list_shape;	/* of struct preview_list */

#endif
