/*
 * SIM cards: identity made from an index, the message memory, and what the network keeps
 * for a card that cannot be reached.
 */
#ifndef MODEMSIM_SIM_H
#define MODEMSIM_SIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/modemsim/simpdu.h"

enum {
	SIM_SLOTS_MAX = 255,
	SIM_WAITING_MAX = 4000, /* the network drops what comes above */
};

/* TS 27.005 3.1 <stat>. */
enum sms_stat {
	SMS_STAT_UNREAD,
	SMS_STAT_READ,
	SMS_STAT_UNSENT,
	SMS_STAT_SENT,
};

struct sms_slot {
	bool used;
	uint8_t stat; /* enum sms_stat */
	uint8_t len;
	uint8_t pdu[SIMPDU_MAX];
};

struct sms_memory {
	const char *name; /* "SM", "ME", "SR" */
	unsigned size;
	unsigned used;
	struct sms_slot slots[SIM_SLOTS_MAX];
};

/* A message on its way to a SIM. */
struct mt_message {
	struct mt_message *next;
	bool is_status;
	uint8_t len;
	uint8_t pdu[SIMPDU_MAX];
};

struct sim {
	char iccid[24], imsi[16], msisdn[SIMPDU_NUMBER_MAX];
	char operator_name[24], plmn[8];
	uint8_t next_mr;
	unsigned pin_left, puk_left;
	bool pin_asked; /* the card has its PIN request on and was not unlocked */
	struct sms_memory sm;
	struct mt_message *first, *last; /* owned; in order of arrival */
	unsigned waiting;
};

/* Identity number index of a bank in the country with this calling code. */
void sim_init(struct sim *sim, unsigned index, unsigned calling_code);
void sim_fini(struct sim *sim);

/* False where the queue is full. Copies the PDU. */
bool sim_queue(struct sim *sim, bool is_status, const uint8_t *pdu, size_t len);
/* Drops the first waiting message. */
void sim_queue_drop(struct sim *sim);

/* Stores at the lowest free place: its index from 1, or 0 if full. */
unsigned sms_memory_add(
	struct sms_memory *memory, enum sms_stat stat, const uint8_t *pdu, size_t len);
/* The slot at index (from 1), or NULL if there is none or it is free. */
struct sms_slot *sms_memory_find(struct sms_memory *memory, unsigned index);
void sms_memory_delete(struct sms_memory *memory, struct sms_slot *slot);

/* Appends the Luhn check digit to the digits in text[size]. */
void sim_luhn_append(char *text, size_t size);

#endif
