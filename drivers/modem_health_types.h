/*
 * What a modem tells of itself beside messages: the types of modem_health.h.
 */
#ifndef DRIVERS_MODEM_HEALTH_TYPES_H
#define DRIVERS_MODEM_HEALTH_TYPES_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "drivers/modem_net_types.h"
#include "firmware/base/err.h"

#define MODEM_UNKNOWN INT_MIN /* a reading that the modem does not give */
#define MODEM_MEMORIES 3      /* SM, ME, SR: as enum modem_store counts */

struct modem_fill { /* of one message memory, as told last; total 0: not known */
	uint16_t used, total;
};

struct modem_health {
	int temperature_c; /* or MODEM_UNKNOWN */
	int supply_mv;	   /* or MODEM_UNKNOWN */
	/* A hint only: the modem's clock, which the network may have set (+CTZU). */
	bool has_clock;
	int64_t clock_utc_s;
	struct modem_fill fill[MODEM_MEMORIES];
};

enum modem_check_kind { /* of a self-test, in the order in which it asks */
	MODEM_CHECK_ANSWERS,
	MODEM_CHECK_SIM,
	MODEM_CHECK_SIGNAL,
	MODEM_CHECK_NETWORK,
	MODEM_CHECK_SMSC,
	MODEM_CHECK_MEMORY, /* the message memory can be read and has room */
	MODEM_CHECK_PROMPT, /* AT+CMGS gets its prompt; ESC, nothing is sent */
	MODEM_CHECKS
};

enum modem_verdict {
	MODEM_VERDICT_SKIPPED, /* it could not be asked */
	MODEM_VERDICT_PASSED,
	MODEM_VERDICT_FAILED,
};

struct modem_check {
	enum modem_verdict verdict;
	char said[64]; /* the line that decided, secrets masked; "" if none came */
};

struct modem_self_test_result {
	struct modem_check checks[MODEM_CHECKS];
	enum modem_tech tech; /* beside MODEM_CHECK_NETWORK */
};

struct modem_trace_line {
	uint64_t mono_ms;
	bool is_out; /* from us to the modem */
	/* One line without its end; PINs, PDUs, USSD texts and most digits of numbers are
	 * masked. "(prompt)", "(escape)", "(echo)" and "(more)", a further line of a
	 * USSD text, stand for themselves. */
	const char *text; /* borrowed */
};

typedef void (*modem_health_fn)(
	void *user, enum err err, const struct modem_health *health);
typedef void (*modem_self_test_fn)(
	void *user, enum err err, const struct modem_self_test_result *result);
typedef void (*modem_networks_fn)(
	void *user, enum err err, const struct modem_networks *networks);
typedef void (*modem_trace_fn)(void *user, const struct modem_trace_line *line);

#endif
