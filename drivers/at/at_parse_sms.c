/*
 * Answers of TS 27.005: message memories, headers, routing, numbers.
 */
#include "drivers/at/at_parse.h"

#include <ctype.h>
#include <string.h>

#include "drivers/at/at_field.h"
#include "firmware/base/str.h"

enum {
	FIELDS_MAX = 16,	 /* +CMGR in text mode has 11 */
	LENGTH_MAX = 255,	 /* drafts of some modems say more than a TPDU can have */
	TYPE_INTERNATIONAL = 145 /* 24.008 10.5.4.7: type and plan octet */
};

static const struct {
	const char *name;
	enum modem_store store;
} stores[] = {
	{ "SM", MODEM_STORE_SM },
	{ "ME", MODEM_STORE_ME },
	{ "SR", MODEM_STORE_SR },
};

static bool split_after(const char *text, size_t len, const char *prefix,
	struct at_field f[FIELDS_MAX], size_t *out_n)
{
	size_t from;

	return at_field_prefix(text, len, prefix, &from) &&
	       at_field_split(text + from, len - from, f, FIELDS_MAX, out_n);
}

static bool store_find(const struct at_field *f, enum modem_store *out)
{
	for (size_t i = 0; i < sizeof(stores) / sizeof(stores[0]); i++)
		if (at_field_eq(f, stores[i].name)) {
			*out = stores[i].store;
			return true;
		}
	return false;
}

bool at_parse_cmti(const char *text, size_t len, struct at_stored *out)
{
	struct at_field f[FIELDS_MAX];
	struct at_stored s = { 0 };
	size_t n;

	if (!split_after(text, len, "+CMTI:", f, &n) &&
		!split_after(text, len, "+CDSI:", f, &n))
		return false;
	if (n < 2 || !store_find(&f[0], &s.store) ||
		!at_field_uint(&f[1], 65535, &s.index))
		return false;
	*out = s;
	return true;
}

static bool parse_stat(const struct at_field *f, struct at_stored *s)
{
	uint16_t stat;

	if (!at_field_uint(f, 4, &stat)) /* words: text mode, not ours */
		return false;
	s->stat = (uint8_t)stat;
	return true;
}

/* <alpha> before the length is left out by some modems altogether: the last counts. */
static bool parse_length(const struct at_field *f, size_t n, struct at_stored *s)
{
	return at_field_uint(&f[n - 1], LENGTH_MAX, &s->tpdu_octets);
}

bool at_parse_cmgl(const char *text, size_t len, struct at_stored *out)
{
	struct at_field f[FIELDS_MAX];
	struct at_stored s = { .store = MODEM_STORE_NONE };
	size_t n;

	if (!split_after(text, len, "+CMGL:", f, &n) || n < 3 || n > 4)
		return false;
	if (!at_field_uint(&f[0], 65535, &s.index) || !parse_stat(&f[1], &s) ||
		!parse_length(f, n, &s))
		return false;
	*out = s;
	return true;
}

/* 27.005 4.1: <stat>,[<alpha>],<length>. Seen as well: with the index in front, without
 * <stat>, and the length alone. */
bool at_parse_cmgr(const char *text, size_t len, struct at_stored *out)
{
	struct at_field f[FIELDS_MAX];
	struct at_stored s = { .store = MODEM_STORE_NONE };
	size_t n;

	if (!split_after(text, len, "+CMGR:", f, &n) || n > 4)
		return false;
	const struct at_field *stat = n == 4 ? &f[1] : &f[0];
	if (n > 1 && stat->len > 0 && !parse_stat(stat, &s))
		return false;
	if (!parse_length(f, n, &s))
		return false;
	*out = s;
	return true;
}

bool at_parse_cmt(const char *text, size_t len, struct at_stored *out)
{
	struct at_field f[FIELDS_MAX];
	struct at_stored s = { .store = MODEM_STORE_NONE };
	size_t n;

	if (!split_after(text, len, "+CMT:", f, &n) &&
		!split_after(text, len, "+CDS:", f, &n))
		return false;
	if (n > 2 || !parse_length(f, n, &s))
		return false;
	*out = s;
	return true;
}

/* 27.005 3.1 <stat>; the latter two are the same in UCS2 (AT+CSCS). */
static bool is_stat_word(const struct at_field *f)
{
	static const char *const begins[] = { "REC ", "STO ", "0052004500430020",
		"00530054004F0020" };
	size_t rest;

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (f->is_quoted && at_field_prefix(f->text, f->len, begins[i], &rest))
			return true;
	return false;
}

static bool is_timestamp(const struct at_field *f)
{
	return f->is_quoted && f->len >= 17 && f->text[2] == '/';
}

bool at_parse_is_text_mode(const char *text, size_t len)
{
	static const struct {
		const char *prefix;
		size_t field;
		bool (*is)(const struct at_field *f);
	} signs[] = {
		{ "+CMGL:", 1, is_stat_word }, { "+CMGR:", 0, is_stat_word },
		{ "+CMT:", 2, is_timestamp }, /* <oa>,[<alpha>],<scts>.. */
		{ "+CDS:", 4, is_timestamp }, /* <fo>,<mr>,[<ra>],[<tora>],<scts>.. */
	};
	struct at_field f[FIELDS_MAX];
	size_t n;

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (split_after(text, len, signs[i].prefix, f, &n))
			return n > signs[i].field && signs[i].is(&f[signs[i].field]);
	return false;
}

bool at_parse_pdu(
	const char *text, size_t len, uint8_t out[MODEM_PDU_MAX], size_t *out_octets)
{
	return len > 0 && str_from_hex(text, len, out, MODEM_PDU_MAX, out_octets);
}

bool at_parse_cmgs(const char *text, size_t len, uint8_t *out_mr)
{
	struct at_field f[FIELDS_MAX];
	size_t n;
	uint16_t mr;

	if (!split_after(text, len, "+CMGS:", f, &n) || !at_field_uint(&f[0], 255, &mr))
		return false;
	*out_mr = (uint8_t)mr;
	return true;
}

/* "(0-2)", "(0,1,3)", "(0-1,3)" or a bare number at text[*pos]; moves past it. */
static bool parse_range(const char *text, size_t len, size_t *pos, uint16_t *out)
{
	uint16_t mask = 0;
	int from = -1;
	bool in_group = false;

	for (; *pos < len; (*pos)++) {
		char c = text[*pos];
		if (c == '(')
			in_group = true;
		else if (c == ')')
			in_group = false;
		else if (c == ',' && !in_group)
			break;
		else if (c >= '0' && c <= '9') {
			int v = c - '0';
			bool is_range = *pos > 0 && text[*pos - 1] == '-';
			for (int i = is_range && from >= 0 ? from : v; i <= v; i++)
				mask |= (uint16_t)(1u << i);
			from = v;
		} else if (c != ',' && c != '-' && c != ' ')
			return false;
	}
	*out = mask;
	return true;
}

bool at_parse_cnmi_ranges(const char *text, size_t len, struct at_cnmi_ranges *out)
{
	struct at_cnmi_ranges r = { 0 };
	uint16_t *const fields[] = { &r.mode, &r.mt, &r.bm, &r.ds, &r.bfr };
	size_t pos;

	if (!at_field_prefix(text, len, "+CNMI:", &pos))
		return false;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (!parse_range(text, len, &pos, fields[i]))
			return false;
		pos++; /* the comma */
	}
	if (!r.mode || !r.mt)
		return false;
	*out = r;
	return true;
}

static int route_field(const struct at_field *f, size_t n, size_t at)
{
	enum {
		VALUE_MAX = 15
	};
	uint16_t v;

	return at < n && at_field_uint(&f[at], VALUE_MAX, &v) ? v : AT_CNMI_UNTOLD;
}

bool at_parse_cnmi(const char *text, size_t len, struct at_cnmi *out)
{
	struct at_field f[FIELDS_MAX];
	size_t n;

	if (!split_after(text, len, "+CNMI:", f, &n) &&
		!split_after(text, len, "AT+CNMI=", f, &n))
		return false;
	struct at_cnmi c = { .mode = route_field(f, n, 0),
		.mt = route_field(f, n, 1),
		.ds = route_field(f, n, 3) };
	if (c.mode == AT_CNMI_UNTOLD || c.mt == AT_CNMI_UNTOLD)
		return false;
	*out = c;
	return true;
}

bool at_parse_csms(const char *text, size_t len, uint16_t *out_service)
{
	enum {
		VALUE_MAX = 255
	};
	struct at_field f[FIELDS_MAX];
	size_t n;

	return split_after(text, len, "+CSMS:", f, &n) &&
	       at_field_uint(&f[0], VALUE_MAX, out_service);
}

static bool is_name_char(char c)
{
	return isalpha((unsigned char)c) || c == '_';
}

/* The memory named at text[*pos], as a bit; 0 for one we have no use for. */
static uint8_t take_store(const char *text, size_t len, size_t *pos)
{
	struct at_field f = { .text = text + *pos };
	enum modem_store store;

	while (*pos < len && is_name_char(text[*pos])) {
		(*pos)++;
		f.len++;
	}
	return (uint8_t)(store_find(&f, &store) ? 1u << store : 0u);
}

/* Groups are told by their brackets; quotes are not relied on, as modems forget some. */
bool at_parse_cpms_list(const char *text, size_t len, struct at_cpms_list *out)
{
	uint8_t groups[3] = { 0 }, all = 0;
	size_t n = 0, pos;
	bool has_groups = memchr(text, '(', len) != NULL;
	int depth = 0;

	if (!at_field_prefix(text, len, "+CPMS:", &pos))
		return false;
	while (pos < len) {
		char c = text[pos];
		if (isdigit((unsigned char)c))
			return false; /* the answer to +CPMS? or to a setting */
		depth += (c == '(') - (c == ')');
		if (!is_name_char(c)) {
			if (depth < 0 || depth > 2)
				return false;
			if (c == ')')
				n++;
			pos++;
			continue;
		}
		uint8_t bit = take_store(text, len, &pos);
		all |= bit;
		if (n < 3)
			groups[n] |= bit;
		if (has_groups && depth == 0)
			n++;
	}
	*out = (struct at_cpms_list){ .read = has_groups ? groups[0] : all,
		.receive = !has_groups || n < 3 || !groups[2] ? all : groups[2] };
	return true;
}

/* UCS2 or octets in hex, as AT+CSCS="UCS2" or "HEX" print even a number. */
static bool decode_number(const struct at_field *f, char *dst, size_t size)
{
	uint8_t raw[64];
	size_t n, step, used = 0;

	if (!str_from_hex(f->text, f->len, raw, sizeof(raw), &n) || n == 0)
		return false;
	step = raw[0] == 0 ? 2 : 1;
	if (n % step != 0 || n / step >= size)
		return false;
	for (size_t i = step - 1; i < n; i += step) {
		bool is_plus = raw[i] == '+' && used == 0;
		if ((!is_plus && !isdigit(raw[i])) || (step == 2 && raw[i - 1] != 0))
			return false;
		dst[used++] = (char)raw[i];
	}
	dst[used] = '\0';
	return true;
}

static bool is_plain_number(const struct at_field *f)
{
	for (size_t i = 0; i < f->len; i++)
		if (!isdigit((unsigned char)f->text[i]) && !(i == 0 && f->text[i] == '+'))
			return false;
	return true;
}

static bool copy_number(const struct at_field *f, uint16_t type, char *dst, size_t size)
{
	char digits[24] = "";

	/* E.164 has 15 digits at most: longer is text in hex */
	if (f->len > 16 || !is_plain_number(f)) {
		if (!decode_number(f, digits, sizeof(digits)))
			return false;
	} else {
		(void)str_copy_n(digits, sizeof(digits), f->text, f->len); /* fits */
	}
	bool add_plus = type == TYPE_INTERNATIONAL && digits[0] && digits[0] != '+';
	return str_format(dst, size, "%s%s", add_plus ? "+" : "", digits);
}

static bool parse_number(const struct at_field *number, const struct at_field *type,
	char *dst, size_t size)
{
	uint16_t toa = 0;
	char tmp[24];

	if (type && type->len > 0 && !at_field_uint(type, 255, &toa))
		return false;
	return copy_number(number, toa, tmp, sizeof(tmp)) && str_copy(dst, size, tmp);
}

bool at_parse_csca(const char *text, size_t len, char *dst, size_t size)
{
	struct at_field f[FIELDS_MAX];
	size_t n;

	return split_after(text, len, "+CSCA:", f, &n) &&
	       parse_number(&f[0], n > 1 ? &f[1] : NULL, dst, size);
}

/* 27.007 7.1: [<alpha>],<number>,<type>[,..] */
bool at_parse_cnum(const char *text, size_t len, char *dst, size_t size)
{
	struct at_field f[FIELDS_MAX];
	size_t n;

	return split_after(text, len, "+CNUM:", f, &n) && n >= 3 &&
	       parse_number(&f[1], &f[2], dst, size);
}
