/*
 * TS 27.007 (release 16) 7.3 and 8.71, as modems print them.
 */
#include "drivers/at/at_parse_net.h"

#include "drivers/at/at_field.h"
#include "drivers/at/at_parse.h"
#include "firmware/base/str.h"

enum {
	FIELDS_MAX = 8
};

/* Text for people: only what is UTF-8 goes in. */
static bool copy_text(const struct at_field *f, char *dst, size_t size)
{
	if (!str_is_utf8(f->text, f->len, NULL) || f->len >= size)
		return false;
	return str_copy_n(dst, size, f->text, f->len);
}

/* <mode>[,<format>,<oper>[,<AcT>]] */
static bool split_cops(const char *text, size_t len, struct at_field f[FIELDS_MAX],
	size_t *out_n, uint16_t *out_mode)
{
	size_t from;

	return at_field_prefix(text, len, "+COPS:", &from) &&
	       at_field_split(text + from, len - from, f, FIELDS_MAX, out_n) &&
	       at_field_uint(&f[0], 4, out_mode);
}

bool at_parse_cops_mode(const char *text, size_t len, uint16_t *out_mode)
{
	struct at_field f[FIELDS_MAX];
	size_t n;

	return split_cops(text, len, f, &n, out_mode);
}

bool at_parse_cops(const char *text, size_t len, char *name, size_t size)
{
	struct at_field f[FIELDS_MAX];
	size_t n;
	uint16_t mode;

	if (!split_cops(text, len, f, &n, &mode))
		return false;
	if (n < 3)
		return str_copy(name, size, "");
	return copy_text(&f[2], name, size);
}

bool at_parse_cops_act(const char *text, size_t len, uint8_t *out_act)
{
	struct at_field f[FIELDS_MAX];
	size_t n;
	uint16_t mode, act;

	if (!split_cops(text, len, f, &n, &mode))
		return false;
	if (n < 4 || !at_field_uint(&f[3], AT_ACT_NONE - 1, &act))
		act = AT_ACT_NONE;
	*out_act = (uint8_t)act;
	return true;
}

enum modem_tech at_tech_of_act(uint8_t act, bool act8_is_lte)
{
	enum {
		ACT_EC_GSM = 8
	};
	static const enum modem_tech techs[] = {
		MODEM_TECH_2G,	/* GSM */
		MODEM_TECH_2G,	/* GSM compact */
		MODEM_TECH_3G,	/* UTRAN */
		MODEM_TECH_2G,	/* GSM with EGPRS */
		MODEM_TECH_3G,	/* UTRAN with HSDPA */
		MODEM_TECH_3G,	/* with HSUPA */
		MODEM_TECH_3G,	/* with both */
		MODEM_TECH_LTE, /* E-UTRAN */
		MODEM_TECH_2G,	/* EC-GSM-IoT */
		MODEM_TECH_LTE, /* E-UTRAN, NB-S1 */
		MODEM_TECH_5G,	/* E-UTRA at a 5G core */
		MODEM_TECH_5G,	/* NR at a 5G core */
		MODEM_TECH_5G,	/* NG-RAN */
		MODEM_TECH_5G,	/* E-UTRA and NR together */
	};

	if (act == ACT_EC_GSM && act8_is_lte)
		return MODEM_TECH_LTE;
	return act < sizeof(techs) / sizeof(techs[0]) ? techs[act] : MODEM_TECH_UNKNOWN;
}

/* <n>,<reg_info>[,<ext_info>] */
bool at_parse_cireg(const char *text, size_t len, enum modem_ims *out)
{
	struct at_field f[FIELDS_MAX];
	size_t from, n;
	uint16_t mode, info;

	if (!at_field_prefix(text, len, "+CIREG:", &from) ||
		!at_field_split(text + from, len - from, f, FIELDS_MAX, &n) || n < 2 ||
		!at_field_uint(&f[0], 2, &mode) || !at_field_uint(&f[1], 1, &info))
		return false;
	*out = info ? MODEM_IMS_REGISTERED : MODEM_IMS_NOT_REGISTERED;
	return true;
}
