// Who may include whom: the architecture, kept by a table.
import { cFiles, lineAt } from "./tree.mjs";

// For each layer: the headers of ours it may include. The first matching layer is the file's.
const BASE = /^firmware\/base\//;
const SMS = /^firmware\/sms\//;
const SMS_TYPES = /^firmware\/sms\/(\w+_)?types\.h$/;
const SMS_CAUSES = /^firmware\/sms\/cause\.h$/;
const STORE = /^firmware\/store\//;
const RADIO = /^firmware\/radio\//;
const OFFICE = /^firmware\/office\//;
const DRIVERS = /^drivers\//;
const FACES = /^drivers\/\w+\.h$/;
const MODEM = /^drivers\/(modem|power|board|board_profile)\.h$/;
const HARDWARE = [BASE, SMS_TYPES, SMS_CAUSES, FACES];
const PORT = /^drivers\/port\//;
const AT = /^drivers\/at\//;
const FAMILY = /^drivers\/family\//;
const BOARD = /^drivers\/board\//;
const DISPATCH = /^firmware\/radio\/dispatch\//;
const SLOT = /^firmware\/radio\/(slot\/|store_thread\.h)/;
// What chaparctl says and how files are read in, no other room of the office needs to know.
const ROOMS = /^firmware\/office\/(?!ctl\/|import\/(?!columns\.h))/;
const API = /^web\/api\//;
const SIM = /^tests\/modemsim\//;

const LAYERS = [
	[/^firmware\/base\//, [BASE]],
	[/^firmware\/sms\//, [/^firmware\/base\/(err|buf|str)\.h$/, SMS]],
	[/^firmware\/store\//, [BASE, SMS_TYPES, STORE]],
	[/^firmware\/radio\/dispatch\//, [BASE, SMS, STORE, DISPATCH]],
	[/^firmware\/radio\/slot\//, [BASE, SMS, STORE, DISPATCH, SLOT, MODEM]],
	[/^firmware\/radio\//, [BASE, SMS, STORE, RADIO, MODEM]],
	[/^firmware\/office\/ctl\/ctl_board\.c$/, [BASE, OFFICE, /^drivers\/board_check\.h$/]],
	[/^firmware\/office\/((ctl|import)\/|\w+\.)/, [BASE, SMS, STORE, OFFICE]],
	[/^firmware\/office\//, [BASE, SMS, STORE, ROOMS]],
	[/^firmware\/modemd\.c$/, [BASE, SMS, STORE, RADIO, DRIVERS]],
	[/^firmware\/paneld\.c$/, [BASE, SMS, STORE, OFFICE, API]],
	[/^firmware\/chaparctl\.c$/, [BASE, SMS, STORE, OFFICE]],
	[/^drivers\/port\//, [...HARDWARE, PORT, /^drivers\/family\/modem_family\.h$/]],
	[/^drivers\/at\//, [...HARDWARE, PORT, AT]],
	[/^drivers\/family\//, [...HARDWARE, AT, FAMILY]],
	[/^drivers\/modem\//, [...HARDWARE, PORT, AT, FAMILY, /^drivers\/modem\//]],
	[/^drivers\/(board\/|\w+\.h$)/, [...HARDWARE, BOARD]],
	[/^drivers\//, HARDWARE],
	[/^web\/api\//, [BASE, SMS_TYPES, OFFICE, API]],
	[/^tests\/modemsim\//, [BASE, SMS, SIM]],
	[/^tests\//, [/./]],
];

// Each third-party header has one owner.
const OWNERS = [
	[/^sqlite3\.h$/, /^firmware\/store\//],
	[/^sodium\.h$/, /^firmware\/base\/crypto\.c$/],
	[/^systemd\//, /^firmware\/(base\/(loop|notify)\w*|paneld)\.c$|^drivers\/port\/ports_watch\.c$/],
	[/^libical\//, /^firmware\/base\/tz\.c$/],
	[/^utf8proc\.h$/, /^firmware\/(base|office)\/text\w*\.c$/],
	[/^jansson\.h$/, /^(web\/api|firmware\/office)\/|^firmware\/chaparctl\.c$|^tests\/modemsim\/http\.c$/],
	[/^phonenumbers\//, /^firmware\/office\/phone_number\.cc$/],
	[/^csv\.h$/, /^firmware\/office\/import\/csv\w*\.c$/],
	[/^xlsxwriter\.h$/, /^firmware\/office\/xlsx\w*\.c$/],
	[/^curl\//, /^firmware\/office\/webhook\w*\.c$/],
	[/^microhttpd\.h$/, /^(web\/api|tests\/modemsim)\/http\w*\.[ch]$/],
	[/^libserialport\.h$/, /^drivers\/port\/port_(serial|list)\.c$/],
	[/^gpiod\.h$/, /^drivers\/board\/gpio\w*\.c$/],
	[/^(cmocka|malloc|sanitizer\/allocator_interface)\.h$/, /^tests\/unit\//],
	[/^(osmocom\/.*|gammu)\.h$/, /^tests\/conformance\/peers\.c$/],
];

const LIBC = new RegExp(
	"^((assert|ctype|errno|float|inttypes|limits|locale|math|setjmp|signal|stdalign|stdarg|" +
		"stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|string|strings|time|uchar|" +
		"wchar|wctype|dirent|dlfcn|endian|fcntl|fnmatch|ftw|getopt|glob|grp|iconv|ifaddrs|langinfo|" +
		"libgen|netdb|poll|pthread|pty|pwd|regex|sched|semaphore|spawn|syslog|termios|unistd|" +
		"utime)\\.h|(sys|net|netinet|arpa|linux)/\\w+\\.h|[a-z_]+)$",
);

function findings(tree) {
	const bad = [];
	for (const [file, text] of cFiles(tree))
		for (const match of text.matchAll(/^\s*#\s*include\s*(["<])([^">]+)[">]/gm)) {
			const [, kind, header] = match;
			const why = kind === '"' ? whyNotOurs(tree, file, header) : whyNotTheirs(file, header);
			if (why)
				bad.push(`${file}:${lineAt(text, match.index)}: ${why}`);
		}
	return bad;
}

function whyNotOurs(tree, file, header) {
	const layer = LAYERS.find(([path]) => path.test(file));
	if (!layer)
		return `this folder has no row in the include table`;
	if (!tree.has(header) && !tree.has(header.replace(/\.inc$/, "")))
		return `"${header}" is no header of ours, given from the root of the sources`;
	if (!layer[1].some((allowed) => allowed.test(header)))
		return `may not include "${header}"`;
	return null;
}

function whyNotTheirs(file, header) {
	if (LIBC.test(header))
		return null;
	const owner = OWNERS.find(([path]) => path.test(header));
	if (!owner)
		return `<${header}> has no owner in the include table`;
	return owner[1].test(file) || /^tests\/unit\//.test(file) ? null : `<${header}> belongs to ${owner[1]}`;
}

const h = (path) => ({ [path]: "" });
const sample = (file, line, ...headers) =>
	Object.assign({ [file]: `${line}\n` }, ...headers.map(h));

export default {
	name: "includes: every folder includes only what it may",
	findings,
	good: [
		sample("drivers/at.c", '#include "firmware/base/err.h"', "firmware/base/err.h"),
		sample("drivers/at.c", '#include "firmware/sms/types.h"', "firmware/sms/types.h"),
		sample("firmware/radio/slot/slot.c", '#include "drivers/modem.h"', "drivers/modem.h"),
		sample("drivers/modem/a.c", '#include "drivers/at/b.h"', "drivers/at/b.h"),
		sample("firmware/office/text/a.c", '#include "firmware/office/office.h"', "firmware/office/office.h"),
		sample("firmware/store/db.c", '#include "firmware/store/a.sql.inc"', "firmware/store/a.sql"),
		sample("firmware/store/db.c", "#include <sqlite3.h>\n#include <sys/stat.h>"),
	],
	bad: [
		sample("firmware/base/a.c", '#include "firmware/sms/pdu.h"', "firmware/sms/pdu.h"),
		sample("firmware/sms/a.c", '#include "firmware/base/log.h"', "firmware/base/log.h"),
		sample("firmware/store/a.c", '#include "firmware/sms/pdu.h"', "firmware/sms/pdu.h"),
		sample("drivers/a.c", '#include "firmware/store/db.h"', "firmware/store/db.h"),
		sample("drivers/a.c", '#include "firmware/sms/pdu.h"', "firmware/sms/pdu.h"),
		sample("firmware/radio/a.c", '#include "drivers/at/at_chat.h"', "drivers/at/at_chat.h"),
		sample("firmware/office/a.c", '#include "firmware/radio/slot/slot.h"', "firmware/radio/slot/slot.h"),
		sample("drivers/at/a.c", '#include "drivers/modem/b.h"', "drivers/modem/b.h"),
		sample("drivers/port/a.c", '#include "drivers/at/b.h"', "drivers/at/b.h"),
		sample("firmware/radio/dispatch/a.c", '#include "firmware/radio/slot/b.h"', "firmware/radio/slot/b.h"),
		sample("firmware/radio/slot/a.c", '#include "firmware/radio/front/b.h"', "firmware/radio/front/b.h"),
		sample("firmware/office/text/a.c", '#include "firmware/office/ctl/b.h"', "firmware/office/ctl/b.h"),
		sample("web/api/a.c", '#include "firmware/store/db.h"', "firmware/store/db.h"),
		sample("firmware/modemd.c", '#include "web/api/http.h"', "web/api/http.h"),
		sample("firmware/paneld.c", '#include "drivers/modem.h"', "drivers/modem.h"),
		sample("drivers/a.c", '#include "modem.h"', "drivers/modem.h"),
		sample("scripts/a.c", '#include "drivers/modem.h"', "drivers/modem.h"),
		sample("drivers/a.c", "#include <sqlite3.h>"),
		sample("drivers/a.c", "#include <glib.h>"),
	],
};
