/*
 * Where a message to one person goes and when: the SIM that its number knows, the
 * countries that the box sends to, the hours in which it may go out.
 */
#ifndef OFFICE_MESSAGE_PLACE_H
#define OFFICE_MESSAGE_PLACE_H

#include "firmware/office/office.h"
#include "firmware/store/message.h"

/* m->msisdn in E.164, contact_id, class, due_at and expires_at are there; the SIM and the
 * times are put in. country: of the number. Refusals: country_not_allowed (to),
 * window_closed (expires_at). */
enum err message_place(struct office *o, struct message *m, const char *country);

#endif
