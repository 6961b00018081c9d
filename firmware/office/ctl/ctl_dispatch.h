/*
 * What chaparctl's commands about plans, routes, SIMs and limits share.
 */
#ifndef OFFICE_CTL_DISPATCH_H
#define OFFICE_CTL_DISPATCH_H

#include <stdint.h>

#include <jansson.h>

#include "firmware/office/ctl/ctl.h"

/* "0.05" as millionths; false: it is no amount. */
bool ctl_money_read(const char *text, int64_t *out);
/* The other way, as short as it can be. */
void ctl_money_write(int64_t millionths, char *dst, size_t size);
/* The value of an option as a whole number, or an amount, where it was given. False: it
 * is none, and that is said. */
bool ctl_number_of(const struct ctl *c, const char *option, int64_t *out);
bool ctl_money_of(const struct ctl *c, const char *option, int64_t *out);
/* The one word that says which; NULL: it is said that it is missing. */
const char *ctl_word(const struct ctl *c, const char *what);
int ctl_usage(const char *what); /* says it; CTL_USAGE */
int ctl_print_json(json_t *json);
/* A number as the next cell; "" for 0. */
void ctl_table_add_number(struct ctl_table *t, int64_t n);
void ctl_table_add_money(struct ctl_table *t, int64_t millionths);

/* By name (without regard to case) or number. False: there is none, and that is said. */
bool ctl_find_plan(struct ctl *c, const char *name, int64_t *out_id);
bool ctl_find_route(struct ctl *c, const char *name, int64_t *out_id);

#endif
