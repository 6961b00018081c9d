/*
 * Lists, who is on them, and the importer's fast path.
 */
#ifndef STORE_LIST_H
#define STORE_LIST_H

#include "firmware/store/consent.h"
#include "firmware/store/contact.h"

struct list {
	int64_t id;
	const char *name;
	const char *country;	    /* default for numbers written nationally, or "" */
	int64_t members, consented; /* kept up to date by the store; not read on input */
	int64_t opted_out;	    /* counted when it is read: a walk over the members */
	int64_t created_at;
};
typedef bool (*list_fn)(void *user, const struct list *list);

/* ERR_BUSY: the name is taken (without regard to case). */
enum err list_create(struct store *s, const struct list *in, int64_t *out_id);
/* Sets name and country. ERR_NOTFOUND, ERR_BUSY. */
enum err list_update(struct store *s, const struct list *in);
/* Contacts stay. ERR_BUSY: a campaign refers to it. */
enum err list_delete(struct store *s, int64_t id);
enum err list_get(struct store *s, int64_t id, list_fn fn, void *user);
/* Its name alone, cut to size; without the walk. ERR_NOTFOUND. */
enum err list_get_name(struct store *s, int64_t id, char *dst, size_t size);
/* In order of id. */
enum err list_each(struct store *s, int64_t after, size_t max, list_fn fn, void *user);

struct list_member {
	int64_t list_id, contact_id, added_at;
	enum consent consent;
	const char *list_name;
};
typedef bool (*list_member_fn)(void *user, const struct list_member *member);
/* The lists a contact is on. */
enum err list_of_contact(
	struct store *s, int64_t contact_id, list_member_fn fn, void *user);
/* Who is on a list, in order of contact id. */
typedef bool (*list_person_fn)(
	void *user, const struct contact *contact, const struct list_member *member);
enum err list_members(struct store *s, const struct contact_query *query,
	list_person_fn fn, void *user);

/* Already there: nothing happens. */
enum err list_add_member(struct store *s, int64_t list_id, int64_t contact_id);
enum err list_remove_member(struct store *s, int64_t list_id, int64_t contact_id);

/* One row of an import: contact, membership and consent evidence in one go. evidence NULL
 * (or its kind CONSENT_NONE): kept in quarantine, unless consent is recorded already. An
 * import never turns an opt-out into an opt-in, nor does it for a suppressed number.
 * Between store_begin() and store_commit() by the caller, in chunks of at most 20 ms. */
struct list_import {
	int64_t contact_id;
	bool is_new_contact, is_new_member;
	bool has_changed;     /* a value of the contact, or its consent */
	bool is_opted_out;    /* an opt-out or a suppression stands */
	enum consent consent; /* what is recorded now */
};
struct list_import_row {
	int64_t list_id;
	struct contact contact;
	const struct consent_evidence *evidence;
};
enum err list_import_row(
	struct store *s, const struct list_import_row *row, struct list_import *out);

#endif
