#include "web/api/target.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"

/* Decodes s in place. False: a broken escape, a control character or bad UTF-8. */
static bool decode(char *s, bool plus_is_space)
{
	char *to = s;
	uint8_t octet;
	size_t n;

	for (const char *from = s; *from != '\0'; from++) {
		char c = *from;
		if (c == '%') {
			if (from[1] == '\0' || !str_from_hex(from + 1, 2, &octet, 1, &n))
				return false;
			c = (char)octet;
			from += 2;
		} else if (c == '+' && plus_is_space) {
			c = ' ';
		}
		if ((unsigned char)c < 0x20 && !plus_is_space)
			return false;
		if (c == '\0')
			return false;
		*to++ = c;
	}
	*to = '\0';
	return str_is_utf8(s, (size_t)(to - s), NULL);
}

static bool is_plain_segment(const char *s)
{
	return s[0] != '\0' && !str_eq(s, ".") && !str_eq(s, "..") && !strchr(s, '/') &&
	       !strchr(s, '\\');
}

static enum err parse_path(char *path, struct target *t, struct problem *why)
{
	char *next = path + 1;

	if (path[1] == '\0')
		return ERR_OK;
	while (next) {
		char *segment = next;
		char *slash = strchr(segment, '/');
		next = slash ? slash + 1 : NULL;
		if (slash)
			*slash = '\0';
		if (t->n_segments == TARGET_SEGMENTS_MAX || !decode(segment, false) ||
			!is_plain_segment(segment))
			return problem_set(why, 404, "not_found",
				"There is nothing at this address.");
		t->segments[t->n_segments++] = segment;
	}
	return ERR_OK;
}

static enum err parse_query(char *query, struct target *t, struct problem *why)
{
	while (query && query[0] != '\0') {
		char *pair = query;
		char *amp = strchr(pair, '&');
		query = amp ? amp + 1 : NULL;
		if (amp)
			*amp = '\0';
		char *equals = strchr(pair, '=');
		char *value = equals ? equals + 1 : pair + strlen(pair);
		if (equals)
			*equals = '\0';
		if (pair[0] == '\0' && value[0] == '\0')
			continue;
		if (t->n_pairs == TARGET_PAIRS_MAX)
			return problem_set(why, 400, "too_many",
				"An address may hold %d parameters at most.",
				TARGET_PAIRS_MAX);
		if (!decode(pair, true) || !decode(value, true))
			return problem_set(why, 400, "invalid_utf8",
				"The address holds characters that are not UTF-8, or a "
				"broken %% escape.");
		t->pairs[t->n_pairs++] =
			(struct policy_pair){ .name = pair, .value = value };
	}
	return ERR_OK;
}

enum err target_parse(const char *raw, struct target *out, struct problem *why)
{
	struct target t = { 0 };
	size_t len = strlen(raw);

	if (raw[0] != '/')
		return problem_set(
			why, 400, "bad_request", "The address must begin with a slash.");
	if (len > TARGET_OCTETS_MAX)
		return problem_set(why, 414, "too_large",
			"The address may have %d bytes at most.", TARGET_OCTETS_MAX);
	t.memory = strdup(raw);
	if (!t.memory)
		return problem_set(why, 503, "busy", "Out of memory; try again.");
	char *query = strchr(t.memory, '?');
	if (query)
		*query++ = '\0';
	enum err err = parse_path(t.memory, &t, why);
	if (err == ERR_OK)
		err = parse_query(query, &t, why);
	if (err) {
		target_fini(&t);
		return err;
	}
	*out = t;
	return ERR_OK;
}

void target_fini(struct target *t)
{
	free(t->memory);
	*t = (struct target){ 0 };
}
