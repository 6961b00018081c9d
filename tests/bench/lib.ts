// What several benches measure alike.
import { loadavg } from "node:os";
import { readdirSync, readFileSync } from "node:fs";
import { until, type Box } from "../system/lib/box";
import { decodeSubmit } from "../system/lib/pdu";
import type { SimEvent } from "../system/lib/simlog";

export interface Cost {
	cpuMs: number;
	writeBytes: number;
	rssKb: number;
}

/** Time on a CPU of all threads, to the nanosecond (clock ticks are 10 ms). */
function cpuMs(pid: number): number {
	const ns = readdirSync(`/proc/${pid}/task`).map((tid) =>
		Number(readFileSync(`/proc/${pid}/task/${tid}/schedstat`, "utf8").split(" ")[0]),
	);
	return ns.reduce((a, b) => a + b, 0) / 1e6;
}

export function costOf(pid: number): Cost {
	const io = readFileSync(`/proc/${pid}/io`, "utf8");
	const status = readFileSync(`/proc/${pid}/status`, "utf8");
	return {
		cpuMs: cpuMs(pid),
		writeBytes: Number(/^write_bytes: (\d+)/m.exec(io)![1]),
		rssKb: Number(/VmHWM:\s+(\d+)/.exec(status)![1]),
	};
}

/** Queues n texts of one part to different people, due at a time when all are queued. */
export async function fill(box: Box, n: number, dueAt: number, from = 44_000_000) {
	for (let i = 0; i < n; i += 5000) {
		await box.must("POST", "/messages", {
			messages: Array.from({ length: Math.min(5000, n - i) }, (_, k) => ({
				to: `+3069${String(from + i + k)}`,
				text: `Your appointment is tomorrow at 10:00. Number ${i + k}.`,
				class: "alert",
				send_after: new Date(dueAt).toISOString(),
			})),
		});
	}
	if (Date.now() > dueAt) throw new Error("the queue was not filled in time");
}

export function submitsOf(box: Box): SimEvent[] {
	return box.simLog().filter((e) => e.ev === "submit" && e.body_t !== undefined);
}

/** Until n messages are through, whatever became of them. */
export async function drained(box: Box, n: number, timeoutMs = 600_000) {
	const lines = () => readFileSync(box.simLogPath, "utf8").split('"ev":"submit"').length - 1;
	await until("the queue to drain", () => lines() >= n, timeoutMs, 200);
	await until(
		"the last answers",
		() => box.sql("SELECT count(*) AS n FROM message WHERE state IN (1, 2)")[0].n === 0,
		timeoutMs,
		200,
	);
}

/** The part of the time in which a network is at work for the modems while messages wait:
 * from the first command to the last that was the first for its number (later there are only
 * those that wait for another try). */
export function busy(submits: SimEvent[], modems: number): number {
	const begun = new Map<string, number>();
	for (const e of submits) {
		const { to } = decodeSubmit(e.pdu ?? "");
		begun.set(to, Math.min(begun.get(to) ?? Infinity, e.cmd_t!));
	}
	const from = Math.min(...begun.values());
	const to = Math.max(...begun.values());
	const spent = submits.map((e) => Math.min(e.mono, to) - Math.min(e.body_t!, to));
	return spent.reduce((a, b) => a + b, 0) / (modems * (to - from));
}

/** On each modem from an answer to the next Ctrl-Z. */
export function gapsMs(submits: SimEvent[]): number[] {
	const last = new Map<number, number>();
	const gaps: number[] = [];
	for (const e of [...submits].sort((a, b) => a.mono - b.mono)) {
		const was = last.get(e.modem);
		if (was !== undefined) gaps.push(e.body_t! - was);
		last.set(e.modem, e.mono);
	}
	return gaps;
}

export function quantile(values: number[], q: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

export function sayLoad() {
	console.log(`load average ${loadavg().map((l) => l.toFixed(2)).join(" ")}`);
}
