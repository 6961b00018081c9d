#include "drivers/board_profile.h"

#include <string.h>

#include "firmware/base/ini.h"
#include "firmware/base/str.h"

#define UNSET UINT32_MAX

enum kind {
	KIND_TEXT,
	KIND_LINE,
	KIND_NUMBER,
};

struct key {
	const char *name;
	enum kind kind;
	size_t offset, size; /* in the section's object; size: of a text */
	uint32_t max;	     /* of a number */
};

struct reading {
	struct board_profile *profile;
	const struct section *section;
	void *object; /* what the section fills */
};

/* argument: the word after the section's name, "" where it takes none. */
struct section {
	const char *name;
	bool has_argument;
	const struct key *keys;
	size_t n_keys;
	void *(*begin)(struct reading *r, const char *argument, unsigned at);
};

#define TEXT(type, field)                                                                \
	.kind = KIND_TEXT, .offset = offsetof(struct type, field),                       \
	.size = sizeof(((struct type *)0)->field)
#define LINE(type, field) .kind = KIND_LINE, .offset = offsetof(struct type, field)
#define NUMBER(type, field, most)                                                        \
	.kind = KIND_NUMBER, .offset = offsetof(struct type, field), .max = (most)
#define TIMES(type)                                                                      \
	{ "off-ms", NUMBER(type, times_ms[BOARD_OFF_MS], 60000) },                       \
		{ "settle-ms", NUMBER(type, times_ms[BOARD_SETTLE_MS], 60000) },         \
		{ "reset-ms", NUMBER(type, times_ms[BOARD_RESET_MS], 60000) },           \
		{ "key-ms", NUMBER(type, times_ms[BOARD_KEY_MS], 60000) },               \
		{ "key-off-ms", NUMBER(type, times_ms[BOARD_KEY_OFF_MS], 60000) },       \
		{ "down-ms", NUMBER(type, times_ms[BOARD_DOWN_MS], 60000) },             \
	{                                                                                \
		"boot-ms", NUMBER(type, times_ms[BOARD_BOOT_MS], 120000)                 \
	}

static const struct key board_keys[] = {
	{ "name", TEXT(board_profile, name) },
	{ "chip", TEXT(board_profile, chip) },
	{ "stagger-ms", NUMBER(board_profile, stagger_ms, 10000) },
};
static const struct key power_keys[] = { TIMES(board_profile) };
static const struct key bay_keys[] = {
	{ "usb", TEXT(board_bay, usb) },
	{ "uart", TEXT(board_bay, uart) },
	{ "supply", LINE(board_bay, lines[BOARD_SUPPLY]) },
	{ "reset", LINE(board_bay, lines[BOARD_RESET]) },
	{ "power-key", LINE(board_bay, lines[BOARD_KEY]) },
	{ "led", LINE(board_bay, lines[BOARD_LED]) },
	TIMES(board_bay),
};
static const struct key front_keys[] = {
	{ "status-led", LINE(board_profile, status_led) },
	{ "button", LINE(board_profile, button) },
	{ "buzzer", LINE(board_profile, buzzer) },
};
static const struct key input_keys[] = {
	{ "line", LINE(board_input, line) },
	{ "says", TEXT(board_input, says) },
	{ "clears", TEXT(board_input, clears) },
	{ "debounce-ms", NUMBER(board_input, debounce_ms, 60000) },
	{ "every-s", NUMBER(board_input, every_s, 86400) },
};
static const struct key output_keys[] = {
	{ "line", LINE(board_output, line) },
	{ "on", TEXT(board_output, on) },
	{ "off", TEXT(board_output, off) },
	{ "on-max-s", NUMBER(board_output, on_max_s, 86400) },
	{ "changes-an-hour", NUMBER(board_output, changes_an_hour, 60) },
};

/* Longer than any module of the makes we know asks for. */
static const uint32_t usual_ms[BOARD_TIMES] = {
	[BOARD_OFF_MS] = 3000,
	[BOARD_SETTLE_MS] = 500,
	[BOARD_RESET_MS] = 300,
	[BOARD_KEY_MS] = 1200,
	[BOARD_KEY_OFF_MS] = 1500,
	[BOARD_DOWN_MS] = 4000,
	[BOARD_BOOT_MS] = 6000,
};

static void *begin_profile(struct reading *r, const char *argument, unsigned at)
{
	(void)argument;
	(void)at;
	return r->profile;
}

static void *begin_bay(struct reading *r, const char *argument, unsigned at)
{
	struct board_profile *p = r->profile;
	uint64_t number;

	if (p->n_bays == BOARD_BAYS_MAX ||
		!str_to_u64(argument, strlen(argument), 999, &number) || number == 0)
		return NULL;
	struct board_bay *bay = &p->bays[p->n_bays++];
	bay->number = (unsigned)number;
	bay->at = at;
	for (size_t i = 0; i < BOARD_TIMES; i++)
		bay->times_ms[i] = UNSET;
	return bay;
}

static void *begin_input(struct reading *r, const char *argument, unsigned at)
{
	struct board_profile *p = r->profile;
	struct board_input *input = &p->inputs[p->n_inputs];

	if (p->n_inputs == BOARD_INPUTS_MAX ||
		!str_copy(input->name, sizeof(input->name), argument))
		return NULL;
	p->n_inputs++;
	input->at = at;
	input->debounce_ms = 50;
	input->every_s = 300;
	return input;
}

static void *begin_output(struct reading *r, const char *argument, unsigned at)
{
	struct board_profile *p = r->profile;
	struct board_output *output = &p->outputs[p->n_outputs];

	if (p->n_outputs == BOARD_OUTPUTS_MAX ||
		!str_copy(output->name, sizeof(output->name), argument))
		return NULL;
	p->n_outputs++;
	output->at = at;
	output->changes_an_hour = 6;
	return output;
}

#define KEYS(table) .keys = (table), .n_keys = sizeof(table) / sizeof((table)[0])

static const struct section sections[] = {
	{ "board", false, KEYS(board_keys), begin_profile },
	{ "power", false, KEYS(power_keys), begin_profile },
	{ "front", false, KEYS(front_keys), begin_profile },
	{ "bay", true, KEYS(bay_keys), begin_bay },
	{ "input", true, KEYS(input_keys), begin_input },
	{ "output", true, KEYS(output_keys), begin_output },
};

enum {
	SECTIONS = sizeof(sections) / sizeof(sections[0])
};

static const struct section *section_find(const char *name, size_t len)
{
	for (size_t i = 0; i < SECTIONS; i++)
		if (strlen(sections[i].name) == len &&
			memcmp(sections[i].name, name, len) == 0)
			return &sections[i];
	return NULL;
}

static const char *section_nearest(const char *name)
{
	const char *best = sections[0].name;

	for (size_t i = 1; i < SECTIONS; i++)
		if (ini_distance(name, sections[i].name) < ini_distance(name, best))
			best = sections[i].name;
	return best;
}

static const struct key *key_find(const struct section *s, const char *name)
{
	for (size_t i = 0; i < s->n_keys; i++)
		if (str_eq(s->keys[i].name, name))
			return &s->keys[i];
	return NULL;
}

static const char *key_nearest(const struct section *s, const char *name)
{
	const char *best = s->keys[0].name;

	for (size_t i = 1; i < s->n_keys; i++)
		if (ini_distance(name, s->keys[i].name) < ini_distance(name, best))
			best = s->keys[i].name;
	return best;
}

/* "[CHIP/]LINE [low|high] [pull-up|pull-down]": the words after the first. */
static bool take_word(struct gpio_spec *spec, const char *word)
{
	if (str_eq(word, "low"))
		spec->active_low = true;
	else if (str_eq(word, "pull-up"))
		spec->bias = GPIO_BIAS_UP;
	else if (str_eq(word, "pull-down"))
		spec->bias = GPIO_BIAS_DOWN;
	else
		return str_eq(word, "high");
	return true;
}

static bool next_word(const char **at, char *dst, size_t size)
{
	const char *start = *at + strspn(*at, " \t");
	size_t n = strcspn(start, " \t");

	*at = start + n;
	return n > 0 && str_copy_n(dst, size, start, n);
}

static bool parse_gpio(struct gpio_spec *out, const char *value, const char *chip)
{
	struct gpio_spec spec = { 0 };
	char word[64];

	if (!next_word(&value, word, sizeof(word)))
		return false;
	const char *slash = strrchr(word, '/');
	if (slash ? !str_copy_n(
			    spec.chip, sizeof(spec.chip), word, (size_t)(slash - word))
		  : !str_copy(spec.chip, sizeof(spec.chip), chip))
		return false;
	if (!str_copy(spec.line, sizeof(spec.line), slash ? slash + 1 : word))
		return false;
	while (next_word(&value, word, sizeof(word)))
		if (!take_word(&spec, word))
			return false;
	*out = spec;
	return spec.line[0] != '\0' && value[strspn(value, " \t")] == '\0';
}

static bool set_text(
	void *field, const struct key *key, const char *value, char *what, size_t size)
{
	if (str_copy(field, key->size, value) && str_is_utf8(value, strlen(value), NULL))
		return true;
	(void)str_format(what, size, "'%s' is longer than %zu octets, or no UTF-8",
		key->name, key->size - 1);
	return false;
}

static bool set_number(
	void *field, const struct key *key, const char *value, char *what, size_t size)
{
	uint64_t number;

	if (str_to_u64(value, strlen(value), key->max, &number)) {
		*(uint32_t *)field = (uint32_t)number;
		return true;
	}
	(void)str_format(
		what, size, "'%s' must be a number from 0 to %u", key->name, key->max);
	return false;
}

/* The bay's socket is its line; it may be named further down. */
static void set_usb_port(struct gpio_spec *field, unsigned at)
{
	*field = (struct gpio_spec){ .chip = BOARD_USB_PORT, .at = at };
}

static bool set_line(struct gpio_spec *field, const struct ini *ini,
	const struct key *key, const char *value, char what[160])
{
	const struct reading *r = ini->user;

	if (str_eq(key->name, "supply") && str_eq(value, BOARD_USB_PORT)) {
		set_usb_port(field, ini->line);
		return true;
	}
	if (parse_gpio(field, value, r->profile->chip)) {
		field->at = ini->line;
		return true;
	}
	(void)str_format(what, 160,
		"'%s' must be '[CHIP/]LINE [low|high] [pull-up|pull-down]', as "
		"'gpiochip0/17 low'",
		key->name);
	return false;
}

static bool take_key(
	struct ini *ini, const char *name, const char *value, char *what, size_t size)
{
	struct reading *r = ini->user;
	const struct key *key = key_find(r->section, name);

	if (!key) {
		(void)str_format(what, size,
			"there is no key '%.40s' in [%s]; the nearest is '%s'", name,
			r->section->name, key_nearest(r->section, name));
		return false;
	}
	void *field = (char *)r->object + key->offset;
	switch (key->kind) {
	case KIND_TEXT:
		return set_text(field, key, value, what, size);
	case KIND_NUMBER:
		return set_number(field, key, value, what, size);
	case KIND_LINE:
		break;
	}
	return set_line(field, ini, key, value, what);
}

static bool take_section(struct ini *ini, const char *name, char *what, size_t size)
{
	struct reading *r = ini->user;
	size_t len = strcspn(name, " \t");
	const char *argument = name + len + strspn(name + len, " \t");

	r->section = section_find(name, len);
	if (!r->section) {
		char word[32];
		(void)str_copy_n(word, sizeof(word), name, len); /* cut: for likeness */
		(void)str_format(what, size,
			"there is no section [%.40s]; the nearest is [%s]", name,
			section_nearest(word));
		return false;
	}
	r->object = NULL;
	if (r->section->has_argument == (*argument != '\0'))
		r->object = r->section->begin(r, argument, ini->line);
	if (r->object)
		return true;
	(void)str_format(what, size,
		r->section->has_argument
			? "[%s] wants a number or a name, as [bay 1]; or there are too "
			  "many"
			: "[%s] takes no other word",
		r->section->name);
	return false;
}

/* What only shows when all is read. */

struct check {
	struct board_profile *profile;
	const char *file;
	char *why;
	size_t size;
	const struct gpio_spec *lines[BOARD_BAYS_MAX * BOARD_BAY_LINES +
				      BOARD_INPUTS_MAX + BOARD_OUTPUTS_MAX + 3];
	size_t n_lines;
};

static enum err bad(struct check *c, unsigned at, const char *what)
{
	(void)str_format(c->why, c->size, "%s, line %u: %s", c->file, at, what);
	c->profile->wrong_line = at;
	return ERR_INPUT;
}

static enum err check_line(struct check *c, const struct gpio_spec *spec)
{
	char what[96];

	if (!gpio_is_named(spec))
		return ERR_OK;
	for (size_t i = 0; i < c->n_lines; i++) {
		if (!str_eq(c->lines[i]->chip, spec->chip) ||
			!str_eq(c->lines[i]->line, spec->line))
			continue;
		(void)str_format(what, sizeof(what), "line %s of %s is used in line %u",
			spec->line, spec->chip, c->lines[i]->at);
		return bad(c, spec->at, what);
	}
	c->lines[c->n_lines++] = spec;
	return ERR_OK;
}

/* "1-1.2": the bus, and a port for each hub on the way. */
static bool is_socket(const char *usb)
{
	static const char digits[] = "0123456789";
	const char *at = usb + strspn(usb, digits);

	if (at == usb || *at != '-')
		return false;
	do {
		size_t n = strspn(++at, digits);
		if (n == 0 || n > 3)
			return false;
		at += n;
	} while (*at == '.');
	return *at == '\0';
}

static enum err check_bay(struct check *c, size_t i)
{
	const struct board_bay *bay = &c->profile->bays[i];
	enum err err = ERR_OK;

	if ((bay->usb[0] == '\0') == (bay->uart[0] == '\0'))
		return bad(c, bay->at, "a bay has either 'usb' or 'uart'");
	if (bay->usb[0] && !is_socket(bay->usb))
		return bad(c, bay->at,
			"'usb' is a socket's path, as 1-1.2 in /sys/bus/usb/devices");
	if (board_is_usb_port(&bay->lines[BOARD_SUPPLY]) && bay->uart[0])
		return bad(c, bay->lines[BOARD_SUPPLY].at,
			"a UART has no '" BOARD_USB_PORT "'");
	if (bay->uart[0] && bay->uart[0] != '/')
		return bad(c, bay->at, "'uart' is a device, as /dev/ttyAMA2");
	for (size_t k = 0; k < i; k++) {
		const struct board_bay *other = &c->profile->bays[k];
		if (other->number == bay->number)
			return bad(c, bay->at, "this bay is there already");
		if (str_eq(other->usb, bay->usb) && str_eq(other->uart, bay->uart))
			return bad(c, bay->at, "another bay is at the same place");
	}
	for (size_t k = 0; k < BOARD_BAY_LINES && err == ERR_OK; k++)
		err = check_line(c, &bay->lines[k]);
	return err;
}

static enum err check_input(struct check *c, const struct board_input *input)
{
	if (!gpio_is_named(&input->line))
		return bad(c, input->at, "an input has a 'line'");
	if (input->says[0] == '\0')
		return bad(c, input->at, "an input 'says' what it means, in a sentence");
	return check_line(c, &input->line);
}

static enum err check_output(struct check *c, size_t i)
{
	const struct board_output *o = &c->profile->outputs[i];

	if (!gpio_is_named(&o->line))
		return bad(c, o->at, "an output has a 'line'");
	if (o->on[0] == '\0')
		return bad(c, o->at, "an output has the word that switches it 'on'");
	if (o->off[0] == '\0' && o->on_max_s == 0)
		return bad(c, o->at, "an output has 'off', or 'on-max-s', or both");
	if (str_eq_nocase(o->on, o->off))
		return bad(c, o->at, "'on' and 'off' are the same word");
	for (size_t k = 0; k < i; k++) {
		const struct board_output *other = &c->profile->outputs[k];
		if (str_eq_nocase(other->on, o->on) || str_eq_nocase(other->off, o->on) ||
			(o->off[0] && (str_eq_nocase(other->on, o->off) ||
					      str_eq_nocase(other->off, o->off))))
			return bad(c, o->at, "another output has this word");
	}
	return check_line(c, &o->line);
}

static enum err check_all(struct check *c)
{
	const struct board_profile *p = c->profile;
	enum err err = check_line(c, &p->status_led);

	if (err == ERR_OK)
		err = check_line(c, &p->button);
	if (err == ERR_OK)
		err = check_line(c, &p->buzzer);
	for (size_t i = 0; i < p->n_bays && err == ERR_OK; i++)
		err = check_bay(c, i);
	for (size_t i = 0; i < p->n_inputs && err == ERR_OK; i++)
		err = check_input(c, &p->inputs[i]);
	for (size_t i = 0; i < p->n_outputs && err == ERR_OK; i++)
		err = check_output(c, i);
	return err;
}

/* Each bay's times that it does not name are the profile's. */
static void fill_bay(const struct board_profile *p, struct board_bay *bay)
{
	for (size_t k = 0; k < BOARD_TIMES; k++)
		if (bay->times_ms[k] == UNSET)
			bay->times_ms[k] = p->times_ms[k];
	struct gpio_spec *supply = &bay->lines[BOARD_SUPPLY];
	if (board_is_usb_port(supply) &&
		!str_copy(supply->line, sizeof(supply->line), bay->usb))
		bay->usb[0] = '\0'; /* no socket is that deep; it is refused below */
}

static void init(struct board_profile *p)
{
	memset(p, 0, sizeof(*p));
	(void)str_copy(p->name, sizeof(p->name), "virtual"); /* these fit */
	(void)str_copy(p->chip, sizeof(p->chip), "gpiochip0");
	p->stagger_ms = 300;
	memcpy(p->times_ms, usual_ms, sizeof(p->times_ms));
}

static enum err finish(
	struct board_profile *p, const struct ini *ini, char *why, size_t size)
{
	struct check c = { .profile = p, .file = ini->file, .why = why, .size = size };

	for (size_t i = 0; i < p->n_bays; i++)
		fill_bay(p, &p->bays[i]);
	return check_all(&c);
}

enum err board_profile_parse(
	struct board_profile *out, const struct board_text *in, char *why, size_t size)
{
	struct reading r = { .profile = out };
	struct ini ini = {
		.file = in->file, .section = take_section, .key = take_key, .user = &r
	};

	init(out);
	enum err err = ini_parse(&ini, in->text, in->len, why, size);
	out->wrong_line = ini.line;
	return err == ERR_OK ? finish(out, &ini, why, size) : err;
}

enum err board_profile_load(
	struct board_profile *out, const char *name, char *why, size_t size)
{
	char file[320];
	struct reading r = { .profile = out };
	struct ini ini = {
		.file = file, .section = take_section, .key = take_key, .user = &r
	};

	init(out);
	if (str_eq(name, "virtual"))
		return ERR_OK;
	if (strchr(name, '/') ? !str_copy(file, sizeof(file), name)
			      : !str_format(file, sizeof(file), "%s/%s.conf",
					BOARD_PROFILE_DIR, name))
		return ERR_MEM;
	enum err err = ini_load(&ini, why, size);
	return err == ERR_OK ? finish(out, &ini, why, size) : err;
}
