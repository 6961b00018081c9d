// Power cuts: a bank with traffic, both daemons killed at once, the store as the cut left it,
// and the modems' log beside it. What is promised is checked at the cut itself, at other
// moments of the same life that might have been one, and when all has drained.
import { join } from "node:path";
import { Box, until } from "./box";
import { errno, FaultFs, type Disk } from "./faultfs";
import { judgeAtCut, judgeAtEnd, markOf, type Ledger, type Sent } from "./power_judge";

const modems = 4;
const faultsShown = 10; // of a bank
const people = 80; // with consent, for promotional texts and STOPs

/** mulberry32: the same seed, the same plan. */
export function random(seed: number): () => number {
	return () => {
		seed = (seed + 0x6d2b79f5) | 0;
		let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}

export interface Tally {
	cuts: number;
	moments: number; // others of the same lives that were checked
	texts: number; // accepted
	parts: number; // on air
	unknown: number; // parts left in doubt by a cut
	settled: number; // in doubt by a cut or a lost answer, and settled by a report
	swapped: number; // settled by the report of another to the same number
	inbound: number;
	stops: number;
	faults: string[];
}

export const noTally = (): Tally => ({
	cuts: 0, moments: 0, texts: 0, parts: 0, unknown: 0, settled: 0, swapped: 0, inbound: 0, stops: 0, faults: [],
});

const pause = (ms: number) => new Promise((r) => setTimeout(r, ms));
const reader = (n: number) => `+3069600${String(n).padStart(5, "0")}`;
const nowMs = () => Number(process.hrtime.bigint() / 1000n) / 1000;
const contact = (n: number) => `+3069700${String(n).padStart(5, "0")}`;

// A tenth of the numbers does not exist; answers are lost, come late, or are a no.
const sim = `submit = 20-80
latency = 0-2
status_delay = 50-1500
fault = cms 1 to=+3069499
fault = cms 42 p=0.01
fault = lost p=0.02
fault = swallow p=0.01
fault = late 150 p=0.02
fault = noprompt p=0.01
fault = reset p=0.002
`;

/** One of the things that go wrong in a life besides its end. */
type Trouble = (run: Run) => Promise<void>;

const disk =
	(field: "writeErrno" | "syncErrno" | "room", value: number): Trouble =>
	async (run) => {
		await pause(run.rand() * 400);
		run.fs.set({ [field]: field === "room" ? 2 + Math.floor(run.rand() * value) : value });
		run.isDiskBad = true;
		await pause(100 + run.rand() * 600);
		if (run.rand() < 0.5) run.fs.set({ [field]: 0 });
	};

const modem = (command: (run: Run) => string): Trouble => async (run) => {
	await pause(run.rand() * 500);
	await run.box.control(command(run)).catch(() => null);
};

const anyModem = (run: Run) => String(Math.floor(run.rand() * modems));
const hour = 3_600_000;
// Within what a service centre's stamp may differ from our clock (a day), or reports could not
// be told apart.
const jumps = [-20 * hour, -hour, -90_000, 90_000, hour, 20 * hour];

const troubles: [number, string, Trouble][] = [
	[30, "none", async () => {}],
	[8, "disk full", disk("room", 60_000)],
	[5, "read-only store", disk("writeErrno", errno.EROFS)],
	[5, "writes fail", disk("writeErrno", errno.EIO)],
	[6, "fsync fails", disk("syncErrno", errno.EIO)],
	[8, "slow disk", async (run) => run.fs.set({ syncMs: 5 + Math.floor(run.rand() * 60) })],
	[5, "disk stands still", async (run) => run.fs.set({ stallEveryMs: 700, stallMs: 300 })],
	[8, "modem reset", modem((run) => `reset ${anyModem(run)}`)],
	[8, "modem hangs", modem((run) => `hang ${anyModem(run)} 400`)],
	[8, "modem pulled", modem((run) => `unplug ${anyModem(run)}`)],
	[
		9,
		"clock jumps",
		async (run) => {
			await pause(run.rand() * 500);
			run.fs.set({ wallMs: jumps[Math.floor(run.rand() * jumps.length)] });
		},
	],
];

class Run {
	readonly box: Box;
	readonly fs: FaultFs;
	readonly rand: () => number;
	readonly ledger: Ledger = { sent: [], inbound: [], sound: [], cuts: 0 };
	readonly tally = noTally();
	isDiskBad = false;
	private disk!: Disk;
	private next = 0;
	private lifeAtMs = 0;
	private killedAtMs = 0;
	private campaign = 0;

	constructor(readonly seed: number) {
		this.rand = random(seed);
		this.box = new Box({ modems, sim, seed, radio: false, panel: false });
		this.fs = new FaultFs(join(this.box.dir, "disk"), this.box.store);
		this.fs.set({ noSync: 1 });
		this.box.options.wrap = this.fs.wrap;
	}

	async setUp() {
		await this.box.start();
		await this.box.startPanel();
		await this.makeList(contact);
		const list = await this.makeList(reader);
		const draft = { name: "c", list_id: list, text: "An offer", class: "promotional" };
		this.campaign = (await this.box.must("POST", "/campaigns", draft)).id;
		await this.box.end("chapar-paneld");
		this.disk = this.fs.begin();
	}

	private async makeList(number: (n: number) => string): Promise<number> {
		const { id } = await this.box.must("POST", "/lists", { name: number(0), country: "GR" });
		const rows = Array.from({ length: people }, (_, i) => `${number(i)},web,2026-01-01,form`);
		const csv = `phone,consent_source,consent_date,consent_text\n${rows.join("\n")}\n`;
		const { job } = await this.box.must("POST", `/lists/${id}/import?country=GR&name=p.csv`, csv);
		await until("the import", async () =>
			(await this.box.must("GET", `/jobs/${job}`)).state === "done",
		);
		return id;
	}

	/** Once, when somebody presses Start; from then on all its readers are owed a text. */
	private async startCampaign(signal?: AbortSignal) {
		if (this.campaign === 0) return;
		const answer = await fetch(`${this.box.url}/api/v1/campaigns/${this.campaign}/start`, {
			method: "POST",
			signal,
			headers: { Authorization: `Bearer ${this.box.key}` },
		}).catch(() => null);
		// It may have been started by a call whose answer the cut took away.
		if (!answer || (answer.status > 299 && answer.status !== 409)) return;
		this.campaign = 0;
		for (let i = 0; i < people; i++) {
			this.ledger.sent.push({
				n: markOf({ to: reader(i), text: "An offer" }),
				to: reader(i), text: "An offer", class: "campaign", key: "", batch: [],
				state: "open", ids: [], atMs: 0,
			});
		}
	}

	/** Starts both, lets them work under trouble, cuts, and checks what is left. */
	async life() {
		const [what, trouble] = this.pick();
		this.isDiskBad = false;
		this.lifeAtMs = nowMs();
		this.killedAtMs = 0;
		const live = new AbortController();
		const isEarly = this.rand() < 0.12;
		this.box.startRadio();
		const panel = this.box.startPanel().catch((e) => {
			if (!live.signal.aborted) throw e;
		});
		panel.catch(() => null); // it is waited for below
		const plug = Array.from({ length: modems }, (_, m) => this.box.control(`replug ${m}`));
		await Promise.all(plug.map((p) => p.catch(() => null)));
		if (isEarly) {
			await pause(this.rand() * 450);
		} else {
			await panel;
			const work = [this.traffic(live.signal), this.people(live.signal), trouble(this)];
			await this.someSubmits(live.signal);
			await pause(this.rand() * this.rand() * 700);
			live.abort();
			this.kill();
			await Promise.all(work);
		}
		live.abort();
		this.kill();
		await Promise.all([this.box.end("chapar-modemd"), this.box.end("chapar-paneld"), panel]);
		this.note(`seed ${this.seed} cut ${this.tally.cuts}: ${isEarly ? "early" : what}`);
		await this.afterCut();
	}

	private pick(): [string, Trouble] {
		let at = this.rand() * troubles.reduce((sum, [weight]) => sum + weight, 0);
		for (const [weight, what, trouble] of troubles) {
			at -= weight;
			if (at < 0) return [what, trouble];
		}
		return ["none", async () => {}];
	}

	/** At once, as power goes. */
	private kill() {
		this.killedAtMs ||= nowMs();
		for (const name of ["chapar-modemd", "chapar-paneld"]) {
			const pid = this.box.pid(name);
			if (!pid) continue;
			try {
				process.kill(pid, "SIGKILL");
			} catch {
				// it is dead already
			}
		}
	}

	private async someSubmits(signal: AbortSignal) {
		if (this.rand() < 0.2) return;
		const want = this.box.simLogSize() + 400 * Math.floor(1 + this.rand() * 16);
		const end = nowMs() + 2500;
		while (!signal.aborted && this.box.simLogSize() < want && nowMs() < end) await pause(3);
	}

	/** Clients that post, and repeat with the same key what was not answered in an earlier life. */
	private async traffic(signal: AbortSignal) {
		const isOpen = (s: Sent) => s.state === "open" && s === s.batch[0] && this.rand() < 0.6;
		const open = this.ledger.sent.filter(isOpen);
		for (const s of open) if (!signal.aborted) await this.post(s.batch, signal);
		if (this.rand() < 0.3) await this.startCampaign(signal);
		const client = async () => {
			while (!signal.aborted) {
				const n = this.rand() < 0.25 ? 2 + Math.floor(this.rand() * 6) : 1;
				const batch = Array.from({ length: n }, () => this.write());
				for (const s of batch) s.batch = batch;
				await this.post(batch, signal);
				await pause(this.rand() * 120);
			}
		};
		await Promise.all([client(), client()]);
	}

	private write(): Sent {
		const n = this.next++;
		const kind = this.rand();
		const isPromo = kind < 0.3;
		const to = isPromo
			? contact(Math.floor(this.rand() * people))
			: `+30694${n % 10 === 9 ? "99" : "00"}${String(n).padStart(5, "0")}`;
		const long = !isPromo && this.rand() < 0.35 ? Math.floor(8 + this.rand() * 40) : 1;
		const word = long > 1 && long < 16 ? "άντε" : "go";
		const text = Array.from({ length: long }, () => `#${n}# ${word}`).join(" ");
		const sent: Sent = {
			n, to, text,
			class: isPromo ? "promotional" : kind < 0.4 ? "otp" : "alert",
			key: `k${this.seed}-${n}`,
			batch: [],
			state: "open",
			ids: [],
			atMs: 0,
		};
		this.ledger.sent.push(sent);
		return sent;
	}

	private async post(batch: Sent[], signal: AbortSignal) {
		const message = (s: Sent) => ({ to: s.to, text: s.text, class: s.class });
		const answer = await fetch(`${this.box.url}/api/v1/messages`, {
			method: "POST",
			signal,
			headers: {
				Authorization: `Bearer ${this.box.key}`,
				"Content-Type": "application/json",
				"Idempotency-Key": batch.map((s) => s.key).join("+"),
			},
			body: JSON.stringify(
				batch.length === 1 ? message(batch[0]) : { messages: batch.map(message) },
			),
		}).catch(() => null);
		const body = await answer?.json().catch(() => null);
		if (!answer || !body || signal.aborted) return;
		const isOne = batch.length === 1;
		batch.forEach((s, i) => {
			const result = isOne ? body : body.results?.[i];
			if (answer.status === 202 && result?.id) {
				s.ids.push(result.id);
				s.state = "accepted";
				s.atMs ||= nowMs();
			} else if (answer.status === 202 || (isOne && answer.status === 422)) {
				s.state = "refused";
			}
		});
	}

	/** Those who write to the box, some of them STOP. */
	private async people(signal: AbortSignal) {
		while (!signal.aborted) {
			await pause(30 + this.rand() * 250);
			if (signal.aborted) return;
			const k = this.ledger.inbound.length;
			const stopped = this.ledger.inbound.filter((i) => i.isStop).length;
			const isStop = this.rand() < 0.3 && stopped < people;
			const who = (stopped % 2 ? reader : contact)(stopped >> 1);
			const from = isStop ? who : `+30698${String(k).padStart(7, "0")}`;
			this.ledger.inbound.push({ from, isStop });
			await this.box.control(`inbound ${anyModem(this)} ${from} ${isStop ? "STOP" : `in ${k}`}`)
				.catch(() => null);
		}
	}

	private async afterCut() {
		const isSound = !this.isDiskBad && this.fs.get("stallMs") === 0;
		this.fs.heal();
		const n = this.disk.read();
		if (isSound) this.ledger.sound.push({ fromMs: this.lifeAtMs, toMs: this.killedAtMs });
		const moments = Array.from({ length: 3 }, () => 1 + Math.floor(this.rand() * (n - 1)));
		for (const moment of n > 1 ? moments : []) {
			this.fs.restore(this.disk.cut(moment, this.rand), this.rand);
			this.check(`change ${moment} of ${n}`, this.disk.atMs(moment));
			this.tally.moments++;
		}
		this.fs.restore(this.disk.cut(n, this.rand), this.rand);
		this.check("the cut", Infinity);
		this.ledger.cuts++;
		this.tally.cuts++;
		this.disk = this.fs.begin();
	}

	private check(when: string, beforeMs: number) {
		const faults = judgeAtCut(this.box, this.ledger, beforeMs);
		for (const fault of faults) {
			this.note(`${when}: ${fault}`);
			this.tally.faults.push(`seed ${this.seed} cut ${this.tally.cuts}, ${when}: ${fault}`);
		}
	}

	private note(line: string) {
		this.box.note(line);
	}

	/** Everything works again: what is owed is done, and nothing else. */
	async drain() {
		await this.box.control("set all fault none");
		// What was put off while the clock was ahead is due.
		this.fs.set({ wallMs: 22 * hour });
		for (let m = 0; m < modems; m++) await this.box.control(`replug ${m}`).catch(() => null);
		this.lifeAtMs = nowMs();
		this.box.startRadio();
		await this.box.startPanel();
		await this.startCampaign();
		await until(
			"the queue to drain",
			() =>
				this.box.sql(
					"SELECT (SELECT count(*) FROM message WHERE state IN (0, 1, 2)) + " +
						"(SELECT count(*) FROM campaign WHERE state <> 4) AS n",
				)[0].n === 0,
			180_000,
			100,
		);
		await pause(4500); // the longest way of a report, and time to commit it
		this.ledger.sound.push({ fromMs: this.lifeAtMs, toMs: nowMs() });
		const end = judgeAtEnd(this.box, this.ledger, modems);
		this.tally.faults.push(...end.faults.map((f) => `seed ${this.seed}, drained: ${f}`));
		Object.assign(this.tally, end.counts);
	}

	async end(keep: boolean) {
		this.fs.heal();
		await this.box.stop(keep);
		this.fs.close();
	}
}

/** One bank, so many cuts. Faults are told in the tally, with the seed. */
export async function powerRun(seed: number, cuts: number): Promise<Tally> {
	const run = new Run(seed);
	try {
		await run.setUp();
		for (let i = 0; i < cuts; i++) await run.life();
		await run.drain();
	} catch (e) {
		run.tally.faults.push(`seed ${seed}: ${e instanceof Error ? e.stack : e}`);
	}
	const { faults } = run.tally;
	const keep = faults.length > 0;
	if (keep) faults.splice(faultsShown, Infinity, `seed ${seed}: kept in ${run.box.dir}`);
	await run.end(keep);
	return run.tally;
}
