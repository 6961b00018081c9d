#include "firmware/sms/split.h"

#include "firmware/base/str.h"
#include "firmware/sms/gsm7.h"
#include "firmware/sms/ucs2.h"

/* No text of 255 parts is longer: 255 * 160 septets of at most 3 bytes. */
#define TEXT_BYTES_MAX (SPLIT_PARTS_MAX * SMS_UD_SEPTETS_MAX * 3)

/* A text being measured in the units of one alphabet. */
struct meter {
	const char *text;
	size_t len;
	enum sms_alphabet alphabet;
	struct gsm7_alphabet gsm7;
};

/* Units of the character at pos, which is valid UTF-8; *out_bytes is its length. */
static unsigned units_at(const struct meter *m, size_t pos, size_t *out_bytes)
{
	uint32_t code_point = 0;
	int n = str_utf8_next(m->text + pos, m->len - pos, &code_point);
	*out_bytes = (size_t)n;
	return m->alphabet == SMS_ALPHABET_GSM7 ? gsm7_cost(&m->gsm7, code_point)
						: ucs2_cost(code_point);
}

/* The rule where a text is cut: as late as the room allows, between two characters, so
 * never inside an escape or surrogate pair. The latest cut makes the fewest parts. */
static size_t part_end(
	const struct meter *m, size_t start, unsigned room, unsigned *out_units)
{
	size_t pos = start;
	unsigned used = 0;
	while (pos < m->len) {
		size_t bytes = 0;
		unsigned units = units_at(m, pos, &bytes);
		if (units > room - used)
			break;
		used += units;
		pos += bytes;
	}
	*out_units = used;
	return pos;
}

/* The header of part index; everything in it but the numbers is the same in all parts. */
static struct udh part_header(const struct split_plan *plan, unsigned index, uint16_t ref)
{
	struct udh udh = { .locking = plan->locking, .single = plan->single };
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

/* Checks the text and notes the characters that GSM 7 bit lacks. */
static enum err because_find(const struct meter *m, struct split_plan *plan)
{
	for (size_t pos = 0; pos < m->len;) {
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

/* Cuts into parts of plan->part_units. False if parts_max do not do. */
static bool cut(const struct meter *m, unsigned parts_max, struct split_plan *plan)
{
	unsigned parts = 0, used = 0;
	size_t pos = 0;
	plan->units = 0;
	do {
		if (parts == parts_max)
			return false;
		plan->start[parts++] = (uint32_t)pos;
		pos = part_end(m, pos, plan->part_units, &used);
		plan->units += used;
	} while (pos < m->len);
	plan->start[parts] = (uint32_t)pos;
	plan->parts = (uint8_t)parts;
	plan->units_left = (uint16_t)(plan->part_units - used);
	return true;
}

static enum err fit(const struct meter *m, unsigned parts_max, struct split_plan *plan)
{
	plan->parts = 1;
	plan->part_units = room_of_part(plan);
	if (cut(m, 1, plan))
		return ERR_OK;
	plan->parts =
		SPLIT_PARTS_MAX; /* any above 1: room for the concatenation element */
	plan->part_units = room_of_part(plan);
	return cut(m, parts_max, plan) ? ERR_OK : ERR_MEM;
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
	struct meter m = { .text = text, .len = len };
	(void)gsm7_alphabet_get(0, 0, &m.gsm7); /* the default always exists */
	enum err err = because_find(&m, &plan);
	if (err != ERR_OK)
		return err;
	bool ucs2 = opts->force_ucs2 || plan.because_len > 0;
	plan.alphabet = ucs2 ? SMS_ALPHABET_UCS2 : SMS_ALPHABET_GSM7;
	m.alphabet = plan.alphabet;
	err = fit(&m, opts->parts_max != 0 ? opts->parts_max : SPLIT_PARTS_MAX, &plan);
	if (err == ERR_OK)
		*out = plan;
	return err;
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
