// The speed of a UART is found and kept: modemsim's modems hear one speed alone (`baud`), their
// ptys pass for UARTs (tests/uart/uart.c), and libserialport sets what the kernel then shows.
import assert from "node:assert/strict";
import { bin, until, withBox, type Box } from "./lib/box";
import { onAir } from "./lib/simlog";
import { together } from "./lib/together";

const { test, run } = together();

const wrap = ["env", `LD_PRELOAD=${bin("../lib/uart.so")}`, "ASAN_OPTIONS=verify_asan_link_order=0"];

// What a modem was spoken to at, in order, since it was opened last or longer ago.
const speeds = (box: Box, modem: number, from = 0) =>
	box
		.simLog()
		.slice(from)
		.filter((e) => e.ev === "speed" && e.modem === modem)
		.map((e) => e.speed);

const opens = (box: Box, modem: number, from: number) =>
	box.simLog().slice(from).filter((e) => e.ev === "open" && e.modem === modem).length;

const way = (box: Box, modem: number) => {
	const found = new RegExp(`port=\\S*/modem${modem} answers device=\\S+ speed=(\\d+)`, "g");
	return [...box.log("chapar-modemd").matchAll(found)].map((m) => Number(m[1]));
};

test("each modem's speed is found, 115200 first, and kept over a restart", async () => {
	const sim = "submit = 30\nmodem 0 {\n\tbaud = 9600\n}\nmodem 1 {\n\tbaud = 57600\n}\nmodem 2 {\n\tbaud = 115200\n}\n";
	await withBox({ modems: 3, sim, wrap }, async (box) => {
		await box.ready(3);
		assert.deepEqual(speeds(box, 0), [115200, 9600]);
		assert.deepEqual(speeds(box, 1), [115200, 9600, 57600]);
		assert.deepEqual(speeds(box, 2), [115200]);
		assert.deepEqual([0, 1, 2].flatMap((i) => way(box, i)), [9600, 57600, 115200]);
		// Texts go over each, and it is still the same speed.
		for (let i = 0; i < 6; i++)
			await box.must("POST", "/messages", { to: `+30694500000${i}`, text: "hello", class: "alert" });
		await until("six texts on the air", () => onAir(box.simLog()).length === 6);
		assert.deepEqual(speeds(box, 1).length, 3);

		await box.killRadio();
		const from = box.simLog().length;
		box.startRadio();
		await until("all modems to be open again", () => [0, 1, 2].every((i) => opens(box, i, from) > 0));
		await box.ready(3);
		for (const [i, speed] of [9600, 57600, 115200].entries()) {
			assert.deepEqual(speeds(box, i, from), [speed], `modem ${i}`);
			assert.equal(opens(box, i, from), 1, `modem ${i}`);
		}
	});
});

test("a modem that was set to another speed meanwhile is found again", async () => {
	await withBox({ modems: 1, sim: "baud = 9600\n", wrap }, async (box) => {
		await box.ready(1);
		await box.killRadio();
		await box.control("set 0 baud 115200");
		const from = box.simLog().length;
		box.startRadio();
		await until("it to be heard at its new speed", () => speeds(box, 0, from).includes(115200));
		assert.deepEqual(speeds(box, 0, from), [9600, 115200], "the known one, then from the first on");
		await box.ready(1);
		assert.deepEqual(way(box, 0), [9600, 115200]);
	});
});

run("speeds of UARTs", 2);
