#include "web/api/http_internal.h"

#include <stdlib.h>

#define LOG_MODULE "http"
#include "firmware/base/log.h"

struct worker {
	struct http_workers *pool;
	pthread_t thread;
	bool is_running;
	struct office office;
};

struct http_workers {
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct http_request *first, **last;
	bool is_stopping;
	unsigned n;
	struct worker workers[];
};

bool http_workers_submit(struct http_workers *w, struct http_request *request)
{
	(void)pthread_mutex_lock(&w->lock);
	bool accepted = !w->is_stopping;
	if (accepted) {
		/* Under the lock: no worker can resume what is not suspended yet. */
		MHD_suspend_connection(request->connection);
		request->next = NULL;
		*w->last = request;
		w->last = &request->next;
		(void)pthread_cond_signal(&w->more);
	}
	(void)pthread_mutex_unlock(&w->lock);
	return accepted;
}

static struct http_request *take(struct http_workers *w)
{
	(void)pthread_mutex_lock(&w->lock);
	while (!w->first && !w->is_stopping)
		(void)pthread_cond_wait(&w->more, &w->lock);
	struct http_request *request = w->first;
	if (request) {
		w->first = request->next;
		if (!w->first)
			w->last = &w->first;
	}
	(void)pthread_mutex_unlock(&w->lock);
	return request;
}

static void work_on(struct http_request *request, struct office *office)
{
	struct call *c = &request->call;

	c->office = office;
	if (request->stage == HTTP_ADMITTING || !request->has_body)
		api_admit(c, request->target);
	if (request->stage == HTTP_RUNNING && !call_is_answered(c))
		api_run(c);
	request->stage = request->stage == HTTP_RUNNING ? HTTP_RAN : HTTP_ADMITTED;
	c->office = NULL;
	/* From here on the request belongs to the server's thread again. */
	MHD_resume_connection(request->connection);
}

static void *worker_main(void *user)
{
	struct worker *worker = user;
	struct http_request *request;

	while ((request = take(worker->pool)))
		work_on(request, &worker->office);
	return NULL;
}

static enum err worker_start(struct worker *worker, struct api *api,
	const char *store_path, struct refusal *why)
{
	enum err err = office_open(&worker->office, store_path, STORE_OFFICE,
		api->options.hub, api->options.clock);

	if (err) {
		*why = worker->office.why;
		return err;
	}
	if (pthread_create(&worker->thread, NULL, worker_main, worker) != 0) {
		log_error("thread=http not started");
		return ERR_SYS;
	}
	worker->is_running = true;
	return ERR_OK;
}

enum err http_workers_start(struct http_workers **out, unsigned n, struct api *api,
	const char *store_path, struct refusal *why)
{
	struct http_workers *w = calloc(1, sizeof(*w) + n * sizeof(struct worker));
	enum err err = ERR_OK;

	if (!w)
		return ERR_MEM;
	w->last = &w->first;
	w->n = n;
	(void)pthread_mutex_init(
		&w->lock, NULL); /* cannot fail with default attributes */
	(void)pthread_cond_init(&w->more, NULL);
	for (unsigned i = 0; i < n && err == ERR_OK; i++) {
		w->workers[i].pool = w;
		err = worker_start(&w->workers[i], api, store_path, why);
	}
	if (err) {
		http_workers_stop(w);
		http_workers_destroy(w);
		return err;
	}
	*out = w;
	return ERR_OK;
}

void http_workers_stop(struct http_workers *w)
{
	if (!w)
		return;
	(void)pthread_mutex_lock(&w->lock);
	w->is_stopping = true;
	(void)pthread_cond_broadcast(&w->more);
	(void)pthread_mutex_unlock(&w->lock);
	for (unsigned i = 0; i < w->n; i++) {
		if (w->workers[i].is_running)
			(void)pthread_join(w->workers[i].thread, NULL);
		office_close(&w->workers[i].office);
	}
}

void http_workers_destroy(struct http_workers *w)
{
	if (!w)
		return;
	(void)pthread_cond_destroy(&w->more);
	(void)pthread_mutex_destroy(&w->lock);
	free(w);
}
