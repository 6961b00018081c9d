/*
 * What a request may say, declared once: the members of a JSON body or of a query, their
 * types and limits, and where each goes in the handler's input struct. Reading checks it
 * all; a handler never sees a field of the wrong type.
 */
#ifndef WEB_API_POLICY_H
#define WEB_API_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "firmware/base/err.h"
#include "firmware/base/vstr.h"
#include "web/api/json_out.h"
#include "web/api/problem.h"

enum policy_kind {
	POLICY_TEXT,	/* const char *, borrowed; null means not given */
	POLICY_I64,	/* int64_t in min..max */
	POLICY_BOOL,	/* bool; in a query 1, true, 0, false */
	POLICY_TIME,	/* int64_t, UTC ms, from RFC 3339; null: 0 */
	POLICY_NAME,	/* int, by its table of names */
	POLICY_OBJECT,	/* const json_t *, borrowed */
	POLICY_STRINGS, /* const json_t *, an object with string values */
	POLICY_ARRAY,	/* const json_t *, at most max elements */
	POLICY_IDS,	/* const json_t *, an array of positive integers, at most max */
	POLICY_TEXTS,	/* const json_t *, an array of texts, at most max */
	POLICY_SET,	/* int64_t, bits by the table of names, from an array of them */
	POLICY_MONEY,	/* int64_t in min..max, millionths, from a number like 0.045 */
	POLICY_MINUTE,	/* int64_t, minutes after midnight, from "09:00"; "24:00": 1440 */
};

struct policy_field {
	const char *name;
	enum policy_kind kind;
	bool required;
	size_t offset;
	int64_t min, max; /* of a number; max octets of a text (0: POLICY_TEXT_MAX) */
	const struct vstr *names;
	const struct policy *elements; /* of an array or an object, for the document */
};
#define POLICY_TEXT_MAX 1000

/* Rows of a policy's table; most: octets of a text, elements of an array. */
#define POLICY_FIELD(type_, kind_, name_, member_, required_, most_)                     \
	{                                                                                \
		.name = name_, .kind = POLICY_##kind_,                                   \
		.offset = offsetof(type_, member_), .required = required_, .max = most_  \
	}
#define POLICY_NUMBER(type_, name_, member_, min_, max_)                                 \
	{                                                                                \
		.name = name_, .kind = POLICY_I64, .offset = offsetof(type_, member_),   \
		.min = min_, .max = max_                                                 \
	}
#define POLICY_ID(type_, name_, member_)                                                 \
	POLICY_NUMBER(type_, name_, member_, 1, INT64_MAX)
#define POLICY_ENUM(type_, name_, member_, names_)                                       \
	{                                                                                \
		.name = name_, .kind = POLICY_NAME, .offset = offsetof(type_, member_),  \
		.names = names_                                                          \
	}

#define POLICY_BITS(type_, name_, member_, names_)                                       \
	{                                                                                \
		.name = name_, .kind = POLICY_SET, .offset = offsetof(type_, member_),   \
		.names = names_                                                          \
	}
/* 0 to a thousand million of the currency. */
#define POLICY_MONEY_MAX 1000000000000000
#define POLICY_AMOUNT(type_, name_, member_, min_)                                       \
	{                                                                                \
		.name = name_, .kind = POLICY_MONEY, .offset = offsetof(type_, member_), \
		.min = min_, .max = POLICY_MONEY_MAX                                     \
	}

/* An input struct begins with one of these. */
struct policy_given {
	uint64_t fields; /* bit i: field i of the policy was there and not null */
	uint64_t nulls;	 /* bit i: it was there as null */
};

struct policy {
	const char *name;		   /* in the OpenAPI document */
	const struct policy_field *fields; /* ended by a NULL name; at most 64 */
	size_t size;			   /* of the input struct */
};

/* Is field i among those given (null counts not)? */
bool policy_has(const void *input, unsigned field);
/* Was it there as null? */
bool policy_is_null(const void *input, unsigned field);

/* Fills the zeroed input struct. ERR_INPUT: *out says what is wrong. */
enum err policy_read_json(const struct policy *policy, const json_t *object, void *input,
	struct problem *out);

/* One decoded parameter of a query. */
struct policy_pair {
	const char *name, *value; /* NUL-terminated UTF-8, outlive the input struct */
};
enum err policy_read_query(const struct policy *policy, const struct policy_pair *pairs,
	size_t n, void *input, struct problem *out);

/* Its JSON Schema, for the OpenAPI document. */
void policy_schema(struct json_out *j, const char *key, const struct policy *policy);
/* One field's schema members, without braces. */
void policy_field_schema(struct json_out *j, const struct policy_field *field);

#endif
