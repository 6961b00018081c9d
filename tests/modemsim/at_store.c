/* TS 27.005: listing, reading, deleting. */
#include "tests/modemsim/at.h"

#include <string.h>

#include "firmware/base/str.h"

static const char *const stat_names[] = { "REC UNREAD", "REC READ", "STO UNSENT",
	"STO SENT" };

/* The slot as "<header><stat>,…,<length>" and its PDU, 3.4.2 and 3.4.3. */
static void slot_say(struct at_call *call, const char *header, struct sms_slot *slot)
{
	char hex[SIMPDU_MAX * 2 + 1];

	if (!str_to_hex(hex, sizeof(hex), slot->pdu, slot->len))
		return;
	if (call->modem->regs.number[REG_CMGF] == 1)
		at_say(call, "%s\"%s\",\"\",,\"\"\r\n%s", header, stat_names[slot->stat],
			hex);
	else
		at_say(call, "%s%u,,%zu\r\n%s", header, (unsigned)slot->stat,
			simpdu_tpdu_len(slot->pdu, slot->len), hex);
	if (slot->stat == SMS_STAT_UNREAD)
		slot->stat = SMS_STAT_READ;
}

/* The <stat> argument: a number in PDU mode, a name in text mode; 4 is all. */
static bool stat_parse(struct at_call *call, int *out)
{
	const char *args = call->args;
	char name[16];

	*out = call->op == AT_OP_RUN ? SMS_STAT_UNREAD : 4;
	if (call->op == AT_OP_RUN)
		return true;
	if (call->modem->regs.number[REG_CMGF] == 0)
		return at_arg_int(&args, 0, 4, out);
	if (!at_arg(&args, name, sizeof(name)))
		return false;
	for (int i = 0; i < 4; i++) {
		if (str_eq_nocase(name, stat_names[i]))
			*out = i;
	}
	return *out < 4 || str_eq_nocase(name, "ALL");
}

static int run_list(struct at_call *call)
{
	struct sms_memory *memory = modem_memory(call->modem, call->modem->regs.mem[0]);
	char header[24];
	int stat;

	if (!stat_parse(call, &stat))
		return AT_CMS + 303;
	for (unsigned i = 1; i <= memory->size; i++) {
		struct sms_slot *slot = sms_memory_find(memory, i);

		if (!slot || (stat != 4 && slot->stat != stat))
			continue;
		(void)str_format(header, sizeof(header), "+CMGL: %u,", i); /* fits */
		slot_say(call, header, slot);
	}
	return AT_OK;
}

static struct sms_slot *slot_arg(
	struct at_call *call, size_t mem, const char **args, int *index)
{
	if (call->op != AT_OP_SET || !at_arg_int(args, 0, 255, index))
		return NULL;
	return sms_memory_find(
		modem_memory(call->modem, call->modem->regs.mem[mem]), (unsigned)*index);
}

static int run_read(struct at_call *call)
{
	const char *args = call->args;
	int index = 0;
	struct sms_slot *slot = slot_arg(call, 0, &args, &index);

	if (!slot)
		return AT_CMS + 321;
	slot_say(call, "+CMGR: ", slot);
	return AT_OK;
}

static void slot_delete(struct modem *m, unsigned index)
{
	struct sms_memory *memory = modem_memory(m, m->regs.mem[0]);
	struct sms_slot *slot = sms_memory_find(memory, index);

	if (!slot)
		return;
	simlog_begin(m->env->log, "deleted", (int)m->index);
	simlog_text(m->env->log, "mem", memory->name);
	simlog_number(m->env->log, "index", index);
	simlog_hex(m->env->log, "pdu", slot->pdu, slot->len);
	simlog_end(m->env->log);
	sms_memory_delete(memory, slot);
	m->full_told = false;
}

/* +CMGD <delflag>, 3.5.4: 1 read, 2 and sent, 3 and unsent, 4 all. */
static bool flag_takes(int flag, unsigned stat)
{
	static const bool takes[5][4] = {
		[1] = { [SMS_STAT_READ] = true },
		[2] = { [SMS_STAT_READ] = true, [SMS_STAT_SENT] = true },
		[3] = { [SMS_STAT_READ] = true,
			[SMS_STAT_SENT] = true,
			[SMS_STAT_UNSENT] = true },
		[4] = { true, true, true, true },
	};

	return takes[flag][stat];
}

static int run_delete(struct at_call *call)
{
	struct modem *m = call->modem;
	struct sms_memory *memory = modem_memory(m, m->regs.mem[0]);
	const char *args = call->args;
	int index = 0;
	int flag = 0;

	if (call->op != AT_OP_SET || !at_arg_int(&args, 0, 255, &index) ||
		(*args != '\0' && !at_arg_int(&args, 0, 4, &flag)))
		return AT_CMS + 303;
	if (flag == 0) {
		if (index < 1 || (unsigned)index > memory->size)
			return AT_CMS + 321;
		slot_delete(m, (unsigned)index); /* 3.5.4: a free place is no error */
	}
	for (unsigned i = 1; flag > 0 && i <= memory->size; i++) {
		const struct sms_slot *slot = sms_memory_find(memory, i);

		if (slot && flag_takes(flag, slot->stat))
			slot_delete(m, i);
	}
	m->after |= MODEM_AFTER_OFFER;
	return AT_OK;
}

static const struct at_command rows[] = {
	{ "+CMGL", run_list, "(0-4)", AT_NEED_SMS, REG_NONE, 0 },
	{ "+CMGR", run_read, NULL, AT_NEED_SMS, REG_NONE, 0 },
	{ "+CMGD", run_delete, "(1-255),(0-4)", AT_NEED_SMS, REG_NONE, 0 },
};

const struct at_table at_table_store = { rows, sizeof(rows) / sizeof(rows[0]) };
