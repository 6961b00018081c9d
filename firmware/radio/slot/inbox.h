/*
 * What came in over one modem, on its way: stored, committed, and only then deleted from
 * the SIM or acknowledged. A fixed number at a time; what exceeds it is still on the SIM
 * and found by the next sweep.
 *
 * Loop thread. The owner's `host` calls come from the loop.
 */
#ifndef RADIO_INBOX_H
#define RADIO_INBOX_H

#include "drivers/modem.h"
#include "firmware/radio/slot/intake.h"
#include "firmware/radio/store_thread.h"

enum {
	INBOX_MAX = 24
};

enum inbox_state {
	INBOX_FREE,
	INBOX_NO_SIM,  /* waits until the store knows the SIM */
	INBOX_STORING, /* with the store's thread */
	INBOX_STORED,  /* committed: to be deleted or acknowledged */
	INBOX_MOOT,    /* with the store's thread, and nothing is to be done then */
};

struct inbox;
struct inbox_entry {
	struct store_job job;
	struct inbox *inbox;
	enum inbox_state state;
	int64_t sim_id;
	enum modem_store store; /* NONE: came directly, wants an acknowledgement */
	uint16_t index;
	bool is_settled; /* directly, and the modem has given another one since */
	uint8_t pdu[MODEM_PDU_MAX];
	size_t octets;
	struct intake_result result;
};

struct inbox_host {
	struct store_thread *store;
	/* Committed: entry->result says what it was. */
	void (*stored)(void *user, const struct inbox_entry *entry);
	void *user;
};

struct inbox {
	const struct inbox_host *host;
	int64_t sim_id;	 /* 0: not known yet */
	bool overflowed; /* something was left on the SIM: sweep again */
	struct inbox_entry entries[INBOX_MAX];
};

void inbox_init(struct inbox *inbox, const struct inbox_host *host);
/* 0: another SIM may come; what waits for one then is dropped (it is on that SIM). */
void inbox_set_sim(struct inbox *inbox, int64_t sim_id);
/* stored: borrowed until return. */
void inbox_take(struct inbox *inbox, const struct modem_stored *stored);
/* The next entry to delete or acknowledge (those first); NULL: none. Of those that came
 * directly only the last is acknowledged: the modem waits for no other. */
struct inbox_entry *inbox_next(struct inbox *inbox);
/* The entry was deleted, or may have been. What another memory showed in the same place
 * is taken for the same message: with many modems ME is the SIM's memory by another name,
 * and a second AT+CMGD would delete what came there since. True: there was such a one,
 * which a sweep has to look for. */
bool inbox_deleted(struct inbox *inbox, const struct inbox_entry *entry);
/* It is off the SIM, or will be seen again by a sweep. */
void inbox_free(struct inbox_entry *entry);
/* The port is gone: what is stored cannot be deleted now and comes again. */
void inbox_lost(struct inbox *inbox);

#endif
