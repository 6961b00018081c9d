/*
 * Proves: what a text with placeholders becomes is measured with a list's own values;
 * cheaper texts keep their placeholders and say truly what they save; authors are warned
 * of long names and of placeholders that nobody fills.
 */
#include "tests/unit/office_fixture.h"

#include "firmware/office/dispatch/destinations.h"
#include "firmware/office/text/preview_list.h"
#include "firmware/store/plan.h"
#include "firmware/store/route.h"
#include "firmware/store/suppression.h"

static int64_t add(struct fixture *f, int64_t list, const char *phone, const char *name)
{
	int64_t id;
	const struct contact_draft draft = { .phone = phone,
		.first_name = name,
		.lists = &list,
		.n_lists = 1,
		.consent_source = "shop",
		.consent_given_at = "2026-01-01",
		.consent_evidence = "form" };
	FINE(f, contacts_create(&f->o, &tester, &draft, &id));
	return id;
}

static struct preview *look(struct fixture *f, const char *text, int64_t list)
{
	const struct preview_request r = {
		.text = text, .list_id = list, .class = CLASS_PROMOTIONAL
	};
	struct preview *p = calloc(1, sizeof(*p));
	assert_non_null(p);
	FINE(f, preview_make(&f->o, &r, p));
	return p;
}

static void done(struct preview *p)
{
	preview_fini(p);
	free(p);
}

/* Of a kind that must be there. */
static const struct preview_warning *warning_of(const struct preview *p, const char *code)
{
	size_t i = 0;
	while (i < p->n_warnings && !str_eq(p->warnings[i].code, code))
		i++;
	assert_true(i < p->n_warnings);
	return &p->warnings[i];
}

static const struct preview_cheaper *cheaper_of(const struct preview *p, const char *how)
{
	size_t i = 0;
	while (i < p->n_cheaper && !str_eq(p->cheaper[i].how, how))
		i++;
	assert_true(i < p->n_cheaper);
	return &p->cheaper[i];
}

/* n times "abcdefghi ". */
static void letters(char *dst, size_t size, int n)
{
	for (int i = 0; i < n; i++)
		assert_true(str_append(dst, size, "abcdefghi "));
}

static void test_cheaper_keeps_placeholders(void **state)
{
	struct fixture *f = *state;
	char text[400] = "“Hi” {{ first_name | “you” }} {{Πόλη|…}}{{last_name|}} – ";
	letters(text, sizeof(text), 8);
	struct preview *p = look(f, text, 0);
	assert_int_equal(p->parts, 2);
	const struct preview_cheaper *c = cheaper_of(p, "plain_punctuation");
	char now[400] = "\"Hi\" {{ first_name | \"you\" }} {{Πόλη|...}}{{last_name|}} - ";
	letters(now, sizeof(now), 7);
	(void)str_append(now, sizeof(now), "abcdefghi "); /* trailing: not its kind */
	assert_string_equal(c->text, now);
	assert_int_equal(c->parts, 1);
	assert_int_equal(c->parts_saved, 1);
	assert_int_equal(c->encoding, MESSAGE_GSM7);
	assert_int_equal(c->changes, 6);
	done(p);
	/* Braces that would come together are a placeholder nobody wrote. */
	(void)str_copy(text, sizeof(text), "a {\u200B{first_name}} ");
	letters(text, sizeof(text), 8);
	p = look(f, text, 0);
	assert_int_equal(p->parts, 2);
	assert_int_equal(p->n_placeholders, 0);
	assert_int_equal(p->n_cheaper, 0);
	done(p);
}

static void test_greek_names_decide(void **state)
{
	struct fixture *f = *state;
	int64_t list = new_list(f, "L");
	add(f, list, "6941000001", "Anna");
	add(f, list, "6941000002", "Γιώργος");
	add(f, list, "6941000003", "");
	char text[800] = "Γεια σας {{first_name|φίλε}}, ";
	for (int i = 0; i < 6; i++)
		(void)str_append(text, sizeof(text), "ελάτε αύριο ");
	struct preview *p = look(f, text, list);
	assert_int_equal(p->list->recipients, 3);
	assert_int_equal(p->list->parts_total, 6);
	assert_int_equal(p->list->ucs2, 3);
	const struct preview_cheaper *c = cheaper_of(p, "greek_capitals");
	/* capitals help where the name fits, and where the fallback stands in */
	assert_int_equal(c->list_saved, 2);
	assert_int_equal(p->list->measured, 3);
	assert_non_null(strstr(c->text, "ΓEIA ΣAΣ {{first_name|ΦIΛE}}, EΛATE"));
	done(p);
}

static void test_spread(void **state)
{
	struct fixture *f = *state;
	int64_t list = new_list(f, "L"), id;
	char text[400] = "Hi {{first_name}}! ";
	letters(text, sizeof(text), 14);
	add(f, list, "6941000001", "Al");
	add(f, list, "6941000002", "Bo");
	add(f, list, "6941000003", "Maximiliana Alexandra");
	add(f, list, "6941000004", "Άννα");
	id = add(f, list, "6941000005", "Gone");
	add(f, list, "6941000006", NULL);
	(void)id;
	FINE(f, suppressions_add(&f->o, &tester, "6941000005", NULL));
	struct preview *p = look(f, text, list);
	const struct preview_list *l = p->list;
	assert_int_equal(l->members, 6);
	assert_int_equal(l->recipients, 4);
	assert_int_equal(l->skipped[SKIP_SUPPRESSED], 1);
	assert_int_equal(l->skipped[SKIP_NO_VALUE], 1);
	assert_int_equal(l->spread[1], 2);
	assert_int_equal(l->spread[2], 1);
	assert_int_equal(l->spread[3], 1);
	assert_int_equal(l->parts_min, 1);
	assert_int_equal(l->parts_median, 1);
	assert_int_equal(l->parts_max, 3);
	assert_int_equal(l->parts_total, 7);
	assert_int_equal(l->gsm7, 3);
	assert_int_equal(l->n_samples, 3);
	assert_string_equal(l->samples[1].name, "Bo");
	assert_string_equal(l->of_parts[3].name, "Άννα");
	/* three of her letters are not among GSM 7 bit's */
	assert_int_equal(p->n_because, 0);
	assert_int_equal(l->n_because, 3);
	assert_string_equal(l->because[0].character, "Ά");
	assert_string_equal(l->because[1].character, "ν");
	assert_int_equal(l->because[1].count, 1);
	assert_int_equal(l->of_parts[3].encoding, MESSAGE_UCS2);
	const struct preview_warning *w = warning_of(p, "long_names");
	assert_int_equal(w->recipients, 2);
	assert_int_equal(w->parts, 3);
	done(p);
	const struct preview_request none = { .text = text, .list_id = 99 };
	struct preview nothing;
	REFUSED(f, preview_make(&f->o, &none, &nothing), "not_found");
}

static void test_because(void **state)
{
	struct fixture *f = *state;
	const struct preview_field fields[] = { { "first_name", "Łukasz" } };
	struct preview_request r = {
		.text = "ok {{first_name}} {{Πόλη|ω}} {{last_name|x}} "
			"ω e\u0301 ω",
		.fields = fields,
		.n_fields = 1
	};
	struct preview p;
	FINE(f, preview_make(&f->o, &r, &p));
	assert_int_equal(p.n_because, 2);
	/* from a value: where the placeholder is */
	assert_string_equal(p.because[0].character, "Ł");
	assert_string_equal(p.because[0].name, "first_name");
	assert_int_equal(p.because[0].offset, 3);
	/* names of placeholders do not count, fallbacks do */
	assert_string_equal(p.because[1].character, "ω");
	assert_string_equal(p.because[1].name, "");
	assert_int_equal(p.because[1].offset, 25);
	assert_int_equal(p.because[1].count, 3);
	preview_fini(&p);
}

static void test_values_that_are_missing(void **state)
{
	struct fixture *f = *state;
	int64_t list = new_list(f, "L");
	char phone[16], name[8];
	for (int i = 0; i < 10; i++) {
		(void)str_format(phone, sizeof(phone), "69410000%02d", i);
		(void)str_format(name, sizeof(name), "%s", i < 8 ? "Eve" : "");
		add(f, list, phone, name);
	}
	struct preview *p =
		look(f, "Hi {{first_name|you}} {{last_name|}} {{nmae|x}}", list);
	assert_int_equal(p->list->recipients, 10);
	const struct preview_warning *w = warning_of(p, "rarely_filled");
	assert_string_equal(w->name, "first_name");
	assert_int_equal(w->recipients, 2);
	w = warning_of(p, "never_filled");
	assert_string_equal(w->name, "last_name");
	assert_int_equal(w->recipients, 10);
	assert_int_equal(p->n_warnings, 3);
	assert_string_equal(p->warnings[2].name, "nmae");
	done(p);
	p = look(f, "Hi {{first_name|you}} {{last_name|}} {{nmae|x}}", 0);
	assert_int_equal(p->n_warnings, 1);
	assert_string_equal(p->warnings[0].name, "nmae");
	assert_int_equal(p->warnings[0].recipients, 0);
	done(p);
}

static void test_long_names_without_a_list(void **state)
{
	struct fixture *f = *state;
	char text[400] = "Hi {{first_name|you}}! ";
	letters(text, sizeof(text), 14);
	struct preview *p = look(f, text, 0);
	assert_int_equal(p->parts, 1);
	const struct preview_warning *w = warning_of(p, "long_names");
	assert_int_equal(w->parts, 2);
	done(p);
	/* with a value given there is nothing left to guess */
	const struct preview_field eve = { "first_name", "Eve" };
	const struct preview_request r = { .text = text, .fields = &eve, .n_fields = 1 };
	p = calloc(1, sizeof(*p));
	assert_non_null(p);
	FINE(f, preview_make(&f->o, &r, p));
	assert_int_equal(p->n_warnings, 0);
	done(p);
	p = look(f, "Hi {{first_name|you}}!", 0);
	assert_int_equal(p->n_warnings, 0);
	done(p);
}

#define TURKISH (1u << 1)
/* 100 letters, some of them in no alphabet but the Turkish one: two parts of UCS-2. */
#define TURKISH_TEXT                                                                      \
	"Şişli'deki ağacın altında buluşalım mı? Işıklı, güneşli bir gün. " \
	"Şişli'deki ağacın altında buluşalım"

struct seen_national {
	uint32_t national;
	enum message_encoding encoding;
	uint16_t parts;
};
static bool see_national(void *user, const struct message *m)
{
	*(struct seen_national *)user =
		(struct seen_national){ m->national, m->encoding, m->parts };
	return false;
}

static struct seen_national newest(struct fixture *f)
{
	struct seen_national out = { 0 };
	const struct message_query query = { .state = -1, .max = 1 };
	OK(message_list(f->o.store, &query, see_national, &out));
	return out;
}

/* Numbers that begin with this are known to read both Turkish tables. */
static int64_t turkish_route(struct fixture *f, const char *prefix)
{
	const struct sms_route r = { .name = "Tested",
		.country = "GR",
		.operator= "",
		.locking = TURKISH,
		.single = TURKISH };
	int64_t id;
	OK(route_create(f->o.store, &r, &id));
	OK(route_prefix_put(f->o.store, prefix, id));
	return id;
}

static void test_tables_of_the_route(void **state)
{
	struct fixture *f = *state;
	struct message_accepted out;
	turkish_route(f, "+306941");
	struct message_draft draft = {
		.to = "6941000001", .text = TURKISH_TEXT, .class = "alert"
	};
	FINE(f, messages_send(&f->o, &tester, &draft, &out));
	assert_int_equal(out.parts, 1);
	assert_int_equal(out.encoding, MESSAGE_GSM7);
	struct seen_national got = newest(f);
	assert_int_equal(got.national, TURKISH); /* escapes do, at no part more */
	assert_int_equal(got.parts, 1);
	draft.to = "6942000001"; /* another route, tested for nothing */
	FINE(f, messages_send(&f->o, &tester, &draft, &out));
	assert_int_equal(out.parts, 2);
	assert_int_equal(out.encoding, MESSAGE_UCS2);
	assert_int_equal(newest(f).national, 0);
	/* what every phone reads is not said in another way */
	draft.to = "6941000001";
	draft.text = "Şişli";
	FINE(f, messages_send(&f->o, &tester, &draft, &out));
	assert_int_equal(out.encoding, MESSAGE_UCS2);
	assert_int_equal(newest(f).national, 0);
	char name[PREVIEW_NATIONAL_SIZE];
	preview_national_name(TURKISH << 16, name);
	assert_string_equal(name, "turkish");
	preview_national_name(TURKISH << 16 | TURKISH, name);
	assert_string_equal(name, "turkish");
	preview_national_name(1u << 6 << 16 | 1u << 13, name);
	assert_string_equal(name, "hindi+urdu");
	preview_national_name(0, name);
	assert_string_equal(name, "");
}

static void test_tables_of_the_routes_of_a_list(void **state)
{
	struct fixture *f = *state;
	int64_t list = new_list(f, "L");
	turkish_route(f, "+306941");
	add(f, list, "6941000001", "Ali");
	add(f, list, "6942000001", "Veli");
	struct preview *p = look(f, TURKISH_TEXT, list);
	assert_int_equal(p->list->national, 1);
	assert_int_equal(p->list->gsm7, 1);
	assert_int_equal(p->list->parts_total, 3);
	done(p);
	int64_t campaign = new_campaign(f, list, TURKISH_TEXT);
	struct estimate e;
	FINE(f, campaigns_estimate(&f->o, campaign, &e));
	assert_int_equal(e.parts_total, 3);
	estimate_fini(&e);
	FINE(f, campaigns_start(&f->o, &tester, campaign));
	struct feeder_result fed;
	do
		FINE(f, feeder_run(&f->o, &fed));
	while (fed.has_more);
	struct message_tally tally;
	OK(message_count(f->o.store, campaign, &tally));
	assert_int_equal(tally.n[MESSAGE_QUEUED], 2);
	assert_int_equal(tally.parts[MESSAGE_QUEUED], 3);
}

static void test_destinations(void **state)
{
	struct fixture *f = *state;
	struct destinations *d;
	char prefix[16];
	for (int i = 0; i < 40; i++) {
		(void)str_format(prefix, sizeof(prefix), "+30%d", 100 + 7 * i);
		char name[16];
		(void)str_format(name, sizeof(name), "r%d", i);
		const struct sms_route r = {
			.name = name, .country = "GR", .operator= "" };
		int64_t id;
		OK(route_create(f->o.store, &r, &id));
		OK(route_prefix_put(f->o.store, prefix, id));
		if (i == 0)
			OK(route_prefix_put(f->o.store, "+30", id));
	}
	int64_t country;
	OK(route_of(f->o.store, "+35799000000", "CY", &country));
	FINE(f, destinations_load(&f->o, &d));
	/* as the store says, for every number */
	for (int i = 0; i < 1000; i++) {
		(void)str_format(prefix, sizeof(prefix), "+30%03d12", i);
		int64_t id;
		OK(route_of(f->o.store, prefix, "", &id));
		assert_int_equal(destinations_find(d, prefix, "")->route_id, id);
	}
	assert_int_equal(destinations_find(d, "+35799000000", "CY")->route_id, country);
	assert_null(destinations_find(d, "+35799000000", ""));
	assert_null(destinations_find(d, "", "GR")); /* no route is the country's own */
	assert_int_equal(destinations_count(d), 41);
	destinations_free(d);
	destinations_free(NULL);
}

#define CENT INT64_C(10000)

/* 3 parts a month are paid for; then 5 cents, 12 to numbers of the route. */
static int64_t new_plan(struct fixture *f, int64_t route)
{
	struct plan plan = { .name = "Business",
		.currency = "EUR",
		.reset_day = 1,
		.bundle_month = 3,
		.price = 5 * CENT };
	int64_t id;
	OK(plan_create(f->o.store, &plan, &id));
	const struct plan_price price = {
		.plan_id = id, .route_id = route, .price = 12 * CENT
	};
	OK(plan_price_put(f->o.store, &price));
	OK(sim_set_plan(f->o.store, f->sim, id));
	return id;
}

static void test_prices(void **state)
{
	struct fixture *f = *state;
	int64_t list = new_list(f, "L"), route = turkish_route(f, "+306942");
	int64_t plan = new_plan(f, route);
	for (int i = 0; i < 5; i++)
		new_member(f, list, i, true); /* +306941…, of no route */
	add(f, list, "6942000001", "Veli");
	struct preview *p = look(f, "Hello", list);
	assert_int_equal(p->prices.n, 1);
	assert_int_equal(p->prices.sims[0].sim_id, f->sim);
	assert_int_equal(p->prices.sims[0].parts, 6);
	assert_int_equal(p->prices.sims[0].bundle_left, 3);
	assert_int_equal(p->prices.sims[0].covered, 3);
	assert_int_equal(p->prices.sims[0].money, (2 * 5 + 12) * CENT);
	assert_string_equal(p->prices.sims[0].currency, "EUR");
	assert_int_equal(p->prices.n_destinations, 2);
	assert_int_equal(p->prices.destinations[0].to->route_id, route);
	assert_int_equal(p->prices.destinations[0].parts, 1);
	assert_null(p->prices.destinations[1].to);
	assert_int_equal(p->prices.destinations[1].recipients, 5);
	assert_int_equal(p->prices.rules[0].price, 12 * CENT);
	assert_false(p->prices.rules[0].in_bundle);
	assert_true(p->prices.rules[1].in_bundle);
	done(p);
	/* one text, to a number of the route and to nobody yet */
	const struct preview_request one = { .text = TURKISH_TEXT, .to = "6942 000 009" };
	p = calloc(1, sizeof(*p));
	assert_non_null(p);
	FINE(f, preview_make(&f->o, &one, p));
	assert_int_equal(p->parts, 1);
	assert_int_equal(p->national, TURKISH);
	assert_int_equal(p->prices.sims[0].money, 12 * CENT);
	done(p);
	p = look(f, TURKISH_TEXT, 0);
	assert_int_equal(p->parts, 2);
	assert_int_equal(p->prices.sims[0].covered, 2);
	assert_int_equal(p->prices.sims[0].money, 0);
	done(p);
	/* a plan for Cyprus alone, which ends with its bundle */
	struct plan cyprus = { .id = plan,
		.name = "CY",
		.reset_day = 1,
		.bundle_month = 3,
		.is_bundle_only = true,
		.price = CENT,
		.countries = "CY,IT" };
	OK(plan_update(f->o.store, &cyprus));
	p = look(f, "Hello", list);
	assert_int_equal(p->prices.sims[0].parts, 3);
	assert_int_equal(p->prices.sims[0].blocked, 3);
	assert_int_equal(p->prices.sims[0].money, 0);
	done(p);
}

/* A cheaper text is a template again, and costs what it says. */
static void test_cheaper_is_true(void **state)
{
	static const char *const bits[] = { "{{first_name|“x”}}", "{{ last_name }}", "  ",
		"–", "…", "Γειά σου", "😀 ", "{{{{", "}}", "{", "é", "ạ", "می‌روم",
		"plain words to fill a part ", "{{Ονομα | 😀 ά }}", "\n" };
	struct fixture *f = *state;
	uint32_t seed = 7;
	for (int round = 0; round < 400; round++) {
		char text[600] = "";
		for (int i = 0; i < 14; i++) {
			seed = seed * 1664525 + 1013904223;
			(void)str_append(text, sizeof(text), bits[seed >> 28]);
		}
		struct preview *p = look(f, text, 0);
		for (size_t i = 0; i < p->n_cheaper; i++) {
			struct preview *again = look(f, p->cheaper[i].text, 0);
			assert_int_equal(again->parts, p->cheaper[i].parts);
			assert_int_equal(
				again->parts + p->cheaper[i].parts_saved, p->parts);
			assert_int_equal(again->encoding, p->cheaper[i].encoding);
			assert_int_equal(again->n_placeholders, p->n_placeholders);
			for (size_t k = 0; k < p->n_placeholders; k++)
				assert_string_equal(again->placeholders[k].name,
					p->placeholders[k].name);
			done(again);
		}
		done(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_cheaper_keeps_placeholders),
		TEST(test_greek_names_decide),
		TEST(test_spread),
		TEST(test_because),
		TEST(test_values_that_are_missing),
		TEST(test_long_names_without_a_list),
		TEST(test_cheaper_is_true),
		TEST(test_prices),
		TEST(test_tables_of_the_route),
		TEST(test_tables_of_the_routes_of_a_list),
		TEST(test_destinations),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
