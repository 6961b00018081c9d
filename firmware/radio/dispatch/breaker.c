#include "firmware/radio/dispatch/breaker.h"

enum breaker_state breaker_state(const struct breaker *b, uint64_t now_ms)
{
	if (!b->is_open)
		return BREAKER_CLOSED;
	return now_ms < b->until_ms || b->is_probing ? BREAKER_OPEN : BREAKER_HALF;
}

void breaker_given(struct breaker *b, uint64_t now_ms)
{
	b->is_probing = b->is_open && now_ms >= b->until_ms;
}

void breaker_untried(struct breaker *b)
{
	b->is_probing = false;
}

bool breaker_fails_with_all(const struct breaker *b, const struct breaker_bank *bank)
{
	return b->n_numbers > 0 && b->accepted_then == bank->accepted;
}

void breaker_accepted(struct breaker *b, struct breaker_bank *bank)
{
	bank->accepted++;
	b->is_open = b->is_probing = false;
	b->n_numbers = 0;
	if (b->trust < BREAKER_TRUST)
		b->trust++;
	else
		b->doublings = 0;
}

static void open_it(struct breaker *b, const struct breaker_bank *bank, uint64_t now_ms)
{
	uint64_t pause = BREAKER_FIRST_MS;

	for (uint8_t i = 0; i < b->doublings && pause < BREAKER_LONGEST_MS; i++)
		pause *= 2;
	if (pause > BREAKER_LONGEST_MS)
		pause = BREAKER_LONGEST_MS;
	else
		b->doublings++;
	b->until_ms = now_ms + pause;
	b->is_open = true;
	b->is_probing = false;
	b->trust = 0;
	b->n_numbers = 0;
	b->accepted_then = bank->accepted;
}

/* A probe that fails while nobody gets anything through says nothing new. */
static void probe_failed(
	struct breaker *b, const struct breaker_bank *bank, uint64_t now_ms)
{
	if (bank->accepted == b->accepted_then && b->doublings > 0)
		b->doublings--;
	open_it(b, bank, now_ms);
}

static void note(struct breaker *b, const struct breaker_bank *bank, uint32_t number)
{
	if (b->n_numbers == 0)
		b->accepted_then = bank->accepted;
	for (uint8_t i = 0; i < b->n_numbers; i++) {
		if (b->numbers[i] == number)
			return;
	}
	if (b->n_numbers < BREAKER_NUMBERS)
		b->numbers[b->n_numbers++] = number;
}

bool breaker_failed(struct breaker *b, const struct breaker_bank *bank, uint32_t number,
	uint64_t now_ms)
{
	b->trust = 0;
	if (b->is_open) {
		probe_failed(b, bank, now_ms);
		return true;
	}
	note(b, bank, number);
	/* Its own would have ended the row: all of these are others'. */
	if (b->n_numbers < BREAKER_NUMBERS ||
		bank->accepted - b->accepted_then < BREAKER_OTHERS)
		return false;
	open_it(b, bank, now_ms);
	return true;
}
