/*
 * Proves: the rules that the dispatcher goes by are kept and read back whole; and a
 * number finds its route by the longest prefix, also after another program has changed
 * them.
 */
#include "tests/unit/store_fixture.h"

#include "firmware/store/balance.h"
#include "firmware/store/dispatch_config.h"
#include "firmware/store/plan.h"
#include "firmware/store/quota.h"
#include "firmware/store/route.h"
#include "firmware/store/setting.h"
#include "firmware/store/source.h"
#include "firmware/store/window.h"

#define TO "+306941234567"

static int64_t add_route(struct fixture *f, const char *name, const char *country)
{
	const struct sms_route route = { .name = name,
		.country = country,
		.operator= "Cosmote",
		.locking = 3,
		.single = 5 };
	int64_t id;
	OK(route_create(f->s, &route, &id));
	return id;
}

static int64_t route_id_of(struct store *s, const char *msisdn, const char *country)
{
	int64_t id = -1;
	OK(route_of(s, msisdn, country, &id));
	return id;
}

static void test_longest_prefix(void **state)
{
	struct fixture *f = *state;
	int64_t mobile = add_route(f, "Greek mobiles", "GR");
	int64_t cosmote = add_route(f, "Cosmote", "GR");
	int64_t one = add_route(f, "One number", "GR");

	OK(route_prefix_put(f->s, "+306", mobile));
	OK(route_prefix_put(f->s, "+30697", cosmote));
	OK(route_prefix_put(f->s, "+30697", cosmote));
	OK(route_prefix_put(f->s, TO, one));
	const struct {
		const char *number, *country;
		int64_t route;
	} cases[] = {
		{ "+306941234568", "GR", mobile },
		{ "+306971234567", "GR", cosmote },
		{ "+306971234567", "", cosmote },  /* a prefix needs no country */
		{ "+306991234567", "GR", mobile }, /* not the one just before it */
		{ TO, "GR", one },
		{ "+306", NULL, mobile },
		{ "+30", NULL, 0 },
		{ "+", NULL, 0 },
		{ "", NULL, 0 },
		{ "+3069512345678901234567890", "GR", mobile },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(route_id_of(f->s, cases[i].number, cases[i].country),
			cases[i].route);

	static const char *const wrong[] = { "", "+", "306", "+30 6", "+3069a",
		"+30694123456789012" };
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(route_prefix_put(f->s, wrong[i], mobile), ERR_ARG);
	assert_int_equal(route_prefix_put(f->s, "+31", 999), ERR_NOTFOUND);

	OK(route_prefix_put(f->s, "+30697", one)); /* it moves */
	assert_int_equal(route_id_of(f->s, "+306971234567", "GR"), one);
	OK(route_prefix_remove(f->s, "+30697"));
	assert_int_equal(route_prefix_remove(f->s, "+30697"), ERR_NOTFOUND);
	assert_int_equal(route_id_of(f->s, "+306971234567", "GR"), mobile);
	OK(route_delete(f->s, mobile));
	assert_int_equal(ask(f, "SELECT count(*) FROM route_prefix"), 1);
	assert_int_equal(route_id_of(f->s, "+306971234567", NULL), 0);
}

static void test_country_routes_are_made(void **state)
{
	struct fixture *f = *state;
	int64_t taken = add_route(f, "gr", "GR"), other;
	struct store *office;

	OK(store_open(&office, f->path, STORE_OFFICE, &f->clock, NULL));
	int64_t greece = route_id_of(office, "+302101234567", "GR");
	assert_int_not_equal(greece, taken);
	assert_int_equal(route_id_of(office, "+302107654321", "GR"), greece);
	/* The other program sees it, and makes none of its own. */
	assert_int_equal(route_id_of(f->s, "+302101234567", "GR"), greece);
	assert_int_equal(ask(f, "SELECT count(*) FROM route WHERE is_country"), 1);
	assert_int_equal(route_of(f->s, "+30210", "GRE", &other), ERR_ARG);

	/* What was rolled back is not remembered. */
	OK(store_begin(f->s));
	other = route_id_of(f->s, "+35799123456", "CY");
	assert_int_not_equal(other, 0);
	assert_int_equal(route_id_of(f->s, "+35799123456", "CY"), other);
	store_rollback(f->s);
	int64_t france = route_id_of(office, "+33612345678", "FR");
	assert_int_equal(route_id_of(f->s, "+33612345678", "FR"), france);
	assert_int_equal(route_id_of(f->s, "+302101234567", "GR"), greece);
	assert_int_equal(ask(f, "SELECT count(*) FROM route WHERE country = 'CY'"), 0);
	/* Deleted, it comes back when it is needed. */
	OK(route_delete(f->s, greece));
	assert_int_not_equal(route_id_of(office, "+302101234567", "GR"), greece);
	store_close(office);
}

static bool see_route(void *user, const struct sms_route *route)
{
	struct sms_route *out = user;
	assert_string_equal(route->name, "Kosmos");
	assert_string_equal(route->operator, "Vodafone");
	*out = *route;
	return true;
}

static bool count_any(void *user, const char *prefix, int64_t route_id)
{
	(void)prefix;
	(void)route_id;
	++*(int *)user;
	return true;
}

static void test_routes_change(void **state)
{
	struct fixture *f = *state;
	int64_t id = add_route(f, "Cosmote", "GR"), other = add_route(f, "Rest", "GR"),
		no;
	struct sms_route route = { .id = id,
		.name = "Kosmos",
		.country = "CY",
		.operator= "Vodafone",
		.locking = 2 };
	int n = 0;

	OK(route_update(f->s, &route));
	OK(route_get(f->s, id, see_route, &route));
	assert_int_equal(route.locking, 2);
	assert_int_equal(route.single, 0);
	assert_false(route.is_country);
	route = (struct sms_route){ .id = other, .name = "kosmos" };
	assert_int_equal(route_update(f->s, &route), ERR_BUSY);
	assert_int_equal(route_create(f->s, &route, &no), ERR_BUSY);
	route.id = 99;
	route.name = "New";
	assert_int_equal(route_update(f->s, &route), ERR_NOTFOUND);
	assert_int_equal(route_delete(f->s, 99), ERR_NOTFOUND);
	assert_int_equal(route_get(f->s, 99, see_route, &route), ERR_NOTFOUND);

	/* A country's route stays its country's. */
	int64_t greece = route_id_of(f->s, "+302101234567", "GR");
	route = (struct sms_route){ .id = greece, .name = "Greece", .country = "CY" };
	OK(route_update(f->s, &route));
	assert_int_equal(route_id_of(f->s, "+302101234567", "GR"), greece);

	OK(route_prefix_put(f->s, "+306", id));
	OK(route_prefix_put(f->s, "+3069", other));
	OK(route_prefix_each(f->s, 0, count_any, &n));
	assert_int_equal(n, 2);
	OK(route_prefix_each(f->s, id, count_any, &n));
	assert_int_equal(n, 3);
}

static const struct plan full_plan = { .name = "Business",
	.currency = "EUR",
	.time_zone = "Europe/Athens",
	.reset_day = 31,
	.per_minute = 1,
	.per_hour = 2,
	.per_day = 3,
	.per_month = 4,
	.recipients_month = 5,
	.bundle_month = 6,
	.spend_month = 7,
	.price = 80000,
	.balance_floor = -9,
	.has_balance_floor = true,
	.is_bundle_only = true,
	.countries = "GR,CY" };

static bool see_plan(void *user, const struct plan *plan)
{
	*(struct plan *)user = *plan;
	return true;
}

static void assert_full_plan(const struct plan *plan, int64_t id)
{
	assert_int_equal(plan->id, id);
	assert_string_equal(plan->name, "Business");
	assert_string_equal(plan->currency, "EUR");
	assert_string_equal(plan->time_zone, "Europe/Athens");
	assert_string_equal(plan->countries, "GR,CY");
	assert_int_equal(plan->reset_day, 31);
	assert_int_equal(plan->per_minute * 1000 + plan->per_hour * 100 +
				 plan->per_day * 10 + plan->per_month,
		1234);
	assert_int_equal(plan->recipients_month * 100 + plan->bundle_month * 10 +
				 plan->spend_month,
		567);
	assert_int_equal(plan->price, 80000);
	assert_int_equal(plan->balance_floor, -9);
	assert_true(plan->has_balance_floor && plan->is_bundle_only);
}

static bool count_price(void *user, const struct plan_price *price)
{
	assert_int_equal(price->price, 70000);
	assert_true(price->in_bundle && price->is_blocked);
	++*(int *)user;
	return true;
}

static void test_plans_and_prices(void **state)
{
	struct fixture *f = *state;
	struct plan plan = full_plan, seen;
	int64_t id, other, route = add_route(f, "Cosmote", "GR");
	int n = 0;

	OK(plan_create(f->s, &plan, &id));
	OK(plan_get(f->s, id, see_plan, &seen));
	assert_full_plan(&seen, id);
	assert_int_equal(plan_create(f->s, &plan, &other), ERR_BUSY);
	plan = (struct plan){ .name = "None" };
	OK(plan_create(f->s, &plan, &other));
	OK(plan_get(f->s, other, see_plan, &seen));
	assert_int_equal(seen.reset_day, 1);
	assert_false(seen.has_balance_floor);
	plan = (struct plan){ .id = other, .name = "None", .per_day = -1 };
	assert_int_equal(plan_update(f->s, &plan), ERR_ARG);
	plan = (struct plan){ .id = other, .name = "None", .reset_day = 32 };
	assert_int_equal(plan_update(f->s, &plan), ERR_ARG);
	plan = (struct plan){ .id = 99, .name = "Nobody's" };
	assert_int_equal(plan_update(f->s, &plan), ERR_NOTFOUND);

	struct plan_price price = { id, route, 1, false, false };
	OK(plan_price_put(f->s, &price));
	price = (struct plan_price){ id, route, 70000, true, true };
	OK(plan_price_put(f->s, &price));
	price.plan_id = 99;
	assert_int_equal(plan_price_put(f->s, &price), ERR_NOTFOUND);
	price.price = -1;
	assert_int_equal(plan_price_put(f->s, &price), ERR_ARG);
	OK(plan_price_each(f->s, 0, count_price, &n));
	OK(plan_price_each(f->s, id, count_price, &n));
	OK(plan_price_each(f->s, other, count_price, &n));
	assert_int_equal(n, 2);
	OK(plan_price_remove(f->s, id, route));
	assert_int_equal(plan_price_remove(f->s, id, route), ERR_NOTFOUND);

	OK(sim_set_plan(f->s, f->sim, id));
	assert_int_equal(sim_set_plan(f->s, f->sim, 99), ERR_NOTFOUND);
	assert_int_equal(sim_set_plan(f->s, 99, id), ERR_NOTFOUND);
	assert_int_equal(ask(f, "SELECT plan_id FROM sim"), id);
	OK(plan_delete(f->s, id));
	assert_int_equal(plan_delete(f->s, id), ERR_NOTFOUND);
	assert_int_equal(ask(f, "SELECT plan_id IS NULL FROM sim"), 1);
}

static bool see_window(void *user, const struct send_window *window)
{
	*(struct send_window *)user = *window;
	return true;
}

static bool count_holiday(void *user, const struct holiday *holiday)
{
	assert_non_null(holiday->name);
	++*(int *)user;
	return true;
}

static void test_windows_and_holidays(void **state)
{
	struct fixture *f = *state;
	const struct send_window good = { CLASS_PROMOTIONAL, 1260, 540, 31, true };
	static const struct send_window bad[] = {
		{ CLASS_PROMOTIONAL, 540, 540, 127, false },
		{ CLASS_PROMOTIONAL, -1, 540, 127, false },
		{ CLASS_PROMOTIONAL, 0, 1441, 127, false },
		{ CLASS_PROMOTIONAL, 0, 1440, 0, false },
		{ CLASS_PROMOTIONAL, 0, 1440, 128, false },
		{ (enum message_class)6, 0, 1440, 127, false },
	};
	struct send_window seen = { 0 };
	const struct holiday day = { "GR", "03-25", "Independence" };
	int n = 0;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(send_window_put(f->s, &bad[i]), ERR_ARG);
	OK(send_window_put(f->s, &good));
	OK(send_window_put(f->s, &good));
	OK(send_window_each(f->s, see_window, &seen));
	assert_int_equal(seen.class, CLASS_PROMOTIONAL);
	assert_int_equal(seen.from_minute, 1260);
	assert_int_equal(seen.to_minute, 540);
	assert_int_equal(seen.days, 31);
	assert_true(seen.on_holidays);
	OK(send_window_remove(f->s, CLASS_PROMOTIONAL));
	assert_int_equal(ask(f, "SELECT count(*) FROM send_window"), 0);

	OK(holiday_put(f->s, &day));
	OK(holiday_put(f->s, &day));
	OK(holiday_each(f->s, NULL, count_holiday, &n));
	OK(holiday_each(f->s, "GR", count_holiday, &n));
	OK(holiday_each(f->s, "CY", count_holiday, &n));
	assert_int_equal(n, 2);
	OK(holiday_remove(f->s, "GR", "03-25"));
	assert_int_equal(holiday_remove(f->s, "GR", "03-25"), ERR_NOTFOUND);
}

static void set_settings(struct fixture *f, const char *reserve)
{
	OK(setting_set(f->s, "dispatch.reserve", reserve));
	OK(setting_set(f->s, "dispatch.affinity_moves", "notice"));
	OK(setting_set(f->s, "dispatch.least_cost", "strict"));
	OK(setting_set(f->s, "dispatch.notice", "We write from here now."));
}

static void test_config_in_one_read(void **state)
{
	struct fixture *f = *state;
	struct dispatch_config c;
	int64_t plan_id, route = add_route(f, "Cosmote", "GR");

	OK(balance_note(f->s, f->sim, "What?", NULL)); /* not understood: no balance */
	OK(dispatch_config_read(f->s, &c));
	assert_int_equal(c.n_sims, 1);
	assert_int_equal(c.sims[0].balance_at, 0);
	assert_int_equal(c.n_plans + c.n_prices + c.n_quotas, 0);
	assert_int_equal(c.affinity_moves, AFFINITY_MOVE);
	assert_int_equal(c.reserve, 0);
	assert_false(c.is_least_cost_strict);
	assert_string_equal(c.notice, "");
	dispatch_config_free(&c);

	OK(plan_create(f->s, &full_plan, &plan_id));
	const struct plan_price price = { plan_id, route, 5, true, false };
	OK(plan_price_put(f->s, &price));
	const struct quota quota = { .source = source_of_key(4), .group = "north" };
	OK(quota_put(f->s, &quota));
	OK(sim_set_plan(f->s, f->sim, plan_id));
	OK(sim_set_role(f->s, f->sim, SIM_ROLE_SERVICE));
	OK(sim_set_group(f->s, f->sim, "north"));
	OK(balance_note(f->s, f->sim, "12.50 EUR", &(int64_t){ 12500000 }));
	f->clock.fake_wall_ms++; /* nor does it make an old one new */
	OK(balance_note(f->s, f->sim, "Try again later", NULL));
	f->clock.fake_wall_ms--;
	set_settings(f, "25%");
	for (int i = 0; i < 40; i++) { /* more than one growing of the arrays */
		struct plan plan = { 0 };
		(void)str_format(plan.name, sizeof(plan.name), "Plan %d", i);
		OK(plan_create(f->s, &plan, &plan_id));
	}
	OK(dispatch_config_read(f->s, &c));
	assert_int_equal(c.n_plans, 41);
	assert_full_plan(&c.plans[0], c.sims[0].plan_id);
	assert_int_equal(c.plans[40].id, plan_id);
	assert_int_equal(c.n_prices, 1);
	assert_int_equal(c.prices[0].route_id, route);
	assert_int_equal(c.n_routes, 1);
	assert_string_equal(c.routes[0].country, "GR");
	assert_int_equal(c.n_quotas, 1);
	assert_string_equal(c.quotas[0].group, "north");
	assert_int_equal(c.quotas[0].source, -4);
	assert_int_equal(c.sims[0].role, SIM_ROLE_SERVICE);
	assert_string_equal(c.sims[0].group, "north");
	assert_int_equal(c.sims[0].balance, 12500000);
	assert_int_equal(c.sims[0].balance_at, NOW); /* as it was read */
	assert_string_equal(c.sims[0].balance_unread, "Try again later");
	assert_int_equal(c.affinity_moves, AFFINITY_NOTICE);
	assert_true(c.is_reserve_share && c.is_least_cost_strict);
	assert_int_equal(c.reserve, 25);
	assert_string_equal(c.notice, "We write from here now.");
	dispatch_config_free(&c);
}

static void test_reserve_is_read(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *text;
		int reserve;
		bool is_share;
	} cases[] = {
		{ "2", 2, false },
		{ "100%", 100, true },
		{ "", 0, false },
		{ "two", 0, false },
		{ "2 SIMs", 0, false },
		{ "%", 0, true },
		{ "-1", 0, false },
	};
	struct dispatch_config c;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		set_settings(f, cases[i].text);
		OK(dispatch_config_read(f->s, &c));
		assert_int_equal(c.reserve, cases[i].reserve);
		assert_int_equal(c.is_reserve_share, cases[i].is_share);
		dispatch_config_free(&c);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_longest_prefix),
		TEST(test_country_routes_are_made),
		TEST(test_routes_change),
		TEST(test_plans_and_prices),
		TEST(test_windows_and_holidays),
		TEST(test_config_in_one_read),
		TEST(test_reserve_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
