#include "tests/modemsim/profile.h"

#include <string.h>

#include "firmware/base/str.h"
#include "tests/modemsim/settings.h"

enum {
	LINES_MAX = 28
};

struct line {
	const char *key, *value;
};

/* The answers follow the manuals that drivers/modem_*.c names. */
static const struct profile {
	const char *name;
	struct line lines[LINES_MAX];
} profiles[] = {
	{ "simcom",
		{
			{ "maker", "SIMCOM_Ltd" },
			{ "model", "SIMCOM_SIM800L" },
			{ "revision", "Revision:1418B05SIM800L24" },
			{ "iccid_commands", "none" },
			{ "answer", "+CCID -> {iccid}f" },
			{ "answer", "+SPIC -> +SPIC: {pin},10,3,10" },
			{ "answer", "+CMTE? -> +CMTE: 0,27.74" },
			{ "answer", "+CBC -> +CBC: 0,85,3950" },
			{ "answer", "+CSCLK=0 -> " },
			{ "answer", "+CLTS=1 -> " },
			{ "unsupported", "+CEREG,+CPINR,+CGSMS" },
			{ "cnmi", "(0-3),(0-3),(0,2),(0,1),(0,1)" },
			{ "cpms", "(\"SM\"),(\"SM\"),(\"SM\")" },
			{ "boot", "200" },
			{ "boot_text", "RDY|+CFUN: 1|+CPIN: READY|Call Ready|SMS Ready" },
			{ "boot_urc_text", "*PSUTTZ: 2026,11,21,20,41,3,\"+8\",0|DST: 0|"
					   "+CIEV: 10,\"20201\",\"Alpha\",0,0" },
			{ "boot_urc_every", "170" },
		} },
	{ "simcom-lte",
		{
			{ "maker", "SIMCOM INCORPORATED" },
			{ "model", "SIMCOM_SIM7600E-H" },
			{ "sms_needs_ps", "on" },
			{ "technology", "lte" },
			{ "revision", "+CGMR: LE20B04SIM7600M22" },
			{ "iccid_commands", "none" },
			{ "answer", "+CICCID -> +ICCID: {iccid}F" },
			{ "answer", "+SPIC -> +SPIC: {pin},10,0,10" },
			{ "answer", "+CPMUTEMP -> +CPMUTEMP: 34" },
			{ "answer", "+CBC -> +CBC: 3.886V" },
			{ "answer", "+CTZU=1 -> " },
			{ "answer", "+CRESET -> (reset)" },
			{ "unsupported", "+CCID" },
			{ "cnmi", "(0,1,2),(0,1,2,3),(0,2),(0,1,2),(0,1)" },
			{ "cpms",
				"(\"ME\",\"MT\",\"SM\",\"SR\"),(\"ME\",\"MT\",\"SM\",\"SR\"),"
				"(\"ME\",\"MT\",\"SM\",\"SR\")" },
			{ "boot", "200" },
			{ "boot_text", "*ATREADY: 1|+CPIN: READY|SMS DONE|PB DONE" },
			{ "boot_urc_text",
				"RXDTMF: 1|PB DONE|+CTZV: 26/11/21,22:41:03,+08" },
			{ "boot_urc_every", "190" },
		} },
	{ "quectel",
		{
			{ "maker", "Quectel_Ltd" },
			{ "model", "Quectel_M95" },
			{ "revision", "Revision: M95FAR02A08" },
			{ "iccid_commands", "none" },
			{ "answer", "+QCCID -> {iccid}" },
			{ "answer", "+QTRPIN -> +QTRPIN: {pin},3,10,10" },
			{ "answer", "+CBC -> +CBC: 0,80,3900" },
			{ "answer", "+QSCLK=0 -> " },
			{ "answer", "+CTZU=3 -> " },
			{ "unsupported", "+CCID,+CEREG,+CPINR" },
			{ "cnmi", "(0-3),(0-3),(0,2),(0-2),(0,1)" },
			{ "cpms", "(\"SM\",\"ME\",\"MT\"),(\"SM\",\"ME\",\"MT\"),"
				  "(\"SM\",\"ME\",\"MT\")" },
			{ "me_is_sm", "on" },
			{ "boot", "200" },
			{ "boot_text", "RDY|+CFUN: 1|+CPIN: READY|Call Ready" },
			{ "boot_urc_text",
				"UNDER_VOLTAGE WARNING|+QNITZ: \"26/11/21,20:41\"" },
			{ "boot_urc_every", "210" },
		} },
	{ "quectel-lte",
		{
			{ "maker", "Quectel" },
			{ "model", "EC25" },
			{ "sms_needs_ps", "on" },
			{ "technology", "lte" },
			{ "revision", "EC25EFAR06A03M4G" },
			{ "iccid_commands", "+QCCID" },
			{ "answer",
				"+QPINC? -> +QPINC: \"SC\",{pin},10|+QPINC: \"P2\",3,10" },
			{ "answer", "+QTEMP -> +QTEMP: 28,31,26" },
			{ "answer", "+CBC -> +CBC: 0,100,4202" },
			{ "answer", "+QURCCFG=\"urcport\",\"all\" -> " },
			{ "answer", "+CTZU=1 -> " },
			{ "unsupported", "+CCID" },
			{ "cnmi", "(0-2),(0-3),(0,2),(0-2),(0,1)" },
			{ "cpms", "(\"SM\",\"ME\",\"MT\"),(\"SM\",\"ME\",\"MT\"),"
				  "(\"SM\",\"ME\",\"MT\")" },
			{ "boot", "200" },
			{ "boot_text",
				"RDY|+CPIN: READY|+QUSIM: 1|+CFUN: 1|+QIND: SMS DONE" },
			{ "boot_urc_text",
				"+QIND: \"csq\",20,99|APP RDY|+QIND: PB DONE" },
			{ "boot_urc_every", "160" },
		} },
	{ "huawei",
		{
			{ "maker", "huawei" },
			{ "model", "E1752" },
			{ "revision", "11.126.03.00.00" },
			{ "iccid_commands", "^ICCID" },
			{ "answer", "^CPIN? -> ^CPIN: SIM PIN,{pin},10,{pin},10,3" },
			{ "answer", "^CURC=0 -> " },
			{ "answer", "^RESET -> (reset)" },
			{ "unsupported", "+CCID,+CEREG,+CPINR,+CMMS,+CGSMS,+CEER" },
			{ "unsupported_text", "COMMAND NOT SUPPORT" },
			{ "full_urc", "on" },
			{ "ussd_packed", "on" },
			{ "ussd", "C2303BEC1E9775A098CC4583818A5529" },
			{ "cnmi", "(0,1,2),(0,1,2,3),(0,2),(0,1,2),(0,1)" },
			{ "cpms",
				"(\"ME\",\"MT\",\"SM\",\"SR\"),(\"ME\",\"MT\",\"SM\",\"SR\"),"
				"(\"ME\",\"MT\",\"SM\",\"SR\")" },
			{ "boot_urc_text", "^BOOT:41173480,0,0,0,20|^RSSI:17|^MODE:5,4|"
					   "^DSFLOWRPT:0000001C,0" },
			{ "boot_urc_every", "20" },
		} },
	{ "zte",
		{
			{ "maker", "ZTE INCORPORATED" },
			{ "model", "K3565-Z" },
			{ "revision", "BD_P673A2V1.0.0B09" },
			{ "iccid_commands", "none" },
			{ "answer", "+ZGETICCID -> +ZGETICCID: {iccid}" },
			{ "answer", "+ZPINPUK=? -> +ZPINPUK: {pin},10" },
			{ "answer", "+ZOPRT=5 -> " },
			{ "answer", "+ZURDY? -> +ZURDY: 0" },
			{ "unsupported", "+CCID,+CEREG,+CPINR,+CGSMS" },
			{ "echo_stays", "on" },
			{ "me_is_sm", "on" },
			{ "cnmi", "(0,1,2),(0,1,2,3),(0,2),(0,1,2),(0,1)" },
			{ "cpms",
				"(\"ME\",\"MT\",\"SM\",\"SR\"),(\"ME\",\"MT\",\"SM\",\"SR\"),"
				"(\"ME\",\"MT\",\"SM\",\"SR\")" },
			{ "boot_urc_text", "+ZUSIMR:2|+ZDONR: \"Alpha\",202,1,\"CS_PS\"|"
					   "+ZPASR: \"UMTS\"" },
			{ "boot_urc_every", "230" },
		} },
	{ "u-blox",
		{
			{ "maker", "u-blox" },
			{ "model", "SARA-U201" },
			{ "revision", "23.60" },
			{ "answer", "+UPINCNT -> +UPINCNT: {pin},3,10,10" },
			{ "answer", "+UTEMP? -> +UTEMP: 0,29" },
			{ "answer", "+UTEMP=0 -> " },
			{ "answer", "+UPSV=0 -> " },
			{ "answer", "+CTZU=1 -> " },
			{ "answer", "+CFUN=16 -> (reset)" },
			{ "unsupported", "+CPINR" },
			{ "cnmi", "(0-2),(0-3),(0-3),(0-2),(0,1)" },
			{ "cpms",
				"(\"ME\",\"SM\",\"MT\"),(\"ME\",\"SM\",\"MT\"),(\"SM\",\"MT\")" },
			{ "boot", "200" },
			{ "boot_text", "+PACSP0" },
			{ "boot_urc_text", "+UUSTS: 0,0|+PACSP1|+UUPSDD: 0" },
			{ "boot_urc_every", "180" },
		} },
	{ "telit",
		{
			{ "maker", "Telit" },
			{ "model", "GE910-QUAD" },
			{ "revision", "13.00.007" },
			{ "iccid_commands", "none" },
			{ "answer", "#CCID -> #CCID: {iccid}" },
			{ "answer", "#PCT -> #PCT: {asked}" },
			{ "answer", "#TEMPMON=1 -> #TEMPMEAS: 0,28" },
			{ "answer", "#CBC -> #CBC: 0,404" },
			{ "answer", "#SELINT=2 -> " },
			{ "answer", "#QSS=1 -> " },
			{ "answer", "#REBOOT -> (reset)" },
			{ "unsupported", "+CCID,+CEREG,+CPINR,+CBC" },
			{ "cnmi", "(0-2),(0-3),(0,2,3),(0-2),(0,1)" },
			{ "cpms", "(\"SM\",\"ME\"),(\"SM\",\"ME\"),(\"SM\",\"ME\")" },
			{ "boot_urc_text", "#TEMPMEAS: 0,33" },
			{ "boot_urc_every", "220" },
		} },
	{ "sierra",
		{
			{ "maker", "Sierra Wireless, Incorporated" },
			{ "model", "MC8775" },
			{ "revision", "H2_0_8_19MCAP C:/WS/FW/H2_0_8_19MCAP" },
			{ "iccid_commands", "none" },
			{ "answer", "!ICCID? -> !ICCID: {iccid}" },
			{ "answer", "!PCTEMP -> Temp state: Normal|Temperature: 31.00" },
			{ "answer", "!PCVOLT -> Volt state: Normal|"
				    "Power supply voltage: 3820 mV (127 cnt)" },
			{ "answer", "!RESET -> (reset)" },
			{ "unsupported", "+CCID,+CEREG" },
			{ "cnmi", "(0,1,2),(0,1,2,3),(0,2),(0,1,2),(0,1)" },
			{ "cpms", "(\"SM\",\"SR\"),(\"SM\"),(\"SM\")" },
			{ "boot_urc_text", "*PSALLREADY: 1" },
			{ "boot_urc_every", "240" },
		} },
	{ "wavecom",
		{
			{ "maker", " WAVECOM MODEM" },
			{ "model", " MULTIBAND  900E  1800" },
			{ "answer", "+CCID -> +CCID: \"{iccid}\"" },
			{ "answer", "+CPINC -> +CPINC: {pin},3,10,10" },
			{ "answer", "+WIND=1 -> " },
			{ "answer", "+CFUN=1 -> (reset)" },
			{ "unsupported", "+CGMR,+CEREG,+CPINR,+CGSMS,+CEER,+CCLK" },
			{ "no_ok", "+CPIN" },
			{ "cnmi", "(0-2),(0,1,3),(0),(0,1),(0,1)" },
			{ "cpms", "((\"SM\",\"BM\",\"SR\"),(\"SM\"))" },
			{ "cpms_most", "2" },
			{ "boot", "200" },
			{ "boot_text", "+WIND: 3|+WIND: 4|+WIND: 7" },
			{ "boot_urc_text", "+WIND: 7|+WIND: 4" },
			{ "boot_urc_every", "250" },
		} },
	{ "cinterion",
		{
			{ "maker", "Cinterion" },
			{ "model", "BGS2-W" },
			{ "revision", "REVISION 02.000" },
			{ "iccid_commands", "none" },
			{ "answer", "^SCID -> ^SCID: {iccid}" },
			{ "answer", "^SPIC -> ^SPIC: {asked}" },
			{ "answer", "^SCTM? -> ^SCTM: 0,0,34" },
			{ "answer", "^SCTM=0,1 -> " },
			{ "answer", "^SBV -> ^SBV: 4010" },
			{ "unsupported", "+CCID,+CEREG,+CPINR,+CBC" },
			{ "cnmi", "(0-3),(0,1),(0,2,3),(0,2),(1)" },
			{ "cpms",
				"(\"SM\",\"ME\",\"SR\"),(\"SM\",\"ME\"),(\"SM\",\"ME\")" },
			{ "cpms_least", "3" },
			{ "boot", "200" },
			{ "boot_text", "^SYSSTART" },
			{ "boot_urc_text", "^SBC: Undervoltage Warning|^SCTM_B: 0" },
			{ "boot_urc_every", "260" },
		} },
};

bool profile_apply(struct settings *settings, const char *name)
{
	for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++) {
		const struct line *line = profiles[i].lines;

		if (!str_eq(profiles[i].name, name))
			continue;
		for (; line->key; line++)
			if (settings_set(settings, line->key, line->value))
				return false;
		return true;
	}
	return false;
}
