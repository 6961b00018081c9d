/*
 * How a command to a modem ended.
 */
#ifndef DRIVERS_AT_RESULT_H
#define DRIVERS_AT_RESULT_H

#include <stdbool.h>
#include <stdint.h>

#include "drivers/at/at_parse.h"

enum at_end {
	AT_END_ANSWERED, /* final and code tell how */
	AT_END_TIMEOUT,
	AT_END_DEAF,	  /* the line could not be drained; the command was not written */
	AT_END_NO_PROMPT, /* the prompt or its release did not come in time; ESC written
			   */
	AT_END_CANCELLED,
	AT_END_RESTARTED, /* the modem started anew meanwhile */
	AT_END_CLOSED,	  /* the port is gone or was closed */
};

struct at_result {
	enum at_end end;
	enum at_final final; /* while end is AT_END_ANSWERED */
	uint16_t code;
	bool text_left; /* the prompted text, Ctrl-Z included, may have reached the modem
			 */
};

#endif
