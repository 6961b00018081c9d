/*
 * Proves that every code has a sentence, that codes of the tables have one of their own,
 * and that TP-ST falls into the classes of TS 23.040 9.2.3.15, reserved values included.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/sms/cause.h"

static void assert_is_sentence(const char *text)
{
	size_t len = strlen(text);
	assert_true(len > 10 && len < 80);
	assert_true(text[0] >= 'A' && text[0] <= 'Z');
	assert_int_equal(text[len - 1], '.');
}

static void every_code_has_a_sentence(void **state)
{
	(void)state;
	for (unsigned code = 0; code < 1000; code++) {
		assert_is_sentence(cause_cms_text(code));
		assert_is_sentence(cause_cme_text(code));
	}
	for (unsigned code = 0; code < 256; code++) {
		assert_is_sentence(cause_status_text((uint8_t)code));
		assert_is_sentence(cause_fcs_text((uint8_t)code));
	}
	assert_is_sentence(cause_cms_text(~0u));
	assert_is_sentence(cause_cme_text(~0u));
}

static void known_codes_say_what_they_mean(void **state)
{
	(void)state;
	assert_string_equal(cause_cms_text(38), "The network is out of order.");
	assert_string_equal(cause_cms_text(208), cause_fcs_text(0xD0));
	assert_string_equal(cause_cms_text(310), cause_cme_text(10));
	assert_string_equal(cause_cms_text(311), cause_cme_text(11));
	assert_string_equal(cause_cms_text(322), "The message memory is full.");
	assert_string_equal(cause_status_text(0x46),
		"The message was not delivered before its validity ended.");
	assert_true(cause_cms_is_known(500) && !cause_cms_is_known(501));
	assert_true(cause_cme_is_known(100) && !cause_cme_is_known(99));
}

static enum cause_status_class expected_class(unsigned st)
{
	static const uint8_t named[] = { 0x00, 0x01, 0x02, 0x20, 0x21, 0x22, 0x23, 0x24,
		0x25, 0x40, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49, 0x60,
		0x61, 0x62, 0x63, 0x64, 0x65 };
	if (st == 0)
		return CAUSE_STATUS_DELIVERED;
	bool own = (st >= 0x10 && st <= 0x1F) || (st >= 0x30 && st <= 0x3F) ||
		   (st >= 0x50 && st <= 0x5F) || (st >= 0x70 && st <= 0x7F);
	if (!own && memchr(named, (int)st, sizeof(named)) == NULL)
		return CAUSE_STATUS_GAVE_UP;
	if (st < 0x20)
		return CAUSE_STATUS_UNCONFIRMED;
	if (st < 0x40)
		return CAUSE_STATUS_TRYING;
	return st < 0x60 ? CAUSE_STATUS_FAILED : CAUSE_STATUS_GAVE_UP;
}

static void states_fall_into_their_classes(void **state)
{
	(void)state;
	for (unsigned st = 0; st < 256; st++)
		assert_int_equal(cause_status_class((uint8_t)st), expected_class(st));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_a_sentence),
		cmocka_unit_test(known_codes_say_what_they_mean),
		cmocka_unit_test(states_fall_into_their_classes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
