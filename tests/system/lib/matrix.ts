// Faults of modems, each in each phase of their work: one modem a round, while bays that
// nobody touches carry traffic. Judged are the texts (none lost, none twice), the bay (it is
// back, or says what is wrong), the untouched bays (as fast as before), and what modemd holds.
import { readdirSync, readFileSync } from "node:fs";
import { startBox, until, type Box } from "./box";
import { judge, messageState } from "./judge";
import { SimTail } from "./matrix_tail";
import { faults, phases, type Fault, type Phase } from "./matrix_faults";
import { random } from "./random";

export interface MatrixOptions {
	seed: number;
	rounds: number;
	modems: number;
	only?: RegExp; // what is played of the "fault, phase" pairs
	tell?: (line: string) => void; // each round as it ends
	patienceMs?: number; // until a cured bay is back, or a broken one says so
}

export interface MatrixTally {
	rounds: number;
	pairs: Map<string, number>; // "fault, phase": rounds
	said: Map<string, Set<string>>; // fault: what its bay said
	texts: number;
	parts: number;
	inbound: number;
	unknown: number;
	calmBefore: number; // parts per second of the untouched bays
	calmDuring: number;
	calmWorst: number; // in the worst window
	rssKb: [number, number];
	fds: [number, number];
	faults: string[];
}

const calm = 2; // modems that nobody touches
const windowMs = 15_000;
const backlog = 24; // texts that wait for each of these
export const pause = (ms: number) => new Promise<void>((r) => setTimeout(r, Math.max(0, ms)));

interface Bay {
	port: string;
	state: string;
	reason: string;
	reason_text: string;
	id: number;
	sim: { id: number } | null;
}

const works = (bay?: Bay) => /^(READY|SENDING)$/.test(bay?.state ?? "");

export class Matrix {
	readonly tally: MatrixTally;
	readonly rand: () => number;
	box!: Box;
	tail!: SimTail;
	private bays = new Map<number, Bay>();
	private turn: Promise<unknown> = Promise.resolve();
	private spare: Promise<unknown> = Promise.resolve();
	private next = 0;
	private isOver = false;
	private readonly came: string[] = [];
	private readonly calmPosted: number[] = Array(calm).fill(0);

	constructor(readonly options: MatrixOptions) {
		this.rand = random(options.seed);
		this.tally = {
			rounds: 0, pairs: new Map(), said: new Map(), texts: 0, parts: 0, inbound: 0, unknown: 0,
			calmBefore: 0, calmDuring: 0, calmWorst: Infinity, rssKb: [0, 0], fds: [0, 0], faults: [],
		};
	}

	get patience() {
		return this.options.patienceMs ?? 720_000;
	}

	/** A modem that anybody's SIM may be exchanged with. */
	get spareModem() {
		return this.options.modems - 1;
	}

	/** One command at a time: modemsim serves few clients at once. */
	control(command: string): Promise<any> {
		const answer = this.turn.then(() => this.box.control(command));
		this.turn = answer.catch(() => null);
		return answer;
	}

	async must(command: string) {
		const answer = await this.control(command);
		if (!answer.ok) throw new Error(`${command}: ${answer.error}`);
	}

	between(from: number, to: number): number {
		return Math.floor(from + this.rand() * (to - from));
	}

	bay(m: number): Bay | undefined {
		return this.bays.get(m);
	}

	/** The spare modem belongs to one round at a time. */
	withSpare<T>(work: () => Promise<T>): Promise<T> {
		const done = this.spare.then(work);
		this.spare = done.catch(() => null);
		return done;
	}

	/** So many texts to the SIM in modem m, some of them in two parts. */
	async post(m: number, count: number) {
		const sim = this.bay(m)?.sim?.id;
		if (!sim) throw new Error(`modem ${m}: no SIM to send with`);
		const messages = Array.from({ length: count }, () => {
			const n = this.next++;
			const text = m >= calm && n % 4 === 0 ? `#${n} `.repeat(30).padEnd(170, ".") : `#${n}`;
			return { to: `+30694${String(n).padStart(7, "0")}`, text, class: "alert", sim };
		});
		await this.box.must("POST", "/messages", { messages });
		this.tally.texts += count;
	}

	/** A text to the SIM in modem m, which works. */
	async receive(m: number) {
		const text = `in ${this.next++}`;
		await this.must(`inbound ${m} +306981234567 ${text}`);
		this.came.push(text);
		this.tally.inbound++;
	}

	private async watchBays() {
		while (!this.isOver) {
			const { items } = await this.box.must("GET", "/bays");
			for (const b of items) this.bays.set(Number(/(\d+)$/.exec(b.port)?.[1]), b);
			await pause(150);
		}
	}

	/** What waits for each of the untouched bays never ends. */
	private async feedCalm() {
		while (!this.isOver) {
			for (let m = 0; m < calm; m++) {
				const waits = this.calmPosted[m] - this.tail.submits[m];
				if (waits > backlog / 2) continue;
				this.calmPosted[m] += backlog;
				await this.post(m, backlog);
			}
			await pause(200);
		}
	}

	private calmParts() {
		let sum = 0;
		for (let m = 0; m < calm; m++) sum += this.tail.submits[m];
		return sum;
	}

	private async calmRate(ms: number): Promise<number> {
		const [parts, at] = [this.calmParts(), performance.now()];
		while (!this.isOver && performance.now() - at < ms) await pause(100);
		return ((this.calmParts() - parts) * 1000) / (performance.now() - at);
	}

	private async watchCalm() {
		while (!this.isOver) {
			const rate = await this.calmRate(windowMs);
			if (!this.isOver) this.tally.calmWorst = Math.min(this.tally.calmWorst, rate);
		}
	}

	/** Every pair once, in an order of the seed's, then again. */
	private *plan(): Generator<[Fault, Phase]> {
		const pairs = faults
			.flatMap((f) => phases.filter((p) => f.fits(p)).map((p): [Fault, Phase] => [f, p]))
			.filter(([f, p]) => this.options.only?.test(`${f.name}, ${p.name}`) ?? true);
		if (pairs.length === 0) throw new Error(`nothing is called ${this.options.only}`);
		for (let n = 0; n < this.options.rounds; n++) {
			const i = n % pairs.length;
			const j = i + Math.floor(this.rand() * (pairs.length - i));
			[pairs[i], pairs[j]] = [pairs[j], pairs[i]];
			yield pairs[i];
		}
	}

	live(m: number, what: string): Promise<Bay> {
		return until(
			what,
			() => (works(this.bay(m)) ? this.bay(m) : undefined),
			this.patience,
			50,
		).catch(() => {
			const b = this.bay(m);
			throw new Error(`${what}: not back, ${b?.state} ${b?.reason} (${b?.reason_text})`);
		});
	}

	private async waitSaid(m: number, fault: Fault) {
		if (!fault.says) return;
		const b = await until(
			"its sentence",
			() => {
				const bay = this.bay(m);
				return bay && !works(bay) && fault.says?.test(bay.reason) ? bay : undefined;
			},
			this.patience,
			50,
		).catch(() => {
			const bay = this.bay(m);
			throw new Error(`says ${bay?.state} ${bay?.reason} in place of ${fault.says}`);
		});
		if (!/^[A-Z].*\.$/.test(b.reason_text)) throw new Error(`no sentence: ${b.reason_text}`);
		const said = this.tally.said.get(fault.name) ?? new Set();
		this.tally.said.set(fault.name, said.add(`${b.state} ${b.reason}`));
	}

	private async round(m: number, fault: Fault, phase: Phase) {
		await this.live(m, "before");
		await phase.arm(this, m);
		await fault.arm?.(this, m, phase);
		await phase.enter(this, m);
		if (fault.act) await phase.reach(this, m);
		await fault.act?.(this, m, phase);
		await this.waitSaid(m, fault);
		if (!fault.says) await pause(this.between(200, 1500));
		for (const cure of ["fault none", "prompt 0", "latency 0", "submit 100"])
			await this.must(`set ${m} ${cure}`);
		await fault.cure?.(this, m);
		await this.live(m, "after");
		// It works: a text goes.
		const before = this.tail.aired[m];
		await this.post(m, 1);
		await until("a text after the fault", () => this.tail.aired[m] > before, this.patience, 50);
	}

	private async worker(m: number, plan: Generator<[Fault, Phase]>) {
		for (const [fault, phase] of plan) {
			const pair = `${fault.name}, ${phase.name}`;
			const run = () => this.round(m, fault, phase);
			const at = performance.now();
			try {
				await (fault.needsSpare ? this.withSpare(run) : run());
			} catch (e) {
				this.tally.faults.push(`seed ${this.options.seed}, modem ${m}, ${pair}: ${(e as Error).message}`);
				return; // this bay is not what the next round expects
			} finally {
				const tookS = ((performance.now() - at) / 1000).toFixed(1);
				this.options.tell?.(`modem ${m}: ${pair}, ${tookS} s`);
				this.tally.rounds++;
				this.tally.pairs.set(pair, (this.tally.pairs.get(pair) ?? 0) + 1);
			}
		}
	}

	private held(): [number, number] {
		const pid = this.box.pid("chapar-modemd");
		const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
		return [Number(rss?.[1]), readdirSync(`/proc/${pid}/fd`).length];
	}

	async run() {
		const { modems, seed } = this.options;
		this.box = await startBox({
			modems,
			seed,
			sim: `submit = 100\nstatus_delay = 100-300\nmodem 0-${calm - 1} {\nsubmit = 500\n}\n`,
			simArgs: ["--trace"],
		});
		this.tail = new SimTail(this.box, modems);
		await this.box.ready();
		const watch = [this.watchBays()];
		for (let m = 0; m < modems; m++) await this.live(m, "at the start");
		watch.push(this.tail.follow(() => this.isOver), this.feedCalm());
		await until("first traffic", () => this.calmParts() > 4, 60_000);
		this.tally.calmBefore = await this.calmRate(4000);
		watch.push(this.watchCalm());
		for (const w of watch) w.catch((e) => this.tally.faults.push(`${e.stack}`));
		const from = this.held();
		const [parts, at] = [this.calmParts(), performance.now()];
		const plan = this.plan();
		const workers = [];
		for (let m = calm; m < this.spareModem; m++) workers.push(this.worker(m, plan));
		await Promise.all(workers);
		this.tally.calmDuring = ((this.calmParts() - parts) * 1000) / (performance.now() - at);
		const to = this.held();
		this.tally.rssKb = [from[0], to[0]];
		this.tally.fds = [from[1], to[1]];
		this.isOver = true;
		await Promise.all(watch);
		await this.drain();
		this.check();
	}

	private async drain() {
		const open = "SELECT count(*) AS n FROM message WHERE state IN (0, 1, 2)";
		await until("the queue to drain", () => this.box.sql(open)[0].n === 0, this.patience, 200);
		const left = () => {
			const stored = new Set(this.box.sql("SELECT text FROM inbound").map((r) => r.text));
			return this.came.filter((text) => !stored.has(text));
		};
		await until("what came in", () => left().length === 0, this.patience, 200).catch(() => null);
		for (const text of left()) this.tally.faults.push(`lost: ${text}`);
	}

	private check() {
		const t = this.tally;
		const v = judge(this.box);
		t.parts = v.onAirParts;
		t.unknown = v.unknownParts;
		t.faults.push(...v.faults.slice(0, 20));
		for (const r of this.box.sql("SELECT text, count(*) AS n FROM inbound GROUP BY 1 HAVING n > 1"))
			t.faults.push(`came in ${r.n} times: ${r.text}`);
		const aired = new Set(v.texts.map((text) => text.to));
		const { failed, expired, cancelled, queued, held } = messageState;
		const not = [failed, expired, cancelled, queued, held].join();
		for (const r of this.box.sql(`SELECT msisdn, state, parts FROM message WHERE state IN (${not})`))
			if (r.parts === 1 && aired.has(r.msisdn)) t.faults.push(`${r.msisdn}: on air, called ${r.state}`);
		if (t.calmDuring < t.calmBefore / 2)
			t.faults.push(`untouched bays: ${t.calmBefore} parts/s before, ${t.calmDuring} during`);
		if (t.calmWorst < t.calmBefore / 4)
			t.faults.push(`untouched bays: ${t.calmWorst} parts/s in the worst ${windowMs / 1000} s`);
		if (t.fds[1] > t.fds[0] + 4) t.faults.push(`descriptors grow: ${t.fds}`);
		if (t.rssKb[1] > t.rssKb[0] * 1.5 + 8192) t.faults.push(`memory grows: ${t.rssKb} KB`);
	}

	async end() {
		this.isOver = true;
		await this.box?.stop(this.tally.faults.length > 0);
	}
}

/** One bank, so many rounds. What was found is in the tally, with the seed. */
export async function matrixRun(options: MatrixOptions): Promise<MatrixTally> {
	const matrix = new Matrix(options);
	try {
		await matrix.run();
	} catch (e) {
		matrix.tally.faults.push(`seed ${options.seed}: ${e instanceof Error ? e.stack : e}`);
	}
	if (matrix.tally.faults.length > 0) matrix.tally.faults.push(`kept in ${matrix.box?.dir}`);
	await matrix.end();
	return matrix.tally;
}
