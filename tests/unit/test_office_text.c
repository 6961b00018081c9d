/*
 * Proves: numbers are understood however they are written and refused with the right
 * reason; texts are normalised and folded; headers and placeholders are found by their
 * names in six languages; CSV and encodings are read as they are meant.
 */
#include "tests/unit/office_fixture.h"

#include "firmware/base/text.h"
#include "firmware/office/cause_text.h"
#include "firmware/office/import/charset.h"
#include "firmware/office/import/columns.h"
#include "firmware/office/import/csv.h"
#include "firmware/office/people/number_set.h"
#include "firmware/office/phone_number.h"
#include "firmware/office/text/preview.h"
#include "firmware/office/text/template.h"

static void test_numbers(void **state)
{
	(void)state;
	static const struct {
		const char *text, *country;
		enum phone_reason reason;
		const char *e164, *of;
	} rows[] = {
		{ "6941234567", "GR", PHONE_OK, "+306941234567", "GR" },
		{ " 694 123-45 67 ", "GR", PHONE_OK, "+306941234567", "GR" },
		{ "+30 (69) 41234567", "IL", PHONE_OK, "+306941234567", "GR" },
		{ "00306941234567", "GR", PHONE_OK, "+306941234567", "GR" },
		{ "0030 6941234567", "US", PHONE_OK, "+306941234567", "GR" },
		{ "306941234567", "GR", PHONE_OK, "+306941234567", "GR" },
		{ "۰۹۱۲۱۲۳۴۵۶۷", "IR", PHONE_OK, "+989121234567", "IR" },
		{ "٠٩١٢١٢٣٤٥٦٧", "IR", PHONE_OK, "+989121234567", "IR" },
		{ "052-2511933", "IL", PHONE_OK, "+972522511933", "IL" },
		{ "555 12 34 56", "GE", PHONE_OK, "+995555123456", "GE" },
		{ "0912 345 678", "VN", PHONE_OK, "+84912345678", "VN" },
		{ "07400 123456", "GB", PHONE_OK, "+447400123456", "GB" },
		{ "07700200123", "GB", PHONE_OK, "+447700200123", "GB" }, /* not listed */
		{ "+1 415 555 2671", "", PHONE_OK, "+14155552671", "US" },
		{ "", "GR", PHONE_NO_NUMBER, NULL, NULL },
		{ "   ", "GR", PHONE_NO_NUMBER, NULL, NULL },
		{ "n/a", "GR", PHONE_NOT_A_NUMBER, NULL, NULL },
		{ "3.06E+11", "GR", PHONE_NOT_A_NUMBER, NULL, NULL },
		{ "0800 FLOWERS", "GB", PHONE_NOT_A_NUMBER, NULL, NULL },
		{ "-", "GR", PHONE_NOT_A_NUMBER, NULL, NULL },
		{ "=1+2", "GR", PHONE_FORMULA, NULL, NULL },
		{ "@SUM(A1)", "GR", PHONE_FORMULA, NULL, NULL },
		{ "12", "GR", PHONE_TOO_SHORT, NULL, NULL },
		{ "+30694123456", "GR", PHONE_TOO_SHORT, NULL, NULL },
		{ "+30694123456799999", "GR", PHONE_TOO_LONG, NULL, NULL },
		{ "2101234567", "GR", PHONE_IS_LANDLINE, NULL, NULL },
		{ "0208 366 1177", "GB", PHONE_IS_LANDLINE, NULL, NULL },
		{ "+999123456789", "GR", PHONE_INVALID_FOR_COUNTRY, NULL, NULL },
		{ "1941234567", "GR", PHONE_INVALID_FOR_COUNTRY, NULL, NULL },
		{ "6941234567", "", PHONE_INVALID_FOR_COUNTRY, NULL, NULL },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct phone_number n;
		enum phone_reason reason = phone_number_parse(
			rows[i].text, strlen(rows[i].text), rows[i].country, &n);
		if (reason != rows[i].reason)
			print_error("%s: %s\n", rows[i].text, phone_reason_name(reason));
		assert_int_equal(reason, rows[i].reason);
		if (reason != PHONE_OK)
			continue;
		assert_string_equal(n.e164, rows[i].e164);
		assert_string_equal(n.country, rows[i].of);
	}
	assert_true(phone_country_is_known("GE"));
	assert_false(phone_country_is_known("XX"));
	assert_false(phone_country_is_known("Greece"));
}

static const char *folded(const char *text)
{
	static char mem[512];
	struct buf out;
	buf_init_fixed(&out, mem, sizeof(mem));
	OK(text_fold(text, strlen(text), &out));
	return buf_str(&out);
}

static void test_folding(void **state)
{
	(void)state;
	static const struct {
		const char *text, *folded;
	} rows[] = {
		{ "", "" },
		{ "  «STOP!»  ", "stop" },
		{ "Διαγραφή", "διαγραφη" },
		{ "ΔΙΑΓΡΑΦΗΣ", "διαγραφησ" },
		{ "don't, can’t", "dont cant" },
		{ "Đăng ký", "dang ky" },
		{ "ＳＴＯＰ１", "stop1" },
		{ "لغو۱۱", "لغو11" },
		{ "كمك علي", "کمک علی" },
		{ "می‌خواهم", "میخواهم" },
		{ "שָׁלוֹם", "שלום" },
		{ "ᲡᲢᲝᲞ", "სტოპ" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(folded(rows[i].text), rows[i].folded);
	char mem[64];
	struct buf out;
	buf_init_fixed(&out, mem, sizeof(mem));
	assert_int_equal(text_fold("\xC3", 1, &out), ERR_INPUT);
	OK(text_nfc("e\xCC\x81", 3, &out));
	assert_string_equal(buf_str(&out), "é");
	assert_int_equal(text_utf16_len("a😀b", 6), 4);
	assert_int_equal(text_width("日本 a"), 6);
	assert_int_equal(text_distance("frist_name", "first_name", 3), 1);
	assert_int_equal(text_distance("abc", "xyz", 2), 3);
}

/* What text_nfc() passes by itself is what it would say after a letter that it does not
 * pass by: a Hangul syllable. */
static void test_normal_form_is_one(void **state)
{
	(void)state;
	for (uint32_t cp = 1; cp < 0x20000; cp += cp == 0xD7FF ? 0x801 : 1) {
		char alone[5] = "", behind[8] = "\uAC00", mem[64];
		struct buf a, b;
		size_t n = str_utf8_put(cp, alone);
		memcpy(behind + 3, alone, n);
		buf_init_fixed(&a, mem, 32);
		buf_init_fixed(&b, mem + 32, 32);
		OK(text_nfc(alone, n, &a));
		OK(text_nfc(behind, 3 + n, &b));
		if (cp >= 0x1160 && cp <= 0x11FF)
			continue; /* jamos join a syllable */
		assert_int_equal(b.len, a.len + 3);
		assert_memory_equal(a.data, b.data + 3, a.len);
	}
}

static void test_words_are_folded_and_known(void **state)
{
	(void)state;
	for (const struct column_word *w = column_words; w->folded; w++)
		assert_string_equal(folded(w->folded), w->folded);
	static const struct {
		const char *header, *name;
	} rows[] = {
		{ "Κινητό", "phone" },
		{ "Ημ. γέννησης", "birth_date" },
		{ "מספר טלפון", "phone" },
		{ "شمارهٔ موبایل", "phone" },
		{ "ტელეფონი", "phone" },
		{ "Số điện thoại", "phone" },
		{ "First-Name", "first_name" },
		{ "Όνομα", "first_name" },
		{ "Họ và tên", "full_name" },
		{ "Μέγεθος παπουτσιού", "μεγεθοσ_παπουτσιου" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char name[COLUMN_NAME_SIZE];
		assert_true(column_name(
			rows[i].header, strlen(rows[i].header), name, sizeof(name)));
		assert_string_equal(name, rows[i].name);
	}
}

static const char *value(void *user, const char *name)
{
	(void)user;
	return str_eq(name, "first_name") ? "Μαρία"
	       : str_eq(name, "city")	  ? "Athens"
	       : str_eq(name, "nasty")	  ? "{{city}} ${7*7} %s $(id)"
					  : NULL;
}

static enum template_rendered render(const char *text, char *dst, size_t size)
{
	struct template t;
	struct template_fault fault;
	struct buf out;
	size_t missing;
	OK(template_parse(text, strlen(text), &t, &fault));
	buf_init_fixed(&out, dst, size);
	return template_render(&t, value, NULL, &out, &missing);
}

static void test_templates(void **state)
{
	(void)state;
	static const struct {
		const char *text, *result;
	} rows[] = {
		{ "Hi {{city}}!", "Hi Athens!" },
		{ "Hi {{ City }}!", "Hi Athens!" },
		{ "Hi {{Πόλη}}!", "Hi Athens!" },
		{ "Hi {{last_name|friend}}", "Hi friend" },
		{ "Hi {{last_name | dear friend }}.", "Hi dear friend." },
		{ "Hi {{last_name|}}.", "Hi ." },
		{ "{x} {{{{city}}", "{x} {{city}}" },
		{ "}} { }", "}} { }" },
		/* a value is put in as it is, and no name is an expression */
		{ "Hi {{nasty}}", "Hi {{city}} ${7*7} %s $(id)" },
		{ "${7*7} <%= 7*7 %> #{7*7} {{7*7|}}.", "${7*7} <%= 7*7 %> #{7*7} ." },
	};
	char text[400];
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
			render(rows[i].text, text, sizeof(text)), TEMPLATE_RENDERED);
		assert_string_equal(text, rows[i].result);
	}
	assert_int_equal(
		render("Hi {{last_name}}", text, sizeof(text)), TEMPLATE_NO_VALUE);
	assert_int_equal(render(" {{last_name|}} ", text, sizeof(text)), TEMPLATE_EMPTY);
	static const struct {
		const char *text;
		enum template_problem problem;
		uint32_t offset;
	} bad[] = {
		{ "Hi {{first_name", TEMPLATE_OPEN, 3 },
		{ "{{}}", TEMPLATE_NAME, 0 },
		{ "a {{ | x}}", TEMPLATE_NAME, 2 },
		{ "a\xFF", TEMPLATE_NOT_UTF8, 1 },
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct template t;
		struct template_fault fault;
		assert_int_equal(
			template_parse(bad[i].text, strlen(bad[i].text), &t, &fault),
			ERR_INPUT);
		assert_int_equal(fault.problem, bad[i].problem);
		assert_int_equal(fault.offset, bad[i].offset);
	}
}

struct rows {
	size_t n;
	char at[8][100];
};

static bool on_row(void *user, const struct csv_row *row)
{
	struct rows *r = user;
	char *dst = r->at[r->n++];
	(void)str_format(dst, 100, "%llu", (unsigned long long)row->line);
	for (size_t i = 0; i < row->n; i++)
		(void)str_append_format(dst, 100, "[%s]", row->cells[i].text);
	return true;
}

static void test_csv(void **state)
{
	(void)state;
	const char text[] = "a, b ,c\r\n\r\n\"x\r\ny\",\"\"\"q\"\"\",\r\n,,\nlast,1";
	for (size_t step = 1; step < sizeof(text); step++) {
		struct rows rows = { .n = 0 };
		struct csv *csv;
		OK(csv_open(&csv, ',', on_row, &rows));
		for (size_t at = 0; at < sizeof(text) - 1; at += step)
			OK(csv_feed(csv, text + at,
				sizeof(text) - 1 - at < step ? sizeof(text) - 1 - at
							     : step));
		OK(csv_finish(csv));
		csv_close(csv);
		assert_int_equal(rows.n, 3);
		assert_string_equal(rows.at[0], "1[a][b][c]");
		assert_string_equal(rows.at[1], "3[x\r\ny][\"q\"][]");
		assert_string_equal(rows.at[2], "6[last][1]");
	}
	assert_int_equal(csv_guess_delimiter("a;b;c\n1,2;3;4\n", 14), ';');
	assert_int_equal(csv_guess_delimiter("a\tb\n1\t2\n", 8), '\t');
	assert_int_equal(csv_guess_delimiter("phone\n1\n", 8), ',');
}

static void test_encodings(void **state)
{
	(void)state;
	static const struct {
		const char *data;
		size_t len;
		const char *country;
		enum charset_guess guess;
		enum charset charset;
	} rows[] = {
		{ "\xEF\xBB\xBFx", 4, NULL, CHARSET_GUESS_SURE, CHARSET_UTF8 },
		{ "\xFF\xFEx\0", 4, NULL, CHARSET_GUESS_SURE, CHARSET_UTF16LE },
		{ "\xFE\xFF\0x", 4, NULL, CHARSET_GUESS_SURE, CHARSET_UTF16BE },
		{ "a,b\n1,2", 7, NULL, CHARSET_GUESS_LIKELY, CHARSET_UTF8 },
		{ "Μαρία", 10, "GR", CHARSET_GUESS_SURE, CHARSET_UTF8 },
		{ "\xCC\xE1\xF1\xDF\xE1", 5, "GR", CHARSET_GUESS_LIKELY,
			CHARSET_WINDOWS_1253 },
		{ "\xF8\xE5\xEF", 3, "IL", CHARSET_GUESS_LIKELY, CHARSET_WINDOWS_1255 },
		{ "caf\xE9", 4, "GB", CHARSET_GUESS_LIKELY, CHARSET_WINDOWS_1252 },
		{ "1\0,\0"
		  "2\0\n\0",
			8, NULL, CHARSET_GUESS_LIKELY, CHARSET_UTF16LE },
		{ "PK\x03\x04", 4, NULL, CHARSET_GUESS_BINARY, CHARSET_UTF8 },
		{ "ab\0cd\0\0", 7, NULL, CHARSET_GUESS_BINARY, CHARSET_UTF8 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum charset charset = CHARSET_UTF8;
		size_t bom;
		struct charset_sample s = { (const uint8_t *)rows[i].data, rows[i].len,
			true, rows[i].country };
		assert_int_equal(charset_guess(&s, &charset, &bom), rows[i].guess);
		if (rows[i].guess != CHARSET_GUESS_BINARY)
			assert_int_equal(charset, rows[i].charset);
	}
	enum charset found;
	assert_true(charset_find("CP1253", &found) && found == CHARSET_WINDOWS_1253);
	assert_true(charset_find("ISO-8859-8", &found) && found == CHARSET_WINDOWS_1255);
	assert_false(charset_find("ebcdic", &found));
}

static void test_number_set(void **state)
{
	(void)state;
	struct number_set set = { .n = 0 };
	char number[20];
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 20000; i++) {
			(void)str_format(number, sizeof(number), "+30694%07d", i);
			assert_int_equal(number_set_add(&set, number), round == 1);
		}
	}
	number_set_fini(&set);
}

static void test_preview(void **state)
{
	struct fixture *f = *state;
	struct preview p;
	const struct preview_field fields[] = { { "first_name", "Eve" } };
	struct preview_request r = { .text = "Hi {{first_name}} {{nmae|x}} – “ok”",
		.fields = fields,
		.n_fields = 1 };
	FINE(f, preview_make(&f->o, &r, &p));
	assert_string_equal(p.filled, "Hi Eve x – “ok”");
	assert_int_equal(p.encoding, MESSAGE_UCS2);
	assert_int_equal(p.n_because, 3);
	assert_string_equal(p.because[0].character, "–");
	assert_int_equal(p.because[0].offset, 29);
	assert_int_equal(p.n_placeholders, 2);
	assert_true(p.placeholders[0].is_known);
	assert_int_equal(p.n_errors, 1);
	assert_string_equal(p.errors[0].code, "unknown_placeholder");
	assert_int_equal(p.errors[0].offset, 18);
	preview_fini(&p);
	char longer[200] = "";
	for (int i = 0; i < 10; i++)
		(void)str_append(longer, sizeof(longer), "“quoted” ");
	r = (struct preview_request){ .text = longer };
	FINE(f, preview_make(&f->o, &r, &p));
	assert_int_equal(p.parts, 2);
	assert_int_equal(p.n_cheaper, 1);
	assert_string_equal(p.cheaper[0].how, "plain_punctuation");
	assert_int_equal(p.cheaper[0].parts, 1);
	assert_int_equal(p.cheaper[0].parts_saved, 1);
	assert_int_equal(p.cheaper[0].changes, 20);
	assert_string_equal(preview_kind_name(0), "quotes");
	assert_int_equal(p.cheaper[0].kinds, 1);
	assert_int_equal(p.n_warnings, 0);
	preview_fini(&p);
	r = (struct preview_request){ .text = "“P\u0430ypal”" };
	FINE(f, preview_make(&f->o, &r, &p));
	assert_int_equal(p.n_cheaper, 0);
	assert_int_equal(p.n_warnings, 1);
	assert_string_equal(p.warnings[0].code, "mixed_script");
	assert_int_equal(p.warnings[0].offset, 1);
	assert_int_equal(p.warnings[0].length, 6);
	assert_int_equal(p.warnings[0].at, 2);
	preview_fini(&p);
	r = (struct preview_request){ .text = "Hi {{first_name" };
	FINE(f, preview_make(&f->o, &r, &p));
	assert_string_equal(p.errors[0].code, "bad_placeholder");
	preview_fini(&p);
}

/* Every name that the store and the radio side write has a sentence. */
static void test_causes(void **state)
{
	static const char *const names[] = { "lost_answer", "not_sent", "not_encodable",
		"interrupted", "power cut", "suppressed", "no_consent", "expired",
		"cancelled", "campaign", "paused", "erased", "cms 38", "cme 100",
		"st 70" };
	char text[200];
	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *said = cause_text(names[i], text, sizeof(text));
		assert_string_not_equal(said, names[i]);
		assert_int_equal(said[strlen(said) - 1], '.');
	}
	assert_string_equal(cause_text("", text, sizeof(text)), "");
	assert_string_equal(cause_bay_text("READY", ""), "Ready.");
	assert_non_null(
		strstr(cause_bay_text("RECOVERING", "stuck"), "Nothing to do yet"));
	assert_non_null(strstr(cause_bay_text("FAULT", "stuck"), "Pull the modem out"));
	assert_non_null(strstr(cause_bay_text("FAULT", "port_busy"), "end that program"));
	assert_string_equal(
		cause_bay_failure_text("stuck"), "The modem stopped answering.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_folding),
		cmocka_unit_test(test_normal_form_is_one),
		cmocka_unit_test(test_words_are_folded_and_known),
		cmocka_unit_test(test_templates),
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_encodings),
		cmocka_unit_test(test_number_set),
		cmocka_unit_test(test_causes),
		TEST(test_preview),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
