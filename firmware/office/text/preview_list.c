#include "firmware/office/text/preview_list.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/people/contact_values.h"
#include "firmware/office/office_internal.h"
#include "firmware/office/text/preview_internal.h"
#include "firmware/office/campaign/recipient.h"
#include "firmware/store/list.h"
#include "firmware/store/suppression.h"

#define CHUNK 4000    /* members a read: a long one would keep the log from shrinking */
#define MEASURED 2000 /* recipients that cheaper texts are tried on, evenly spread */

struct reading {
	struct preview_work *w;
	struct preview_list *l;
	struct template *cheaper; /* of each p->cheaper */
	struct buf text;	  /* of one member */
	bool has_suppressed;
	bool is_dear; /* the text is, whatever comes in */
	int64_t after;
	int64_t stride;
	size_t n;     /* of this chunk */
	enum err err; /* of a callback */
};

static void take_sample(struct preview_sample *s, const struct contact *c,
	const struct buf *text, const struct preview_size *size)
{
	s->text = strdup(buf_str(text));
	if (!s->text)
		return;
	office_full_name(c->first_name, c->last_name, s->name, sizeof(s->name));
	(void)str_copy(s->to, sizeof(s->to), c->msisdn); /* a number of the store */
	s->parts = size->parts;
	s->encoding = size->encoding;
}

static void count_empty(struct reading *r, const struct contact *c)
{
	const struct template *t = &r->w->t;
	struct contact_values values;
	contact_values_init(&values, c);
	for (size_t i = 0, k = 0; i < t->n; i++) {
		if (!t->pieces[i].is_placeholder)
			continue;
		const char *v = contact_values_get(&values, t->pieces[i].name);
		r->l->empty[k++] += v == NULL || *v == '\0';
	}
	contact_values_fini(&values);
}

/* What each cheaper text would save for this recipient. */
static void measure_cheaper(struct reading *r, const struct campaign_member *member,
	const struct preview_size *now)
{
	struct preview *p = r->w->p;
	for (size_t i = 0; i < p->n_cheaper; i++) {
		const struct recipient_rule rule = { &r->cheaper[i], r->w->request->class,
			r->w->p->where };
		struct preview_size size;
		buf_reset(&r->text);
		if (recipient_decide(&rule, member, &r->text, &size) == SKIP_NONE)
			p->cheaper[i].list_saved += now->parts - size.parts;
	}
	r->l->measured++;
}

static void take_recipient(struct reading *r, const struct campaign_member *member,
	const struct preview_size *size)
{
	struct preview_list *l = r->l;
	const struct contact *c = &member->contact;
	l->parts_total += size->parts;
	l->gsm7 += size->encoding == MESSAGE_GSM7;
	l->ucs2 += size->encoding == MESSAGE_UCS2;
	l->national += size->national != 0;
	if (size->encoding == MESSAGE_UCS2 && !r->is_dear)
		preview_because_count(l, r->text.data, r->text.len);
	size_t at = size->to ? size->to->index : destinations_count(r->w->p->where);
	r->w->counts[at].to = size->to;
	r->w->counts[at].recipients++;
	r->w->counts[at].parts += size->parts;
	if (l->n_samples < PREVIEW_SAMPLES)
		take_sample(&l->samples[l->n_samples++], c, &r->text, size);
	if (l->spread[size->parts]++ == 0)
		take_sample(&l->of_parts[size->parts], c, &r->text, size);
	if (l->recipients++ % r->stride == 0)
		measure_cheaper(r, member, size);
}

static bool on_member(
	void *user, const struct contact *contact, const struct list_member *membership)
{
	struct reading *r = user;
	const struct recipient_rule rule = { &r->w->t, r->w->request->class,
		r->w->p->where };
	struct campaign_member member = { *contact, membership->consent, false };
	struct preview_size size;
	if (r->has_suppressed)
		r->err = suppression_check(
			r->w->o->store, contact->msisdn, &member.is_suppressed);
	if (r->err)
		return false;
	buf_reset(&r->text);
	enum skip_reason reason = recipient_decide(&rule, &member, &r->text, &size);
	r->after = contact->id;
	r->n++;
	r->l->read++;
	if (r->w->t.placeholders)
		count_empty(r, contact);
	if (reason == SKIP_NONE)
		take_recipient(r, &member, &size);
	else
		r->l->skipped[reason]++;
	return true;
}

static bool on_suppression(void *user, const struct suppression *suppression)
{
	(void)suppression;
	*(bool *)user = true;
	return false;
}

static enum err read_members(struct reading *r)
{
	const struct suppression_query any = { .max = 1 };
	struct store *s = r->w->o->store;
	enum err err = suppression_find(s, &any, on_suppression, &r->has_suppressed);
	if (err && err != ERR_NOTFOUND)
		return err;
	do {
		struct contact_query query = {
			.list_id = r->w->request->list_id, .after = r->after, .max = CHUNK
		};
		r->n = 0;
		err = list_members(s, &query, on_member, r);
		err = err ? err : r->err;
	} while (!err && r->n == CHUNK && r->l->read < PREVIEW_MEMBERS_MAX);
	return err;
}

static void scale(int64_t *n, int64_t of, int64_t to)
{
	*n = of > 0 ? (int64_t)((double)*n * (double)to / (double)of + 0.5) : 0;
}

/* A list beyond the limit is scaled up from the members read. */
static void scale_all(struct preview_list *l)
{
	int64_t *const sums[] = { &l->recipients, &l->parts_total, &l->gsm7, &l->ucs2,
		&l->national };
	for (size_t i = 0; i < sizeof(sums) / sizeof(sums[0]); i++)
		scale(sums[i], l->read, l->members);
	for (size_t i = 0; i <= MESSAGES_PARTS_MAX; i++)
		scale(&l->spread[i], l->read, l->members);
	for (size_t i = 0; i < SKIP_REASON_COUNT; i++)
		scale(&l->skipped[i], l->read, l->members);
	for (size_t i = 0; i < TEMPLATE_PIECES_MAX; i++)
		scale(&l->empty[i], l->read, l->members);
}

static void sum_up(struct preview_work *w, struct preview_list *l)
{
	struct preview *p = w->p;
	int64_t seen = 0;
	for (size_t i = 0; l->read < l->members && i <= destinations_count(p->where);
		i++) {
		scale(&w->counts[i].recipients, l->read, l->members);
		scale(&w->counts[i].parts, l->read, l->members);
	}
	if (l->read < l->members)
		scale_all(l);
	else
		l->members = l->read; /* some came or went meanwhile */
	for (uint16_t parts = 0; parts <= MESSAGES_PARTS_MAX; parts++) {
		if (l->spread[parts] == 0)
			continue;
		if (l->parts_min == 0)
			l->parts_min = parts;
		l->parts_max = parts;
		if (seen * 2 < l->recipients)
			l->parts_median = parts;
		seen += l->spread[parts];
	}
	for (size_t i = 0; i < p->n_cheaper; i++)
		scale(&p->cheaper[i].list_saved, l->measured, l->recipients);
}

static bool on_list(void *user, const struct list *list)
{
	struct preview_list *l = user;
	l->members = list->members;
	return true;
}

static enum err parse_cheaper(struct reading *r)
{
	const struct preview *p = r->w->p;
	struct template_fault fault;
	r->cheaper = calloc(p->n_cheaper + 1, sizeof(*r->cheaper));
	if (!r->cheaper)
		return ERR_MEM;
	for (size_t i = 0; i < p->n_cheaper; i++) {
		if (template_parse(p->cheaper[i].text, strlen(p->cheaper[i].text),
			    &r->cheaper[i], &fault))
			return ERR_ARG; /* it was when it was found */
	}
	return ERR_OK;
}

enum err preview_list_read(struct preview_work *w)
{
	struct preview_list *l = calloc(1, sizeof(*l));
	struct reading r = { .w = w, .l = l };
	w->p->list = l;
	if (!l)
		return office_fail(w->o, ERR_MEM, "preview");
	enum err err = list_get(w->o->store, w->request->list_id, on_list, l);
	if (err)
		return office_fail(w->o, err, "such list");
	r.stride = l->members / MEASURED + 1;
	for (size_t i = 0; i < w->p->n_because; i++)
		r.is_dear = r.is_dear || w->p->because[i].name[0] == '\0';
	buf_init(&r.text, TEMPLATE_TEXT_MAX + 1);
	err = parse_cheaper(&r);
	if (!err)
		err = read_members(&r);
	buf_fini(&r.text);
	free(r.cheaper);
	if (err)
		return office_fail(w->o, err, "such list");
	sum_up(w, l);
	return ERR_OK;
}

void preview_list_free(struct preview_list *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->n_samples; i++)
		free(l->samples[i].text);
	for (size_t i = 0; i <= MESSAGES_PARTS_MAX; i++)
		free(l->of_parts[i].text);
	free(l);
}
