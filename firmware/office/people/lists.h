/*
 * Lists, contacts, the consent of contacts, suppressed numbers.
 */
#ifndef OFFICE_LISTS_H
#define OFFICE_LISTS_H

#include "firmware/office/office.h"
#include "firmware/store/list.h"
#include "firmware/store/suppression.h"

/* ---- lists ---- name: 1 to 100 characters. country: alpha-2 or NULL. Refusals:
 * field_required, invalid_country, conflict (name taken; delete: a campaign uses it). */
enum err lists_create(struct office *o, const struct office_actor *actor,
	const char *name, const char *country, int64_t *out_id);
/* NULL: stays. */
enum err lists_update(struct office *o, const struct office_actor *actor, int64_t id,
	const char *name, const char *country);
enum err lists_delete(struct office *o, const struct office_actor *actor, int64_t id);
enum err lists_get(struct office *o, int64_t id, list_fn fn, void *user);
enum err lists_find(struct office *o, const char *name, int64_t *out_id);
enum err lists_each(struct office *o, int64_t after, size_t max, list_fn fn, void *user);

/* ---- contacts ---- */
struct contact_draft { /* NULL: not given */
	const char *phone, *country, *first_name, *last_name, *language;
	const char *time_zone; /* "Europe/Athens"; "": by the number */
	const char *fields;    /* a JSON object of strings */
	const int64_t *lists;  /* create: joins these; update: exactly these */
	size_t n_lists;
	bool has_lists;
	const char *consent_source, *consent_given_at, *consent_evidence; /* create */
};
/* Refusals: invalid_number, landline, conflict (that number exists), unknown_list,
 * invalid_fields, invalid_time_zone, text_too_long. */
enum err contacts_create(struct office *o, const struct office_actor *actor,
	const struct contact_draft *draft, int64_t *out_id);
enum err contacts_update(struct office *o, const struct office_actor *actor, int64_t id,
	const struct contact_draft *draft);
/* Erases: see contact_erase(). */
enum err contacts_delete(struct office *o, const struct office_actor *actor, int64_t id);

struct contact_view {
	struct contact c;
	bool is_suppressed;
	int consent; /* enum consent where a list was asked for, else -1 */
	const int64_t *lists;
	size_t n_lists;
};
typedef bool (*contact_view_fn)(void *user, const struct contact_view *view);
enum err contacts_get(struct office *o, int64_t id, contact_view_fn fn, void *user);
enum err contacts_list(struct office *o, const struct contact_query *query,
	contact_view_fn fn, void *user);

/* ---- consent ---- */
struct consent_view {
	struct consent_event e;
	const char *list; /* name, "" for all lists or a deleted one */
};
typedef bool (*consent_view_fn)(void *user, const struct consent_view *view);
enum err consents_each(
	struct office *o, int64_t contact_id, consent_view_fn fn, void *user);
struct consent_draft {
	int64_t contact_id, list_id;
	const char *kind; /* opt_in, opt_out */
	const char *source, *given_at, *evidence;
};
/* field_required: an opt-in without source, time or evidence is none. */
enum err consents_add(struct office *o, const struct office_actor *actor,
	const struct consent_draft *draft);

/* ---- suppressed numbers ---- msisdn: as written */
enum err suppressions_add(struct office *o, const struct office_actor *actor,
	const char *msisdn, const char *reason);
enum err suppressions_remove(
	struct office *o, const struct office_actor *actor, const char *msisdn);
enum err suppressions_get(
	struct office *o, const char *msisdn, suppression_fn fn, void *user);
struct suppression_filter {
	const char *search; /* start of the number; NULL: all */
	int64_t before;	    /* id of the cursor; 0: from the newest */
	size_t max;
};
enum err suppressions_each(struct office *o, const struct suppression_filter *filter,
	suppression_fn fn, void *user);

#endif
