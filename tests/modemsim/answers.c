#include "tests/modemsim/answers.h"

#include <string.h>

#include "firmware/base/str.h"

static struct answer *place(struct answers *a, const char *command)
{
	for (size_t i = 0; i < a->count; i++)
		if (str_eq_nocase(a->list[i].command, command))
			return &a->list[i];
	return a->count < ANSWERS_MAX ? &a->list[a->count++] : NULL;
}

bool answers_add(struct answers *answers, const char *line)
{
	struct answer answer = { 0 };
	const char *arrow = strstr(line, "->");
	size_t len = arrow ? (size_t)(arrow - line) : 0;

	if (str_eq(line, "none")) {
		answers->count = 0;
		return true;
	}
	while (len > 0 && line[len - 1] == ' ')
		len--;
	if (len == 0)
		return false;
	arrow += 2;
	arrow += strspn(arrow, " ");
	if (!str_copy_n(answer.command, sizeof(answer.command), line, len) ||
		!str_copy(answer.text, sizeof(answer.text), arrow))
		return false;
	struct answer *dst = place(answers, answer.command);
	if (dst)
		*dst = answer;
	return dst != NULL;
}

const struct answer *answers_find(const struct answers *answers, const char *command)
{
	for (size_t i = 0; i < answers->count; i++)
		if (str_eq_nocase(answers->list[i].command, command))
			return &answers->list[i];
	return NULL;
}
