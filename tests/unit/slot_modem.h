/*
 * The modem of slot_world.h, which alone includes this: every function of modem.h, played
 * by the test, and the modem's answers.
 */
#ifndef TESTS_SLOT_MODEM_H
#define TESTS_SLOT_MODEM_H

enum err modem_create(struct modem **out, struct loop *loop, const char *port,
	modem_event_fn event, void *user)
{
	(void)loop;
	(void)port;
	fake_modem = (struct modem){ .event = event,
		.event_user = user,
		.sim_state = MODEM_SIM_READY,
		.puk_tries = -1 };
	*out = &fake_modem;
	return ERR_OK;
}

void modem_destroy(struct modem *m)
{
	(void)m;
}

bool modem_get_way(const struct modem *m, struct modem_way *out)
{
	*out = m->way;
	return m->way.speed > 0;
}

void modem_prefer_way(struct modem *m, const struct modem_way *way)
{
	m->preferred = *way;
}

enum err modem_open(struct modem *m)
{
	assert_false(m->is_open);
	if (w.open_err)
		return w.open_err;
	m->opens++;
	m->is_open = true;
	return ERR_OK;
}

static inline void end_request(struct modem *m, enum err err);

void modem_close(struct modem *m)
{
	if (!m->is_open)
		return;
	m->is_open = false;
	end_request(m, ERR_SYS);
}

static inline enum err begin(struct modem *m, enum pending pending, void *user)
{
	if (m->pending)
		return ERR_BUSY;
	if (!m->is_open)
		return ERR_SYS;
	m->pending = pending;
	m->user = user;
	return ERR_OK;
}

enum err modem_probe(struct modem *m, modem_info_fn done, void *user)
{
	enum err err = begin(m, PENDING_PROBE, user);
	m->info = err ? m->info : done;
	return err;
}

enum err modem_read_sim(struct modem *m, modem_sim_fn done, void *user)
{
	enum err err = begin(m, PENDING_SIM, user);
	m->sim = err ? m->sim : done;
	return err;
}

static inline enum err begin_plain(
	struct modem *m, enum pending pending, modem_done_fn done, void *user)
{
	enum err err = begin(m, pending, user);
	m->plain = err ? m->plain : done;
	return err;
}

enum err modem_setup(struct modem *m, modem_done_fn done, void *user)
{
	return begin_plain(m, PENDING_SETUP, done, user);
}

enum err modem_enter_pin(struct modem *m, const char *pin, modem_done_fn done, void *user)
{
	enum err err = begin_plain(m, PENDING_PIN, done, user);
	m->pins += !err;
	(void)str_copy(m->pin, sizeof(m->pin), pin); /* its length is the test's */
	return err;
}

enum err modem_enter_puk(struct modem *m, const char *puk, const char *new_pin,
	modem_done_fn done, void *user)
{
	enum err err = begin_plain(m, PENDING_PIN, done, user);
	m->puks += !err;
	(void)str_copy(m->puk, sizeof(m->puk), puk); /* its length is the test's */
	(void)str_copy(m->pin, sizeof(m->pin), new_pin);
	return err;
}

enum err modem_read_health(struct modem *m, modem_health_fn done, void *user)
{
	enum err err = begin(m, PENDING_HEALTH, user);
	m->health = err ? m->health : done;
	return err;
}

void modem_read_fill(const struct modem *m, struct modem_fill out[MODEM_MEMORIES])
{
	memset(out, 0, MODEM_MEMORIES * sizeof(out[0]));
	out[0] = m->fill;
}

enum err modem_self_test(struct modem *m, modem_self_test_fn done, void *user)
{
	enum err err = begin(m, PENDING_TEST, user);
	m->self_test = err ? m->self_test : done;
	return err;
}

enum err modem_list_networks(struct modem *m, modem_networks_fn done, void *user)
{
	enum err err = begin(m, PENDING_SEARCH, user);
	m->networks = err ? m->networks : done;
	return err;
}

void modem_list_networks_stop(struct modem *m)
{
	m->search_stops++;
}

void modem_self_test_stop(struct modem *m)
{
	m->stops++;
}

const char *modem_check_name(enum modem_check_kind check)
{
	static const char *const names[] = { "answers", "sim", "signal", "network",
		"smsc", "memory", "prompt" };
	return names[check];
}

void modem_set_trace(struct modem *m, modem_trace_fn trace, void *user)
{
	m->trace = trace;
	m->trace_user = user;
}

enum err modem_park(struct modem *m, modem_done_fn done, void *user)
{
	return begin_plain(m, PENDING_PARK, done, user);
}

enum err modem_read_net(struct modem *m, modem_net_fn done, void *user)
{
	enum err err = begin(m, PENDING_NET, user);
	m->net = err ? m->net : done;
	return err;
}

enum err modem_check(struct modem *m, modem_done_fn done, void *user)
{
	return begin_plain(m, PENDING_CHECK, done, user);
}

enum err modem_sweep(
	struct modem *m, modem_stored_fn each, modem_done_fn done, void *user)
{
	enum err err = begin_plain(m, PENDING_SWEEP, done, user);
	m->each = err ? m->each : each;
	return err;
}

enum err modem_delete(struct modem *m, enum modem_store store, uint16_t index,
	modem_done_fn done, void *user)
{
	(void)index;
	assert_int_not_equal(store, MODEM_STORE_NONE);
	enum err err = begin_plain(m, PENDING_DELETE, done, user);
	m->deletes += !err;
	return err;
}

bool modem_tells_texts(const struct modem *m)
{
	return !m->is_mute;
}

enum err modem_ack(struct modem *m, modem_done_fn done, void *user)
{
	enum err err = begin_plain(m, PENDING_ACK, done, user);
	m->acks += !err;
	return err;
}

enum err modem_reset(
	struct modem *m, enum modem_reset how, modem_done_fn done, void *user)
{
	(void)how;
	if (w.reset_err)
		return w.reset_err;
	enum err err = begin_plain(m, PENDING_RESET, done, user);
	m->resets += !err;
	return err;
}

bool modem_can_reset(const struct modem *m, enum modem_reset how)
{
	(void)m;
	(void)how;
	return true;
}

enum err modem_reset_usb(struct modem *m)
{
	assert_false(m->is_open);
	m->usb_resets++;
	return ERR_OK;
}

bool modem_can_reset_usb(const struct modem *m)
{
	return m->is_usb;
}

bool modem_is_makers(const struct modem *m)
{
	return m->is_usb;
}

enum err modem_ussd(struct modem *m, const char *code, modem_ussd_fn done, void *user)
{
	(void)code;
	enum err err = begin(m, PENDING_USSD, user);
	m->ussd = err ? m->ussd : done;
	m->ussds += !err;
	return err;
}

void modem_ussd_give_up(struct modem *m)
{
	assert_int_equal(m->pending, PENDING_USSD);
	end_request(m, ERR_TIMEOUT);
}

enum err modem_submit(struct modem *m, const uint8_t *pdu, size_t octets,
	modem_submit_fn done, void *user)
{
	enum err err = begin(m, PENDING_SUBMIT, user);
	if (err)
		return err;
	m->submit = done;
	m->is_released = m->is_aborted = false;
	memcpy(m->pdu, pdu, octets);
	m->octets = octets;
	return ERR_OK;
}

void modem_submit_release(struct modem *m)
{
	const struct slot_send *send = &w.slot.send;
	char sql[160];

	assert_int_equal(m->pending, PENDING_SUBMIT);
	assert_false(m->is_aborted);
	(void)str_format(sql, sizeof(sql),
		"SELECT count(*) FROM part WHERE message_id = %lld AND seq = %u "
		"AND state = 1",
		(long long)send->claim.id, send->seq);
	assert_int_equal(committed(sql), 1);
	assert_int_equal(committed("SELECT count(*) FROM part WHERE state = 1"), 1);
	assert_true(send->claim.id < AIR_MAX);
	assert_false(w.air[send->claim.id][send->seq]);
	w.air[send->claim.id][send->seq] = true;
	m->is_released = true;
	m->releases++;
}

void modem_submit_abort(struct modem *m)
{
	m->is_aborted = !m->is_released;
}

int power_bay_of(const struct power *power, const char *port)
{
	(void)power;
	(void)port;
	return 0;
}

bool power_has_line(const struct power *power, int bay)
{
	(void)power;
	return bay == 0 && w.power_err == ERR_OK;
}

bool power_is_alone(const struct power *power, int bay, const char *port)
{
	(void)power;
	(void)port;
	return bay == 0 && w.is_alone;
}

enum err power_cycle(struct power *power, int bay, uint64_t *out_ms)
{
	(void)power;
	(void)bay;
	*out_ms = 8000;
	w.power_cycles++;
	return w.power_err;
}

/* Its answers. */

static inline void answer_submit(struct modem_submit_result result)
{
	assert_int_equal(fake_modem.pending, PENDING_SUBMIT);
	fake_modem.pending = PENDING_NONE;
	result.text_left = fake_modem.is_released;
	if (result.kind == MODEM_SUBMIT_REFUSED || result.kind == MODEM_SUBMIT_NOT_SENT)
		w.air[w.slot.send.claim.id][w.slot.send.seq] = false;
	fake_modem.submit(fake_modem.user, &result);
}

/* As the driver says it: after leave was given the answer is lost, before it is not. */
static inline void end_request(struct modem *m, enum err err)
{
	enum pending pending = m->pending;
	struct modem_sim_info sim = { .state = m->sim_state,
		.pin_tries = m->pin_tries,
		.puk_tries = m->puk_tries };

	if (!m->hides_iccid || m->sim_state == MODEM_SIM_READY)
		(void)str_copy(sim.iccid, sizeof(sim.iccid), /* fits */
			m->iccid ? m->iccid : WORLD_ICCID);
	m->pending = PENDING_NONE;
	switch (pending) {
	case PENDING_NONE:
		break;
	case PENDING_PROBE:
		m->info(m->user, err, &(struct modem_info){ .imei = "1", .model = "M" });
		break;
	case PENDING_SIM:
		m->sim(m->user, err, &sim);
		break;
	case PENDING_NET:
		m->net(m->user, err,
			&(struct modem_net_info){ .reg = m->reg ? m->reg : MODEM_REG_HOME,
				.rssi_dbm = -70,
				.reject_cause = m->reject_cause });
		break;
	case PENDING_SUBMIT:
		m->pending = PENDING_SUBMIT;
		answer_submit((struct modem_submit_result){
			.kind = m->is_released ? MODEM_SUBMIT_LOST
					       : MODEM_SUBMIT_NOT_SENT });
		break;
	case PENDING_USSD:
		m->ussd(m->user, err, &m->words);
		break;
	case PENDING_HEALTH:
		m->health(m->user, err,
			&(struct modem_health){ .supply_mv = 4000,
				.has_clock = m->clock_utc_s != 0,
				.clock_utc_s = m->clock_utc_s });
		break;
	case PENDING_TEST:
		m->self_test(m->user, err, &m->tested);
		break;
	case PENDING_SEARCH:
		m->networks(m->user, err, &m->around);
		break;
	case PENDING_SETUP:
	case PENDING_PARK:
	case PENDING_CHECK:
	case PENDING_SWEEP:
	case PENDING_DELETE:
	case PENDING_ACK:
	case PENDING_RESET:
	case PENDING_PIN:
		m->plain(m->user, err);
		break;
	}
}

static inline void answer(enum pending expected)
{
	assert_int_equal(fake_modem.pending, expected);
	end_request(&fake_modem, ERR_OK);
}

static inline void modem_says(enum modem_event_kind kind)
{
	if (kind == MODEM_EVENT_GONE || kind == MODEM_EVENT_REBOOTED)
		end_request(&fake_modem, ERR_SYS);
	if (kind == MODEM_EVENT_GONE)
		fake_modem.is_open = false;
	fake_modem.event(fake_modem.event_user, &(struct modem_event){ .kind = kind });
}

#endif
