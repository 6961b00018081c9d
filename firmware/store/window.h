/*
 * When messages may go out, in the recipient's time, and how often one number is written
 * to: by class. Rules only: what they mean for a message is the office side's to say.
 */
#ifndef STORE_WINDOW_H
#define STORE_WINDOW_H

#include <stddef.h>

#include "firmware/store/store.h"

/* No row for a class: always. */
struct send_window {
	enum message_class class;
	int from_minute, to_minute; /* after midnight, 0 to 1440; to exclusive; from > to:
				       over midnight */
	unsigned days;		    /* bit 0 Monday to bit 6 Sunday */
	bool on_holidays;	    /* true: on these too */
};
typedef bool (*send_window_fn)(void *user, const struct send_window *window);
enum err send_window_put(struct store *s, const struct send_window *in); /* ERR_ARG */
enum err send_window_remove(struct store *s, enum message_class class); /* absent: fine */
enum err send_window_each(struct store *s, send_window_fn fn, void *user); /* by class */

struct holiday {
	const char *country; /* ISO 3166 alpha-2 */
	const char *day;     /* "2027-03-25", or "03-25" for every year */
	const char *name;
};
typedef bool (*holiday_fn)(void *user, const struct holiday *holiday);
enum err holiday_put(struct store *s, const struct holiday *in); /* adds or renames */
enum err holiday_remove(struct store *s, const char *country, const char *day);
/* By country and day; country NULL: of all. */
enum err holiday_each(struct store *s, const char *country, holiday_fn fn, void *user);

/* No row for a class: no cap. */
struct frequency_cap {
	enum message_class class;
	int64_t days_7, days_30; /* messages to one number; 0: no cap */
};
typedef bool (*frequency_cap_fn)(void *user, const struct frequency_cap *cap);
/* One without a number is removed. ERR_ARG: below 0. */
enum err frequency_cap_put(struct store *s, const struct frequency_cap *in);
enum err frequency_cap_each(struct store *s, frequency_cap_fn fn, void *user);
/* When one more message of this class may go to the number: 0 now, else UTC ms. */
enum err frequency_free_at(
	struct store *s, const char *msisdn, enum message_class class, int64_t *out_at);

#endif
