// Every bad input has a clear error and leaves nothing half-done.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { bin, startBox, until, type Box } from "./lib/box";
import { scratch } from "./lib/scratch";

let box: Box;
let list = 0;

before(async () => {
	box = await startBox({ modems: 1, radio: false });
	list = (await box.must("POST", "/lists", { name: "bad", country: "GR" })).id;
});
after(async () => {
	await box.stop();
});

function counts() {
	return box.sql(
		"SELECT (SELECT count(*) FROM message) AS messages, (SELECT count(*) FROM contact) AS contacts," +
			" (SELECT count(*) FROM list) AS lists, (SELECT count(*) FROM campaign) AS campaigns",
	)[0];
}

const good = { to: "+306944000001", text: "hello", class: "alert" };
const requests: [string, string, string, unknown, number, string][] = [
	["a bad number", "POST", "/messages", { ...good, to: "abc" }, 422, "invalid_number"],
	["a landline or too short a number", "POST", "/messages", { ...good, to: "+3069" }, 422, "invalid_number"],
	["no text", "POST", "/messages", { ...good, text: "" }, 422, "empty_text"],
	["too many parts", "POST", "/messages", { ...good, text: "x".repeat(3000) }, 422, "too_many_parts"],
	["an unknown field", "POST", "/messages", { ...good, txet: "x" }, 400, "unknown_field"],
	["a wrong type", "POST", "/messages", { ...good, text: 7 }, 400, "wrong_type"],
	["an unknown class", "POST", "/messages", { ...good, class: "spam" }, 0, ""],
	["an array for an object", "POST", "/messages", [good], 400, "wrong_type"],
	["a placeholder nobody has", "POST", "/campaigns", null, 422, "unknown_placeholder"],
	["a list that is not there", "GET", "/lists/99999", undefined, 404, "not_found"],
	["a path that is not there", "GET", "/nothing", undefined, 404, "not_found"],
	["a method it has not", "DELETE", "/messages", undefined, 405, "method_not_allowed"],
];
for (const [name, method, path, body, status, code] of requests) {
	test(`API: ${name}`, async () => {
		const was = counts();
		let answer;
		if (body === null) {
			const draft = { name: "c", list_id: list, text: "Hi {{frist_name}}", class: "promotional" };
			answer = await box.api("POST", "/campaigns", draft);
			if (answer.status === 201) {
				const id = answer.body.id;
				answer = await box.api("POST", `/campaigns/${id}/start`);
				await box.must("DELETE", `/campaigns/${id}`);
			}
			assert.match(JSON.stringify(answer.body), /first_name/, "names the nearest");
		} else {
			answer = await box.api(method, path, body);
		}
		if (status) assert.equal(answer.status, status, JSON.stringify(answer.body));
		assert.ok(answer.status >= 400 && answer.status < 500);
		assert.match(answer.headers.get("content-type") ?? "", /application\/problem\+json/);
		if (code) assert.equal(answer.body.code, code);
		assert.match(answer.body.detail, /\S+ \S+ \S+/, "a sentence");
		assert.deepEqual(counts(), was, "nothing half-done");
	});
}

async function raw(body: Uint8Array | string, headers: Record<string, string> = {}) {
	const res = await fetch(`${box.url}/api/v1/messages`, {
		method: "POST",
		headers: {
			Authorization: `Bearer ${box.key}`,
			"Content-Type": "application/json",
			...headers,
		},
		body: body as BodyInit,
	});
	return { status: res.status, body: (await res.json()) as any };
}

test("API: invalid UTF-8, broken JSON, no body, a body too large, no key, a wrong key", async () => {
	const bad = Buffer.concat([
		Buffer.from('{"to":"+306944000001","class":"alert","text":"'),
		Buffer.from([0xff, 0xfe]),
		Buffer.from('"}'),
	]);
	assert.equal((await raw(bad)).body.code, "invalid_utf8");
	assert.equal((await raw('{"to":')).status, 400);
	assert.equal((await raw("")).status, 400);
	const large = await raw(JSON.stringify({ ...good, text: "x".repeat(40 << 20) }));
	assert.equal(large.status, 413);
	assert.equal(large.body.code, "too_large");
	assert.ok(large.body.limit > 0, "states the limit");
	assert.equal((await raw(JSON.stringify(good), { Authorization: "" })).status, 401);
	assert.equal((await raw(JSON.stringify(good), { Authorization: "Bearer nonsense" })).status, 401);
	assert.equal(box.sql("SELECT count(*) AS n FROM message")[0].n, 0);
});

async function runImport(body: string | Uint8Array, query = "") {
	const was = counts();
	const answer = await box.api("POST", `/lists/${list}/import?country=GR&name=f.csv${query}`, body);
	if (answer.status !== 202) return { was, status: answer.status, job: null, code: answer.body.code as string };
	const job = await until("the job to end", async () => {
		const j = await box.must("GET", `/jobs/${answer.body.job}`);
		return /done|failed/.test(j.state) ? j : undefined;
	});
	return { was, status: 202, job, code: (job.error?.code ?? "") as string };
}

const head = "phone,first_name,consent_source,consent_date,consent_text\n";
const files: [string, string | Uint8Array, string][] = [
	["binary", new Uint8Array(readFileSync(process.execPath).subarray(0, 100_000)), "binary_file"],
	["empty", "", "empty_file"],
	["without a phone column", "name,city\nAnna,Athens\n", "no_phone_column"],
	["with a quote never closed", `${head}+306944000001,"Anna,web,2026-01-01,f\n+306944000002,B,web,,\n`, "quote_open"],
];
for (const [name, body, code] of files) {
	test(`CSV: a file ${name}`, async () => {
		const r = await runImport(body);
		assert.equal(r.code, code);
		if (r.job) {
			assert.equal(r.job.state, "failed");
			assert.match(r.job.error.detail, /\S+ \S+ \S+/);
		}
		assert.deepEqual(counts(), r.was);
	});
}

test("CSV: wrong encoding asked for is said, the right one is found by itself", async () => {
	const greek = Buffer.concat([
		Buffer.from("phone;first_name\n+306944000077;"),
		Buffer.from([0xc1, 0xed, 0xed, 0xe1]), // Άννα without the accent, Windows-1253
		Buffer.from("\n"),
	]);
	const wrong = await runImport(greek, "&encoding=utf-8&dry_run=1");
	assert.equal(wrong.code, "wrong_encoding");
	const right = await runImport(greek);
	assert.equal(right.job.accepted, 1);
	const { items } = await box.must("GET", "/contacts?q=%2B306944000077");
	assert.equal(items[0].first_name, "Αννα");
});

test("CSV: each rejected row has its reason, the others are taken", async () => {
	const body =
		`${head}+306944000101,Anna,web,2026-01-01,form\n` +
		"abc,Nobody,web,2026-01-01,form\n,Empty,web,,\n=1+1,Formula,web,,\n" +
		"2103456789,Landline,web,,\n694400010,Short,web,,\n69440001019999,Long,web,,\n" +
		"00306944000101,Again,web,,\n";
	const { job } = await runImport(body);
	assert.equal(job.state, "done");
	assert.equal(job.accepted, 1);
	assert.equal(job.duplicate, 1);
	const { items } = await box.must("GET", `/jobs/${job.id}/rejected?format=json&limit=100`);
	assert.deepEqual(
		items.map((r: any) => [r.row, r.reason]).filter(([, r]: string[]) => r !== "duplicate_in_file"),
		[
			[3, "not_a_number"],
			[4, "no_number"],
			[5, "formula"],
			[6, "landline"],
			[7, "too_short"],
			[8, "too_long"],
		],
	);
	const csv = await box.api("GET", `/jobs/${job.id}/rejected`);
	assert.match(String(csv.body), /^\W*row,reason/);
});

test("CSV: 1 GB is checked with little memory", { timeout: 300_000 }, async () => {
	const row = `+306944000201,${"a".repeat(20_000)},web,2026-01-01,form\n`;
	const block = Buffer.from(row.repeat(500));
	let left = Math.ceil((1 << 30) / block.length);
	let first = true;
	const body = new ReadableStream({
		pull(c) {
			if (first) c.enqueue(Buffer.from(head));
			first = false;
			if (left-- > 0) c.enqueue(block);
			else c.close();
		},
	});
	const res = await fetch(
		`${box.url}/api/v1/lists/${list}/import?country=GR&name=big.csv&dry_run=1`,
		{
			method: "POST",
			headers: { Authorization: `Bearer ${box.key}`, "Content-Type": "text/csv" },
			body,
			duplex: "half",
		} as RequestInit,
	);
	const { job } = (await res.json()) as { job: number };
	const done = await until(
		"1 GB",
		async () => {
			const j = await box.must("GET", `/jobs/${job}`);
			return /done|failed/.test(j.state) ? j : undefined;
		},
		240_000,
		200,
	);
	assert.equal(done.state, "done", JSON.stringify(done.error));
	assert.ok(done.bytes_total >= 1 << 30);
	const status = readFileSync(`/proc/${box.pid("chapar-paneld")}/status`, "utf8");
	const peak = Number(/VmHWM:\s+(\d+)/.exec(status)![1]);
	assert.ok(peak < 200_000, `paneld's peak is ${peak} kB`);
});

const argsOf = (name: string) => (name === "chaparctl" ? ["status"] : []);

function daemon(name: string, conf: string) {
	const dir = scratch();
	const path = join(dir, "chapar.conf");
	writeFileSync(path, conf.replaceAll("DIR", dir));
	const r = spawnSync(bin(name), ["--config", path, ...argsOf(name)], {
		encoding: "utf8",
		timeout: 20_000,
	});
	return { dir, path, code: r.status, said: r.stderr + r.stdout };
}
const plain =
	"[store]\npath = DIR/s.db\n[run]\ndir = DIR\n[modems]\nports = DIR/none*\n[http]\nlisten = 127.0.0.1:0\n";

for (const name of ["chapar-modemd", "chapar-paneld", "chaparctl"]) {
	test(`${name}: a configuration with an unknown key`, () => {
		const r = daemon(name, plain.replace("[http]", "[http]\nlissen = 1\n"));
		assert.notEqual(r.code, 0);
		assert.match(r.said, /lissen/);
		assert.match(r.said, /listen/, "names the nearest");
		assert.match(r.said, /chapar\.conf/);
	});
	test(`${name}: a damaged store is said so and left as it is`, () => {
		const dir = scratch();
		const store = join(dir, "s.db");
		const garbage = Buffer.alloc(64 * 1024, "not a database ");
		writeFileSync(store, garbage);
		const path = join(dir, "chapar.conf");
		writeFileSync(path, plain.replaceAll("DIR", dir));
		const r = spawnSync(bin(name), ["--config", path, ...argsOf(name)], { encoding: "utf8", timeout: 20_000 });
		assert.notEqual(r.status, 0);
		assert.match(r.stderr + r.stdout, /s\.db/);
		assert.match(r.stderr + r.stdout, /\S+ \S+ \S+ \S+/);
		assert.ok(readFileSync(store).equals(garbage), "not a byte changed");
	});
}

test("a board whose profile is wrong is said so, with file and line", () => {
	const dir = scratch();
	const profile = join(dir, "board.conf");
	const rows: [string, RegExp][] = [
		["[bay 1]\nusb = 1-1\nsupply = 17 loud\n", /board\.conf, line 3: 'supply' must be/],
		["[bay 1]\nsupply = 17\n", /board\.conf, line 1: a bay has either 'usb' or 'uart'/],
	];
	for (const [text, words] of rows) {
		writeFileSync(profile, text);
		const r = daemon("chapar-modemd", `${plain}[board]\nprofile = ${profile}\n`);
		assert.equal(r.code, 2);
		assert.match(r.said, words);
	}
	const r = daemon("chapar-modemd", `${plain}[board]\nprofile = nosuch\n`);
	assert.equal(r.code, 2);
	assert.match(r.said, /nosuch\.conf cannot be opened/);
});

test("a store locked by another program is said so", async () => {
	const holder = await hold(box.store);
	try {
		const answer = await box.api("POST", "/messages", good);
		assert.equal(answer.status, 503);
		assert.equal(answer.body.code, "store_busy");
		assert.ok(answer.headers.get("retry-after"));
	} finally {
		holder();
	}
	assert.equal((await box.api("POST", "/messages", { ...good, client_ref: "l" })).status, 202);
});

/** Holds the write lock of a store until the returned function is called. */
async function hold(path: string): Promise<() => void> {
	const child = spawn("sqlite3", [path], { stdio: ["pipe", "pipe", "inherit"] });
	child.stdin.write("BEGIN IMMEDIATE;\nSELECT 'held';\n");
	await once(child.stdout, "data");
	return () => {
		child.stdin.end("ROLLBACK;\n.quit\n");
	};
}

test("a full disk refuses in words and loses nothing that was accepted", async (t) => {
	if (process.getuid?.() !== 0) return t.skip("needs root to mount a small file system");
	const dir = join(scratch(), "disk");
	mkdirSync(dir);
	execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", dir]);
	const small = await startBox({ modems: 1, dir, radio: false }).catch((e) => {
		execFileSync("umount", ["-l", dir]);
		throw e;
	});
	try {
		let accepted = 0;
		let refusal: any = null;
		for (let i = 0; i < 400 && !refusal; i++) {
			const a = await small.api("POST", "/messages", {
				messages: Array.from({ length: 200 }, (_, k) => ({
					to: `+3069${String(47000000 + i * 200 + k)}`,
					text: "disk full? ".repeat(10),
					class: "alert",
				})),
			});
			if (a.status === 202) accepted += a.body.accepted;
			else refusal = a;
		}
		assert.equal(refusal?.status, 503);
		assert.equal(refusal.body.code, "disk_full");
		assert.equal(small.sql("SELECT count(*) AS n FROM message")[0].n, accepted);
		assert.equal((await small.api("GET", "/messages?limit=1")).status, 200, "still answers");
	} finally {
		await small.stop();
		execFileSync("umount", ["-l", dir]);
	}
});

test("the store's file is readable by its owner alone", () => {
	assert.equal(statSync(box.store).mode & 0o007, 0);
});
