// The manual pages against the tables of the programs: every command with its options, every
// key with its default and its limit, in both directions. The short help of chaparctl too.
import path from "node:path";

const FOLDER = "board/man/";
const CTL = "firmware/chaparctl.c";
const CONFIG = "firmware/base/config.c";
const PROFILE = "drivers/board/board_profile.c";
const JSON_KEYS = ["firmware/office/ctl/ctl_pdu.c", "firmware/office/ctl/ctl_text.c"];

const all = (text, pattern) => [...text.matchAll(pattern)].map((match) => match.slice(1));

// ---- what a page says ----

// A page's list items, each with the section and subsection that it stands in.
function itemsOf(page) {
	const joined = page.replace(/^\.It Xo\n([^]*?)^\.Xc$/gm, (_, head) =>
		`.It ${head.replace(/\n\.?/g, " ").replace(/^\./, "")}`);
	const items = [];
	const open = []; // the item of each list that is not closed yet
	let under = "";
	for (const line of joined.split("\n")) {
		const heading = /^\.S[hs] (.*)$/.exec(line);
		const head = /^\.It (.*)$/.exec(line);
		if (heading)
			under = heading[1];
		else if (line.startsWith(".Bl"))
			open.push(null);
		else if (line === ".El")
			open.pop();
		else if (head)
			items.push((open[open.length - 1] = { under, head: head[1], body: "" }));
		else if (open.at(-1))
			open.at(-1).body += `${line}\n`;
	}
	return items;
}

// The words that follow Ic, up to the next macro: "board check".
function commandOf(head) {
	return /^Ic ((?:[a-z_][\w-]* ?)+)/.exec(head)?.[1].trim();
}

function flagsOf(head) {
	return new Map(all(head, /Fl -([a-z-]+)( Ar)?/g).map(([name, value]) => [`--${name}`, !!value]));
}

// "Default: x.", or the same with x in a .Ql of its own; "none" is no text at all.
function defaultOf(body) {
	const found = /^Default:(?: (\S+)\.|\n\.Ql (.*) \.)$/m.exec(body);
	const value = found?.[1] ?? found?.[2];
	return value === "none" ? "" : value;
}

function mostOf(body) {
	return /^At most (\d+)( octets)?\.$/m.exec(body)?.slice(1, 2).map(Number)[0];
}

// ---- comparing ----

function differences(where, wanted, said, what) {
	return [
		...[...wanted.keys()].filter((name) => !said.has(name)).map((name) => `${where}: no ${what} ${name}`),
		...[...said.keys()].filter((name) => !wanted.has(name)).map((name) => `${where}: there is no ${what} ${name}`),
	];
}

// keys: name → { initial, most }; either may be undefined: the page has to say nothing of it.
function keyFindings(where, keys, items) {
	const said = new Map(items.map((item) => [commandOf(item.head), item]));
	const bad = differences(where, keys, said, "key");
	for (const [name, key] of keys) {
		const body = said.get(name)?.body;
		if (body === undefined)
			continue;
		if (defaultOf(body) !== key.initial)
			bad.push(`${where}: ${name}: its default is ${key.initial}, not ${defaultOf(body)}`);
		if (mostOf(body) !== key.most)
			bad.push(`${where}: ${name}: at most ${key.most}, not ${mostOf(body)}`);
		for (const word of key.words ?? [])
			if (!said.get(name).head.includes(word))
				bad.push(`${where}: ${name}: ${word} is missing`);
	}
	return bad;
}

// ---- chaparctl ----

function commandsIn(source) {
	const tables = new Map(
		all(source, /struct ctl_option (\w+)\[\] = (\{[^]*?\});/g).map(([name, rows]) => [
			name,
			new Map(all(rows, /\{ "(--[a-z-]+)", (true|false) \}/g).map(([o, v]) => [o, v === "true"])),
		]),
	);
	return new Map(
		all(source, /\{ "([a-z -]+)", ctl_\w+, (\w+), NEEDS_\w+ \}/g).map(([name, table]) => [
			name,
			tables.get(table) ?? new Map(),
		]),
	);
}

function helpOf(source) {
	const text = /\bhelp\[\] =([^]*?);\n/.exec(source)?.[1] ?? "";
	return all(text, /"((?:[^"\\]|\\.)*)"/g).join("");
}

function commandFindings(tree) {
	const source = tree.get(CTL) ?? "";
	const file = `${FOLDER}chaparctl.1`;
	const page = tree.get(file) ?? "";
	const items = itemsOf(page);
	const commands = commandsIn(source);
	const said = new Map(
		items.filter(({ head }) => commandOf(head)).map(({ head }) => [commandOf(head), flagsOf(head)]),
	);
	const bad = differences(file, commands, said, "command");
	const help = helpOf(source);
	for (const [name, options] of commands) {
		if (said.has(name))
			bad.push(...differences(`${file}: ${name}`, options, said.get(name), "option"));
		for (const [option, hasValue] of options) {
			if (said.get(name)?.has(option) && said.get(name).get(option) !== hasValue)
				bad.push(`${file}: ${name}: ${option} ${hasValue ? "takes" : "has"} a value or not`);
			if (!help.includes(`${option} `) && !help.includes(`${option}]`))
				bad.push(`${CTL}: the help has no ${option}`);
		}
		for (const word of name.split(" "))
			if (!new RegExp(`\\b${word}\\b`).test(help))
				bad.push(`${CTL}: the help has no ${name}`);
	}
	const keys = new Map(
		JSON_KEYS.flatMap((name) => all(tree.get(name) ?? "", /\brow, "(\w+)"/g)).map(([key]) => [key]),
	);
	const keysSaid = new Map(
		items.flatMap(({ head }) => (/^Cm (.*)$/.exec(head)?.[1] ?? "").split(" , ")).filter(Boolean).map((k) => [k]),
	);
	bad.push(...differences(file, keys, keysSaid, "JSON key"));
	const exits = new Map(all(tree.get("firmware/office/ctl/ctl.h") ?? "", /\bCTL_\w+ = (\d+),/g));
	const exitsSaid = new Map(
		items.filter(({ under }) => under === "EXIT STATUS").map(({ head }) => [head]),
	);
	return [...bad, ...differences(file, exits, exitsSaid, "exit status")];
}

// ---- the options of every program ----

function optionFindings(tree) {
	const options = new Map(all(tree.get(CONFIG) ?? "", /argv\[0\], "(--[a-z]+)"|argv\[i\], "(--[a-z]+)"/g)
		.map(([a, b]) => [a ?? b]));
	return ["chaparctl.1", "chapar-modemd.8", "chapar-paneld.8"].flatMap((name) => {
		const said = new Map(
			itemsOf(tree.get(FOLDER + name) ?? "")
				.filter(({ under }) => under === "DESCRIPTION")
				.flatMap(({ head }) => [...flagsOf(head)]),
		);
		said.delete("--json");
		return differences(FOLDER + name, options, said, "option");
	});
}

// ---- chapar.conf ----

// The sizes of the texts of a struct, without their ends.
function sizesIn(header, struct) {
	const body = new RegExp(`struct ${struct} \\{([^]*?)\\n\\}`).exec(header)?.[1] ?? "";
	return new Map(all(body, /\b(\w+)\[(\d+)\]/g).map(([name, size]) => [name, size - 1]));
}

function configFindings(tree) {
	const file = `${FOLDER}chapar.conf.5`;
	const source = tree.get(CONFIG) ?? "";
	const sizes = sizesIn(tree.get("firmware/base/config.h") ?? "", "config");
	const items = itemsOf(tree.get(file) ?? "");
	const sections = new Map();
	for (const [section, name, rest] of all(
		source,
		/\.section = "(\w+)",\s*\.name = "(\w+)",\s*(\.value = "[^"]*",[^}]*)\}/g,
	)) {
		if (!sections.has(section))
			sections.set(section, new Map());
		const field = /TEXT\((\w+)\)/.exec(rest)?.[1];
		const expects = /\.expects = "([^"]*)"/.exec(rest)?.[1];
		sections.get(section).set(name, {
			initial: /\.value = "([^"]*)"/.exec(rest)[1],
			most: field === undefined ? undefined : sizes.get(field),
			words: expects?.split(/, | or /),
		});
	}
	return sectionFindings(file, sections, items);
}

function sectionFindings(file, sections, items) {
	const names = items.filter(({ head }) => commandOf(head));
	const said = new Map(names.map(({ under }) => [/^\[(\w+)/.exec(under)?.[1], true]));
	return [
		...differences(file, sections, said, "section"),
		...[...sections].flatMap(([section, keys]) =>
			keyFindings(`${file}: [${section}]`, keys,
				names.filter(({ under }) => new RegExp(`^\\[${section}\\b`).test(under)))),
	];
}

// ---- profiles of boards ----

function profileKeys(source, header, table) {
	const body = new RegExp(`struct key ${table}\\[\\] = \\{([^]*?)\\n?\\};`).exec(source)?.[1] ?? "";
	const usual = new Map(all(source, /\[(BOARD_\w+_MS)\] = (\d+),/g));
	const row = /\{\s*"([a-z-]+)", (TEXT|LINE|NUMBER)\((\w+), (\w+)(?:\[\w+\])?(?:, (\d+))?\)\s*\}/g;
	const keys = new Map();
	for (const [name, kind, struct, field, most] of all(body, row)) {
		const initial = new RegExp(`->${field} = (\\d+);`).exec(source)?.[1];
		const text = new RegExp(`p->${field}, sizeof\\(p->${field}\\), "([^"]*)"`).exec(source)?.[1];
		keys.set(name, {
			initial: kind === "TEXT" ? (struct === "board_profile" ? text : undefined)
				: kind === "NUMBER" ? (initial ?? "0") : undefined,
			most: kind === "TEXT" ? sizesIn(header, struct).get(field) : most && Number(most),
		});
	}
	if (table === "power_keys")
		for (const [name, time, most] of all(
			source,
			/"([a-z-]+)", NUMBER\(type, times_ms\[(\w+)\], (\d+)\)/g,
		))
			keys.set(name, { initial: usual.get(time), most: Number(most) });
	return keys;
}

function profileFindings(tree) {
	const file = `${FOLDER}chapar-board.5`;
	const page = tree.get(file) ?? "";
	const source = tree.get(PROFILE) ?? "";
	const header = tree.get("drivers/board_profile.h") ?? "";
	const sections = new Map(
		all(source, /\{ "(\w+)", (?:true|false), KEYS\((\w+)\), \w+ \}/g).map(([name, table]) => [
			name,
			profileKeys(source, header, table),
		]),
	);
	const bad = sectionFindings(file, sections, itemsOf(page));
	for (const [kind, most] of all(header, /BOARD_([A-Z]+)_MAX = (\d+),/g))
		if (!page.includes(`at most ${most} ${kind.toLowerCase()}`))
			bad.push(`${file}: does not say that there are at most ${most} ${kind.toLowerCase()}`);
	const profiles = [...tree.keys()].filter((name) => name.startsWith("board/profiles/"));
	for (const name of profiles)
		if (!page.includes(`/usr/share/chapar/board/${path.basename(name)}\n`))
			bad.push(`${file}: does not name ${name}`);
	return bad;
}

// ---- between pages ----

function referenceFindings(tree) {
	const pages = [...tree.keys()].filter((name) => name.startsWith(FOLDER));
	const there = new Set(pages.map((name) => path.basename(name)));
	const named = [...tree].filter(([name]) => /^board\/.*\.service$/.test(name))
		.flatMap(([name, text]) => all(text, /\bman:([\w.-]+)\((\d)\)/g).map((xr) => [name, ...xr]));
	for (const name of pages)
		named.push(...all(tree.get(name), /^\.Xr (chapar\S*) (\d)/gm).map((xr) => [name, ...xr]));
	return named
		.filter(([, page, section]) => !there.has(`${page}.${section}`))
		.map(([name, page, section]) => `${name}: there is no page ${page}(${section})`);
}

// ---- samples ----

const CTL_C = `static const char help[] = "  send --to N\\n  key make [--on]\\n";
static const struct ctl_option a_options[] = { { "--to", true }, { NULL, false } };
static const struct ctl_option b_options[] = { { "--on", false }, { NULL, false } };
	{ "send", ctl_send, a_options, NEEDS_STORE },
	{ "key make", ctl_key, b_options, NEEDS_STORE },
`;
const CTL_1 = ".Ss A\n.Bl -tag\n.It Ic send Fl -to Ar n Ar text\n.It Xo\n.Ic key make\n.Oo Fl -on Oc\n.Xc\nIt.\n";
const CONFIG_C = `{ .section = "a", .name = "b", .value = "/x y", TEXT(text) },
{ .section = "a", .name = "c", .value = "low", .set = f, .expects = "low or high" },
`;
const CONFIG_H = "struct config {\n\tchar text[9];\n};\n";
const CONFIG_5 = `.Ss [a]
.Bl -tag
.It Ic b Ar file
.Bl -tag
.It Cm x
Default: 7.
.El
Default:
.Ql /x y .
At most 8 octets.
.It Ic c Cm low | high
Default:
.Ql low .
`;
const PROFILE_C = `#define TIMES(type) { "off-ms", NUMBER(type, times_ms[BOARD_OFF_MS], 60) },
static const struct key power_keys[] = { TIMES(board_profile) };
static const struct key input_keys[] = {
	{ "line", LINE(board_input, line) },
	{ "says", TEXT(board_input, says) },
	{ "every-s", NUMBER(board_input, every_s, 90) },
};
	[BOARD_OFF_MS] = 30,
	{ "power", false, KEYS(power_keys), begin },
	{ "input", true, KEYS(input_keys), begin },
	input->every_s = 3;
`;
const PROFILE_H = "struct board_input {\n\tchar says[16];\n};\nBOARD_INPUTS_MAX = 8,\n";
const BOARD_5 = `.Ss [power]
.Bl -tag
.It Ic off-ms Ar number
Default: 30.
At most 60.
.El
.Ss [input N]
There are at most 8 inputs.
.Bl -tag
.It Ic line Ar line
.It Ic says Ar text
At most 15 octets.
.It Ic every-s Ar number
Default: 3.
At most 90.
`;

const ctl = (page, source = CTL_C) => ({ [CTL]: source, [`${FOLDER}chaparctl.1`]: page });
const config = (page) => ({
	[CONFIG]: CONFIG_C,
	"firmware/base/config.h": CONFIG_H,
	[`${FOLDER}chapar.conf.5`]: page,
});
const profile = (page) => ({
	[PROFILE]: PROFILE_C,
	"drivers/board_profile.h": PROFILE_H,
	[`${FOLDER}chapar-board.5`]: page,
});

export default {
	name: "manual: the pages say what the programs' tables say",
	findings: (tree) => [
		...commandFindings(tree), ...optionFindings(tree), ...configFindings(tree),
		...profileFindings(tree), ...referenceFindings(tree),
	],
	good: [ctl(CTL_1), config(CONFIG_5), profile(BOARD_5)],
	bad: [
		ctl(CTL_1.replace("send", "sent")),
		ctl(CTL_1.replace("-to", "-too")),
		ctl(CTL_1.replace("-on", "-on Ar n")),
		ctl(`${CTL_1}.It Ic more\n`),
		ctl(CTL_1, CTL_C.replace("[--on]", "")),
		ctl(CTL_1, CTL_C.replace("  send", "  sand")),
		config(CONFIG_5.replace("/x y", "/x z")),
		config(CONFIG_5.replace("8 octets", "9 octets")),
		config(CONFIG_5.replace("| high", "")),
		config(CONFIG_5.replace("Ic c", "Ic d")),
		config(CONFIG_5.replace("[a]", "[e]")),
		profile(BOARD_5.replace("30.", "31.")),
		profile(BOARD_5.replace("60.", "61.")),
		profile(BOARD_5.replace("15 octets", "16 octets")),
		profile(BOARD_5.replace("Ic every-s", "Ic every")),
		profile(BOARD_5.replace("8 inputs", "9 inputs")),
		{ "board/man/chapar-a.8": ".Xr chapar-b 8\n" },
		{ "board/systemd/a.service": "Documentation=man:chapar-b(8)\n" },
		{ [CONFIG]: 'if (str_eq(argv[i], "--help"))\n' },
	],
};
