#include "tests/modemsim/receive.h"

#include <string.h>

#include "firmware/base/str.h"
#include "tests/modemsim/modem.h"

static void receive_log(struct modem *m, const char *how, const char *mem, unsigned index)
{
	struct simlog *log = m->env->log;
	const struct mt_message *message = m->sim->first;

	simlog_begin(log, message->is_status ? "status" : "inbound", (int)m->index);
	simlog_text(log, "sim", m->sim->iccid);
	simlog_text(log, "how", how);
	if (mem)
		simlog_text(log, "mem", mem);
	if (index > 0)
		simlog_number(log, "index", index);
	simlog_bool(log, "client", port_has_client(&m->port));
	simlog_hex(log, "pdu", message->pdu, message->len);
	simlog_end(log);
}

/* +CMT or +CDS; with +CSMS=1 it stays first until +CNMA. */
static void receive_route(struct modem *m, const char *code)
{
	const struct mt_message *message = m->sim->first;
	char hex[SIMPDU_MAX * 2 + 1];

	if (!str_to_hex(hex, sizeof(hex), message->pdu, message->len))
		return;
	receive_log(m, "direct", NULL, 0);
	modem_urc(
		m, "%s%zu\r\n%s", code, simpdu_tpdu_len(message->pdu, message->len), hex);
	if (m->regs.number[REG_CSMS] == 1)
		loop_after(m->env->loop, &m->ack, m->set.cnma_ms);
	else
		sim_queue_drop(m->sim);
}

static void full_tell(struct modem *m, const struct sms_memory *memory)
{
	if (m->full_told)
		return;
	m->full_told = true;
	receive_log(m, "full", memory->name, 0);
	if (m->set.full_urc)
		modem_urc(m, "^SMMEMFULL: \"%s\"", memory->name);
}

/* False if there is no place: the network keeps it. */
static bool receive_store(struct modem *m, enum memory_kind kind, const char *code)
{
	struct mt_message *message = m->sim->first;
	struct sms_memory *memory = modem_memory(m, kind);
	unsigned index =
		sms_memory_add(memory, SMS_STAT_UNREAD, message->pdu, message->len);

	if (index == 0) {
		full_tell(m, memory);
		return false;
	}
	receive_log(m, "stored", memory->name, index);
	if (code && m->regs.cnmi[0] > 0)
		modem_urc(m, "%s\"%s\",%u", code, memory->name, index);
	sim_queue_drop(m->sim);
	return true;
}

static bool receive_text(struct modem *m)
{
	int mt = m->regs.cnmi[1];

	if (m->regs.cnmi[0] > 0 && mt >= 2) {
		receive_route(m, "+CMT: ,");
		return true;
	}
	return receive_store(m, m->regs.mem[2], mt == 1 ? "+CMTI: " : NULL);
}

static bool receive_status(struct modem *m)
{
	int ds = m->regs.cnmi[0] > 0 ? m->regs.cnmi[3] : 0;

	if (ds == 1) {
		receive_route(m, "+CDS: ");
		return true;
	}
	if (ds == 2)
		return receive_store(m, MEMORY_SR, "+CDSI: ");
	receive_log(m, "dropped", NULL, 0); /* 3.4.1: not routed, not stored */
	sim_queue_drop(m->sim);
	return true;
}

void receive_offer(struct modem *m)
{
	bool going = true;

	while (going && m->sim && m->sim->first && modem_is_registered(m) && !m->deaf &&
		port_is_plugged(&m->port) && !timer_is_set(&m->ack))
		going = m->sim->first->is_status ? receive_status(m) : receive_text(m);
}

bool receive_acknowledged(struct modem *m, bool ok)
{
	if (!timer_is_set(&m->ack) || !m->sim || !m->sim->first)
		return false;
	timers_stop(&m->env->loop->timers, &m->ack);
	simlog_begin(m->env->log, "ack", (int)m->index);
	simlog_bool(m->env->log, "ok", ok);
	simlog_end(m->env->log);
	if (ok) {
		sim_queue_drop(m->sim);
		m->after |= MODEM_AFTER_OFFER;
	} else {
		loop_after(m->env->loop, &m->ack, m->set.cnma_ms); /* tried again then */
	}
	return true;
}

/* TS 27.005 3.4.4: unacknowledged, so the network tries again; a strict modem also stops
 * routing to a client that does not answer. */
void receive_ack_due(void *user)
{
	struct modem *m = user;

	simlog_begin(m->env->log, "ack_timeout", (int)m->index);
	simlog_end(m->env->log);
	if (m->set.cnma_strict) {
		m->regs.cnmi[1] = 0;
		m->regs.cnmi[3] = 0;
	}
	receive_offer(m);
}
