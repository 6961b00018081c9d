#include "firmware/sms/split.h"

#include "firmware/base/str.h"
#include "firmware/sms/cluster.h"
#include "firmware/sms/gsm7.h"
#include "firmware/sms/gsm7_word.h"
#include "firmware/sms/ucs2.h"

/* No text of 255 parts is longer: 255 * 160 septets of at most 3 bytes. */
#define TEXT_BYTES_MAX (SPLIT_PARTS_MAX * SMS_UD_SEPTETS_MAX * 3)
#define PARTS_NONE (SPLIT_PARTS_MAX + 1u)

/* A text being measured in the units of one alphabet. */
struct meter {
	const char *text;
	size_t len;
	enum sms_alphabet alphabet;
	struct gsm7_alphabet gsm7;
};

/* Units of the character at pos, which is valid UTF-8, 0 if the alphabet lacks it;
 * *out_bytes is its length. */
static unsigned units_at(const struct meter *m, size_t pos, size_t *out_bytes)
{
	uint32_t code_point = 0;
	int n = str_utf8_next(m->text + pos, m->len - pos, &code_point);
	*out_bytes = (size_t)n;
	return m->alphabet == SMS_ALPHABET_GSM7 ? gsm7_cost(&m->gsm7, code_point)
						: ucs2_cost(code_point);
}

/* Bytes from pos on that surely are characters of one unit, up to a word of them. */
static unsigned single_units_at(const struct meter *m, size_t pos)
{
	if (m->len - pos < WORD_OCTETS || (m->text[pos] & 0x80) != 0)
		return 0;
	uint64_t word = word_load((const uint8_t *)m->text + pos);
	uint64_t marks = word & WORD_HIGH;
	if (m->alphabet == SMS_ALPHABET_GSM7)
		marks = m->gsm7.is_latin ? word_not_plain(word) : WORD_HIGH;
	return marks != 0 ? word_leading(marks) : WORD_OCTETS;
}

static bool is_inside_character(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

/* Where whole words of UCS-2 from pos on, which fit the room, end; before a character. */
static size_t words_end(
	const struct meter *m, size_t pos, unsigned room, unsigned *out_units)
{
	unsigned used = 0;
	while (m->len - pos >= WORD_OCTETS) {
		unsigned units =
			word_ucs2_units(word_load((const uint8_t *)m->text + pos));
		if (units > room - used)
			break;
		used += units;
		pos += WORD_OCTETS;
	}
	/* the rest of a character that began in the last word, and was counted there */
	while (pos < m->len && is_inside_character(m->text[pos]))
		pos++;
	*out_units = used;
	return pos;
}

/* The latest place between two characters from start on, so never inside an escape or
 * surrogate pair, to which room suffices. */
static size_t part_end(
	const struct meter *m, size_t start, unsigned room, unsigned *out_units)
{
	size_t pos = start;
	unsigned used = 0;
	if (m->alphabet == SMS_ALPHABET_UCS2)
		pos = words_end(m, start, room, &used);
	while (pos < m->len) {
		unsigned singles = single_units_at(m, pos);
		if (singles == 0) {
			size_t bytes = 0;
			unsigned units = units_at(m, pos, &bytes);
			if (units > room - used)
				break;
			used += units;
			pos += bytes;
			continue;
		}
		if (singles > room - used)
			singles = room - used;
		if (singles == 0)
			break;
		used += singles;
		pos += singles;
	}
	*out_units = used;
	return pos;
}

/* The header of part index; everything in it but the numbers is the same in all parts. */
static struct udh part_header(const struct split_plan *plan, unsigned index, uint16_t ref)
{
	struct udh udh = plan->header;
	if (plan->parts > 1) {
		udh.concat = (struct udh_concat){
			.ref = plan->ref16 ? ref : ref & 0xFF,
			.ref16 = plan->ref16,
			.total = plan->parts,
			.seq = (uint8_t)(index + 1),
		};
	}
	return udh;
}

/* 9.2.3.24: 160 septets or 70 units, less the header. */
static uint16_t room_of_part(const struct split_plan *plan)
{
	struct udh udh = part_header(plan, 0, 0);
	uint8_t octets[SMS_UD_OCTETS_MAX];
	size_t header = 0;
	(void)udh_encode(&udh, octets, sizeof(octets), &header); /* our own values fit */
	if (plan->alphabet == SMS_ALPHABET_UCS2)
		return (uint16_t)((SMS_UD_OCTETS_MAX - header) / 2);
	return (uint16_t)(SMS_UD_SEPTETS_MAX - (header * 8 + udh_fill_bits(header)) / 7);
}

/* Checks the text and notes the characters that the default alphabet lacks. */
static enum err because_find(const struct meter *m, struct split_plan *plan)
{
	for (size_t pos = 0; pos < m->len;) {
		unsigned singles = single_units_at(m, pos);
		if (singles > 0) {
			pos += singles;
			continue;
		}
		uint32_t code_point = 0;
		int n = str_utf8_next(m->text + pos, m->len - pos, &code_point);
		if (n <= 0 || code_point == 0)
			return ERR_INPUT;
		if (plan->because_len < SPLIT_BECAUSE_MAX &&
			gsm7_cost(&m->gsm7, code_point) == 0) {
			plan->because[plan->because_len++] = (struct split_because){
				.code_point = code_point,
				.offset = (uint32_t)pos,
			};
		}
		pos += (size_t)n;
	}
	return ERR_OK;
}

static bool is_encodable(const struct meter *m)
{
	for (size_t pos = 0; pos < m->len;) {
		size_t bytes = single_units_at(m, pos);
		if (bytes == 0 && units_at(m, pos, &bytes) == 0)
			return false;
		pos += bytes;
	}
	return true;
}

/* Parts of plan->part_units, or PARTS_NONE if they are more than max. */
static unsigned parts_count(const struct meter *m, unsigned max, uint16_t room)
{
	unsigned parts = 0, used = 0;
	size_t pos = 0;
	do {
		if (parts++ == max)
			return PARTS_NONE;
		pos = part_end(m, pos, room, &used);
	} while (pos < m->len);
	return parts;
}

/* How many parts, and their room, into the plan, which says the alphabet. */
static unsigned fit(const struct meter *m, unsigned max, struct split_plan *plan)
{
	plan->parts = 1;
	plan->part_units = room_of_part(plan);
	if (parts_count(m, 1, plan->part_units) == 1)
		return 1;
	plan->parts = SPLIT_PARTS_MAX; /* any above 1: room for the concatenation */
	plan->part_units = room_of_part(plan);
	unsigned parts = parts_count(m, max, plan->part_units);
	plan->parts = (uint8_t)(parts == PARTS_NONE ? 0 : parts);
	return parts;
}

/* What is being looked for: the cheapest plan and the meter that goes with it. */
struct search {
	struct meter meter;
	unsigned max;	/* parts that would be taken */
	unsigned parts; /* of the best so far, PARTS_NONE at first */
	struct split_plan *best;
	struct meter best_meter;
};

/* Takes an alphabet if it needs fewer parts than those tried before. That the text can be
 * said in the default one or in UCS-2 is the caller's knowledge. */
static void alphabet_try(
	struct search *s, enum sms_alphabet alphabet, uint8_t locking, uint8_t single)
{
	struct meter *m = &s->meter;
	struct split_plan *p = s->best;
	m->alphabet = alphabet;
	bool is_national = locking != GSM7_DEFAULT || single != GSM7_DEFAULT;
	if (is_national &&
		(!gsm7_alphabet_get(locking, single, &m->gsm7) || !is_encodable(m)))
		return;
	struct udh header = p->header;
	header.locking = locking;
	header.single = single;
	struct split_plan trial;
	trial.alphabet = alphabet;
	trial.ref16 = p->ref16;
	trial.header = header;
	unsigned max = s->parts == PARTS_NONE ? s->max : s->parts - 1;
	unsigned parts = fit(m, max, &trial);
	if (parts > max)
		return;
	p->alphabet = alphabet;
	p->header = header;
	p->parts = trial.parts;
	p->part_units = trial.part_units;
	s->parts = parts;
	s->best_meter = *m;
}

static bool is_allowed(uint16_t allowed, uint8_t language)
{
	return language == GSM7_DEFAULT || (allowed & SPLIT_LANGUAGE(language)) != 0;
}

static void national_try(struct search *s, const struct split_options *opts)
{
	/* a header with one table is shorter than one with two, so the pairs come last */
	for (uint8_t i = GSM7_TURKISH; i < GSM7_LANGUAGES; i++) {
		if (is_allowed(opts->single_allowed, i))
			alphabet_try(s, SMS_ALPHABET_GSM7, GSM7_DEFAULT, i);
		if (is_allowed(opts->locking_allowed, i))
			alphabet_try(s, SMS_ALPHABET_GSM7, i, GSM7_DEFAULT);
	}
	for (uint8_t i = GSM7_TURKISH; i < GSM7_LANGUAGES; i++) {
		for (uint8_t k = GSM7_TURKISH; k < GSM7_LANGUAGES; k++) {
			if (is_allowed(opts->locking_allowed, i) &&
				is_allowed(opts->single_allowed, k))
				alphabet_try(s, SMS_ALPHABET_GSM7, i, k);
		}
	}
}

/* least[r]: the first place from which r parts suffice, cut anywhere. */
static void least_find(const struct meter *m, const struct split_plan *plan,
	uint32_t least[SPLIT_PARTS_MAX + 1])
{
	size_t pos = m->len;
	least[0] = (uint32_t)pos;
	for (unsigned r = 1; r <= plan->parts; r++) {
		unsigned used = 0;
		while (pos > 0) {
			size_t bytes = 0, at = pos - 1;
			while (at > 0 && is_inside_character(m->text[at]))
				at--;
			unsigned units = units_at(m, at, &bytes);
			if (units > plan->part_units - used)
				break;
			used += units;
			pos = at;
		}
		least[r] = (uint32_t)pos;
	}
}

/* Cuts into plan->parts parts: each as late as the room allows, or where the last cluster
 * starts if the rest can still be had in the parts that are left. */
static void cut(const struct meter *m, struct split_plan *plan)
{
	uint32_t least[SPLIT_PARTS_MAX + 1];
	bool has_least = false;
	unsigned used = 0;
	size_t pos = 0;
	plan->units = 0;
	for (unsigned i = 0; i < plan->parts; i++) {
		plan->start[i] = (uint32_t)pos;
		size_t end = part_end(m, pos, plan->part_units, &used);
		size_t whole = cluster_floor(m->text, m->len, pos, end);
		if (whole < end && !has_least) {
			least_find(m, plan, least);
			has_least = true;
		}
		if (whole < end && whole >= least[plan->parts - 1 - i]) {
			struct meter shorter = *m;
			shorter.len = whole;
			end = part_end(&shorter, pos, plan->part_units, &used);
		}
		plan->units += used;
		pos = end;
	}
	plan->start[plan->parts] = (uint32_t)pos;
	plan->units_left = (uint16_t)(plan->part_units - used);
}

static enum err header_of(const struct split_options *opts, struct udh *out)
{
	*out = (struct udh){ 0 };
	if (opts->ports == NULL || !opts->ports->has_ports)
		return ERR_OK;
	const struct udh *p = opts->ports;
	if (!p->ports16 && (p->port_dst > 0xFF || p->port_src > 0xFF))
		return ERR_ARG;
	out->has_ports = true;
	out->ports16 = p->ports16;
	out->port_dst = p->port_dst;
	out->port_src = p->port_src;
	return ERR_OK;
}

enum err split_plan(const char *text, size_t len, const struct split_options *opts,
	struct split_plan *out)
{
	static const struct split_options defaults = { 0 };
	if (opts == NULL)
		opts = &defaults;
	if (len > TEXT_BYTES_MAX)
		return ERR_MEM;
	struct split_plan plan = { .ref16 = opts->ref16 };
	struct search s = {
		.meter = { .text = text, .len = len },
		.max = opts->parts_max != 0 ? opts->parts_max : SPLIT_PARTS_MAX,
		.parts = PARTS_NONE,
		.best = &plan,
	};
	(void)gsm7_alphabet_get(0, 0, &s.meter.gsm7); /* the default always exists */
	enum err err = header_of(opts, &plan.header);
	if (err == ERR_OK)
		err = because_find(&s.meter, &plan);
	if (err != ERR_OK)
		return err;
	if (!opts->force_ucs2 && plan.because_len == 0)
		alphabet_try(&s, SMS_ALPHABET_GSM7, GSM7_DEFAULT, GSM7_DEFAULT);
	else /* what fits the default alphabet never takes fewer parts in UCS-2 */
		alphabet_try(&s, SMS_ALPHABET_UCS2, GSM7_DEFAULT, GSM7_DEFAULT);
	if (s.parts > 1 && !opts->force_ucs2)
		national_try(&s, opts);
	if (s.parts == PARTS_NONE)
		return ERR_MEM;
	cut(&s.best_meter, &plan);
	*out = plan;
	return ERR_OK;
}

enum err split_part_encode(const struct split_plan *plan, const char *text,
	unsigned index, uint16_t ref, struct sms_ud *out)
{
	if (index >= plan->parts)
		return ERR_ARG;
	struct udh udh = part_header(plan, index, ref);
	uint32_t start = plan->start[index];
	enum err err = content_encode(&udh, split_dcs(plan, SMS_CLASS_NONE), text + start,
		plan->start[index + 1] - start, out);
	return err == ERR_OK ? ERR_OK : ERR_ARG;
}

uint8_t split_dcs(const struct split_plan *plan, enum sms_class msg_class)
{
	return dcs_encode(plan->alphabet, msg_class);
}
