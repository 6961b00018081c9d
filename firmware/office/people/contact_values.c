#include "firmware/office/people/contact_values.h"

#include <string.h>

#include <jansson.h>

#include "firmware/base/str.h"
#include "firmware/base/text.h"
#include "firmware/office/office_internal.h"

static const char *const fixed[] = { "phone", "first_name", "last_name", "full_name",
	"language", "country" };
#define FIXED_COUNT (sizeof(fixed) / sizeof(fixed[0]))
#define NEAREST_STEPS 3

void contact_values_init(struct contact_values *v, const struct contact *contact)
{
	v->contact = contact;
	v->fields = NULL;
	v->is_read = false;
	v->full_name[0] = '\0';
}

void contact_values_fini(struct contact_values *v)
{
	json_decref(v->fields);
	v->fields = NULL;
}

static const char *field(struct contact_values *v, const char *name)
{
	if (!v->is_read) {
		v->fields = json_loads(v->contact->fields, 0, NULL);
		v->is_read = true;
	}
	return json_string_value(json_object_get(v->fields, name));
}

const char *contact_values_get(void *user, const char *name)
{
	struct contact_values *v = user;
	const struct contact *c = v->contact;
	const char *const values[FIXED_COUNT] = { c->msisdn, c->first_name, c->last_name,
		v->full_name, c->language, c->country };
	for (size_t i = 0; i < FIXED_COUNT; i++) {
		if (!str_eq(name, fixed[i]))
			continue;
		const char *own = values[i] == v->full_name ? field(v, name) : NULL;
		if (values[i] == v->full_name && !own)
			office_full_name(c->first_name, c->last_name, v->full_name,
				sizeof(v->full_name));
		return own ? own : values[i];
	}
	return field(v, name);
}

struct knowing {
	const char *name;
	bool is_known;
	unsigned steps;
	char *nearest;
};

static bool look(void *user, const char *name, const char *label)
{
	struct knowing *k = user;
	(void)label;
	if (str_eq(name, k->name)) {
		k->is_known = true;
		return false;
	}
	unsigned steps = text_distance(name, k->name, NEAREST_STEPS);
	if (steps < k->steps && str_copy(k->nearest, TEMPLATE_NAME_SIZE, name))
		k->steps = steps;
	return true;
}

enum err contact_values_know(
	struct office *o, const char *name, bool *out, char nearest[TEMPLATE_NAME_SIZE])
{
	struct knowing k = { name, false, NEAREST_STEPS + 1, nearest };
	nearest[0] = '\0';
	for (size_t i = 0; i < FIXED_COUNT && !k.is_known; i++)
		(void)look(&k, fixed[i], "");
	enum err err = k.is_known ? ERR_OK : contact_field_each(o->store, look, &k);
	*out = k.is_known;
	return err ? office_fail(o, err, "field") : ERR_OK;
}

static enum err refuse_fault(struct office *o, const struct template_fault *fault)
{
	static const struct {
		const char *code, *text;
	} said[] = {
		[TEMPLATE_OK] = { "", "" },
		[TEMPLATE_OPEN] = { "bad_placeholder",
			"A placeholder is opened with {{ and never closed with }}." },
		[TEMPLATE_NAME] = { "bad_placeholder",
			"The name between {{ and }} is missing or too long." },
		[TEMPLATE_TOO_MANY] = { "bad_placeholder",
			"The text has too many placeholders." },
		[TEMPLATE_TOO_LONG] = { "text_too_long", "The text is too long." },
		[TEMPLATE_NOT_UTF8] = { "invalid_utf8", "The text is not UTF-8." },
	};
	enum err err = office_refuse_field(
		o, "text", said[fault->problem].code, "%s", said[fault->problem].text);
	o->why.offset = fault->offset;
	return err;
}

enum err contact_values_check(struct office *o, const struct template *t)
{
	char nearest[TEMPLATE_NAME_SIZE];
	for (size_t i = 0; i < t->n; i++) {
		const struct template_piece *p = &t->pieces[i];
		bool known = true;
		enum err err = p->is_placeholder
				       ? contact_values_know(o, p->name, &known, nearest)
				       : ERR_OK;
		if (err)
			return err;
		if (known)
			continue;
		err = office_refuse_field(o, "text", "unknown_placeholder",
			"No contact has a field {{%s}}.%s%s%s", p->name,
			*nearest ? " Was {{" : "", nearest, *nearest ? "}} meant?" : "");
		o->why.offset = p->offset;
		return err;
	}
	return ERR_OK;
}

enum err contact_values_parse(struct office *o, const char *text, struct template *out)
{
	struct template_fault fault;
	if (!text || text[strspn(text, " \t\r\n")] == '\0')
		return office_refuse_field(o, "text", "empty_text", "The text is empty.");
	if (template_parse(text, strlen(text), out, &fault))
		return refuse_fault(o, &fault);
	return ERR_OK;
}
