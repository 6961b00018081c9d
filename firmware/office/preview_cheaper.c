#include "firmware/office/preview_cheaper.h"

#include <string.h>

#include "firmware/base/buf.h"
#include "firmware/base/str.h"
#include "firmware/base/text.h"

struct swap {
	uint32_t from;
	const char *to;
};

/* Typographic characters that word processors put in unasked. */
static const struct swap punctuation[] = {
	{ 0x2018, "'" },
	{ 0x2019, "'" },
	{ 0x201A, "'" },
	{ 0x201C, "\"" },
	{ 0x201D, "\"" },
	{ 0x201E, "\"" },
	{ 0x00AB, "\"" },
	{ 0x00BB, "\"" },
	{ 0x2013, "-" },
	{ 0x2014, "-" },
	{ 0x2212, "-" },
	{ 0x2026, "..." },
	{ 0x00A0, " " },
	{ 0x2009, " " },
	{ 0x202F, " " },
	{ 0x2022, "-" },
	{ 0x00B4, "'" },
	{ 0x200B, "" },
	{ 0x200E, "" },
	{ 0x200F, "" },
	{ 0xFEFF, "" },
	{ 0, NULL },
};

/* GSM 7 bit has the Greek capitals that Latin lacks; the others look the same. */
static const char *const greek_capitals[] = { "A", "B", "Γ", "Δ", "E", "Z", "H", "Θ", "I",
	"K", "Λ", "M", "N", "Ξ", "O", "Π", "P", "Σ", "Σ", "T", "Y", "Φ", "X", "Ψ", "Ω" };

static const struct swap greek_marked[] = {
	{ 0x386, "A" },
	{ 0x388, "E" },
	{ 0x389, "H" },
	{ 0x38A, "I" },
	{ 0x38C, "O" },
	{ 0x38E, "Y" },
	{ 0x38F, "Ω" },
	{ 0x390, "I" },
	{ 0x3AA, "I" },
	{ 0x3AB, "Y" },
	{ 0x3AC, "A" },
	{ 0x3AD, "E" },
	{ 0x3AE, "H" },
	{ 0x3AF, "I" },
	{ 0x3B0, "Y" },
	{ 0x3CA, "I" },
	{ 0x3CB, "Y" },
	{ 0x3CC, "O" },
	{ 0x3CD, "Y" },
	{ 0x3CE, "Ω" },
	{ 0x37E, "?" },
	{ 0x387, ":" },
	{ 0, NULL },
};

static const char *find(const struct swap *table, uint32_t cp)
{
	for (; table->to; table++) {
		if (table->from == cp)
			return table->to;
	}
	return NULL;
}

static const char *plain(uint32_t cp)
{
	return find(punctuation, cp);
}

static const char *capital(uint32_t cp)
{
	if (cp >= 0x391 && cp <= 0x3A9)
		return greek_capitals[cp - 0x391];
	if (cp >= 0x3B1 && cp <= 0x3C9)
		return greek_capitals[cp - 0x3B1];
	const char *to = find(greek_marked, cp);
	return to ? to : plain(cp);
}

static bool is_vietnamese(uint32_t cp)
{
	return (cp >= 0x1EA0 && cp <= 0x1EF9) || cp == 0x110 || cp == 0x111 ||
	       cp == 0x102 || cp == 0x103 || cp == 0x1A0 || cp == 0x1A1 || cp == 0x1AF ||
	       cp == 0x1B0 || cp == 0x128 || cp == 0x129 || cp == 0x168 || cp == 0x169 ||
	       (cp >= 0xC0 && cp <= 0xFD && cp != 0xD7 && cp != 0xF7);
}

/* A swap of one character at a time. */
static void swap_all(const char *text, const char *(*to)(uint32_t cp), struct buf *out)
{
	size_t len = strlen(text);
	uint32_t cp;
	for (size_t at = 0; at < len;) {
		int n = str_utf8_next(text + at, len - at, &cp);
		if (n <= 0)
			return;
		const char *other = to(cp);
		if (other)
			buf_puts(out, other);
		else
			buf_put(out, text + at, (size_t)n);
		at += (size_t)n;
	}
}

/* Vietnamese as it is written where the marks cannot be: common, and read by all. */
static void drop_marks(const char *text, struct buf *out)
{
	size_t len = strlen(text);
	uint32_t cp;
	for (size_t at = 0; at < len;) {
		int n = str_utf8_next(text + at, len - at, &cp);
		if (n <= 0)
			return;
		const char *other = plain(cp);
		char mem[16];
		struct buf bare;
		buf_init_fixed(&bare, mem, sizeof(mem));
		if (other)
			buf_puts(out, other);
		else if (is_vietnamese(cp) && !text_bare(text + at, (size_t)n, &bare))
			buf_put(out, bare.data, bare.len);
		else
			buf_put(out, text + at, (size_t)n);
		at += (size_t)n;
	}
}

static void offer(struct preview *p, const struct buf *text, const char *how)
{
	struct preview_size size;
	if (p->n_cheaper == PREVIEW_CHEAPER_MAX || !buf_ok(text) ||
		!preview_measure(text->data, text->len, 0, &size) ||
		size.parts >= p->parts)
		return;
	for (size_t i = 0; i < p->n_cheaper; i++) {
		if (p->cheaper[i].parts <= size.parts) /* a lighter change does it too */
			return;
	}
	struct preview_cheaper *c = &p->cheaper[p->n_cheaper];
	c->text = strdup(buf_str(text));
	if (!c->text)
		return;
	c->parts = size.parts;
	(void)str_copy(c->how, sizeof(c->how), how); /* a literal of ours */
	p->n_cheaper++;
}

void preview_cheaper_find(struct preview *p)
{
	struct buf text;
	if (p->encoding != MESSAGE_UCS2 || !*p->filled)
		return;
	buf_init(&text, (size_t)TEMPLATE_TEXT_MAX * 3);
	swap_all(p->filled, plain, &text);
	offer(p, &text, "plain_punctuation");
	buf_reset(&text);
	swap_all(p->filled, capital, &text);
	offer(p, &text, "greek_capitals");
	buf_reset(&text);
	drop_marks(p->filled, &text);
	offer(p, &text, "no_marks");
	buf_fini(&text);
}
