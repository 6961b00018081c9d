// The package on Debian's own arm64 kernel: real systemd, udev, USB serial ports and lines, in
// qemu. While campaigns run, modems are pulled, hung and returned, people say stop, buttons are
// pressed, daemons are stopped and hung, and the machine's power is cut at seeded moments;
// modemsim's log on this machine is the judge. `make system-test` runs it.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { until } from "../lib/box";
import { judge } from "../lib/judge";
import { random } from "../lib/random";
import { onAir } from "../lib/simlog";
import { Board, patienceMs, tellFirstFailure } from "./board";
import { Campaigns, writePeople } from "./campaign";

const [packageFile] = process.argv.slice(2);
const modems = 4;
const people = 600; // rows of the contact file
const cuts = Number(process.env.CHAPAR_CUTS ?? 2);
const seed = Number(process.env.SEED ?? 1);
const rand = random(seed);
const httpPort = 31_000 + (process.pid % 1000);
const boss = "+306940000001";
const units = ["chapar-modemd", "chapar-paneld"];
const probe = "/usr/local/lib/reach.pl 127.0.0.1 10.0.2.2"; // itself, another machine

let board: Board;
let campaigns: Campaigns;
let round = 0;

const pause = (ms: number) => new Promise((r) => setTimeout(r, ms));

function submits(modem?: number): number {
	return board.simLog().filter((e) => e.ev === "submit" && e.modem === (modem ?? e.modem)).length;
}

/** Texts of the API, before everything that a campaign still has to say. */
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

/** A moment of traffic that the seed chooses. */
async function partsOnAir() {
	await campaigns.running();
	const enough = submits() + 2 + Math.floor(rand() * 6);
	await until("parts on air", () => submits() >= enough, patienceMs, 5);
	await pause(rand() * 500);
}

/** Parts of which nobody knows: a message of several shows it only when its last has ended. */
async function unknown(): Promise<number> {
	await board.fetchStore();
	return board.sql("SELECT count(*) AS n FROM part WHERE state = 3")[0].n;
}

async function sending(): Promise<number> {
	await board.fetchStore();
	return board.sql("SELECT count(*) AS n FROM part WHERE state = 1")[0].n;
}

async function boot() {
	await board.boot(httpPort);
	await board.answers();
	await board.ready();
}

/** A text that went to the one who may switch and gets the alarms. */
async function answered(text: string) {
	const went = () => onAir(board.simLog()).some((p) => p.to === boss && p.text === text);
	await until(`"${text}" on air`, went, patienceMs);
}

async function logged(words: string | RegExp, unit = units[0]) {
	const log = async () => (await board.sh(`journalctl -b -u ${unit} -o cat`)).match(words);
	await until(`${words} in the log of ${unit}`, log, patienceMs, 500);
}

async function level(line: number, value: number) {
	await until(`line ${line} to be ${value}`, async () => (await board.line(line)) === value, patienceMs, 100);
}

/** From the next boot on a daemon that hangs is noticed sooner than in its half or whole minute. */
async function hurryWatchdog() {
	await board.sh(`for unit in ${units.join(" ")}; do
		mkdir -p /etc/systemd/system/$unit.service.d
		printf '[Service]\\nWatchdogSec=8\\n' >/etc/systemd/system/$unit.service.d/test.conf
	done`);
}

/** From the daemons' next start on the box is on another board. */
async function chooseProfile(name: string) {
	await board.sh(`sed -i -e 's|^profile = .*|profile = /etc/chapar-${name}.conf|' \
		-e 's|^alarm_to =.*|alarm_to = ${boss}|' \
		-e 's|^switch_from =.*|switch_from = ${boss}|' /etc/chapar/chapar.conf && sync`);
}

before(async () => {
	board = new Board(modems, "submit = 50-300\nlatency = 0-4\nstatus_report = off\n", seed);
	const contacts = join(board.dir, "contacts.csv");
	writePeople(contacts, people);
	board.disk.give(contacts, "/root/contacts.csv");
	board.disk.give(packageFile, "/root/chapar.deb");
	board.disk.give("tests/system/qemu/reach.pl", probe.split(" ")[0]);
	for (const name of ["virt", "virt-alarm"]) {
		board.disk.give(`tests/system/qemu/${name}.conf`, `/etc/chapar-${name}.conf`);
	}
	await board.startSim();
	await board.boot(httpPort);
});

tellFirstFailure(() => board);

after(async () => {
	await board?.stop();
});

test("the package installs on a running system, and the box starts as it is shipped", async () => {
	await board.install();
	for (const unit of units) assert.equal(await board.sh(`systemctl is-enabled ${unit}`), "enabled");
	await board.ready();
	const { items } = await board.must("GET", "/bays");
	const places = items.map((b: { port: string }) => b.port).sort();
	assert.deepEqual(places, ["usb:1-1", "usb:1-2", "usb:1-3", "usb:1-4"]);
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

/** What a program can reach in place of modemd, with all else as its unit says and more lines. */
async function reach(name: string, ...lines: string[]): Promise<string> {
	await board.sh(`cd /run/systemd/system && mkdir ${name}.service.d && printf '[Service]\\n%s' '${lines.join("\n")}' \
			>${name}.service.d/more.conf
		sed -e 's|^ExecStart=.*|ExecStart=/usr/bin/perl ${probe}|' -e 's/^Type=.*/Type=oneshot/' \
			-e '/^Restart=/d; /^WatchdogSec=/d' $(systemctl show -P FragmentPath ${units[0]}) >${name}.service
		systemctl daemon-reload && systemctl start ${name} && journalctl --sync`);
	return board.sh(`journalctl -b -t perl -u ${name} -o cat`);
}

test("modemd has no network, paneld no devices, neither runs as root", async () => {
	const free = await board.sh(`perl ${probe}`);
	assert.match(free, /^families: 1 2 10 16 17\b/);
	assert.match(free, /^io_uring: yes\nset link: yes\n127\.0\.0\.1: yes\n10\.0\.2\.2: yes$/m);
	assert.deepEqual((await reach("reach")).split("\n"), [
		"families: 1 16",
		"io_uring: Operation not permitted",
		"set link: Operation not permitted",
		"127.0.0.1: Address family not supported by protocol",
		"10.0.2.2: Address family not supported by protocol",
	]);
	const pid = async (unit: string) => board.sh(`systemctl show -P MainPID ${unit}`);
	const [modemd, paneld] = [await pid(units[0]), await pid(units[1])];
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

test("two lines let modemd out to one address, for a modem behind tcp:", async () => {
	const more = ["RestrictAddressFamilies=AF_INET AF_INET6", "IPAddressAllow=127.0.0.1"];
	assert.deepEqual((await reach("reach-tcp", ...more)).split("\n"), [
		"families: 1 2 10 16",
		"io_uring: Operation not permitted",
		"set link: Operation not permitted",
		"127.0.0.1: yes",
		"10.0.2.2: Operation not permitted",
	]);
});

test("udev marks the modems as ours and lets the radio side in", async () => {
	const port = await board.sh("udevadm info -q property /dev/ttyUSB0");
	assert.match(port, /^ID_MM_PORT_IGNORE=1$/m);
	assert.match(port, /^ID_VENDOR_ID=0403$/m);
	const device = await board.sh("udevadm info -q property /sys/class/tty/ttyUSB0/device/../..");
	assert.match(device, /^ID_MM_DEVICE_IGNORE=1$/m);
	const modes = await board.sh("stat -c '%a %G' /dev/ttyUSB0 /dev/gpiochip0");
	assert.equal(modes, "660 dialout\n660 dialout");
	const nodes = await board.sh(`cd /sys/bus/usb/devices && for d in usb1 1-1; do
		stat -c '%a %G' $(printf /dev/bus/usb/001/%03d $(cat $d/devnum))
	done`);
	assert.equal(nodes, "664 root\n664 dialout", "a modem may be reset, a hub not");
});

test("udev tells modemd of a modem that comes, which is opened when udev is through", async () => {
	await board.pull(3);
	await board.sh("udevadm settle; systemctl restart chapar-modemd");
	await board.live(0, 1, 2);
	const log = async () =>
		board.sh("journalctl --sync; journalctl _SYSTEMD_INVOCATION_ID=$(systemctl show -P InvocationID chapar-modemd) -o cat");
	assert.doesNotMatch(await log(), /udev tells/);
	const from = Date.now();
	await board.plug(3);
	await board.live(3);
	console.log(`# plugged, it was ready after ${Date.now() - from} ms`);
	assert.match(await log(), /udev tells of ports: first tty=ttyUSB\d+ action=add/);
	assert.doesNotMatch(await log(), /denied|udev is not through/);
});

test("held from the start, the button opens the set-up again", async () => {
	const links = async () =>
		(await board.sh("journalctl -b -u chapar-paneld -o cat")).match(/^set-up: \S+$/gm) ?? [];
	const before = (await links()).length;
	await chooseProfile("virt");
	let isDone = false;
	const held = board.hold(() => isDone);
	await board.sh("systemctl restart chapar-modemd");
	await until("a new link", async () => (await links()).length > before, patienceMs, 500);
	isDone = true;
	await held;
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
	const { items } = await board.must("GET", "/audit?limit=50");
	assert.ok(items.some((a: any) => a.actor === "button" && a.action === "setup.reopen"));
});

test("lines of the board: lights, supplies that are on, a buzzer that is silent", async () => {
	await board.ready();
	await level(4, 1);
	await level(5, 1);
	assert.equal(await board.line(0), 1);
	assert.equal(await board.line(1), 0, "low is on");
	assert.equal(await board.line(2), null, "nobody asked for it");
	assert.equal(await board.line(3), null, "the button is an input");
	assert.equal(await board.line(6), 0);
	await level(7, 0); // it told for two seconds that the set-up is open
});

test("a campaign starts to the people of a contact file", async () => {
	const said = await board.sh("chaparctl import --list Friends --country GR /root/contacts.csv");
	console.log(`# ${said.split("\n").pop()}`);
	const { items } = await board.must("GET", "/lists");
	const { id } = items.find((l: { name: string }) => l.name === "Friends");
	campaigns = new Campaigns(board, join(board.dir, "contacts.csv"), id);
	await campaigns.start();
	// From here on the modem's pace is known, and what is no answer any more.
	await until("modem 0 to have sent some", () => submits(0) >= 20, patienceMs);
	await board.control("set all submit 300-1500");
});

/** A modem that is deaf until its supply goes and returns, as the ladder has it in the end. */
async function hangUntilCured(i: number, supply: number): Promise<number> {
	const from = Date.now();
	const resets = board.resets(i);
	await board.control(`hang ${i}`);
	await level(supply, 0);
	assert.ok(board.resets(i) > resets, "its bus was tried before");
	const tookMs = Date.now() - from;
	await board.pull(i); // what a modem without supply does
	assert.equal(await board.line(1), 0, "the other bay keeps its own");
	await level(supply, 1);
	await board.plug(i);
	await board.live(i);
	return tookMs;
}

/** A modem that is deaf until its bus is reset, which restarts it. */
async function hangUntilReset(i: number, supply: number): Promise<number> {
	const from = Date.now();
	const resets = board.resets(i);
	await board.control(`hang ${i}`);
	await until(`modem ${i} to be reset`, () => board.resets(i) > resets, patienceMs, 100);
	const tookMs = Date.now() - from;
	await board.control(`reset ${i}`);
	await board.live(i);
	assert.equal(await board.line(supply), 0, "its power stayed on");
	return tookMs;
}

// They climb the ladder while others are pulled and written to.
let cured: Promise<number>, reset: Promise<number>;

test("modems are pulled while parts are on air, and return under other names to their bays", async () => {
	cured = hangUntilCured(0, 0);
	reset = hangUntilReset(1, 1);
	for (const told of [cured, reset]) told.catch(() => undefined); // where it is waited for
	const names = () => board.sh("cd /sys/bus/usb/devices && ls -d 1-3:1.0/ttyUSB* 1-4:1.0/ttyUSB*");
	const who = async () =>
		(await Promise.all([2, 3].map((i) => board.bay(i)))).map((b) => [b.id, b.sim_id]);
	const [namesBefore, whoBefore] = [await names(), await who()];
	for (const i of [2, 3]) {
		await partsOnAir();
		await board.pull(i);
	}
	for (const i of [3, 2]) await board.plug(i);
	await board.live(2, 3);
	assert.notEqual(await names(), namesBefore);
	assert.deepEqual(await who(), whoBefore);
	assert.doesNotMatch(await board.sh("journalctl -b -u chapar-modemd -o cat"), /port=\S+ Permission denied/);
	console.log(`# ${namesBefore.replace("\n", ", ")} became ${(await names()).replace("\n", ", ")}`);
});

test("somebody who says stop gets nothing more", async () => {
	await campaigns.say("ΣΤΟΠ", true, 2);
	await campaigns.say("stop", false, 3);
});

test("a hung modem comes back by a reset of its USB device", async () => {
	console.log(`# the ladder reached the bus after ${Math.round((await reset) / 1000)} s`);
	await logged(/device=\/dev\/bus\/usb\/001\/\d+ was reset/);
	await board.fetchStore();
	const { id } = await board.bay(1);
	const [failure] = board.sql(`SELECT cause, rung FROM bay_event WHERE bay_id = ${id} ORDER BY id DESC LIMIT 1`);
	assert.deepEqual({ ...failure }, { cause: "stuck", rung: "usb" });
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

// Before anybody switches the other bay's supply, which it has to leave alone.
test("a hung modem comes back by the plug", async () => {
	console.log(`# the ladder reached the supply after ${Math.round((await cured) / 1000)} s`);
	await board.ready();
});

test("a bay is switched off and on from the panel's side", async () => {
	await board.must("POST", `/bays/${(await board.bay(1)).id}/power`);
	await level(1, 1);
	await board.control("reset 1");
	await level(1, 0);
	await board.live(1);
	assert.notEqual((await board.api("POST", `/bays/${(await board.bay(3)).id}/power`)).status, 202);
});

test("the button: short to the log, long to a safe stop, again to go on", async () => {
	await campaigns.running();
	await board.press(100);
	await logged("status slot=0");
	await partsOnAir();
	await board.press(4500);
	await logged("stopped: the power may be cut");
	assert.equal(await board.line(5), 0, "its bay's light is off");
	const before = submits();
	await feed(5);
	assert.equal(await sending(), 0);
	assert.deepEqual(judge(board).faults, []);
	await pause(1000);
	assert.equal(submits(), before, "nothing more is sent");
	await board.press(100);
	await board.ready();
});

test(`the machine's power is cut ${cuts} times, and the campaign goes on`, async () => {
	await hurryWatchdog();
	await chooseProfile("virt-alarm"); // a door where the button was, from the next boot on
	await board.control("set all submit 50-600");
	for (let i = 1; i <= cuts; i++) {
		await feed(10);
		const before = await unknown();
		await partsOnAir();
		const { open, lost, torn } = await board.cut(rand);
		await boot();
		const more = (await unknown()) - before;
		assert.ok(more <= modems, `cut ${i}: ${more} new unknown parts`);
		console.log(`# cut ${i}: of ${open} writes after the last flush ${lost} lost, ${torn} torn; ${more} unknown`);
	}
	await level(0, 1);
	await level(4, 1);
});

test("an alarm input sends its sentence and the buzzer sounds", async () => {
	const heard: (number | null)[] = [];
	await Promise.all([
		board.press(1500),
		until("the buzzer", async () => {
			heard.push(await board.line(7));
			return heard.lastIndexOf(1) > heard.indexOf(1) + 2 && heard.at(-1) === 0;
		}, patienceMs, 20),
	]);
	await answered("The door is open.");
	await answered("The door is closed.");
	assert.equal(await board.line(7), 0, "it ended");
});

test("a stop lets the parts on air end", async () => {
	const before = await unknown();
	await partsOnAir();
	await board.sh("systemctl stop chapar-modemd");
	assert.equal(await board.sh("systemctl show -P Result chapar-modemd"), "success");
	assert.equal(await sending(), 0);
	assert.equal(await unknown(), before, "nothing became unknown");
	assert.deepEqual(judge(board).faults, []);
	await board.sh("systemctl start chapar-modemd");
	await board.ready();
});

test("an upgrade under traffic: the panel stops, the radio side changes, the panel starts", async () => {
	const before = await unknown();
	const config = await board.sh("cat /etc/chapar/chapar.conf");
	await partsOnAir();
	await board.sh("dpkg -i /root/chapar.deb");
	const at = async (unit: string, what: string) =>
		Number(await board.sh(`systemctl show -P ${what}TimestampMonotonic ${unit}`));
	const [radio, panel] = units;
	assert.ok((await at(panel, "InactiveEnter")) <= (await at(radio, "ActiveExit")));
	assert.ok((await at(radio, "ActiveExit")) < (await at(radio, "ActiveEnter")), "it was restarted");
	assert.ok((await at(radio, "ActiveEnter")) <= (await at(panel, "InactiveExit")));
	assert.equal(await board.sh("cat /etc/chapar/chapar.conf"), config);
	assert.equal(await unknown(), before, "nothing became unknown");
	await board.answers();
	await board.ready();
});

test("the watchdog starts daemons that hang anew", async () => {
	await partsOnAir();
	const pids = async () =>
		(await board.sh(`for unit in ${units.join(" ")}; do systemctl show -P MainPID $unit; done`)).split("\n");
	const old = await pids();
	await board.sh(`kill -STOP ${old.join(" ")}`);
	const started = async () => (await pids()).every((pid) => pid !== "0" && !old.includes(pid));
	await until("both to be started anew", started, patienceMs, 500);
	for (const unit of units) await logged(/Watchdog timeout/, unit);
	await board.answers();
	await board.ready();
});

test("switched off in order, nothing is left open", async () => {
	const before = await unknown();
	await partsOnAir();
	await board.powerOff();
	await boot();
	assert.equal(await unknown(), before, "nothing became unknown");
});

test("the campaigns came to their end: everybody once, nobody without leave", async () => {
	await board.control("set all submit 20-60");
	await campaigns.ended();
	await board.fetchStore();
	assert.deepEqual([...judge(board).faults, ...campaigns.faults()], []);
	const stopped = "campaign_id IS NOT NULL AND state = 8";
	const [lost] = board.sql(`SELECT count(*) AS n FROM message WHERE state NOT IN (3, 4, 5, 9) AND NOT (${stopped})`);
	assert.equal(lost.n, 0, "each message is sent or unknown");
	console.log(`# ${await campaigns.summary()}; boots took ${board.bootMs.join(", ")} ms`);
});
