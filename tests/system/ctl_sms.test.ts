// The commands that anyone may check our codecs with: no configuration, no store, no daemon.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { decodeSubmit } from "./lib/pdu";

const CTL = `${process.env.CHAPAR_BIN ?? "build/bin"}/chaparctl`;

function ctl(words: string[], lines: string[]) {
	const done = spawnSync(CTL, words, {
		input: lines.map((line) => `${line}\n`).join(""),
		encoding: "utf8",
		env: { PATH: process.env.PATH },
		maxBuffer: 1 << 28,
	});
	const rows = done.stdout.split("\n").slice(0, -1);
	return { status: done.status, rows: rows.map((row) => JSON.parse(row)), stderr: done.stderr };
}

test("pdu encode makes what the judge's own decoder reads", () => {
	const texts = ["hello", "", "Καλημέρα ".repeat(20), "{€}".repeat(60), "😀".repeat(40)];
	const lines = texts.map((text, i) =>
		JSON.stringify({ to: "+306912345678", text, ref: 40 + i, report: i % 2 === 0 }),
	);
	const { status, rows } = ctl(["pdu", "encode"], lines);
	assert.equal(status, 0);
	assert.equal(rows.length, texts.length);
	rows.forEach((row, i) => {
		const parts = row.pdus.map((p: { pdu: string }) => decodeSubmit(p.pdu));
		assert.equal(parts.map((p: { text: string }) => p.text).join(""), texts[i]);
		assert.equal(parts.length, row.parts);
		for (const [k, p] of parts.entries()) {
			assert.equal(p.to, "+306912345678");
			assert.equal(p.srr, i % 2 === 0);
			assert.equal(row.pdus[k].tpdu_octets, row.pdus[k].pdu.length / 2 - 1);
			if (row.parts > 1)
				assert.deepEqual(p.concat, { ref: 40 + i, total: row.parts, seq: k + 1 });
		}
	});
});

test("pdu decode reads back what pdu encode wrote, and says which line it cannot read", () => {
	const line = '{"to":"*100#","text":"a\\"\\\\\\n€","smsc":"+30694","validity_s":3600}';
	const [{ pdus }] = ctl(["pdu", "encode"], [line]).rows;
	const { status, rows } = ctl(["pdu", "decode"], [pdus[0].pdu, "", "hello", "00"]);
	assert.equal(status, 1);
	assert.equal(rows.length, 3);
	assert.equal(rows[0].kind, "submit");
	assert.equal(rows[0].to, "*100#");
	assert.equal(rows[0].smsc, "+30694");
	assert.equal(rows[0].text, 'a"\\\n€');
	assert.equal(rows[0].validity_s, 3600);
	assert.match(rows[1].error, /hexadecimal/);
	assert.match(rows[2].error, /not a PDU/);
});

test("pdu encode says a validity in every format, and ports", () => {
	const base = { to: "+30691", text: "x" };
	const rows = [
		base,
		{ ...base, validity_s: 7200 },
		{ ...base, validity_s: 7200, validity: "enhanced" },
		{ ...base, single_shot: true },
		{ ...base, valid_until: "2027-03-01T10:20:30Z" },
		{ ...base, port_to: 9200, port_from: 9200, reply_path: true, reject_duplicates: true },
		{ ...base, port_to: 2 },
	];
	const made = ctl(["pdu", "encode"], rows.map((row) => JSON.stringify(row)));
	assert.equal(made.status, 0);
	const read = ctl(["pdu", "decode"], made.rows.map((row) => row.pdus[0].pdu)).rows;
	const formats = read.map((row) => row.validity);
	assert.deepEqual(formats.slice(0, 5), ["none", "relative", "enhanced", "enhanced", "absolute"]);
	assert.equal(read[1].validity_s, 7200);
	assert.equal(read[2].validity_s, 7200);
	assert.equal(read[3].single_shot, true);
	assert.equal(Date.parse(read[4].valid_until), Date.parse("2027-03-01T10:20:30Z"));
	assert.deepEqual([read[5].port_to, read[5].port_from], [9200, 9200]);
	assert.deepEqual([read[5].reply_path, read[5].reject_duplicates], [true, true]);
	assert.deepEqual(read[6].header, [{ id: 4, data: "0200" }]);
	const bad = [{ valid_until: "soon" }, { port_to: 70000 }, { valid_until: "2300-01-01T00:00:00Z" }];
	const refused = ctl(["pdu", "encode"], bad.map((row) => JSON.stringify({ ...base, ...row })));
	assert.equal(refused.status, 1);
	assert.ok(refused.rows.every((row) => typeof row.error === "string"));
});

test("pdu decode --ack reads what +CMGS shows", () => {
	const { status, rows } = ctl(["pdu", "decode", "--ack"], ["010062111291035480", "0100"]);
	assert.equal(status, 1);
	assert.deepEqual(rows[0], { kind: "submit-report", sent_at: "2026-11-21T17:30:45.000Z" });
	assert.equal(rows[1].error, "not a PDU");
});

test("text preview: parts, why, cheaper, warnings", () => {
	const text = `${"abcdefghi ".repeat(10)}it’s P\u0430ypal`;
	const { status, rows } = ctl(["text", "preview"], [JSON.stringify(text)]);
	assert.equal(status, 0);
	assert.equal(rows[0].encoding, "ucs2");
	assert.equal(rows[0].parts, 2);
	assert.deepEqual(rows[0].because[0], { char: "’", code_point: 0x2019, offset: 102 });
	assert.equal(rows[0].cuts.length, 1);
	assert.equal(rows[0].warnings[0].kind, "mixed_script");
	const plain = text.replace("\u0430", "a");
	const [row] = ctl(["text", "preview"], [JSON.stringify({ text: plain })]).rows;
	assert.equal(row.cheaper.length, 1);
	assert.deepEqual(row.cheaper[0].kinds, ["quotes"]);
	assert.equal(row.cheaper[0].parts_saved, 1);
	assert.equal(row.cheaper[0].text, plain.replace("’", "'"));
});

test("a language that the route can do makes a text cheaper", () => {
	const text = "Şimdi ".repeat(20);
	const lines = [{ text }, { text, single: ["turkish"] }, { text, single: ["klingon"] }];
	const { rows } = ctl(["text", "preview"], lines.map((line) => JSON.stringify(line)));
	assert.equal(rows[0].parts, 2);
	assert.equal(rows[1].parts, 1);
	assert.equal(rows[1].single, "turkish");
	const [both] = ctl(["text", "preview"], [JSON.stringify({ text, national: "turkish" })]).rows;
	assert.equal(both.parts, 1);
	assert.match(rows[2].error, /languages/);
});
