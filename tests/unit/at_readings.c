#include "tests/unit/at_readings.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"

enum {
	GROUPS = 6
};

/* 27.007 7.2 and 10.1.22, and what a gateway of messages makes of each <stat>. */
static const char *const stats[] = { "none", "home", "searching", "denied", "unknown",
	"roaming", "home", "roaming", "none", "home", "roaming", "none" };

/* Lines whose meaning is easier said than matched. "": damaged, or never meant for us. */
static const struct {
	const char *line, *means;
} told[] = {
	{ "COMMAND NOT SUPPORT", "error" },
	/* quotes that do not match: octets were lost */
	{ "+CREG: 2,1,\"0B,\"0100701\",7", "" },
	{ "+CREG: 2,1,\"5E25", "" },
	/* <lac> and <ci> in halves and blanks; we read neither */
	{ "+CREG: 2,1,  0 5, 2715", "answer n=2 home" },
	{ "+CREG: 2,0,00,0", "answer n=2 none" },
	{ "+CREG: 2,,", "news searching" },
	{ "+CPIN: READY", "ready" },
	{ "+CPIN: SIM PIN", "pin" },
	{ "+CPIN: \"SIM PIN\"", "pin" },
	{ "+CPIN: SIM PUK2", "ready" },	   /* guards fixed dialling only */
	{ "+CPIN: PH-NET PIN", "failed" }, /* it wants another network's SIM */
	/* AT+CSCS="UCS2" and "HEX" */
	{ "+CSCA: 002B00390037003200350034003100320030003000330032,145",
		"number=+97254120032" },
	{ "+CSCA: 002B003300380030003600330039003000310030003000300030,145",
		"number=+380639010000" },
	{ "+CSCA: \"002B003400340037003800300032003000390032003000330035\",145",
		"number=+447802092035" },
	{ "+CSCA: \"2b393731353535353135353135\",145", "number=+971555515515" },
	{ "+CSCA: \"393731353535353135353135\",145", "number=+971555515515" },
	{ "+CSCA: \"\",129", "number=" }, /* the SIM has none, which is worth knowing */
	/* AT+CSCS="UCS2", and two of them for two technologies */
	{ "+COPS: (2,\"004D006F007600690073007400610072\",\"004D006F007600690073007400610072\",\"00320031003400300037\",7)"
	  ",(1,\"0059004F00490047004F\",\"0059004F00490047004F\",\"00320031003400300034\",7)"
	  ",(1,\"0076006F006400610066006F006E0065002000450053\",\"0076006F00640061002000450053\",\"00320031003400300031\",7)"
	  ",(1,\"004F00720061006E00670065002000530050\",\"00450053005000520054\",\"00320031003400300033\",0)"
	  ",(1,\"0076006F006400610066006F006E0065002000450053\",\"0076006F00640061002000450053\",\"00320031003400300031\",0)"
	  ",(1,\"004F00720061006E00670065002000530050\",\"00450053005000520054\",\"00320031003400300033\",7)",
		"2 21407 Movistar|1 21404 YOIGO|1 21401 vodafone ES|1 21403 Orange SP|" },
	{ "+CNMI: (2),(0-1,3),(0,2),(0-1),(0)", "4 b 5 3 1" },
	{ "+CNMI: (0-2),(0,1,3),(0),(0,1),(0,1)", "7 b 1 3 3" },
	{ "+CNMI: (0,1,2),(0,1),(0,2),(0),(1)", "7 3 5 1 2" },
	{ "+CNMI: (0-3),(0,1),(0,2,3),(0,2),(1)", "f 3 d 5 2" },
	{ "+CNMI:(0-3),(0-3),(0-3),(0,1),(0,1)", "f f f 3 3" },
	{ "+CNMI: (0-9),(0-9),(0-9),(0-9),(0-9)", "3ff 3ff 3ff 3ff 3ff" },
	/* read from <mem1>, receive into <mem3>; where there is no third group: into any
	 */
	{ "+CPMS:     (  \"ME\"  ,  \"MT\"  )   ,  \"ME\" ,   (  \"SM\"  )",
		"read ME receive SM" },
	{ "+CPMS: \"ME\",\"MT\",\"SM\"", "read SM ME receive SM ME" },
	{ "+CPMS: \"MT\",\"SM\",\"BM\",\"ME\",\"SR\", \"MT\",\"SM\",\"BM\",\"ME\",\"SR\", "
	  "\"MT\",\"SM\",\"BM\",\"ME\",\"SR\"",
		"read SM ME SR receive SM ME SR" },
	{ "+CPMS: \"SM\",\"SM\",\"SM\"", "read SM receive SM" },
	{ "+CPMS: (\"ME\"),(\"ME\")", "read ME receive ME" },
	{ "+CPMS: (\"ME\",\"MT\"),\"ME\",(\"SM\")", "read ME receive SM" },
	{ "+CPMS: (\"ME\",\"MT\"),(\"ME\",\"SM\",\"MT\"),(\"SM\",\"MT\")",
		"read ME receive SM" },
	{ "+CPMS: (\"ME\",\"MT\",\"SM\",\"SR\"),(\"ME\",\"MT\",\"SM\"),(\"ME\",\"SM\")",
		"read SM ME SR receive SM ME" },
	{ "+CPMS: (\"ME\",\"MT\",\"SM\",\"SR\"),(\"ME\",\"MT\",\"SM\",\"SR\"),"
	  "(\"ME\",\"MT\",\"SM\",\"SR\")",
		"read SM ME SR receive SM ME SR" },
	{ "+CPMS: (\"ME\",\"MT\",\"SM\",\"SR\"),(\"ME\",\"MT\",\"SM\",\"SR\"),"
	  "(\"ME\",\"SM\")",
		"read SM ME SR receive SM ME" },
	{ "+CPMS: (\"ME\",\"SM\",\"SR\"),(\"ME\",\"SM\")",
		"read SM ME SR receive SM ME SR" },
	{ "+CPMS: (\"SM\", \"ME\", \"SM_P\", \"ME_P\", \"MT\"), (\"SM\", \"ME\", "
	  "\"SM_P\", \"ME_P\", \"MT\"), (\"SM\", \"ME\", \"SM_P\", \"ME_P\", \"MT\")",
		"read SM ME receive SM ME" },
	{ "+CPMS: (\"SM\",\"ME\"), (\"SM\",\"ME\"), (\"SM\",\"ME\")",
		"read SM ME receive SM ME" },
	{ "+CPMS: (\"SM\",\"ME\"),(\"SM\",\"ME\"),(\"SM\",\"ME\")",
		"read SM ME receive SM ME" },
	{ "+CPMS: ((\"SM\",\"BM\",\"SR\"),(\"SM\"))", "read SM SR receive SM SR" },
	{ "+CPMS: (),(),()", "read receive" },
	{ "+CPMS: (),,(  )", "read receive" },
	{ "+CPMS: (ME\", \"SR\"), (\"ME\", \"SR\"), (\"ME\")", "read ME SR receive ME" },
	{ "+CPMS: ,,,,,,,,", "read receive" },
	{ "+CPMS:", "read receive" },
	/* the cause that ended a call, and Wavecom's numbers for the SIM's cover */
	{ "+WIND: 0", "sim" },
	/* written by people: a pattern of sscanf(), a manual's grammar, an anonymous
	 * caller, a blank where the line ended */
	{ "+CPIN: @r", "" },
	{ "+CPIN: @s", "" },
	{ "+CSCA: @p, @i", "" },
	{ "+CMGL: @i, @r, @p, @0", "" },
	{ "+CDS: ,<length><CR><LF><pdu>", "" },
	{ "+CLIP: \"XXXXXXXXXXXXX\",145,\"\",128,\"\",0", "" },
};

/* POSIX extended, the first that matches the whole line; $n is a group, %n a <stat>. */
static const struct {
	const char *pattern, *means;
} readings[] = {
	{ "OK", "ok" },
	{ "ERROR", "error" },
	{ "\\+CM([ES]) ERROR: ([0-9]+)", "CM$1 $2" },
	/* <n>,<stat> in an answer, <stat> in news; <lac> has quotes or four digits */
	{ "\\+C(5G|G|E)?REG: *0*(1?[0-9])(, *\".*)?", "news %2" },
	{ "\\+C(5G|G|E)?REG: *0*([0-5]), *0*(1?[0-9])(, *\".*)?", "answer n=$2 %3" },
	{ "\\+C(5G|G|E)?REG: *0*(1?[0-9]), *[0-9A-F]{4}(,.*)?", "news %2" },
	{ "\\+C(5G|G|E)?REG: *([0-5]), *(1?[0-9])(,.*)?", "answer n=$2 %3" },
	{ "\\+COPS: ([0-4]),[0-2],\"([^\"]*)\"", "mode=$1 act=-1 name=$2" },
	{ "\\+COPS: ([0-4]),[0-2],\"([^\"]*)\",([0-9]+)", "mode=$1 act=$3 name=$2" },
	{ "\\+CFUN: ([0-9]+)(,[01])?", "fun=$1" },
	{ "\\+CFUN: \\(.*", "" }, /* what it could have */
	{ "\\+CNUM: \"?[a-z]*\"?,\"(\\+?[0-9]+)\",[0-9]+", "number=$1" },
	{ "\\+CSCA: \"\\+?([0-9]{10,15})\",145", "number=+$1" },
	{ "\\+CLIP: \"(\\+?[0-9]+)\",[0-9]+(,.*)?", "number=$1" },
	{ "\\+CEER: (.*)", "$1" },
	{ "\\+UPINCNT: ([0-9]+),[0-9]+,([0-9]+),[0-9]+", "pin=$1 puk=$2" },
	{ "\\+C(MT|DS)I: \"(SM|ME|SR)\",([0-9]+)", "store=$2 index=$3" },
	{ "\\+(CMT|CDS): ?,?([0-9]+)", "length=$2" },
	{ "\\+CMGS: ([0-9]+)", "mr=$1" },
	{ "\\+CMGL: ?([0-9]+),([0-4]),((\"\")?,)?([0-9]+)",
		"index=$1 stat=$2 length=$5" },
	{ "\\+CMGL: [0-9]+,\"REC .*", "text mode" },
	{ "\\+CMGR: ([0-4]),((\"\")?,)?([0-9]+)", "stat=$1 length=$4" },
	{ "\\+CMGR: [0-9]+,([0-4]),,([0-9]+)", "stat=$1 length=$2" }, /* index first */
	{ "\\+CMGR: (,,)?([0-9]+)", "stat=0 length=$2" },
	{ "\\+CMGR: [0-4],,[0-9]+ [0-9A-F]{20,}", "" }, /* a blank for the line's end */
	{ "\\+CMGR: ?\"(REC|STO) .*", "text mode" },
	{ "\\+CPMS: (\"[A-Z]+\",)?([0-9]+),([0-9]+)(,.*)?", "used=$2 total=$3" },
	{ "\\+CUSD: ([0-5])", "m=$1 dcs=-1 text=" },
	{ "\\+CUSD: ([0-5]), *\"(.*)\"", "m=$1 dcs=-1 text=$2" },
	{ "\\+CUSD: ([0-5]), *\"(.*)\",([0-9]+)", "m=$1 dcs=$3 text=$2" },
	{ "\\+CUSD: ([0-5]), *([0-9A-F]+)", "m=$1 dcs=-1 text=$2" },
	/* local clocks of years ago, or never set: no hint of what time it is */
	{ "\\+CCLK: *\"?(14|15|17)/.*", "" },
	{ "\\+CCLK: \"XX/.*", "" },
	{ "\\^NWTIME: 14/.*", "" },
	{ "\\+CRSM: 144, 0, *\"?00.*", "" }, /* the operator's name, no ICCID */
	{ "\\^CEND:.*", "call ended" },
	{ "NO CARRIER", "call ended" },
	{ "\\+CRING: .*", "ring" },
	{ "(\\+WIND|\\^CONN|\\^HCSQ|\\+ZDONR|\\+ZPASR): ?.*", "noise" },
};

static bool put_group(char *out, size_t size, size_t *used, const char *text, size_t len)
{
	if (!str_copy_n(out + *used, size - *used, text, len))
		return false;
	*used += len;
	return true;
}

static bool put_stat(char *out, size_t size, size_t *used, const char *text)
{
	size_t stat = strtoul(text, NULL, 10);

	return stat < sizeof(stats) / sizeof(stats[0]) &&
	       put_group(out, size, used, stats[stat], strlen(stats[stat]));
}

/* means with the groups of line in their places. */
static bool fill_in(
	const char *means, const char *line, const regmatch_t *m, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (; *means; means++) {
		bool is_group = (*means == '$' || *means == '%') && means[1];
		const regmatch_t *g = &m[is_group ? means[1] - '0' : 0];
		if (!is_group && !put_group(out, size, &used, means, 1))
			return false;
		if (!is_group)
			continue;
		if (*means++ == '%' ? !put_stat(out, size, &used, line + g->rm_so)
				    : !put_group(out, size, &used, line + g->rm_so,
					      (size_t)(g->rm_eo - g->rm_so)))
			return false;
	}
	return true;
}

static bool matches(const char *pattern, const char *line, regmatch_t m[GROUPS])
{
	regex_t re;

	if (regcomp(&re, pattern, REG_EXTENDED | REG_ICASE) != 0)
		abort(); /* a mistake in the table */
	bool found = regexec(&re, line, GROUPS, m, 0) == 0 && m[0].rm_so == 0 &&
		     line[m[0].rm_eo] == '\0';
	regfree(&re);
	return found;
}

/* As 27.007 7.3 orders them: the one in use, those that may be, unknown, forbidden. */
static bool is_better(char status, char than)
{
	return strchr("3012", status) > strchr("3012", than);
}

/* "2 31026 T-Mobile|" of a network's groups, or its better state where it is there. */
static void add_network(const char *line, const regmatch_t *m, char *out, size_t size)
{
	const regmatch_t *name = m[2].rm_eo > m[2].rm_so ? &m[2] : &m[4];
	char word[128], plmn[16], status = line[m[1].rm_so];

	if (name->rm_eo <= name->rm_so)
		name = &m[5];
	(void)str_format(plmn, sizeof(plmn), " %.*s ", (int)(m[5].rm_eo - m[5].rm_so),
		line + m[5].rm_so); /* of digits alone, and few */
	char *known = strstr(out, plmn);
	if (known && is_better(status, known[-1]))
		known[-1] = status;
	if (known)
		return;
	(void)str_format(word, sizeof(word), "%c%s%.*s|", status, plmn,
		(int)(name->rm_eo - name->rm_so), line + name->rm_so); /* shorter */
	(void)str_append(out, size, word);			       /* fits */
}

/* The networks in the answer to +COPS=?; "": there is none in it. */
static bool read_networks(const char *line, char *out, size_t size)
{
	static const char pattern[] =
		"\\(([0-3]),\"([^\"]*)\",(\"([^\"]*)\")?,\"([0-9]+)\"";
	regmatch_t m[GROUPS];
	regex_t re;

	if (regcomp(&re, pattern, REG_EXTENDED) != 0)
		abort(); /* a mistake in it */
	out[0] = '\0';
	for (; regexec(&re, line, GROUPS, m, 0) == 0; line += m[0].rm_eo)
		add_network(line, m, out, size);
	regfree(&re);
	return true;
}

bool at_reading_find(const char *line, char *out, size_t size)
{
	regmatch_t m[GROUPS];

	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		if (str_eq(line, told[i].line))
			return str_copy(out, size, told[i].means);
	if (str_starts(line, "+COPS: ("))
		return read_networks(line, out, size);
	for (size_t i = 0; i < sizeof(readings) / sizeof(readings[0]); i++)
		if (matches(readings[i].pattern, line, m))
			return fill_in(readings[i].means, line, m, out, size);
	return false;
}
