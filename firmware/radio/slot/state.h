/*
 * The state of a message as the store has it now, for hints: a message is as its worst
 * part, which what happened to one part does not tell.
 */
#ifndef RADIO_STATE_H
#define RADIO_STATE_H

#include <stdint.h>

#include "firmware/store/store.h"

/* On the store's thread. ERR_NOTFOUND: there is no such message. */
enum err state_read(struct store *s, int64_t message_id, enum message_state *out);

#endif
