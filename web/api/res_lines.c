/*
 * SIMs and bays.
 */
#include "web/api/resources.h"

#include "firmware/office/lines.h"
#include "web/api/api.h"
#include "web/api/shapes.h"

static const struct shape_field usage_fields[] = {
	SHAPE_FIELD(struct sim_usage, I64, "sent", sent),
	SHAPE_FIELD(struct sim_usage, I64, "delivered", delivered),
	SHAPE_FIELD(struct sim_usage, I64, "undelivered", undelivered),
	SHAPE_FIELD(struct sim_usage, I64, "failed", failed),
	SHAPE_FIELD(struct sim_usage, I64, "unknown", unknown),
	SHAPE_FIELD(struct sim_usage, I64, "received", received),
	{ 0 },
};
const struct shape usage_shape = { .name = "Usage", .fields = usage_fields };

static void write_signal(struct json_out *j, const char *key, const void *object)
{
	const struct line_view *line = object;

	if (line->signal_dbm == 0)
		json_out_null(j, key);
	else
		json_out_i64(j, key, line->signal_dbm);
}

static const struct shape_field sim_fields[] = {
	SHAPE_FIELD(struct line_view, I64, "id", sim.id),
	SHAPE_FIELD(struct line_view, TEXT, "iccid", sim.iccid),
	SHAPE_FIELD(struct line_view, TEXT, "imsi", sim.imsi),
	SHAPE_FIELD(struct line_view, TEXT, "msisdn", sim.msisdn),
	SHAPE_FIELD(struct line_view, TEXT, "name", sim.name),
	SHAPE_FIELD(struct line_view, TEXT, "operator", sim.operator),
	SHAPE_FIELD(struct line_view, BOOL, "enabled", sim.enabled),
	SHAPE_FIELD(struct line_view, ID, "bay_id", bay.id),
	SHAPE_FIELD(struct line_view, TEXT, "state", state),
	SHAPE_FIELD(struct line_view, TEXT, "reason", reason),
	SHAPE_FIELD(struct line_view, POINTER, "reason_text", reason_text),
	SHAPE_BY("signal_dbm", "integer?", write_signal),
	SHAPE_FIELD(struct line_view, I32, "bars", bars),
	SHAPE_FIELD(struct line_view, U32, "rate_per_min", rate_per_min),
	SHAPE_FIELD(struct line_view, U32, "submit_ms", sim.submit_ms),
	SHAPE_INSIDE(struct line_view, "today", today, &usage_shape),
	SHAPE_FIELD(struct line_view, TIME, "last_seen_at", sim.last_seen_at),
	{ 0 },
};
const struct shape sim_shape = { .name = "Sim", .fields = sim_fields };

static void write_sim(struct json_out *j, const char *key, const void *object)
{
	const struct line_view *line = object;

	if (line->sim.id == 0)
		json_out_null(j, key);
	else
		shape_write(j, key, &sim_shape, line);
}

static const struct shape_field bay_fields[] = {
	SHAPE_FIELD(struct line_view, I64, "id", bay.id),
	SHAPE_FIELD(struct line_view, TEXT, "port", bay.port),
	SHAPE_FIELD(struct line_view, TEXT, "imei", bay.imei),
	SHAPE_FIELD(struct line_view, TEXT, "manufacturer", bay.manufacturer),
	SHAPE_FIELD(struct line_view, TEXT, "model", bay.model),
	SHAPE_FIELD(struct line_view, TEXT, "revision", bay.revision),
	SHAPE_FIELD(struct line_view, TEXT, "state", state),
	SHAPE_FIELD(struct line_view, TEXT, "reason", reason),
	SHAPE_FIELD(struct line_view, POINTER, "reason_text", reason_text),
	SHAPE_FIELD(struct line_view, BOOL, "live", is_live),
	SHAPE_FIELD(struct line_view, ID, "sim_id", sim.id),
	SHAPE_FIELD(struct line_view, TIME, "changed_at", bay.changed_at),
	SHAPE_BY("sim", "object?", write_sim),
	{ 0 },
};
const struct shape bay_shape = { .name = "Bay", .fields = bay_fields };

static bool sim_item(void *user, const struct line_view *line)
{
	shape_write(user, NULL, &sim_shape, line);
	return true;
}

static bool bay_item(void *user, const struct line_view *line)
{
	shape_write(user, NULL, &bay_shape, line);
	return true;
}

typedef enum err (*lines_fn)(struct office *o, line_fn fn, void *user);

static void answer_items(struct call *c, lines_fn each, line_fn item)
{
	struct json_out j = call_json(c);

	json_out_object(&j, NULL);
	json_out_array(&j, "items");
	enum err err = each(c->office, item, &j);
	json_out_array_end(&j);
	json_out_object_end(&j);
	(void)call_failed(c, err);
}

static void sims_index(struct call *c)
{
	answer_items(c, lines_sims, sim_item);
}

static void bays_index(struct call *c)
{
	answer_items(c, lines_bays, bay_item);
}

struct sim_in {
	struct policy_given given;
	const char *name, *msisdn;
	bool enabled;
};
static const struct policy_field sim_in_fields[] = {
	POLICY_FIELD(struct sim_in, BOOL, "enabled", enabled, false, 0),
	POLICY_FIELD(struct sim_in, TEXT, "name", name, false, 63),
	POLICY_FIELD(struct sim_in, TEXT, "msisdn", msisdn, false, 64),
	{ 0 },
};
enum {
	SIM_IN_ENABLED = 0 /* its place above */
};
static const struct policy sim_policy = {
	.name = "SimChange",
	.fields = sim_in_fields,
	.size = sizeof(struct sim_in),
};

static bool sim_if_asked(void *user, const struct line_view *line)
{
	struct call *c = user;

	if (line->sim.id != c->params.id)
		return true;
	call_answer_shape(c, &sim_shape, line);
	return false;
}

static void sim_patch(struct call *c)
{
	const struct sim_in *in = (const void *)c->input;
	struct sim_change change = {
		.name = in->name,
		.msisdn = in->msisdn,
		.enabled = policy_has(in, SIM_IN_ENABLED) ? in->enabled : -1,
	};

	if (!call_failed(
		    c, lines_sim_update(c->office, &c->who.actor, c->params.id, &change)))
		(void)call_failed(c, lines_sims(c->office, sim_if_asked, c));
}

struct reset_started {
	int64_t bay;
};
static const struct shape_field reset_fields[] = {
	SHAPE_FIELD(struct reset_started, I64, "bay", bay),
	{ 0 },
};
static const struct shape reset_shape = { .name = "ResetStarted",
	.fields = reset_fields };

static void bay_reset_post(struct call *c)
{
	struct reset_started started = { .bay = c->params.id };

	if (!call_failed(c, lines_bay_reset(c->office, &c->who.actor, started.bay)))
		call_answer_shape(c, &reset_shape, &started);
}

static void bay_power_post(struct call *c)
{
	struct reset_started started = { .bay = c->params.id };

	if (!call_failed(c, lines_bay_power(c->office, &c->who.actor, started.bay)))
		call_answer_shape(c, &reset_shape, &started);
}

struct ussd_in {
	struct policy_given given;
	const char *code;
};
static const struct policy_field ussd_in_fields[] = {
	POLICY_FIELD(struct ussd_in, TEXT, "code", code, true, 0),
	{ 0 },
};
static const struct policy ussd_policy = {
	.name = "OperatorQuestion",
	.fields = ussd_in_fields,
	.size = sizeof(struct ussd_in),
};

static const struct shape_field ussd_fields[] = {
	SHAPE_FIELD(struct lines_ussd, TEXT, "text", text),
	SHAPE_FIELD(struct lines_ussd, BOOL, "more", more),
	{ 0 },
};
static const struct shape ussd_shape = { .name = "OperatorAnswer",
	.fields = ussd_fields };

static void sim_ussd_post(struct call *c)
{
	const struct ussd_in *in = (const void *)c->input;
	struct lines_ussd answer;

	if (!call_failed(c, lines_sim_ussd(c->office, &c->who.actor, c->params.id,
				    in->code, &answer)))
		call_answer_shape(c, &ussd_shape, &answer);
}

const struct endpoint line_routes[] = {
	{
		.method = "GET",
		.path = "/api/v1/sims",
		.scope = AUTH_READ,
		.run = sims_index,
		.summary = "SIMs, with what they are doing",
		.answer = &sim_shape,
		.form = ROUTE_ITEMS,
	},
	{
		.method = "PATCH",
		.path = "/api/v1/sims/{id}",
		.scope = AUTH_ADMIN,
		.body = ROUTE_JSON,
		.policy = &sim_policy,
		.run = sim_patch,
		.summary = "Name a SIM, note its number, take it out of use",
		.answer = &sim_shape,
	},
	{
		.method = "POST",
		.path = "/api/v1/sims/{id}/ussd",
		.scope = AUTH_ADMIN,
		.body = ROUTE_JSON,
		.policy = &ussd_policy,
		.run = sim_ussd_post,
		.summary = "Ask the operator by a code like *100#; takes up to two "
			   "minutes",
		.answer = &ussd_shape,
	},
	{
		.method = "GET",
		.path = "/api/v1/bays",
		.scope = AUTH_READ,
		.run = bays_index,
		.summary = "Bays with their modems and SIMs",
		.answer = &bay_shape,
		.form = ROUTE_ITEMS,
	},
	{
		.method = "POST",
		.path = "/api/v1/bays/{id}/reset",
		.scope = AUTH_ADMIN,
		.body = ROUTE_OPTIONAL_JSON,
		.policy = &policy_nothing,
		.run = bay_reset_post,
		.status = 202,
		.summary = "Restart a modem, after the part on air",
		.answer = &reset_shape,
	},
	{
		.method = "POST",
		.path = "/api/v1/bays/{id}/power",
		.scope = AUTH_ADMIN,
		.body = ROUTE_OPTIONAL_JSON,
		.policy = &policy_nothing,
		.run = bay_power_post,
		.status = 202,
		.summary = "Switch a bay off and on, after the part on air",
		.answer = &reset_shape,
	},
	{ 0 },
};
