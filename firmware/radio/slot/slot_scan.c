#include "firmware/radio/slot/slot_scan.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/radio/slot/slot_parts.h"

#define LOG_MODULE "scan"
#include "firmware/base/log.h"

void slot_scan_ask(struct slot *slot)
{
	slot->scan.is_due = true;
	slot->scan.has_failed = false;
	slot->host->changed(slot->host->user, slot);
}

void slot_scan_stop(struct slot *slot)
{
	slot->scan.is_due = false;
	if (slot->scan.runs && !slot->scan.is_ending)
		modem_list_networks_stop(slot->modem);
	slot->scan.is_ending = slot->scan.runs;
}

void slot_scan_forget(struct slot *slot)
{
	slot_scan_stop(slot);
	slot->scan.found = (struct modem_networks){ .is_known = false };
	slot->scan.has_failed = false;
}

static void on_networks(void *user, enum err err, const struct modem_networks *networks)
{
	struct slot *slot = user;

	/* ERR_SYS: it went away, which is told as such */
	slot->scan.has_failed =
		!networks->is_known && !slot->scan.is_ending && err != ERR_SYS;
	slot->scan.runs = slot->scan.is_ending = false;
	log_info("slot=%s networks=%d known=%d end=%s", slot->name, networks->n,
		networks->is_known, err_name(err));
	if (networks->is_known && !slot_is_registered(slot))
		slot->scan.found = *networks;
	slot_chore_ended(slot);
	if (err == ERR_OK && slot->is_set_up && slot->fsm.state == SLOT_REGISTERING)
		slot_boot_registering(slot); /* it may be the reason */
}

void slot_scan_turn(struct slot *slot)
{
	bool is_free = slot->is_set_up && !slot->chore.runs && !slot->care.is_test_asked;

	if (!slot->scan.is_due || !is_free || slot_is_registered(slot))
		return;
	enum err err = modem_list_networks(slot->modem, on_networks, slot);
	if (err == ERR_BUSY) /* it is being asked for its network: again after that */
		return;
	slot->scan.is_due = false;
	slot->scan.runs = slot->chore.runs = err == ERR_OK;
	slot->host->changed(slot->host->user, slot);
}

bool slot_scan_is_all_forbidden(const struct slot *slot)
{
	const struct modem_networks *found = &slot->scan.found;
	size_t forbidden = 0;

	for (size_t i = 0; i < found->n; i++)
		forbidden += found->list[i].status == MODEM_NETWORK_FORBIDDEN;
	return found->n > 0 && forbidden == found->n;
}

/* Without what parts them on the bus. */
static void append_name(char *dst, const char *name)
{
	size_t len;

	for (; *name; name += len + (name[len] == '|')) {
		len = strcspn(name, "|");
		(void)str_append_format(dst, SLOT_SCAN_TEXT, "%.*s", (int)len, name);
	}
}

void slot_scan_write(const struct slot *slot, char *dst)
{
	const struct modem_networks *found = &slot->scan.found;

	dst[0] = '\0';
	for (size_t i = 0; i < found->n; i++) {
		const struct modem_network *network = &found->list[i];
		(void)str_append_format(dst, SLOT_SCAN_TEXT, "%s%d:%s:", /* all fit */
			i ? "|" : "", network->status, network->plmn);
		append_name(dst, network->name);
	}
}
