#include "firmware/office/office_internal.h"

#include "firmware/base/str.h"
#include "firmware/store/campaign.h"
#include "firmware/store/list.h"
#include "firmware/store/route.h"
#include "firmware/store/sim.h"

/* Names only decorate what is shown: one that cannot be read is left out, one too long is
 * cut. */
struct name {
	char *dst;
	size_t size;
	int64_t id;
};

void office_full_name(const char *first, const char *last, char *dst, size_t size)
{
	(void)str_format(dst, size, "%s%s%s", first, *first && *last ? " " : "", last);
}

static bool take_contact(void *user, const struct contact *contact)
{
	struct name *n = user;
	office_full_name(contact->first_name, contact->last_name, n->dst, n->size);
	return true;
}

void office_contact_name(struct office *o, int64_t contact_id, char *dst, size_t size)
{
	struct name n = { dst, size, contact_id };
	dst[0] = '\0';
	if (contact_id)
		(void)contact_get(o->store, contact_id, take_contact, &n);
}

static bool take_campaign(void *user, const struct campaign *campaign)
{
	struct name *n = user;
	(void)str_copy(n->dst, n->size, campaign->name);
	return true;
}

void office_campaign_name(struct office *o, int64_t id, char *dst, size_t size)
{
	struct name n = { dst, size, id };
	dst[0] = '\0';
	if (id)
		(void)campaign_get(o->store, id, take_campaign, &n);
}

void office_list_name(struct office *o, int64_t id, char *dst, size_t size)
{
	dst[0] = '\0';
	if (id)
		(void)list_get_name(o->store, id, dst, size);
}

static bool take_sim(void *user, const struct sim *sim, const struct sim_usage *today)
{
	struct name *n = user;
	(void)today;
	if (sim->id != n->id)
		return true;
	const char *name = sim->name[0]	    ? sim->name
			   : sim->msisdn[0] ? sim->msisdn
					    : sim->operator;
	(void)str_copy(n->dst, n->size, name);
	return false;
}

void office_sim_name(struct office *o, int64_t id, char *dst, size_t size)
{
	struct name n = { dst, size, id };
	dst[0] = '\0';
	if (id)
		(void)sim_each(o->store, office_now(o), take_sim, &n);
}

static bool take_route(void *user, const struct sms_route *route)
{
	struct name *n = user;
	(void)str_copy(n->dst, n->size, route->name);
	return true;
}

void office_route_name(struct office *o, int64_t id, char *dst, size_t size)
{
	struct name n = { dst, size, id };
	dst[0] = '\0';
	if (id)
		(void)route_get(o->store, id, take_route, &n);
}
