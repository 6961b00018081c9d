#include "tests/unit/at_sayings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "drivers/at/at_parse.h"
#include "drivers/at/at_parse_clock.h"
#include "drivers/at/at_parse_health.h"
#include "drivers/at/at_parse_net.h"
#include "drivers/modem/modem_impl.h"
#include "firmware/base/str.h"

static const char *const sims[] = { [MODEM_SIM_READY] = "ready",
	[MODEM_SIM_PIN] = "pin",
	[MODEM_SIM_PUK] = "puk",
	[MODEM_SIM_ABSENT] = "absent",
	[MODEM_SIM_BUSY] = "busy",
	[MODEM_SIM_FAILED] = "failed" };
static const char *const regs[] = { [MODEM_REG_NONE] = "none",
	[MODEM_REG_HOME] = "home",
	[MODEM_REG_SEARCHING] = "searching",
	[MODEM_REG_DENIED] = "denied",
	[MODEM_REG_UNKNOWN] = "unknown",
	[MODEM_REG_ROAMING] = "roaming" };
static const char *const stores[] = {
	[MODEM_STORE_SM] = "SM", [MODEM_STORE_ME] = "ME", [MODEM_STORE_SR] = "SR"
};

/* What the parsers make of a line, in words, as at_readings.c puts it. False: rejected.
 */

bool at_say_final(const char *text, size_t len, char *out)
{
	static const char *const words[] = { [AT_FINAL_OK] = "ok",
		[AT_FINAL_ERROR] = "error",
		[AT_FINAL_CME] = "CME",
		[AT_FINAL_CMS] = "CMS" };
	enum at_final kind;
	uint16_t code;

	if (!at_parse_final(text, len, &kind, &code))
		return false;
	return code == AT_CODE_NONE
		       ? str_copy(out, AT_SAID_SIZE, words[kind])
		       : str_format(out, AT_SAID_SIZE, "%s %u", words[kind], code);
}

bool at_say_reg(const char *text, size_t len, char *out)
{
	struct at_reg r;

	if (!at_parse_reg(text, len, &r))
		return false;
	return r.is_answer ? str_format(out, AT_SAID_SIZE, "answer n=%u %s", r.n,
				     regs[r.stat])
			   : str_format(out, AT_SAID_SIZE, "news %s", regs[r.stat]);
}

bool at_say_cusd(const char *text, size_t len, char *out)
{
	struct at_cusd c;

	return at_parse_cusd(text, len, &c) &&
	       str_format(out, AT_SAID_SIZE, "m=%u dcs=%d text=%.*s", c.m,
		       c.has_dcs ? c.dcs : -1, (int)c.text_len, c.text);
}

bool at_say_csq(const char *text, size_t len, char *out)
{
	int dbm;

	return at_parse_csq(text, len, &dbm) &&
	       str_format(out, AT_SAID_SIZE, "%d dBm", dbm);
}

bool at_say_cfun(const char *text, size_t len, char *out)
{
	uint16_t fun;

	return at_parse_cfun(text, len, &fun) &&
	       str_format(out, AT_SAID_SIZE, "fun=%u", fun);
}

bool at_say_cpin(const char *text, size_t len, char *out)
{
	enum modem_sim_state sim;

	return at_parse_cpin(text, len, &sim) && str_copy(out, AT_SAID_SIZE, sims[sim]);
}

static bool say_number(bool took, const char *number, char *out)
{
	return took && str_format(out, AT_SAID_SIZE, "number=%s", number);
}

bool at_say_cnum(const char *text, size_t len, char *out)
{
	char number[24];
	return say_number(at_parse_cnum(text, len, number, sizeof(number)), number, out);
}

bool at_say_csca(const char *text, size_t len, char *out)
{
	char number[24];
	return say_number(at_parse_csca(text, len, number, sizeof(number)), number, out);
}

bool at_say_clip(const char *text, size_t len, char *out)
{
	char number[24];
	return say_number(at_parse_clip(text, len, number, sizeof(number)), number, out);
}

bool at_say_cmti(const char *text, size_t len, char *out)
{
	struct at_stored s;

	return at_parse_cmti(text, len, &s) &&
	       str_format(
		       out, AT_SAID_SIZE, "store=%s index=%u", stores[s.store], s.index);
}

bool at_say_cmt(const char *text, size_t len, char *out)
{
	struct at_stored s;

	return at_parse_cmt(text, len, &s) &&
	       str_format(out, AT_SAID_SIZE, "length=%u", s.tpdu_octets);
}

bool at_say_cmgl(const char *text, size_t len, char *out)
{
	struct at_stored s;

	if (at_parse_is_text_mode(text, len))
		return !at_parse_cmgl(text, len, &s) &&
		       str_copy(out, AT_SAID_SIZE, "text mode");
	return at_parse_cmgl(text, len, &s) &&
	       str_format(out, AT_SAID_SIZE, "index=%u stat=%u length=%u", s.index,
		       s.stat, s.tpdu_octets);
}

bool at_say_cmgr(const char *text, size_t len, char *out)
{
	struct at_stored s;

	if (at_parse_is_text_mode(text, len))
		return !at_parse_cmgr(text, len, &s) &&
		       str_copy(out, AT_SAID_SIZE, "text mode");
	return at_parse_cmgr(text, len, &s) &&
	       str_format(out, AT_SAID_SIZE, "stat=%u length=%u", s.stat, s.tpdu_octets);
}

bool at_say_cmgs(const char *text, size_t len, char *out)
{
	uint8_t mr;

	return at_parse_cmgs(text, len, &mr) &&
	       str_format(out, AT_SAID_SIZE, "mr=%u", mr);
}

/* Ranges are no setting, and are not to be taken for one. */
bool at_say_cnmi(const char *text, size_t len, char *out)
{
	struct at_cnmi_ranges r;
	struct at_cnmi c;

	return at_parse_cnmi_ranges(text, len, &r) && !at_parse_cnmi(text, len, &c) &&
	       str_format(out, AT_SAID_SIZE, "%x %x %x %x %x", r.mode, r.mt, r.bm, r.ds,
		       r.bfr);
}

static void put_stores(char *out, const char *word, uint8_t mask)
{
	assert_true(str_append(out, AT_SAID_SIZE, word));
	for (size_t s = 0; s < MODEM_STORE_NONE; s++)
		if (mask & 1u << s) {
			assert_true(str_append(out, AT_SAID_SIZE, " "));
			assert_true(str_append(out, AT_SAID_SIZE, stores[s]));
		}
}

/* The list, or how full they are: never both. */
bool at_say_cpms(const char *text, size_t len, char *out)
{
	struct at_cpms_list list;
	struct modem_fill fill;

	if (at_parse_cpms_fill(text, len, &fill))
		return !at_parse_cpms_list(text, len, &list) &&
		       str_format(out, AT_SAID_SIZE, "used=%u total=%u", fill.used,
			       fill.total);
	if (!at_parse_cpms_list(text, len, &list))
		return false;
	out[0] = '\0';
	put_stores(out, "read", list.read);
	put_stores(out, " receive", list.receive);
	return true;
}

/* A list is not to be taken for the network in use. */
static bool say_networks(const char *text, size_t len, char *out)
{
	struct modem_networks all = { .n = 0 };
	char name[64];
	uint16_t mode;

	if (!at_parse_cops_list(text, len, &all) ||
		at_parse_cops(text, len, name, sizeof(name)) ||
		at_parse_cops_mode(text, len, &mode))
		return false;
	out[0] = '\0';
	for (size_t i = 0; i < all.n; i++)
		assert_true(str_format(out + strlen(out), AT_SAID_SIZE - strlen(out),
			"%d %s %s|", all.list[i].status, all.list[i].plmn,
			all.list[i].name));
	return true;
}

bool at_say_cops(const char *text, size_t len, char *out)
{
	char name[64];
	uint16_t mode;
	uint8_t act;

	if (str_starts(text, "+COPS: ("))
		return say_networks(text, len, out);
	return at_parse_cops(text, len, name, sizeof(name)) &&
	       at_parse_cops_mode(text, len, &mode) &&
	       at_parse_cops_act(text, len, &act) &&
	       str_format(out, AT_SAID_SIZE, "mode=%u act=%d name=%s", mode,
		       act == AT_ACT_NONE ? -1 : act, name);
}

bool at_say_clock(const char *text, size_t len, char *out)
{
	int64_t utc_s;

	return (at_parse_clock(text, len, &utc_s) || at_parse_nitz(text, len, &utc_s)) &&
	       str_format(out, AT_SAID_SIZE, "%lld", (long long)utc_s);
}

bool at_say_ceer(const char *text, size_t len, char *out)
{
	return at_parse_ceer(text, len, out, AT_SAID_SIZE);
}

bool at_say_tries(const char *text, size_t len, char *out)
{
	struct at_pin_tries t;

	return at_parse_pin_tries(text, len, &t) &&
	       str_format(out, AT_SAID_SIZE, "pin=%d puk=%d", t.pin, t.puk);
}

bool at_say_iccid(const char *text, size_t len, char *out)
{
	return at_parse_iccid(text, len, out, AT_SAID_SIZE);
}

bool at_say_identity(const char *text, size_t len, char *out)
{
	return at_parse_identity(text, len, out, AT_SAID_SIZE);
}

bool at_say_words(const char *text, size_t len, char *out)
{
	return at_parse_words(text, len, out, AT_SAID_SIZE);
}

bool at_say_pdu(const char *text, size_t len, char *out)
{
	uint8_t octets[MODEM_PDU_MAX];
	size_t n;

	if (!at_parse_pdu(text, len, octets, &n))
		return false;
	for (size_t i = 0; i < n; i++)
		(void)str_format(out + 2 * i, AT_SAID_SIZE - 2 * i, "%02X", octets[i]);
	return true;
}

/* No line of the file concerns these, but none may crash on it. */
bool at_say_reading(const char *text, size_t len, char *out)
{
	int value;

	return (at_parse_temperature(text, len, &value) ||
		       at_parse_supply(text, len, &value)) &&
	       str_format(out, AT_SAID_SIZE, "%d", value);
}

const struct at_urc *at_say_find_news(const char *text)
{
	const struct at_urc *const tables[] = { modem_huawei.urcs, modem_wavecom.urcs,
		modem_zte.urcs, modem_urcs };

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct at_urc *u = tables[i]; u->prefix; u++)
			if (str_starts(text, u->prefix))
				return u;
	return NULL;
}

bool at_say_news(const char *text, size_t len, char *out)
{
	static const char *const words[] = { [MODEM_URC_NOISE] = "noise",
		[MODEM_URC_SIM] = "sim",
		[MODEM_URC_RING] = "ring",
		[MODEM_URC_CALL_ENDED] = "call ended" };
	const struct at_urc *u = at_say_find_news(text);
	(void)len;

	return u && (size_t)u->what < sizeof(words) / sizeof(words[0]) &&
	       words[u->what] && str_copy(out, AT_SAID_SIZE, words[u->what]);
}
