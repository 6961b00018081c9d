/*
 * A box in a temporary folder for tests: store, API, HTTP server on a free port of the
 * loopback, and a key of each scope. No workers: what they would do does not happen.
 */
#ifndef TESTS_WEB_BOX_H
#define TESTS_WEB_BOX_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "firmware/base/crypto.h"
#include "tests/unit/scratch.h"
#include "tests/unit/web_client.h"
#include "web/api/http_server.h"
#include "web/api/pump.h"

struct web_box {
	char dir[SCRATCH_SIZE], spool_dir[SCRATCH_SIZE];
	char store_path[SCRATCH_SIZE + 16];
	struct pump *pump;
	struct hub *hub;
	struct api *api;
	struct http_server *http;
	struct office office; /* the test's own */
	uint16_t port;
	char keys[AUTH_ADMIN + 1][AUTH_TOKEN_SIZE]; /* by scope; "" for AUTH_NONE */
};

static const struct http_asset web_box_assets[] = {
	{ "/index.html", "text/html; charset=utf-8", (const unsigned char *)"<html>", 6,
		"\"e1\"", false },
	{ "/assets/app-0a1b2c3d.js", "text/javascript", (const unsigned char *)"1;", 2,
		"\"e2\"", false },
	{ 0 },
};

static inline void web_box_keys(struct web_box *box)
{
	static const struct office_actor actor = { .name = "test" };
	struct auth_new_key made;

	for (int scope = AUTH_READ; scope <= AUTH_ADMIN; scope++) {
		const char *name = vstr_name(auth_scope_names, scope);
		assert_int_equal(
			auth_key_create(&box->office, &actor, name, name, &made), ERR_OK);
		assert_true(str_copy(box->keys[scope], AUTH_TOKEN_SIZE, made.key));
	}
}

static inline int web_box_setup(void **state)
{
	struct web_box *box = calloc(1, sizeof(*box));
	char why[400] = "";

	scratch_make(box->dir);
	(void)str_format(
		box->store_path, sizeof(box->store_path), "%s/store.db", box->dir);
	(void)str_copy(box->spool_dir, sizeof(box->spool_dir), box->dir);
	assert_int_equal(crypto_init(), ERR_OK);
	assert_int_equal(pump_create(&box->pump, clock_system()), ERR_OK);
	assert_int_equal(hub_create(&box->hub, pump_take, box->pump), ERR_OK);
	assert_int_equal(office_open(&box->office, box->store_path, STORE_OFFICE,
				 box->hub, clock_system()),
		ERR_OK);
	struct api_options api = {
		.hub = box->hub,
		.store_path = box->store_path,
		.spool_dir = box->spool_dir,
		.clock = clock_system(),
		.assets = web_box_assets,
	};
	assert_int_equal(api_create(&box->api, &api), ERR_OK);
	struct http_options http = {
		.listen = "127.0.0.1:0",
		.store_path = box->store_path,
		.api = box->api,
	};
	assert_int_equal(http_server_start(&box->http, &http, why, sizeof(why)), ERR_OK);
	struct pump_options pump = {
		.events = box->api->events,
		.hub = box->hub,
		.store_path = box->store_path,
	};
	assert_int_equal(pump_start(box->pump, &pump, NULL), ERR_OK);
	box->port = http_server_port(box->http);
	web_box_keys(box);
	*state = box;
	return 0;
}

static inline int web_box_teardown(void **state)
{
	struct web_box *box = *state;

	http_server_stop(box->http);
	pump_stop(box->pump);
	hub_destroy(box->hub);
	pump_destroy(box->pump);
	api_destroy(box->api);
	office_close(&box->office);
	scratch_drop(box->dir);
	free(box);
	return 0;
}

#endif
