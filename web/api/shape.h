/*
 * What an answer looks like, said once: a table from the members of a C struct to the
 * members of a JSON object. The same table writes the answers and documents them.
 */
#ifndef WEB_API_SHAPE_H
#define WEB_API_SHAPE_H

#include <stddef.h>

#include "firmware/base/vstr.h"
#include "web/api/json_out.h"

enum shape_kind {
	SHAPE_I64,
	SHAPE_ID, /* int64_t, null for 0 */
	SHAPE_I32,
	SHAPE_I32_OR_NULL, /* null below 0 */
	SHAPE_I64_OR_NULL, /* null below 0 */
	SHAPE_U32,
	SHAPE_U16,
	SHAPE_DOUBLE, /* one decimal */
	SHAPE_BOOL,
	SHAPE_TEXT,	       /* char[] */
	SHAPE_TEXT_OR_NULL,    /* char[], null for "" */
	SHAPE_POINTER,	       /* const char *, "" for NULL */
	SHAPE_POINTER_OR_NULL, /* const char *, null for NULL and "" */
	SHAPE_TIME,	       /* int64_t UTC ms, null for 0 */
	SHAPE_NAME,	       /* an enum (int), by its table of names */
	SHAPE_NAME_U16,	       /* the same held in a uint16_t */
	SHAPE_JSON,	       /* const char *, JSON text; {} for NULL */
	SHAPE_MONEY,	       /* int64_t, millionths: 0.045 */
	SHAPE_MINUTE,	       /* int, minutes after midnight: "09:00"; null below 0 */
	SHAPE_SET,	       /* unsigned, bits by its table of names: an array */
	SHAPE_SET_U16,	       /* the same held in a uint16_t */
	SHAPE_WORDS,	       /* char[], "GR,CY": an array of texts */
	SHAPE_OBJECT,	       /* a struct inside, by its own shape */
	SHAPE_CUSTOM,	       /* by a function; `type` says what it writes */
};

struct shape;
/* Writes the member `key` of object. */
typedef void (*shape_fn)(struct json_out *j, const char *key, const void *object);

struct shape_field {
	const char *name;
	enum shape_kind kind;
	size_t offset;
	const struct vstr *names;
	const struct shape *shape;
	shape_fn fn;
	const char *type; /* SHAPE_CUSTOM: "integer", "string?", "object", "array" … */
};

/* Rows of a shape's table. */
#define SHAPE_FIELD(type_, kind_, name_, member_)                                        \
	{                                                                                \
		.name = name_, .kind = SHAPE_##kind_, .offset = offsetof(type_, member_) \
	}
#define SHAPE_ENUM(type_, name_, member_, names_)                                        \
	{                                                                                \
		.name = name_, .kind = SHAPE_NAME, .offset = offsetof(type_, member_),   \
		.names = names_                                                          \
	}
#define SHAPE_BITS(type_, kind_, name_, member_, names_)                                 \
	{                                                                                \
		.name = name_, .kind = SHAPE_##kind_,                                    \
		.offset = offsetof(type_, member_), .names = names_                      \
	}
#define SHAPE_INSIDE(type_, name_, member_, shape_)                                      \
	{                                                                                \
		.name = name_, .kind = SHAPE_OBJECT, .offset = offsetof(type_, member_), \
		.shape = shape_                                                          \
	}
#define SHAPE_BY(name_, json_type_, fn_)                                                 \
	{                                                                                \
		.name = name_, .kind = SHAPE_CUSTOM, .type = json_type_, .fn = fn_       \
	}
/* An array of objects of that shape. */
#define SHAPE_LIST(name_, shape_, fn_)                                                   \
	{                                                                                \
		.name = name_, .kind = SHAPE_CUSTOM, .type = "array", .shape = shape_,   \
		.fn = fn_                                                                \
	}

struct shape {
	const char *name;		  /* in the OpenAPI document: "Message" */
	const struct shape_field *fields; /* ended by a NULL name */
	const struct shape *also;	  /* its fields too, of the same struct */
};

/* The members of object, without the braces. */
void shape_write_members(
	struct json_out *j, const struct shape *shape, const void *object);
void shape_write(struct json_out *j, const char *key, const struct shape *shape,
	const void *object);
/* Its JSON Schema (2020-12). */
void shape_schema(struct json_out *j, const char *key, const struct shape *shape);

#endif
