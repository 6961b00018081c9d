#include "drivers/at/at_chat.h"

#include <string.h>

#include "drivers/at/at_drain.h"
#include "drivers/at/at_late.h"
#include "drivers/at/at_words.h"
#include "drivers/deadline.h"
#include "firmware/base/str.h"

#define LOG_MODULE "at"
#include "firmware/base/log.h"

#define CTRL_Z "\x1A" /* 27.005 3.5.1 */

static void on_timeout(void *user);

void at_chat_watch(struct at_chat *c, bool is_out, const char *text)
{
	if (c->watch)
		c->watch(c->user, is_out, text);
}

bool at_chat_may_grumble(struct at_chat *c)
{
	enum {
		GRUMBLES = 10
	};
	return calm_passes(&c->grumbles, loop_now_ms(c->loop),
		deadline_ms(DEADLINE_GRUMBLE), GRUMBLES);
}

static const char *shown(const struct at_chat *c, const char *text)
{
	return c->req.flags & AT_FLAG_SECRET ? "(secret)" : text;
}

static bool is_hex(const char *text, size_t len)
{
	return len >= 2 && strspn(text, "0123456789ABCDEFabcdef") == len;
}

static void finish(struct at_chat *c, struct at_result result)
{
	at_done_fn done = c->req.done;
	void *user = c->req.user;

	loop_timer_cancel(&c->timer);
	at_line_want_prompt(&c->line, false);
	c->late.has_result = false;
	c->late.trust = AT_TRUST_UNKNOWN;
	if (result.end == AT_END_ANSWERED)
		c->silent = 0;
	else if (result.end == AT_END_TIMEOUT || result.end == AT_END_DEAF ||
		 result.end == AT_END_NO_PROMPT)
		c->silent++;
	c->state = AT_CHAT_IDLE;
	c->serial++;
	c->req = (struct at_request){ 0 };
	if (result.end != AT_END_ANSWERED)
		c->is_dirty = true;
	explicit_bzero(c->command, sizeof(c->command)); /* it may have held a PIN */
	done(user, &result);
}

static void finish_answered(struct at_chat *c, enum at_final final, uint16_t code)
{
	const struct at_result result = { .end = AT_END_ANSWERED,
		.final = final,
		.code = code,
		.text_left = c->state == AT_CHAT_TEXT };

	if (final == AT_FINAL_OK && str_starts(c->command, AT_DRAIN_MARK))
		c->is_marked = true;
	if (c->state == AT_CHAT_TEXT) {
		switch (at_late_weigh(c, &result, on_timeout)) {
		case AT_LATE_OURS:
			break;
		case AT_LATE_WAIT:
			c->has_line = c->has_ok = false;
			return;
		case AT_LATE_KEPT_WAS_OURS:
			finish(c, c->late.result);
			return;
		}
	}
	finish(c, result);
}

static void finish_ok(struct at_chat *c)
{
	finish_answered(c, AT_FINAL_OK, AT_CODE_NONE);
}

/* Ends the command from the loop: not inside the caller's own call. */
static void finish_soon(struct at_chat *c, enum at_end end)
{
	c->state = AT_CHAT_END;
	c->early = (struct at_result){ .end = end };
	loop_timer_set(c->loop, &c->timer, 0, on_timeout, c);
}

static void write_command(struct at_chat *c)
{
	size_t len = strlen(c->command);

	c->has_line = c->has_ok = c->has_echo = false;
	c->state = c->req.prompt_ms ? AT_CHAT_PROMPT : AT_CHAT_ANSWER;
	if (port_write(c->port, c->command, len) != ERR_OK) {
		finish_soon(c, AT_END_CLOSED);
		return;
	}
	c->command[len - 1] = '\0';
	at_line_set_echo(&c->line, c->command);
	at_line_want_prompt(&c->line, c->req.prompt_ms > 0);
	log_debug("> %s", shown(c, c->command));
	at_chat_watch(c, true, shown(c, c->command));
	loop_timer_set(c->loop, &c->timer,
		c->req.prompt_ms ? c->req.prompt_ms : c->req.answer_ms, on_timeout, c);
}

static void start_drain(struct at_chat *c)
{
	c->state = AT_CHAT_DRAIN;
	if (at_drain_start(c) != ERR_OK)
		finish_soon(c, AT_END_CLOSED);
}

/* Leaves the prompt. Once more before the next command, as this one may come before a
 * late prompt, or find a port that takes no bytes. */
static void escape(struct at_chat *c)
{
	c->is_dirty = true;
	c->drain.needs_escape = true;
	(void)port_write(c->port, AT_ESCAPE, sizeof(AT_ESCAPE) - 1);
	at_chat_watch(c, true, "(escape)");
}

/* at_drain.c tells how the drain ended. */
void at_drain_ended(struct at_chat *c, bool is_clean)
{
	if (!is_clean) {
		at_chat_mark_dirty(c);
		finish(c, (struct at_result){ .end = AT_END_DEAF });
		return;
	}
	c->is_dirty = false;
	write_command(c);
}

static void text_timeout(struct at_chat *c)
{
	/* Ctrl-Z comes last: if anything was still here, it was not sent. */
	bool was_kept = port_discard(c->port) > 0;

	if (c->late.has_result) {
		finish(c, c->late.result); /* no second one: it was ours */
		return;
	}
	if (was_kept)
		escape(c);
	else
		at_late_note_lost(c);
	finish(c, (struct at_result){ .end = AT_END_TIMEOUT, .text_left = !was_kept });
}

static void on_timeout(void *user)
{
	struct at_chat *c = user;

	switch (c->state) {
	case AT_CHAT_IDLE:
		break;
	case AT_CHAT_END:
		finish(c, c->early);
		break;
	case AT_CHAT_DRAIN:
		at_drain_timeout(c);
		break;
	case AT_CHAT_PROMPT:
	case AT_CHAT_HOLD:
		escape(c);
		finish(c, (struct at_result){ .end = AT_END_NO_PROMPT });
		break;
	case AT_CHAT_ANSWER:
	case AT_CHAT_TEXT:
		if (c->has_line && c->req.flags & AT_FLAG_OK_MAY_LACK) {
			c->is_dirty = true;
			finish_ok(c);
		} else if (c->state == AT_CHAT_TEXT) {
			text_timeout(c);
		} else {
			finish(c, (struct at_result){ .end = AT_END_TIMEOUT });
		}
		break;
	}
}

static const struct at_urc *find_urc(const struct at_urc *t, const char *text)
{
	for (; t && t->prefix; t++)
		if (str_starts(text, t->prefix))
			return t;
	return NULL;
}

static const struct at_urc *urc_of(const struct at_chat *c, const char *text)
{
	const struct at_urc *u = find_urc(c->more_urcs, text);
	return u ? u : find_urc(c->urcs, text);
}

/* A bare answer (a name, a number) looks like nothing that has a prefix of its own. */
static bool may_be_bare(const struct at_chat *c, const char *text)
{
	return !strchr("+^*%$#&_", text[0]) && !urc_of(c, text) &&
	       !(c->is_urc && c->is_urc(text));
}

static bool owns(const struct at_chat *c, const char *text, size_t len)
{
	if (c->req.flags & AT_FLAG_DATA && c->has_line && is_hex(text, len))
		return true;
	for (const char *const *p = c->req.owns; p && *p; p++)
		if (**p ? str_starts(text, *p) : may_be_bare(c, text))
			return true;
	return false;
}

static void take_urc(struct at_chat *c, const char *text)
{
	const struct at_urc *u = urc_of(c, text);

	if (!u) {
		at_late_see_line(c, text);
		log_debug("ignored: %.60s", text);
		return;
	}
	if (u->has_quotes && at_words_begin(c, u, text))
		return;
	if (!u->has_data) {
		c->urc(c->user, u->what, text, NULL);
		return;
	}
	c->data_of = u;
	/* only the header's length field is read, and a cut header is rejected there */
	(void)str_copy(c->urc_head, sizeof(c->urc_head), text);
}

static void take_urc_data(struct at_chat *c, const char *text)
{
	const struct at_urc *u = c->data_of;

	c->data_of = NULL;
	c->urc(c->user, u->what, c->urc_head, text);
}

static bool is_waiting(const struct at_chat *c)
{
	return c->state == AT_CHAT_ANSWER || c->state == AT_CHAT_PROMPT ||
	       c->state == AT_CHAT_HOLD || c->state == AT_CHAT_TEXT;
}

static bool is_text_sent(const struct at_chat *c)
{
	return c->state == AT_CHAT_TEXT && port_unsent(c->port) == 0;
}

/* One too many: answers before it may have been taken for those of later commands. */
static void take_stray_final(struct at_chat *c)
{
	c->urc(c->user, AT_URC_STRAY, "", NULL);
}

static void take_final(struct at_chat *c, enum at_final final, uint16_t code)
{
	bool is_ok = final == AT_FINAL_OK;

	if (!is_text_sent(c) && at_late_takes_final(c, final, code))
		return;
	if (c->state == AT_CHAT_DRAIN) {
		at_late_see_final(c, final);
		at_drain_final(c);
		return;
	}
	if (!is_waiting(c)) {
		at_late_see_final(c, final);
		if (at_chat_may_grumble(c))
			log_info("an answer that nobody waits for");
		take_stray_final(c);
		return;
	}
	if (is_ok && c->req.flags & AT_FLAG_NEEDS_LINE && !c->has_line) {
		c->has_ok = is_text_sent(c);
		if (!c->has_ok)
			take_stray_final(c);
		return;
	}
	if (c->state == AT_CHAT_TEXT && port_discard(c->port) > 0)
		escape(c); /* the modem lost patience before our Ctrl-Z left */
	if (!is_ok && c->has_line && c->state == AT_CHAT_TEXT) {
		finish_ok(c); /* the reference was given: it was taken */
		return;
	}
	if (!is_ok && c->state == AT_CHAT_PROMPT && at_late_is_expected(c))
		at_chat_mark_dirty(c); /* was it that one's, the prompt comes yet */
	finish_answered(c, final, code);
}

/* True if the running command took the line. */
static bool take_answer(struct at_chat *c, const char *text, size_t len)
{
	if (c->state == AT_CHAT_DRAIN)
		return at_drain_line(c, text);
	if (!is_waiting(c) || !owns(c, text, len))
		return false;
	if (c->req.prompt_ms && !is_text_sent(c))
		return false; /* nothing was sent that it could answer */
	unsigned serial = c->serial;
	if (c->req.line && !c->req.line(c->req.user, text, len))
		return false;
	if (c->serial != serial) /* its owner ended it meanwhile */
		return true;
	c->has_line = true;
	if (c->has_ok)
		finish_ok(c);
	else if (c->req.flags & AT_FLAG_OK_MAY_LACK)
		loop_timer_set(c->loop, &c->timer, deadline_ms(DEADLINE_MISSING_OK),
			on_timeout, c);
	return true;
}

static void take_prompt(struct at_chat *c)
{
	if (c->state != AT_CHAT_PROMPT)
		return;
	c->state = AT_CHAT_HOLD;
	loop_timer_set(c->loop, &c->timer, deadline_ms(DEADLINE_RELEASE), on_timeout, c);
	c->req.prompt(c->req.user);
}

/* A late one, or that of a USSD menu: what is written next would be its text. While a
 * command runs ESC might end that, while a text is on its way it is too late. */
static void take_stray_prompt(struct at_chat *c)
{
	if (c->state == AT_CHAT_DRAIN && !c->drain.needs_escape)
		escape(c); /* once a drain: it may be a flood */
	else if (c->state != AT_CHAT_TEXT)
		at_chat_mark_dirty(c);
}

/* What a text says is nobody's answer. False: it is no text in text mode. */
static bool take_text_mode(struct at_chat *c, const char *text, size_t len)
{
	if (c->skips_body) {
		c->skips_body = false;
		return true;
	}
	if (!at_parse_is_text_mode(text, len))
		return false;
	c->skips_body = !str_starts(text, "+CDS:"); /* a report has none */
	c->data_of = NULL;
	c->urc(c->user, AT_URC_TEXT_MODE, text, NULL);
	return true;
}

static void take_text(struct at_chat *c, const char *text, size_t len)
{
	enum at_final final;
	uint16_t code;
	bool is_final = at_parse_final(text, len, &final, &code);

	c->late.wants_ok &= is_final;
	if (c->text_of && at_words_take(c, text, is_final))
		return;
	if (take_text_mode(c, text, len))
		return;
	if (c->data_of && is_hex(text, len)) {
		take_urc_data(c, text);
		return;
	}
	if (c->data_of && at_chat_may_grumble(c))
		log_warn("no PDU after %s", c->data_of->prefix);
	c->data_of = NULL;
	if (is_final)
		take_final(c, final, code);
	else if (!take_answer(c, text, len))
		take_urc(c, text);
}

/* The echo of a PIN is seen by its digits, whatever else the modem says in its middle. */
static bool may_be_code(const struct at_chat *c, const char *text)
{
	return is_waiting(c) && c->req.flags & AT_FLAG_SECRET &&
	       strpbrk(text, "0123456789");
}

static const char *watched(
	const struct at_chat *c, enum at_line_kind kind, const char *text, size_t len)
{
	static const char *const marks[] = { [AT_LINE_TEXT] = NULL,
		[AT_LINE_PROMPT] = "(prompt)",
		[AT_LINE_STRAY] = "(prompt)",
		[AT_LINE_ECHO] = "(echo)",
		[AT_LINE_CUT] = "(endless line)" };
	enum at_final final;
	uint16_t code;

	if (marks[kind])
		return marks[kind];
	bool is_final = at_parse_final(text, len, &final, &code);

	/* an operator's or a person's words are nobody else's */
	if (c->skips_body || at_words_own(c, text, is_final))
		return "(more)";
	return !is_final && may_be_code(c, text) ? "(secret)" : text;
}

static void on_line(void *user, enum at_line_kind kind, const char *text, size_t len)
{
	struct at_chat *c = user;

	if (len > 0 && !(c->req.flags & AT_FLAG_SECRET) && !str_starts(text, "AT+CPIN="))
		log_debug("< %s", text);
	at_chat_watch(c, false, watched(c, kind, text, len));
	switch (kind) {
	case AT_LINE_PROMPT:
		take_prompt(c);
		break;
	case AT_LINE_STRAY:
		take_stray_prompt(c);
		break;
	case AT_LINE_ECHO:
		c->has_echo = true;
		c->urc(c->user, AT_URC_ECHO, "", NULL);
		break;
	case AT_LINE_CUT:
		if (c->req.flags & AT_FLAG_CUT_WILL_DO && take_answer(c, text, len))
			break;
		if (at_chat_may_grumble(c))
			log_warn("endless line cut: %.20s", text);
		break;
	case AT_LINE_TEXT:
		take_text(c, text, len);
		break;
	}
}

void at_chat_init(struct at_chat *c, struct loop *loop, struct port *port,
	const struct at_urc *urcs, at_urc_fn urc)
{
	*c = (struct at_chat){ .loop = loop, .port = port, .urcs = urcs, .urc = urc };
	at_line_init(&c->line, on_line, c);
	at_chat_reset(c);
}

void at_chat_reset(struct at_chat *c)
{
	at_line_reset(&c->line);
	c->data_of = c->text_of = NULL;
	c->skips_body = false;
	c->silent = 0;
	c->is_marked = false;
	c->late = (struct at_late){ 0 };
	at_chat_mark_dirty(c);
}

struct at_result at_chat_abort(struct at_chat *c, enum at_end end)
{
	struct at_result result = { .end = end,
		.text_left = c->state == AT_CHAT_TEXT && port_unsent(c->port) == 0 };

	if (c->state == AT_CHAT_TEXT && c->has_line &&
		c->late.n == 0) /* its reference had come */
		result = (struct at_result){
			.end = AT_END_ANSWERED, .final = AT_FINAL_OK, .text_left = true
		};
	loop_timer_cancel(&c->timer);
	if (end == AT_END_CLOSED)
		at_line_reset(&c->line);
	at_line_want_prompt(&c->line, false);
	c->data_of = c->text_of = NULL;
	c->late = (struct at_late){ 0 }; /* what was under way is over */
	c->is_dirty = true;
	c->is_marked &= end != AT_END_RESTARTED;
	c->drain.needs_escape |= c->req.prompt_ms > 0; /* it may sit at its prompt */
	c->state = AT_CHAT_IDLE;
	c->serial++;
	c->req = (struct at_request){ 0 };
	explicit_bzero(c->command, sizeof(c->command));
	return result;
}

void at_chat_feed(struct at_chat *c, const uint8_t *data, size_t len)
{
	at_line_feed(&c->line, data, len);
}

enum err at_chat_send(struct at_chat *c, const struct at_request *req)
{
	if (c->state != AT_CHAT_IDLE)
		return ERR_BUSY;
	for (const char *p = req->text; *p; p++)
		if ((unsigned char)*p < ' ' || (unsigned char)*p > '~')
			return ERR_ARG;
	if (!*req->text || !str_format(c->command, sizeof(c->command), "%s\r", req->text))
		return ERR_ARG;
	c->req = *req;
	c->req.text = NULL; /* not kept */
	if (c->is_dirty)
		start_drain(c);
	else
		write_command(c);
	return ERR_OK;
}

void at_chat_send_text(struct at_chat *c, const char *text, size_t len)
{
	if (c->state != AT_CHAT_HOLD)
		return;
	if (len + sizeof(CTRL_Z) > sizeof(c->text)) {
		at_chat_cancel(c);
		return;
	}
	memcpy(c->text, text, len);
	memcpy(c->text + len, CTRL_Z, sizeof(CTRL_Z));
	if (port_write(c->port, c->text, len + 1) != ERR_OK) {
		at_chat_mark_dirty(c); /* all or nothing: it was nothing */
		finish_soon(c, AT_END_CLOSED);
		return;
	}
	c->text[len] = '\0';
	at_line_set_echo(&c->line, c->text);
	log_debug("> %s", c->text);
	at_chat_watch(c, true, c->text);
	c->state = AT_CHAT_TEXT;
	c->late.due_ms = loop_now_ms(c->loop) + c->req.answer_ms;
	loop_timer_set(c->loop, &c->timer, c->req.answer_ms, on_timeout, c);
}

void at_chat_judge(struct at_chat *c, enum at_trust trust)
{
	c->late.trust = trust;
}

bool at_chat_has_kept(const struct at_chat *c)
{
	return c->late.has_result && c->late.result.final == AT_FINAL_OK;
}

void at_chat_cancel(struct at_chat *c)
{
	if (c->state == AT_CHAT_IDLE || c->state == AT_CHAT_TEXT ||
		c->state == AT_CHAT_END)
		return;
	if (c->state == AT_CHAT_PROMPT || c->state == AT_CHAT_HOLD)
		escape(c);
	finish_soon(c, AT_END_CANCELLED);
}

void at_chat_interrupt(struct at_chat *c, uint32_t answer_ms)
{
	if (c->state == AT_CHAT_DRAIN) /* nothing was asked yet */
		at_chat_cancel(c);
	if (c->state != AT_CHAT_ANSWER)
		return;
	/* a port that takes no bytes ends by the deadline */
	(void)port_write(c->port, AT_ESCAPE, sizeof(AT_ESCAPE) - 1);
	at_chat_watch(c, true, "(escape)");
	loop_timer_set(c->loop, &c->timer, answer_ms, on_timeout, c);
}

void at_chat_mark_dirty(struct at_chat *c)
{
	c->is_dirty = true;
	c->drain.needs_escape = true;
}
