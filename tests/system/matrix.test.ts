// A short matrix of the faults that end soon; make fault-matrix plays thousands of all.
import assert from "node:assert/strict";
import { test } from "node:test";
import { matrixRun } from "./lib/matrix";

const soon =
	/^(cms|cme|error|unplug|slowprompt 900|boot_urc|split|inject|csq|reset at once, idle|late 300, await)/;

test("a fault in any phase loses nothing, repeats nothing and disturbs no other bay", { timeout: 600_000 }, async () => {
	const t = await matrixRun({ seed: 7, rounds: 26, modems: 18, only: soon });
	assert.deepEqual(t.faults, []);
	assert.equal(t.rounds, 26);
	// Texts went both ways meanwhile.
	assert.ok(t.parts > 100 && t.inbound > 5 && t.calmDuring > 0, JSON.stringify(t));
});
