#include <string.h>

#include "firmware/base/crypto.h"
#include "firmware/base/str.h"
#include "firmware/office/auth.h"
#include "firmware/office/office_internal.h"
#include "firmware/store/setting.h"

#define KEY_PREFIX "chp_"
#define THROTTLE_FREE 5 /* failures that cost nothing: people mistype */
#define THROTTLE_MAX_S 300
#define THROTTLE_FORGET_MS (3600 * 1000LL)

static enum err hash(const char *token, uint8_t out[CRYPTO_HASH_OCTETS])
{
	return crypto_digest(out, CRYPTO_HASH_OCTETS, token, strlen(token), NULL);
}

static bool take_key(void *user, const struct api_key *key)
{
	struct auth_who *who = user;
	int scope = AUTH_NONE;
	if (!vstr_find(auth_scope_names, key->scope, &scope))
		scope = AUTH_NONE;
	*who = (struct auth_who){ .scope = (enum auth_scope)scope };
	who->actor.key_id = key->id;
	/* Names are checked to be shorter when they are taken in. */
	(void)str_copy(who->name, sizeof(who->name), key->name);
	(void)str_format(who->actor.name, sizeof(who->actor.name), "key:%lld %s",
		(long long)key->id, key->name);
	return true;
}

enum err auth_key(struct office *o, const char *key, struct auth_who *out)
{
	uint8_t digest[CRYPTO_HASH_OCTETS];
	enum err err = hash(key, digest);
	if (!err)
		err = api_key_find(o->store, digest, take_key, out);
	return err ? office_fail(o, err, "such key") : ERR_OK;
}

enum err auth_key_used(struct office *o, int64_t key_id)
{
	enum err err = api_key_used(o->store, key_id);
	return err ? office_fail(o, err, "such key") : ERR_OK;
}

enum err auth_key_create(struct office *o, const struct office_actor *actor,
	const char *name, const char *scope, struct auth_new_key *out)
{
	static const struct office_text_rule rule = { "name", 60, false };
	struct api_key row = { .name = name, .scope = scope };
	uint8_t digest[CRYPTO_HASH_OCTETS];
	char token[CRYPTO_TOKEN_SIZE], object[32];
	int known;
	bool own;
	enum err err = office_check_text(o, name, &rule);
	if (!err && !(scope && vstr_find(auth_scope_names, scope, &known)))
		err = office_refuse_field(
			o, "scope", "invalid_scope", "A scope is read, send or admin.");
	if (err)
		return err;
	crypto_token(token);
	(void)str_format(out->key, sizeof(out->key), KEY_PREFIX "%s", token); /* fits */
	err = hash(out->key, digest);
	if (!err)
		err = office_enter(o, &own);
	if (err)
		return err;
	err = api_key_create(o->store, &row, digest, &out->id);
	if (err)
		err = office_fail(o, err, "key");
	(void)str_format(
		object, sizeof(object), "key:%lld", err ? 0LL : (long long)out->id);
	if (!err)
		err = auth_audit(o, actor, "key.create", object, scope);
	return office_leave(o, own, err);
}

enum err auth_key_revoke(struct office *o, const struct office_actor *actor, int64_t id)
{
	char object[32];
	bool own;
	enum err err = office_enter(o, &own);
	if (err)
		return err;
	err = api_key_revoke(o->store, id);
	if (err)
		err = office_fail(o, err, "such key");
	(void)str_format(object, sizeof(object), "key:%lld", (long long)id);
	if (!err)
		err = auth_audit(o, actor, "key.revoke", object, "");
	return office_leave(o, own, err);
}

enum err auth_keys(struct office *o, api_key_fn fn, void *user)
{
	enum err err = api_key_each(o->store, fn, user);
	return err ? office_fail(o, err, "key") : ERR_OK;
}

/* ---- failures of a name: "COUNT LAST_AT" in a setting, so that a restart forgets none.
 * The name is hashed: what people type there by mistake may be their password. */

struct failures {
	char key[48];
	int64_t count, last_at;
};

static enum err read_failures(struct office *o, const char *name, struct failures *f)
{
	uint8_t digest[CRYPTO_HASH_OCTETS];
	char hex[33], value[48];
	*f = (struct failures){ .count = 0 };
	enum err err = hash(name, digest);
	(void)str_to_hex(hex, sizeof(hex), digest, 16); /* fits */
	(void)str_format(f->key, sizeof(f->key), "login.%s", hex);
	if (!err)
		err = setting_get(o->store, f->key, value, sizeof(value));
	if (err == ERR_NOTFOUND)
		return ERR_OK;
	if (err)
		return office_fail(o, err, "setting");
	size_t len = strcspn(value, " ");
	if (value[len] != ' ' || !str_to_i64(value, len, &f->count) ||
		!str_to_i64(value + len + 1, strlen(value + len + 1), &f->last_at))
		f->count = f->last_at = 0;
	if (office_now(o) - f->last_at > THROTTLE_FORGET_MS)
		f->count = 0;
	return ERR_OK;
}

enum err auth_throttle_check(struct office *o, const char *name)
{
	struct failures f;
	enum err err = read_failures(o, name, &f);
	if (err || f.count < THROTTLE_FREE)
		return err;
	int64_t over = f.count - THROTTLE_FREE;
	int64_t wait_s = over < 8 ? 2LL << over : THROTTLE_MAX_S;
	wait_s = wait_s < THROTTLE_MAX_S ? wait_s : THROTTLE_MAX_S;
	int64_t left_ms = f.last_at + wait_s * 1000 - office_now(o);
	if (left_ms <= 0)
		return ERR_OK;
	(void)office_refuse(o, REFUSAL_SLOW_DOWN, "slow_down",
		"Too many wrong passwords. Wait %lld seconds.",
		(long long)(left_ms / 1000 + 1));
	o->why.retry_after_s = (uint32_t)(left_ms / 1000 + 1);
	return ERR_BUSY;
}

enum err auth_throttle_fail(struct office *o, const char *name)
{
	struct failures f;
	char value[48];
	enum err err = read_failures(o, name, &f);
	if (err)
		return err;
	(void)str_format(value, sizeof(value), "%lld %lld", (long long)f.count + 1,
		(long long)office_now(o));
	err = setting_set(o->store, f.key, value);
	return err ? office_fail(o, err, "setting") : ERR_OK;
}

enum err auth_throttle_clear(struct office *o, const char *name)
{
	struct failures f;
	enum err err = read_failures(o, name, &f);
	if (err || f.count == 0)
		return err;
	err = setting_delete(o->store, f.key);
	return err ? office_fail(o, err, "setting") : ERR_OK;
}
