// The modems' log as it grows: what each modem was asked last, how much it has sent, and how
// long its client let it wait.
import { closeSync, openSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { until } from "./box";
import type { SimEvent } from "./simlog";

export class SimTail {
	readonly submits: number[]; // bodies that each modem got
	readonly aired: number[]; // of these, on air
	readonly resets: number[]; // and plugs
	onSubmit: (e: SimEvent) => void = () => undefined;
	private readonly commands: string[][]; // since each modem's mark

	constructor(
		private readonly path: string,
		modems: number,
	) {
		this.submits = Array(modems).fill(0);
		this.aired = Array(modems).fill(0);
		this.resets = Array(modems).fill(0);
		this.commands = Array.from({ length: modems }, () => []);
	}

	async follow(isOver: () => boolean) {
		const fd = openSync(this.path, "r");
		const chunk = Buffer.alloc(1 << 16);
		const decoder = new StringDecoder("utf8");
		let rest = "";
		while (!isOver()) {
			const n = readSync(fd, chunk);
			if (n === 0) {
				await new Promise((r) => setTimeout(r, 5));
				continue;
			}
			const lines = (rest + decoder.write(chunk.subarray(0, n))).split("\n");
			rest = lines.pop() ?? "";
			for (const line of lines) this.take(line);
		}
		closeSync(fd);
	}

	private take(line: string) {
		const e = JSON.parse(line);
		if (e.ev === "submit") {
			this.submits[e.modem]++;
			if (e.on_air) this.aired[e.modem]++;
			this.onSubmit(e);
		} else if (e.ev === "cmd") {
			this.commands[e.modem].push(e.line);
		} else if (e.ev === "reset") {
			this.resets[e.modem]++;
		}
	}

	mark(m: number) {
		this.commands[m] = [];
	}

	/** Until the modem is asked so, since its mark; false if that did not come. */
	asked(m: number, command: string, timeoutMs = 20_000): Promise<boolean> {
		const seen = () => this.commands[m].some((line) => line.startsWith(command));
		return until(command, seen, timeoutMs, 5).catch(() => false);
	}
}
