#include "firmware/office/forecast/explain.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/office_internal.h"
#include "firmware/store/queue_read.h"

#define ASK_MS 3000 /* modemd answers from memory, or after one read */

/* A sentence each; the time at which it ends is added where it is known. */
static const struct sentence {
	const char *code, *text;
	const char *until; /* put before the time */
} waiting[] = {
	{ "held_campaign", "Its campaign is paused", "" },
	{ "held", "It is held back", "" },
	{ "on_air", "It is being sent now", "" },
	{ "scheduled", "It is not due yet", ": it goes out from " },
	{ "not_due", "It is not due yet", ": it goes out from " },
	{ "window", "It is outside the hours in which its recipient may be written to",
		"; they begin at " },
	{ "retry", "The network refused it for now", "; it is tried again at " },
	{ "frequency_cap", "Its number has had as many messages of this class as it may",
		"; the next one may go at " },
	{ "expired", "It is too late for it: it expires", "" },
	{ "suppressed", "Its number asked for no more messages: it is cancelled", "" },
	{ "no_consent", "Its number has not agreed to it: it is cancelled", "" },
	{ "unread_inbound",
		"A text from its number is being looked at first; it may be a STOP", "" },
	{ "modemd_away",
		"The radio side (chapar-modemd) does not answer, so nothing goes out",
		"" },
	{ "ready", "It goes out at any moment", "" },
	{ "busy", "All SIMs that it may go over are busy", "; one is free at " },
	{ "no_live_sim", "No SIM that it may go over is ready", "; one is at " },
	{ "role", "No SIM that is ready is for this class of messages", "" },
	{ "group", "No SIM of its sender's group is ready", "" },
	{ "country", "No SIM's plan allows its country", "" },
	{ "route_blocked", "Its destination is blocked in the plan of every SIM", "" },
	{ "limit_minute", "Its SIMs have sent what they may in a minute",
		"; they go on at " },
	{ "limit_hour", "Its SIMs have sent what they may in an hour",
		"; they go on at " },
	{ "limit_day", "Its SIMs have sent what they may today",
		"; it is counted anew from " },
	{ "limit_month", "Its SIMs have sent what they may this month",
		"; it is counted anew from " },
	{ "limit_recipients",
		"Its SIMs have written to as many numbers as they may this month",
		"; it is counted anew from " },
	{ "limit_bundle", "The bundles of its SIMs are used up",
		"; they begin anew at " },
	{ "limit_spend", "Its SIMs have spent what they may this month",
		"; it is counted anew from " },
	{ "limit_balance", "The balance of its SIMs is down to what must remain", "" },
	{ "quota_pace", "Its sender's pace allows no more in this minute",
		"; it goes on at " },
	{ "quota_day", "Its sender has sent what it may today",
		"; it is counted anew from " },
	{ "quota_budget", "Its sender's budget is used up", "; it begins anew at " },
	{ "reserve", "The SIMs that are free are kept for codes and alerts", "" },
	{ "least_cost", "It waits for a SIM that is cheaper and busy now",
		", which is free at " },
	{ "sim_gone", "The SIM that its number knows is not ready", "; it is at " },
	{ "refused_here",
		"The SIM that is free has refused it before; it waits for "
		"another one",
		"" },
	{ "sim_pauses",
		"Its SIM pauses, because the network refused several messages or is busy",
		"; it goes on at " },
	{ "breaker", "Its SIM failed for several numbers and rests", " until " },
	{ "clock", "The box does not know the time yet, and it has a time to keep", "" },
	{ "store", "The store cannot be written now", "" },
};

static const struct {
	enum sim_choice choice;
	const char *text; /* %s: the SIM */
} choices[] = {
	{ CHOICE_ONLY_ONE, "%s was the only SIM that could take it." },
	{ CHOICE_ASKED_FOR, "%s was asked for." },
	{ CHOICE_KNOWN, "Its number knows %s." },
	{ CHOICE_CHEAPEST, "%s was the cheapest SIM that was free." },
	{ CHOICE_BUNDLE, "%s had the most left of its bundle." },
	{ CHOICE_MOVED, "The SIM that its number knows was gone, so %s took it." },
	{ CHOICE_ANY, "Any SIM would do; %s had rested longest." },
	{ CHOICE_PROBE, "It showed whether %s works again." },
};

static const struct sentence *find(const char *code)
{
	for (size_t i = 0; i < sizeof(waiting) / sizeof(waiting[0]); i++) {
		if (str_eq(waiting[i].code, code))
			return &waiting[i];
	}
	return NULL;
}

/* before: messages that go first; 0: not known. */
static void say(struct explanation *out, const char *code, int64_t until, int64_t before)
{
	const struct sentence *s = find(code);
	const char *lead = s ? s->until : "";
	char time[32] = "", count[64] = "";
	*out = (struct explanation){ .until = until };
	(void)str_copy(out->code, sizeof(out->code), code); /* names of ours */
	if (until && *lead)
		(void)clock_format(until - until % 1000, time, sizeof(time));
	if (before > 0)
		(void)str_format(
			count, sizeof(count), "; %lld go before it", (long long)before);
	/* All of it fits. */
	(void)str_format(out->detail, sizeof(out->detail), "%s%s%s%s.",
		s ? s->text : "It waits", *time ? lead : "", time, count);
}

/* ---- what the store knows ---- */

static const char *state_code(const struct queue_explain *q)
{
	if (q->state == MESSAGE_SENDING)
		return "on_air";
	if (q->state == MESSAGE_HELD)
		return q->campaign_state == CAMPAIGN_PAUSED ? "held_campaign" : "held";
	if (q->is_suppressed)
		return "suppressed";
	if (q->is_unconsented)
		return "no_consent";
	return NULL;
}

/* Why it is not due. */
static const char *time_code(const struct queue_explain *q, int64_t now)
{
	if (q->frequency_free_at > now)
		return "frequency_cap";
	if (q->refused_at && q->attempts > 0)
		return "retry";
	return q->item.pause_at ? "window" : "scheduled";
}

/* False: the store has nothing against it. */
static bool explain_from_store(
	const struct queue_explain *q, int64_t now, struct explanation *out)
{
	const char *code = state_code(q);
	if (code) {
		say(out, code, 0, 0);
		return true;
	}
	if (q->item.due_at > now) {
		say(out, time_code(q, now), q->item.due_at, 0);
		return true;
	}
	if (q->item.pause_at && q->item.pause_at <= now)
		code = "window"; /* the keeper plans it anew within seconds */
	else if (q->item.expires_at && q->item.expires_at <= now)
		code = "expired";
	else if (q->is_unread)
		code = "unread_inbound";
	if (code)
		say(out, code, 0, 0);
	return code != NULL;
}

static void ask_modemd(struct office *o, int64_t id, struct explanation *out)
{
	const struct hub_command command = {
		.op = "explain", .message_id = id, .timeout_ms = ASK_MS
	};
	struct hub_answer answer;
	enum err err = hub_ask(o->hub, &command, &answer);
	if (err == ERR_TIMEOUT || err == ERR_NOTFOUND)
		say(out, "modemd_away", 0, 0);
	else if (err || answer.code[0]) /* else it does not wait any more */
		say(out, find(answer.code) ? answer.code : "busy", answer.until,
			answer.n);
}

enum err explain_waiting(struct office *o, int64_t message_id, struct explanation *out)
{
	struct queue_explain q;
	*out = (struct explanation){ .code = "" };
	enum err err = queue_explain_read(o->store, message_id, &q);
	if (err == ERR_NOTFOUND)
		return ERR_OK;
	if (err)
		return office_fail(o, err, "message");
	if (q.state != MESSAGE_HELD && q.state != MESSAGE_QUEUED &&
		q.state != MESSAGE_SENDING)
		return ERR_OK;
	if (!explain_from_store(&q, office_now(o), out))
		ask_modemd(o, message_id, out);
	return ERR_OK;
}

void explain_choice(enum sim_choice choice, const char *sim, struct explanation *out)
{
	*out = (struct explanation){ .code = "" };
	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
		if (choices[i].choice != choice)
			continue;
		const char *text = choices[i].text, *at = strstr(text, "%s");
		/* Both fit: names are short. */
		(void)str_copy(out->code, sizeof(out->code),
			vstr_name(sim_choice_names, (int)choice));
		(void)str_format(out->detail, sizeof(out->detail), "%.*s%s%s",
			(int)(at - text), text, *sim ? sim : "its SIM", at + 2);
	}
}
