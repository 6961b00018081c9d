/*
 * Answers of TS 27.007: results, registration, signal, operator, SIM, identities.
 */
#include "drivers/at/at_parse.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "drivers/at/at_field.h"
#include "firmware/base/str.h"

enum {
	FIELDS_MAX = 24 /* of an answer; +CMGR in text mode has 11 */
};

struct code_name {
	uint16_t code;
	const char *name;
};

/* 27.007 9.2.1, the words that AT+CMEE=2 gives; seen although we ask for numbers. */
static const struct code_name cme_names[] = {
	{ 3, "operation not allowed" },
	{ 4, "operation not supported" },
	{ 5, "PH-SIM PIN required" },
	{ 10, "SIM not inserted" },
	{ 11, "SIM PIN required" },
	{ 12, "SIM PUK required" },
	{ 13, "SIM failure" },
	{ 14, "SIM busy" },
	{ 15, "SIM wrong" },
	{ 16, "incorrect password" },
	{ 17, "SIM PIN2 required" },
	{ 18, "SIM PUK2 required" },
	{ 20, "memory full" },
	{ 21, "invalid index" },
	{ 22, "not found" },
	{ 23, "memory failure" },
	{ 30, "no network service" },
	{ 31, "network timeout" },
	{ 32, "network not allowed - emergency calls only" },
	{ 100, "unknown" },
	{ 100, "unknown error" },
	{ 0, NULL },
};

/* 27.005 3.2.5 */
static const struct code_name cms_names[] = {
	{ 300, "ME failure" },
	{ 301, "SMS service of ME reserved" },
	{ 302, "operation not allowed" },
	{ 303, "operation not supported" },
	{ 304, "invalid PDU mode parameter" },
	{ 305, "invalid text mode parameter" },
	{ 310, "SIM not inserted" },
	{ 311, "SIM PIN required" },
	{ 312, "PH-SIM PIN required" },
	{ 313, "SIM failure" },
	{ 314, "SIM busy" },
	{ 315, "SIM wrong" },
	{ 316, "SIM PUK required" },
	{ 317, "SIM PIN2 required" },
	{ 318, "SIM PUK2 required" },
	{ 320, "memory failure" },
	{ 321, "invalid memory index" },
	{ 322, "memory full" },
	{ 330, "SMSC address unknown" },
	{ 331, "no network service" },
	{ 332, "network timeout" },
	{ 340, "no +CNMA acknowledgement expected" },
	{ 500, "unknown error" },
	{ 0, NULL },
};

static const struct {
	const char *text;
	enum at_final kind;
} finals[] = {
	{ "OK", AT_FINAL_OK },
	{ "ERROR", AT_FINAL_ERROR },
	{ "COMMAND NOT SUPPORT", AT_FINAL_ERROR }, /* Huawei, ZTE */
	{ "TOO MANY PARAMETERS", AT_FINAL_ERROR },
};

static uint16_t error_code(
	const struct code_name *names, const char *text, size_t len, size_t from)
{
	struct at_field f = { .text = text + from, .len = len - from };
	uint16_t code;

	if (at_field_uint(&f, AT_CODE_NONE - 1, &code))
		return code;
	for (; names->name; names++)
		if (at_field_eq(&f, names->name))
			return names->code;
	return AT_CODE_NONE;
}

bool at_parse_final(const char *text, size_t len, enum at_final *out, uint16_t *out_code)
{
	size_t from;

	for (size_t i = 0; i < sizeof(finals) / sizeof(finals[0]); i++)
		if (len == strlen(finals[i].text) &&
			memcmp(text, finals[i].text, len) == 0) {
			*out = finals[i].kind;
			*out_code = AT_CODE_NONE;
			return true;
		}
	bool is_cme = at_field_prefix(text, len, "+CME ERROR", &from);
	if (!is_cme && !at_field_prefix(text, len, "+CMS ERROR", &from))
		return false;
	while (from < len && (text[from] == ':' || text[from] == ' '))
		from++;
	*out = is_cme ? AT_FINAL_CME : AT_FINAL_CMS;
	*out_code = error_code(is_cme ? cme_names : cms_names, text, len, from);
	return true;
}

/* Splits what follows one of the NULL-ended prefixes. */
static bool split_after(const char *text, size_t len, const char *const *prefixes,
	struct at_field f[FIELDS_MAX], size_t *out_n)
{
	size_t from;

	for (; *prefixes; prefixes++)
		if (at_field_prefix(text, len, *prefixes, &from))
			return at_field_split(
				text + from, len - from, f, FIELDS_MAX, out_n);
	return false;
}

/* 27.007 7.2, 10.1.22: 6 and 7 are registrations for SMS alone, 9 and 10 for CSFB. */
static enum modem_reg reg_of_stat(uint16_t stat)
{
	static const enum modem_reg map[] = {
		MODEM_REG_NONE,
		MODEM_REG_HOME,
		MODEM_REG_SEARCHING,
		MODEM_REG_DENIED,
		MODEM_REG_UNKNOWN,
		MODEM_REG_ROAMING,
		MODEM_REG_HOME,
		MODEM_REG_ROAMING,
		MODEM_REG_NONE,
		MODEM_REG_HOME,
		MODEM_REG_ROAMING,
		MODEM_REG_NONE,
	};
	return stat < sizeof(map) / sizeof(map[0]) ? map[stat] : MODEM_REG_UNKNOWN;
}

/* <n>=3: ..,<cause_type>,<reject_cause>; type 0 is a cause of TS 24.008 or TS 24.301. */
static uint8_t reject_cause(const struct at_field *f, size_t n)
{
	uint16_t type, cause;

	if (n < 7 || !at_field_uint(&f[n - 2], 1, &type) || type != 0 ||
		!at_field_uint(&f[n - 1], 255, &cause))
		return 0;
	return (uint8_t)cause;
}

/* <n>,<stat>[,<lac>..] or <stat>[,<lac>..]: an area code has four digits, or quotes as
 * the cell's code after it. Iridium: 002,001,"18d8","ffff". */
static bool may_be_stat(const struct at_field *f, size_t n)
{
	return n >= 2 && !f[1].is_quoted && (f[1].len <= 2 || (n >= 3 && f[2].is_quoted));
}

/* Octets of the line were lost. */
static bool has_open_quote(const char *text, size_t len)
{
	bool is_open = false;

	for (size_t i = 0; i < len; i++)
		is_open ^= text[i] == '"';
	return is_open;
}

/* <n>=2 and more: ..,<lac>,<ci>,<AcT>. */
static uint8_t reg_act(const struct at_field *f, size_t n, size_t at)
{
	uint16_t act;

	if (at >= n || f[at].is_quoted || !at_field_uint(&f[at], AT_ACT_NONE - 1, &act))
		return AT_ACT_NONE;
	return (uint8_t)act;
}

bool at_parse_reg(const char *text, size_t len, struct at_reg *out)
{
	static const char *const prefixes[] = {
		"+CREG:", "+CGREG:", "+CEREG:", "+C5GREG:", NULL
	};
	struct at_field f[FIELDS_MAX];
	size_t n;
	uint16_t first, second;

	if (has_open_quote(text, len) || !split_after(text, len, prefixes, f, &n) ||
		!at_field_uint(&f[0], 11, &first))
		return false;
	bool is_answer = may_be_stat(f, n) && at_field_uint(&f[1], 11, &second);
	*out = (struct at_reg){ .is_answer = is_answer,
		.stat = reg_of_stat(is_answer ? second : first),
		.n = is_answer ? (uint8_t)first : 0,
		.act = reg_act(f, n, is_answer ? 4 : 3),
		.reject_cause = is_answer ? reject_cause(f, n) : 0 };
	return true;
}

bool at_parse_csq(const char *text, size_t len, int *out_rssi_dbm)
{
	static const char *const prefixes[] = { "+CSQ:", NULL };
	struct at_field f[FIELDS_MAX];
	size_t n;
	uint16_t v;

	if (!split_after(text, len, prefixes, f, &n) || n < 2 ||
		!at_field_uint(&f[0], 199, &v))
		return false;
	*out_rssi_dbm = v <= 31 ? -113 + 2 * v : 0; /* 99: not known */
	if (v >= 100 && v <= 191)		    /* TD-SCDMA RSCP, as SIMCom prints */
		*out_rssi_dbm = v - 216;
	return true;
}

bool at_parse_cfun(const char *text, size_t len, uint16_t *out_fun)
{
	enum {
		FUN_MAX = 255
	};
	static const char *const prefixes[] = { "+CFUN:", NULL };
	struct at_field f[FIELDS_MAX];
	size_t n;

	return split_after(text, len, prefixes, f, &n) &&
	       at_field_uint(&f[0], FUN_MAX, out_fun);
}

static const struct {
	const char *text;
	enum modem_sim_state state;
} cpin_states[] = {
	{ "READY", MODEM_SIM_READY },
	{ "SIM PIN", MODEM_SIM_PIN },
	{ "SIM PUK", MODEM_SIM_PUK },
	{ "SIM PIN2", MODEM_SIM_READY }, /* guards fixed dialling only */
	{ "SIM PUK2", MODEM_SIM_READY },
	{ "NOT READY", MODEM_SIM_BUSY },
	{ "NOT INSERTED", MODEM_SIM_ABSENT },
	{ "SIM REMOVED", MODEM_SIM_ABSENT },
	{ "SIM CRASH", MODEM_SIM_FAILED }, /* SIMCom */
	{ "BLOCKED", MODEM_SIM_FAILED },
};

/* "PH-NET PIN" and its kin, SIMCom's "PH_SIM PIN": locked to another SIM or network. */
static bool is_personalised(const struct at_field *f)
{
	return f->len > 3 && strncasecmp(f->text, "PH", 2) == 0 &&
	       (f->text[2] == '-' || f->text[2] == '_');
}

bool at_parse_cpin(const char *text, size_t len, enum modem_sim_state *out)
{
	static const char *const prefixes[] = { "+CPIN:", NULL };
	struct at_field f[FIELDS_MAX];
	size_t n;

	if (!split_after(text, len, prefixes, f, &n))
		return false;
	for (size_t i = 0; i < sizeof(cpin_states) / sizeof(cpin_states[0]); i++)
		if (at_field_eq(&f[0], cpin_states[i].text)) {
			*out = cpin_states[i].state;
			return true;
		}
	if (!is_personalised(&f[0]))
		return false;
	*out = MODEM_SIM_FAILED;
	return true;
}

bool at_parse_sim_error(
	enum at_final kind, uint16_t code, enum modem_sim_state *out_state)
{
	static const struct {
		uint16_t cme, cms;
		enum modem_sim_state state;
	} map[] = {
		{ 10, 310, MODEM_SIM_ABSENT }, { 11, 311, MODEM_SIM_PIN },
		{ 12, 316, MODEM_SIM_PUK }, { 13, 313, MODEM_SIM_FAILED },
		{ 14, 314, MODEM_SIM_BUSY }, { 15, 315, MODEM_SIM_FAILED },
		{ 5, 312, MODEM_SIM_FAILED },
		{ 515, 515, MODEM_SIM_BUSY }, /* "please wait, processing" */
	};
	if (kind != AT_FINAL_CME && kind != AT_FINAL_CMS)
		return false;
	for (size_t i = 0; i < sizeof(map) / sizeof(map[0]); i++)
		if (code == (kind == AT_FINAL_CME ? map[i].cme : map[i].cms)) {
			*out_state = map[i].state;
			return true;
		}
	return false;
}

/* EF-ICCID holds its digits with the halves of each octet changed about. */
static void swap_nibbles(char *digits, size_t len)
{
	for (size_t i = 0; i + 1 < len; i += 2) {
		char c = digits[i];
		digits[i] = digits[i + 1];
		digits[i + 1] = c;
	}
}

/* E.118 has them begin with 89; as the SIM keeps it (is_raw), and as Huawei prints it
 * too, that is 98. */
static bool is_swapped(const char *digits, bool is_raw)
{
	return str_starts(digits, "98") || (is_raw && !str_starts(digits, "89"));
}

/* ITU-T E.118: at most 19 digits and a check digit; F fills the last half. Operators have
 * put letters in, too (898600B5..). */
static bool copy_iccid(const struct at_field *f, bool is_raw, char *dst, size_t size)
{
	char tmp[24] = "";
	size_t n = f->len;

	if (n < 18 || n > 20 || n >= size)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!isxdigit((unsigned char)f->text[i]))
			return false;
		tmp[i] = (char)toupper((unsigned char)f->text[i]);
	}
	if (is_swapped(tmp, is_raw))
		swap_nibbles(tmp, n);
	while (n > 0 && tmp[n - 1] == 'F')
		n--;
	return n >= 18 && !memchr(tmp, 'F', n) && str_copy_n(dst, size, tmp, n);
}

/* TS 102 221 10.2.1: 9000, or 91xx where the SIM has a word for the modem as well. */
static bool is_read(const struct at_field *sw1)
{
	return at_field_eq(sw1, "144") || at_field_eq(sw1, "145");
}

bool at_parse_iccid(const char *text, size_t len, char *dst, size_t size)
{
	static const char *const prefixes[] = { "+CCID:", "+ICCID:", "^ICCID:", "+QCCID:",
		"^SCID:", "#CCID:", "!ICCID:", "+ZGETICCID:", "ICCID:", "+CCID", "",
		NULL };
	static const char *const crsm[] = { "+CRSM:", NULL };
	struct at_field f[FIELDS_MAX];
	size_t n;

	if (split_after(text, len, crsm, f, &n)) /* <sw1>,<sw2>,<response> */
		return n == 3 && is_read(&f[0]) && copy_iccid(&f[2], true, dst, size);
	return split_after(text, len, prefixes, f, &n) &&
	       copy_iccid(&f[n - 1], false, dst, size);
}

bool at_parse_identity(const char *text, size_t len, char *dst, size_t size)
{
	static const char *const prefixes[] = { "+CIMI:", "+CGSN:", "+GSN:", "IMEI:", "",
		NULL };
	struct at_field f[FIELDS_MAX];
	size_t n;

	if (!split_after(text, len, prefixes, f, &n) || f[0].len < 14 || f[0].len > 16 ||
		f[0].len >= size)
		return false;
	for (size_t i = 0; i < f[0].len; i++)
		if (!isdigit((unsigned char)f[0].text[i]))
			return false;
	return str_copy_n(dst, size, f[0].text, f[0].len);
}

bool at_parse_words(const char *text, size_t len, char *dst, size_t size)
{
	static const char *const prefixes[] = {
		"+CGMI:", "+CGMM:", "+CGMR:", "Manufacturer:", "Model:", "Revision:", ""
	};
	struct at_field f = { .text = text, .len = len };
	size_t from = 0;

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (at_field_prefix(text, len, prefixes[i], &from))
			break;
	f.text += from;
	f.len -= from;
	if (f.len >= 2 && f.text[0] == '"' && f.text[f.len - 1] == '"') {
		f.text++;
		f.len -= 2;
	}
	if (f.len == 0 || !str_is_utf8(f.text, f.len, NULL))
		return false;
	(void)str_copy_n(dst, size, f.text, f.len); /* a long name is shown cut */
	return true;
}

/* <str> begins at text[from]; returns where it ends. Quotes inside are not escaped, so
 * that only the last one can be its end. */
static size_t take_cusd_text(
	const char *text, size_t from, size_t len, struct at_cusd *out)
{
	bool is_quoted = from < len && text[from] == '"';
	size_t end = len;

	while (end > from && text[end - 1] != (is_quoted ? '"' : ','))
		end--;
	if (end <= from + is_quoted) /* no end is marked */
		end = len + 1;
	out->text = text + from + is_quoted;
	out->text_len = end - 1 - from - is_quoted;
	return is_quoted && end <= len ? end : end - 1;
}

bool at_parse_cusd(const char *text, size_t len, struct at_cusd *out)
{
	struct at_cusd c = { .text = "" };
	struct at_field f[2];
	uint16_t dcs = 0;
	size_t at, n;

	if (!at_field_prefix(text, len, "+CUSD:", &at) || at == len || text[at] < '0' ||
		text[at] > '5')
		return false;
	c.m = (uint8_t)(text[at++] - '0');
	if (at < len && text[at++] != ',')
		return false;
	while (at < len && text[at] == ' ')
		at++;
	at = take_cusd_text(text, at, len, &c);
	if (!at_field_split(text + at, len - at, f, 2, &n) || f[0].len > 0)
		return false;
	c.has_dcs = n == 2 && f[1].len > 0;
	if (c.has_dcs && !at_field_uint(&f[1], 255, &dcs))
		return false;
	c.dcs = (uint8_t)dcs;
	*out = c;
	return true;
}
