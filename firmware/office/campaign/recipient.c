#include "firmware/office/campaign/recipient.h"

#include "firmware/office/people/contact_values.h"
#include "firmware/office/message/messages.h"

static enum skip_reason may_write(
	enum message_class class, const struct campaign_member *member)
{
	switch (class) {
	case CLASS_OTP:
	case CLASS_ALERT:
		return SKIP_NONE;
	case CLASS_TRANSACTIONAL:
	case CLASS_CONVERSATION:
	case CLASS_PROMOTIONAL:
		break;
	}
	if (member->is_suppressed)
		return SKIP_SUPPRESSED;
	if (member->consent == CONSENT_OUT)
		return SKIP_OPTED_OUT;
	if (class == CLASS_PROMOTIONAL && member->consent != CONSENT_IN)
		return SKIP_NO_CONSENT;
	return SKIP_NONE;
}

static enum skip_reason render(
	const struct template *text, const struct contact *contact, struct buf *out)
{
	struct contact_values values;
	size_t missing;
	contact_values_init(&values, contact);
	enum template_rendered rendered =
		template_render(text, contact_values_get, &values, out, &missing);
	contact_values_fini(&values);
	switch (rendered) {
	case TEMPLATE_RENDERED:
		return SKIP_NONE;
	case TEMPLATE_NO_VALUE:
		return SKIP_NO_VALUE;
	case TEMPLATE_EMPTY:
		return SKIP_EMPTY;
	case TEMPLATE_OVERFLOW:
		return SKIP_TOO_LONG;
	}
	return SKIP_EMPTY;
}

enum skip_reason recipient_decide(const struct recipient_rule *rule,
	const struct campaign_member *member, struct buf *out, struct preview_size *size)
{
	size_t start = out->len;
	enum skip_reason reason = may_write(rule->class, member);
	if (reason == SKIP_NONE && rule->where &&
		!destinations_have(rule->where, member->contact.country))
		reason = SKIP_COUNTRY;
	if (reason == SKIP_NONE)
		reason = render(rule->text, &member->contact, out);
	if (reason != SKIP_NONE)
		return reason;
	const struct contact *c = &member->contact;
	const struct destination *to =
		rule->where ? destinations_find(rule->where, c->msisdn, c->country)
			    : NULL;
	size->to = to;
	if (preview_measure(out->data + start, out->len - start, to ? to->national : 0,
		    MESSAGES_PARTS_MAX, size))
		return SKIP_NONE;
	out->len = start;
	return SKIP_TOO_LONG;
}
