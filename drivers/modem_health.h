/*
 * How a modem is: readings, a self-test and the trace of its dialogue. The rules of
 * modem.h hold for every call.
 */
#ifndef DRIVERS_MODEM_HEALTH_H
#define DRIVERS_MODEM_HEALTH_H

#include "drivers/modem_health_types.h"
#include "drivers/modem_net_types.h"

struct modem;

/* Temperature, supply, clock and memory fill, as far as this family tells them; what it
 * does not is MODEM_UNKNOWN. Costs up to four quick commands. */
enum err modem_read_health(struct modem *m, modem_health_fn done, void *user);
/* Used and total places of each message memory, as the last set-up or sweep saw them. No
 * command is sent. */
void modem_read_fill(const struct modem *m, struct modem_fill out[MODEM_MEMORIES]);
/* Asks for everything that sending needs, up to the prompt of AT+CMGS, which is left by
 * ESC. A check that fails does not end the test. */
enum err modem_self_test(struct modem *m, modem_self_test_fn done, void *user);
/* The one that runs: it ends after this step, the rest is skipped. */
void modem_self_test_stop(struct modem *m);
/* In lower case, for logs and messages: "sim", "prompt". Static storage. */
const char *modem_check_name(enum modem_check_kind check);

/* From now on every line in and out; NULL: none. trace must not call the modem. */
void modem_set_trace(struct modem *m, modem_trace_fn trace, void *user);

/* Has the modem look for every network around (27.007 7.3, AT+COPS=?). It takes up to
 * three minutes, in which it does nothing else. */
enum err modem_list_networks(struct modem *m, modem_networks_fn done, void *user);
/* The search that runs: it ends within seconds, as a modem that does not listen then is
 * given up. Nothing else is asked meanwhile. */
void modem_list_networks_stop(struct modem *m);
/* "2g", "3g", "lte", "5g"; "" where it is not known. Static storage. */
const char *modem_tech_name(enum modem_tech tech);
/* The network's reason to refuse this SIM (modem_net_info.reject_cause) in words,
 * TS 24.008 10.5.3.6 and TS 24.301 9.9.3.9. "" for 0; static storage. */
const char *modem_reject_words(uint8_t cause);

#endif
