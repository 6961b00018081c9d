#include "drivers/at/at_words.h"

#include <ctype.h>
#include <string.h>

#include "drivers/at/at_chat.h"
#include "firmware/base/str.h"

/* Quotes inside a text are not escaped: the one that ends it is the last of its line, but
 * for numbers (+CUSD's <dcs>). */
static bool has_open_quote(const char *text)
{
	const char *first = strchr(text, '"'), *last = strrchr(text, '"');

	return first == last ? first != NULL
			     : last[1 + strspn(last + 1, " ,0123456789")] != '\0';
}

bool at_words_begin(struct at_chat *c, const struct at_urc *u, const char *text)
{
	if (!has_open_quote(text))
		return false;
	c->text_of = u;
	(void)str_copy(c->urc_text, sizeof(c->urc_text), text); /* as large */
	return true;
}

void at_chat_end_text(struct at_chat *c)
{
	const struct at_urc *u = c->text_of;

	c->text_of = NULL;
	if (u)
		c->urc(c->user, u->what, c->urc_text, NULL);
}

/* A number on a line of its own (+306912345678) is no news. */
bool at_words_own(const struct at_chat *c, const char *text, bool is_final)
{
	return c->text_of && !is_final &&
	       (!strchr("+^", text[0]) || isdigit((unsigned char)text[1]));
}

bool at_words_take(struct at_chat *c, const char *text, bool is_final)
{
	if (!at_words_own(c, text, is_final)) {
		at_chat_end_text(c);
		return false;
	}
	bool fits = str_append(c->urc_text, sizeof(c->urc_text), "\n") &&
		    str_append(c->urc_text, sizeof(c->urc_text), text);
	if (!fits || !has_open_quote(c->urc_text))
		at_chat_end_text(c);
	return true;
}
