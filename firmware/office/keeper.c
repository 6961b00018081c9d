#include "firmware/office/keeper.h"

#define LOG_MODULE "keeper"
#include "firmware/base/log.h"
#include "firmware/office/auth.h"
#include "firmware/office/hub.h"
#include "firmware/office/dispatch/planner.h"
#include "firmware/office/message/requests.h"
#include "firmware/store/dispatch_config.h"
#include "firmware/store/inbound.h"
#include "firmware/store/user.h"

/* The log is moved into the database file this often: the more seldom, the more pages are
 * written once instead of many times; the log grows by some MB at most meanwhile. */
#define CHECKPOINT_MS 5000
#define SWEEP_MS (3600 * 1000ULL)
#define SWEEP_MAX 200
/* Limits go by months at most; what was counted before the last two is of no use. */
#define COUNTED_MS (70 * INT64_C(86400000))
/* Parts of one text come in any order and with a day in between; after that the rest is
 * not waited for, and what there is is shown. */
#define PARTS_WAIT_MS (36 * 3600 * INT64_C(1000))

static void checkpoint(struct office *o)
{
	int left;
	enum err err = store_checkpoint_step(o->store, &left);
	if (err && err != ERR_BUSY)
		log_warn("checkpoint=%s why=%s", err_name(err), store_error(o->store));
}

/* What is removed in small steps once it is so old. */
static const struct {
	enum err (*sweep)(struct store *s, int64_t before, size_t max, size_t *out_n);
	int64_t keep_ms;
} sweeps[] = {
	{ idempotency_sweep, REQUESTS_KEEP_MS },
	{ quota_usage_sweep, COUNTED_MS },
	{ dispatch_recipients_sweep, COUNTED_MS },
};

static enum err show_incomplete(struct office *o)
{
	size_t n = 0;
	enum err err = inbound_give_up(o->store, office_now(o) - PARTS_WAIT_MS, &n);
	if (!err && n)
		log_info("incomplete=%zu what=\"texts whose other parts never came\"", n);
	return err;
}

void keeper_sweep(struct office *o)
{
	enum err err = session_sweep(o->store);
	if (!err)
		err = show_incomplete(o);
	for (size_t i = 0; !err && i < sizeof(sweeps) / sizeof(sweeps[0]); i++) {
		size_t n = SWEEP_MAX;
		while (!err && n == SWEEP_MAX)
			err = sweeps[i].sweep(o->store, office_now(o) - sweeps[i].keep_ms,
				SWEEP_MAX, &n);
	}
	if (err)
		log_warn("sweep=%s why=%s", err_name(err), store_error(o->store));
}

/* In transactions of their own, with the thread's others in between. */
static void plan_anew(struct office *o, struct hub *hub)
{
	bool more = true;
	while (more && !hub_is_stopping(hub)) {
		enum err err = planner_step(o, &more);
		if (err)
			log_warn("planner=%s why=%s", err_name(err), o->why.detail);
		more = more && !err;
	}
}

/* The radio side has the button and says so through the store. */
static void watch_reopening(
	struct office *o, const struct workers_options *options, bool *is_told)
{
	char token[AUTH_TOKEN_SIZE];
	bool is_open = false;
	enum err err = auth_is_reopened(o, &is_open);
	if (!err && is_open && !*is_told && options->reopened) {
		err = auth_setup_token(o, token);
		if (!err)
			options->reopened(options->user, token);
	}
	if (err)
		log_warn("set-up=not opened why=%s", o->why.detail);
	else
		*is_told = is_open;
}

void keeper_run(struct office *o, struct hub *hub, const struct workers_options *options)
{
	bool is_told = false;
	uint64_t next_sweep = clock_mono_ms(o->clock) + CHECKPOINT_MS;
	if (store_office_lock(o->store) != ERR_OK) /* modemd then helps: no harm */
		log_warn("lock=taken what=\"another chapar-paneld runs on this store\"");
	while (hub_wait(hub, HUB_KEEPER, CHECKPOINT_MS)) {
		checkpoint(o);
		plan_anew(o, hub);
		watch_reopening(o, options, &is_told);
		if (clock_mono_ms(o->clock) < next_sweep)
			continue;
		keeper_sweep(o);
		next_sweep = clock_mono_ms(o->clock) + SWEEP_MS;
	}
	checkpoint(o);
}
