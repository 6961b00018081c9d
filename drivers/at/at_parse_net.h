/*
 * The operator, how it is reached, and IMS: TS 27.007 7.3 and 8.71. The rules of
 * at_parse.h hold: pure, a whole line or nothing.
 */
#ifndef DRIVERS_AT_PARSE_NET_H
#define DRIVERS_AT_PARSE_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/modem_net_types.h"

/* The answer to +COPS?. "" while there is none. */
bool at_parse_cops(const char *text, size_t len, char *name, size_t size);
/* <mode> of the same: 2, it was told to leave the network. */
bool at_parse_cops_mode(const char *text, size_t len, uint16_t *out_mode);
/* <AcT> of the same; AT_ACT_NONE: not told. */
bool at_parse_cops_act(const char *text, size_t len, uint8_t *out_act);
/* What an <AcT> is; act8_is_lte: as struct modem_quirks. */
enum modem_tech at_tech_of_act(uint8_t act, bool act8_is_lte);
/* A line of the answer to +COPS=?, or the rest of one on a line of its own: adds what it
 * tells to out. One network that is told for several technologies is one, with the best
 * of its states. */
bool at_parse_cops_list(const char *text, size_t len, struct modem_networks *out);
/* The answer to +CIREG?. */
bool at_parse_cireg(const char *text, size_t len, enum modem_ims *out);
/* The cause of TS 24.008 that the words of +CEER are the name of; 0: none of them. */
uint8_t at_reject_cause_of_words(const char *words);

#endif
