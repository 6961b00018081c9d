// Modems that give texts directly or not at all: what the network has handed over is lost if
// nobody lives to store it, unless it waits for an acknowledgement. modemsim's log tells what
// was given and what was acknowledged.
import assert from "node:assert/strict";
import { until, withBox, type Box } from "./lib/box";
import { judge } from "./lib/judge";
import { random } from "./lib/random";
import { together } from "./lib/together";

const { test, run } = together();

const direct = "cnmi = (0-2),(0,2),(0,2),(0,1),(0,1)\n";
const number = (modem: number) => `+3069460000${modem}0`;

const rows = (box: Box, modem: number) =>
	box.sql<{ text: string }>(`SELECT text FROM inbound WHERE originator = '${number(modem)}'`).map((r) => r.text);

const events = (box: Box, modem: number, ev: string) =>
	box.simLog().filter((e) => e.modem === modem && e.ev === ev);

/** Until the modem has nothing more to give, and each text is in the store. */
async function settled(box: Box, modem: number, texts: string[]) {
	await until(`modem ${modem}: ${texts.length} texts`, () => rows(box, modem).length >= texts.length, 90_000, 100);
	await until(`modem ${modem} to be empty`, async () => {
		const m = (await box.control("state")).modems[modem];
		return m.waiting + m.sm_used + m.me_used === 0;
	}, 90_000, 100);
	assert.deepEqual(rows(box, modem).sort(), [...texts].sort());
}

function modemd(box: Box, signal: NodeJS.Signals) {
	process.kill(box.pid("chapar-modemd"), signal);
}

test("killed before the commit: the text comes again, and is stored once", async () => {
	const kinds = [
		`${direct}cnma_timeout = 1500\n`, // given again
		`${direct}cnma_timeout = 1500\ncnma_strict = on\n`, // stored, and the routing ended
		`${direct}unsupported = +CSMS\n`, // no acknowledgements: never routed
		"", // stored anyway
	];
	const sim = kinds.map((lines, i) => `modem ${i} {\n${lines}}\n`).join("");
	await withBox({ modems: kinds.length, sim: `submit = 20\n${sim}` }, async (box) => {
		await box.ready();
		modemd(box, "SIGSTOP");
		for (const m of kinds.keys()) await box.control(`inbound ${m} ${number(m)} STOP`);
		const given = () => kinds.every((_, m) => events(box, m, "inbound").length > 0);
		await until("each given to its modem", given);
		const how = (m: number) => events(box, m, "inbound")[0].how;
		assert.deepEqual([...kinds.keys()].map(how), ["direct", "direct", "stored", "stored"]);
		await box.killRadio();
		assert.equal(box.sql("SELECT 1 FROM inbound").length, 0);
		const waited = () => [0, 1].every((m) => events(box, m, "ack_timeout").length > 0);
		await until("an acknowledgement in vain", waited);
		box.startRadio();
		for (const m of kinds.keys()) await settled(box, m, ["STOP"]);
		for (const m of [0, 1]) {
			await box.control(`inbound ${m} ${number(m)} later`);
			await settled(box, m, ["STOP", "later"]);
			assert.equal(events(box, m, "inbound").at(-1)!.how, "direct");
		}
	});
});

test("acknowledged too late: the routing is set again, and what was stored meanwhile is found", async () => {
	const sim = `submit = 20\n${direct}cnma_timeout = 500\ncnma_strict = on\n`;
	await withBox({ modems: 1, sim }, async (box) => {
		await box.ready();
		modemd(box, "SIGSTOP");
		await box.control(`inbound 0 ${number(0)} one`);
		await until("its time to be over", () => events(box, 0, "ack_timeout").length > 0);
		modemd(box, "SIGCONT");
		await until("its acknowledgement in vain", () => /in vain/.test(box.log("chapar-modemd")));
		await box.control(`inbound 0 ${number(0)} two`);
		await settled(box, 0, ["one", "two"]);
		await box.control(`inbound 0 ${number(0)} three`);
		await settled(box, 0, ["one", "two", "three"]);
		const how = events(box, 0, "inbound").map((e) => e.how);
		assert.deepEqual(how, ["direct", "stored", "stored", "direct"]);
		assert.equal(events(box, 0, "ack").length, 1);
		assert.doesNotMatch(box.log("chapar-modemd"), /started anew/);
	});
});

// A text that comes while another one is on its way out is acknowledged after that: stored
// by then, and given again.
test("killed again and again while texts come and go: nothing is lost, nothing stored twice", async () => {
	const rand = random(3);
	const sim = `submit = 100\n${direct}cnma_timeout = 700\n`;
	await withBox({ modems: 2, sim }, async (box) => {
		const texts: string[] = [];
		for (let round = 0; round < 12; round++) {
			if (round > 0) box.startRadio();
			await box.ready();
			const messages = Array.from({ length: 8 }, (_, i) => ({ to: `+30694610${round + 10}0${i}`, text: "out", class: "alert" }));
			await box.must("POST", "/messages", { messages });
			for (let i = 0; i < 4; i++) {
				texts.push(`text ${round} ${i}`);
				for (const m of [0, 1]) await box.control(`inbound ${m} ${number(m)} ${texts.at(-1)}`);
			}
			await new Promise((r) => setTimeout(r, Math.floor(rand() * 300)));
			await box.killRadio();
		}
		box.startRadio();
		for (const m of [0, 1]) await settled(box, m, texts);
		const again = box.log("chapar-modemd").match(/in=text .*duplicate=1/g)?.length ?? 0;
		assert.ok(again > 0, "some had been stored and not acknowledged");
		await until("the rest to go out", () => box.sql("SELECT 1 FROM message WHERE state IN (1, 2)").length === 0);
		assert.deepEqual(judge(box).faults, []);
	});
});

run("texts that are given directly", 3);
