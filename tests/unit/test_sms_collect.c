/*
 * Proves which received parts count as one message, and that characters which a sender
 * cut in two come out whole when its parts are joined.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/sms/collect.h"
#include "firmware/sms/gsm7.h"

static struct sms_deliver part_of_ud(struct sms_ud ud, uint8_t dcs)
{
	struct sms_deliver part = { .dcs = dcs, .ud = ud };
	assert_int_equal(address_from_number("+306912345678", &part.from), ERR_OK);
	assert_int_equal(content_decode(&part.ud, dcs, &part.content), ERR_OK);
	return part;
}

static struct sms_deliver concat_part(struct udh_concat concat, const char *text)
{
	const struct udh udh = { .concat = concat };
	struct sms_ud ud;
	assert_int_equal(content_encode(&udh, 0, text, strlen(text), &ud), ERR_OK);
	return part_of_ud(ud, 0);
}

static struct sms_deliver octets_part(uint8_t dcs, const char *octets, size_t len)
{
	struct sms_ud ud;
	assert_int_equal(
		content_encode_data(NULL, (const uint8_t *)octets, len, &ud), ERR_OK);
	return part_of_ud(ud, dcs);
}

static struct sms_deliver septets_part(const char *septets, size_t count)
{
	struct gsm7_septets s = { .count = count };
	struct sms_ud ud = { .udl = (uint8_t)count };
	size_t len = 0;
	memcpy(s.at, septets, count);
	assert_int_equal(gsm7_pack(&s, 0, ud.octets, sizeof(ud.octets), &len), ERR_OK);
	ud.len_octets = (uint8_t)len;
	return part_of_ud(ud, 0);
}

static void keys_tell_messages_apart(void **state)
{
	(void)state;
	const struct udh_concat base = { .ref = 7, .total = 3, .seq = 2 };
	struct sms_deliver part = concat_part(base, "x");
	struct collect_key key, other;
	uint8_t seq = 0;
	assert_true(collect_key_of(&part, &key, &seq));
	assert_int_equal(seq, 2);
	struct sms_deliver same = concat_part((struct udh_concat){ 7, false, 3, 3 }, "y");
	assert_true(collect_key_of(&same, &other, &seq));
	assert_true(collect_key_is_equal(&key, &other));
	assert_int_equal(seq, 3);
	const struct udh_concat others[] = {
		{ .ref = 8, .total = 3, .seq = 2 },
		{ .ref = 7, .total = 4, .seq = 2 },
		{ .ref = 7, .ref16 = true, .total = 3, .seq = 2 },
	};
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		struct sms_deliver next = concat_part(others[i], "x");
		assert_true(collect_key_of(&next, &other, &seq));
		assert_false(collect_key_is_equal(&key, &other));
	}
	assert_int_equal(address_from_number("+306912345679", &same.from), ERR_OK);
	assert_true(collect_key_of(&same, &other, &seq));
	assert_false(collect_key_is_equal(&key, &other));
}

static void a_message_of_one_part_has_no_key(void **state)
{
	(void)state;
	struct collect_key key;
	uint8_t seq = 99;
	struct sms_deliver alone = concat_part((struct udh_concat){ 0 }, "x");
	struct sms_deliver one = concat_part((struct udh_concat){ 7, false, 1, 1 }, "x");
	assert_false(collect_key_of(&alone, &key, &seq));
	assert_false(collect_key_of(&one, &key, &seq));
	assert_int_equal(seq, 99);
}

static void assert_joined(const struct sms_deliver *parts, size_t count, const char *want)
{
	const struct sms_deliver *pointers[8];
	char text[8 * SMS_TEXT_SIZE];
	for (size_t i = 0; i < count; i++)
		pointers[i] = &parts[i];
	assert_int_equal(collect_text(pointers, count, text, sizeof(text)), ERR_OK);
	assert_string_equal(text, want);
	size_t len = strlen(want);
	assert_int_equal(collect_text(pointers, count, text, len + 1), ERR_OK);
	assert_int_equal(collect_text(pointers, count, text, len), ERR_MEM);
}

static void cut_escapes_are_mended(void **state)
{
	(void)state;
	const struct sms_deliver parts[] = {
		septets_part("a\x1B", 2),
		septets_part("\x65"
			     "b\x1B",
			3),
		septets_part("\x1B"
			     "c",
			2),
		septets_part("d\x1B\x1B", 3),
		septets_part("e\x1B", 2),
	};
	/* a euro; two escapes, cut or not, are a space; so is one at the very end */
	assert_joined(parts, 5,
		"a\xE2\x82\xAC"
		"b cd e ");
}

static void cut_surrogates_are_mended(void **state)
{
	(void)state;
	const struct sms_deliver parts[] = {
		octets_part(8, "\0a\xD8\x3D", 4),
		octets_part(8, "\xDE\0\0b\xD8\x3D", 6),
		octets_part(8, "\0c\xD8\x3D", 4),
	};
	assert_joined(parts, 3,
		"a\xF0\x9F\x98\x80"
		"b\xEF\xBF\xBD"
		"c\xEF\xBF\xBD");
}

static void alphabets_may_change_between_parts(void **state)
{
	(void)state;
	const struct sms_deliver parts[] = {
		septets_part("a\x1B", 2),
		octets_part(8, "\0e\xD8\x3D", 4),
		octets_part(4, "data", 4),
		septets_part("z", 1),
	};
	assert_joined(parts, 4, "a e\xEF\xBF\xBDz");
	assert_joined(parts, 0, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_tell_messages_apart),
		cmocka_unit_test(a_message_of_one_part_has_no_key),
		cmocka_unit_test(cut_escapes_are_mended),
		cmocka_unit_test(cut_surrogates_are_mended),
		cmocka_unit_test(alphabets_may_change_between_parts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
