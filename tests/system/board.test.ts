// Alarm inputs and switched outputs while modemd dies and is started anew, as systemd does it:
// on lines that the test moves and reads, judged by them, by the store and by what went on air.
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bin, startBox, until, type Box } from "./lib/box";
import { FaultFs } from "./lib/faultfs";
import { random } from "./lib/random";
import { drop, scratch } from "./lib/scratch";
import { onAir } from "./lib/simlog";
import { together } from "./lib/together";

const { test, run } = together();

const boss = "+306941000001";
const other = "+306941000002";

const profile = `[board]
name = a door and a siren
chip = gpiochip0
[input door]
line = door
says = The door is open.
clears = The door is closed.
debounce-ms = 0
every-s = 0
[output siren]
line = siren
on = siren on
off = siren off
`;

class Lines {
	readonly dir = scratch();
	readonly boxDir = scratch();
	readonly disk = new FaultFs(join(this.dir, "disk"), join(this.boxDir, "store.db"));
	readonly wrap = [
		...this.disk.wrap,
		`LD_PRELOAD=${bin("../lib/faultfs.so")}:${bin("../lib/fakegpio.so")}`,
		`CHAPAR_GPIO=${this.dir}/lines`,
	];

	constructor(changesAnHour: number) {
		mkdirSync(join(this.dir, "lines"));
		writeFileSync(join(this.dir, "board.conf"), `${profile}changes-an-hour = ${changesAnHour}\n`);
	}

	set(name: string, text: string) {
		writeFileSync(join(this.dir, "lines", name), text);
	}

	has(name: string): boolean {
		return existsSync(join(this.dir, "lines", name));
	}

	/** How often the siren was switched on. */
	ons(): number {
		return readFileSync(join(this.dir, "lines", "log"), "utf8").split("siren 1\n").length - 1;
	}
}

async function withBoard(changesAnHour: number, check: (box: Box, lines: Lines) => Promise<void>) {
	const lines = new Lines(changesAnHour);
	const box = await startBox({
		modems: 1,
		sim: "submit = 20\nstatus_report = off\n",
		dir: lines.boxDir,
		wrap: lines.wrap,
		panel: false,
		radio: false,
		conf: `[board]\nprofile = ${lines.dir}/board.conf\nalarm_to = ${boss}, ${other}\nswitch_from = ${boss}\n`,
	});
	try {
		await check(box, lines);
	} catch (e) {
		process.stderr.write(box.log("chapar-modemd").slice(-3000));
		throw e;
	} finally {
		await box.stop();
		drop(lines.dir);
	}
}

const texts = (box: Box): string[] =>
	box.sql("SELECT text FROM message ORDER BY id").map((m) => m.text as string);

const times = (all: string[], one: string) => all.filter((t) => t === one).length;

/** How often the log of all runs says so. */
const logged = (box: Box, words: string) => box.log("chapar-modemd").split(words).length - 1;

const sent = (box: Box) =>
	until(
		"all to be sent",
		() => box.sql("SELECT count(*) AS n FROM message WHERE state IN (1, 2)")[0].n === 0,
		60_000,
	);

test("modemd dies five times while the door is open: each number is told once", async () => {
	await withBoard(6, async (box, lines) => {
		lines.set("door", "1");
		box.startRadio();
		await until("the alarm", () => texts(box).length === 2);
		for (let i = 1; i <= 5; i++) {
			await box.killRadio();
			box.startRadio();
			await until("it to be seen", () => logged(box, "input=door again too soon") >= i);
		}
		await sent(box);
		assert.deepEqual(
			onAir(box.simLog()).map((p) => `${p.to} ${p.text}`).sort(),
			[`${boss} The door is open.`, `${other} The door is open.`],
		);
		// Closed while nobody looked, and opened anew.
		await box.killRadio();
		lines.set("door", "0");
		box.startRadio();
		await until("its end", () => times(texts(box), "The door is closed.") === 2);
		await box.killRadio();
		lines.set("door", "1");
		box.startRadio();
		await until("the next alarm", () => times(texts(box), "The door is open.") === 4);
		await sent(box);
		assert.equal(texts(box).length, 6);
	});
});

const say = (box: Box, text: string) => box.control(`inbound 0 ${boss} ${text}`);

const restarted = "siren: off, the box was restarted";

const answered = (box: Box, answer: string, n = 1) =>
	until(`"${answer}"`, () => times(texts(box), answer) >= n, 60_000);

test("modemd dies as it switches: not done twice, answered once, and the hour's limit stays", async () => {
	await withBoard(2, async (box, lines) => {
		lines.set("die", "");
		const radio = box.startRadio();
		const died = once(radio, "exit");
		await say(box, "Siren on");
		assert.deepEqual(await died, [null, "SIGKILL"]);
		assert.equal(lines.has("die"), false);
		assert.deepEqual(texts(box), []);
		for (let i = 0; i < 2; i++) {
			await box.killRadio();
			box.startRadio();
			await answered(box, restarted);
		}
		assert.equal(lines.ons(), 0);
		await say(box, "SIREN ON");
		await answered(box, "siren: on");
		assert.equal(lines.ons(), 1);
		for (let i = 1; i <= 2; i++) {
			await box.killRadio();
			box.startRadio();
			await say(box, `${"!".repeat(i)} siren on`);
			await answered(box, "siren: not switched, too often within an hour", i);
		}
		assert.equal(lines.ons(), 1);
		assert.equal(times(texts(box), restarted), 2, "what was on and is off now is told, once");
		assert.equal(texts(box).length, 5);
	});
});

test("modemd dies at any moment around a command: at most once done, once answered", async () => {
	const rounds = 10;
	await withBoard(60, async (box, lines) => {
		const rand = random(17);
		lines.disk.set({ syncMs: 15 }); // each commit is a while in which to die
		box.startRadio();
		await say(box, "siren off");
		await answered(box, "siren: off");
		let both = 0;
		for (let i = 1; i <= rounds; i++) {
			const before = texts(box).length;
			const stored = logged(box, "in=text");
			await say(box, `${"!".repeat(i)} siren on`);
			// Now and then before it is stored, else in the moments after.
			if (i % 3 > 0) await until("it to be stored", () => logged(box, "in=text") > stored, 30_000, 1);
			await new Promise((r) => setTimeout(r, Math.floor(rand() * 60)));
			await box.killRadio();
			const isAnswered = texts(box).length > before;
			both += Number(isAnswered); // it is told, too, that the restart switched it off
			box.startRadio();
			await until("all answers", () => texts(box).length === before + 1 + Number(isAnswered), 60_000);
			await say(box, `${"!".repeat(i)} siren off`);
			await answered(box, "siren: off", i + 1);
		}
		const said = texts(box);
		const on = times(said, "siren: on");
		const cut = times(said, restarted) - both;
		assert.equal(on + cut, rounds, said.join("\n"));
		assert.equal(said.length, 1 + rounds + on + cut + both);
		assert.ok(lines.ons() >= on && lines.ons() <= rounds, `${lines.ons()} times on`);
		const [taken] = box.sql("SELECT count(*) AS n FROM audit WHERE action = 'output.switch' AND detail = 'on'");
		assert.ok(lines.ons() <= taken.n && taken.n <= rounds);
		console.log(`# of ${rounds} commands ${on} done, ${cut} cut off, ${lines.ons()} reached the line`);
	});
});

run("the board", 3);
