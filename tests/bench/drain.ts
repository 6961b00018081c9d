// How busy the radios are kept, what a message costs the box in time, CPU, memory and flash:
// measured in one run on modemsim. Prints figures; asserts none of them.
import { readFileSync } from "node:fs";
import { startBox, until, type Box } from "../system/lib/box";
import { onAir } from "../system/lib/simlog";

const daemons = ["chapar-modemd", "chapar-paneld"] as const;

interface Cost {
	cpuMs: number;
	writeBytes: number;
	rssKb: number;
}

function cost(pid: number): Cost {
	const stat = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
	const io = readFileSync(`/proc/${pid}/io`, "utf8");
	const status = readFileSync(`/proc/${pid}/status`, "utf8");
	return {
		cpuMs: (Number(stat[11]) + Number(stat[12])) * 10, // clock ticks are 10 ms
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
		const first = Math.min(...air.map((p) => p.event.cmd_t ?? p.event.t));
		const last = Math.max(...air.map((p) => p.event.t));
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

let seen = 0;
function countLines(box: Box): number {
	seen = readFileSync(box.simLogPath, "utf8").split('"ev":"submit"').length - 1;
	return seen;
}

function quantile(sorted: number[], q: number): number {
	return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

/** From the POST to the first byte of AT+CMGS at a modem, with a SIM free. */
async function latency(n: number) {
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
						.map((l) => JSON.parse(l))
						.find((e) => e.cmd_t >= start);
				},
				10_000,
				5,
			);
			times.push(event.cmd_t - start);
		}
		times.sort((a, b) => a - b);
		console.log(
			`POST to the first byte at the modem, ${n} times: median ${quantile(times, 0.5)} ms, ` +
				`p99 ${quantile(times, 0.99)} ms, longest ${times[n - 1]} ms`,
		);
	} finally {
		await box.stop();
	}
}

async function importing(rows: number) {
	const box = await startBox({ modems: 1, radio: false });
	try {
		const list = (await box.must("POST", "/lists", { name: "many", country: "GR" })).id;
		const body =
			"phone,first_name,last_name,city,consent_source,consent_date,consent_text\n" +
			Array.from(
				{ length: rows },
				(_, i) =>
					`69${String(44000000 + i)},Γιώργος,Γεωργίου,Αθήνα,web,2025-04-12,web form v3`,
			).join("\n");
		const start = Date.now();
		const { job } = await box.must("POST", `/lists/${list}/import?country=GR&name=m.csv`, body);
		const done = await until(
			"the import",
			async () => {
				const j = await box.must("GET", `/jobs/${job}`);
				return /done|failed/.test(j.state) ? j : undefined;
			},
			300_000,
			50,
		);
		const took = Date.now() - start;
		console.log(
			`import of ${rows} contacts: ${done.state}, ${done.accepted} accepted, ` +
				`${Math.round((rows * 1000) / took)} rows/s (upload included)`,
		);
		const campaign = (
			await box.must("POST", "/campaigns", {
				name: "c",
				list_id: list,
				text: "Γεια σας {{first_name|φίλε}}",
				class: "promotional",
			})
		).id;
		const t0 = Date.now();
		const e = await box.must("POST", `/campaigns/${campaign}/estimate`);
		console.log(`estimate over ${e.recipients} recipients: ${Date.now() - t0} ms`);
	} finally {
		await box.stop();
	}
}

const only = process.argv[2];
if (!only || only === "latency") await latency(300);
if (!only || only === "import") await importing(100_000);
if (!only || only === "drain") {
	await drain(8, 1500, 20);
	await drain(64, 1500, 20);
	await drain(8, 100, 200);
	await drain(64, 100, 200);
}
