/* The configuration: every key is read, defaults stand, and each mistake is answered with
 * the file, the line and what was probably meant. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "firmware/base/config.h"
#include "firmware/base/str.h"
#include "tests/unit/scratch.h"

static enum err parse(struct config *out, const char *text, char *why)
{
	why[0] = '\0';
	return config_parse(out, "x.conf", text, strlen(text), why);
}

static void all_keys_are_read(void **state)
{
	static const char text[] =
		"# a comment\n; another\n\n[store]\npath = a/b.db\n"
		"[run]\r\n dir=run\r\n[modems]\n"
		"ports = run/bank/modem*, tcp:h:1\n"
		"[http]\nlisten=127.0.0.1:0\n[board]\nprofile = b # c\n"
		"[log]\nlevel=debug";
	struct config c;
	char why[CONFIG_WHY_SIZE];
	(void)state;
	assert_int_equal(parse(&c, text, why), ERR_OK);
	assert_string_equal(c.store_path, "a/b.db");
	assert_string_equal(c.run_dir, "run");
	assert_string_equal(c.modem_ports, "run/bank/modem*, tcp:h:1");
	assert_string_equal(c.http_listen, "127.0.0.1:0");
	assert_string_equal(c.board_profile, "b # c"); /* only lines are comments */
	assert_int_equal(c.log_level, LOG_LEVEL_DEBUG);
}

static void an_empty_file_gives_the_defaults(void **state)
{
	struct config c, d;
	char why[CONFIG_WHY_SIZE];
	(void)state;
	config_init(&d);
	assert_int_equal(parse(&c, "", why), ERR_OK);
	assert_string_equal(c.store_path, d.store_path);
	assert_string_equal(d.run_dir, "/run/chapar");
	assert_true(d.modem_ports[0] != '\0');
	assert_int_equal(d.log_level, LOG_LEVEL_INFO);
}

static void mistakes_are_explained(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "[stor]\npath=x",
			"x.conf, line 1: there is no section [stor]; the nearest is "
			"[store]" },
		{ "[store]\n\npaht=x",
			"x.conf, line 3: there is no key 'paht' in [store]; "
			"the nearest is 'path' in [store]" },
		{ "[run]\npath=x", "x.conf, line 2: there is no key 'path' in [run]; the "
				   "nearest is 'dir' in [run]" },
		{ "path=x", "x.conf, line 1: a key stands before the first [section]" },
		{ "[store\npath=x", "x.conf, line 1: a section is written [name]" },
		{ "[store] x", "x.conf, line 1: a section is written [name]" },
		{ "[store]\nnonsense",
			"x.conf, line 2: expected 'key = value' or [section]" },
		{ "[log]\nlevel=loud",
			"x.conf, line 2: 'level' must be error, warn, info or debug" },
	};
	char why[CONFIG_WHY_SIZE];
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct config c;
		assert_int_equal(parse(&c, rows[i].text, why), ERR_INPUT);
		assert_string_equal(why, rows[i].why);
	}
}

static void a_value_too_long_is_refused(void **state)
{
	char text[400] = "[run]\ndir=", why[CONFIG_WHY_SIZE];
	struct config c;
	(void)state;
	memset(text + strlen(text), 'a', 99);
	assert_int_equal(parse(&c, text, why), ERR_OK);
	text[strlen(text)] = 'a';
	assert_int_equal(parse(&c, text, why), ERR_INPUT);
	assert_string_equal(why, "x.conf, line 2: 'dir' is longer than 99 octets");
}

static void a_file_that_is_not_there(void **state)
{
	struct config c;
	char why[CONFIG_WHY_SIZE];
	(void)state;
	assert_int_equal(
		config_load(&c, "/nonexistent/c", why, sizeof(why)), ERR_NOTFOUND);
	assert_string_equal(
		why, "/nonexistent/c cannot be opened: No such file or directory.");
}

static void a_file_is_loaded(void **state)
{
	char dir[SCRATCH_SIZE], name[SCRATCH_SIZE + 16], why[CONFIG_WHY_SIZE];
	struct config c;
	FILE *file;
	(void)state;
	scratch_make(dir);
	assert_true(str_format(name, sizeof(name), "%s/conf", dir));
	file = fopen(name, "w");
	assert_non_null(file);
	assert_true(fputs("[store]\npath=s.db\n", file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(config_load(&c, name, why, sizeof(why)), ERR_OK);
	assert_string_equal(c.store_path, "s.db");
	scratch_drop(dir);
}

static void a_list_is_walked(void **state)
{
	const char *pos = " a*, ,tcp:h:1 ,,b\t,";
	char item[16];
	(void)state;
	assert_true(config_list_next(&pos, item, sizeof(item)));
	assert_string_equal(item, "a*");
	assert_true(config_list_next(&pos, item, sizeof(item)));
	assert_string_equal(item, "tcp:h:1");
	assert_true(config_list_next(&pos, item, sizeof(item)));
	assert_string_equal(item, "b");
	assert_false(config_list_next(&pos, item, sizeof(item)));
}

static void options_in_front(void **state)
{
	char a0[] = "x", a1[] = "--config", a2[] = "f", a3[] = "--version", a4[] = "key",
	     a5[] = "--help", a6[] = "--config=g";
	char *plain[] = { a0, a1, a2, a3, a4, a5 }, *joined[] = { a0, a6 },
	     *none[] = { a0, a1 };
	struct config_args args;
	char why[80];
	(void)state;
	assert_int_equal(config_args_parse(&args, 6, plain, why, sizeof(why)), ERR_OK);
	assert_string_equal(args.config_file, "f");
	assert_true(args.version);
	assert_false(args.help); /* it belongs to the word before it */
	assert_int_equal(args.rest, 4);
	assert_int_equal(config_args_parse(&args, 2, joined, why, sizeof(why)), ERR_OK);
	assert_string_equal(args.config_file, "g");
	assert_int_equal(args.rest, 2);
	assert_int_equal(config_args_parse(&args, 2, none, why, sizeof(why)), ERR_INPUT);
	assert_int_equal(config_args_parse(&args, 1, none, why, sizeof(why)), ERR_OK);
	assert_string_equal(args.config_file, CONFIG_DEFAULT_FILE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_keys_are_read),
		cmocka_unit_test(an_empty_file_gives_the_defaults),
		cmocka_unit_test(mistakes_are_explained),
		cmocka_unit_test(a_value_too_long_is_refused),
		cmocka_unit_test(a_file_that_is_not_there),
		cmocka_unit_test(a_file_is_loaded),
		cmocka_unit_test(a_list_is_walked),
		cmocka_unit_test(options_in_front),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
