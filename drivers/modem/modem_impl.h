/*
 * The inside of struct modem, shared by modem*.c only (and their tests, which bring their
 * own port).
 */
#ifndef DRIVERS_MODEM_IMPL_H
#define DRIVERS_MODEM_IMPL_H

#include "drivers/at/at_health.h"
#include "drivers/at/at_kept.h"
#include "drivers/at/at_net.h"
#include "drivers/at/at_sms.h"
#include "drivers/modem/modem_call.h"
#include "drivers/modem/modem_fetches.h"
#include "drivers/family/modem_family.h"
#include "drivers/modem/modem_news.h"
#include "drivers/modem/modem_submit.h"
#include "drivers/modem/modem_ussd.h"
#include "drivers/port/port.h"

enum modem_job {
	MODEM_JOB_NONE,
	MODEM_JOB_PROBE,
	MODEM_JOB_SIM,
	MODEM_JOB_PIN,
	MODEM_JOB_SETUP,
	MODEM_JOB_PARK,
	MODEM_JOB_NET,
	MODEM_JOB_SWEEP,
	MODEM_JOB_DELETE,
	MODEM_JOB_ACK,
	MODEM_JOB_CHECK,
	MODEM_JOB_SUBMIT,
	MODEM_JOB_USSD,
	MODEM_JOB_HEALTH,
	MODEM_JOB_SELF_TEST,
	MODEM_JOB_SEARCH,
	MODEM_JOB_DRAIN,
	MODEM_JOB_RESET,
	MODEM_JOB_FETCH, /* our own: reads what +CMTI told of */
	MODEM_JOB_COUNT
};

union modem_done {
	modem_info_fn info;
	modem_sim_fn sim;
	modem_net_fn net;
	modem_submit_fn submit;
	modem_ussd_fn ussd;
	modem_health_fn health;
	modem_self_test_fn self_test;
	modem_networks_fn networks;
	modem_done_fn plain;
};

struct modem_request { /* the caller's, at most one: running, or waiting for a fetch */
	enum modem_job job;
	union modem_done done;
	void *user;
	modem_stored_fn each;
	enum modem_store store;
	uint16_t index;
	const char *reset_cmd;
};

struct modem {
	struct loop *loop;
	struct port *port; /* owned */
	const struct modem_ops *ops;
	modem_event_fn event;
	void *user;
	bool is_open, is_set_up, has_told_stuck;
	uint64_t set_up_ms;   /* if is_set_up: since when */
	bool is_swept;	      /* and no answer was one too many since */
	unsigned acks_failed; /* in a row */
	bool is_quiet;	      /* ATE0 worked: an echo now tells of a restart */
	bool takes_nameless;  /* no port or speed was answered by one with a name */
	struct modem_request request;
	bool request_waits; /* for the fetch that runs */
	enum modem_job running;
	bool in_second_part; /* of a set-up: the family's; of a self-test: the prompt */
	struct modem_submission submit;
	struct modem_ussd ussd;
	struct modem_call call;
	struct modem_news news;
	struct modem_nitz nitz;
	modem_trace_fn trace;
	void *trace_user;
	struct modem_count count;
	struct modem_pace pace, past_pace; /* past: before the port was opened */
	struct modem_fetches fetches;
	struct at_net net;
	struct at_sms sms;
	struct at_kept kept;
	struct at_health health;
	struct at_dialog dialog;
	struct at_chat chat;
	struct loop_timer timer; /* starts a fetch when nothing runs */
};

/* Takes port, also on failure. */
enum err modem_create_on(struct modem **out, struct loop *loop, struct port *port,
	modem_event_fn event, void *user);
void modem_emit(struct modem *m, const struct modem_event *event);
extern const struct at_urc modem_urcs[];
/* It started anew: nothing of what it was told is left. */
void modem_started(struct modem *m);
/* at_urc_fn of a struct modem */
void modem_take_urc(void *user, int what, const char *text, const char *data);

/* modem_job.c */
enum err modem_job_request(struct modem *m, const struct modem_request *request);
void modem_job_ended(struct modem *m, const struct at_result *result);
void modem_job_abort(struct modem *m, enum at_end end); /* the caller's done is called */
void modem_job_kick(struct modem *m); /* starts a fetch, from the loop */

/* modem_health.c */
bool modem_self_test_goes_on(struct modem *m, const struct at_result *result);
void modem_watch(void *user, bool is_out, const char *text); /* at_watch_fn */

#endif
