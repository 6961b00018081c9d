#include "firmware/radio/slot/state.h"

#include "firmware/store/message.h"

static bool note_state(void *user, const struct message *message)
{
	enum message_state *out = user;

	*out = message->state;
	return true;
}

enum err state_read(struct store *s, int64_t message_id, enum message_state *out)
{
	static const struct message_detail_fn fn = { .message = note_state };

	return message_get(s, message_id, &fn, out);
}
