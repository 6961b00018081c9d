/*
 * A mutator of text whose lines mean something: they are doubled, moved, changed about,
 * cut, or others put between them. For libFuzzer programs; include once.
 */
#ifndef TESTS_LINE_MUTATOR_H
#define TESTS_LINE_MUTATOR_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "firmware/base/str.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);

static unsigned draw(unsigned *seed, size_t n)
{
	*seed = *seed * 1103515245u + 12345u;
	return n ? (*seed >> 8) % (unsigned)n : 0;
}

struct span {
	size_t from, to; /* its newline included */
};

static struct span span_at(const uint8_t *data, size_t size, size_t at)
{
	struct span s = { at, at };

	while (s.from > 0 && data[s.from - 1] != '\n')
		s.from--;
	while (s.to < size && data[s.to++] != '\n')
		;
	return s;
}

/* Makes room for text and a newline at a line's begin; the size as it is then. */
static size_t insert(uint8_t *data, size_t size, size_t max, size_t at, const char *text)
{
	size_t len = strlen(text);

	if (len + 1 > max - size)
		return size;
	memmove(data + at + len + 1, data + at, size - at);
	memcpy(data + at, text, len);
	data[at + len] = '\n';
	return size + len + 1;
}

static size_t copy_to(uint8_t *data, size_t size, size_t max, struct span s, size_t at)
{
	char text[1100];

	return str_copy_n(text, sizeof(text), (const char *)data + s.from,
		       s.to - s.from - (s.to > s.from && data[s.to - 1] == '\n'))
		       ? insert(data, size, max, at, text)
		       : size;
}

static size_t remove_span(uint8_t *data, size_t size, struct span s)
{
	memmove(data + s.from, data + s.to, size - s.to);
	return size - (s.to - s.from);
}

/* The line ends here; what follows is another one, or is gone. */
static size_t cut(uint8_t *data, size_t size, struct span s, size_t at, bool is_gone)
{
	if (is_gone)
		return remove_span(data, size, (struct span){ at, s.to - (s.to > at) });
	data[at] = '\n';
	return size;
}

/* phrases: lines that may be put between them; NULL-ended. Returns the new size. */
static size_t lines_mutate(
	uint8_t *data, size_t size, size_t max, unsigned seed, const char *const *phrases)
{
	size_t n = 0;

	while (phrases[n])
		n++;
	if (size == 0)
		return insert(data, 0, max, 0, phrases[0]);
	size_t at = draw(&seed, size);
	struct span s = span_at(data, size, at);
	size_t there = span_at(data, size, draw(&seed, size)).from;
	switch (draw(&seed, 8)) {
	case 0:
		return remove_span(data, size, s);
	case 1: /* said twice */
		return copy_to(data, size, max, s, s.from);
	case 2: /* said there, too */
		return copy_to(data, size, max, s, there);
	case 3: /* changed about with the next */
		size = copy_to(data, size, max, s, span_at(data, size, s.to).to);
		return remove_span(data, size, s);
	case 4:
		return cut(data, size, s, at, draw(&seed, 2));
	case 5:
		return LLVMFuzzerMutate(data, size, max);
	default:
		return insert(data, size, max, s.from, phrases[draw(&seed, n)]);
	}
}

#endif
