// What modems, ports and people do to a box: nothing is lost, nothing goes twice.
import assert from "node:assert/strict";
import { join } from "node:path";
import { until, withBox, type Box } from "./lib/box";
import { judge } from "./lib/judge";
import { onAir } from "./lib/simlog";
import { together } from "./lib/together";

const number = (n: number) => `+3069450${String(n).padStart(5, "0")}`;

const { test, run } = together();

async function queue(box: Box, n: number, text = "text"): Promise<number[]> {
	const { results } = await box.must("POST", "/messages", {
		messages: Array.from({ length: n }, (_, i) => ({
			to: number(i),
			text: `${text} ${i}`,
			class: "alert",
		})),
	});
	return results.map((r: any) => r.id);
}

function states(box: Box): Record<string, number> {
	const rows = box.sql("SELECT state, count(*) AS n FROM message GROUP BY 1");
	return Object.fromEntries(rows.map((r) => [r.state, r.n]));
}

/** Until nothing waits and nothing is on air. */
async function drained(box: Box, timeoutMs = 60_000) {
	await until(
		"the queue to drain",
		() => box.sql("SELECT count(*) AS n FROM message WHERE state IN (0, 1, 2)")[0].n === 0,
		timeoutMs,
		100,
	);
}

test("a lost answer is unknown, is never sent again, and its report settles it", async () => {
	// Modem 0's reports come after an answer has been given up (60 s), modem 1's before.
	await withBox(
		{
			modems: 2,
			sim: "submit = 30\nfault = lost nth=2\nstatus_delay = 64000\nmodem 1 {\nstatus_delay = 500\n}\n",
		},
		async (box) => {
			await box.ready();
			await queue(box, 4);
			await until("an unknown part", () => (states(box)[9] ?? 0) === 1, 120_000, 100);
			await box.control("set all status_delay 300");
			await queue(box, 2, "later");
			await drained(box, 120_000);
			await until("its report", () => states(box)[4] === 6, 60_000, 100);
			assert.equal(onAir(box.simLog()).length, 6);
			const v = judge(box);
			assert.deepEqual(v.faults, []);
			assert.equal(v.lostAnswers, 2);
			assert.match(box.log("chapar-modemd"), /(outcome=unknown[^]*){2}/);
		},
	);
});

test("what a modem forgot without a word, or another program changed, is set right within a minute or so", async () => {
	// Nothing else is asked of them, so that no command could stumble over what is gone.
	const deeds = ["reset 0", "other 1 AT&F", "other 2 AT+CNMI=1,0", "other 3 AT+CFUN=0", "other 4 AT+CFUN=4",
		"other 5 AT+COPS=2"];
	await withBox({ modems: 7, sim: "echo = off\nsubmit = 20\nstatus_delay = 200\n" }, async (box) => {
		await box.ready();
		for (const [m, deed] of deeds.entries()) {
			assert.ok((await box.control(deed)).ok, deed);
			await box.control(`inbound ${m} ${number(m)} STOP`);
		}
		const stopped = () => box.sql("SELECT DISTINCT originator FROM inbound").length;
		await until("each STOP in the store", () => stopped() === deeds.length, 80_000, 100);
		await box.ready(7);
		await queue(box, 28, "after");
		await until("all reports", () => box.sql("SELECT 1 FROM message WHERE state <> 4").length === 0);
		const anew = box.log("chapar-modemd").match(/modem started anew/g);
		assert.equal(anew?.length, 3, "those that had a network, and not the one that nobody touched");
		assert.deepEqual(judge(box).faults, []);
	});
});

test("a lost answer without reports stays unknown for good", async () => {
	await withBox(
		{ modems: 1, sim: "submit = 30\nstatus_report = off\nfault = swallow nth=1\n" },
		async (box) => {
			await box.ready();
			const [id] = await queue(box, 2);
			await until("an unknown part", () => states(box)[9] === 1, 120_000, 100);
			await drained(box, 120_000);
			const m = await box.must("GET", `/messages/${id}`);
			assert.equal(m.state, "unknown");
			assert.notEqual(m.part_list[0].cause_text, "");
			assert.equal(states(box)[3], 1);
			// Restart: it is still not sent again.
			await box.end("chapar-modemd");
			box.startRadio();
			await box.ready();
			const [next] = await queue(box, 1, "after restart");
			await until("the next message", async () => (await box.must("GET", `/messages/${next}`)).state === "sent");
			assert.equal(box.simLog().filter((e) => e.ev === "submit").length, 3);
		},
	);
});

test("a modem pulled out and put back under another name loses and repeats nothing", async () => {
	await withBox({ modems: 3, sim: "submit = 60-120\nstatus_delay = 100-200\n" }, async (box) => {
		await box.ready();
		await queue(box, 60);
		await until("some on air", () => onAir(box.simLog()).length > 8);
		await box.control("unplug 1");
		await until("the bay to be seen empty", async () => {
			const { items } = await box.must("GET", "/bays");
			return items.some((b: any) => b.state === "ABSENT");
		});
		await until("more on air", () => onAir(box.simLog()).length > 30);
		await box.control("replug 1 as modem7");
		await drained(box);
		await box.ready(3);
		const sims = box.sql("SELECT count(*) AS n FROM sim")[0].n;
		assert.equal(sims, 3, "the SIM kept its row");
		const v = judge(box);
		assert.deepEqual(v.faults, []);
		assert.ok(v.unknownParts <= 1, "at most the part on air");
	});
});

test("bays are numbered as their ports are, however long each modem takes", async () => {
	await withBox({ modems: 12, sim: "latency = 0-60\nsubmit = 20\n" }, async (box) => {
		await box.ready();
		const ports = box.sql("SELECT port FROM bay ORDER BY id").map((b) => b.port);
		assert.deepEqual(
			ports,
			ports.map((_, i) => join(box.dir, "bank", `modem${i}`)),
		);
	});
});

const nasty: [string, string][] = [
	["answers split at every byte", "split_bytes = 1\nsplit_ms = 1\nsubmit = 20\n"],
	["unsolicited lines everywhere", "inject = all\nsubmit = 20\n"],
	["a flood of ^BOOT", "boot_urc_every = 3\nsubmit = 20\n"],
	["slow prompts", "prompt = 300\nsubmit = 20\n"],
	["a prompt that does not come", "fault = noprompt every=5\nsubmit = 20\n"],
	["a refusal now and then", "fault = cms 42 every=4\nsubmit = 20\n"],
	["a modem that resets itself", "fault = reset nth=4\nsubmit = 20\n"],
	["late answers", "submit = 20\nfault = late 300 every=5\n"],
	["echo that stays on", "unsupported = E\nsubmit = 20\n"],
	["TP-MR that wraps", "mr_start = 250\nsubmit = 20\n"],
];
for (const [name, sim] of nasty) {
	test(`${name}: nothing is lost, nothing goes twice`, async () => {
		await withBox({ modems: 2, sim: `${sim}status_delay = 50-150\n` }, async (box) => {
			await box.ready();
			await queue(box, 24);
			await drained(box, 150_000);
			const v = judge(box);
			assert.deepEqual(v.faults, []);
			const bad = states(box);
			assert.equal(bad[6] ?? 0, 0, "none failed");
			assert.equal(bad[1] ?? 0, 0, "none waits");
		});
	});
}

// Said for single bad numbers by some networks, and without credit by others: nobody waits
// behind it, and it is not given up for one refusal.
for (const cause of ["cms 38", "cms 34"]) {
	test(`a number that is refused with ${cause} is tried again later and blocks nobody`, async () => {
		await withBox(
			{ modems: 1, sim: `submit = 20\nfault = ${cause} to=${number(2)}\n` },
			async (box) => {
				await box.ready();
				const ids = await queue(box, 40);
				const asked = Date.now();
				await until("the others to be sent", () => onAir(box.simLog()).length === 39, 20_000);
				assert.ok(Date.now() - asked < 15_000, "without waiting for it");
				const m = await box.must("GET", `/messages/${ids[2]}`);
				assert.equal(m.state, "queued");
				assert.ok(m.attempts >= 1);
			},
		);
	});
}

test("a modem that comes back under another name after each restart loses and repeats nothing", async () => {
	await withBox(
		{
			modems: 2,
			sim: "submit = 60-120\nstatus_delay = 100-200\nmodem 1 {\nreset_moves = 400\nfault = reset nth=9\n}\n",
		},
		async (box) => {
			await box.ready();
			await queue(box, 60);
			const plugged = () => box.simLog().filter((e) => e.ev === "plug" && e.modem === 1).length;
			await until("it to restart by itself and come back", () => plugged() === 2);
			const bay = await until("its new bay", async () => {
				const { items } = await box.must("GET", "/bays");
				return items.find((b: any) => /modem1b$/.test(b.port) && b.state === "READY");
			});
			await box.must("POST", `/bays/${bay.id}/reset`); // AT+CFUN=1,1
			await until("it to be restarted and come back", () => plugged() === 3);
			await drained(box);
			await box.ready(2);
			assert.equal(box.sql("SELECT count(*) AS n FROM sim")[0].n, 2, "the SIM kept its row");
			const v = judge(box);
			assert.deepEqual(v.faults, []);
			assert.ok(v.unknownParts <= 1, "at most the part on air");
		},
	);
});

test("a number that is always refused fails with its cause and blocks nobody", async () => {
	await withBox(
		{ modems: 1, sim: `submit = 20\nfault = cms 1 to=${number(2)}\n` },
		async (box) => {
			await box.ready();
			const ids = await queue(box, 6);
			await drained(box);
			const m = await box.must("GET", `/messages/${ids[2]}`);
			assert.equal(m.state, "failed");
			assert.match(m.cause, /cms 1\b/);
			assert.notEqual(m.cause_text, "");
			assert.equal((states(box)[3] ?? 0) + (states(box)[4] ?? 0), 5);
		},
	);
});

test("a SIM that is full when the box starts is emptied and receives again", async () => {
	await withBox({ modems: 1, radio: false, sim: "submit = 20\nme_size = 1\n" }, async (box) => {
		await box.control("fill 0 50");
		for (let i = 0; i < 3; i++) await box.control(`inbound 0 ${number(i)} text ${i}`);
		const { modems } = await box.control("state");
		assert.equal(modems[0].sm_used, 50);
		box.startRadio();
		const seen = (like: string) =>
			box.sql(`SELECT count(*) AS n FROM inbound WHERE text LIKE '${like}'`)[0].n;
		await until("the new ones", () => seen("text %") === 3);
		await until("the SIM to be empty", async () => (await box.control("state")).modems[0].sm_used === 0);
		assert.equal(seen("%"), 53, "each of the old ones once");
		await box.control(`inbound 0 ${number(4)} text 4`);
		await until("news again", () => seen("text %") === 4);
	});
});

test("three hundred texts over one modem, round all references", async () => {
	await withBox({ modems: 1, sim: "submit = 1\nstatus_delay = 20-40\n" }, async (box) => {
		await box.ready();
		await queue(box, 300);
		await drained(box);
		await until("all delivered", () => states(box)[4] === 300);
		assert.equal(onAir(box.simLog()).length, 300);
		assert.deepEqual(judge(box).faults, []);
	});
});

test("a full SIM is emptied and what waited at the network arrives", async () => {
	await withBox({ modems: 1, sim: "sm_size = 5\nme_size = 1\nsubmit = 20\n" }, async (box) => {
		await box.ready();
		for (let i = 0; i < 12; i++) await box.control(`inbound 0 ${number(i)} text ${i}`);
		await until(
			"all twelve",
			() => box.sql("SELECT count(*) AS n FROM inbound WHERE text LIKE 'text %'")[0].n === 12,
			60_000,
			100,
		);
	});
});

const bays: [string, string, string][] = [
	["no SIM", "sim = absent", "no_sim"],
	["a SIM that asks for its PIN", "sim = pin", "sim_pin"],
	["a SIM that asks for its PUK", "sim = puk", "sim_puk"],
	["a network that refuses it", "network = denied", "denied"],
	["a silent port", "port = silent", "no_answer"],
	["a port with something else", "port = login", ""],
];
for (const [name, key, reason] of bays) {
	test(`${name}: said in words, the other bays work on`, async () => {
		await withBox(
			{ modems: 2, sim: `submit = 20\nmodem 1 {\n${key}\n}\n` },
			async (box) => {
				await box.ready(1);
				const bay = await until(
					"the bay's sentence",
					async () => {
						const { items } = await box.must("GET", "/bays");
						return items.find(
							(b: any) =>
								/modem1$/.test(b.port) &&
								(reason ? b.reason === reason : /^(no_answer|not_a_modem)$/.test(b.reason)),
						);
					},
					120_000,
					200,
				);
				assert.match(bay.reason_text, /^[A-Z].*\.$/);
				await queue(box, 5);
				await drained(box);
				assert.equal(onAir(box.simLog()).length, 5);
				if (key === "sim = pin") {
					assert.equal(box.simLog().filter((e) => e.ev === "pin").length, 0, "no PIN was tried");
				}
			},
		);
	});
}

test("reports that come while modemd is down are read when it is back", async () => {
	await withBox({ modems: 2, sim: "submit = 20\nstatus_delay = 3000\n" }, async (box) => {
		await box.ready();
		await queue(box, 6);
		await until("all sent", () => states(box)[3] === 6);
		assert.equal(await box.end("chapar-modemd"), 0);
		assert.equal(states(box)[3], 6);
		await until("their reports", () => box.simLog().filter((e) => e.ev === "status").length === 6);
		box.startRadio();
		await until("all delivered", () => states(box)[4] === 6, 60_000, 100);
	});
});

test("STOP holds even while the office side is down", async () => {
	await withBox({ modems: 1, sim: "submit = 20\n" }, async (box) => {
		await box.ready();
		const list = (await box.must("POST", "/lists", { name: "l", country: "GR" })).id;
		await box.must("POST", "/contacts", {
			phone: number(1),
			lists: [list],
			consent: { source: "web", given_at: "2026-01-01", evidence: "form" },
		});
		await box.must("POST", "/messages", {
			to: number(1),
			text: "offer",
			class: "promotional",
			send_after: new Date(Date.now() + 4000).toISOString(),
		});
		await box.end("chapar-paneld");
		await box.control(`inbound 0 ${number(1)} STOP`);
		await until("the STOP in the store", () => box.sql("SELECT 1 FROM inbound").length === 1);
		// A message that comes due later and goes shows that the offer's time has passed.
		box.ctl("send", "--to", number(2), "--class", "alert", "marker");
		await until("the marker", () => onAir(box.simLog()).length === 1);
		await until("the offer's time", () => box.sql(
			"SELECT 1 FROM message WHERE class = 5 AND due_at < unixepoch() * 1000 - 1000").length === 1);
		box.ctl("send", "--to", number(3), "--class", "alert", "second marker");
		await until("the second marker", () => onAir(box.simLog()).length === 2);
		assert.equal(onAir(box.simLog()).filter((p) => p.to === number(1)).length, 0);
		await box.startPanel();
		await until("the offer to be cancelled", () => states(box)[8] === 1);
		await until("the confirmation", () => onAir(box.simLog()).some((p) => p.to === number(1)));
		assert.ok(!onAir(box.simLog()).some((p) => p.text === "offer"));
	});
});

run("modems, ports and people at fault", 5);
