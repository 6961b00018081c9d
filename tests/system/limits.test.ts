// Limits, roles, routes, prices, affinity and the breaker on a real box, judged by modemsim's
// log: what went over which SIM and when, whatever the box says of it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { afterEach, test } from "node:test";
import { startBox, until, type Box } from "./lib/box";
import { onAir, type AirPart } from "./lib/simlog";

let box: Box;

afterEach(async () => {
	await box.stop();
});

async function start(modems: number, sim: string) {
	box = await startBox({ modems, sim: `status_delay = 100-300\n${sim}` });
	await box.ready();
}

/** Writes to the store as another process, and waits until modemd has read it: a client that
 * joins the bus makes it read all anew. */
async function configure(sql: string) {
	const reads = () => box.log("chapar-modemd").split("plans=").length;
	execFileSync("sqlite3", ["-cmd", ".timeout 5000", box.store, sql]);
	const before = reads();
	box.ctl("status");
	await until("the configuration to be read", () => reads() > before);
}

const setting = (key: string, value: string) =>
	`INSERT INTO setting (key, value) VALUES ('${key}', '${value}')
	ON CONFLICT (key) DO UPDATE SET value = excluded.value;`;

const number = (n: number) => `+3069450${String(n).padStart(5, "0")}`;

/** SIMs by id, in the order of their modems. */
async function sims(): Promise<{ id: number; iccid: string }[]> {
	const { items } = await box.must("GET", "/sims");
	return items.sort((a: any, b: any) => (a.iccid < b.iccid ? -1 : 1));
}

async function send(n: number, more: object = {}): Promise<number> {
	const body = { to: number(n), text: `text ${n}`, class: "alert", ...more };
	return (await box.must("POST", "/messages", body)).id;
}

function partsTo(n: number): AirPart[] {
	return onAir(box.simLog()).filter((p) => p.to === number(n));
}

async function delivered(id: number) {
	return until(`message ${id} to be delivered`, async () => {
		const m = await box.must("GET", `/messages/${id}`);
		return m.state === "delivered" ? m : undefined;
	});
}

/** Why it waits, once the dispatcher has a reason of its own. */
async function waits(id: number, code: string) {
	return until(
		`message ${id} to wait for ${code}`,
		async () => {
			const m = await box.must("GET", `/messages/${id}`);
			return m.waiting?.code === code ? m.waiting : undefined;
		},
		10_000,
		100,
	);
}

test("a minute's limit holds in every minute, and says until when", async () => {
	await start(1, "submit = 40-80\n");
	const [sim] = await sims();
	await configure(`INSERT INTO plan (id, name, per_minute) VALUES (1, 'P', 4);
		UPDATE sim SET plan_id = 1;`);
	const ids = [];
	for (let n = 0; n < 6; n++) ids.push(await send(n));
	await until("four to be on air", () => onAir(box.simLog()).length >= 4);
	const waiting = await waits(ids[5], "limit_minute");
	const left = Date.parse(waiting.until) - Date.now();
	assert.ok(left > 40_000 && left < 61_000, `frees in ${left} ms`);
	assert.equal(onAir(box.simLog()).length, 4);
	await configure("UPDATE plan SET per_minute = 0;");
	for (const id of ids) await delivered(id);
	assert.ok(onAir(box.simLog()).every((p) => p.event.sim === sim.iccid));
});

test("a long text goes slowly under a short limit, and whole", async () => {
	await start(1, "submit = 20-40\n");
	await configure(`INSERT INTO plan (id, name, per_minute) VALUES (1, 'P', 2);
		UPDATE sim SET plan_id = 1;`);
	await send(1, { text: "Nobody knows why it is so long. ".repeat(14).trim() });
	await until("two parts to be on air", () => onAir(box.simLog()).length === 2);
	await new Promise((r) => setTimeout(r, 1500)); // what must not happen
	assert.equal(onAir(box.simLog()).length, 2);
	await configure("UPDATE plan SET per_minute = 0;");
	await until("all parts to be on air", () => onAir(box.simLog()).length === 3);
	assert.deepEqual(
		partsTo(1).map((p) => p.concat?.seq),
		[1, 2, 3],
	);
});

test("a day's limit holds the SIM, counts over a restart, and ends with the limit", async () => {
	await start(2, "submit = 40-80\n");
	const [first] = await sims();
	await configure(`INSERT INTO plan (id, name, per_day) VALUES (1, 'P', 3);
		UPDATE sim SET plan_id = 1 WHERE id = ${first.id};`);
	const ids = [];
	for (let n = 0; n < 5; n++) ids.push(await send(n, { sim: first.id }));
	await until("three to be on air", () => onAir(box.simLog()).length === 3);
	const held = () =>
		until("its bay to be held", async () => {
			const { items } = await box.must("GET", "/sims");
			const sim = items.find((s: any) => s.id === first.id);
			return sim.state === "HELD" && sim.reason === "limit_day" ? sim : undefined;
		});
	await held();
	const waiting = await waits(ids[4], "limit_day");
	assert.ok(Date.parse(waiting.until) > Date.now());
	for (const id of ids.slice(0, 3)) await delivered(id);
	await box.killRadio();
	box.startRadio();
	await held();
	await delivered(await send(9)); // the other SIM works
	assert.equal(onAir(box.simLog()).filter((p) => p.event.sim === first.iccid).length, 3);
	await configure("UPDATE plan SET per_day = 4;");
	await until("one more to be on air", () => onAir(box.simLog()).length === 5);
	await held();
	await configure("UPDATE plan SET per_day = 0;");
	for (const id of ids) await delivered(id);
});

test("roles, blocked routes and prices decide over which SIM", async () => {
	await start(3, "submit = 40-80\n");
	const [a, b, c] = await sims();
	await configure(`INSERT INTO plan (id, name, price) VALUES (1, 'dear', 50), (2, 'cheap', 40);
		INSERT INTO route (id, name, country) VALUES (7, 'R', 'GR');
		INSERT INTO route_prefix VALUES ('+306945000', 7);
		INSERT INTO plan_price (plan_id, route_id, price, is_blocked) VALUES (2, 7, 0, 1);
		UPDATE sim SET plan_id = 1 WHERE id = ${a.id};
		UPDATE sim SET plan_id = 2 WHERE id = ${b.id};
		UPDATE sim SET role = 1 WHERE id = ${c.id};
		${setting("dispatch.least_cost", "strict")}
		INSERT INTO setting (key, value) VALUES ('route.version', 1)
		ON CONFLICT DO UPDATE SET value = value + 1;`);
	const ids = [];
	for (let n = 0; n < 4; n++) ids.push(await send(n)); // of the route that b blocks
	for (let n = 20000; n < 20004; n++) ids.push(await send(n));
	for (const id of ids) await delivered(id);
	for (const p of onAir(box.simLog())) {
		const isBlocked = p.to.startsWith("+306945000");
		assert.equal(p.event.sim, isBlocked ? a.iccid : b.iccid, p.to);
	}
	const m = await box.must("GET", `/messages/${ids[0]}`);
	assert.equal(m.sim_choice.code, "only_one");
});

test("a code goes over the first SIM that is free, beside a full queue", async () => {
	await start(2, "submit = 700-900\n");
	await box.must("POST", "/messages", {
		messages: Array.from({ length: 300 }, (_, n) => ({
			to: number(n),
			text: `text ${n}`,
			class: "transactional",
			reference: "x",
		})),
	});
	await until("the SIMs to be busy", () => onAir(box.simLog()).length >= 4);
	const at = Date.now();
	await send(900, { class: "otp" });
	const code = await until("the code to be on air", () => partsTo(900)[0]);
	// Of those on air after it was asked for, two had begun before, one over each SIM.
	const between = onAir(box.simLog()).filter(
		(p) => p.event.t > at && p.event.mono < code.event.mono && p.to !== code.to,
	);
	assert.ok(between.length <= 3, `${between.length} went before it`);
});

/** A promotional campaign to so many, running. */
async function campaign(members: number) {
	const list = (await box.must("POST", "/lists", { name: "Friends", country: "GR" })).id;
	const rows = Array.from({ length: members }, (_, n) => `${number(5000 + n)},web,2026-05-01,I agree`);
	const csv = `phone,consent_source,consent_date,consent_text\n${rows.join("\n")}\n`;
	const { job } = await box.must("POST", `/lists/${list}/import?country=GR`, csv);
	await until("the import", async () => (await box.must("GET", `/jobs/${job}`)).state === "done");
	const draft = { name: "c", list_id: list, text: "An offer for you", class: "promotional" };
	const { id } = await box.must("POST", "/campaigns", draft);
	await box.must("POST", `/campaigns/${id}/start`);
}

test("with a SIM kept in reserve, offers never take all, and a receipt finds one free", async () => {
	await start(2, "submit = 250-350\n");
	await configure(setting("dispatch.reserve", "1"));
	await campaign(14);
	await until("some offers to be on air", () => onAir(box.simLog()).length >= 4);
	const receipt = await send(1, { class: "transactional", reference: "r" });
	await until("all to be on air", () => onAir(box.simLog()).length >= 15);
	await delivered(receipt);
	const offers = onAir(box.simLog()).filter((p) => p.to !== number(1));
	const spans = offers.map((p) => [p.event.cmd_t ?? 0, p.event.mono]).sort((a, b) => a[0] - b[0]);
	for (let i = 1; i < spans.length; i++) {
		assert.ok(spans[i][0] >= spans[i - 1][1] - 1, "two offers were on air at once");
	}
	const beside = partsTo(1)[0].event;
	assert.ok(
		spans.some(([from, to]) => from < beside.mono && to > (beside.cmd_t ?? 0)),
		"the receipt went beside an offer",
	);
});

test("a number keeps its SIM; without it: wait, move, or move with a notice", async () => {
	await start(3, "submit = 40-80\n");
	const text = (words: string) => ({ text: words, class: "transactional", reference: "x" });
	await delivered(await send(1, text("first")));
	const known = partsTo(1)[0].event.sim;
	const sim = (await sims()).find((s) => s.iccid === known)!;
	for (let i = 0; i < 3; i++) await delivered(await send(1, text(`again ${i}`)));
	assert.ok(partsTo(1).every((p) => p.event.sim === known));

	await configure(setting("dispatch.affinity_moves", "wait"));
	await box.must("PATCH", `/sims/${sim.id}`, { enabled: false });
	await configure("SELECT 1;");
	const id = await send(1, text("waits"));
	await waits(id, "sim_gone");
	await configure(
		setting("dispatch.affinity_moves", "notice") +
			setting("dispatch.notice", "We write from this number now."),
	);
	const m = await delivered(id);
	assert.equal(m.sim_choice.code, "moved");
	await until("the notice to be on air", () =>
		partsTo(1).some((p) => p.text === "We write from this number now."),
	);
	const moved = partsTo(1).filter((p) => p.event.sim !== known);
	assert.equal(new Set(moved.map((p) => p.event.sim)).size, 1);
	assert.equal(moved.filter((p) => p.text.startsWith("We write")).length, 1);
});

test("a SIM that fails while others get through is left out", async () => {
	await start(3, "submit = 60-120\nmodem 2 {\nfault = cms 38 p=1\n}\n");
	const bad = (await sims())[2];
	const ids = [];
	for (let n = 0; n < 40; n++) ids.push(await send(n));
	for (const id of ids) await delivered(id);
	const tries = box.simLog().filter((e) => e.ev === "submit" && e.sim === bad.iccid);
	assert.ok(tries.length >= 4 && tries.length <= 6, `${tries.length} tries`);
	const itsBay = async () => {
		const { items } = await box.must("GET", "/bays");
		return items.find((b: any) => b.sim_id === bad.id && b.reason === "breaker");
	};
	const rests = await until("its bay to say so", itsBay);
	assert.equal(rests.state, "HELD");
	assert.match(rests.reason_text, /failed over this SIM while other SIMs/);
	const left = Date.parse(rests.until) - Date.now();
	assert.ok(left > 10_000 && left <= 30_000, `rests for ${left} ms`);
	assert.equal(onAir(box.simLog()).length, 40);
	// With its radio side away it is still known why.
	await box.killRadio();
	assert.equal(box.sql(`SELECT reason FROM bay WHERE sim_id = ${bad.id}`)[0].reason, "breaker");
});

test("a message that waits for a SIM that rests or pauses says so", async () => {
	const refuses = "fault = cms 38 p=1 to=+3069450000";
	await start(3, `submit = 30-60\nmodem 1 {\n${refuses}\n}\nmodem 2 {\n${refuses}\n}\n`);
	const [good, bad, worse] = await sims();
	const tries = (sim: { iccid: string }) =>
		box.simLog().filter((e) => e.ev === "submit" && e.sim === sim.iccid).length;
	// Refused again and again while nothing else is sent: it may be the network.
	for (const n of [11, 12, 13, 14]) await send(n, { sim: worse.id });
	await until("four refusals", () => tries(worse) === 4);
	const pausing = await send(15, { sim: worse.id });
	assert.match((await waits(pausing, "sim_pauses")).detail, /the network refused/);
	assert.equal(partsTo(15).length, 0);
	// Refused before and after others got through: it is the SIM.
	await send(1, { sim: bad.id });
	await until("a refusal", () => tries(bad) === 1);
	for (const n of [120, 121, 122]) await send(n, { sim: good.id });
	await until("others to be on air", () => tries(good) === 3);
	for (const n of [2, 3, 4]) await send(n, { sim: bad.id });
	const last = await send(5, { sim: bad.id });
	assert.match((await waits(last, "breaker")).detail, /failed for several numbers and rests until/);
	assert.equal(partsTo(5).length, 0);
});
