#include "drivers/family/modem_family.h"

#include <string.h>
#include <strings.h>

static const struct modem_ops *const families[] = {
	/* one line for each family; the first match wins: special before common, and the
	 * generic one last */
	&modem_simcom_lte,
	&modem_simcom,
	&modem_quectel,
	&modem_quectel_lte,
	&modem_huawei,
	&modem_zte,
	&modem_ublox,
	&modem_telit,
	&modem_wavecom, /* before Sierra, which bought it and kept its models */
	&modem_sierra,
	&modem_cinterion,
	&modem_generic,
	NULL,
};

static bool has_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (; *text; text++)
		if (strncasecmp(text, word, len) == 0)
			return true;
	return false;
}

static bool is_one(const struct modem_id *id, const struct modem_info *info)
{
	return (!id->maker || strncasecmp(info->manufacturer, id->maker,
				      strlen(id->maker)) == 0) &&
	       (!id->model || has_word(info->model, id->model));
}

static bool takes(const struct modem_ops *ops, const struct modem_info *info)
{
	if (!ops->ids)
		return true;
	for (const struct modem_id *id = ops->ids; id->maker || id->model; id++)
		if (is_one(id, info))
			return true;
	return false;
}

const struct modem_ops *modem_registry_find(const struct modem_info *info)
{
	for (const struct modem_ops *const *f = families; *f; f++)
		if (takes(*f, info))
			return *f;
	return &modem_generic;
}

bool modem_registry_is_urc(const char *text)
{
	for (const struct modem_ops *const *f = families; *f; f++)
		for (const struct at_urc *u = (*f)->urcs; u && u->prefix; u++)
			if (strncmp(text, u->prefix, strlen(u->prefix)) == 0)
				return true;
	return false;
}

int modem_registry_usb_interface(uint16_t vendor, uint16_t product)
{
	int any = -1;

	for (const struct modem_ops *const *f = families; *f; f++)
		for (const struct modem_usb *u = (*f)->usb; u && u->vendor; u++) {
			if (u->vendor != vendor)
				continue;
			if (u->product == product)
				return u->interface;
			if (u->product == 0)
				any = u->interface;
		}
	return any;
}
