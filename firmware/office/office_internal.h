/*
 * What the files of firmware/office share: joining transactions, wakes on commit, names.
 */
#ifndef OFFICE_OFFICE_INTERNAL_H
#define OFFICE_OFFICE_INTERNAL_H

#include "firmware/office/hub.h"
#include "firmware/office/office.h"

/* Begins a transaction unless one is open (*own tells); office_leave() ends it by err:
 * commits, or rolls back. Returns err, or that of the commit with o->why filled. */
enum err office_enter(struct office *o, bool *own);
enum err office_leave(struct office *o, bool own, enum err err);

/* To be done on commit, or now if no transaction is open. */
enum office_wake {
	OFFICE_WAKE_FEEDER = 1 << HUB_FEEDER,
	OFFICE_WAKE_RULES = 1 << HUB_RULES,
	OFFICE_WAKE_IMPORTER = 1 << HUB_IMPORTER,
	OFFICE_WAKE_KEEPER = 1 << HUB_KEEPER,
	OFFICE_WAKE_RADIO = 1 << 8,  /* "work" on the bus */
	OFFICE_WAKE_CONFIG = 1 << 9, /* "config" on the bus */
};
void office_wake(struct office *o, unsigned wakes);

/* "Maria Papadopoulou" of a contact, "" if it has no name. */
void office_full_name(const char *first, const char *last, char *dst, size_t size);
/* Names for what is shown, "" if there is none; id 0 allowed. Never fails. */
void office_contact_name(struct office *o, int64_t contact_id, char *dst, size_t size);
void office_campaign_name(struct office *o, int64_t id, char *dst, size_t size);
void office_list_name(struct office *o, int64_t id, char *dst, size_t size);
void office_sim_name(struct office *o, int64_t id, char *dst, size_t size);
void office_route_name(struct office *o, int64_t id, char *dst, size_t size);

/* What people write as a number, with the box's country, into E.164. Refuses with the
 * reason, naming the field. */
enum err office_number(
	struct office *o, const char *field, const char *text, char e164[20]);
/* UTF-8 of at most max octets, required unless may_be_empty. */
struct office_text_rule {
	const char *field;
	size_t max;
	bool may_be_empty;
};
enum err office_check_text(
	struct office *o, const char *text, const struct office_text_rule *rule);

#endif
