/*
 * Proves which family takes which modem, by what AT+CGMI and AT+CGMM of real modems say,
 * and which of its ports is tried first. The modems of
 * ../shared/vectors/at_responses.jsonl are found too, each by its own words; passes that
 * with a remark where the file is absent.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "drivers/at/at_parse.h"
#include "drivers/family/modem_family.h"
#include "firmware/base/str.h"

static const struct {
	const char *maker, *model, *family;
} families[] = {
	{ "", "", "generic" }, { "Nokia", "Nokia N79", "generic" },
	{ "Example Corp", "EX-100", "generic" },
	{ "QUALCOMM INCORPORATED", "Something", "generic" },
	{ "SIMCOM_Ltd", "SIMCOM_SIM800L", "simcom" },
	{ "SIMCOM_Ltd", "SIMCOM_SIM900", "simcom" }, { "", "SIM800", "simcom" },
	{ "SIMCOM INCORPORATED", "SIMCOM_SIM7600E-H", "simcom-lte" },
	{ "SIMCOM_Ltd", "SIMCOM_SIM7000E", "simcom-lte" },
	{ "SIMCOM_Ltd", "A7670E", "simcom-lte" },
	{ "SIMCOM INCORPORATED", "A7672SA-LASC", "simcom-lte" },
	{ "INCORPORATED", "A7600E-HNVW", "simcom-lte" }, /* as A76xx do say */
	{ "INCORPORATED", "A7670E-FASE", "simcom-lte" },
	{ "SIMCOM INCORPORATED", "SIM7500E", "simcom-lte" },
	{ "SIMCOM_Ltd", "SIMCOM_SIM7080G", "simcom-lte" },
	{ "SIMCOM_Ltd", "SIMCOM_SIM868", "simcom" },
	{ "Quectel_Ltd", "Quectel_M95", "quectel" },
	{ "Quectel_Ltd", "Quectel_M26", "quectel" },
	{ "FOXCOM MODEM", "Quectel_M26", "quectel" },
	{ "Quectel_Ltd", "Quectel_M10", "quectel" },
	{ "Quectel_Ltd", "Quectel_M85", "quectel" },
	{ "Quectel_Ltd", "Quectel_MC60", "quectel" },
	{ "Quectel", "EC20F", "quectel-lte" }, { "Quectel", "EC21", "quectel-lte" },
	{ "Quectel", "BG95-M3", "quectel-lte" }, { "Quectel", "EC25", "quectel-lte" },
	{ "Quectel", "EG25", "quectel-lte" }, { "Quectel", "BG96", "quectel-lte" },
	{ "Quectel", "UC20", "quectel-lte" }, { "huawei", "E1752", "huawei" },
	{ "huawei", "K3715", "huawei" },
	{ "Huawei Technologies Co., Ltd.", "ME909s-120", "huawei" },
	{ "HUAWEI TECHNOLOGIES CO., LTD", "E220", "huawei" },
	{ "huawei", "E173", "huawei" }, { "huawei", "E303", "huawei" },
	{ "huawei", "E3131", "huawei" }, { "huawei", "E3372", "huawei" },
	{ "ZTE INCORPORATED", "K3565-Z", "zte" }, { "ZTE INCORPORATED", "MF626", "zte" },
	{ "ZTE CORPORATION", "MF190", "zte" },
	{ "QUALCOMM INCORPORATED", "M6280", "zte" }, { "u-blox", "SARA-U201", "u-blox" },
	{ "u-blox", "LISA-U200", "u-blox" }, { "u-blox", "SARA-R410M-02B", "u-blox" },
	{ "u-blox", "TOBY-L210", "u-blox" }, { "Telit", "HE910-G", "telit" },
	{ "Telit", "GE910-QUAD", "telit" }, { "Telit", "LE910C1-EU", "telit" },
	{ "Sierra Wireless, Incorporated", "MC8775", "sierra" },
	{ "Sierra Wireless, Inc.", "EM7455", "sierra" },
	{ "WAVECOM MODEM", "MULTIBAND  900E  1800", "wavecom" },
	{ "SIERRA WIRELESS", "Q2687RD", "wavecom" },
	{ "Cinterion", "BGS2-W", "cinterion" }, { "Cinterion", "PHS8-P", "cinterion" },
	{ "Thales", "PLS8-E", "cinterion" }, { "SIEMENS", "TC35i", "cinterion" },
	{ "Gemalto M2M", "EHS6", "cinterion" },
	{ "Acme", "AC-7", "generic" }, /* the skeleton is no family */
};

static void families_by_name(void **state)
{
	(void)state;

	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		struct modem_info info = { 0 };
		assert_true(str_copy(
			info.manufacturer, sizeof(info.manufacturer), families[i].maker));
		assert_true(str_copy(info.model, sizeof(info.model), families[i].model));
		assert_string_equal(modem_registry_find(&info)->name, families[i].family);
	}
}

#define VECTORS "../shared/vectors/at_responses.jsonl"

/* As the file calls the modems whose maker and model it has. */
static struct seen {
	const char *name, *family;
	struct modem_info info;
} seen[] = {
	{ .name = "Huawei K3715", .family = "huawei" },
	{ .name = "Huawei E1752", .family = "huawei" },
	{ .name = "WAVECOM MODEM MULTIBAND 900E 1800", .family = "wavecom" },
	{ .name = "QUALCOMM M6280 (ZTE modem)", .family = "zte" },
	{ .name = "ZTE K3565-Z", .family = "zte" },
	{ .name = "Nokia N79", .family = "generic" },
};

/* False: the file has a modem that is not in the table. */
static bool note_words(const char *modem, const char *answer, bool is_maker)
{
	size_t len = strcspn(answer, "\r\n");

	for (size_t i = 0; i < sizeof(seen) / sizeof(seen[0]); i++) {
		struct modem_info *info = &seen[i].info;
		char *dst = is_maker ? info->manufacturer : info->model;
		if (str_eq(modem, seen[i].name))
			return at_parse_words(answer, len, dst,
				is_maker ? sizeof(info->manufacturer)
					 : sizeof(info->model));
	}
	return false;
}

static void real_modems(void **state)
{
	char line[65536];
	FILE *f = fopen(VECTORS, "r");

	(void)state;
	if (!f) {
		print_message("no %s here: nothing tried\n", VECTORS);
		return;
	}
	while (fgets(line, sizeof(line), f)) {
		json_t *row = json_loads(line, 0, NULL);
		const char *command = json_string_value(json_object_get(row, "command"));
		const char *kind = json_string_value(json_object_get(row, "kind"));
		bool is_maker = str_eq(command, "AT+CGMI");
		bool is_model = str_eq(command, "AT+CGMM");
		if ((is_maker || is_model) && str_eq(kind, "real-modem profile"))
			assert_true(note_words(
				json_string_value(json_object_get(row, "modem")),
				json_string_value(json_object_get(row, "response")),
				is_maker));
		json_decref(row);
	}
	(void)fclose(f); /* it was read only */
	for (size_t i = 0; i < sizeof(seen) / sizeof(seen[0]); i++) {
		assert_true(seen[i].info.manufacturer[0] && seen[i].info.model[0]);
		assert_string_equal(
			modem_registry_find(&seen[i].info)->name, seen[i].family);
	}
}

static void ports_by_usb_ids(void **state)
{
	(void)state;

	assert_int_equal(modem_registry_usb_interface(0x2C7C, 0x0125), 2); /* EC25 */
	assert_int_equal(modem_registry_usb_interface(0x2C7C, 0x0296), 2); /* BG96 */
	assert_int_equal(modem_registry_usb_interface(0x12D1, 0x1506), 1); /* E3372s */
	assert_int_equal(modem_registry_usb_interface(0x1E0E, 0x9001), 2);
	assert_int_equal(modem_registry_usb_interface(0x12D1, 0x1003), 1);
	assert_int_equal(modem_registry_usb_interface(0x12D1, 0x1436), 4);
	assert_int_equal(modem_registry_usb_interface(0x1BC7, 0x1101), 1); /* ME910 */
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
		cmocka_unit_test(real_modems),
		cmocka_unit_test(ports_by_usb_ids),
		cmocka_unit_test(refusals_have_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
