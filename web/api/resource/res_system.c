/*
 * The box about itself: health, figures for Prometheus, its events, its API document.
 */
#include "web/api/resources.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/base/version.h"
#include "firmware/office/import/import.h"
#include "firmware/office/overview.h"
#include "web/api/api.h"
#include "web/api/counters.h"
#include "web/api/openapi.h"

#define JOBS_LOOKED_AT 100

/* ---- health ---- */

static void write_checks(struct json_out *j, const char *key, const void *object)
{
	const struct health *h = object;

	json_out_object(j, key);
	json_out_bool(j, "store", h->store);
	json_out_bool(j, "modemd", h->modemd);
	json_out_i64(j, "sims_ready", h->sims_ready);
	json_out_i64(j, "disk_free_mb", h->disk_free_mb);
	json_out_object_end(j);
}

static void write_version(struct json_out *j, const char *key, const void *object)
{
	(void)object;
	json_out_text(j, key, CHAPAR_VERSION);
}

static const struct shape_field health_fields[] = {
	SHAPE_FIELD(struct health, TEXT, "status", status),
	SHAPE_BY("version", "string", write_version),
	SHAPE_BY("checks", "object", write_checks),
	{ 0 },
};
static const struct shape health_shape = { .name = "Health", .fields = health_fields };

static void health_show(struct call *c)
{
	struct health health;

	health_get(c->office, c->api->options.store_path, &health);
	call_answer_shape(c, &health_shape, &health);
	if (str_eq(health.status, "down"))
		c->answer.status = 503;
}

/* ---- metrics ---- */

static void gauge(struct buf *out, const char *name, const char *help, int64_t value)
{
	buf_printf(out, "# HELP chapar_%s %s\n# TYPE chapar_%s gauge\nchapar_%s %lld\n",
		name, help, name, name, (long long)value);
}

static void write_messages(struct buf *out, const struct message_tally *tally)
{
	buf_puts(out, "# HELP chapar_messages Messages by state.\n"
		      "# TYPE chapar_messages gauge\n");
	for (int state = 0; state < MESSAGE_STATE_COUNT; state++)
		buf_printf(out, "chapar_messages{state=\"%s\"} %lld\n",
			vstr_name(message_state_names, state),
			(long long)tally->n[state]);
}

struct part_count {
	const char *name;
	size_t offset;
};
static const struct part_count part_counts[] = {
	{ "sent", offsetof(struct sim_usage, sent) },
	{ "delivered", offsetof(struct sim_usage, delivered) },
	{ "undelivered", offsetof(struct sim_usage, undelivered) },
	{ "failed", offsetof(struct sim_usage, failed) },
	{ "unknown", offsetof(struct sim_usage, unknown) },
	{ "received", offsetof(struct sim_usage, received) },
};

/* One figure of all SIMs: its lines must stand together. */
struct sim_figure {
	const char *name, *help;
	void (*write)(struct buf *out, const char *name, const struct line_view *line);
};

static void write_parts(struct buf *out, const char *name, const struct line_view *line)
{
	for (size_t i = 0; i < sizeof(part_counts) / sizeof(part_counts[0]); i++) {
		const char *at = (const char *)&line->today + part_counts[i].offset;
		buf_printf(out, "%s{sim=\"%lld\",outcome=\"%s\"} %lld\n", name,
			(long long)line->sim.id, part_counts[i].name,
			(long long)*(const int64_t *)(const void *)at);
	}
}

static void write_state(struct buf *out, const char *name, const struct line_view *line)
{
	buf_printf(out, "%s{sim=\"%lld\",state=\"%s\"} 1\n", name,
		(long long)line->sim.id, line->state);
}

static void write_dbm(struct buf *out, const char *name, const struct line_view *line)
{
	if (line->signal_dbm != 0)
		buf_printf(out, "%s{sim=\"%lld\"} %d\n", name, (long long)line->sim.id,
			line->signal_dbm);
}

static void write_rate(struct buf *out, const char *name, const struct line_view *line)
{
	buf_printf(out, "%s{sim=\"%lld\"} %u\n", name, (long long)line->sim.id,
		line->rate_per_min);
}

static const struct sim_figure sim_figures[] = {
	{ "chapar_sim_parts_today", "Parts since midnight UTC.", write_parts },
	{ "chapar_sim_state", "What a SIM is doing.", write_state },
	{ "chapar_sim_signal_dbm", "Signal strength.", write_dbm },
	{ "chapar_sim_rate_per_minute", "Parts in the last minute.", write_rate },
};

struct sim_writing {
	struct buf *out;
	const struct sim_figure *figure;
};

static bool write_sim(void *user, const struct line_view *line)
{
	const struct sim_writing *w = user;

	w->figure->write(w->out, w->figure->name, line);
	return true;
}

static enum err write_sims(struct office *o, struct buf *out)
{
	enum err err = ERR_OK;

	for (size_t i = 0; i < sizeof(sim_figures) / sizeof(sim_figures[0]) && !err;
		i++) {
		struct sim_writing w = { out, &sim_figures[i] };
		buf_printf(out, "# HELP %s %s\n# TYPE %s gauge\n", w.figure->name,
			w.figure->help, w.figure->name);
		err = lines_sims(o, write_sim, &w);
	}
	return err;
}

static bool count_open(void *user, const struct job_view *view)
{
	int64_t *n = user;

	*n += str_eq(view->j.state, "waiting") || str_eq(view->j.state, "running");
	return true;
}

static enum err write_jobs(struct office *o, struct buf *out)
{
	int64_t n = 0;
	enum err err = jobs_list(o, 0, JOBS_LOOKED_AT, count_open, &n);

	gauge(out, "jobs_open", "Imports that wait or run.", n);
	return err;
}

static void write_metrics(struct buf *out, const struct metrics *m)
{
	write_messages(out, &m->tally);
	gauge(out, "queue_messages", "Messages that wait for a SIM.",
		m->tally.n[MESSAGE_QUEUED] + m->tally.n[MESSAGE_SENDING]);
	gauge(out, "queue_parts", "Parts of them.",
		m->tally.parts[MESSAGE_QUEUED] + m->tally.parts[MESSAGE_SENDING]);
	gauge(out, "contacts", "Contacts.", m->contacts);
	gauge(out, "suppressed_numbers", "Numbers never written to.", m->suppressed);
	gauge(out, "inbound_unread", "Texts that nobody has opened.", m->unread);
	gauge(out, "store_bytes", "Size of the store.", m->store_octets);
	gauge(out, "store_wal_bytes", "Size of its write-ahead log.", m->wal_octets);
}

static void metrics_show(struct call *c)
{
	struct metrics metrics;
	struct buf *out = &c->answer.body;

	if (call_failed(c, metrics_get(c->office, c->api->options.store_path, &metrics)))
		return;
	(void)call_json(c); /* starts the answer; what it is, is said next */
	c->answer.type = "text/plain; version=0.0.4; charset=utf-8";
	write_metrics(out, &metrics);
	enum err err = write_sims(c->office, out);
	if (err == ERR_OK)
		err = write_jobs(c->office, out);
	if (!call_failed(c, err))
		counters_write(c->api->counters, out);
}

/* ---- events ---- */

static void events_show(struct call *c)
{
	uint64_t after = 0;
	const char *last = c->headers.last_event_id;

	/* An id that was not made here is as good as a very old one. */
	if (last && !str_to_u64(last, strlen(last), UINT64_MAX, &after))
		after = 1;
	c->answer.kind = ANSWER_EVENTS;
	c->answer.status = 200;
	c->answer.type = "text/event-stream";
	c->answer.events_after = after;
	(void)call_header(c, "X-Accel-Buffering", "no");
}

static void openapi_show(struct call *c)
{
	struct json_out j = call_json(c);

	openapi_write(&j);
}

#define HEALTH(path_)                                                                    \
	{                                                                                \
		.method = "GET", .path = path_, .run = health_show,                      \
		.summary = "Is the box all right", .answer = &health_shape,              \
	}

const struct endpoint system_routes[] = {
	HEALTH("/health"),
	HEALTH("/api/v1/health"),
	{
		.method = "GET",
		.path = "/metrics",
		.scope = AUTH_READ,
		.flags = ROUTE_LOOPBACK,
		.run = metrics_show,
		.summary = "Figures as Prometheus reads them",
	},
	{
		.method = "GET",
		.path = "/api/v1/events",
		.scope = AUTH_READ,
		.run = events_show,
		.summary =
			"What happens, as server-sent events: message, campaign, slot, "
			"inbound, job, overview; reset: reload all",
	},
	{
		.method = "GET",
		.path = "/api/v1/openapi.json",
		.run = openapi_show,
		.summary = "This document",
	},
	{ 0 },
};
