/*
 * Inside the store: what a connection holds.
 */
#ifndef STORE_HANDLE_H
#define STORE_HANDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sqlite3.h>

#include "firmware/base/crypto.h"
#include "firmware/store/store.h"

enum db_file { /* whose statements */
	DB_STORE,
	DB_SCHEMA,
	DB_HASH,
	DB_QUEUE,
	DB_QUEUE_READ,
	DB_CLAIM,
	DB_PART,
	DB_REPORT,
	DB_INBOUND,
	DB_JOIN,
	DB_SIM,
	DB_PIN,
	DB_PUK,
	DB_BAY_LOG,
	DB_BAY_MODEM,
	DB_BAY_TIME,
	DB_BALANCE,
	DB_USAGE,
	DB_CONTACT,
	DB_LIST,
	DB_IMPORT,
	DB_CONSENT,
	DB_OPTOUT,
	DB_SUPPRESSION,
	DB_CAMPAIGN,
	DB_FEED,
	DB_DETAIL,
	DB_MESSAGE,
	DB_MESSAGE_STATE,
	DB_JOB,
	DB_USER,
	DB_KEY,
	DB_AUDIT,
	DB_SETTING,
	DB_ROUTE,
	DB_PLAN,
	DB_QUOTA,
	DB_WINDOW,
	DB_CONFIG,
	DB_AFFINITY,
	DB_EXPLAIN,
	DB_REPLAN,
	DB_FILES,
};
#define DB_STATEMENTS_MAX 24 /* in one file */
#define DB_SIMS_MAX 64

/* How long submits take on a SIM, between the rare times that it is written. */
struct db_submit_mean {
	int64_t sim_id;
	uint32_t mean_ms, written_ms;
	unsigned unwritten;
};

/* Prefixes and countries by key, as of setting route.version. Owned: route_map_free(). */
struct route_entry;
struct route_map {
	struct route_entry *prefixes, *countries;
	size_t n_prefixes, n_countries;
	int64_t version;
	bool is_loaded;
};

struct store {
	sqlite3 *db;
	const struct clock *clock;
	enum store_role role;
	int version, office_fd, busy_limit_ms;
	int64_t committed_us; /* monotonic: when the last transaction ended */
	uint8_t suppression_key[CRYPTO_KEY_OCTETS];
	/* The end of the consent chain, valid while chain_known: inside a transaction. */
	bool chain_known;
	uint8_t chain[CRYPTO_HASH_OCTETS];
	struct db_submit_mean submit[DB_SIMS_MAX];
	struct route_map routes;
	sqlite3_stmt *statements[DB_FILES][DB_STATEMENTS_MAX];
	char path[512];
	char error[256];
};

#endif
