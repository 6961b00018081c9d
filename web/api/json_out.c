#include "web/api/json_out.h"

#include <string.h>

#include "firmware/base/clock.h"
#include "firmware/base/str.h"
#include "web/api/policy_value.h"

struct json_out json_out_to(struct buf *buf)
{
	return (struct json_out){ .buf = buf };
}

static void put_escaped(struct buf *buf, const char *s, size_t len)
{
	static const char hex[] = "0123456789abcdef";
	size_t from = 0;

	for (size_t i = 0; i < len;) {
		unsigned char c = (unsigned char)s[i];
		uint32_t cp;
		int n = c < 0x80 ? 1 : str_utf8_next(s + i, len - i, &cp);
		if (n > 0 && c >= 0x20 && c != '"' && c != '\\') {
			i += (size_t)n;
			continue;
		}
		buf_put(buf, s + from, i - from);
		if (n <= 0)
			buf_puts(buf, "\xEF\xBF\xBD");
		else if (c == '"' || c == '\\')
			buf_put(buf, (char[]){ '\\', (char)c }, 2);
		else if (c == '\n')
			buf_puts(buf, "\\n");
		else
			buf_put(buf,
				(char[]){ '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] },
				6);
		from = ++i;
	}
	buf_put(buf, s + from, len - from);
}

static void start(struct json_out *j, const char *key)
{
	if (j->comma)
		buf_putc(j->buf, ',');
	j->comma = true;
	if (key) {
		buf_putc(j->buf, '"');
		put_escaped(j->buf, key, strlen(key));
		buf_puts(j->buf, "\":");
	}
}

static void open_level(struct json_out *j, const char *key, char bracket)
{
	start(j, key);
	buf_putc(j->buf, bracket);
	j->comma = false;
}

static void close_level(struct json_out *j, char bracket)
{
	buf_putc(j->buf, bracket);
	j->comma = true;
}

void json_out_object(struct json_out *j, const char *key)
{
	open_level(j, key, '{');
}

void json_out_object_end(struct json_out *j)
{
	close_level(j, '}');
}

void json_out_array(struct json_out *j, const char *key)
{
	open_level(j, key, '[');
}

void json_out_array_end(struct json_out *j)
{
	close_level(j, ']');
}

void json_out_text_n(struct json_out *j, const char *key, const char *value, size_t len)
{
	start(j, key);
	buf_putc(j->buf, '"');
	put_escaped(j->buf, value, len);
	buf_putc(j->buf, '"');
}

void json_out_text(struct json_out *j, const char *key, const char *value)
{
	json_out_text_n(j, key, value, strlen(value));
}

void json_out_i64(struct json_out *j, const char *key, int64_t value)
{
	start(j, key);
	buf_printf(j->buf, "%lld", (long long)value);
}

void json_out_double(struct json_out *j, const char *key, double value)
{
	start(j, key);
	if (value > -1e15 && value < 1e15)
		buf_printf(j->buf, "%.1f", value);
	else
		buf_puts(j->buf, "null");
}

void json_out_bool(struct json_out *j, const char *key, bool value)
{
	start(j, key);
	buf_puts(j->buf, value ? "true" : "false");
}

void json_out_null(struct json_out *j, const char *key)
{
	start(j, key);
	buf_puts(j->buf, "null");
}

void json_out_money(struct json_out *j, const char *key, int64_t millionths)
{
	char text[POLICY_VALUE_SIZE];

	json_out_raw(j, key, policy_amount_text(millionths, text));
}

void json_out_time(struct json_out *j, const char *key, int64_t wall_ms)
{
	char text[32];

	if (wall_ms == 0)
		json_out_null(j, key);
	else
		json_out_text(j, key, clock_format(wall_ms, text, sizeof(text)));
}

void json_out_raw(struct json_out *j, const char *key, const char *json)
{
	start(j, key);
	buf_puts(j->buf, json);
}
