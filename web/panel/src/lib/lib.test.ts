// Routes, numbers and times as the pages show them.
import assert from "node:assert/strict";
import { before, test } from "node:test";

// The few things of a browser that these modules touch when they are loaded.
Object.assign(globalThis, {
	document: { documentElement: {} as Record<string, string> },
	location: { href: "http://box/" },
});

let i18n: typeof import("./i18n");
let format: typeof import("./format");
let router: typeof import("./router");

before(async () => {
	i18n = await import("./i18n");
	format = await import("./format");
	router = await import("./router");
});

test("a place is its path and its query", () => {
	const p = router.parse("http://box/inbox/%2B3069?x=1");
	assert.deepEqual(p.path, ["inbox", "+3069"]);
	assert.equal(p.params.get("x"), "1");
	assert.deepEqual(router.parse("http://box/").path, []);
});

test("phone numbers are grouped and keep Latin digits", async () => {
	await i18n.setLocale("fa");
	assert.equal(format.phone("+306982459151"), "+30 698 245 9151");
	assert.equal(format.phone("INFO"), "INFO");
});

test("Persian prose has its own digits and calendar", async () => {
	await i18n.setLocale("fa");
	assert.equal(format.number(1204), "۱٬۲۰۴");
	assert.match(format.date("2026-03-21T12:00:00Z"), /۱۴۰۵/);
	assert.match(i18n.t("compose.start", { n: 5 }), /۵/);
});

test("spans are never more precise than an estimate", async () => {
	await i18n.setLocale("en");
	assert.equal(format.span(42), "42 s");
	assert.equal(format.span(24 * 60 + 13), "24 min");
	assert.equal(format.span(2 * 3600 + 11 * 60), "2 h 10 min");
	assert.equal(format.span(3 * 3600 - 20), "3 h 0 min");
	assert.equal(format.span(80 * 3600), "3 days");
});

test("plurals follow the language", async () => {
	await i18n.setLocale("el");
	assert.equal(i18n.t("compose.start", { n: 1 }), "Αποστολή σε 1 άτομο");
	assert.equal(i18n.t("compose.start", { n: 1204 }), "Αποστολή σε 1.204 άτομα");
});

test("what is quoted in a message stays as it is", async () => {
	await i18n.setLocale("en");
	assert.match(i18n.t("compose.fallback_hint"), /\{\{first_name\|friend\}\}$/);
});

test("the first wanted language that there is", () => {
	assert.equal(i18n.chooseLocale(["de-DE", "fa-IR"]).tag, "fa");
	assert.equal(i18n.chooseLocale(["de"]).tag, "en");
});
