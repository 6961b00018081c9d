// Messages accepted a second through the API, each answered after its commit: one by one and
// in batches, by one client and by 32. The clients run on the same machine.
import { Agent, request } from "node:http";
import { startBox, type Box } from "../system/lib/box";
import { costOf, sayLoad } from "./lib";

let next = 0;

function message() {
	const n = next++;
	return { to: `+3069${44_000_000 + n}`, text: `Your table is ready, number ${n}.`, class: "alert" };
}

function post(box: Box, agent: Agent, body: unknown): Promise<void> {
	const text = JSON.stringify(body);
	return new Promise((resolve, reject) => {
		const headers = {
			Authorization: `Bearer ${box.key}`,
			"Content-Type": "application/json",
			"Content-Length": Buffer.byteLength(text),
		};
		const req = request(`${box.url}/api/v1/messages`, { method: "POST", agent, headers }, (res) => {
			res.resume();
			res.on("end", () => (res.statusCode === 202 ? resolve() : reject(res.statusCode)));
		});
		req.on("error", reject);
		req.end(text);
	});
}

async function measure(box: Box, clients: number, batch: number, total: number) {
	const agent = new Agent({ keepAlive: true, maxSockets: clients });
	const times: number[] = [];
	let left = total / batch;
	const before = costOf(box.pid("chapar-paneld"));
	const start = process.hrtime.bigint();
	const client = async () => {
		while (left-- > 0) {
			const body = batch === 1 ? message() : { messages: Array.from({ length: batch }, message) };
			const at = performance.now();
			await post(box, agent, body);
			times.push(performance.now() - at);
		}
	};
	await Promise.all(Array.from({ length: clients }, client));
	const seconds = Number(process.hrtime.bigint() - start) / 1e9;
	const after = costOf(box.pid("chapar-paneld"));
	times.sort((a, b) => a - b);
	agent.destroy();
	console.log(
		`${String(clients).padStart(2)} clients, ${String(batch).padStart(4)} a request: ` +
			`${Math.round(total / seconds)} messages/s, a request takes median ` +
			`${times[times.length >> 1].toFixed(1)} ms, p99 ` +
			`${times[Math.floor(times.length * 0.99)].toFixed(1)} ms; paneld's CPU a message ` +
			`${((after.cpuMs - before.cpuMs) / total).toFixed(3)} ms, bytes written ` +
			`${Math.round((after.writeBytes - before.writeBytes) / total)}`,
	);
}

sayLoad();
const box = await startBox({ modems: 1, radio: false });
try {
	await measure(box, 1, 1, 2000);
	await measure(box, 32, 1, 8000);
	await measure(box, 1, 1000, 40_000);
	await measure(box, 32, 1000, 96_000);
} finally {
	await box.stop();
}
