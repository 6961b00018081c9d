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
	assert.match(rows[2].error, /languages/);
});
