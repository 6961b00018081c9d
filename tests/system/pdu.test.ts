// The judge's own decoder against examples worked by hand from the specifications.
import assert from "node:assert/strict";
import { test } from "node:test";
import { airTexts, type AirPart } from "./lib/simlog";
import { decodeSubmit } from "./lib/pdu";

test("a GSM-7 text with relative validity", () => {
	// TS 23.040 9.2.2.2: "hellohello" to +31641600986
	const s = decodeSubmit("0031000B911346610089F60000AA0AE8329BFD4697D9EC37");
	assert.equal(s.to, "+31641600986");
	assert.equal(s.text, "hellohello");
	assert.equal(s.validity, 0xaa);
	assert.equal(s.srr, true);
	assert.equal(s.concat, null);
});

test("UCS-2 with a 16-bit reference", () => {
	const s = decodeSubmit("0041000B911346610089F600080B060804ABCD0201" + "0643" + "0644");
	assert.deepEqual(s.concat, { ref: 0xabcd, total: 2, seq: 1 });
	assert.equal(s.text, "كل");
});

test("fill bits after a header of six octets", () => {
	const s = decodeSubmit("0041000B911346610089F6000009050003010201" + "8262");
	assert.equal(s.text, "Ab");
	assert.deepEqual(s.concat, { ref: 1, total: 2, seq: 1 });
});

test("national language tables", () => {
	// TS 23.038 6.2.1.2.4: Turkish, single shift: "ş" behind an escape; locking: at its place
	const single = decodeSubmit("0041000B911346610089F6000007" + "03240101" + "D8CC01");
	assert.equal(single.text, "ş");
	assert.equal(single.single, 1);
	const locking = decodeSubmit("0041000B911346610089F6000006" + "03250101" + "E800");
	assert.equal(locking.text, "ş");
	assert.equal(locking.locking, 1);
});

test("what is cut short is refused", () => {
	assert.throws(() => decodeSubmit("0031000B911346610089F60000AA0AE8329BFD4697D9EC"));
	assert.throws(() => decodeSubmit("0031000B911346610089F60008AA03064306"));
});

test("a part on air twice is counted as extra", () => {
	const part = (seq: number, text: string): AirPart => ({
		to: "+306900000000",
		srr: true,
		alphabet: "gsm7",
		concat: { ref: 7, total: 2, seq },
		locking: 0,
		single: 0,
		text,
		validity: null,
		octets: 1,
		event: { t: seq, mono: seq, ev: "submit", modem: 0, sim: "s" },
	});
	const [one] = airTexts([part(2, "b"), part(1, "a"), part(1, "a")]);
	assert.equal(one.text, "ab");
	assert.equal(one.got, 2);
	assert.equal(one.extra, 1);
});
