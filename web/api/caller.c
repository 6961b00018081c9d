#include "web/api/caller.h"

#include <arpa/inet.h>
#include <string.h>

#include "firmware/base/str.h"
#include "web/api/api.h"
#include "web/api/limiter.h"

#define COOKIE_NAME "chapar_session"
#define NOTE_EVERY_MS (3600 * 1000)
#define GUEST_RATE 50
#define GUEST_BURST 200

/* "name:8080", "192.0.2.1:80", "[2001:db8::1]:80" without the port. */
static bool host_name(const char *host, char *dst, size_t size)
{
	size_t len;

	if (host[0] == '[') {
		host++;
		len = strcspn(host, "]");
		return host[len] == ']' && str_copy_n(dst, size, host, len);
	}
	len = strcspn(host, ":");
	while (len > 0 && host[len - 1] == '.')
		len--; /* a fully qualified name may end in a dot */
	return str_copy_n(dst, size, host, len);
}

static bool is_address(const char *name)
{
	unsigned char address[16];

	return inet_pton(AF_INET, name, address) == 1 ||
	       inet_pton(AF_INET6, name, address) == 1;
}

bool caller_host_is_ours(const struct call *c)
{
	char name[128];
	char local[80];

	if (!c->headers.host)
		return true;
	if (!host_name(c->headers.host, name, sizeof(name)))
		return false;
	(void)str_format(local, sizeof(local), "%s.local", c->api->hostname);
	return is_address(name) || str_eq_nocase(name, "localhost") ||
	       str_eq_nocase(name, c->api->hostname) || str_eq_nocase(name, local) ||
	       str_eq_nocase(name, "chapar.local") || str_eq_nocase(name, "chapar");
}

static bool cookie_get(const char *cookies, const char *name, char *dst, size_t size)
{
	size_t name_len = strlen(name);

	for (const char *p = cookies; p && *p != '\0';) {
		p += strspn(p, " ;");
		size_t len = strcspn(p, ";");
		if (len > name_len && strncmp(p, name, name_len) == 0 &&
			p[name_len] == '=')
			return str_copy_n(
				dst, size, p + name_len + 1, len - name_len - 1);
		p += len;
	}
	return false;
}

static uint64_t now_ms(const struct call *c)
{
	return clock_mono_ms(c->api->options.clock);
}

static void slow_down(struct call *c, uint64_t wait_ms)
{
	struct problem p;
	char seconds[16];

	(void)problem_set(&p, 429, "slow_down", "Too many requests. Try again in %llu s.",
		(unsigned long long)(wait_ms + 999) / 1000);
	p.retry_after_s = (uint32_t)((wait_ms + 999) / 1000);
	(void)str_format(seconds, sizeof(seconds), "%u", p.retry_after_s);
	problem_param(&p, "seconds", seconds);
	call_problem(c, &p);
}

static void take_rate(struct call *c, enum limiter_kind kind, const char *who,
	const struct limiter_rate *rate)
{
	uint64_t wait = limiter_take(c->api->limiter, kind, who, rate, now_ms(c));

	if (wait > 0)
		slow_down(c, wait);
}

/* True, and answered, while the address has to wait for its failures of that kind. */
static bool must_wait(struct call *c, enum limiter_kind kind)
{
	uint64_t wait = limiter_wait(c->api->limiter, kind, c->address, now_ms(c));

	if (wait > 0)
		slow_down(c, wait);
	return wait > 0;
}

bool caller_login_must_wait(struct call *c)
{
	return must_wait(c, LIMITER_LOGIN);
}

void caller_login_failed(struct call *c)
{
	limiter_fail(c->api->limiter, LIMITER_LOGIN, c->address, now_ms(c));
}

void caller_login_worked(struct call *c)
{
	limiter_forgive(c->api->limiter, LIMITER_LOGIN, c->address);
}

/* Reads the key or the cookie, if there is one. A wrong one is nobody. */
static void identify(struct call *c)
{
	const char *bearer = c->headers.authorization;
	enum err err = ERR_NOTFOUND;

	if (bearer && strncasecmp(bearer, "Bearer ", 7) == 0) {
		err = auth_key(c->office, bearer + 7 + strspn(bearer + 7, " "), &c->who);
		/* Only who is wrong waits: others may call from the same address. */
		if (err == ERR_NOTFOUND && !must_wait(c, LIMITER_WRONG_KEY))
			limiter_fail(c->api->limiter, LIMITER_WRONG_KEY, c->address,
				now_ms(c));
	} else if (!bearer && c->headers.cookie &&
		   cookie_get(c->headers.cookie, COOKIE_NAME, c->session,
			   sizeof(c->session))) {
		err = auth_session(c->office, c->session, &c->who);
	}
	if (err && !call_is_answered(c)) {
		c->who = (struct auth_who){ .scope = AUTH_NONE };
		if (err != ERR_NOTFOUND && err != ERR_INPUT)
			(void)call_failed(c, err);
	}
}

static bool is_safe_method(const char *method)
{
	return str_eq(method, "GET") || str_eq(method, "HEAD");
}

static void check_scope(struct call *c)
{
	const struct endpoint *r = c->route;

	if (r->scope == AUTH_NONE || (r->flags & ROUTE_LOOPBACK && c->is_loopback))
		return;
	if (c->who.scope == AUTH_NONE) {
		call_refuse(c, 401, "unauthorized",
			"Sign in, or send an API key as `Authorization: Bearer KEY`.");
		return;
	}
	if (c->who.scope < r->scope) {
		call_refuse(c, 403, "forbidden", "This needs the scope \"%s\".",
			vstr_name(auth_scope_names, (int)r->scope));
		return;
	}
	if (r->flags & ROUTE_PERSON && c->who.actor.user_id == 0)
		call_refuse(c, 403, "forbidden",
			"This is for people who signed in, not for API keys.");
}

static void check_rate(struct call *c)
{
	char who[64];
	const struct office_actor *a = &c->who.actor;
	uint32_t per_s =
		c->api->options.key_rate > 0 ? c->api->options.key_rate : API_KEY_RATE;

	if (c->who.scope == AUTH_NONE) {
		if (c->route->path[1] != '*' && !c->is_loopback)
			take_rate(c, LIMITER_GUEST, c->address,
				&(struct limiter_rate){ GUEST_RATE, GUEST_BURST });
		return;
	}
	(void)str_format(who, sizeof(who), "%lld/%lld", (long long)a->key_id,
		(long long)a->user_id);
	take_rate(c, LIMITER_KEY, who, &(struct limiter_rate){ per_s, 2 * per_s });
}

/* That a key is in use is written rarely: every write takes its turn among the others. */
static void note_use(struct call *c)
{
	char who[32];

	if (c->who.actor.key_id == 0)
		return;
	(void)str_format(who, sizeof(who), "%lld", (long long)c->who.actor.key_id);
	if (limiter_once(c->api->limiter, LIMITER_NOTED, who, NOTE_EVERY_MS, now_ms(c)))
		(void)auth_key_used(c->office, c->who.actor.key_id); /* or next time */
}

void caller_check(struct call *c)
{
	identify(c);
	if (call_is_answered(c))
		return;
	/* A page of another site can make a browser send the cookie, yet not this header.
	 */
	if (c->who.actor.user_id > 0 && !is_safe_method(c->method) &&
		!(c->headers.panel && str_eq(c->headers.panel, "1"))) {
		call_refuse(c, 403, "forbidden",
			"With a session cookie the header `X-Chapar-Panel: 1` is "
			"needed.");
		return;
	}
	check_rate(c);
	if (!call_is_answered(c))
		check_scope(c);
	if (!call_is_answered(c))
		note_use(c);
}
