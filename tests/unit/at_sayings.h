/*
 * What the parsers of drivers/at make of a line, in the words of at_readings.c. Each
 * false: they leave the line.
 */
#ifndef TESTS_UNIT_AT_SAYINGS_H
#define TESTS_UNIT_AT_SAYINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "drivers/at/at_line.h"

#define AT_SAID_SIZE (2 * AT_LINE_MAX)

/* out[AT_SAID_SIZE] */
bool at_say_final(const char *text, size_t len, char *out);
bool at_say_reg(const char *text, size_t len, char *out);
bool at_say_cusd(const char *text, size_t len, char *out);
bool at_say_csq(const char *text, size_t len, char *out);
bool at_say_cfun(const char *text, size_t len, char *out);
bool at_say_cpin(const char *text, size_t len, char *out);
bool at_say_cnum(const char *text, size_t len, char *out);
bool at_say_csca(const char *text, size_t len, char *out);
bool at_say_clip(const char *text, size_t len, char *out);
bool at_say_cmti(const char *text, size_t len, char *out);
bool at_say_cmt(const char *text, size_t len, char *out);
bool at_say_cmgl(const char *text, size_t len, char *out);
bool at_say_cmgr(const char *text, size_t len, char *out);
bool at_say_cmgs(const char *text, size_t len, char *out);
bool at_say_cnmi(const char *text, size_t len, char *out);
bool at_say_cpms(const char *text, size_t len, char *out);
bool at_say_cops(const char *text, size_t len, char *out);
bool at_say_clock(const char *text, size_t len, char *out);
bool at_say_ceer(const char *text, size_t len, char *out);
bool at_say_tries(const char *text, size_t len, char *out);
bool at_say_iccid(const char *text, size_t len, char *out);
bool at_say_identity(const char *text, size_t len, char *out);
bool at_say_words(const char *text, size_t len, char *out);
bool at_say_pdu(const char *text, size_t len, char *out);
bool at_say_reading(const char *text, size_t len, char *out);
bool at_say_news(const char *text, size_t len, char *out);

/* The news that Huawei's, Wavecom's or any family's modems tell so; NULL: none. */
const struct at_urc *at_say_find_news(const char *text);

#endif
