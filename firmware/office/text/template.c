#include "firmware/office/text/template.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/base/text.h"
#include "firmware/office/import/columns.h"

static enum err fail(
	struct template_fault *fault, enum template_problem problem, size_t offset)
{
	fault->problem = problem;
	fault->offset = (uint32_t)offset;
	return ERR_INPUT;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void trim(const char **s, size_t *len)
{
	while (*len && is_blank((*s)[*len - 1]))
		(*len)--;
	while (*len && is_blank(**s)) {
		(*s)++;
		(*len)--;
	}
}

bool template_field_name(const char *s, size_t len, char *dst, size_t size)
{
	return column_name(s, len, dst, size) && dst[0];
}

static bool add_literal(struct template *t, const char *text, size_t from, size_t to)
{
	if (from == to)
		return true;
	if (t->n == TEMPLATE_PIECES_MAX)
		return false;
	t->pieces[t->n++] = (struct template_piece){ .text = text + from,
		.len = (uint32_t)(to - from),
		.offset = (uint32_t)from };
	return true;
}

/* inner[len] stands between the braces at offset. */
static enum template_problem add_placeholder(
	struct template *t, const char *inner, size_t len, size_t offset)
{
	if (t->n == TEMPLATE_PIECES_MAX)
		return TEMPLATE_TOO_MANY;
	struct template_piece *p = &t->pieces[t->n];
	*p = (struct template_piece){ .offset = (uint32_t)offset,
		.is_placeholder = true };
	const char *bar = memchr(inner, '|', len);
	const char *name = inner;
	size_t name_len = bar ? (size_t)(bar - inner) : len;
	if (bar) {
		const char *fallback = bar + 1;
		size_t fallback_len = len - name_len - 1;
		trim(&fallback, &fallback_len);
		p->has_fallback = true;
		p->text = fallback;
		p->len = (uint32_t)fallback_len;
	}
	trim(&name, &name_len);
	if (!template_field_name(name, name_len, p->name, sizeof(p->name)))
		return TEMPLATE_NAME;
	t->n++;
	t->placeholders++;
	return TEMPLATE_OK;
}

static const char *find_pair(const char *s, size_t len, char brace)
{
	for (size_t i = 0; i + 1 < len; i++) {
		if (s[i] == brace && s[i + 1] == brace)
			return s + i;
	}
	return NULL;
}

enum err template_parse(
	const char *text, size_t len, struct template *out, struct template_fault *fault)
{
	size_t bad = 0;
	out->n = out->placeholders = 0;
	*fault = (struct template_fault){ TEMPLATE_OK, 0 };
	if (!str_is_utf8(text, len, &bad) || memchr(text, '\0', len))
		return fail(fault, TEMPLATE_NOT_UTF8, bad);
	if (len > TEMPLATE_TEXT_MAX)
		return fail(fault, TEMPLATE_TOO_LONG, TEMPLATE_TEXT_MAX);
	for (size_t at = 0; at < len;) {
		const char *open = find_pair(text + at, len - at, '{');
		size_t from = open ? (size_t)(open - text) : len;
		/* {{{{ stands for {{. */
		bool literal =
			open && len - from >= 4 && open[2] == '{' && open[3] == '{';
		if (!add_literal(out, text, at, literal ? from + 2 : from))
			return fail(fault, TEMPLATE_TOO_MANY, at);
		if (!open)
			break;
		if (literal) {
			at = from + 4;
			continue;
		}
		const char *close = find_pair(open + 2, len - from - 2, '}');
		if (!close)
			return fail(fault, TEMPLATE_OPEN, from);
		enum template_problem problem =
			add_placeholder(out, open + 2, (size_t)(close - open) - 2, from);
		if (problem != TEMPLATE_OK)
			return fail(fault, problem, from);
		at = (size_t)(close - text) + 2;
	}
	return ERR_OK;
}

static bool is_all_blank(const char *s, size_t len)
{
	trim(&s, &len);
	return len == 0;
}

static enum template_rendered fill(const struct template *t, template_value_fn value,
	void *user, struct buf *out, size_t *missing)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct template_piece *p = &t->pieces[i];
		const char *s = p->text;
		size_t len = p->len;
		if (p->is_placeholder) {
			const char *v = value(user, p->name);
			if (v && *v) {
				s = v;
				len = strlen(v);
			} else if (!p->has_fallback) {
				*missing = i;
				return TEMPLATE_NO_VALUE;
			}
		}
		if (len)
			buf_put(out, s, len);
	}
	return buf_ok(out) ? TEMPLATE_RENDERED : TEMPLATE_OVERFLOW;
}

enum template_rendered template_render(const struct template *t, template_value_fn value,
	void *user, struct buf *out, size_t *missing)
{
	char mem[TEMPLATE_TEXT_MAX + 1];
	struct buf raw;
	buf_init_fixed(&raw, mem, sizeof(mem));
	enum template_rendered result = fill(t, value, user, &raw, missing);
	if (result != TEMPLATE_RENDERED)
		return result;
	if (is_all_blank(buf_str(&raw), raw.len))
		return TEMPLATE_EMPTY;
	/* NFC seldom grows, yet it can: the limit holds for what is sent. */
	char nfc_mem[TEMPLATE_TEXT_MAX + 1];
	struct buf nfc;
	buf_init_fixed(&nfc, nfc_mem, sizeof(nfc_mem));
	if (text_nfc(raw.data, raw.len, &nfc))
		return TEMPLATE_OVERFLOW;
	buf_put(out, nfc.data, nfc.len);
	return buf_ok(out) ? TEMPLATE_RENDERED : TEMPLATE_OVERFLOW;
}
