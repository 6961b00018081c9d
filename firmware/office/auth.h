/*
 * Who may come in: set-up token, users and sessions, API keys; and the audit.
 */
#ifndef OFFICE_AUTH_H
#define OFFICE_AUTH_H

#include "firmware/office/office.h"
#include "firmware/store/audit.h"
#include "firmware/store/user.h"

#define AUTH_TOKEN_SIZE 64 /* any token as text, with its NUL */
#define AUTH_PASSWORD_MIN 10
#define AUTH_SESSION_MS (30LL * 24 * 3600 * 1000) /* from the last use */

enum auth_scope { /* each includes those before it */
	AUTH_NONE,
	AUTH_READ, /* viewer */
	AUTH_SEND, /* operator */
	AUTH_ADMIN,
};
extern const struct vstr auth_scope_names[]; /* "read", "send", "admin" */
extern const struct vstr auth_role_names[];  /* "viewer", "operator", "admin" */

struct auth_who {
	enum auth_scope scope;
	struct office_actor actor;
	char name[64], role[16], locale[12]; /* role: of a user, "" for a key */
};

/* True while no user exists: the panel shows the set-up. */
enum err auth_needs_setup(struct office *o, bool *out);
/* True while somebody at the box asks for the set-up to be opened again (its button):
 * users are there, and one more admin, or a new password of one, comes by the link. */
enum err auth_is_reopened(struct office *o, bool *out);
/* Makes the one-time token anew (the earlier one is void). wrong_state: set up already.
 */
enum err auth_setup_token(struct office *o, char token[AUTH_TOKEN_SIZE]);
struct auth_setup {
	const char *token, *name, *password, *locale, *country;
};
/* The first admin and his session. Refusals: wrong_token, wrong_state, weak_password,
 * invalid_country, field_required. Takes 100 ms or more (argon2id). */
enum err auth_setup(struct office *o, const struct auth_setup *in,
	char session[AUTH_TOKEN_SIZE], struct auth_who *out);

/* wrong_login; slow_down after repeated failures for that name (retry_after_s, doubling
 * to 5 minutes, kept in the store, so it outlives a restart). */
enum err auth_login(struct office *o, const char *name, const char *password,
	char session[AUTH_TOKEN_SIZE], struct auth_who *out);
/* ERR_NOTFOUND: not or no longer valid. Reads only. */
enum err auth_session(struct office *o, const char *session, struct auth_who *out);
/* Moves its end on; once a day is enough, every call writes to flash. */
enum err auth_session_extend(struct office *o, const char *session);
enum err auth_logout(struct office *o, const char *session);
enum err auth_set_locale(struct office *o, int64_t user_id, const char *locale);

/* ERR_NOTFOUND: not or no longer valid. Reads only. */
enum err auth_key(struct office *o, const char *key, struct auth_who *out);
/* Notes the use; the store writes it at most once an hour. */
enum err auth_key_used(struct office *o, int64_t key_id);
struct auth_new_key {
	int64_t id;
	char key[AUTH_TOKEN_SIZE];
};
/* key: shown this once. Refusals: field_required, invalid_scope. */
enum err auth_key_create(struct office *o, const struct office_actor *actor,
	const char *name, const char *scope, struct auth_new_key *out);
enum err auth_key_revoke(struct office *o, const struct office_actor *actor, int64_t id);
enum err auth_keys(struct office *o, api_key_fn fn, void *user);

enum err auth_user_create(struct office *o, const struct office_actor *actor,
	const struct auth_setup *in, const char *role, int64_t *out_id);
enum err auth_users(struct office *o, user_fn fn, void *user);
/* Ends all sessions of the user. not_found. */
enum err auth_password_reset(struct office *o, const struct office_actor *actor,
	const char *name, const char *password);

/* Failed logins of a name: slow_down while its delay runs; one more; forgotten. */
enum err auth_throttle_check(struct office *o, const char *name);
enum err auth_throttle_fail(struct office *o, const char *name);
enum err auth_throttle_clear(struct office *o, const char *name);

enum err auth_audit(struct office *o, const struct office_actor *actor,
	const char *action, const char *object, const char *detail);
enum err auth_audit_each(
	struct office *o, int64_t before, size_t max, audit_fn fn, void *user);

#endif
