// Translations: whole ICU messages by key, one JSON file a language, loaded when chosen.
import { IntlMessageFormat } from "intl-messageformat";
import en from "../../locales/en.json";

export type Key = Extract<keyof typeof en, string>;
type Messages = Record<string, string>;

export interface Locale {
	tag: string;
	intl: string; // for Intl: calendar and digits of prose
	name: string; // in itself
	dir: "ltr" | "rtl";
	load: () => Promise<{ default: Messages }>;
}

export const locales: Locale[] = [
	{
		tag: "en",
		intl: "en-GB",
		name: "English",
		dir: "ltr",
		load: () => Promise.resolve({ default: en }),
	},
	{
		tag: "el",
		intl: "el-GR",
		name: "Ελληνικά",
		dir: "ltr",
		load: () => import("../../locales/el.json"),
	},
	{
		tag: "fa",
		intl: "fa-IR-u-ca-persian-nu-arabext",
		name: "فارسی",
		dir: "rtl",
		load: () => import("../../locales/fa.json"),
	},
];

let current: Locale = locales[0];
let messages: Messages = en;
const cache = new Map<string, IntlMessageFormat>();

export function locale(): Locale {
	return current;
}

export function isKey(key: string): key is Key {
	return key in en;
}

/** Picks the first of the wanted languages that there is; English otherwise. */
export function chooseLocale(wanted: readonly string[]): Locale {
	for (const tag of wanted) {
		const found = locales.find((l) => l.tag === tag.split("-")[0].toLowerCase());
		if (found) return found;
	}
	return locales[0];
}

export async function setLocale(tag: string) {
	const next = chooseLocale([tag]);
	messages = (await next.load()).default;
	current = next;
	cache.clear();
	document.documentElement.lang = next.tag;
	document.documentElement.dir = next.dir;
}

export type Params = Record<string, string | number | Date>;

export function t(key: Key, params?: Params): string {
	const text = messages[key] ?? en[key];
	if (!params && !text.includes("{") && !text.includes("'")) return text;
	let format = cache.get(key);
	if (!format) {
		format = new IntlMessageFormat(text, current.intl);
		cache.set(key, format);
	}
	return String(format.format(params));
}
