#include "drivers/deadline.h"

#include <assert.h>

static const struct {
	const char *name;
	uint32_t default_ms;
	const char *what; /* waits for; a sentence for the manual */
} deadlines[] = {
	[DEADLINE_COMMAND] = { "command", 5000,
		"the answer to a command that the modem answers by itself" },
	[DEADLINE_SIM] = { "sim", 15000,
		"the answer to a command that reads or writes the SIM" },
	[DEADLINE_PIN] = { "pin", 30000, "the SIM's verdict on a PIN" },
	[DEADLINE_OPERATOR] = { "operator", 20000,
		"the operator's name, asked of the network stack" },
	[DEADLINE_SEARCH] = { "search", 180000,
		"the list of networks, for which the modem listens on every channel" },
	[DEADLINE_SEARCH_END] = { "search-end", 15000,
		"the end of that search, once the modem was told to stop" },
	[DEADLINE_USSD] = { "ussd", 60000, "the operator's answer to a code like *100#" },
	[DEADLINE_LIST] = { "list", 60000, "the listing of a whole message memory" },
	[DEADLINE_RESET] = { "reset", 20000, "the answer to a restart command" },
	[DEADLINE_PROMPT] = { "prompt", 10000, "the prompt that follows AT+CMGS" },
	[DEADLINE_RELEASE] = { "release", 60000,
		"the caller's leave to send, while the modem holds its prompt open" },
	/* TS 24.011 10: the network's verdict comes within TR1M, 35 to 45 s, after the
	 * link is there; then the modem itself says no. The manuals allow 60 s (SIM800
	 * 4.2.5), 120 s (M95 5.7, EC25 6.8, Telit) and 150 s (u-blox 11.15), which their
	 * families have. A modem that restarts without a line meanwhile cannot be told
	 * from a slow network: asked anything, a modem that is busy sending may take it
	 * for text. A port that goes, an echo that is on again and the lines of a start
	 * end the wait at once. An answer after the wait settles what was unknown. */
	[DEADLINE_CMGS_ANSWER] = { "cmgs-answer", 60000,
		"the service centre's answer after Ctrl-Z" },
	[DEADLINE_CMGS_ANSWER_SOON] = { "cmgs-answer-soon", 20000,
		"the same from a modem that has answered four times: 40 times its mean, "
		"no less" },
	[DEADLINE_CMGS_ANSWER_LEAST] = { "cmgs-answer-least", 5000,
		"the same from a modem whose pace is known: 20 times its mean, no less" },
	[DEADLINE_LATE_ANSWER] = { "late-answer", 10000,
		"a second answer to a submission that follows a lost one, as the first "
		"may have been the lost one's" },
	[DEADLINE_LATE_WINDOW] = { "late-window", 300000,
		"the answer of a lost submission, while others are under way" },
	[DEADLINE_MISSING_OK] = { "missing-ok", 2000,
		"the OK after an answer line, from modems that may forget it" },
	[DEADLINE_ESCAPE] = { "escape", 300, "an answer to ESC, which many never give" },
	[DEADLINE_DRAIN_TRY] = { "drain-try", 1500,
		"the answer to one probe while late answers are drained" },
	[DEADLINE_DRAIN_SETTLE] = { "drain-settle", 300,
		"silence that ends a drain which took several probes" },
	[DEADLINE_CONNECT] = { "connect", 10000, "a TCP connection to a remote modem" },
	[DEADLINE_RING] = { "ring", 8000,
		"the next ring of a call; after it the caller has given up" },
	[DEADLINE_CALM] = { "calm", 300,
		"the end of a modem's repeating itself, before the same news is told" },
	[DEADLINE_GRUMBLE] = { "grumble", 60000,
		"the next warnings about a modem that was warned of often" },
	[DEADLINE_STARTING] = { "starting", 60000,
		"the last lines of a modem's start; what is printed later is a new one" },
	[DEADLINE_RESCAN] = { "rescan", 300,
		"calm after a device came or went, before ports are listed again" },
	[DEADLINE_UDEV] = { "udev", 10000,
		"udev to be through with a port; then it is used as it is" },
};
static_assert(sizeof(deadlines) / sizeof(deadlines[0]) == DEADLINE_COUNT,
	"one entry for each deadline");

const char *deadline_name(enum deadline deadline)
{
	return deadlines[deadline].name;
}

uint32_t deadline_ms(enum deadline deadline)
{
	return deadlines[deadline].default_ms;
}
