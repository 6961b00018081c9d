/*
 * The page "The world outside": the phones, on loopback only. Runs on the bank's loop.
 *
 *   GET /                        the page
 *   GET /phones                  {"last":ID,"phones":[…]}; ?last=ID answers 204 if
 * nothing was said since GET /phones/NUMBER           one phone with its texts POST
 * /phones/NUMBER/reply    {"text":"…","sim":"+30…"}; sim may be left out: the one that
 * wrote last
 */
#ifndef MODEMSIM_HTTP_H
#define MODEMSIM_HTTP_H

#include "firmware/base/err.h"
#include "tests/modemsim/bank.h"

struct http;

/* listen is "127.0.0.1:PORT" or "localhost:PORT"; ERR_ARG for any other address. */
enum err http_create(struct http **out, struct bank *bank, const char *listen);
/* Accepts NULL. */
void http_destroy(struct http *http);

#endif
