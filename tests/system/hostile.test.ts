// A modem that prints a hundred thousand lines a second beside modems that work: the radio's
// side stays small, takes a part of one processor, and the others send as if it were not there.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { startBox, until, type Box } from "./lib/box";
import { judge } from "./lib/judge";
import { airTexts, onAir } from "./lib/simlog";

const LINE = "^BOOT:41173480,0,0,0,20";
const LINE_OCTETS = LINE.length + 4;
const good = [1, 2];
const texts = 20; // over each of the good ones
const WINDOW_MS = 250;

// A sanitizer that keeps what was freed is no growth.
const wrap = ["env", "ASAN_OPTIONS=quarantine_size_mb=1"];

let box: Box;

before(async () => {
	box = await startBox({ modems: 3, wrap, sim: "submit = 40-80\nstatus_delay = 100-300\n" });
	await box.ready();
});
after(async () => {
	await box.stop();
});

const to = (sim: number, n: number) => `+30694500${sim}${String(n).padStart(3, "0")}`;

interface Usage {
	wallMs: number;
	cpuMs: number; // of the whole process
	readOctets: number;
	residentKib: number;
}

function usage(pid: number): Usage {
	const read = (name: string) => readFileSync(`/proc/${pid}/${name}`, "utf8");
	const stat = read("stat").replace(/^.*\) /, "").split(" ");
	return {
		wallMs: performance.now(),
		cpuMs: (Number(stat[11]) + Number(stat[12])) * 10, // ticks of 10 ms
		readOctets: Number(/^rchar: (\d+)/m.exec(read("io"))![1]),
		residentKib: Number(/^VmRSS:\s+(\d+)/m.exec(read("status"))![1]),
	};
}

const linesIn = (from: Usage, to: Usage) => (to.readOctets - from.readOctets) / LINE_OCTETS;
const linesPerSecond = (from: Usage, to: Usage) => (1000 * linesIn(from, to)) / (to.wallMs - from.wallMs);

/** The best rate in any window, until it is enough and the work is done. */
async function peakDuring(pid: number, enough: number, work: Promise<unknown>): Promise<number> {
	let peak = 0;
	let isDone = false;
	let from = usage(pid);
	const look = () => {
		const to = usage(pid);
		if (to.wallMs - from.wallMs >= WINDOW_MS) {
			peak = Math.max(peak, linesPerSecond(from, to));
			from = to;
		}
		return isDone && peak >= enough;
	};
	await Promise.all([
		work.finally(() => (isDone = true)),
		until(`${enough} lines a second`, look, 120_000),
	]);
	return peak;
}

async function sendAll(round: number): Promise<number> {
	const start = performance.now();
	const { modems } = await box.control("state");
	for (const modem of good) {
		const [{ id: sim }] = box.sql<{ id: number }>(
			`SELECT id FROM sim WHERE iccid = '${modems[modem].iccid}'`,
		);
		for (let n = 0; n < texts; n++)
			await box.must("POST", "/messages", {
				to: to(modem, round * 100 + n),
				text: `round ${round}, ${n}`,
				class: "alert",
				sim,
			});
	}
	await until(
		"all texts on air",
		() => airTexts(onAir(box.simLog())).length === (round + 1) * good.length * texts,
		90_000,
		50,
	);
	return performance.now() - start;
}

test("a flood costs its own bay alone", { timeout: 240_000 }, async () => {
	const calmMs = await sendAll(0);
	const pid = box.pid("chapar-modemd");
	for (const [key, value] of [
		["boot_urc_text", LINE],
		["boot_urc_burst", "1000"],
		["boot_urc_every", "10"],
	])
		assert.equal((await box.control(`set 0 ${key} ${value}`)).ok, true);
	const begin = usage(pid);
	await until("a million octets of noise", () => usage(pid).readOctets - begin.readOctets > 1e6);
	const from = usage(pid);
	let floodMs = 0;
	let end = from;
	const sending = sendAll(1).then((ms) => {
		floodMs = ms;
		end = usage(pid);
	});
	const peak = await peakDuring(pid, 50_000, sending);

	const lines = linesPerSecond(from, end);
	const share = (end.cpuMs - from.cpuMs) / (end.wallMs - from.wallMs);
	// What a busy machine leaves of the flood is less; what a line costs stays the same.
	const lineUs = (1000 * (end.cpuMs - from.cpuMs)) / linesIn(from, end);
	const grownKib = end.residentKib - begin.residentKib;
	console.log(
		`${Math.round(lines)} lines a second, at best ${Math.round(peak)}; ` +
			`${(100 * share).toFixed(1)} % of a processor, ${lineUs.toFixed(2)} us a line, ` +
			`${grownKib} KiB grown; ${texts * good.length} texts in ${Math.round(calmMs)} ms, ` +
			`beside the flood in ${Math.round(floodMs)} ms`,
	);
	assert.ok(share < 0.4, `${share} of a processor`);
	assert.ok(lineUs < 4, `${lineUs} us a line: more than 0.4 of a processor for 100,000`);
	assert.ok(grownKib < 8192, `grown by ${grownKib} KiB`);
	assert.ok(floodMs < 3 * calmMs + 5000, `${floodMs} ms, ${calmMs} ms without a flood`);
	const log = box.log("chapar-modemd");
	assert.ok(log.length < 400_000, `${log.length} octets of log`);
});

test("it works again when it is calm", { timeout: 120_000 }, async () => {
	await box.control("set 0 boot_urc_every 0");
	await box.ready();
	const { imsi } = (await box.control("state")).modems[0];
	const [{ id: sim }] = box.sql<{ id: number }>(`SELECT id FROM sim WHERE imsi = '${imsi}'`);
	await box.must("POST", "/messages", { to: to(0, 1), text: "calm again", class: "alert", sim });
	await until(
		"its text on air",
		() => airTexts(onAir(box.simLog())).some((t) => t.text === "calm again"),
		90_000,
	);
	assert.deepEqual(judge(box).faults, []);
});
