/*
 * The panel's files, from the table that is compiled in.
 */
#include "web/api/resources.h"

#include <string.h>

#include "firmware/base/str.h"
#include "web/api/api.h"

/* "app-3f9a1c2b.js": what is in it can never change, for its name would. */
static bool has_hash(const char *path)
{
	const char *dash = strrchr(path, '-');
	const char *dot = strrchr(path, '.');

	return dash && dot && dot > dash && dot - dash >= 9;
}

static void join(const struct target *target, char *path, size_t size)
{
	path[0] = '\0';
	for (size_t i = 0; i < target->n_segments; i++) {
		(void)str_append(path, size, "/");
		(void)str_append(path, size, target->segments[i]);
	}
	if (target->n_segments == 0)
		(void)str_append(path, size, "/index.html");
}

static const struct http_asset *find(const struct http_asset *assets, const char *path)
{
	for (const struct http_asset *a = assets; a && a->path; a++)
		if (str_eq(a->path, path))
			return a;
	return NULL;
}

static bool looks_like_page(const struct target *target)
{
	return target->n_segments == 0 ||
	       !strchr(target->segments[target->n_segments - 1], '.');
}

static void asset_get(struct call *c)
{
	char path[256];
	const struct http_asset *assets = c->api->options.assets;

	join(&c->target, path, sizeof(path));
	const struct http_asset *asset = find(assets, path);
	/* The panel knows its own pages' addresses; a reload must find them. */
	if (!asset && looks_like_page(&c->target))
		asset = find(assets, "/index.html");
	if (!asset) {
		call_refuse(c, 404, "not_found", "There is nothing at this address.");
		return;
	}
	bool known =
		c->headers.if_none_match && strstr(c->headers.if_none_match, asset->etag);
	c->answer.kind = ANSWER_STATIC;
	c->answer.status = known ? 304 : 200;
	c->answer.type = asset->type;
	c->answer.data = asset->data;
	c->answer.size = known ? 0 : asset->size;
	(void)call_header(c, "ETag", asset->etag);
	(void)call_header(c, "Cache-Control",
		has_hash(asset->path) ? "public, max-age=31536000, immutable"
				      : "no-cache");
	if (asset->gzip && !known)
		(void)call_header(c, "Content-Encoding", "gzip");
}

const struct endpoint assets_routes[] = {
	{
		.method = "GET",
		.path = "/*",
		.run = asset_get,
		.summary = "The panel",
	},
	{ 0 },
};
