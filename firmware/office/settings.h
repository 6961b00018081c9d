/*
 * The box's settings: country, language, name, the answers to STOP and HELP, how it
 * chooses a SIM, who gets its alarms.
 */
#ifndef OFFICE_SETTINGS_H
#define OFFICE_SETTINGS_H

#include "firmware/office/office.h"
#include "firmware/store/setting.h"

#define SETTINGS_LANGUAGES 6
#define SETTINGS_COUNTRIES_MAX 512
#define SETTINGS_NUMBERS_SIZE 512

struct settings_dispatch {
	bool affinity;		/* a number keeps the SIM that it knows; default true */
	char affinity_moves[8]; /* when that SIM is gone: "wait", "move" (default) or
				   "notice": move, and tell it the new number first */
	char notice[480];	/* the text of that */
	char reserve[8];	/* SIMs that promotional messages leave free: "2", "25%";
				   default "0" */
	char least_cost[8];	/* "prefer" (default) or "strict" */
	char countries[SETTINGS_COUNTRIES_MAX]; /* "GR,CY": nowhere else; "" everywhere */
};

struct settings_alarms {
	/* E.164, comma separated; those of the board's configuration until the panel
	 * sets others. "": nobody. */
	char alarm_to[SETTINGS_NUMBERS_SIZE];	 /* who gets the alarms of inputs */
	char switch_from[SETTINGS_NUMBERS_SIZE]; /* whose texts switch outputs */
	char inputs[256], outputs[256];		 /* names of what the board has */
};

struct settings {
	char country[4];   /* alpha-2, default "GR" */
	char locale[12];   /* of the panel before login, default "en" */
	char box_name[64]; /* default "Chapar" */
	struct settings_dispatch dispatch;
	struct settings_alarms alarms;
	struct settings_reply {
		char language[4];
		char stop[480];	 /* the one confirmation of a STOP */
		char start[480]; /* the answer to START */
		char help[480];
	} replies[SETTINGS_LANGUAGES]; /* el he fa ka vi en; defaults where unset */
};
/* About 11 KB. */
enum err settings_get(struct office *o, struct settings *out);

struct settings_change { /* NULL: stays */
	const char *country, *locale, *box_name;
	const char *language;				   /* of the replies below */
	const char *stop_reply, *start_reply, *help_reply; /* "": the default again */
	const bool *affinity;
	const char *affinity_moves, *notice, *reserve, *least_cost, *countries;
	const char *alarm_to, *switch_from; /* as people write them, comma separated */
};
/* Refusals: invalid_country, invalid_language, too_many_parts (a reply is one message of
 * at most 3 parts; the notice too), invalid_policy (affinity_moves, reserve, least_cost),
 * invalid_number, landline, too_many_numbers (alarm_to, switch_from). */
enum err settings_set(struct office *o, const struct office_actor *actor,
	const struct settings_change *change);

/* Just the country. */
enum err settings_country(struct office *o, char country[4]);

/* kind 's'top, 'u' (start), 'h'elp. language not one of ours: the box's. */
enum settings_reply_kind {
	SETTINGS_REPLY_STOP,
	SETTINGS_REPLY_START,
	SETTINGS_REPLY_HELP,
};
enum err settings_reply(struct office *o, enum settings_reply_kind kind,
	const char *language, char *dst, size_t size);

#endif
