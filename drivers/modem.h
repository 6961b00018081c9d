/*
 * A GSM/LTE modem as the radio side sees it: asynchronous requests over one port, one at
 * a time, and events. Hardware without policy: when to ask, retry or reset is the
 * caller's.
 *
 * Threading: the loop's thread only. Every call returns at once. Each accepted request
 * ends with exactly one call of its done function, later, never from inside the request
 * call. ERR_BUSY: another request runs. After MODEM_EVENT_GONE all running requests have
 * ended. Pointers given to callbacks are borrowed until the callback returns. A callback
 * may start the next request or modem_close(); it must not modem_destroy() the caller.
 */
#ifndef DRIVERS_MODEM_H
#define DRIVERS_MODEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "drivers/modem_health.h"
#include "drivers/modem_types.h"
#include "firmware/base/err.h"
#include "firmware/base/loop.h"

/* port: a device path or "tcp:host:port". Nothing is opened yet. */
enum err modem_create(struct modem **out, struct loop *loop, const char *port,
	modem_event_fn event, void *user);
void modem_destroy(
	struct modem *m); /* ends requests without calling back; accepts NULL */
enum err modem_open(struct modem *m); /* ERR_NOTFOUND, ERR_BUSY (locked), ERR_SYS */
void modem_close(struct modem *m);    /* running requests end first; no GONE event */

/* The way by which it was answered. False: there is one alone, or nobody has answered. */
bool modem_get_way(const struct modem *m, struct modem_way *out);
/* Tries this one first; for a modem that is not open. */
void modem_prefer_way(struct modem *m, const struct modem_way *way);

enum err modem_probe(struct modem *m, modem_info_fn done, void *user);
enum err modem_read_sim(struct modem *m, modem_sim_fn done, void *user);
/* One AT+CPIN. pin: 4 to 8 digits, in no log or trace. ERR_INPUT: refused (do not try it
 * again); modem_read_sim() tells the tries left. */
enum err modem_enter_pin(
	struct modem *m, const char *pin, modem_done_fn done, void *user);
/* One AT+CPIN with the PUK, 8 digits, and the PIN that it gives the SIM (TS 27.007 8.3);
 * otherwise as above. */
enum err modem_enter_puk(struct modem *m, const char *puk, const char *new_pin,
	modem_done_fn done, void *user);
/* PDU mode, error codes, message routing, CMMS=2; after every reset. */
enum err modem_setup(struct modem *m, modem_done_fn done, void *user);
/* Before the end: what comes in from now on waits in the modem for the next sweep. */
enum err modem_park(struct modem *m, modem_done_fn done, void *user);
/* Asks whether it still knows what set-up told it: one question, where that is told. If
 * not, it ends with ERR_SYS and MODEM_EVENT_REBOOTED follows. ERR_BUSY: not set up. */
enum err modem_check(struct modem *m, modem_done_fn done, void *user);
enum err modem_read_net(struct modem *m, modem_net_fn done, void *user);
/* Calls each for every message in SM, ME and SR, then done. ERR_UNSUPPORTED: one of them
 * refused to be listed or kept silent, and may hold more. */
enum err modem_sweep(
	struct modem *m, modem_stored_fn each, modem_done_fn done, void *user);
enum err modem_delete(struct modem *m, enum modem_store store, uint16_t index,
	modem_done_fn done, void *user);
/* A direct one is safe (27.005 3.4.4); nothing is asked of a modem that does not want to
 * know. Not ERR_OK: it was too late or not taken, and what comes in may not be told. */
enum err modem_ack(struct modem *m, modem_done_fn done, void *user);
/* It tells of a text that comes in; else only sweeps find it. */
bool modem_tells_texts(const struct modem *m);

/* Asks the operator. code: 1 to MODEM_USSD_CODE_MAX of the characters 0-9 * # +, then,
 * behind commas, what to choose in the menus that it answers with; else ERR_ARG. Its end
 * comes within DEADLINE_USSD and a little more; a dialogue that stays open is closed.
 * ERR_TIMEOUT: no answer; ERR_UNSUPPORTED: refused, answer says why. */
enum err modem_ussd(struct modem *m, const char *code, modem_ussd_fn done, void *user);

/* Ends the wait for the answer now, as if its time were over. */
void modem_ussd_give_up(struct modem *m);

/* Starts AT+CMGS and waits for the prompt; pdu (SMSC octets included, copied) and Ctrl-Z
 * are written only after modem_submit_release(), which may come before the prompt. */
enum err modem_submit(struct modem *m, const uint8_t *pdu, size_t octets,
	modem_submit_fn done, void *user);
void modem_submit_release(struct modem *m);
/* Before release: ends it with MODEM_SUBMIT_NOT_SENT (ESC). */
void modem_submit_abort(struct modem *m);

/* The rungs of the recovery ladder that a modem itself can do; after success probe anew.
 */
enum modem_reset {
	MODEM_RESET_DRAIN,
	MODEM_RESET_CFUN,
	MODEM_RESET_VENDOR
};
enum err modem_reset(
	struct modem *m, enum modem_reset how, modem_done_fn done, void *user);
/* VENDOR: whether its maker has such a command; the others always. */
bool modem_can_reset(const struct modem *m, enum modem_reset how);

/* The rung after them, by its bus: what a plug pulled and returned would do, without its
 * supply. Only while closed. Returns at once; its ports go and come back. ERR_UNSUPPORTED
 * where modem_can_reset_usb() is false; ERR_BUSY: the last one goes on. */
enum err modem_reset_usb(struct modem *m);
/* Whether its port is a USB device of its own, and may be reset. */
bool modem_can_reset_usb(const struct modem *m);
/* Whether it is a modem by the ids of its USB device, though it never answered. */
bool modem_is_makers(const struct modem *m);

#endif
