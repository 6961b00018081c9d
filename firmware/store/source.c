#include "firmware/store/source.h"

#include <stddef.h>

const struct vstr source_kind_names[] = {
	{ SOURCE_IS_BOX, "box" },
	{ SOURCE_IS_CAMPAIGN, "campaign" },
	{ SOURCE_IS_KEY, "key" },
	{ SOURCE_IS_USER, "user" },
	{ 0, NULL },
};

int64_t source_of_campaign(int64_t campaign_id)
{
	return campaign_id;
}

int64_t source_of_key(int64_t key_id)
{
	return -key_id;
}

int64_t source_of_user(int64_t user_id)
{
	return SOURCE_USER_BASE + user_id;
}

int64_t source_of_kind(enum source_kind kind, int64_t id)
{
	switch (kind) {
	case SOURCE_IS_BOX:
		break;
	case SOURCE_IS_CAMPAIGN:
		return source_of_campaign(id);
	case SOURCE_IS_KEY:
		return source_of_key(id);
	case SOURCE_IS_USER:
		return source_of_user(id);
	}
	return SOURCE_BOX;
}

enum source_kind source_kind(int64_t source)
{
	if (source == SOURCE_BOX)
		return SOURCE_IS_BOX;
	if (source < 0)
		return SOURCE_IS_KEY;
	return source < SOURCE_USER_BASE ? SOURCE_IS_CAMPAIGN : SOURCE_IS_USER;
}

int64_t source_id(int64_t source)
{
	if (source < 0)
		return -source;
	return source < SOURCE_USER_BASE ? source : source - SOURCE_USER_BASE;
}
