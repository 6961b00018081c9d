// Two modems of the bank that nobody touches, and two more of the same modemsim behind a box
// of their own, the control. Both always have texts waiting. Measured on modemsim's clock is
// what the box itself takes of a part: from the end of one to the first byte of the next, and
// from the prompt to the body; what the network takes is left out. A machine that is short of
// time shows at the control as well; what shows at the bank alone is its doing.
import { startBox, until, type Box } from "./box";
import type { SimControl } from "./sim_control";
import type { SimEvent } from "./simlog";

/** A stretch in which the box kept a modem waiting, on modemsim's clock. */
interface Gap {
	from: number;
	ms: number; // until the next body was in
}

export interface CalmTimes {
	parts: number;
	busy: number; // share of the time in which the network was at work
	p50: number;
	p99: number;
	worst: number;
}

export interface CalmTally {
	before: CalmTimes;
	during: CalmTimes;
	control: CalmTimes; // at the same time as during
	stalls: number; // above stallMs at the bank while the control had none
	worstStall: number; // ms
	control_stalls: number;
}

export const stallMs = 250;
const excuseMs = 750; // one of the control half as long, so near, excuses a stall
const stallShare = 0.01; // of the parts; scheduling is not the same for two processes
const stallMost = 3000; // ms
const backlog = 60; // texts that wait for each of these

class Watch {
	private readonly gaps: Gap[] = [];
	private readonly network: number[] = [];
	private readonly last = new Map<number, number>();

	/** Forgets what was; the next part of each modem begins anew. */
	take(e: SimEvent) {
		const before = this.last.get(e.modem);
		this.last.set(e.modem, e.mono);
		if (before === undefined || e.cmd_t === undefined || e.body_t === undefined) return;
		this.gaps.push({ from: before, ms: e.body_t - before });
		this.network.push(e.mono - e.body_t);
	}

	clear() {
		this.gaps.length = this.network.length = 0;
		this.last.clear();
	}

	stalls(leastMs: number): Gap[] {
		return this.gaps.filter((gap) => gap.ms >= leastMs);
	}

	times(): CalmTimes {
		const sorted = this.gaps.map((gap) => gap.ms).sort((a, b) => a - b);
		const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? NaN;
		const sum = (list: number[]) => list.reduce((a, b) => a + b, 0);
		const network = sum(this.network);
		const busy = network / (network + sum(sorted));
		return { parts: sorted.length, busy, p50: at(0.5), p99: at(0.99), worst: at(1) };
	}
}

/** A box whose modems always have texts waiting. */
class Feed {
	private readonly posted = new Map<number, number>();
	private readonly sent = new Map<number, number>();
	private next = 0;

	constructor(
		private readonly box: Box,
		private readonly sims: Map<number, number>, // modem: SIM
		private readonly prefix: string,
	) {}

	count(modem: number) {
		this.sent.set(modem, (this.sent.get(modem) ?? 0) + 1);
	}

	async turn() {
		for (const [modem, sim] of this.sims) {
			const posted = this.posted.get(modem) ?? 0;
			if (posted - (this.sent.get(modem) ?? 0) > backlog / 2) continue;
			this.posted.set(modem, posted + backlog);
			const messages = Array.from({ length: backlog }, () => {
				const n = this.next++;
				const to = `${this.prefix}${String(n).padStart(7, "0")}`;
				return { to, text: `#${n}`, class: "alert", sim };
			});
			await this.box.must("POST", "/messages", { messages });
		}
	}

	get texts() {
		return [...this.posted.values()].reduce((a, b) => a + b, 0);
	}
}

export const calmModems = [0, 1];
export const controlModems = 2; // after the bank's own

export class Calm {
	readonly tally = {} as CalmTally;
	private control?: Box;
	private feeds: Feed[] = [];
	private readonly bank = new Watch();
	private readonly beside = new Watch();

	/** first: the first modem of the control, which its modemd finds as control0, control1. */
	constructor(
		private readonly box: Box,
		private readonly first: number,
	) {}

	/** Takes the control's modems away from the bank, before the bank's modemd is there. */
	async prepare(sim: SimControl) {
		for (let i = 0; i < controlModems; i++) {
			await sim.must(`unplug ${this.first + i}`);
			await sim.must(`replug ${this.first + i} as control${i}`);
		}
	}

	async start() {
		const ports = `${this.box.dir}/bank/control*`;
		this.control = await startBox({ world: this.box, modems: controlModems, ports });
		await this.control.ready();
		const ours = new Map<number, number>();
		for (const bay of (await this.box.must("GET", "/bays")).items) {
			const m = Number(/(\d+)$/.exec(bay.port)?.[1]);
			if (calmModems.includes(m)) ours.set(m, bay.sim.id);
		}
		const theirs = new Map<number, number>();
		for (const bay of (await this.control.must("GET", "/bays")).items)
			theirs.set(this.first + Number(/(\d+)$/.exec(bay.port)?.[1]), bay.sim.id);
		this.feeds = [new Feed(this.box, ours, "+30695"), new Feed(this.control, theirs, "+30697")];
	}

	take(e: SimEvent) {
		if (calmModems.includes(e.modem)) {
			this.feeds[0]?.count(e.modem);
			this.bank.take(e);
		} else if (e.modem >= this.first) {
			this.feeds[1]?.count(e.modem);
			this.beside.take(e);
		}
	}

	async feed(isOver: () => boolean) {
		while (!isOver()) {
			for (const feed of this.feeds) await feed.turn();
			await new Promise((r) => setTimeout(r, 200));
		}
	}

	get texts() {
		return this.feeds[0]?.texts ?? 0;
	}

	/** What was so far is what there is without faults. */
	async measureBefore(parts: number) {
		this.bank.clear();
		this.beside.clear();
		await until("traffic", () => this.bank.times().parts >= parts, 60_000);
		this.tally.before = this.bank.times();
		this.bank.clear();
		this.beside.clear();
	}

	judge(): string[] {
		const t = this.tally;
		const faults: string[] = [];
		const excuses = this.beside.stalls(stallMs / 2);
		const isNear = (a: Gap, b: Gap) =>
			a.from - excuseMs < b.from + b.ms && b.from < a.from + a.ms + excuseMs;
		const stalls = this.bank
			.stalls(stallMs)
			.filter((gap) => !excuses.some((e) => e.ms >= gap.ms / 2 && isNear(e, gap)));
		t.during = this.bank.times();
		t.control = this.beside.times();
		t.stalls = stalls.length;
		t.control_stalls = this.beside.stalls(stallMs).length;
		t.worstStall = Math.max(0, ...stalls.map((gap) => gap.ms));
		const said = JSON.stringify(t);
		if (t.stalls > Math.max(5, stallShare * t.during.parts) || t.worstStall > stallMost)
			faults.push(`untouched bays are kept waiting: ${said}`);
		const slow = (share: "p50" | "p99") =>
			t.during[share] > 2 * Math.max(t.before[share], t.control[share]) + stallMs / 5;
		if (slow("p50") || slow("p99"))
			faults.push(`untouched bays are slower: ${said}`);
		return faults;
	}

	async end(keep: boolean) {
		await this.control?.stop(keep);
	}
}
