/*
 * What only modemd can do, asked of it over the bus: restarts, power, questions to
 * operators. Each is noted in the audit before it is asked.
 */
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/auth.h"
#include "firmware/office/bank/lines.h"
#include "firmware/office/office_internal.h"

#define AWAY_RETRY_S 5
#define SHOWN_MAX 16

/* What modemd's refusals are here; any other is a matter of the modem's state. */
static const struct {
	const char *code;
	enum refusal_kind kind;
	uint32_t retry_after_s;
} refusals[] = {
	{ "no_answer", REFUSAL_BUSY, 60 },
	{ "sim_busy", REFUSAL_CONFLICT, 60 },
	{ "not_ready", REFUSAL_CONFLICT, 0 },
	{ "operator_refused", REFUSAL_CONFLICT, 0 },
	{ "unsupported", REFUSAL_CONFLICT, 0 },
	{ "invalid_code", REFUSAL_INVALID, 0 },
};

static enum err refuse(struct office *o, const struct hub_answer *answer)
{
	const char *text =
		answer->text[0] ? answer->text : "The modem cannot do this now.";
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		if (!str_eq(answer->code, refusals[i].code))
			continue;
		enum err err =
			office_refuse(o, refusals[i].kind, refusals[i].code, "%s", text);
		o->why.retry_after_s = refusals[i].retry_after_s;
		return err;
	}
	return office_refuse(o, REFUSAL_CONFLICT, "wrong_state", "%s", text);
}

static enum err ask(
	struct office *o, const struct hub_command *command, struct hub_answer *out)
{
	enum err err = hub_ask(o->hub, command, out);
	if (err == ERR_BUSY)
		return refuse(o, out);
	if (!err)
		return ERR_OK;
	(void)office_refuse(o, REFUSAL_BUSY, "modemd_away",
		"The radio side (chapar-modemd) does not answer.");
	o->why.retry_after_s = AWAY_RETRY_S;
	return err;
}

static enum err ask_bay(struct office *o, const struct office_actor *actor,
	const struct hub_command *command, struct hub_answer *out)
{
	int64_t bay_id = command->bay_id;
	char action[16], object[32];
	enum err err = lines_bay(o, bay_id, NULL, NULL);
	if (err)
		return err;
	(void)str_format(action, sizeof(action), "bay.%s", command->op); /* both fit */
	(void)str_format(object, sizeof(object), "bay:%lld", (long long)bay_id);
	err = auth_audit(o, actor, action, object, "");
	return err ? err : ask(o, command, out);
}

enum err lines_bay_reset(
	struct office *o, const struct office_actor *actor, int64_t bay_id)
{
	struct hub_answer answer;
	return ask_bay(o, actor, &(struct hub_command){ .op = "reset", .bay_id = bay_id },
		&answer);
}

enum err lines_bay_power(
	struct office *o, const struct office_actor *actor, int64_t bay_id)
{
	struct hub_answer answer;
	return ask_bay(o, actor, &(struct hub_command){ .op = "power", .bay_id = bay_id },
		&answer);
}

/* "signal=failed:+CSQ: 99,99" */
static bool read_check(const char *line, size_t len, struct lines_check *out)
{
	const char *end = line + len;
	const char *equals = memchr(line, '=', len);
	const char *colon = equals ? memchr(equals, ':', (size_t)(end - equals)) : NULL;

	return colon &&
	       str_copy_n(out->name, sizeof(out->name), line, (size_t)(equals - line)) &&
	       str_copy_n(out->verdict, sizeof(out->verdict), equals + 1,
		       (size_t)(colon - equals - 1)) &&
	       str_copy_n(out->said, sizeof(out->said), colon + 1,
		       (size_t)(end - colon - 1));
}

static void take_check(const struct lines_check *check, struct lines_test *out)
{
	if (str_eq(check->name, "technology")) {
		/* what is longer is none that we know */
		(void)str_copy(out->technology, sizeof(out->technology), check->said);
		return;
	}
	if (out->n == LINES_CHECKS_MAX)
		return;
	out->checks[out->n++] = *check;
	out->is_passed = out->is_passed && str_eq(check->verdict, "passed");
}

static void read_test(const char *text, struct lines_test *out)
{
	*out = (struct lines_test){ .is_passed = true };
	while (*text) {
		size_t len = strcspn(text, "\n");
		struct lines_check check;
		if (read_check(text, len, &check))
			take_check(&check, out);
		text += len + (text[len] == '\n');
	}
	out->is_passed = out->is_passed && out->n > 0;
}

enum err lines_bay_test(struct office *o, const struct office_actor *actor,
	int64_t bay_id, struct lines_test *out)
{
	struct hub_answer answer;
	enum err err = ask_bay(o, actor,
		&(struct hub_command){ .op = "test", .bay_id = bay_id }, &answer);
	if (!err)
		read_test(answer.text, out);
	return err;
}

enum err lines_bay_test_stop(
	struct office *o, const struct office_actor *actor, int64_t bay_id)
{
	struct hub_answer answer;
	return ask_bay(o, actor,
		&(struct hub_command){ .op = "test_stop", .bay_id = bay_id }, &answer);
}

enum err lines_sim_balance(
	struct office *o, const struct office_actor *actor, int64_t sim_id)
{
	struct hub_command command = { .op = "balance", .sim_id = sim_id };
	struct hub_answer answer;
	char object[32];
	enum err err = lines_sim(o, sim_id, NULL, NULL);
	if (err)
		return err;
	(void)str_format(object, sizeof(object), "sim:%lld", (long long)sim_id);
	err = auth_audit(o, actor, "sim.balance", object, "");
	return err ? err : ask(o, &command, &answer);
}

/* Codes may carry a PIN or a voucher's number: the audit keeps the service alone. */
static void hide_arguments(const char *code, char *dst, size_t size)
{
	size_t n = strspn(code, "*#+");
	n += strspn(code + n, "0123456789");
	n += code[n] != '\0';
	if (n > SHOWN_MAX)
		n = SHOWN_MAX;
	(void)str_format(dst, size, "%.*s%s", (int)n, code,
		code[n] ? "\xe2\x80\xa6" : ""); /* fits */
}

bool lines_is_ussd_code(const char *code)
{
	size_t n = strspn(code, "0123456789*#+,");

	return n > 0 && code[n] == '\0' && n <= LINES_USSD_CODE_MAX && code[0] != ',' &&
	       code[n - 1] != ',' && !strstr(code, ",,");
}

static enum err check_code(struct office *o, const char *code)
{
	if (lines_is_ussd_code(code))
		return ERR_OK;
	return office_refuse_field(o, "code", "invalid_code",
		"A code has digits, *, # and + only, as *100#, with the answers to menus "
		"behind commas, as *100#,2,1; at most %d characters.",
		LINES_USSD_CODE_MAX);
}

enum err lines_sim_ussd(struct office *o, const struct office_actor *actor,
	int64_t sim_id, const char *code, struct lines_ussd *out)
{
	struct hub_command command = { .op = "ussd", .sim_id = sim_id, .code = code };
	struct hub_answer answer;
	char object[32], shown[32];
	enum err err = check_code(o, code);
	if (!err)
		err = lines_sim(o, sim_id, NULL, NULL);
	if (err)
		return err;
	(void)str_format(object, sizeof(object), "sim:%lld", (long long)sim_id);
	hide_arguments(code, shown, sizeof(shown));
	err = auth_audit(o, actor, "sim.ussd", object, shown);
	if (!err)
		err = ask(o, &command, &answer);
	if (err)
		return err;
	(void)str_copy(out->text, sizeof(out->text), answer.text); /* the same size */
	out->more = answer.more;
	return ERR_OK;
}
