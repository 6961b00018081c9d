/*
 * SIMs and bays as the panel sees them: what the store keeps, merged with what modemd
 * told last; and the speed of the bank.
 */
#ifndef OFFICE_LINES_H
#define OFFICE_LINES_H

#include "firmware/office/hub.h"
#include "firmware/office/office.h"
#include "firmware/store/sim.h"

#define LINES_UNMEASURED_MS 4000 /* a submit, until the SIM's own is measured */

#define LINES_NETWORKS_MAX 8
struct line_network {
	char technology[8]; /* of a modem that is in one; as in struct hub_slot */
	int ims;
	char search[8]; /* for networks, after a self-test in none */
	size_t n;	/* it found */
	struct line_found {
		char name[32], plmn[8];
		int status; /* lines_network_names */
	} found[LINES_NETWORKS_MAX];
};
/* 27.007 7.3: "unknown", "available", "current", "forbidden". */
extern const struct vstr lines_network_names[];

struct line_view {		/* a SIM, a bay, or both */
	struct sim sim;		/* id 0: no SIM in this bay */
	struct bay bay;		/* id 0: this SIM is in no bay now */
	struct sim_usage today; /* since midnight UTC */
	char state[16];		/* live, else the bay's; "ABSENT" for a SIM in no bay */
	char reason[48];
	const char *reason_text; /* static */
	int64_t until;		 /* UTC ms at which that ends; 0: not known */
	int signal_dbm;		 /* 0: not known */
	int bars;		 /* 0 to 5 */
	struct line_network network;
	uint32_t rate_per_min;
	bool has_temperature;
	int temperature_c; /* the rest as in struct hub_slot */
	int supply_mv, fill_percent, pin_tries, puk_tries;
	int64_t clock_off_s;
	char rung[16];
	int denied_cause;
	char denied[64];
	bool is_live;  /* modemd is there and told about it */
	bool can_send; /* ready or sending; with modemd away: enabled and in a bay */
};
typedef bool (*line_fn)(void *user, const struct line_view *line);
enum err lines_sims(struct office *o, line_fn fn, void *user);
enum err lines_bays(struct office *o, line_fn fn, void *user);
/* NULL fn: is it there at all? not_found. */
enum err lines_sim(struct office *o, int64_t sim_id, line_fn fn, void *user);
enum err lines_bay(struct office *o, int64_t bay_id, line_fn fn, void *user);

struct sim_change { /* NULL, -1: stays */
	const char *name, *msisdn;
	int enabled;
	bool has_plan;
	int64_t plan_id;	  /* if has_plan; 0: none */
	const char *role, *group; /* "both", "promotional", "service"; "" no group */
};
/* unknown_plan, invalid_role, text_too_long. */
enum err lines_sim_update(struct office *o, const struct office_actor *actor,
	int64_t sim_id, const struct sim_change *change);
/* lines_ask.c: asks modemd. not_found; modemd_away (503). */
enum err lines_bay_reset(
	struct office *o, const struct office_actor *actor, int64_t bay_id);
/* Switches it off and on. unsupported (409): the board cannot. */
enum err lines_bay_power(
	struct office *o, const struct office_actor *actor, int64_t bay_id);

struct lines_check {	  /* one step of a self-test */
	char name[16];	  /* "answers", "sim", "signal", "network", "smsc" … */
	char verdict[12]; /* "passed", "failed", "skipped" */
	char said[64];	  /* the modem's line that decided; private things masked */
};
#define LINES_CHECKS_MAX 12
struct lines_test {
	size_t n;
	bool is_passed;
	char technology[8]; /* as in struct hub_slot */
	struct lines_check checks[LINES_CHECKS_MAX];
};
/* Tests a modem up to the prompt; nothing is sent. not_ready, sim_busy (409). */
enum err lines_bay_test(struct office *o, const struct office_actor *actor,
	int64_t bay_id, struct lines_test *out);
/* Ends it after the step it is at, or before it began. */
enum err lines_bay_test_stop(
	struct office *o, const struct office_actor *actor, int64_t bay_id);
/* Asks for the balance by the operator's script when no message waits. */
enum err lines_sim_balance(
	struct office *o, const struct office_actor *actor, int64_t sim_id);

struct lines_ussd { /* what the operator says */
	char text[800];
	bool more; /* it offered a choice, and the dialogue was closed */
};
#define LINES_USSD_CODE_MAX 182 /* characters: what one USSD string holds */
/* "*123#", and answers to its menus behind commas, as "*123#,2,1". */
bool lines_is_ussd_code(const char *code);
/* Asks a SIM's operator; waits for up to two minutes. invalid_code (422), sim_busy,
 * not_ready, operator_refused (409), no_answer (503). */
enum err lines_sim_ussd(struct office *o, const struct office_actor *actor,
	int64_t sim_id, const char *code, struct lines_ussd *out);

struct lines_speed {
	unsigned sims;	     /* ready or sending; with modemd away: enabled ones */
	unsigned unmeasured; /* of them */
	double rate_per_min; /* parts, sum over them */
};
enum err lines_speed(struct office *o, struct lines_speed *out);

#endif
