#include "firmware/office/workers.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#define LOG_MODULE "workers"
#include "firmware/base/log.h"
#include "firmware/base/str.h"
#include "firmware/office/campaign/feeder.h"
#include "firmware/office/hub_link.h"
#include "firmware/office/import/import.h"
#include "firmware/office/keeper.h"
#include "firmware/office/office.h"
#include "firmware/office/desk/rules.h"

#define RETRY_MS 500 /* after a busy or full store */
#define RULES_BATCH 32

enum thread {
	THREAD_LINK,
	THREAD_FEEDER,
	THREAD_RULES,
	THREAD_IMPORTER,
	THREAD_KEEPER,
	THREAD_COUNT,
};

struct workers {
	struct hub *hub;
	struct workers_options options;
	char bus_path[256];
	pthread_t threads[THREAD_COUNT];
	unsigned n_threads;
};

/* A worker cannot answer anybody: it says what is wrong, and tries again. */
static bool open_or_wait(
	struct workers *w, struct office *o, enum store_role role, enum hub_worker id)
{
	do {
		if (!office_open(
			    o, w->options.store_path, role, w->hub, w->options.clock))
			return true;
		log_error("store=closed why=%s", o->why.detail);
	} while (hub_wait(w->hub, id, RETRY_MS * 10));
	return false;
}

static void *run_link(void *user)
{
	struct workers *w = user;
	link_run(w->hub, w->bus_path);
	return NULL;
}

static void *run_feeder(void *user)
{
	struct workers *w = user;
	struct office o;
	int64_t wait_ms = 0;
	if (!open_or_wait(w, &o, STORE_OFFICE, HUB_FEEDER))
		return NULL;
	while (hub_wait(w->hub, HUB_FEEDER, wait_ms)) {
		struct feeder_result result;
		enum err err = feeder_run(&o, &result);
		if (err)
			log_warn("feeder=%s why=%s", err_name(err), o.why.detail);
		wait_ms = err ? RETRY_MS : result.has_more ? 0 : result.retry_ms;
	}
	office_close(&o);
	return NULL;
}

static void *run_rules(void *user)
{
	struct workers *w = user;
	struct office o;
	int64_t wait_ms = 0;
	if (!open_or_wait(w, &o, STORE_OFFICE, HUB_RULES))
		return NULL;
	while (hub_wait(w->hub, HUB_RULES, wait_ms)) {
		size_t n;
		enum err err = rules_run(&o, RULES_BATCH, &n);
		if (err)
			log_warn("rules=%s why=%s", err_name(err), o.why.detail);
		wait_ms = err ? RETRY_MS : n == RULES_BATCH ? 0 : -1;
	}
	office_close(&o);
	return NULL;
}

static void *run_importer(void *user)
{
	struct workers *w = user;
	struct office o;
	int64_t wait_ms = 0;
	if (!open_or_wait(w, &o, STORE_BULK, HUB_IMPORTER))
		return NULL;
	while (hub_wait(w->hub, HUB_IMPORTER, wait_ms)) {
		static const struct import_run quiet = { NULL, NULL };
		int64_t job = 0;
		enum err err = import_run_next(&o, &quiet, &job);
		if (err)
			log_warn("importer=%s why=%s", err_name(err), o.why.detail);
		wait_ms = err ? RETRY_MS : job ? 0 : -1;
	}
	office_close(&o);
	return NULL;
}

static void *run_keeper(void *user)
{
	struct workers *w = user;
	struct office o;
	if (!open_or_wait(w, &o, STORE_OFFICE, HUB_KEEPER))
		return NULL;
	keeper_run(&o, w->hub, &w->options);
	office_close(&o);
	return NULL;
}

static enum err start_threads(struct workers *w)
{
	static void *(*const run[THREAD_COUNT])(
		void *) = { run_link, run_feeder, run_rules, run_importer, run_keeper };
	sigset_t all, before;
	(void)sigfillset(&all); /* it cannot fail */
	/* Signals are the main thread's. */
	if (pthread_sigmask(SIG_SETMASK, &all, &before))
		return ERR_SYS;
	enum err err = ERR_OK;
	for (int i = 0; i < THREAD_COUNT && !err; i++) {
		if (pthread_create(&w->threads[i], NULL, run[i], w))
			err = ERR_SYS;
		else
			w->n_threads++;
	}
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL); /* it was fine a line ago */
	return err;
}

enum err workers_start(
	struct workers **out, struct hub *hub, const struct workers_options *options)
{
	struct workers *w = calloc(1, sizeof(*w));
	if (!w)
		return ERR_MEM;
	w->hub = hub;
	w->options = *options;
	if (!str_format(
		    w->bus_path, sizeof(w->bus_path), "%s/bus.sock", options->run_dir)) {
		free(w);
		return ERR_ARG;
	}
	enum err err = start_threads(w);
	if (err) {
		workers_stop(w);
		return err;
	}
	*out = w;
	return ERR_OK;
}

void workers_stop(struct workers *w)
{
	if (!w)
		return;
	hub_stop(w->hub);
	for (unsigned i = 0; i < w->n_threads; i++)
		(void)pthread_join(w->threads[i], NULL); /* ours, and joined once */
	free(w);
}
