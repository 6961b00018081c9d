// From the start of a large campaign to its first message on air, and the memory it takes: the
// queue holds only minutes of it, so both should not grow with the list.
import { startBox, until, type Box } from "../system/lib/box";
import { costOf, sayLoad } from "./lib";

const daemons = ["chapar-modemd", "chapar-paneld"];

async function importAll(box: Box, list: number, rows: number) {
	for (let from = 0; from < rows; from += 100_000) {
		const lines = Array.from(
			{ length: Math.min(100_000, rows - from) },
			(_, i) => `69${40_000_000 + from + i},Anna,web,2025-04-12,form`,
		);
		const csv = "phone,first_name,consent_source,consent_date,consent_text\n" + lines.join("\n");
		const { job } = await box.must("POST", `/lists/${list}/import?country=GR&name=m.csv`, csv);
		await until(
			"the import",
			async () => (await box.must("GET", `/jobs/${job}`)).state === "done",
			600_000,
			100,
		);
	}
}

async function start(rows: number) {
	const box = await startBox({ modems: 8, sim: "submit = 1200-1800\n" });
	try {
		const list = (await box.must("POST", "/lists", { name: "many", country: "GR" })).id;
		await importAll(box, list, rows);
		await box.ready(8);
		const draft = { name: "c", list_id: list, text: "Hello {{first_name}}", class: "promotional" };
		const { id } = await box.must("POST", "/campaigns", draft);
		const idle = daemons.map((d) => costOf(box.pid(d)));
		const at = Date.now();
		await box.must("POST", `/campaigns/${id}/start`);
		const answered = Date.now() - at;
		const first = await until(
			"the first on air",
			() => box.simLog().find((e) => e.ev === "submit"),
			120_000,
			5,
		);
		const onAir = first.t - (first.mono - first.cmd_t!) - at;
		await new Promise((r) => setTimeout(r, 5000)); // it is being fed
		const busy = daemons.map((d) => costOf(box.pid(d)));
		const queued = box.sql("SELECT count(*) AS n FROM message WHERE state = 1")[0].n;
		console.log(
			`campaign to ${rows}: start answered in ${answered} ms, first byte to a modem after ` +
				`${onAir} ms, ${queued} queued after 5 s; peak memory MB before and after: ` +
				daemons
					.map((d, i) => `${d} ${(idle[i].rssKb / 1024).toFixed(1)}, ${(busy[i].rssKb / 1024).toFixed(1)}`)
					.join("; "),
		);
	} finally {
		await box.stop();
	}
}

sayLoad();
await start(100_000);
await start(1_000_000);
