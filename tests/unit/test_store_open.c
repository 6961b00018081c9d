/*
 * Proves: a store that cannot be opened says why and is left as it is; what was committed
 * is there after a kill at any step; a full disk fails cleanly; the WAL stays short; an
 * import does not keep the radio side waiting.
 */
#include "tests/unit/store_fixture.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "firmware/base/log.h"
#include "firmware/store/setting.h"

#define TO "+306941234567"

static enum store_problem problem_of(struct fixture *f, const char *path)
{
	struct store *s = NULL;
	struct store_opening why;
	enum err err = store_open(&s, path, STORE_OFFICE, &f->clock, &why);

	if (err)
		assert_non_null(strstr(why.message, "The store "));
	else
		store_close(s);
	assert_int_equal(err != ERR_OK, why.problem != STORE_FINE);
	return why.problem;
}

static void write_file(const char *path, const char *data, size_t len)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static void test_problems_are_told_apart(void **state)
{
	struct fixture *f = *state;
	char path[128], kept[64], back[64];
	static const char garbage[] =
		"This is a letter to my aunt, and no database at all.";

	assert_int_equal(problem_of(f, "/no/such/folder/store.db"), STORE_UNREACHABLE);
	assert_int_equal(problem_of(f, f->folder), STORE_UNREACHABLE);

	(void)str_format(path, sizeof(path), "%s/letter", f->folder);
	write_file(path, garbage, sizeof(garbage) - 1);
	assert_int_equal(problem_of(f, path), STORE_CORRUPT);
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	assert_non_null(fgets(kept, sizeof(kept), file));
	assert_string_equal(kept, garbage); /* left as it was */
	(void)fclose(file);

	(void)str_format(back, sizeof(back), "PRAGMA user_version = %lld",
		(long long)ask(f, "PRAGMA user_version"));
	OK(db_exec(f->s, "PRAGMA user_version = 99"));
	assert_int_equal(problem_of(f, f->path), STORE_NEWER);
	OK(db_exec(f->s, back));
	OK(db_exec(f->s, "PRAGMA application_id = 7"));
	assert_int_equal(problem_of(f, f->path), STORE_CORRUPT); /* another program's */
	OK(db_exec(f->s, "PRAGMA application_id = 0x43485052"));
	assert_int_equal(problem_of(f, f->path), STORE_FINE);
}

static void test_damage_is_found(void **state)
{
	struct fixture *f = *state;
	int left;

	for (int i = 0; i < 200; i++)
		(void)add_message(f, CLASS_TRANSACTIONAL, TO, 1);
	OK(store_checkpoint_step(f->s, &left));
	OK(store_check(f->s));
	store_close(f->s);
	f->s = NULL;
	FILE *file = fopen(f->path, "r+");
	assert_non_null(file);
	assert_int_equal(fseek(file, 512L * 60, SEEK_SET), 0);
	for (int i = 0; i < 512 * 40; i++)
		(void)fputc(0x5a, file);
	(void)fclose(file);

	struct store_opening why;
	enum err err = store_open(&f->s, f->path, STORE_OFFICE, &f->clock, &why);
	if (!err)
		err = store_check(f->s);
	assert_int_equal(err, ERR_INPUT);
}

/* In a child of its own: locks belong to processes. */
static void hold_lock(const char *path, int ready, int done)
{
	sqlite3 *db;
	char byte = 0;

	if (sqlite3_open(path, &db) != SQLITE_OK ||
		sqlite3_exec(db,
			"PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE;"
			"UPDATE sim SET name = 'x'",
			NULL, NULL, NULL) != SQLITE_OK)
		_exit(1);
	if (write(ready, &byte, 1) != 1 || read(done, &byte, 1) < 0)
		_exit(1);
	_exit(0);
}

static void test_locked_by_another(void **state)
{
	struct fixture *f = *state;
	struct store *s;
	struct store_opening why;
	int ready[2], done[2], status;
	char byte, pid[16];

	store_close(f->s);
	f->s = NULL;
	assert_int_equal(pipe(ready) | pipe(done), 0);
	pid_t child = fork();
	if (child == 0) {
		(void)close(done[1]);
		hold_lock(f->path, ready[1], done[0]);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(
		store_open(&s, f->path, STORE_OFFICE, &f->clock, &why), ERR_BUSY);
	assert_int_equal(why.problem, STORE_LOCKED);
	(void)str_format(pid, sizeof(pid), "process %d", (int)child);
	assert_non_null(strstr(why.message, pid)); /* it says who */
	(void)close(done[0]);
	(void)close(done[1]);
	(void)waitpid(child, &status, 0);
	assert_int_equal(status, 0);
	(void)close(ready[0]);
	(void)close(ready[1]);
	fixture_open(f);
}

/* Both daemons start at once on a new box. */
static void test_made_by_many_at_once(void **state)
{
	enum {
		ROUNDS = 12,
		OPENERS = 4
	};
	struct fixture *f = *state;
	char path[128], byte;

	for (int round = 0; round < ROUNDS; round++) {
		int go[2], status;
		assert_int_equal(pipe(go), 0);
		(void)str_format(path, sizeof(path), "%s/new%d.db", f->folder, round);
		for (int i = 0; i < OPENERS; i++) {
			if (fork() != 0)
				continue;
			struct store *s;
			(void)close(go[1]);
			if (read(go[0], &byte, 1) < 0)
				_exit(1);
			_exit(store_open(&s, path, STORE_OFFICE, &f->clock, NULL));
		}
		(void)close(go[0]);
		(void)close(go[1]);
		for (int i = 0; i < OPENERS; i++) {
			assert_true(wait(&status) > 0);
			assert_int_equal(status, 0);
		}
	}
}

enum {
	STEPS = 5
};

/* Up to step n of a message's way, and then gone without a word. */
static void live_until(struct fixture *f, int64_t id, int n)
{
	struct queue_claim out;
	enum queue_claim_result result;
	const struct queue_report report = {
		.sim_id = f->sim, .msisdn = TO, .mr = 1, .outcome = PART_DELIVERED
	};
	int64_t message;

	fixture_open(f);
	if (n == 1) { /* begun and not committed */
		if (store_begin(f->s) ||
			queue_claim(f->s,
				&(struct queue_take){ .id = id, .sim_id = f->sim }, &out,
				&result))
			_exit(1);
		_exit(0);
	}
	if (n >= 2 &&
		queue_claim(f->s, &(struct queue_take){ .id = id, .sim_id = f->sim },
			&out, &result))
		_exit(1);
	if (n >= 3 && queue_part_accepted(f->s, id, 1, 1, 2000))
		_exit(1);
	if (n >= 4 && queue_report(f->s, &report, &message))
		_exit(1);
	_exit(0);
}

static void test_killed_at_each_step(void **state)
{
	struct fixture *f = *state;
	static const struct {
		enum message_state after;
		size_t unknown;
	} cases[STEPS] = {
		{ MESSAGE_QUEUED, 0 },
		{ MESSAGE_QUEUED, 0 },
		{ MESSAGE_UNKNOWN, 1 },
		{ MESSAGE_SENT, 0 },
		{ MESSAGE_DELIVERED, 0 },
	};
	size_t unknown;
	int status;

	for (int n = 0; n < STEPS; n++) {
		int64_t id = add_message(f, CLASS_TRANSACTIONAL, TO, 1);
		store_close(f->s);
		f->s = NULL;
		pid_t child = fork();
		if (child == 0)
			live_until(f, id, n);
		(void)waitpid(child, &status, 0);
		assert_int_equal(status, 0);
		fixture_open(f);
		OK(queue_recover(f->s, &unknown));
		assert_int_equal(unknown, cases[n].unknown);
		assert_int_equal(state_of(f, id), cases[n].after);
		OK(queue_recover(f->s, &unknown));
		assert_int_equal(unknown, 0);
	}
}

/* A message of three parts cut off goes on where it can, over its own SIM. */
static void test_recovery_of_many_parts(void **state)
{
	struct fixture *f = *state;
	struct queue_claim out;
	enum queue_claim_result result;
	size_t unknown;
	int64_t ids[3];

	for (size_t i = 0; i < 3; i++)
		ids[i] = add_message(f, CLASS_TRANSACTIONAL, TO, 2);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(claim(f, ids[i]), QUEUE_CLAIMED);
	/* The first: on air with part 1; second: between; third: on air with part 2. */
	OK(queue_part_accepted(f->s, ids[1], 1, 1, 2000));
	OK(queue_part_accepted(f->s, ids[2], 1, 2, 2000));
	OK(queue_next_part(f->s, ids[2], 2, 0));
	fixture_reopen(f);
	OK(queue_recover(f->s, &unknown));
	assert_int_equal(unknown, 2);
	assert_int_equal(state_of(f, ids[2]), MESSAGE_UNKNOWN);
	for (size_t i = 0; i < 2; i++) {
		OK(queue_claim(f->s,
			&(struct queue_take){ .id = ids[i], .sim_id = f->sim + 1 }, &out,
			&result));
		assert_int_equal(result, QUEUE_GONE);
		OK(queue_claim(f->s,
			&(struct queue_take){ .id = ids[i], .sim_id = f->sim }, &out,
			&result));
		assert_int_equal(result, QUEUE_CLAIMED);
		assert_int_equal(out.next_seq, 2);
		OK(queue_part_accepted(f->s, ids[i], 2, 9, 2000));
	}
	assert_int_equal(state_of(f, ids[0]), MESSAGE_UNKNOWN);
	assert_int_equal(state_of(f, ids[1]), MESSAGE_SENT);
}

static void test_full_disk(void **state)
{
	struct fixture *f = *state;
	const struct message in = { .state = MESSAGE_QUEUED,
		.class = CLASS_TRANSACTIONAL,
		.msisdn = TO,
		.text = "Hello",
		.parts = 1 };
	struct message_added added;
	enum err err = ERR_OK;
	char pragma[64];
	int64_t before = ask(f, "PRAGMA page_count");

	(void)str_format(
		pragma, sizeof(pragma), "PRAGMA max_page_count = %d", (int)before + 8);
	OK(db_exec(f->s, pragma));
	int stored = 0;
	while (!err && stored < 10000) {
		err = message_add(f->s, &in, &added);
		stored += !err;
	}
	assert_int_equal(err, ERR_SYS);
	assert_non_null(strstr(store_error(f->s), "full"));
	OK(db_exec(f->s, "PRAGMA max_page_count = 1000000"));
	assert_int_equal(ask(f, "SELECT count(*) FROM message"), stored);
	assert_int_equal(ask(f, "SELECT sum(n) FROM tally"), stored);
	OK(message_add(f->s, &in, &added)); /* there is room again */
	OK(store_check(f->s));
}

/* Writing fails at any size of the file, also in the middle of a commit. */
static void test_write_errors(void **state)
{
	struct fixture *f = *state;
	int status;

	store_close(f->s);
	f->s = NULL;
	for (rlim_t size = 0; size < 60; size += 7) {
		pid_t child = fork();
		if (child == 0) {
			fixture_open(f);
			int64_t stored = ask(f, "SELECT count(*) FROM message");
			const struct rlimit limit = { size * 512, size * 512 };
			const struct message in = { .state = MESSAGE_QUEUED,
				.class = CLASS_OTP,
				.msisdn = TO,
				.text = "Hello",
				.parts = 1 };
			struct message_added added;
			enum err err = ERR_OK;
			(void)signal(SIGXFSZ, SIG_IGN);
			(void)setrlimit(RLIMIT_FSIZE, &limit);
			while (!err && stored < 5000) {
				err = message_add(f->s, &in, &added);
				stored += !err;
			}
			if (err != ERR_SYS || !store_error(f->s)[0])
				_exit(1);
			_exit(ask(f, "SELECT count(*) FROM message") == stored &&
						ask(f, "SELECT sum(n) FROM tally") ==
							stored
					? 0
					: 2);
		}
		(void)waitpid(child, &status, 0);
		assert_int_equal(status, 0);
	}
	fixture_open(f);
	OK(store_check(f->s));
}

static off_t wal_size(const struct fixture *f)
{
	char path[128];
	struct stat st;
	(void)str_format(path, sizeof(path), "%s-wal", f->path);
	return stat(path, &st) == 0 ? st.st_size : 0;
}

/* With a reader that comes back again and again the WAL still begins anew. */
static void test_wal_stays_short(void **state)
{
	struct fixture *f = *state;
	struct store *reader;
	struct store_opening why;
	int64_t count;
	int left;

	OK(store_open(&reader, f->path, STORE_OFFICE, &f->clock, &why));
	for (int round = 0; round < 40; round++) {
		OK(store_begin(f->s));
		for (int i = 0; i < 400; i++)
			(void)add_message(f, CLASS_TRANSACTIONAL, TO, 1);
		OK(store_commit(f->s));
		OK(contact_count(reader, &count));
		OK(store_checkpoint_step(reader, &left));
		assert_int_equal(left, 0);
	}
	assert_true(wal_size(f) < 4 * 1024 * 1024);
	store_close(reader);
}

static void test_modemd_checkpoints_only_alone(void **state)
{
	struct fixture *f = *state;
	struct store *office, *other;
	struct store_opening why;
	int left;

	OK(store_open(&office, f->path, STORE_OFFICE, &f->clock, &why));
	OK(store_open(&other, f->path, STORE_OFFICE, &f->clock, &why));
	OK(store_office_lock(office));
	assert_int_equal(store_office_lock(other), ERR_BUSY);
	store_close(other);
	OK(store_begin(f->s));
	for (int i = 0; i < 24000; i++)
		(void)add_message(f, CLASS_TRANSACTIONAL, TO, 1);
	OK(store_commit(f->s));
	assert_true(wal_size(f) > 1024 * 1024);
	struct stat before, after;
	assert_int_equal(stat(f->path, &before), 0);
	OK(store_checkpoint_if_alone(f->s));
	assert_int_equal(stat(f->path, &after), 0);
	assert_int_equal(after.st_size, before.st_size);
	store_close(office); /* as if paneld ended */
	OK(store_checkpoint_if_alone(f->s));
	assert_int_equal(stat(f->path, &after), 0);
	assert_true(after.st_size > before.st_size);
	OK(store_checkpoint_step(f->s, &left));
	assert_int_equal(left, 0);
}

/* An importer in full swing: counts its transactions, each of some milliseconds. */
static void import_without_end(struct fixture *f)
{
	struct store *s;

	if (store_open(&s, f->path, STORE_BULK, clock_system(), NULL))
		_exit(1);
	for (int64_t n = 1;; n++) {
		uint64_t until = clock_mono_ms(clock_system()) + 8;
		if (store_begin(s) || setting_set_i64(s, "n", n))
			_exit(1);
		while (clock_mono_ms(clock_system()) < until)
			;
		if (store_commit(s))
			_exit(1);
	}
}

/* Who asks for the lock now and then must not find it taken each time. */
static void test_importer_lets_the_radio_in(void **state)
{
	enum {
		WRITES = 30
	};
	struct fixture *f = *state;
	int64_t passed = 0, before = 0, after;

	OK(setting_set_i64(f->s, "n", 0));
	store_close(f->s);
	pid_t child = fork();
	if (child == 0)
		import_without_end(f);
	fixture_open(f);
	while (before < 3)
		OK(setting_get_i64(f->s, "n", &before));
	for (int i = 0; i < WRITES; i++) {
		OK(setting_get_i64(f->s, "n", &before));
		OK(store_begin(f->s));
		OK(setting_get_i64(f->s, "n", &after));
		OK(setting_set_i64(f->s, "radio", i));
		OK(store_commit(f->s));
		passed += after - before;
	}
	(void)kill(child, SIGKILL);
	(void)waitpid(child, NULL, 0);
	assert_true(passed <= WRITES);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_problems_are_told_apart),
		TEST(test_damage_is_found),
		TEST(test_locked_by_another),
		TEST(test_made_by_many_at_once),
		TEST(test_killed_at_each_step),
		TEST(test_recovery_of_many_parts),
		TEST(test_full_disk),
		TEST(test_write_errors),
		TEST(test_wal_stays_short),
		TEST(test_modemd_checkpoints_only_alone),
		TEST(test_importer_lets_the_radio_in),
	};
	log_set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
