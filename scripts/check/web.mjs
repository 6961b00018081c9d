// The panel's words in every language, and no request to anyone but the box.
import fs from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL("web/package.json"));
let parseMessage = null;
if (fs.existsSync("web/node_modules/@formatjs/icu-messageformat-parser"))
	parseMessage = (await import(pathToFileURL(
		require.resolve("@formatjs/icu-messageformat-parser")).href)).parse;

function flatten(value, prefix = "") {
	return Object.entries(value).flatMap(([key, inner]) =>
		typeof inner === "object" && inner !== null
			? flatten(inner, `${prefix}${key}.`)
			: [[prefix + key, String(inner)]],
	);
}

// The names of all arguments of an ICU message, however deep.
function argumentsOf(elements, names = new Set()) {
	for (const element of elements) {
		const isText = element.type === 0 || element.type === 7;
		if (!isText)
			names.add(element.value);
		for (const option of Object.values(element.options ?? {}))
			argumentsOf(option.value, names);
		argumentsOf(element.children ?? [], names);
	}
	return names;
}

function messageArguments(text) {
	return [...argumentsOf(parseMessage(text))].sort().join(", ");
}

function localeFindings(tree) {
	const bad = [];
	const files = [...tree].filter(([file]) => /^web\/panel\/(.*\/)?locales\/[^/]+\.json$/.test(file));
	const keysOf = new Map();
	for (const [file, text] of files)
		try {
			keysOf.set(file, new Map(flatten(JSON.parse(text))));
		} catch (error) {
			bad.push(`${file}: ${error.message}`);
		}
	const [model, words] =
		[...keysOf].find(([file]) => file.endsWith("/en.json")) ?? [...keysOf][0] ?? ["", new Map()];
	const wanted = new Map();
	for (const [key, text] of words)
		wanted.set(key, tryArguments(model, key, text, bad));
	for (const [file, own] of keysOf) {
		for (const key of words.keys())
			if (!own.has(key))
				bad.push(`${file}: "${key}" is missing`);
		for (const [key, text] of file === model ? [] : own) {
			if (!words.has(key)) {
				bad.push(`${file}: "${key}" is not in ${model}`);
				continue;
			}
			const names = tryArguments(file, key, text, bad);
			if (names !== null && wanted.get(key) !== null && names !== wanted.get(key))
				bad.push(`${file}: "${key}" uses {${names}}, ${model} {${wanted.get(key)}}`);
		}
	}
	return bad;
}

function tryArguments(file, key, text, bad) {
	try {
		return messageArguments(text);
	} catch (error) {
		bad.push(`${file}: "${key}": ${error.message}`);
		return null;
	}
}

const locales = (en, el) => ({
	"web/panel/locales/en.json": en,
	"web/panel/locales/el.json": el,
});

export const words = {
	name: "locales: every language has every message, with the same arguments",
	findings: localeFindings,
	good: [
		locales('{"a":"One {n}","b":{"c":"x"}}', '{"a":"{n} ένα","b":{"c":"y"}}'),
		locales(
			'{"a":"{n, plural, one {# man} other {# men}}"}',
			'{"a":"{n, plural, one {#} few {#} other {#}}"}',
		),
	],
	bad: [
		locales('{"a":"x","b":"y"}', '{"a":"x"}'),
		locales('{"a":"x"}', '{"a":"x","b":"y"}'),
		locales('{"a":"{n}"}', '{"a":"{m}"}'),
		locales('{"a":"{n}"}', '{"a":"{n"}'),
		locales('{"a":"{n}"}', '{"a":'),
	],
};

// A name without a dot is none of the internet's; the rest are names in schemas and examples.
const HARMLESS = /^([\w-]+|www\.w3\.org|127\.0\.0\.1|([\w-]+\.)*example(\.(com|org|net))?)$/;

function hostFindings(tree) {
	const bad = [];
	for (const [file, text] of tree)
		if (/^web\/panel\/.*\.(ts|tsx|css|html|svg|json|mjs)$/.test(file) && !/\.test\.tsx?$/.test(file))
			for (const match of text.matchAll(/(?:(?:https?|wss?):\/\/|["'(]\/\/)([\w.-]+)/g))
				if (!HARMLESS.test(match[1]))
					bad.push(`${file}: ${match[0]}`);
	return bad;
}

export const hosts = {
	name: "hosts: the panel names no host but the box",
	findings: hostFindings,
	good: [{ "web/panel/a.ts": '// a comment\nfetch("/api/v1/sims"); x = "http://www.w3.org/2000/svg";' }],
	bad: [
		{ "web/panel/a.ts": 'fetch("https://cdn.jsdelivr.net/x.js")' },
		{ "web/panel/a.css": "src: url(//fonts.gstatic.com/a.woff2)" },
		{ "web/panel/index.html": '<script src="http://unpkg.com/preact">' },
	],
};

export const lock = {
	name: "lock: package-lock.json says what, not from where",
	findings: (tree) =>
		[...tree]
			.filter(([file, text]) => /package-lock\.json$/.test(file) && /"resolved"|https?:\/\/[^"]*\.tgz/.test(text))
			.map(([file]) => `${file}: holds download addresses; web/.npmrc leaves them out`),
	good: [{ "web/package-lock.json": '{"packages":{"a":{"integrity":"sha512-x"}}}' }],
	bad: [{ "web/package-lock.json": '{"a":{"resolved":"https://x.example/a.tgz"}}' }],
};
