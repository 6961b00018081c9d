// paneld is killed with -9, again and again, in the middle of what it does: requests that are
// repeated are done once, an import goes on where it was, a campaign reaches everybody once.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBox, until, type Box } from "./lib/box";
import { onAir } from "./lib/simlog";

let box: Box;
let seed = Number(process.env.CHAPAR_SEED ?? 7);
/** A small generator, so that a failing run can be repeated. */
function random(below: number): number {
	seed = (seed * 1103515245 + 12345) % 2 ** 31;
	return seed % below;
}
const phone = (n: number) => `+3069440${String(n).padStart(5, "0")}`;
const wait = (ms: number) => new Promise((r) => setTimeout(r, ms));

before(async () => {
	box = await startBox({ modems: 4, sim: "submit = 10\n" });
	await box.ready(4);
});
after(async () => {
	await box.stop();
});

async function killPanel() {
	await box.end("chapar-paneld", "SIGKILL");
	await box.startPanel();
}

/** Until it is answered, as a client does that takes no loss for an answer. */
async function insist(key: string, body: unknown): Promise<any> {
	for (let i = 0; i < 400; i++) {
		const answer = await fetch(`${box.url}/api/v1/messages`, {
			method: "POST",
			headers: {
				Authorization: `Bearer ${box.key}`,
				"Content-Type": "application/json",
				"Idempotency-Key": key,
			},
			body: JSON.stringify(body),
		}).catch(() => null);
		const text = await answer?.text().catch(() => null);
		if (answer && text && answer.status === 202) return JSON.parse(text);
		assert.ok(!answer || answer.status === 202 || answer.status >= 429, `${answer?.status} ${text}`);
		await wait(20);
	}
	throw new Error(`no answer for ${key}`);
}

test("requests that are repeated until they are answered are done once", async () => {
	const clients = 12;
	const each = 25;
	let done = 0;
	const all = Array.from({ length: clients }, async (_, c) => {
		for (let i = 0; i < each; i++) {
			const n = c * 1000 + i * 5;
			if (i % 3 === 0) {
				const messages = [1, 2, 3].map((k) => ({ to: phone(n + k), text: `b ${n + k}`, class: "alert" }));
				const { accepted } = await insist(`b${n}`, { messages });
				assert.equal(accepted, 3);
			} else {
				await insist(`s${n}`, { to: phone(n), text: `s ${n}`, class: "alert" });
			}
			done++;
		}
	});
	for (let kills = 0; kills < 6 && done < clients * each; kills++) {
		await wait(40 + random(200));
		await killPanel();
	}
	await Promise.all(all);
	const twice = box.sql("SELECT msisdn, count(*) AS n FROM message GROUP BY msisdn HAVING n > 1");
	assert.deepEqual(twice, []);
	const batches = Math.ceil(each / 3);
	const want = clients * (batches * 3 + each - batches);
	assert.equal(box.sql("SELECT count(*) AS n FROM message")[0].n, want);
});

test("an import goes on where it was, every row once", async () => {
	const rows = 20_000;
	const lines = Array.from(
		{ length: rows },
		(_, i) => `+30695${String(i).padStart(7, "0")},N${i},shop,2026-01-01`,
	);
	const list = (await box.must("POST", "/lists", { name: "Big", country: "GR" })).id;
	const { job } = await box.must(
		"POST", `/lists/${list}/import`, "phone,first_name,consent_source,consent_date\n" + lines.join("\n"),
	);
	for (let kills = 0; kills < 4; kills++) {
		const was = (await box.must("GET", `/jobs/${job}`)).rows;
		await until("some more rows", async () => {
			const j = await box.must("GET", `/jobs/${job}`);
			return j.rows > was + random(3000) || j.state === "done";
		}, 60_000, 5);
		await killPanel();
	}
	const done = await until("the import", async () => {
		const j = await box.must("GET", `/jobs/${job}`);
		return j.state === "done" ? j : null;
	}, 60_000);
	assert.deepEqual([done.rows, done.accepted, done.updated, done.rejected], [rows, rows, 0, 0]);
	const [counted] = box.sql(
		`SELECT (SELECT count(*) FROM list_member WHERE list_id = ${list} AND consent = 1) AS members, ` +
			"(SELECT count(*) FROM consent_event) AS events",
	);
	assert.deepEqual(counted, { members: rows, events: rows });
});

test("a campaign reaches everybody once", async () => {
	const people = 900;
	const lines = Array.from({ length: people }, (_, i) => `${phone(50_000 + i)},shop,2026-01-01`);
	const list = (await box.must("POST", "/lists", { name: "Offers", country: "GR" })).id;
	const { job } = await box.must(
		"POST", `/lists/${list}/import`, "phone,consent_source,consent_date\n" + lines.join("\n"),
	);
	await until("the import", async () => (await box.must("GET", `/jobs/${job}`)).state === "done");
	const draft = { name: "Kill", list_id: list, text: "Hi", class: "promotional" };
	const { id } = await box.must("POST", "/campaigns", draft);
	await box.must("POST", `/campaigns/${id}/start`);
	for (let kills = 0; kills < 5; kills++) {
		await wait(50 + random(250));
		await killPanel();
	}
	await until("the campaign", async () => (await box.must("GET", `/campaigns/${id}`)).state === "done", 60_000);
	const [n] = box.sql(
		`SELECT count(*) AS messages, count(DISTINCT msisdn) AS numbers FROM message WHERE campaign_id = ${id}`,
	);
	assert.deepEqual(n, { messages: people, numbers: people });
	const air = new Map<string, number>();
	for (const { to } of onAir(box.simLog())) air.set(to, (air.get(to) ?? 0) + 1);
	assert.ok(air.size >= people);
	assert.ok([...air.values()].every((k) => k === 1), "one on air for each");
});
