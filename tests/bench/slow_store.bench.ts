// Stores on bad cards: each fsync takes 50 ms, or the card stands still for 2 s now and then.
// How busy the radios are kept all the same, and whether the modems' bytes were read in time:
// one modem chatters at 8 KB/s, so that a loop that waited would fill its buffer.
//
// One fsync lies between an answer and the next Ctrl-Z by design: were the next part claimed
// while one is on air, a power cut could leave two of a SIM in doubt.
import { join } from "node:path";
import { Box } from "../system/lib/box";
import { FaultFs, type Field } from "../system/lib/faultfs";
import { busy, drained, fill, gapsMs, quantile, sayLoad, submitsOf } from "./lib";

const modems = 8;
const submit = "1300-1700";
const each = 26;

async function drain(what: string, disk: Partial<Record<Field, number>>): Promise<number> {
	const box = new Box({
		modems,
		sim:
			`submit = ${submit}\nstatus_delay = 500-1500\n` +
			`modem 0 {\nboot_urc_every = 5\nboot_urc_text = ^BOOT:${"0".repeat(34)}\n}\n`,
	});
	const fs = new FaultFs(join(box.dir, "disk"), box.store);
	box.options.wrap = fs.wrap;
	try {
		await box.start();
		await box.ready(modems);
		await fill(box, modems * each, Date.now() + 4000);
		fs.set(disk);
		await drained(box, modems * each);
		fs.set({ syncMs: 0, stallEveryMs: 0 });
		const submits = submitsOf(box);
		const utilisation = busy(submits, modems);
		const gaps = gapsMs(submits);
		const state = await box.control("state");
		const overruns = state.modems.reduce((n: number, m: any) => n + m.overruns, 0);
		console.log(
			`${what}: utilisation ${utilisation.toFixed(4)}, from an answer to ` +
				`the next Ctrl-Z median ${quantile(gaps, 0.5)} ms, p90 ${quantile(gaps, 0.9)} ms; ${fs.get("syncs")} fsyncs, ` +
				`${fs.get("stalled")} of them stood still; buffers of modems overrun: ${overruns}`,
		);
		return utilisation;
	} finally {
		await box.stop();
		fs.close();
	}
}

sayLoad();
const quick = await drain("as the disk is", {});
const slow = await drain("fsync + 50 ms", { syncMs: 50 });
const stalls = await drain("2 s of standstill every 40 s", {
	stallEveryMs: 40_000,
	stallMs: 2000,
});
console.log(`beside the disk as it is: ${(slow / quick).toFixed(4)} and ${(stalls / quick).toFixed(4)}`);
