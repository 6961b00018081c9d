#include "firmware/base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "firmware/base/str.h"

/* GLOBAL: the log sink, written at start-up. */
static struct {
	enum log_level level;
} sink = { .level = LOG_LEVEL_INFO };

void log_set_level(enum log_level level)
{
	sink.level = level;
}

static const char *level_name(enum log_level level)
{
	switch (level) {
	case LOG_LEVEL_ERROR:
		return "error";
	case LOG_LEVEL_WARN:
		return "warn";
	case LOG_LEVEL_INFO:
		return "info";
	case LOG_LEVEL_DEBUG:
		return "debug";
	}
	return "?";
}

void log_line(enum log_level level, const char *module, const char *fmt, ...)
{
	char line[1200];
	char stamp[32] = "";
	struct timespec now;
	struct tm tm;
	va_list ap;

	if (level > sink.level)
		return;
	if (getenv("JOURNAL_STREAM")) {
		(void)str_format(line, sizeof(line), "<%d>%s: ", (int)level, module);
	} else {
		(void)clock_gettime(CLOCK_REALTIME, &now);
		(void)gmtime_r(&now.tv_sec, &tm);
		(void)strftime(stamp, sizeof(stamp), "%H:%M:%S", &tm);
		(void)str_format(line, sizeof(line), "%s.%03ld %s %s: ", stamp,
			now.tv_nsec / 1000000, level_name(level), module);
	}
	size_t used = strlen(line);
	va_start(ap, fmt);
	/* A longer line is cut: the log must never fail its caller. */
	(void)vsnprintf(line + used, sizeof(line) - used - 1, fmt, ap);
	va_end(ap);
	used = strlen(line);
	line[used++] = '\n';
	/* One write a line, so that threads and processes do not mix theirs. */
	ssize_t n = write(STDERR_FILENO, line, used);
	(void)n; /* nowhere to report that the log cannot be written */
}

const char *log_mask_number(const char *msisdn, char *dst, unsigned size)
{
	size_t len = strlen(msisdn);
	if (len <= 6)
		(void)str_copy(dst, size, "…");
	else
		(void)str_format(dst, size, "%.5s…%s", msisdn, msisdn + len - 2);
	return dst;
}
