/*
 * Who sits at the panel: state of the box, set-up, login, logout, language.
 */
#include "web/api/resources.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/base/version.h"
#include "firmware/office/settings.h"
#include "web/api/api.h"
#include "web/api/caller.h"

/* ---- what a session looks like ---- */

struct session_view {
	const char *state;  /* setup, login, in */
	bool is_setup_open; /* a set-up link works: at first, or opened again at the box
			     */
	const struct auth_who *who;
	struct {
		char name[64], country[4];
		int64_t time;
	} box;
};

static void write_user(struct json_out *j, const char *key, const void *object)
{
	const struct session_view *view = object;

	if (!view->who) {
		json_out_null(j, key);
		return;
	}
	json_out_object(j, key);
	json_out_i64(j, "id", view->who->actor.user_id);
	json_out_text(j, "name", view->who->name);
	json_out_text(j, "role", view->who->role);
	json_out_text(j, "locale", view->who->locale);
	json_out_object_end(j);
}

static void write_box(struct json_out *j, const char *key, const void *object)
{
	const struct session_view *view = object;

	json_out_object(j, key);
	json_out_text(j, "name", view->box.name);
	json_out_text(j, "version", CHAPAR_VERSION);
	json_out_time(j, "time", view->box.time);
	json_out_text(j, "country", view->box.country);
	json_out_object_end(j);
}

static const struct shape_field session_fields[] = {
	SHAPE_FIELD(struct session_view, POINTER, "state", state),
	SHAPE_FIELD(struct session_view, BOOL, "setup_open", is_setup_open),
	SHAPE_BY("user", "object?", write_user),
	SHAPE_BY("box", "object", write_box),
	{ 0 },
};
static const struct shape session_shape = { .name = "Session", .fields = session_fields };

static void answer_session(struct call *c, const struct auth_who *who)
{
	struct session_view view = { .state = "in", .who = who };
	struct settings settings;
	bool needs_setup = false;

	if (!who) {
		if (call_failed(c, auth_needs_setup(c->office, &needs_setup)))
			return;
		if (call_failed(c, auth_is_reopened(c->office, &view.is_setup_open)))
			return;
		view.state = needs_setup ? "setup" : "login";
		view.is_setup_open = view.is_setup_open || needs_setup;
	}
	if (call_failed(c, settings_get(c->office, &settings)))
		return;
	(void)str_copy(view.box.name, sizeof(view.box.name), settings.box_name);
	(void)str_copy(view.box.country, sizeof(view.box.country), settings.country);
	view.box.time = office_now(c->office);
	call_answer_shape(c, &session_shape, &view);
}

static void set_cookie(struct call *c, const char *token, long long max_age_s)
{
	char value[200];

	(void)str_format(value, sizeof(value),
		"chapar_session=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%lld",
		token, max_age_s);
	(void)call_header(c, "Set-Cookie", value);
}

/* ---- handlers ---- */

/* Whoever opens the panel stays signed in. */
static void session_show(struct call *c)
{
	bool person = c->who.actor.user_id > 0;

	answer_session(c, person ? &c->who : NULL);
	if (person && auth_session_extend(c->office, c->session) == ERR_OK)
		set_cookie(c, c->session, AUTH_SESSION_MS / 1000);
}

struct setup_in {
	struct policy_given given;
	const char *token, *name, *password, *locale, *country;
};
static const struct policy_field setup_fields[] = {
	POLICY_FIELD(struct setup_in, TEXT, "token", token, true, 100),
	POLICY_FIELD(struct setup_in, TEXT, "name", name, true, 63),
	POLICY_FIELD(struct setup_in, TEXT, "password", password, true, 200),
	POLICY_FIELD(struct setup_in, TEXT, "locale", locale, true, 11),
	POLICY_FIELD(struct setup_in, TEXT, "country", country, true, 3),
	{ 0 },
};
static const struct policy setup_policy = {
	.name = "Setup",
	.fields = setup_fields,
	.size = sizeof(struct setup_in),
};

static void welcome(struct call *c, const char *session, const struct auth_who *who)
{
	caller_login_worked(c);
	c->who = *who;
	answer_session(c, who);
	if (c->answer.status < 300)
		set_cookie(c, session, AUTH_SESSION_MS / 1000);
}

static void setup_post(struct call *c)
{
	const struct setup_in *in = (const void *)c->input;
	char session[AUTH_TOKEN_SIZE];
	struct auth_who who;
	struct auth_setup setup = {
		.token = in->token,
		.name = in->name,
		.password = in->password,
		.locale = in->locale,
		.country = in->country,
	};

	if (caller_login_must_wait(c))
		return;
	enum err err = auth_setup(c->office, &setup, session, &who);
	if (err) {
		if (str_eq(c->office->why.code, "wrong_token"))
			caller_login_failed(c);
		(void)call_failed(c, err);
		return;
	}
	welcome(c, session, &who);
}

struct login_in {
	struct policy_given given;
	const char *name, *password;
};
static const struct policy_field login_fields[] = {
	POLICY_FIELD(struct login_in, TEXT, "name", name, true, 63),
	POLICY_FIELD(struct login_in, TEXT, "password", password, true, 200),
	{ 0 },
};
static const struct policy login_policy = {
	.name = "Login",
	.fields = login_fields,
	.size = sizeof(struct login_in),
};

static void session_begin(struct call *c)
{
	const struct login_in *in = (const void *)c->input;
	char session[AUTH_TOKEN_SIZE];
	struct auth_who who;

	if (caller_login_must_wait(c))
		return;
	enum err err = auth_login(c->office, in->name, in->password, session, &who);
	if (err) {
		if (c->office->why.kind == REFUSAL_LOGIN)
			caller_login_failed(c);
		(void)call_failed(c, err);
		return;
	}
	welcome(c, session, &who);
}

static void session_end(struct call *c)
{
	enum err err = auth_logout(c->office, c->session);

	if (err != ERR_NOTFOUND && call_failed(c, err))
		return;
	call_no_content(c);
	set_cookie(c, "", 0);
}

struct locale_in {
	struct policy_given given;
	const char *locale;
};
static const struct policy_field locale_fields[] = {
	POLICY_FIELD(struct locale_in, TEXT, "locale", locale, true, 11),
	{ 0 },
};
static const struct policy locale_policy = {
	.name = "Locale",
	.fields = locale_fields,
	.size = sizeof(struct locale_in),
};

static void session_change(struct call *c)
{
	const struct locale_in *in = (const void *)c->input;

	if (call_failed(c, auth_set_locale(c->office, c->who.actor.user_id, in->locale)))
		return;
	(void)str_copy(c->who.locale, sizeof(c->who.locale), in->locale);
	answer_session(c, &c->who);
}

const struct endpoint session_routes[] = {
	{
		.method = "GET",
		.path = "/api/v1/session",
		.run = session_show,
		.summary = "Who is signed in, and what the box is called",
		.answer = &session_shape,
	},
	{
		.method = "POST",
		.path = "/api/v1/setup",
		.body = ROUTE_JSON,
		.policy = &setup_policy,
		.run = setup_post,
		.status = 201,
		.summary = "First administrator, with the one-time token that the box "
			   "prints",
		.answer = &session_shape,
	},
	{
		.method = "POST",
		.path = "/api/v1/session",
		.body = ROUTE_JSON,
		.policy = &login_policy,
		.run = session_begin,
		.summary = "Sign in",
		.answer = &session_shape,
	},
	{
		.method = "DELETE",
		.path = "/api/v1/session",
		.scope = AUTH_READ,
		.flags = ROUTE_PERSON,
		.run = session_end,
		.status = 204,
		.summary = "Sign out",
	},
	{
		.method = "PATCH",
		.path = "/api/v1/session",
		.scope = AUTH_READ,
		.flags = ROUTE_PERSON,
		.body = ROUTE_JSON,
		.policy = &locale_policy,
		.run = session_change,
		.summary = "Change the language of one's panel",
		.answer = &session_shape,
	},
	{ 0 },
};
