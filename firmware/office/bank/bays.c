#include "firmware/office/bank/bays.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/auth.h"
#include "firmware/office/cause_text.h"
#include "firmware/office/bank/lines.h"
#include "firmware/office/office_internal.h"
#include "firmware/sms/balance.h"
#include "firmware/store/puk.h"
#include "firmware/store/setting.h"

#define DAY_MS INT64_C(86400000)
#define KEY_SETTING "radio.public_key" /* where the radio side puts it, in hex */
#define PIN_DIGITS_MIN 4
#define PIN_DIGITS_MAX 8
#define EVERY_HOURS_MAX 720

static enum err read_modems(struct office *o, int64_t bay_id, struct bay_health_view *out)
{
	enum err err = bay_modem_list(o->store, bay_id, out->modems, &out->n_modems);
	if (!err)
		err = bay_modem_same(o->store, bay_id, &out->same_imei_bay);
	return err == ERR_NOTFOUND ? ERR_OK : err;
}

/* What is measured is kept by hours. */
static int64_t days_ago(const struct office *o, int64_t days)
{
	int64_t at = office_now(o) - days * DAY_MS;
	return at - at % BAY_TIME_HOUR_MS;
}

static enum err read_spans(struct office *o, int64_t bay_id, struct bay_health_view *out)
{
	static const int64_t days[BAYS_SPANS] = { 1, 7 };
	enum err err = ERR_OK;

	for (size_t i = 0; !err && i < BAYS_SPANS; i++) {
		struct bay_span *span = &out->spans[i];
		int64_t from = days_ago(o, days[i]);
		span->days = days[i];
		span->from = from > out->h.since ? from : out->h.since;
		err = bay_time_sums(o->store, bay_id, span->from, &span->sum);
	}
	return err;
}

/* The radio side writes down what it measured now and then, but a failure's beginning and
 * end at once. */
static enum err add_unwritten(struct office *o, int64_t bay_id, struct bay_health *h)
{
	int64_t from = office_now(o) - hub_unwritten_ms(o->hub), ms = 0;
	enum err err =
		bay_failed_ms(o->store, bay_id, from > h->since ? from : h->since, &ms);
	h->down_ms += ms;
	return err;
}

enum err bays_health(struct office *o, int64_t bay_id, struct bay_health_view *out)
{
	*out = (struct bay_health_view){ .mtbf_s = 0 };
	enum err err =
		bay_health_get(o->store, bay_id, days_ago(o, BAYS_HEALTH_DAYS), &out->h);
	if (!err)
		err = add_unwritten(o, bay_id, &out->h);
	if (!err)
		err = read_spans(o, bay_id, out);
	if (!err)
		err = read_modems(o, bay_id, out);
	if (err)
		return office_fail(o, err, "such bay");
	if (out->h.failures)
		out->mtbf_s = out->h.up_ms / out->h.failures / 1000;
	for (size_t i = 0; i < out->h.n_causes; i++)
		out->texts[i] = cause_bay_failure_text(out->h.causes[i].cause);
	return ERR_OK;
}

enum err bays_failures(struct office *o, int64_t bay_id, bay_event_fn fn, void *user)
{
	enum err err = lines_bay(o, bay_id, NULL, NULL);
	if (err)
		return err;
	err = bay_events(o->store, bay_id, BAYS_FAILURES_SHOWN, fn, user);
	return err ? office_fail(o, err, "failures") : ERR_OK;
}

enum err bays_signals(struct office *o, int64_t bay_id, bay_signal_fn fn, void *user)
{
	enum err err = lines_bay(o, bay_id, NULL, NULL);
	if (err)
		return err;
	err = bay_signals(o->store, bay_id, days_ago(o, BAYS_SIGNAL_DAYS), fn, user);
	return err ? office_fail(o, err, "signals") : ERR_OK;
}

enum err bays_records(struct office *o, int64_t bay_id, flight_record_fn fn, void *user)
{
	enum err err = lines_bay(o, bay_id, NULL, NULL);
	if (err)
		return err;
	err = bay_records(o->store, bay_id, fn, user);
	return err ? office_fail(o, err, "records") : ERR_OK;
}

struct one_record {
	int64_t bay_id;
	flight_record_fn fn;
	void *user;
	bool found;
};

static bool on_record(void *user, const struct flight_record *record)
{
	struct one_record *one = user;
	one->found = record->bay_id == one->bay_id;
	return one->found ? one->fn(one->user, record) : true;
}

enum err bays_record(struct office *o, int64_t bay_id, int64_t record_id,
	flight_record_fn fn, void *user)
{
	struct one_record one = { bay_id, fn, user, false };
	enum err err = bay_record_get(o->store, record_id, on_record, &one);
	if (!err && !one.found)
		err = ERR_NOTFOUND;
	return err ? office_fail(o, err, "such record of this bay") : ERR_OK;
}

/* ---- PINs ---- */

static bool note_sim(void *user, const struct line_view *line)
{
	char *name = user;
	if (line->bay.iccid[0])
		(void)str_copy(name, PIN_NAME_SIZE, line->bay.iccid); /* fits */
	return true;
}

/* By the SIM in it; by the bay where the SIM hides its name. */
static enum err pin_name(struct office *o, int64_t bay_id, char name[PIN_NAME_SIZE])
{
	name[0] = '\0';
	enum err err = lines_bay(o, bay_id, note_sim, name);
	if (!err && !name[0])
		(void)str_format(
			name, PIN_NAME_SIZE, "bay:%lld", (long long)bay_id); /* fits */
	return err;
}

static enum err check_pin(struct office *o, const char *pin)
{
	size_t n = strspn(pin, "0123456789");
	if (n >= PIN_DIGITS_MIN && n <= PIN_DIGITS_MAX && pin[n] == '\0')
		return ERR_OK;
	return office_refuse_field(o, "pin", "invalid_pin",
		"A PIN has %d to %d digits and nothing else.", PIN_DIGITS_MIN,
		PIN_DIGITS_MAX);
}

static enum err check_puk(struct office *o, const char *puk)
{
	if (strspn(puk, "0123456789") == PUK_DIGITS && puk[PUK_DIGITS] == '\0')
		return ERR_OK;
	return office_refuse_field(o, "puk", "invalid_puk",
		"A PUK has %d digits and nothing else.", PUK_DIGITS);
}

static enum err seal(struct office *o, const char *pin, uint8_t sealed[PIN_SEALED_MAX])
{
	char hex[2 * CRYPTO_KEY_OCTETS + 1];
	uint8_t key[CRYPTO_KEY_OCTETS];
	size_t n = 0;
	enum err err = setting_get(o->store, KEY_SETTING, hex, sizeof(hex));
	if (err && err != ERR_NOTFOUND)
		return office_fail(o, err, "key");
	if (err || !str_from_hex(hex, strlen(hex), key, sizeof(key), &n) ||
		n != sizeof(key) || crypto_seal(sealed, pin, strlen(pin), key))
		return office_refuse(o, REFUSAL_BUSY, "modemd_away",
			"The radio side has no key for PINs yet. Start chapar-modemd "
			"and try again.");
	return ERR_OK;
}

/* What counts is in the store whether modemd is there or not; if it is, it acts at once.
 */
static void tell_radio(struct office *o, const char *op, int64_t bay_id)
{
	const struct hub_command command = { .op = op, .bay_id = bay_id };
	struct hub_answer answer;
	if (o->hub)
		(void)hub_ask(o->hub, &command, &answer);
}

enum err bays_set_pin(struct office *o, const struct office_actor *actor, int64_t bay_id,
	const char *pin)
{
	uint8_t sealed[PIN_SEALED_MAX];
	char name[PIN_NAME_SIZE], object[32];
	bool own;
	enum err err = check_pin(o, pin);
	if (!err)
		err = pin_name(o, bay_id, name);
	if (!err)
		err = seal(o, pin, sealed);
	if (!err)
		err = office_enter(o, &own);
	if (err)
		return err;
	err = pin_put(o->store, name, sealed, strlen(pin) + CRYPTO_SEAL_EXTRA);
	if (err)
		err = office_fail(o, err, "PIN");
	(void)str_format(object, sizeof(object), "bay:%lld", (long long)bay_id);
	if (!err)
		err = auth_audit(o, actor, "bay.pin", object, "");
	err = office_leave(o, own, err);
	if (!err)
		tell_radio(o, "pin", bay_id);
	return err;
}

/* ---- PUKs ---- */

static bool waits_for_puk(const struct line_view *line)
{
	static const char *const reasons[] = { "sim_puk", "puk_refused", "puk_unsure" };
	bool waits = false;
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		waits = waits || str_eq(line->reason, reasons[i]);
	return waits && str_eq(line->state, "PIN");
}

static enum err check_locked(
	struct office *o, const struct line_view *line, const struct bays_puk *in)
{
	if (!line->is_live)
		return office_refuse(o, REFUSAL_BUSY, "modemd_away",
			"The radio side is away. Start chapar-modemd and try again.");
	if (str_eq(line->reason, "sim_blocked") || line->puk_tries == 0)
		return office_refuse(o, REFUSAL_CONFLICT, "sim_blocked",
			"No try is left: this SIM is lost. Ask the operator for another.");
	if (!waits_for_puk(line))
		return office_refuse(o, REFUSAL_CONFLICT, "not_waiting",
			"The SIM in this bay does not ask for its PUK now.");
	if (!str_eq(line->bay.iccid, in->iccid))
		return office_refuse(o, REFUSAL_CONFLICT, "other_sim",
			"Another SIM is in this bay by now. Look again.");
	if (line->puk_tries <= 1 && !in->may_be_last)
		return office_refuse_field(o, "may_be_last", "last_try",
			"This may be the last try: if the PUK is wrong, the SIM is lost. "
			"Confirm that.");
	return ERR_OK;
}

static bool copy_line(void *user, const struct line_view *line)
{
	*(struct line_view *)user = *line;
	return true;
}

static enum err keep_puk(struct office *o, const struct office_actor *actor,
	int64_t bay_id, const struct bays_puk *in)
{
	char name[PIN_NAME_SIZE], object[32], both[PUK_DIGITS + PIN_DIGITS_MAX + 2];
	uint8_t sealed[PIN_SEALED_MAX];
	bool own;
	(void)str_format(both, sizeof(both), "%s %s", in->puk, in->pin); /* fits */
	size_t len = strlen(both);
	enum err err = seal(o, both, sealed);
	explicit_bzero(both, sizeof(both));
	if (!err)
		err = office_enter(o, &own);
	if (err)
		return err;
	(void)str_format(object, sizeof(object), "bay:%lld", (long long)bay_id);
	(void)str_copy(name, sizeof(name), *in->iccid ? in->iccid : object); /* fits */
	err = puk_put(o->store, name, sealed, len + CRYPTO_SEAL_EXTRA);
	if (err)
		err = office_fail(o, err, "PUK");
	if (!err)
		err = auth_audit(o, actor, "bay.puk", object, "");
	return office_leave(o, own, err);
}

enum err bays_enter_puk(struct office *o, const struct office_actor *actor,
	int64_t bay_id, const struct bays_puk *in)
{
	struct line_view line;
	enum err err = check_puk(o, in->puk);
	if (!err)
		err = check_pin(o, in->pin);
	if (!err)
		err = lines_bay(o, bay_id, copy_line, &line);
	if (!err)
		err = check_locked(o, &line, in);
	if (!err)
		err = keep_puk(o, actor, bay_id, in);
	if (!err)
		tell_radio(o, "puk", bay_id);
	return err;
}

/* ---- leaving ---- */

static enum err forget(struct office *o, const struct office_actor *actor, int64_t bay_id)
{
	char name[PIN_NAME_SIZE];
	enum err err = bay_forget(o->store, bay_id);
	if (err == ERR_BUSY)
		return office_refuse(o, REFUSAL_CONFLICT, "bay_in_use",
			"A modem is in this bay. Unplug it first.");
	if (err)
		return office_fail(o, err, "such bay");
	/* The number may be another bay's one day, and a PIN is tried once. */
	(void)str_format(name, sizeof(name), "bay:%lld", (long long)bay_id); /* fits */
	err = pin_drop(o->store, name);
	if (!err)
		err = puk_drop(o->store, name);
	if (err)
		return office_fail(o, err, "PIN");
	return auth_audit(o, actor, "bay.forget", name, "");
}

enum err bays_forget(struct office *o, const struct office_actor *actor, int64_t bay_id)
{
	bool own;
	enum err err = office_enter(o, &own);
	if (!err)
		err = office_leave(o, own, forget(o, actor, bay_id));
	if (!err)
		tell_radio(o, "forget", bay_id);
	return err;
}

/* ---- admission ---- */

/* The end of a change of a SIM that office_enter() began. */
static enum err leave_sim(struct office *o, const struct office_actor *actor,
	int64_t sim_id, const char *action, enum err err)
{
	char object[32];
	if (err)
		return office_fail(o, err, "such SIM");
	(void)str_format(object, sizeof(object), "sim:%lld", (long long)sim_id);
	err = auth_audit(o, actor, action, object, "");
	office_wake(o, OFFICE_WAKE_RADIO);
	return err;
}

enum err bays_admit_sim(
	struct office *o, const struct office_actor *actor, int64_t sim_id)
{
	bool own;
	enum err err = office_enter(o, &own);
	if (err)
		return err;
	err = leave_sim(o, actor, sim_id, "sim.admit", sim_admit(o->store, sim_id));
	return office_leave(o, own, err);
}

enum err bays_set_roaming(
	struct office *o, const struct office_actor *actor, int64_t sim_id, bool may_roam)
{
	bool own;
	enum err err = office_enter(o, &own);
	if (err)
		return err;
	err = leave_sim(o, actor, sim_id, may_roam ? "sim.roam" : "sim.stay_home",
		sim_set_roaming(o->store, sim_id, may_roam));
	return office_leave(o, own, err);
}

/* ---- balance ---- */

static enum err check_script(struct office *o, const struct balance_script *script)
{
	if (!lines_is_ussd_code(script->code) ||
		strlen(script->code) >= BALANCE_CODE_SIZE)
		return office_refuse_field(o, "code", "invalid_code",
			"A code is like *123#, with the answers to menus behind commas, "
			"as *100#,2,1; at most %d characters.",
			BALANCE_CODE_SIZE - 1);
	if (!balance_pattern_is_valid(script->pattern))
		return office_refuse_field(o, "pattern", "invalid_pattern",
			"A pattern has {amount} once, and words of the answer before or "
			"behind it, as: balance is {amount} EUR");
	if (script->every_hours < 1 || script->every_hours > EVERY_HOURS_MAX)
		return office_refuse_field(o, "every_hours", "out_of_range",
			"The balance is asked every 1 to %d hours.", EVERY_HOURS_MAX);
	return ERR_OK;
}

enum err bays_set_balance_script(struct office *o, const struct office_actor *actor,
	const struct balance_script *script)
{
	bool own;
	enum err err = check_script(o, script);
	if (!err)
		err = office_enter(o, &own);
	if (err)
		return err;
	err = balance_script_put(o->store, script);
	if (err)
		err = office_fail(o, err, "balance script");
	if (!err)
		err = auth_audit(
			o, actor, "balance.script", script->operator, script->code);
	return office_leave(o, own, err);
}

enum err bays_delete_balance_script(
	struct office *o, const struct office_actor *actor, const char *operator)
{
	bool own;
	enum err err = office_enter(o, &own);
	if (err)
		return err;
	err = balance_script_delete(o->store, operator);
	if (err)
		err = office_fail(o, err, "balance script of this operator");
	if (!err)
		err = auth_audit(o, actor, "balance.delete", operator, "");
	return office_leave(o, own, err);
}

enum err bays_balance_scripts(struct office *o, balance_script_fn fn, void *user)
{
	enum err err = balance_script_each(o->store, fn, user);
	return err ? office_fail(o, err, "balance scripts") : ERR_OK;
}

enum err bays_try_pattern(
	struct office *o, const char *pattern, const char *text, int64_t *out)
{
	switch (balance_find(pattern, text, out)) {
	case ERR_OK:
		return ERR_OK;
	case ERR_NOTFOUND:
		return office_refuse_field(o, "pattern", "no_amount",
			"This answer has no amount where the pattern looks for it.");
	default:
		return office_refuse_field(o, "pattern", "invalid_pattern",
			"A pattern has {amount} once, and words of the answer before or "
			"behind it, as: balance is {amount} EUR");
	}
}
