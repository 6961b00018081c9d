/*
 * When messages may go out, in the recipient's time: windows of classes and holidays as
 * kept in the store; and what they mean for one message. Waiting messages follow a change
 * within seconds (replan.h).
 */
#ifndef OFFICE_WINDOWS_H
#define OFFICE_WINDOWS_H

#include "firmware/office/office.h"
#include "firmware/store/window.h"

/* ---- rules ---- no window for a class: always */
enum err windows_each(struct office *o, send_window_fn fn, void *user);
/* invalid_class (otp and alert have none: they answer somebody who waits), invalid_time
 * (from, to: 0 to 1440 and not the same; days: at least one). */
enum err windows_set(struct office *o, const struct office_actor *actor,
	const struct send_window *window);
enum err windows_remove(
	struct office *o, const struct office_actor *actor, enum message_class class);

/* country NULL: all. */
enum err holidays_each(struct office *o, const char *country, holiday_fn fn, void *user);
/* Adds or renames. invalid_country, invalid_day ("2027-03-25" or "03-25"),
 * text_too_long (name). */
enum err holidays_put(struct office *o, const struct office_actor *actor,
	const struct holiday *holiday);
enum err holidays_remove(struct office *o, const struct office_actor *actor,
	const char *country, const char *day);

#endif
