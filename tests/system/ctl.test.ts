// chaparctl as an administrator uses it: readable tables, JSON for scripts, errors that say
// what to do, exit codes to rely on. And modems behind TCP, as a serial server gives them.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { bin, startBox, until, type Box } from "./lib/box";
import { onAir } from "./lib/simlog";

let box: Box;

before(async () => {
	box = await startBox({ modems: 2, sim: "submit = 30\nstatus_delay = 50-100\n" });
	await box.ready();
});
after(async () => {
	await box.stop();
});

function ctl(...args: string[]) {
	const r = spawnSync(bin("chaparctl"), ["--config", box.conf, ...args], { encoding: "utf8" });
	return { code: r.status, out: r.stdout, err: r.stderr };
}

test("bays says which ports there are and what is on them", async () => {
	const bays = ctl("bays");
	assert.equal(bays.code, 0, bays.err);
	assert.match(bays.out, /^BAY +PORT +MODEM/);
	await until("both to be ready", () => /modem0 .*READY[^]*modem1 .*READY/.test(ctl("bays").out));
	assert.equal(JSON.parse(ctl("--json", "bays").out).length, 2);
	assert.equal(ctl("bays").err, "");
	// What nobody watches is not shown as if it were so.
	await box.killRadio();
	assert.match(ctl("bays").err, /chapar-modemd does not run/);
	box.startRadio();
	await box.ready();
});

test("board check tells every fault of a profile with its line", () => {
	const file = join(box.dir, "board.conf");
	const check = (text: string) => {
		writeFileSync(file, text);
		return ctl("board", "check", file);
	};
	const good = check("[board]\nname = Two\n[bay 1]\nusb = 9-9.9\nsupply = 17 low\n[bay 2]\nuart = /dev/null\n");
	assert.equal(good.code, 0, good.err);
	assert.match(good.out, /^Two: 2 bays, 0 inputs, 0 outputs$/m);
	assert.match(good.out, /^1 +usb:9-9\.9 +gpiochip0\/17 low .*nothing is plugged in$/m);
	assert.match(good.out, /^2 +\/dev\/null .*yes$/m);
	const bad = check(
		"[bord]\nname = x\n[bay 1]\nusb = 1-1\nsuply = 3\n[bay 2]\nled = 4\n[bay 3]\nusb = usb2\n" +
			"[input door]\nline = 4\nsays = Open.\n[output o]\nline = 4\non = x\noff = y\n",
	);
	assert.equal(bad.code, 1);
	assert.deepEqual(
		bad.err.trim().split("\n").map((l) => /line (\d+): /.exec(l)?.[1]),
		["1", "5", "6", "8", "14", undefined],
		bad.err,
	);
	assert.match(bad.err, /5 faults/);
	assert.equal(JSON.parse(ctl("--json", "board", "check", file).out).faults.length, 5);
	assert.equal(ctl("board", "check", join(box.dir, "none.conf")).code, 1);
	assert.equal(ctl("board", "check").code, 2);
	for (const name of ["pi-hub", "pi-usb", "uart-modules", "virtual"])
		assert.equal(ctl("board", "check", `board/profiles/${name}.conf`).code, 0, name);
});

test("a key is printed alone on the last line and works", async () => {
	const r = ctl("key", "create", "--name", "shop", "--scope", "read");
	assert.equal(r.code, 0);
	const key = r.out.trimEnd().split("\n").pop()!;
	assert.match(key, /^\S{30,}$/);
	const res = await fetch(`${box.url}/api/v1/messages`, {
		headers: { Authorization: `Bearer ${key}` },
	});
	assert.equal(res.status, 200);
	const send = await fetch(`${box.url}/api/v1/messages`, {
		method: "POST",
		headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
		body: JSON.stringify({ to: "+306944000001", text: "x", class: "alert" }),
	});
	assert.equal(send.status, 403, "a read key cannot send");
});

test("send goes on air, messages shows it, in words and as JSON", async () => {
	const r = ctl("send", "--to", "+306944000002", "--class", "alert", "from the shell");
	assert.equal(r.code, 0, r.err);
	await until("it on air", () => onAir(box.simLog()).some((p) => p.text === "from the shell"));
	await until("it delivered", () =>
		/delivered/.test(ctl("messages", "--to", "+306944000002").out),
	);
	const json = ctl("--json", "messages", "--limit", "1");
	assert.equal(json.code, 0, json.err);
	const parsed = JSON.parse(json.out);
	assert.equal((parsed.items ?? parsed)[0].to, "+306944000002");
});

test("status and sims say how the box is", () => {
	assert.equal(ctl("status").code, 0);
	const sims = ctl("sims");
	assert.equal(sims.code, 0);
	assert.match(sims.out, /\+306900000001/);
	assert.equal(JSON.parse(ctl("--json", "status").out) !== null, true);
});

test("import shows what came of a file", () => {
	const file = join(box.dir, "people.csv");
	writeFileSync(file, "phone,first_name\n6944000011,Anna\nabc,Nobody\n6944000012,Bob\n");
	const r = ctl("import", "--list", "Friends", "--country", "GR", file);
	assert.equal(r.code, 0, r.err);
	assert.match(r.out + r.err, /2/);
	assert.equal(box.sql("SELECT count(*) AS n FROM contact")[0].n, 2);
	const again = ctl("import", "--list", "Friends", "--country", "GR", "--dry-run", file);
	assert.equal(again.code, 0, again.err);
	assert.notEqual(ctl("import", "--list", "Friends", join(box.dir, "none.csv")).code, 0);
});

test("watch tells of a message as it goes", async () => {
	const child = spawn(bin("chaparctl"), ["--config", box.conf, "watch"], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	let out = "";
	child.stdout.on("data", (d: Buffer) => (out += d.toString()));
	try {
		await until("the SIMs", () => out.length > 0);
		const { id } = await box.must("POST", "/messages", {
			to: "+306944000003",
			text: "watched",
			class: "alert",
		});
		await until("the message", () => new RegExp(`\\b${id}\\b`).test(out));
	} finally {
		child.kill("SIGTERM");
	}
});

test("wrong use is said with the nearest right one, and exits with 2", () => {
	const r = ctl("stauts");
	assert.equal(r.code, 2);
	assert.match(r.err, /status/);
	assert.equal(ctl("send", "--to").code, 2);
	const bad = ctl("send", "--to", "abc", "--class", "alert", "x");
	assert.equal(bad.code, 1);
	assert.match(bad.err, /\S+ \S+ \S+/);
});

test("without a store that can be opened it exits with 3", () => {
	const conf = join(box.dir, "nowhere.conf");
	writeFileSync(conf, `[store]\npath = ${box.dir}/no/such/folder/s.db\n`);
	const r = spawnSync(bin("chaparctl"), ["--config", conf, "status"], { encoding: "utf8" });
	assert.equal(r.status, 3);
	assert.match(r.stderr, /no\/such\/folder/);
});

test("modems behind TCP work as those on ptys", async () => {
	const base = 20000 + (process.pid % 20000);
	const tcp = await startBox({
		modems: 2,
		sim: "submit = 30\nstatus_delay = 50-100\n",
		simArgs: ["--tcp", String(base)],
		ports: `tcp:127.0.0.1:${base}, tcp:127.0.0.1:${base + 1}`,
	});
	try {
		await tcp.ready(2);
		const { results } = await tcp.must("POST", "/messages", {
			messages: Array.from({ length: 12 }, (_, i) => ({
				to: `+30694410000${i % 10}`,
				text: `over tcp ${i}`,
				class: "alert",
			})),
		});
		assert.equal(results.length, 12);
		await until("all delivered", () =>
			tcp.sql("SELECT count(*) AS n FROM message WHERE state = 4")[0].n === 12,
		);
		assert.equal(onAir(tcp.simLog()).length, 12);
		assert.equal(new Set(onAir(tcp.simLog()).map((p) => p.event.sim)).size, 2);
	} finally {
		await tcp.stop();
	}
});
