#include "tests/modemsim/sim.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"

/* Numbers of networks by calling code; the names of operators are invented. */
static const struct country {
	unsigned calling_code;
	const char *mcc;
	const char *mobile; /* first digits of a mobile number */
} countries[] = {
	{ 30, "202", "690" },
	{ 84, "452", "90" },
	{ 98, "432", "912" },
	{ 972, "425", "50" },
	{ 995, "282", "555" },
	{ 1, "001", "555" },
};

static const char *const operators[] = { "Alpha Mobile", "Beta Mobile", "Gamma Mobile" };

static const struct country *country_find(unsigned calling_code)
{
	size_t count = sizeof(countries) / sizeof(countries[0]);

	for (size_t i = 0; i < count; i++) {
		if (countries[i].calling_code == calling_code)
			return &countries[i];
	}
	return &countries[count - 1];
}

void sim_luhn_append(char *text, size_t size)
{
	unsigned sum = 0;
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i++) {
		unsigned digit = (unsigned)(text[len - 1 - i] - '0');

		if (i % 2 == 0)
			digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
		sum += digit;
	}
	(void)str_append_format(
		text, size, "%u", (10 - sum % 10) % 10); /* sized for it */
}

void sim_init(struct sim *sim, unsigned index, unsigned calling_code)
{
	const struct country *country = country_find(calling_code);
	unsigned network = index % 3;

	*sim = (struct sim){ .sm = { .name = "SM" }, .puk_left = 10 };
	/* All fit: the widths are fixed. */
	(void)str_format(sim->iccid, sizeof(sim->iccid), "89%03u%02u%011u", calling_code,
		network + 1, index + 1);
	sim_luhn_append(sim->iccid, sizeof(sim->iccid));
	(void)str_format(
		sim->plmn, sizeof(sim->plmn), "%s%02u", country->mcc, network + 1);
	(void)str_format(sim->imsi, sizeof(sim->imsi), "%s%010u", sim->plmn, index + 1);
	(void)str_format(sim->msisdn, sizeof(sim->msisdn), "+%u%s%07u",
		country->calling_code, country->mobile, index + 1);
	(void)str_copy(
		sim->operator_name, sizeof(sim->operator_name), operators[network]);
}

void sim_fini(struct sim *sim)
{
	while (sim->first)
		sim_queue_drop(sim);
}

bool sim_queue(struct sim *sim, bool is_status, const uint8_t *pdu, size_t len)
{
	struct mt_message *message;

	if (len > SIMPDU_MAX || sim->waiting == SIM_WAITING_MAX)
		return false;
	message = calloc(1, sizeof(*message));
	if (!message)
		return false;
	message->is_status = is_status;
	message->len = (uint8_t)len;
	memcpy(message->pdu, pdu, len);
	if (sim->last)
		sim->last->next = message;
	else
		sim->first = message;
	sim->last = message;
	sim->waiting++;
	return true;
}

void sim_queue_drop(struct sim *sim)
{
	struct mt_message *message = sim->first;

	sim->first = message->next;
	if (!sim->first)
		sim->last = NULL;
	sim->waiting--;
	free(message);
}

unsigned sms_memory_add(
	struct sms_memory *memory, enum sms_stat stat, const uint8_t *pdu, size_t len)
{
	for (unsigned i = 0; i < memory->size; i++) {
		struct sms_slot *slot = &memory->slots[i];

		if (slot->used)
			continue;
		slot->used = true;
		slot->stat = (uint8_t)stat;
		slot->len = (uint8_t)len;
		memcpy(slot->pdu, pdu, len);
		memory->used++;
		return i + 1;
	}
	return 0;
}

struct sms_slot *sms_memory_find(struct sms_memory *memory, unsigned index)
{
	if (index == 0 || index > memory->size || !memory->slots[index - 1].used)
		return NULL;
	return &memory->slots[index - 1];
}

void sms_memory_delete(struct sms_memory *memory, struct sms_slot *slot)
{
	slot->used = false;
	memory->used--;
}
