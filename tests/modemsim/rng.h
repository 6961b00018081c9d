/*
 * Seeded randomness: the same seed gives the same bank, whatever the machine does.
 * A spread is how a duration varies: "80", "80-120" (uniform) or "lognormal 1800 0.3"
 * (median in milliseconds and sigma of the logarithm).
 */
#ifndef MODEMSIM_RNG_H
#define MODEMSIM_RNG_H

#include <stdbool.h>
#include <stdint.h>

struct rng {
	uint64_t state;
};

enum spread_kind {
	SPREAD_CONST,
	SPREAD_UNIFORM,
	SPREAD_LOGNORMAL,
};

struct spread {
	enum spread_kind kind;
	double a; /* the value, the lower end, or the median */
	double b; /* the upper end, or sigma */
};

void rng_seed(struct rng *rng, uint64_t seed, uint64_t stream);
uint64_t rng_next(struct rng *rng);
/* Uniform in [0, 1). */
double rng_unit(struct rng *rng);

/* False if text is none of the three forms, or above ten minutes. */
bool spread_parse(const char *text, struct spread *out);
/* Milliseconds, at least 0. */
uint32_t spread_draw(const struct spread *spread, struct rng *rng);

#endif
