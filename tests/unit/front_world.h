/*
 * The front of a box on lines that the test moves and reads, over a real store whose
 * thread is the test, and how what it told and did reads in a test.
 */
#ifndef TESTS_FRONT_WORLD_H
#define TESTS_FRONT_WORLD_H

#include "tests/unit/store_fixture.h"

#include "firmware/radio/front/front.h"
#include "firmware/store/audit.h"
#include "firmware/store/setting.h"
#include "tests/unit/fake_gpio.h"

#define BOSS "+306940000001"

static const char profile_text[] =
	"[front]\nstatus-led=S\nbutton=B\nbuzzer=Z\n"
	"[bay 1]\nusb=1-1\nled=L1\n[bay 2]\nusb=1-2\nled=L2\n"
	"[input door]\nline=D\nsays=The door is open.\nclears=It is closed.\n"
	"debounce-ms=0\nevery-s=60\n"
	"[input water]\nline=W\nsays=Νερό!\ndebounce-ms=0\nevery-s=0\n"
	"[output siren]\nline=O\non=Siren on 4711\noff=siren off\non-max-s=600\n"
	"changes-an-hour=3\n"
	"[output lamp]\nline=M\non=ΦΩΣ\non-max-s=5\n";

static struct world {
	struct fixture *f;
	struct loop *loop;
	struct board_profile profile;
	struct front *front;
	bool store_fails;
	struct store_job *held[8]; /* not yet run */
	size_t n_held;
	bool holds;
	int statuses, stops, resumes, works;
} w;

/* The store's thread, played by the test: at once, or when it is let. */
static inline void run_job(struct store_job *job)
{
	job->done(job, w.store_fails ? ERR_SYS : job->run(w.f->s, job));
}

void store_thread_post(struct store_thread *t, struct store_job *job)
{
	(void)t;
	if (!w.holds) {
		run_job(job);
		return;
	}
	assert_true(w.n_held < sizeof(w.held) / sizeof(w.held[0]));
	w.held[w.n_held++] = job;
}

static struct store_job *take_held(void)
{
	struct store_job *job = w.held[0];

	assert_true(w.n_held > 0);
	memmove(w.held, w.held + 1, --w.n_held * sizeof(w.held[0]));
	return job;
}

static inline void let_go(void)
{
	w.holds = false;
	run_job(take_held());
	assert_int_equal(w.n_held, 0);
}

static inline void say_status(void *user)
{
	((struct world *)user)->statuses++;
}

static inline void stop(void *user)
{
	((struct world *)user)->stops++;
}

static inline void resume(void *user)
{
	((struct world *)user)->resumes++;
}

static inline void work(void *user)
{
	((struct world *)user)->works++;
}

static inline void start(const char *switch_from)
{
	const struct front_env env = {
		.loop = w.loop,
		.profile = &w.profile,
		.gpio = &fake_gpio,
		.alarm_to = BOSS ", +306940000002",
		.switch_from = switch_from,
		.say_status = say_status,
		.stop = stop,
		.resume = resume,
		.work = work,
		.user = &w,
	};

	OK(front_create(&w.front, &env));
}

/* As after kill -9: what is with the store's thread is not done, every line falls back.
 */
static inline void restart(void)
{
	front_destroy(w.front);
	w.n_held = 0;
	w.holds = false;
	start(BOSS);
}

static inline int set_up(void **state)
{
	const struct board_text in = { "x", profile_text, strlen(profile_text) };
	char why[256];

	memset(&w, 0, sizeof(w));
	memset(&fake, 0, sizeof(fake));
	assert_int_equal(fixture_setup(state), 0);
	w.f = *state;
	OK(loop_create_fake(&w.loop, &w.f->clock));
	fake.loop = w.loop;
	OK(board_profile_parse(&w.profile, &in, why, sizeof(why)));
	start(BOSS);
	return 0;
}

static inline int tear_down(void **state)
{
	front_destroy(w.front);
	for (size_t i = 0; i < FAKE_LINES_MAX; i++)
		assert_false(fake.lines[i].is_taken);
	loop_destroy(w.loop);
	return fixture_teardown(state);
}

/* Messages and audit. */

struct shown {
	size_t n;
	char all[2000];
};

static inline bool note_message(void *user, const struct message *m)
{
	struct shown *list = user;

	assert_int_equal(m->class, CLASS_ALERT);
	assert_int_equal(m->state, MESSAGE_QUEUED);
	list->n++;
	(void)str_append_format(list->all, sizeof(list->all), "%s:%s/%d\n",
		m->msisdn + strlen(m->msisdn) - 1, m->text, m->encoding);
	return true;
}

/* Newest first, as "last digit of the number:text/encoding". */
static inline const char *messages(void)
{
	static struct shown list;

	list = (struct shown){ 0 };
	OK(message_list(w.f->s, &(struct message_query){ .state = -1, .max = 50 },
		note_message, &list));
	return list.all;
}

static inline bool note_audit(void *user, const struct audit *a)
{
	(void)str_append_format(
		user, 2000, "%s %s %s %s\n", a->actor, a->action, a->object, a->detail);
	return true;
}

static inline const char *audits(void)
{
	static char all[2000];

	all[0] = '\0';
	OK(audit_each(w.f->s, 0, 50, note_audit, all));
	return all;
}

static inline unsigned n_said(const char *text)
{
	unsigned n = 0;

	for (const char *at = messages(); (at = strstr(at, text)); at++)
		n++;
	return n;
}

/* Texts. */

static inline void store_text(const char *from, const char *text, int64_t scts)
{
	static int n;
	enum inbound_stored stored;
	int64_t id = 0;
	const struct inbound_part part = {
		.sim_id = w.f->sim,
		.originator = from,
		.text = text,
		.scts = scts ? scts + n++ : 0,
	};

	OK(inbound_store_part(w.f->s, &part, &stored, &id));
}

static inline void text_at(const char *from, const char *text, int64_t scts)
{
	store_text(from, text, scts);
	front_inbound(w.front);
}

static inline void text(const char *from, const char *words)
{
	text_at(from, words, w.f->clock.fake_wall_ms);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
