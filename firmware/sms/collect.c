#include "firmware/sms/collect.h"

#include <string.h>

#include "firmware/sms/content_payload.h"
#include "firmware/sms/ucs2.h"

/* Text being joined, and the half of a character that the last part ended with. */
struct joiner {
	char *dst;
	size_t size;
	size_t len;
	bool escape; /* an escape septet waits for its second */
	bool high;   /* a high surrogate waits for its low one */
	uint8_t high_octets[2];
};

bool collect_key_of(
	const struct sms_deliver *msg, struct collect_key *out, uint8_t *out_seq)
{
	const struct udh_concat *c = &msg->content.udh.concat;
	if (c->total < 2)
		return false;
	*out = (struct collect_key){
		.from = msg->from,
		.ref = c->ref,
		.ref16 = c->ref16,
		.total = c->total,
	};
	*out_seq = c->seq;
	return true;
}

bool collect_key_is_equal(const struct collect_key *a, const struct collect_key *b)
{
	return a->ref == b->ref && a->ref16 == b->ref16 && a->total == b->total &&
	       a->from.ton == b->from.ton && a->from.npi == b->from.npi &&
	       strcmp(a->from.text, b->from.text) == 0;
}

static bool ends_in_escape(const struct gsm7_septets *s)
{
	size_t escapes = 0;
	while (escapes < s->count && s->at[s->count - 1 - escapes] == GSM7_ESCAPE)
		escapes++;
	return escapes % 2 == 1; /* two of them are a character of their own */
}

static enum err septets_join(struct joiner *j, const struct sms_deliver *part, bool last)
{
	struct gsm7_septets s, joined = { 0 };
	enum err err = content_septets(&part->ud, part->content.udh.len_octets, &s);
	if (err != ERR_OK)
		return err;
	if (j->escape)
		joined.at[joined.count++] = GSM7_ESCAPE;
	memcpy(joined.at + joined.count, s.at, s.count);
	joined.count += s.count;
	j->escape = !last && ends_in_escape(&joined);
	if (j->escape)
		joined.count--;
	struct gsm7_alphabet alphabet;
	const struct udh *udh = &part->content.udh;
	(void)gsm7_alphabet_get(
		udh->locking, udh->single, &alphabet); /* or the default */
	return gsm7_to_utf8(&alphabet, &joined, j->dst + j->len, j->size - j->len);
}

static bool ends_in_high(const uint8_t *octets, size_t len)
{
	return len >= 2 && len % 2 == 0 && (octets[len - 2] & 0xFC) == 0xD8;
}

static enum err units_join(struct joiner *j, const struct sms_deliver *part, bool last)
{
	uint8_t joined[2 + SMS_UD_OCTETS_MAX];
	size_t header = part->content.udh.len_octets;
	size_t len = 0;
	if (j->high) {
		memcpy(joined, j->high_octets, 2);
		len = 2;
	}
	memcpy(joined + len, part->ud.octets + header, part->ud.len_octets - header);
	len += part->ud.len_octets - header;
	j->high = !last && ends_in_high(joined, len);
	if (j->high) {
		len -= 2;
		memcpy(j->high_octets, joined + len, 2);
	}
	return ucs2_to_utf8(joined, len, j->dst + j->len, j->size - j->len);
}

/* Whether the next part goes on in the alphabet of this one. */
static bool is_last_of_run(const struct sms_deliver *const *parts, size_t count, size_t i)
{
	if (i + 1 == count)
		return true;
	const struct sms_content *next = &parts[i + 1]->content;
	return !next->has_text || next->dcs.alphabet != parts[i]->content.dcs.alphabet;
}

enum err collect_text(
	const struct sms_deliver *const *parts, size_t count, char *dst, size_t size)
{
	if (size == 0)
		return ERR_MEM;
	struct joiner j = { .dst = dst, .size = size };
	dst[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		if (!parts[i]->content.has_text)
			continue;
		bool last = is_last_of_run(parts, count, i);
		enum err err = parts[i]->content.dcs.alphabet == SMS_ALPHABET_GSM7
				       ? septets_join(&j, parts[i], last)
				       : units_join(&j, parts[i], last);
		if (err != ERR_OK) {
			dst[0] = '\0';
			return err;
		}
		j.len += strlen(dst + j.len);
	}
	return ERR_OK;
}
