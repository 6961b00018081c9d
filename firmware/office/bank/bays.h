/*
 * Looking after bays and SIMs: PINs, admission, history, the last lines of a failure, and
 * how operators are asked for the balance.
 */
#ifndef OFFICE_BAYS_H
#define OFFICE_BAYS_H

#include "firmware/office/office.h"
#include "firmware/store/balance.h"
#include "firmware/store/bay_log.h"
#include "firmware/store/bay_modem.h"
#include "firmware/store/bay_time.h"

#define BAYS_HEALTH_DAYS 30
#define BAYS_FAILURES_SHOWN 20
#define BAYS_SIGNAL_DAYS 7
#define BAYS_SPANS 2 /* of which is told how long it could send: a day, a week */

struct bay_span {
	int64_t days;
	int64_t from; /* or when its modem came, or the measuring began, if later */
	struct bay_time_sum sum;
};
struct bay_health_view {
	struct bay_health h; /* of the last BAYS_HEALTH_DAYS days and the present modem */
	int64_t mtbf_s;	     /* time that it worked, by failure; 0: not known */
	struct bay_span spans[BAYS_SPANS]; /* the shorter one first */
	const char *texts[BAY_CAUSES_MAX]; /* a sentence for each cause; static */
	size_t n_modems;
	struct bay_modem modems[BAY_MODEMS_KEPT]; /* the present one first */
	int64_t same_imei_bay; /* another bay whose modem tells its IMEI; 0: none */
};
enum err bays_health(struct office *o, int64_t bay_id, struct bay_health_view *out);

/* Its last BAYS_FAILURES_SHOWN failures, newest first: why, for how long, what was tried
 * last before it worked again. */
enum err bays_failures(struct office *o, int64_t bay_id, bay_event_fn fn, void *user);

/* By hours, of the last BAYS_SIGNAL_DAYS days, the oldest first; of no hour in which it
 * was not read. */
enum err bays_signals(struct office *o, int64_t bay_id, bay_signal_fn fn, void *user);

/* Newest first, without lines. */
enum err bays_records(struct office *o, int64_t bay_id, flight_record_fn fn, void *user);
/* not_found: also a record of another bay. */
enum err bays_record(struct office *o, int64_t bay_id, int64_t record_id,
	flight_record_fn fn, void *user);

/* Keeps the PIN sealed for the radio side, which tries it once. pin: 4 to 8 digits.
 * invalid_pin, modemd_away (no key was ever published). It is never read back. */
enum err bays_set_pin(struct office *o, const struct office_actor *actor, int64_t bay_id,
	const char *pin);
/* Hands the PUK of a SIM that waits for it, and the PIN that it is to get, to the radio
 * side, sealed and for one try; how that ends is the bay's reason. invalid_puk,
 * invalid_pin, not_waiting, other_sim, sim_blocked, last_try (not confirmed),
 * modemd_away. */
struct bays_puk {
	const char *puk, *pin; /* 8 digits; 4 to 8 */
	const char *iccid;     /* of the SIM that the person saw there; "" it told none */
	bool may_be_last;      /* confirmed: the SIM may be lost by this try */
};
enum err bays_enter_puk(struct office *o, const struct office_actor *actor,
	int64_t bay_id, const struct bays_puk *in);
/* An empty bay and its history, for good. not_found; bay_in_use. */
enum err bays_forget(struct office *o, const struct office_actor *actor, int64_t bay_id);

/* A SIM that was new may send from now on. */
enum err bays_admit_sim(
	struct office *o, const struct office_actor *actor, int64_t sim_id);

/* May it send in a foreign network? It receives there in any case. */
enum err bays_set_roaming(struct office *o, const struct office_actor *actor,
	int64_t sim_id, bool may_roam);

/* invalid_code, invalid_pattern, out_of_range (every_hours 1 to 720). */
enum err bays_set_balance_script(struct office *o, const struct office_actor *actor,
	const struct balance_script *script);
enum err bays_delete_balance_script(
	struct office *o, const struct office_actor *actor, const char *operator);
enum err bays_balance_scripts(struct office *o, balance_script_fn fn, void *user);
/* What a pattern reads in an answer, for trying it. ERR_NOTFOUND becomes no_amount. */
enum err bays_try_pattern(
	struct office *o, const char *pattern, const char *text, int64_t *out);

#endif
