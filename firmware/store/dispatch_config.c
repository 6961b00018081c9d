#include "firmware/store/dispatch_config.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/store/plan_read.h"
#include "firmware/store/setting.h"
#include "firmware/store/usage.h"

enum {
	PLANS,
	ROUTES,
	USED,
	RECIPIENTS,
	SWEEP
};
static const char *const sql[] = {
	[PLANS] = "SELECT " PLAN_COLUMNS " FROM plan ORDER BY id",
	[ROUTES] = "SELECT id, country FROM route ORDER BY id",
	/* From the earliest of the three on. */
	[USED] = "SELECT total((sent + unknown) * (quarter >= ?2)), "
		 "total((sent + unknown) * (quarter >= ?3)), "
		 "total((sent + unknown) * (quarter >= ?4)), "
		 "total(money * (quarter >= ?4)) FROM sim_usage "
		 "WHERE sim_id = ?1 AND quarter >= min(?2, ?3, ?4)",
	[RECIPIENTS] = "SELECT count(*) FROM sim_recipient "
		       "WHERE sim_id = ?1 AND month_at = ?2",
	[SWEEP] = "DELETE FROM sim_recipient WHERE (sim_id, month_at, msisdn) IN "
		  "(SELECT r.sim_id, r.month_at, r.msisdn FROM sim JOIN sim_recipient r "
		  "ON r.sim_id = sim.id AND r.month_at < ?1 LIMIT ?2)",
};
static const struct db_table table = { DB_CONFIG, sql, sizeof(sql) / sizeof(sql[0]) };

const struct vstr affinity_moves_names[] = {
	{ AFFINITY_WAIT, "wait" },
	{ AFFINITY_MOVE, "move" },
	{ AFFINITY_NOTICE, "notice" },
	{ 0, NULL },
};

/* An array that grows; its elements are copied in. */
struct growing {
	void *data;
	size_t n, room, size;
	bool failed;
};

static bool make_room(struct growing *g)
{
	size_t room = g->room ? 2 * g->room : 16;
	void *grown = g->n < g->room ? g->data : realloc(g->data, room * g->size);

	if (!grown)
		return false;
	g->room = g->n < g->room ? g->room : room;
	g->data = grown;
	return true;
}

static void grow(struct growing *g, const void *element)
{
	g->failed = g->failed || !make_room(g);
	if (!g->failed)
		memcpy((char *)g->data + g->n++ * g->size, element, g->size);
}

static bool on_sim(void *user, const struct sim *sim, const struct sim_usage *today)
{
	(void)today;
	grow(user, sim);
	return true;
}

static bool on_price(void *user, const struct plan_price *price)
{
	grow(user, price);
	return true;
}

static bool on_quota(void *user, const struct quota *quota)
{
	grow(user, quota);
	return true;
}

static enum err read_plans(struct store *s, struct growing *out)
{
	struct db_rows rows;
	struct plan plan;
	enum err err = db_start(s, &table, PLANS, db_none, &rows);

	if (err)
		return err;
	while (db_next(&rows)) {
		plan_read(&rows, &plan);
		grow(out, &plan);
	}
	return db_end(&rows);
}

static enum err read_routes(struct store *s, struct growing *out)
{
	struct db_rows rows;
	enum err err = db_start(s, &table, ROUTES, db_none, &rows);

	if (err)
		return err;
	while (db_next(&rows)) {
		struct dispatch_route route = { .id = db_col_int(&rows, 0) };
		/* One that is not two letters is no country. */
		(void)str_copy(
			route.country, sizeof(route.country), db_col_text(&rows, 1));
		grow(out, &route);
	}
	return db_end(&rows);
}

static enum err read_text(struct store *s, const char *key, char *dst, size_t size)
{
	enum err err = setting_get(s, key, dst, size);

	if (err == ERR_NOTFOUND || err == ERR_MEM) {
		dst[0] = '\0';
		return ERR_OK;
	}
	return err;
}

/* "2" or "25%"; what is neither reserves nothing. */
static void parse_reserve(const char *text, struct dispatch_config *out)
{
	size_t digits = strspn(text, "0123456789");

	out->reserve = 0;
	for (size_t i = 0; i < digits && out->reserve < 1000; i++)
		out->reserve = out->reserve * 10 + (text[i] - '0');
	out->is_reserve_share = text[digits] == '%';
	if (text[digits + (out->is_reserve_share ? 1 : 0)] != '\0')
		out->reserve = 0;
}

static enum err read_settings(struct store *s, struct dispatch_config *out)
{
	char moves[16] = "", reserve[16] = "", least_cost[16] = "";
	int named = AFFINITY_MOVE;
	enum err err = read_text(s, "dispatch.affinity_moves", moves, sizeof(moves));

	if (!err)
		err = read_text(s, "dispatch.reserve", reserve, sizeof(reserve));
	if (!err)
		err = read_text(s, "dispatch.least_cost", least_cost, sizeof(least_cost));
	if (!err)
		err = read_text(s, "dispatch.notice", out->notice, sizeof(out->notice));
	if (err)
		return err;
	(void)vstr_find(affinity_moves_names, moves, &named);
	out->affinity_moves = (enum affinity_moves)named;
	out->is_least_cost_strict = str_eq(least_cost, "strict");
	parse_reserve(reserve, out);
	return ERR_OK;
}

static enum err read_all(struct store *s, struct growing arrays[5])
{
	int64_t now = db_now(s);
	/* No quarter lies that far ahead: the usage is not summed. */
	enum err err = sim_each(s, now + INT64_C(365) * 86400000, on_sim, &arrays[0]);

	if (!err)
		err = read_plans(s, &arrays[1]);
	if (!err)
		err = plan_price_each(s, 0, on_price, &arrays[2]);
	if (!err)
		err = read_routes(s, &arrays[3]);
	if (!err)
		err = quota_each(s, on_quota, &arrays[4]);
	for (size_t i = 0; !err && i < 5; i++)
		err = arrays[i].failed ? ERR_MEM : ERR_OK;
	return err;
}

enum err dispatch_config_read(struct store *s, struct dispatch_config *out)
{
	struct growing arrays[5] = { { .size = sizeof(struct sim) },
		{ .size = sizeof(struct plan) }, { .size = sizeof(struct plan_price) },
		{ .size = sizeof(struct dispatch_route) },
		{ .size = sizeof(struct quota) } };
	struct dispatch_config config = { 0 };
	enum err err = read_all(s, arrays);

	if (!err)
		err = read_settings(s, &config);
	config.sims = arrays[0].data;
	config.n_sims = arrays[0].n;
	config.plans = arrays[1].data;
	config.n_plans = arrays[1].n;
	config.prices = arrays[2].data;
	config.n_prices = arrays[2].n;
	config.routes = arrays[3].data;
	config.n_routes = arrays[3].n;
	config.quotas = arrays[4].data;
	config.n_quotas = arrays[4].n;
	if (err)
		dispatch_config_free(&config);
	else
		*out = config;
	return err;
}

void dispatch_config_free(struct dispatch_config *c)
{
	free(c->sims);
	free(c->plans);
	free(c->prices);
	free(c->routes);
	free(c->quotas);
	*c = (struct dispatch_config){ 0 };
}

/* A quarter beyond all others: not asked. */
static struct db_value quarter_of(int64_t since)
{
	return db_int(since ? since / USAGE_QUARTER_MS : INT64_MAX);
}

enum err dispatch_used_read(struct store *s, int64_t sim_id,
	const struct dispatch_since *since, struct dispatch_used *out)
{
	struct db_rows rows;
	struct dispatch_used used = { 0 };
	enum err err = db_first(s, &table, USED,
		DB_VALUES(db_int(sim_id), quarter_of(since->hour), quarter_of(since->day),
			quarter_of(since->month)),
		&rows);

	if (err)
		return err;
	used.hour = db_col_int(&rows, 0);
	used.day = db_col_int(&rows, 1);
	used.month = db_col_int(&rows, 2);
	used.money_month = db_col_int(&rows, 3);
	err = db_end(&rows);
	if (!err)
		err = db_number(s, &table, RECIPIENTS,
			DB_VALUES(db_int(sim_id), db_int(since->month)),
			&used.recipients_month);
	if (!err)
		*out = used;
	return err;
}

enum err dispatch_recipients_sweep(
	struct store *s, int64_t month_at, size_t max, size_t *out_n)
{
	enum err err = db_run(
		s, &table, SWEEP, DB_VALUES(db_int(month_at), db_int((int64_t)max)));
	if (!err)
		*out_n = (size_t)db_changed(s);
	return err;
}
