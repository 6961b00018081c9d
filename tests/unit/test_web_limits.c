/*
 * Plans, routes, quotas, times, how the box chooses a SIM, and when a campaign goes out,
 * through the API: set, shown as set, changed in part, refused with the field at fault,
 * removed.
 */
#include "tests/unit/web_walk.h"

#include "firmware/store/sim.h"

#define PLANS "/api/v1/plans"
#define ROUTES "/api/v1/routes"
#define QUOTAS "/api/v1/quotas"
#define WINDOWS "/api/v1/send-windows"
#define HOLIDAYS "/api/v1/holidays"
#define CAPS "/api/v1/frequency-caps"
#define SETTINGS "/api/v1/settings"
#define CAMPAIGNS "/api/v1/campaigns"

static void test_plans(void **state)
{
	static const struct step steps[] = {
		{ "GET", PLANS, NULL, 200, "{\"items\":[]}" },
		{ "POST", ROUTES,
			"{\"name\":\"Mobile A\",\"country\":\"GR\",\"prefixes\":["
			"\"+3069\"]}",
			201, "\"id\":1" },
		{ "POST", PLANS,
			"{\"name\":\"Business\",\"currency\":\"EUR\",\"per_minute\":10,"
			"\"per_day\":200,\"reset_day\":15,\"bundle_month\":1000,"
			"\"price\":0.045,\"countries\":[\"GR\",\"CY\"],"
			"\"balance_floor\":-1.5,\"time_zone\":\"Europe/Athens\","
			"\"prices\":[{\"route_id\":1,\"price\":0.02}]}",
			201,
			"\"prices\":[{\"route_id\":1,\"price\":0.02,\"in_bundle\":true,"
			"\"blocked\":false}],\"sims\":0" },
		{ "GET", PLANS "/1", NULL, 200,
			"\"balance_floor\":-1.5,\"countries\":[\"GR\",\"CY\"],"
			"\"price\":0.045" },
		{ "GET", PLANS, NULL, 200, "\"reset_day\":15,\"per_minute\":10" },
		/* A change of one value leaves the others. */
		{ "PATCH", PLANS "/1", "{\"per_day\":300,\"balance_floor\":null}", 200,
			"\"per_day\":300" },
		{ "GET", PLANS "/1", NULL, 200, "\"balance_floor\":null" },
		{ "GET", PLANS "/1", NULL, 200, "\"price\":0.02" },
		{ "PATCH", PLANS "/1", "{\"prices\":[],\"countries\":[]}", 200,
			"\"countries\":[],\"price\":0.045,\"prices\":[]" },
		{ "POST", PLANS, "{}", 422, "\"field\":\"name\"" },
		{ "POST", PLANS, "{\"name\":\"business\"}", 409, "\"conflict\"" },
		{ "POST", PLANS, "{\"name\":\"b\",\"currency\":\"EU\"}", 422,
			"\"invalid_currency\"" },
		{ "POST", PLANS, "{\"name\":\"b\",\"time_zone\":\"Mars/Base\"}", 422,
			"\"invalid_time_zone\"" },
		{ "POST", PLANS, "{\"name\":\"b\",\"countries\":[\"Greece\"]}", 422,
			"\"field\":\"countries\"" },
		{ "POST", PLANS, "{\"name\":\"b\",\"reset_day\":32}", 400,
			"\"field\":\"reset_day\"" },
		{ "POST", PLANS, "{\"name\":\"b\",\"per_day\":-1}", 400,
			"\"out_of_range\"" },
		{ "POST", PLANS, "{\"name\":\"b\",\"prices\":[{\"price\":1}]}", 400,
			"\"field\":\"prices[0].route_id\"" },
		{ "POST", PLANS, "{\"name\":\"b\",\"prices\":[{\"route_id\":9}]}", 422,
			"\"unknown_route\"" },
		{ "GET", PLANS "/2", NULL, 404, "\"not_found\"" },
		{ "PATCH", PLANS "/2", "{\"name\":\"c\"}", 404, NULL },
		{ "DELETE", PLANS "/1", NULL, 204, NULL },
		{ "DELETE", PLANS "/1", NULL, 404, NULL },
	};

	WALK(*state, steps);
}

static void test_routes(void **state)
{
	static const struct step steps[] = {
		{ "POST", ROUTES,
			"{\"name\":\"A\",\"country\":\"GR\",\"operator\":\"Net\","
			"\"prefixes\":[\"+3069\",\"+30698\"],\"locking\":[\"turkish\"],"
			"\"single\":[\"spanish\",\"turkish\"]}",
			201, "\"whole_country\":false" },
		{ "GET", ROUTES "/1", NULL, 200,
			"\"prefixes\":[\"+3069\",\"+30698\"],\"locking\":[\"turkish\"],"
			"\"single\":[\"turkish\",\"spanish\"]" },
		/* A prefix is in one group alone. */
		{ "POST", ROUTES, "{\"name\":\"B\",\"prefixes\":[\"+30698\"]}", 201,
			"\"locking\":[],\"single\":[]" },
		{ "GET", ROUTES "/1", NULL, 200, "\"prefixes\":[\"+3069\"]" },
		{ "PATCH", ROUTES "/1", "{\"single\":[]}", 200,
			"\"prefixes\":[\"+3069\"],\"locking\":[\"turkish\"],\"single\":"
			"[]" },
		{ "POST", ROUTES, "{\"name\":\"a\"}", 409, "\"conflict\"" },
		{ "POST", ROUTES, "{}", 422, "\"field\":\"name\"" },
		{ "POST", ROUTES, "{\"name\":\"C\",\"prefixes\":[\"69\"]}", 422,
			"\"invalid_prefix\"" },
		{ "POST", ROUTES, "{\"name\":\"C\",\"prefixes\":[69]}", 400,
			"\"wrong_type\"" },
		{ "POST", ROUTES, "{\"name\":\"C\",\"locking\":[\"spanish\"]}", 400,
			"\"unknown_value\"" },
		{ "POST", ROUTES, "{\"name\":\"C\",\"country\":\"XX\"}", 422,
			"\"invalid_country\"" },
		{ "DELETE", ROUTES "/2", NULL, 204, NULL },
		{ "GET", ROUTES "/2", NULL, 404, NULL },
	};

	WALK(*state, steps);
}

static void test_quotas(void **state)
{
	static const struct step steps[] = {
		{ "GET", QUOTAS, NULL, 200, "{\"items\":[]}" },
		/* The keys of this box. */
		{ "GET", QUOTAS "/key/1", NULL, 200,
			"\"per_minute\":0,\"per_day\":0,\"budget\":0,\"group\":\"\"" },
		{ "PUT", QUOTAS "/key/1",
			"{\"per_minute\":5,\"per_day\":100,\"budget\":12.5,\"group\":"
			"\"shop\"}",
			200,
			"{\"kind\":\"key\",\"id\":1,\"name\":\"read\",\"per_minute\":5,"
			"\"per_day\":100,\"budget\":12.5,\"group\":\"shop\"" },
		{ "GET", QUOTAS, NULL, 200, "\"kind\":\"key\"" },
		/* What is left out is none. */
		{ "PUT", QUOTAS "/key/1", "{\"per_day\":50}", 200,
			"\"per_minute\":0,\"per_day\":50,\"budget\":0,\"group\":\"\"" },
		{ "PUT", QUOTAS "/key/1", "{\"per_day\":\"50\"}", 400, "\"wrong_type\"" },
		{ "PUT", QUOTAS "/key/1", "{\"budget\":-1}", 400, "\"out_of_range\"" },
		{ "PUT", QUOTAS "/key/99", "{\"per_day\":50}", 404, "\"not_found\"" },
		{ "PUT", QUOTAS "/user/99", "{\"per_day\":50}", 404, NULL },
		{ "PUT", QUOTAS "/campaign/99", "{\"per_day\":50}", 404, NULL },
		{ "GET", QUOTAS "/box/1", NULL, 404, NULL },
		{ "GET", QUOTAS "/nobody/1", NULL, 404, NULL },
		{ "DELETE", QUOTAS "/key/1", NULL, 204, NULL },
		{ "GET", QUOTAS, NULL, 200, "{\"items\":[]}" },
	};

	WALK(*state, steps);
}

static void test_times(void **state)
{
	static const struct step steps[] = {
		{ "GET", WINDOWS, NULL, 200, "{\"items\":[]}" },
		{ "PUT", WINDOWS "/promotional", "{\"from\":\"09:00\",\"to\":\"21:00\"}",
			200,
			"\"from\":\"09:00\",\"to\":\"21:00\",\"days\":[\"mon\",\"tue\","
			"\"wed\",\"thu\",\"fri\",\"sat\",\"sun\"],\"on_holidays\":"
			"false" },
		{ "PUT", WINDOWS "/promotional",
			"{\"from\":\"22:00\",\"to\":\"06:30\",\"days\":[\"fri\",\"sat\"],"
			"\"on_holidays\":true}",
			200, "\"days\":[\"fri\",\"sat\"],\"on_holidays\":true" },
		{ "GET", WINDOWS, NULL, 200, "\"to\":\"06:30\"" },
		{ "PUT", WINDOWS "/promotional", "{\"from\":\"09:00\"}", 400,
			"\"field\":\"to\"" },
		{ "PUT", WINDOWS "/promotional", "{\"from\":\"9\",\"to\":\"21:00\"}", 400,
			"\"field\":\"from\"" },
		{ "PUT", WINDOWS "/promotional",
			"{\"from\":\"09:00\",\"to\":\"21:00\",\"days\":[]}", 422,
			"\"invalid_time\"" },
		{ "PUT", WINDOWS "/otp", "{\"from\":\"09:00\",\"to\":\"21:00\"}", 422,
			"\"invalid_class\"" },
		{ "PUT", WINDOWS "/spam", "{\"from\":\"09:00\",\"to\":\"21:00\"}", 404,
			NULL },
		{ "DELETE", WINDOWS "/promotional", NULL, 204, NULL },
		{ "GET", WINDOWS, NULL, 200, "{\"items\":[]}" },

		{ "PUT", HOLIDAYS "/GR/03-25", "{\"name\":\"Ευαγγελισμός\"}", 200,
			"{\"country\":\"GR\",\"day\":\"03-25\",\"name\":"
			"\"Ευαγγελισμός\"}" },
		{ "PUT", HOLIDAYS "/IL/2027-04-22", "{}", 200, "\"name\":\"\"" },
		{ "GET", HOLIDAYS "?country=GR", NULL, 200,
			"{\"items\":[{\"country\":\"GR\",\"day\":\"03-25\"" },
		{ "GET", HOLIDAYS, NULL, 200, "2027-04-22" },
		{ "PUT", HOLIDAYS "/GR/2027-02-29", "{}", 422, "\"invalid_day\"" },
		{ "PUT", HOLIDAYS "/GR/today", "{}", 422, "\"invalid_day\"" },
		{ "PUT", HOLIDAYS "/Greece/03-25", "{}", 422, "\"invalid_country\"" },
		{ "DELETE", HOLIDAYS "/GR/03-25", NULL, 204, NULL },
		{ "GET", HOLIDAYS "?country=GR", NULL, 200, "{\"items\":[]}" },

		{ "PUT", CAPS "/promotional", "{\"days_7\":2,\"days_30\":4}", 200,
			"\"days_7\":2,\"days_30\":4" },
		{ "GET", CAPS, NULL, 200, "\"class\":\"promotional\"" },
		{ "PUT", CAPS "/otp", "{\"days_7\":2}", 422, "\"invalid_class\"" },
		{ "PUT", CAPS "/promotional", "{\"days_7\":-2}", 400,
			"\"out_of_range\"" },
		{ "DELETE", CAPS "/promotional", NULL, 204, NULL },
		{ "GET", CAPS, NULL, 200, "{\"items\":[]}" },
	};

	WALK(*state, steps);
}

static void test_how_a_sim_is_chosen(void **state)
{
	static const struct step steps[] = {
		{ "GET", SETTINGS, NULL, 200,
			"\"dispatch\":{\"affinity\":true,\"affinity_moves\":\"move\","
			"\"notice\":\"\",\"reserve\":\"0\",\"least_cost\":\"prefer\","
			"\"countries\":[]}" },
		{ "PATCH", SETTINGS,
			"{\"dispatch\":{\"affinity\":false,\"affinity_moves\":\"wait\","
			"\"reserve\":\"25%\",\"least_cost\":\"strict\",\"notice\":\"Hi\","
			"\"countries\":[\"GR\",\"CY\"]}}",
			200,
			"\"dispatch\":{\"affinity\":false,\"affinity_moves\":\"wait\","
			"\"notice\":\"Hi\",\"reserve\":\"25%\",\"least_cost\":\"strict\","
			"\"countries\":[\"GR\",\"CY\"]}" },
		{ "PATCH", SETTINGS, "{\"dispatch\":{\"reserve\":\"2\"}}", 200,
			"\"affinity_moves\":\"wait\"" },
		{ "PATCH", SETTINGS, "{\"dispatch\":{\"reserve\":\"two\"}}", 422,
			"\"invalid_policy\"" },
		{ "PATCH", SETTINGS, "{\"dispatch\":{\"least_cost\":\"no\"}}", 422,
			"\"invalid_policy\"" },
		{ "PATCH", SETTINGS, "{\"dispatch\":{\"countries\":[\"XX\"]}}", 422,
			"\"invalid_country\"" },
		{ "PATCH", SETTINGS, "{\"dispatch\":{\"countries\":[\"GR,\"]}}", 422,
			"\"field\":\"dispatch.countries\"" },
		{ "PATCH", SETTINGS, "{\"dispatch\":{\"affinity\":1}}", 400,
			"\"field\":\"dispatch.affinity\"" },
		{ "PATCH", SETTINGS, "{\"dispatch\":[]}", 400, "\"wrong_type\"" },
		/* All of it or nothing. */
		{ "PATCH", SETTINGS,
			"{\"country\":\"IL\",\"dispatch\":{\"reserve\":\"-1\"}}", 422,
			NULL },
		{ "GET", SETTINGS, NULL, 200, "\"country\":\"GR\"" },
	};

	WALK(*state, steps);
}

static void test_the_contract_of_a_sim(void **state)
{
	static const struct step steps[] = {
		{ "POST", PLANS,
			"{\"name\":\"Business\",\"currency\":\"EUR\",\"per_day\":200,"
			"\"spend_month\":10}",
			201, NULL },
		{ "GET", "/api/v1/sims", NULL, 200,
			"\"plan_id\":null,\"role\":\"both\",\"group\":\"\",\"balance\":"
			"null" },
		{ "PATCH", "/api/v1/sims/1",
			"{\"plan_id\":1,\"role\":\"service\",\"group\":\"shop\"}", 200,
			"\"plan\":\"Business\",\"currency\":\"EUR\",\"limits\":[{\"code\":"
			"\"day\",\"used\":0,\"limit\":200,\"reached\":false," },
		{ "GET", "/api/v1/sims/1", NULL, 200,
			"{\"code\":\"spend\",\"used\":0,\"limit\":10,\"reached\":false" },
		{ "GET", PLANS "/1", NULL, 200, "\"sims\":1" },
		{ "PATCH", "/api/v1/sims/1", "{\"plan_id\":9}", 422, "\"unknown_plan\"" },
		{ "PATCH", "/api/v1/sims/1", "{\"role\":\"boss\"}", 422,
			"\"invalid_role\"" },
		{ "PATCH", "/api/v1/sims/1", "{\"name\":\"Front desk\"}", 200,
			"\"plan_id\":1,\"role\":\"service\"" },
		{ "PATCH", "/api/v1/sims/1", "{\"plan_id\":null}", 200,
			"\"plan\":\"\",\"currency\":\"\",\"limits\":[]" },
		{ "GET", "/api/v1/sims/2", NULL, 404, NULL },
	};
	struct web_box *box = *state;
	const struct sim sim = { .iccid = "8930123456789012345" };
	int64_t id;

	assert_int_equal(sim_find_or_add(box->office.store, &sim, &id), ERR_OK);
	WALK(box, steps);
}

static void test_when_a_campaign_goes_out(void **state)
{
	static const struct step steps[] = {
		{ "POST", "/api/v1/lists", "{\"name\":\"Friends\"}", 201, NULL },
		{ "POST", CAMPAIGNS,
			"{\"name\":\"A\",\"list_id\":1,\"text\":\"Hi\",\"class\":"
			"\"promotional\"}",
			201,
			"\"start_at\":null,\"end_at\":null,\"window\":null,\"spread\":"
			"false,\"pace_per_minute\":0,\"per_day\":0,\"budget\":0" },
		{ "PATCH", CAMPAIGNS "/1",
			"{\"start_at\":\"2099-01-01T09:00:00Z\",\"end_at\":"
			"\"2099-01-03T21:00:00Z\",\"window\":{\"from\":\"10:00\",\"to\":"
			"\"18:00\",\"days\":[\"mon\",\"thu\",\"fri\"]},\"spread\":true,"
			"\"pace_per_minute\":30,\"per_day\":500,\"budget\":20.5}",
			200,
			"\"start_at\":\"2099-01-01T09:00:00.000Z\",\"end_at\":\"2099-01-"
			"03T21:00:00.000Z\",\"window\":{\"from\":\"10:00\",\"to\":"
			"\"18:00\",\"days\":[\"mon\",\"thu\",\"fri\"]},\"spread\":true,"
			"\"pace_per_minute\":30,\"per_day\":500,\"budget\":20.5" },
		/* What is not said stays; null takes it away. */
		{ "PATCH", CAMPAIGNS "/1", "{\"window\":null}", 200, "\"window\":null" },
		{ "PATCH", CAMPAIGNS "/1", "{\"name\":\"B\"}", 200,
			"\"pace_per_minute\":30" },
		{ "PATCH", CAMPAIGNS "/1", "{\"spread\":false,\"end_at\":null}", 200,
			"\"start_at\":\"2099-01-01T09:00:00.000Z\",\"end_at\":null" },
		{ "PATCH", CAMPAIGNS "/1", "{\"spread\":true}", 422, "\"end_required\"" },
		{ "PATCH", CAMPAIGNS "/1", "{\"end_at\":\"2098-01-01T09:00:00Z\"}", 422,
			"\"invalid_time\"" },
		{ "PATCH", CAMPAIGNS "/1", "{\"window\":{\"from\":\"25:00\"}}", 400,
			"\"field\":\"window.from\"" },
		{ "PATCH", CAMPAIGNS "/1", "{\"window\":{\"days\":[]}}", 422,
			"\"invalid_time\"" },
		{ "PATCH", CAMPAIGNS "/1", "{\"window\":{\"from\":\"10:00\"}}", 422,
			"\"invalid_time\"" },
		{ "POST", CAMPAIGNS "/1/estimate", "{}", 200,
			"\"will_not_make_window\":0" },
	};

	WALK(*state, steps);
}

/* Only an administrator changes what the whole box goes by. */
static void test_who_may(void **state)
{
	static const struct step steps[] = {
		{ "POST", PLANS, "{\"name\":\"a\"}", 403, NULL },
		{ "POST", ROUTES, "{\"name\":\"a\"}", 403, NULL },
		{ "PUT", QUOTAS "/key/1", "{}", 403, NULL },
		{ "PUT", WINDOWS "/promotional", "{}", 403, NULL },
		{ "PUT", HOLIDAYS "/GR/03-25", "{}", 403, NULL },
		{ "PUT", CAPS "/promotional", "{}", 403, NULL },
		{ "GET", PLANS, NULL, 200, NULL },
		{ "GET", QUOTAS, NULL, 200, NULL },
		{ "GET", WINDOWS, NULL, 200, NULL },
	};
	struct web_box *box = *state;

	(void)str_copy(box->keys[AUTH_ADMIN], AUTH_TOKEN_SIZE, box->keys[AUTH_SEND]);
	WALK(box, steps);
}

#define BOXED(test_)                                                                     \
	cmocka_unit_test_setup_teardown(test_, web_box_setup, web_box_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOXED(test_plans),
		BOXED(test_routes),
		BOXED(test_quotas),
		BOXED(test_times),
		BOXED(test_how_a_sim_is_chosen),
		BOXED(test_the_contract_of_a_sim),
		BOXED(test_when_a_campaign_goes_out),
		BOXED(test_who_may),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
