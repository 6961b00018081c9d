// Languages with tables of their own (TS 23.038 6.2.1.2.4), by the API's names. Spanish has
// a single shift table alone.
import { listOf } from "./format";
import { locale } from "./i18n";

export const languages: [string, string][] = [
	["turkish", "tr"],
	["spanish", "es"],
	["portuguese", "pt"],
	["bengali", "bn"],
	["gujarati", "gu"],
	["hindi", "hi"],
	["kannada", "kn"],
	["malayalam", "ml"],
	["oriya", "or"],
	["punjabi", "pa"],
	["tamil", "ta"],
	["telugu", "te"],
	["urdu", "ur"],
];

export function languageName(api: string): string {
	const tag = languages.find(([name]) => name === api)?.[1];
	return (tag && new Intl.DisplayNames([locale().intl], { type: "language" }).of(tag)) || api;
}

/** "hindi+urdu", as the API names two tables in one text. */
export function languageNames(api: string): string {
	return listOf(api.split("+").map(languageName));
}
