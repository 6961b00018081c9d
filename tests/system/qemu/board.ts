// A box on an emulated board: Debian's arm64 kernel and systemd in qemu, the package installed
// on its disk, modems as USB serial devices that end in modemsim on this machine, its GPIO lines
// read and driven through qemu's monitor. To the judge it is a Box like any other.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, createWriteStream, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { afterEach } from "node:test";
import { gunzipSync } from "node:zlib";
import { Box, until } from "../lib/box";
import { Disk, type Loss } from "./disk";

export interface Done {
	status: number;
	output: string;
}

// The first PL061 of qemu's virt machine (ARM DDI 0190B 3.3): the data register read through
// the address that masks no line, and the direction register.
const gpioData = 0x090303fc;
const gpioDirection = 0x09030400;

// The controller counts its eight ports of USB 3 first.
const firstPort = 8;

const boot = ["vmlinuz", "initrd.gz"];

/** An emulated machine beside other work is slow; what never comes fails all the same. */
export const patienceMs = 240_000;

async function connectTo(path: string): Promise<Socket> {
	return until(`${path} to listen`, () => {
		const socket = connect(path);
		return new Promise<Socket | undefined>((done) => {
			socket.once("connect", () => done(socket));
			socket.once("error", () => done(undefined));
		});
	});
}

export class Board extends Box {
	private qemu?: ChildProcess;
	private monitorSocket?: Socket;
	private shellSocket?: Socket;
	private said = ""; // by the monitor since its last command
	private heard = ""; // from the shell
	private commands = 0;
	private monitorFree: Promise<unknown> = Promise.resolve();
	private shellFree: Promise<unknown> = Promise.resolve();
	readonly disk: Disk;
	boots = 0;
	bootMs: number[] = [];

	constructor(
		readonly modems: number,
		sim: string,
		seed: number,
	) {
		super({ modems, sim, seed });
		// A test that is ended from outside leaves no machine running.
		process.once("exit", () => this.qemu?.kill("SIGKILL"));
		process.once("SIGTERM", () => process.exit(1));
		// Copied at once: a newer image may take this one's place in the cache meanwhile.
		const image = execFileSync("tests/system/qemu/image.sh", { encoding: "utf8" }).trim();
		for (const name of boot) copyFileSync(join(image, name), join(this.dir, name));
		this.disk = new Disk(image, this.dir);
	}

	protected modemArgs(): string[] {
		return Array.from({ length: this.modems }, (_, i) => [
			"-chardev",
			`serial,id=c${i},path=${readlinkSync(join(this.dir, "bank", `modem${i}`))}`,
			"-device",
			this.device(i),
		]).flat();
	}

	/** A modem's USB path: the machine's first bus, then ports. */
	protected place(i: number): string {
		return `1-${i + 1}`;
	}

	private device(i: number): string {
		return `usb-serial,bus=xhci.0,port=${this.place(i).slice(2)},chardev=c${i},id=m${i},always-plugged=on`;
	}

	async boot(httpPort: number) {
		const at = Date.now();
		const mon = join(this.dir, `mon${this.boots}.sock`);
		const shell = join(this.dir, `shell${this.boots}.sock`);
		this.boots++;
		this.url = `http://127.0.0.1:${httpPort}`;
		const args = [
			..."-M virt -cpu cortex-a53 -smp 2 -m 768 -display none -no-reboot".split(" "),
			...this.disk.attach(),
			..."-device virtio-net-pci,netdev=n0,romfile=".split(" "),
			..."-device virtio-serial-pci -device virtserialport,chardev=t0,name=test".split(" "),
			..."-device qemu-xhci,id=xhci,p2=8,p3=8".split(" "),
			...["-kernel", join(this.dir, "vmlinuz"), "-initrd", join(this.dir, "initrd.gz")],
			...["-append", "console=ttyAMA0 rdinit=/init panic=3 systemd.show_status=0"],
			...["-netdev", `user,id=n0,restrict=on,hostfwd=tcp:127.0.0.1:${httpPort}-:8080`],
			...["-chardev", `socket,path=${shell},server=on,wait=off,id=t0`],
			...["-serial", `file:${join(this.dir, `serial${this.boots}.log`)}`],
			...["-monitor", `unix:${mon},server,nowait`],
			...["-trace", "usb_xhci_port_reset"], // to qemu.log
			...this.modemArgs(),
		];
		const log = createWriteStream(join(this.dir, "qemu.log"), { flags: "a" });
		const qemu = spawn("qemu-system-aarch64", args, { stdio: ["ignore", "pipe", "pipe"] });
		qemu.stdout?.pipe(log, { end: false });
		qemu.stderr?.pipe(log, { end: false });
		this.qemu = qemu;
		this.monitorSocket = await connectTo(mon);
		this.monitorSocket.on("data", (d) => (this.said += d.toString()));
		this.shellSocket = await connectTo(shell);
		this.heard = "";
		this.shellSocket.on("data", (d) => (this.heard += d.toString()));
		await this.run("true");
		this.bootMs.push(Date.now() - at);
	}

	/** One command of qemu's monitor; what it says. */
	monitor(command: string): Promise<string> {
		const said = this.monitorFree.then(() => this.ask(command));
		this.monitorFree = said.catch(() => undefined);
		return said;
	}

	private async ask(command: string): Promise<string> {
		const mark = `mark${++this.commands}`;
		this.said = "";
		this.monitorSocket?.write(`${command}\n${mark}\n`);
		// It does not know the second word, and says so when it is through with the first.
		await until(
			`the monitor after ${command}`,
			() => this.said.includes(`unknown command: '${mark}'`),
			patienceMs,
			2,
		);
		return this.said;
	}

	/** A command in the guest, as root. */
	run(command: string, timeoutMs = patienceMs): Promise<Done> {
		const done = this.shellFree.then(() => this.execute(command, timeoutMs));
		this.shellFree = done.catch(() => undefined);
		return done;
	}

	private async execute(command: string, timeoutMs: number): Promise<Done> {
		const number = ++this.commands;
		this.heard = "";
		this.shellSocket?.write(`${number} ${Buffer.from(command).toString("base64")}\n`);
		const answer = await until(
			`the guest: ${command}`,
			() => {
				const at = this.heard.indexOf(`${number} `);
				const end = this.heard.indexOf("\n", at);
				return at >= 0 && end > at ? this.heard.slice(at, end) : undefined;
			},
			timeoutMs,
		);
		const [, status, output] = answer.split(" ");
		return { status: Number(status), output: Buffer.from(output, "base64").toString().trimEnd() };
	}

	/** Like run(), but failing is an error. */
	async sh(command: string, timeoutMs?: number): Promise<string> {
		const { status, output } = await this.run(command, timeoutMs);
		if (status !== 0) throw new Error(`${command}: status ${status}: ${output}`);
		return output;
	}

	/** The modem leaves its socket, and its power with it. */
	async pull(i: number) {
		await this.monitor(`device_del m${i}`);
		await until(`modem ${i} to be gone`, async () =>
			!(await this.monitor("info usb")).includes(`ID: m${i}`),
		);
		await this.control(`reset ${i}`);
	}

	/** How often a modem's socket was reset on its bus since the test began. */
	resets(i: number): number {
		const log = readFileSync(join(this.dir, "qemu.log"), "utf8");
		const port = firstPort + Number(this.place(i).split("-")[1]);
		return log.split(`usb_xhci_port_reset port ${port},`).length - 1;
	}

	/** It returns. qemu lets go of a device's parts a moment after the device is gone. */
	async plug(i: number) {
		await until(`modem ${i} to be taken`, async () =>
			!/Error/.test(await this.monitor(`device_add ${this.device(i)}`)),
		);
	}

	private async register(address: number): Promise<number> {
		const said = await this.monitor(`xp /1wx 0x${address.toString(16)}`);
		return Number(/: (0x[0-9a-f]+)/.exec(said)?.[1]);
	}

	/** The level that the guest puts on a line; null where it is an input. */
	async line(number: number): Promise<number | null> {
		const mask = 1 << number;
		if (!((await this.register(gpioDirection)) & mask)) return null;
		return (await this.register(gpioData)) & mask ? 1 : 0;
	}

	/** Holds line 3 high until then: qemu lets go 100 ms after the last word. */
	async hold(until: () => boolean) {
		do {
			this.monitorSocket?.write("system_powerdown\n");
			await new Promise((r) => setTimeout(r, 15));
		} while (!until());
		await this.monitor("info status");
	}

	async press(ms: number) {
		const end = Date.now() + ms;
		await this.hold(() => Date.now() >= end);
	}

	private async gone(end: () => void) {
		const { qemu } = this;
		const exit = qemu ? once(qemu, "exit") : Promise.resolve();
		end();
		await exit;
		this.closeSockets();
	}

	/** The machine's power fails, and the modems' with it: what was not on its disk is lost. */
	async cut(rand: () => number): Promise<Loss> {
		await this.gone(() => this.disk.whileWriting(() => this.qemu?.kill("SIGKILL")));
		for (let i = 0; i < this.modems; i++) await this.control(`reset ${i}`);
		return this.disk.fail(rand);
	}

	async powerOff() {
		const order = Buffer.from("systemctl poweroff").toString("base64");
		await this.gone(() => this.shellSocket?.write(`0 ${order}\n`));
		this.disk.keep();
	}

	private closeSockets() {
		this.monitorSocket?.destroy();
		this.shellSocket?.destroy();
		this.qemu = undefined;
		this.said = "";
	}

	/** Brings the store over as it is now; what sql() reads until the next time. */
	async fetchStore() {
		const text = await this.sh(
			"rm -f /tmp/copy.db; chaparctl backup /tmp/copy.db >/dev/null && " +
				"gzip -c /tmp/copy.db | base64 -w0",
		);
		writeFileSync(this.store, gunzipSync(Buffer.from(text, "base64")));
	}

	/** Until the panel is there. */
	async answers() {
		const health = async () => (await fetch(`${this.url}/health`).catch(() => null))?.ok;
		await until("the panel", health, patienceMs, 200);
	}

	/** The package that was given to it, as it is shipped, and a key of its API. */
	async install() {
		await this.sh("dpkg -i /root/chapar.deb");
		await this.answers();
		this.key = (await this.sh("chaparctl key create --name test --scope admin")).split("\n").pop()!;
	}

	/** What it has to say to a failure. */
	async lastWords(): Promise<string> {
		const tail = "journalctl -b -u 'chapar*' -o short-monotonic | tail -n 80";
		const said = await this.run(tail, 30_000).catch(() => null);
		return said ? said.output : this.guestLog().slice(-4000);
	}

	/** The bay that a modem's socket is. */
	async bay(i: number): Promise<any> {
		const answer = await this.api("GET", "/bays").catch(() => null);
		return answer?.body?.items?.find((b: { port: string }) => b.port === `usb:${this.place(i)}`);
	}

	/** Until these modems can send. */
	async live(...modems: number[]) {
		for (const i of modems) {
			const isLive = async () => /^(READY|SENDING)$/.test((await this.bay(i))?.state);
			await until(`modem ${i} to be live`, isLive, patienceMs, 200);
		}
	}

	override async ready() {
		await this.live(...Array.from({ length: this.modems }, (_, i) => i));
	}

	guestLog(): string {
		return readFileSync(join(this.dir, `serial${this.boots}.log`), "utf8");
	}

	override async stop() {
		if (this.qemu) {
			this.qemu.kill("SIGKILL");
			await once(this.qemu, "exit");
			this.closeSockets();
		}
		await super.stop();
	}
}

/** What the board has to say to the first failure; what follows it may be its consequence. */
export function tellFirstFailure(board: () => Board) {
	let isTold = false;
	afterEach(async (t) => {
		if (isTold || (t as { error?: unknown }).error == null) return;
		isTold = true;
		console.log(await board().lastWords());
	});
}
