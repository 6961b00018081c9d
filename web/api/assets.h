/*
 * The panel's files, compiled in: build/gen/panel_assets.c is made by web/panel. No file
 * of the machine is ever read for a request.
 */
#ifndef WEB_API_ASSETS_H
#define WEB_API_ASSETS_H

#include <stdbool.h>
#include <stddef.h>

struct http_asset {
	const char *path; /* "/index.html", "/assets/app-1a2b3c4d.js" */
	const char *type; /* content type */
	const unsigned char *data;
	size_t size;
	const char *etag; /* quoted */
	bool gzip;	  /* data is compressed */
};

extern const struct http_asset http_assets[]; /* ended by a NULL path */

#endif
