#include "tests/modemsim/world_json.h"

#include <string.h>

static void json_text(struct buf *dst, const char *key, const char *value)
{
	buf_printf(dst, "\"%s\":", key);
	simlog_json_string(dst, value, strlen(value));
}

static void json_message(struct buf *dst, const struct phone_text *text)
{
	buf_printf(dst, "{\"id\":%llu,\"t\":%lld,\"from\":\"%s\",\"parts\":%u,",
		(unsigned long long)text->id, (long long)text->wall_ms,
		text->from_phone ? "phone" : "sim", text->parts);
	json_text(dst, "sim", text->sim);
	buf_putc(dst, ',');
	json_text(dst, "text", text->text);
	buf_putc(dst, '}');
}

void world_json_phones(const struct world *world, struct buf *dst)
{
	buf_putc(dst, '[');
	for (const struct phone *p = world->newest; p; p = p->older) {
		if (p != world->newest)
			buf_putc(dst, ',');
		buf_putc(dst, '{');
		json_text(dst, "number", p->number);
		buf_printf(dst, ",\"texts\":%zu,\"last\":", p->count);
		json_message(dst, phone_text(p, p->count - 1));
		buf_putc(dst, '}');
	}
	buf_putc(dst, ']');
}

void world_json_phone(const struct phone *phone, struct buf *dst)
{
	buf_putc(dst, '{');
	json_text(dst, "number", phone->number);
	buf_puts(dst, ",\"texts\":[");
	for (size_t i = 0; i < phone->count; i++) {
		if (i > 0)
			buf_putc(dst, ',');
		json_message(dst, phone_text(phone, i));
	}
	buf_puts(dst, "]}");
}
