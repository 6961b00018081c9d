#include "drivers/modem_family.h"

static const struct modem_ops *const families[] = {
	/* one line for each family; the first match wins, so the generic one stays last
	 */
	&modem_generic,
	NULL,
};

const struct modem_ops *modem_registry_find(const struct modem_info *info)
{
	for (const struct modem_ops *const *f = families; *f; f++)
		if (!(*f)->match || (*f)->match(info))
			return *f;
	return &modem_generic;
}
