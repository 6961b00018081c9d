// A short matrix of the faults that end soon; make fault-matrix plays thousands of all.
import assert from "node:assert/strict";
import { test } from "node:test";
import { matrixRun, matrixTold } from "./lib/matrix";

test("a fault in any phase loses nothing, repeats nothing and disturbs no other bay", { timeout: 600_000 }, async (c) => {
	const started = performance.now();
	const t = await matrixRun({
		seed: 4,
		rounds: 34,
		modems: 22,
		families: true,
		quick: true,
		timeMs: 12_000,
		patienceMs: 120_000,
	});
	c.diagnostic(matrixTold(t, performance.now() - started));
	assert.deepEqual(t.faults, []);
	assert.ok(t.rounds >= 20, `${t.rounds} rounds`);
	const sentAllTheSame = [...t.pairs.keys()].filter((pair) => pair.includes("onair=yes"));
	assert.ok(sentAllTheSame.length > 0, "another seed: none whose text left all the same");
	// Texts went both ways meanwhile.
	assert.ok(t.parts > 100 && t.inbound > 5 && (t.calm?.during.parts ?? 0) > 30, JSON.stringify(t));
});
