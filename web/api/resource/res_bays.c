/*
 * Looking after bays and SIMs: PINs, admission, self-tests, and how operators are asked
 * for the balance.
 */
#include "web/api/resources.h"

#include "firmware/base/str.h"
#include "firmware/office/bank/bays.h"
#include "firmware/office/bank/lines.h"
#include "web/api/api.h"
#include "web/api/shapes.h"

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

struct puk_in {
	struct policy_given given;
	const char *puk, *pin, *iccid;
	bool may_be_last;
};
static const struct policy_field puk_in_fields[] = {
	POLICY_FIELD(struct puk_in, TEXT, "puk", puk, true, 16),
	POLICY_FIELD(struct puk_in, TEXT, "pin", pin, true, 16),
	POLICY_FIELD(struct puk_in, TEXT, "iccid", iccid, false, 23),
	POLICY_FIELD(struct puk_in, BOOL, "may_be_last", may_be_last, false, 0),
	{ 0 },
};
static const struct policy puk_policy = {
	.name = "Puk",
	.fields = puk_in_fields,
	.size = sizeof(struct puk_in),
};

static void puk_post(struct call *c)
{
	const struct puk_in *in = (const void *)c->input;
	const struct bays_puk puk = { in->puk, in->pin, in->iccid ? in->iccid : "",
		in->may_be_last };

	if (!call_failed(c, bays_enter_puk(c->office, &c->who.actor, c->params.id, &puk)))
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
	SHAPE_FIELD(struct lines_test, TEXT_OR_NULL, "technology", technology),
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
		.method = "POST",
		.path = "/api/v1/bays/{id}/puk",
		.scope = AUTH_ADMIN,
		.body = ROUTE_JSON,
		.policy = &puk_policy,
		.run = puk_post,
		.status = 204,
		.summary = "The PUK of the SIM in a bay and its new PIN: tried once, not "
			   "kept",
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
		.summary =
			"Test a modem up to the prompt; nothing is sent. In no network "
			"it looks for those around, which its bay tells later",
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
