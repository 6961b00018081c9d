// What is said of how a bay has fared, and what is not said for want of measurement.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { BayHealth } from "./types";

// The few things of a browser that these modules touch when they are loaded.
Object.assign(globalThis, {
	document: { documentElement: {} as Record<string, string> },
	location: { href: "http://box/" },
});

let bays: typeof import("./bay_fared");
let i18n: typeof import("./i18n");
before(async () => {
	bays = await import("./bay_fared");
	i18n = await import("./i18n");
	await i18n.setLocale("en");
});

const h = 3_600_000;
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
const health = (more: Partial<BayHealth>): BayHealth => ({
	since: ago(720 * h),
	failures: 0,
	up_ms: 0,
	ready_ms: 0,
	down_ms: 0,
	mtbf_seconds: null,
	spans: [],
	causes: [],
	modems: [],
	same_imei_bay: null,
	...more,
});
const spans = (day: number[], week: number[]) => {
	const of = (days: number, [ran = 0, up = 0, ready = 0]: number[]) => ({
		days,
		since: ago(days * 24 * h),
		ran_ms: ran * h,
		up_ms: up * h,
		ready_ms: ready * h,
	});
	return health({ spans: [of(1, day), of(7, week)] });
};

test("failures are counted over measured work", () => {
	assert.match(bays.fared(health({})), /^No failure since .*\d\.$/);
	assert.match(bays.fared(health({ up_ms: 200 * h })), /, in 8 days of work\.$/);
	const some = { up_ms: 60 * h, down_ms: h / 2 };
	assert.match(
		bays.fared(health({ ...some, failures: 1, mtbf_seconds: 60 * 3600 })),
		/^Since .* it failed once in 3 days of work\. In all it was out for 30 min\. Once is too few/,
	);
	assert.match(
		bays.fared(health({ ...some, failures: 3, mtbf_seconds: 20 * 3600 })),
		/ it failed 3 times in 3 days of work: once in 20 h 0 min on average\./,
	);
	assert.match(bays.fared(health({ failures: 2 })), /^Since .* it failed 2 times\.$/);
});

test("how long it could send is said of what was measured", () => {
	assert.deepEqual(bays.ready(spans([0.5, 0.5, 0.5], [0.9, 0.9, 0.9])), [], "too short to say");
	assert.deepEqual(bays.ready(spans([24, 24, 24], [168, 168, 168])), ["Ready 100% of the last 7 days."]);
	const almost = bays.ready(spans([24, 24, 24], [168, 168, 167.95]));
	assert.deepEqual(almost, ["Ready 99.9% of the last 7 days."], "100 % is all of it");
	const off = bays.ready(spans([10, 10, 10], [60, 60, 59.9]));
	assert.equal(off.length, 1);
	assert.match(off[0] ?? "", /^Ready 99\.8% of the 3 days that the box was on since .*\d\.$/);
});

test("a bad day and a limit are told apart from a bad modem", () => {
	const [line, rest] = bays.ready(spans([24, 24, 12], [168, 167, 126]));
	assert.equal(line, "Ready 75% of the last 7 days. Of the last 24 hours: 50%.");
	assert.equal(
		rest,
		"The modem itself worked 99.4%; otherwise it waited for a PIN, the network or a limit.",
	);
	assert.equal(bays.ready(spans([24, 12, 12], [168, 84, 84])).length, 1);
});
