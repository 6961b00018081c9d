/*
 * From a text to the parts that carry it (TS 23.040 9.2.3.24.1, .8, .15, .16): how many,
 * in which alphabet, cut where. A plan depends on the text and the options alone, so part
 * k can be rebuilt at any time. Text is UTF-8, NFC. Pure functions, no heap.
 *
 * The fewest parts win; with as many parts, the GSM 7 bit default alphabet, then UCS-2,
 * which every phone reads, then national tables. No cut is inside an escape or surrogate
 * pair, and none inside a cluster (see cluster.h) unless that would take another part.
 */
#ifndef SMS_SPLIT_H
#define SMS_SPLIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/err.h"
#include "firmware/sms/content.h"

#define SPLIT_PARTS_MAX 255
#define SPLIT_BECAUSE_MAX 8

#define SPLIT_LANGUAGE(language) (1u << (language)) /* of enum gsm7_language */

struct split_options {
	uint8_t parts_max; /* 0: SPLIT_PARTS_MAX */
	bool ref16;	   /* 16 bit reference: an octet less in each part */
	bool force_ucs2;   /* even if GSM 7 bit would do */
	/* National tables that may be used, SPLIT_LANGUAGE() of each; 0: none, as phones
	 * that lack one show other letters. */
	uint16_t locking_allowed;
	uint16_t single_allowed;
	/* Port numbers in every part, also of a single one; has_ports, ports16, port_dst
	 * and port_src are read. NULL: none. */
	const struct udh *ports;
};

/* A character that the GSM 7 bit default alphabet lacks. */
struct split_because {
	uint32_t code_point;
	uint32_t offset; /* bytes into the text */
};

struct split_plan {
	enum sms_alphabet alphabet; /* GSM7 or UCS2 */
	bool ref16;
	struct udh header;   /* of every part, but for the concatenation */
	uint8_t parts;	     /* 1 to 255; an empty text is one empty part */
	uint8_t because_len; /* the first such characters; 0 if the default alphabet does
			      */
	uint16_t part_units; /* what one of these parts holds: septets or 16 bit units */
	uint16_t units_left; /* free in the last part */
	uint32_t units;	     /* in all parts, headers not counted */
	uint32_t start[SPLIT_PARTS_MAX + 1]; /* byte offset of each part, then the end */
	struct split_because because[SPLIT_BECAUSE_MAX];
};

/* opts NULL: all defaults. ERR_INPUT: not UTF-8, or U+0000 in it; ERR_MEM: more parts
 * than allowed; ERR_ARG: ports that 8 bit cannot say. */
enum err split_plan(const char *text, size_t len, const struct split_options *opts,
	struct split_plan *out);
/* TP-UD of part index (0 to parts - 1) of the same text. ref is cut to 8 bits unless
 * ref16; a single part carries none. text has the plan's start[parts] bytes. ERR_ARG:
 * index, or another text. */
enum err split_part_encode(const struct split_plan *plan, const char *text,
	unsigned index, uint16_t ref, struct sms_ud *out);
/* TP-DCS for all parts; SMS_CLASS_NONE for an ordinary message. */
uint8_t split_dcs(const struct split_plan *plan, enum sms_class msg_class);

#endif
