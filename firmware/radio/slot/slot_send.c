/*
 * The part in hand has one claim, at most one submit and exactly one record. They may end
 * in any order that trouble can make: the submit before the commit (no prompt), the
 * commit before the prompt (the usual one), the port's end in between.
 */
#include "firmware/radio/slot/slot_send.h"

#include "firmware/radio/slot/build.h"
#include "firmware/radio/slot/slot_parts.h"
#include "firmware/radio/slot/state.h"

#define LOG_MODULE "send"
#include "firmware/base/log.h"

enum {
	LOST_IN_A_ROW = 2,     /* answers missing: the modem is restarted */
	NOT_SENT_IN_A_ROW = 3, /* no prompt */
	UNSTORED_PAUSE_MS = 1000,
};

static const char *const outcome_names[] = {
	[OUTCOME_ACCEPTED] = "accepted",
	[OUTCOME_RETRY] = "retry",
	[OUTCOME_RETRY_ELSEWHERE] = "retry_elsewhere",
	[OUTCOME_FAIL] = "failed",
	[OUTCOME_UNKNOWN] = "unknown",
};

static int64_t wall_now(const struct slot *slot)
{
	return clock_wall_ms(loop_clock(slot->host->loop));
}

static void finish(struct slot *slot, const struct slot_end *end)
{
	slot->send.phase = SLOT_PHASE_NONE;
	EV(slot, SLOT_EV_SENT, NULL);
	slot->host->finished(slot->host->user, slot, end);
}

/* Recording. */

static enum err record_run(struct store *s, struct store_job *job)
{
	static const enum message_state states[] = {
		[OUTCOME_ACCEPTED] = MESSAGE_SENT,
		[OUTCOME_RETRY] = MESSAGE_QUEUED,
		[OUTCOME_RETRY_ELSEWHERE] = MESSAGE_QUEUED,
		[OUTCOME_FAIL] = MESSAGE_FAILED,
		[OUTCOME_UNKNOWN] = MESSAGE_UNKNOWN,
	};
	struct slot_result *r = (struct slot_result *)job; /* its first member */
	const struct queue_retry retry = { .due_at = r->due_at,
		.cause = r->outcome.cause,
		.counts = r->outcome.counts };
	enum err err = ERR_OK;

	r->state = states[r->outcome.kind];
	switch (r->outcome.kind) {
	case OUTCOME_ACCEPTED:
		err = queue_part_accepted(s, r->id, r->seq, r->mr, r->submit_ms);
		break;
	case OUTCOME_RETRY:
	case OUTCOME_RETRY_ELSEWHERE:
		err = queue_part_retry(s, r->id, r->seq, &retry);
		break;
	case OUTCOME_FAIL:
		err = queue_part_failed(s, r->id, r->seq, r->outcome.cause);
		break;
	case OUTCOME_UNKNOWN:
		err = queue_part_unknown(s, r->id, r->seq, r->outcome.cause);
		break;
	}
	/* Other parts, or a report that came before, may make it another. */
	if (err == ERR_OK && (r->parts > 1 || r->outcome.kind == OUTCOME_UNKNOWN))
		err = state_read(s, r->id, &r->state);
	return err == ERR_NOTFOUND ? ERR_OK : err; /* erased meanwhile */
}

static void record_done(struct store_job *job, enum err err)
{
	struct slot_result *r = (struct slot_result *)job;
	const struct slot_host *host = r->slot->host;

	r->posted = false;
	if (err != ERR_OK)
		log_error("message=%lld part=%u: its end cannot be stored: %s",
			(long long)r->id, r->seq, err_name(err));
	else if (r->state != MESSAGE_SENDING) /* that was told already */
		host->message(host->user, r->id, r->state);
	host->changed(host->user, r->slot); /* it may send again */
}

static void tell_end(struct slot *slot, const struct outcome *outcome)
{
	const struct slot_host *host = slot->host;
	const struct slot_part_end end = { .message_id = slot->send.claim.claim.id,
		.msisdn = slot->send.claim.claim.msisdn,
		.went = outcome->kind == OUTCOME_ACCEPTED ||
			outcome->kind == OUTCOME_UNKNOWN,
		.is_accepted = outcome->kind == OUTCOME_ACCEPTED,
		.blames_sim = outcome->blames_sim };

	host->part_ended(host->user, slot, &end);
}

static void count(struct slot *slot, const struct outcome *outcome)
{
	struct slot_send *send = &slot->send;

	send->refused = outcome->blames_sim ? send->refused + 1 : 0;
	if (outcome->kind != OUTCOME_ACCEPTED)
		return;
	send->lost = send->not_sent = 0;
	rate_add(&slot->rate, loop_now_ms(slot->host->loop));
	slot_note_works(slot);
}

static void log_outcome(const struct slot *slot, const struct slot_result *r)
{
	log_info("slot=%s sim=%lld message=%lld part=%u/%u outcome=%s cause=\"%s\" mr=%u "
		 "ms=%u",
		slot->name, (long long)slot->sim_id, (long long)r->id, r->seq, r->parts,
		outcome_names[r->outcome.kind], r->outcome.cause, r->mr, r->submit_ms);
}

/* Posts what became of the part in hand, and says what comes next. */
static void record(struct slot *slot, const struct outcome *outcome, uint8_t mr)
{
	struct slot_send *send = &slot->send;
	struct slot_result *r = &send->result;
	uint64_t now = loop_now_ms(slot->host->loop);
	bool goes_on =
		outcome->kind == OUTCOME_ACCEPTED || outcome->kind == OUTCOME_UNKNOWN;

	r->id = send->claim.claim.id;
	r->seq = send->seq;
	r->parts = send->claim.claim.parts;
	r->outcome = *outcome;
	r->mr = mr;
	r->submit_ms = send->air_ms ? (uint32_t)(now - send->air_ms) : 0;
	r->due_at = wall_now(slot) + (int64_t)outcome->retry_ms;
	r->posted = true;
	store_thread_post(slot->host->store, &r->job);
	log_outcome(slot, r);
	count(slot, outcome);
	if (outcome->hold_ms)
		slot->hold = (struct slot_hold){ outcome->hold_reason, outcome->hold_ms };
	tell_end(slot, outcome);
	if (goes_on && r->seq < r->parts) {
		send->resume_seq = r->seq + 1;
		send->phase = SLOT_PHASE_NONE;
		EV(slot, SLOT_EV_SENT, NULL);
		return;
	}
	bool again = outcome->kind == OUTCOME_RETRY ||
		     outcome->kind == OUTCOME_RETRY_ELSEWHERE;
	finish(slot, &(struct slot_end){ .kind = again ? SLOT_END_RETRY : SLOT_END_DONE,
			     .message_id = r->id,
			     .due_at = r->due_at,
			     .sim_refused = outcome->kind == OUTCOME_RETRY_ELSEWHERE });
}

static void record_answer(struct slot *slot, struct outcome_in in, uint8_t mr)
{
	in.class = slot->send.claim.claim.class;
	in.attempts = slot->send.claim.claim.attempts;
	in.sim_refused = slot->send.refused;
	in.draw = slot->host->draw(slot->host->user);
	const struct outcome outcome = outcome_decide(&in);
	record(slot, &outcome, mr);
}

static void record_not_sent(struct slot *slot)
{
	slot->send.not_sent++;
	record_answer(slot, (struct outcome_in){ .answer = OUTCOME_ANSWER_NOT_SENT }, 0);
}

static void record_unbuildable(struct slot *slot)
{
	record(slot, &(struct outcome){ .kind = OUTCOME_FAIL, .cause = "not_encodable" },
		0);
}

/* The submit. */

static void end_unstored(struct slot *slot)
{
	struct slot_send *send = &slot->send;
	int64_t id = send->claim.id;

	if (send->claim.seq > 0) { /* bound to this SIM: it stays in hand */
		send->resume_seq = send->claim.seq;
		send->phase = SLOT_PHASE_NONE;
		EV(slot, SLOT_EV_SENT, NULL);
		return;
	}
	finish(slot, &(struct slot_end){ .kind = SLOT_END_UNSTORED, .message_id = id });
}

static struct outcome_in answer_of(const struct modem_submit_result *result)
{
	static const enum outcome_answer answers[] = {
		[MODEM_SUBMIT_ACCEPTED] = OUTCOME_ANSWER_ACCEPTED,
		[MODEM_SUBMIT_REFUSED] = OUTCOME_ANSWER_CMS,
		[MODEM_SUBMIT_NOT_SENT] = OUTCOME_ANSWER_NOT_SENT,
		[MODEM_SUBMIT_LOST] = OUTCOME_ANSWER_LOST,
	};
	struct outcome_in in = { .answer = answers[result->kind],
		.code = result->code,
		.text_left = result->text_left };

	if (in.answer == OUTCOME_ANSWER_CMS && result->is_cme)
		in.answer = OUTCOME_ANSWER_CME;
	return in;
}

static void on_submitted(void *user, const struct modem_submit_result *result)
{
	struct slot *slot = user;
	struct slot_send *send = &slot->send;

	if (!send->is_committed) { /* never released: nothing is on air */
		send->is_aborted = true;
		send->phase = SLOT_PHASE_CLAIMING;
		if (!send->claim.posted)
			end_unstored(slot);
		return;
	}
	if (result->kind == MODEM_SUBMIT_LOST) {
		(void)slot_log_keep(slot, "lost_answer");
		slot_chore_check_soon(slot);
	}
	send->lost = result->kind == MODEM_SUBMIT_LOST ? send->lost + 1 : 0;
	send->not_sent = result->kind == MODEM_SUBMIT_NOT_SENT ? send->not_sent + 1 : 0;
	record_answer(slot, answer_of(result), result->mr);
	if (send->lost >= LOST_IN_A_ROW || send->not_sent >= NOT_SENT_IN_A_ROW) {
		send->lost = send->not_sent = 0;
		EV(slot, SLOT_EV_STUCK, NULL);
	}
}

static void release(struct slot *slot)
{
	slot->send.phase = SLOT_PHASE_AIR;
	slot->send.air_ms = loop_now_ms(slot->host->loop);
	modem_submit_release(slot->modem);
}

void slot_send_go(struct slot *slot)
{
	struct slot_send *send = &slot->send;

	if (send->phase != SLOT_PHASE_CLAIMING || !send->is_built || slot->chore.runs ||
		send->is_aborted)
		return;
	if (slot->fsm.state != SLOT_SENDING) {
		if (send->is_committed) {
			send->is_aborted = true;
			record_not_sent(slot);
		}
		return;
	}
	enum err err =
		modem_submit(slot->modem, send->pdu, send->octets, on_submitted, slot);
	if (err == ERR_OK) {
		send->phase = SLOT_PHASE_PROMPT;
		if (send->is_committed)
			release(slot);
		return;
	}
	log_warn("slot=%s submit refused by driver: %s", slot->name, err_name(err));
	send->is_aborted = true;
	if (send->is_committed)
		record_not_sent(slot);
}

/* The claim. */

static enum err claim_run(struct store *s, struct store_job *job)
{
	struct slot_claim *c = (struct slot_claim *)job;

	c->result = QUEUE_GONE;
	if (c->seq == 0)
		return queue_claim(s, &c->take, &c->claim, &c->result);
	enum err err = queue_next_part(s, c->id, c->seq, c->take.price);
	if (err == ERR_OK)
		c->result = QUEUE_CLAIMED;
	return err == ERR_NOTFOUND ? ERR_OK : err; /* cancelled meanwhile */
}

/* Claimed, not yet committed: the modem may be asked for its prompt. */
static void claim_early(struct store_job *job)
{
	struct slot_claim *c = (struct slot_claim *)job;
	struct slot *slot = c->slot;
	struct slot_send *send = &slot->send;

	if (c->result != QUEUE_CLAIMED)
		return;
	send->seq = c->seq ? c->seq : c->claim.next_seq;
	send->is_built = build_part(&c->claim, send->seq, wall_now(slot), send->pdu,
				 sizeof(send->pdu), &send->octets) == ERR_OK;
	slot_send_go(slot);
}

static void end_unclaimed(struct slot *slot, enum queue_claim_result result)
{
	static const enum slot_end_kind ends[] = {
		[QUEUE_CLAIMED] = SLOT_END_GONE,
		[QUEUE_GONE] = SLOT_END_GONE,
		[QUEUE_SUPPRESSED] = SLOT_END_GONE,
		[QUEUE_NO_CONSENT] = SLOT_END_GONE,
		[QUEUE_UNREAD] = SLOT_END_UNREAD,
		[QUEUE_FREQUENCY] = SLOT_END_LATER,
		[QUEUE_RECIPIENTS] = SLOT_END_BARRED,
	};
	const struct slot_host *host = slot->host;
	int64_t id = slot->send.claim.id;

	if (result == QUEUE_SUPPRESSED || result == QUEUE_NO_CONSENT) {
		log_info("slot=%s message=%lld outcome=cancelled cause=%s", slot->name,
			(long long)id,
			result == QUEUE_SUPPRESSED ? "suppressed" : "no_consent");
		host->message(host->user, id, MESSAGE_CANCELLED);
	}
	finish(slot, &(struct slot_end){ .kind = ends[result], .message_id = id });
}

static void claim_committed(struct slot *slot)
{
	struct slot_send *send = &slot->send;

	send->is_committed = true;
	if (send->claim.seq == 0) {
		slot->host->message(slot->host->user, send->claim.id, MESSAGE_SENDING);
		slot->host->claimed(slot->host->user, slot, &send->claim.claim);
	}
	if (send->phase == SLOT_PHASE_PROMPT)
		release(slot);
	else if (!send->is_built)
		record_unbuildable(slot);
	else if (send->is_aborted || slot->fsm.state != SLOT_SENDING) {
		send->is_aborted = true;
		record_not_sent(slot);
	}
	/* else a chore has the modem: slot_send_go() comes after it */
}

static void claim_done(struct store_job *job, enum err err)
{
	struct slot_claim *c = (struct slot_claim *)job;
	struct slot *slot = c->slot;

	c->posted = false;
	if (err == ERR_OK && c->result == QUEUE_CLAIMED) {
		claim_committed(slot);
	} else if (err == ERR_OK) {
		end_unclaimed(slot, c->result);
	} else if (slot->send.phase == SLOT_PHASE_PROMPT) {
		modem_submit_abort(slot->modem); /* on_submitted() ends it */
	} else {
		end_unstored(slot);
	}
}

static void start_claim(struct slot *slot, uint16_t seq)
{
	struct slot_send *send = &slot->send;

	send->phase = SLOT_PHASE_CLAIMING;
	send->is_built = send->is_committed = send->is_aborted = false;
	send->air_ms = 0;
	send->claim.id = send->claim.take.id;
	send->claim.sim_id = send->claim.take.sim_id = slot->sim_id;
	send->claim.seq = seq;
	send->claim.posted = true;
	store_thread_post(slot->host->store, &send->claim.job);
	EV(slot, SLOT_EV_SEND, NULL);
}

void slot_send_claim(struct slot *slot, const struct queue_take *take)
{
	slot->send.claim.take = *take;
	start_claim(slot, 0);
}

void slot_send_resume(struct slot *slot)
{
	const struct slot_host *host = slot->host;
	uint16_t seq = slot->send.resume_seq;

	if (!host->may_go_on(host->user, slot, &slot->send.claim.take.price))
		return;
	slot->send.resume_seq = 0;
	start_claim(slot, seq);
}

/* Giving back what is not on air yet. */

static enum err leave_run(struct store *s, struct store_job *job)
{
	const struct slot_leave *l = (struct slot_leave *)job;
	const struct queue_retry retry = { .due_at = l->due_at, .cause = "interrupted" };

	enum err err = queue_part_retry(s, l->id, l->seq, &retry);
	return err == ERR_NOTFOUND ? ERR_OK : err;
}

static void leave_done(struct store_job *job, enum err err)
{
	struct slot_leave *l = (struct slot_leave *)job;
	const struct slot_host *host = l->slot->host;

	l->posted = false;
	if (err != ERR_OK)
		log_error("message=%lld cannot be given back: %s", (long long)l->id,
			err_name(err));
	host->finished(host->user, l->slot,
		&(struct slot_end){ .kind = SLOT_END_RETRY,
			.message_id = l->id,
			.due_at = l->due_at });
}

void slot_send_leave(struct slot *slot)
{
	struct slot_send *send = &slot->send;

	if (send->resume_seq == 0 || send->leave.posted)
		return;
	send->leave.id = send->claim.claim.id;
	send->leave.seq = send->resume_seq;
	send->leave.due_at = wall_now(slot);
	send->leave.posted = true;
	send->resume_seq = 0;
	store_thread_post(slot->host->store, &send->leave.job);
}

bool slot_send_is_ready(const struct slot *slot)
{
	const struct slot_send *send = &slot->send;

	return send->phase == SLOT_PHASE_NONE && send->resume_seq == 0 &&
	       !send->leave.posted &&
	       (!send->result.posted || !send->result.job.is_handed);
}

bool slot_send_is_busy(const struct slot *slot)
{
	const struct slot_send *send = &slot->send;

	return send->phase != SLOT_PHASE_NONE || send->resume_seq != 0 ||
	       send->result.posted || send->leave.posted;
}

void slot_send_init(struct slot *slot)
{
	struct slot_send *send = &slot->send;

	send->claim.slot = send->result.slot = send->leave.slot = slot;
	send->claim.job = (struct store_job){
		.run = claim_run, .early = claim_early, .done = claim_done, .once = true
	};
	send->result.job = (struct store_job){ .run = record_run, .done = record_done };
	send->leave.job = (struct store_job){ .run = leave_run, .done = leave_done };
}
