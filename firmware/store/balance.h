/*
 * What is left on each SIM: how operators are asked, and what they said last.
 */
#ifndef STORE_BALANCE_H
#define STORE_BALANCE_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/store/store.h"

enum {
	BALANCE_CODE_SIZE = 64,
	BALANCE_TEXT_MAX = 800 /* octets of an operator's words, the terminator counted */
};

struct balance_script {
	char operator[48];	      /* as the SIM's; "": any without its own */
	char code[BALANCE_CODE_SIZE]; /* "*123#", with the answers to its menus: "*1#,2"
				       */
	char pattern[160];	      /* words around {amount}: see sms/balance.h */
	int64_t every_hours;
};

/* Adds it, or replaces the operator's. ERR_ARG: too long. */
enum err balance_script_put(struct store *s, const struct balance_script *script);
enum err balance_script_delete(struct store *s, const char *operator);
typedef bool (*balance_script_fn)(void *user, const struct balance_script *script);
enum err balance_script_each(struct store *s, balance_script_fn fn, void *user);

/* What is to be asked of a SIM. ERR_NOTFOUND: nobody says how. */
struct balance_due {
	struct balance_script script;
	int64_t at; /* UTC ms; 0: never asked */
};
enum err balance_due_get(struct store *s, int64_t sim_id, struct balance_due *out);

/* What the operator said now; amount (millionths) NULL: the pattern did not fit, the old
 * one stays with its time, and text is kept for whoever wrote the pattern. */
enum err balance_note(
	struct store *s, int64_t sim_id, const char *text, const int64_t *amount);

#endif
