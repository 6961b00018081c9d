// Power cuts on two banks with traffic, seeded; make power-cuts plays thousands.
import assert from "node:assert/strict";
import { test } from "node:test";
import { powerRun } from "./lib/power";

const cuts = 8;

test("after a power cut nothing is lost, nothing goes twice", { timeout: 300_000 }, async () => {
	for (const tally of await Promise.all([powerRun(41, cuts), powerRun(42, cuts)])) {
		assert.deepEqual(tally.faults, []);
		assert.equal(tally.cuts, cuts);
		// It was a day like any other, not an empty one.
		assert.ok(tally.texts > 50 && tally.parts > 50, JSON.stringify(tally));
		assert.ok(tally.unknown > 0 && tally.inbound > 0, JSON.stringify(tally));
	}
});
