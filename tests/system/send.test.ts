// Sending and receiving end to end: accepted over HTTP, on air at the modem, settled by the
// network's report, and what people write back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBox, until, type Box } from "./lib/box";
import { judge } from "./lib/judge";
import { airTexts, onAir } from "./lib/simlog";

let box: Box;

before(async () => {
	box = await startBox({ modems: 3, sim: "submit = 40-80\nstatus_delay = 100-300\n" });
	await box.ready();
});
after(async () => {
	await box.stop();
});

const number = (n: number) => `+3069440${String(n).padStart(5, "0")}`;

async function settled(id: number, want = "delivered") {
	return until(`message ${id} to be ${want}`, async () => {
		const m = await box.must("GET", `/messages/${id}`);
		return m.state === want ? m : undefined;
	});
}

function textTo(to: string) {
	return airTexts(onAir(box.simLog())).filter((t) => t.to === to);
}

test("a text goes on air once, whole, and is delivered", async () => {
	const { id, state, encoding, parts } = await box.must("POST", "/messages", {
		to: number(1),
		text: "Your appointment is at 10:00 €[ok]",
		class: "transactional",
		reference: "appointment 1",
	});
	assert.equal(state, "queued");
	assert.equal(encoding, "gsm7");
	assert.equal(parts, 1);
	const m = await settled(id);
	assert.equal(m.part_list.length, 1);
	assert.equal(m.part_list[0].state, "delivered");
	const [air, ...more] = textTo(number(1));
	assert.equal(air.text, "Your appointment is at 10:00 €[ok]");
	assert.equal(more.length, 0);
});

test("a long text goes out in parts, in order, over one SIM", async () => {
	const text = "Καλημέρα 👋 ".repeat(30).trim();
	const { id, encoding, parts } = await box.must("POST", "/messages", {
		to: number(2),
		text,
		class: "transactional",
		reference: "x",
	});
	assert.equal(encoding, "ucs2");
	const m = await settled(id);
	assert.equal(m.part_list.length, parts);
	const air = onAir(box.simLog()).filter((p) => p.to === number(2));
	assert.deepEqual(
		air.map((p) => p.concat?.seq),
		Array.from({ length: parts }, (_, i) => i + 1),
	);
	assert.equal(new Set(air.map((p) => p.event.sim)).size, 1);
	assert.equal(textTo(number(2))[0].text, text);
});

test("long texts to one number in a row have references of their own", async () => {
	const text = (n: number) => `Text number ${n}, which is one of three. ${"And so on. ".repeat(15)}`.trim();
	for (const n of [1, 2, 3]) {
		const { id } = await box.must("POST", "/messages", { to: number(15), text: text(n), class: "alert" });
		await settled(id);
	}
	const refs = onAir(box.simLog()).filter((p) => p.to === number(15)).map((p) => p.concat?.ref);
	assert.equal(refs.length, 6);
	assert.equal(new Set(refs).size, 3);
	assert.deepEqual(textTo(number(15)).map((t) => t.text), [1, 2, 3].map(text));
});

test("a batch tells for each message what became of it", async () => {
	const { results, accepted, refused } = await box.must("POST", "/messages", {
		messages: [
			{ to: number(3), text: "one", class: "alert" },
			{ to: "12", text: "two", class: "alert" },
			{ to: number(4), text: "", class: "alert" },
			{ to: "6944 000 005", text: "national", class: "alert" },
		],
	});
	assert.deepEqual([accepted, refused], [2, 2]);
	assert.equal(results[1].error.code, "invalid_number");
	assert.equal(results[2].error.code, "empty_text");
	await settled(results[0].id);
	const m = await settled(results[3].id);
	assert.match(m.to, /^\+/);
});

test("client_ref and Idempotency-Key never make a second message", async () => {
	const body = { to: number(6), text: "once", class: "alert", client_ref: "order-17" };
	const first = await box.must("POST", "/messages", body);
	const again = await box.must("POST", "/messages", body);
	assert.equal(again.id, first.id);
	const send = (text: string) =>
		fetch(`${box.url}/api/v1/messages`, {
			method: "POST",
			headers: {
				Authorization: `Bearer ${box.key}`,
				"Content-Type": "application/json",
				"Idempotency-Key": "k-1",
			},
			body: JSON.stringify({ to: number(7), text, class: "alert" }),
		});
	const a = (await (await send("same")).json()) as { id: number };
	const b = (await (await send("same")).json()) as { id: number };
	assert.equal(a.id, b.id);
	assert.equal((await send("other")).status, 409);
	await settled(first.id);
	await settled(a.id);
	assert.equal(textTo(number(6)).length, 1);
	assert.equal(textTo(number(7)).length, 1);
});

test("send_after waits and expires_at never goes late", async () => {
	const soon = new Date(Date.now() + 1500).toISOString();
	const { id } = await box.must("POST", "/messages", {
		to: number(8),
		text: "later",
		class: "alert",
		send_after: soon,
	});
	const m = await settled(id);
	assert.ok(Date.parse(m.part_list[0].sending_at) >= Date.parse(soon), "not before its time");
	const past = await box.api("POST", "/messages", {
		to: number(9),
		text: "too late",
		class: "alert",
		send_after: new Date(Date.now() + 60_000).toISOString(),
		expires_at: new Date(Date.now() + 700).toISOString(),
	});
	if (past.status === 202) {
		await settled(past.body.id, "expired");
	} else {
		assert.equal(past.status, 422);
	}
	assert.equal(textTo(number(9)).length, 0);
});

test("a promotional text without consent is refused, and STOP is obeyed", async () => {
	const refused = await box.api("POST", "/messages", {
		to: number(10),
		text: "offer",
		class: "promotional",
	});
	assert.equal(refused.status, 422);
	assert.equal(refused.body.code, "no_consent");

	const list = (await box.must("POST", "/lists", { name: "stop test", country: "GR" })).id;
	await box.must("POST", "/contacts", {
		phone: number(10),
		lists: [list],
		consent: { source: "web", given_at: "2026-01-01", evidence: "form" },
	});
	const ok = await box.must("POST", "/messages", {
		to: number(10),
		text: "offer",
		class: "promotional",
	});
	await settled(ok.id);
	const waiting = await box.must("POST", "/messages", {
		to: number(10),
		text: "queued offer",
		class: "promotional",
		send_after: new Date(Date.now() + 3000).toISOString(),
	});
	await box.control(`inbound 0 ${number(10)} Stop!`);
	await settled(waiting.id, "cancelled");
	const after = await box.api("POST", "/messages", {
		to: number(10),
		text: "again",
		class: "promotional",
	});
	assert.equal(after.status, 422);
	assert.equal((await box.must("GET", `/suppressions/${encodeURIComponent(number(10))}`)).reason, "stop");
	await until("one confirmation", () => textTo(number(10)).length === 2);
	await box.control(`inbound 0 ${number(10)} STOP`);
	await until("the second STOP to be read", () =>
		box.sql(`SELECT 1 FROM inbound WHERE originator = '${number(10)}' AND intent = 'stop'`).length === 2,
	);
	// An otp still goes, as the classes say, and comes behind anything wrongly queued before it.
	const otp = await box.must("POST", "/messages", { to: number(10), text: "code 1", class: "otp" });
	await settled(otp.id);
	assert.equal(textTo(number(10)).length, 3, "offer, one confirmation, code");
});

test("a long reply out of order and doubled is stored once, whole, and leaves the SIM", async () => {
	const text = "Θα έρθω αύριο με την O'Neil'); DROP TABLE inbound;-- αλλά ίσως αργήσω. ".repeat(5).trim();
	await box.control(`inbound 1 ${number(11)} --reverse --twice ${text}`);
	const item = await until("the reply", async () => {
		const { items } = await box.must("GET", `/inbound?originator=${encodeURIComponent(number(11))}`);
		return items[0];
	});
	assert.equal(item.text, text);
	const { items } = await box.must("GET", `/inbound?originator=${encodeURIComponent(number(11))}`);
	assert.equal(items.length, 1);
	await until("the SIM to be empty", async () => {
		const state = await box.control("state");
		return state.modems.every((m: any) => !m.sm_used);
	});
});

test("a text of 54 parts with emoji, the last first, on a SIM that holds 50", async () => {
	const text = "Ένα μακρύ γράμμα 👨‍👩‍👧 στη γειτονιά, που δεν λέει να τελειώσει 🎉. ".repeat(54).trim();
	const { parts } = await box.control(`inbound 0 ${number(14)} --reverse ${text}`);
	assert.ok(parts >= 54, `${parts} parts`);
	const item = await until("the letter", async () => {
		const { items } = await box.must("GET", `/inbound?originator=${encodeURIComponent(number(14))}`);
		return items[0];
	});
	assert.equal(item.text, text);
});

test("an answer goes out over the SIM that was written to", async () => {
	await box.control(`inbound 2 ${number(12)} Are you open?`);
	const inbound = await until("the question", async () => {
		const { items } = await box.must("GET", `/inbound?originator=${encodeURIComponent(number(12))}`);
		return items[0];
	});
	const answer = await box.must("POST", `/conversations/${encodeURIComponent(number(12))}`, {
		text: "Yes, until 18:00",
	});
	const m = await settled(answer.id);
	assert.equal(m.part_list[0].sim_id, inbound.sim_id);
	const thread = await box.must("GET", `/conversations/${encodeURIComponent(number(12))}`);
	assert.deepEqual(
		thread.items.map((t: any) => t.direction),
		["out", "in"],
	);
});

test("events tell of a message as it happens", async () => {
	const abort = new AbortController();
	const res = await fetch(`${box.url}/api/v1/events`, {
		headers: { Authorization: `Bearer ${box.key}` },
		signal: abort.signal,
	});
	assert.equal(res.status, 200);
	const { id } = await box.must("POST", "/messages", { to: number(13), text: "live", class: "alert" });
	let seen = "";
	const reader = res.body!.getReader();
	const end = Date.now() + 15_000;
	// Slots are told of twice a second, messages ten times.
	const awaited = [new RegExp(`"id":${id},"state":"delivered"`), /^event: slot/m];
	while (!awaited.every((a) => a.test(seen)) && Date.now() < end) {
		const { value, done } = await reader.read();
		if (done) break;
		seen += new TextDecoder().decode(value);
	}
	abort.abort();
	assert.match(seen, /^event: message/m);
	for (const a of awaited) assert.match(seen, a);
});

test("the air and the store agree", () => {
	assert.deepEqual(judge(box).faults, []);
});
