/*
 * The SIM that a number knows: the one it wrote to, or that wrote to it, last (but codes
 * and alerts, which nobody answers). Kept by the radio side.
 */
#ifndef STORE_AFFINITY_H
#define STORE_AFFINITY_H

#include "firmware/store/store.h"

/* ERR_NOTFOUND: none. */
enum err affinity_find(struct store *s, const char *msisdn, int64_t *out_sim_id);
/* Written where it is another SIM than before. What is no number in E.164 is passed over.
 */
enum err affinity_put(struct store *s, const char *msisdn, int64_t sim_id);
/* The same for the number of a message that went out over the SIM. */
enum err affinity_put_message(struct store *s, int64_t message_id, int64_t sim_id);

#endif
