/*
 * A slot as modemd last told of it on the bus; part of hub.h. Nothing here is the truth:
 * that is in the store.
 */
#ifndef OFFICE_HUB_SLOT_H
#define OFFICE_HUB_SLOT_H

#include <stdbool.h>
#include <stdint.h>

struct hub_slot {
	int64_t bay_id, sim_id; /* sim_id 0: none */
	char state[16];		/* "READY" */
	char reason[48];	/* machine name, "" if none */
	char operator_name[48];
	char technology[8];    /* "2g", "3g", "lte", "5g"; "" not known */
	int ims;	       /* 1 registered with it, 0 not; -1: not known */
	char search[8];	       /* for networks: "running", "done", "failed" */
	char networks[400];    /* what it found: "3:20201:COSMOTE|1:20205:CYTA" */
	int64_t until;	       /* UTC ms at which the reason ends; 0: not known */
	int signal_dbm;	       /* 0: not known */
	uint32_t rate_per_min; /* parts in the last minute */
	bool has_temperature;
	int temperature_c;   /* if has_temperature */
	int supply_mv;	     /* 0: not known */
	int64_t clock_off_s; /* the network's clock is ahead of ours; 0: not, or unknown
			      */
	int fill_percent;    /* of its fullest message memory; -1: not known */
	int pin_tries, puk_tries; /* left, of a locked SIM; -1: not known */
	char rung[16];	  /* how a modem is being brought back now; "" it is not */
	int denied_cause; /* TS 24.008 10.5.3.6; -1: none told */
	char denied[64];  /* the network's reason to refuse the SIM; "" none told */
	uint64_t at_ms;	  /* monotonic, when it was told */
};

#endif
