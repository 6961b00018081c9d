/*
 * Time, injected. Deadlines are monotonic milliseconds; wall time is UTC milliseconds
 * since 1970, only stored or shown, and not trusted before clock_wall_is_sane().
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct clock {
	uint64_t (*mono_ms)(const struct clock *clock);
	int64_t (*wall_ms)(const struct clock *clock);
	uint64_t fake_mono_ms; /* used by clock_fake() only */
	int64_t fake_wall_ms;
};

/* The machine's clocks. Static storage. */
const struct clock *clock_system(void);
/* A clock that shows what its fake_* fields say; tests advance them by hand. */
struct clock clock_fake(uint64_t mono_ms, int64_t wall_ms);

uint64_t clock_mono_ms(const struct clock *clock);
int64_t clock_wall_ms(const struct clock *clock);
/* False while the date is before this software was written (no battery, no NTP yet). */
bool clock_wall_is_sane(int64_t wall_ms);

/* "2026-11-21T19:30:00.123Z" (RFC 3339, UTC) into dst[size >= 25]; returns dst. */
const char *clock_format(int64_t wall_ms, char *dst, size_t size);
/* RFC 3339 with Z or an offset, fraction optional, the whole of s. False otherwise. */
bool clock_parse(const char *s, int64_t *out_wall_ms);

#endif
