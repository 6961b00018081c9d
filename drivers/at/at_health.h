/*
 * The dialogues that ask how a modem is: readings and the self-test. Tables for
 * at_dialog; the context is struct at_health.
 */
#ifndef DRIVERS_AT_HEALTH_H
#define DRIVERS_AT_HEALTH_H

#include "drivers/at/at_dialog.h"
#include "drivers/modem_health_types.h"

struct at_health {
	/* quirks; set by the owner before a dialogue */
	const char *temperature_cmd; /* NULL: it does not tell */
	const char *supply_cmd;	     /* NULL: AT+CBC */
	const char *clock_cmd;	     /* before AT+CCLK?; NULL: it has none */
	bool act8_is_lte;
	struct modem_health health;
	struct modem_self_test_result test;
	enum modem_check_kind check; /* of the step that runs */
	bool is_stopped;	     /* the steps that follow are skipped */
};

extern const struct at_script at_health_read; /* fills health but for fill */
extern const struct at_script at_health_test; /* fills test but for the prompt */

void at_health_start(struct at_health *h);
void at_health_mark(
	struct at_health *h, enum modem_check_kind check, bool passed, const char *said);

#endif
