// A receptionist and then an administrator look after the bank: what needs a hand and what to
// do, a PIN, a self-test and its end, what a bay went through, and its last lines as a file.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { chromium, type Browser, type Page } from "playwright-core";
import { startBox, until, type Box } from "../system/lib/box";
import { faults } from "./faults";

let box: Box;
let browser: Browser;
let page: Page;
const errors: string[] = [];
const password = "a good long sentence";
const shots = process.env.CHAPAR_SHOTS;

async function shot(name: string) {
	if (!shots) return;
	mkdirSync(shots, { recursive: true });
	await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
}

async function enter(name: string, width = 1280): Promise<Page> {
	const context = await browser.newContext({
		viewport: { width, height: 900 },
		locale: "en-GB",
		acceptDownloads: true,
	});
	const p = await context.newPage();
	p.setDefaultTimeout(15_000);
	p.on("pageerror", (e) => errors.push(`${p.url()}: ${e.message}`));
	await p.goto(box.url);
	await p.getByLabel("Your name").fill(name);
	await p.getByLabel("Password").fill(password);
	await p.getByRole("button", { name: "Log in" }).click();
	await p.locator(".page").waitFor();
	return p;
}

before(async () => {
	box = await startBox({
		modems: 4,
		sim: "submit = 30\nmodem 1 {\nsim = pin\n}\nmodem 2 {\nsim = absent\n}\n",
	});
	await box.ready(2);
	await box.must("POST", "/users", { name: "maria", password, role: "admin" });
	await box.must("POST", "/users", { name: "nikos", password, role: "operator" });
	await box.must("POST", "/users", { name: "parisa", password, role: "admin", locale: "fa" });
	browser = await chromium.launch({
		executablePath: "/usr/bin/chromium",
		args: ["--no-sandbox", "--disable-gpu"],
	});
	page = await enter("maria");
});
after(async () => {
	await browser?.close();
	await box?.stop();
});

test("what needs a hand stands first, with what to do", async () => {
	await page.getByRole("heading", { name: "2 bays need a hand" }).waitFor();
	await page.getByText("2 of 4 SIMs ready").waitFor();
	await page.goto(`${box.url}/sims`);
	const first = page.getByRole("region", { name: "Needs a hand" });
	await first.getByText("This SIM asks for its PIN. Enter it; it is tried once.").waitFor();
	await first.getByText("There is no SIM in this modem. Put one in").waitFor();
	assert.deepEqual(await page.locator("section.card h2").allTextContents(), ["Needs a hand", "Working"]);
	await shot("bays");
});

test("a PIN is entered on the bay's page, which shows by itself that it worked", async () => {
	await page.getByRole("link", { name: "Enter the PIN Bay 2" }).click();
	await page.getByRole("heading", { name: "Bay 2" }).waitFor();
	// Whose papers to look for: it tells its serial number before its PIN.
	await page.getByText(/^ICCID 8903\d{15}$/).waitFor();
	await page.getByLabel("PIN of this SIM").fill("1234");
	await page.getByRole("button", { name: "Open the SIM" }).click();
	await page.locator(".bay-is", { hasText: "Ready" }).waitFor();
	await page.getByText(/^No failure since \d\d:\d\d\.$/).waitFor();
	await shot("bay");
});

test("a self-test says how long it runs, and is stopped", async () => {
	await box.control("set 1 latency 400");
	await page.getByRole("button", { name: "Test this modem" }).click();
	await page.getByText(/^Testing for \d+ second/).waitFor();
	await page.getByRole("button", { name: "Stop the test" }).click();
	await page.getByText("Stopped. What was asked until then stands below.").waitFor();
	await page.getByText("Takes a text: not asked").waitFor();
	await box.control("set 1 latency 0");
	await page.getByRole("button", { name: "Test this modem" }).click();
	await page.getByText("All is well. Nothing was sent.").waitFor();
	await page.getByText("Network: in order (2G)").waitFor();
	await page.getByText(/^\w+ Mobile, 2G$/).waitFor();
});

test("a bay in no network is tested, looks for those around and names them", async () => {
	await box.control('set 1 networks (3,"COSMOTE","C-OTE","20201",7),(3,"vodafone GR","voda","20205",2),,(0-4),(0-2)');
	await box.control("set 1 search 2000");
	await box.control("set 1 network resting");
	for (const domain of ["+CREG", "+CGREG", "+CEREG"]) await box.control(`urc 1 ${domain}: 0`);
	await page.getByText("As it is in no network, it then looks for those around.").waitFor();
	await page.getByRole("button", { name: "Test this modem" }).click();
	await page.getByText("Network: not in order").waitFor();
	await page.getByText("It is looking for the networks around.").waitFor();
	await page.getByText("All networks here are forbidden to this SIM: COSMOTE, vodafone GR.").first().waitFor();
	await page.locator(".bay-is", { hasText: "All networks here are forbidden to this SIM: COSMOTE, vodafone GR." }).waitFor();
	await shot("bay-forbidden");
	await box.control("set 1 network home");
	await box.control("urc 1 +CREG: 1");
	await page.locator(".bay-is", { hasText: "Ready" }).waitFor();
	assert.equal(await page.getByText("COSMOTE").count(), 0);
});

test("what a bay went through is told as it happens; its last lines are a file", async () => {
	await box.control("unplug 1");
	await page.getByText("The modem was unplugged. Plug it in again").waitFor();
	await page.getByText("The modem was unplugged. It is not back yet.").waitFor();
	// Its time grows while one looks, long before modemd writes down what it measured.
	await page.getByText(/ In all it was out for ([3-9]|\d\d) s\./).waitFor();
	await box.control("replug 1");
	await page.getByText(/The modem was unplugged\. It came back after \d+ s, when it was plugged in again\./).waitFor();
	await page.getByText(/^Since \d\d:\d\d it failed once in \d+ s of work\./).waitFor();
	// Real ones come of minutes of silence; tests/system/bays.test.ts has that.
	execFileSync("sqlite3", [
		"-cmd",
		".timeout 5000",
		box.store,
		`INSERT INTO flight_record (bay_id, at, cause, lines) VALUES (2, ${Date.now()}, 'stuck', '-0.001 > AT')`,
	]);
	await page.reload();
	const download = page.waitForEvent("download");
	await page.getByRole("link", { name: "Download" }).click();
	const file = await download;
	assert.match(file.suggestedFilename(), /^bay-2-\d+-stuck\.txt$/);
	assert.equal(readFileSync(await file.path(), "utf8"), "-0.001 > AT");
	await shot("bay-history");
	// None of it is another modem's fault.
	await box.control("unplug 1");
	await page.getByText("The modem was unplugged. Plug it in again").waitFor();
	await box.control("set 1 imei 352989000000990");
	await box.control("replug 1");
	await page.getByText(/^Another modem was put in: .* What is counted here is its own\.$/).waitFor();
	await page.getByText(/^No failure since/).waitFor();
	await page.getByRole("heading", { name: "The last lines of modems that were here before" }).waitFor();
	assert.equal(await page.getByRole("heading", { name: "The last failures" }).count(), 0);
	await shot("bay-other-modem");
});

/** Eight days of a bay, as modemd would have written them: a limit held it for 17 hours, and
 * its signal is weak for three hours of each day. */
function liveAWeek(bay: number) {
	const hour = Math.floor(Date.now() / 3_600_000);
	const hours = `WITH h(hour) AS (SELECT ${hour - 192} UNION ALL SELECT hour + 1 FROM h WHERE hour < ${hour - 1})`;
	execFileSync("sqlite3", [
		"-cmd",
		".timeout 5000",
		box.store,
		`UPDATE bay SET first_at = ${(hour - 192) * 3_600_000} WHERE id = ${bay};
		UPDATE bay_modem SET at = ${(hour - 192) * 3_600_000} WHERE bay_id = ${bay};
		${hours} INSERT OR REPLACE INTO radio_hour SELECT hour, hour * 3600000, 3600000 FROM h;
		${hours} INSERT OR REPLACE INTO bay_hour SELECT hour, ${bay}, 3600000,
			iif(hour % 192 < 17, 0, 3600000), 60, -60 * (77 + hour % 7 + weak), -84 - hour % 9 - weak, -70
			FROM (SELECT hour, iif(hour % 24 < 3, 20, 0) AS weak FROM h);`,
	]);
}

test("how long it could send is told of measured time", async () => {
	liveAWeek(1);
	await page.goto(`${box.url}/sims/bays/1`);
	await page.getByText(/^Ready (89\.8|90)% of the last 7 days\./).waitFor();
	await page.getByText(/^The modem itself worked (99\.9|100)%; otherwise it waited for a PIN, the network or a limit\.$/).waitFor();
	await page.getByText(/^No failure since .*, in 8 days of work\.$/).waitFor();
	const words = /^Good in 14[78] hours of the 16[89] in which it was measured\. Weakest: \u2066-1\d\d\sdBm\u2069/;
	await page.getByText(words).waitFor();
	await page.getByRole("img", { name: words }).waitFor();
	await page.getByText("As a table, by days").click();
	await page.getByRole("row", { name: /Weak|Bad/ }).first().waitFor();
	assert.ok([9, 10].includes(await page.getByRole("row").count()), "seven days begun, and a head");
	await shot("bay-week");
});

/** Of the pixels of the chart, how many have the colour that the style sheet has for it now. */
const drawnIn = (token: string) =>
	page.locator(".uplot canvas").evaluate((canvas: HTMLCanvasElement, name) => {
		const hex = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
		const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
		const { data } = canvas.getContext("2d")!.getImageData(0, 0, canvas.width, canvas.height);
		let n = 0;
		for (let i = 0; i < data.length; i += 4) {
			if (data[i] === r && data[i + 1] === g && data[i + 2] === b) n++;
		}
		return n;
	}, token);

test("a chart that is open follows the theme", async () => {
	const colors = async () => Promise.all(["--accent", "--warn-soft"].map(drawnIn));
	const areDrawn = (counts: number[]) => counts.every((n) => n > 20);
	for (const colorScheme of ["light", "dark", "light"] as const) {
		await page.emulateMedia({ colorScheme });
		await until(`the chart to be ${colorScheme}`, async () => areDrawn(await colors()));
		await shot(`bay-week-${colorScheme}`);
	}
});

test("who may not touch the bank reads what is so, and who may", async () => {
	const other = await enter("nikos");
	await other.goto(`${box.url}/sims/bays/3`);
	await other.getByText("There is no SIM in this modem.").waitFor();
	await other.getByText("Only an administrator may restart, test or unlock here.").waitFor();
	assert.equal(await other.getByRole("button", { name: "Restart modem" }).count(), 0);
	await other.goto(`${box.url}/sims/bays/99`);
	await other.getByText("There is no such bay.").waitFor();
	await other.context().close();
});

test("a bay that stays empty is forgotten", async () => {
	await box.control("unplug 3");
	await page.goto(`${box.url}/sims/bays/4`);
	await page.getByText("The modem was unplugged. Plug it in again").waitFor();
	await page.getByText("Nothing will be plugged in here again").click();
	await shot("bay-forget");
	await page.getByRole("button", { name: "Forget this bay" }).click();
	await page.getByRole("region", { name: "Needs a hand" }).waitFor();
	await page.getByRole("link", { name: "Look after Bay 3" }).waitFor();
	assert.equal(await page.getByText("Bay 4").count(), 0);
});

test("on a phone and in Persian: nothing is cut, each control has a name", async () => {
	const phone = await enter("parisa", 360);
	assert.equal(await phone.locator("html").getAttribute("dir"), "rtl");
	await box.control("set 2 sim puk");
	await box.control("unplug 2");
	await box.control("replug 2");
	await phone.goto(`${box.url}/sims/bays/3`);
	await phone.locator("#bay-puk-again").waitFor();
	for (const path of ["/", "/sims", "/sims/bays/1", "/sims/bays/2", "/sims/bays/3"]) {
		await phone.goto(`${box.url}${path}`);
		await phone.locator(".page").waitFor();
		assert.deepEqual(await faults(phone), [], path);
		const cut = await phone.evaluate(() =>
			[...document.querySelectorAll(".bay-is, .bay-todo, .bay-who, .bay-sentence, .pairs dd")]
				.filter((e) => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline")
				.map((e) => e.textContent),
		);
		assert.deepEqual(cut, [], path);
	}
	if (shots) {
		await phone.goto(`${box.url}/sims/bays/1`);
		await phone.locator("#bay-history").waitFor();
		await phone.screenshot({ path: `${shots}/bay-week-fa-360.png`, fullPage: true });
	}
	await phone.context().close();
	assert.deepEqual(errors, []);
});

test("a PUK and a new PIN unlock a SIM; a wrong one is told, with the tries left", async () => {
	await page.goto(`${box.url}/sims`);
	await page.getByRole("link", { name: "Enter the PUK Bay 3" }).click();
	const go = page.getByRole("button", { name: "Unlock the SIM" });
	const enter = async (puk: string) => {
		await page.getByLabel("PUK of this SIM").fill(puk);
		await page.getByLabel("New PIN for this SIM").fill("4711");
		await page.getByLabel("New PIN again").fill("4712");
		await page.getByText("The two PINs differ.").waitFor();
		assert.ok(await go.isDisabled());
		await page.getByLabel("New PIN again").fill("4711");
		await go.click();
	};
	await page.getByText(/^The SIM says: 10 tries are left;/).waitFor();
	await enter("87654321");
	await page.getByText("The SIM refused this PUK, which is not tried again.").waitFor();
	await page.getByText(/^The SIM says: 9 tries are left;/).waitFor();
	await shot("bay-puk");
	await enter("12345678");
	await page.getByText("The PUK is being tried.").waitFor();
	await page.locator(".bay-is", { hasText: "Ready" }).waitFor();
	assert.equal(await page.getByLabel("PUK of this SIM").count(), 0);
	assert.deepEqual(errors, []);
});
