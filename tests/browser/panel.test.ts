// The panel in a real Chromium against a real box: set-up, import, send, report, replies,
// Persian, a phone's width, and that no request leaves the box.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, test } from "node:test";
import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { startBox, until, type Box } from "../system/lib/box";
import { airTexts, onAir } from "../system/lib/simlog";

let box: Box;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const foreign: string[] = [];
const errors: string[] = [];

const flags = [
	"--no-sandbox", // a root user in a container has no other way
	"--disable-gpu",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
	"--no-first-run",
];

function watch(p: Page) {
	p.on("request", (r) => {
		if (!r.url().startsWith(box.url) && !r.url().startsWith("blob:")) foreign.push(r.url());
	});
	p.on("pageerror", (e) => errors.push(e.message));
	p.on("console", (m) => {
		if (m.type() === "error" && !/Failed to load resource|ERR_/.test(m.text())) {
			errors.push(m.text());
		}
	});
}

const shots = process.env.CHAPAR_SHOTS;
async function shot(name: string, p = page) {
	if (!shots) return;
	mkdirSync(shots, { recursive: true });
	await p.screenshot({ path: `${shots}/${name}.png` });
}

async function noSideways(p: Page) {
	const wide = await p.evaluate(
		() => document.documentElement.scrollWidth - document.documentElement.clientWidth,
	);
	assert.ok(wide <= 0, `the page scrolls sideways by ${wide} px`);
}

before(async () => {
	box = await startBox({ modems: 4, sim: "submit = 80-160\nstatus_delay = 150-400\n" });
	browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: flags });
	context = await browser.newContext({
		viewport: { width: 1440, height: 900 },
		locale: "en-GB",
		acceptDownloads: true,
	});
	page = await context.newPage();
	page.setDefaultTimeout(20_000);
	watch(page);
});
after(async () => {
	await browser?.close();
	await box?.stop();
});

test("set-up by the one-time link makes the administrator", async () => {
	assert.match(box.setupUrl, /#setup=[\w-]+$/);
	await page.goto(box.setupUrl);
	await page.getByLabel("Your name").fill("Maria");
	await page.getByLabel("Password").fill("short");
	await page.getByLabel("Country").selectOption("GR");
	await page.getByLabel("Password").fill("a good long sentence");
	await shot("setup");
	await page.getByRole("button", { name: "Set up the box" }).click();
	await page.getByRole("heading", { name: "Overview" }).waitFor();
	assert.ok(!page.url().includes("setup"), "the token is gone from the address");
	// The link does not work twice.
	const other = await browser.newContext({ locale: "en-GB" });
	const p = await other.newPage();
	await p.goto(box.setupUrl);
	await p.getByRole("heading", { name: "Welcome back" }).waitFor();
	await other.close();
});

test("logout and login; a wrong password is said in words", async () => {
	await page.goto(`${box.url}/settings`);
	await page.getByRole("button", { name: "Log out" }).click();
	await page.getByLabel("Your name").fill("maria");
	await page.getByLabel("Password").fill("not the password");
	await page.getByRole("button", { name: "Log in" }).click();
	await page.getByText("Name or password is not right.").waitFor();
	await page.getByLabel("Password").fill("a good long sentence");
	await page.getByRole("button", { name: "Log in" }).click();
	await page.getByRole("navigation").first().waitFor();
});

test("the bank shows every SIM, live", async () => {
	await box.ready();
	await page.goto(`${box.url}/`);
	await page.getByText("4 of 4 SIMs ready").waitFor();
	assert.equal(await page.locator(".bay").count(), 4);
	await box.control("unplug 2");
	const card = page.locator(".bay-sentence", { hasText: "The modem was unplugged." });
	await card.waitFor();
	await page.getByRole("heading", { name: "1 bay needs a hand" }).waitFor();
	await box.control("replug 2");
	await card.waitFor({ state: "detached" });
	await shot("overview");
});

const people = 40;
const csv = [
	"Κινητό;Όνομα;Επώνυμο;Πόλη;Πηγή συγκατάθεσης;Ημερομηνία",
	...Array.from(
		{ length: people },
		(_, i) => `69440002${String(i).padStart(2, "0")};Ελένη;Γεωργίου;Αθήνα;web;2026-01-01`,
	),
	"6944000299;Χωρίς;Συγκατάθεση;Πάτρα;;",
	"abc;Λάθος;Αριθμός;;web;2026-01-01",
].join("\n");

test("an operator is asked from the SIM's dialog, and answers in it", async () => {
	await page.goto(`${box.url}/sims`);
	await page.locator(".bay-who button").first().click();
	const dialog = page.getByRole("dialog");
	const ask = dialog.getByRole("button", { name: "Ask", exact: true });
	assert.ok(await ask.isDisabled(), "nothing to ask yet");
	await dialog.getByLabel("Ask the operator").fill("balance");
	await ask.click();
	await dialog.getByText("A code has digits, *, # and + only").waitFor();
	await dialog.getByLabel("Ask the operator").fill("*100#");
	await ask.click();
	await dialog.getByText("Balance: 12.40 EUR").waitFor();
	await shot("ask-operator");
	await box.control("set all ussd_menu 1 Balance 2 Offers");
	await ask.click();
	await dialog.getByText("1 Balance 2 Offers").waitFor();
	await dialog.getByLabel("Your choice").fill("1");
	await dialog.getByRole("button", { name: "Answer", exact: true }).click();
	await dialog.getByText("Balance: 12.40 EUR").waitFor();
	await box.control("set all ussd_menu");
	await page.keyboard.press("Escape");
});

test("a list is imported: columns mapped, rejected rows told", async () => {
	await page.goto(`${box.url}/contacts`);
	await page.getByRole("button", { name: "New list" }).first().click();
	await page.getByRole("dialog").getByLabel("Name").fill("Πελάτες");
	await page.getByRole("button", { name: "Create list" }).click();
	await page.getByText("Drop your contact file here").waitFor();
	await page.setInputFiles("input[type=file]", {
		name: "pelates.csv",
		mimeType: "text/csv",
		buffer: Buffer.from(csv),
	});
	await page.getByRole("heading", { name: "Which column is what" }).waitFor();
	await page.getByLabel("Phone number").selectOption("Κινητό");
	await page.getByLabel("First name").selectOption("Όνομα");
	await page.getByLabel("Consent: where from").selectOption("Πηγή συγκατάθεσης");
	await page.getByLabel("Consent: date").selectOption("Ημερομηνία");
	await shot("import");
	await page.getByRole("button", { name: "Import this file" }).click();
	await page.getByText("1 row was rejected").waitFor();
	await page.getByText("Not a phone number").waitFor();
	const download = page.waitForEvent("download");
	await page.getByRole("link", { name: "Download all" }).click();
	assert.ok((await (await download).path()) !== null);
	await page.getByText("1 person has no recorded consent").waitFor();
	await shot("imported");
	await page.getByRole("link", { name: "To the list" }).click();
	await page.getByRole("heading", { name: "Πελάτες" }).waitFor();
});

test("a campaign: estimate before Start, live progress, report", async () => {
	const { id } = await box.must("POST", "/plans", { name: "Business", currency: "EUR", price: 0.05 });
	const [sim] = (await box.must("GET", "/sims")).items;
	await box.must("PATCH", `/sims/${sim.id}`, { name: "One", plan_id: id });
	await page.getByRole("link", { name: "Write to this list" }).click();
	await page.getByLabel("Name", { exact: true }).fill("Κλειστά την Παρασκευή");
	const text = page.getByLabel("Text", { exact: true });
	await text.fill("Γεια σας {{first_nam}}!");
	await page.getByRole("alert").filter({ hasText: "first_name" }).waitFor();
	await text.fill("Γεια σας {{first_name|φίλε}}, την Παρασκευή είμαστε κλειστά.");
	await page.getByText("1 part · Unicode").waitFor();
	await page.locator(".phone-text", { hasText: "Γεια σας Ελένη" }).waitFor();
	await page.getByText(`For ${people} people: 1 part: ${people}`).waitFor();
	await page.getByText(`About €${(people * 0.05).toFixed(2)} over One`).waitFor();
	await page.getByText(`${people} parts · 4 SIMs`).waitFor();
	await page.getByText("No recorded consent: 1").waitFor();
	await shot("compose");
	await page.getByRole("button", { name: `Send to ${people} people` }).click();
	await page.locator(".chip", { hasText: "Done" }).waitFor({ timeout: 60_000 });
	await until("all delivered", async () => {
		const { items } = await box.must("GET", "/campaigns");
		return items[0].counts.delivered === people;
	});
	await page.locator(".figure", { hasText: "Delivered" }).getByText(String(people), { exact: true }).first().waitFor();
	await shot("campaign");
	const texts = airTexts(onAir(box.simLog()));
	assert.equal(texts.length, people);
	assert.ok(texts.every((t) => t.text === "Γεια σας Ελένη, την Παρασκευή είμαστε κλειστά."));
});

test("a reply appears by itself, STOP shows, an answer goes out", async () => {
	await page.goto(`${box.url}/inbox`);
	await page.getByText("Nobody has written yet").waitFor();
	await box.control("inbound 0 +306944000201 Ευχαριστώ, θα έρθω 👍");
	await page.getByText("Ευχαριστώ, θα έρθω 👍").click();
	await page.getByPlaceholder("Write an answer").fill("Σας περιμένουμε!");
	await page.getByRole("button", { name: "Send", exact: true }).click();
	await until("the answer on air", () =>
		airTexts(onAir(box.simLog())).some((t) => t.text === "Σας περιμένουμε!" && t.to === "+306944000201"),
	);
	await shot("inbox");
	await box.control("inbound 1 +306944000202 ΣΤΟΠ");
	await until("the suppression", () => box.sql("SELECT 1 FROM suppression").length === 1);
	await page.goto(`${box.url}/contacts?q=${encodeURIComponent("+306944000202")}`);
	await page.locator(".chip", { hasText: "Said stop" }).waitFor();
});

test("the world outside: a newcomer answers as a phone's owner, STOP included", async () => {
	const world = await (await browser.newContext({ locale: "en-GB" })).newPage();
	await world.goto(box.worldUrl);
	await world.getByRole("button", { name: /\+306944000205/ }).click();
	await world.getByText("Γεια σας Ελένη, την Παρασκευή είμαστε κλειστά.").last().waitFor();
	await world.getByPlaceholder("Answer as the owner of this phone").fill("Πού είστε;");
	await world.getByRole("button", { name: "Send", exact: true }).click();
	await page.goto(`${box.url}/inbox`);
	await page.getByText("Πού είστε;").waitFor();
	await world.getByRole("button", { name: "STOP", exact: true }).click();
	await until("the suppression", () =>
		box.sql("SELECT 1 FROM suppression WHERE msisdn = '+306944000205'").length === 1,
	);
	await until("the confirmation at the phone", () =>
		airTexts(onAir(box.simLog())).filter((t) => t.to === "+306944000205").length === 2,
	);
	await world.context().close();
});

test("one message from anywhere, and its history", async () => {
	await page.goto(`${box.url}/`);
	await page.getByRole("button", { name: "New message" }).first().click();
	const dialog = page.getByRole("dialog");
	await dialog.getByLabel("To", { exact: true }).fill("694 400 0250");
	await dialog.getByLabel("Text", { exact: true }).fill("Your order is ready.");
	await dialog.getByLabel("What it answers").fill("order 17");
	// What makes it dear is said, with a cheaper version that is only taken when asked for.
	await dialog.getByLabel("Text", { exact: true }).fill("Your order is ready” ".repeat(4));
	await dialog.getByText("plain quotation marks").first().waitFor();
	await dialog.getByRole("button", { name: "Use this text" }).first().click();
	await dialog.getByText("1 part · plain characters").waitFor();
	await dialog.getByLabel("Text", { exact: true }).fill("Your order is ready.");
	await dialog.getByText("1 part · plain characters").waitFor();
	await dialog.getByRole("button", { name: "Send", exact: true }).click();
	await page.locator(".chip", { hasText: "Delivered" }).first().waitFor();
	await shot("message");
	await page.goto(`${box.url}/messages`);
	await page.getByText("Your order is ready.").waitFor();
});

test("Persian: right to left, its digits and calendar, numbers to copy left alone", async () => {
	await page.goto(`${box.url}/settings`);
	await page.getByLabel("Language").selectOption("fa");
	await page.getByRole("heading", { name: "تنظیمات" }).waitFor();
	assert.equal(await page.evaluate(() => document.documentElement.dir), "rtl");
	await page.goto(`${box.url}/`);
	await page.getByText("۴ از ۴ سیم‌کارت آماده").waitFor();
	await shot("overview-fa");
	await page.goto(`${box.url}/messages`);
	const phone = page.locator("bdi[dir=ltr]", { hasText: "+30" }).first();
	assert.match((await phone.textContent()) ?? "", /^\+30 \d{3} \d{3} \d+$/);
	await page.goto(`${box.url}/contacts/1`);
	const since = await page.locator("dl.pairs time").last().textContent();
	assert.match(since ?? "", /[۰-۹]/);
	await page.goto(`${box.url}/campaigns/1`);
	await page.locator(".figure").first().waitFor();
	await shot("campaign-fa");
	const year = await page.evaluate(() =>
		new Intl.DateTimeFormat("fa-IR-u-ca-persian", { year: "numeric" }).format(new Date()),
	);
	assert.match(year, /^۱۴/);
	// The choice is the user's, kept on the box.
	const fresh = await browser.newContext({ locale: "en-GB", storageState: await context.storageState() });
	const p = await fresh.newPage();
	await p.goto(box.url);
	await p.getByRole("heading", { name: "نمای کلی" }).waitFor();
	await fresh.close();
});

test("every page fits a phone, in both directions and themes", async () => {
	for (const scheme of ["light", "dark"] as const) {
		const phone = await browser.newContext({
			viewport: { width: 360, height: 740 },
			colorScheme: scheme,
			storageState: await context.storageState(),
		});
		const p = await phone.newPage();
		watch(p);
		for (const path of [
			"/",
			"/inbox",
			"/inbox/%2B306944000201",
			"/campaigns",
			"/campaigns/1",
			"/campaigns/new",
			"/contacts",
			"/contacts/lists/1",
			"/contacts/lists/1/import",
			"/contacts/1",
			"/jobs/1",
			"/messages",
			"/messages/1",
			"/sims",
			"/sims/bays/1",
			"/sims/contracts",
			"/sims/routes",
			"/sims/rules",
			"/settings",
			"/settings/times",
			"/settings/quotas",
			"/more",
		]) {
			await p.goto(`${box.url}${path}`);
			await p.locator("main h1, main h2").first().waitFor();
			await p.waitForLoadState("domcontentloaded");
			await noSideways(p);
			await shot(`phone-${scheme}${path.replaceAll(/[/%]/g, "_")}`, p);
		}
		await phone.close();
	}
});

test("the box restarts: the page says so, keeps what is typed, and comes back", async () => {
	await page.goto(`${box.url}/settings`);
	await page.locator("#set-language").selectOption("en");
	await page.getByRole("heading", { name: "Settings" }).waitFor();
	await page.goto(`${box.url}/campaigns/new`);
	await page.getByLabel("Text", { exact: true }).fill("kept while the box is away");
	await box.end("chapar-paneld");
	await page.getByText("The box does not answer").waitFor();
	assert.equal(await page.getByLabel("Text", { exact: true }).inputValue(), "kept while the box is away");
	await box.startPanel();
	await page.getByText("The box does not answer").waitFor({ state: "detached" });
	assert.equal(await page.getByLabel("Text", { exact: true }).inputValue(), "kept while the box is away");
});

test("no request left the box, no script failed", () => {
	assert.deepEqual(foreign, []);
	assert.deepEqual(errors, []);
});
