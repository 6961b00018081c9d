/*
 * Which modem is in which bay, by its IMEI. A bay is a socket and keeps its row; the
 * modem in it may be changed for another. Modems of a pool may all tell the same IMEI:
 * they are told apart by their bays, and of where they were before nothing is concluded.
 */
#ifndef STORE_BAY_MODEM_H
#define STORE_BAY_MODEM_H

#include "firmware/store/sim.h"

enum {
	BAY_MODEMS_KEPT = 20 /* of each bay */
};

struct bay_modem {
	int64_t at;	     /* it came */
	int64_t from_bay_id; /* where it was before; 0: not known */
	char imei[20], model[48];
};

struct bay_arrival {
	bool is_new;	     /* this modem was not in this bay before; else all is 0 */
	bool is_other;	     /* … and another one was */
	int64_t from_bay_id; /* 0: not known */
	size_t n_same;	     /* other bays whose modem tells the same IMEI */
};
/* What the modem in a bay tells of itself; imei "": nothing is concluded. A new one ends
 * the failure of the one before. */
enum err bay_modem_seen(struct store *s, const struct bay *bay, struct bay_arrival *out);
/* Newest first; the first is in it now, or was last. Returns how many in out_n. */
enum err bay_modem_list(struct store *s, int64_t bay_id,
	struct bay_modem out[BAY_MODEMS_KEPT], size_t *out_n);
/* Another bay in which a modem with the same IMEI is now. ERR_NOTFOUND: none. */
enum err bay_modem_same(struct store *s, int64_t bay_id, int64_t *out_bay_id);

#endif
