#include "firmware/sms/gsm7.h"

#include <assert.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/sms/gsm7_tables.h"
#include "firmware/sms/gsm7_word.h"

static_assert(GSM7_INDEX_LANGUAGES == GSM7_LANGUAGES, "an index for each language");

/* 6.2.1.2.4, by national language identifier */
static const struct {
	const uint16_t *locking, *single;
} languages[GSM7_LANGUAGES] = {
	[GSM7_DEFAULT] = { gsm7_table_default, gsm7_table_default_single },
	[GSM7_TURKISH] = { gsm7_table_turkish, gsm7_table_turkish_single },
	[GSM7_SPANISH] = { NULL, gsm7_table_spanish_single },
	[GSM7_PORTUGUESE] = { gsm7_table_portuguese, gsm7_table_portuguese_single },
	[GSM7_BENGALI] = { gsm7_table_bengali, gsm7_table_bengali_single },
	[GSM7_GUJARATI] = { gsm7_table_gujarati, gsm7_table_gujarati_single },
	[GSM7_HINDI] = { gsm7_table_hindi, gsm7_table_hindi_single },
	[GSM7_KANNADA] = { gsm7_table_kannada, gsm7_table_kannada_single },
	[GSM7_MALAYALAM] = { gsm7_table_malayalam, gsm7_table_malayalam_single },
	[GSM7_ORIYA] = { gsm7_table_oriya, gsm7_table_oriya_single },
	[GSM7_PUNJABI] = { gsm7_table_punjabi, gsm7_table_punjabi_single },
	[GSM7_TAMIL] = { gsm7_table_tamil, gsm7_table_tamil_single },
	[GSM7_TELUGU] = { gsm7_table_telugu, gsm7_table_telugu_single },
	[GSM7_URDU] = { gsm7_table_urdu, gsm7_table_urdu_single },
};

const char *gsm7_language_name(unsigned language)
{
	static const char *const names[GSM7_LANGUAGES] = { "default", "turkish",
		"spanish", "portuguese", "bengali", "gujarati", "hindi", "kannada",
		"malayalam", "oriya", "punjabi", "tamil", "telugu", "urdu" };
	return language < GSM7_LANGUAGES ? names[language] : "";
}

bool gsm7_has_locking(uint8_t language)
{
	return language < GSM7_LANGUAGES && languages[language].locking != NULL;
}

bool gsm7_has_single(uint8_t language)
{
	return language < GSM7_LANGUAGES;
}

bool gsm7_alphabet_get(uint8_t locking, uint8_t single, struct gsm7_alphabet *out)
{
	bool known = gsm7_has_locking(locking) && gsm7_has_single(single);
	if (!gsm7_has_locking(locking))
		locking = GSM7_DEFAULT;
	if (!gsm7_has_single(single))
		single = GSM7_DEFAULT;
	*out = (struct gsm7_alphabet){
		.locking = languages[locking].locking,
		.single = languages[single].single,
		.locking_pages = gsm7_pages_of_locking[locking],
		.single_pages = gsm7_pages_of_single[single],
		.is_latin = locking <= GSM7_PORTUGUESE,
	};
	return known;
}

/* 0x80 and the septet, or 0. */
static inline uint8_t septet_find(const uint8_t *pages, uint32_t code_point)
{
	uint32_t page = code_point >> 7;
	unsigned column = page < GSM7_COLUMN_LEN ? gsm7_column[page] : GSM7_COLUMNS - 1;
	return gsm7_page[pages[column]][code_point & 0x7F];
}

unsigned gsm7_cost(const struct gsm7_alphabet *a, uint32_t code_point)
{
	if (septet_find(a->locking_pages, code_point) != 0)
		return 1;
	return septet_find(a->single_pages, code_point) != 0 ? 2 : 0;
}

static enum err code_point_append(
	const struct gsm7_alphabet *a, uint32_t code_point, struct gsm7_septets *s)
{
	uint8_t septet = septet_find(a->locking_pages, code_point);
	unsigned cost = 1;
	if (septet == 0) {
		septet = septet_find(a->single_pages, code_point);
		if (septet == 0)
			return ERR_INPUT;
		cost = 2;
	}
	if (GSM7_SEPTETS_MAX - s->count < cost)
		return ERR_MEM;
	if (cost == 2)
		s->at[s->count++] = GSM7_ESCAPE;
	s->at[s->count++] = septet & 0x7F;
	return ERR_OK;
}

/* Plain characters from text[len] on, which are their own septets. Returns how many were
 * taken; the next one is not plain, or fewer than a word is left. */
static size_t plain_append(const uint8_t *text, size_t len, struct gsm7_septets *s)
{
	size_t pos = 0;
	while (len - pos >= WORD_OCTETS && GSM7_SEPTETS_MAX - s->count >= WORD_OCTETS) {
		uint64_t word = word_load(text + pos);
		uint64_t marks = word_not_plain(word);
		word_store(s->at + s->count, word);
		unsigned taken = marks != 0 ? word_leading(marks) : WORD_OCTETS;
		s->count += taken;
		pos += taken;
		if (marks != 0)
			break;
	}
	return pos;
}

enum err gsm7_from_utf8(const struct gsm7_alphabet *a, const char *text, size_t len,
	struct gsm7_septets *out, struct gsm7_fault *fault)
{
	struct gsm7_septets s;
	s.count = 0;
	for (size_t pos = 0; pos < len;) {
		if (a->is_latin)
			pos += plain_append((const uint8_t *)text + pos, len - pos, &s);
		if (pos == len)
			break;
		uint32_t code_point = 0;
		int n = str_utf8_next(text + pos, len - pos, &code_point);
		enum err err = n > 0 ? code_point_append(a, code_point, &s) : ERR_INPUT;
		if (err == ERR_INPUT && fault != NULL) {
			*fault = (struct gsm7_fault){
				.offset = pos,
				.code_point = n > 0 ? code_point : 0,
			};
		}
		if (err != ERR_OK)
			return err;
		pos += (size_t)n;
	}
	out->count = s.count;
	memcpy(out->at, s.at, s.count);
	return ERR_OK;
}

/* 6.2.1.1: what the septet after an escape shows. */
static uint32_t shifted(const struct gsm7_alphabet *a, uint8_t septet)
{
	if (septet == GSM7_ESCAPE) /* note 1: for a further table, until then a space */
		return ' ';
	if (a->single[septet] != 0)
		return a->single[septet];
	return a->locking[septet];
}

static uint32_t septet_read(
	const struct gsm7_alphabet *a, const struct gsm7_septets *in, size_t *pos)
{
	uint8_t septet = in->at[(*pos)++] & 0x7F;
	uint32_t code_point = a->locking[septet];
	if (septet == GSM7_ESCAPE) {
		/* 6.2.1 note 1: one that shifts nothing is a space */
		code_point = ' ';
		if (*pos < in->count)
			code_point = shifted(a, in->at[(*pos)++] & 0x7F);
	}
	return code_point != 0 ? code_point : 0xFFFD;
}

/* The way back of plain_append(), of which the rest of it is said there. */
static size_t plain_read(const uint8_t *septets, size_t count, uint8_t *dst, size_t size)
{
	size_t pos = 0;
	while (count - pos >= WORD_OCTETS && size - pos > WORD_OCTETS) {
		uint64_t word = word_load(septets + pos);
		uint64_t marks = word_not_plain(word);
		word_store(dst + pos, word);
		if (marks != 0)
			return pos + word_leading(marks);
		pos += WORD_OCTETS;
	}
	return pos;
}

enum err gsm7_to_utf8(const struct gsm7_alphabet *a, const struct gsm7_septets *in,
	char *dst, size_t size)
{
	size_t len = 0;
	for (size_t pos = 0; pos < in->count;) {
		if (a->is_latin) {
			size_t plain = plain_read(in->at + pos, in->count - pos,
				(uint8_t *)dst + len, size - len);
			pos += plain;
			len += plain;
		}
		if (pos == in->count)
			break;
		char utf8[4];
		size_t n = str_utf8_put(septet_read(a, in, &pos), utf8);
		if (n >= size - len)
			return ERR_MEM;
		memcpy(dst + len, utf8, n);
		len += n;
	}
	if (len >= size)
		return ERR_MEM;
	dst[len] = '\0';
	return ERR_OK;
}
