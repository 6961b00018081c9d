/*
 * The first page: what waits, what goes out now, what is wrong.
 */
#include "web/api/resources.h"

#include <stdlib.h>

#include "firmware/office/campaign/campaigns.h"
#include "firmware/office/overview.h"
#include "web/api/api.h"
#include "web/api/shapes.h"

#define RUNNING_MAX 20

static void write_queue(struct json_out *j, const char *key, const void *object)
{
	const struct overview *o = object;

	json_out_object(j, key);
	json_out_i64(j, "held", o->held);
	json_out_i64(j, "queued", o->queued);
	json_out_i64(j, "sending", o->sending);
	json_out_i64(j, "parts", o->parts_waiting);
	json_out_object_end(j);
}

static const struct shape_field counters_fields[] = {
	SHAPE_BY("queue", "object", write_queue),
	SHAPE_INSIDE(struct overview, "today", today, &usage_shape),
	SHAPE_FIELD(struct overview, DOUBLE, "rate_per_min", rate_per_min),
	SHAPE_FIELD(struct overview, I64_OR_NULL, "eta_s", eta_s),
	SHAPE_FIELD(struct overview, I64, "unread", unread),
	{ 0 },
};
const struct shape counters_shape = { .name = "Counters", .fields = counters_fields };

static void write_problems(struct json_out *j, const char *key, const void *object)
{
	const struct overview *o = object;

	json_out_array(j, key);
	for (size_t i = 0; i < o->n_problems; i++) {
		json_out_object(j, NULL);
		json_out_text(j, "code", o->problems[i].code);
		json_out_text(j, "text", o->problems[i].text);
		if (o->problems[i].bay_id > 0)
			json_out_i64(j, "bay_id", o->problems[i].bay_id);
		json_out_object_end(j);
	}
	json_out_array_end(j);
}

/* Written by overview_show(), for they need the store. */
static void doc_array(struct json_out *j, const char *key, const void *object)
{
	(void)object;
	json_out_array(j, key);
	json_out_array_end(j);
}
static const struct shape_field overview_fields[] = {
	SHAPE_LIST("running", &campaign_shape, doc_array),
	SHAPE_LIST("bays", &bay_shape, doc_array),
	SHAPE_BY("problems", "array", write_problems),
	{ 0 },
};
static const struct shape overview_shape = {
	.name = "Overview",
	.fields = overview_fields,
	.also = &counters_shape,
};

static bool running_item(void *user, const struct campaign_view *view)
{
	shape_write(user, NULL, &campaign_shape, view);
	return true;
}

static bool bay_item(void *user, const struct line_view *line)
{
	shape_write(user, NULL, &bay_shape, line);
	return true;
}

static enum err write_overview(struct call *c, const struct overview *overview)
{
	static const struct campaign_query running = {
		.state = CAMPAIGN_RUNNING,
		.max = RUNNING_MAX,
	};
	struct json_out j = call_json(c);

	json_out_object(&j, NULL);
	shape_write_members(&j, &counters_shape, overview);
	write_problems(&j, "problems", overview);
	json_out_array(&j, "running");
	enum err err = campaigns_list(c->office, &running, running_item, &j);
	json_out_array_end(&j);
	json_out_array(&j, "bays");
	if (err == ERR_OK)
		err = lines_bays(c->office, bay_item, &j);
	json_out_array_end(&j);
	json_out_object_end(&j);
	return err;
}

static void overview_show(struct call *c)
{
	struct overview *overview = calloc(1, sizeof(*overview));

	if (!overview) {
		call_refuse(c, 503, "busy", "Out of memory; try again.");
		return;
	}
	if (!call_failed(c, overview_get(c->office, overview)))
		(void)call_failed(c, write_overview(c, overview));
	free(overview);
}

const struct endpoint overview_routes[] = {
	{
		.method = "GET",
		.path = "/api/v1/overview",
		.scope = AUTH_READ,
		.run = overview_show,
		.summary = "What waits, what goes out now, what is wrong",
		.answer = &overview_shape,
	},
	{ 0 },
};
