#include "firmware/office/import/import_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOG_MODULE "import"
#include "firmware/base/log.h"

#define READ_OCTETS (64 * 1024)
#define SAMPLE_OCTETS (256 * 1024)
#define BATCHES 3 /* one being written, one ready, one being filled */

struct import_reader {
	int fd;
	struct import_parse parse;
	struct import_context context;
	struct number_set seen;
	pthread_t thread;
	bool has_thread;
	struct import_batch *filling; /* the thread's own */
	int64_t offset;		      /* octets fed */
	enum err err;

	pthread_mutex_t lock;
	pthread_cond_t changed;
	/* Under the lock: */
	struct import_batch *batches[BATCHES];
	size_t first, n_ready; /* a ring; batches[first] is the next to be given */
	bool is_given;	       /* batches[first] is with the writer */
	bool is_done, is_stopped;
};

/* With the lock held; the batch after those that are ready. NULL: stopped. */
static struct import_batch *wait_free(struct import_reader *r)
{
	while (r->n_ready == BATCHES && !r->is_stopped)
		pthread_cond_wait(&r->changed, &r->lock);
	return r->is_stopped ? NULL : r->batches[(r->first + r->n_ready) % BATCHES];
}

static bool hand_over(struct import_reader *r)
{
	r->filling->offset = r->offset;
	pthread_mutex_lock(&r->lock);
	r->n_ready++;
	pthread_cond_broadcast(&r->changed);
	r->filling = wait_free(r);
	pthread_mutex_unlock(&r->lock);
	if (!r->filling)
		return false;
	r->filling->n = 0;
	buf_reset(&r->filling->text);
	return true;
}

static bool on_row(void *user, uint64_t row, const struct csv_row *cells)
{
	struct import_reader *r = user;
	if (!import_record_add(r->filling, &r->context, row, cells)) {
		r->err = ERR_MEM;
		return false;
	}
	return r->filling->n < IMPORT_BATCH_ROWS || hand_over(r);
}

static enum err read_file(struct import_reader *r)
{
	uint8_t data[READ_OCTETS];
	for (;;) {
		ssize_t n = read(r->fd, data, sizeof(data));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			log_error("spool=read errno=%d", errno);
			return ERR_SYS;
		}
		if (n == 0)
			return import_parse_finish(&r->parse);
		r->offset += n;
		enum err err = import_parse_feed(&r->parse, data, (size_t)n);
		if (err)
			return err;
	}
}

static void *run(void *user)
{
	struct import_reader *r = user;
	pthread_mutex_lock(&r->lock);
	r->filling = wait_free(r);
	pthread_mutex_unlock(&r->lock);
	enum err err = r->filling ? read_file(r) : ERR_BUSY;
	pthread_mutex_lock(&r->lock);
	if (r->filling) {
		r->filling->offset = r->offset;
		r->n_ready += r->filling->n > 0;
	}
	if (r->err == ERR_OK)
		r->err = err;
	r->is_done = true;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
	return NULL;
}

static enum err read_sample(struct import_reader *r, uint8_t *data, size_t *out_len)
{
	size_t len = 0;
	while (len < SAMPLE_OCTETS) {
		ssize_t n = pread(r->fd, data + len, SAMPLE_OCTETS - len, (off_t)len);
		if (n < 0 && errno != EINTR)
			return ERR_SYS;
		if (n == 0)
			break;
		len += n > 0 ? (size_t)n : 0;
	}
	*out_len = len;
	return ERR_OK;
}

static enum err prepare(struct import_reader *r, const struct import_source *source)
{
	uint8_t *data = malloc(SAMPLE_OCTETS);
	struct import_sample sample = { .data = data };
	enum err err = data ? read_sample(r, data, &sample.len) : ERR_MEM;
	sample.is_whole = sample.len < SAMPLE_OCTETS;
	if (!err)
		err = import_parse_open(&r->parse, &sample, &source->format);
	free(data);
	if (err)
		return err;
	import_parse_on_row(&r->parse, on_row, r);
	r->offset = (int64_t)r->parse.bom;
	r->context = (struct import_context){ &r->parse.columns, source->format.country,
		&r->seen };
	return lseek(r->fd, (off_t)r->parse.bom, SEEK_SET) < 0 ? ERR_SYS : ERR_OK;
}

static enum err make_batches(struct import_reader *r)
{
	for (size_t i = 0; i < BATCHES; i++) {
		r->batches[i] = calloc(1, sizeof(*r->batches[i]));
		if (!r->batches[i])
			return ERR_MEM;
		buf_init(&r->batches[i]->text, IMPORT_BATCH_OCTETS);
	}
	return ERR_OK;
}

static enum err start(struct import_reader *r)
{
	sigset_t all, before;
	(void)sigfillset(&all); /* it cannot fail */
	if (pthread_sigmask(SIG_SETMASK, &all, &before))
		return ERR_SYS;
	r->has_thread = pthread_create(&r->thread, NULL, run, r) == 0;
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL); /* it was fine a line ago */
	return r->has_thread ? ERR_OK : ERR_SYS;
}

enum err import_reader_open(struct import_reader **out,
	const struct import_source *source, struct import_fault *fault)
{
	struct import_reader *r = calloc(1, sizeof(*r));
	if (!r)
		return ERR_MEM;
	*fault = (struct import_fault){ .line = 0 };
	if (pthread_mutex_init(&r->lock, NULL) || pthread_cond_init(&r->changed, NULL)) {
		free(r);
		return ERR_SYS;
	}
	r->fd = open(source->path, O_RDONLY | O_CLOEXEC);
	enum err err = r->fd >= 0 ? make_batches(r) : ERR_NOTFOUND;
	if (!err)
		err = prepare(r, source);
	if (!err)
		err = start(r);
	if (err) {
		*fault = r->parse.fault;
		import_reader_close(r);
		return err;
	}
	*out = r;
	return ERR_OK;
}

const struct columns *import_reader_columns(const struct import_reader *r)
{
	return &r->parse.columns;
}

struct import_batch *import_reader_next(struct import_reader *r)
{
	struct import_batch *next = NULL;
	pthread_mutex_lock(&r->lock);
	if (r->is_given) {
		r->first = (r->first + 1) % BATCHES;
		r->n_ready--;
		r->is_given = false;
		pthread_cond_broadcast(&r->changed);
	}
	while (r->n_ready == 0 && !r->is_done)
		pthread_cond_wait(&r->changed, &r->lock);
	if (r->n_ready) {
		next = r->batches[r->first];
		r->is_given = true;
	}
	pthread_mutex_unlock(&r->lock);
	return next;
}

enum err import_reader_result(const struct import_reader *r, struct import_fault *fault)
{
	*fault = r->parse.fault;
	return r->err;
}

void import_reader_close(struct import_reader *r)
{
	if (!r)
		return;
	if (r->has_thread) {
		pthread_mutex_lock(&r->lock);
		r->is_stopped = true;
		pthread_cond_broadcast(&r->changed);
		pthread_mutex_unlock(&r->lock);
		(void)pthread_join(r->thread, NULL); /* ours, and joined once */
	}
	for (size_t i = 0; i < BATCHES; i++) {
		if (r->batches[i])
			buf_fini(&r->batches[i]->text);
		free(r->batches[i]);
	}
	import_parse_close(&r->parse);
	number_set_fini(&r->seen);
	if (r->fd >= 0)
		close(r->fd);
	pthread_cond_destroy(&r->changed);
	pthread_mutex_destroy(&r->lock);
	free(r);
}
