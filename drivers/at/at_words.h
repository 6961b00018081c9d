/*
 * Words that come unasked and may run over several lines, to their closing quote (+CUSD).
 * Private to at_chat.
 */
#ifndef DRIVERS_AT_WORDS_H
#define DRIVERS_AT_WORDS_H

#include <stdbool.h>

struct at_chat;
struct at_urc;

/* The first line. False: its quotes are closed; it is all. */
bool at_words_begin(struct at_chat *c, const struct at_urc *u, const char *text);
/* True: this line is one of them. */
bool at_words_own(const struct at_chat *c, const char *text, bool is_final);
/* The next line. False: it is none of them; what there was is all, and was told. */
bool at_words_take(struct at_chat *c, const char *text, bool is_final);

#endif
