/*
 * Lists by cursor: `?cursor=&limit=` in, {items: […], next} out. A cursor is opaque to
 * clients; inside it is what the store goes on from.
 */
#ifndef WEB_API_PAGE_H
#define WEB_API_PAGE_H

#include "web/api/call.h"

/* A query struct that pages begins with one; PAGE_FIELDS are its policy's first two. */
struct page_query {
	struct policy_given given;
	const char *cursor;
	int64_t limit;
};
#define PAGE_FIELDS(type)                                                                \
	{ .name = "cursor",                                                              \
		.kind = POLICY_TEXT,                                                     \
		.offset = offsetof(type, page.cursor),                                   \
		.max = 40 },                                                             \
	{                                                                                \
		.name = "limit", .kind = POLICY_I64,                                     \
		.offset = offsetof(type, page.limit), .min = 1, .max = 500               \
	}
extern const struct policy page_policy; /* of struct { struct page_query page; } */
/* Writes {items:[…], next}: begin, each item, end. Ask the store for page.max rows: one
 * more than is shown tells that there is a next page. */
struct page {
	struct call *call;
	struct json_out j;
	int64_t before; /* from the cursor, 0: the first page */
	size_t max;	/* limit + 1 */
	size_t n;
	int64_t last; /* cursor of the last item shown */
};
/* False: a bad cursor, answered. */
bool page_begin(struct page *p, struct call *c, const struct page_query *query);
/* True: write an item into p->j (its cursor is given); false: stop, the page is full. */
bool page_item(struct page *p, int64_t cursor);
void page_end(struct page *p, enum err err);

#endif
