// USB sockets whose power their hub switches, on Debian's arm64 kernel in qemu: the switch is the
// kernel's own, with udev's permissions and under systemd's hardening. modemsim's modems hang and
// fall off their bus; that the power went is read from the kernel. `make socket-test` runs it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { until } from "../lib/box";
import { Board, patienceMs, tellFirstFailure } from "./board";

const [packageFile] = process.argv.slice(2);
const modems = 2;

/** All modems are behind one hub: modem i is at USB path 1-1.(i + 1). */
class HubBoard extends Board {
	protected override modemArgs() {
		return ["-device", "usb-hub,bus=xhci.0,port=1,id=hub,port-power=on", ...super.modemArgs()];
	}

	protected override place(i: number) {
		return `1-1.${i + 1}`;
	}
}

let board: HubBoard;

before(async () => {
	board = new HubBoard(modems, "submit = 200-600\nstatus_report = off\n", 1);
	board.disk.give(packageFile, "/root/chapar.deb");
	board.disk.give("tests/system/qemu/virt-hub.conf", "/etc/chapar-virt-hub.conf");
	await board.startSim();
	await board.boot(31_000 + (process.pid % 1000));
});

tellFirstFailure(() => board);

after(async () => {
	await board?.stop();
});

const disable = (i: number) => `/sys/bus/usb/devices/1-1:1.0/1-1-port${i + 1}/disable`;

const isOff = async (i: number) => (await board.sh(`cat ${disable(i)}`)) === "1";

/** Waits for the socket's power to go and to return; how long it took to go, in ms. */
async function cycled(i: number, between: () => Promise<unknown> = async () => {}): Promise<number> {
	const from = Date.now();
	await until(`socket ${i} to lose its power`, () => isOff(i), patienceMs + 120_000, 200);
	const took = Date.now() - from;
	assert.equal(await isOff(1 - i), false, "the other socket keeps its own");
	await between();
	await until(`socket ${i} to have it again`, async () => !(await isOff(i)), patienceMs, 200);
	return took;
}

const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;

async function power(place: string) {
	const { items } = await board.must("GET", "/bays");
	const bay = items.find((b: { port: string }) => b.port === `usb:${place}`);
	await board.must("POST", `/bays/${bay.id}/power`);
}

test("the box starts, and the switches are the radio side's", async () => {
	await board.install();
	assert.equal(await board.sh(`stat -c '%a %G' ${disable(0)}`), "664 dialout");
	assert.match(await board.sh("chaparctl board check /etc/chapar-virt-hub.conf"), /usb-port\/1-1\.2 .*yes/);
	await board.sh(
		"sed -i 's|^profile = .*|profile = /etc/chapar-virt-hub.conf|' /etc/chapar/chapar.conf; " +
			"systemctl restart chapar-modemd",
	);
	await board.ready();
	assert.doesNotMatch(await board.sh("journalctl -b -u chapar-modemd -o cat"), /cannot be (had|switched)/);
});

test("a socket is switched off and on from the panel's side", async () => {
	await power("1-1.1");
	await cycled(0, () => board.control("reset 0"));
	await board.ready();
});

test("a stop in the middle leaves it on, and so does a start that finds it off", async () => {
	await power("1-1.1");
	await until("the power to go", () => isOff(0), patienceMs, 100);
	await board.sh("systemctl stop chapar-modemd");
	assert.equal(await isOff(0), false);
	await board.sh(`echo 1 >${disable(0)}; systemctl start chapar-modemd`);
	await board.ready();
	assert.equal(await isOff(0), false);
});

test("a modem that hangs comes back", async () => {
	await board.control("hang 1");
	await board.must("POST", "/messages", {
		messages: Array.from({ length: 6 }, (_, i) => ({ to: `+3069400010${i}0`, text: "x", class: "alert" })),
	});
	const took = await cycled(1, () => board.control("reset 1"));
	await board.ready();
	console.log(`# the ladder reached its socket after ${seconds(took)}`);
});

test("a modem that hangs since before the start comes back", async () => {
	await board.control("hang 0");
	await board.sh("systemctl restart chapar-modemd");
	const took = await cycled(0, () => board.control("reset 0"));
	await board.ready();
	console.log(`# its socket lost its power after ${seconds(took)}`);
});

test("a modem that fell off its bus is given its power anew", async () => {
	await board.pull(1);
	const took = await cycled(1);
	console.log(`# its socket lost its power after ${seconds(took)}`);
	await board.plug(1);
	await board.ready();
});
