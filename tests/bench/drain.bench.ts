// How busy the radios are kept, what a message costs the box in time, CPU, memory and flash:
// measured in one run on modemsim. Prints figures; asserts none of them.
import { startBox, until, type Box } from "../system/lib/box";
import { busy, costOf, drained, fill, sayLoad, submitsOf, type Cost } from "./lib";

const daemons = ["chapar-modemd", "chapar-paneld"] as const;

function costs(box: Box): Cost[] {
	return daemons.map((d) => costOf(box.pid(d)));
}

/** submitMs is the middle; the network takes a quarter less or more. */
async function drain(modems: number, submitMs: number, each: number) {
	const [least, most] = [submitMs * 0.75, submitMs * 1.25].map(Math.round);
	const box = await startBox({
		modems,
		sim: `submit = ${least}-${most}\nstatus_delay = 500-1500\n`,
	});
	try {
		await box.ready(modems);
		const n = modems * each;
		await fill(box, n, Date.now() + 2000 + n / 3);
		const before = costs(box);
		await drained(box, n);
		await until("all reports", () => {
			const [row] = box.sql("SELECT n FROM tally WHERE campaign_id = 0 AND state = 4");
			return (row?.n ?? 0) >= n;
		}, 60_000, 500);
		const after = costs(box);
		const cpu = before.map((b, i) => (after[i].cpuMs - b.cpuMs) / n);
		const bytes = before.map((b, i) => (after[i].writeBytes - b.writeBytes) / n);
		console.log(
			`${String(modems).padStart(2)} modems, ${String(submitMs).padStart(4)} ms a submit, ` +
				`${n} messages: utilisation ${busy(submitsOf(box), modems).toFixed(4)}, ` +
				`CPU ms a message: modemd ${cpu[0].toFixed(3)}, paneld ${cpu[1].toFixed(3)}; ` +
				`bytes written a message: modemd ${bytes[0].toFixed(0)}, paneld ${bytes[1].toFixed(0)}; ` +
				`peak memory MB: ${after.map((a) => (a.rssKb / 1024).toFixed(1)).join(" and ")}`,
		);
	} finally {
		await box.stop();
	}
}

sayLoad();
// Slow networks leave the machine idle, so that banks of three sizes may run at once.
await Promise.all([drain(1, 4000, 8), drain(8, 4000, 8), drain(64, 4000, 8)]);
await Promise.all([drain(1, 1500, 16), drain(8, 1500, 16), drain(64, 1500, 16)]);
await drain(1, 100, 100);
await drain(8, 100, 100);
await drain(64, 100, 100);
