// From an accepted POST to the first byte at a modem: with a SIM free, and while every SIM is
// busy with a promotional queue that is full, beyond the time that the SIMs themselves need.
import { readFileSync } from "node:fs";
import { startBox, until, type Box } from "../system/lib/box";
import { decodeSubmit } from "../system/lib/pdu";
import { commandAt, type SimEvent } from "../system/lib/simlog";
import { quantile, sayLoad, submitsOf } from "./lib";

const monoMs = () => Number(process.hrtime.bigint()) / 1e6;

function say(what: string, times: number[]) {
	const at = (q: number) => quantile(times, q).toFixed(1);
	console.log(
		`${what}, ${times.length} times: median ${at(0.5)} ms, p99 ${at(0.99)} ms, ` +
			`p99.9 ${at(0.999)} ms, longest ${Math.max(...times).toFixed(1)} ms`,
	);
}

async function withSimFree(n: number) {
	const box = await startBox({ modems: 8, sim: "submit = 20\nstatus_report = off\n" });
	try {
		await box.ready(8);
		const times: number[] = [];
		for (let i = 0; i < n; i++) {
			const to = `+3069${String(45000000 + i)}`;
			const start = Date.now();
			await box.must("POST", "/messages", { to, text: `code ${i}`, class: "otp" });
			const event = await until(
				"it to be on air",
				() => {
					const tail = readFileSync(box.simLogPath, "utf8").trimEnd().split("\n").slice(-20);
					return tail
						.filter((l) => l.includes('"ev":"submit"'))
						.map((l) => JSON.parse(l) as SimEvent)
						.find((e) => commandAt(e) >= start);
				},
				10_000,
				5,
			);
			times.push(commandAt(event) - start);
		}
		say("POST to the first byte at the modem, a SIM free", times);
	} finally {
		await box.stop();
	}
}

/** A promotional campaign to so many, running. */
async function campaign(box: Box, people: number) {
	const list = (await box.must("POST", "/lists", { name: "many", country: "GR" })).id;
	const rows = Array.from({ length: people }, (_, i) => `69${70_000_000 + i},web,2026-01-01,form`);
	const csv = `phone,consent_source,consent_date,consent_text\n${rows.join("\n")}\n`;
	const { job } = await box.must("POST", `/lists/${list}/import?country=GR&name=m.csv`, csv);
	await until("the import", async () => (await box.must("GET", `/jobs/${job}`)).state === "done");
	const draft = { name: "c", list_id: list, text: "An offer for you", class: "promotional" };
	const { id } = await box.must("POST", "/campaigns", draft);
	await box.must("POST", `/campaigns/${id}/start`);
}

/** The first SIM that became free after the POST could have taken the code at that moment. */
async function besideQueue(n: number, submit: string, everyMs: number) {
	const box = await startBox({ modems: 8, sim: `submit = ${submit}\nstatus_report = off\n` });
	try {
		await box.ready(8);
		await campaign(box, 100_000);
		await until("all SIMs to be busy", () => submitsOf(box).length > 100, 60_000, 100);
		const posted = new Map<string, number>();
		const calls: Promise<unknown>[] = [];
		for (let i = 0; i < n; i++) {
			const to = `+3069${String(45000000 + i)}`;
			posted.set(to, monoMs());
			calls.push(box.must("POST", "/messages", { to, text: `code ${i}`, class: "otp" }));
			await new Promise((r) => setTimeout(r, everyMs * (0.5 + Math.random())));
		}
		await Promise.all(calls);
		const isOtp = (e: SimEvent) => posted.has(decodeSubmit(e.pdu ?? "").to);
		await until("all codes on air", () => submitsOf(box).filter(isOtp).length >= n, 60_000, 200);
		const submits = submitsOf(box);
		const ends = submits.map((e) => e.mono).sort((a, b) => a - b);
		const times = submits.filter(isOtp).map((e) => {
			const at = posted.get(decodeSubmit(e.pdu ?? "").to)!;
			const free = ends.find((end) => end >= at) ?? at;
			return Math.max(0, e.cmd_t! - free);
		});
		say(`otp beside 100,000 promotional, ${submit} ms a submit, from the first SIM free`, times);
	} finally {
		await box.stop();
	}
}

sayLoad();
await withSimFree(300);
await besideQueue(1000, "75-125", 25);
await besideQueue(50, "1200-1800", 600);
