// Faults of modems, each in each phase of their work: one modem a round, while bays that
// nobody touches carry traffic. Judged are the texts (none lost, none twice), the bay (it is
// back, or says what is wrong), the untouched bays (as quick as before), and what modemd holds.
import { readdirSync, readFileSync } from "node:fs";
import { baySentence } from "./bay_sentence";
import { startBox, until, type Box } from "./box";
import { judge, messageState, partState, storedParts } from "./judge";
import { Calm, calmModems, controlModems, type CalmTally } from "./matrix_calm";
import { faults, phases, takesLong, type Fault, type Phase } from "./matrix_faults";
import { SimTail } from "./matrix_tail";
import { random } from "./random";
import { onAir, type SimEvent } from "./simlog";
import { SimControl } from "./sim_control";

export interface MatrixOptions {
	seed: number;
	rounds: number;
	modems: number; // besides the control's
	timeMs?: number; // then no new round begins
	only?: RegExp; // what is played of the "fault, phase" pairs
	quick?: boolean; // none that waits for a modem's time limits
	families?: boolean; // modems of every family, not the plain one alone
	tell?: (line: string) => void; // each round as it ends
	patienceMs?: number; // until a cured bay is back, or a broken one says so
}

/** What modemd holds: at the start, when half of the rounds were through, at the end. */
export interface Held {
	rssKb: number;
	fds: number;
}

export interface MatrixTally {
	rounds: number;
	left: number; // rounds that the time did not allow
	pairs: Map<string, number>; // "fault, phase": rounds
	said: Map<string, Set<string>>; // fault: what its bay said
	texts: number;
	parts: number;
	inbound: number;
	late: number; // of these, waited for in vain until the bay was restarted
	unknown: number;
	calm?: CalmTally;
	held: Held[];
	faults: string[];
}

const spares = 4; // modems that others exchange SIMs and ports with
const warmTexts = 18; // a modem's pace is known then, and a lost answer is not waited for long
const noticeMs = 80_000; // a start that nobody told of: seen within a minute, and what follows
const families = [
	"", "simcom", "quectel-lte", "", "huawei", "zte", "", "u-blox", "telit", "", "sierra",
	"wavecom", "", "cinterion", "simcom-lte", "quectel",
];
export const pause = (ms: number) => new Promise<void>((r) => setTimeout(r, Math.max(0, ms)));

interface Bay {
	port: string;
	state: string;
	reason: string;
	reason_text: string;
	id: number;
	sim: { id: number } | null;
}

/** Things of which each is one's at a time. */
class Pool<T> {
	private readonly waits: (() => void)[] = [];

	constructor(private readonly free: T[]) {}

	async with<R>(work: (thing: T) => Promise<R>): Promise<R> {
		while (this.free.length === 0) await new Promise<void>((r) => this.waits.push(r));
		const thing = this.free.shift()!;
		try {
			return await work(thing);
		} finally {
			this.free.push(thing);
			this.waits.shift()?.();
		}
	}
}

const works = (bay?: Bay) => /^(READY|SENDING)$/.test(bay?.state ?? "");

export class Matrix {
	readonly tally: MatrixTally;
	readonly rand: () => number;
	box!: Box;
	tail!: SimTail;
	private sim!: SimControl;
	private calm!: Calm;
	private bays = new Map<number, Bay>();
	private sims = new Map<number, number>(); // which SIM is in which modem
	private readonly spares: Pool<number>;
	private readonly floods = new Pool([0]);
	private readonly spareOf = new Map<number, number>();
	private next = 0;
	private isOver = false;
	private startedAt = 0;
	private readonly came: { m: number; text: string }[] = [];

	constructor(readonly options: MatrixOptions) {
		this.rand = random(options.seed);
		this.spares = new Pool(Array.from({ length: spares }, (_, i) => options.modems - 1 - i));
		this.tally = {
			rounds: 0, left: 0, pairs: new Map(), said: new Map(), texts: 0, parts: 0, inbound: 0,
			late: 0, unknown: 0, held: [], faults: [],
		};
	}

	/** What is open when no new round begins may take so long. */
	private get patience() {
		const patience = this.options.patienceMs ?? 400_000;
		const end = this.startedAt + (this.options.timeMs ?? Infinity) + patience;
		return Math.max(0, Math.min(patience, end - performance.now()));
	}

	/** The modem that is modem m's for its round, to exchange SIMs or ports with. */
	spare(m: number): number {
		return this.spareOf.get(m)!;
	}

	/** Those that play rounds. */
	private get players(): number[] {
		const first = calmModems.length;
		return Array.from({ length: this.options.modems - spares - first }, (_, i) => i + first);
	}

	control(command: string): Promise<any> {
		return this.sim.say(command);
	}

	async must(command: string) {
		await this.sim.must(command);
	}

	between(from: number, to: number): number {
		return Math.floor(from + this.rand() * (to - from));
	}

	bay(m: number): Bay | undefined {
		return this.bays.get(m);
	}

	/** What the fault needs for itself belongs to one round at a time. */
	private withNeeds(m: number, fault: Fault, work: () => Promise<void>): Promise<void> {
		if (fault.needs === "flood") return this.floods.with(work);
		if (fault.needs !== "spare") return work();
		return this.spares.with((spare) => {
			this.spareOf.set(m, spare);
			return work();
		});
	}

	/** So many texts to the SIM in modem m, some of them in two parts. */
	async post(m: number, count: number) {
		const sim = this.bay(m)?.sim?.id;
		if (!sim) throw new Error(`modem ${m}: no SIM to send with`);
		const messages = Array.from({ length: count }, () => {
			const n = this.next++;
			const text = n % 4 === 0 ? `#${n} `.repeat(30).padEnd(170, ".") : `#${n}`;
			return { to: `+30694${String(n).padStart(7, "0")}`, text, class: "alert", sim };
		});
		await this.box.must("POST", "/messages", { messages });
		this.tally.texts += count;
	}

	/** A text to the SIM in modem m, which works. */
	async receive(m: number) {
		const text = `in ${this.next++}`;
		await this.must(`inbound ${m} +306981234567 ${text}`);
		this.came.push({ m, text });
		this.tally.inbound++;
	}

	private async watchBays() {
		while (!this.isOver) {
			const { items } = await this.box.must("GET", "/bays");
			for (const b of items) this.bays.set(Number(/(\d+)$/.exec(b.port)?.[1]), b);
			await pause(150);
		}
	}

	/** Every pair once, in an order of the seed's, then again; those that take long go first,
	 * so that the end waits for none of them. */
	private plan(): [Fault, Phase][] {
		const pairs = faults
			.flatMap((f) => phases.filter((p) => f.fits(p)).map((p): [Fault, Phase] => [f, p]))
			.filter(([f, p]) => this.options.only?.test(`${f.name}, ${p.name}`) ?? true)
			.filter(([f, p]) => !this.options.quick || !takesLong(f, p));
		if (pairs.length === 0) throw new Error(`nothing is called ${this.options.only}`);
		const plan: [Fault, Phase][] = [];
		for (let n = 0; n < this.options.rounds; n++) {
			const i = n % pairs.length;
			const j = i + Math.floor(this.rand() * (pairs.length - i));
			[pairs[i], pairs[j]] = [pairs[j], pairs[i]];
			plan.push(pairs[i]);
		}
		const long = plan.filter(([f, p]) => takesLong(f, p));
		return [...long, ...plan.filter(([f, p]) => !takesLong(f, p))];
	}

	/** The SIMs of two modems have changed places. */
	exchanged(m: number, other: number) {
		const [a, b] = [this.sims.get(m), this.sims.get(other)];
		this.sims.set(m, b!);
		this.sims.set(other, a!);
	}

	/** Until it works, with the SIM that is in it. */
	live(m: number, what: string): Promise<Bay> {
		const isLive = (b?: Bay) =>
			works(b) && b?.sim && (this.sims.get(m) ?? b.sim.id) === b.sim.id ? b : undefined;
		return until(what, () => isLive(this.bay(m)), this.patience, 50).catch(() => {
			const b = this.bay(m);
			throw new Error(
				`${what}: not back, ${b?.state} ${b?.reason} (${b?.reason_text}), SIM ${b?.sim?.id} ` +
					`in place of ${this.sims.get(m)}`,
			);
		});
	}

	private async waitSaid(m: number, fault: Fault) {
		if (!fault.says) return;
		const b = await until(
			"its sentence",
			() => {
				const bay = this.bay(m);
				return bay && fault.says?.test(`${bay.state} ${bay.reason}`) ? bay : undefined;
			},
			this.patience,
			50,
		).catch(() => {
			const bay = this.bay(m);
			throw new Error(`says ${bay?.state} ${bay?.reason} in place of ${fault.says}`);
		});
		if (b.reason_text !== baySentence(b.state, b.reason))
			throw new Error(`${b.state} ${b.reason}: ${b.reason_text}`);
		const said = this.tally.said.get(fault.name) ?? new Set();
		this.tally.said.set(fault.name, said.add(`${b.state} ${b.reason}`));
	}

	/** One round; `at` is told each step. */
	private async round(m: number, fault: Fault, phase: Phase, at: (step: string) => void) {
		await this.live(m, "before");
		at("arm");
		await phase.arm(this, m);
		await fault.arm?.(this, m, phase);
		await phase.enter(this, m);
		at("reach");
		if (fault.act) await phase.reach(this, m);
		at("act");
		await fault.act?.(this, m, phase);
		at("say");
		await this.waitSaid(m, fault);
		if (!fault.says) await pause(this.between(200, 1500));
		at("cure");
		for (const cure of ["fault none", "prompt 0", "latency 0", "submit 100"])
			await this.must(`set ${m} ${cure}`);
		await fault.cure?.(this, m);
		at("back");
		await this.live(m, "after");
		// It works: a text goes.
		at("text");
		const before = this.tail.aired[m];
		await this.post(m, 1);
		await until("a text after the fault", () => this.tail.aired[m] > before, this.patience, 50);
	}

	private async play(m: number, fault: Fault, phase: Phase): Promise<boolean> {
		const pair = `${fault.name}, ${phase.name}`;
		const steps: string[] = [];
		const started = performance.now();
		const at = (step: string) =>
			steps.push(`${((performance.now() - started) / 1000).toFixed(1)} ${step}`);
		const run = () => this.round(m, fault, phase, at);
		try {
			await this.withNeeds(m, fault, run);
			return true;
		} catch (e) {
			this.tally.faults.push(
				`seed ${this.options.seed}, modem ${m}, ${pair} (${steps.join(", ")}): ${(e as Error).message}`,
			);
			return false;
		} finally {
			at("end");
			this.options.tell?.(`modem ${m}: ${pair}: ${steps.join(", ")}`);
			this.tally.rounds++;
			this.tally.pairs.set(pair, (this.tally.pairs.get(pair) ?? 0) + 1);
			if (this.tally.rounds === Math.floor(this.options.rounds / 2)) this.hold();
		}
	}

	/** A bay after a round that failed is not what the next one expects. */
	private async worker(m: number, plan: [Fault, Phase][]) {
		for (;;) {
			const isLate = performance.now() - this.startedAt > (this.options.timeMs ?? Infinity);
			const pair = isLate ? undefined : plan.shift();
			if (!pair || !(await this.play(m, ...pair))) return;
		}
	}

	private hold() {
		const pid = this.box.pid("chapar-modemd");
		const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
		this.tally.held.push({ rssKb: Number(rss?.[1]), fds: readdirSync(`/proc/${pid}/fd`).length });
	}

	/** Three of four modems send so much that their pace is known. */
	private async warm() {
		const some = this.players.filter((m) => m % 4 !== 3);
		for (const m of some) await this.post(m, warmTexts);
		const isWarm = () => some.every((m) => this.tail.submits[m] >= warmTexts);
		await until("traffic on each modem", isWarm, 120_000, 100);
	}

	private simConf(): string {
		const own = Array.from({ length: this.options.modems - calmModems.length }, (_, i) => {
			const m = i + calmModems.length;
			const family = this.options.families ? families[m % families.length] : "";
			return family ? `modem ${m} {\nprofile = ${family}\n}\n` : "";
		});
		const quick = `modem 0-${calmModems.length - 1} {\nsubmit = 200\n}\n`;
		const control = `modem ${this.options.modems}-${this.options.modems + controlModems - 1} {\nsubmit = 200\n}\n`;
		return `submit = 100\nstatus_delay = 100-300\n${quick}${control}${own.join("")}`;
	}

	private async start() {
		const { modems, seed } = this.options;
		this.box = await startBox({
			modems: modems + controlModems,
			seed,
			radio: false,
			sim: this.simConf(),
			simArgs: ["--trace"],
		});
		this.sim = new SimControl(this.box.controlPath);
		this.calm = new Calm(this.box, modems);
		await this.calm.prepare(this.sim);
		this.box.startRadio();
		this.tail = new SimTail(this.box.simLogPath, modems + controlModems);
		this.tail.onSubmit = (e) => this.calm.take(e);
		await this.box.ready(modems);
		await this.calm.start();
	}

	async run() {
		this.startedAt = performance.now();
		await this.start();
		const watch = [this.watchBays(), this.tail.follow(() => this.isOver)];
		for (const w of watch) w.catch((e) => this.tally.faults.push(`${e.stack}`));
		for (let m = 0; m < this.options.modems; m++)
			this.sims.set(m, (await this.live(m, "at the start")).sim!.id);
		await this.warm();
		watch.push(this.calm.feed(() => this.isOver));
		await this.calm.measureBefore(this.options.quick ? 20 : 40);
		this.startedAt = performance.now();
		this.hold();
		const plan = this.plan();
		await Promise.all(this.players.map((m) => this.worker(m, plan)));
		this.tally.left = plan.length;
		this.hold();
		this.tally.faults.push(...this.calm.judge());
		this.tally.calm = this.calm.tally;
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
			return this.came.filter(({ text }) => !stored.has(text));
		};
		const isAll = () => left().length === 0;
		// A modem that started anew without any sign tells of no text: it lies on the SIM until it
		// is asked what it still knows, once a minute. A quick run does not wait for that.
		const wait = Math.min(this.options.quick ? 20_000 : noticeMs, this.patience);
		await until("what came in", isAll, wait, 200).catch(() => null);
		this.tally.late = left().length;
		if (wait === noticeMs)
			for (const { m, text } of left()) this.tally.faults.push(`modem ${m}: late: ${text}`);
		for (const m of new Set(left().map((text) => text.m)))
			await this.box.api("POST", `/bays/${this.bay(m)?.id}/reset`);
		await until("what was late", isAll, this.patience, 200).catch(() => null);
		for (const { m, text } of left()) this.tally.faults.push(`modem ${m}: lost: ${text}`);
	}

	/** What the store calls sent went over the SIM that it names. */
	private checkSims(events: SimEvent[]): string[] {
		const over = new Set(onAir(events).map((p) => `${p.to} ${p.event.sim}`));
		const { sent, delivered, undelivered } = partState;
		return storedParts(this.box)
			.filter((p) => [sent, delivered, undelivered].includes(p.state))
			.filter((p) => !over.has(`${p.msisdn} ${p.iccid}`))
			.map((p) => `${p.msisdn}: not on air over ${p.iccid}, part ${p.seq} of ${p.parts}`);
	}

	private check() {
		const t = this.tally;
		const events = this.box.simLog().filter((e) => e.modem < this.options.modems);
		const v = judge(this.box, events);
		t.texts += this.calm.texts;
		t.parts = v.onAirParts;
		t.unknown = v.unknownParts;
		t.faults.push(...v.faults.slice(0, 20), ...this.checkSims(events).slice(0, 20));
		for (const r of this.box.sql(
			"SELECT text, count(*) AS n FROM inbound WHERE text LIKE 'in %' GROUP BY 1 HAVING n > 1",
		))
			t.faults.push(`came in ${r.n} times: ${r.text}`);
		const aired = new Set(v.texts.map((text) => text.to));
		const { failed, expired, cancelled, queued, held } = messageState;
		const not = [failed, expired, cancelled, queued, held].join();
		for (const r of this.box.sql(
			`SELECT msisdn, state, parts, cause FROM message WHERE state IN (${not})`,
		)) {
			if (r.parts === 1 && aired.has(r.msisdn))
				t.faults.push(`${r.msisdn}: on air, called ${r.state}`);
			if (!/^cms 304$/.test(r.cause)) t.faults.push(`${r.msisdn}: given up for ${r.cause}`);
		}
		// One part at most is on air at a bay when its fault comes.
		if (t.unknown > t.rounds) t.faults.push(`${t.unknown} unknown in ${t.rounds} rounds`);
		const [from, half, to] = [t.held[0], t.held[1] ?? t.held[0], t.held[t.held.length - 1]];
		if (to.fds > from.fds + 4) t.faults.push(`descriptors grow: ${JSON.stringify(t.held)}`);
		if (to.rssKb > from.rssKb * 1.5 + 8192 || to.rssKb > half.rssKb * 1.1 + 4096)
			t.faults.push(`memory grows: ${JSON.stringify(t.held)}`);
	}

	async end() {
		this.isOver = true;
		this.sim?.end();
		const keep = this.tally.faults.length > 0;
		await this.calm?.end(keep);
		await this.box?.stop(keep);
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

const times = (t: CalmTally["before"]) =>
	`p50 ${t.p50} p99 ${t.p99} worst ${t.worst} ms, ${(100 * t.busy).toFixed(1)} % busy`;

/** The run in one paragraph. */
export function matrixTold(t: MatrixTally, tookMs: number): string {
	const { calm } = t;
	const waits = calm?.during
		? `untouched bays wait for the box: before ${times(calm.before)}; meanwhile ` +
			`${times(calm.during)}; control ${times(calm.control)}; ${calm.stalls} stalls of ` +
			`their own in ${calm.during.parts} parts, worst ${calm.worstStall} ms`
		: "untouched bays were not measured";
	return (
		`fault matrix: ${t.rounds} rounds of ${t.pairs.size} faults in their phases` +
		`${t.left ? `, ${t.left} left undone` : ""}, ${Math.round(tookMs / 1000)} s; ${t.texts} texts, ` +
		`${t.parts} parts on air, ${t.unknown} unknown, ${t.inbound} came in (${t.late} late); ${waits}; modemd ` +
		`${t.held.map((h) => h.rssKb).join(", ")} KB, ${t.held.map((h) => h.fds).join(", ")} ` +
		`descriptors; ${t.faults.length} faults`
	);
}
