// kill -9 at random moments, seeded: hundreds of rounds on one store. After each the air and
// the store must agree: nothing lost, nothing twice, at most one unknown part a SIM.
import assert from "node:assert/strict";
import { startBox, until, type Box } from "./lib/box";
import { judge } from "./lib/judge";
import { random } from "./lib/random";
import { together } from "./lib/together";

const { test, run } = together();

const rounds = Number(process.env.CHAPAR_KILL_ROUNDS ?? 200);
const modems = 4;

async function feed(box: Box, round: number, n: number) {
	await box.must("POST", "/messages", {
		messages: Array.from({ length: n }, (_, i) => ({
			to: `+30694${String(round * 100 + i).padStart(7, "0")}`,
			text: i % 5 === 0 ? `Γεια σας, γύρος ${round}. `.repeat(6) : `round ${round} text ${i}`,
			class: "alert",
		})),
	});
}

function unknown(box: Box): number {
	return box.sql("SELECT count(*) AS n FROM part WHERE state = 3")[0].n;
}

/** Until no message waits, then the air against the store; how many are unknown. */
async function drainAndJudge(box: Box): Promise<number> {
	await until(
		"the rest to drain",
		() => box.sql("SELECT count(*) AS n FROM message WHERE state IN (1, 2)")[0].n === 0,
		180_000,
		100,
	);
	const v = judge(box);
	assert.deepEqual(v.faults, []);
	const [lost] = box.sql("SELECT count(*) AS n FROM message WHERE state NOT IN (3, 4, 5, 9)");
	assert.equal(lost.n, 0, "each message is sent or unknown");
	return v.unknownParts;
}

/** Kills modemd so many times; a new round feeds where the queue runs low. */
async function killRounds(box: Box, times: number, seed: number) {
	const rand = random(seed);
	let before = 0;
	for (let round = 0; round < times; round++) {
		const waiting = box.sql("SELECT count(*) AS n FROM message WHERE state IN (1, 2)")[0].n;
		if (waiting < 40) await feed(box, round, 30);
		box.startRadio();
		const submits = box.simLog().length;
		// Some rounds die while starting, some in the middle of sending.
		const wait = Math.floor(rand() * rand() * 400);
		if (rand() < 0.7) {
			await until("something on air", () => box.simLog().length > submits + 8, 90_000, 2);
		}
		await new Promise((r) => setTimeout(r, wait));
		await box.killRadio();
		const now = unknown(box);
		const open = box.sql("SELECT count(*) AS n FROM part WHERE state = 1")[0].n;
		assert.ok(open <= modems, `round ${round}: ${open} parts open at once`);
		assert.ok(now - before <= modems, `round ${round}: ${now - before} new unknown parts`);
		before = now;
	}
	box.startRadio();
	console.log(`# ${await drainAndJudge(box)} unknown parts after ${times} kills`);
}

const killings: [string, string, number][] = [
	["", "status_report = off\n", rounds],
	[
		" while answers are lost and reports come",
		"status_delay = 20-300\nfault = swallow p=0.02\nfault = lost p=0.02\n",
		Math.ceil(rounds / 4),
	],
];
for (const [what, sim, times] of killings) {
	test(`modemd killed ${times} times${what}`, async () => {
		const box = await startBox({
			modems,
			sim: `submit = 5-40\nlatency = 0-2\n${sim}`,
			radio: false,
			seed: 11,
		});
		try {
			await killRounds(box, times, 11);
		} finally {
			await box.stop();
		}
	});
}

test("both daemons killed at once", async () => {
	const times = Math.ceil(rounds / 10);
	const box = await startBox({
		modems,
		sim: "submit = 5-40\nlatency = 0-2\nstatus_report = off\n",
		seed: 7,
	});
	const rand = random(7);
	try {
		for (let round = 0; round < times; round++) {
			const submits = box.simLog().length;
			await feed(box, 1000 + round, 30);
			if (rand() < 0.7) {
				await until("something on air", () => box.simLog().length > submits + 8, 60_000, 2);
			}
			await new Promise((r) => setTimeout(r, Math.floor(rand() * 300)));
			await Promise.all([box.killRadio(), box.end("chapar-paneld", "SIGKILL")]);
			box.startRadio();
			await box.startPanel();
		}
		const unknownParts = await drainAndJudge(box);
		assert.ok(unknownParts <= times * modems, `${unknownParts} unknown`);
		console.log(`# ${unknownParts} unknown after both were killed ${times} times`);
	} finally {
		await box.stop();
	}
});

test("an orderly end leaves nothing unknown", async () => {
	const box = await startBox({
		modems,
		sim: "submit = 50-400\nlatency = 0-2\nstatus_report = off\n",
		seed: 3,
	});
	const rand = random(3);
	try {
		for (let round = 0; round < 12; round++) {
			await box.ready();
			const submits = box.simLog().length;
			await feed(box, 2000 + round, 20);
			await until("something on air", () => box.simLog().length > submits + 2, 60_000, 2);
			await new Promise((r) => setTimeout(r, Math.floor(rand() * 300)));
			assert.equal(await box.end("chapar-modemd"), 0);
			const open = box.sql("SELECT count(*) AS n FROM part WHERE state IN (1, 3)")[0].n;
			assert.equal(open, 0, `round ${round}: each part on air was waited for`);
			box.startRadio();
		}
		assert.equal(await drainAndJudge(box), 0);
	} finally {
		await box.stop();
	}
});

test("paneld killed while it imports and feeds a campaign", async () => {
	const box = await startBox({ modems, sim: "submit = 5-20\nstatus_delay = 20-60\n", seed: 5 });
	const rand = random(5);
	try {
		await box.ready();
		const list = (await box.must("POST", "/lists", { name: "many", country: "GR" })).id;
		const people = 1500;
		const rows = Array.from(
			{ length: people },
			(_, i) => `+3069460${String(i).padStart(5, "0")},Name${i},web,2026-01-01,form`,
		);
		const csv = `phone,first_name,consent_source,consent_date,consent_text\n${rows.join("\n")}\n`;
		const { job } = await box.must("POST", `/lists/${list}/import?country=GR&name=p.csv`, csv);
		await box.end("chapar-paneld", "SIGKILL");
		await box.startPanel();
		await until(
			"the import to end",
			async () => (await box.must("GET", `/jobs/${job}`)).state === "done",
			60_000,
		);
		assert.equal((await box.must("GET", `/lists/${list}`)).with_consent, people);
		const campaign = (
			await box.must("POST", "/campaigns", {
				name: "c",
				list_id: list,
				text: "Hello {{first_name}}",
				class: "promotional",
			})
		).id;
		await box.must("POST", `/campaigns/${campaign}/start`);
		for (let i = 0; i < 10; i++) {
			await new Promise((r) => setTimeout(r, Math.floor(rand() * 500)));
			await box.end("chapar-paneld", "SIGKILL");
			await box.startPanel();
		}
		await until(
			"the campaign to end",
			async () => (await box.must("GET", `/campaigns/${campaign}`)).state === "done",
			180_000,
			200,
		);
		const [row] = box.sql(
			"SELECT count(*) AS n, count(DISTINCT msisdn) AS people FROM message WHERE campaign_id IS NOT NULL",
		);
		assert.deepEqual([row.n, row.people], [people, people]);
		const v = judge(box);
		assert.deepEqual(v.faults, []);
		assert.equal(v.texts.length, people);
	} finally {
		await box.stop();
	}
});

run("daemons killed", 3);
