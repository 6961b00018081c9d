/*
 * A text with placeholders: it is refused with an offset inside it, or it renders to
 * UTF-8 in NFC without reading past its ends; a text without braces renders to itself.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/base/text.h"
#include "firmware/office/text/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static const char *value(void *user, const char *name)
{
	const uint8_t *seed = user;
	must(name[0] != '\0' && strlen(name) < TEMPLATE_NAME_SIZE);
	switch ((*seed + strlen(name)) % 4) {
	case 0:
		return NULL;
	case 1:
		return "";
	case 2:
		return "e\xCC\x81{{x}}"; /* a mark to be joined; braces that stay */
	default:
		return "Μαρία";
	}
}

static void check_rendered(const struct buf *out)
{
	struct buf again;
	must(str_is_utf8(buf_str(out), out->len, NULL));
	must(out->len <= TEMPLATE_TEXT_MAX);
	buf_init(&again, (size_t)TEMPLATE_TEXT_MAX * 4);
	must(text_nfc(buf_str(out), out->len, &again) == ERR_OK);
	must(again.len == out->len && memcmp(again.data, out->data, out->len) == 0);
	buf_fini(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct template t;
	struct template_fault fault;
	struct buf out;
	size_t missing = 0;
	uint8_t seed = len ? data[0] : 0;
	char *text = malloc(len ? len : 1); /* so that a read past the end is seen */
	if (!text)
		return 0;
	if (len)
		memcpy(text, data, len);
	enum err err = template_parse(text, len, &t, &fault);
	must(err == ERR_OK || err == ERR_INPUT);
	must((err == ERR_INPUT) == (fault.problem != TEMPLATE_OK));
	must(fault.offset <= len);
	if (!err) {
		buf_init(&out, TEMPLATE_TEXT_MAX + 1);
		enum template_rendered r =
			template_render(&t, value, &seed, &out, &missing);
		if (r == TEMPLATE_RENDERED)
			check_rendered(&out);
		else
			must(r != TEMPLATE_NO_VALUE || missing < t.n);
		buf_fini(&out);
	}
	free(text);
	return 0;
}
