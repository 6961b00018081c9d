#include "firmware/radio/slot/slot_pin.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/radio/slot/slot_parts.h"

#define LOG_MODULE "pin"
#include "firmware/base/log.h"

enum {
	AGAIN_MS = 1000,     /* the bay has no number yet */
	PATIENCE_MS = 60000, /* the SIM's verdict on a PIN */
	LOOK_MS = 60000,     /* a PIN may be entered, and the hint of it lost */
	TRIES_ALL = 3,	 /* TS 31.101 9.5.1: nothing was wrong since the last right one */
	AFTER_MS = 1500, /* the SIM needs a moment once it is open */
};

/* Looking for it, and committing the try. */

void slot_pin_digest(const struct crypto_seal_key *key, const char *code, uint8_t *out)
{
	const struct crypto_key secret = { key->secret_key, sizeof(key->secret_key) };

	(void)crypto_digest(/* its arguments are in range */
		out, CRYPTO_HASH_OCTETS, code, strlen(code), &secret);
}

static bool unseal(struct slot_pin_look *look, const struct pin *pin)
{
	size_t len = pin->sealed_octets - CRYPTO_SEAL_EXTRA;

	if (pin->sealed_octets <= CRYPTO_SEAL_EXTRA || len >= sizeof(look->code))
		return false;
	look->code[len] = '\0';
	return crypto_unseal(look->code, pin->sealed, pin->sealed_octets, look->key) ==
	       ERR_OK;
}

/* A try that was cut off is made up for where the SIM says that it did no harm; once, as
 * a modem may remember what the SIM said before it. */
static bool is_unsure(const struct slot_pin_look *look, const struct pin *pin)
{
	return pin->tries > 1 || (pin->tries == 1 && look->tries_left < TRIES_ALL);
}

static enum err judge(struct store *s, struct slot_pin_look *look, const struct pin *pin)
{
	uint8_t digest[CRYPTO_HASH_OCTETS];

	if (pin->state == PIN_REFUSED) {
		look->finding = SLOT_PIN_REFUSED;
	} else if (is_unsure(look, pin)) {
		look->finding = SLOT_PIN_UNSURE;
	} else if (!unseal(look, pin)) {
		look->finding = SLOT_PIN_UNREADABLE;
	} else {
		slot_pin_digest(look->key, look->code, digest);
		bool again = pin_was_refused(pin, digest);
		look->finding = again ? SLOT_PIN_REFUSED : SLOT_PIN_READY;
		return again ? pin_refused(s, look->name, digest)
			     : pin_begin_try(s, look->name);
	}
	return ERR_OK;
}

static enum err look_run(struct store *s, struct store_job *job)
{
	struct slot_pin_look *look = (struct slot_pin_look *)job;
	struct pin pin;

	look->finding = SLOT_PIN_NONE;
	enum err err = slot_puk_adopt(s, look->name, look->key);
	if (err == ERR_OK)
		err = pin_get(s, look->name, &pin);
	if (err != ERR_OK)
		return err == ERR_NOTFOUND ? ERR_OK : err;
	return judge(s, look, &pin);
}

static void on_entered(void *user, enum err err)
{
	struct slot *slot = user;

	log_info("slot=%s pin=%s", slot->name,
		err == ERR_OK ? "taken" : (err == ERR_INPUT ? "refused" : "unanswered"));
	/* What the SIM says now decides, whatever was answered. */
	if (slot->fsm.state == SLOT_PIN)
		slot_wait(slot, AFTER_MS);
}

/* An ICCID is readable before the PIN (TS 31.102 4.2.1); where a modem does not tell it,
 * the bay stands for the SIM in it, and one try is all that another SIM there risks. */
bool slot_pin_name(const struct slot *slot, char *dst, size_t size)
{
	if (slot->sim.iccid[0])
		return str_copy(dst, size, slot->sim.iccid);
	return slot->bay.id && str_format(dst, size, "bay:%lld", (long long)slot->bay.id);
}

/* A store that stood still leaves time to put another SIM in. */
static bool is_still_there(const struct slot *slot)
{
	char name[PIN_NAME_SIZE];

	return slot->fsm.state == SLOT_PIN && slot_pin_name(slot, name, sizeof(name)) &&
	       str_eq(name, slot->pin.look.name);
}

static void enter(struct slot *slot)
{
	struct slot_pin *pin = &slot->pin;

	slot_pin_digest(pin->look.key, pin->look.code, pin->digest);
	enum err err = is_still_there(slot) ? modem_enter_pin(slot->modem, pin->look.code,
						      on_entered, slot)
					    : ERR_NOTFOUND;
	pin->is_entering = err == ERR_OK;
	if (err != ERR_OK) /* the SIM never saw it, yet the next start cannot know */
		log_warn("slot=%s pin=not_entered: %s", slot->name, err_name(err));
}

static const enum reason reasons[] = {
	[SLOT_PIN_NONE] = REASON_SIM_PIN,
	[SLOT_PIN_READY] = REASON_SIM_PIN,
	[SLOT_PIN_REFUSED] = REASON_PIN_REFUSED,
	[SLOT_PIN_UNSURE] = REASON_PIN_UNSURE,
	[SLOT_PIN_UNREADABLE] = REASON_PIN_UNREADABLE,
};

static void look_done(struct store_job *job, enum err err)
{
	struct slot_pin_look *look = (struct slot_pin_look *)job;
	struct slot *slot = look->slot;

	look->posted = false;
	if (slot->fsm.state == SLOT_PIN) {
		slot_go(slot, SLOT_PIN, reasons[look->finding]);
		slot_wait(slot,
			look->finding == SLOT_PIN_READY ? PATIENCE_MS : SLOT_PIN_POLL_MS);
	}
	if (err == ERR_OK && look->finding == SLOT_PIN_READY)
		enter(slot);
	explicit_bzero(look->code, sizeof(look->code));
}

void slot_pin_try(struct slot *slot)
{
	struct slot_pin_look *look = &slot->pin.look;

	if (look->posted || !slot->host->pin_key)
		return;
	slot->pin.look_ms = loop_now_ms(slot->host->loop);
	if (!slot_pin_name(slot, look->name, sizeof(look->name))) {
		slot_wait(slot, AGAIN_MS);
		return;
	}
	slot->pin.look_ms += LOOK_MS;
	look->key = slot->host->pin_key;
	look->tries_left = slot->sim.pin_tries;
	look->posted = true;
	store_thread_post(slot->host->store, &look->job);
}

/* Waiting: the SIM may be changed, or opened or given its PUK by somebody else, and not
 * every modem tells. What it says now is only compared: a bay that goes on waiting is not
 * written down again and again. */

static void on_polled(void *user, enum err err, const struct modem_sim_info *sim)
{
	struct slot *slot = user;

	if (slot->fsm.state != SLOT_PIN)
		return;
	slot_wait(slot, SLOT_PIN_POLL_MS);
	if (err != ERR_OK || sim->state == MODEM_SIM_BUSY)
		return;
	bool is_same =
		sim->state == slot->sim.state && str_eq(sim->iccid, slot->sim.iccid);
	slot->sim = *sim;
	if (!is_same)
		EV(slot, SLOT_EV_SIM, NULL);
	else if (loop_now_ms(slot->host->loop) < slot->pin.look_ms)
		return;
	else if (sim->state == MODEM_SIM_PIN)
		slot_pin_try(slot);
	else if (sim->state == MODEM_SIM_PUK)
		slot_puk_try(slot);
}

void slot_pin_poll(void *user, const void *data)
{
	struct slot *slot = user;

	(void)data;
	if (slot->pin.is_entering ||
		slot->puk.is_entering) { /* its verdict is a new reading */
		EV(slot, SLOT_EV_SIM, NULL);
		return;
	}
	slot_wait(slot, SLOT_PIN_POLL_MS); /* should it be busy */
	(void)modem_read_sim(slot->modem, on_polled, slot);
}

/* Writing down how it ended. */

static enum err end_run(struct store *s, struct store_job *job)
{
	const struct slot_pin_end *end = (struct slot_pin_end *)job;

	return end->worked ? pin_worked(s, end->name)
			   : pin_refused(s, end->name, end->refused);
}

static void end_done(struct store_job *job, enum err err)
{
	struct slot_pin_end *end = (struct slot_pin_end *)job;

	end->posted = false;
	if (err != ERR_OK)
		log_error("slot=%s the end of a PIN's try cannot be stored: %s",
			end->slot->name, err_name(err));
	else if (!end->worked && end->slot->fsm.state == SLOT_PIN)
		slot_go(end->slot, SLOT_PIN, REASON_PIN_REFUSED);
}

void slot_pin_note(struct slot *slot, bool is_open)
{
	struct slot_pin *pin = &slot->pin;
	struct slot_pin_end *end = &pin->end;

	if (!pin->is_entering || end->posted)
		return;
	pin->is_entering = false;
	end->worked = is_open;
	memcpy(end->name, pin->look.name, sizeof(end->name));
	memcpy(end->refused, pin->digest, sizeof(end->refused));
	end->posted = true;
	store_thread_post(slot->host->store, &end->job);
}

void slot_pin_init(struct slot *slot)
{
	struct slot_pin *pin = &slot->pin;

	pin->look.slot = pin->end.slot = slot;
	pin->look.job =
		(struct store_job){ .run = look_run, .done = look_done, .once = true };
	pin->end.job = (struct store_job){ .run = end_run, .done = end_done };
}
