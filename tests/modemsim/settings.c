#include "tests/modemsim/settings.h"

#include <stdlib.h>
#include <string.h>

#include "firmware/base/str.h"
#include "firmware/base/vstr.h"
#include "tests/modemsim/profile.h"
#include "tests/modemsim/words.h"

enum key_type {
	KEY_SPREAD,
	KEY_BOOL,
	KEY_UINT,
	KEY_INT,
	KEY_TEXT,
	KEY_ENUM,
	KEY_STATUS,
	KEY_FAULT,
	KEY_ANSWER,
	KEY_PROFILE,
};

struct key {
	const char *name;
	enum key_type type;
	size_t offset;
	int64_t low, high;	  /* range of a number */
	size_t size;		  /* of a text, terminator included */
	const struct vstr *names; /* of an enum */
};

static const struct vstr port_names[] = {
	{ PORT_KIND_MODEM, "modem" },
	{ PORT_KIND_SILENT, "silent" },
	{ PORT_KIND_GARBAGE, "garbage" },
	{ PORT_KIND_LOGIN, "login" },
	{ PORT_KIND_ENDLESS, "endless" },
	{ PORT_KIND_BINARY, "binary" },
	{ 0, NULL },
};

static const struct vstr sim_names[] = {
	{ SIM_KIND_READY, "ready" },
	{ SIM_KIND_ABSENT, "absent" },
	{ SIM_KIND_PIN, "pin" },
	{ SIM_KIND_PUK, "puk" },
	{ 0, NULL },
};

static const struct vstr network_names[] = {
	{ NETWORK_KIND_HOME, "home" },
	{ NETWORK_KIND_ROAMING, "roaming" },
	{ NETWORK_KIND_SEARCHING, "searching" },
	{ NETWORK_KIND_DENIED, "denied" },
	{ NETWORK_KIND_NONE, "none" },
	{ NETWORK_KIND_RESTING, "resting" },
	{ 0, NULL },
};

static const struct vstr technology_names[] = {
	{ TECHNOLOGY_UNTOLD, "untold" },
	{ TECHNOLOGY_2G, "2g" },
	{ TECHNOLOGY_3G, "3g" },
	{ TECHNOLOGY_LTE, "lte" },
	{ TECHNOLOGY_5G, "5g" },
	{ 0, NULL },
};

static const struct vstr inject_names[] = {
	{ INJECT_KIND_NONE, "none" },
	{ INJECT_KIND_ECHO, "echo" },
	{ INJECT_KIND_PROMPT, "prompt" },
	{ INJECT_KIND_ANSWER, "answer" },
	{ INJECT_KIND_ALL, "all" },
	{ 0, NULL },
};

#define AT(field) offsetof(struct settings, field)
#define SIZE(field) sizeof(((struct settings *)0)->field)
#define TEXT(key, field)                                                                 \
	{                                                                                \
		.name = key, .type = KEY_TEXT, .offset = AT(field), .size = SIZE(field)  \
	}
#define SPREAD(key, field)                                                               \
	{                                                                                \
		.name = key, .type = KEY_SPREAD, .offset = AT(field)                     \
	}
#define BOOL(key, field)                                                                 \
	{                                                                                \
		.name = key, .type = KEY_BOOL, .offset = AT(field)                       \
	}
#define UINT(key, field, lo, hi)                                                         \
	{                                                                                \
		.name = key, .type = KEY_UINT, .offset = AT(field), .low = lo,           \
		.high = hi                                                               \
	}
#define ENUM(key, field, table)                                                          \
	{                                                                                \
		.name = key, .type = KEY_ENUM, .offset = AT(field), .names = table       \
	}

static const struct key keys[] = {
	SPREAD("latency", latency_ms),
	SPREAD("submit", submit_ms),
	SPREAD("prompt", prompt_ms),
	SPREAD("link_setup", link_setup_ms),
	SPREAD("status_delay", status_ms),
	BOOL("status_report", status_report),
	{ .name = "status", .type = KEY_STATUS },
	{ .name = "fault", .type = KEY_FAULT },
	{ .name = "answer", .type = KEY_ANSWER },
	{ .name = "profile", .type = KEY_PROFILE },
	BOOL("sms_needs_ps", sms_needs_ps),
	BOOL("echo", echo),
	BOOL("echo_stays", echo_stays),
	BOOL("words", words),
	BOOL("quiet", quiet),
	BOOL("echo_wrong", echo_wrong),
	BOOL("reset_forgets", forget),
	BOOL("cnma_strict", cnma_strict),
	BOOL("full_urc", full_urc),
	BOOL("me_is_sm", me_is_sm),
	BOOL("ussd_packed", ussd_packed),
	BOOL("ims", ims),
	UINT("sm_size", sm_size, 1, 255),
	UINT("me_size", me_size, 1, 255),
	UINT("sr_size", sr_size, 1, 255),
	UINT("cpms_least", cpms_least, 1, 3),
	UINT("cpms_most", cpms_most, 1, 3),
	UINT("reject", reject, 0, 255),
	UINT("split_bytes", split_bytes, 0, 4096),
	UINT("split_ms", split_ms, 1, 1000),
	UINT("baud", baud, 0, 921600),
	UINT("pin_tries", pin_tries, 1, 3),
	UINT("csq", csq, 0, 99),
	UINT("cnma_timeout", cnma_ms, 10, 600000),
	UINT("boot", boot_ms, 0, 600000),
	UINT("search", search_ms, 0, 600000),
	UINT("reset_moves", moves_ms, 0, 600000),
	UINT("mr_start", mr_start, 0, 255),
	UINT("boot_urc_burst", boot_urc_burst, 1, 10000),
	UINT("boot_urc_every", boot_urc_ms, 0, 600000),
	{ .name = "zone_min",
		.type = KEY_INT,
		.offset = AT(zone_min),
		.low = -720,
		.high = 840 },
	ENUM("port", port, port_names),
	ENUM("sim", sim, sim_names),
	ENUM("network", network, network_names),
	ENUM("technology", technology, technology_names),
	ENUM("inject", inject, inject_names),
	TEXT("inject_text", inject_text),
	TEXT("boot_text", boot_text),
	TEXT("boot_urc_text", boot_urc_text),
	TEXT("pin", pin),
	TEXT("puk", puk),
	TEXT("imei", imei),
	TEXT("maker", maker),
	TEXT("model", model),
	TEXT("revision", revision),
	TEXT("iccid_commands", iccid_commands),
	TEXT("unsupported", unsupported),
	TEXT("unsupported_text", unsupported_text),
	TEXT("no_ok", no_ok),
	TEXT("cnmi", cnmi),
	TEXT("cpms", cpms),
	TEXT("networks", networks),
	TEXT("ussd", ussd),
	TEXT("ussd_menu", ussd_menu),
};

void settings_init(struct settings *settings)
{
	*settings = (struct settings){
		.submit_ms = { SPREAD_CONST, 100, 0 },
		.status_ms = { SPREAD_UNIFORM, 300, 1500 },
		.status_report = true,
		.echo = true,
		.words = true,
		.forget = true,
		.status = { { 0, 1.0 } },
		.status_count = 1,
		.technology = TECHNOLOGY_2G,
		.sm_size = 50,
		.me_size = 100,
		.sr_size = 20,
		.split_ms = 1,
		.boot_urc_burst = 1,
		.cpms_least = 1,
		.cpms_most = 3,
		.cnmi = "(0-3),(0-3),(0-3),(0-2),(0,1)",
		.cpms = "(\"SM\",\"ME\",\"SR\"),(\"SM\",\"ME\"),(\"SM\",\"ME\")",
		.pin_tries = 3,
		.csq = 21,
		.cnma_ms = 15000,
		.zone_min = 120,
		.inject_text = "^RSSI:21",
		.boot_urc_text = "^BOOT:41173480,0,0,0,20",
		.pin = "1234",
		.puk = "12345678",
		.maker = "Generic",
		.model = "GM-1",
		.revision = "GM1-01.00",
		.iccid_commands = "+CCID",
		.networks = "(2,\"Alpha Mobile\",\"Alpha\",\"20201\",2),,(0,1),(0-2)",
		.unsupported_text = "ERROR",
		.ussd = "Balance: 12.40 EUR, valid until 31/12/2026",
	};
}

static bool bool_parse(const char *value, bool *out)
{
	*out = str_eq(value, "on") || str_eq(value, "yes");
	return *out || str_eq(value, "off") || str_eq(value, "no");
}

/* "0:96 0x41:4": statuses with their weights. */
static bool status_parse(struct settings *settings, const char *value)
{
	char text[SETTINGS_TEXT_MAX];
	char *rest = text;
	char *word;
	struct status_share shares[SETTINGS_STATUS_MAX];
	size_t count = 0;

	if (!str_copy(text, sizeof(text), value))
		return false;
	while ((word = words_take(&rest)) != NULL) {
		char *end;
		unsigned long tp_st = strtoul(word, &end, 0);

		if (end == word || tp_st > 0xff || count == SETTINGS_STATUS_MAX)
			return false;
		shares[count] = (struct status_share){ (uint8_t)tp_st, 1.0 };
		if (*end == ':')
			shares[count].weight = strtod(end + 1, &end);
		if (*end != '\0' || !(shares[count].weight > 0.0))
			return false;
		count++;
	}
	if (count == 0)
		return false;
	memcpy(settings->status, shares, sizeof(shares[0]) * count);
	settings->status_count = count;
	return true;
}

static bool fault_set_line(struct settings *settings, const char *value)
{
	struct fault_rule rule;

	if (str_eq(value, "none")) {
		settings->faults.count = 0;
		return true;
	}
	return fault_parse(value, &rule) && fault_add(&settings->faults, &rule);
}

static bool number_set(const struct key *key, void *field, const char *value)
{
	int64_t number;

	if (!str_to_i64(value, strlen(value), &number) || number < key->low ||
		number > key->high)
		return false;
	memcpy(field, &(int){ (int)number }, sizeof(int));
	return true;
}

static bool enum_set(const struct key *key, void *field, const char *value)
{
	int found;

	if (!vstr_find(key->names, value, &found))
		return false;
	memcpy(field, &found, sizeof(found));
	return true;
}

static bool key_set(const struct key *key, struct settings *settings, const char *value)
{
	void *field = (char *)settings + key->offset;

	switch (key->type) {
	case KEY_SPREAD:
		return spread_parse(value, field);
	case KEY_BOOL:
		return bool_parse(value, field);
	case KEY_UINT:
	case KEY_INT:
		return number_set(key, field, value);
	case KEY_TEXT:
		return strlen(value) < key->size && str_copy(field, key->size, value);
	case KEY_ENUM:
		return enum_set(key, field, value);
	case KEY_STATUS:
		return status_parse(settings, value);
	case KEY_FAULT:
		return fault_set_line(settings, value);
	case KEY_ANSWER:
		return answers_add(&settings->answers, value);
	case KEY_PROFILE:
		return profile_apply(settings, value);
	}
	return false;
}

const char *settings_set(struct settings *settings, const char *key, const char *value)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!str_eq(keys[i].name, key))
			continue;
		return key_set(&keys[i], settings, value) ? NULL : "bad value";
	}
	return "unknown key";
}

bool settings_list_has(const char *list, const char *word)
{
	size_t len = strlen(word);

	while (*list != '\0') {
		size_t item = strcspn(list, ",");
		char name[SETTINGS_TEXT_MAX];

		if (item == len && str_copy_n(name, sizeof(name), list, item) &&
			str_eq_nocase(name, word))
			return true;
		list += item + (list[item] == ',');
	}
	return false;
}

uint8_t settings_draw_status(const struct settings *settings, struct rng *rng)
{
	double sum = 0.0;
	double at;
	size_t i;

	if (settings->status_count == 1)
		return settings->status[0].tp_st;
	for (i = 0; i < settings->status_count; i++)
		sum += settings->status[i].weight;
	at = rng_unit(rng) * sum;
	for (i = 0; i + 1 < settings->status_count; i++) {
		at -= settings->status[i].weight;
		if (at < 0.0)
			break;
	}
	return settings->status[i].tp_st;
}
