// The translations: complete, readable as ICU messages, and used.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { parse, TYPE, type MessageFormatElement } from "@formatjs/icu-messageformat-parser";

// The few things of a browser that these modules touch when they are loaded.
Object.assign(globalThis, { document: { documentElement: {} }, location: { href: "http://box/" } });
let careOf: typeof import("./bays").careOf;
before(async () => {
	({ careOf } = await import("./bays"));
});

const dir = "web/panel/locales";
const read = (tag: string) =>
	JSON.parse(readFileSync(join(dir, `${tag}.json`), "utf8")) as Record<string, string>;
const en = read("en");
const tags = readdirSync(dir).map((f) => f.replace(".json", ""));

/** Names of the arguments of a message, with what kind each is. */
function args(message: string): string[] {
	const out = new Set<string>();
	const walk = (elements: MessageFormatElement[]) => {
		for (const e of elements) {
			if (e.type === TYPE.literal || e.type === TYPE.pound) continue;
			if (e.type === TYPE.tag) walk(e.children);
			else {
				out.add(e.value);
				if (e.type === TYPE.plural || e.type === TYPE.select) {
					for (const option of Object.values(e.options)) walk(option.value);
				}
			}
		}
	};
	walk(parse(message));
	return [...out].sort();
}

for (const tag of tags) {
	test(`${tag}: the same keys as English, the same arguments, nothing empty`, () => {
		const messages = read(tag);
		assert.deepEqual(Object.keys(messages).sort(), Object.keys(en).sort());
		for (const [key, text] of Object.entries(messages)) {
			assert.notEqual(text.trim(), "", key);
			assert.deepEqual(args(text), args(en[key]), `${tag} ${key}`);
		}
	});
	test(`${tag}: plurals have every category of the language`, () => {
		const categories = new Intl.PluralRules(tag).resolvedOptions().pluralCategories;
		for (const [key, text] of Object.entries(read(tag))) {
			for (const m of text.matchAll(/(\w+), plural,/g)) {
				for (const c of categories) {
					assert.match(text.slice(m.index), new RegExp(`\\b${c} \\{`), `${tag} ${key}`);
				}
			}
		}
	});
}

function sources(path: string): string[] {
	return readdirSync(path, { withFileTypes: true }).flatMap((e) =>
		e.isDirectory()
			? sources(join(path, e.name))
			: /\.tsx?$/.test(e.name) && !/\.test\./.test(e.name)
				? [readFileSync(join(path, e.name), "utf8")]
				: [],
	);
}

test("every message is used, and every key used is there", () => {
	const all = sources("web/panel/src").join("\n");
	const prefixes = [...all.matchAll(/`([a-z_.]+)\.\$\{/g)].map((m) => `${m[1]}.`);
	const used = (key: string) =>
		all.includes(`"${key}"`) || prefixes.some((p) => key.startsWith(p));
	assert.deepEqual(
		Object.keys(en).filter((key) => !used(key)),
		[],
	);
	for (const m of all.matchAll(/\bt\("([a-z_.0-9]+)"/g)) assert.ok(m[1] in en, m[1]);
});

/** The machine names in a table of the daemons' source: `[REASON_X] = { "x"` or `= "x"`. */
function namesIn(path: string, prefix: string): string[] {
	const found = readFileSync(path, "utf8").matchAll(
		new RegExp(`\\[${prefix}_\\w+\\] = (?:\\{\\s*)?"([^"]*)"`, "g"),
	);
	return [...found].map((m) => m[1]).filter((name) => name !== "");
}

/** Where a source file is now; folders get rooms. */
function source(name: string): string {
	const found = (readdirSync(".", { withFileTypes: true }) as { name: string }[])
		.filter((e) => ["firmware", "drivers"].includes(e.name))
		.flatMap((e) => readdirSync(e.name, { recursive: true, encoding: "utf8" }).map((f) => join(e.name, f)))
		.filter((f) => f.endsWith(`/${name}`));
	assert.equal(found.length, 1, name);
	return found[0];
}

test("whatever the radio side says of a bay has its sentence and what to do, in every language", () => {
	const reasons = [...namesIn(source("reason.c"), "REASON"), "breaker"];
	const rungs = namesIn(source("ladder.c"), "RUNG");
	const checks = namesIn(source("modem_health.c"), "MODEM_CHECK");
	const states = namesIn(source("slot.c"), "SLOT").filter((s) => s === s.toUpperCase());
	assert.ok(reasons.length > 40 && rungs.length > 5 && checks.length > 6 && states.length > 10);
	for (const tag of tags) {
		const messages = read(tag);
		const must = (key: string) => assert.ok(messages[key], `${tag} lacks ${key}`);
		for (const r of reasons) {
			must(`bay.reason.${r}`);
			must(`bay.todo.${r}`);
			assert.match(messages[`bay.reason.${r}`], /[.?;؟]$/, `${tag} ${r}: a sentence`);
			assert.match(messages[`bay.todo.${r}`], /[.?;؟]$/, `${tag} ${r}: a sentence`);
		}
		for (const r of rungs) {
			must(`bay.rung.${r}`);
			must(`bay.back.${r}`);
		}
		for (const c of checks) {
			must(`bay.check.${c}`);
			must(`bay.check_todo.${c}`);
		}
		for (const s of states) must(`bay.state.${s}`);
	}
	// The API says it in the words of the English panel.
	const literal = /((?:"[^"]*"\s*)+)/.source;
	const rows = readFileSync(source("cause_text.c"), "utf8").matchAll(
		new RegExp(`REASON\\("(\\w+)",\\s*${literal},\\s*${literal}\\)`, "g"),
	);
	const said = (c: string) => c.replace(/"\s*"/g, "").trim().slice(1, -1);
	const office = new Map([...rows].map((m) => [m[1], `${said(m[2])} ${said(m[3])}`]));
	for (const r of reasons) assert.equal(office.get(r), `${en[`bay.reason.${r}`]} ${en[`bay.todo.${r}`]}`);
	for (const r of reasons) assert.ok(careOf[r], `who looks after ${r}?`);
	for (const r of Object.keys(careOf)) assert.ok(reasons.includes(r), `${r} is no reason any more`);
});

test("whatever a network gives as its reason to refuse a SIM is said in every language", () => {
	const causes = [...readFileSync(source("modem_net.c"), "utf8").matchAll(/\{ (\d+), "/g)].map((m) => m[1]);
	assert.ok(causes.length > 15);
	for (const tag of tags)
		for (const cause of causes) assert.match(read(tag)[`bay.denied.${cause}`] ?? "", /\.$/, `${tag} ${cause}`);
});

test("whatever a status report says is said in every language", () => {
	const table = /status_causes\[\] = \{(.*?)\n\};/s.exec(readFileSync(source("cause.c"), "utf8"))![1];
	const codes = [...table.matchAll(/\{ (0x[0-9A-Fa-f]+),/g)].map((m) => Number(m[1]));
	assert.ok(codes.length > 20);
	for (const tag of tags) {
		const messages = read(tag);
		for (const code of codes) assert.ok(messages[`cause.st ${code}`], `${tag} lacks cause.st ${code}`);
	}
});
