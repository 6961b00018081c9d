/*
 * Why a request was not done: an RFC 9457 problem document with a stable code.
 */
#ifndef WEB_API_PROBLEM_H
#define WEB_API_PROBLEM_H

#include <stdint.h>

#include "firmware/base/buf.h"
#include "firmware/base/err.h"

struct json_out;
struct refusal;

#define PROBLEM_PARAMS_MAX 3

struct problem {
	int status;
	uint32_t retry_after_s; /* 0: none */
	int64_t line, limit;	/* 0: none */
	int64_t offset;		/* UTF-16 units into the text; -1: none */
	char code[32];
	char field[48]; /* "messages[3].to" has its index in `line` */
	char detail[400];
	struct {
		char name[16], value[80];
	} params[PROBLEM_PARAMS_MAX]; /* for a translated sentence; "" ends */
};

/* Returns ERR_INPUT, to be passed on. */
enum err problem_set(struct problem *p, int status, const char *code, const char *fmt,
	...) __attribute__((format(printf, 4, 5)));
void problem_param(struct problem *p, const char *name, const char *value);
/* What the office side refused, as a problem. */
void problem_from_refusal(struct problem *p, const struct refusal *why);

/* The document. */
void problem_write(const struct problem *p, struct buf *out);
/* {code, detail, field, params}: an error inside an answer. */
void problem_write_member(const struct problem *p, struct json_out *j, const char *key);

#endif
