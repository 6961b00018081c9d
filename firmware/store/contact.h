/*
 * Contacts: one a number. Text in a struct that the store hands to a callback is borrowed
 * until the callback returns; text given to the store is copied.
 */
#ifndef STORE_CONTACT_H
#define STORE_CONTACT_H

#include <stddef.h>

#include "firmware/store/store.h"

struct contact {
	int64_t id;
	const char *msisdn; /* E.164 */
	const char *first_name, *last_name;
	const char *language, *country; /* "el", "GR"; "" where not known */
	const char *fields;		/* a JSON object of strings */
	int64_t created_at, updated_at;
	const char *time_zone; /* "Europe/Athens"; "" by the number */
};
typedef bool (*contact_fn)(void *user, const struct contact *contact); /* false: stop */

/* fn is called once. ERR_NOTFOUND. */
enum err contact_get(struct store *s, int64_t id, contact_fn fn, void *user);
enum err contact_find(struct store *s, const char *msisdn, int64_t *out_id);

/* Adds, or updates the contact of that number: values that are NULL or "" leave what is
 * there, fields are merged key by key. */
struct contact_put {
	int64_t id;
	bool is_new, has_changed;
};
enum err contact_put(struct store *s, const struct contact *in, struct contact_put *out);
/* Sets every value of in->id as given. ERR_NOTFOUND; ERR_BUSY: the number is another's.
 */
enum err contact_update(struct store *s, const struct contact *in);
/* Removes the contact and all memberships, and the text and number in its messages and
 * inbound texts; cancels what waits; keeps the number's hash suppressed ("erasure"). */
enum err contact_erase(struct store *s, int64_t id);

struct contact_query {
	const char
		*search; /* start of a number ("+3069"), or part of a name; NULL: all */
	int64_t list_id; /* 0: all */
	int64_t after;	 /* contact id, 0: from the first */
	size_t max;
};
/* In order of id. */
enum err contact_list(
	struct store *s, const struct contact_query *query, contact_fn fn, void *user);
/* Names of custom fields (keys of contact.fields) and what people call them. */
typedef bool (*contact_field_fn)(void *user, const char *name, const char *label);
enum err contact_field_put(struct store *s, const char *name, const char *label);
enum err contact_field_each(struct store *s, contact_field_fn fn, void *user);
enum err contact_count(struct store *s, int64_t *out);

#endif
