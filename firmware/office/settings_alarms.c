/*
 * The radio side reads these lists from the store whenever it needs them, and says there
 * what the board has and what its configuration says (front_numbers.c).
 */
#include "firmware/office/settings_alarms.h"

#include <string.h>

#include "firmware/base/config.h"
#include "firmware/base/str.h"
#include "firmware/office/auth.h"
#include "firmware/office/office_internal.h"

enum {
	NUMBERS_MAX = 16,
	TYPED_SIZE = 64, /* a number as people write it */
};

struct list {
	const char *field, *key; /* key: the panel's; absent: the board's own counts */
	const char *board_key, *action;
};

static const struct list alarm_list = {
	.field = "alarm_to",
	.key = "alarm.to",
	.board_key = "board.alarm_to",
	.action = "settings.alarm_to",
};
static const struct list switch_list = {
	.field = "switch_from",
	.key = "switch.from",
	.board_key = "board.switch_from",
	.action = "settings.switch_from",
};

/* "" where it is not set. */
static enum err get(struct office *o, const char *key, char *dst, size_t size)
{
	enum err err = setting_get(o->store, key, dst, size);
	if (err == ERR_NOTFOUND)
		dst[0] = '\0';
	return err && err != ERR_NOTFOUND ? office_fail(o, err, "setting") : ERR_OK;
}

static enum err get_list(
	struct office *o, const struct list *list, char dst[SETTINGS_NUMBERS_SIZE])
{
	enum err err = setting_get(o->store, list->key, dst, SETTINGS_NUMBERS_SIZE);
	if (err == ERR_NOTFOUND)
		return get(o, list->board_key, dst, SETTINGS_NUMBERS_SIZE);
	return err ? office_fail(o, err, "setting") : ERR_OK;
}

enum err settings_alarms_get(struct office *o, struct settings_alarms *out)
{
	enum err err = get_list(o, &alarm_list, out->alarm_to);
	if (!err)
		err = get_list(o, &switch_list, out->switch_from);
	if (!err)
		err = get(o, "board.inputs", out->inputs, sizeof(out->inputs));
	if (!err)
		err = get(o, "board.outputs", out->outputs, sizeof(out->outputs));
	return err;
}

static bool has(const char *numbers, const char *number)
{
	char one[TYPED_SIZE];
	while (config_list_next(&numbers, one, sizeof(one)))
		if (str_eq(one, number))
			return true;
	return false;
}

/* What people write as numbers, each once, in E.164. */
static enum err read_list(struct office *o, const struct list *list, const char *typed,
	char dst[SETTINGS_NUMBERS_SIZE])
{
	char one[TYPED_SIZE], e164[20], why[sizeof(o->why.detail)];
	size_t n = 0;
	dst[0] = '\0';
	while (config_list_next(&typed, one, sizeof(one))) {
		enum err err = office_number(o, list->field, one, e164);
		if (err) {
			/* Of many numbers: which. */
			(void)str_copy(why, sizeof(why), o->why.detail);
			(void)str_format(o->why.detail, sizeof(o->why.detail),
				"%.63s: %.250s", one, why);
			return err;
		}
		if (has(dst, e164))
			continue;
		if (n++ == NUMBERS_MAX)
			return office_refuse_field(o, list->field, "too_many_numbers",
				"At most %d numbers.", NUMBERS_MAX);
		(void)str_append_format(dst, SETTINGS_NUMBERS_SIZE, "%s%s",
			dst[0] ? "," : "", e164); /* so many fit */
	}
	return ERR_OK;
}

/* The board's own list is not kept a second time: it may be changed on the board. */
static enum err put(struct office *o, const struct list *list, const char *numbers)
{
	char own[SETTINGS_NUMBERS_SIZE];
	enum err err = get(o, list->board_key, own, sizeof(own));
	if (err)
		return err;
	err = str_eq(own, numbers) ? setting_delete(o->store, list->key)
				   : setting_set(o->store, list->key, numbers);
	return err ? office_fail(o, err, "setting") : ERR_OK;
}

static enum err set_list(struct office *o, const struct office_actor *actor,
	const struct list *list, const char *typed)
{
	char was[SETTINGS_NUMBERS_SIZE], numbers[SETTINGS_NUMBERS_SIZE];
	char detail[2 * SETTINGS_NUMBERS_SIZE + 16];
	enum err err = typed ? read_list(o, list, typed, numbers) : ERR_OK;
	if (err || !typed)
		return err;
	err = get_list(o, list, was);
	if (err || str_eq(was, numbers))
		return err;
	err = put(o, list, numbers);
	if (err)
		return err;
	(void)str_format(detail, sizeof(detail), "%s -> %s", was, numbers); /* fits */
	return auth_audit(o, actor, list->action, "settings", detail);
}

enum err settings_alarms_set(struct office *o, const struct office_actor *actor,
	const struct settings_change *c)
{
	enum err err = set_list(o, actor, &alarm_list, c->alarm_to);
	return err ? err : set_list(o, actor, &switch_list, c->switch_from);
}
