/*
 * How each bay fared: its failures and how long it worked, its signal, and the last lines
 * before a failure.
 */
#include "web/api/resources.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/bank/bays.h"
#include "web/api/api.h"
#include "web/api/shapes.h"

struct cause_row {
	const char *cause, *text;
	int64_t n;
};
static const struct shape_field cause_fields[] = {
	SHAPE_FIELD(struct cause_row, POINTER, "cause", cause),
	SHAPE_FIELD(struct cause_row, POINTER, "text", text),
	SHAPE_FIELD(struct cause_row, I64, "failures", n),
	{ 0 },
};
static const struct shape cause_shape = { .name = "BayCause", .fields = cause_fields };

static void write_causes(struct json_out *j, const char *key, const void *object)
{
	const struct bay_health_view *v = object;

	json_out_array(j, key);
	for (size_t i = 0; i < v->h.n_causes; i++) {
		const struct cause_row row = { v->h.causes[i].cause, v->texts[i],
			v->h.causes[i].n };
		shape_write(j, NULL, &cause_shape, &row);
	}
	json_out_array_end(j);
}

static void write_mtbf(struct json_out *j, const char *key, const void *object)
{
	const struct bay_health_view *v = object;

	if (v->mtbf_s == 0)
		json_out_null(j, key);
	else
		json_out_i64(j, key, v->mtbf_s);
}

static const struct shape_field modem_fields[] = {
	SHAPE_FIELD(struct bay_modem, TIME, "since", at),
	SHAPE_FIELD(struct bay_modem, TEXT, "imei", imei),
	SHAPE_FIELD(struct bay_modem, TEXT, "model", model),
	SHAPE_FIELD(struct bay_modem, ID, "from_bay", from_bay_id),
	{ 0 },
};
static const struct shape modem_shape = { .name = "BayModem", .fields = modem_fields };

static void write_modems(struct json_out *j, const char *key, const void *object)
{
	const struct bay_health_view *v = object;

	json_out_array(j, key);
	for (size_t i = 0; i < v->n_modems; i++)
		shape_write(j, NULL, &modem_shape, &v->modems[i]);
	json_out_array_end(j);
}

static const struct shape_field span_fields[] = {
	SHAPE_FIELD(struct bay_span, I64, "days", days),
	SHAPE_FIELD(struct bay_span, TIME, "since", from),
	SHAPE_FIELD(struct bay_span, I64, "ran_ms", sum.ran_ms),
	SHAPE_FIELD(struct bay_span, I64, "up_ms", sum.up_ms),
	SHAPE_FIELD(struct bay_span, I64, "ready_ms", sum.ready_ms),
	{ 0 },
};
static const struct shape span_shape = { .name = "BaySpan", .fields = span_fields };

static void write_spans(struct json_out *j, const char *key, const void *object)
{
	const struct bay_health_view *v = object;

	json_out_array(j, key);
	for (size_t i = 0; i < BAYS_SPANS; i++)
		shape_write(j, NULL, &span_shape, &v->spans[i]);
	json_out_array_end(j);
}

static const struct shape_field health_fields[] = {
	SHAPE_FIELD(struct bay_health_view, TIME, "since", h.since),
	SHAPE_FIELD(struct bay_health_view, I64, "failures", h.failures),
	SHAPE_FIELD(struct bay_health_view, I64, "up_ms", h.up_ms),
	SHAPE_FIELD(struct bay_health_view, I64, "ready_ms", h.ready_ms),
	SHAPE_FIELD(struct bay_health_view, I64, "down_ms", h.down_ms),
	SHAPE_BY("mtbf_seconds", "integer?", write_mtbf),
	SHAPE_LIST("spans", &span_shape, write_spans),
	SHAPE_LIST("causes", &cause_shape, write_causes),
	SHAPE_LIST("modems", &modem_shape, write_modems),
	SHAPE_FIELD(struct bay_health_view, ID, "same_imei_bay", same_imei_bay),
	{ 0 },
};
static const struct shape health_shape = { .name = "BayHealth", .fields = health_fields };

static void bay_health_show(struct call *c)
{
	struct bay_health_view view;

	if (!call_failed(c, bays_health(c->office, c->params.id, &view)))
		call_answer_shape(c, &health_shape, &view);
}

static const struct shape_field failure_fields[] = {
	SHAPE_FIELD(struct bay_event, I64, "id", id),
	SHAPE_FIELD(struct bay_event, TIME, "at", at),
	SHAPE_FIELD(struct bay_event, TIME, "back_at", back_at),
	SHAPE_FIELD(struct bay_event, POINTER, "cause", cause),
	SHAPE_FIELD(struct bay_event, POINTER, "rung", rung),
	SHAPE_FIELD(struct bay_event, BOOL, "of_earlier_modem", is_before),
	{ 0 },
};
static const struct shape failure_shape = { .name = "BayFailure",
	.fields = failure_fields };

static bool failure_item(void *user, const struct bay_event *event)
{
	shape_write(user, NULL, &failure_shape, event);
	return true;
}

static void failures_index(struct call *c)
{
	struct json_out j = call_json(c);

	json_out_object(&j, NULL);
	json_out_array(&j, "items");
	enum err err = bays_failures(c->office, c->params.id, failure_item, &j);
	json_out_array_end(&j);
	json_out_object_end(&j);
	(void)call_failed(c, err);
}

static const struct shape_field signal_fields[] = {
	SHAPE_FIELD(struct bay_signal_hour, TIME, "at", at),
	SHAPE_FIELD(struct bay_signal_hour, I64, "min_dbm", min_dbm),
	SHAPE_FIELD(struct bay_signal_hour, I64, "mean_dbm", mean_dbm),
	SHAPE_FIELD(struct bay_signal_hour, I64, "max_dbm", max_dbm),
	{ 0 },
};
static const struct shape signal_shape = { .name = "SignalHour",
	.fields = signal_fields };

static bool signal_item(void *user, const struct bay_signal_hour *hour)
{
	shape_write(user, NULL, &signal_shape, hour);
	return true;
}

static void signals_index(struct call *c)
{
	struct json_out j = call_json(c);

	json_out_object(&j, NULL);
	json_out_array(&j, "items");
	enum err err = bays_signals(c->office, c->params.id, signal_item, &j);
	json_out_array_end(&j);
	json_out_object_end(&j);
	(void)call_failed(c, err);
}

static const struct shape_field record_fields[] = {
	SHAPE_FIELD(struct flight_record, I64, "id", id),
	SHAPE_FIELD(struct flight_record, TIME, "at", at),
	SHAPE_FIELD(struct flight_record, POINTER, "cause", cause),
	SHAPE_FIELD(struct flight_record, BOOL, "of_earlier_modem", is_before),
	{ 0 },
};
static const struct shape record_shape = { .name = "FlightRecord",
	.fields = record_fields };

static bool record_item(void *user, const struct flight_record *record)
{
	shape_write(user, NULL, &record_shape, record);
	return true;
}

static void records_index(struct call *c)
{
	struct json_out j = call_json(c);

	json_out_object(&j, NULL);
	json_out_array(&j, "items");
	enum err err = bays_records(c->office, c->params.id, record_item, &j);
	json_out_array_end(&j);
	json_out_object_end(&j);
	(void)call_failed(c, err);
}

static bool record_text(void *user, const struct flight_record *record)
{
	struct call *c = user;
	char name[96];

	c->answer.kind = ANSWER_BUFFER;
	c->answer.status = 200;
	c->answer.type = "text/plain; charset=utf-8";
	buf_puts(&c->answer.body, record->lines ? record->lines : "");
	(void)str_format(name, sizeof(name),
		"attachment; filename=\"bay-%lld-%lld-%s.txt\"",
		(long long)record->bay_id, (long long)record->id, record->cause);
	(void)call_header(c, "Content-Disposition", name);
	return false;
}

static void record_show(struct call *c)
{
	int64_t id = 0;

	if (!c->params.name || !str_to_i64(c->params.name, strlen(c->params.name), &id) ||
		id < 1)
		call_refuse(c, 404, "not_found", "There is no such record.");
	else
		(void)call_failed(
			c, bays_record(c->office, c->params.id, id, record_text, c));
}

const struct endpoint bay_history_routes[] = {
	{
		.method = "GET",
		.path = "/api/v1/bays/{id}/health",
		.scope = AUTH_READ,
		.run = bay_health_show,
		.summary =
			"How often the modem in a bay failed in the last 30 days, and why; how "
			"long it worked and could send while the box ran; and the modems "
			"before it",
		.answer = &health_shape,
	},
	{
		.method = "GET",
		.path = "/api/v1/bays/{id}/failures",
		.scope = AUTH_READ,
		.run = failures_index,
		.summary =
			"Its last failures, newest first: why, how long, what was tried",
		.answer = &failure_shape,
		.form = ROUTE_ITEMS,
	},
	{
		.method = "GET",
		.path = "/api/v1/bays/{id}/signal",
		.scope = AUTH_READ,
		.run = signals_index,
		.summary =
			"Its signal by hours of the last 7 days, the oldest first; hours in which "
			"it was not read are left out",
		.answer = &signal_shape,
		.form = ROUTE_ITEMS,
	},
	{
		.method = "GET",
		.path = "/api/v1/bays/{id}/records",
		.scope = AUTH_READ,
		.run = records_index,
		.summary = "Failures of which the last lines are kept, newest first",
		.answer = &record_shape,
		.form = ROUTE_ITEMS,
	},
	{
		.method = "GET",
		.path = "/api/v1/bays/{id}/records/{record}",
		.scope = AUTH_ADMIN,
		.run = record_show,
		.summary = "The last lines before a failure, as text; secrets are masked",
	},
	{ 0 },
};
