/*
 * Proves: the set-up token works once; passwords, sessions and keys open what they should
 * and nothing after they ended; failed logins are slowed down, also across a restart.
 */
#include "tests/unit/office_fixture.h"

#include "firmware/office/auth.h"
#include "firmware/store/setting.h"

static void set_up(struct fixture *f, char session[AUTH_TOKEN_SIZE])
{
	char token[AUTH_TOKEN_SIZE];
	struct auth_who who;
	FINE(f, auth_setup_token(&f->o, token));
	const struct auth_setup in = { token, "maria", "correct horse", "el", "GR" };
	FINE(f, auth_setup(&f->o, &in, session, &who));
	assert_int_equal(who.scope, AUTH_ADMIN);
	assert_string_equal(who.locale, "el");
}

static void test_setup(void **state)
{
	struct fixture *f = *state;
	char token[AUTH_TOKEN_SIZE], session[AUTH_TOKEN_SIZE];
	struct auth_who who;
	bool needed;
	FINE(f, auth_needs_setup(&f->o, &needed));
	assert_true(needed);
	FINE(f, auth_setup_token(&f->o, token));
	struct auth_setup in = { "wrong", "maria", "correct horse", "el", "GR" };
	REFUSED(f, auth_setup(&f->o, &in, session, &who), "wrong_token");
	in.token = token;
	in.password = "short";
	REFUSED(f, auth_setup(&f->o, &in, session, &who), "weak_password");
	in.password = "correct horse";
	in.country = "XX";
	REFUSED(f, auth_setup(&f->o, &in, session, &who), "invalid_country");
	in.country = "GE";
	FINE(f, auth_setup(&f->o, &in, session, &who));
	REFUSED(f, auth_setup(&f->o, &in, session, &who), "wrong_state");
	REFUSED(f, auth_setup_token(&f->o, token), "wrong_state");
	FINE(f, auth_session(&f->o, session, &who));
	assert_string_equal(who.name, "maria");
	assert_string_equal(who.actor.name, "user:1 maria");
}

static void test_reopened(void **state)
{
	struct fixture *f = *state;
	char token[AUTH_TOKEN_SIZE], session[AUTH_TOKEN_SIZE], lost[AUTH_TOKEN_SIZE];
	struct auth_who who;
	bool is_open;
	set_up(f, lost);
	FINE(f, auth_is_reopened(&f->o, &is_open));
	assert_false(is_open);
	FINE(f, setting_set(f->o.store, "setup.reopen", "button"));
	FINE(f, auth_is_reopened(&f->o, &is_open));
	assert_true(is_open);
	FINE(f, auth_needs_setup(&f->o, &is_open)); /* others log in as ever */
	assert_false(is_open);
	FINE(f, auth_setup_token(&f->o, token));
	struct auth_setup in = { "wrong", "Maria", "another horse", "en", "GR" };
	REFUSED(f, auth_setup(&f->o, &in, session, &who), "wrong_token");
	in.token = token;
	FINE(f, auth_setup(&f->o, &in, session, &who));
	assert_int_equal(who.scope, AUTH_ADMIN);
	assert_int_equal(who.actor.user_id, 1); /* the same user, with a new password */
	assert_int_equal(auth_session(&f->o, lost, &who), ERR_NOTFOUND);
	REFUSED(f, auth_login(&f->o, "maria", "correct horse", session, &who),
		"wrong_login");
	FINE(f, auth_login(&f->o, "maria", "another horse", session, &who));
	/* Once. */
	FINE(f, auth_is_reopened(&f->o, &is_open));
	assert_false(is_open);
	REFUSED(f, auth_setup(&f->o, &in, session, &who), "wrong_state");
	REFUSED(f, auth_setup_token(&f->o, token), "wrong_state");
}

static void test_login(void **state)
{
	struct fixture *f = *state;
	char session[AUTH_TOKEN_SIZE];
	struct auth_who who;
	set_up(f, session);
	REFUSED(f, auth_login(&f->o, "maria", "wrong horse", session, &who),
		"wrong_login");
	REFUSED(f, auth_login(&f->o, "nobody", "wrong horse", session, &who),
		"wrong_login");
	FINE(f, auth_login(&f->o, "Maria", "correct horse", session, &who));
	FINE(f, auth_session(&f->o, session, &who));
	FINE(f, auth_logout(&f->o, session));
	assert_int_equal(auth_session(&f->o, session, &who), ERR_NOTFOUND);
	FINE(f, auth_login(&f->o, "maria", "correct horse", session, &who));
	f->clock.fake_wall_ms += AUTH_SESSION_MS + 1;
	assert_int_equal(auth_session(&f->o, session, &who), ERR_NOTFOUND);
}

static void test_throttle(void **state)
{
	struct fixture *f = *state;
	/* The failures alone: hashing a password takes its time. */
	for (int i = 0; i < 5; i++) {
		FINE(f, auth_throttle_check(&f->o, "maria"));
		FINE(f, auth_throttle_fail(&f->o, "maria"));
	}
	fixture_kill(f);
	REFUSED(f, auth_throttle_check(&f->o, "maria"), "slow_down");
	assert_in_range(f->o.why.retry_after_s, 1, 3);
	FINE(f, auth_throttle_check(&f->o, "anna"));
	f->clock.fake_wall_ms += 3000;
	FINE(f, auth_throttle_check(&f->o, "maria"));
	FINE(f, auth_throttle_fail(&f->o, "maria"));
	REFUSED(f, auth_throttle_check(&f->o, "maria"), "slow_down");
	assert_in_range(f->o.why.retry_after_s, 3, 5);
	FINE(f, auth_throttle_clear(&f->o, "maria"));
	FINE(f, auth_throttle_check(&f->o, "maria"));
}

static void test_keys(void **state)
{
	struct fixture *f = *state;
	struct auth_new_key key;
	struct auth_who who;
	REFUSED(f, auth_key_create(&f->o, &tester, "shop", "root", &key),
		"invalid_scope");
	REFUSED(f, auth_key_create(&f->o, &tester, "", "read", &key), "field_required");
	FINE(f, auth_key_create(&f->o, &tester, "shop", "send", &key));
	FINE(f, auth_key(&f->o, key.key, &who));
	assert_int_equal(who.scope, AUTH_SEND);
	assert_int_equal(who.actor.key_id, key.id);
	assert_int_equal(auth_key(&f->o, "chp_guess", &who), ERR_NOTFOUND);
	FINE(f, auth_key_revoke(&f->o, &tester, key.id));
	assert_int_equal(auth_key(&f->o, key.key, &who), ERR_NOTFOUND);
}

static void test_users(void **state)
{
	struct fixture *f = *state;
	char session[AUTH_TOKEN_SIZE];
	struct auth_who who;
	int64_t id;
	set_up(f, session);
	const struct auth_setup in = { NULL, "anna", "another horse", "he", NULL };
	REFUSED(f, auth_user_create(&f->o, &tester, &in, "boss", &id), "invalid_role");
	FINE(f, auth_user_create(&f->o, &tester, &in, "viewer", &id));
	REFUSED(f, auth_user_create(&f->o, &tester, &in, "viewer", &id), "conflict");
	FINE(f, auth_password_reset(&f->o, &tester, "maria", "a new password"));
	assert_int_equal(auth_session(&f->o, session, &who), ERR_NOTFOUND);
	FINE(f, auth_login(&f->o, "maria", "a new password", session, &who));
	REFUSED(f, auth_password_reset(&f->o, &tester, "nobody", "a new password"),
		"not_found");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_setup),
		TEST(test_reopened),
		TEST(test_login),
		TEST(test_throttle),
		TEST(test_keys),
		TEST(test_users),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
