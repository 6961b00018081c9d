// What an estimate says before Start is held against what then happens: each campaign ends
// inside the span that was said, alone, behind another one, and on SIMs of different speeds.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBox, until, type Box } from "./lib/box";

let box: Box;
const phone = (n: number) => `+3069441${String(n).padStart(5, "0")}`;

before(async () => {
	box = await startBox({
		modems: 4,
		sim: "submit = 450-600\nstatus_delay = 50\nmodem 3 {\nsubmit = 900-1000\n}\n",
	});
	await box.ready(4);
	await measureSims();
});
after(async () => {
	await box.stop();
});

/** The mean of a SIM's submits is kept once it has some. */
async function measureSims() {
	for (let round = 0; round < 40; round++) {
		const { items } = await box.must("GET", "/sims");
		if (items.every((s: any) => s.submit_ms > 0)) return;
		const messages = items.flatMap((s: any) =>
			Array.from({ length: 16 }, (_, i) => ({
				to: phone(90_000 + round * 100 + i),
				text: "warm",
				class: "alert",
				sim: s.id,
			})),
		);
		await box.must("POST", "/messages", { messages });
		await until("the queue to be empty", async () => {
			const { queue } = await box.must("GET", "/overview");
			return queue.queued + queue.sending === 0;
		});
	}
	throw new Error("the SIMs were not measured");
}

async function newCampaign(name: string, first: number, n: number, more = {}): Promise<number> {
	const list = await box.must("POST", "/lists", { name, country: "GR" });
	const rows = Array.from({ length: n }, (_, i) => `${phone(first + i)},shop,2026-01-01,form`);
	const { job } = await box.must(
		"POST",
		`/lists/${list.id}/import`,
		`phone,consent_source,consent_date,consent_text\n${rows.join("\n")}\n`,
	);
	await until("the import", async () => (await box.must("GET", `/jobs/${job}`)).state === "done");
	const campaign = await box.must("POST", "/campaigns", {
		name,
		list_id: list.id,
		text: "Half price until Saturday",
		class: "promotional",
		...more,
	});
	return campaign.id;
}

type Span = { from: string; to: string };

async function ended(id: number, see?: (eta: Span) => void): Promise<number> {
	const c = await until(
		`campaign ${id} to end`,
		async () => {
			const now = await box.must("GET", `/campaigns/${id}`);
			if (now.state === "done") return now;
			if (now.eta) see?.(now.eta);
			return undefined;
		},
		90_000,
		500,
	);
	return Date.parse(c.ended_at);
}

function inside(done: Span, at: number) {
	const from = Date.parse(done.from);
	const to = Date.parse(done.to);
	assert.ok(from < to, `${done.from} .. ${done.to}`);
	assert.ok(
		at >= from && at <= to,
		`${new Date(at).toISOString()} is not in ${done.from} .. ${done.to}`,
	);
	return to - from;
}

test("a campaign ends inside the span that was said, also as it was said on the way", async () => {
	const id = await newCampaign("alone", 0, 60);
	const estimate = await box.must("POST", `/campaigns/${id}/estimate`);
	assert.equal(estimate.rate_measured, true);
	assert.equal(estimate.sendable, 60);
	const started = Date.now();
	await box.must("POST", `/campaigns/${id}/start`);
	const seen: Span[] = [];
	const at = await ended(id, (eta) => seen.push(eta));
	const span = inside(estimate.done, at);
	// And the span says something: it is not much longer than the campaign itself.
	assert.ok(span < Math.max(at - started, 12_000), `${span} ms for ${at - started} ms`);
	assert.ok(seen.length > 3);
	for (const eta of seen) inside(eta, at);
});

test("behind another campaign it still does", async () => {
	const first = await newCampaign("first", 1000, 40);
	const second = await newCampaign("second", 2000, 20);
	await box.must("POST", `/campaigns/${first}/start`);
	const estimate = await box.must("POST", `/campaigns/${second}/estimate`);
	await box.must("POST", `/campaigns/${second}/start`);
	inside(estimate.done, await ended(second));
});

test("a pace and an end: it says who will not get it, and they do not", async () => {
	const end_at = new Date(Date.now() + 15_000).toISOString();
	const id = await newCampaign("paced", 3000, 40, { pace_per_minute: 60, end_at });
	const estimate = await box.must("POST", `/campaigns/${id}/estimate`);
	assert.equal(estimate.limited_by, "pace");
	await box.must("POST", `/campaigns/${id}/start`);
	await ended(id);
	const report = await box.must("GET", `/campaigns/${id}/report`);
	const missed = report.recipients - report.sent - report.delivered - report.unknown;
	assert.ok(
		Math.abs(missed - estimate.will_not_make_window) <= 6,
		`${missed} instead of ${estimate.will_not_make_window}`,
	);
});
