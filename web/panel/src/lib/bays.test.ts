// Who has to do something about a bay, and what is said to them.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { Bay } from "./types";

// The few things of a browser that these modules touch when they are loaded.
Object.assign(globalThis, {
	document: { documentElement: {} as Record<string, string> },
	location: { href: "http://box/" },
});

let bays: typeof import("./bays");
before(async () => {
	bays = await import("./bays");
});

const bay = (state: string, reason = "", more: Partial<Bay> = {}) =>
	({ id: 1, state, reason, reason_text: "", until: null, rung: null, memory_percent: null, ...more }) as Bay;

const nowhere = { technology: null, ims: null, search: null, found: [] };

test("those that need somebody stand first, in the order of the box", () => {
	const list = [bay("READY"), bay("FAULT", "stuck"), bay("HELD", "limit_day"), bay("PIN", "sim_pin"), bay("RECOVERING", "stuck")];
	list.forEach((b, i) => (b.id = i));
	assert.deepEqual(
		bays.byCare(list).map(([care, of]) => [care, of.map((b) => b.id)]),
		[["hand", [1, 3]], ["self", [4]], ["wait", [2]], ["work", [0]]],
	);
});

test("a reason outlives its message: what sends works, what rests does not", () => {
	assert.equal(bays.bayCare(bay("SENDING", "breaker")), "work");
	assert.equal(bays.bayTodo(bay("SENDING", "breaker")), "");
	assert.equal(bays.bayCare(bay("READY", "breaker")), "hand");
	assert.ok(!bays.bayWorks(bay("READY", "limit_minute")));
});

test("what the box does about it now, and that it gave up", () => {
	assert.match(bays.bayTodo(bay("RECOVERING", "stuck", { rung: "cfun" })), /^Nothing to do yet.*restarted by command\.$/);
	const until = new Date(Date.now() + 60_000).toISOString();
	const over = bays.bayTodo(bay("FAULT", "stuck", { until }));
	assert.match(over, /^The box tried everything.*The box tries again at .*\d\d:\d\d\.$/);
	assert.doesNotMatch(over, /Nothing to do/);
	assert.match(bays.bayTodo(bay("HELD", "limit_day", { until })), /It goes on at /);
});

test("a memory that fills is told before it is full, unless there is worse", () => {
	assert.equal(bays.bayCare(bay("READY", "", { memory_percent: 79 })), "work");
	const full = bay("SENDING", "", { memory_percent: 80 });
	assert.equal(bays.bayCare(full), "hand");
	assert.match(bays.bayIs(full), /80% full/);
	assert.match(bays.bayIs(bay("PIN", "sim_pin", { memory_percent: 100 })), /asks for its PIN/);
});

test("the operator stands with how it is reached, as far as that is known", () => {
	const of = (operator: string, technology: string | null) =>
		bays.bayNetwork(bay("READY", "", { sim: { operator } as Bay["sim"], network: { ...nowhere, technology } }));
	assert.equal(of("COSMOTE", "lte"), "COSMOTE, LTE");
	assert.equal(of("COSMOTE", null), "COSMOTE");
	assert.equal(of("", "2g"), "2G");
	assert.equal(of("COSMOTE", "6g"), "COSMOTE", "of a newer radio side");
	assert.equal(bays.bayNetwork(bay("ABSENT", "", { sim: null, network: nowhere })), "");
});

test("why the network refuses a SIM is part of the sentence, where the network tells", () => {
	assert.match(bays.bayIs(bay("REGISTERING", "denied", { denied_cause: 13 })), /may not roam in this area\.$/);
	assert.equal(bays.bayIs(bay("REGISTERING", "denied", { denied_cause: 99 })), "The network refuses this SIM.");
	assert.equal(bays.bayIs(bay("HELD", "roaming", { denied_cause: 13 })), bays.bayIs(bay("HELD", "roaming")));
});

test("whoever hears a network well is not sent to the antenna", () => {
	const of = (bars: number) => bays.bayTodo(bay("REGISTERING", "no_network", { sim: { bars } as Bay["sim"] }));
	assert.match(of(0), /antenna is screwed on/);
	assert.match(of(1), /antenna is screwed on/);
	assert.match(of(4), /^Its antenna is fine.* Test the modem/);
});

test("networks that are forbidden to a SIM are named", () => {
	const of = (found: [string, string][], search: string | null = "done") =>
		bay("REGISTERING", "forbidden", {
			network: { ...nowhere, search, found: found.map(([name, status]) => ({ name, plmn: "20201", status })) },
		});
	assert.equal(
		bays.bayIs(of([["COSMOTE", "forbidden"], ["Nova", "forbidden"]])),
		"All networks here are forbidden to this SIM: COSMOTE, Nova.",
	);
	assert.equal(
		bays.networksFound(of([["COSMOTE", "forbidden"], ["Nova", "available"]])),
		"Networks here: COSMOTE (forbidden), Nova.",
	);
	assert.equal(bays.networksFound(of([])), "No network was found here.");
	assert.equal(bays.networksFound(of([], null)), "");
	assert.equal(bays.networksFound(of([], "running")), "");
	assert.match(bays.networksFound(of([], "failed")), /^The modem did not tell/);
	assert.equal(bays.bayIs(of([], null)), "All networks here are forbidden to this SIM.", "the names were not told");
	assert.match(bays.bayTodo(of([])), /^Call the operator/);
});

test("a reason of a newer radio side is said in its own words", () => {
	const news = bay("HELD", "not_yet_known", { reason_text: "It rains." });
	assert.equal(bays.causeText("not_yet_known", "It rains."), "It rains.");
	assert.equal(bays.bayIs(news), "It rains.");
});

test("a SIM asks for its PIN or its PUK, and a blocked one for nothing", () => {
	const asks = (reason: string) => [bays.wantsPin(bay("PIN", reason)), bays.wantsPuk(bay("PIN", reason))];
	for (const reason of ["sim_pin", "pin_refused", "pin_unsure"]) assert.deepEqual(asks(reason), [true, false], reason);
	for (const reason of ["sim_puk", "puk_refused", "puk_unsure"]) assert.deepEqual(asks(reason), [false, true], reason);
	assert.deepEqual(asks("sim_blocked"), [false, false]);
	const few = (puk_tries: number | null) => bays.mayBeLost(bay("PIN", "sim_puk", { puk_tries }));
	assert.deepEqual([few(10), few(4), few(3), few(1), few(null)], [false, false, true, true, true]);
});
