/*
 * Lists, contacts, consent, suppression, campaigns, keys, people and settings through the
 * API: made, changed, refused with the right code, removed; and a server that cannot
 * start says why.
 */
#include "tests/unit/web_walk.h"

#include "firmware/store/inbound.h"
#include "firmware/store/sim.h"

#define LISTS "/api/v1/lists"
#define CONTACTS "/api/v1/contacts"
#define SUPPRESSIONS "/api/v1/suppressions"
#define CAMPAIGNS "/api/v1/campaigns"

static void test_lists(void **state)
{
	static const struct step steps[] = {
		{ "POST", LISTS, "{\"name\":\"Friends\",\"country\":\"GR\"}", 201,
			"\"id\":1" },
		{ "POST", LISTS, "{\"name\":\"friends\"}", 409, "\"conflict\"" },
		{ "POST", LISTS, "{\"name\":\"Others\",\"country\":\"XX\"}", 422,
			"\"invalid_country\"" },
		{ "PATCH", LISTS "/1", "{\"name\":\"Πελάτες\"}", 200, "Πελάτες" },
		{ "GET", LISTS, NULL, 200, "\"next\":null" },
		{ "GET", LISTS "/2", NULL, 404, "\"not_found\"" },
		{ "DELETE", LISTS "/1", NULL, 204, NULL },
		{ "DELETE", LISTS "/1", NULL, 404, "\"not_found\"" },
	};

	WALK(*state, steps);
}

static void test_contacts_and_consent(void **state)
{
	static const struct step steps[] = {
		{ "POST", LISTS, "{\"name\":\"Friends\",\"country\":\"GR\"}", 201, NULL },
		{ "POST", CONTACTS,
			"{\"phone\":\"694 123 "
			"4567\",\"country\":\"GR\",\"first_name\":\"Άννα\","
			"\"fields\":{\"city\":\"Πάτρα\"},\"lists\":[1]}",
			201, "\"msisdn\":\"+306941234567\"" },
		{ "POST", CONTACTS, "{\"phone\":\"+306941234567\"}", 409,
			"\"conflict\"" },
		{ "POST", CONTACTS, "{\"phone\":\"+302101234567\"}", 422,
			"\"landline\"" },
		{ "POST", CONTACTS,
			"{\"phone\":\"+306941234568\",\"consent\":{\"source\":1}}", 400,
			"\"wrong_type\"" },
		{ "GET", CONTACTS "?list=1&q=%CE%86%CE%BD", NULL, 200,
			"\"consent\":\"none\"" },
		{ "POST", CONTACTS "/1/consents",
			"{\"list_id\":1,\"kind\":\"opt_in\",\"source\":\"shop\","
			"\"given_at\":\"2026-01-02\",\"evidence\":\"form 3\"}",
			201, "\"kind\":\"opt_in\"" },
		{ "POST", CONTACTS "/1/consents", "{\"list_id\":1,\"kind\":\"opt_in\"}",
			400, "\"missing_field\"" },
		{ "GET", CONTACTS "?list=1", NULL, 200, "\"consent\":\"in\"" },
		{ "GET", LISTS "/1", NULL, 200,
			"\"members\":1,\"with_consent\":1,\"without_consent\":0,\"opted_out\":0" },
		{ "POST", CONTACTS "/1/consents",
			"{\"list_id\":1,\"kind\":\"opt_out\",\"source\":\"shop\","
			"\"given_at\":\"2026-02-02\",\"evidence\":\"said so\"}",
			201, "\"kind\":\"opt_out\"" },
		{ "GET", LISTS "/1", NULL, 200,
			"\"members\":1,\"with_consent\":0,\"without_consent\":0,\"opted_out\":1" },
		{ "PATCH", CONTACTS "/1", "{\"last_name\":\"Νικολάου\",\"lists\":[]}",
			200, "\"lists\":[]" },
		{ "GET", CONTACTS "/1/consents", NULL, 200, "form 3" },
		{ "DELETE", CONTACTS "/1", NULL, 204, NULL },
		{ "GET", CONTACTS "/1", NULL, 404, NULL },
	};

	WALK(*state, steps);
}

static void test_suppressed_numbers(void **state)
{
	static const struct step steps[] = {
		{ "GET", SUPPRESSIONS "/+306941234567", NULL, 404, NULL },
		{ "POST", SUPPRESSIONS, "{\"msisdn\":\"6941234567\"}", 201,
			"\"msisdn\":\"+306941234567\"" },
		{ "GET", SUPPRESSIONS "/6941234567", NULL, 200, "\"reason\"" },
		{ "GET", SUPPRESSIONS "?q=%2B3069", NULL, 200, "+306941234567" },
		{ "POST", "/api/v1/messages",
			"{\"to\":\"+306941234567\",\"text\":\"a\",\"class\":"
			"\"transactional\","
			"\"reference\":\"r\"}",
			422, "\"suppressed\"" },
		{ "DELETE", SUPPRESSIONS "/+306941234567", NULL, 204, NULL },
		{ "DELETE", SUPPRESSIONS "/+306941234567", NULL, 404, NULL },
		{ "POST", SUPPRESSIONS, "{\"msisdn\":\"zero\"}", 422,
			"\"invalid_number\"" },
		{ "GET", "/api/v1/audit", NULL, 200, "suppression" },
	};

	WALK(*state, steps);
}

#define DRAFT                                                                            \
	"{\"name\":\"Spring\",\"list_id\":1,\"text\":\"Hi {{first_name|you}}\","         \
	"\"class\":\"promotional\"}"

static void test_a_campaign_from_draft_to_end(void **state)
{
	static const struct step steps[] = {
		{ "POST", LISTS, "{\"name\":\"Friends\",\"country\":\"GR\"}", 201, NULL },
		{ "POST", CAMPAIGNS, DRAFT, 201, "\"state\":\"draft\"" },
		{ "POST", CAMPAIGNS "/1/start", "{}", 422, "\"no_recipients\"" },
		{ "POST", CONTACTS,
			"{\"phone\":\"+306941234567\",\"first_name\":\"Ana\",\"lists\":["
			"1],"
			"\"consent\":{\"source\":\"shop\",\"given_at\":\"2026-01-02\","
			"\"evidence\":\"form 3\"}}",
			201, NULL },
		/* A draft may name a field that no contact has yet; a campaign may not.
		 */
		{ "PATCH", CAMPAIGNS "/1", "{\"text\":\"Hi {{frist_name}}\"}", 200,
			NULL },
		{ "POST", CAMPAIGNS "/1/start", "{}", 422, "\"unknown_placeholder\"" },
		{ "PATCH", CAMPAIGNS "/1", "{\"text\":\"Hi {{first_name|you}}\"}", 200,
			NULL },
		{ "PATCH", CAMPAIGNS "/1", "{\"name\":\"Summer\"}", 200, "Summer" },
		{ "POST", CAMPAIGNS "/1/estimate", NULL, 200, "\"sendable\":1" },
		{ "POST", CAMPAIGNS "/1/pause", "{}", 409, "\"wrong_state\"" },
		{ "POST", CAMPAIGNS "/1/start", NULL, 200, "\"state\":\"running\"" },
		{ "POST", CAMPAIGNS "/1/start", "{}", 409, "\"wrong_state\"" },
		{ "PATCH", CAMPAIGNS "/1", "{\"name\":\"Late\"}", 409,
			"\"wrong_state\"" },
		{ "POST", CAMPAIGNS "/1/pause", "{}", 200, "\"state\":\"paused\"" },
		{ "POST", CAMPAIGNS "/1/resume", "{}", 200, "\"state\":\"running\"" },
		{ "POST", CAMPAIGNS "/1/cancel", "{}", 200, "\"state\":\"cancelled\"" },
		{ "DELETE", CAMPAIGNS "/1", NULL, 409, "\"wrong_state\"" },
		{ "GET", CAMPAIGNS "?state=cancelled", NULL, 200, "\"id\":1" },
		{ "GET", CAMPAIGNS "?state=draft", NULL, 200, "\"items\":[]" },
		{ "GET", CAMPAIGNS "/1/report", NULL, 200, "\"recipients\":1" },
	};

	WALK(*state, steps);
}

static void test_keys_people_and_settings(void **state)
{
	static const struct step steps[] = {
		{ "POST", "/api/v1/keys", "{\"name\":\"shop\",\"scope\":\"send\"}", 201,
			"\"key\":\"" },
		{ "POST", "/api/v1/keys", "{\"name\":\"shop\",\"scope\":\"root\"}", 422,
			"\"invalid_scope\"" },
		{ "GET", "/api/v1/keys", NULL, 200, "\"shop\"" },
		{ "DELETE", "/api/v1/keys/4", NULL, 204, NULL },
		{ "DELETE", "/api/v1/keys/99", NULL, 404, NULL },
		{ "POST", "/api/v1/users",
			"{\"name\":\"nikos\",\"password\":\"short\",\"role\":\"viewer\"}",
			422, "\"weak_password\"" },
		{ "POST", "/api/v1/users",
			"{\"name\":\"nikos\",\"password\":\"long enough it is\",\"role\":"
			"\"viewer\"}",
			201, "\"role\":\"viewer\"" },
		/* All of it or nothing. */
		{ "PATCH", "/api/v1/settings",
			"{\"country\":\"IL\",\"stop_reply\":{\"xx\":\"a\"}}", 422, NULL },
		{ "GET", "/api/v1/settings", NULL, 200, "\"country\":\"GR\"" },
		{ "PATCH", "/api/v1/settings",
			"{\"country\":\"IL\",\"stop_reply\":{\"en\":\"Bye.\"}}", 200,
			"Bye." },
		{ "GET", "/api/v1/settings", NULL, 200, "\"country\":\"IL\"" },
		{ "POST", "/api/v1/bays/1/reset", "{}", 404, NULL },
		{ "PATCH", "/api/v1/sims/1", "{\"name\":\"a\"}", 404, NULL },
		{ "POST", "/api/v1/conversations/+306941234567", "{\"text\":\"a\"}", 422,
			NULL },
		{ "GET", "/metrics", NULL, 200, "chapar_messages{state=\"queued\"} 0" },
		{ "GET", "/health", NULL, 200, "\"degraded\"" },
	};

	WALK(*state, steps);
}

/* As the radio side would store it. */
static void receive(struct web_box *box, const char *from, const char *text)
{
	const struct sim sim = { .iccid = "8930123456789012345" };
	struct inbound_part part = {
		.originator = from,
		.text = text,
		.pdu = (const uint8_t *)text,
		.pdu_octets = strlen(text),
		.total = 1,
		.seq = 1,
	};
	enum inbound_stored stored;
	int64_t id;

	assert_int_equal(sim_find_or_add(box->office.store, &sim, &part.sim_id), ERR_OK);
	assert_int_equal(
		inbound_store_part(box->office.store, &part, &stored, &id), ERR_OK);
	assert_int_equal(stored, INBOUND_STORED_WHOLE);
}

static void test_conversations(void **state)
{
	static const struct step steps[] = {
		{ "POST", CONTACTS,
			"{\"phone\":\"+306941234567\",\"first_name\":\"Άννα\"}", 201,
			NULL },
		{ "GET", "/api/v1/conversations?limit=2", NULL, 200, "\"next\":\"" },
		{ "GET", "/api/v1/conversations?q=%CE%B1%CE%BD%CE%BD%CE%B1", NULL, 200,
			"{\"items\":[{\"msisdn\":\"+306941234567\"" },
		{ "GET", "/api/v1/conversations?q=41234569", NULL, 200,
			"{\"items\":[{\"msisdn\":\"+306941234569\"" },
		{ "GET", "/api/v1/conversations?q=nothing", NULL, 200,
			"{\"items\":[],\"next\":null}" },
		{ "GET", "/api/v1/inbound?unread=1&limit=1", NULL, 200, "third" },
		{ "POST", "/api/v1/inbound/3/seen", "{}", 200, "\"seen_at\":\"2" },
		{ "GET", "/api/v1/inbound?unread=1&limit=1", NULL, 200, "second" },
		{ "GET", "/api/v1/conversations/+306941234567", NULL, 200,
			"\"direction\":\"in\"" },
		{ "POST", "/api/v1/conversations/+306941234567", "{\"text\":\"Yes\"}",
			202, "\"to\":\"+306941234567\"" },
		{ "GET", "/api/v1/conversations/+306941234567", NULL, 200,
			"\"direction\":\"out\"" },
	};
	struct web_box *box = *state;

	receive(box, "+306941234567", "first");
	receive(box, "+306941234568", "second");
	receive(box, "+306941234569", "third");
	WALK(box, steps);
}

static void test_a_server_that_cannot_start_says_why(void **state)
{
	struct web_box *box = *state;
	struct http_server *second = NULL;
	char listen[64], why[400] = "";
	struct http_options options = {
		.listen = listen,
		.store_path = box->store_path,
		.api = box->api,
	};

	(void)str_format(listen, sizeof(listen), "127.0.0.1:%u", (unsigned)box->port);
	assert_int_equal(
		http_server_start(&second, &options, why, sizeof(why)), ERR_BUSY);
	assert_non_null(strstr(why, listen));
	assert_non_null(strstr(why, "uses this port"));
	static const char *const wrong[] = { "", "8080", "localhost", "127.0.0.1:70000",
		"1.2.3:80", "[::1:80", "127.0.0.1:" };
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		options.listen = wrong[i];
		assert_int_equal(http_server_start(&second, &options, why, sizeof(why)),
			ERR_INPUT);
		assert_non_null(strstr(why, "[http] listen"));
	}
	assert_null(second);
}

#define BOXED(test_)                                                                     \
	cmocka_unit_test_setup_teardown(test_, web_box_setup, web_box_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOXED(test_lists),
		BOXED(test_contacts_and_consent),
		BOXED(test_suppressed_numbers),
		BOXED(test_a_campaign_from_draft_to_end),
		BOXED(test_keys_people_and_settings),
		BOXED(test_conversations),
		BOXED(test_a_server_that_cannot_start_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
