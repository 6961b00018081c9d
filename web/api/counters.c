#include "web/api/counters.h"

#include <stdatomic.h>
#include <stdlib.h>

/* Upper bounds of the histogram, in ms. */
static const uint64_t bounds_ms[] = { 1, 5, 20, 100, 500, 2500, 10000 };

enum {
	BOUNDS = sizeof(bounds_ms) / sizeof(bounds_ms[0]),
	CLASSES = 6, /* 1xx to 5xx, and none */
};

struct count {
	atomic_uint_fast64_t by_class[CLASSES];
	atomic_uint_fast64_t within[BOUNDS + 1];
	atomic_uint_fast64_t sum_ms;
};

struct counters {
	size_t n; /* routes; the count after them is for what fitted none */
	struct count counts[];
};

enum err counters_create(struct counters **out)
{
	size_t n = endpoint_count();
	struct counters *c = calloc(1, sizeof(*c) + (n + 1) * sizeof(struct count));

	if (!c)
		return ERR_MEM;
	c->n = n;
	*out = c;
	return ERR_OK;
}

void counters_destroy(struct counters *counters)
{
	free(counters);
}

void counters_count(struct counters *counters, const struct endpoint *route, int status,
	uint64_t took_ms)
{
	size_t i = route ? endpoint_index(route) : counters->n;
	struct count *count = &counters->counts[i];
	unsigned class = status >= 100 && status < 600 ? (unsigned)status / 100 : 0;
	size_t b = 0;

	while (b < BOUNDS && took_ms > bounds_ms[b])
		b++;
	atomic_fetch_add(&count->by_class[class], 1);
	atomic_fetch_add(&count->within[b], 1);
	atomic_fetch_add(&count->sum_ms, took_ms);
}

static void write_requests(
	struct buf *out, const char *method, const char *path, struct count *count)
{
	for (unsigned class = 0; class < CLASSES; class ++) {
		uint64_t n = atomic_load(&count->by_class[class]);
		if (n > 0)
			buf_printf(out,
				"chapar_http_requests_total{method=\"%s\",route=\"%s\","
				"code=\"%uxx\"} %llu\n",
				method, path, class, (unsigned long long)n);
	}
}

static void write_times(
	struct buf *out, const char *method, const char *path, struct count *count)
{
	uint64_t n = 0;

	for (size_t b = 0; b <= BOUNDS; b++) {
		n += atomic_load(&count->within[b]);
		buf_printf(out,
			"chapar_http_request_seconds_bucket{method=\"%s\",route=\"%s\",",
			method, path);
		if (b < BOUNDS)
			buf_printf(out, "le=\"%g\"} %llu\n", (double)bounds_ms[b] / 1000,
				(unsigned long long)n);
		else
			buf_printf(out, "le=\"+Inf\"} %llu\n", (unsigned long long)n);
	}
	buf_printf(out,
		"chapar_http_request_seconds_sum{method=\"%s\",route=\"%s\"} %g\n",
		method, path, (double)atomic_load(&count->sum_ms) / 1000);
	buf_printf(out,
		"chapar_http_request_seconds_count{method=\"%s\",route=\"%s\"} %llu\n",
		method, path, (unsigned long long)n);
}

typedef void (*count_fn)(
	struct buf *out, const char *method, const char *path, struct count *count);

static void write_all(struct counters *counters, struct buf *out, count_fn fn)
{
	for (size_t i = 0; i <= counters->n; i++) {
		struct count *count = &counters->counts[i];
		uint64_t n = 0;
		for (size_t b = 0; b <= BOUNDS; b++)
			n += atomic_load(&count->within[b]);
		const struct endpoint *r = i < counters->n ? endpoint_at(i) : NULL;
		if (n > 0)
			fn(out, r ? r->method : "", r ? r->path : "none", count);
	}
}

void counters_write(struct counters *counters, struct buf *out)
{
	buf_puts(out, "# HELP chapar_http_requests_total Requests answered.\n"
		      "# TYPE chapar_http_requests_total counter\n");
	write_all(counters, out, write_requests);
	buf_puts(out, "# HELP chapar_http_request_seconds Time from request to answer.\n"
		      "# TYPE chapar_http_request_seconds histogram\n");
	write_all(counters, out, write_times);
}
