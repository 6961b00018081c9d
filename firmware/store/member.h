/*
 * Inside the store: steps that several transactions share.
 */
#ifndef STORE_MEMBER_H
#define STORE_MEMBER_H

#include "firmware/store/consent.h"
#include "firmware/store/contact.h"
#include "firmware/store/db.h"

/* Appends to the chain. list_id 0: all lists. */
enum err consent_append(struct store *s, int64_t contact_id, int64_t list_id,
	const struct consent_evidence *evidence);

/* True in SQL where the last that was said of this list is an opt-out: leaving a list and
 * coming back to it does not undo that. */
#define SAID_OUT(list, contact)                                                          \
	"2 = (SELECT kind FROM consent_event WHERE contact_id = " contact                \
	" AND (list_id IS NULL OR list_id = " list ") ORDER BY id DESC LIMIT 1)"

/* contact_put() inside the caller's transaction. */
enum err contact_put_in(
	struct store *s, const struct contact *in, struct contact_put *out);

/* The columns of CONTACT_COLUMNS, from column first on; borrowed from the row. */
#define CONTACT_COLUMNS                                                                  \
	"c.id, c.msisdn, c.first_name, c.last_name, c.language, c.country, c.fields, "   \
	"c.created_at, c.updated_at, c.time_zone"
#define CONTACT_COLUMN_COUNT 10
void contact_read(const struct db_rows *rows, int first, struct contact *out);

/* What a search means in SQL: digits anywhere in the number (?3), or a part of the name
 * without regard to case and accents (?4). Both "": all. */
struct contact_pattern {
	char digits[32], name[256];
	bool is_all;
};
void contact_pattern_make(const char *search, struct contact_pattern *out);
#define CONTACT_MATCHES                                                                  \
	"((?3 = '' AND ?4 = '') OR (?3 <> '' AND instr(c.msisdn, ?3) > 0) OR "           \
	"(?4 <> '' AND instr(folded(c.first_name || ' ' || c.last_name), ?4) > 0))"

#endif
