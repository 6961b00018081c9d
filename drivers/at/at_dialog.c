#include "drivers/at/at_dialog.h"

#include "firmware/base/str.h"

#define LOG_MODULE "at"
#include "firmware/base/log.h"

enum {
	SILENCES_MAX = 2
};

const char *const at_owns_bare[] = { "", NULL };

static void on_step_done(void *user, const struct at_result *result);

static bool on_line(void *user, const char *text, size_t len)
{
	struct at_dialog *d = user;
	const struct at_step *step = &d->script->steps[d->at];

	return !step->line || step->line(d->ctx, text, len);
}

static enum err send_step(struct at_dialog *d, const char *text)
{
	const struct at_step *step = &d->script->steps[d->at];
	const struct at_request req = {
		.text = text,
		.owns = step->owns,
		.answer_ms = deadline_ms(step->deadline),
		.flags = step->flags,
		.line = on_line,
		.done = on_step_done,
		.user = d,
	};
	return at_chat_send(d->chat, &req);
}

/* Sends the next step that is not skipped. False: there was none. */
static bool send_next(struct at_dialog *d, enum err *out)
{
	char text[AT_COMMAND_MAX];

	for (; d->at < d->script->n; d->at++) {
		const struct at_step *step = &d->script->steps[d->at];
		text[0] = '\0';
		if (step->make && !step->make(d->ctx, text, sizeof(text)))
			continue;
		*out = send_step(d, step->cmd ? step->cmd : text);
		return true;
	}
	return false;
}

static void end(struct at_dialog *d, const struct at_result *result)
{
	d->script = NULL;
	d->done(d->user, result);
}

static void end_ok(void *user)
{
	end(user, &(struct at_result){ .end = AT_END_ANSWERED,
			  .final = AT_FINAL_OK,
			  .code = AT_CODE_NONE });
}

static bool passes(const struct at_dialog *d, const struct at_step *step,
	const struct at_result *result)
{
	if (result->end == AT_END_ANSWERED)
		return result->final == AT_FINAL_OK || step->flags & AT_STEP_MAY_FAIL;
	/* one command that a modem chokes on; a dead modem is silent more often, or to
	 * the drain between two questions */
	return result->end == AT_END_TIMEOUT && step->flags & AT_STEP_MAY_FAIL &&
	       d->chat->silent < SILENCES_MAX + (d->is_again ? 1u : 0u);
}

/* The answer may have been lost, or be late. */
static bool asks_again(const struct at_dialog *d, const struct at_step *step,
	const struct at_result *result)
{
	return result->end == AT_END_TIMEOUT && step->flags & AT_STEP_ASK_AGAIN &&
	       !d->is_again;
}

static void on_step_done(void *user, const struct at_result *result)
{
	struct at_dialog *d = user;
	const struct at_step *step = &d->script->steps[d->at];
	bool answered = result->end == AT_END_ANSWERED;
	enum err err = ERR_OK;

	if (answered && step->end)
		step->end(d->ctx, result);
	if (result->end == AT_END_TIMEOUT)
		log_info("cmd=%s no answer deadline=%s", step->cmd ? step->cmd : "(made)",
			deadline_name(step->deadline));
	if (!passes(d, step, result)) {
		end(d, result);
		return;
	}
	d->is_again = asks_again(d, step, result);
	if (!d->is_again)
		d->at++;
	if (!send_next(d, &err))
		end_ok(d);
	else if (err != ERR_OK) {
		log_error("a step could not be written: %s", err_name(err));
		end(d, &(struct at_result){ .end = AT_END_CANCELLED });
	}
}

void at_dialog_init(struct at_dialog *d, at_done_fn done, void *user)
{
	*d = (struct at_dialog){ .done = done, .user = user };
}

enum err at_dialog_start(struct at_dialog *d, struct at_chat *chat,
	const struct at_script *script, void *ctx)
{
	enum err err = ERR_OK;

	if (d->script || chat->state != AT_CHAT_IDLE)
		return ERR_BUSY;
	d->chat = chat;
	d->script = script;
	d->at = 0;
	d->is_again = false;
	d->ctx = ctx;
	if (!send_next(d, &err))
		loop_timer_set(chat->loop, &d->timer, 0, end_ok, d);
	if (err != ERR_OK)
		d->script = NULL;
	return err;
}

void at_dialog_stop(struct at_dialog *d)
{
	loop_timer_cancel(&d->timer);
	d->script = NULL;
}
