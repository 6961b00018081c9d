/*
 * A byte buffer, on caller's memory (fixed) or growing on the heap up to a stated limit.
 * Failure is sticky: after one append that does not fit, the rest are ignored and
 * buf_ok() is false, so that a caller checks once. A heap buffer keeps a terminating NUL
 * after data[len], so text can be read as a C string.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
	char *data; /* owned when max > 0, else borrowed; valid until the next append */
	size_t len; /* octets used */
	size_t cap; /* octets available, the terminator not counted */
	size_t max; /* growth limit in octets; 0: fixed memory */
	bool failed;
};

/* On mem[size], which must outlive the buffer; one octet is kept for the terminator. */
void buf_init_fixed(struct buf *b, char *mem, size_t size);
/* On the heap, growing to at most max octets. No allocation before the first append. */
void buf_init(struct buf *b, size_t max);
/* Frees what buf_init() grew; accepts a zeroed struct. */
void buf_fini(struct buf *b);

void buf_put(struct buf *b, const void *data, size_t len);
void buf_putc(struct buf *b, char c);
void buf_puts(struct buf *b, const char *s);
void buf_printf(struct buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Drops the first n octets (n <= len). */
void buf_consume(struct buf *b, size_t n);
/* Empties it and clears the failure; keeps the memory. */
void buf_reset(struct buf *b);
bool buf_ok(const struct buf *b);
/* The content as a C string; "" when nothing was appended yet. Borrowed. */
const char *buf_str(const struct buf *b);

#endif
