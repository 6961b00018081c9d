/*
 * What one modem of the bank is like. Every key of README.md is a row of the table in
 * settings.c; the configuration file, the control socket and the tests set them by name.
 */
#ifndef MODEMSIM_SETTINGS_H
#define MODEMSIM_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/modemsim/answers.h"
#include "tests/modemsim/fault.h"
#include "tests/modemsim/rng.h"

enum {
	SETTINGS_TEXT_MAX = 112,
	SETTINGS_STATUS_MAX = 8,
};

enum port_kind {
	PORT_KIND_MODEM,
	PORT_KIND_SILENT,
	PORT_KIND_GARBAGE,
	PORT_KIND_LOGIN,
	PORT_KIND_ENDLESS,
	PORT_KIND_BINARY,
};

enum sim_kind {
	SIM_KIND_READY,
	SIM_KIND_ABSENT,
	SIM_KIND_PIN,
	SIM_KIND_PUK,
};

enum network_kind {
	NETWORK_KIND_HOME,
	NETWORK_KIND_ROAMING,
	NETWORK_KIND_SEARCHING,
	NETWORK_KIND_DENIED,
	NETWORK_KIND_NONE,
	NETWORK_KIND_RESTING, /* it hears one, and has given up on it */
};

/* By which it is registered: <AcT> of +COPS. */
enum technology_kind {
	TECHNOLOGY_UNTOLD, /* as old modems */
	TECHNOLOGY_2G,
	TECHNOLOGY_3G,
	TECHNOLOGY_LTE,
	TECHNOLOGY_5G,
};

/* Where to_inject lines are pushed into a dialogue. */
enum inject_kind {
	INJECT_KIND_NONE,
	INJECT_KIND_ECHO,   /* between a command's echo and its answer */
	INJECT_KIND_PROMPT, /* after the prompt, while the body is expected */
	INJECT_KIND_ANSWER, /* between +CMGS: and OK */
	INJECT_KIND_ALL,
};

/* One possible end of a message, TS 23.040 9.2.3.15, with its weight. */
struct status_share {
	uint8_t tp_st;
	double weight;
};

struct settings {
	struct spread latency_ms, submit_ms, prompt_ms, link_setup_ms, status_ms;
	bool sms_needs_ps, status_report, echo, echo_stays, echo_wrong, words, quiet,
		forget, cnma_strict, full_urc, me_is_sm, ussd_packed, ims;
	struct status_share status[SETTINGS_STATUS_MAX];
	size_t status_count;
	unsigned sm_size, me_size, sr_size;
	unsigned split_bytes, split_ms, baud; /* 0: any */
	unsigned boot_urc_burst, cpms_least, cpms_most, reject;
	unsigned pin_tries, csq, cnma_ms, boot_ms, mr_start, boot_urc_ms, moves_ms;
	int zone_min;
	enum port_kind port;
	enum sim_kind sim;
	enum network_kind network;
	enum technology_kind technology;
	enum inject_kind inject;
	char inject_text[SETTINGS_TEXT_MAX];
	char boot_text[SETTINGS_TEXT_MAX], boot_urc_text[SETTINGS_TEXT_MAX];
	char pin[16], puk[16], imei[20];
	char maker[SETTINGS_TEXT_MAX], model[SETTINGS_TEXT_MAX],
		revision[SETTINGS_TEXT_MAX];
	char iccid_commands[SETTINGS_TEXT_MAX], unsupported[SETTINGS_TEXT_MAX],
		unsupported_text[SETTINGS_TEXT_MAX];
	char networks[256];
	unsigned search_ms;
	char no_ok[SETTINGS_TEXT_MAX], cnmi[SETTINGS_TEXT_MAX], cpms[SETTINGS_TEXT_MAX];
	char ussd[SETTINGS_TEXT_MAX], ussd_menu[SETTINGS_TEXT_MAX];
	struct answers answers;
	struct fault_set faults;
};

/* A healthy, generic modem. */
void settings_init(struct settings *settings);
/* Sets one key from its text. Returns NULL, or why not (static storage). */
const char *settings_set(struct settings *settings, const char *key, const char *value);
/* True if word is an item of the comma-separated list (letters without case). */
bool settings_list_has(const char *list, const char *word);
/* Draws the end of a message. */
uint8_t settings_draw_status(const struct settings *settings, struct rng *rng);

#endif
