/*
 * Machine names of causes, reasons and problems as sentences: "cms 38", "cme 10",
 * "st 46", "lost_answer", "power_cut", "suppressed", bay reasons. Unknown ones come back
 * readable. Static or in dst.
 */
#ifndef OFFICE_CAUSE_TEXT_H
#define OFFICE_CAUSE_TEXT_H

#include <stddef.h>

/* The sentence for a message's or part's cause; "" for "". dst[size]: for those with
 * numbers in them; returns dst or static text. */
const char *cause_text(const char *cause, char *dst, size_t size);
/* For TP-ST of a status report, -1: "". */
const char *cause_status_sentence(int st);
/* For the state and reason of a bay ("FAULT", "no_answer"): what is so and what to do. */
const char *cause_bay_text(const char *state, const char *reason);
/* For a failure in its history: what was so. */
const char *cause_bay_failure_text(const char *reason);

#endif
