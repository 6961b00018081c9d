/*
 * Looking after bays and SIMs: history, the last lines of a failure, PINs, admission, and
 * how operators are asked for the balance.
 */
#include "web/api/resources.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/bank/bays.h"
#include "firmware/office/bank/lines.h"
#include "web/api/api.h"
#include "web/api/shapes.h"

/* ---- history ---- */

struct cause_row {
	const char *cause, *text;
	int64_t n;
};
static const struct shape_field cause_fields[] = {
	SHAPE_FIELD(struct cause_row, POINTER, "cause", cause),
	SHAPE_FIELD(struct cause_row, POINTER, "text", text),
	SHAPE_FIELD(struct cause_row, I64, "failures", n),
	{ 0 },
};
static const struct shape cause_shape = { .name = "BayCause", .fields = cause_fields };

static void write_causes(struct json_out *j, const char *key, const void *object)
{
	const struct bay_health_view *v = object;

	json_out_array(j, key);
	for (size_t i = 0; i < v->h.n_causes; i++) {
		const struct cause_row row = { v->h.causes[i].cause, v->texts[i],
			v->h.causes[i].n };
		shape_write(j, NULL, &cause_shape, &row);
	}
	json_out_array_end(j);
}

static void write_mtbf(struct json_out *j, const char *key, const void *object)
{
	const struct bay_health_view *v = object;

	if (v->mtbf_s == 0)
		json_out_null(j, key);
	else
		json_out_i64(j, key, v->mtbf_s);
}

static const struct shape_field modem_fields[] = {
	SHAPE_FIELD(struct bay_modem, TIME, "since", at),
	SHAPE_FIELD(struct bay_modem, TEXT, "imei", imei),
	SHAPE_FIELD(struct bay_modem, TEXT, "model", model),
	SHAPE_FIELD(struct bay_modem, ID, "from_bay", from_bay_id),
	{ 0 },
};
static const struct shape modem_shape = { .name = "BayModem", .fields = modem_fields };

static void write_modems(struct json_out *j, const char *key, const void *object)
{
	const struct bay_health_view *v = object;

	json_out_array(j, key);
	for (size_t i = 0; i < v->n_modems; i++)
		shape_write(j, NULL, &modem_shape, &v->modems[i]);
	json_out_array_end(j);
}

static const struct shape_field span_fields[] = {
	SHAPE_FIELD(struct bay_span, I64, "days", days),
	SHAPE_FIELD(struct bay_span, TIME, "since", from),
	SHAPE_FIELD(struct bay_span, I64, "ran_ms", sum.ran_ms),
	SHAPE_FIELD(struct bay_span, I64, "up_ms", sum.up_ms),
	SHAPE_FIELD(struct bay_span, I64, "ready_ms", sum.ready_ms),
	{ 0 },
};
static const struct shape span_shape = { .name = "BaySpan", .fields = span_fields };

static void write_spans(struct json_out *j, const char *key, const void *object)
{
	const struct bay_health_view *v = object;

	json_out_array(j, key);
	for (size_t i = 0; i < BAYS_SPANS; i++)
		shape_write(j, NULL, &span_shape, &v->spans[i]);
	json_out_array_end(j);
}

static const struct shape_field health_fields[] = {
	SHAPE_FIELD(struct bay_health_view, TIME, "since", h.since),
	SHAPE_FIELD(struct bay_health_view, I64, "failures", h.failures),
	SHAPE_FIELD(struct bay_health_view, I64, "up_ms", h.up_ms),
	SHAPE_FIELD(struct bay_health_view, I64, "ready_ms", h.ready_ms),
	SHAPE_FIELD(struct bay_health_view, I64, "down_ms", h.down_ms),
	SHAPE_BY("mtbf_seconds", "integer?", write_mtbf),
	SHAPE_LIST("spans", &span_shape, write_spans),
	SHAPE_LIST("causes", &cause_shape, write_causes),
	SHAPE_LIST("modems", &modem_shape, write_modems),
	SHAPE_FIELD(struct bay_health_view, ID, "same_imei_bay", same_imei_bay),
	{ 0 },
};
static const struct shape health_shape = { .name = "BayHealth", .fields = health_fields };

static void bay_health_show(struct call *c)
{
	struct bay_health_view view;

	if (!call_failed(c, bays_health(c->office, c->params.id, &view)))
		call_answer_shape(c, &health_shape, &view);
}

static const struct shape_field failure_fields[] = {
	SHAPE_FIELD(struct bay_event, I64, "id", id),
	SHAPE_FIELD(struct bay_event, TIME, "at", at),
	SHAPE_FIELD(struct bay_event, TIME, "back_at", back_at),
	SHAPE_FIELD(struct bay_event, POINTER, "cause", cause),
	SHAPE_FIELD(struct bay_event, POINTER, "rung", rung),
	SHAPE_FIELD(struct bay_event, BOOL, "of_earlier_modem", is_before),
	{ 0 },
};
static const struct shape failure_shape = { .name = "BayFailure",
	.fields = failure_fields };

static bool failure_item(void *user, const struct bay_event *event)
{
	shape_write(user, NULL, &failure_shape, event);
	return true;
}

static void failures_index(struct call *c)
{
	struct json_out j = call_json(c);

	json_out_object(&j, NULL);
	json_out_array(&j, "items");
	enum err err = bays_failures(c->office, c->params.id, failure_item, &j);
	json_out_array_end(&j);
	json_out_object_end(&j);
	(void)call_failed(c, err);
}

static const struct shape_field signal_fields[] = {
	SHAPE_FIELD(struct bay_signal_hour, TIME, "at", at),
	SHAPE_FIELD(struct bay_signal_hour, I64, "min_dbm", min_dbm),
	SHAPE_FIELD(struct bay_signal_hour, I64, "mean_dbm", mean_dbm),
	SHAPE_FIELD(struct bay_signal_hour, I64, "max_dbm", max_dbm),
	{ 0 },
};
static const struct shape signal_shape = { .name = "SignalHour",
	.fields = signal_fields };

static bool signal_item(void *user, const struct bay_signal_hour *hour)
{
	shape_write(user, NULL, &signal_shape, hour);
	return true;
}

static void signals_index(struct call *c)
{
	struct json_out j = call_json(c);

	json_out_object(&j, NULL);
	json_out_array(&j, "items");
	enum err err = bays_signals(c->office, c->params.id, signal_item, &j);
	json_out_array_end(&j);
	json_out_object_end(&j);
	(void)call_failed(c, err);
}

static const struct shape_field record_fields[] = {
	SHAPE_FIELD(struct flight_record, I64, "id", id),
	SHAPE_FIELD(struct flight_record, TIME, "at", at),
	SHAPE_FIELD(struct flight_record, POINTER, "cause", cause),
	SHAPE_FIELD(struct flight_record, BOOL, "of_earlier_modem", is_before),
	{ 0 },
};
static const struct shape record_shape = { .name = "FlightRecord",
	.fields = record_fields };

static bool record_item(void *user, const struct flight_record *record)
{
	shape_write(user, NULL, &record_shape, record);
	return true;
}

static void records_index(struct call *c)
{
	struct json_out j = call_json(c);

	json_out_object(&j, NULL);
	json_out_array(&j, "items");
	enum err err = bays_records(c->office, c->params.id, record_item, &j);
	json_out_array_end(&j);
	json_out_object_end(&j);
	(void)call_failed(c, err);
}

static bool record_text(void *user, const struct flight_record *record)
{
	struct call *c = user;
	char name[96];

	c->answer.kind = ANSWER_BUFFER;
	c->answer.status = 200;
	c->answer.type = "text/plain; charset=utf-8";
	buf_puts(&c->answer.body, record->lines ? record->lines : "");
	(void)str_format(name, sizeof(name),
		"attachment; filename=\"bay-%lld-%lld-%s.txt\"",
		(long long)record->bay_id, (long long)record->id, record->cause);
	(void)call_header(c, "Content-Disposition", name);
	return false;
}

static void record_show(struct call *c)
{
	int64_t id = 0;

	if (!c->params.name || !str_to_i64(c->params.name, strlen(c->params.name), &id) ||
		id < 1)
		call_refuse(c, 404, "not_found", "There is no such record.");
	else
		(void)call_failed(
			c, bays_record(c->office, c->params.id, id, record_text, c));
}

/* ---- PIN and admission ---- */

struct pin_in {
	struct policy_given given;
	const char *pin;
};
static const struct policy_field pin_in_fields[] = {
	POLICY_FIELD(struct pin_in, TEXT, "pin", pin, true, 16),
	{ 0 },
};
static const struct policy pin_policy = {
	.name = "Pin",
	.fields = pin_in_fields,
	.size = sizeof(struct pin_in),
};

static void pin_put_run(struct call *c)
{
	const struct pin_in *in = (const void *)c->input;

	if (!call_failed(
		    c, bays_set_pin(c->office, &c->who.actor, c->params.id, in->pin)))
		call_no_content(c);
}

static void bay_delete(struct call *c)
{
	if (!call_failed(c, bays_forget(c->office, &c->who.actor, c->params.id)))
		call_no_content(c);
}

static void sim_admit_post(struct call *c)
{
	if (!call_failed(c, bays_admit_sim(c->office, &c->who.actor, c->params.id)))
		call_no_content(c);
}

struct roaming_in {
	struct policy_given given;
	bool may_roam;
};
static const struct policy_field roaming_in_fields[] = {
	POLICY_FIELD(struct roaming_in, BOOL, "may_roam", may_roam, true, 0),
	{ 0 },
};
static const struct policy roaming_policy = {
	.name = "Roaming",
	.fields = roaming_in_fields,
	.size = sizeof(struct roaming_in),
};

static void sim_roaming_put(struct call *c)
{
	const struct roaming_in *in = (const void *)c->input;

	if (!call_failed(c, bays_set_roaming(c->office, &c->who.actor, c->params.id,
				    in->may_roam)))
		call_no_content(c);
}

/* ---- self-test ---- */

static const struct shape_field check_fields[] = {
	SHAPE_FIELD(struct lines_check, TEXT, "check", name),
	SHAPE_FIELD(struct lines_check, TEXT, "verdict", verdict),
	SHAPE_FIELD(struct lines_check, TEXT, "said", said),
	{ 0 },
};
static const struct shape check_shape = { .name = "BayCheck", .fields = check_fields };

static void write_checks(struct json_out *j, const char *key, const void *object)
{
	const struct lines_test *test = object;

	json_out_array(j, key);
	for (size_t i = 0; i < test->n; i++)
		shape_write(j, NULL, &check_shape, &test->checks[i]);
	json_out_array_end(j);
}

static const struct shape_field test_fields[] = {
	SHAPE_FIELD(struct lines_test, BOOL, "passed", is_passed),
	SHAPE_LIST("checks", &check_shape, write_checks),
	{ 0 },
};
static const struct shape test_shape = { .name = "BayTest", .fields = test_fields };

static void bay_test_post(struct call *c)
{
	struct lines_test test;

	if (!call_failed(
		    c, lines_bay_test(c->office, &c->who.actor, c->params.id, &test)))
		call_answer_shape(c, &test_shape, &test);
}

static void bay_test_delete(struct call *c)
{
	if (!call_failed(c, lines_bay_test_stop(c->office, &c->who.actor, c->params.id)))
		call_no_content(c);
}

static void sim_balance_post(struct call *c)
{
	if (!call_failed(c, lines_sim_balance(c->office, &c->who.actor, c->params.id)))
		call_no_content(c);
}

/* ---- balance ---- */

static const struct shape_field script_fields[] = {
	SHAPE_FIELD(struct balance_script, TEXT, "operator", operator),
	SHAPE_FIELD(struct balance_script, TEXT, "code", code),
	SHAPE_FIELD(struct balance_script, TEXT, "pattern", pattern),
	SHAPE_FIELD(struct balance_script, I64, "every_hours", every_hours),
	{ 0 },
};
static const struct shape script_shape = { .name = "BalanceScript",
	.fields = script_fields };

static bool script_item(void *user, const struct balance_script *script)
{
	shape_write(user, NULL, &script_shape, script);
	return true;
}

static void scripts_index(struct call *c)
{
	struct json_out j = call_json(c);

	json_out_object(&j, NULL);
	json_out_array(&j, "items");
	enum err err = bays_balance_scripts(c->office, script_item, &j);
	json_out_array_end(&j);
	json_out_object_end(&j);
	(void)call_failed(c, err);
}

struct script_in {
	struct policy_given given;
	const char *operator, * code, *pattern;
	int64_t every_hours;
};
static const struct policy_field script_in_fields[] = {
	POLICY_FIELD(struct script_in, TEXT, "operator", operator, false, 47),
	POLICY_FIELD(struct script_in, TEXT, "code", code, true, 63),
	POLICY_FIELD(struct script_in, TEXT, "pattern", pattern, true, 159),
	POLICY_NUMBER(struct script_in, "every_hours", every_hours, 1, 720),
	{ 0 },
};
static const struct policy script_policy = {
	.name = "BalanceScriptIn",
	.fields = script_in_fields,
	.size = sizeof(struct script_in),
};

static void script_put(struct call *c)
{
	const struct script_in *in = (const void *)c->input;
	struct balance_script script = { .every_hours =
						 in->every_hours ? in->every_hours : 24 };

	/* The policy has looked at their lengths. */
	(void)str_copy(script.operator, sizeof(script.operator),
		in->operator ? in->operator : "");
	(void)str_copy(script.code, sizeof(script.code), in->code);
	(void)str_copy(script.pattern, sizeof(script.pattern), in->pattern);
	if (!call_failed(c, bays_set_balance_script(c->office, &c->who.actor, &script)))
		call_answer_shape(c, &script_shape, &script);
}

struct script_query {
	struct policy_given given;
	const char *operator;
};
static const struct policy_field script_query_fields[] = {
	POLICY_FIELD(struct script_query, TEXT, "operator", operator, false, 47),
	{ 0 },
};
static const struct policy script_query_policy = {
	.name = "BalanceScriptOf",
	.fields = script_query_fields,
	.size = sizeof(struct script_query),
};

static void script_delete(struct call *c)
{
	const struct script_query *in = (const void *)c->query;

	if (!call_failed(c, bays_delete_balance_script(c->office, &c->who.actor,
				    in->operator ? in->operator : "")))
		call_no_content(c);
}

struct try_in {
	struct policy_given given;
	const char *pattern, *text;
};
static const struct policy_field try_in_fields[] = {
	POLICY_FIELD(struct try_in, TEXT, "pattern", pattern, true, 0),
	POLICY_FIELD(struct try_in, TEXT, "text", text, true, 0),
	{ 0 },
};
static const struct policy try_policy = {
	.name = "BalanceTrial",
	.fields = try_in_fields,
	.size = sizeof(struct try_in),
};
struct tried {
	int64_t amount;
};
static const struct shape_field tried_fields[] = {
	SHAPE_FIELD(struct tried, MONEY, "amount", amount),
	{ 0 },
};
static const struct shape tried_shape = { .name = "BalanceRead", .fields = tried_fields };

static void script_try(struct call *c)
{
	const struct try_in *in = (const void *)c->input;
	struct tried tried = { 0 };

	if (!call_failed(
		    c, bays_try_pattern(c->office, in->pattern, in->text, &tried.amount)))
		call_answer_shape(c, &tried_shape, &tried);
}

const struct endpoint bay_routes[] = {
	{
		.method = "GET",
		.path = "/api/v1/bays/{id}/health",
		.scope = AUTH_READ,
		.run = bay_health_show,
		.summary =
			"How often the modem in a bay failed in the last 30 days, and why; how "
			"long it worked and could send while the box ran; and the modems "
			"before it",
		.answer = &health_shape,
	},
	{
		.method = "GET",
		.path = "/api/v1/bays/{id}/failures",
		.scope = AUTH_READ,
		.run = failures_index,
		.summary =
			"Its last failures, newest first: why, how long, what was tried",
		.answer = &failure_shape,
		.form = ROUTE_ITEMS,
	},
	{
		.method = "GET",
		.path = "/api/v1/bays/{id}/signal",
		.scope = AUTH_READ,
		.run = signals_index,
		.summary =
			"Its signal by hours of the last 7 days, the oldest first; hours in which "
			"it was not read are left out",
		.answer = &signal_shape,
		.form = ROUTE_ITEMS,
	},
	{
		.method = "GET",
		.path = "/api/v1/bays/{id}/records",
		.scope = AUTH_READ,
		.run = records_index,
		.summary = "Failures of which the last lines are kept, newest first",
		.answer = &record_shape,
		.form = ROUTE_ITEMS,
	},
	{
		.method = "GET",
		.path = "/api/v1/bays/{id}/records/{record}",
		.scope = AUTH_ADMIN,
		.run = record_show,
		.summary = "The last lines before a failure, as text; secrets are masked",
	},
	{
		.method = "PUT",
		.path = "/api/v1/bays/{id}/pin",
		.scope = AUTH_ADMIN,
		.body = ROUTE_JSON,
		.policy = &pin_policy,
		.run = pin_put_run,
		.status = 204,
		.summary = "The PIN of the SIM in a bay: kept sealed, tried once",
	},
	{
		.method = "DELETE",
		.path = "/api/v1/bays/{id}",
		.scope = AUTH_ADMIN,
		.run = bay_delete,
		.status = 204,
		.summary = "Forget a bay that nothing is plugged into, and its history",
	},
	{
		.method = "POST",
		.path = "/api/v1/sims/{id}/admit",
		.scope = AUTH_ADMIN,
		.body = ROUTE_OPTIONAL_JSON,
		.policy = &policy_nothing,
		.run = sim_admit_post,
		.status = 204,
		.summary = "Let a new SIM send",
	},
	{
		.method = "PUT",
		.path = "/api/v1/sims/{id}/roaming",
		.scope = AUTH_ADMIN,
		.body = ROUTE_JSON,
		.policy = &roaming_policy,
		.run = sim_roaming_put,
		.status = 204,
		.summary = "May a SIM send in a foreign network?",
	},
	{
		.method = "POST",
		.path = "/api/v1/bays/{id}/test",
		.scope = AUTH_ADMIN,
		.body = ROUTE_OPTIONAL_JSON,
		.policy = &policy_nothing,
		.run = bay_test_post,
		.summary = "Test a modem up to the prompt; nothing is sent",
		.answer = &test_shape,
	},
	{
		.method = "DELETE",
		.path = "/api/v1/bays/{id}/test",
		.scope = AUTH_ADMIN,
		.run = bay_test_delete,
		.status = 204,
		.summary =
			"End a self-test after the step it is at; harmless without one",
	},
	{
		.method = "POST",
		.path = "/api/v1/sims/{id}/balance",
		.scope = AUTH_ADMIN,
		.body = ROUTE_OPTIONAL_JSON,
		.policy = &policy_nothing,
		.run = sim_balance_post,
		.status = 204,
		.summary = "Ask for the balance when no message waits",
	},
	{
		.method = "GET",
		.path = "/api/v1/balance-scripts",
		.scope = AUTH_READ,
		.run = scripts_index,
		.summary = "How operators are asked for the balance",
		.answer = &script_shape,
		.form = ROUTE_ITEMS,
	},
	{
		.method = "PUT",
		.path = "/api/v1/balance-scripts",
		.scope = AUTH_ADMIN,
		.body = ROUTE_JSON,
		.policy = &script_policy,
		.run = script_put,
		.summary = "Set an operator's; without operator, that of all others",
		.answer = &script_shape,
	},
	{
		.method = "DELETE",
		.path = "/api/v1/balance-scripts",
		.scope = AUTH_ADMIN,
		.query = &script_query_policy,
		.run = script_delete,
		.status = 204,
		.summary = "Ask this operator no more",
	},
	{
		.method = "POST",
		.path = "/api/v1/balance-scripts/try",
		.scope = AUTH_ADMIN,
		.body = ROUTE_JSON,
		.policy = &try_policy,
		.run = script_try,
		.summary = "What a pattern reads in an answer",
		.answer = &tried_shape,
	},
	{ 0 },
};
