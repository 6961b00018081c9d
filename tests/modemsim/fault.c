#include "tests/modemsim/fault.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "firmware/base/str.h"
#include "firmware/base/vstr.h"
#include "tests/modemsim/words.h"

static const struct vstr fault_names[] = {
	{ FAULT_NONE, "none" },
	{ FAULT_CMS, "cms" },
	{ FAULT_CME, "cme" },
	{ FAULT_ERROR, "error" },
	{ FAULT_LOST, "lost" },
	{ FAULT_SWALLOW, "swallow" },
	{ FAULT_LATE, "late" },
	{ FAULT_CUT, "cut" },
	{ FAULT_HANG, "hang" },
	{ FAULT_RESET, "reset" },
	{ FAULT_UNPLUG, "unplug" },
	{ FAULT_NOPROMPT, "noprompt" },
	{ FAULT_SLOWPROMPT, "slowprompt" },
	{ 0, NULL },
};

const char *fault_kind_name(enum fault_kind kind)
{
	return vstr_name(fault_names, (int)kind);
}

static bool kind_needs_arg(enum fault_kind kind)
{
	return kind == FAULT_CMS || kind == FAULT_CME || kind == FAULT_LATE ||
	       kind == FAULT_CUT || kind == FAULT_SLOWPROMPT;
}

static bool number_parse(const char *text, uint32_t *out)
{
	uint64_t value;

	if (!str_to_u64(text, strlen(text), UINT32_MAX, &value))
		return false;
	*out = (uint32_t)value;
	return true;
}

static bool chance_parse(const char *text, double *out)
{
	char *end;
	double p = strtod(text, &end);

	if (end == text || *end != '\0' || !(p >= 0.0 && p <= 1.0))
		return false;
	*out = p;
	return true;
}

static bool option_parse(struct fault_rule *rule, const char *key, const char *value)
{
	if (str_eq(key, "p"))
		return chance_parse(value, &rule->p);
	if (str_eq(key, "every"))
		return number_parse(value, &rule->every);
	if (str_eq(key, "nth"))
		return number_parse(value, &rule->nth);
	if (str_eq(key, "times"))
		return number_parse(value, &rule->times);
	if (str_eq(key, "to"))
		return str_copy(rule->to, sizeof(rule->to), value);
	if (str_eq(key, "on"))
		return str_copy(rule->on, sizeof(rule->on), value);
	if (str_eq(key, "at")) {
		rule->at_prompt = true;
		return str_eq(value, "prompt");
	}
	if (str_eq(key, "onair")) {
		rule->on_air = str_eq(value, "yes");
		return rule->on_air || str_eq(value, "no");
	}
	return false;
}

static bool word_parse(struct fault_rule *rule, char *word, size_t place)
{
	char *equals = strchr(word, '=');
	int kind;

	if (place == 0) {
		if (!vstr_find(fault_names, word, &kind) || kind == FAULT_NONE)
			return false;
		rule->kind = (enum fault_kind)kind;
		rule->on_air =
			kind == FAULT_LOST || kind == FAULT_LATE || kind == FAULT_CUT;
		rule->at_prompt = kind == FAULT_NOPROMPT || kind == FAULT_SLOWPROMPT;
		return true;
	}
	if (!equals)
		return place == 1 && number_parse(word, &rule->arg);
	*equals = '\0';
	return option_parse(rule, word, equals + 1);
}

bool fault_parse(const char *line, struct fault_rule *out)
{
	struct fault_rule rule = { .p = 1.0, .on = "+CMGS" };
	char text[160];
	char *rest = text;
	char *word;
	size_t place = 0;
	bool has_arg = false;

	if (!str_copy(text, sizeof(text), line))
		return false;
	while ((word = words_take(&rest)) != NULL) {
		has_arg = has_arg || (place == 1 && !strchr(word, '='));
		if (!word_parse(&rule, word, place++))
			return false;
	}
	if (place == 0 || (kind_needs_arg(rule.kind) && !has_arg))
		return false;
	*out = rule;
	return true;
}

bool fault_add(struct fault_set *set, const struct fault_rule *rule)
{
	if (set->count == FAULT_RULES_MAX)
		return false;
	set->rules[set->count++] = *rule;
	return true;
}

/* "+CPIN": however it is called; "+CPIN=": only with arguments. */
static bool is_on(const char *on, const struct fault_moment *moment)
{
	size_t len = strlen(moment->command);

	return strncasecmp(on, moment->command, len) == 0 &&
	       (on[len] == '\0' || (moment->is_set && str_eq(on + len, "=")));
}

static bool rule_is_about(
	const struct fault_rule *rule, const struct fault_moment *moment)
{
	return rule->at_prompt == moment->at_prompt && is_on(rule->on, moment) &&
	       str_starts(moment->to, rule->to);
}

static bool rule_fires(struct fault_rule *rule, struct rng *rng)
{
	rule->seen++;
	if (rule->times && rule->fired >= rule->times)
		return false;
	if (rule->nth && rule->seen != rule->nth)
		return false;
	if (rule->every && rule->seen % rule->every != 0)
		return false;
	if (rule->p < 1.0 && rng_unit(rng) >= rule->p)
		return false;
	rule->fired++;
	return true;
}

const struct fault_rule *fault_pick(
	struct fault_set *set, const struct fault_moment *moment, struct rng *rng)
{
	for (size_t i = 0; i < set->count; i++) {
		struct fault_rule *rule = &set->rules[i];

		if (rule_is_about(rule, moment) && rule_fires(rule, rng))
			return rule;
	}
	return NULL;
}
