/*
 * modemsim's settings: every form of a value is taken, everything else is refused and
 * changes nothing; the configuration file names the line that is wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "firmware/base/log.h"
#include "firmware/base/str.h"
#include "tests/modemsim/bank.h"
#include "tests/modemsim/command.h"
#include "tests/modemsim/select.h"
#include "tests/modemsim/settings.h"
#include "tests/unit/scratch.h"

static void takes_every_kind_of_value(void **state)
{
	struct settings s;

	(void)state;
	settings_init(&s);
	assert_null(settings_set(&s, "submit", "80-120"));
	assert_int_equal(s.submit_ms.kind, SPREAD_UNIFORM);
	assert_null(settings_set(&s, "latency", "lognormal 1800 0.3"));
	assert_int_equal(s.latency_ms.kind, SPREAD_LOGNORMAL);
	assert_null(settings_set(&s, "echo", "off"));
	assert_false(s.echo);
	assert_null(settings_set(&s, "sm_size", "1"));
	assert_int_equal(s.sm_size, 1);
	assert_null(settings_set(&s, "zone_min", "-720"));
	assert_int_equal(s.zone_min, -720);
	assert_null(settings_set(&s, "network", "denied"));
	assert_int_equal(s.network, NETWORK_KIND_DENIED);
	assert_null(settings_set(&s, "status", "0:96 0x41:4"));
	assert_int_equal(s.status_count, 2);
	assert_int_equal(s.status[1].tp_st, 0x41);
	assert_null(settings_set(&s, "pin", "4711"));
	assert_string_equal(s.pin, "4711");
	assert_null(settings_set(&s, "fault", "cms 38 p=0.5"));
	assert_null(settings_set(&s, "fault", "lost nth=3"));
	assert_int_equal(s.faults.count, 2);
	assert_null(settings_set(&s, "fault", "none"));
	assert_int_equal(s.faults.count, 0);
}

static void refuses_what_is_not_a_value(void **state)
{
	static const char *const wrong[][2] = {
		{ "submit", "" },
		{ "submit", "x" },
		{ "submit", "120-80" },
		{ "submit", "-1" },
		{ "submit", "10 ms" },
		{ "submit", "700000" },
		{ "submit", "nan" },
		{ "latency", "lognormal 5" },
		{ "latency", "lognormal 5 9" },
		{ "echo", "maybe" },
		{ "sm_size", "0" },
		{ "sm_size", "256" },
		{ "sm_size", "1x" },
		{ "zone_min", "841" },
		{ "network", "" },
		{ "network", "homes" },
		{ "status", "" },
		{ "status", "256" },
		{ "status", "0:0" },
		{ "status", "0:1x" },
		{ "status", "1 2 3 4 5 6 7 8 9" },
		{ "pin", "12345678901234567" },
		{ "fault", "cms" },
		{ "fault", "nothing" },
		{ "colour", "red" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct settings s;
		struct settings before;

		settings_init(&s);
		settings_init(&before);
		assert_non_null(settings_set(&s, wrong[i][0], wrong[i][1]));
		assert_memory_equal(&s.sm_size, &before.sm_size, sizeof(s.sm_size));
		assert_int_equal(s.status_count, before.status_count);
		assert_int_equal(s.submit_ms.kind, before.submit_ms.kind);
		assert_int_equal(s.faults.count, 0);
	}
}

static void takes_sixteen_faults_and_no_more(void **state)
{
	struct settings s;

	(void)state;
	settings_init(&s);
	for (int i = 0; i < FAULT_RULES_MAX; i++)
		assert_null(settings_set(&s, "fault", "error"));
	assert_non_null(settings_set(&s, "fault", "error"));
}

static void draws_statuses_by_weight(void **state)
{
	struct settings s;
	struct rng rng;
	int failed = 0;

	(void)state;
	settings_init(&s);
	rng_seed(&rng, 7, 0);
	assert_null(settings_set(&s, "status", "0:3 0x41:1"));
	for (int i = 0; i < 4000; i++)
		failed += settings_draw_status(&s, &rng) == 0x41;
	assert_in_range(failed, 900, 1100);
}

static void selects_modems(void **state)
{
	struct selection s;

	(void)state;
	assert_true(selection_parse("all", 8, &s));
	assert_int_equal(s.last, 7);
	assert_true(selection_parse("3", 8, &s));
	assert_int_equal(s.first, 3);
	assert_int_equal(s.last, 3);
	assert_true(selection_parse("2-7", 8, &s));
	assert_int_equal(s.last, 7);
	assert_false(selection_parse("8", 8, &s));
	assert_false(selection_parse("5-8", 8, &s));
	assert_false(selection_parse("5-4", 8, &s));
	assert_false(selection_parse("", 8, &s));
	assert_false(selection_parse("-", 8, &s));
	assert_false(selection_parse("all", 0, &s));
}

/* Loads text as the configuration of a bank of four, not started. */
static enum err config_try(const char *text, struct bank *bank)
{
	char dir[SCRATCH_SIZE], path[SCRATCH_SIZE + 16];
	struct bank_options options = { .dir = dir, .count = 4, .calling_code = 30 };
	FILE *file;
	enum err err;

	scratch_make(dir);
	assert_int_equal(bank_init(bank, &options), ERR_OK);
	assert_true(str_format(path, sizeof(path), "%s/conf", dir));
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	err = config_load(bank, path);
	scratch_drop(dir);
	return err;
}

static void blocks_are_about_their_modems(void **state)
{
	struct bank bank;

	(void)state;
	assert_int_equal(
		config_try("# all\n  submit = 10\n\nmodem 1-2 {\n\tsubmit=20\n}\n"
			   "csq = 5\nafter 3 submits unplug 0\n",
			&bank),
		ERR_OK);
	assert_true(bank.modems[0].set.submit_ms.a == 10);
	assert_true(bank.modems[1].set.submit_ms.a == 20);
	assert_true(bank.modems[2].set.submit_ms.a == 20);
	assert_true(bank.modems[3].set.submit_ms.a == 10);
	assert_int_equal(bank.modems[1].set.csq, 5);
	assert_true(bank.hooks[0].armed);
	assert_string_equal(bank.hooks[0].command, "after 3 submits unplug 0");
	bank_fini(&bank);
}

static void a_wrong_line_is_refused(void **state)
{
	static const char *const wrong[] = { "colour = red\n", "submit =\n",
		"modem 4 {\n}\n", "modem 1 {\n", "}\n", "modem 1\n",
		"modem 1 {\nmodem 2 {\n}\n}\n", "[modem 1]\n", "colour red\n" };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct bank bank;

		assert_int_equal(config_try(wrong[i], &bank), ERR_INPUT);
		bank_fini(&bank);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_every_kind_of_value),
		cmocka_unit_test(refuses_what_is_not_a_value),
		cmocka_unit_test(takes_sixteen_faults_and_no_more),
		cmocka_unit_test(draws_statuses_by_weight),
		cmocka_unit_test(selects_modems),
		cmocka_unit_test(blocks_are_about_their_modems),
		cmocka_unit_test(a_wrong_line_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
