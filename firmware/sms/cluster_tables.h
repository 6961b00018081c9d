/*
 * The table behind cluster.h. Constant.
 */
#ifndef SMS_CLUSTER_TABLES_H
#define SMS_CLUSTER_TABLES_H

#include <stdint.h>

enum cluster_class {
	CLUSTER_OTHER = 0,
	CLUSTER_EXTEND,	   /* goes with what is before it; ZWNJ too */
	CLUSTER_JOINER,	   /* ZWJ: the same, and binds a picture after it */
	CLUSTER_LINKER,	   /* virama: the same, and binds a consonant after it */
	CLUSTER_CONSONANT, /* of a script that builds conjuncts */
	CLUSTER_PICTURE,   /* emoji and what may become one */
	CLUSTER_FLAG,	   /* regional indicators: two are a flag */
	CLUSTER_HANGUL_L,
	CLUSTER_HANGUL_V,
	CLUSTER_HANGUL_T,
	CLUSTER_HANGUL_S, /* a whole syllable */
	CLUSTER_PREFIX,	  /* goes with what is after it */
};

struct cluster_range {
	uint32_t first;
	uint32_t last;
	enum cluster_class class;
};

#define CLUSTER_RANGES 293 /* in ascending order */

extern const struct cluster_range cluster_ranges[CLUSTER_RANGES];

#endif
