#include "drivers/at/at_length.h"

#define LOG_MODULE "at"
#include "firmware/base/log.h"

void at_lengths_begin(struct at_lengths *l)
{
	l->has_new_doubt = false;
}

static uint32_t sum_of(const uint8_t *pdu, size_t octets)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < octets; i++)
		sum = sum * 31 + pdu[i];
	return sum;
}

static bool is_doubted(const struct at_lengths *l, const struct at_stored *head,
	size_t octets, uint32_t sum)
{
	return l->has_doubt && l->doubted.store == head->store &&
	       l->doubted.index == head->index && l->octets == octets && l->sum == sum;
}

bool at_lengths_doubt(struct at_lengths *l, const struct at_stored *head,
	const uint8_t *pdu, size_t octets)
{
	uint32_t sum = sum_of(pdu, octets);

	if (l->are_wrong || head->tpdu_octets == 0 ||
		octets == 1u + pdu[0] + head->tpdu_octets)
		return false;
	if (is_doubted(l, head, octets, sum)) {
		log_info("the modem's lengths are not those of its messages");
		l->are_wrong = true;
		return false;
	}
	if (l->has_new_doubt) /* the first of a list is met again, whatever goes */
		return true;
	l->has_doubt = l->has_new_doubt = true;
	l->doubted = *head;
	l->octets = octets;
	l->sum = sum;
	return true;
}
