#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "firmware/base/bus.h"
#include "firmware/base/str.h"
#include "firmware/base/text.h"
#include "firmware/office/campaign/campaigns.h"
#include "firmware/office/ctl/ctl.h"
#include "firmware/office/hub.h"
#include "firmware/office/hub_link.h"
#include "firmware/office/bank/lines.h"
#include "firmware/office/message/messages.h"
#include "firmware/office/overview.h"

#define LISTEN_MS 250 /* what modemd tells a newcomer comes at once */
#define MESSAGES_DEFAULT 20
#define MESSAGES_LIMIT 10000
#define TEXT_SHOWN 48 /* columns */

static int print_json(json_t *json)
{
	int rc = json_dumpf(json, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(json);
	return rc ? CTL_FAILED : CTL_OK;
}

static void put_time(int64_t at, char dst[32])
{
	dst[0] = '\0';
	if (at)
		(void)clock_format(at, dst, 32);
}

/* Hears what modemd says of its slots, so that states are those of this moment. The hub
 * is the caller's; NULL if modemd does not run. */
static struct hub *listen_to_radio(struct ctl *c)
{
	struct hub *hub;
	char path[256], line[BUS_LINE_MAX];
	int fd;
	if (hub_create(&hub, NULL, NULL))
		return NULL;
	c->o.hub = hub;
	if (!config_bus_path(&c->config, path, sizeof(path)) || bus_connect(&fd, path))
		return hub;
	hub_link_set(hub, true);
	while (!bus_receive(fd, line, sizeof(line), LISTEN_MS))
		hub_link_line(hub, line);
	close(fd);
	return hub;
}

static void stop_listening(struct ctl *c, struct hub *hub)
{
	c->o.hub = NULL;
	hub_destroy(hub);
}

/* ---- sims ---- */

static bool line_to_json(void *user, const struct line_view *v)
{
	json_t *row = json_pack("{s:I, s:s, s:s, s:s, s:s, s:b, s:s, s:s, s:s, s:i, s:i, "
				"s:i, s:I, s:I}",
		"id", (json_int_t)v->sim.id, "iccid", v->sim.iccid, "msisdn",
		v->sim.msisdn, "name", v->sim.name, "operator", v->sim.operator,
		"enabled", (int)v->sim.enabled, "state", v->state, "reason", v->reason,
		"port", v->bay.port, "signal_dbm", v->signal_dbm, "rate_per_min",
		(int)v->rate_per_min, "submit_ms", (int)v->sim.submit_ms, "sent_today",
		(json_int_t)v->today.sent, "delivered_today",
		(json_int_t)v->today.delivered);
	return json_array_append_new(user, row) == 0;
}

static bool line_to_row(void *user, const struct line_view *v)
{
	struct ctl_table *t = user;
	char text[32];
	(void)str_format(text, sizeof(text), "%lld", (long long)v->sim.id);
	ctl_table_add(t, text);
	ctl_table_add(t, v->sim.name[0] ? v->sim.name : v->sim.iccid);
	ctl_table_add(t, v->sim.msisdn);
	ctl_table_add(t, v->sim.operator);
	ctl_table_add(t, v->sim.enabled ? v->state : "OFF");
	text[0] = '\0';
	if (v->signal_dbm)
		(void)str_format(text, sizeof(text), "%d dBm", v->signal_dbm);
	ctl_table_add(t, text);
	(void)str_format(text, sizeof(text), "%lld", (long long)v->today.sent);
	ctl_table_add(t, text);
	ctl_table_add(t, v->bay.port);
	ctl_table_add(t, str_eq(v->state, "READY") ? "" : v->reason_text);
	return true;
}

/* SIMs or bays. */
struct view {
	enum err (*each)(struct office *o, line_fn fn, void *user);
	line_fn to_json, to_row;
	const char *const *heading;
	size_t n_columns;
	const char *none;
};

static int show_lines(struct ctl *c, const struct view *view)
{
	struct hub *hub = listen_to_radio(c);
	struct ctl_table table;
	enum err err;
	if (c->json) {
		json_t *rows = json_array();
		err = view->each(&c->o, view->to_json, rows);
		stop_listening(c, hub);
		if (!err)
			return print_json(rows);
		json_decref(rows);
		return ctl_refused(c);
	}
	if (hub && !hub_is_linked(hub))
		fputs("chaparctl: chapar-modemd does not run; this is what it said last\n",
			stderr);
	ctl_table_init(&table, view->heading, view->n_columns);
	err = view->each(&c->o, view->to_row, &table);
	stop_listening(c, hub);
	bool none = table.n_cells == table.n_columns;
	ctl_table_print(&table);
	if (!err && none)
		puts(view->none);
	return err ? ctl_refused(c) : CTL_OK;
}

int ctl_sims(struct ctl *c)
{
	static const char *const heading[] = { "SIM", "NAME", "NUMBER", "OPERATOR",
		"STATE", "SIGNAL", "SENT TODAY", "PORT", "" };
	return show_lines(c, &(struct view){ .each = lines_sims,
				     .to_json = line_to_json,
				     .to_row = line_to_row,
				     .heading = heading,
				     .n_columns = sizeof(heading) / sizeof(heading[0]),
				     .none = "No SIM was seen yet." });
}

/* ---- bays ---- */

static bool bay_to_json(void *user, const struct line_view *v)
{
	json_t *row = json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:s, "
				"s:o}",
		"id", (json_int_t)v->bay.id, "port", v->bay.port, "manufacturer",
		v->bay.manufacturer, "model", v->bay.model, "imei", v->bay.imei, "state",
		v->state, "reason", v->reason, "reason_text", v->reason_text, "sim_id",
		(json_int_t)v->sim.id, "operator", v->sim.operator, "technology",
		v->network.technology, "ims",
		v->network.ims < 0 ? json_null() : json_boolean(v->network.ims));
	return json_array_append_new(user, row) == 0;
}

/* "COSMOTE LTE IMS" */
static void name_network(const struct line_view *v, char *dst, size_t size)
{
	char tech[sizeof(v->network.technology)];
	size_t n = 0;
	for (; v->network.technology[n]; n++)
		tech[n] = (char)toupper((unsigned char)v->network.technology[n]);
	tech[n] = '\0';
	(void)str_format(dst, size, "%s %s%s", v->sim.operator, tech, /* fits */
		v->network.ims > 0 ? " IMS" : "");
}

static bool bay_to_row(void *user, const struct line_view *v)
{
	struct ctl_table *t = user;
	char text[160];
	(void)str_format(text, sizeof(text), "%lld", (long long)v->bay.id);
	ctl_table_add(t, text);
	ctl_table_add(t, v->bay.port);
	(void)str_format(text, sizeof(text), "%s %s", v->bay.manufacturer, v->bay.model);
	ctl_table_add(t, text);
	ctl_table_add(t, v->bay.imei);
	ctl_table_add(t, v->sim.name[0] ? v->sim.name : v->sim.iccid);
	text[0] = '\0';
	if (v->network.technology[0])
		name_network(v, text, sizeof(text));
	ctl_table_add(t, text);
	ctl_table_add(t, v->state);
	ctl_table_add(t, str_eq(v->state, "READY") ? "" : v->reason_text);
	return true;
}

int ctl_bays(struct ctl *c)
{
	static const char *const heading[] = { "BAY", "PORT", "MODEM", "IMEI", "SIM",
		"NETWORK", "STATE", "" };
	return show_lines(c, &(struct view){ .each = lines_bays,
				     .to_json = bay_to_json,
				     .to_row = bay_to_row,
				     .heading = heading,
				     .n_columns = sizeof(heading) / sizeof(heading[0]),
				     .none = "No modem was seen yet." });
}

/* ---- messages ---- */

static bool message_to_json(void *user, const struct message_view *v)
{
	char at[32];
	put_time(v->m.created_at, at);
	json_t *row = json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:s}", "id",
		(json_int_t)v->m.id, "created_at", at, "to", v->m.msisdn, "class",
		vstr_name(message_class_names, (int)v->m.class), "state",
		vstr_name(message_state_names, (int)v->m.state), "cause", v->m.cause,
		"cause_text", v->cause_text, "parts", (int)v->m.parts, "text", v->m.text);
	return json_array_append_new(user, row) == 0;
}

/* The beginning of a text, in so many columns. */
static void shorten(const char *text, char *dst, size_t size)
{
	size_t len = strlen(text), at = 0;
	uint32_t cp;
	while (at < len && at + 8 < size) {
		int n = str_utf8_next(text + at, len - at, &cp);
		if (n <= 0)
			break;
		(void)str_copy_n(dst, size, text, at + (size_t)n); /* looked at above */
		if (text_width(dst) > TEXT_SHOWN)
			break;
		at += (size_t)n;
	}
	(void)str_copy_n(dst, size, text, at);
	if (at < len)
		(void)str_append(dst, size, "…");
}

static bool message_to_row(void *user, const struct message_view *v)
{
	struct ctl_table *t = user;
	char text[300];
	(void)str_format(text, sizeof(text), "%lld", (long long)v->m.id);
	ctl_table_add(t, text);
	put_time(v->m.created_at, text);
	ctl_table_add(t, text);
	ctl_table_add(t, v->m.msisdn);
	ctl_table_add(t, vstr_name(message_class_names, (int)v->m.class));
	ctl_table_add(t, vstr_name(message_state_names, (int)v->m.state));
	shorten(v->m.text, text, sizeof(text));
	ctl_table_add(t, text);
	ctl_table_add(t, v->cause_text);
	return true;
}

int ctl_messages(struct ctl *c)
{
	static const char *const heading[] = { "ID", "CREATED (UTC)", "TO", "CLASS",
		"STATE", "TEXT", "" };
	const char *limit = ctl_value(c, "--limit");
	uint64_t max = MESSAGES_DEFAULT;
	struct message_filter filter = { .state = ctl_value(c, "--state"),
		.to = ctl_value(c, "--to") };
	struct ctl_table table;
	if (limit && (!str_to_u64(limit, strlen(limit), MESSAGES_LIMIT, &max) || !max)) {
		fprintf(stderr, "chaparctl: --limit is a number from 1 to %d\n",
			MESSAGES_LIMIT);
		return CTL_USAGE;
	}
	filter.max = (size_t)max;
	if (c->json) {
		json_t *rows = json_array();
		if (!messages_list(&c->o, &filter, message_to_json, rows))
			return print_json(rows);
		json_decref(rows);
		return ctl_refused(c);
	}
	ctl_table_init(&table, heading, sizeof(heading) / sizeof(heading[0]));
	enum err err = messages_list(&c->o, &filter, message_to_row, &table);
	ctl_table_print(&table);
	return err ? ctl_refused(c) : CTL_OK;
}

/* ---- status ---- */

static int status_json(struct ctl *c, const struct overview *v, const struct metrics *m)
{
	json_t *messages = json_object(), *problems = json_array();
	for (int i = 0; i < MESSAGE_STATE_COUNT; i++)
		(void)json_object_set_new(messages, vstr_name(message_state_names, i),
			json_integer(m->tally.n[i]));
	for (size_t i = 0; i < v->n_problems; i++)
		(void)json_array_append_new(
			problems, json_pack("{s:s, s:s}", "code", v->problems[i].code,
					  "text", v->problems[i].text));
	return print_json(json_pack("{s:s, s:b, s:o, s:I, s:I, s:f, s:I, s:I, s:o}",
		"store", c->config.store_path, "modemd", (int)hub_is_linked(c->o.hub),
		"messages", messages, "contacts", (json_int_t)m->contacts, "suppressed",
		(json_int_t)m->suppressed, "rate_per_min", v->rate_per_min, "eta_s",
		(json_int_t)v->eta_s, "unread", (json_int_t)v->unread, "problems",
		problems));
}

static void status_text(struct ctl *c, const struct overview *v, const struct metrics *m)
{
	const int64_t *n = m->tally.n;
	printf("Store      %s (%lld MB), %lld contacts, %lld suppressed numbers\n",
		c->config.store_path, (long long)(m->store_octets / 1000000),
		(long long)m->contacts, (long long)m->suppressed);
	printf("Radio      chapar-modemd %s\n",
		hub_is_linked(c->o.hub) ? "runs" : "does not run");
	printf("Waiting    %lld held, %lld queued, %lld sending\n", (long long)v->held,
		(long long)v->queued, (long long)v->sending);
	printf("So far     %lld sent, %lld delivered, %lld undelivered, %lld failed, "
	       "%lld expired, %lld cancelled, %lld unknown\n",
		(long long)n[MESSAGE_SENT], (long long)n[MESSAGE_DELIVERED],
		(long long)n[MESSAGE_UNDELIVERED], (long long)n[MESSAGE_FAILED],
		(long long)n[MESSAGE_EXPIRED], (long long)n[MESSAGE_CANCELLED],
		(long long)n[MESSAGE_UNKNOWN]);
	printf("Campaigns  %lld running\n", (long long)v->running);
	printf("Inbox      %lld not read yet\n", (long long)v->unread);
	for (size_t i = 0; i < v->n_problems; i++)
		printf("Problem    %s\n", v->problems[i].text);
}

int ctl_status(struct ctl *c)
{
	struct overview overview;
	struct metrics metrics;
	struct hub *hub = listen_to_radio(c);
	int rc = CTL_OK;
	if (overview_get(&c->o, &overview) ||
		metrics_get(&c->o, c->config.store_path, &metrics))
		rc = ctl_refused(c);
	else if (c->json)
		rc = status_json(c, &overview, &metrics);
	else
		status_text(c, &overview, &metrics);
	stop_listening(c, hub);
	return rc;
}

/* ---- watch ---- */

int ctl_watch(struct ctl *c)
{
	char path[256], line[BUS_LINE_MAX], at[32];
	int fd;
	if (!config_bus_path(&c->config, path, sizeof(path)) || bus_connect(&fd, path)) {
		fprintf(stderr,
			"chaparctl: chapar-modemd does not answer on %s/bus.sock. Does "
			"it run?\n",
			c->config.run_dir);
		return CTL_AWAY;
	}
	for (;;) {
		enum err err = bus_receive(fd, line, sizeof(line), -1);
		if (err == ERR_SYS)
			break;
		if (err)
			continue;
		put_time(clock_wall_ms(clock_system()), at);
		if (c->json) {
			json_t *event = json_pack("{s:s, s:s}", "at", at, "event", line);
			(void)json_dumpf(event, stdout, JSON_COMPACT);
			putchar('\n');
			json_decref(event);
		} else {
			printf("%s  %s\n", at, line);
		}
		fflush(stdout);
	}
	close(fd);
	fputs("chaparctl: chapar-modemd has ended\n", stderr);
	return CTL_AWAY;
}
