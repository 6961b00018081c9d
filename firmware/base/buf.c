#include "firmware/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_init_fixed(struct buf *b, char *mem, size_t size)
{
	*b = (struct buf){ .data = mem, .cap = size > 0 ? size - 1 : 0 };
	if (size > 0)
		mem[0] = '\0';
	else
		b->failed = true;
}

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .max = max };
}

void buf_fini(struct buf *b)
{
	if (b->max > 0)
		free(b->data);
	*b = (struct buf){ 0 };
}

static bool buf_reserve(struct buf *b, size_t more)
{
	if (b->failed || (b->data && more <= b->cap - b->len))
		return !b->failed;
	if (b->max == 0 || more > b->max - b->len) {
		b->failed = true;
		return false;
	}
	size_t cap = b->cap > 0 ? b->cap : 120;
	while (cap < b->len + more)
		cap *= 2;
	if (cap > b->max)
		cap = b->max;
	char *data = realloc(b->data, cap + 1);
	if (!data) {
		b->failed = true;
		return false;
	}
	b->data = data;
	b->cap = cap;
	return true;
}

void buf_put(struct buf *b, const void *data, size_t len)
{
	if (!buf_reserve(b, len))
		return;
	if (len > 0)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void buf_putc(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void buf_puts(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0 || !buf_reserve(b, (size_t)n)) {
		b->failed = true;
		return;
	}
	va_start(ap, fmt);
	(void)vsnprintf(
		b->data + b->len, (size_t)n + 1, fmt, ap); /* measured just above */
	va_end(ap);
	b->len += (size_t)n;
}

void buf_consume(struct buf *b, size_t n)
{
	if (n == 0 || n > b->len)
		return;
	memmove(b->data, b->data + n, b->len - n);
	b->len -= n;
	b->data[b->len] = '\0';
}

void buf_reset(struct buf *b)
{
	b->len = 0;
	b->failed = b->max == 0 && !b->data;
	if (b->data)
		b->data[0] = '\0';
}

bool buf_ok(const struct buf *b)
{
	return !b->failed;
}

const char *buf_str(const struct buf *b)
{
	return b->data ? b->data : "";
}
