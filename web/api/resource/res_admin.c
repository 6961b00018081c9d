/*
 * What only an administrator does: API keys, people, the audit.
 */
#include "web/api/resources.h"

#include "firmware/base/str.h"
#include "web/api/api.h"
#include "web/api/page.h"

/* ---- keys ---- */

static const struct shape_field key_fields[] = {
	SHAPE_FIELD(struct api_key, I64, "id", id),
	SHAPE_FIELD(struct api_key, POINTER, "name", name),
	SHAPE_FIELD(struct api_key, POINTER, "scope", scope),
	SHAPE_FIELD(struct api_key, TIME, "created_at", created_at),
	SHAPE_FIELD(struct api_key, TIME, "last_used_at", last_used_at),
	SHAPE_FIELD(struct api_key, TIME, "revoked_at", revoked_at),
	{ 0 },
};
static const struct shape key_shape = { .name = "Key", .fields = key_fields };

struct new_key {
	int64_t id;
	const char *name, *scope, *key;
};
static const struct shape_field new_key_fields[] = {
	SHAPE_FIELD(struct new_key, I64, "id", id),
	SHAPE_FIELD(struct new_key, POINTER, "name", name),
	SHAPE_FIELD(struct new_key, POINTER, "scope", scope),
	SHAPE_FIELD(struct new_key, POINTER, "key", key),
	{ 0 },
};
static const struct shape new_key_shape = { .name = "NewKey", .fields = new_key_fields };

static struct json_out items_begin(struct call *c)
{
	struct json_out j = call_json(c);

	json_out_object(&j, NULL);
	json_out_array(&j, "items");
	return j;
}

static void items_end(struct call *c, struct json_out *j, enum err err)
{
	json_out_array_end(j);
	json_out_object_end(j);
	(void)call_failed(c, err);
}

static bool key_item(void *user, const struct api_key *key)
{
	shape_write(user, NULL, &key_shape, key);
	return true;
}

static void keys_index(struct call *c)
{
	struct json_out j = items_begin(c);

	items_end(c, &j, auth_keys(c->office, key_item, &j));
}

struct key_in {
	struct policy_given given;
	const char *name, *scope;
};
static const struct policy_field key_in_fields[] = {
	POLICY_FIELD(struct key_in, TEXT, "name", name, true, 63),
	POLICY_FIELD(struct key_in, TEXT, "scope", scope, true, 16),
	{ 0 },
};
static const struct policy key_policy = {
	.name = "KeyIn",
	.fields = key_in_fields,
	.size = sizeof(struct key_in),
};

static void keys_post(struct call *c)
{
	const struct key_in *in = (const void *)c->input;
	struct auth_new_key made;

	if (call_failed(c, auth_key_create(
				   c->office, &c->who.actor, in->name, in->scope, &made)))
		return;
	struct new_key key = {
		.id = made.id,
		.name = in->name,
		.scope = in->scope,
		.key = made.key,
	};
	call_answer_shape(c, &new_key_shape, &key);
}

static void key_remove(struct call *c)
{
	if (!call_failed(c, auth_key_revoke(c->office, &c->who.actor, c->params.id)))
		call_no_content(c);
}

/* ---- people ---- */

static const struct shape_field user_fields[] = {
	SHAPE_FIELD(struct user, I64, "id", id),
	SHAPE_FIELD(struct user, POINTER, "name", name),
	SHAPE_FIELD(struct user, POINTER, "role", role),
	SHAPE_FIELD(struct user, POINTER, "locale", locale),
	SHAPE_FIELD(struct user, TIME, "created_at", created_at),
	{ 0 },
};
static const struct shape user_shape = { .name = "User", .fields = user_fields };

static bool user_item(void *user, const struct user *row)
{
	if (row->disabled_at == 0)
		shape_write(user, NULL, &user_shape, row);
	return true;
}

static void users_index(struct call *c)
{
	struct json_out j = items_begin(c);

	items_end(c, &j, auth_users(c->office, user_item, &j));
}

struct user_in {
	struct policy_given given;
	const char *name, *password, *role, *locale;
};
static const struct policy_field user_in_fields[] = {
	POLICY_FIELD(struct user_in, TEXT, "name", name, true, 63),
	POLICY_FIELD(struct user_in, TEXT, "password", password, true, 200),
	POLICY_FIELD(struct user_in, TEXT, "role", role, true, 16),
	POLICY_FIELD(struct user_in, TEXT, "locale", locale, false, 11),
	{ 0 },
};
static const struct policy user_policy = {
	.name = "UserIn",
	.fields = user_in_fields,
	.size = sizeof(struct user_in),
};

static void users_post(struct call *c)
{
	const struct user_in *in = (const void *)c->input;
	struct auth_setup setup = {
		.name = in->name,
		.password = in->password,
		.locale = in->locale ? in->locale : c->who.locale,
	};
	struct user made = {
		.name = in->name,
		.role = in->role,
		.locale = setup.locale,
		.created_at = office_now(c->office),
	};

	if (!call_failed(c, auth_user_create(c->office, &c->who.actor, &setup, in->role,
				    &made.id)))
		call_answer_shape(c, &user_shape, &made);
}

/* ---- audit ---- */

static const struct shape_field audit_fields[] = {
	SHAPE_FIELD(struct audit, I64, "id", id),
	SHAPE_FIELD(struct audit, TIME, "at", at),
	SHAPE_FIELD(struct audit, POINTER, "actor", actor),
	SHAPE_FIELD(struct audit, POINTER, "action", action),
	SHAPE_FIELD(struct audit, POINTER, "object", object),
	SHAPE_FIELD(struct audit, POINTER, "detail", detail),
	{ 0 },
};
static const struct shape audit_shape = { .name = "AuditEntry", .fields = audit_fields };

static bool audit_item(void *user, const struct audit *entry)
{
	struct page *page = user;

	if (!page_item(page, entry->id))
		return false;
	shape_write(&page->j, NULL, &audit_shape, entry);
	return true;
}

static void audit_index(struct call *c)
{
	const struct page_query *in = (const void *)c->query;
	struct page page;

	if (page_begin(&page, c, in))
		page_end(&page, auth_audit_each(c->office, page.before, page.max,
					audit_item, &page));
}

const struct endpoint admin_routes[] = {
	{
		.method = "GET",
		.path = "/api/v1/keys",
		.scope = AUTH_ADMIN,
		.run = keys_index,
		.summary = "API keys, without their secrets",
		.answer = &key_shape,
		.form = ROUTE_ITEMS,
	},
	{
		.method = "POST",
		.path = "/api/v1/keys",
		.scope = AUTH_ADMIN,
		.body = ROUTE_JSON,
		.policy = &key_policy,
		.run = keys_post,
		.status = 201,
		.summary = "A new API key; it is shown this once",
		.answer = &new_key_shape,
	},
	{
		.method = "DELETE",
		.path = "/api/v1/keys/{id}",
		.scope = AUTH_ADMIN,
		.run = key_remove,
		.status = 204,
		.summary = "Revoke an API key, at once",
	},
	{
		.method = "GET",
		.path = "/api/v1/users",
		.scope = AUTH_ADMIN,
		.run = users_index,
		.summary = "People who may sign in",
		.answer = &user_shape,
		.form = ROUTE_ITEMS,
	},
	{
		.method = "POST",
		.path = "/api/v1/users",
		.scope = AUTH_ADMIN,
		.body = ROUTE_JSON,
		.policy = &user_policy,
		.run = users_post,
		.status = 201,
		.summary = "Someone new who may sign in",
		.answer = &user_shape,
	},
	{
		.method = "GET",
		.path = "/api/v1/audit",
		.scope = AUTH_ADMIN,
		.query = &page_policy,
		.run = audit_index,
		.summary = "Who did what, newest first",
		.answer = &audit_shape,
		.form = ROUTE_PAGE,
	},
	{ 0 },
};
