// Who is who in the bank: SIMs that change their modems while a campaign runs, modems that
// change their sockets, and modems that all tell one IMEI. Judged by the modems' log.
import assert from "node:assert/strict";
import { test } from "node:test";
import { until, withBox, type Box } from "./lib/box";
import { onAir } from "./lib/simlog";

const people = 45;
const friends = 6;
const perMonth = 14;
const number = (n: number) => `+3069460${String(n).padStart(5, "0")}`;

async function startCampaign(box: Box): Promise<number> {
	const rows = Array.from({ length: people }, (_, i) => `${number(100 + i)},shop,2026-01-01`);
	const { id: list } = await box.must("POST", "/lists", { name: "all", country: "GR" });
	const { job } = await box.must(
		"POST",
		`/lists/${list}/import?country=GR`,
		Buffer.from(["phone,consent_source,consent_date", ...rows, ""].join("\n")),
	);
	await until("the import", async () => (await box.must("GET", `/jobs/${job}`)).state === "done");
	const { id } = await box.must("POST", "/campaigns", { name: "c", list_id: list, text: "Hello", class: "promotional" });
	await box.must("POST", `/campaigns/${id}/start`);
	return id;
}

/** As hands do it: both modems are pulled, their SIMs change places, both are put back. */
async function swap(box: Box, a: number, b: number) {
	for (const command of [`unplug ${a}`, `unplug ${b}`, `swap ${a} ${b}`, `replug ${a}`, `replug ${b}`])
		assert.ok((await box.control(command)).ok, command);
}

async function pull(box: Box, modem: number) {
	await box.control(`unplug ${modem}`);
	await until("its bay to be empty", async () => (await box.must("GET", "/bays")).items[modem].state === "ABSENT");
}

const airOf = (box: Box, to: string) => onAir(box.simLog()).filter((p) => p.to === to);

function airBySim(box: Box): Map<string, number> {
	const out = new Map<string, number>();
	for (const p of onAir(box.simLog())) out.set(p.event.sim, (out.get(p.event.sim) ?? 0) + 1);
	return out;
}

const usage = (box: Box) =>
	box.sql("SELECT sim_id, sum(sent + unknown) AS n FROM sim_usage GROUP BY sim_id ORDER BY sim_id").map((r) => r.n);

test("SIMs that move to other bays keep counters, limits and whom they know", async () => {
	// The third modem does not tell its SIM's ICCID.
	const sim = "submit = 40-80\nstatus_delay = 50-100\nmodem 2 {\n\ticcid_commands = none\n}\n";
	await withBox({ modems: 3, sim }, async (box) => {
		await box.ready();
		const known = new Map<string, string>();
		const greet = async (text: string) => {
			const ids = [];
			for (let n = 0; n < friends; n++)
				ids.push((await box.must("POST", "/messages", { to: number(n), text, class: "transactional", reference: "x" })).id);
			return ids;
		};
		await greet("first");
		await until("all friends to be reached", () => onAir(box.simLog()).length === friends);
		for (let n = 0; n < friends; n++) known.set(number(n), airOf(box, number(n))[0].event.sim);
		const plan = await box.must("POST", "/plans", { name: "P", per_month: perMonth });
		const rows = (await box.must("GET", "/sims")).items;
		assert.equal(rows.length, 3);
		assert.equal(rows.filter((s: any) => s.iccid === s.imsi).length, 1, "one is known by its IMSI alone");
		for (const s of rows) await box.must("PATCH", `/sims/${s.id}`, { plan_id: plan.id });

		await startCampaign(box);
		await until("the campaign to be under way", () => onAir(box.simLog()).length > friends + 6);
		await swap(box, 0, 1);
		await until("it to go on", () => onAir(box.simLog()).length > friends + 12, 20_000);
		await swap(box, 1, 2);
		await until("all SIMs to have sent their month's parts", () => usage(box).every((n) => n === perMonth), 20_000);
		// What they sent in the other bay counts.
		const air = airBySim(box);
		assert.equal(air.size, 3);
		for (const [iccid, n] of air) assert.ok(n <= perMonth && n >= perMonth - 2, `${iccid}: ${n}`);
		const waiting = await greet("second");
		await until("one to wait for its SIM's limit", async () =>
			/limit_month/.test((await box.must("GET", `/messages/${waiting[0]}`)).waiting?.code ?? ""));

		const after = (await box.must("GET", "/sims")).items;
		assert.deepEqual(after.map((s: any) => s.id).sort(), rows.map((s: any) => s.id).sort(), "no SIM became two");
		assert.ok(after.every((s: any) => air.has(s.iccid)), "each has its ICCID by now");
		await box.must("PATCH", `/plans/${plan.id}`, { per_month: 1000 });
		await until("everybody to have theirs", () => waiting.every((_, n) => airOf(box, number(n)).length === 2), 20_000);
		for (const [to, iccid] of known)
			assert.deepEqual(airOf(box, to).map((p) => p.event.sim), [iccid, iccid], `${to} keeps its SIM`);
		const doubled = Array.from({ length: people }, (_, i) => airOf(box, number(100 + i)).length).filter((n) => n > 1);
		assert.deepEqual(doubled, []);
	});
});

test("a modem is its socket and its IMEI", async () => {
	await withBox({ modems: 3, sim: "submit = 30\nmodem 1-2 {\n\timei = 352989000000990\n}\n" }, async (box) => {
		await box.ready();
		const health = (bay: number) => box.must("GET", `/bays/${bay}/health`);
		// Two tell one IMEI: two bays, both work.
		const bays = (await box.must("GET", "/bays")).items;
		assert.deepEqual(bays.map((b: any) => [b.imei, b.state]), [
			["352989000000016", "READY"],
			["352989000000990", "READY"],
			["352989000000990", "READY"],
		]);
		assert.equal((await health(2)).same_imei_bay, 3);
		assert.equal((await health(1)).same_imei_bay, null);
		assert.equal((await health(3)).modems[0].from_bay, null);
		const warnings = box.log("chapar-modemd").match(/ warn .*same IMEI/g) ?? [];
		assert.equal(warnings.length, 1);
		// It falls out and comes back: a failure. Then another one is put in.
		await pull(box, 0);
		await box.control("replug 0");
		await box.ready();
		await until("a failure in the history", async () => (await health(1)).failures === 1);
		await pull(box, 0);
		await box.control("set 0 imei 352989000000115");
		await box.control("replug 0");
		const changed = await until("the other modem", async () => {
			const h = await health(1);
			return h.modems.length === 2 ? h : undefined;
		}, 20_000);
		assert.equal(changed.modems[0].imei, "352989000000115");
		assert.equal(changed.modems[1].imei, "352989000000016");
		assert.equal(changed.failures, 0, "the old one's failures are not its own");
		assert.equal(changed.since, changed.modems[0].since);
		assert.deepEqual(changed.causes, []);
		await box.ready();
		// And moved to a socket of its own: a new bay that knows where it was.
		await pull(box, 0);
		await box.control("replug 0 as modem9");
		await box.ready();
		const moved = (await box.must("GET", "/bays")).items.find((b: any) => b.port.endsWith("modem9"));
		assert.equal(moved.id, 4);
		assert.equal((await health(4)).modems[0].from_bay, 1);
		assert.equal((await box.must("GET", "/sims")).items.length, 3);
	});
});
