/*
 * One emulated modem: its registers, the command under way, what is injected into the
 * dialogue. Commands are in at_*.c, sending in submit.c, incoming messages in receive.c.
 */
#ifndef MODEMSIM_MODEM_H
#define MODEMSIM_MODEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/base/buf.h"
#include "tests/modemsim/atinput.h"
#include "tests/modemsim/loop.h"
#include "tests/modemsim/port.h"
#include "tests/modemsim/rng.h"
#include "tests/modemsim/settings.h"
#include "tests/modemsim/sim.h"
#include "tests/modemsim/simlog.h"

struct modem;
struct world;

/* What modems share. Borrowed by each of them. */
struct modem_env {
	struct loop *loop;
	struct simlog *log;
	struct world *world;
	/* After every submit that was answered or not: hooks count here. */
	void (*submitted)(void *user, struct modem *modem);
	void *user;
};

/* Number registers that plain "+X=n" commands set. */
enum reg {
	REG_NONE,
	REG_CMEE,
	REG_CMGF,
	REG_CSMS,
	REG_CMMS,
	REG_CREG,
	REG_CGREG,
	REG_CEREG,
	REG_CFUN,
	REG_CGSMS,
	REG_CSDH,
	REG_CLIP,
	REG_COPS_FORMAT,
	REG_COUNT,
};

enum memory_kind {
	MEMORY_SM,
	MEMORY_ME,
	MEMORY_SR,
	MEMORY_COUNT,
};

/* What an answered command leaves to be done. */
enum modem_after {
	MODEM_AFTER_RESET = 1,
	MODEM_AFTER_USSD = 2,
	MODEM_AFTER_OFFER = 4,
};

struct modem_regs {
	bool echo, quiet;
	int number[REG_COUNT];
	int cnmi[5]; /* mode, mt, bm, ds, bfr */
	enum memory_kind mem[3];
	char cscs[12];
	char csca[SIMPDU_NUMBER_MAX];
};

/* AT+CMGS under way. */
struct submit {
	size_t tpdu_len;
	bool text_mode;
	bool from_store;	    /* AT+CMSS */
	char to[SIMPDU_NUMBER_MAX]; /* text mode */
	uint64_t cmd_ms, body_ms;
	uint8_t pdu[SIMPDU_MAX];
	size_t pdu_len;
	struct simpdu_submit message;
	bool has_fault;
	struct fault_rule fault; /* a copy: rules may change meanwhile */
	bool running;		 /* between the body and the answer */
	uint8_t mr;
};

struct modem {
	unsigned index;
	struct modem_env *env;
	struct settings set;
	struct rng rng;
	struct port port;
	struct sim *sim; /* NULL: the tray is empty */
	char imei[20];
	struct modem_regs regs;
	struct sms_memory me, sr;

	struct at_input in;
	struct buf waiting; /* bytes that came while busy */
	bool busy, pumping, deaf, booting;
	unsigned after;	   /* enum modem_after, or-ed */
	struct timer step; /* the present command's next step */
	void (*step_fn)(struct modem *);
	struct timer wake; /* end of deafness */
	struct timer flood;
	struct timer ack;  /* +CNMA is awaited */
	struct timer late; /* an answer that comes long after */
	struct buf late_text;
	struct buf reply;
	int result;
	struct buf urcs; /* held until the body is in */
	struct submit submit;
	uint64_t link_until_ms; /* the relay link is kept open until then (+CMMS) */
	bool full_told;		/* a full memory was reported */
	int told_stat;
};

enum err modem_init(
	struct modem *modem, struct modem_env *env, unsigned index, uint64_t seed);
void modem_fini(struct modem *modem);
/* Takes settings that changed at run time to heart. */
void modem_apply(struct modem *modem);

/* Power-on state. why goes to the log. */
void modem_reset(struct modem *modem, const char *why);
/* Deaf and mute for ms, or until a reset (0). */
void modem_hang(struct modem *modem, uint32_t ms);
void modem_unplug(struct modem *modem);
enum err modem_plug(struct modem *modem, const char *link, int inotify);

bool modem_sim_is_open(const struct modem *modem);
/* True if messages can pass. */
bool modem_is_registered(const struct modem *modem);
/* TS 27.007 7.2 <stat>. */
int modem_reg_stat(const struct modem *modem);
struct sms_memory *modem_memory(struct modem *modem, enum memory_kind kind);

/* An unsolicited line; held back while a message body is expected. */
void modem_urc(struct modem *modem, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Says result after ms, with what reply holds before it. */
void modem_answer_after(struct modem *modem, int result, uint32_t ms);
/* Runs fn after ms, while the modem takes no command. */
void modem_step_after(struct modem *modem, void (*fn)(struct modem *), uint32_t ms);
/* Ends the present command. */
void modem_answer(struct modem *modem, int result);
/* Takes what came while the modem was busy. */
void modem_resume(struct modem *modem);
void modem_write(struct modem *modem, const char *data, size_t len);

/* Registers as after power-on. */
void modem_regs_init(struct modem *modem);
/* Registration may have changed: tells the client and the network. */
void modem_registration_changed(struct modem *modem);

/* submit.c: shows the prompt for modem->submit. */
void submit_prompt(struct modem *modem);
/* A late answer is due. */
void submit_late_due(void *modem);
/* A body or ESC after the prompt. */
void submit_body(struct modem *modem, const char *text, size_t len);
void submit_abort(struct modem *modem);
/* The modem was reset or unplugged while a message was under way. */
void submit_interrupted(struct modem *modem);

/* receive.c: hands over what the network holds for this SIM, as far as possible. */
void receive_offer(struct modem *modem);
/* +CNMA: ok false is a negative acknowledgement. False if none was awaited. */
bool receive_acknowledged(struct modem *modem, bool ok);
void receive_ack_due(void *modem);

#endif
