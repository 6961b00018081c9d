#include "firmware/radio/slot/slot_call.h"

#include "firmware/base/str.h"
#include "firmware/radio/slot/slot_parts.h"
#include "firmware/store/inbound.h"

#define LOG_MODULE "call"
#include "firmware/base/log.h"

static enum err call_run(struct store *s, struct store_job *job)
{
	struct slot_call *call = (struct slot_call *)job;

	return inbound_add_call(s, call->sim_id, call->caller, &call->inbound_id);
}

static void call_done(struct store_job *job, enum err err)
{
	struct slot_call *call = (struct slot_call *)job;
	const struct slot_host *host = call->slot->host;

	call->posted = false;
	if (err == ERR_OK)
		host->inbound(host->user, call->inbound_id);
	else
		log_error("slot=%s a missed call cannot be stored: %s", call->slot->name,
			err_name(err));
}

void slot_call_take(struct slot *slot, const char *caller)
{
	size_t i = 0;

	log_info("slot=%s a call was not answered", slot->name);
	while (i < SLOT_CALLS_MAX && slot->calls.calls[i].posted)
		i++;
	if (i == SLOT_CALLS_MAX || slot->sim_id == 0) {
		log_warn("slot=%s a missed call is not kept", slot->name);
		return;
	}
	struct slot_call *call = &slot->calls.calls[i];
	call->sim_id = slot->sim_id;
	(void)str_copy(call->caller, sizeof(call->caller), caller); /* cut at worst */
	call->posted = true;
	store_thread_post(slot->host->store, &call->job);
}

void slot_call_init(struct slot *slot)
{
	for (size_t i = 0; i < SLOT_CALLS_MAX; i++) {
		slot->calls.calls[i].slot = slot;
		slot->calls.calls[i].job =
			(struct store_job){ .run = call_run, .done = call_done };
	}
}
