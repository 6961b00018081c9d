/*
 * SIMs by ICCID and IMSI, bays by key, and what each SIM did, by quarters of an hour.
 */
#ifndef STORE_SIM_H
#define STORE_SIM_H

#include "firmware/store/balance.h"
#include "firmware/store/store.h"

struct sim {
	int64_t id, first_seen_at, last_seen_at;
	char iccid[24], imsi[20], msisdn[20], name[64], operator[48];
	bool enabled;
	bool is_admitted;   /* it may send; a new one receives until somebody lets it */
	bool may_roam;	    /* sends in foreign networks, too */
	uint32_t submit_ms; /* measured mean of a submit, 0: none yet */
	int64_t plan_id;    /* 0: none, so no limits and no prices */
	enum sim_role role;
	char group[64]; /* takes the messages of this group's senders alone; ""
			   everybody's */
	int64_t balance, balance_at; /* millionths, as last read; balance_at 0: never */
	char balance_unread[BALANCE_TEXT_MAX]; /* the last answer, if it had no amount */
};

struct sim_usage { /* sums over a span of time, in parts */
	int64_t sent, delivered, undelivered, failed, unknown, received;
	int64_t money; /* millionths, of what went on air or may have */
};

struct bay {
	int64_t id, sim_id, changed_at; /* sim_id 0: none */
	char iccid[24]; /* of the SIM in it, a locked one too; "" not known */
	char key[128], port[128], imei[20], manufacturer[48], model[48], revision[64];
	char state[16], reason[48];
};

/* Finds or adds; refreshes imsi, msisdn, operator (where not "") and last seen.
 *
 * A SIM is its card: its ICCID. One whose IMSI changes under it stays the same, with its
 * counters, limits and conversations (an eSIM, a card with several IMSIs, a number that
 * the operator moved to another IMSI). Another ICCID is another SIM even with a known
 * IMSI, and receives only until somebody admits it: a replaced card is nobody's promise
 * that the contract is the same.
 * A modem that does not tell the ICCID gives the IMSI for it (iccid is imsi, then): the
 * SIM is found by its IMSI, the one that was seen last if several had it. A row that has
 * no more than an IMSI gets its ICCID when a modem tells it. Modems that count the
 * ICCID's check digit in and those that do not mean the same SIM, if the IMSI is the
 * same.
 *
 * A new one is admitted at once while the box is being set up: until SIM_SETUP_MS after
 * its first user was made, and as long as there is none. */
#define SIM_SETUP_MS INT64_C(3600000)
enum err sim_find_or_add(struct store *s, const struct sim *seen, int64_t *out_id);
/* ERR_NOTFOUND */
enum err sim_get(struct store *s, int64_t id, struct sim *out);
enum err sim_admit(struct store *s, int64_t id);
enum err sim_set_roaming(struct store *s, int64_t id, bool may_roam);
typedef bool (*sim_fn)(void *user, const struct sim *sim, const struct sim_usage *today);
/* since: UTC ms from which the usage is summed, to the quarter of an hour. */
enum err sim_each(struct store *s, int64_t since, sim_fn fn, void *user);
enum err sim_set_name(struct store *s, int64_t id, const char *name);
/* Its own number, where the SIM does not tell it. */
enum err sim_set_msisdn(struct store *s, int64_t id, const char *msisdn);
enum err sim_set_enabled(struct store *s, int64_t id, bool enabled);
/* plan_id 0: none. ERR_NOTFOUND: no such SIM, or no such plan. */
enum err sim_set_plan(struct store *s, int64_t id, int64_t plan_id);
enum err sim_set_role(struct store *s, int64_t id, enum sim_role role);
enum err sim_set_group(struct store *s, int64_t id, const char *group);

/* Finds by key or adds. Under "usb:" a bay goes on that was known by its port's whole
 * name
 * ("usb:1-1:rtscts"), or by its number ("/dev/ttyUSB0") if its modem is known by IMEI, or
 * by IMEI and ICCID. */
enum err bay_find_or_add(struct store *s, const struct bay *seen, int64_t *out_id);
/* Writes state, reason, sim and what is known of the modem; durable changes only. */
enum err bay_update(struct store *s, const struct bay *bay);
/* With its history. ERR_BUSY: something is plugged in there. In the caller's transaction.
 */
enum err bay_forget(struct store *s, int64_t id);
typedef bool (*bay_fn)(void *user, const struct bay *bay);
enum err bay_each(struct store *s, bay_fn fn, void *user);

#endif
