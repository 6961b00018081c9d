#include "firmware/office/eta.h"

#define LATE_MEASURED 1.25
#define LATE_UNMEASURED 2.0

void eta_of_parts(
	int64_t own, int64_t ahead, const struct lines_speed *speed, struct eta *out)
{
	double per_ms = speed->rate_per_min / 60000.0;
	*out = (struct eta){ .is_known = per_ms > 0 };
	if (!out->is_known)
		return;
	double late = speed->unmeasured ? LATE_UNMEASURED : LATE_MEASURED;
	out->from_ms = (int64_t)((double)own / per_ms);
	out->to_ms = (int64_t)((double)(own + ahead) / per_ms * late);
}

void eta_of_campaign(
	const struct campaign_report *r, const struct lines_speed *speed, struct eta *out)
{
	static const enum message_state waiting[] = { MESSAGE_HELD, MESSAGE_QUEUED,
		MESSAGE_SENDING };
	int64_t parts = 0, messages = 0, left = 0;
	for (int i = 0; i < MESSAGE_STATE_COUNT; i++) {
		parts += r->tally.parts[i];
		messages += r->tally.n[i];
	}
	for (size_t i = 0; i < sizeof(waiting) / sizeof(waiting[0]); i++)
		left += r->tally.parts[waiting[i]];
	double each = messages ? (double)parts / (double)messages : 1.0;
	left += (int64_t)((double)r->remaining * each + 0.5);
	eta_of_parts(left, 0, speed, out);
}
