#include "firmware/radio/slot/slot_puk.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/radio/slot/slot_parts.h"

#define LOG_MODULE "puk"
#include "firmware/base/log.h"

enum {
	PATIENCE_MS = 60000, /* the SIM's verdict on a PUK */
	LOOK_MS = 60000,     /* a PUK may be entered, and the hint of it lost */
	AFTER_MS = 1500,     /* the SIM needs a moment once it is open */
	BOTH_MAX = PUK_DIGITS + 1 + 8,
};

/* Looking for it, and committing the try. */

static bool unseal(
	char *dst, size_t size, const struct pin *pin, const struct crypto_seal_key *key)
{
	size_t len = pin->sealed_octets - CRYPTO_SEAL_EXTRA;

	if (pin->sealed_octets <= CRYPTO_SEAL_EXTRA || len >= size)
		return false;
	dst[len] = '\0';
	return crypto_unseal(dst, pin->sealed, pin->sealed_octets, key) == ERR_OK;
}

static bool take_both(struct slot_puk_look *look, const struct pin *row)
{
	char both[BOTH_MAX + 1];
	bool ok = unseal(both, sizeof(both), row, look->key) &&
		  strlen(both) > PUK_DIGITS && both[PUK_DIGITS] == ' ' &&
		  str_copy_n(look->puk, sizeof(look->puk), both, PUK_DIGITS) &&
		  str_copy(look->code, sizeof(look->code), both + PUK_DIGITS + 1);

	explicit_bzero(both, sizeof(both));
	return ok;
}

static enum err begin(struct store *s, struct slot_puk_look *look)
{
	struct slot_puk_entry *entry = &look->entry;
	size_t len = strlen(look->code);

	slot_pin_digest(look->key, look->code, entry->pin_digest);
	entry->pin = (struct pin){ .sealed_octets = len + CRYPTO_SEAL_EXTRA };
	enum err err =
		crypto_seal(entry->pin.sealed, look->code, len, look->key->public_key);
	if (err == ERR_OK)
		err = puk_begin_try(
			s, entry->name, entry->pin.sealed, entry->pin.sealed_octets);
	look->finding = err == ERR_OK ? SLOT_PUK_READY : SLOT_PUK_NONE;
	return err;
}

static enum err judge(
	struct store *s, struct slot_puk_look *look, const struct pin *row, bool is_old)
{
	struct slot_puk_entry *entry = &look->entry;

	if (row->state == PIN_REFUSED || row->tries > 0) {
		look->finding =
			row->state == PIN_REFUSED ? SLOT_PUK_REFUSED : SLOT_PUK_UNSURE;
		bool is_shut = row->sealed_octets == 0;
		return is_shut || row->tries == 0 ? ERR_OK : puk_unsure(s, entry->name);
	}
	if (row->sealed_octets == 0)
		return ERR_OK;
	if (is_old || !take_both(look, row))
		return puk_over(s, entry->name);
	slot_pin_digest(look->key, look->puk, entry->digest);
	if (!pin_was_refused(row, entry->digest))
		return begin(s, look);
	look->finding = SLOT_PUK_REFUSED;
	return puk_refused(s, entry->name, entry->digest);
}

static enum err look_run(struct store *s, struct store_job *job)
{
	struct slot_puk_look *look = (struct slot_puk_look *)job;
	struct pin row;
	bool is_old;

	look->finding = SLOT_PUK_NONE;
	enum err err = puk_get(s, look->entry.name, &row, &is_old);
	if (err != ERR_OK)
		return err == ERR_NOTFOUND ? ERR_OK : err;
	return judge(s, look, &row, is_old);
}

enum err slot_puk_adopt(
	struct store *s, const char *name, const struct crypto_seal_key *key)
{
	uint8_t digest[CRYPTO_HASH_OCTETS];
	char code[9];
	struct pin row;
	bool is_old;
	enum err err = puk_get(s, name, &row, &is_old);

	if (err != ERR_OK)
		return err == ERR_NOTFOUND ? ERR_OK : err;
	if (row.state != PIN_NEW || row.tries == 0 ||
		!unseal(code, sizeof(code), &row, key))
		return ERR_OK;
	slot_pin_digest(key, code, digest);
	explicit_bzero(code, sizeof(code));
	return puk_worked(s, name, &row, digest);
}

/* The try. */

static bool is_of(const struct slot *slot, const char *name)
{
	char now[PIN_NAME_SIZE];

	return slot_pin_name(slot, now, sizeof(now)) && str_eq(now, name);
}

static void end(struct slot *slot, const struct slot_puk_entry *entry,
	enum slot_puk_verdict verdict)
{
	struct slot_puk_end *e = &slot->puk.end;

	if (e->posted) /* not while one is waited for */
		return;
	e->entry = *entry;
	e->verdict = verdict;
	e->posted = true;
	store_thread_post(slot->host->store, &e->job);
}

static void on_entered(void *user, enum err err)
{
	struct slot *slot = user;

	log_info("slot=%s puk=%s", slot->name,
		err == ERR_OK ? "taken" : (err == ERR_INPUT ? "refused" : "unanswered"));
	slot->puk.answer = err;
	/* What the SIM says now decides, whatever was answered. */
	if (slot->fsm.state == SLOT_PIN)
		slot_wait(slot, AFTER_MS);
}

/* A store that stood still leaves time to put another SIM in. */
static void enter(struct slot *slot)
{
	struct slot_puk *puk = &slot->puk;
	bool is_there = slot->fsm.state == SLOT_PIN && slot->sim.state == MODEM_SIM_PUK &&
			is_of(slot, puk->look.entry.name);
	enum err err = is_there ? modem_enter_puk(slot->modem, puk->look.puk,
					  puk->look.code, on_entered, slot)
				: ERR_NOTFOUND;

	puk->is_entering = err == ERR_OK;
	puk->entry = puk->look.entry;
	puk->answer = ERR_TIMEOUT;
	puk->tries_before = slot->sim.puk_tries;
	puk->stale[0] = '\0';
	if (err == ERR_OK)
		return;
	log_warn("slot=%s puk=not_entered: %s", slot->name, err_name(err));
	end(slot, &puk->entry, SLOT_PUK_UNKNOWN);
}

static const enum reason reasons[] = {
	[SLOT_PUK_NONE] = REASON_SIM_PUK,
	[SLOT_PUK_READY] = REASON_SIM_PUK,
	[SLOT_PUK_REFUSED] = REASON_PUK_REFUSED,
	[SLOT_PUK_UNSURE] = REASON_PUK_UNSURE,
};

static void look_done(struct store_job *job, enum err err)
{
	struct slot_puk_look *look = (struct slot_puk_look *)job;
	struct slot *slot = look->slot;
	enum slot_puk_finding finding = err == ERR_OK ? look->finding : SLOT_PUK_NONE;

	look->posted = false;
	if (finding == SLOT_PUK_REFUSED || finding == SLOT_PUK_UNSURE)
		(void)str_copy(slot->puk.stale, sizeof(slot->puk.stale), /* as big */
			look->entry.name);
	if (slot->fsm.state == SLOT_PIN && slot->sim.state == MODEM_SIM_PUK) {
		slot_go(slot, SLOT_PIN, reasons[finding]);
		slot_wait(
			slot, finding == SLOT_PUK_READY ? PATIENCE_MS : SLOT_PIN_POLL_MS);
	}
	if (finding == SLOT_PUK_READY)
		enter(slot);
	explicit_bzero(look->puk, sizeof(look->puk));
	explicit_bzero(look->code, sizeof(look->code));
}

void slot_puk_try(struct slot *slot)
{
	struct slot_puk_look *look = &slot->puk.look;

	if (slot->sim.puk_tries == 0) {
		slot->pin.look_ms = loop_now_ms(slot->host->loop) + LOOK_MS;
		slot_go(slot, SLOT_PIN, REASON_SIM_BLOCKED);
		slot_wait(slot, SLOT_PIN_POLL_MS);
		return;
	}
	if (look->posted || slot->puk.is_entering || !slot->host->pin_key ||
		!slot_pin_name(slot, look->entry.name, sizeof(look->entry.name)))
		return;
	slot->pin.look_ms = loop_now_ms(slot->host->loop) + LOOK_MS;
	look->key = slot->host->pin_key;
	look->posted = true;
	store_thread_post(slot->host->store, &look->job);
}

/* Writing down how it ended. */

static enum err end_run(struct store *s, struct store_job *job)
{
	const struct slot_puk_end *e = (struct slot_puk_end *)job;
	const struct slot_puk_entry *entry = &e->entry;

	switch (e->verdict) {
	case SLOT_PUK_WORKED:
		return puk_worked(s, entry->name, &entry->pin, entry->pin_digest);
	case SLOT_PUK_WRONG:
		return puk_refused(s, entry->name, entry->digest);
	case SLOT_PUK_UNKNOWN:
		return puk_unsure(s, entry->name);
	case SLOT_PUK_CURED:
		break;
	}
	return puk_over(s, entry->name);
}

static void end_done(struct store_job *job, enum err err)
{
	struct slot_puk_end *e = (struct slot_puk_end *)job;

	e->posted = false;
	if (err != ERR_OK)
		log_error("slot=%s the end of a PUK's try cannot be stored: %s",
			e->slot->name, err_name(err));
}

static bool hides_its_name(const struct slot_puk_entry *entry)
{
	return str_starts(entry->name, "bay:");
}

/* The SIM's count still tells, if that is the SIM that comes back. */
void slot_puk_lost(struct slot *slot)
{
	if (hides_its_name(&slot->puk.entry))
		slot->puk.is_entering = false;
}

static bool is_open(const struct slot *slot)
{
	return slot->sim.state == MODEM_SIM_READY || slot->sim.state == MODEM_SIM_PIN;
}

/* A SIM that hid its name may tell it once it is open. */
static enum slot_puk_verdict verdict_of(const struct slot *slot)
{
	const struct slot_puk *puk = &slot->puk;
	bool is_same = is_of(slot, puk->entry.name) || hides_its_name(&puk->entry);
	int8_t left = slot->sim.puk_tries;

	if (is_same && is_open(slot))
		return SLOT_PUK_WORKED;
	if (puk->answer == ERR_INPUT)
		return SLOT_PUK_WRONG;
	return is_same && left >= 0 && left < puk->tries_before ? SLOT_PUK_WRONG
								: SLOT_PUK_UNKNOWN;
}

void slot_puk_note(struct slot *slot)
{
	struct slot_puk *puk = &slot->puk;

	if (puk->is_entering && !puk->end.posted) {
		puk->is_entering = false;
		puk->entry.pin.state =
			slot->sim.state == MODEM_SIM_READY ? PIN_WORKED : PIN_NEW;
		end(slot, &puk->entry, verdict_of(slot));
	} else if (puk->stale[0] && is_open(slot) && is_of(slot, puk->stale)) {
		struct slot_puk_entry entry = { .pin = { .state = PIN_NEW } };
		(void)str_copy(entry.name, sizeof(entry.name), puk->stale); /* as big */
		puk->stale[0] = '\0';
		end(slot, &entry, SLOT_PUK_CURED);
	}
}

void slot_puk_init(struct slot *slot)
{
	struct slot_puk *puk = &slot->puk;

	puk->look.slot = puk->end.slot = slot;
	puk->look.job =
		(struct store_job){ .run = look_run, .done = look_done, .once = true };
	puk->end.job = (struct store_job){ .run = end_run, .done = end_done };
}
