/*
 * Proves that ports are found by their patterns, at the start and when they come, go or
 * are changed for others, without polling. Links to /dev/null and /dev/zero stand for
 * devices.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "drivers/ports.h"
#include "firmware/base/str.h"
#include "tests/unit/scratch.h"

struct world {
	struct loop *loop;
	struct ports *ports;
	char dir[SCRATCH_SIZE];
	char told[2048];
};

static void on_added(void *user, const char *name)
{
	struct world *w = user;
	const char *base = strrchr(name, '/');
	assert_true(str_append_format(
		w->told, sizeof(w->told), "+%s ", base ? base + 1 : name));
}

static void on_removed(void *user, const char *name)
{
	struct world *w = user;
	const char *base = strrchr(name, '/');
	assert_true(str_append_format(
		w->told, sizeof(w->told), "-%s ", base ? base + 1 : name));
}

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	scratch_make(w->dir);
	assert_int_equal(loop_create(&w->loop, clock_system()), ERR_OK);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	ports_destroy(w->ports);
	loop_destroy(w->loop);
	scratch_drop(w->dir);
	free(w);
	return 0;
}

static void start(struct world *w, const char *fmt)
{
	const struct ports_handler handler = {
		.added = on_added, .removed = on_removed, .user = w
	};
	char patterns[512] = "";

	/* every % is the test's folder */
	for (const char *p = fmt; *p; p++) {
		char one[2] = { *p, '\0' };
		assert_true(
			str_append(patterns, sizeof(patterns), *p == '%' ? w->dir : one));
	}
	assert_int_equal(ports_create(&w->ports, w->loop, patterns, &handler), ERR_OK);
}

static const char *path_of(const struct world *w, const char *name)
{
	static char path[256]; /* until the next call */
	assert_true(str_format(path, sizeof(path), "%s/%s", w->dir, name));
	return path;
}

static void link_to(struct world *w, const char *name, const char *target)
{
	assert_int_equal(symlink(target, path_of(w, name)), 0);
}

static void drop(struct world *w, const char *name)
{
	assert_int_equal(unlink(path_of(w, name)), 0);
}

static void expect(struct world *w, const char *told)
{
	for (int i = 0; i < 200 && !str_eq(w->told, told); i++)
		loop_step(w->loop, 20);
	assert_string_equal(w->told, told);
	w->told[0] = '\0';
}

static void comes_and_goes(void **state)
{
	struct world *w = *state;

	link_to(w, "modem1", "/dev/null");
	link_to(w, "modem2", "/no/such/device");
	link_to(w, "other", "/dev/null");
	start(w, " %/modem*, ,tcp:127.0.0.1:7001");
	assert_string_equal(w->told, ""); /* not from inside the call */
	expect(w, "+modem1 +tcp:127.0.0.1:7001 ");
	link_to(w, "modem3", "/dev/null");
	expect(w, "+modem3 ");
	drop(w, "modem1");
	expect(w, "-modem1 ");
	link_to(w, "modem1", "/dev/null");
	expect(w, "+modem1 ");
}

/* As people count: the bays get their numbers in this order. */
static void many_at_once_come_in_order(void **state)
{
	struct world *w = *state;

	link_to(w, "modem10", "/dev/null");
	link_to(w, "modem2", "/dev/null");
	link_to(w, "modem1", "/dev/null");
	link_to(w, "a9", "/dev/null");
	start(w, "%/modem*,%/a*");
	expect(w, "+modem1 +modem2 +modem10 +a9 ");
	link_to(w, "modem12", "/dev/null");
	link_to(w, "modem4", "/dev/null");
	expect(w, "+modem4 +modem12 ");
}

static void changed_for_another(void **state)
{
	struct world *w = *state;

	link_to(w, "modem1", "/dev/null");
	start(w, "%/modem*");
	expect(w, "+modem1 ");
	drop(w, "modem1");
	link_to(w, "modem1", "/dev/zero");
	expect(w, "-modem1 +modem1 ");
}

static void folder_that_comes_later(void **state)
{
	struct world *w = *state;

	start(w, "%/run/bank/modem*");
	loop_step(w->loop, 0);
	loop_step(w->loop, 0);
	assert_int_equal(mkdir(path_of(w, "run"), 0700), 0);
	assert_int_equal(mkdir(path_of(w, "run/bank"), 0700), 0);
	link_to(w, "run/bank/modem1", "/dev/null");
	expect(w, "+modem1 ");
	drop(w, "run/bank/modem1");
	expect(w, "-modem1 ");
}

static void flow_control_suffix(void **state)
{
	struct world *w = *state;

	link_to(w, "modem1", "/dev/null");
	start(w, "%/modem*:rtscts");
	expect(w, "+modem1:rtscts ");
}

static void bad_patterns(void **state)
{
	struct world *w = *state;
	const struct ports_handler handler = {
		.added = on_added, .removed = on_removed, .user = w
	};
	char text[400];

	assert_int_equal(ports_create(&w->ports, w->loop, "", &handler), ERR_ARG);
	assert_int_equal(ports_create(&w->ports, w->loop, " , ,", &handler), ERR_ARG);
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(ports_create(&w->ports, w->loop, text, &handler), ERR_ARG);
	assert_int_equal(ports_create(&w->ports, w->loop,
				 "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q", &handler),
		ERR_ARG);
	w->ports = NULL;
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(comes_and_goes),
		T(many_at_once_come_in_order),
		T(changed_for_another),
		T(folder_that_comes_later),
		T(flow_control_suffix),
		T(bad_patterns),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
