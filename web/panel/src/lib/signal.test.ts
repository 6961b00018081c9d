// The signal of a week, as it is drawn and as it is read out.
import assert from "node:assert/strict";
import { test } from "node:test";
import { byDay, course, dbm, levelOf } from "./signal";

const hour = 3_600_000;
const now = Date.parse("2026-11-22T10:20:00Z");
const at = (hours: number) => new Date(now - (now % hour) - hours * hour).toISOString();
const of = (hours: number, min: number, mean: number, max: number) => ({
	at: at(hours),
	min_dbm: min,
	mean_dbm: mean,
	max_dbm: max,
});

test("good is what shows three bars and more", () => {
	assert.deepEqual([-51, -95, -96, -103, -104, -113].map(levelOf), ["good", "good", "weak", "weak", "bad", "bad"]);
});

test("hours without a reading are holes, not lines", () => {
	const c = course([of(200, -1, -1, -1), of(5, -99, -90, -80), of(3, -90, -85, -80)], now);
	assert.equal(c.at.length, 169);
	assert.equal(c.at.at(-1), (now - (now % hour)) / 1000);
	assert.deepEqual(c.mean.slice(-6), [-90, null, -85, null, null, null]);
	assert.equal(c.low.at(-6), -99);
	assert.equal(c.high.filter((v) => v !== null).length, 2);
});

test("a day is its worst, its mean and its best hour", () => {
	const days = byDay([of(72, -99, -90, -80), of(71, -95, -81, -60), of(24, -70, -70, -70)]);
	assert.deepEqual(
		days.map(({ worst, mean, best }) => [worst, mean, best]),
		[
			[-99, -85, -60],
			[-70, -70, -70],
		],
	);
});

test("a level stands as it is in a sentence from right to left", () => {
	assert.equal(dbm(-95), "\u2066-95\u00a0dBm\u2069");
});
