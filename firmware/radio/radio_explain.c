/*
 * Why a waiting message is not on air now: what the store holds against it, then what the
 * dispatcher says. One question at a time.
 */
#include "firmware/radio/radio_parts.h"

#include <assert.h>

static const char *const sentences[] = {
	[DISPATCH_READY] = "It is about to be sent.",
	[DISPATCH_NOT_DUE] = "Its time has not come.",
	[DISPATCH_WINDOW] = "Its send window is over.",
	[DISPATCH_EXPIRED] = "Its time is over.",
	[DISPATCH_CLOCK] = "The box does not know the date yet.",
	[DISPATCH_UNREAD] = "A text from its number is read first.",
	[DISPATCH_QUOTA_PACE] = "Its sender has reached its pace.",
	[DISPATCH_QUOTA_DAY] = "Its sender has sent what it may in a day.",
	[DISPATCH_NO_SIM] = "No SIM is in the box.",
	[DISPATCH_OTHER_SIM] = "It is for a SIM that is not in the box.",
	[DISPATCH_GROUP] = "No SIM of its sender's group works.",
	[DISPATCH_ROLE] = "No SIM that works has the role for its class.",
	[DISPATCH_COUNTRY] = "No SIM that works may send to its country.",
	[DISPATCH_ROUTE_BLOCKED] = "Its route is blocked on every SIM that works.",
	[DISPATCH_KNOWN_SIM] = "It waits for the SIM that its number knows.",
	[DISPATCH_SIM_GONE] = "The SIM that its number knows is gone.",
	[DISPATCH_NOT_LIVE] = "No SIM for it works now.",
	[DISPATCH_BREAKER] = "Its SIM was refused several times and is left out for now.",
	[DISPATCH_LIMIT_BALANCE] = "The balance of its SIM is too low.",
	[DISPATCH_LIMIT_BUNDLE] = "The bundle of its SIM is used up.",
	[DISPATCH_LIMIT_SPEND] = "Its SIM has spent what it may in a month.",
	[DISPATCH_LIMIT_RECIPIENTS] = "Its SIM may write to no new numbers this month.",
	[DISPATCH_LIMIT_MONTH] = "Its SIM has sent what it may in a month.",
	[DISPATCH_LIMIT_DAY] = "Its SIM has sent what it may in a day.",
	[DISPATCH_LIMIT_HOUR] = "Its SIM has sent what it may in an hour.",
	[DISPATCH_LIMIT_MINUTE] = "Its SIM has sent what it may in a minute.",
	[DISPATCH_REFUSED_HERE] = "A SIM was refused; it waits for another.",
	[DISPATCH_LEAST_COST] = "It waits for a cheaper SIM.",
	[DISPATCH_QUOTA_BUDGET] = "Its sender has spent its budget.",
	[DISPATCH_RESERVE] = "The SIMs that are left are kept for more urgent texts.",
	[DISPATCH_HELD] = "Its SIM pauses: the network refused or was busy.",
	[DISPATCH_BUSY] = "All SIMs for it are sending other texts.",
};
static_assert(sizeof(sentences) / sizeof(sentences[0]) == DISPATCH_WHYS, "one for each");

static enum err run(struct store *s, struct store_job *job)
{
	struct radio_explain *e = (struct radio_explain *)job;
	enum err err = queue_explain_read(s, e->id, &e->found);

	e->is_there = err == ERR_OK;
	return err == ERR_NOTFOUND ? ERR_OK : err;
}

/* Waiting messages that go before it: of the window alone. */
static int64_t count_before(const struct dispatch *d, const struct queue_item *item)
{
	unsigned rank = dispatch_rank(item->class);
	int64_t n = 0;

	for (int16_t i = 0; i < d->group_places; i++) {
		const struct dispatch_group *g = &d->groups[i];
		if (!g->is_used || dispatch_rank(g->key.class) > rank)
			continue;
		if (dispatch_rank(g->key.class) < rank) {
			n += g->n;
			continue;
		}
		for (int16_t k = g->first; k != DISPATCH_NONE; k = d->items[k].next)
			n += d->items[k].item.due_at < item->due_at ||
			     (d->items[k].item.due_at == item->due_at &&
				     d->items[k].item.id < item->id);
	}
	return n;
}

static void answer(const struct radio_explain *e)
{
	struct radio *radio = e->radio;
	const struct dispatch_item *known = dispatch_item_find(&radio->dispatch, e->id);
	const struct limits_now now = radio_now(radio);
	struct dispatch_item item = { .item = e->found.item };
	struct radio_reply reply = { .peer = e->peer, .seq = e->seq };

	if (known) { /* the window knows whose limits count, and what is on its way */
		item.mark = known->mark;
		item.owner = known->owner;
	}
	if (e->found.is_unread)
		item.mark = DISPATCH_ASIDE;
	struct dispatch_verdict v = dispatch_explain(&radio->dispatch, &item, &now);
	if (v.why == DISPATCH_READY)
		v.why = DISPATCH_BUSY; /* the others go before it */
	reply.code = dispatch_why_name(v.why);
	reply.text = sentences[v.why];
	reply.until = v.until;
	if (v.why == DISPATCH_BUSY)
		reply.n = count_before(&radio->dispatch, &item.item);
	radio_command_reply(radio, &reply);
}

/* It has its SIM, whose limits count it already: nothing keeps it. */
static bool is_taken(const struct radio *radio, int64_t message_id)
{
	const struct dispatch_item *it = dispatch_item_find(&radio->dispatch, message_id);

	return it && it->mark == DISPATCH_TAKEN;
}

static void done(struct store_job *job, enum err err)
{
	struct radio_explain *e = (struct radio_explain *)job;
	struct radio_reply reply = { .peer = e->peer,
		.seq = e->seq,
		.code = "store",
		.text = "The store cannot be read now." };

	e->posted = false;
	if (err == ERR_OK && e->is_there && e->found.state == MESSAGE_QUEUED &&
		e->radio->config.is_read && !is_taken(e->radio, e->id)) {
		answer(e);
		return;
	}
	if (err == ERR_OK && e->radio->config.is_read) {
		reply.code = "";
		reply.text = "It does not wait.";
	} else if (e->radio->host.store_fails) {
		reply.text = reason_text(REASON_STORE_FULL);
	}
	radio_command_reply(e->radio, &reply);
}

enum err radio_explain(
	struct radio *radio, uint64_t peer, int64_t seq, int64_t message_id)
{
	struct radio_explain *e = &radio->explain;

	if (e->posted)
		return ERR_BUSY;
	e->peer = peer;
	e->seq = seq;
	e->id = message_id;
	e->posted = true;
	store_thread_post(radio->host.store, &e->job);
	return ERR_OK;
}

void radio_explain_init(struct radio *radio)
{
	radio->explain.radio = radio;
	radio->explain.job = (struct store_job){ .run = run, .done = done, .once = true };
}
