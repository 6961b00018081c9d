#include "web/api/page.h"

#include <string.h>

#include "firmware/base/str.h"

#define PAGE_DEFAULT 50

struct page_only {
	struct page_query page;
};
static const struct policy_field page_fields[] = {
	PAGE_FIELDS(struct page_only),
	{ 0 },
};
const struct policy page_policy = {
	.name = "Page",
	.fields = page_fields,
	.size = sizeof(struct page_only),
};

bool page_begin(struct page *p, struct call *c, const struct page_query *query)
{
	*p = (struct page){ .call = c };
	if (query->cursor &&
		(!str_to_i64(query->cursor, strlen(query->cursor), &p->before) ||
			p->before <= 0)) {
		call_refuse(c, 400, "bad_cursor",
			"This cursor was not made here. Start again without one.");
		return false;
	}
	p->max = (size_t)(query->limit > 0 ? query->limit : PAGE_DEFAULT) + 1;
	p->j = call_json(c);
	json_out_object(&p->j, NULL);
	json_out_array(&p->j, "items");
	return true;
}

bool page_item(struct page *p, int64_t cursor)
{
	p->n++;
	if (p->n >= p->max)
		return false;
	p->last = cursor;
	return true;
}

void page_end(struct page *p, enum err err)
{
	char next[24];

	if (call_failed(p->call, err))
		return;
	json_out_array_end(&p->j);
	if (p->n >= p->max) {
		(void)str_format(next, sizeof(next), "%lld", (long long)p->last);
		json_out_text(&p->j, "next", next);
	} else {
		json_out_null(&p->j, "next");
	}
	json_out_object_end(&p->j);
}
