/*
 * The phones as JSON, for the control socket and the page.
 */
#ifndef MODEMSIM_WORLD_JSON_H
#define MODEMSIM_WORLD_JSON_H

#include "tests/modemsim/world.h"

/* Appends an array of the phones, last used first, each with its last text. */
void world_json_phones(const struct world *world, struct buf *dst);
/* Appends one phone with its texts, oldest first. */
void world_json_phone(const struct phone *phone, struct buf *dst);

#endif
