#include "drivers/ports.h"

#include <fnmatch.h>
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "drivers/deadline.h"
#include "drivers/port/port_usb.h"
#include "drivers/port/port_way.h"
#include "drivers/port/ports_watch.h"
#include "firmware/base/str.h"

#define LOG_MODULE "ports"
#include "firmware/base/log.h"

enum {
	PATTERNS_MAX = 16
};

/* Who writes these means every modem: each is told by its place, as with "usb:*", since
 * the numbers of today are others tomorrow, and a modem with several of them is one. */
static const char *const all_of_a_kind[] = { "/dev/ttyUSB*", "/dev/ttyACM*" };

struct identity { /* tells a device from another under the same name */
	ino_t ino;
	dev_t rdev;
	int64_t born_ns; /* of a symbolic link; its inode number may be reused at once */
	uint64_t how;	 /* of a USB device: which ports it has, by which plugging */
};

struct port_entry {
	char name[PORT_NAME_MAX];
	struct identity identity;
	char place[PORT_USB_PLACE_MAX]; /* of "usb:", else "" */
	struct port_usb usb;		/* of a device that hangs on USB; path "": none */
	uint64_t came_ms;
	bool is_used, is_seen, is_told;
};

/* What a listing finds under a name. */
struct sight {
	struct identity identity;
	const struct port_usb *usb; /* a place's n_usb ports; else none */
	size_t n_usb;
};

struct ports {
	struct loop *loop;
	struct ports_handler handler;
	struct ports_watch watch;
	struct loop_timer timer;
	char patterns[PATTERNS_MAX][PORT_NAME_MAX];
	size_t n_patterns;
	struct port_entry entries[PORTS_MAX];
};

static bool is_same(const struct identity *a, const struct identity *b)
{
	return a->ino == b->ino && a->rdev == b->rdev && a->born_ns == b->born_ns &&
	       a->how == b->how;
}

static struct port_entry *find(struct ports *p, const char *name)
{
	for (size_t i = 0; i < PORTS_MAX; i++)
		if (p->entries[i].is_used && str_eq(p->entries[i].name, name))
			return &p->entries[i];
	return NULL;
}

static struct port_entry *find_free(struct ports *p)
{
	for (size_t i = 0; i < PORTS_MAX; i++)
		if (!p->entries[i].is_used)
			return &p->entries[i];
	return NULL;
}

static void remove_entry(struct ports *p, struct port_entry *e)
{
	e->is_used = false;
	if (!e->is_told)
		return;
	log_info("port=%s gone", e->name);
	p->handler.removed(p->handler.user, e->name);
}

static void tell_entry(struct ports *p, struct port_entry *e)
{
	e->is_told = true;
	log_info("port=%s found", e->name);
	p->handler.added(p->handler.user, e->name);
}

static void list_all(void *user);

/* One plug makes many changes; udev sets owner and mode after the node is there. */
static void list_again(struct ports *p)
{
	if (!loop_timer_is_armed(&p->timer))
		loop_timer_set(
			p->loop, &p->timer, deadline_ms(DEADLINE_RESCAN), list_all, p);
}

/* Is the device at usb one of those at place? */
static bool is_at(const struct port_usb *usb, const char *place)
{
	struct port_usb list[PORT_USB_TTYS_MAX];
	size_t len = strlen(usb->path);

	if (len == 0 || strncmp(place, usb->path, len) != 0 ||
		(place[len] != '\0' && place[len] != '/'))
		return false;
	size_t n = port_usb_list(place, list);
	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i].tty, usb->tty))
			return true;
	return n == 0; /* not known now: perhaps */
}

/* Two names for one modem: the pattern that comes first has it. */
static bool is_taken(const struct ports *p, const struct port_entry *wanted)
{
	for (size_t i = 0; i < PORTS_MAX; i++) {
		const struct port_entry *e = &p->entries[i];
		if (!e->is_used || !e->is_seen || str_eq(e->name, wanted->name))
			continue;
		if (e->place[0] && wanted->place[0]
				? str_eq(e->place, wanted->place)
				: is_at(&e->usb, wanted->place) ||
					  is_at(&wanted->usb, e->place))
			return true;
	}
	return false;
}

/* Where a name hangs on USB. */
static bool place_entry(struct port_entry *e)
{
	struct port_name parsed;

	if (!port_name_parse(e->name, &parsed))
		return false;
	if (str_starts(parsed.path, "usb:"))
		return str_copy(
			e->place, sizeof(e->place), parsed.path + sizeof("usb:") - 1);
	if (!str_starts(parsed.path, "tcp:"))
		(void)port_usb_read(parsed.path, &e->usb); /* or it is none */
	return true;
}

/* Before udev is through, a port is not ours to open; being refused would count against
 * the modem, and all its ports and speeds be tried in vain. */
static bool is_released(const struct port_entry *e, const struct sight *s)
{
	size_t i = 0;

	if (e->usb.path[0])
		return ports_watch_is_released(e->usb.tty);
	while (i < s->n_usb && ports_watch_is_released(s->usb[i].tty))
		i++;
	return i == s->n_usb;
}

static void tell_released(struct ports *p, struct port_entry *e, const struct sight *s)
{
	bool released = is_released(e, s);

	if (!released && loop_now_ms(p->loop) - e->came_ms < deadline_ms(DEADLINE_UDEV)) {
		list_again(p);
		return;
	}
	if (!released)
		log_warn("port=%s udev is not through with it: used as it is", e->name);
	tell_entry(p, e);
}

static void see_new(
	struct ports *p, const struct port_entry *wanted, const struct sight *s)
{
	struct port_entry *e = find_free(p);

	if (!e) {
		log_warn("port=%s one too many, not used", wanted->name);
		return;
	}
	*e = *wanted;
	e->is_used = e->is_seen = true;
	e->came_ms = loop_now_ms(p->loop);
	if (!e->place[0])
		tell_released(p, e, s);
	else /* its ports come one by one: told when nothing has changed for a while */
		list_again(p);
}

static void see(struct ports *p, const char *name, const struct sight *s)
{
	struct port_entry wanted = { .identity = s->identity };
	struct port_entry *e = find(p, name);

	if (!str_copy(wanted.name, sizeof(wanted.name), name) || !place_entry(&wanted) ||
		is_taken(p, &wanted))
		return;
	if (e && !is_same(&e->identity, &s->identity)) {
		remove_entry(p, e);
		e = NULL;
	}
	if (!e) {
		see_new(p, &wanted, s);
		return;
	}
	e->is_seen = true;
	if (!e->is_told)
		tell_released(p, e, s);
}

/* A device, or a link to one that exists. */
static bool identify(const char *path, struct identity *out)
{
	struct stat target, own;

	if (stat(path, &target) < 0 || !S_ISCHR(target.st_mode) || lstat(path, &own) < 0)
		return false;
	*out = (struct identity){ .ino = own.st_ino, .rdev = target.st_rdev };
	if (S_ISLNK(own.st_mode))
		out->born_ns =
			(int64_t)own.st_mtim.tv_sec * 1000000000 + own.st_mtim.tv_nsec;
	return true;
}

static int by_name(const void *a, const void *b)
{
	return str_compare_natural(*(char *const *)a, *(char *const *)b);
}

struct usb_search {
	struct ports *ports;
	const char *places, *options; /* a glob; what follows the names */
};

static void see_usb(void *user, const char *place, uint64_t how,
	const struct port_usb *ports, size_t n)
{
	const struct usb_search *u = user;
	const struct sight sight = { .identity.how = how, .usb = ports, .n_usb = n };
	char name[PORT_NAME_MAX];

	if (fnmatch(u->places, place, 0) == 0 &&
		str_format(name, sizeof(name), "usb:%s%s", place, u->options))
		see(u->ports, name, &sight);
}

/* What could not be looked for is not gone. */
static void list_each(struct usb_search *search, const char *kind)
{
	struct ports *p = search->ports;

	if (port_usb_each(kind, see_usb, search) == ERR_OK)
		return;
	for (size_t i = 0; i < PORTS_MAX; i++)
		if (p->entries[i].place[0])
			p->entries[i].is_seen = true;
	list_again(p);
}

static void list_usb(struct ports *p, const struct port_name *pattern)
{
	struct usb_search search = { p, pattern->path + sizeof("usb:") - 1,
		pattern->options };

	ports_watch_add(&p->watch, "/dev/tty");
	list_each(&search, "");
}

/* kind: "ttyUSB", "ttyACM". */
static void list_kind(struct ports *p, const struct port_name *pattern)
{
	struct usb_search search = { p, "*", pattern->options };
	char kind[16];
	const char *name = pattern->path + sizeof("/dev/") - 1;

	(void)str_copy_n(kind, sizeof(kind), name, strlen(name) - 1); /* fits */
	list_each(&search, kind);
}

static bool is_all_of_a_kind(const struct port_name *pattern)
{
	for (size_t i = 0; i < sizeof(all_of_a_kind) / sizeof(all_of_a_kind[0]); i++)
		if (str_eq(pattern->path, all_of_a_kind[i]))
			return true;
	return false;
}

static void list_pattern(struct ports *p, const char *pattern)
{
	char name[PORT_NAME_MAX];
	struct sight sight = { 0 };
	struct port_name parsed;
	glob_t found;

	if (str_starts(pattern, "tcp:")) {
		see(p, pattern, &sight);
		return;
	}
	if (!port_name_parse(pattern, &parsed))
		return;
	if (str_starts(pattern, "usb:")) {
		list_usb(p, &parsed);
		return;
	}
	ports_watch_add(
		&p->watch, parsed.path); /* first, so that nothing slips between */
	if (is_all_of_a_kind(&parsed))
		list_kind(p, &parsed); /* those then found by name are taken */
	if (glob(parsed.path, GLOB_NOSORT, NULL, &found) != 0)
		return;
	qsort(found.gl_pathv, found.gl_pathc, sizeof(found.gl_pathv[0]), by_name);
	for (size_t i = 0; i < found.gl_pathc; i++)
		if (str_format(name, sizeof(name), "%s%s", found.gl_pathv[i],
			    parsed.options) &&
			identify(found.gl_pathv[i], &sight.identity))
			see(p, name, &sight);
	globfree(&found);
}

static void list_all(void *user)
{
	struct ports *p = user;

	for (size_t i = 0; i < PORTS_MAX; i++)
		p->entries[i].is_seen = false;
	for (size_t i = 0; i < p->n_patterns; i++)
		list_pattern(p, p->patterns[i]);
	for (size_t i = 0; i < PORTS_MAX; i++)
		if (p->entries[i].is_used && !p->entries[i].is_seen)
			remove_entry(p, &p->entries[i]);
}

static void on_changed(void *user)
{
	list_again(user);
}

static bool add_pattern(struct ports *p, const char *text, size_t len)
{
	char tmp[PORT_NAME_MAX];

	if (!str_copy_n(tmp, sizeof(tmp), text, len))
		return false;
	const char *trimmed = str_trim(tmp);
	if (!*trimmed)
		return true;
	if (p->n_patterns == PATTERNS_MAX)
		return false;
	return str_copy(p->patterns[p->n_patterns++], PORT_NAME_MAX, trimmed);
}

static bool split_patterns(struct ports *p, const char *patterns)
{
	for (const char *at = patterns; *at;) {
		size_t len = strcspn(at, ",");
		if (!add_pattern(p, at, len))
			return false;
		at += len;
		at += *at == ',';
	}
	return p->n_patterns > 0;
}

enum err ports_create(struct ports **out, struct loop *loop, const char *patterns,
	const struct ports_handler *handler)
{
	struct ports *p = calloc(1, sizeof(*p));

	if (!p)
		return ERR_MEM;
	p->loop = loop;
	p->handler = *handler;
	enum err err = ERR_ARG;
	if (split_patterns(p, patterns))
		err = ports_watch_init(&p->watch, loop, on_changed, p);
	if (err != ERR_OK) {
		free(p);
		return err;
	}
	loop_timer_set(loop, &p->timer, 0, list_all, p);
	*out = p;
	return ERR_OK;
}

void ports_destroy(struct ports *p)
{
	if (!p)
		return;
	loop_timer_cancel(&p->timer);
	ports_watch_fini(&p->watch);
	free(p);
}
