/*
 * Logging, one line an event, key=value, object first. error: someone must act. warn:
 * unusual, handled. info: state changes and one line per message outcome. debug:
 * dialogues. Message text, PDUs and full phone numbers only at debug; PINs and keys
 * never.
 *
 * A file defines LOG_MODULE before including this header. Safe from any thread.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level {
	LOG_LEVEL_ERROR = 3, /* the syslog numbers, as the journal reads them */
	LOG_LEVEL_WARN = 4,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7,
};

/* Lines above level are dropped. At start-up only. */
void log_set_level(enum log_level level);

void log_line(enum log_level level, const char *module, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#define log_error(...) log_line(LOG_LEVEL_ERROR, LOG_MODULE, __VA_ARGS__)
#define log_warn(...) log_line(LOG_LEVEL_WARN, LOG_MODULE, __VA_ARGS__)
#define log_info(...) log_line(LOG_LEVEL_INFO, LOG_MODULE, __VA_ARGS__)
#define log_debug(...) log_line(LOG_LEVEL_DEBUG, LOG_MODULE, __VA_ARGS__)

/* A phone number as logs may show it: "+3069…51" into dst[size >= 16]; returns dst. */
const char *log_mask_number(const char *msisdn, char *dst, unsigned size);

#endif
