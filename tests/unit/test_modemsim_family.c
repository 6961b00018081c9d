/*
 * modemsim's modems of real families, and the habits that they are made of.
 */
#include "tests/unit/modemsim_rig.h"

static void told_answers(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	quiet(&rig);
	expect(&rig, "AT+CMTE?\r", 0, "\r\nERROR\r\n");
	rig_set(&rig, "answer", "+CMTE? -> +CMTE: 0,27|second");
	rig_set(&rig, "answer", "^SCTM=0,1 ->");
	rig_set(&rig, "answer", "!ICCID? -> !ICCID: {iccid} {pin}");
	expect(&rig, "AT+CMTE?\r", 0, "\r\n+CMTE: 0,27\r\n\r\nsecond\r\n\r\nOK\r\n");
	expect(&rig, "at+cmte?\r", 0, "\r\n+CMTE: 0,27\r\n\r\nsecond\r\n\r\nOK\r\n");
	expect(&rig, "AT^SCTM=0,1\r", 0, "\r\nOK\r\n");
	expect(&rig, "AT^SCTM=0,2\r", 0, "\r\nERROR\r\n");
	expect(&rig, "AT!ICCID?\r", 0, "\r\n!ICCID: 8903001000000000014 3\r\n\r\nOK\r\n");
	assert_non_null(settings_set(&rig.modem.set, "answer", "no arrow"));
	assert_non_null(settings_set(&rig.modem.set, "answer", "-> nothing"));
	rig_set(&rig, "answer", "none");
	expect(&rig, "AT+CMTE?\r", 0, "\r\nERROR\r\n");
	rig_fini(&rig);
}

static void habits_of_real_modems(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_set(&rig, "echo_stays", "on");
	expect(&rig, "ATE0\r", 0, "ATE0\r\r\nOK\r\n");
	expect(&rig, "AT\r", 0, "AT\r\r\nOK\r\n");
	rig_set(&rig, "echo_stays", "off");
	quiet(&rig);
	expect(&rig, "ATV0\r", 0, "0\r");
	expect(&rig, "AT+CREG=9\r", 0, "4\r");
	expect(&rig, "ATQ1\r", 0, "");
	expect(&rig, "AT+CMEE?\r", 0, "\r\n+CMEE: 0\r\n");
	expect(&rig, "ATQ0V1+CMEE?\r", 0, "\r\n+CMEE: 0\r\n\r\nOK\r\n");
	rig_set(&rig, "quiet", "on");
	rig_set(&rig, "words", "off");
	expect(&rig, "ATZ\r", 0, "");
	expect(&rig, "AT&F\r", 0, "AT&F\r\r\nOK\r\n");
	quiet(&rig);
	rig_set(&rig, "no_ok", "+CPIN");
	expect(&rig, "AT+CPIN?\r", 0, "\r\n+CPIN: READY\r\n");
	rig_set(&rig, "cnmi", "(0-3),(0,1),(0,2,3),(0,2),(1)");
	expect(&rig, "AT+CNMI=?\r", 0,
		"\r\n+CNMI: (0-3),(0,1),(0,2,3),(0,2),(1)\r\n\r\nOK\r\n");
	expect(&rig, "AT+CNMI=2,1,0,1,1\r", 0, "\r\n+CMS ERROR: 303\r\n");
	expect(&rig, "AT+CNMI=2,1,0,2,0\r", 0, "\r\n+CMS ERROR: 303\r\n");
	expect(&rig, "AT+CNMI=2,1,0,2,1\r", 0, "\r\nOK\r\n");
	rig_set(&rig, "cpms_least", "3");
	expect(&rig, "AT+CPMS=\"SM\"\r", 0, "\r\n+CMS ERROR: 303\r\n");
	expect(&rig, "AT+CPMS=\"SM\",\"SM\",\"SM\"\r", 0,
		"\r\n+CPMS: 0,50,0,50,0,50\r\n\r\nOK\r\n");
	rig_set(&rig, "cpms_least", "1");
	rig_set(&rig, "cpms_most", "2");
	rig_set(&rig, "cpms", "((\"SM\",\"SR\"),(\"SM\"))");
	expect(&rig, "AT+CPMS=\"SM\",\"SM\",\"SM\"\r", 0, "\r\n+CMS ERROR: 303\r\n");
	expect(&rig, "AT+CPMS=\"SR\",\"SM\"\r", 0,
		"\r\n+CPMS: 0,20,0,50,0,50\r\n\r\nOK\r\n");
	expect(&rig, "AT+CPMS=\"ME\",\"SM\"\r", 0, "\r\n+CMS ERROR: 303\r\n");
	expect(&rig, "AT+CUSD=1,\"AA180C3602\",15\r", 0, "\r\nERROR\r\n");
	rig_set(&rig, "ussd_packed", "on");
	expect(&rig, "AT+CUSD=1,\"*100#\",15\r", 0, "\r\nERROR\r\n");
	expect(&rig, "AT+CUSD=1,\"AA5C4E1593CD00\",15\r", 0, "\r\nERROR\r\n"); /* @ */
	rig_set(&rig, "ussd", "32");
	expect(&rig, "AT+CUSD=1,\"AA5C4E1593CD1A\",15\r", 0,
		"\r\nOK\r\n\r\n+CUSD: 0,\"32\",15\r\n");
	rig_set(&rig, "network", "denied");
	rig_set(&rig, "reject", "13");
	expect(&rig, "AT+CREG=3\r", 0, "\r\nOK\r\n");
	expect(&rig, "AT+CREG?\r", 0, "\r\n+CREG: 3,3,,,,0,13\r\n\r\nOK\r\n");
	expect(&rig, "AT+CEER\r", 0, "\r\n+CEER: rejected, cause 13\r\n\r\nOK\r\n");
	rig_fini(&rig);
}

/* Every profile can be set, says who it is, and its own commands are known to it. */
static void profiles(void **state)
{
	static const char *const names[] = { "simcom", "simcom-lte", "quectel",
		"quectel-lte", "huawei", "zte", "u-blox", "telit", "sierra", "wavecom",
		"cinterion" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct rig rig;
		char want[256];

		rig_init(&rig);
		rig_set(&rig, "profile", names[i]);
		rig_set(&rig, "boot_urc_every", "0");
		rig_clear(&rig);
		rig_say(&rig, "ATE0\r", 5);
		assert_true(str_format(want, sizeof(want), "%s\r\n%s\r\n\r\nOK\r\n",
			rig.modem.set.echo_stays ? "AT+CGMI\r" : "",
			rig.modem.set.maker));
		expect(&rig, "AT+CGMI\r", 0, want);
		for (size_t k = 0; k < rig.modem.set.answers.count; k++) {
			const struct answer *a = &rig.modem.set.answers.list[k];
			if (str_eq(a->text, "(reset)"))
				continue;
			rig_clear(&rig);
			rig_say(&rig, "AT", 2);
			rig_say(&rig, a->command, strlen(a->command));
			rig_say(&rig, "\r", 1);
			assert_non_null(strstr(rig.said, "\r\nOK\r\n"));
		}
		rig_fini(&rig);
	}
	assert_non_null(settings_set(&(struct settings){ 0 }, "profile", "acme"));
}

/* Word for word what python-gsmmodem's users got of one ("WAVECOM MODEM MULTIBAND 900E
 * 1800"). */
static void a_wavecom_as_recorded(void **state)
{
	struct rig rig;

	(void)state;
	rig_init(&rig);
	rig_set(&rig, "profile", "wavecom");
	rig_set(&rig, "boot_urc_every", "0");
	quiet(&rig);
	expect(&rig, "AT+CGMI\r", 0, "\r\n WAVECOM MODEM\r\n\r\nOK\r\n");
	expect(&rig, "AT+CGMR\r", 0, "\r\nERROR\r\n");
	expect(&rig, "AT+CPIN?\r", 0, "\r\n+CPIN: READY\r\n");
	expect(&rig, "AT+CPMS=?\r", 0,
		"\r\n+CPMS: ((\"SM\",\"BM\",\"SR\"),(\"SM\"))\r\n\r\nOK\r\n");
	rig_fini(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(told_answers),
		cmocka_unit_test(habits_of_real_modems),
		cmocka_unit_test(profiles),
		cmocka_unit_test(a_wavecom_as_recorded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
