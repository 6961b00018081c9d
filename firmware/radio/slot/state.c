#include "firmware/radio/slot/state.h"

#include "firmware/store/message.h"

static bool note_state(void *user, const struct message *message)
{
	enum message_state *out = user;

	*out = message->state;
	return true;
}

static bool no_part(void *user, const struct message_part *part)
{
	(void)user;
	(void)part;
	return false;
}

static bool no_note(void *user, const struct message_note *note)
{
	(void)user;
	(void)note;
	return false;
}

enum err state_read(struct store *s, int64_t message_id, enum message_state *out)
{
	static const struct message_detail_fn fn = { note_state, no_part, no_note };

	return message_get(s, message_id, &fn, out);
}
