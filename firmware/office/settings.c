#include "firmware/office/settings.h"

#include <string.h>

#include "firmware/base/str.h"
#include "firmware/office/auth.h"
#include "firmware/office/office_internal.h"
#include "firmware/office/phone_number.h"
#include "firmware/office/text/preview.h"
#include "firmware/office/settings_alarms.h"
#include "firmware/office/dispatch/settings_dispatch.h"

#define REPLY_PARTS_MAX 3

static const struct settings_reply defaults[SETTINGS_LANGUAGES] = {
	{ "el",
		"Δεν θα λάβετε άλλα μηνύματα από εμάς. Για να γραφτείτε ξανά στείλτε "
		"ΕΝΑΡΞΗ.",
		"Θα λαμβάνετε ξανά μηνύματα από εμάς. Για διακοπή στείλτε ΣΤΟΠ.",
		"Στείλτε ΣΤΟΠ για να μη λαμβάνετε μηνύματα, ΕΝΑΡΞΗ για να λαμβάνετε "
		"ξανά." },
	{ "he", "לא נשלח לך עוד הודעות. כדי להצטרף שוב יש להשיב: להצטרף",
		"נוכל לשלוח לך שוב הודעות. להפסקה יש להשיב: הסר",
		"להפסקת ההודעות יש להשיב: הסר. לחידושן: להצטרף" },
	{ "fa",
		"دیگر از ما پیامکی نمی‌گیرید. برای عضویت دوباره بفرستید: "
		"عضویت",
		"دوباره پیامک‌های ما را می‌گیرید. برای توقف بفرستید: "
		"لغو",
		"برای توقف پیامک‌ها بفرستید: لغو. برای عضویت دوباره: "
		"عضویت" },
	{ "ka", "ჩვენგან შეტყობინებებს აღარ მიიღებთ. დასაბრუნებლად მოგვწერეთ: დაწყება",
		"კვლავ მიიღებთ ჩვენს შეტყობინებებს. შესაწყვეტად მოგვწერეთ: სტოპ",
		"შესაწყვეტად მოგვწერეთ: სტოპ. დასაბრუნებლად: დაწყება" },
	{ "vi", "Bạn sẽ không nhận tin nhắn của chúng tôi nữa. Gửi DANG KY để nhận lại.",
		"Bạn sẽ nhận lại tin nhắn của chúng tôi. Gửi HUY để dừng.",
		"Gửi HUY để dừng nhận tin nhắn, DANG KY để nhận lại." },
	{ "en", "You will get no more messages from us. To get them again, send START.",
		"You will get messages from us again. To end them, send STOP.",
		"Send STOP to get no more messages from us, START to get them again." },
};

static const char *const kinds[] = { "stop", "start", "help" };

static const struct settings_reply *default_of(const char *language)
{
	for (size_t i = 0; i < SETTINGS_LANGUAGES; i++) {
		if (str_eq(defaults[i].language, language))
			return &defaults[i];
	}
	return NULL;
}

static const char *pick(const struct settings_reply *r, enum settings_reply_kind kind)
{
	switch (kind) {
	case SETTINGS_REPLY_STOP:
		return r->stop;
	case SETTINGS_REPLY_START:
		return r->start;
	case SETTINGS_REPLY_HELP:
		return r->help;
	}
	return r->help;
}

/* key's text, or fallback where it was never set. */
static enum err get(
	struct office *o, const char *key, const char *fallback, char *dst, size_t size)
{
	enum err err = setting_get(o->store, key, dst, size);
	if (err == ERR_NOTFOUND || err == ERR_MEM)
		return str_copy(dst, size, fallback) ? ERR_OK : ERR_ARG;
	return err ? office_fail(o, err, "setting") : ERR_OK;
}

static void reply_key(enum settings_reply_kind kind, const char *language, char key[32])
{
	/* Both are short names of ours. */
	(void)str_format(key, 32, "reply.%s.%s", kinds[kind], language);
}

static enum err get_reply(struct office *o, enum settings_reply_kind kind,
	const struct settings_reply *fallback, char *dst, size_t size)
{
	char key[32];
	reply_key(kind, fallback->language, key);
	return get(o, key, pick(fallback, kind), dst, size);
}

enum err settings_country(struct office *o, char country[4])
{
	return get(o, "country", "GR", country, 4);
}

enum err settings_get(struct office *o, struct settings *out)
{
	enum err err = settings_country(o, out->country);
	if (!err)
		err = get(o, "locale", "en", out->locale, sizeof(out->locale));
	if (!err)
		err = get(o, "box_name", "Chapar", out->box_name, sizeof(out->box_name));
	if (!err)
		err = settings_dispatch_get(o, &out->dispatch);
	if (!err)
		err = settings_alarms_get(o, &out->alarms);
	for (size_t i = 0; i < SETTINGS_LANGUAGES && !err; i++) {
		struct settings_reply *r = &out->replies[i];
		(void)str_copy(r->language, sizeof(r->language), defaults[i].language);
		err = get_reply(
			o, SETTINGS_REPLY_STOP, &defaults[i], r->stop, sizeof(r->stop));
		if (!err)
			err = get_reply(o, SETTINGS_REPLY_START, &defaults[i], r->start,
				sizeof(r->start));
		if (!err)
			err = get_reply(o, SETTINGS_REPLY_HELP, &defaults[i], r->help,
				sizeof(r->help));
	}
	return err;
}

enum err settings_reply(struct office *o, enum settings_reply_kind kind,
	const char *language, char *dst, size_t size)
{
	char locale[12];
	const struct settings_reply *fallback = default_of(language);
	if (!fallback) {
		enum err err = get(o, "locale", "en", locale, sizeof(locale));
		if (err)
			return err;
		fallback = default_of(locale);
	}
	if (!fallback)
		fallback = &defaults[SETTINGS_LANGUAGES - 1];
	return get_reply(o, kind, fallback, dst, size);
}

static enum err check_country(struct office *o, const char *country)
{
	if (phone_country_is_known(country))
		return ERR_OK;
	return office_refuse_field(o, "country", "invalid_country",
		"A country is two capital letters, such as GR.");
}

static enum err check_reply(struct office *o, const char *text)
{
	struct preview_size size;
	size_t len = strlen(text);
	if (preview_measure(text, len, 0, REPLY_PARTS_MAX, &size) &&
		len < sizeof(((struct settings_reply *)0)->stop))
		return ERR_OK;
	(void)office_refuse_field(o, "stop_reply", "too_many_parts",
		"An automatic answer has at most %d parts.", REPLY_PARTS_MAX);
	o->why.limit = REPLY_PARTS_MAX;
	return ERR_INPUT;
}

static enum err set(struct office *o, const char *key, const char *value)
{
	enum err err = *value ? setting_set(o->store, key, value)
			      : setting_delete(o->store, key);
	return err ? office_fail(o, err, "setting") : ERR_OK;
}

static enum err set_replies(struct office *o, const struct settings_change *c)
{
	const char *texts[] = { c->stop_reply, c->start_reply, c->help_reply };
	for (int i = 0; i < 3; i++) {
		char key[32];
		if (!texts[i])
			continue;
		enum err err = *texts[i] ? check_reply(o, texts[i]) : ERR_OK;
		if (err)
			return err;
		reply_key((enum settings_reply_kind)i, c->language, key);
		err = set(o, key, texts[i]);
		if (err)
			return err;
	}
	return ERR_OK;
}

static enum err check(struct office *o, const struct settings_change *c)
{
	static const struct office_text_rule name = { "box_name", 60, true };
	static const struct office_text_rule locale = { "locale", 11, true };
	bool has_reply = c->stop_reply || c->start_reply || c->help_reply;
	if (has_reply && !(c->language && default_of(c->language)))
		return office_refuse_field(o, "stop_reply", "invalid_language",
			"Answers are kept for el, he, fa, ka, vi and en.");
	enum err err = c->country ? check_country(o, c->country) : ERR_OK;
	if (!err && c->box_name)
		err = office_check_text(o, c->box_name, &name);
	if (!err && c->locale)
		err = office_check_text(o, c->locale, &locale);
	if (!err)
		err = settings_dispatch_check(o, c);
	return err;
}

enum err settings_set(struct office *o, const struct office_actor *actor,
	const struct settings_change *c)
{
	bool own;
	enum err err = check(o, c);
	if (!err)
		err = office_enter(o, &own);
	if (err)
		return err;
	if (c->country)
		err = set(o, "country", c->country);
	if (!err && c->locale)
		err = set(o, "locale", c->locale);
	if (!err && c->box_name)
		err = set(o, "box_name", c->box_name);
	if (!err)
		err = set_replies(o, c);
	if (!err)
		err = settings_dispatch_set(o, c);
	if (!err)
		err = settings_alarms_set(o, actor, c);
	if (!err)
		err = auth_audit(o, actor, "settings.change", "settings", "");
	return office_leave(o, own, err);
}
