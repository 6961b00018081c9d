#include "firmware/radio/slot/inbox.h"

#include <string.h>

#define LOG_MODULE "inbox"
#include "firmware/base/log.h"

static enum err run(struct store *s, struct store_job *job)
{
	struct inbox_entry *e = (struct inbox_entry *)job; /* its first member */

	return intake_store(s, e->sim_id, e->pdu, e->octets, &e->result);
}

static void done(struct store_job *job, enum err err)
{
	struct inbox_entry *e = (struct inbox_entry *)job;

	bool is_moot = e->state == INBOX_MOOT || e->is_settled;

	if (err != ERR_OK) {
		log_error("sim=%lld kept=0: %s; it stays %s", (long long)e->sim_id,
			err_name(err),
			e->store == MODEM_STORE_NONE ? "in the network" : "on the SIM");
		inbox_free(e);
		return;
	}
	e->state = INBOX_STORED;
	e->inbox->host->stored(e->inbox->host->user, e);
	if (is_moot)
		inbox_free(e);
	if (e->sim_id != e->inbox->sim_id) /* its index means another message by now */
		inbox_free(e);
}

void inbox_init(struct inbox *inbox, const struct inbox_host *host)
{
	memset(inbox, 0, sizeof(*inbox));
	inbox->host = host;
	for (size_t i = 0; i < INBOX_MAX; i++) {
		struct inbox_entry *e = &inbox->entries[i];
		e->inbox = inbox;
		e->job.run = run;
		e->job.done = done;
	}
}

static void post(struct inbox *inbox, struct inbox_entry *e)
{
	e->sim_id = inbox->sim_id;
	e->state = INBOX_STORING;
	/* Reports ride with other commits; a text may be a STOP. */
	e->job.urgency = intake_kind_of(e->pdu, e->octets) == INTAKE_REPORT
				 ? STORE_LAZY
				 : STORE_URGENT;
	store_thread_post(inbox->host->store, &e->job);
}

void inbox_set_sim(struct inbox *inbox, int64_t sim_id)
{
	inbox->sim_id = sim_id;
	for (size_t i = 0; i < INBOX_MAX; i++) {
		struct inbox_entry *e = &inbox->entries[i];
		if (e->state != INBOX_NO_SIM)
			continue;
		if (sim_id)
			post(inbox, e);
		else
			inbox_free(e);
	}
}

static bool is_listed(const struct inbox *inbox, const struct modem_stored *stored)
{
	for (size_t i = 0; i < INBOX_MAX; i++) {
		const struct inbox_entry *e = &inbox->entries[i];
		if (e->state != INBOX_FREE && stored->store != MODEM_STORE_NONE &&
			e->store == stored->store && e->index == stored->index &&
			e->octets == stored->octets &&
			memcmp(e->pdu, stored->pdu, stored->octets) == 0)
			return true;
	}
	return false;
}

static struct inbox_entry *find_free(struct inbox *inbox)
{
	for (size_t i = 0; i < INBOX_MAX; i++) {
		if (inbox->entries[i].state == INBOX_FREE)
			return &inbox->entries[i];
	}
	return NULL;
}

/* An acknowledgement names no message, and a modem gives the next one only when it waits
 * for that of the last no more (TS 27.005 3.4.4): one for an older message would be taken
 * for the new one's, which is not committed yet. */
static void forget_acks(struct inbox *inbox)
{
	for (size_t i = 0; i < INBOX_MAX; i++) {
		struct inbox_entry *e = &inbox->entries[i];

		if (e->state == INBOX_FREE || e->store != MODEM_STORE_NONE)
			continue;
		e->is_settled = true;
		if (e->state == INBOX_STORED)
			inbox_free(e);
	}
}

void inbox_take(struct inbox *inbox, const struct modem_stored *stored)
{
	if (stored->octets > MODEM_PDU_MAX ||
		intake_kind_of(stored->pdu, stored->octets) == INTAKE_OURS)
		return;
	if (is_listed(inbox, stored))
		return;
	if (stored->store == MODEM_STORE_NONE)
		forget_acks(inbox);
	struct inbox_entry *e = find_free(inbox);
	if (!e) {
		inbox->overflowed = true;
		return;
	}
	e->store = stored->store;
	e->index = stored->index;
	e->octets = stored->octets;
	e->is_settled = false;
	memcpy(e->pdu, stored->pdu, stored->octets);
	e->state = INBOX_NO_SIM;
	if (inbox->sim_id)
		post(inbox, e);
}

struct inbox_entry *inbox_next(struct inbox *inbox)
{
	struct inbox_entry *found = NULL;

	for (size_t i = 0; i < INBOX_MAX; i++) {
		struct inbox_entry *e = &inbox->entries[i];
		if (e->state == INBOX_STORED && (!found || e->store == MODEM_STORE_NONE))
			found = e;
	}
	return found;
}

static bool is_alias(const struct inbox_entry *a, const struct inbox_entry *b)
{
	return a != b && a->store != MODEM_STORE_NONE && a->store != b->store &&
	       a->index == b->index && a->octets == b->octets &&
	       memcmp(a->pdu, b->pdu, a->octets) == 0;
}

bool inbox_deleted(struct inbox *inbox, const struct inbox_entry *entry)
{
	bool found = false;

	for (size_t i = 0; i < INBOX_MAX; i++) {
		struct inbox_entry *e = &inbox->entries[i];

		if ((e->state != INBOX_STORED && e->state != INBOX_STORING) ||
			!is_alias(e, entry))
			continue;
		found = true;
		if (e->state == INBOX_STORING)
			e->state = INBOX_MOOT;
		else
			inbox_free(e);
	}
	return found;
}

void inbox_free(struct inbox_entry *entry)
{
	entry->state = INBOX_FREE;
}

void inbox_lost(struct inbox *inbox)
{
	for (size_t i = 0; i < INBOX_MAX; i++) {
		if (inbox->entries[i].state == INBOX_STORED)
			inbox_free(&inbox->entries[i]);
	}
}
