#include "firmware/radio/slot/slot_balance.h"

#include "firmware/base/str.h"
#include "firmware/radio/slot/slot_parts.h"
#include "firmware/sms/balance.h"
#include "firmware/store/setting.h"

#define LOG_MODULE "balance"
#include "firmware/base/log.h"

enum {
	SETTLE_MS = 60000,  /* after the start: first things first */
	LOOK_MS = 300000,   /* scripts may be new */
	FAILED_MS = 3600000 /* the operator did not answer: not at once again */
};
#define HOUR_MS INT64_C(3600000)

static uint64_t mono_now(const struct slot *slot)
{
	return loop_now_ms(slot->host->loop);
}

/* A question may cost money: when it was asked last is committed before it is, or a
 * modemd that is started again and again would ask an operator who does not answer each
 * time. */
#define ASKED_PREFIX "balance.asked."

static enum err note_asked(struct store *s, struct slot_balance_look *look, int64_t now)
{
	char key[48];
	int64_t at = 0;

	(void)str_format(key, sizeof(key), ASKED_PREFIX "%lld",
		(long long)look->sim_id); /* fits */
	enum err err = setting_get_i64(s, key, &at);
	if (err != ERR_OK && err != ERR_NOTFOUND)
		return err;
	if (!look->is_wanted && at <= now && now - at < FAILED_MS)
		look->is_due = false;
	return look->is_due ? setting_set_i64(s, key, now) : ERR_OK;
}

static enum err look_run(struct store *s, struct store_job *job)
{
	struct slot_balance_look *look = (struct slot_balance_look *)job;
	int64_t now = clock_wall_ms(store_clock(s));

	look->is_due = false;
	enum err err = balance_due_get(s, look->sim_id, &look->due);
	if (err != ERR_OK)
		return err == ERR_NOTFOUND ? ERR_OK : err;
	int64_t next = look->due.at + look->due.script.every_hours * HOUR_MS;
	look->is_due =
		look->is_wanted || look->due.at == 0 || look->due.at > now || next <= now;
	return look->is_due ? note_asked(s, look, now) : ERR_OK;
}

static void look_done(struct store_job *job, enum err err)
{
	struct slot_balance_look *look = (struct slot_balance_look *)job;
	struct slot *slot = look->slot;

	look->posted = false;
	if (err != ERR_OK || !look->is_due || look->sim_id != slot->sim_id ||
		slot->ussd.is_asked)
		return;
	slot->balance.again_ms = mono_now(slot) + FAILED_MS;
	slot->balance.is_asking = true;
	if (slot_ussd(slot, look->due.script.code) != ERR_OK)
		slot->balance.is_asking = false;
}

static enum err note_run(struct store *s, struct store_job *job)
{
	const struct slot_balance_note *note = (struct slot_balance_note *)job;

	return balance_note(
		s, note->sim_id, note->text, note->has_amount ? &note->amount : NULL);
}

static void note_done(struct store_job *job, enum err err)
{
	struct slot_balance_note *note = (struct slot_balance_note *)job;

	note->posted = false;
	if (err != ERR_OK)
		log_error("sim=%lld its balance cannot be stored: %s",
			(long long)note->sim_id, err_name(err));
	else
		note->slot->host->changed(note->slot->host->user, note->slot);
}

bool slot_balance_take(struct slot *slot, const struct slot_ussd_end *end)
{
	struct slot_balance *b = &slot->balance;
	struct slot_balance_note *note = &b->note;

	if (!b->is_asking)
		return false;
	b->is_asking = false;
	if (end->code[0] || note->posted) {
		log_warn("sim=%lld balance not read: %s", (long long)slot->sim_id,
			end->code);
		return true;
	}
	note->sim_id = slot->sim_id;
	(void)str_copy(note->text, sizeof(note->text), end->text); /* the same size */
	note->has_amount = balance_find(b->look.due.script.pattern, end->text,
				   &note->amount) == ERR_OK;
	if (note->has_amount)
		b->again_ms = mono_now(slot) + LOOK_MS;
	else
		log_warn("sim=%lld the operator's answer has no amount where the "
			 "pattern looks for it",
			(long long)slot->sim_id);
	note->posted = true;
	store_thread_post(slot->host->store, &note->job);
	return true;
}

void slot_balance_reset(struct slot *slot)
{
	slot->balance.again_ms = mono_now(slot) + SETTLE_MS;
}

void slot_balance_now(struct slot *slot)
{
	slot->balance.again_ms = 0;
	slot->balance.is_wanted = true;
	slot->host->changed(slot->host->user, slot);
}

void slot_balance_turn(struct slot *slot)
{
	struct slot_balance *b = &slot->balance;

	if (slot->fsm.state != SLOT_READY || b->look.posted || slot->is_stopping ||
		slot->ussd.is_asked || mono_now(slot) < b->again_ms ||
		!clock_wall_is_sane(clock_wall_ms(loop_clock(slot->host->loop))))
		return;
	b->again_ms = mono_now(slot) + LOOK_MS;
	b->look.sim_id = slot->sim_id;
	b->look.is_wanted = b->is_wanted;
	b->is_wanted = false;
	b->look.posted = true;
	store_thread_post(slot->host->store, &b->look.job);
}

void slot_balance_init(struct slot *slot)
{
	struct slot_balance *b = &slot->balance;

	b->look.slot = b->note.slot = slot;
	b->look.job = (struct store_job){
		.run = look_run, .done = look_done, .once = true, .urgency = STORE_LAZY
	};
	b->note.job = (struct store_job){
		.run = note_run, .done = note_done, .urgency = STORE_LAZY
	};
	slot_balance_reset(slot);
}
