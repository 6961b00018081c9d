/*
 * Proves which family takes which modem, by what AT+CGMI and AT+CGMM of real modems say,
 * and which of its ports is tried first.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "drivers/family/modem_family.h"
#include "firmware/base/str.h"

static void families_by_name(void **state)
{
	static const struct {
		const char *maker, *model, *family;
	} cases[] = {
		{ "", "", "generic" }, { "Nokia", "Nokia N79", "generic" },
		{ "Example Corp", "EX-100", "generic" },
		{ "QUALCOMM INCORPORATED", "Something", "generic" },
		{ "SIMCOM_Ltd", "SIMCOM_SIM800L", "simcom" },
		{ "SIMCOM_Ltd", "SIMCOM_SIM900", "simcom" }, { "", "SIM800", "simcom" },
		{ "SIMCOM INCORPORATED", "SIMCOM_SIM7600E-H", "simcom-lte" },
		{ "SIMCOM_Ltd", "SIMCOM_SIM7000E", "simcom-lte" },
		{ "SIMCOM_Ltd", "A7670E", "simcom-lte" },
		{ "Quectel_Ltd", "Quectel_M95", "quectel" },
		{ "Quectel_Ltd", "Quectel_M26", "quectel" },
		{ "Quectel", "EC25", "quectel-lte" },
		{ "Quectel", "EG25", "quectel-lte" },
		{ "Quectel", "BG96", "quectel-lte" },
		{ "Quectel", "UC20", "quectel-lte" }, { "huawei", "E1752", "huawei" },
		{ "huawei", "K3715", "huawei" },
		{ "Huawei Technologies Co., Ltd.", "ME909s-120", "huawei" },
		{ "HUAWEI TECHNOLOGIES CO., LTD", "E220", "huawei" },
		{ "ZTE INCORPORATED", "K3565-Z", "zte" },
		{ "ZTE CORPORATION", "MF190", "zte" },
		{ "QUALCOMM INCORPORATED", "M6280", "zte" },
		{ "u-blox", "SARA-U201", "u-blox" }, { "u-blox", "LISA-U200", "u-blox" },
		{ "Telit", "GE910-QUAD", "telit" }, { "Telit", "LE910C1-EU", "telit" },
		{ "Sierra Wireless, Incorporated", "MC8775", "sierra" },
		{ "Sierra Wireless, Inc.", "EM7455", "sierra" },
		{ "WAVECOM MODEM", "MULTIBAND  900E  1800", "wavecom" },
		{ "SIERRA WIRELESS", "Q2687RD", "wavecom" },
		{ "Cinterion", "BGS2-W", "cinterion" },
		{ "SIEMENS", "TC35i", "cinterion" },
		{ "Gemalto M2M", "EHS6", "cinterion" },
		{ "Acme", "AC-7", "generic" }, /* the skeleton is no family */
	};
	(void)state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct modem_info info = { 0 };
		assert_true(str_copy(
			info.manufacturer, sizeof(info.manufacturer), cases[i].maker));
		assert_true(str_copy(info.model, sizeof(info.model), cases[i].model));
		assert_string_equal(modem_registry_find(&info)->name, cases[i].family);
	}
}

static void ports_by_usb_ids(void **state)
{
	(void)state;

	assert_int_equal(modem_registry_usb_interface(0x2C7C, 0x0125), 2); /* EC25 */
	assert_int_equal(modem_registry_usb_interface(0x1E0E, 0x9001), 2);
	assert_int_equal(modem_registry_usb_interface(0x12D1, 0x1003), 1);
	assert_int_equal(modem_registry_usb_interface(0x12D1, 0x1436), 4);
	assert_int_equal(modem_registry_usb_interface(0x12D1, 0x9999), -1);
	assert_int_equal(modem_registry_usb_interface(0x05C6, 0x90B2), 2);
	assert_int_equal(modem_registry_usb_interface(0x05C6, 0x0001), -1);
	assert_int_equal(
		modem_registry_usb_interface(0x1546, 0x1102), 0); /* any of theirs */
	assert_int_equal(modem_registry_usb_interface(0x0403, 0x6001), -1);
}

static void refusals_have_words(void **state)
{
	(void)state;

	assert_string_equal(modem_reject_words(0), "");
	for (unsigned cause = 1; cause < 256; cause++)
		assert_true(strlen(modem_reject_words((uint8_t)cause)) > 10);
	assert_string_not_equal(modem_reject_words(11), modem_reject_words(12));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(families_by_name),
		cmocka_unit_test(ports_by_usb_ids),
		cmocka_unit_test(refusals_have_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
