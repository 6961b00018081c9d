/*
 * What a modem tells of its network: types of modem.h.
 */
#ifndef DRIVERS_MODEM_NET_TYPES_H
#define DRIVERS_MODEM_NET_TYPES_H

#include <stdbool.h>
#include <stdint.h>

enum modem_reg { /* 27.007 7.2 <stat> */
	MODEM_REG_NONE = 0,
	MODEM_REG_HOME = 1,
	MODEM_REG_SEARCHING = 2,
	MODEM_REG_DENIED = 3,
	MODEM_REG_UNKNOWN = 4,
	MODEM_REG_ROAMING = 5,
};

enum modem_tech { /* by which it is registered: modem_tech_name() */
	MODEM_TECH_UNKNOWN,
	MODEM_TECH_2G,
	MODEM_TECH_3G,
	MODEM_TECH_LTE,
	MODEM_TECH_5G,
	MODEM_TECHS
};

enum modem_ims { /* 27.007 8.71: what carries calls and texts beside the old networks */
	MODEM_IMS_UNKNOWN,
	MODEM_IMS_NOT_REGISTERED,
	MODEM_IMS_REGISTERED,
};

struct modem_net_info {
	enum modem_reg reg;
	enum modem_tech tech; /* while registered, where it is told */
	enum modem_ims ims;   /* likewise, on LTE and 5G */
	int rssi_dbm;	      /* 27.007 8.5; 0: not known */
	char operator_name[48];
	char smsc[24]; /* service centre, "" if the SIM has none */
	/* Why the network refused it last, until it is registered. */
	uint8_t reject_cause;  /* modem_reject_words(); 0: not told */
	char reject_words[64]; /* the modem's own, often "" */
};

enum modem_network_status { /* 27.007 7.3 <stat> */
	MODEM_NETWORK_UNKNOWN,
	MODEM_NETWORK_AVAILABLE,
	MODEM_NETWORK_CURRENT,
	MODEM_NETWORK_FORBIDDEN,
	MODEM_NETWORK_STATUSES
};

#define MODEM_NETWORKS_MAX 8 /* more are not told, as no country has them */

struct modem_networks {
	bool is_known; /* the modem told a list, which may be empty */
	uint8_t n;
	struct modem_network {
		char name[32], plmn[8]; /* plmn: MCC and MNC; "" where not told */
		enum modem_network_status status;
	} list[MODEM_NETWORKS_MAX];
};

#endif
