/*
 * Proves: every file of tests/data is imported with the counts that were worked out by
 * hand (digits and prefixes alone, without libphonenumber); a kill in the middle of an
 * import leaves out nobody and repeats nobody; each kind of bad file fails with its own
 * code and sentence; a dry run changes nothing; a cancel stops and keeps what is in.
 */
#include "tests/unit/office_fixture.h"

#include <sys/wait.h>

#include "firmware/store/job.h"

struct expected {
	const char *file, *country;
	int64_t rows, accepted, duplicate, quarantined, rejected;
};
static const struct expected files[] = {
	{ "contacts-el.csv", "GR", 1237, 1200, 30, 113, 7 },
	{ "contacts-he.csv", "IL", 1032, 1000, 25, 73, 7 },
	{ "contacts-fa.csv", "IR", 1237, 1200, 30, 84, 7 },
	{ "contacts-ka.csv", "GE", 827, 800, 20, 64, 7 },
	{ "contacts-vi.csv", "VN", 1032, 1000, 25, 73, 7 },
	{ "contacts-en.csv", "GB", 622, 600, 15, 43, 7 },
	{ "contacts-el-excel-1253.csv", "GR", 160, 150, 3, 8, 7 },
	{ "contacts-he-excel-1255.csv", "IL", 160, 150, 3, 15, 7 },
	{ "contacts-fa-utf16.csv", "IR", 160, 150, 3, 11, 7 },
	/* National numbers of the other five countries cannot be Greek ones. */
	{ "contacts-mixed.csv", "GR", 1086, 651, 11, 41, 424 },
};

struct outcome {
	char state[16], error[200], encoding[24], map[600];
	struct job j;
	char delimiter;
};

static bool take(void *user, const struct job_view *v)
{
	struct outcome *out = user;
	out->j = v->j;
	out->delimiter = v->delimiter;
	(void)str_copy(out->state, sizeof(out->state), v->j.state);
	(void)str_copy(out->error, sizeof(out->error), v->error_code);
	(void)str_copy(out->encoding, sizeof(out->encoding), v->encoding);
	(void)str_copy(out->map, sizeof(out->map), v->map);
	return true;
}

static struct outcome outcome_of(struct fixture *f, int64_t job)
{
	struct outcome out;
	FINE(f, jobs_get(&f->o, job, take, &out));
	return out;
}

static int64_t upload(struct fixture *f, const struct import_options *options,
	const void *data, size_t len)
{
	struct import_upload up;
	int64_t job;
	FINE(f, import_upload_begin(&f->o, f->spool, (int64_t)len, &up));
	/* In two pieces, as a request comes. */
	FINE(f, import_upload_write(&f->o, &up, data, len / 2));
	FINE(f, import_upload_write(
			&f->o, &up, (const char *)data + len / 2, len - len / 2));
	FINE(f, import_upload_end(&f->o, &tester, &up, options, &job));
	return job;
}

static void run_next(struct fixture *f)
{
	static const struct import_run quiet = { NULL, NULL };
	int64_t job;
	FINE(f, import_run_next(&f->o, &quiet, &job));
}

static struct outcome import_text(struct fixture *f, int64_t list, const char *text)
{
	const struct import_options options = { .list_id = list, .file_name = "t.csv" };
	int64_t job = upload(f, &options, text, strlen(text));
	run_next(f);
	return outcome_of(f, job);
}

static char *read_file(const char *name, size_t *out_len)
{
	char path[128];
	(void)str_format(path, sizeof(path), "tests/data/%s", name);
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	char *data = malloc(1 << 20);
	*out_len = fread(data, 1, 1 << 20, file);
	fclose(file);
	return data;
}

static void test_files(void **state)
{
	struct fixture *f = *state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		const struct expected *e = &files[i];
		size_t len;
		char *data = read_file(e->file, &len);
		const struct import_options options = { .list_id = new_list(f, e->file),
			.country = e->country,
			.file_name = e->file };
		int64_t job = upload(f, &options, data, len);
		run_next(f);
		struct outcome out = outcome_of(f, job);
		print_message("%s\n", e->file);
		assert_string_equal(out.state, "done");
		assert_int_equal(out.j.rows, e->rows);
		assert_int_equal(out.j.duplicate, e->duplicate);
		assert_int_equal(out.j.rejected, e->rejected);
		/* The mixed file repeats numbers of the others, on a list of its own. */
		assert_int_equal(out.j.accepted, e->accepted);
		assert_int_equal(out.j.updated, 0);
		assert_int_equal(out.j.quarantined, e->quarantined);
		assert_int_equal(out.j.bytes_done, out.j.bytes_total);
		free(data);
	}
}

struct person {
	bool found;
	char first[64], last[200], fields[400];
};

static bool on_person(void *user, const struct contact *c)
{
	struct person *p = user;
	p->found = true;
	(void)str_copy(p->first, sizeof(p->first), c->first_name);
	(void)str_copy(p->last, sizeof(p->last), c->last_name);
	(void)str_copy(p->fields, sizeof(p->fields), c->fields);
	return true;
}

static struct person person_of(struct fixture *f, const char *msisdn)
{
	struct person p = { .found = false };
	int64_t id;
	if (!contact_find(f->o.store, msisdn, &id))
		OK(contact_get(f->o.store, id, on_person, &p));
	return p;
}

static void test_code_page_and_greek_headers(void **state)
{
	struct fixture *f = *state;
	size_t len;
	char *data = read_file("contacts-el-excel-1253.csv", &len);
	const struct import_options options = { .list_id = new_list(f, "A") };
	int64_t job = upload(f, &options, data, len);
	free(data);
	run_next(f);
	struct outcome out = outcome_of(f, job);
	assert_string_equal(out.encoding, "windows-1253");
	assert_int_equal(out.delimiter, ';');
	assert_non_null(strstr(out.map, "\"phone\":\"Κινητό\""));
	assert_non_null(strstr(out.map, "\"consent_source\":\"Πηγή\""));
	struct person p = person_of(f, "+306980489612");
	assert_string_equal(p.first, "Σπύρος");
	assert_string_equal(p.last, "Ιωάννου");
	assert_non_null(strstr(p.fields, "\"city\":\"Θεσσαλονίκη\""));
	assert_non_null(strstr(p.fields, "\"birth_date\":\"1973-07-24\""));
}

static void test_bad_files(void **state)
{
	struct fixture *f = *state;
	int64_t list = new_list(f, "A");
	static const struct {
		const char *text, *code;
	} bad[] = {
		{ "", "empty_file" },
		{ "\n\n  \n", "empty_file" },
		{ "phone,name\n", "header_only" },
		{ "name,city\nMaria,Athens\n", "no_phone_column" },
		{ "phone,name\n6941234567,\"Maria\n6941234568,Anna\n", "quote_open" },
		{ "phone,name\n6941234567,Ma\"ria\n", "quote_stray" },
		{ "PK\x03\x04 and so on", "binary_file" },
		{ "\x89PNG\r\n", "binary_file" },
		{ "phone,name\n6941234567,\x01\x02\x03\n", "binary_file" },
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct outcome out = import_text(f, list, bad[i].text);
		assert_string_equal(out.state, "failed");
		assert_string_equal(out.error, bad[i].code);
	}
	/* The line where the quote was opened is named. */
	char text[400] =
		"phone,name\n6941234567,Anna\n6941234568,\"An\nna\"\n6941234569,\"";
	struct import_options options = { .list_id = list, .country = "GR" };
	struct import_inspection seen;
	REFUSED(f, import_inspect(&f->o, &options, text, strlen(text), &seen),
		"quote_open");
	assert_int_equal(f->o.why.line, 5);
}

static void test_wrong_encoding(void **state)
{
	struct fixture *f = *state;
	const char text[] = "phone,name\n6941234567,Mar\xE9 \xED\n";
	const struct import_options options = { .list_id = new_list(f, "A"),
		.encoding = "utf-8" };
	int64_t job = upload(f, &options, text, strlen(text));
	run_next(f);
	assert_string_equal(outcome_of(f, job).error, "wrong_encoding");
	const struct import_options unknown = { .list_id = options.list_id,
		.encoding = "klingon" };
	struct import_upload up;
	int64_t none;
	FINE(f, import_upload_begin(&f->o, f->spool, 1, &up));
	FINE(f, import_upload_write(&f->o, &up, "x", 1));
	REFUSED(f, import_upload_end(&f->o, &tester, &up, &unknown, &none),
		"unknown_encoding");
	assert_int_not_equal(access(up.path, F_OK), 0);
}

static void test_rows_with_reasons(void **state)
{
	struct fixture *f = *state;
	const char text[] = "phone;name;notes\n"
			    "6941234567;\"Line one\nline two, \"\"quoted\"\"\";ok\n"
			    "+30 694 123 45 67;Again;\n"
			    "=1+1;Formula;\n"
			    "2101234567;Landline;\n"
			    "69412345;Short;\n"
			    "69412345678901;Long;\n"
			    "6941234568;A;b;too many\n"
			    ";Nobody;\n";
	static const char *const reasons[] = { "duplicate_in_file", "formula", "landline",
		"too_short", "too_long", "too_many_columns", "no_number" };
	struct outcome out = import_text(f, new_list(f, "A"), text);
	assert_string_equal(out.state, "done");
	assert_int_equal(out.j.rows, 8);
	assert_int_equal(out.j.accepted, 1);
	assert_int_equal(out.j.duplicate, 1);
	assert_int_equal(out.j.rejected, 6);
	assert_string_equal(
		person_of(f, "+306941234567").first, "Line one\nline two, \"quoted\"");
	char path[420], csv[2000] = "";
	FINE(f, jobs_rejected_path(&f->o, out.j.id, path, sizeof(path)));
	FILE *file = fopen(path, "rb");
	assert_non_null(file);
	csv[fread(csv, 1, sizeof(csv) - 1, file)] = '\0';
	fclose(file);
	const char *at = csv;
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		char wanted[64];
		(void)str_format(
			wanted, sizeof(wanted), "\r\n%zu,%s,", i + 3, reasons[i]);
		at = strstr(at, wanted);
		assert_non_null(at);
	}
	/* A spreadsheet that opens it runs nothing. */
	assert_non_null(strstr(csv, "\"'=1+1\""));
}

/* Rows of distinct numbers, one of them twice at the end. */
static char *many_rows(int n, size_t *out_len)
{
	size_t size = (size_t)n * 64 + 256;
	char *text = malloc(size);
	(void)str_copy(text, size, "phone,name,consent_source,consent_date\n");
	size_t len = strlen(text);
	for (int i = 0; i < n; i++)
		len += (size_t)snprintf(text + len, size - len,
			"69412%05d,Person %d,web,2026-01-01\n", i, i);
	len += (size_t)snprintf(text + len, size - len, "+306941200000,Again,,\n");
	*out_len = len;
	return text;
}

struct stopping {
	struct fixture *f;
	int left;
};

/* Ends the process in the middle of the import, as a kill does. */
static void kill_it(void *user, const struct job *job)
{
	struct stopping *s = user;
	(void)job;
	if (--s->left == 0)
		_exit(9);
}

static void import_and_die(struct fixture *f, int transactions)
{
	int status;
	int64_t done;
	office_close(&f->o);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct stopping s = { .left = transactions };
		struct import_run run = { kill_it, &s };
		if (!office_open(&f->o, f->path, STORE_OFFICE, NULL, &f->clock))
			(void)import_run_next(&f->o, &run, &done);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 9);
	fixture_open(f);
}

static bool on_list(void *user, const struct list *list)
{
	int64_t *n = user;
	*n = list->members;
	return true;
}

static int64_t members_of(struct fixture *f, int64_t list)
{
	int64_t n = 0;
	FINE(f, lists_get(&f->o, list, on_list, &n));
	return n;
}

static void test_kill_and_resume(void **state)
{
	struct fixture *f = *state;
	const int n = 20000;
	size_t len;
	char *text = many_rows(n, &len);
	const struct import_options options = { .list_id = new_list(f, "A") };
	int64_t job = upload(f, &options, text, len);
	free(text);
	/* Killed again and again, each time a little further. */
	int64_t rows = 0;
	for (int round = 0; round < 4; round++) {
		import_and_die(f, 2);
		struct outcome half = outcome_of(f, job);
		assert_string_equal(half.state, "running");
		assert_true(half.j.rows > rows && half.j.rows < n);
		assert_int_equal(half.j.accepted, half.j.rows);
		rows = half.j.rows;
	}
	run_next(f);
	struct outcome out = outcome_of(f, job);
	assert_string_equal(out.state, "done");
	assert_int_equal(out.j.rows, n + 1);
	assert_int_equal(out.j.accepted, n);
	assert_int_equal(out.j.updated, 0);
	assert_int_equal(out.j.duplicate, 1);
	assert_int_equal(members_of(f, options.list_id), n);
}

enum {
	HALF_OF = 3000 /* rows: more than one transaction takes */
};

/* An import into the list with this happening after its first transaction; its job. */
static int64_t import_half(
	struct fixture *f, int64_t list, void (*then)(void *user, const struct job *job))
{
	const struct import_options options = { .list_id = list };
	struct stopping s = { .f = f, .left = 1 };
	struct import_run run = { then, &s };
	size_t len;
	char *text = many_rows(HALF_OF, &len);
	int64_t job = upload(f, &options, text, len), done;
	free(text);
	FINE(f, import_run_next(&f->o, &run, &done));
	return job;
}

static void cancel_it(void *user, const struct job *job)
{
	struct stopping *s = user;
	if (--s->left == 0)
		FINE(s->f, jobs_cancel(&s->f->o, &tester, job->id));
}

static void test_cancel(void **state)
{
	struct fixture *f = *state;
	int64_t list = new_list(f, "A"), job = import_half(f, list, cancel_it);
	struct outcome out = outcome_of(f, job);
	assert_string_equal(out.state, "cancelled");
	assert_true(out.j.rows > 0 && out.j.rows < HALF_OF);
	assert_int_equal(members_of(f, list), out.j.rows);
	REFUSED(f, jobs_cancel(&f->o, &tester, job), "wrong_state");
}

static void delete_list(void *user, const struct job *job)
{
	struct stopping *s = user;
	if (--s->left == 0)
		FINE(s->f, lists_delete(&s->f->o, &tester, job->list_id));
}

/* A list that goes away ends its import, which else would be tried for ever, and with it
 * every import behind it. */
static void test_list_gone(void **state)
{
	struct fixture *f = *state;
	const struct import_run quiet = { 0 };
	int64_t job = import_half(f, new_list(f, "A"), delete_list), done;
	struct outcome out = outcome_of(f, job);
	assert_string_equal(out.state, "failed");
	assert_string_equal(out.error, "list_gone");
	FINE(f, import_run_next(&f->o, &quiet, &done));
	assert_int_equal(done, 0); /* nothing is left to do */
}

static void test_dry_run_and_update(void **state)
{
	struct fixture *f = *state;
	const char text[] = "phone,name,city\n6941234567,Maria,Athens\n";
	struct import_options options = { .list_id = new_list(f, "A"), .dry_run = true };
	int64_t job = upload(f, &options, text, strlen(text));
	run_next(f);
	struct outcome out = outcome_of(f, job);
	assert_int_equal(out.j.accepted, 1);
	assert_int_equal(members_of(f, options.list_id), 0);
	assert_false(person_of(f, "+306941234567").found);
	out = import_text(f, options.list_id, text);
	assert_int_equal(out.j.accepted, 1);
	out = import_text(f, options.list_id, "phone,name\n6941234567,\n");
	assert_int_equal(out.j.accepted, 0);
	assert_int_equal(out.j.updated, 1);
	/* An empty cell takes nothing away. */
	assert_string_equal(person_of(f, "+306941234567").first, "Maria");
}

static void test_explicit_map(void **state)
{
	struct fixture *f = *state;
	const char text[] = "a|b|c\nMaria|x|6941234567\n";
	struct import_options options = { .list_id = new_list(f, "A"),
		.map = "phone:#3,first_name:a,Shoe size:b" };
	int64_t job = upload(f, &options, text, strlen(text));
	run_next(f);
	assert_string_equal(outcome_of(f, job).state, "done");
	struct person p = person_of(f, "+306941234567");
	assert_string_equal(p.first, "Maria");
	assert_string_equal(p.fields, "{\"shoe_size\":\"x\"}");
	static const struct {
		const char *map, *code;
	} bad[] = { { "phone:z", "unknown_column" }, { "phone", "invalid_map" },
		{ "phone:c,last_name:c", "same_column_twice" },
		{ "first_name:a", "no_phone_column" } };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		options.map = bad[i].map;
		job = upload(f, &options, text, strlen(text));
		run_next(f);
		assert_string_equal(outcome_of(f, job).error, bad[i].code);
	}
}

static void test_inspect(void **state)
{
	struct fixture *f = *state;
	const char text[] = "\xEF\xBB\xBFTel;Όνομα;Notes\n6941234567;Maria;x\n1;Anna;\n";
	const struct import_options options = { .list_id = new_list(f, "A") };
	struct import_inspection seen;
	FINE(f, import_inspect(&f->o, &options, text, strlen(text), &seen));
	assert_string_equal(seen.encoding, "utf-8");
	assert_int_equal(seen.delimiter, ';');
	assert_int_equal(seen.n_columns, 3);
	assert_string_equal(seen.header[1], "Όνομα");
	assert_string_equal(seen.target[0], "phone");
	assert_string_equal(seen.target[1], "first_name");
	assert_string_equal(seen.target[2], "notes");
	assert_int_equal(seen.n_rows, 2);
	assert_string_equal(seen.cells[1][1], "Anna");
	assert_int_equal(seen.n_warnings, 1); /* no columns of consent */
	import_inspection_fini(&seen);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_files),
		TEST(test_code_page_and_greek_headers),
		TEST(test_bad_files),
		TEST(test_wrong_encoding),
		TEST(test_rows_with_reasons),
		TEST(test_kill_and_resume),
		TEST(test_cancel),
		TEST(test_list_gone),
		TEST(test_dry_run_and_update),
		TEST(test_explicit_map),
		TEST(test_inspect),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
