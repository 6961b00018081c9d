// What a receptionist does about contracts, times and limits: writes down a contract and sees
// a SIM held by it and why a message waits; sets sending times; schedules a campaign. And
// each of these pages on a phone, in Persian, by ear and by keyboard.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium, type Browser, type Page } from "playwright-core";
import { startBox, until, type Box } from "../system/lib/box";
import { scratch } from "../system/lib/scratch";
import { faults } from "./faults";

let box: Box;
let browser: Browser;
let page: Page;
const errors: string[] = [];
const shots = process.env.CHAPAR_SHOTS;
const people = 12;
const phone = (n: number) => `+3069440${String(n).padStart(5, "0")}`;

async function shot(name: string) {
	if (!shots) return;
	mkdirSync(shots, { recursive: true });
	await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
}

/** Minutes from now in the recipients' time, as <input type="time"> takes it. */
function clock(minutes: number): string {
	return new Intl.DateTimeFormat("en-GB", {
		hour: "2-digit",
		minute: "2-digit",
		hourCycle: "h23",
		timeZone: "Europe/Athens",
	}).format(new Date(Date.now() + minutes * 60_000));
}

before(async () => {
	const profile = join(scratch(), "door.conf");
	writeFileSync(profile, "[board]\nchip = no-such-chip\n[input door]\nline = 1\nsays = The door is open.\n");
	box = await startBox({ modems: 2, sim: "submit = 30\n", conf: `profile = ${profile}\n` });
	await box.ready(2);
	await box.must("POST", "/users", { name: "maria", password: "a good long sentence", role: "admin" });
	const { items } = await box.must("GET", "/sims");
	await box.must("PATCH", `/sims/${items[0].id}`, { name: "Front desk" });
	await box.must("PATCH", `/sims/${items[1].id}`, { name: "Second", enabled: false });
	const list = (await box.must("POST", "/lists", { name: "Friends", country: "GR" })).id;
	for (let i = 0; i < people; i++) {
		await box.must("POST", "/contacts", {
			phone: phone(i),
			first_name: "Ελένη",
			lists: [list],
			consent: { source: "shop", given_at: "2026-01-01", evidence: "form" },
		});
	}
	browser = await chromium.launch({
		executablePath: "/usr/bin/chromium",
		args: ["--no-sandbox", "--disable-gpu"],
	});
	const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB" });
	page = await context.newPage();
	page.setDefaultTimeout(15_000);
	page.on("pageerror", (e) => errors.push(`${page.url()}: ${e.message}`));
	await page.goto(box.url);
	await page.getByLabel("Your name").fill("maria");
	await page.getByLabel("Password").fill("a good long sentence");
	await page.getByRole("button", { name: "Log in" }).click();
	await page.getByRole("navigation").first().waitFor();
});
after(async () => {
	await browser?.close();
	await box?.stop();
});

test("a destination of its own, with what was tested on it", async () => {
	await page.goto(`${box.url}/sims/routes`);
	await page.getByRole("button", { name: "New destination" }).click();
	const dialog = page.getByRole("dialog");
	await dialog.getByLabel("Name").fill("Island numbers");
	await dialog.getByLabel("Numbers that begin with").fill("69");
	await dialog.getByRole("button", { name: "Save" }).click();
	await dialog.getByText("A beginning of numbers has a plus sign").waitFor();
	await dialog.getByLabel("Numbers that begin with").fill("+306944, +306945");
	await dialog.getByRole("group", { name: "Turkish" }).getByLabel("Single letters").check();
	await dialog.getByRole("button", { name: "Save" }).click();
	await dialog.waitFor({ state: "detached" });
	const row = page.getByRole("row", { name: /Island numbers/ });
	await row.getByText("+306944 +306945").waitFor();
	await row.getByText("Turkish").waitFor();
	await shot("destinations");
	const { items } = await box.must("GET", "/routes");
	assert.deepEqual(items.find((r: any) => r.name === "Island numbers").single, ["turkish"]);
});

test("a contract is written down in the operator's words and given to a SIM", async () => {
	await page.goto(`${box.url}/sims/contracts`);
	await page.getByText("No contract yet").waitFor();
	await page.getByRole("button", { name: "New contract" }).click();
	const dialog = page.getByRole("dialog");
	await dialog.getByLabel("Name").fill("Business 3");
	await dialog.getByLabel("A day").fill("3");
	await dialog.getByLabel("Price of a part", { exact: true }).fill("0.045");
	await dialog.getByLabel("Only to these countries").fill("gr");
	await dialog.getByLabel("Add a destination").selectOption("Island numbers");
	await dialog.getByLabel("Price of a part to Island numbers").fill("0.02");
	await dialog.getByLabel("Front desk").check();
	await dialog.getByText("At most 3 parts a day.").waitFor();
	await dialog.getByText("Each part costs €0.045.").waitFor();
	await shot("contract-edit");
	await dialog.getByRole("button", { name: "Save" }).click();
	await dialog.waitFor({ state: "detached" });
	await page.getByText("Only to Greece.").waitFor();
	await page.getByText("1 SIM:").waitFor();
	await shot("contracts");
	const { items } = await box.must("GET", "/plans");
	assert.equal(items[0].price, 0.045);
	assert.deepEqual(items[0].prices.map((p: any) => p.price), [0.02]);
	assert.deepEqual(items[0].countries, ["GR"]);
});

test("a SIM is held by its contract: the bar, and the sentence at the message that waits", async () => {
	const ids: number[] = [];
	for (let i = 0; i < 5; i++) {
		const m = await box.must("POST", "/messages", {
			to: phone(500 + i),
			text: `Order ${i}`,
			class: "transactional",
			reference: `order ${i}`,
		});
		ids.push(m.id);
	}
	const waiting = await until("three sent, two waiting", async () => {
		const { items } = await box.must("GET", "/messages?state=queued");
		const sent = box.sql("SELECT count(*) n FROM part WHERE state >= 2")[0].n;
		return sent === 3 && items.length === 2 ? items : null;
	});
	await page.goto(`${box.url}/messages/${waiting[0].id}`);
	const why = page.getByRole("status").filter({ hasText: "contract allows in a day" });
	await why.waitFor();
	await why.getByText(/That ends/).waitFor();
	await shot("message-waits");
	await page.goto(`${box.url}/sims`);
	const meter = page.getByRole("meter", { name: "3 of 3 today" });
	await meter.waitFor();
	assert.equal(await meter.getAttribute("aria-valuenow"), "3");
	await page.getByText(/full, free at/).waitFor();
	await shot("sim-limits");
	const sent = ids.find((id) => !waiting.some((w: any) => w.id === id));
	await page.goto(`${box.url}/messages/${sent}`);
	await page.getByText("Why this SIM").waitFor();
	await page.getByText("Island numbers").waitFor();
	await page.getByText("It was the only one that could.").waitFor();
	await page.getByText("plain characters · 1 part").waitFor();
	await shot("message-sent");
	// The contract is changed: what waited goes.
	await page.goto(`${box.url}/sims/contracts`);
	await page.getByRole("button", { name: "Edit contract" }).click();
	const dialog = page.getByRole("dialog");
	await dialog.getByLabel("A day").fill("1000");
	await dialog.getByRole("button", { name: "Save" }).click();
	await dialog.waitFor({ state: "detached" });
	await until("all sent", async () => (await box.must("GET", "/messages?state=queued")).items.length === 0);
});

test("sending times, a holiday, and how often", async () => {
	await page.goto(`${box.url}/settings/times`);
	const offers = page.getByRole("group", { name: "Offer or news" }).first();
	await offers.getByText("At any time").waitFor();
	await offers.getByLabel("Only at certain times").check();
	await offers.getByLabel("To", { exact: true }).fill("20:30");
	await offers.getByRole("button", { name: "Sun" }).click();
	await offers.getByText(/09:00–20:30 on Mon/).waitFor();
	await offers.getByRole("button", { name: "Save" }).click();
	await offers.getByRole("button", { name: "Save" }).waitFor({ state: "detached" });
	await page.getByLabel("Country").selectOption("GR");
	await page.getByLabel("Day", { exact: true }).fill("2027-03-25");
	await page.getByLabel("Name").fill("Ευαγγελισμός");
	await page.getByLabel("Every year").check();
	await page.getByRole("button", { name: "Add holiday" }).click();
	await page.getByText("25 March, every year").waitFor();
	const caps = page.getByRole("group", { name: "Offer or news" }).last();
	await caps.getByLabel("Messages in 7 days").fill("2");
	await caps.getByRole("button", { name: "Save" }).click();
	await caps.getByRole("button", { name: "Save" }).waitFor({ state: "detached" });
	await shot("times");
	const windows = (await box.must("GET", "/send-windows")).items;
	assert.deepEqual(windows, [
		{
			class: "promotional",
			from: "09:00",
			to: "20:30",
			days: ["mon", "tue", "wed", "thu", "fri", "sat"],
			on_holidays: false,
		},
	]);
	assert.equal((await box.must("GET", "/holidays")).items[0].day, "03-25");
	assert.equal((await box.must("GET", "/frequency-caps")).items[0].days_7, 2);
	await page.reload();
	await offers.getByLabel("Only at certain times").uncheck();
	await offers.getByRole("button", { name: "Save" }).click();
	await offers.getByText("At any time").waitFor();
});

test("rules: what is kept free, and a value that cannot be is refused in words", async () => {
	await page.goto(`${box.url}/sims/rules`);
	await page.getByLabel("Keep free of offers").fill("two");
	await page.getByRole("button", { name: "Save" }).click();
	await page.getByText("Write a number of SIMs").waitFor();
	await page.getByLabel("Keep free of offers").fill("25%");
	await page.getByLabel("When the SIM a person knows is gone").selectOption("notice");
	await page.getByLabel("What is said then").fill("This is Clinic Elpis, from our new number.");
	await page.getByRole("button", { name: "Save" }).click();
	await page.getByText("Saved.").waitFor();
	await shot("rules");
	const { dispatch } = await box.must("GET", "/settings");
	assert.equal(dispatch.reserve, "25%");
	assert.equal(dispatch.affinity_moves, "notice");
	await box.must("PATCH", "/settings", { dispatch: { reserve: "0", affinity_moves: "move" } });
});

test("who gets the alarms of the board", async () => {
	await page.goto(`${box.url}/settings`);
	const to = page.getByLabel("Who gets the alarms");
	await page.getByText("When the board raises an alarm (door)").waitFor();
	assert.equal(await page.getByLabel("Whose texts may switch").count(), 0, "it has no outputs");
	await to.fill("6940000001\n2101234567");
	await page.getByRole("button", { name: "Save" }).click();
	await page.getByText("This is a landline").waitFor();
	await to.fill("6940000001\n+30 694 0000002");
	await page.getByRole("button", { name: "Save" }).click();
	await page.getByText("Saved.").waitFor();
	const stored = "+306940000001\n+306940000002"; // asked for anew after the saving
	await until("what was stored", async () => (await to.inputValue()) === stored);
	await shot("alarms");
	assert.deepEqual((await box.must("GET", "/settings")).alarms.alarm_to, ["+306940000001", "+306940000002"]);
});

test("how much a person may send", async () => {
	await page.goto(`${box.url}/settings/quotas`);
	const row = page.getByRole("listitem").filter({ hasText: "maria" });
	await row.getByText("No limit").waitFor();
	await row.getByRole("button", { name: "Edit" }).click();
	const dialog = page.getByRole("dialog");
	await dialog.getByLabel("Parts a day").fill("500");
	await dialog.getByLabel("Money a month").fill("12.5");
	await dialog.getByRole("button", { name: "Save" }).click();
	await row.getByText("At most 500 parts a day. At most 12.5 a month.").waitFor();
	await shot("quotas");
});

test("a campaign with a window is scheduled; its messages say that it is not time", async () => {
	await page.goto(`${box.url}/campaigns/new`);
	await page.getByLabel("Name", { exact: true }).fill("Later");
	await page.getByLabel("Text", { exact: true }).fill("See you on Friday");
	await page.getByText("When and how fast").click();
	// A window that is shut now, and opens in two hours.
	await page.getByLabel("Only at certain times of day").check();
	await page.getByLabel("From", { exact: true }).fill(clock(120));
	await page.getByLabel("To", { exact: true }).fill(clock(240));
	await page.getByLabel("Parts a minute, at most").fill("30");
	await page.getByText("The sending times set the pace.").waitFor();
	await shot("compose-when");
	await page.getByRole("button", { name: `Send to ${people} people` }).click();
	await page.locator(".chip", { hasText: "Going out" }).waitFor();
	await page.getByText(/^Only .*At most 30 parts a minute\.$/).waitFor();
	await page.getByText(/Estimated at the start: done/).waitFor();
	const { items } = await until("its messages", async () => {
		const m = await box.must("GET", "/messages?campaign=1");
		return m.items.length > 0 ? m : null;
	});
	await page.goto(`${box.url}/messages/${items[0].id}`);
	await page.getByText("It is not the time of day to write to this person.").waitFor();
	await shot("message-window");
	await page.goto(`${box.url}/campaigns/new`);
	await page.getByLabel("Text", { exact: true }).fill("See you next week");
	await page.getByText("When and how fast").click();
	const start = new Date(Date.now() + 48 * 3_600_000);
	start.setSeconds(0, 0);
	const local = new Date(start.getTime() - start.getTimezoneOffset() * 60_000);
	await page.getByLabel("Begin").fill(local.toISOString().slice(0, 16));
	await page.getByRole("button", { name: `Schedule for ${people} people` }).click();
	await page.getByText(/^Begins /).waitFor();
	const campaign = (await box.must("GET", "/campaigns")).items[0];
	assert.equal(campaign.start_at, start.toISOString());
	assert.equal(box.sql("SELECT 1 FROM message WHERE campaign_id = 2").length, 0);
	await shot("campaign-scheduled");
});

const pages = ["/sims", "/sims/contracts", "/sims/routes", "/sims/rules", "/settings/times", "/settings/quotas"];

test("each page on a phone and in Persian: whole, named, reachable", async () => {
	const found: string[] = [];
	const draft = { name: "Later", list_id: 1, text: "See you", class: "promotional" };
	const { id } = await box.must("POST", "/campaigns", { ...draft, pace_per_minute: 30 });
	await page.setViewportSize({ width: 360, height: 740 });
	for (const locale of ["en", "el", "fa"]) {
		await page.goto(`${box.url}/settings`);
		await page.locator("#set-language").selectOption(locale);
		await until("the language", async () => (await page.evaluate(() => document.documentElement.lang)) === locale);
		for (const path of ["/settings", ...pages, `/campaigns/${id}`, `/campaigns/${id}/edit`]) {
			await page.goto(box.url + path);
			await page.locator("main h1").waitFor();
			for (const f of await faults(page)) found.push(`${locale} ${path}: ${f}`);
			await shot(`phone-${locale}${path.replaceAll("/", "_")}`);
		}
		await page.goto(`${box.url}/sims/contracts`);
		await page.locator("main section.card button").first().click();
		await page.locator("dialog").waitFor();
		for (const f of await faults(page)) found.push(`${locale} contract: ${f}`);
		const wide = await page.locator("dialog").evaluate((d) => d.scrollWidth - d.clientWidth);
		if (wide > 0) found.push(`${locale} contract: the dialog scrolls sideways by ${wide} px`);
		await shot(`phone-${locale}-contract`);
		await page.keyboard.press("Escape");
	}
	assert.deepEqual(found, []);
});

test("who may only look is shown no button that would be refused", async () => {
	await box.must("POST", "/users", { name: "viewer", password: "a good long sentence", role: "viewer" });
	const context = await browser.newContext({ locale: "en-GB" });
	const p = await context.newPage();
	await p.goto(box.url);
	await p.getByLabel("Your name").fill("viewer");
	await p.getByLabel("Password").fill("a good long sentence");
	await p.getByRole("button", { name: "Log in" }).click();
	await p.getByRole("navigation").first().waitFor();
	for (const path of pages.slice(1)) {
		await p.goto(box.url + path);
		await p.locator("main h1").waitFor();
		await p.locator("main .skeleton").first().waitFor({ state: "detached" });
		assert.equal(await p.locator("main button:not([disabled])").count(), 0, path);
		assert.equal(await p.getByRole("alert").count(), 0, path);
	}
	await context.close();
});

test("set-up proposes hours for offers, and sets them when they are taken", async () => {
	const fresh = await startBox({ modems: 1, radio: false });
	try {
		const context = await browser.newContext({ locale: "en-GB" });
		const p = await context.newPage();
		await p.goto(fresh.setupUrl);
		await p.getByLabel("Your name").fill("Maria");
		await p.getByLabel("Password").fill("a good long sentence");
		await p.getByLabel("Offers and news only from 09:00 to 21:00").check();
		await p.getByRole("button", { name: "Set up the box" }).click();
		await p.getByRole("heading", { name: "Overview" }).waitFor();
		const { items } = await fresh.must("GET", "/send-windows");
		assert.deepEqual([items[0].class, items[0].from, items[0].to], ["promotional", "09:00", "21:00"]);
		await context.close();
	} finally {
		await fresh.stop();
	}
});

test("no error on the way", () => {
	assert.deepEqual(errors, []);
});
