/*
 * Inside the settings: those of the dispatcher.
 */
#ifndef OFFICE_SETTINGS_DISPATCH_H
#define OFFICE_SETTINGS_DISPATCH_H

#include "firmware/office/settings.h"

enum err settings_dispatch_get(struct office *o, struct settings_dispatch *out);
/* Checks without changing anything; then puts what is given, in the open transaction. */
enum err settings_dispatch_check(struct office *o, const struct settings_change *c);
enum err settings_dispatch_set(struct office *o, const struct settings_change *c);

#endif
