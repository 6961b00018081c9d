/*
 * In the ring a line is "<mono_ms> <direction> <text>\n"; the oldest lines give way.
 */
#include "firmware/radio/slot/recorder.h"

#include <string.h>

#include "firmware/base/str.h"

enum {
	STAMPED_MAX = RECORDER_LINE_MAX + 32,
};

static size_t digits_of(const char *s)
{
	return strspn(s, "0123456789");
}

static char ring_at(const struct recorder *r, size_t i)
{
	return r->ring[(r->start + i) % RECORDER_OCTETS];
}

static void drop_oldest(struct recorder *r)
{
	size_t n = 0;

	while (n < r->len && ring_at(r, n) != '\n')
		n++;
	n += n < r->len;
	r->start = (r->start + n) % RECORDER_OCTETS;
	r->len -= n;
}

static void ring_put(struct recorder *r, const char *s, size_t len)
{
	while (RECORDER_OCTETS - r->len < len)
		drop_oldest(r);
	for (size_t i = 0; i < len; i++)
		r->ring[(r->start + r->len + i) % RECORDER_OCTETS] = s[i];
	r->len += len;
}

void recorder_add(struct recorder *r, const struct recorder_line *line)
{
	char stamped[STAMPED_MAX];

	/* Fits: a line is cut before. */
	(void)str_format(stamped, sizeof(stamped), "%llu %c %.*s\n",
		(unsigned long long)line->mono_ms, line->direction, RECORDER_LINE_MAX,
		line->text);
	ring_put(r, stamped, strlen(stamped));
}

/* Turns the absolute stamp of a line into the time before now. */
static void restamp(const char *line, uint64_t now_ms, char *dst, size_t size)
{
	size_t digits = digits_of(line);
	uint64_t at = 0;

	if (!str_to_u64(line, digits, UINT64_MAX, &at) || at > now_ms)
		at = now_ms;
	uint64_t ago = now_ms - at;
	(void)str_format(dst, size, "-%llu.%03u%s\n", /* cut at worst */
		(unsigned long long)(ago / 1000), (unsigned)(ago % 1000), line + digits);
}

/* The line that ends before `end` in the ring, without its \n; where it starts. */
static size_t line_before(const struct recorder *r, size_t end, char line[STAMPED_MAX])
{
	size_t start = end - 1;

	while (start > 0 && ring_at(r, start - 1) != '\n')
		start--;
	size_t n = end - 1 - start;
	n = n < STAMPED_MAX - 1 ? n : STAMPED_MAX - 1;
	for (size_t i = 0; i < n; i++)
		line[i] = ring_at(r, start + i);
	line[n] = '\0';
	return start;
}

size_t recorder_text(const struct recorder *r, uint64_t now_ms, char *dst, size_t size)
{
	char line[STAMPED_MAX], stamped[STAMPED_MAX + 32];
	size_t end = r->len, free_at = size;

	if (size == 0)
		return 0;
	dst[--free_at] = '\0';
	while (end > 0) {
		end = line_before(r, end, line);
		restamp(line, now_ms, stamped, sizeof(stamped));
		size_t n = strlen(stamped);
		if (n > free_at)
			break;
		free_at -= n;
		memcpy(dst + free_at, stamped, n);
	}
	memmove(dst, dst + free_at, size - free_at);
	return size - 1 - free_at;
}
