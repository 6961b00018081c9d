#include "tests/modemsim/words.h"

#include <string.h>

static const char blanks[] = " \t\r\n";

char *words_take(char **rest)
{
	char *word = *rest + strspn(*rest, blanks);
	char *end = word + strcspn(word, blanks);

	if (*word == '\0') {
		*rest = word;
		return NULL;
	}
	if (*end != '\0') {
		*end++ = '\0';
		end += strspn(end, blanks);
	}
	*rest = end;
	return word;
}
