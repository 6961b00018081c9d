/*
 * The box's settings.
 */
#include "web/api/resources.h"

#include "firmware/base/str.h"
#include "firmware/office/settings.h"
#include "web/api/api.h"

enum reply {
	REPLY_STOP,
	REPLY_START,
	REPLY_HELP
};

static void write_replies(
	struct json_out *j, const char *key, const struct settings *s, enum reply which)
{
	json_out_object(j, key);
	for (size_t i = 0; i < SETTINGS_LANGUAGES; i++) {
		const struct settings_reply *r = &s->replies[i];
		const char *text = which == REPLY_STOP	  ? r->stop
				   : which == REPLY_START ? r->start
							  : r->help;
		json_out_text(j, r->language, text);
	}
	json_out_object_end(j);
}

static void write_stop(struct json_out *j, const char *key, const void *object)
{
	write_replies(j, key, object, REPLY_STOP);
}

static void write_start(struct json_out *j, const char *key, const void *object)
{
	write_replies(j, key, object, REPLY_START);
}

static void write_help(struct json_out *j, const char *key, const void *object)
{
	write_replies(j, key, object, REPLY_HELP);
}

static const struct shape_field settings_fields[] = {
	SHAPE_FIELD(struct settings, TEXT, "country", country),
	SHAPE_FIELD(struct settings, TEXT, "locale", locale),
	SHAPE_FIELD(struct settings, TEXT, "box_name", box_name),
	SHAPE_BY("stop_reply", "object", write_stop),
	SHAPE_BY("start_reply", "object", write_start),
	SHAPE_BY("help_reply", "object", write_help),
	{ 0 },
};
static const struct shape settings_shape = {
	.name = "Settings",
	.fields = settings_fields,
};

static void settings_show(struct call *c)
{
	struct settings settings;

	if (!call_failed(c, settings_get(c->office, &settings)))
		call_answer_shape(c, &settings_shape, &settings);
}

struct settings_in {
	struct policy_given given;
	const char *country, *locale, *box_name;
	const json_t *stop_reply, *start_reply, *help_reply;
};
static const struct policy_field settings_in_fields[] = {
	POLICY_FIELD(struct settings_in, TEXT, "country", country, false, 3),
	POLICY_FIELD(struct settings_in, TEXT, "locale", locale, false, 11),
	POLICY_FIELD(struct settings_in, TEXT, "box_name", box_name, false, 63),
	POLICY_FIELD(struct settings_in, STRINGS, "stop_reply", stop_reply, false, 0),
	POLICY_FIELD(struct settings_in, STRINGS, "start_reply", start_reply, false, 0),
	POLICY_FIELD(struct settings_in, STRINGS, "help_reply", help_reply, false, 0),
	{ 0 },
};
static const struct policy settings_policy = {
	.name = "SettingsChange",
	.fields = settings_in_fields,
	.size = sizeof(struct settings_in),
};

static enum err set_replies(struct call *c, const json_t *replies, enum reply which)
{
	const char *language;
	json_t *text;

	json_object_foreach((json_t *)(uintptr_t)replies, language, text)
	{
		const char *value = json_string_value(text);
		struct settings_change change = {
			.language = language,
			.stop_reply = which == REPLY_STOP ? value : NULL,
			.start_reply = which == REPLY_START ? value : NULL,
			.help_reply = which == REPLY_HELP ? value : NULL,
		};
		enum err err = settings_set(c->office, &c->who.actor, &change);
		if (err)
			return err;
	}
	return ERR_OK;
}

static enum err set_all(struct call *c, const struct settings_in *in)
{
	struct settings_change change = {
		.country = in->country,
		.locale = in->locale,
		.box_name = in->box_name,
	};
	enum err err = settings_set(c->office, &c->who.actor, &change);

	if (err == ERR_OK)
		err = set_replies(c, in->stop_reply, REPLY_STOP);
	if (err == ERR_OK)
		err = set_replies(c, in->start_reply, REPLY_START);
	if (err == ERR_OK)
		err = set_replies(c, in->help_reply, REPLY_HELP);
	return err;
}

/* All of it or nothing. */
static void settings_patch(struct call *c)
{
	const struct settings_in *in = (const void *)c->input;

	if (call_failed(c, office_begin(c->office)))
		return;
	enum err err = set_all(c, in);
	if (err == ERR_OK)
		err = office_commit(c->office);
	if (call_failed(c, err))
		office_rollback(c->office);
	else
		settings_show(c);
}

const struct endpoint settings_routes[] = {
	{
		.method = "GET",
		.path = "/api/v1/settings",
		.scope = AUTH_READ,
		.run = settings_show,
		.summary = "The box's settings",
		.answer = &settings_shape,
	},
	{
		.method = "PATCH",
		.path = "/api/v1/settings",
		.scope = AUTH_ADMIN,
		.body = ROUTE_JSON,
		.policy = &settings_policy,
		.run = settings_patch,
		.summary = "Change settings; a reply set to \"\" is the default again",
		.answer = &settings_shape,
	},
	{ 0 },
};
