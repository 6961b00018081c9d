#include "tests/modemsim/simlog.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "firmware/base/clock.h"
#define LOG_MODULE "simlog"
#include "firmware/base/log.h"
#include "firmware/base/str.h"

enum {
	LINE_MAX_OCTETS = 64 * 1024,
};

enum err simlog_open(struct simlog *log, const char *path, bool trace)
{
	*log = (struct simlog){ .fd = -1, .trace = trace };
	buf_init(&log->line, LINE_MAX_OCTETS);
	if (!path)
		return ERR_OK;
	log->fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
	if (log->fd < 0) {
		log_error("open path=%s error=%s", path, strerror(errno));
		return ERR_SYS;
	}
	return ERR_OK;
}

void simlog_close(struct simlog *log)
{
	if (log->fd >= 0)
		(void)close(log->fd); /* every line was written when it happened */
	log->fd = -1;
	buf_fini(&log->line);
}

void simlog_begin(struct simlog *log, const char *event, int modem)
{
	const struct clock *clock = clock_system();

	buf_reset(&log->line);
	buf_printf(&log->line, "{\"t\":%lld,\"mono\":%llu,\"ev\":\"%s\"",
		(long long)clock_wall_ms(clock), (unsigned long long)clock_mono_ms(clock),
		event);
	if (modem >= 0)
		buf_printf(&log->line, ",\"modem\":%d", modem);
}

void simlog_text(struct simlog *log, const char *key, const char *value)
{
	buf_printf(&log->line, ",\"%s\":", key);
	simlog_json_string(&log->line, value, strlen(value));
}

void simlog_number(struct simlog *log, const char *key, int64_t value)
{
	buf_printf(&log->line, ",\"%s\":%lld", key, (long long)value);
}

void simlog_bool(struct simlog *log, const char *key, bool value)
{
	buf_printf(&log->line, ",\"%s\":%s", key, value ? "true" : "false");
}

void simlog_hex(struct simlog *log, const char *key, const uint8_t *data, size_t len)
{
	char hex[1024];

	if (str_to_hex(hex, sizeof(hex), data, len))
		simlog_text(log, key, hex);
}

void simlog_end(struct simlog *log)
{
	buf_puts(&log->line, "}\n");
	if (log->fd < 0 || !buf_ok(&log->line))
		return;
	if (write(log->fd, log->line.data, log->line.len) < 0)
		log_error("write error=%s", strerror(errno));
}

static void json_char(struct buf *dst, const char *at, int used)
{
	if (used < 0)
		buf_putc(dst, '?');
	else if (*at == '"' || *at == '\\')
		buf_printf(dst, "\\%c", *at);
	else if (*at == '\n')
		buf_puts(dst, "\\n");
	else if (*at == '\r')
		buf_puts(dst, "\\r");
	else if ((unsigned char)*at < 0x20)
		buf_printf(dst, "\\u%04x", (unsigned)*at);
	else
		buf_put(dst, at, (size_t)used);
}

void simlog_json_string(struct buf *dst, const char *value, size_t len)
{
	buf_putc(dst, '"');
	while (len > 0) {
		uint32_t point;
		int used = str_utf8_next(value, len, &point);
		size_t step = used > 0 ? (size_t)used : 1;

		json_char(dst, value, used);
		value += step;
		len -= step;
	}
	buf_putc(dst, '"');
}
