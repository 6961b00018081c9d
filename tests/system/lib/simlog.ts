// What went on air, read from the log of modemsim: the judge of every system test.
import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { decodeSubmit, type Submit } from "./pdu";

export interface SimEvent {
	t: number;
	mono: number;
	ev: string;
	modem: number;
	sim: string;
	left?: number; // of a PIN, tries
	pdu?: string;
	how?: string; // given to the modem: direct, stored, dropped, full
	speed?: number; // bits a second
	mr?: number;
	result?: string;
	on_air?: boolean;
	cmd_t?: number; // on the monotonic clock, as mono
	body_t?: number; // Ctrl-Z, on the same
	busy_ms?: number;
}

/** Wall time of the first byte of AT+CMGS. */
export function commandAt(e: SimEvent): number {
	return e.t - (e.mono - (e.cmd_t ?? e.mono));
}

export interface AirPart extends Submit {
	event: SimEvent;
}

/** One text as its phone got it: all parts there, or which are missing or doubled. */
export interface AirText {
	to: string;
	sim: string;
	text: string;
	parts: number; // as many as the header promises
	got: number; // different parts on air
	extra: number; // parts on air more than once
	at: number; // time of the last part
}

/** A log that grows: tests ask every few milliseconds, so only what is new is read. */
export class SimLog {
	private readonly seen: SimEvent[] = [];
	private size = 0; // of what was read: whole lines

	constructor(private readonly path: string) {}

	events(): SimEvent[] {
		if (existsSync(this.path)) this.readOn();
		return [...this.seen];
	}

	private readOn() {
		const fd = openSync(this.path, "r");
		const fresh = Buffer.alloc(fstatSync(fd).size - this.size);
		const read = readSync(fd, fresh, 0, fresh.length, this.size);
		closeSync(fd);
		const end = fresh.subarray(0, read).lastIndexOf("\n") + 1;
		for (const line of fresh.toString("utf8", 0, end).split("\n"))
			if (line.endsWith("}")) this.seen.push(JSON.parse(line));
		this.size += end;
	}
}

const decoded = new WeakMap<SimEvent, AirPart>();

function airPart(event: SimEvent): AirPart {
	const part = decoded.get(event) ?? { ...decodeSubmit(event.pdu ?? ""), event };
	decoded.set(event, part);
	return part;
}

export function onAir(events: SimEvent[]): AirPart[] {
	return events.filter((e) => e.ev === "submit" && e.on_air === true).map(airPart);
}

/** Joins parts by recipient, SIM, reference and total: each key is one text. */
export function airTexts(parts: AirPart[]): AirText[] {
	const open = new Map<string, { text: AirText; seqs: Map<number, string> }>();
	const out: AirText[] = [];
	for (const p of parts) {
		const { event, to, concat } = p;
		if (!concat) {
			out.push({
				to,
				sim: event.sim,
				text: p.text,
				parts: 1,
				got: 1,
				extra: 0,
				at: event.t,
			});
			continue;
		}
		const key = `${to}/${event.sim}/${concat.ref}/${concat.total}`;
		let entry = open.get(key);
		if (!entry) {
			const text = {
				to,
				sim: event.sim,
				text: "",
				parts: concat.total,
				got: 0,
				extra: 0,
				at: event.t,
			};
			entry = { text, seqs: new Map() };
			open.set(key, entry);
			out.push(text);
		}
		if (entry.seqs.has(concat.seq)) entry.text.extra++;
		entry.seqs.set(concat.seq, p.text);
		entry.text.got = entry.seqs.size;
		entry.text.at = event.t;
		entry.text.text = [...entry.seqs.keys()]
			.sort((a, b) => a - b)
			.map((k) => entry!.seqs.get(k))
			.join("");
	}
	return out;
}
