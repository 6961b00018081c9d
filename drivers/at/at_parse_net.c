/*
 * TS 27.007 (release 16) 7.3 and 8.71, as modems print them.
 */
#include "drivers/at/at_parse_net.h"

#include <ctype.h>
#include <string.h>

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

/* Names may come as UCS-2 in hexadecimal, where the modem keeps that character set. */
static bool is_ucs2(const struct at_field *f)
{
	if (f->len < 8 || f->len % 4 != 0 || f->text[0] != '0')
		return false;
	for (size_t i = 0; i < f->len; i++)
		if (!isxdigit((unsigned char)f->text[i]))
			return false;
	return true;
}

static unsigned hex_value(char c)
{
	return isdigit((unsigned char)c)
		       ? (unsigned)(c - '0')
		       : (unsigned)(toupper((unsigned char)c) - 'A') + 10;
}

/* Names have no need of surrogates: one is no name. */
static bool copy_ucs2(const struct at_field *f, char *dst, size_t size)
{
	char name[64] = "";
	size_t n = 0;

	for (size_t i = 0; i < f->len; i += 4) {
		uint32_t cp = 0;
		for (size_t k = 0; k < 4; k++)
			cp = cp << 4 | hex_value(f->text[i + k]);
		size_t octets = n + 4 <= sizeof(name) && cp >= ' '
					? str_utf8_put(cp, name + n)
					: 0;
		if (octets == 0)
			return false;
		n += octets;
	}
	return n < size && str_copy_n(dst, size, name, n);
}

static bool copy_name(const struct at_field *f, char *dst, size_t size)
{
	if (f->len == 0)
		return false;
	return is_ucs2(f) ? copy_ucs2(f, dst, size) : copy_text(f, dst, size);
}

static struct modem_network *find_network(
	struct modem_networks *all, const struct modem_network *like)
{
	for (size_t i = 0; i < all->n; i++) {
		struct modem_network *known = &all->list[i];
		if (like->plmn[0] ? str_eq(known->plmn, like->plmn)
				  : str_eq(known->name, like->name))
			return known;
	}
	return NULL;
}

static void add_network(struct modem_networks *all, const struct modem_network *network)
{
	static const uint8_t worth[MODEM_NETWORK_STATUSES] = {
		[MODEM_NETWORK_FORBIDDEN] = 0,
		[MODEM_NETWORK_UNKNOWN] = 1,
		[MODEM_NETWORK_AVAILABLE] = 2,
		[MODEM_NETWORK_CURRENT] = 3,
	};
	struct modem_network *known = find_network(all, network);

	if (known && worth[network->status] > worth[known->status])
		known->status = network->status;
	if (!known && all->n < MODEM_NETWORKS_MAX)
		all->list[all->n++] = *network;
}

/* <stat>,<long name>,<short name>,<numeric>[,<AcT>]; any of them may lack. The lists of
 * modes and formats after them are in brackets, too, and have numbers alone. */
static bool take_network(const char *text, size_t len, struct modem_networks *all)
{
	struct modem_network network = { .status = MODEM_NETWORK_UNKNOWN };
	struct at_field f[FIELDS_MAX];
	size_t n;
	uint16_t status;

	if (!at_field_split(text, len, f, FIELDS_MAX, &n) || n < 4 ||
		!at_field_uint(&f[0], MODEM_NETWORK_FORBIDDEN, &status) ||
		!f[3].is_quoted || !copy_name(&f[3], network.plmn, sizeof(network.plmn)))
		return false;
	network.status = (enum modem_network_status)status;
	if (!copy_name(&f[1], network.name, sizeof(network.name)) &&
		!copy_name(&f[2], network.name, sizeof(network.name)))
		(void)str_copy(
			network.name, sizeof(network.name), network.plmn); /* fits */
	add_network(all, &network);
	return true;
}

/* The length of what stands in a bracket, which may be quoted; len: it has no end. */
static size_t bracket_len(const char *text, size_t len)
{
	bool in_quotes = false;
	size_t i = 0;

	for (; i < len && (in_quotes || text[i] != ')'); i++)
		in_quotes ^= text[i] == '"';
	return i;
}

bool at_parse_cops_list(const char *text, size_t len, struct modem_networks *out)
{
	struct modem_networks all = *out;
	size_t from = 0, n;
	bool is_list;

	if (!at_field_prefix(text, len, "+COPS:", &from) && (len == 0 || text[0] != '('))
		return false;
	/* nothing before the lists of modes and formats: it found none */
	is_list = from + 1 < len && text[from] == ',' && text[from + 1] == ',';
	for (; from < len; from += n + 1) {
		while (from < len && text[from] != '(')
			from++;
		if (from++ >= len)
			break;
		n = bracket_len(text + from, len - from);
		if (from + n < len)
			is_list |= take_network(text + from, n, &all);
	}
	if (!is_list)
		return false;
	all.is_known = true;
	*out = all;
	return true;
}

/* Lower case, one blank for what is neither letter nor digit, and one at each end. */
static void plain_words(const char *text, char *dst, size_t size)
{
	size_t n = 0;

	dst[n++] = ' ';
	for (; *text && n + 2 < size; text++) {
		bool is_word = isalnum((unsigned char)*text);
		if (is_word)
			dst[n++] = (char)tolower((unsigned char)*text);
		else if (dst[n - 1] != ' ')
			dst[n++] = ' ';
	}
	if (dst[n - 1] != ' ')
		dst[n++] = ' ';
	dst[n] = '\0';
}

/* The names that TS 24.008 10.5.3.6 and TS 24.301 9.9.3.9 give the causes. */
uint8_t at_reject_cause_of_words(const char *words)
{
	static const struct {
		uint8_t cause;
		const char *name;
	} names[] = {
		{ 2, " imsi unknown in h" }, /* HLR, HSS */
		{ 3, " illegal ms " },
		{ 3, " illegal ue " },
		{ 5, " imei not accepted " },
		{ 6, " illegal me " },
		{ 8, " non eps services not allowed " },
		{ 8, " non gprs services not allowed " },
		{ 14, " services not allowed in this plmn " },
		{ 7, " eps services not allowed " },
		{ 7, " gprs services not allowed " },
		{ 11, " plmn not allowed " },
		{ 12, " location area not allowed " },
		{ 12, " la not allowed " },
		{ 12, " tracking area not allowed " },
		{ 13, " roaming not allowed " },
		{ 15, " no suitable cells " },
	};
	char plain[80];

	plain_words(words, plain, sizeof(plain));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strstr(plain, names[i].name))
			return names[i].cause;
	return 0;
}
