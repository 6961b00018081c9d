/*
 * What a reply means: stop, start, help, or something for a person to read. Words and
 * short phrases in six languages, however they are written; a whole sentence about
 * something else is never a stop. Pure, safe from any thread.
 */
#ifndef OFFICE_KEYWORDS_H
#define OFFICE_KEYWORDS_H

#include <stddef.h>

#include "firmware/base/vstr.h"

enum intent {
	INTENT_OTHER,
	INTENT_STOP,
	INTENT_START,
	INTENT_HELP,
};
extern const struct vstr intent_names[]; /* "other", "stop", "start", "help" */

/* language (may be NULL): of the word that decided: "el" …, or "" for a common one.
 * Static. text[len]: UTF-8 of any length. */
enum intent keywords_read(const char *text, size_t len, const char **out_language);

#endif
