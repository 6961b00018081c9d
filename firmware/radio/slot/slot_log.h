/*
 * What a bay's failures leave behind: a row for each, closed when it works again, and the
 * last lines of its modem when something ended badly.
 *
 * Loop thread. Part of slot.h; others include that.
 */
#ifndef RADIO_SLOT_LOG_H
#define RADIO_SLOT_LOG_H

#include "firmware/radio/slot/ladder.h"
#include "firmware/radio/slot/reason.h"
#include "firmware/radio/slot/recorder.h"
#include "firmware/radio/store_thread.h"

struct slot;

struct slot_failure { /* a failure, or its end, to be written down */
	struct store_job job;
	struct slot *slot;
	int64_t bay_id;
	enum reason cause;
	enum rung rung;
	bool is_back, posted;
};

struct slot_record { /* lines to be written down */
	struct store_job job;
	struct slot *slot;
	int64_t bay_id;
	const char *cause;
	char *lines; /* owned; NULL: none on the way */
	uint64_t at_ms;
};

struct slot_log {
	struct recorder recorder;
	struct slot_failure event;
	struct slot_record record;
	bool is_failed;	 /* a failure is open, as far as we know */
	bool is_unsure;	 /* … which we do not: the last run may have left it open */
	unsigned n_kept; /* records of the failure that is open */
	bool wants_back; /* it works again; its row is still on the way */
};

void slot_log_init(struct slot *slot);
/* It does not work; rung RUNG_COUNT: nothing is tried. */
void slot_log_failed(struct slot *slot, enum reason cause, enum rung rung);
void slot_log_works(struct slot *slot);
/* Something ended badly: keeps the last lines, true, unless some were kept just now.
 * cause: static, a machine name. */
bool slot_log_keep(struct slot *slot, const char *cause);

/* What the store says of it. */
void slot_log_settle(struct slot *slot, bool is_failed);

/* Another modem came: what is kept of the one before is no part of its story. */
void slot_log_forget(struct slot *slot);

#endif
