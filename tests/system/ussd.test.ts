// Questions to operators, and the power of bays: answered once, between messages, and in
// nobody's way.
import assert from "node:assert/strict";
import { until, withBox, type Box, type BoxOptions } from "./lib/box";
import { judge } from "./lib/judge";
import { onAir } from "./lib/simlog";
import { together } from "./lib/together";

const { test, run } = together();

const withReady = (options: BoxOptions, check: (box: Box) => Promise<void>) =>
	withBox(options, async (box) => {
		await box.ready();
		await check(box);
	});

const ask = (box: Box, sim: number, code: string) => box.api("POST", `/sims/${sim}/ussd`, { code });

async function queue(box: Box, n: number) {
	await box.must("POST", "/messages", {
		messages: Array.from({ length: n }, (_, i) => ({
			to: `+3069460${String(i).padStart(5, "0")}`,
			text: `text ${i}`,
			class: "alert",
		})),
	});
}

const waiting = (box: Box) =>
	box.sql("SELECT count(*) AS n FROM message WHERE state IN (0, 1, 2)")[0].n as number;

test("the operator's words are shown as they are meant, and the audit says who asked", async () => {
	await withReady({ modems: 2, sim: "submit = 30\n" }, async (box) => {
		const a = await ask(box, 1, "*100#");
		assert.equal(a.status, 200, JSON.stringify(a.body));
		assert.deepEqual(a.body, { text: "Balance: 12.40 EUR, valid until 31/12/2026", more: false });
		// As UCS-2, under a coding scheme that says otherwise.
		await box.control("set all ussd 00480061006700790020");
		assert.equal((await ask(box, 2, "#123#")).body.text, "Hagy");
		const secret = await ask(box, 1, "*123*4711#");
		assert.equal(secret.status, 200);
		// From the command line: the same rules, the same audit.
		assert.equal(box.ctl("ussd", "--sim", "1", "*100#"), "Hagy\n");
		assert.deepEqual(JSON.parse(box.ctl("--json", "ussd", "--sim", "1", "*100#")), { text: "Hagy", more: false });
		assert.throws(() => box.ctl("ussd", "--sim", "1", "balance"), { status: 1, stderr: /digits/ });
		assert.throws(() => box.ctl("ussd", "--sim", "1"), { status: 2 });
		const audit = box.sql("SELECT * FROM audit WHERE action = 'sim.ussd' ORDER BY id");
		assert.equal(audit.length, 5);
		assert.match(JSON.stringify(audit[0]), /\*100#/);
		assert.doesNotMatch(JSON.stringify(audit), /4711/);
		assert.doesNotMatch(box.log("chapar-modemd") + box.log("chapar-paneld"), /4711/);
	});
});

test("an operator's menu is shown, and answered when it is asked for with a choice", async () => {
	await withReady({ modems: 1, sim: "submit = 30\nussd_menu = 1 Balance 2 Offers\nussd = You have 3 EUR\n" }, async (box) => {
		assert.deepEqual((await ask(box, 1, "*100#")).body, { text: "1 Balance 2 Offers", more: true });
		assert.deepEqual((await ask(box, 1, "*100#,1")).body, { text: "You have 3 EUR", more: false });
		assert.deepEqual((await ask(box, 1, "*100#")).body, { text: "1 Balance 2 Offers", more: true });
		const { id } = await box.must("POST", "/messages", { to: "+306941000009", text: "after a menu", class: "alert" });
		await until("the line to be free again", async () => /sent|delivered/.test((await box.must("GET", `/messages/${id}`)).state));
	});
});

test("what cannot be asked is refused in words", async () => {
	await withReady({ modems: 1, sim: "submit = 30\n" }, async (box) => {
		for (const code of ["", "100", "*1;+CFUN=0#", '*100#"', "*100# ", "*" + "1".repeat(182), "*١٠٠#", ",1", "*100#,", "*100#,,2"]) {
			const a = await ask(box, 1, code);
			if (code === "100") {
				assert.equal(a.status, 200);
				continue;
			}
			assert.equal(a.status, 422, code);
			assert.equal(a.body.code, "invalid_code", code);
			assert.equal(a.body.field, "code");
		}
		assert.equal((await ask(box, 1, "*" + "1".repeat(181))).status, 200);
		assert.equal((await ask(box, 99, "*100#")).status, 404);
		assert.equal((await box.api("POST", "/sims/1/ussd", {})).status, 400);
		const power = await box.api("POST", "/bays/1/power");
		assert.equal(power.status, 409);
		assert.equal(power.body.code, "unsupported");
		assert.equal(power.body.detail, "This board cannot switch the power of this bay.");
		assert.equal((await box.api("POST", "/bays/99/power")).status, 404);
		assert.equal(box.sql("SELECT count(*) AS n FROM audit WHERE action = 'bay.power'")[0].n, 1);
		// Only an administrator may.
		const admin = box.key;
		box.key = box.ctl("key", "create", "--name", "shop", "--scope", "send").trim().split("\n").pop()!;
		assert.equal((await ask(box, 1, "*100#")).status, 403);
		assert.equal((await box.api("POST", "/bays/1/power")).status, 403);
		box.key = admin;
		await box.control("set all network searching");
		const none = await ask(box, 1, "*100#");
		assert.equal(none.status, 409);
		assert.equal(none.body.code, "not_ready");
		for (const domain of ["CREG", "CGREG", "CEREG"]) await box.control(`urc 0 +${domain}: 2`);
		await until("it to register", async () => (await box.must("GET", "/sims")).items[0].state === "REGISTERING");
		assert.equal((await ask(box, 1, "*100#")).body.code, "not_ready");
		await box.end("chapar-modemd");
		await until("the radio side to be missed", async () => (await ask(box, 1, "*100#")).body.code === "modemd_away");
		assert.throws(() => box.ctl("ussd", "--sim", "1", "*100#"), { status: 4 });
	});
});

test("a question waits for the message in hand; nothing is lost or sent twice", async () => {
	await withReady({ modems: 1, sim: "submit = 40-80\nstatus_delay = 50-150\n" }, async (box) => {
		await queue(box, 60);
		await until("some on air", () => onAir(box.simLog()).length > 5);
		for (let i = 0; i < 4; i++) {
			const before = waiting(box);
			const a = await ask(box, 1, "*100#");
			assert.equal(a.status, 200, JSON.stringify(a.body));
			assert.ok(before > 0, "the queue ran while it was asked");
			await new Promise((r) => setTimeout(r, 200));
		}
		await until("the queue to drain", () => waiting(box) === 0, 60_000, 100);
		assert.equal(onAir(box.simLog()).length, 60);
		const v = judge(box);
		assert.deepEqual(v.faults, []);
		assert.equal(v.unknownParts, 0);
	});
});

test("an operator that never answers holds up its own SIM alone, and for a minute", async () => {
	await withReady({ modems: 2, sim: "submit = 30\nmodem 0 {\nussd =\n}\n" }, async (box) => {
		const sims = await box.must("GET", "/sims");
		const bay = (await box.must("GET", "/bays")).items.find((b: any) => b.port.endsWith("modem0"));
		const other = sims.items.find((s: any) => s.id !== bay.sim_id).id;
		const started = Date.now();
		const mute = ask(box, bay.sim_id, "*100#");
		// Else the other's question may come first, and this one be refused.
		await until("it to come first", () => box.sql("SELECT 1 FROM audit WHERE action = 'sim.ussd'")[0]);
		await until("it to be asked", async () => (await ask(box, other, "*100#")).body.code === "sim_busy");
		await queue(box, 20);
		await until("the queue to go over the other", () => waiting(box) === 0, 30_000, 100);
		const many = await Promise.all(Array.from({ length: 8 }, () => box.api("GET", "/bays")));
		assert.ok(many.every((a) => a.status === 200));
		assert.ok(Date.now() - started < 40_000, "nobody waited for the operator");
		const a = await mute;
		assert.equal(a.status, 503);
		assert.equal(a.body.code, "no_answer");
		assert.ok(Date.now() - started < 90_000);
		await box.control("set all ussd Thank you");
		await box.ready(2);
		assert.equal((await ask(box, bay.sim_id, "*100#")).body.text, "Thank you");
		assert.deepEqual(judge(box).faults, []);
	});
});

run("questions to operators", 5);
