// A real box for a test: modemsim, modemd and paneld from build/bin in a folder of its own,
// on real ptys, a real SQLite file and real HTTP. What a test starts here it also ends.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
	appendFileSync,
	createWriteStream,
	existsSync,
	mkdirSync,
	readFileSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { createServer, connect as netConnect } from "node:net";
import { join, resolve } from "node:path";
import { drop, keep, scratch } from "./scratch";
import { SimLog, type SimEvent } from "./simlog";

export const bin = (name: string): string =>
	resolve(process.env.CHAPAR_BIN ?? "build/bin", name);

export interface BoxOptions {
	modems?: number;
	sim?: string; // modemsim's configuration
	conf?: string; // more lines for chapar.conf
	wrap?: string[]; // a command in front of the daemons, as valgrind
	dir?: string; // in place of a folder of its own
	panel?: boolean; // false: no paneld
	radio?: boolean; // false: no modemd
	seed?: number;
	simArgs?: string[]; // more arguments for modemsim
	ports?: string; // [modems] ports, in place of the bank's ptys
	world?: Box; // whose modemsim is used; ports says which modems of it
}

export interface Answer<T = unknown> {
	status: number;
	headers: Headers;
	body: T;
}

// Below the ports that the kernel gives to connections: a daemon that is down for a moment
// finds its port free again. Suites that run at once begin at different ones.
let nextPort = 20_000 + ((process.pid * 16) % 12_000);

async function freePort(): Promise<number> {
	for (;;) {
		const port = nextPort++;
		const server = createServer();
		server.listen(port, "127.0.0.1");
		const isFree = await once(server, "listening").then(
			() => true,
			() => false,
		);
		if (!isFree) continue;
		server.close();
		await once(server, "close");
		return port;
	}
}

/** Waits until check() gives something; the outcome decides, not a fixed sleep. */
export async function until<T>(
	what: string,
	check: () => T | Promise<T>,
	timeoutMs = 30_000,
	everyMs = 25,
): Promise<NonNullable<T>> {
	const end = Date.now() + timeoutMs;
	for (;;) {
		const value = await check();
		if (value) return value as NonNullable<T>;
		if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
		await new Promise((r) => setTimeout(r, everyMs));
	}
}

export class Box {
	readonly dir: string;
	readonly conf: string;
	readonly store: string;
	readonly simLogPath: string;
	readonly controlPath: string;
	url = "";
	setupUrl = "";
	worldUrl = "";
	key = "";
	private readonly air: SimLog;
	private procs = new Map<string, ChildProcess>();

	constructor(readonly options: BoxOptions) {
		this.dir = options.dir ?? scratch();
		this.conf = join(this.dir, "chapar.conf");
		this.store = join(this.dir, "store.db");
		this.simLogPath = options.world?.simLogPath ?? join(this.dir, "sim.log");
		this.air = new SimLog(this.simLogPath);
		this.controlPath = options.world?.controlPath ?? join(this.dir, "sim.sock");
	}

	private spawn(name: string, args: string[], wrap: string[] = []): ChildProcess {
		const [cmd, ...rest] = [...wrap, bin(name), ...args];
		const log = createWriteStream(join(this.dir, `${name}.log`), { flags: "a" });
		const child = spawn(cmd, rest, { stdio: ["ignore", "pipe", "pipe"], cwd: this.dir });
		child.stderr?.pipe(log, { end: false });
		child.stdout?.pipe(log, { end: false });
		this.procs.set(name, child);
		return child;
	}

	async startSim() {
		const worldPort = await freePort();
		this.worldUrl = `http://127.0.0.1:${worldPort}`;
		const config = join(this.dir, "sim.conf");
		writeFileSync(config, this.options.sim ?? "submit = 50\n");
		this.spawn("modemsim", [
			"--bank",
			join(this.dir, "bank"),
			"--modems",
			String(this.options.modems ?? 4),
			"--config",
			config,
			"--log",
			this.simLogPath,
			"--control",
			this.controlPath,
			"--http",
			`127.0.0.1:${worldPort}`,
			"--seed",
			String(this.options.seed ?? 1),
			...(this.options.simArgs ?? []),
		]);
		await until("modemsim's control socket", () => existsSync(this.controlPath));
	}

	startRadio() {
		return this.spawn("chapar-modemd", ["--config", this.conf], this.options.wrap);
	}

	async startPanel() {
		const child = this.spawn("chapar-paneld", ["--config", this.conf], this.options.wrap);
		let out = "";
		child.stdout?.on("data", (d: Buffer) => {
			out += d.toString();
			const m = /^set-up: (\S+)/m.exec(out);
			if (m) this.setupUrl = m[1];
		});
		await until("paneld to answer", async () => {
			if (child.exitCode !== null || child.signalCode !== null)
				throw new Error(`paneld ended: ${this.log("chapar-paneld")}`);
			return (await fetch(`${this.url}/health`).catch(() => null)) !== null;
		}, 60_000);
	}

	async start(): Promise<this> {
		const port = await freePort();
		this.url = `http://127.0.0.1:${port}`;
		mkdirSync(join(this.dir, "run"), { recursive: true });
		writeFileSync(
			this.conf,
			`[store]\npath = ${this.store}\n[run]\ndir = ${this.dir}/run\n` +
				`[modems]\nports = ${this.options.ports ?? `${this.dir}/bank/modem*`}\n` +
				`[http]\nlisten = 127.0.0.1:${port}\n[board]\nprofile = virtual\n` +
				(this.options.conf ?? ""),
		);
		if (!this.options.world) await this.startSim();
		this.key = this.ctl("key", "create", "--name", "test", "--scope", "admin")
			.trim()
			.split("\n")
			.pop()!;
		if (this.options.panel !== false) await this.startPanel();
		if (this.options.radio !== false) this.startRadio();
		return this;
	}

	ctl(...args: string[]): string {
		return execFileSync(bin("chaparctl"), ["--config", this.conf, ...args], {
			encoding: "utf8",
			stdio: ["ignore", "pipe", "pipe"],
		});
	}

	async api<T = any>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
		const raw = typeof body === "string" || body instanceof Uint8Array;
		const res = await fetch(`${this.url}${path.startsWith("/") ? "/api/v1" + path : path}`, {
			method,
			headers: {
				Authorization: `Bearer ${this.key}`,
				...(body === undefined
					? {}
					: { "Content-Type": raw ? "text/csv" : "application/json" }),
			},
			body: body === undefined ? undefined : raw ? (body as BodyInit) : JSON.stringify(body),
		});
		const text = await res.text();
		let parsed: unknown = text;
		try {
			parsed = JSON.parse(text);
		} catch {
			// not JSON: given as text
		}
		return { status: res.status, headers: res.headers, body: parsed as T };
	}

	/** Like api(), but anything but 2xx is an error. */
	async must<T = any>(method: string, path: string, body?: unknown): Promise<T> {
		const a = await this.api<T>(method, path, body);
		if (a.status < 200 || a.status > 299) {
			throw new Error(`${method} ${path}: ${a.status} ${JSON.stringify(a.body)}`);
		}
		return a.body;
	}

	/** One command to modemsim's control socket; its JSON answer. */
	async control(command: string): Promise<any> {
		const socket = netConnect(this.controlPath);
		let text = "";
		socket.on("data", (d) => (text += d.toString()));
		socket.write(command + "\n");
		const line = await until("modemsim's answer", () =>
			text.includes("\n") ? text.split("\n")[0] : undefined,
		);
		socket.end();
		return JSON.parse(line);
	}

	simLog(): SimEvent[] {
		return this.air.events();
	}

	simLogSize(): number {
		return existsSync(this.simLogPath) ? statSync(this.simLogPath).size : 0;
	}

	/** Rows of a query on the real store file, as the sqlite3 shell reads them. */
	sql<T = Record<string, any>>(query: string): T[] {
		const out = execFileSync(
			"sqlite3",
			["-readonly", "-json", "-cmd", ".timeout 5000", this.store, query],
			{ encoding: "utf8", maxBuffer: 1 << 28 },
		);
		return out.trim() ? (JSON.parse(out) as T[]) : [];
	}

	log(name: string): string {
		const path = join(this.dir, `${name}.log`);
		return existsSync(path) ? readFileSync(path, "utf8") : "";
	}

	note(text: string) {
		appendFileSync(join(this.dir, "test.log"), text + "\n");
	}

	pid(name: string): number {
		return this.procs.get(name)?.pid ?? 0;
	}

	async end(name: string, signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
		const child = this.procs.get(name);
		if (!child) return null;
		this.procs.delete(name);
		if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
		child.kill(signal);
		await once(child, "exit");
		return child.exitCode;
	}

	killRadio() {
		return this.end("chapar-modemd", "SIGKILL");
	}

	async ready(sims = this.options.modems ?? 4) {
		await until(
			`${sims} SIMs ready`,
			async () => {
				const { items } = await this.must("GET", "/sims");
				const { body } = await this.api("GET", "/health");
				const working = items.filter((s: any) => /READY|SENDING/.test(s.state));
				return body.checks.modemd && working.length >= sims;
			},
			60_000,
		);
	}

	async stop(keeps = false) {
		for (const name of ["chapar-modemd", "chapar-paneld", "modemsim"]) await this.end(name);
		if (keeps) keep(this.dir);
		drop(this.dir);
	}
}

export async function startBox(options: BoxOptions = {}): Promise<Box> {
	const box = new Box(options);
	try {
		return await box.start();
	} catch (e) {
		for (const name of ["chapar-modemd", "chapar-paneld", "modemsim"]) {
			await box.end(name, "SIGKILL");
			process.stderr.write(box.log(name).slice(-2000));
		}
		throw e;
	}
}

/** A box for one test, which goes with it, and shows what modemd said last if it fails. */
export async function withBox(options: BoxOptions, check: (box: Box) => Promise<void>) {
	const box = await startBox(options);
	try {
		await check(box);
	} catch (e) {
		process.stderr.write(box.log("chapar-modemd").slice(-3000));
		throw e;
	} finally {
		await box.stop();
	}
}
