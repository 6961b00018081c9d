#include "firmware/office/forecast/eta.h"

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
