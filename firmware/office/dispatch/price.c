#include "firmware/office/dispatch/price.h"

static int64_t times(int64_t price, int64_t parts)
{
	int64_t out;
	return __builtin_mul_overflow(price, parts, &out) ? INT64_MAX : out;
}

static int64_t plus(int64_t a, int64_t b)
{
	int64_t out;
	return __builtin_add_overflow(a, b, &out) ? INT64_MAX : out;
}

void price_add(struct price_sum *sum, const struct price_rule *rule, int64_t parts)
{
	if (rule->is_blocked) {
		sum->blocked += parts;
		return;
	}
	int64_t money = times(rule->price, parts);
	sum->parts += parts;
	if (rule->in_bundle) {
		sum->bundled += parts;
		sum->bundled_money = plus(sum->bundled_money, money);
	} else {
		sum->money = plus(sum->money, money);
	}
}

int64_t price_covered(const struct price_sum *sum, int64_t bundle_left)
{
	if (bundle_left <= 0)
		return 0;
	return bundle_left < sum->bundled ? bundle_left : sum->bundled;
}

int64_t price_total(const struct price_sum *sum, int64_t bundle_left)
{
	int64_t beyond = sum->bundled - price_covered(sum, bundle_left);
	if (beyond == 0)
		return sum->money;
	/* first whole parts at their mean price, then what is left of the division */
	int64_t mean = sum->bundled_money / sum->bundled;
	double rest = (double)(sum->bundled_money % sum->bundled) * (double)beyond /
		      (double)sum->bundled;
	return plus(sum->money, plus(times(mean, beyond), (int64_t)(rest + 0.5)));
}
