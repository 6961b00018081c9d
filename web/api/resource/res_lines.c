/*
 * SIMs and bays.
 */
#include "web/api/resources.h"

#include <stdlib.h>

#include "firmware/office/bank/lines.h"
#include "firmware/office/dispatch/plans.h"
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

static void write_balance(struct json_out *j, const char *key, const void *object)
{
	const struct line_view *line = object;

	if (line->sim.balance_at == 0)
		json_out_null(j, key);
	else
		json_out_money(j, key, line->sim.balance);
}

static const struct shape_field sim_fields[] = {
	SHAPE_FIELD(struct line_view, I64, "id", sim.id),
	SHAPE_FIELD(struct line_view, TEXT, "iccid", sim.iccid),
	SHAPE_FIELD(struct line_view, TEXT, "imsi", sim.imsi),
	SHAPE_FIELD(struct line_view, TEXT, "msisdn", sim.msisdn),
	SHAPE_FIELD(struct line_view, TEXT, "name", sim.name),
	SHAPE_FIELD(struct line_view, TEXT, "operator", sim.operator),
	SHAPE_FIELD(struct line_view, BOOL, "enabled", sim.enabled),
	SHAPE_FIELD(struct line_view, BOOL, "admitted", sim.is_admitted),
	SHAPE_FIELD(struct line_view, BOOL, "may_roam", sim.may_roam),
	SHAPE_FIELD(struct line_view, ID, "bay_id", bay.id),
	SHAPE_FIELD(struct line_view, TEXT, "state", state),
	SHAPE_FIELD(struct line_view, TEXT, "reason", reason),
	SHAPE_FIELD(struct line_view, POINTER, "reason_text", reason_text),
	SHAPE_FIELD(struct line_view, TIME, "until", until),
	SHAPE_BY("signal_dbm", "integer?", write_signal),
	SHAPE_FIELD(struct line_view, I32, "bars", bars),
	SHAPE_FIELD(struct line_view, U32, "rate_per_min", rate_per_min),
	SHAPE_FIELD(struct line_view, U32, "submit_ms", sim.submit_ms),
	SHAPE_INSIDE(struct line_view, "today", today, &usage_shape),
	SHAPE_FIELD(struct line_view, ID, "plan_id", sim.plan_id),
	SHAPE_ENUM(struct line_view, "role", sim.role, sim_role_names),
	SHAPE_FIELD(struct line_view, TEXT, "group", sim.group),
	SHAPE_BY("balance", "number?", write_balance),
	SHAPE_FIELD(struct line_view, TIME, "balance_at", sim.balance_at),
	SHAPE_FIELD(struct line_view, TEXT_OR_NULL, "balance_unread", sim.balance_unread),
	SHAPE_FIELD(struct line_view, TIME, "last_seen_at", sim.last_seen_at),
	{ 0 },
};
const struct shape sim_shape = { .name = "Sim", .fields = sim_fields };

/* ---- a SIM with what is used of its contract's limits ---- */

struct sim_view {
	struct line_view line; /* first: sim_shape writes it too */
	struct plan_usage usage;
};

static bool is_money(enum plan_limit limit)
{
	return limit == PLAN_LIMIT_SPEND || limit == PLAN_LIMIT_BALANCE;
}

static void write_amount(
	struct json_out *j, const char *key, const struct plan_use *use, int64_t amount)
{
	if (is_money(use->limit))
		json_out_money(j, key, amount);
	else
		json_out_i64(j, key, amount);
}

static void write_used(struct json_out *j, const char *key, const void *object)
{
	const struct plan_use *use = object;

	write_amount(j, key, use, use->used);
}

static void write_most(struct json_out *j, const char *key, const void *object)
{
	const struct plan_use *use = object;

	write_amount(j, key, use, use->max);
}

static const struct shape_field use_fields[] = {
	SHAPE_ENUM(struct plan_use, "code", limit, plan_limit_names),
	SHAPE_BY("used", "number", write_used),
	SHAPE_BY("limit", "number", write_most),
	SHAPE_FIELD(struct plan_use, BOOL, "reached", is_reached),
	SHAPE_FIELD(struct plan_use, TIME, "frees_at", frees_at),
	{ 0 },
};
static const struct shape use_shape = { .name = "LimitUse", .fields = use_fields };

static void write_limits(struct json_out *j, const char *key, const void *object)
{
	const struct sim_view *sim = object;

	json_out_array(j, key);
	for (size_t i = 0; i < sim->usage.n; i++)
		shape_write(j, NULL, &use_shape, &sim->usage.uses[i]);
	json_out_array_end(j);
}

static const struct shape_field detail_fields[] = {
	SHAPE_FIELD(struct sim_view, TEXT, "plan", usage.plan),
	SHAPE_FIELD(struct sim_view, TEXT, "currency", usage.currency),
	SHAPE_LIST("limits", &use_shape, write_limits),
	{ 0 },
};
static const struct shape detail_shape = {
	.name = "SimDetail",
	.fields = detail_fields,
	.also = &sim_shape,
};

static void write_sim(struct json_out *j, const char *key, const void *object)
{
	const struct line_view *line = object;

	if (line->sim.id == 0)
		json_out_null(j, key);
	else
		shape_write(j, key, &sim_shape, line);
}

static void write_temperature(struct json_out *j, const char *key, const void *object)
{
	const struct line_view *line = object;

	if (line->has_temperature)
		json_out_i64(j, key, line->temperature_c);
	else
		json_out_null(j, key);
}

static void write_supply(struct json_out *j, const char *key, const void *object)
{
	const struct line_view *line = object;

	if (line->supply_mv)
		json_out_i64(j, key, line->supply_mv);
	else
		json_out_null(j, key);
}

static void write_clock_off(struct json_out *j, const char *key, const void *object)
{
	const struct line_view *line = object;

	if (line->clock_off_s)
		json_out_i64(j, key, line->clock_off_s);
	else
		json_out_null(j, key);
}

static void write_ims(struct json_out *j, const char *key, const void *object)
{
	const struct line_network *network = object;

	if (network->ims < 0)
		json_out_null(j, key);
	else
		json_out_bool(j, key, network->ims > 0);
}

static const struct shape_field found_fields[] = {
	SHAPE_FIELD(struct line_found, TEXT, "name", name),
	SHAPE_FIELD(struct line_found, TEXT, "plmn", plmn),
	SHAPE_ENUM(struct line_found, "status", status, lines_network_names),
	{ 0 },
};
static const struct shape found_shape = { .name = "FoundNetwork",
	.fields = found_fields };

static void write_found(struct json_out *j, const char *key, const void *object)
{
	const struct line_network *network = object;

	json_out_array(j, key);
	for (size_t i = 0; i < network->n; i++)
		shape_write(j, NULL, &found_shape, &network->found[i]);
	json_out_array_end(j);
}

static const struct shape_field network_fields[] = {
	SHAPE_FIELD(struct line_network, TEXT_OR_NULL, "technology", technology),
	SHAPE_BY("ims", "boolean?", write_ims),
	SHAPE_FIELD(struct line_network, TEXT_OR_NULL, "search", search),
	SHAPE_LIST("found", &found_shape, write_found),
	{ 0 },
};
static const struct shape network_shape = { .name = "BayNetwork",
	.fields = network_fields };

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
	SHAPE_FIELD(struct line_view, TIME, "until", until),
	SHAPE_FIELD(struct line_view, TEXT_OR_NULL, "rung", rung),
	SHAPE_FIELD(struct line_view, BOOL, "live", is_live),
	SHAPE_BY("temperature_c", "integer?", write_temperature),
	SHAPE_BY("supply_mv", "integer?", write_supply),
	SHAPE_BY("clock_off_s", "integer?", write_clock_off),
	SHAPE_FIELD(struct line_view, I32_OR_NULL, "memory_percent", fill_percent),
	SHAPE_FIELD(struct line_view, I32_OR_NULL, "pin_tries", pin_tries),
	SHAPE_FIELD(struct line_view, I32_OR_NULL, "puk_tries", puk_tries),
	SHAPE_INSIDE(struct line_view, "network", network, &network_shape),
	SHAPE_FIELD(struct line_view, TEXT_OR_NULL, "denied_because", denied),
	SHAPE_FIELD(struct line_view, I32_OR_NULL, "denied_cause", denied_cause),
	SHAPE_FIELD(struct line_view, ID, "sim_id", sim.id),
	SHAPE_FIELD(struct line_view, TEXT_OR_NULL, "iccid", bay.iccid),
	SHAPE_FIELD(struct line_view, TIME, "changed_at", bay.changed_at),
	SHAPE_BY("sim", "object?", write_sim),
	{ 0 },
};
const struct shape bay_shape = { .name = "Bay", .fields = bay_fields };

static bool bay_item(void *user, const struct line_view *line)
{
	shape_write(user, NULL, &bay_shape, line);
	return true;
}

struct sims {
	size_t n;
	struct sim_view views[HUB_SLOTS_MAX];
};

static bool keep_sim(void *user, const struct line_view *line)
{
	struct sims *sims = user;

	sims->views[sims->n++].line = *line;
	return sims->n < HUB_SLOTS_MAX;
}

/* The limits are read when the SIMs are, one after the other. */
static enum err read_sims(struct office *o, struct sims *sims)
{
	enum err err = lines_sims(o, keep_sim, sims);

	for (size_t i = 0; err == ERR_OK && i < sims->n; i++)
		err = plans_usage(o, sims->views[i].line.sim.id, &sims->views[i].usage);
	return err;
}

static void sims_index(struct call *c)
{
	struct sims *sims = calloc(1, sizeof(*sims));

	if (!sims) {
		call_refuse(c, 503, "busy", "Out of memory; try again.");
		return;
	}
	struct json_out j = call_items(c);
	enum err err = read_sims(c->office, sims);
	for (size_t i = 0; err == ERR_OK && i < sims->n; i++)
		shape_write(&j, NULL, &detail_shape, &sims->views[i]);
	call_items_end(c, &j, err);
	free(sims);
}

static void bays_index(struct call *c)
{
	struct json_out j = call_items(c);

	call_items_end(c, &j, lines_bays(c->office, bay_item, &j));
}

struct sim_in {
	struct policy_given given;
	const char *name, *msisdn, *role, *group;
	int64_t plan_id;
	bool enabled;
};
static const struct policy_field sim_in_fields[] = {
	POLICY_FIELD(struct sim_in, BOOL, "enabled", enabled, false, 0),
	POLICY_FIELD(struct sim_in, TEXT, "name", name, false, 63),
	POLICY_FIELD(struct sim_in, TEXT, "msisdn", msisdn, false, 64),
	POLICY_ID(struct sim_in, "plan_id", plan_id),
	POLICY_FIELD(struct sim_in, TEXT, "role", role, false, 32),
	POLICY_FIELD(struct sim_in, TEXT, "group", group, false, 63),
	{ 0 },
};
enum {
	SIM_IN_ENABLED = 0, /* their places above */
	SIM_IN_PLAN = 3,
};
static const struct policy sim_policy = {
	.name = "SimChange",
	.fields = sim_in_fields,
	.size = sizeof(struct sim_in),
};

static bool keep_one(void *user, const struct line_view *line)
{
	((struct sim_view *)user)->line = *line;
	return true;
}

static void answer_sim(struct call *c, int64_t id)
{
	struct sim_view view = { 0 };

	if (!call_failed(c, lines_sim(c->office, id, keep_one, &view)) &&
		!call_failed(c, plans_usage(c->office, id, &view.usage)))
		call_answer_shape(c, &detail_shape, &view);
}

static void sim_show(struct call *c)
{
	answer_sim(c, c->params.id);
}

static void sim_patch(struct call *c)
{
	const struct sim_in *in = (const void *)c->input;
	struct sim_change change = {
		.name = in->name,
		.msisdn = in->msisdn,
		.enabled = policy_has(in, SIM_IN_ENABLED) ? in->enabled : -1,
		.has_plan =
			policy_has(in, SIM_IN_PLAN) || policy_is_null(in, SIM_IN_PLAN),
		.plan_id = in->plan_id,
		.role = in->role,
		.group = in->group,
	};

	if (!call_failed(
		    c, lines_sim_update(c->office, &c->who.actor, c->params.id, &change)))
		answer_sim(c, c->params.id);
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
		.summary = "SIMs, with what they are doing and what is left of their "
			   "limits",
		.answer = &detail_shape,
		.form = ROUTE_ITEMS,
	},
	{
		.method = "GET",
		.path = "/api/v1/sims/{id}",
		.scope = AUTH_READ,
		.run = sim_show,
		.summary = "One SIM",
		.answer = &detail_shape,
	},
	{
		.method = "PATCH",
		.path = "/api/v1/sims/{id}",
		.scope = AUTH_ADMIN,
		.body = ROUTE_JSON,
		.policy = &sim_policy,
		.run = sim_patch,
		.summary =
			"Name a SIM, note its number, take it out of use; its contract "
			"(null: none), role and group",
		.answer = &detail_shape,
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
