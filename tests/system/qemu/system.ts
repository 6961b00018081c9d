// The package on Debian's own arm64 kernel: real systemd, udev, USB serial ports and lines, in
// qemu. Modems are pulled, hung and returned while parts are on air, the machine's power is cut at
// seeded moments; modemsim's log on this machine is the judge. `make system-test` runs it.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { until } from "../lib/box";
import { judge } from "../lib/judge";
import { random } from "../lib/random";
import { onAir } from "../lib/simlog";
import { Board, patienceMs } from "./board";

const [packageFile] = process.argv.slice(2);
const modems = 4;
const cuts = Number(process.env.CHAPAR_CUTS ?? 5);
const seed = Number(process.env.SEED ?? 1);
const rand = random(seed);
const httpPort = 31_000 + (process.pid % 1000);
const boss = "+306940000001";
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
		patienceMs,
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
		patienceMs, 200);
}

before(async () => {
	board = new Board(modems, "submit = 200-600\nlatency = 0-4\nstatus_report = off\n", seed);
	board.give(packageFile, "/root/chapar.deb");
	for (const name of ["virt", "virt-alarm"]) {
		board.give(`tests/system/qemu/${name}.conf`, `/etc/chapar-${name}.conf`);
	}
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
		await until("something on air", () => submits() > before + 3, patienceMs, 5);
		await pause(rand() * 300);
		await board.pull(i);
		await pause(500 + rand() * 1500);
		await board.plug(i);
		await board.ready(modems);
	}
	await drained();
	console.log(`# ${await verdict()} unknown parts after 5 pulls`);
});

/** The box on another board. */
async function useProfile(name: string) {
	await board.sh(`sed -i -e 's|^profile = .*|profile = /etc/chapar-${name}.conf|' \
		-e 's|^alarm_to =.*|alarm_to = ${boss}|' \
		-e 's|^switch_from =.*|switch_from = ${boss}|' /etc/chapar/chapar.conf
		systemctl restart chapar-modemd`);
	await board.ready(modems);
}

/** A text that went to the one who may switch and gets the alarms. */
async function answered(text: string) {
	await until(
		`"${text}" on air`,
		() => onAir(board.simLog()).some((p) => p.to === boss && p.text === text),
		patienceMs,
	);
}

async function logged(words: string | RegExp, unit = "chapar-modemd") {
	await until(`${words} in the log of ${unit}`, async () =>
		(await board.sh(`journalctl -b -u ${unit} -o cat`)).match(words),
		patienceMs, 500);
}

test("lines of the board: lights, and supplies that are on", async () => {
	await useProfile("virt");
	await until(
		"the lights",
		async () => (await board.line(4)) === 1 && (await board.line(5)) === 1,
		patienceMs,
	);
	assert.equal(await board.line(0), 1);
	assert.equal(await board.line(1), 0, "low is on");
	assert.equal(await board.line(3), null, "the button is an input");
	assert.equal(await board.line(6), 0);
	assert.equal(await board.line(7), null, "nobody asked for it");
});

test("a hung modem comes back by the plug", async () => {
	await board.control("hang 0");
	const from = Date.now();
	await feed(10);
	await until("the supply to go", async () => (await board.line(0)) === 0, patienceMs, 50);
	console.log(`# the ladder reached the supply after ${Math.round((Date.now() - from) / 1000)} s`);
	await board.pull(0); // what a modem without supply does
	assert.equal(await board.line(1), 0, "the other bay keeps its own");
	await until("the supply to return", async () => (await board.line(0)) === 1, patienceMs, 50);
	await board.plug(0);
	await board.ready(modems);
	await drained();
	await verdict();
});

test("a bay is switched off and on from the panel's side", async () => {
	const { items } = await board.must("GET", "/bays");
	const bay = items.find((b: { port: string }) => b.port === "usb:1-2");
	await board.must("POST", `/bays/${bay.id}/power`);
	await until("the supply to go", async () => (await board.line(1)) === 1, patienceMs, 50);
	await board.control("reset 1");
	await until("the supply to return", async () => (await board.line(1)) === 0, patienceMs, 50);
	await board.ready(modems);
	const other = items.find((b: { port: string }) => b.port === "usb:1-4");
	assert.notEqual((await board.api("POST", `/bays/${other.id}/power`)).status, 202);
});

test("a permitted text switches an output, another's does not", async () => {
	await board.control("inbound 1 +306940000002 SIREN ON 4711");
	await board.control(`inbound 2 ${boss} Siren on 4711`);
	await answered("siren: on");
	assert.equal(await board.line(6), 1);
	await board.control(`inbound 3 ${boss} siren off`);
	await answered("siren: off");
	assert.equal(await board.line(6), 0);
	await board.fetchStore();
	const audit = board.sql("SELECT actor, detail FROM audit WHERE action = 'output.switch'");
	assert.deepEqual(audit, [
		{ actor: boss, detail: "on" },
		{ actor: boss, detail: "off" },
	]);
});

test("the button: short to the log, long to a safe stop, again to go on", async () => {
	await board.press(100);
	await logged("status slot=0");
	await feed(20);
	await board.press(4500);
	await logged("stopped: the power may be cut");
	assert.equal(await board.line(5), 0, "its bay's light is off");
	const before = submits();
	await board.fetchStore();
	assert.equal(board.sql("SELECT count(*) AS n FROM part WHERE state = 1")[0].n, 0);
	await feed(5);
	await pause(2000);
	assert.equal(submits(), before, "nothing more is sent");
	await board.press(100);
	await board.ready(modems);
	await drained();
	await verdict();
});

test("held from the start, the button opens the set-up again", async () => {
	const links = async () =>
		(await board.sh("journalctl -b -u chapar-paneld -o cat")).match(/^set-up: \S+$/gm) ?? [];
	const before = (await links()).length;
	let isDone = false;
	const held = board.hold(() => isDone);
	const restart = board.sh("systemctl restart chapar-modemd && sleep 14");
	await restart;
	isDone = true;
	await held;
	await until("a new link", async () => (await links()).length > before, patienceMs, 500);
	const token = (await links()).pop()!.split("#setup=")[1];
	const answer = await fetch(`${board.url}/api/v1/setup`, {
		method: "POST",
		headers: { "Content-Type": "application/json" },
		body: JSON.stringify({
			token,
			name: "maria",
			password: "correct horse battery",
			locale: "en",
			country: "GR",
		}),
	});
	assert.ok(answer.ok, await answer.text());
	await board.fetchStore();
	const [row] = board.sql("SELECT actor FROM audit WHERE action = 'setup.reopen'");
	assert.equal(row.actor, "button");
	await board.ready(modems);
});

test("an alarm input sends its sentence", async () => {
	await useProfile("virt-alarm");
	await board.press(500);
	await answered("The door is open.");
	await answered("The door is closed.");
	await drained();
	await verdict();
});

test("a stop lets the parts on air end", async () => {
	const before = await verdict();
	await feed(40);
	await until("something on air", () => submits() > 0, patienceMs);
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
			patienceMs,
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
		await until("something on air", () => submits() > before + Math.floor(rand() * 12), patienceMs, 2);
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
	await until("something on air", () => submits() > 0, patienceMs);
	await board.powerOff();
	await board.boot(httpPort);
	await answers();
	await drained();
	assert.equal(await verdict(), before, "nothing became unknown");
});
