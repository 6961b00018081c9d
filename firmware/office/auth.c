#include "firmware/office/auth.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/crypto.h"
#include "firmware/base/str.h"
#include "firmware/office/office_internal.h"
#include "firmware/office/phone_number.h"
#include "firmware/store/setting.h"

#define SETUP_KEY "setup.token" /* hex of the hash of the one-time token */
/* Set by the radio side, which has the button; any value. */
#define REOPEN_KEY "setup.reopen"
#define PASSWORD_MAX 200

const struct vstr auth_scope_names[] = {
	{ AUTH_READ, "read" },
	{ AUTH_SEND, "send" },
	{ AUTH_ADMIN, "admin" },
	{ 0, NULL },
};

const struct vstr auth_role_names[] = {
	{ AUTH_READ, "viewer" },
	{ AUTH_SEND, "operator" },
	{ AUTH_ADMIN, "admin" },
	{ 0, NULL },
};

static enum err hash(const char *token, uint8_t out[CRYPTO_HASH_OCTETS])
{
	return crypto_digest(out, CRYPTO_HASH_OCTETS, token, strlen(token), NULL);
}

enum err auth_audit(struct office *o, const struct office_actor *actor,
	const char *action, const char *object, const char *detail)
{
	struct audit entry = {
		.actor = actor->name, .action = action, .object = object, .detail = detail
	};
	enum err err = audit_add(o->store, &entry);
	return err ? office_fail(o, err, "audit") : ERR_OK;
}

enum err auth_audit_each(
	struct office *o, int64_t before, size_t max, audit_fn fn, void *user)
{
	enum err err = audit_each(o->store, before, max, fn, user);
	return err ? office_fail(o, err, "audit") : ERR_OK;
}

/* ---- set-up ---- */

enum err auth_needs_setup(struct office *o, bool *out)
{
	int64_t users;
	enum err err = user_count(o->store, &users);
	if (err)
		return office_fail(o, err, "user");
	*out = users == 0;
	return ERR_OK;
}

enum err auth_is_reopened(struct office *o, bool *out)
{
	char by[16];
	enum err err = setting_get(o->store, REOPEN_KEY, by, sizeof(by));
	if (err && err != ERR_NOTFOUND)
		return office_fail(o, err, "setting");
	*out = !err;
	return ERR_OK;
}

static enum err check_open(struct office *o)
{
	bool needed = false, reopened = false;
	enum err err = auth_needs_setup(o, &needed);
	if (!err)
		err = auth_is_reopened(o, &reopened);
	if (!err && !needed && !reopened)
		err = office_refuse(o, REFUSAL_CONFLICT, "wrong_state",
			"The box is set up already. Log in instead.");
	return err;
}

static void to_hex(
	const uint8_t digest[CRYPTO_HASH_OCTETS], char dst[2 * CRYPTO_HASH_OCTETS + 1])
{
	(void)str_to_hex(dst, 2 * CRYPTO_HASH_OCTETS + 1, digest, CRYPTO_HASH_OCTETS);
}

enum err auth_setup_token(struct office *o, char token[AUTH_TOKEN_SIZE])
{
	uint8_t digest[CRYPTO_HASH_OCTETS];
	char hex[2 * CRYPTO_HASH_OCTETS + 1];
	enum err err = check_open(o);
	if (err)
		return err;
	crypto_token(token);
	err = hash(token, digest);
	to_hex(digest, hex);
	if (!err)
		err = setting_set(o->store, SETUP_KEY, hex);
	return err ? office_fail(o, err, "setting") : ERR_OK;
}

static enum err check_token(struct office *o, const char *token)
{
	uint8_t digest[CRYPTO_HASH_OCTETS];
	char hex[2 * CRYPTO_HASH_OCTETS + 1], kept[2 * CRYPTO_HASH_OCTETS + 1];
	enum err err = hash(token ? token : "", digest);
	to_hex(digest, hex);
	if (!err)
		err = setting_get(o->store, SETUP_KEY, kept, sizeof(kept));
	if (err == ERR_NOTFOUND || (!err && !crypto_equal(hex, kept, sizeof(kept)))) {
		(void)office_refuse(o, REFUSAL_FORBIDDEN, "wrong_token",
			"This set-up link is not valid (any more). The box prints a new "
			"one when it starts.");
		return ERR_INPUT;
	}
	return err ? office_fail(o, err, "setting") : ERR_OK;
}

static enum err check_password(struct office *o, const char *password)
{
	size_t len = password ? strlen(password) : 0;
	if (len >= AUTH_PASSWORD_MIN && len <= PASSWORD_MAX &&
		str_is_utf8(password, len, NULL))
		return ERR_OK;
	(void)office_refuse_field(o, "password", "weak_password",
		"A password has at least %d characters.", AUTH_PASSWORD_MIN);
	o->why.limit = AUTH_PASSWORD_MIN;
	return ERR_INPUT;
}

static enum err hash_password(
	struct office *o, const char *password, char dst[CRYPTO_PASSWORD_SIZE])
{
	if (!crypto_password_hash(password, dst))
		return ERR_OK;
	(void)office_refuse(o, REFUSAL_BUSY, "store_busy",
		"The box is too busy to check a password. Try again in a moment.");
	o->why.retry_after_s = 2;
	return ERR_BUSY;
}

static enum err check_user(struct office *o, const struct auth_setup *in)
{
	static const struct office_text_rule name = { "name", 60, false };
	static const struct office_text_rule locale = { "locale", 11, true };
	enum err err = office_check_text(o, in->name, &name);
	if (!err)
		err = office_check_text(o, in->locale, &locale);
	if (!err)
		err = check_password(o, in->password);
	if (!err && in->country && *in->country && !phone_country_is_known(in->country))
		err = office_refuse_field(o, "country", "invalid_country",
			"A country is two capital letters, such as GR.");
	return err;
}

static enum err create_user(struct office *o, const struct auth_setup *in,
	const char *password_hash, const char *role, int64_t *out_id)
{
	struct user row = { .name = in->name,
		.password_hash = password_hash,
		.role = role,
		.locale = in->locale && *in->locale ? in->locale : "en" };
	enum err err = user_create(o->store, &row, out_id);
	if (err == ERR_BUSY)
		return office_refuse(o, REFUSAL_CONFLICT, "conflict",
			"There is a user of this name already.");
	return err ? office_fail(o, err, "user") : ERR_OK;
}

static bool take_user(void *user, const struct user *row)
{
	struct auth_who *who = user;
	int scope = AUTH_NONE;
	if (!vstr_find(auth_role_names, row->role, &scope))
		scope = AUTH_NONE;
	*who = (struct auth_who){ .scope = (enum auth_scope)scope };
	who->actor.user_id = row->id;
	/* Names are checked to be shorter when they are taken in. */
	(void)str_copy(who->name, sizeof(who->name), row->name);
	(void)str_copy(who->role, sizeof(who->role), row->role);
	(void)str_copy(who->locale, sizeof(who->locale), row->locale);
	(void)str_format(who->actor.name, sizeof(who->actor.name), "user:%lld %s",
		(long long)row->id, row->name);
	return true;
}

static enum err open_session(struct office *o, int64_t user_id,
	char session[AUTH_TOKEN_SIZE], struct auth_who *out)
{
	uint8_t digest[CRYPTO_HASH_OCTETS];
	crypto_token(session);
	enum err err = hash(session, digest);
	if (!err)
		err = session_create(
			o->store, digest, user_id, office_now(o) + AUTH_SESSION_MS);
	if (!err)
		err = user_get(o->store, user_id, take_user, out);
	return err ? office_fail(o, err, "user") : ERR_OK;
}

static bool take_id(void *user, const struct user *row)
{
	*(int64_t *)user = row->id;
	return true;
}

/* Where the set-up was opened again the name may be there: it gets the new password and
 * the role back. */
static enum err create_or_renew(struct office *o, const struct auth_setup *in,
	const char *password_hash, int64_t *out_id)
{
	enum err err = user_find(o->store, in->name, take_id, out_id);
	if (err == ERR_NOTFOUND)
		return create_user(o, in, password_hash, "admin", out_id);
	const struct user row = {
		.id = *out_id, .password_hash = password_hash, .role = "admin"
	};
	if (!err)
		err = user_update(o->store, &row);
	return err ? office_fail(o, err, "user") : ERR_OK;
}

static enum err set_up(struct office *o, const struct auth_setup *in,
	const char *password_hash, int64_t *out_id)
{
	struct office_actor actor = { .name = "set-up" };
	char object[32];
	enum err err = check_open(o); /* again, now that nobody else can write */
	if (!err)
		err = create_or_renew(o, in, password_hash, out_id);
	if (err)
		return err;
	err = setting_delete(o->store, SETUP_KEY);
	if (!err)
		err = setting_delete(o->store, REOPEN_KEY);
	if (!err && in->country && *in->country)
		err = setting_set(o->store, "country", in->country);
	if (!err && in->locale && *in->locale)
		err = setting_set(o->store, "locale", in->locale);
	if (err)
		return office_fail(o, err, "setting");
	(void)str_format(
		object, sizeof(object), "user:%lld", (long long)*out_id); /* fits */
	return auth_audit(o, &actor, "setup", object, in->name);
}

enum err auth_setup(struct office *o, const struct auth_setup *in,
	char session[AUTH_TOKEN_SIZE], struct auth_who *out)
{
	char password_hash[CRYPTO_PASSWORD_SIZE];
	int64_t id = 0;
	bool own;
	enum err err = check_open(o);
	if (!err)
		err = check_token(o, in->token);
	if (!err)
		err = check_user(o, in);
	if (!err)
		err = hash_password(o, in->password, password_hash);
	if (!err)
		err = office_enter(o, &own);
	if (err)
		return err;
	err = set_up(o, in, password_hash, &id);
	if (!err)
		err = open_session(o, id, session, out);
	return office_leave(o, own, err);
}

/* ---- sessions ---- */

struct login {
	struct auth_who *who;
	char password_hash[CRYPTO_PASSWORD_SIZE];
	bool is_disabled;
};

static bool take_login(void *user, const struct user *row)
{
	struct login *l = user;
	(void)take_user(l->who, row);
	l->is_disabled = row->disabled_at != 0;
	return str_copy(l->password_hash, sizeof(l->password_hash), row->password_hash);
}

/* A name that does not exist takes as long as one that does. */
static bool is_right(const struct login *l, bool found, const char *password)
{
	static const char dummy[] =
		"$argon2id$v=19$m=32768,t=3,p=1$MDEyMzQ1Njc4OWFiY2RlZg$"
		"c29tZXRoaW5nIHRoYXQgbmV2ZXIgbWF0Y2hlcyBhdCA";
	bool matches = crypto_password_verify(password, found ? l->password_hash : dummy);
	return found && matches && !l->is_disabled;
}

enum err auth_login(struct office *o, const char *name, const char *password,
	char session[AUTH_TOKEN_SIZE], struct auth_who *out)
{
	struct login l = { .who = out };
	enum err err = auth_throttle_check(o, name);
	if (err)
		return err;
	err = user_find(o->store, name, take_login, &l);
	if (err && err != ERR_NOTFOUND)
		return office_fail(o, err, "user");
	if (strlen(password) > PASSWORD_MAX || !is_right(&l, !err, password)) {
		err = auth_throttle_fail(o, name);
		if (err)
			return err;
		(void)office_refuse(o, REFUSAL_LOGIN, "wrong_login",
			"The name or the password is wrong.");
		return ERR_INPUT;
	}
	err = auth_throttle_clear(o, name);
	return err ? err : open_session(o, out->actor.user_id, session, out);
}

enum err auth_session(struct office *o, const char *session, struct auth_who *out)
{
	uint8_t digest[CRYPTO_HASH_OCTETS];
	enum err err = hash(session, digest);
	if (!err)
		err = session_find(o->store, digest, take_user, out);
	return err ? office_fail(o, err, "session") : ERR_OK;
}

enum err auth_session_extend(struct office *o, const char *session)
{
	uint8_t digest[CRYPTO_HASH_OCTETS];
	enum err err = hash(session, digest);
	if (!err)
		err = session_extend(o->store, digest, office_now(o) + AUTH_SESSION_MS);
	return err ? office_fail(o, err, "session") : ERR_OK;
}

enum err auth_logout(struct office *o, const char *session)
{
	uint8_t digest[CRYPTO_HASH_OCTETS];
	enum err err = hash(session, digest);
	if (!err)
		err = session_delete(o->store, digest);
	return err && err != ERR_NOTFOUND ? office_fail(o, err, "session") : ERR_OK;
}

enum err auth_set_locale(struct office *o, int64_t user_id, const char *locale)
{
	static const struct office_text_rule rule = { "locale", 11, false };
	struct user row = { .id = user_id, .locale = locale };
	enum err err = office_check_text(o, locale, &rule);
	if (err)
		return err;
	err = user_update(o->store, &row);
	return err ? office_fail(o, err, "such user") : ERR_OK;
}

/* ---- users ---- */

enum err auth_user_create(struct office *o, const struct office_actor *actor,
	const struct auth_setup *in, const char *role, int64_t *out_id)
{
	char password_hash[CRYPTO_PASSWORD_SIZE], object[32];
	int scope;
	bool own;
	enum err err = check_user(o, in);
	if (!err && !(role && vstr_find(auth_role_names, role, &scope)))
		err = office_refuse_field(o, "role", "invalid_role",
			"A role is viewer, operator or admin.");
	if (!err)
		err = hash_password(o, in->password, password_hash);
	if (!err)
		err = office_enter(o, &own);
	if (err)
		return err;
	err = create_user(o, in, password_hash, role, out_id);
	(void)str_format(
		object, sizeof(object), "user:%lld", err ? 0LL : (long long)*out_id);
	if (!err)
		err = auth_audit(o, actor, "user.create", object, in->name);
	return office_leave(o, own, err);
}

enum err auth_users(struct office *o, user_fn fn, void *user)
{
	enum err err = user_each(o->store, fn, user);
	return err ? office_fail(o, err, "user") : ERR_OK;
}

enum err auth_password_reset(struct office *o, const struct office_actor *actor,
	const char *name, const char *password)
{
	char password_hash[CRYPTO_PASSWORD_SIZE], object[32];
	struct auth_who who = { .scope = AUTH_NONE };
	bool own;
	enum err err = check_password(o, password);
	if (!err)
		err = user_find(o->store, name, take_user, &who);
	if (err == ERR_NOTFOUND)
		return office_refuse(o, REFUSAL_NOT_FOUND, "not_found",
			"There is no user “%s”.", name);
	if (!err)
		err = hash_password(o, password, password_hash);
	if (!err)
		err = office_enter(o, &own);
	if (err)
		return err;
	struct user row = { .id = who.actor.user_id, .password_hash = password_hash };
	err = user_update(o->store, &row);
	if (err)
		err = office_fail(o, err, "such user");
	(void)str_format(
		object, sizeof(object), "user:%lld", (long long)who.actor.user_id);
	if (!err)
		err = auth_throttle_clear(o, name);
	if (!err)
		err = auth_audit(o, actor, "user.password", object, "");
	return office_leave(o, own, err);
}
