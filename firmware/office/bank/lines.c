#include "firmware/office/bank/lines.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/auth.h"
#include "firmware/office/cause_text.h"
#include "firmware/office/office_internal.h"
#include "firmware/office/phone_number.h"

#define DAY_MS (24 * 3600 * 1000LL)

/* All bays and SIMs of the box at once: there are 64 at most, and SIMs come and go. */
#define SIMS_MAX 256

struct bank {
	struct office *o;
	size_t n_bays, n_sims, n_slots;
	bool is_linked;
	struct bay bays[HUB_SLOTS_MAX];
	struct sim sims[SIMS_MAX];
	struct sim_usage today[SIMS_MAX];
	struct hub_slot slots[HUB_SLOTS_MAX];
};

static bool on_bay(void *user, const struct bay *bay)
{
	struct bank *b = user;
	if (b->n_bays < HUB_SLOTS_MAX)
		b->bays[b->n_bays++] = *bay;
	return true;
}

static bool on_sim(void *user, const struct sim *sim, const struct sim_usage *today)
{
	struct bank *b = user;
	if (b->n_sims == SIMS_MAX)
		return false;
	b->today[b->n_sims] = *today;
	b->sims[b->n_sims++] = *sim;
	return true;
}

/* owned by the caller: free() */
static enum err read_bank(struct office *o, struct bank **out)
{
	struct bank *b = calloc(1, sizeof(*b));
	if (!b) {
		(void)office_fail(o, ERR_MEM, "SIM");
		return ERR_MEM;
	}
	int64_t now = office_now(o);
	enum err err = bay_each(o->store, on_bay, b);
	if (!err)
		err = sim_each(o->store, now - now % DAY_MS, on_sim, b);
	if (err) {
		free(b);
		(void)office_fail(o, err, "SIM");
		return err;
	}
	b->o = o;
	b->is_linked = hub_is_linked(o->hub);
	b->n_slots = hub_slots(o->hub, b->slots, HUB_SLOTS_MAX);
	*out = b;
	return ERR_OK;
}

static const struct hub_slot *slot_of_bay(const struct bank *b, int64_t bay_id)
{
	for (size_t i = 0; i < b->n_slots; i++) {
		if (b->slots[i].bay_id == bay_id)
			return &b->slots[i];
	}
	return NULL;
}

static int64_t sim_in(const struct bank *b, const struct bay *bay)
{
	const struct hub_slot *slot = slot_of_bay(b, bay->id);
	return slot ? slot->sim_id : bay->sim_id;
}

static const struct bay *bay_of_sim(const struct bank *b, int64_t sim_id)
{
	for (size_t i = 0; i < b->n_bays; i++) {
		if (sim_in(b, &b->bays[i]) == sim_id)
			return &b->bays[i];
	}
	return NULL;
}

static size_t sim_index(const struct bank *b, int64_t sim_id)
{
	for (size_t i = 0; i < b->n_sims; i++) {
		if (b->sims[i].id == sim_id)
			return i;
	}
	return b->n_sims;
}

/* Bars as phones show them, from the level in dBm. */
static int bars(int dbm)
{
	static const int steps[] = { -110, -103, -95, -85, -75 };
	int n = 0;
	for (size_t i = 0; dbm < 0 && i < sizeof(steps) / sizeof(steps[0]); i++)
		n += dbm >= steps[i];
	return n;
}

const struct vstr lines_network_names[] = {
	{ 0, "unknown" },
	{ 1, "available" },
	{ 2, "current" },
	{ 3, "forbidden" },
	{ 0, NULL },
};

/* "3:20201:COSMOTE" */
static bool read_found(const char *s, size_t len, struct line_found *out)
{
	const char *end = s + len;
	const char *plmn = memchr(s, ':', len);
	const char *name = plmn ? memchr(plmn + 1, ':', (size_t)(end - plmn - 1)) : NULL;

	if (!name || plmn != s + 1 || *s < '0' || *s > '3')
		return false;
	out->status = *s - '0';
	return str_copy_n(out->plmn, sizeof(out->plmn), plmn + 1,
		       (size_t)(name - plmn - 1)) &&
	       str_copy_n(
		       out->name, sizeof(out->name), name + 1, (size_t)(end - name - 1));
}

static void merge_network(struct line_network *to, const struct hub_slot *slot)
{
	/* The same sizes on both sides. */
	(void)str_copy(to->technology, sizeof(to->technology), slot->technology);
	(void)str_copy(to->search, sizeof(to->search), slot->search);
	to->ims = slot->ims;
	for (const char *s = slot->networks; *s && to->n < LINES_NETWORKS_MAX;) {
		size_t len = strcspn(s, "|");
		to->n += read_found(s, len, &to->found[to->n]);
		s += len + (s[len] == '|');
	}
}

static void merge_live(struct line_view *v, const struct hub_slot *slot)
{
	v->is_live = true;
	/* The same sizes on both sides. */
	(void)str_copy(v->state, sizeof(v->state), slot->state);
	(void)str_copy(v->reason, sizeof(v->reason), slot->reason);
	if (slot->operator_name[0])
		(void)str_copy(
			v->sim.operator, sizeof(v->sim.operator), slot->operator_name);
	v->signal_dbm = slot->signal_dbm;
	v->bars = bars(slot->signal_dbm);
	merge_network(&v->network, slot);
	v->rate_per_min = slot->rate_per_min;
	v->has_temperature = slot->has_temperature;
	v->temperature_c = slot->temperature_c;
	v->supply_mv = slot->supply_mv;
	v->clock_off_s = slot->clock_off_s;
	v->fill_percent = slot->fill_percent;
	v->pin_tries = slot->pin_tries;
	v->puk_tries = slot->puk_tries;
	(void)str_copy(v->rung, sizeof(v->rung), slot->rung);
	v->denied_cause = slot->denied_cause;
	(void)str_copy(v->denied, sizeof(v->denied), slot->denied);
	v->until = slot->until;
}

static void make_view(
	const struct bank *b, const struct bay *bay, size_t sim, struct line_view *v)
{
	const struct hub_slot *slot = bay ? slot_of_bay(b, bay->id) : NULL;
	*v = (struct line_view){ .reason_text = "",
		.network = { .ims = -1 },
		.fill_percent = -1,
		.pin_tries = -1,
		.puk_tries = -1,
		.denied_cause = -1 };
	if (bay)
		v->bay = *bay;
	if (sim < b->n_sims) {
		v->sim = b->sims[sim];
		v->today = b->today[sim];
	}
	(void)str_copy(v->state, sizeof(v->state), bay ? bay->state : "ABSENT");
	(void)str_copy(v->reason, sizeof(v->reason), bay ? bay->reason : "");
	if (slot)
		merge_live(v, slot);
	v->reason_text = cause_bay_text(v->state, v->reason);
	bool ready = str_eq(v->state, "READY") || str_eq(v->state, "SENDING");
	/* With the radio side away its last word stands: the box will send over what is
	 * plugged in. */
	v->can_send = v->sim.enabled && (ready || (!b->is_linked && v->bay.id));
}

enum err lines_sims(struct office *o, line_fn fn, void *user)
{
	struct bank *b;
	struct line_view view;
	enum err err = read_bank(o, &b);
	if (err)
		return err;
	for (size_t i = 0; i < b->n_sims; i++) {
		make_view(b, bay_of_sim(b, b->sims[i].id), i, &view);
		if (!fn(user, &view))
			break;
	}
	free(b);
	return ERR_OK;
}

enum err lines_bays(struct office *o, line_fn fn, void *user)
{
	struct bank *b;
	struct line_view view;
	enum err err = read_bank(o, &b);
	if (err)
		return err;
	for (size_t i = 0; i < b->n_bays; i++) {
		make_view(b, &b->bays[i], sim_index(b, sim_in(b, &b->bays[i])), &view);
		if (!fn(user, &view))
			break;
	}
	free(b);
	return ERR_OK;
}

struct one {
	int64_t bay_id, sim_id;
	line_fn fn;
	void *user;
	bool found;
};

static bool on_line(void *user, const struct line_view *line)
{
	struct one *one = user;
	if (one->bay_id ? line->bay.id != one->bay_id : line->sim.id != one->sim_id)
		return true;
	one->found = true;
	if (one->fn)
		(void)one->fn(one->user, line); /* it is the only one */
	return false;
}

enum err lines_bay(struct office *o, int64_t bay_id, line_fn fn, void *user)
{
	struct one one = { .bay_id = bay_id, .fn = fn, .user = user };
	enum err err = lines_bays(o, on_line, &one);
	if (!err && !one.found)
		err = office_fail(o, ERR_NOTFOUND, "such bay");
	return err;
}

enum err lines_sim(struct office *o, int64_t sim_id, line_fn fn, void *user)
{
	struct one one = { .sim_id = sim_id, .fn = fn, .user = user };
	enum err err = lines_sims(o, on_line, &one);
	if (!err && !one.found)
		err = office_fail(o, ERR_NOTFOUND, "such SIM");
	return err;
}

static enum err check_sim_change(
	struct office *o, const struct sim_change *change, char msisdn[20])
{
	static const struct office_text_rule name = { "name", 60, true };
	static const struct office_text_rule group = { "group", 60, true };
	int role;
	enum err err = change->name ? office_check_text(o, change->name, &name) : ERR_OK;
	if (!err && change->msisdn && *change->msisdn)
		err = office_number(o, "msisdn", change->msisdn, msisdn);
	if (!err && change->group)
		err = office_check_text(o, change->group, &group);
	if (!err && change->role && !vstr_find(sim_role_names, change->role, &role))
		err = office_refuse_field(o, "role", "invalid_role",
			"A SIM is for both, promotional or service.");
	return err;
}

static enum err set_contract(struct office *o, int64_t sim_id, const struct sim_change *c)
{
	int role = SIM_ROLE_BOTH;
	enum err err = ERR_OK;
	if (c->role && vstr_find(sim_role_names, c->role, &role))
		err = sim_set_role(o->store, sim_id, (enum sim_role)role);
	if (!err && c->group)
		err = sim_set_group(o->store, sim_id, c->group);
	if (err)
		return office_fail(o, err, "such SIM");
	if (c->has_plan)
		err = sim_set_plan(o->store, sim_id, c->plan_id);
	if (err == ERR_NOTFOUND) /* the SIM is there */
		return office_refuse_field(o, "plan_id", "unknown_plan",
			"There is no plan %lld.", (long long)c->plan_id);
	return err ? office_fail(o, err, "such SIM") : ERR_OK;
}

enum err lines_sim_update(struct office *o, const struct office_actor *actor,
	int64_t sim_id, const struct sim_change *change)
{
	char msisdn[20] = "", object[32];
	bool own;
	enum err err = check_sim_change(o, change, msisdn);
	if (!err)
		err = lines_sim(o, sim_id, NULL, NULL);
	if (!err)
		err = office_enter(o, &own);
	if (err)
		return err;
	if (change->name)
		err = sim_set_name(o->store, sim_id, change->name);
	if (!err && change->msisdn)
		err = sim_set_msisdn(o->store, sim_id, msisdn);
	if (!err && change->enabled >= 0)
		err = sim_set_enabled(o->store, sim_id, change->enabled > 0);
	if (err)
		err = office_fail(o, err, "such SIM");
	if (!err)
		err = set_contract(o, sim_id, change);
	(void)str_format(object, sizeof(object), "sim:%lld", (long long)sim_id);
	if (!err)
		err = auth_audit(o, actor, "sim.change", object,
			change->enabled == 0   ? "off"
			: change->enabled == 1 ? "on"
					       : "");
	office_wake(o, OFFICE_WAKE_RADIO | OFFICE_WAKE_CONFIG);
	return office_leave(o, own, err);
}

static void add_speed(struct lines_speed *out, const struct sim *sim)
{
	uint32_t ms = sim->submit_ms ? sim->submit_ms : LINES_UNMEASURED_MS;
	out->sims++;
	out->unmeasured += sim->submit_ms == 0;
	out->rate_per_min += 60000.0 / ms;
}

enum err lines_speed(struct office *o, struct lines_speed *out)
{
	struct bank *b;
	enum err err = read_bank(o, &b);
	*out = (struct lines_speed){ .sims = 0 };
	if (err)
		return err;
	for (size_t i = 0; i < b->n_sims; i++) {
		struct line_view v;
		make_view(b, bay_of_sim(b, b->sims[i].id), i, &v);
		if (v.can_send)
			add_speed(out, &b->sims[i]);
	}
	free(b);
	return ERR_OK;
}
