/*
 * chaparctl's commands. Each gets its words, works on the store, and returns what the
 * program exits with. Answers go to stdout, complaints to stderr.
 */
#ifndef OFFICE_CTL_H
#define OFFICE_CTL_H

#include <stdbool.h>
#include <stddef.h>

#include "firmware/base/config.h"
#include "firmware/office/office.h"

enum ctl_exit {
	CTL_OK = 0,
	CTL_FAILED = 1, /* refused, not found, not done */
	CTL_USAGE = 2,	/* the command line is wrong */
	CTL_STORE = 3,	/* the store cannot be used */
	CTL_AWAY = 4,	/* chapar-modemd does not answer */
};

#define CTL_WORDS_MAX 64

struct ctl_option {
	const char *name; /* "--to"; NULL ends the table */
	bool has_value;
};

struct ctl {
	struct config config;
	struct office o;
	struct office_actor actor;
	bool json;
	const struct ctl_option *options; /* of this command */
	const char *values[16];		  /* of each option, NULL: not given */
	const char *words[CTL_WORDS_MAX]; /* the others */
	size_t n_words;
};

/* The value of an option, or NULL; "" for one without value that was given. */
const char *ctl_value(const struct ctl *c, const char *name);
/* Says on stderr why the last call of the office failed; returns CTL_FAILED or CTL_STORE.
 */
int ctl_refused(const struct ctl *c);
/* Tells modemd that there is work, if it runs. */
void ctl_hint(const struct ctl *c);
/* And that plans, routes, SIMs or limits changed. */
void ctl_hint_config(const struct ctl *c);

int ctl_status(struct ctl *c);
int ctl_sims(struct ctl *c);
int ctl_bays(struct ctl *c);
int ctl_board_check(struct ctl *c);
int ctl_messages(struct ctl *c);
int ctl_key_create(struct ctl *c);
int ctl_user_reset(struct ctl *c);
int ctl_send(struct ctl *c);
int ctl_import(struct ctl *c);
int ctl_watch(struct ctl *c);
int ctl_backup(struct ctl *c);
int ctl_ussd(struct ctl *c);
int ctl_plan_list(struct ctl *c);
int ctl_plan_set(struct ctl *c);
int ctl_plan_price(struct ctl *c);
int ctl_plan_delete(struct ctl *c);
int ctl_route_list(struct ctl *c);
int ctl_route_set(struct ctl *c);
int ctl_route_delete(struct ctl *c);
int ctl_sim_set(struct ctl *c);
int ctl_sim_limits(struct ctl *c);
int ctl_quota_list(struct ctl *c);
int ctl_quota_set(struct ctl *c);
int ctl_pdu_decode(struct ctl *c);
int ctl_pdu_encode(struct ctl *c);
int ctl_text_preview(struct ctl *c);

/* A table of left-aligned columns on stdout, as wide as its widest cell; the last column
 * is not padded. */
struct ctl_table {
	size_t n_columns, n_cells, cap;
	char **cells; /* owned, row by row, the heading first */
	bool failed;
};
void ctl_table_init(struct ctl_table *t, const char *const *heading, size_t n);
/* Adds the next cell; rows fill themselves. */
void ctl_table_add(struct ctl_table *t, const char *text);
void ctl_table_print(struct ctl_table *t); /* and frees it */

#endif
