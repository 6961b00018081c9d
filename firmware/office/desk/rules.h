/*
 * The chain that every text that came in goes through, oldest first: opt-out, then start,
 * then help, then the inbox. One transaction a text; until it is through, nothing but otp
 * and alert leaves to its sender (see queue.h).
 */
#ifndef OFFICE_RULES_H
#define OFFICE_RULES_H

#include "firmware/office/office.h"

/* Reads up to max new texts. out_n: how many; call again while it equals max. */
enum err rules_run(struct office *o, size_t max, size_t *out_n);

#endif
