// How busy the radios are kept, what a message costs the box in time, CPU, memory and flash:
// measured in one run on modemsim. Prints figures; asserts none of them.
import { readdirSync, readFileSync } from "node:fs";
import { startBox, until, type Box } from "../system/lib/box";
import { onAir } from "../system/lib/simlog";

const daemons = ["chapar-modemd", "chapar-paneld"] as const;

interface Cost {
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

function cost(pid: number): Cost {
	const io = readFileSync(`/proc/${pid}/io`, "utf8");
	const status = readFileSync(`/proc/${pid}/status`, "utf8");
	return {
		cpuMs: cpuMs(pid),
		writeBytes: Number(/^write_bytes: (\d+)/m.exec(io)![1]),
		rssKb: Number(/VmHWM:\s+(\d+)/.exec(status)![1]),
	};
}

function costs(box: Box): Cost[] {
	return daemons.map((d) => cost(box.pid(d)));
}

async function fill(box: Box, n: number, dueAt: number) {
	for (let i = 0; i < n; i += 5000) {
		await box.must("POST", "/messages", {
			messages: Array.from({ length: Math.min(5000, n - i) }, (_, k) => ({
				to: `+3069${String(44000000 + i + k)}`,
				text: `Your appointment is tomorrow at 10:00. Number ${i + k}.`,
				class: "alert",
				send_after: new Date(dueAt).toISOString(),
			})),
		});
	}
}

async function drain(modems: number, submitMs: number, each: number) {
	const box = await startBox({
		modems,
		sim: `submit = ${submitMs}\nstatus_delay = 500-1500\n`,
	});
	try {
		await box.ready(modems);
		const n = modems * each;
		const due = Date.now() + 2000 + n / 4;
		await fill(box, n, due);
		if (Date.now() > due) throw new Error("the queue was not filled in time");
		const before = costs(box);
		await until("the queue to drain", () => countLines(box) >= n, 600_000, 200);
		await until("all reports", () => {
			const [row] = box.sql("SELECT n FROM tally WHERE campaign_id = 0 AND state = 4");
			return (row?.n ?? 0) >= n;
		}, 60_000, 500);
		const after = costs(box);
		const air = onAir(box.simLog());
		const first = Math.min(...air.map((p) => p.event.cmd_t ?? p.event.mono));
		const last = Math.max(...air.map((p) => p.event.mono));
		const ideal = each * submitMs;
		const cpu = before.map((b, i) => (after[i].cpuMs - b.cpuMs) / n);
		const bytes = before.map((b, i) => (after[i].writeBytes - b.writeBytes) / n);
		console.log(
			`${String(modems).padStart(2)} modems, ${String(submitMs).padStart(4)} ms a submit, ` +
				`${n} messages: utilisation ${(ideal / (last - first)).toFixed(4)}, ` +
				`CPU ms a message: modemd ${cpu[0].toFixed(3)}, paneld ${cpu[1].toFixed(3)}; ` +
				`bytes written a message: modemd ${bytes[0].toFixed(0)}, paneld ${bytes[1].toFixed(0)}; ` +
				`peak memory MB: ${after.map((a) => (a.rssKb / 1024).toFixed(1)).join(" and ")}`,
		);
	} finally {
		await box.stop();
	}
}

function countLines(box: Box): number {
	return readFileSync(box.simLogPath, "utf8").split('"ev":"submit"').length - 1;
}

await drain(8, 1500, 20);
await drain(64, 1500, 20);
await drain(8, 100, 200);
await drain(64, 100, 200);
