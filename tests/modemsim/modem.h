/*
 * One emulated modem: its registers, the command under way, what is injected into the
 * dialogue. Commands are in at_*.c.
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
#include "tests/modemsim/regs.h"
#include "tests/modemsim/rng.h"
#include "tests/modemsim/settings.h"
#include "tests/modemsim/sim.h"
#include "tests/modemsim/simlog.h"
#include "tests/modemsim/submit.h"

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
	bool busy, pumping, deaf, booting, searching;
	bool in_menu;	   /* of the operator: the next code is a choice */
	unsigned after;	   /* enum modem_after, or-ed */
	struct timer step; /* the present command's next step */
	void (*step_fn)(struct modem *);
	struct timer wake; /* end of deafness */
	struct timer flood;
	unsigned flood_at; /* which of its lines comes next */
	struct timer ack;  /* +CNMA is awaited */
	struct timer late; /* an answer that comes long after */
	struct timer move; /* its port comes back */
	char moves_to[PORT_PATH_MAX];
	struct buf late_text;
	struct buf reply;
	bool is_cut, is_cutting; /* the next answer, this one */
	size_t cut_left;	 /* bytes of it that come */
	int result;
	struct buf urcs; /* held until the body is in */
	struct submit submit;
	uint64_t link_until_ms; /* the relay link is kept open until then (+CMMS) */
	bool full_told;		/* a full memory was reported */
	unsigned speed_heard;	/* of the client; 0: nothing yet */
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
/* Runs fn after ms, while the modem takes no command. */
void modem_step_after(struct modem *modem, void (*fn)(struct modem *), uint32_t ms);
/* The next answer ends after so many bytes; the rest is lost. */
void modem_cut(struct modem *modem, size_t octets);
/* Ends the present command. */
void modem_answer(struct modem *modem, int result);
/* Takes what came while the modem was busy. */
void modem_resume(struct modem *modem);
void modem_write(struct modem *modem, const char *data, size_t len);

/* Registers as after power-on. */
void modem_regs_init(struct modem *modem);
/* Registration may have changed: tells the client and the network. */
void modem_registration_changed(struct modem *modem);

#endif
