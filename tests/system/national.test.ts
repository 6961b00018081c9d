// National language tables end to end: a text to a route that was tested for a language goes
// in one part with that language's table, as a decoder that shares nothing with ours reads it;
// the same text to another number goes as every phone reads it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBox, until, type Box } from "./lib/box";
import { airTexts, onAir, type AirPart } from "./lib/simlog";

let box: Box;
const tested = "+306941000001";
const other = "+306942000001";
const text =
	"Şişli'deki ağacın altında buluşalım mı? Işıklı, güneşli bir gün. Şişli'deki ağacın altında.";

before(async () => {
	box = await startBox({ modems: 2, sim: "submit = 40-80\nstatus_delay = 100-300\n" });
	await box.ready();
	await box.must("POST", "/routes", {
		name: "Tested",
		country: "GR",
		prefixes: ["+306941"],
		locking: ["turkish"],
		single: ["turkish"],
	});
});
after(async () => {
	await box.stop();
});

function partsTo(to: string): AirPart[] {
	return onAir(box.simLog()).filter((part) => part.to === to);
}

async function send(to: string, message: string) {
	const { id } = await box.must("POST", "/messages", { to, text: message, class: "alert" });
	return until(`message ${id} to arrive`, async () => {
		const m = await box.must("GET", `/messages/${id}`);
		return m.state === "delivered" ? m : undefined;
	});
}

test("one part with the shift table where it was tested", async () => {
	const m = await send(tested, text);
	assert.equal(m.encoding, "gsm7");
	assert.equal(m.national, "turkish");
	assert.equal(m.parts, 1);
	const [part, ...more] = partsTo(tested);
	assert.equal(more.length, 0);
	assert.equal(part.alphabet, "gsm7");
	assert.equal(part.single, 1);
	assert.equal(part.locking, 0);
	assert.equal(part.text, text);
});

test("two parts of Unicode where it was not", async () => {
	const m = await send(other, text);
	assert.equal(m.encoding, "ucs2");
	assert.equal(m.national, null);
	assert.equal(m.parts, 2);
	assert.deepEqual(partsTo(other).map((part) => part.locking + part.single), [0, 0]);
	assert.equal(airTexts(partsTo(other))[0].text, text);
});

test("in parts, where escapes would take one more: the locking table", async () => {
	const long = "ŞĞİışğ".repeat(45);
	const m = await send(tested, long);
	const got = partsTo(tested).slice(1);
	assert.equal(m.parts, 2);
	assert.equal(got.length, 2);
	assert.ok(got.every((part) => part.locking === 1 && part.alphabet === "gsm7"));
	assert.equal(airTexts(got)[0].text, long);
});

test("a campaign to both, and what the preview says of it", async () => {
	const list = (await box.must("POST", "/lists", { name: "both", country: "GR" })).id;
	for (const phone of ["+306941000002", "+306942000002"]) {
		await box.must("POST", "/contacts", {
			phone,
			lists: [list],
			consent: { source: "shop", given_at: "2026-01-01", evidence: "form" },
		});
	}
	const p = await box.must("POST", "/messages/preview", { text, list_id: list });
	assert.deepEqual(p.list.spread.map((row: any) => [row.parts, row.recipients]), [[1, 1], [2, 1]]);
	assert.equal(p.list.national, 1);
	const one = await box.must("POST", "/messages/preview", { text, to: "694 100 0002" });
	assert.equal(one.national, "turkish");
	assert.equal(one.parts, 1);
	const draft = { name: "c", list_id: list, text, class: "promotional" };
	const { id } = await box.must("POST", "/campaigns", draft);
	assert.equal((await box.must("POST", `/campaigns/${id}/estimate`)).parts.total, 3);
	await box.must("POST", `/campaigns/${id}/start`);
	await until("both to arrive", async () => {
		const c = await box.must("GET", `/campaigns/${id}`);
		return c.counts.delivered === 2;
	});
	assert.deepEqual(partsTo("+306941000002").map((part) => part.single), [1]);
	assert.equal(partsTo("+306942000002").length, 2);
});

test("what it costs over each SIM, and to each destination", async () => {
	const routes = (await box.must("GET", "/routes")).items;
	const route = routes.find((r: any) => r.name === "Tested").id;
	const plan = await box.must("POST", "/plans", {
		name: "Business",
		currency: "EUR",
		price: 0.05,
		prices: [{ route_id: route, price: 0.12 }],
	});
	const sims = (await box.must("GET", "/sims")).items;
	await box.must("PATCH", `/sims/${sims[0].id}`, { name: "One", plan_id: plan.id });
	const list = (await box.must("GET", "/lists")).items[0].id;
	const p = await box.must("POST", "/messages/preview", { text, list_id: list });
	assert.equal(p.prices.length, 1);
	assert.equal(p.prices[0].sim, "One");
	assert.equal(p.prices[0].currency, "EUR");
	assert.equal(p.prices[0].money, 0.22); // a part at 0.12, two at 0.05
	assert.equal(p.destinations.length, 2);
	const tariff = p.destinations.find((d: any) => d.route_id === route);
	assert.deepEqual([tariff.recipients, tariff.parts], [1, 1]);
	assert.equal(tariff.prices[0].money, 0.12);
	const one = await box.must("POST", "/messages/preview", { text: "hi", to: tested });
	assert.equal(one.prices[0].money, 0.12);
});
