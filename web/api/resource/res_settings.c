/*
 * The box's settings.
 */
#include "web/api/resources.h"

#include "firmware/base/str.h"
#include "firmware/office/settings.h"
#include "web/api/api.h"
#include "web/api/policy_value.h"

enum {
	ALARMS_TYPED_SIZE = 1024 /* 16 numbers as people write them */
};

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

static const struct shape_field dispatch_fields[] = {
	SHAPE_FIELD(struct settings_dispatch, BOOL, "affinity", affinity),
	SHAPE_FIELD(struct settings_dispatch, TEXT, "affinity_moves", affinity_moves),
	SHAPE_FIELD(struct settings_dispatch, TEXT, "notice", notice),
	SHAPE_FIELD(struct settings_dispatch, TEXT, "reserve", reserve),
	SHAPE_FIELD(struct settings_dispatch, TEXT, "least_cost", least_cost),
	SHAPE_FIELD(struct settings_dispatch, WORDS, "countries", countries),
	{ 0 },
};
static const struct shape dispatch_shape = {
	.name = "Dispatch",
	.fields = dispatch_fields,
};

static const struct shape_field alarms_fields[] = {
	SHAPE_FIELD(struct settings_alarms, WORDS, "alarm_to", alarm_to),
	SHAPE_FIELD(struct settings_alarms, WORDS, "switch_from", switch_from),
	SHAPE_FIELD(struct settings_alarms, WORDS, "inputs", inputs),
	SHAPE_FIELD(struct settings_alarms, WORDS, "outputs", outputs),
	{ 0 },
};
static const struct shape alarms_shape = {
	.name = "Alarms",
	.fields = alarms_fields,
};

static const struct shape_field settings_fields[] = {
	SHAPE_FIELD(struct settings, TEXT, "country", country),
	SHAPE_FIELD(struct settings, TEXT, "locale", locale),
	SHAPE_FIELD(struct settings, TEXT, "box_name", box_name),
	SHAPE_INSIDE(struct settings, "dispatch", dispatch, &dispatch_shape),
	SHAPE_INSIDE(struct settings, "alarms", alarms, &alarms_shape),
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

struct dispatch_in {
	struct policy_given given;
	const char *affinity_moves, *notice, *reserve, *least_cost;
	const json_t *countries;
	bool affinity;
};
static const struct policy_field dispatch_in_fields[] = {
	POLICY_FIELD(struct dispatch_in, BOOL, "affinity", affinity, false, 0),
	POLICY_FIELD(
		struct dispatch_in, TEXT, "affinity_moves", affinity_moves, false, 7),
	POLICY_FIELD(struct dispatch_in, TEXT, "notice", notice, false, 479),
	POLICY_FIELD(struct dispatch_in, TEXT, "reserve", reserve, false, 7),
	POLICY_FIELD(struct dispatch_in, TEXT, "least_cost", least_cost, false, 7),
	POLICY_FIELD(struct dispatch_in, TEXTS, "countries", countries, false, 170),
	{ 0 },
};
enum {
	DISPATCH_AFFINITY = 0 /* its place above */
};
static const struct policy dispatch_policy = {
	.name = "DispatchChange",
	.fields = dispatch_in_fields,
	.size = sizeof(struct dispatch_in),
};

struct alarms_in {
	struct policy_given given;
	const json_t *alarm_to, *switch_from;
};
static const struct policy_field alarms_in_fields[] = {
	POLICY_FIELD(struct alarms_in, TEXTS, "alarm_to", alarm_to, false, 16),
	POLICY_FIELD(struct alarms_in, TEXTS, "switch_from", switch_from, false, 16),
	{ 0 },
};
static const struct policy alarms_policy = {
	.name = "AlarmsChange",
	.fields = alarms_in_fields,
	.size = sizeof(struct alarms_in),
};

struct settings_in {
	struct policy_given given;
	const char *country, *locale, *box_name;
	const json_t *dispatch, *alarms, *stop_reply, *start_reply, *help_reply;
};
static const struct policy_field settings_in_fields[] = {
	POLICY_FIELD(struct settings_in, TEXT, "country", country, false, 3),
	POLICY_FIELD(struct settings_in, TEXT, "locale", locale, false, 11),
	POLICY_FIELD(struct settings_in, TEXT, "box_name", box_name, false, 63),
	{ .name = "dispatch",
		.kind = POLICY_OBJECT,
		.offset = offsetof(struct settings_in, dispatch),
		.elements = &dispatch_policy },
	{ .name = "alarms",
		.kind = POLICY_OBJECT,
		.offset = offsetof(struct settings_in, alarms),
		.elements = &alarms_policy },
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

/* How the box chooses a SIM, as said in the body. */
struct dispatch_said {
	struct dispatch_in in;
	char countries[SETTINGS_COUNTRIES_MAX];
};

/* False: answered. */
static bool read_dispatch(struct call *c, const json_t *object, struct dispatch_said *out)
{
	struct problem p;
	char inside[sizeof(p.field)] = "countries";

	if (!object)
		return true;
	enum err err = policy_read_json(&dispatch_policy, object, &out->in, &p);
	if (err)
		(void)str_copy(inside, sizeof(inside), p.field);
	else if (out->in.countries &&
		 !policy_join(out->in.countries, out->countries, sizeof(out->countries)))
		err = problem_set(&p, 422, "invalid_country",
			"\"countries\" must hold two letters for each, as \"GR\".");
	if (!err)
		return true;
	(void)str_format(p.field, sizeof(p.field), "dispatch.%.32s", inside);
	call_problem(c, &p);
	return false;
}

/* Who gets alarms and who may switch, as said in the body. */
struct alarms_said {
	struct alarms_in in;
	char alarm_to[ALARMS_TYPED_SIZE], switch_from[ALARMS_TYPED_SIZE];
};

/* NULL: the numbers fit; else the field whose do not. */
static const char *join_alarms(struct alarms_said *a)
{
	if (a->in.alarm_to &&
		!policy_join(a->in.alarm_to, a->alarm_to, sizeof(a->alarm_to)))
		return "alarm_to";
	if (a->in.switch_from &&
		!policy_join(a->in.switch_from, a->switch_from, sizeof(a->switch_from)))
		return "switch_from";
	return NULL;
}

/* False: answered. */
static bool read_alarms(struct call *c, const json_t *object, struct alarms_said *out)
{
	struct problem p;
	char inside[sizeof(p.field)] = "";

	if (!object)
		return true;
	enum err err = policy_read_json(&alarms_policy, object, &out->in, &p);
	const char *bad = err ? p.field : join_alarms(out);
	if (!bad)
		return true;
	(void)str_copy(inside, sizeof(inside), bad);
	if (!err)
		(void)problem_set(&p, 422, "invalid_number",
			"\"%s\" must hold one telephone number in each text.", inside);
	(void)str_format(p.field, sizeof(p.field), "alarms.%.32s", inside);
	call_problem(c, &p);
	return false;
}

static struct settings_change change_of(const struct settings_in *in,
	const struct dispatch_said *d, const struct alarms_said *a)
{
	return (struct settings_change){
		.country = in->country,
		.locale = in->locale,
		.box_name = in->box_name,
		.affinity = policy_has(d, DISPATCH_AFFINITY) ? &d->in.affinity : NULL,
		.affinity_moves = d->in.affinity_moves,
		.notice = d->in.notice,
		.reserve = d->in.reserve,
		.least_cost = d->in.least_cost,
		.countries = d->in.countries ? d->countries : NULL,
		.alarm_to = a->in.alarm_to ? a->alarm_to : NULL,
		.switch_from = a->in.switch_from ? a->switch_from : NULL,
	};
}

static enum err set_all(struct call *c, const struct dispatch_said *dispatch,
	const struct alarms_said *alarms)
{
	const struct settings_in *in = (const void *)c->input;
	struct settings_change change = change_of(in, dispatch, alarms);
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
	struct dispatch_said dispatch = { 0 };
	struct alarms_said alarms = { 0 };

	if (!read_dispatch(c, in->dispatch, &dispatch) ||
		!read_alarms(c, in->alarms, &alarms) ||
		call_failed(c, office_begin(c->office)))
		return;
	enum err err = set_all(c, &dispatch, &alarms);
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
