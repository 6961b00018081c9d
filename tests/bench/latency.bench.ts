// From an accepted POST to the first byte at a modem, with a SIM free.
import { readFileSync } from "node:fs";
import { startBox, until } from "../system/lib/box";
import { commandAt, type SimEvent } from "../system/lib/simlog";

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
						.map((l) => JSON.parse(l) as SimEvent)
						.find((e) => commandAt(e) >= start);
				},
				10_000,
				5,
			);
			times.push(commandAt(event) - start);
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

await latency(300);
