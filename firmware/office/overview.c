#include "firmware/office/overview.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "firmware/base/str.h"
#include "firmware/office/forecast/eta.h"
#include "firmware/office/office_internal.h"
#include "firmware/store/campaign.h"
#include "firmware/store/contact.h"
#include "firmware/store/inbound.h"
#include "firmware/store/suppression.h"

#define DISK_LOW_MB 200
#define PAGE_MAX 1000

static void add_problem(
	struct overview *v, const char *code, const char *text, int64_t bay_id)
{
	if (v->n_problems == OVERVIEW_PROBLEMS_MAX)
		return;
	struct overview_problem *p = &v->problems[v->n_problems++];
	(void)str_copy(p->code, sizeof(p->code), code); /* literals of ours */
	(void)str_copy(p->text, sizeof(p->text), text); /* may be cut */
	p->bay_id = bay_id;
}

static bool is_in_trouble(const struct line_view *line)
{
	static const char *const states[] = { "FAULT", "PIN", "SIM_WAIT", "HELD" };
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		if (str_eq(line->state, states[i]))
			return true;
	}
	return false;
}

struct summing {
	struct overview *v;
	unsigned sims;
	int64_t sending;   /* SIMs with a part on air, as the radio side says it now */
	bool is_clock_off; /* a network tells another time */
};

enum {
	FILL_ALARM_PERCENT = 80 /* of a message memory: the box empties it, or should */
};

static bool on_bay(void *user, const struct line_view *line)
{
	struct summing *s = user;
	s->v->rate_per_min += line->rate_per_min;
	s->sending += line->is_live && str_eq(line->state, "SENDING");
	if (is_in_trouble(line))
		add_problem(s->v, "bay_trouble", line->reason_text, line->bay.id);
	if (line->is_live && line->fill_percent >= FILL_ALARM_PERCENT)
		add_problem(s->v, "memory_full",
			"The memory for incoming texts of a modem is almost full: soon "
			"it takes no more.",
			line->bay.id);
	s->is_clock_off |= line->is_live && line->clock_off_s != 0;
	return true;
}

static bool on_sim(void *user, const struct line_view *line)
{
	struct summing *s = user;
	struct sim_usage *sum = &s->v->today;
	const struct sim_usage *t = &line->today;
	s->sims++;
	sum->sent += t->sent;
	sum->delivered += t->delivered;
	sum->undelivered += t->undelivered;
	sum->failed += t->failed;
	sum->unknown += t->unknown;
	sum->received += t->received;
	return true;
}

static bool on_running(void *user, const struct campaign *c)
{
	int64_t *n = user;
	(void)c;
	(*n)++;
	return true;
}

static void find_problems(struct office *o, struct overview *v, const struct summing *s)
{
	if (o->hub && !hub_is_linked(o->hub))
		add_problem(v, "modemd_away",
			"The radio side (chapar-modemd) does not run: nothing is sent.",
			0);
	if (s->sims == 0)
		add_problem(v, "no_sim",
			"No SIM was found yet. Plug in a modem with a SIM.", 0);
	if (!clock_wall_is_sane(office_now(o)))
		add_problem(v, "clock_wrong",
			"The box does not know the date. Connect it to the network.", 0);
	else if (s->is_clock_off)
		add_problem(v, "clock_off",
			"The clock of the mobile network differs from the box's by more "
			"than two minutes. Check the box's date and time.",
			0);
}

enum err overview_get(struct office *o, struct overview *out)
{
	struct message_tally tally;
	struct lines_speed speed;
	struct summing sum = { .v = out };
	struct campaign_query running = { .state = CAMPAIGN_RUNNING, .max = PAGE_MAX };
	struct eta eta;
	memset(out, 0, sizeof(*out));
	enum err err = message_count(o->store, -1, &tally);
	if (!err)
		err = inbound_count_unseen(o->store, &out->unread);
	if (!err)
		err = campaign_list(o->store, &running, on_running, &out->running);
	if (err)
		return office_fail(o, err, "overview");
	err = lines_bays(o, on_bay, &sum);
	if (!err)
		err = lines_sims(o, on_sim, &sum);
	if (!err)
		err = lines_speed(o, &speed);
	if (err)
		return err;
	out->held = tally.n[MESSAGE_HELD];
	/* The tally counts what is on air with what waits. */
	out->sending = sum.sending < tally.n[MESSAGE_QUEUED] ? sum.sending
							     : tally.n[MESSAGE_QUEUED];
	out->queued = tally.n[MESSAGE_QUEUED] - out->sending;
	out->parts_waiting = tally.parts[MESSAGE_QUEUED] + tally.parts[MESSAGE_SENDING];
	eta_of_parts(out->parts_waiting, 0, &speed, &eta);
	out->eta_s = eta.is_known ? (eta.from_ms + 999) / 1000 : -1;
	find_problems(o, out, &sum);
	return ERR_OK;
}

static int64_t disk_free_mb(const char *path)
{
	struct statvfs fs;
	char dir[400];
	if (!str_copy(dir, sizeof(dir), path))
		return -1;
	char *slash = strrchr(dir, '/');
	if (slash && slash != dir)
		*slash = '\0';
	if (statvfs(slash ? dir : ".", &fs))
		return -1;
	return (int64_t)(fs.f_bavail * (uint64_t)fs.f_frsize / (1024 * 1024));
}

static bool any_sim(void *user, const struct sim *sim, const struct sim_usage *today)
{
	(void)user;
	(void)sim;
	(void)today;
	return false;
}

void health_get(struct office *o, const char *store_path, struct health *out)
{
	struct lines_speed speed = { .sims = 0 };
	*out = (struct health){ .disk_free_mb = disk_free_mb(store_path) };
	out->store = o->store && !sim_each(o->store, office_now(o), any_sim, NULL);
	out->modemd = hub_is_linked(o->hub);
	if (out->store && !lines_speed(o, &speed) && out->modemd)
		out->sims_ready = speed.sims;
	bool low = out->disk_free_mb >= 0 && out->disk_free_mb < DISK_LOW_MB;
	const char *status = !out->store			       ? "down"
			     : !out->modemd || !out->sims_ready || low ? "degraded"
								       : "ok";
	(void)str_copy(out->status, sizeof(out->status), status); /* fits */
}

static int64_t file_octets(const char *path, const char *suffix)
{
	struct stat st;
	char name[420];
	if (!str_format(name, sizeof(name), "%s%s", path, suffix) || stat(name, &st))
		return 0;
	return (int64_t)st.st_size;
}

enum err metrics_get(struct office *o, const char *store_path, struct metrics *out)
{
	memset(out, 0, sizeof(*out));
	enum err err = message_count(o->store, -1, &out->tally);
	if (!err)
		err = contact_count(o->store, &out->contacts);
	if (!err)
		err = suppression_count(o->store, &out->suppressed);
	if (!err)
		err = inbound_count_unseen(o->store, &out->unread);
	out->store_octets = file_octets(store_path, "");
	out->wal_octets = file_octets(store_path, "-wal");
	return err ? office_fail(o, err, "metrics") : ERR_OK;
}
