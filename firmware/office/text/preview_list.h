/*
 * What a text becomes for the members of a list, with their own values.
 */
#ifndef OFFICE_PREVIEW_LIST_H
#define OFFICE_PREVIEW_LIST_H

#include "firmware/office/message/messages.h"
#include "firmware/office/text/preview.h"

#define PREVIEW_MEMBERS_MAX 200000
#define PREVIEW_SAMPLES 3

/* The text of a real recipient. */
struct preview_sample {
	char name[130], to[24];
	char *text; /* owned */
	uint16_t parts;
	enum message_encoding encoding;
};
struct preview_list {
	int64_t members, recipients; /* who would get it: not suppressed, not opted out */
	int64_t read;	  /* members looked at; fewer than members: figures are scaled */
	int64_t measured; /* recipients that the savings were measured on, then scaled */
	uint16_t parts_min, parts_median, parts_max;
	int64_t parts_total, gsm7, ucs2, national;		/* national: of gsm7 */
	int64_t spread[MESSAGES_PARTS_MAX + 1];			/* recipients by parts */
	struct preview_sample of_parts[MESSAGES_PARTS_MAX + 1]; /* the first of each */
	size_t n_samples;
	struct preview_sample samples[PREVIEW_SAMPLES]; /* the first on the list */
	int64_t skipped[SKIP_REASON_COUNT];
	/* What in members' values makes the text dear, where by itself it is not; count:
	 * recipients. */
	size_t n_because;
	struct preview_because because[PREVIEW_BECAUSE_MAX];
	int64_t empty[TEMPLATE_PIECES_MAX]; /* by placeholder: members without a value */
};

#endif
