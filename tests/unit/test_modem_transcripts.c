/*
 * Runs every tests/transcripts/[a-z]*.txt against the modem driver: once with the modem's
 * bytes in one piece, once byte by byte. Proves that what is written, and what the caller
 * is told, is exactly what the transcript says. The format is in
 * tests/transcripts/README.md.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>
#include <glob.h>
#include <stdio.h>

#include "drivers/modem/modem_impl.h"
#include "firmware/base/str.h"
#include "tests/unit/fake_port.h"

enum {
	LINE_MAX_LEN = 2048,
	TOLD_MAX = 65536
};

struct run {
	const char *file;
	int line;
	size_t chunk;
	struct clock clock;
	struct loop *loop;
	struct fake_port *port;
	struct modem *modem;
	char told[TOLD_MAX]; /* what callbacks said and the transcript did not yet */
};

static void tell(struct run *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void tell(struct run *r, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (!str_append_format(r->told, sizeof(r->told), "%s\n", text))
		fail_msg("%s:%d: too much told", r->file, r->line);
}

static const char *store_name(enum modem_store store)
{
	static const char *const names[] = { "SM", "ME", "SR", "direct" };
	return names[store];
}

static void tell_stored(struct run *r, const char *what, const struct modem_stored *s)
{
	char hex[2 * MODEM_PDU_MAX + 1];

	assert_true(str_to_hex(hex, sizeof(hex), s->pdu, s->octets));
	tell(r, "%s %s %u %s %s", what, store_name(s->store), s->index,
		s->is_status_report ? "report" : "text", hex);
}

static void on_event(void *user, const struct modem_event *e)
{
	static const char *const names[] = { "gone", "message", "net", "rebooted",
		"stuck", "sim", "full", "unread", "doubt", "call" };
	struct run *r = user;

	if (e->kind == MODEM_EVENT_MESSAGE)
		tell_stored(r, "event message", e->stored);
	else if (e->kind == MODEM_EVENT_NET)
		tell(r, "event net %d", e->reg);
	else if (e->kind == MODEM_EVENT_CALL)
		tell(r, "event call %s", e->caller);
	else
		tell(r, "event %s", names[e->kind]);
}

static void on_info(void *user, enum err err, const struct modem_info *i)
{
	tell(user, "probe %s maker=%s model=%s revision=%s imei=%s family=%s",
		err_name(err), i->manufacturer, i->model, i->revision, i->imei,
		i->family);
}

static void on_sim(void *user, enum err err, const struct modem_sim_info *s)
{
	static const char *const names[] = { "ready", "pin", "puk", "absent", "busy",
		"failed" };
	char tries[32] = "";

	if (s->pin_tries >= 0 || s->puk_tries >= 0)
		assert_true(str_format(tries, sizeof(tries), " tries=%d,%d", s->pin_tries,
			s->puk_tries));
	tell(user, "sim %s %s iccid=%s imsi=%s number=%s%s", err_name(err),
		names[s->state], s->iccid, s->imsi, s->msisdn, tries);
}

static void on_net(void *user, enum err err, const struct modem_net_info *n)
{
	static const char *const ims[] = { "", " ims=no", " ims=yes" };
	char by[32] = "";

	if (n->tech)
		assert_true(str_format(by, sizeof(by), " by=%s%s",
			modem_tech_name(n->tech), ims[n->ims]));
	tell(user, "net %s reg=%d rssi=%d operator=%s smsc=%s%s", err_name(err), n->reg,
		n->rssi_dbm, n->operator_name, n->smsc, by);
	if (n->reject_cause || n->reject_words[0])
		tell(user, "denied %d %s words=%s", n->reject_cause,
			modem_reject_words(n->reject_cause), n->reject_words);
}

static void tell_reading(char *dst, size_t size, const char *name, int value)
{
	if (value == MODEM_UNKNOWN)
		assert_true(str_append_format(dst, size, " %s=?", name));
	else
		assert_true(str_append_format(dst, size, " %s=%d", name, value));
}

static void on_health(void *user, enum err err, const struct modem_health *h)
{
	char text[160] = "";

	tell_reading(text, sizeof(text), "temperature", h->temperature_c);
	tell_reading(text, sizeof(text), "supply", h->supply_mv);
	assert_true(str_append_format(text, sizeof(text), " clock=%lld",
		h->has_clock ? (long long)h->clock_utc_s : -1LL));
	for (int i = 0; i < MODEM_MEMORIES; i++)
		if (h->fill[i].total)
			assert_true(str_append_format(text, sizeof(text), " %s=%u/%u",
				store_name((enum modem_store)i), h->fill[i].used,
				h->fill[i].total));
	tell(user, "health %s%s", err_name(err), text);
}

static void on_self_test(void *user, enum err err, const struct modem_self_test_result *t)
{
	static const char *const verdicts[] = { "skipped", "passed", "failed" };

	for (int i = 0; i < MODEM_CHECKS; i++)
		tell(user, "check %s %s %s", modem_check_name((enum modem_check_kind)i),
			verdicts[t->checks[i].verdict], t->checks[i].said);
	tell(user, "self-test %s%s%s", err_name(err), t->tech ? " by=" : "",
		modem_tech_name(t->tech));
}

static void on_networks(void *user, enum err err, const struct modem_networks *networks)
{
	static const char *const states[] = { "unknown", "available", "current",
		"forbidden" };
	char text[400] = "";

	for (size_t i = 0; i < networks->n; i++)
		assert_true(str_append_format(text, sizeof(text), "%s%s %s %s",
			i ? ", " : "", states[networks->list[i].status],
			networks->list[i].plmn, networks->list[i].name));
	tell(user, "networks %s %s", err_name(err),
		!networks->is_known ? "not told"
		: networks->n	    ? text
				    : "none");
}

static void on_trace(void *user, const struct modem_trace_line *line)
{
	tell(user, "trace %s %s", line->is_out ? "out" : "in", line->text);
}

static void on_plain(void *user, enum err err)
{
	tell(user, "done %s", err_name(err));
}

static void on_each(void *user, const struct modem_stored *s)
{
	tell_stored(user, "each", s);
}

static void on_submit(void *user, const struct modem_submit_result *s)
{
	switch (s->kind) {
	case MODEM_SUBMIT_ACCEPTED:
		tell(user, "accepted %u", s->mr);
		break;
	case MODEM_SUBMIT_REFUSED:
		tell(user, "refused %s %u", s->is_cme ? "cme" : "cms", s->code);
		break;
	case MODEM_SUBMIT_NOT_SENT:
		tell(user, "not sent");
		break;
	case MODEM_SUBMIT_LOST:
		tell(user, "lost");
		break;
	}
}

static void on_ussd(void *user, enum err err, const struct modem_ussd_answer *a)
{
	char text[sizeof(a->text)];

	(void)str_copy(text, sizeof(text), a->text); /* as large */
	for (char *p = text; *p; p++)
		*p = *p == '\n' ? '|' : *p;
	if (err == ERR_OK)
		tell(user, "ussd %d %d %s", a->end, a->has_dcs ? a->dcs : -1, text);
	else
		tell(user, "ussd %s %s %u", err_name(err), a->is_cme ? "cme" : "-",
			a->code);
}

static enum err do_ussd(struct run *r, const char *arg)
{
	return modem_ussd(r->modem, arg, on_ussd, r);
}

static enum err do_give_up(struct run *r, const char *arg)
{
	(void)arg;
	modem_ussd_give_up(r->modem);
	return ERR_OK;
}

static enum err do_submit(struct run *r, const char *arg)
{
	uint8_t pdu[MODEM_PDU_MAX];
	size_t n;

	assert_true(str_from_hex(arg, strlen(arg), pdu, sizeof(pdu), &n));
	return modem_submit(r->modem, pdu, n, on_submit, r);
}

static enum err do_delete(struct run *r, const char *arg)
{
	enum modem_store store = arg[1] == 'E'	 ? MODEM_STORE_ME
				 : arg[1] == 'R' ? MODEM_STORE_SR
						 : MODEM_STORE_SM;
	return modem_delete(
		r->modem, store, (uint16_t)strtoul(arg + 3, NULL, 10), on_plain, r);
}

static enum err do_reset(struct run *r, const char *arg)
{
	enum modem_reset how = str_eq(arg, "cfun")     ? MODEM_RESET_CFUN
			       : str_eq(arg, "vendor") ? MODEM_RESET_VENDOR
						       : MODEM_RESET_DRAIN;
	return modem_reset(r->modem, how, on_plain, r);
}

static enum err do_port(struct run *r, const char *arg)
{
	if (str_eq(arg, "hang up"))
		fake_port_hang_up(r->port);
	else if (str_eq(arg, "close"))
		modem_close(r->modem);
	else if (str_eq(arg, "open"))
		return modem_open(r->modem);
	else if (str_eq(arg, "block"))
		r->port->is_blocked = true;
	else
		fail_msg("%s:%d: port %s?", r->file, r->line, arg);
	return ERR_OK;
}

static enum err do_probe(struct run *r, const char *arg)
{
	(void)arg;
	return modem_probe(r->modem, on_info, r);
}

static enum err do_sim(struct run *r, const char *arg)
{
	(void)arg;
	return modem_read_sim(r->modem, on_sim, r);
}

static enum err do_pin(struct run *r, const char *arg)
{
	return modem_enter_pin(r->modem, arg, on_plain, r);
}

/* PUK and new PIN. */
static enum err do_puk(struct run *r, const char *arg)
{
	char puk[16];
	const char *pin = strchr(arg, ' ');

	assert_non_null(pin);
	assert_true(str_copy_n(puk, sizeof(puk), arg, (size_t)(pin - arg)));
	return modem_enter_puk(r->modem, puk, pin + 1, on_plain, r);
}

static enum err do_setup(struct run *r, const char *arg)
{
	(void)arg;
	return modem_setup(r->modem, on_plain, r);
}

static enum err do_net(struct run *r, const char *arg)
{
	(void)arg;
	return modem_read_net(r->modem, on_net, r);
}

static enum err do_check(struct run *r, const char *arg)
{
	(void)arg;
	return modem_check(r->modem, on_plain, r);
}

static enum err do_sweep(struct run *r, const char *arg)
{
	(void)arg;
	return modem_sweep(r->modem, on_each, on_plain, r);
}

static enum err do_park(struct run *r, const char *arg)
{
	(void)arg;
	return modem_park(r->modem, on_plain, r);
}

static enum err do_health(struct run *r, const char *arg)
{
	(void)arg;
	return modem_read_health(r->modem, on_health, r);
}

static enum err do_self_test(struct run *r, const char *arg)
{
	(void)arg;
	return modem_self_test(r->modem, on_self_test, r);
}

static enum err do_self_test_stop(struct run *r, const char *arg)
{
	(void)arg;
	modem_self_test_stop(r->modem);
	return ERR_OK;
}

static enum err do_networks(struct run *r, const char *arg)
{
	(void)arg;
	return modem_list_networks(r->modem, on_networks, r);
}

static enum err do_networks_stop(struct run *r, const char *arg)
{
	(void)arg;
	modem_list_networks_stop(r->modem);
	return ERR_OK;
}

static enum err do_trace(struct run *r, const char *arg)
{
	modem_set_trace(r->modem, str_eq(arg, "on") ? on_trace : NULL, r);
	return ERR_OK;
}

static enum err do_ack(struct run *r, const char *arg)
{
	(void)arg;
	return modem_ack(r->modem, on_plain, r);
}

static enum err do_tells_texts(struct run *r, const char *arg)
{
	(void)arg;
	tell(r, "%s", modem_tells_texts(r->modem) ? "yes" : "no");
	return ERR_OK;
}

static enum err do_release(struct run *r, const char *arg)
{
	(void)arg;
	modem_submit_release(r->modem);
	return ERR_OK;
}

static enum err do_abort(struct run *r, const char *arg)
{
	(void)arg;
	modem_submit_abort(r->modem);
	return ERR_OK;
}

static const struct {
	const char *name;
	enum err (*fn)(struct run *r, const char *arg);
} calls[] = {
	{ "probe", do_probe },
	{ "sim", do_sim },
	{ "pin", do_pin },
	{ "puk", do_puk },
	{ "setup", do_setup },
	{ "net", do_net },
	{ "check", do_check },
	{ "sweep", do_sweep },
	{ "delete", do_delete },
	{ "park", do_park },
	{ "ack", do_ack },
	{ "tells_texts", do_tells_texts },
	{ "health", do_health },
	{ "networks", do_networks },
	{ "networks_stop", do_networks_stop },
	{ "self_test", do_self_test },
	{ "self_test_stop", do_self_test_stop },
	{ "trace", do_trace },
	{ "submit", do_submit },
	{ "release", do_release },
	{ "abort", do_abort },
	{ "reset", do_reset },
	{ "ussd", do_ussd },
	{ "give_up", do_give_up },
	{ "port", do_port },
};

static void take_call(struct run *r, const char *text)
{
	size_t n = strcspn(text, " ");

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (strlen(calls[i].name) == n && strncmp(text, calls[i].name, n) == 0) {
			enum err err = calls[i].fn(r, text[n] ? text + n + 1 : "");
			if (err != ERR_OK)
				tell(r, "%s: %s", calls[i].name, err_name(err));
			return;
		}
	fail_msg("%s:%d: unknown call %s", r->file, r->line, text);
}

/* \r \n \e \z (Ctrl-Z) \0 in place; returns the length. */
static size_t unescape(char *text)
{
	static const char from[] = "rnez0", to[] = "\r\n\x1B\x1A";
	size_t n = 0;

	for (const char *p = text; *p; p++) {
		const char *hit = *p == '\\' && p[1] ? strchr(from, p[1]) : NULL;
		text[n++] = hit ? to[hit - from] : *p;
		p += hit != NULL;
	}
	text[n] = '\0';
	return n;
}

/* "> text" is text and CR; with an escape in it, it is the bytes as they stand. */
static void take_written(struct run *r, char *text)
{
	char shown[LINE_MAX_LEN] = "";
	bool is_raw = strchr(text, '\\') != NULL;
	size_t len = unescape(text);

	if (!is_raw)
		text[len++] = '\r';
	size_t have = r->port->len - r->port->seen;
	const uint8_t *at = r->port->out + r->port->seen;
	if (have < len || memcmp(at, text, len) != 0) {
		(void)str_copy_n(shown, sizeof(shown), (const char *)at, have);
		fail_msg("%s:%d: chunk %zu: not written: %.*s; but: %s", r->file, r->line,
			r->chunk, (int)len, text, shown);
	}
	r->port->seen += len;
}

static void take_said(struct run *r, char *text, bool is_raw)
{
	char line[LINE_MAX_LEN + 8];
	size_t len = unescape(text);

	if (is_raw) {
		fake_port_feed(r->port, text, len, r->chunk);
		return;
	}
	assert_true(str_format(line, sizeof(line), "\r\n%s\r\n", text));
	fake_port_feed(r->port, line, strlen(line), r->chunk);
}

static void take_told(struct run *r, const char *text)
{
	size_t len = strlen(text);

	if (strncmp(r->told, text, len) != 0 || r->told[len] != '\n')
		fail_msg("%s:%d: chunk %zu: not told: %s; but: %.200s", r->file, r->line,
			r->chunk, text, r->told);
	memmove(r->told, r->told + len + 1, strlen(r->told + len + 1) + 1);
}

static void take_nothing(struct run *r)
{
	if (r->told[0])
		fail_msg("%s:%d: chunk %zu: told too early: %s", r->file, r->line,
			r->chunk, r->told);
	if (r->port->seen != r->port->len)
		fail_msg("%s:%d: chunk %zu: written too early: %.*s", r->file, r->line,
			r->chunk, (int)(r->port->len - r->port->seen),
			(const char *)r->port->out + r->port->seen);
}

static void run_file(struct run *r, const char *name);

static void run_line(struct run *r, char *line)
{
	line[strcspn(line, "\n")] = '\0';
	if (!line[0] || line[0] == '#')
		return;
	if (str_starts(line, "<< "))
		take_said(r, line + 3, true);
	else if (str_starts(line, "< "))
		take_said(r, line + 2, false);
	else if (str_starts(line, "> "))
		take_written(r, line + 2);
	else if (str_starts(line, "= "))
		take_told(r, line + 2);
	else if (str_starts(line, "! "))
		take_call(r, line + 2);
	else if (str_starts(line, "@ "))
		loop_fake_advance(r->loop, strtoul(line + 2, NULL, 10));
	else if (str_eq(line, "."))
		take_nothing(r);
	else if (str_starts(line, "& "))
		run_file(r, line + 2);
	else
		fail_msg("%s:%d: what is %s", r->file, r->line, line);
	loop_step(r->loop, 0);
}

static void run_file(struct run *r, const char *name)
{
	char path[256], line[LINE_MAX_LEN];
	const char *outer = r->file;
	int outer_line = r->line;

	assert_true(str_format(path, sizeof(path), "tests/transcripts/%s", name));
	FILE *f = fopen(path, "r");
	if (!f)
		fail_msg("cannot open %s", path);
	r->file = name;
	for (r->line = 1; fgets(line, sizeof(line), f); r->line++)
		run_line(r, line);
	(void)fclose(f); /* it was read only */
	r->file = outer;
	r->line = outer_line;
}

static void run_transcript(const char *name, size_t chunk)
{
	struct run *r = calloc(1, sizeof(*r));

	assert_non_null(r);
	r->chunk = chunk;
	r->clock = clock_fake(1000, 0);
	r->port = fake_port_create();
	assert_int_equal(loop_create_fake(&r->loop, &r->clock), ERR_OK);
	assert_int_equal(
		modem_create_on(&r->modem, r->loop, &r->port->base, on_event, r), ERR_OK);
	assert_int_equal(modem_open(r->modem), ERR_OK);
	run_file(r, name);
	r->file = name;
	take_nothing(r);
	modem_destroy(r->modem);
	loop_destroy(r->loop);
	free(r);
}

static void all_transcripts(void **state)
{
	glob_t found;
	(void)state;

	assert_int_equal(glob("tests/transcripts/[a-z]*.txt", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *name = strrchr(found.gl_pathv[i], '/') + 1;
		print_message("%s\n", name);
		run_transcript(name, LINE_MAX_LEN);
		run_transcript(name, 1);
	}
	globfree(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_transcripts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
