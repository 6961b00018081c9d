// The package on Debian's own arm64 kernel: real systemd, udev, USB serial ports and lines, in
// qemu. Modems are pulled, hung and returned while parts are on air, the machine's power is cut at
// seeded moments; modemsim's log on this machine is the judge. `make system-test` runs it.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { until } from "../lib/box";
import { judge } from "../lib/judge";
import { random } from "../lib/random";
import { Board } from "./board";

const [packageFile] = process.argv.slice(2);
const modems = 4;
const cuts = Number(process.env.CHAPAR_CUTS ?? 5);
const seed = Number(process.env.SEED ?? 1);
const rand = random(seed);
const httpPort = 31_000 + (process.pid % 1000);
const units = ["chapar-modemd", "chapar-paneld"];

let board: Board;
let round = 0;

const pause = (ms: number) => new Promise((r) => setTimeout(r, ms));

function submits(): number {
	return board.simLog().filter((e) => e.ev === "submit").length;
}

async function feed(n: number) {
	round++;
	await board.must("POST", "/messages", {
		messages: Array.from({ length: n }, (_, i) => ({
			to: `+30694${String(round * 1000 + i).padStart(7, "0")}`,
			text: i % 5 === 0 ? `Γεια σας, γύρος ${round}. `.repeat(6) : `round ${round} text ${i}`,
			class: "alert",
		})),
	});
}

async function drained() {
	await until(
		"the queue to drain",
		async () => {
			const waiting = await Promise.all(
				["queued", "sending"].map((s) => board.must("GET", `/messages?state=${s}&limit=1`)),
			);
			return waiting.every((w) => w.items.length === 0);
		},
		180_000,
		250,
	);
}

/** The air against the store; how many parts are unknown. */
async function verdict(): Promise<number> {
	await board.fetchStore();
	const v = judge(board);
	assert.deepEqual(v.faults, []);
	const [lost] = board.sql("SELECT count(*) AS n FROM message WHERE state NOT IN (3, 4, 5, 9)");
	assert.equal(lost.n, 0, "each message is sent or unknown");
	return v.unknownParts;
}

async function answers() {
	await until("the panel", async () => (await fetch(`${board.url}/health`).catch(() => null))?.ok,
		90_000, 200);
}

before(async () => {
	board = new Board(modems, "submit = 200-600\nlatency = 0-4\nstatus_report = off\n", seed);
	board.give(packageFile, "/root/chapar.deb");
	await board.startSim();
	await board.boot(httpPort);
	console.log(`# the shell answers ${board.bootMs[0]} ms after power-on`);
});

let failed = false;
afterEach((t) => {
	failed ||= (t as { error?: unknown }).error != null;
});

after(async () => {
	if (failed) {
		const said = await board.run("journalctl -b -u 'chapar*' -o cat | tail -n 80").catch(() => null);
		console.log(said ? said.output : board.guestLog().slice(-4000));
	}
	await board?.stop();
});

test("the package installs on a running system and the box starts", async () => {
	await board.sh("dpkg -i /root/chapar.deb");
	await answers();
	for (const unit of units) assert.equal(await board.sh(`systemctl is-enabled ${unit}`), "enabled");
	const key = await board.sh("chaparctl key create --name test --scope admin");
	board.key = key.split("\n").pop()!;
	await board.ready(modems);
	assert.match(await board.sh("journalctl -b -u chapar-paneld -o cat"), /^set-up: http:\S+$/m);
	assert.equal(await board.sh("systemctl --failed --no-legend"), "");
});

test("systemd calls both daemons safe", async () => {
	for (const unit of units) {
		const said = await board.sh(`systemd-analyze security --no-pager ${unit}`);
		const exposure = Number(/Overall exposure level.*: ([\d.]+)/.exec(said)?.[1]);
		console.log(`# ${unit}: exposure ${exposure}`);
		assert.ok(exposure <= 1.5, said);
	}
});

test("modemd has no network, paneld no devices, neither runs as root", async () => {
	const pid = async (unit: string) => board.sh(`systemctl show -P MainPID ${unit}`);
	const [modemd, paneld] = [await pid(units[0]), await pid(units[1])];
	const links = await board.sh(`nsenter -n -t ${modemd} ls /proc/self/net/dev_snmp6 2>/dev/null;
		nsenter -n -t ${modemd} sh -c 'tail -n +3 /proc/self/net/dev'`);
	assert.match(links, /^\s*lo:/m);
	assert.doesNotMatch(links, /en\w+:|eth\d/);
	const devices = await board.sh(`ls /proc/${paneld}/root/dev`);
	assert.match(devices, /^null$/m);
	assert.doesNotMatch(devices, /tty(USB|AMA)|gpiochip|vda/);
	for (const id of [modemd, paneld]) {
		const status = await board.sh(`cat /proc/${id}/status`);
		assert.doesNotMatch(status, /^Uid:\s+0\b/m);
		assert.match(status, /^CapEff:\s+0+$/m);
		assert.match(status, /^Seccomp:\s+2$/m);
	}
});

test("udev marks the modems as ours and lets the radio side in", async () => {
	const port = await board.sh("udevadm info -q property /dev/ttyUSB0");
	assert.match(port, /^ID_MM_PORT_IGNORE=1$/m);
	assert.match(port, /^ID_VENDOR_ID=0403$/m);
	const device = await board.sh(
		"udevadm info -q property /sys/class/tty/ttyUSB0/device/../..",
	);
	assert.match(device, /^ID_MM_DEVICE_IGNORE=1$/m);
	assert.equal(await board.sh("stat -c '%a %G' /dev/ttyUSB0 /dev/gpiochip0"),
		"660 dialout\n660 dialout");
});

test("modems are pulled and returned while parts are on air", async () => {
	for (const i of [1, 3, 0, 2, 1]) {
		await feed(40);
		const before = submits();
		await until("something on air", () => submits() > before + 3, 30_000, 5);
		await pause(rand() * 300);
		await board.pull(i);
		await pause(500 + rand() * 1500);
		await board.plug(i);
		await board.ready(modems);
	}
	await drained();
	console.log(`# ${await verdict()} unknown parts after 5 pulls`);
});

test("a stop lets the parts on air end", async () => {
	const before = await verdict();
	await feed(40);
	await until("something on air", () => submits() > 0, 30_000);
	await pause(rand() * 1000);
	await board.sh("systemctl stop chapar-modemd");
	assert.equal(await board.sh("systemctl show -P Result chapar-modemd"), "success");
	await board.fetchStore();
	assert.equal(board.sql("SELECT count(*) AS n FROM part WHERE state = 1")[0].n, 0);
	await board.sh("systemctl start chapar-modemd");
	await drained();
	assert.equal(await verdict(), before, "nothing became unknown");
});

test("the watchdog starts a daemon that hangs anew", async () => {
	for (const unit of units) {
		await board.sh(`mkdir -p /run/systemd/system/${unit}.service.d
			printf '[Service]\\nWatchdogSec=3\\n' >/run/systemd/system/${unit}.service.d/test.conf
			systemctl daemon-reload && systemctl restart ${unit}`);
		const pid = await board.sh(`systemctl show -P MainPID ${unit}`);
		await board.sh(`kill -STOP ${pid}`);
		await until(
			`${unit} to be started anew`,
			async () => {
				const now = await board.sh(`systemctl show -P MainPID -P SubState ${unit}`);
				return now.includes("running") && !now.split("\n").includes(pid);
			},
			60_000,
			500,
		);
		const log = await board.sh(`journalctl -b -u ${unit} -o cat`);
		assert.match(log, /Watchdog timeout/);
		await board.sh(`rm -r /run/systemd/system/${unit}.service.d && systemctl daemon-reload
			systemctl restart ${unit}`);
	}
	await answers();
	await board.ready(modems);
	await feed(8);
	await drained();
	await verdict();
});

test(`the machine's power is cut ${cuts} times`, async () => {
	let unknown = await verdict();
	for (let i = 0; i < cuts; i++) {
		await feed(30);
		const before = submits();
		await until("something on air", () => submits() > before + Math.floor(rand() * 12), 60_000, 2);
		await pause(rand() * 400);
		await board.cut();
		await board.boot(httpPort);
		await answers();
		await board.ready(modems);
		await drained();
		const now = await verdict();
		assert.ok(now - unknown <= modems, `cut ${i}: ${now - unknown} new unknown parts`);
		unknown = now;
	}
	const [, ...ms] = board.bootMs;
	console.log(`# ${unknown} unknown parts after ${cuts} cuts; boots took ${ms.join(", ")} ms`);
});

test("switched off in order, nothing is left open", async () => {
	const before = await verdict();
	await feed(20);
	await until("something on air", () => submits() > 0, 30_000);
	await board.powerOff();
	await board.boot(httpPort);
	await answers();
	await drained();
	assert.equal(await verdict(), before, "nothing became unknown");
});
