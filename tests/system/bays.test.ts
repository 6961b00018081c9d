// Looking after bays: locked SIMs, new SIMs, foreign networks, balances, missed calls, what
// is no text, self-tests and the history of failures. Judged by the modems' log and the store.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { until, withBox, type Box } from "./lib/box";
import { scratch } from "./lib/scratch";
import { onAir } from "./lib/simlog";
import { together } from "./lib/together";

const { test, run } = together();

const bay = async (box: Box, id: number) =>
	(await box.must("GET", "/bays")).items.find((b: any) => b.id === id);

const bayIs = (box: Box, id: number, state: string, reason: string) =>
	until(`bay ${id} to be ${state} ${reason}`, async () => {
		const b = await bay(box, id);
		return b && b.state === state && b.reason === reason ? b : undefined;
	});

const pins = (box: Box) => box.simLog().filter((e) => e.ev === "pin");

const send = (box: Box, to: string) => box.must("POST", "/messages", { to, text: "hello", class: "alert" });

test("a PIN opens the SIM; a wrong one is tried once, and nothing reads it back", async () => {
	await withBox({ modems: 2, sim: "submit = 30\nmodem 1 {\n\tsim = pin\n\tpin = 4711\n}\n" }, async (box) => {
		await bayIs(box, 2, "PIN", "sim_pin");
		for (const pin of ["", "123", "123456789", "12a4"]) {
			const refused = await box.api("PUT", "/bays/2/pin", { pin });
			assert.equal(refused.status, 422, pin);
			assert.equal(refused.body.code, "invalid_pin");
		}
		assert.equal((await box.api("PUT", "/bays/9/pin", { pin: "1234" })).status, 404);
		assert.equal(pins(box).length, 0);
		assert.equal((await box.api("PUT", "/bays/2/pin", { pin: "1111" })).status, 204);
		await bayIs(box, 2, "PIN", "pin_refused");
		assert.deepEqual(pins(box).map((e) => e.left), [2]);
		// Neither the same again nor a restart of everything costs another try.
		assert.equal((await box.api("PUT", "/bays/2/pin", { pin: "1111" })).status, 204);
		await box.killRadio();
		box.startRadio();
		await bayIs(box, 2, "PIN", "pin_refused");
		assert.equal(pins(box).length, 1);
		assert.equal((await box.api("PUT", "/bays/2/pin", { pin: "4711" })).status, 204);
		await box.ready(2);
		// It is kept for the next power cut.
		await box.killRadio();
		await box.control("reset 1");
		box.startRadio();
		await bayIs(box, 2, "PIN", "sim_pin");
		await box.ready(2);
		assert.equal(pins(box).length, 1, "only the wrong one was counted");
		const found = spawnSync("grep", ["-rlaE", "4711|1111", "--include=store.db*", "--include=chapar-*.log", box.dir]);
		assert.equal(found.stdout.toString(), "", "a PIN lies open in a file");
	});
});

test("a PUK opens the SIM and sets its PIN; a wrong one is tried once, and nothing reads it back", async () => {
	const locked = "submit = 30\nmodem 1 {\n\tsim = puk\n}\nmodem 2 {\n\tsim = puk\n\tanswer = +CPINR -> +CPINR: SIM PUK,1,10\n}\n";
	await withBox({ modems: 3, sim: locked }, async (box) => {
		const tries = (modem: number) => box.simLog().filter((e) => e.ev === "puk" && e.modem === modem).map((e) => e.left);
		const asks = (id: number, left: number) =>
			until(`bay ${id} to tell ${left}`, async () => {
				const b = await bay(box, id);
				return b?.state === "PIN" && b.puk_tries === left ? b : undefined;
			});
		const { iccid } = await asks(2, 10);
		const post = (id: number, body: object) => box.api("POST", `/bays/${id}/puk`, { puk: "12345678", pin: "24681357", iccid, ...body });
		for (const [code, status, body, id] of [
			["invalid_puk", 422, { puk: "1234567" }, 2],
			["invalid_puk", 422, { puk: "123456789" }, 2],
			["invalid_puk", 422, { puk: "1234567a" }, 2],
			["invalid_pin", 422, { pin: "246" }, 2],
			["other_sim", 409, { iccid: "8930010000000000009" }, 2],
			["not_waiting", 409, {}, 1],
			["not_found", 404, {}, 9],
		] as const) {
			const refused = await post(id, body);
			assert.deepEqual([refused.body.code, refused.status], [code, status]);
		}
		assert.deepEqual(tries(1), []);
		assert.equal((await post(2, { puk: "87654321", pin: "13572468" })).status, 204);
		assert.equal((await bayIs(box, 2, "PIN", "puk_refused")).puk_tries, 9);
		// Neither the same again nor a restart of everything costs another try.
		assert.equal((await post(2, { puk: "87654321" })).status, 204);
		await box.killRadio();
		box.startRadio();
		await asks(2, 9);
		await bayIs(box, 2, "PIN", "puk_refused");
		assert.deepEqual(tries(1), [9]);
		assert.equal((await post(2, {})).status, 204);
		await box.ready(2);
		assert.deepEqual(tries(1), [9, 9]);
		// The last try wants a word more. Its answer is lost, and the box goes dark.
		const last = await asks(3, 1);
		const unsaid = await post(3, { iccid: last.iccid });
		assert.deepEqual([unsaid.status, unsaid.body.code], [422, "last_try"]);
		await box.control("set 2 fault cut 1 on=+CPIN=");
		assert.equal((await post(3, { iccid: last.iccid, may_be_last: true })).status, 204);
		await until("the SIM to have it", () => tries(2).length === 1);
		await box.killRadio();
		// Each opens with its new PIN, also the one that nobody heard the yes of.
		for (const modem of [1, 2]) {
			await box.control(`set ${modem} fault none`);
			await box.control(`set ${modem} sim pin`);
			await box.control(`reset ${modem}`);
		}
		box.startRadio();
		await bayIs(box, 2, "PIN", "sim_pin");
		await box.ready(3);
		assert.deepEqual([tries(1).length, tries(2).length, pins(box).length], [2, 1, 0]);
		assert.deepEqual(
			box.sql("SELECT object, detail FROM audit WHERE action = 'bay.puk' ORDER BY id").map((a) => `${a.object}${a.detail}`),
			["bay:2", "bay:2", "bay:2", "bay:3"],
		);
		assert.equal(box.sql("SELECT count(*) AS n FROM sim_pin WHERE name GLOB 'puk:*' AND length(sealed) > 0")[0].n, 0);
		const found = spawnSync("grep", ["-rlaE", "12345678|87654321|24681357|13572468", "--include=store.db*", "--include=chapar-*.log", box.dir]);
		assert.equal(found.stdout.toString(), "", "a PUK or PIN lies open in a file");
	});
});

test("the key that opens PINs is the radio side's alone", async () => {
	await withBox({ modems: 1, sim: "submit = 30\n" }, async (box) => {
		await box.ready(1);
		const path = `${box.store}-pin-key`;
		assert.ok(existsSync(path));
		assert.equal(statSync(path).mode & 0o777, 0o600);
	});
});

test("a SIM that comes after the set-up receives, and sends when it is admitted", async () => {
	await withBox({ modems: 2, sim: "submit = 30\n", radio: false }, async (box) => {
		// Set up long ago: a user of two hours' age.
		const then = Date.now() - 2 * 3_600_000;
		execFileSync("sqlite3", [
			box.store,
			`INSERT INTO user (name, password_hash, role, created_at) VALUES ('maria', 'x', 'admin', ${then})`,
		]);
		box.startRadio();
		const held = await bayIs(box, 1, "HELD", "sim_new");
		assert.match(held.reason_text, /receives and does not send/);
		await bayIs(box, 2, "HELD", "sim_new");
		const { id } = await send(box, "+306941000001");
		await box.control("inbound 0 +306941000002 Good morning");
		await until("the text to come in", async () => (await box.must("GET", "/inbound")).items.length === 1);
		assert.equal(onAir(box.simLog()).length, 0);
		assert.equal((await box.api("POST", "/sims/9/admit")).status, 404);
		const [{ sim_id: sim }] = box.sql("SELECT sim_id FROM bay WHERE id = 2");
		assert.equal((await box.api("POST", `/sims/${sim}/admit`)).status, 204);
		await until("the message to be sent", async () => /sent|delivered/.test((await box.must("GET", `/messages/${id}`)).state));
		assert.deepEqual([...new Set(onAir(box.simLog()).map((p) => p.event.modem))], [1]);
		assert.equal((await bay(box, 1)).reason, "sim_new");
		assert.equal(box.sql("SELECT count(*) AS n FROM audit WHERE action = 'sim.admit'")[0].n, 1);
	});
});

test("a SIM that must stay home does not send abroad", async () => {
	await withBox({ modems: 2, sim: "submit = 30\nmodem 0 {\n\tnetwork = roaming\n}\n" }, async (box) => {
		await box.ready(2);
		const one = (modem: number) => box.sql(`SELECT id, sim_id FROM bay WHERE port LIKE '%modem${modem}'`)[0];
		const [abroad, home] = [one(0), one(1)];
		assert.equal((await box.api("PUT", `/sims/${abroad.sim_id}/roaming`, { may_roam: false })).status, 204);
		await bayIs(box, abroad.id, "HELD", "roaming");
		const post = (sim: number) => box.must("POST", "/messages", { to: "+306941000003", text: "hello", class: "alert", sim });
		const { id } = await post(abroad.sim_id);
		// Later ones of the other SIM go: the first one's turn was there, and passed.
		for (let n = 1; n <= 2; n++) {
			await post(home.sim_id);
			await until("a text of the SIM that is at home", () => onAir(box.simLog()).filter((p) => p.event.modem === 1).length >= n);
		}
		assert.deepEqual(onAir(box.simLog()).map((p) => p.event.modem), [1, 1]);
		await box.control("set 0 network home");
		await box.control("urc 0 +CREG: 1");
		await until("the message to be sent at home", async () => /sent|delivered/.test((await box.must("GET", `/messages/${id}`)).state));
		assert.deepEqual(onAir(box.simLog()).map((p) => p.event.modem), [1, 1, 0]);
	});
});

test("how a bay is registered is told by the API, the command line and its self-test", async () => {
	const sim =
		"submit = 30\ntechnology = lte\nims = on\nmodem 1 {\n\ttechnology = 3g\n}\nmodem 2 {\n\tunsupported = +CIREG\n}\nmodem 3 {\n\tnetwork = searching\n}\n";
	await withBox({ modems: 4, sim }, async (box) => {
		await box.ready(3);
		const byPort = await until("all four", async () => {
			const bays = (await box.must("GET", "/bays")).items;
			bays.sort((a: any, b: any) => a.port.localeCompare(b.port));
			return bays.length === 4 && bays.every((b: any) => b.live && /READY|REG/.test(b.state)) ? bays : undefined;
		});
		assert.deepEqual(
			byPort.map((b: any) => b.network),
			[
				{ technology: "lte", ims: true, search: null, found: [] },
				{ technology: "3g", ims: null, search: null, found: [] },
				{ technology: "lte", ims: null, search: null, found: [] },
				{ technology: null, ims: null, search: null, found: [] },
			],
		);
		const list = execFileSync(`${process.env.CHAPAR_BIN ?? "build/bin"}/chaparctl`, ["--config", box.conf, "bays"]).toString();
		assert.match(list, /modem0 .* LTE IMS +READY/);
		assert.match(list, /modem1 .* 3G +READY/);
		assert.match(list, /modem2 .* LTE +READY/);
		const tested = await box.must("POST", `/bays/${byPort[1].id}/test`);
		assert.deepEqual([tested.passed, tested.technology], [true, "3g"]);
	});
});

test("why a network refuses a SIM, how full its memory is and how the modem fares reach the API", async () => {
	const sim =
		"submit = 30\nnetwork = denied\nreject = 13\nmodem 1 {\n\tprofile = simcom\n\tnetwork = home\n\tsm_size = 10\n\tfault = cms 500 on=+CMGD\n}\nmodem 2 {\n\tsim = pin\n\tpin_tries = 2\n}\n";
	await withBox({ modems: 3, sim }, async (box) => {
		// One starts anew while it is asked who it is: it may be numbered after the others.
		const numbered = await until("all to be numbered", () => {
			const rows = box.sql("SELECT id FROM bay ORDER BY port");
			return rows.length === 3 ? rows.map((r) => r.id as number) : undefined;
		});
		const [refused, filling, asking] = numbered;
		await bayIs(box, refused, "REGISTERING", "denied");
		const denied = await until("the reason to be told", async () => {
			const b = await bay(box, refused);
			return b.denied_because ? b : undefined;
		});
		assert.equal(denied.denied_cause, 13);
		assert.equal(denied.denied_because, "the SIM may not roam in this area");
		assert.match(denied.reason_text, /^The network refuses this SIM\. Call the operator/);
		const locked = await bayIs(box, asking, "PIN", "sim_pin");
		assert.equal(locked.denied_cause, null);
		await until("the tries left to be told", async () => (await bay(box, asking)).pin_tries === 2);
		// What it cannot delete stays where it lies: the memory fills, and that is a problem of its own.
		await bayIs(box, filling, "READY", "");
		await box.control("fill 1 8");
		await box.control("reset 1");
		await box.control("urc 1 RDY");
		await until("the fill to be told", async () => ((await bay(box, filling)).memory_percent ?? 0) >= 80, 60_000, 250);
		const problems = (await box.must("GET", "/overview")).problems;
		assert.deepEqual(problems.filter((p: any) => p.code === "memory_full").map((p: any) => p.bay_id ?? p.id), [filling]);
	});
});

test("a bay in no network tells why: what the network said, or which networks are forbidden here", async () => {
	const sim = [
		"submit = 30",
		"modem 0 {\n\tnetwork = resting\n\treject = 11\n}",
		'modem 1 {\n\tnetwork = resting\n\tnetworks = (3,"COSMOTE","C-OTE","20201",7),(3,"vodafone GR","voda","20205",2),,(0-4),(0-2)\n\tsearch = 300\n}',
		'modem 2 {\n\tnetwork = searching\n\tnetworks = (3,"COSMOTE","C-OTE","20201",7),(1,"Nova","Nova","20210",7),,(0-4),(0-2)\n}',
		"modem 3 {\n\tnetwork = resting\n\tsearch = 120000\n}",
		"",
	].join("\n");
	await withBox({ modems: 4, sim }, async (box) => {
		const [refused, forbidden, other, slow] = await until("all four to look for their network", async () => {
			const bays = (await box.must("GET", "/bays")).items;
			bays.sort((a: any, b: any) => a.port.localeCompare(b.port));
			const isOut = (b: any) => b.live && b.state === "REGISTERING" && /no_network|searching/.test(b.reason) && b.sim?.bars > 0;
			return bays.length === 4 && bays.every(isOut) ? bays.map((b: any) => b.id as number) : undefined;
		});
		const tests = await Promise.all([forbidden, other, slow].map((id) => box.must("POST", `/bays/${id}/test`)));
		for (const { passed, checks } of tests) {
			assert.equal(passed, false);
			assert.equal(checks.find((c: any) => c.check === "network").verdict, "failed");
			assert.equal(checks.find((c: any) => c.check === "prompt").verdict, "passed");
		}
		const found = (id: number) =>
			until(`bay ${id} to have looked`, async () => {
				const b = await bay(box, id);
				return b.network.search === "done" ? b.network.found : undefined;
			});
		assert.deepEqual(await found(forbidden), [
			{ name: "COSMOTE", plmn: "20201", status: "forbidden" },
			{ name: "vodafone GR", plmn: "20205", status: "forbidden" },
		]);
		assert.deepEqual(
			(await found(other)).map((n: any) => `${n.name} ${n.status}`),
			["COSMOTE forbidden", "Nova available"],
		);
		// The one that takes minutes is ended by hand, and then by the network's return.
		assert.equal((await bay(box, slow)).network.search, "running");
		assert.equal((await box.api("POST", `/bays/${slow}/test`)).body.code, "sim_busy");
		assert.equal((await box.api("DELETE", `/bays/${slow}/test`)).status, 204);
		await until("the search to end", async () => (await bay(box, slow)).network.search === null);
		assert.equal((await box.api("POST", `/bays/${slow}/test`)).status, 200);
		await until("the next one", async () => (await bay(box, slow)).network.search === "running");
		const { id } = await send(box, "+306941000009");
		await box.control("set 3 network home");
		await until("the message to be sent", async () => /sent|delivered/.test((await box.must("GET", `/messages/${id}`)).state));
		const said = await bayIs(box, forbidden, "REGISTERING", "forbidden");
		assert.match(said.reason_text, /^All networks here are forbidden to this SIM\. Call the operator/);
		assert.match((await bay(box, other)).reason, /searching/);
		// It looks for its network every 15 s, and asks why not from the second time on.
		const denied = await bayIs(box, refused, "REGISTERING", "denied");
		assert.equal(denied.denied_cause, 11);
		assert.equal(denied.network.search, null, "nobody asked");
		await box.control("set 1 network home");
		const back = await bayIs(box, forbidden, "READY", "");
		assert.deepEqual([back.network.search, back.network.found], [null, []]);
	});
});

test("the balance is read by the operator's script", async () => {
	await withBox({ modems: 1, sim: "submit = 30\nussd = Your balance is 12,40 EUR until 31/12\n" }, async (box) => {
		await box.ready(1);
		const put = (body: object) => box.api("PUT", "/balance-scripts", body);
		for (const [field, body] of [
			["code", { code: "call me", pattern: "is {amount} EUR" }],
			["code", { code: "*1#,,2", pattern: "is {amount} EUR" }],
			["pattern", { code: "*100#", pattern: "no amount" }],
		] as const) {
			const refused = await put(body);
			assert.equal(refused.status, 422, JSON.stringify(body));
			assert.equal(refused.body.field, field);
		}
		const tried = await box.must("POST", "/balance-scripts/try", { pattern: "{amount} EUR", text: "3,05 EUR" });
		assert.equal(tried.amount, 3.05);
		assert.equal((await put({ code: "*100#", pattern: "balance is {amount} EUR", every_hours: 12 })).status, 200);
		assert.equal((await box.api("POST", "/sims/1/balance")).status, 204);
		await until("the balance", () => box.sql("SELECT balance FROM sim")[0].balance === 12_400_000);
		const sim = async () => (await box.must("GET", "/sims")).items[0];
		const read = await sim();
		assert.equal(read.balance_unread, null);
		// Words that the pattern does not fit are told, and make no old balance new.
		await box.control("set 0 ussd Saldo: 9,10 EUR");
		assert.equal((await box.api("POST", "/sims/1/balance")).status, 204);
		await until("the answer to be told", async () => (await sim()).balance_unread === "Saldo: 9,10 EUR");
		assert.deepEqual([(await sim()).balance, (await sim()).balance_at], [12.4, read.balance_at]);
		assert.deepEqual((await box.must("GET", "/balance-scripts")).items, [
			{ operator: "", code: "*100#", pattern: "balance is {amount} EUR", every_hours: 12 },
		]);
		assert.equal((await box.api("DELETE", "/balance-scripts")).status, 204);
		assert.equal((await box.api("DELETE", "/balance-scripts")).status, 404);
	});
});

test("a self-test says what works, and a failure leaves its last lines", async () => {
	const began = Date.now();
	await withBox({ modems: 2, sim: "submit = 30\nmodem 1 {\n\tcsq = 99\n}\n" }, async (box) => {
		await box.ready(2);
		const good = await box.must("POST", "/bays/1/test");
		assert.equal(good.passed, true, JSON.stringify(good));
		const bad = await box.must("POST", "/bays/2/test");
		assert.equal(bad.passed, false);
		assert.equal(bad.checks.find((c: any) => c.check === "signal").verdict, "failed");
		assert.equal((await box.api("POST", "/bays/7/test")).status, 404);
		await box.control("set 1 latency 300");
		const both = [1, 2].map(() => box.api("POST", "/bays/2/test"));
		assert.equal((await Promise.race(both)).body.code, "sim_busy", "one at a time, whichever came first");
		assert.equal((await box.api("DELETE", "/bays/2/test")).status, 204);
		const cut = (await Promise.all(both)).find(({ status }) => status === 200);
		assert.equal(cut?.body.checks.at(-1).verdict, "skipped", "the rest of its steps");
		assert.equal(onAir(box.simLog()).length, 0, "a test sends nothing");

		assert.equal((await box.must("GET", "/bays/1/health")).failures, 0);
		assert.equal((await box.must("GET", "/bays/1/health")).mtbf_seconds, null);
		await box.must("PATCH", "/sims/2", { enabled: false });
		for (let i = 0; i < 4; i++) await send(box, `+30694100001${i}`);
		await until("four texts on air", () => onAir(box.simLog()).length === 4);
		// It starts anew and takes no set-up: seen at once, where silence is waited for.
		await box.control("set 0 unsupported +CMGF");
		await box.control("reset 0");
		await box.control("urc 0 RDY");
		await until("a failure with its lines", async () => (await box.must("GET", "/bays/1/records")).items.length > 0, 120_000);
		await until("a failure in the history", async () => (await box.must("GET", "/bays/1/health")).failures >= 1, 120_000);
		// Counted while it lasts, long before modemd writes down what it measured.
		const out = async () => (await box.must("GET", "/bays/1/health")).down_ms;
		const atFirst = await out();
		await until("the time that it takes", async () => (await out()) > atFirst);
		const health = await box.must("GET", "/bays/1/health");
		assert.ok(health.causes.length >= 1);
		assert.ok(health.causes[0].text.length > 10);
		const [failure] = (await box.must("GET", "/bays/1/failures")).items;
		assert.equal(failure.cause, health.causes[0].cause);
		assert.match(failure.rung, /^[a-z]+$/);
		const record = (await box.must("GET", "/bays/1/records")).items[0];
		const lines = (await box.api("GET", `/bays/1/records/${record.id}`)).body as string;
		assert.match(lines, /^-\d+\.\d{3} [<>] AT/m);
		assert.doesNotMatch(lines, /69410000/);
		assert.equal((await box.api("GET", `/bays/2/records/${record.id}`)).status, 404);
		assert.equal((await box.api("GET", "/bays/1/records/x")).status, 404);

		// Measured, and not beyond the time in which modemd ran; the rest of it at its end.
		assert.ok(health.up_ms > 0 && health.up_ms + health.down_ms <= Date.now() - began, JSON.stringify(health));
		assert.equal(health.ready_ms > 0, true);
		assert.equal(await box.end("chapar-modemd"), 0);
		const ran = Date.now() - began;
		const [measured] = box.sql("SELECT (SELECT sum(ran_ms) FROM radio_hour) AS ran, sum(up_ms) AS up FROM bay_hour WHERE bay_id = 2");
		assert.ok(measured.up > 0.5 * measured.ran && measured.ran > 0.5 * ran && measured.ran <= ran, JSON.stringify(measured));
		const signals = (await box.must("GET", "/bays/1/signal")).items;
		assert.ok(signals.length >= 1 && signals[0].min_dbm <= signals[0].mean_dbm && signals[0].max_dbm < -50, JSON.stringify(signals));
		assert.deepEqual((await box.must("GET", "/bays/2/signal")).items, [], "csq = 99: it tells none");
		assert.equal((await box.api("GET", "/bays/7/signal")).status, 404);
	});
});

test("missed calls, flash texts and the operator's notices are told apart", async () => {
	await withBox({ modems: 1, sim: "submit = 30\n" }, async (box) => {
		await box.ready(1);
		// DELIVER from +306941000006, "hello": class 0; then voicemail waiting (group 11xx).
		const from = "0C910396140000" + "60";
		const when = "62112132000080";
		const hello = "05E8329BFD06";
		await box.control(`raw 0 0004${from}0010${when}${hello}`);
		await box.control(`raw 0 0004${from}00C8${when.replace("0080", "1080")}${hello}`);
		// WAP push to port 2948: the notice of a picture message.
		await box.control(`raw 0 0044${from}0004${when}0A0605040B84C0020102AA`);
		await box.control("urc 0 RING");
		await box.control('urc 0 +CLIP: "+306941000007",145');
		await box.control("urc 0 NO CARRIER");
		const kinds = () => box.sql("SELECT kind, originator, text FROM inbound ORDER BY kind");
		await until("all four", () => kinds().length === 4, 60_000);
		assert.deepEqual(kinds().map((k) => k.kind), [1, 2, 3, 4]);
		assert.equal(kinds()[0].originator, "+306941000007");
		const items = (await box.must("GET", "/inbound")).items;
		assert.deepEqual(items.map((i: any) => i.kind).sort(), ["call", "flash", "mms", "voicemail"]);
		// A call is no text: its number may be written to at once.
		const { id } = await send(box, "+306941000007");
		await until("the message to be sent", async () => /sent|delivered/.test((await box.must("GET", `/messages/${id}`)).state));
	});
});

test("an empty bay is forgotten with its history; what is plugged in there later is a bay of its own", async () => {
	await withBox({ modems: 2, sim: "submit = 30\n" }, async (box) => {
		await box.ready(2);
		assert.equal((await box.api("DELETE", "/bays/2")).body.code, "bay_in_use");
		await box.control("unplug 1");
		await until("the store to know", () => box.sql("SELECT 1 FROM bay WHERE id = 2 AND state = 'ABSENT'")[0]);
		assert.equal((await box.api("DELETE", "/bays/2")).status, 204);
		assert.equal((await box.api("DELETE", "/bays/2")).status, 404);
		assert.deepEqual((await box.must("GET", "/bays")).items.map((b: any) => b.id), [1]);
		for (const table of ["bay_event", "bay_modem", "flight_record"])
			assert.equal(box.sql(`SELECT count(*) AS n FROM ${table} WHERE bay_id = 2`)[0].n, 0, table);
		assert.equal(box.sql("SELECT object FROM audit WHERE action = 'bay.forget'")[0].object, "bay:2");
		const before = onAir(box.simLog()).length;
		await box.control("replug 1");
		await box.ready(2);
		const { id } = await send(box, "+306941000008");
		await until("the message to be sent", async () => /sent|delivered/.test((await box.must("GET", `/messages/${id}`)).state));
		assert.equal(onAir(box.simLog()).length, before + 1);
		const ports = box.sql("SELECT port FROM bay ORDER BY port").map((b: any) => b.port.slice(-1));
		assert.deepEqual(ports, ["0", "1"]);
	});
});

test("who may switch an output is set in the panel, and counts at once", async () => {
	const profile = join(scratch(), "siren.conf");
	// A line that no machine has: the order is understood, permitted, and refused for that.
	writeFileSync(
		profile,
		"[board]\nname = Siren\nchip = no-such-chip\n[output siren]\nline = 1\non = SIREN ON 4711\non-max-s = 5\n",
	);
	const [boss, maria] = ["+306940000001", "+306940000002"];
	await withBox({ modems: 1, sim: "submit = 30\n", conf: `profile = ${profile}\nswitch_from = ${boss}\n` }, async (box) => {
		await box.ready(1);
		const answers = () =>
			box.sql("SELECT msisdn, text FROM message ORDER BY id").map((m) => `${m.msisdn} ${m.text}`);
		const refused = "siren: not switched, its line is not there";
		const { alarms } = await until("the board to be known", async () => {
			const s = await box.must("GET", "/settings");
			return s.alarms.outputs.length > 0 ? s : undefined;
		});
		assert.deepEqual(alarms, { alarm_to: [], switch_from: [boss], inputs: [], outputs: ["siren"] });
		await box.control(`inbound 0 ${boss} siren on 4711`);
		await until("the answer", () => answers().length === 1);
		for (const [value, code] of [
			[["694000000"], "invalid_number"],
			[["2101234567"], "landline"],
			["+306940000002", undefined],
		] as const) {
			const bad = await box.api("PATCH", "/settings", { alarms: { switch_from: value } });
			assert.equal(bad.status, code ? 422 : 400, JSON.stringify(bad.body));
			if (code) assert.equal(bad.body.code, code);
		}
		const set = await box.must("PATCH", "/settings", { alarms: { switch_from: ["694 000 0002"] } });
		assert.deepEqual(set.alarms.switch_from, [maria]);
		await box.control(`inbound 0 ${boss} siren on 4711`);
		await box.control(`inbound 0 ${maria} siren on 4711`);
		await until("the answer", () => answers().length === 2);
		assert.deepEqual(answers(), [`${boss} ${refused}`, `${maria} ${refused}`]);
		await until("both to be sent", () => onAir(box.simLog()).length === 2);
		assert.deepEqual(
			box.sql("SELECT detail FROM audit WHERE action = 'settings.switch_from'"),
			[{ detail: `${boss} -> ${maria}` }],
		);
	});
});

run("looking after bays", 4);
