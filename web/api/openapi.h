/*
 * The OpenAPI 3.1 document, made from the route table, its policies and shapes.
 */
#ifndef WEB_API_OPENAPI_H
#define WEB_API_OPENAPI_H

#include "web/api/json_out.h"

void openapi_write(struct json_out *j);

#endif
