/*
 * What came in as a text: it means one thing, whatever its octets; the same with blanks
 * and points around it, which nobody means anything by.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/base/text.h"
#include "firmware/office/desk/keywords.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define TEXT_MAX 500

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* Folding what is folded changes nothing. */
static void check_folding(const char *text, size_t len)
{
	struct buf once, twice;
	buf_init(&once, 64 * 1024);
	buf_init(&twice, 64 * 1024);
	must(text_fold(text, len, &once) == ERR_OK);
	must(text_fold(buf_str(&once), once.len, &twice) == ERR_OK);
	must(str_is_utf8(buf_str(&once), once.len, NULL));
	must(strstr(buf_str(&once), "  ") == NULL);
	buf_fini(&once);
	buf_fini(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const hints[] = { NULL, "fa", "vi", "el" };
	const char *language = NULL;
	char *text = malloc(len + 8);
	if (!text)
		return 0;
	memcpy(text + 2, data, len);
	const char *hint = hints[len % 4];
	enum intent intent = keywords_read(text + 2, len, hint, &language);
	must(intent <= INTENT_HELP && language != NULL);
	must(intent != INTENT_OTHER || language[0] == '\0');
	if (!str_is_utf8(text + 2, len, NULL))
		must(intent == INTENT_OTHER);
	else if (len < TEXT_MAX) {
		check_folding(text + 2, len);
		memcpy(text, "\n ", 2);
		memcpy(text + 2 + len, "  \n", 3);
		must(keywords_read(text, len + 5, hint, NULL) == intent);
	}
	free(text);
	return 0;
}
