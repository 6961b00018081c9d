// USB modems that show several ports, by the drivers that real ones have, on Debian's arm64
// kernel in qemu with the package as it is shipped: one bay each, the right port, whatever the
// others say, wherever they are plugged. modemsim's log is the judge. `make usb-test` runs it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "../lib/box";
import { judge, messageState } from "../lib/judge";
import { patienceMs, tellFirstFailure } from "./board";
import { GadgetBoard, hex, type Gadget } from "./gadget";

const [packageFile] = process.argv.slice(2);
const seed = Number(process.env.SEED ?? 1);

interface Modem extends Gadget {
	family: string;
	model: string;
	tried: number[]; // of its USB interfaces, those that commands may have gone to at first
}

const modems: Modem[] = [
	{
		name: "EC25", family: "quectel-lte", model: "EC25", vendor: 0x2c7c, product: 0x0125,
		ports: ["echo", "echo", "modem", "echo"], tried: [2],
	},
	{
		// The same to all but its IMEI, and with its ports in another order than the table's.
		name: "EC25", family: "quectel-lte", model: "EC25", vendor: 0x2c7c, product: 0x0125,
		ports: ["echo", "echo", "echo", "modem"], tried: [0, 1, 2, 3],
	},
	{
		name: "E169", family: "huawei", model: "E1752", vendor: 0x12d1, product: 0x1001, isNew: true,
		ports: ["echo", "echo", "modem"], tried: [2],
	},
	{
		name: "SARA-U2", family: "u-blox", model: "SARA-U201", vendor: 0x1546, product: 0x1102, isAcm: true,
		ports: ["modem", "nmea"], tried: [0],
	},
	{
		// In no table, and before the right port there is one trap after the other.
		name: "NL668", family: "generic", model: "NL668-EAU", vendor: 0x2cb7, product: 0x0104,
		ports: ["binary", "error", "modem"], tried: [0, 1, 2],
	},
	{
		name: "MC7710", family: "sierra", model: "MC8775", vendor: 0x1199, product: 0x68a2,
		ports: ["echo", "echo", "echo", "modem"], tried: [3],
	},
];
const all = modems.map((_, i) => i);
const ports = modems.reduce((n, modem) => n + modem.ports.length, 0) - 1; // qcserial leaves a Sierra's second

const sim = [
	"submit = 100-400\nstatus_delay = 100-300\n",
	...modems.map(({ family, model }, i) =>
		family === "generic"
			? `modem ${i} {\nmaker = Fibocom\nmodel = ${model}\n}\n`
			: `modem ${i} {\nprofile = ${family}\n}\n`,
	),
].join("");

let board: GadgetBoard;
let texts = 0;
let pulls = 0;

before(async () => {
	board = new GadgetBoard(modems, sim, seed);
	board.disk.give(packageFile, "/root/chapar.deb");
	await board.startSim();
	await board.boot(31_000 + (process.pid % 1000));
	await board.makeGadgets();
});

tellFirstFailure(() => board);

after(async () => {
	await board?.stop();
});

/** Texts to numbers of their own; which messages they are. */
async function send(n: number, sim?: number): Promise<number[]> {
	const { results } = await board.must("POST", "/messages", {
		messages: Array.from({ length: n }, () => ({
			to: `+30694${String(++texts).padStart(7, "0")}`,
			text: texts % 4 === 0 ? `Γεια σας από το κείμενο ${texts}. `.repeat(4) : `text ${texts}`,
			class: "alert",
			sim,
		})),
	});
	return results.map((r: { id: number }) => r.id);
}

async function delivered(ids: number[]) {
	for (const id of ids) {
		const is = async () => (await board.must("GET", `/messages/${id}`)).state === "delivered";
		await until(`message ${id} to be delivered`, is, patienceMs, 200);
	}
}

/** A text over each of these modems, and its report. */
async function work(...indices: number[]) {
	const ids = await Promise.all(indices.map(async (i) => send(1, (await board.bay(i)).sim_id)));
	await delivered(ids.flat());
}

/** How many messages are still to be sent; more than one is not counted. */
async function waiting(): Promise<number> {
	const of = (state: string) => board.must("GET", `/messages?state=${state}&limit=1`);
	const lists = await Promise.all(["held", "queued", "sending"].map(of));
	return lists.reduce((n, { items }) => n + items.length, 0);
}

async function pull(i: number) {
	pulls++;
	await board.pull(i);
}

/** The radio side does not start by itself, and what it writes to first can be told: the
 * kernel notes when something was written to a port. */
async function holdRadio() {
	await board.sh(`dir=/run/systemd/system/chapar-modemd.service.d; mkdir -p $dir; touch /run/hold
		printf '[Unit]\\nConditionPathExists=!/run/hold\\n' >$dir/hold.conf; systemctl daemon-reload`);
}

async function startRadio() {
	await board.sh(`udevadm settle; touch -d @0 /dev/tty{USB,ACM}*
		rm /run/hold; systemctl start chapar-modemd`);
}

async function written(): Promise<Set<string>> {
	return new Set((await board.sh("cd /dev && find tty{USB,ACM}* -newermt @1")).split("\n"));
}

async function imeis(): Promise<string[]> {
	const { modems } = await board.control("state");
	return modems.map((m: { imei: string }) => m.imei);
}

test("each modem is one bay, by the port that takes commands", async () => {
	for (const i of all) await board.plug(i);
	const there = async () => (await board.ttys()).reduce((n, ttys) => n + ttys.size, 0);
	await until("all ports", async () => (await there()) === ports, patienceMs);
	await holdRadio();
	await board.install();
	await startRadio();
	await board.ready();
	const { items } = await board.must("GET", "/bays");
	assert.equal(items.length, modems.length);
	const log = await board.sh("journalctl -b -u chapar-modemd -o cat");
	const known = await imeis();
	const [ttys, now] = [await board.ttys(), await written()];
	for (const [i, { family, model, tried }] of modems.entries()) {
		const bay = await board.bay(i);
		assert.deepEqual([bay.imei, bay.model], [known[i], model]);
		assert.ok(log.includes(`model=${model} family=${family}`), `${model} is of ${family}`);
		assert.ok(log.includes(`port=${bay.port} answers device=/dev/${ttys[i].get(board.interfaceOf(i))} `));
		const spoken = [...ttys[i]].filter(([, tty]) => now.has(tty)).map(([n]) => n);
		assert.deepEqual(spoken, tried, `${model}: the ports that were spoken to`);
	}
});

test("ModemManager is kept off all of them, and the radio side let in", async () => {
	const ttys = await board.ttys();
	const said = await board.sh(`for at in /sys/bus/usb/devices/[3-9]-1 /dev/tty{USB,ACM}*; do
		echo "/$at"; udevadm info -q property $at
		stat -c '%a %G' $(udevadm info -q property --property=DEVNAME --value $at)
	done`);
	const told = new Map(said.split(/^\/(?=\/)/m).map((text) => [text.split("\n")[0], text.split("\n")]));
	for (const [i, { vendor, product }] of modems.entries()) {
		const device = told.get(`/sys/bus/usb/devices/${board.place(i)}`);
		for (const line of ["ID_MM_DEVICE_IGNORE=1", "664 dialout"])
			assert.ok(device?.includes(line), `${board.place(i)}: ${line}`);
		const ids = [`ID_VENDOR_ID=${hex(vendor)}`, `ID_MODEL_ID=${hex(product)}`];
		for (const tty of ttys[i].values())
			for (const line of ["ID_MM_PORT_IGNORE=1", "660 dialout", ...ids])
				assert.ok(told.get(`/dev/${tty}`)?.includes(line), `${tty}: ${line}`);
	}
});

test("each sends, gets its reports and receives", async () => {
	await work(...all);
	for (const i of all) await board.control(`inbound ${i} +3069330000${i}0 --ucs2 ερώτηση ${i}`);
	for (const i of all) {
		const came = async () =>
			(await board.must("GET", "/inbound?limit=50")).items.some((m: any) => m.text === `ερώτηση ${i}`);
		await until(`the text to modem ${i}`, came, patienceMs, 200);
	}
});

test("pulled while parts are on air, they return under other names to their bays", async () => {
	const gone = [0, 3, 4];
	const names = async () => (await board.ttys()).filter((_, i) => gone.includes(i)).map((m) => [...m.values()]);
	const before = await names();
	await board.control("set all submit 800-1500");
	for (const i of gone) {
		await send(40);
		const busy = async () => (await board.bay(i))?.state === "SENDING";
		await until(`modem ${i} to send`, busy, patienceMs, 20);
		await pull(i);
	}
	for (const i of [...gone].reverse()) await board.plug(i);
	await board.ready();
	await board.control("set all submit 50-200");
	assert.notDeepEqual(await names(), before);
	console.log(`# ${before.join(" ")} became ${(await names()).join(" ")}`);
	await until("all to be sent", async () => (await waiting()) === 0, patienceMs, 500);
	await work(...all);
});

test("two of one kind that change their sockets are told apart", async () => {
	const known = await imeis();
	for (const i of [0, 1]) await pull(i);
	await board.plug(0, 1);
	await board.plug(1, 0);
	const from = Date.now();
	await board.live(0, 1);
	console.log(`# both worked after ${Math.round((Date.now() - from) / 1000)} s`);
	for (const i of [0, 1]) assert.equal((await board.bay(i)).imei, known[i]);
	await work(0, 1);
});

test("a modem that starts anew leaves its bus for a while", async () => {
	const resets = () => board.simLog().filter((e) => e.ev === "reset" && e.modem === 5).length;
	const before = resets();
	await board.must("POST", `/bays/${(await board.bay(5)).id}/reset`);
	await until("its restart", () => resets() > before, patienceMs);
	await pull(5);
	await board.plug(5);
	await board.live(5);
	await work(5);
});

test("those that hang are reset on their bus", async () => {
	const hung = [2, 3]; // by a driver that lets go of a device then, and one that keeps it
	const hangUps = () => Promise.all(hung.map((i) => board.hangUps(i)));
	const before = await hangUps();
	const from = Date.now();
	for (const i of hung) await board.control(`hang ${i}`);
	const ids = await Promise.all(hung.map(async (i) => send(1, (await board.bay(i)).sim_id)));
	for (const [n, i] of hung.entries()) {
		// The modem's side of its port is hung up by the reset.
		await until(`modem ${i} to be reset`, async () => (await hangUps())[n] > before[n], patienceMs, 500);
		await board.control(`reset ${i}`);
		console.log(`# modem ${i} was reset after ${Math.round((Date.now() - from) / 1000)} s`);
	}
	await board.live(...hung);
	await delivered(ids.flat());
	const log = await board.sh("journalctl -b -u chapar-modemd -o cat | grep rung=");
	assert.equal(log.match(/rung=usb /g)?.length, hung.length);
});

test("named by hand", async () => {
	const tty = (await board.ttys())[2].get(board.interfaceOf(2));
	const serial = "/dev/serial/by-id/*SARA-U2_serial3-if00";
	const names = `${serial}, /dev/${tty}, usb:*`;
	await board.sh(`sed -i 's|^ports = .*|ports = ${names}|' /etc/chapar/chapar.conf; systemctl restart chapar-modemd`);
	const link = await board.sh(`ls ${serial}`);
	const bays = async () => {
		const { items } = await board.must("GET", "/bays");
		return items.filter((b: any) => /^(READY|SENDING)$/.test(b.state)).map((b: any) => b.port);
	};
	await until("all", async () => (await bays()).length === modems.length, patienceMs, 200);
	const others = [0, 1, 4, 5].map((i) => `usb:${board.place(i)}`);
	assert.deepEqual((await bays()).sort(), [link, `/dev/${tty}`, ...others].sort());
	await delivered(await send(12));
});

test("nothing was lost, nothing sent twice", async () => {
	await board.fetchStore();
	const verdict = judge(board);
	assert.deepEqual(verdict.faults, []);
	const done = [messageState.sent, messageState.delivered, messageState.unknown];
	const [left] = board.sql(`SELECT count(*) AS n FROM message WHERE state NOT IN (${done})`);
	assert.equal(left.n, 0, "each message is sent or unknown");
	assert.ok(verdict.unknownParts <= pulls, `${verdict.unknownParts} unknown parts of ${pulls} pulls`);
	console.log(`# ${texts} texts, ${verdict.onAirParts} parts on air, ${verdict.unknownParts} unknown; boot took ${board.bootMs} ms`);
});
