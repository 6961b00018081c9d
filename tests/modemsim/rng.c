#include "tests/modemsim/rng.h"

#include <stdlib.h>
#include <string.h>

#define SPREAD_MAX_MS 600000.0

void rng_seed(struct rng *rng, uint64_t seed, uint64_t stream)
{
	rng->state = seed * 0x9e3779b97f4a7c15U + stream * 0xd1342543de82ef95U + 1;
	(void)rng_next(rng); /* the first draw of close seeds is close */
}

/* splitmix64, public domain by Sebastiano Vigna. */
uint64_t rng_next(struct rng *rng)
{
	uint64_t z = rng->state += 0x9e3779b97f4a7c15U;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return z ^ (z >> 31);
}

double rng_unit(struct rng *rng)
{
	return (double)(rng_next(rng) >> 11) * (1.0 / 9007199254740992.0);
}

/* Sum of twelve uniforms: near enough to normal, and needs no libm. */
static double rng_normal(struct rng *rng)
{
	double sum = -6.0;

	for (int i = 0; i < 12; i++)
		sum += rng_unit(rng);
	return sum;
}

static double small_exp(double x)
{
	double y = 1.0 + x / 1024.0;

	for (int i = 0; i < 10; i++)
		y *= y;
	return y;
}

static bool number_parse(const char **at, double *out)
{
	char *end;
	double value = strtod(*at, &end);

	if (end == *at || !(value >= 0.0 && value <= SPREAD_MAX_MS))
		return false;
	*at = end;
	*out = value;
	return true;
}

bool spread_parse(const char *text, struct spread *out)
{
	static const char log_word[] = "lognormal ";
	struct spread spread = { .kind = SPREAD_CONST };
	const char *at = text;

	if (strncmp(at, log_word, sizeof(log_word) - 1) == 0) {
		spread.kind = SPREAD_LOGNORMAL;
		at += sizeof(log_word) - 1;
	}
	if (!number_parse(&at, &spread.a))
		return false;
	if (spread.kind == SPREAD_LOGNORMAL) {
		if (!number_parse(&at, &spread.b) || spread.b > 3.0)
			return false;
	} else if (*at == '-') {
		at++;
		spread.kind = SPREAD_UNIFORM;
		if (!number_parse(&at, &spread.b) || spread.b < spread.a)
			return false;
	}
	if (*at != '\0')
		return false;
	*out = spread;
	return true;
}

uint32_t spread_draw(const struct spread *spread, struct rng *rng)
{
	double ms = spread->a;

	switch (spread->kind) {
	case SPREAD_CONST:
		break;
	case SPREAD_UNIFORM:
		ms += (spread->b - spread->a) * rng_unit(rng);
		break;
	case SPREAD_LOGNORMAL:
		ms *= small_exp(spread->b * rng_normal(rng));
		break;
	}
	return (uint32_t)(ms > SPREAD_MAX_MS ? SPREAD_MAX_MS : ms + 0.5);
}
