#include "firmware/office/dispatch/windows.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/auth.h"
#include "firmware/office/dispatch/hours.h"
#include "firmware/office/office_internal.h"
#include "firmware/office/phone_number.h"
#include "firmware/office/dispatch/planner.h"

/* What waits is planned anew by the keeper; what comes is planned by the new rules. */
static enum err end_change(struct office *o, const struct office_actor *actor,
	const char *action, const char *object, enum err err)
{
	if (err)
		return office_fail(o, err, "such window or holiday");
	err = planner_rules_changed(o);
	return err ? err : auth_audit(o, actor, action, object, "");
}

enum err windows_each(struct office *o, send_window_fn fn, void *user)
{
	enum err err = send_window_each(o->store, fn, user);
	return err ? office_fail(o, err, "window") : ERR_OK;
}

enum err windows_set(
	struct office *o, const struct office_actor *actor, const struct send_window *w)
{
	const struct hours_rule rule = { w->from_minute, w->to_minute, w->days,
		w->on_holidays };
	bool own;
	if (w->class == CLASS_OTP || w->class == CLASS_ALERT)
		return office_refuse_field(o, "class", "invalid_class",
			"Codes and alerts go out at once: they have no window.");
	if (!hours_rule_is_valid(&rule))
		return office_refuse_field(o, "from", "invalid_time",
			"A window is from one time of the day to another one, on at "
			"least one day of the week.");
	enum err err = office_enter(o, &own);
	if (err)
		return err;
	err = end_change(o, actor, "window.change",
		vstr_name(message_class_names, (int)w->class),
		send_window_put(o->store, w));
	return office_leave(o, own, err);
}

enum err windows_remove(
	struct office *o, const struct office_actor *actor, enum message_class class)
{
	bool own;
	enum err err = office_enter(o, &own);
	if (err)
		return err;
	err = end_change(o, actor, "window.remove",
		vstr_name(message_class_names, (int)class),
		send_window_remove(o->store, class));
	return office_leave(o, own, err);
}

enum err holidays_each(struct office *o, const char *country, holiday_fn fn, void *user)
{
	enum err err = holiday_each(o->store, country, fn, user);
	return err ? office_fail(o, err, "holiday") : ERR_OK;
}

enum err holidays_put(
	struct office *o, const struct office_actor *actor, const struct holiday *h)
{
	static const struct office_text_rule name = { "name", 120, true };
	struct hours_day day;
	bool own;
	if (!h->country || !phone_country_is_known(h->country))
		return office_refuse_field(o, "country", "invalid_country",
			"A country is two capital letters, such as GR.");
	if (!h->day || !hours_day_parse(h->day, &day))
		return office_refuse_field(o, "day", "invalid_day",
			"A day is written 2027-03-25, or 03-25 for every year.");
	enum err err = office_check_text(o, h->name, &name);
	if (!err)
		err = office_enter(o, &own);
	if (err)
		return err;
	const struct holiday put = { h->country, h->day, h->name ? h->name : "" };
	err = end_change(
		o, actor, "holiday.change", h->country, holiday_put(o->store, &put));
	return office_leave(o, own, err);
}

enum err holidays_remove(struct office *o, const struct office_actor *actor,
	const char *country, const char *day)
{
	bool own;
	enum err err = office_enter(o, &own);
	if (err)
		return err;
	err = end_change(o, actor, "holiday.remove", country,
		holiday_remove(o->store, country, day));
	return office_leave(o, own, err);
}
