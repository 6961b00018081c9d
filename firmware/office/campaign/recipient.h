/*
 * Whether one member of a list gets a campaign's text, and what it is then: the one rule
 * that estimates, samples and the feeder share.
 */
#ifndef OFFICE_RECIPIENT_H
#define OFFICE_RECIPIENT_H

#include "firmware/base/buf.h"
#include "firmware/office/dispatch/destinations.h"
#include "firmware/office/text/preview.h"
#include "firmware/office/text/template.h"
#include "firmware/store/campaign.h"

struct recipient_rule {
	const struct template *text;
	enum message_class class;
	const struct destinations *where; /* NULL: no routes, so no national tables */
};

/* SKIP_NONE: out has the text appended, and size is its size. Otherwise out is as it was.
 */
enum skip_reason recipient_decide(const struct recipient_rule *rule,
	const struct campaign_member *member, struct buf *out, struct preview_size *size);

#endif
