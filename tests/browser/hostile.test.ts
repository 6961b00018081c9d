// Hostile data in the panel: names, texts, headers and files that try to be scripts, to
// turn the writing around or to burst the page. Every page is opened with it, in English
// and in Persian, wide and narrow; and each of them can be used by keyboard and by ear.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium, type Browser, type Page } from "playwright-core";
import { startBox, until, type Box } from "../system/lib/box";
import { faults } from "./faults";

let box: Box;
let browser: Browser;
let page: Page;
const errors: string[] = [];
const pages: string[] = [];

const script = `"'><img src=x onerror=window.pwned=1><script>window.pwned=1</script>`;
const turned = "\u202Egpj.exe\u2067";
const long = "Μακρύ" + "όνομα".repeat(11);
const nasty = `${script} ${turned}`;
const phone = (n: number) => `+3069440${String(n).padStart(5, "0")}`;
const consent = { source: nasty.slice(0, 90), given_at: "2026-01-01", evidence: nasty };

async function login(name: string): Promise<Page> {
	const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB" });
	const p = await context.newPage();
	p.setDefaultTimeout(15_000);
	p.on("pageerror", (e) => errors.push(`${p.url()}: ${e.message}`));
	p.on("console", (m) => {
		if (m.type() === "error" && !/Failed to load resource/.test(m.text())) {
			errors.push(`${p.url()}: ${m.text()}`);
		}
	});
	await p.goto(box.url);
	await p.getByLabel("Your name").fill(name);
	await p.getByLabel("Password").fill("a good long sentence");
	await p.getByRole("button", { name: "Log in" }).click();
	await p.getByRole("navigation").first().waitFor();
	return p;
}

before(async () => {
	box = await startBox({ modems: 1, sim: "submit = 20\n" });
	await box.ready(1);
	for (const role of ["admin", "viewer"]) {
		await box.must("POST", "/users", { name: role, password: "a good long sentence", role });
	}
	const list = (await box.must("POST", "/lists", { name: nasty, country: "GR" })).id;
	const csv =
		`phone,first_name,last_name,"${nasty.replace(/"/g, '""')}",consent_source,consent_date\n` +
		`${phone(1)},"${nasty.replace(/"/g, '""')}",${long},"${nasty.replace(/"/g, '""')}",shop,2026-01-01\n` +
		`${phone(2)},${long},${long},x,shop,2026-01-01\n` +
		`=cmd|' /C calc'!A1,"${nasty.replace(/"/g, '""')}",@SUM(1),+1+1,-2+3,\t=1\n`;
	const { job } = await box.must(
		"POST", `/lists/${list}/import?name=${encodeURIComponent(`${nasty}\r\nX-Evil: 1.csv`.slice(0, 120))}`, csv,
	);
	await until("the import", async () => (await box.must("GET", `/jobs/${job}`)).state === "done");
	const contact = (await box.must("GET", `/contacts?list=${list}`)).items[0];
	assert.equal(contact.first_name, nasty.normalize("NFC"));
	await box.must("POST", `/contacts/${contact.id}/consents`, { list_id: list, kind: "opt_in", ...consent });
	const draft = { name: nasty, list_id: list, text: `${nasty} {{first_name|x}}`, class: "promotional" };
	const { id } = await box.must("POST", "/campaigns", draft);
	const other = await box.must("POST", "/campaigns", { ...draft, name: long });
	await box.must("POST", `/campaigns/${id}/start`);
	const { items } = await until("the messages", async () => {
		const m = await box.must("GET", "/messages?campaign=" + id);
		return m.items.length ? m : null;
	});
	const sim = (await box.must("GET", "/sims")).items[0];
	const route = await box.must("POST", "/routes", {
		name: nasty.slice(0, 60),
		operator: nasty.slice(0, 50),
		prefixes: ["+3069441"],
	});
	const prices = [{ route_id: route.id, price: 0.1 }];
	const plan = await box.must("POST", "/plans", { name: nasty.slice(0, 60), per_day: 100, prices });
	await box.must("PUT", "/holidays/GR/12-31", { name: nasty.slice(0, 60) });
	await box.must("PATCH", `/sims/${sim.id}`, { name: nasty.slice(0, 60), plan_id: plan.id });
	await box.must("PATCH", "/settings", { box_name: nasty.slice(0, 60) });
	const key = await box.must("POST", "/keys", { name: nasty.slice(0, 60), scope: "read" });
	await box.must("PUT", `/quotas/key/${key.id}`, { per_day: 5, group: nasty.slice(0, 60) });
	await box.control(`inbound 0 ${phone(1)} ${nasty}`);
	await box.control(`inbound 0 Sh<b>op ${nasty}`);
	await until("the texts", async () => (await box.must("GET", "/inbound")).items.length === 2);
	pages.push(
		"/", "/inbox", `/inbox/${encodeURIComponent(phone(1))}`, `/inbox/${encodeURIComponent("Sh<b>op")}`,
		"/campaigns", `/campaigns/${id}`, `/campaigns/${other.id}/edit`, "/campaigns/new", "/contacts",
		`/contacts/lists/${list}`, `/contacts/${contact.id}`, `/contacts/lists/${list}/import`, `/jobs/${job}`,
		"/messages", `/messages/${items[0].id}`, "/sims", "/sims/bays/1", "/sims/contracts", "/sims/routes", "/sims/rules",
		"/settings", "/settings/times", "/settings/quotas", "/more", "/nowhere",
	);
	browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
	page = await login("admin");
});
after(async () => {
	await browser?.close();
	await box?.stop();
});

async function walk(p: Page, what: string) {
	const found: string[] = [];
	for (const path of pages) {
		await p.goto(box.url + path);
		await p.locator("main").waitFor().catch(() => found.push(`${what} ${path}: no page`));
		for (const f of await faults(p)) found.push(`${what} ${path}: ${f}`);
	}
	assert.deepEqual(found, []);
}

test("nothing runs, turns or bursts a page", () => walk(page, "wide"));

test("nor on a phone", async () => {
	await page.setViewportSize({ width: 360, height: 740 });
	await walk(page, "narrow");
	await page.setViewportSize({ width: 1440, height: 900 });
});

test("nor in Persian and Greek", async () => {
	for (const locale of ["fa", "el"]) {
		await page.goto(box.url);
		const status = await page.evaluate(
			(l) =>
				fetch("/api/v1/session", {
					method: "PATCH",
					headers: { "Content-Type": "application/json", "X-Chapar-Panel": "1" },
					body: JSON.stringify({ locale: l }),
				}).then((r) => r.status),
			locale,
		);
		assert.equal(status, 200);
		await page.setViewportSize({ width: 360, height: 740 });
		await walk(page, locale);
	}
	await page.setViewportSize({ width: 1440, height: 900 });
	await page.evaluate(() =>
		fetch("/api/v1/session", {
			method: "PATCH",
			headers: { "Content-Type": "application/json", "X-Chapar-Panel": "1" },
			body: JSON.stringify({ locale: "en" }),
		}),
	);
});

test("who may only look sees every page, and is told when they try more", async () => {
	const viewer = await login("viewer");
	await walk(viewer, "viewer");
	await viewer.goto(`${box.url}/contacts`);
	await viewer.getByLabel("Name").first().fill("Mine").catch(() => undefined);
	const status = await viewer.evaluate(() =>
		fetch("/api/v1/lists", {
			method: "POST",
			headers: { "Content-Type": "application/json", "X-Chapar-Panel": "1" },
			body: '{"name":"mine"}',
		}).then((r) => r.status),
	);
	assert.equal(status, 403);
	const forged = await viewer.evaluate(() =>
		fetch("/api/v1/session", { method: "DELETE" }).then((r) => r.status),
	);
	assert.equal(forged, 403, "without the panel's header a cookie changes nothing");
	const cookie = (await viewer.context().cookies()).find((c) => c.name === "chapar_session")!;
	assert.ok(cookie.httpOnly && cookie.sameSite === "Strict" && cookie.path === "/");
	await viewer.context().close();
});

test("by keyboard alone: every control is reached, seen, and a dialog gives the focus back", async () => {
	await page.goto(`${box.url}/contacts`);
	await page.locator("main .table, main .lines").first().waitFor();
	const seen = new Set<string>();
	let rings = 0;
	for (let i = 0; i < 60; i++) {
		await page.keyboard.press("Tab");
		const at = await page.evaluate(() => {
			const e = document.activeElement as HTMLElement;
			if (!e || e === document.body) return null;
			const s = getComputedStyle(e);
			return {
				what: `${e.tagName} ${e.textContent?.trim().slice(0, 30)} ${e.getAttribute("href") ?? ""}`,
				ring: s.outlineStyle !== "none" || s.boxShadow !== "none",
			};
		});
		if (!at) break;
		seen.add(at.what);
		if (at.ring) rings++;
		else assert.fail(`the focus is not seen on: ${at.what}`);
	}
	assert.ok(rings > 8, [...seen].join("\n"));
	const tabbable = await page.evaluate(
		() =>
			[...document.querySelectorAll<HTMLElement>("main a[href], main button:not([disabled]), main input")].filter(
				(e) => e.getClientRects().length,
			).length,
	);
	assert.ok(seen.size >= Math.min(tabbable, 20), `${seen.size} reached, ${tabbable} in the page`);
	const button = page.getByRole("button", { name: "New message" }).first();
	await button.focus();
	await page.keyboard.press("Enter");
	const dialog = page.getByRole("dialog");
	await dialog.waitFor();
	for (let i = 0; i < 25; i++) {
		await page.keyboard.press("Tab");
		const inside = await page.evaluate(() => {
			const e = document.activeElement!;
			return e === document.body || e.closest("dialog") !== null;
		});
		assert.ok(inside, "the focus left the dialog");
	}
	await page.keyboard.press("Escape");
	await dialog.waitFor({ state: "detached" });
	await until("the focus to be back", () =>
		page.evaluate(() => document.activeElement?.textContent?.trim() === "New message"),
	);
});

test("an answer that got lost is asked for again, and one message is sent", async () => {
	await page.goto(box.url);
	let lost = 0;
	await page.route("**/api/v1/messages", async (route) => {
		if (route.request().method() !== "POST" || lost++ > 0) return route.continue();
		await route.fetch(); // the box does it …
		await route.abort("connectionreset"); // … and its answer never comes
	});
	await page.getByRole("button", { name: "New message" }).first().click();
	const dialog = page.getByRole("dialog");
	await dialog.getByLabel("To", { exact: true }).fill(phone(900));
	await dialog.getByLabel("Text").fill("Only once");
	await dialog.getByLabel("What it answers").fill("order 7");
	await dialog.getByRole("button", { name: "Send" }).click();
	await dialog.getByRole("alert").filter({ hasText: "does not answer" }).waitFor();
	await dialog.getByRole("button", { name: "Send" }).click();
	await page.waitForURL(/\/messages\/\d+$/);
	assert.equal(lost, 2);
	const sent = await box.must("GET", `/messages?to=${encodeURIComponent(phone(900))}`);
	assert.equal(sent.items.length, 1);
	await page.unroute("**/api/v1/messages");
	/* The same text once more, wanted: that is another one. */
	await page.getByRole("button", { name: "New message" }).first().click();
	await dialog.getByLabel("To", { exact: true }).fill(phone(900));
	await dialog.getByLabel("Text").fill("Only once");
	await dialog.getByLabel("What it answers").fill("order 7");
	await dialog.getByRole("button", { name: "Send" }).click();
	await dialog.waitFor({ state: "detached" });
	await until("two of them", async () => {
		const m = await box.must("GET", `/messages?to=${encodeURIComponent(phone(900))}`);
		return m.items.length === 2;
	});
});

test("no error on the way", () => {
	assert.deepEqual(errors, []);
});
