// What holds when power goes, read from the store on disk and from modemsim's log.
import { execFileSync } from "node:child_process";
import type { Box } from "./box";
import { judge, messageState, partState } from "./judge";
import { onAir, type AirPart, type SimEvent } from "./simlog";

/** A text as a client knows it. */
export interface Sent {
	n: number; // its mark in the text is #n#
	to: string;
	text: string;
	class: string;
	key: string;
	batch: Sent[]; // what was posted with it, itself too
	state: "open" | "accepted" | "refused"; // open: never answered
	ids: number[];
	atMs: number; // when it was answered, monotonic
}

export interface Ledger {
	sent: Sent[];
	inbound: { from: string; isStop: boolean }[];
	sound: { fromMs: number; toMs: number }[]; // lives with a disk that worked
	cuts: number;
}

interface Row {
	id: number;
	to: string;
	text: string;
	state: number;
	parts: number;
	cause: string;
	list: Part[];
}

interface Part {
	seq: number;
	state: number;
	iccid: string;
	mr: number | null;
}

interface Stored {
	trouble: string; // what SQLite says of the file, "" nothing
	rows: Row[];
	inbound: Map<string, number>; // originator: how many
}

/** Which text a row or a part on air is of: a number of its own, or a campaign's, or, for the numbers that get
 * several, its mark, which the one part has. -1: of the box's own. */
export function markOf({ to, text }: { to: string; text: string }): number {
	if (text === "An offer") return 50_000 + Number(to.slice(-5));
	return to.startsWith("+30694") ? Number(to.slice(-5)) : Number(/#(\d+)#/.exec(text)?.[1] ?? -1);
}

const query = `SELECT json_object(
	'trouble', (SELECT group_concat(integrity_check) FROM pragma_integrity_check
		WHERE integrity_check <> 'ok'),
	'orphans', (SELECT count(*) FROM pragma_foreign_key_check),
	'rows', (SELECT json_group_array(json_object('id', m.id, 'to', m.msisdn, 'text', m.text,
		'state', m.state, 'parts', m.parts, 'cause', m.cause, 'list',
		(SELECT json_group_array(json_object('seq', p.seq, 'state', p.state,
			'iccid', s.iccid, 'mr', p.mr))
		FROM part p JOIN sim s ON s.id = p.sim_id WHERE p.message_id = m.id))) FROM message m),
	'inbound', (SELECT json_group_array(originator) FROM inbound))`;

function read(box: Box): Stored {
	const out = JSON.parse(
		execFileSync("sqlite3", ["-cmd", ".timeout 5000", box.store, query], {
			encoding: "utf8",
			maxBuffer: 1 << 28,
		}),
	);
	const inbound = new Map<string, number>();
	for (const from of out.inbound) inbound.set(from, (inbound.get(from) ?? 0) + 1);
	const trouble = [out.trouble, out.orphans ? `${out.orphans} orphans` : ""].filter(Boolean);
	return { trouble: trouble.join(", "), rows: out.rows, inbound };
}

/** The number as it stands in a PDU. */
function inPdu(number: string): string {
	return number.slice(1).replace(/(.)(.)/g, "$2$1").toUpperCase();
}

/** When an inbound text was taken off the SIM: from then on it is the box's. */
function takenAtMs(log: SimEvent[], from: string): number {
	const digits = inPdu(from);
	return log.find((e) => e.ev === "deleted" && e.pdu?.includes(digits))?.mono ?? Infinity;
}

function byMark(rows: Row[]): Map<number, Row[]> {
	const out = new Map<number, Row[]>();
	for (const row of rows) out.set(markOf(row), [...(out.get(markOf(row)) ?? []), row]);
	return out;
}

function submitsOf(log: SimEvent[], beforeMs: number): AirPart[] {
	return onAir(log.filter((e) => e.ev === "submit" && (e.body_t ?? e.mono) < beforeMs - 1));
}

/** What is durable must cover all that the world outside has seen before that moment. */
export function judgeAtCut(box: Box, ledger: Ledger, beforeMs: number): string[] {
	const faults: string[] = [];
	const log = box.simLog();
	const stored = read(box);
	if (stored.trouble) faults.push(`the store is damaged: ${stored.trouble}`);
	const marked = byMark(stored.rows);
	for (const s of ledger.sent) {
		const rows = marked.get(s.n) ?? [];
		if (s.state === "accepted" && s.atMs < beforeMs && rows.length === 0)
			faults.push(`#${s.n}# was accepted and is lost`);
		if (rows.length > 1) faults.push(`#${s.n}# is in the store ${rows.length} times`);
	}
	for (const p of submitsOf(log, beforeMs)) {
		const n = markOf(p);
		if (n < 0) continue; // of the box's own
		const seq = p.concat?.seq ?? 1;
		const known = marked.get(n)?.some((r) => r.list.some((k) => k.seq === seq));
		if (!known) faults.push(`#${n}# part ${seq} is on air and not in the store`);
	}
	const open = new Map<string, number>();
	for (const part of stored.rows.flatMap((r) => r.list)) {
		if (part.state === partState.sending) open.set(part.iccid, (open.get(part.iccid) ?? 0) + 1);
	}
	for (const [iccid, n] of open) if (n > 1) faults.push(`SIM ${iccid}: ${n} parts in doubt`);
	for (const { from } of ledger.inbound) {
		const n = stored.inbound.get(from) ?? 0;
		if (n === 0 && takenAtMs(log, from) < beforeMs - 1)
			faults.push(`the text of ${from} was taken off its SIM and is lost`);
		if (n > 1) faults.push(`the text of ${from} is in the store ${n} times`);
	}
	return faults;
}

const commitMs = 2500; // a busy machine's way from the port to the store

/** The report that modemsim gave for a part, if the box had time and means to keep it. */
function reportOf(log: SimEvent[], ledger: Ledger, p: AirPart): SimEvent | undefined {
	const digits = inPdu(p.to);
	return log.find(
		(e: any) =>
			e.ev === "status" &&
			e.sim === p.event.sim &&
			e.mono >= p.event.mono &&
			e.pdu.includes(digits) &&
			parseInt(e.pdu.slice(18, 20), 16) === p.event.mr &&
			(e.client || e.how === "stored") &&
			ledger.sound.some((l) => e.mono > l.fromMs && e.mono < l.toMs - commitMs),
	);
}

/** Parts in doubt and the reports that came for them, by number and SIM: a report names no
 * part, so of two in doubt at once to one number the wrong one may be settled first. */
function judgeDoubt(log: SimEvent[], ledger: Ledger, rows: Row[], air: AirPart[]) {
	const faults: string[] = [];
	let swapped = 0;
	const doubt = new Map<string, { row: Row; part: Part }[]>();
	for (const row of rows) {
		for (const part of row.list.filter((p) => p.mr === null && p.state !== 6)) {
			const key = `${row.to} over SIM ${part.iccid}`;
			doubt.set(key, [...(doubt.get(key) ?? []), { row, part }]);
		}
	}
	for (const [key, list] of doubt) {
		const airOf = ({ row, part }: { row: Row; part: Part }) =>
			air.find((p) => p.to === row.to && (p.concat?.seq ?? 1) === part.seq &&
				markOf(p) === markOf(row));
		const seen = list.map(airOf).filter((p) => p !== undefined);
		const reported = seen.filter((p) => reportOf(log, ledger, p)).length;
		const settled = list.filter(({ part }) => part.state !== partState.unknown);
		if (settled.length < reported)
			faults.push(`${key}: ${reported} reports came, ${settled.length} parts are settled`);
		if (settled.length > seen.length)
			faults.push(`${key}: ${seen.length} parts on air, ${settled.length} are called sent`);
		swapped += settled.filter((d) => !airOf(d)).length;
	}
	return { faults, swapped };
}

const done = [partState.sent, partState.delivered, partState.undelivered];

function judgeParts(row: Row, air: AirPart[]): string[] {
	const faults: string[] = [];
	for (const part of row.list) {
		const seen = air.filter((p) => (p.concat?.seq ?? 1) === part.seq);
		const name = `#${markOf(row)}# part ${part.seq}`;
		if (seen.length > 1) faults.push(`${name} is on air ${seen.length} times`);
		if (seen.length === 0 && done.includes(part.state) && part.mr !== null)
			faults.push(`${name} is called sent`);
		if (seen.length && part.state === 6) faults.push(`${name} is on air and called failed`);
		if (seen.some((p) => p.event.sim !== part.iccid)) faults.push(`${name}: another SIM`);
		if (seen.some((p) => p.to !== row.to)) faults.push(`${name}: another number`);
	}
	return faults;
}

const endings: Record<number, (s: Sent, row: Row, hasStopped: boolean) => boolean> = {
	[messageState.sent]: () => true,
	[messageState.delivered]: () => true,
	[messageState.undelivered]: () => true,
	[messageState.unknown]: () => true,
	[messageState.failed]: (s, row) => s.to.startsWith("+3069499") || /^cms 42/.test(row.cause),
	[messageState.expired]: (s) => s.class === "otp",
	[messageState.cancelled]: (s, _, hasStopped) =>
		/promotional|campaign/.test(s.class) && hasStopped,
};

function judgeMessage(s: Sent, rows: Row[], air: AirPart[], hasStopped: boolean): string[] {
	const faults: string[] = [];
	if (rows.length > 1) faults.push(`#${s.n}# is in the store ${rows.length} times`);
	if (new Set(s.ids).size > 1) faults.push(`#${s.n}# was accepted as ${s.ids}`);
	if (s.class === "campaign" && !rows.length && !hasStopped)
		faults.push(`${s.to} was left out of the campaign`);
	if (s.state === "accepted" && rows[0]?.id !== s.ids[0]) faults.push(`#${s.n}# is lost`);
	if (s.state === "refused" && rows.length) faults.push(`#${s.n}# was refused and is there`);
	if (!rows.length && air.length) faults.push(`#${s.n}# is on air and not in the store`);
	for (const row of rows) {
		faults.push(...judgeParts(row, air));
		if (!endings[row.state]?.(s, row, hasStopped))
			faults.push(`#${s.n}# (${s.class}) ended as ${row.state}: ${row.cause}`);
	}
	return faults;
}

/** Nobody who said stop is written to but for one confirmation. */
function judgeStops(log: SimEvent[], ledger: Ledger, air: AirPart[]): string[] {
	const faults: string[] = [];
	for (const { from } of ledger.inbound.filter((i) => i.isStop)) {
		const atMs = takenAtMs(log, from);
		const to = air.filter((p) => p.to === from);
		for (const p of to) {
			if (markOf(p) >= 0 && p.event.body_t! > atMs)
				faults.push(`${from} said STOP and got #${markOf(p)}#`);
		}
		const own = to.filter((p) => markOf(p) < 0).map((p) => p.concat?.seq ?? 1);
		if (new Set(own).size < own.length) faults.push(`${from}: its STOP was confirmed twice`);
	}
	return faults;
}

export function judgeAtEnd(box: Box, ledger: Ledger, modems: number) {
	const log = box.simLog();
	const stored = read(box);
	const marked = byMark(stored.rows);
	const air = onAir(log);
	const onAirOf = new Map<number, AirPart[]>();
	for (const p of air) onAirOf.set(markOf(p), [...(onAirOf.get(markOf(p)) ?? []), p]);
	const faults = judge(box).faults;
	const stopped = new Set(ledger.inbound.filter((i) => i.isStop).map((i) => i.from));
	for (const s of ledger.sent) {
		const has = stopped.has(s.to);
		faults.push(...judgeMessage(s, marked.get(s.n) ?? [], onAirOf.get(s.n) ?? [], has));
	}
	const doubt = judgeDoubt(log, ledger, stored.rows, air);
	faults.push(...doubt.faults);
	faults.push(...judgeStops(log, ledger, air));
	for (const { from } of ledger.inbound) {
		const digits = inPdu(from);
		const isOnSim = log.some((e: any) => e.ev === "inbound" && e.how === "stored" && e.pdu.includes(digits));
		const n = stored.inbound.get(from) ?? 0;
		if (n > 1 || (isOnSim && n === 0)) faults.push(`the text of ${from} is there ${n} times`);
	}
	const [notes] = box.sql("SELECT count(*) AS n FROM message_note WHERE kind = 'recovery'");
	if (notes.n > ledger.cuts * modems) faults.push(`${notes.n} in doubt after ${ledger.cuts} cuts`);
	const counts = {
		texts: ledger.sent.filter((s) => s.state === "accepted").length,
		parts: air.length,
		unknown: notes.n,
		settled: stored.rows
			.flatMap((r) => r.list)
			.filter((p) => p.mr === null && done.includes(p.state)).length,
		swapped: doubt.swapped,
		inbound: ledger.inbound.length,
		stops: stopped.size,
	};
	return { faults, counts };
}
