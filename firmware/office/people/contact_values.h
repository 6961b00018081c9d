/*
 * The values that one contact gives to the placeholders of a text.
 */
#ifndef OFFICE_CONTACT_VALUES_H
#define OFFICE_CONTACT_VALUES_H

#include "firmware/office/office.h"
#include "firmware/office/text/template.h"
#include "firmware/store/contact.h"

struct contact_values {
	const struct contact *contact; /* borrowed */
	void *fields;		       /* private: the JSON object, read when asked for */
	bool is_read;
	char full_name[260];
};
void contact_values_init(struct contact_values *v, const struct contact *contact);
void contact_values_fini(struct contact_values *v);
/* A template_value_fn; user is the struct contact_values. */
const char *contact_values_get(void *user, const char *name);

/* Refuses a text that is none: bad_placeholder, text_too_long, empty_text, invalid_utf8
 * (each with its offset). On ERR_OK out is ready; it borrows text. */
enum err contact_values_parse(struct office *o, const char *text, struct template *out);
/* Refuses one with a placeholder that no contact could fill: unknown_placeholder (offset,
 * the nearest name). */
enum err contact_values_check(struct office *o, const struct template *t);
/* True if name is a fixed one or a field that some contact has. The nearest known name,
 * or "", goes to nearest. */
enum err contact_values_know(
	struct office *o, const char *name, bool *out, char nearest[TEMPLATE_NAME_SIZE]);

#endif
