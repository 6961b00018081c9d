/*
 * What an operator's words say: modems print them packed, as UCS-2 or plainly, and the
 * coding scheme beside them does not always tell which. TS 27.007 7.15, TS 23.038
 * clause 5. Pure.
 */
#ifndef RADIO_USSD_TEXT_H
#define RADIO_USSD_TEXT_H

#include <stddef.h>

#include "drivers/modem.h"

#define USSD_TEXT_SIZE 800

/* UTF-8 without control codes but line breaks, trimmed; returns its length, 0: no words.
 * What is longer than size is cut. */
size_t ussd_text(const struct modem_ussd_answer *answer, char *dst, size_t size);

#endif
