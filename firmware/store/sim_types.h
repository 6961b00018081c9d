/*
 * The closed enums of SIMs; as in types.h, the numbers are what stands in the file.
 */
#ifndef STORE_SIM_TYPES_H
#define STORE_SIM_TYPES_H

#include "firmware/base/vstr.h"

enum sim_role {
	SIM_ROLE_BOTH = 0,
	SIM_ROLE_PROMOTIONAL = 1, /* only these */
	SIM_ROLE_SERVICE = 2,	  /* all but promotional */
};

enum sim_choice {	 /* why a message went over that SIM */
	CHOICE_NONE = 0, /* not said */
	CHOICE_ONLY_ONE = 1,
	CHOICE_ASKED_FOR = 2,
	CHOICE_KNOWN = 3, /* its number knows the SIM */
	CHOICE_CHEAPEST = 4,
	CHOICE_BUNDLE = 5, /* the most left in its bundle */
	CHOICE_MOVED = 6,  /* the SIM its number knows is gone */
	CHOICE_ANY = 7,	   /* all the same: the one that rested longest */
	CHOICE_PROBE = 8,  /* to see whether the SIM works again */
};

extern const struct vstr sim_role_names[];   /* "both", "promotional", "service" */
extern const struct vstr sim_choice_names[]; /* "only_one", "asked_for" … */

#endif
