/* Routes, plans, limits and the dispatcher's settings, as an administrator sets them; and
 * what messages get from them. */
#include "tests/unit/office_fixture.h"

#include "firmware/office/auth.h"
#include "firmware/office/bank/lines.h"
#include "firmware/office/dispatch/plans.h"
#include "firmware/office/dispatch/quotas.h"
#include "firmware/office/dispatch/routes.h"
#include "firmware/office/settings.h"
#include "firmware/store/affinity.h"
#include "firmware/store/user.h"

#define GREEK "+306941200001"
#define CYPRIOT "+35799123456"

/* ---- routes ---- */

struct route_seen {
	int64_t id;
	size_t n, n_prefixes;
	char name[64], country[4], first[20];
	unsigned locking;
};

static bool on_route(void *user, const struct route_view *v)
{
	struct route_seen *s = user;
	s->n++;
	s->id = v->r.id;
	s->n_prefixes = v->n_prefixes;
	s->locking = v->r.locking;
	(void)str_copy(s->name, sizeof(s->name), v->r.name);
	(void)str_copy(s->country, sizeof(s->country), v->r.country);
	(void)str_copy(s->first, sizeof(s->first), v->n_prefixes ? v->prefixes[0] : "");
	return true;
}

static int64_t new_route(struct fixture *f, const char *name, const char *prefix)
{
	int64_t id;
	const char *const prefixes[] = { prefix };
	const struct route_draft draft = { .name = name,
		.country = "GR",
		.prefixes = prefixes,
		.n_prefixes = 1,
		.has_prefixes = true,
		.locking = -1,
		.single = -1 };
	FINE(f, routes_create(&f->o, &tester, &draft, &id));
	return id;
}

static void test_routes(void **state)
{
	struct fixture *f = *state;
	struct routes_place place;
	struct route_seen seen = { 0 };
	int64_t id = new_route(f, "Cosmote", "+3069"), other;
	FINE(f, routes_get(&f->o, id, on_route, &seen));
	assert_string_equal(seen.name, "Cosmote");
	assert_string_equal(seen.first, "+3069");
	/* A name twice, a prefix that is none, a country that is none. */
	struct route_draft draft = { .name = "cosmote", .locking = -1, .single = -1 };
	REFUSED(f, routes_create(&f->o, &tester, &draft, &other), "conflict");
	const char *const bad[] = { "3069" };
	draft = (struct route_draft){ .prefixes = bad,
		.n_prefixes = 1,
		.has_prefixes = true,
		.locking = -1,
		.single = -1 };
	REFUSED(f, routes_update(&f->o, &tester, id, &draft), "invalid_prefix");
	draft = (struct route_draft){ .country = "XX", .locking = -1, .single = -1 };
	REFUSED(f, routes_update(&f->o, &tester, id, &draft), "invalid_country");
	/* The longest prefix; a prefix moves; a country's own route. */
	other = new_route(f, "Vodafone", "+30694");
	FINE(f, routes_find(&f->o, GREEK, NULL, &place));
	assert_int_equal(place.route_id, other);
	assert_string_equal(place.country, "GR");
	FINE(f, routes_find(&f->o, CYPRIOT, NULL, &place));
	assert_string_equal(place.country, "CY");
	seen.n = 0;
	FINE(f, routes_get(&f->o, place.route_id, on_route, &seen));
	assert_string_equal(seen.country, "CY");
	assert_int_equal(seen.n_prefixes, 0);
	const char *const good[] = { "+35799" };
	draft = (struct route_draft){ .prefixes = good,
		.n_prefixes = 1,
		.has_prefixes = true,
		.locking = -1,
		.single = -1 };
	REFUSED(f, routes_update(&f->o, &tester, place.route_id, &draft),
		"country_route");
	/* Only what is given changes. */
	draft = (struct route_draft){ .name = "Vodafone GR", .locking = 4, .single = -1 };
	FINE(f, routes_update(&f->o, &tester, other, &draft));
	FINE(f, routes_get(&f->o, other, on_route, &seen));
	assert_string_equal(seen.name, "Vodafone GR");
	assert_string_equal(seen.first, "+30694");
	assert_int_equal(seen.locking, 4);
	FINE(f, routes_delete(&f->o, &tester, other));
	FINE(f, routes_find(&f->o, GREEK, NULL, &place));
	assert_int_equal(place.route_id, id);
	REFUSED(f, routes_delete(&f->o, &tester, 999), "not_found");
}

/* ---- plans ---- */

struct plan_seen {
	struct plan p;
	struct plan_price prices[4];
	size_t n;
	int64_t sims;
};

static bool on_plan(void *user, const struct plan_view *v)
{
	struct plan_seen *s = user;
	s->p = v->p;
	s->sims = v->sims;
	s->n = v->n_prices;
	for (size_t i = 0; i < v->n_prices && i < 4; i++)
		s->prices[i] = v->prices[i];
	return true;
}

static void refuse_plan(struct fixture *f, const struct plan *p, const char *code)
{
	int64_t id;
	const struct plan_draft draft = { .p = *p };
	REFUSED(f, plans_put(&f->o, &tester, &draft, &id), code);
}

static void test_plans(void **state)
{
	struct fixture *f = *state;
	struct plan_seen seen;
	int64_t route = new_route(f, "Cosmote", "+3069"), id;
	const struct plan_price prices[] = { { .route_id = route, .price = 20000 } };
	struct plan_draft draft = { .p = { .name = "Biz",
					    .currency = "EUR",
					    .time_zone = "Europe/Athens",
					    .reset_day = 31,
					    .per_day = 500,
					    .countries = "gr, cy,GR" },
		.has_prices = true,
		.prices = prices,
		.n_prices = 1 };
	FINE(f, plans_put(&f->o, &tester, &draft, &id));
	const struct sim_change change = { .enabled = -1,
		.has_plan = true,
		.plan_id = id,
		.role = "service",
		.group = "shop" };
	FINE(f, lines_sim_update(&f->o, &tester, f->sim, &change));
	FINE(f, plans_get(&f->o, id, on_plan, &seen));
	assert_string_equal(seen.p.countries, "GR,CY");
	assert_int_equal(seen.p.reset_day, 31);
	assert_int_equal(seen.n, 1);
	assert_int_equal(seen.prices[0].price, 20000);
	assert_int_equal(seen.sims, 1);
	/* Setting it again without prices leaves them; with none it takes them away. */
	draft.p = seen.p;
	draft.p.per_day = 600;
	draft.has_prices = false;
	FINE(f, plans_put(&f->o, &tester, &draft, &id));
	FINE(f, plans_get(&f->o, id, on_plan, &seen));
	assert_int_equal(seen.p.per_day, 600);
	assert_int_equal(seen.n, 1);
	draft.has_prices = true;
	draft.n_prices = 0;
	FINE(f, plans_put(&f->o, &tester, &draft, &id));
	FINE(f, plans_get(&f->o, id, on_plan, &seen));
	assert_int_equal(seen.n, 0);
	/* The SIM has none when it goes. */
	FINE(f, plans_delete(&f->o, &tester, id));
	struct plan_usage usage;
	FINE(f, plans_usage(&f->o, f->sim, &usage));
	assert_int_equal(usage.n, 0);
	const struct sim_change gone = { .enabled = -1, .has_plan = true, .plan_id = id };
	REFUSED(f, lines_sim_update(&f->o, &tester, f->sim, &gone), "unknown_plan");
	const struct sim_change role = { .enabled = -1, .role = "king" };
	REFUSED(f, lines_sim_update(&f->o, &tester, f->sim, &role), "invalid_role");
}

static void test_plan_refusals(void **state)
{
	struct fixture *f = *state;
	int64_t id;
	const struct plan_draft draft = { .p = { .name = "Biz", .reset_day = 1 } };
	FINE(f, plans_put(&f->o, &tester, &draft, &id));
	struct plan p = draft.p;
	refuse_plan(f, &p, "conflict");
	p.time_zone[0] = 'X';
	refuse_plan(f, &p, "invalid_time_zone");
	p = (struct plan){ .name = "B", .currency = "eur", .reset_day = 1 };
	refuse_plan(f, &p, "invalid_currency");
	p = (struct plan){ .name = "B", .reset_day = 32 };
	refuse_plan(f, &p, "invalid_day");
	p = (struct plan){ .name = "B", .reset_day = 1, .per_hour = -1 };
	refuse_plan(f, &p, "invalid_limit");
	p = (struct plan){ .name = "B", .reset_day = 1, .is_bundle_only = true };
	refuse_plan(f, &p, "invalid_limit");
	p = (struct plan){ .name = "", .reset_day = 1 };
	refuse_plan(f, &p, "field_required");
}

static void test_usage(void **state)
{
	struct fixture *f = *state;
	struct plan_usage usage;
	int64_t id;
	const struct plan_draft draft = { .p = { .name = "Biz",
						  .currency = "EUR",
						  .time_zone = "Europe/Athens",
						  .reset_day = 1,
						  .per_hour = 100,
						  .per_day = 500,
						  .bundle_month = 1000 } };
	FINE(f, plans_put(&f->o, &tester, &draft, &id));
	const struct sim_change change = {
		.enabled = -1, .has_plan = true, .plan_id = id
	};
	FINE(f, lines_sim_update(&f->o, &tester, f->sim, &change));
	FINE(f, plans_usage(&f->o, f->sim, &usage));
	assert_string_equal(usage.plan, "Biz");
	assert_int_equal(usage.n, 3);
	assert_int_equal(usage.uses[1].limit, PLAN_LIMIT_DAY);
	assert_int_equal(usage.uses[1].max, 500);
	assert_int_equal(usage.uses[1].used, 0);
	/* NOW is 23:26 in Athens on 28 May 2026. */
	assert_int_equal(usage.uses[1].frees_at, INT64_C(1780002000000));
	assert_int_equal(usage.uses[2].frees_at, INT64_C(1780261200000));
	assert_false(usage.uses[1].is_reached);
	REFUSED(f, plans_usage(&f->o, 99, &usage), "not_found");
}

/* ---- quotas and caps ---- */

static bool on_view(void *user, const struct quota_view *v)
{
	struct quota_view *out = user;
	*out = *v;
	out->name = NULL;
	return true;
}

static bool on_cap(void *user, const struct frequency_cap *cap)
{
	struct frequency_cap *out = user;
	*out = *cap;
	return true;
}

static void test_quotas(void **state)
{
	struct fixture *f = *state;
	struct quota_view view;
	struct frequency_cap seen = { .days_7 = 0 };
	const struct user maria = {
		.name = "maria", .password_hash = "x", .role = "operator", .locale = "en"
	};
	int64_t user;
	OK(user_create(f->o.store, &maria, &user));
	struct quota q = { .source = source_of_user(user), .per_day = 100, .budget = 5 };
	FINE(f, quotas_set(&f->o, &tester, &q));
	FINE(f, quotas_get(&f->o, q.source, on_view, &view));
	assert_int_equal(view.q.per_day, 100);
	assert_int_equal(view.kind, SOURCE_IS_USER);
	assert_int_equal(view.id, user);
	assert_true(view.day_frees_at > NOW && view.budget_frees_at > NOW);
	q.per_minute = -1;
	REFUSED(f, quotas_set(&f->o, &tester, &q), "invalid_limit");
	q = (struct quota){ .source = source_of_key(77), .per_day = 1 };
	REFUSED(f, quotas_set(&f->o, &tester, &q), "not_found");
	/* None: all zero. */
	int64_t list = new_list(f, "L"), campaign = new_campaign(f, list, "Hi");
	FINE(f, quotas_get(&f->o, source_of_campaign(campaign), on_view, &view));
	assert_int_equal(view.q.per_minute, 0);
	struct frequency_cap cap = { CLASS_PROMOTIONAL, 2, 5 };
	FINE(f, caps_set(&f->o, &tester, &cap));
	FINE(f, caps_each(&f->o, on_cap, &seen));
	assert_int_equal(seen.days_30, 5);
	cap.class = CLASS_OTP;
	REFUSED(f, caps_set(&f->o, &tester, &cap), "invalid_class");
	cap = (struct frequency_cap){ CLASS_PROMOTIONAL, -2, 5 };
	REFUSED(f, caps_set(&f->o, &tester, &cap), "invalid_limit");
}

/* ---- settings ---- */

static void test_settings(void **state)
{
	static const char *const reserves[] = { "x", "-1", "101%", "5%%", "%", "1.5" };
	struct fixture *f = *state;
	struct settings *s = calloc(1, sizeof(*s));
	bool off = false;
	assert_non_null(s);
	FINE(f, settings_get(&f->o, s));
	assert_true(s->dispatch.affinity);
	assert_string_equal(s->dispatch.affinity_moves, "move");
	assert_string_equal(s->dispatch.reserve, "0");
	assert_string_equal(s->dispatch.least_cost, "prefer");
	struct settings_change change = { .affinity = &off,
		.affinity_moves = "notice",
		.notice = "We write from a new number now.",
		.reserve = "25%",
		.least_cost = "strict",
		.countries = "gr cy" };
	FINE(f, settings_set(&f->o, &tester, &change));
	FINE(f, settings_get(&f->o, s));
	assert_false(s->dispatch.affinity);
	assert_string_equal(s->dispatch.affinity_moves, "notice");
	assert_string_equal(s->dispatch.reserve, "25%");
	assert_string_equal(s->dispatch.countries, "GR,CY");
	for (size_t i = 0; i < sizeof(reserves) / sizeof(reserves[0]); i++) {
		change = (struct settings_change){ .reserve = reserves[i] };
		REFUSED(f, settings_set(&f->o, &tester, &change), "invalid_policy");
	}
	change = (struct settings_change){ .affinity_moves = "fly" };
	REFUSED(f, settings_set(&f->o, &tester, &change), "invalid_policy");
	change = (struct settings_change){ .countries = "GR,Greece" };
	REFUSED(f, settings_set(&f->o, &tester, &change), "invalid_country");
	free(s);
}

#define BOARDS "+306940000001,+306940000002"

static const struct office_actor maria_admin = { .user_id = 3, .name = "user:3 maria" };

static bool note_audit(void *user, const struct audit *a)
{
	(void)str_append_format(user, 400, "%s %s\n", a->action, a->detail);
	return true;
}

static void test_alarm_numbers(void **state)
{
	struct fixture *f = *state;
	struct settings *s = calloc(1, sizeof(*s));
	char audit[400] = "", kept[64];
	struct settings_change change = { .alarm_to = "6940000003, +30 694 000 0004",
		.switch_from = "00306940000003,6940000003" };
	assert_non_null(s);
	FINE(f, settings_get(&f->o, s));
	assert_string_equal(s->alarms.alarm_to, "");
	/* As the radio side says them of the board. */
	assert_int_equal(setting_set(f->o.store, "board.alarm_to", BOARDS), ERR_OK);
	assert_int_equal(setting_set(f->o.store, "board.inputs", "door"), ERR_OK);
	FINE(f, settings_get(&f->o, s));
	assert_string_equal(s->alarms.alarm_to, BOARDS);
	assert_string_equal(s->alarms.switch_from, "");
	assert_string_equal(s->alarms.inputs, "door");

	FINE(f, settings_set(&f->o, &maria_admin, &change));
	FINE(f, settings_get(&f->o, s));
	assert_string_equal(s->alarms.alarm_to, "+306940000003,+306940000004");
	assert_string_equal(s->alarms.switch_from, "+306940000003");
	FINE(f, auth_audit_each(&f->o, 0, 3, note_audit, audit));
	assert_string_equal(audit,
		"settings.change \n"
		"settings.switch_from  -> +306940000003\n"
		"settings.alarm_to " BOARDS " -> +306940000003,+306940000004\n");

	/* Nobody is something else than the board's own, which is not kept twice. */
	change = (struct settings_change){ .alarm_to = "" };
	FINE(f, settings_set(&f->o, &maria_admin, &change));
	FINE(f, settings_get(&f->o, s));
	assert_string_equal(s->alarms.alarm_to, "");
	assert_string_equal(s->alarms.switch_from, "+306940000003");
	change = (struct settings_change){ .alarm_to = BOARDS };
	FINE(f, settings_set(&f->o, &maria_admin, &change));
	assert_int_equal(
		setting_get(f->o.store, "alarm.to", kept, sizeof(kept)), ERR_NOTFOUND);
	free(s);
}

static void test_bad_alarm_numbers(void **state)
{
	struct fixture *f = *state;
	char many[400] = "";
	struct settings_change change = { .alarm_to = "6940000003,694" };
	REFUSED(f, settings_set(&f->o, &tester, &change), "invalid_number");
	assert_string_equal(f->o.why.field, "alarm_to");
	assert_memory_equal(f->o.why.detail, "694: ", 5);
	change = (struct settings_change){ .switch_from = "2101234567" };
	REFUSED(f, settings_set(&f->o, &tester, &change), "landline");
	assert_string_equal(f->o.why.field, "switch_from");
	for (int i = 0; i < 17; i++)
		(void)str_append_format(many, sizeof(many), "69400000%02d,", i);
	change = (struct settings_change){ .alarm_to = many };
	REFUSED(f, settings_set(&f->o, &tester, &change), "too_many_numbers");
	many[16 * 11 - 1] = '\0';
	FINE(f, settings_set(&f->o, &tester, &change));
}

/* ---- what a message gets ---- */

static struct message sent(struct fixture *f, const char *to, const char *class)
{
	const struct office_actor maria = { .user_id = 3, .name = "user:3 maria" };
	struct message_accepted out;
	const struct message_draft draft = {
		.to = to, .text = "Hello", .class = class, .reference = "order 1"
	};
	FINE(f, messages_send(&f->o, &maria, &draft, &out));
	return message_of(f, out.id);
}

static void test_messages(void **state)
{
	struct fixture *f = *state;
	int64_t route = new_route(f, "Cosmote", "+3069");
	struct message m = sent(f, GREEK, "transactional");
	assert_int_equal(m.route_id, route);
	assert_int_equal(m.source, source_of_user(3));
	assert_int_equal(m.sim_id, 0);
	/* The SIM that the number knows, but not for codes. */
	OK(affinity_put(f->o.store, GREEK, f->sim));
	m = sent(f, GREEK, "transactional");
	assert_int_equal(m.sim_id, f->sim);
	assert_int_equal(m.flags, MESSAGE_FLAG_AFFINE);
	m = sent(f, GREEK, "otp");
	assert_int_equal(m.sim_id, 0);
	bool off = false;
	struct settings_change change = { .affinity = &off };
	FINE(f, settings_set(&f->o, &tester, &change));
	assert_int_equal(sent(f, GREEK, "transactional").sim_id, 0);
	/* Countries. */
	change = (struct settings_change){ .countries = "GR" };
	FINE(f, settings_set(&f->o, &tester, &change));
	(void)sent(f, GREEK, "transactional");
	struct message_accepted out;
	const struct message_draft abroad = {
		.to = CYPRIOT, .text = "Hello", .class = "alert", .reference = "1"
	};
	REFUSED(f, messages_send(&f->o, &tester, &abroad, &out), "country_not_allowed");
	assert_string_equal(f->o.why.field, "to");
}

/* A campaign leaves them out, and says so. */
static void test_campaign_countries(void **state)
{
	struct fixture *f = *state;
	struct campaign_report r;
	struct feeder_result fed;
	int64_t list = new_list(f, "L"), id;
	(void)new_member(f, list, 1, true);
	const struct contact_draft abroad = { .phone = CYPRIOT,
		.lists = &list,
		.n_lists = 1,
		.consent_source = "shop",
		.consent_given_at = "2026-01-01",
		.consent_evidence = "form" };
	FINE(f, contacts_create(&f->o, &tester, &abroad, &id));
	const struct settings_change change = { .countries = "GR" };
	FINE(f, settings_set(&f->o, &tester, &change));
	id = new_campaign(f, list, "Hello");
	FINE(f, campaigns_start(&f->o, &tester, id));
	FINE(f, feeder_run(&f->o, &fed));
	FINE(f, campaigns_report(&f->o, id, &r));
	assert_int_equal(r.skipped[SKIP_COUNTRY], 1);
	assert_int_equal(r.tally.n[MESSAGE_QUEUED], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_routes, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_plans, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_plan_refusals, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_usage, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_quotas, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_settings, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_alarm_numbers, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_bad_alarm_numbers, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_messages, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(
			test_campaign_countries, fixture_setup, fixture_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
