/*
 * Inside the settings: who gets the alarms of the board's inputs, and who may switch its
 * outputs.
 */
#ifndef OFFICE_SETTINGS_ALARMS_H
#define OFFICE_SETTINGS_ALARMS_H

#include "firmware/office/settings.h"

enum err settings_alarms_get(struct office *o, struct settings_alarms *out);
/* Puts what is given, in the open transaction, each change into the audit. */
enum err settings_alarms_set(struct office *o, const struct office_actor *actor,
	const struct settings_change *c);

#endif
