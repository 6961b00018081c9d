// The verdict: does what went on air agree with the store, part by part?
import type { Box } from "./box";
import { airTexts, onAir, type AirText } from "./simlog";

export interface StoredPart {
	message_id: number;
	seq: number;
	state: number;
	mr: number | null;
	iccid: string;
	msisdn: string;
	text: string;
	parts: number;
	message_state: number;
	cause: string;
}

export const partState = { sending: 1, sent: 2, unknown: 3, delivered: 4, undelivered: 5 };
const done = [partState.sent, partState.delivered, partState.undelivered];
export const messageState = {
	held: 0,
	queued: 1,
	sending: 2,
	sent: 3,
	delivered: 4,
	undelivered: 5,
	failed: 6,
	expired: 7,
	cancelled: 8,
	unknown: 9,
};

export interface Verdict {
	faults: string[]; // empty: all agree
	texts: AirText[];
	onAirParts: number;
	lostAnswers: number;
	unknownParts: number;
	unknownOnAir: number;
}

export function storedParts(box: Box): StoredPart[] {
	return box.sql<StoredPart>(
		"SELECT p.message_id, p.seq, p.state, p.mr, s.iccid, m.msisdn, m.text, m.parts, " +
			"m.state AS message_state, p.cause FROM part p JOIN message m ON m.id = p.message_id " +
			"JOIN sim s ON s.id = p.sim_id ORDER BY 1, 2",
	);
}

/** Never twice, never lost, never silently: each part on air once and known to the store,
 * each part the store calls accepted really on air, whole texts letter by letter. */
export function judge(box: Box, events = box.simLog()): Verdict {
	const faults: string[] = [];
	const air = onAir(events);
	const texts = airTexts(air);
	const stored = storedParts(box);

	const airOf = new Map<string, number>(); // recipient, SIM and text of the part
	const key = (to: string, sim: string, text: string) => `${to}\u0000${sim}\u0000${text}`;
	for (const t of texts) {
		if (t.extra > 0) faults.push(`${t.to}: a part went on air twice`);
		const k = key(t.to, t.sim, t.text);
		airOf.set(k, (airOf.get(k) ?? 0) + 1);
	}

	const messages = new Map<number, StoredPart[]>();
	for (const p of stored) messages.set(p.message_id, [...(messages.get(p.message_id) ?? []), p]);
	const wholeOnAir = new Map<string, number>(); // "to\0text" in the store's words
	let unknownParts = 0;
	let unknownOnAir = 0;
	for (const parts of messages.values()) {
		const [m] = parts;
		const unknown = parts.filter((p) => p.state === partState.unknown).length;
		unknownParts += unknown;
		const complete =
			parts.length === m.parts &&
			parts.every((p) => done.includes(p.state));
		const k = `${m.msisdn}\u0000${m.text}`;
		if (complete) wholeOnAir.set(k, (wholeOnAir.get(k) ?? 0) + 1);
	}
	const airWhole = new Map<string, number>();
	for (const t of texts) {
		if (t.got !== t.parts) continue;
		const k = `${t.to}\u0000${t.text}`;
		airWhole.set(k, (airWhole.get(k) ?? 0) + 1);
	}
	for (const [k, n] of wholeOnAir) {
		const seen = airWhole.get(k) ?? 0;
		const [to, text] = k.split("\u0000");
		if (seen < n) faults.push(`${to}: called sent but not whole on air: ${text.slice(0, 60)}`);
	}
	const storedAll = new Map<string, number>();
	for (const parts of messages.values()) {
		const k = `${parts[0].msisdn}\u0000${parts[0].text}`;
		storedAll.set(k, (storedAll.get(k) ?? 0) + 1);
	}
	for (const [k, n] of airWhole) {
		const known = storedAll.get(k) ?? 0;
		const [to, text] = k.split("\u0000");
		if (n > known) faults.push(`${to}: ${n} on air, ${known} in the store: ${text.slice(0, 60)}`);
	}
	// Unknown single parts: whether they were on air is only counted, never held against us.
	for (const p of stored) {
		if (p.state !== partState.unknown || p.parts !== 1) continue;
		if (airOf.has(key(p.msisdn, p.iccid, p.text))) unknownOnAir++;
	}
	const perSim = new Map<string, number>();
	for (const p of stored) {
		if (p.state === partState.sending) perSim.set(p.iccid, (perSim.get(p.iccid) ?? 0) + 1);
	}
	for (const [sim, n] of perSim) if (n > 1) faults.push(`${sim}: ${n} parts sending at once`);
	const lostAnswers = events.filter((e) => e.ev === "submit" && e.result === "lost").length;
	return { faults, texts, onAirParts: air.length, lostAnswers, unknownParts, unknownOnAir };
}
