// make demo: the main job from end to end, judged by what went on air. Imports a contact
// file of each of six languages, starts a campaign in each over eight SIMs with refusals,
// lost answers, a SIM pulled out half-way, replies and STOPs coming in, and modemd killed
// with -9; at the end one table, and exit 0 only if modemsim's log, the store and the API
// agree.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { startBox, until, type Box } from "./lib/box";
import { judge, messageState } from "./lib/judge";
import { countries, peopleOf, type Person } from "./lib/people";

interface Language {
	tag: string;
	text: string; // the campaign's
	filled: (name: string) => string;
	stop: string;
}

const languages: Language[] = [
	{
		tag: "el",
		text: "Γεια σας {{first_name|φίλε μας}}, το ιατρείο θα είναι κλειστό την Παρασκευή. Για διακοπή στείλτε ΣΤΟΠ.",
		filled: (n) =>
			`Γεια σας ${n || "φίλε μας"}, το ιατρείο θα είναι κλειστό την Παρασκευή. Για διακοπή στείλτε ΣΤΟΠ.`,
		stop: "ΣΤΟΠ",
	},
	{
		tag: "en",
		text: "Hello {{first_name|friend}}, our shop opens at 9 on Friday. Reply STOP to stop.",
		filled: (n) => `Hello ${n || "friend"}, our shop opens at 9 on Friday. Reply STOP to stop.`,
		stop: "Stop",
	},
	{
		tag: "fa",
		text: "{{first_name|دوست}} عزیز، درمانگاه روز جمعه تعطیل است. لغو: ۱۱",
		filled: (n) => `${n || "دوست"} عزیز، درمانگاه روز جمعه تعطیل است. لغو: ۱۱`,
		stop: "لغو",
	},
	{
		tag: "he",
		text: "שלום {{first_name|חבר}}, החנות תהיה סגורה ביום שישי. להסרה השיבו הסר",
		filled: (n) => `שלום ${n || "חבר"}, החנות תהיה סגורה ביום שישי. להסרה השיבו הסר`,
		stop: "הסר",
	},
	{
		tag: "ka",
		text: "გამარჯობა {{first_name|მეგობარო}}, პარასკევს მაღაზია 9-ზე იხსნება. გასაუქმებლად: STOP",
		filled: (n) =>
			`გამარჯობა ${n || "მეგობარო"}, პარასკევს მაღაზია 9-ზე იხსნება. გასაუქმებლად: STOP`,
		stop: "STOP",
	},
	{
		tag: "vi",
		text: "Chào {{first_name|bạn}}, cửa hàng mở lúc 9 giờ thứ Sáu. Từ chối: soạn HUY",
		filled: (n) => `Chào ${n || "bạn"}, cửa hàng mở lúc 9 giờ thứ Sáu. Từ chối: soạn HUY`,
		stop: "HUY",
	},
];

const modems = 8;
const simConfig = `
submit = 30-60
latency = 1-3
status = 0:95 0x41:3 0x46:2
status_delay = 200-900
fault = cms 42 p=0.008
fault = cms 38 p=0.007
fault = cms 41 p=0.005
fault = lost p=0.01
`;

function file(tag: string): string {
	const own = `tests/data/contacts-${tag}.csv`;
	return existsSync(own) ? own : join("../shared/data", `contacts-${tag}.csv`);
}

interface Running extends Language {
	list: number;
	campaign: number;
	people: Map<string, Person>;
}

async function importList(box: Box, language: Language): Promise<Running> {
	const { tag } = language;
	const country = countries[tag];
	const list = (await box.must("POST", "/lists", { name: `demo ${tag}`, country: country.code })).id;
	const { job } = await box.must(
		"POST",
		`/lists/${list}/import?country=${country.code}&name=contacts-${tag}.csv`,
		readFileSync(file(tag)),
	);
	const done = await until(`import of ${tag}`, async () => {
		const j = await box.must("GET", `/jobs/${job}`);
		return /done|failed|cancelled/.test(j.state) ? j : undefined;
	});
	if (done.state !== "done") throw new Error(`import of ${tag}: ${JSON.stringify(done.error)}`);
	console.log(
		`  ${tag}: ${done.rows} rows, ${done.accepted} new, ${done.quarantined} without consent, ` +
			`${done.duplicate} twice, ${done.rejected} rejected`,
	);
	const campaign = (
		await box.must("POST", "/campaigns", {
			name: `demo ${tag}`,
			list_id: list,
			text: language.text,
			class: "promotional",
		})
	).id;
	return { ...language, list, campaign, people: peopleOf(file(tag), country) };
}

function expected(r: Running): Person[] {
	return [...r.people.values()].filter((p) => p.consent);
}

/** STOPs from people at both ends of each list: some have the text already, some do not. */
async function injectReplies(box: Box, running: Running[]): Promise<Set<string>> {
	const stopped = new Set<string>();
	let modem = 0;
	for (const r of running) {
		const all = expected(r);
		const picks = [0.02, 0.3, 0.6, 0.9, 0.97].map((x) => all[Math.floor(x * all.length)]);
		for (const p of picks) {
			stopped.add(p.msisdn);
			await box.control(`inbound ${modem++ % modems} ${p.msisdn} ${r.stop}`);
		}
		const other = all[Math.floor(0.5 * all.length)];
		await box.control(`inbound ${modem++ % modems} ${other.msisdn} 👍 ok, ${r.tag}`);
	}
	return stopped;
}

function sent(box: Box): number {
	return box.simLog().filter((e) => e.ev === "submit").length;
}

/** The people's side: who got which campaign's text, against who should have. */
function judgePeople(box: Box, running: Running[], stopped: Set<string>, faults: string[]) {
	const rows: string[][] = [];
	const got = new Map<string, string[]>();
	for (const t of judge(box).texts) {
		if (t.got === t.parts) got.set(t.to, [...(got.get(t.to) ?? []), t.text]);
	}
	const states = new Map<string, number>();
	for (const m of box.sql("SELECT msisdn, campaign_id, state FROM message WHERE campaign_id IS NOT NULL")) {
		states.set(`${m.campaign_id}/${m.msisdn}`, m.state);
	}
	for (const r of running) {
		const want = expected(r);
		const should = new Set(want.map((p) => p.msisdn));
		let exactly = 0;
		let unknown = 0;
		let stops = 0;
		for (const p of want) {
			const texts = (got.get(p.msisdn) ?? []).filter((t) => t === r.filled(p.name));
			if (texts.length > 1) faults.push(`${r.tag} ${p.msisdn}: got the text ${texts.length} times`);
			if (texts.length === 1) exactly++;
			else if (states.get(`${r.campaign}/${p.msisdn}`) === messageState.unknown) unknown++;
			else if (stopped.has(p.msisdn)) stops++;
			else faults.push(`${r.tag} ${p.msisdn}: should have got the text and did not`);
		}
		for (const [to, texts] of got) {
			if (should.has(to)) continue;
			if (r.people.has(to) && texts.length > 0) {
				faults.push(`${r.tag} ${to}: got a text without consent`);
			}
		}
		rows.push([r.tag, want.length, exactly, stops, unknown].map(String));
	}
	return rows;
}

/** Nothing but the one confirmation after a STOP was stored. */
function judgeStops(box: Box, stopped: Set<string>, faults: string[]) {
	const stops = box.sql(
		"SELECT originator, min(received_at) AS at FROM inbound WHERE intent = 'stop' GROUP BY 1",
	);
	const seen = new Map(stops.map((s) => [s.originator as string, s.at as number]));
	for (const n of stopped) if (!seen.has(n)) faults.push(`${n}: its STOP was not understood`);
	for (const p of box.sql(
		"SELECT m.msisdn, m.flags, p.sending_at FROM part p JOIN message m ON m.id = p.message_id",
	)) {
		const at = seen.get(p.msisdn);
		if (at !== undefined && p.sending_at > at && (p.flags & 2) === 0) {
			faults.push(`${p.msisdn}: written to after STOP`);
		}
	}
	const confirmations = box.sql(
		"SELECT msisdn, count(*) AS n FROM message WHERE flags & 2 GROUP BY 1",
	);
	for (const c of confirmations) if (c.n !== 1) faults.push(`${c.msisdn}: ${c.n} confirmations`);
	if (confirmations.length !== seen.size) {
		faults.push(`${seen.size} STOPs, ${confirmations.length} confirmations`);
	}
}

async function judgeReports(box: Box, running: Running[], faults: string[]) {
	for (const r of running) {
		const report = await box.must("GET", `/campaigns/${r.campaign}/report`);
		const [row] = box.sql(
			`SELECT count(*) AS n, sum(state = 4) AS delivered, sum(state = 3) AS sent, ` +
				`sum(state = 9) AS unknown FROM message WHERE campaign_id = ${r.campaign}`,
		);
		const sum =
			report.queued + report.sent + report.delivered + report.undelivered + report.failed +
			report.expired + report.cancelled + report.unknown;
		if (sum !== row.n) faults.push(`${r.tag}: the report counts ${sum}, the store holds ${row.n}`);
		for (const k of ["delivered", "sent", "unknown"] as const) {
			if (report[k] !== row[k]) faults.push(`${r.tag}: ${k} is ${report[k]}, stored ${row[k]}`);
		}
	}
}

function table(head: string[], rows: string[][]) {
	const width = head.map((h, i) => Math.max(h.length, ...rows.map((r) => r[i].length)));
	for (const row of [head, ...rows]) {
		console.log("  " + row.map((c, i) => (i === 0 ? c.padEnd(width[i]) : c.padStart(width[i]))).join("   "));
	}
}

async function run(box: Box): Promise<string[]> {
	const faults: string[] = [];
	await box.ready();
	console.log("importing");
	const running: Running[] = [];
	for (const language of languages) running.push(await importList(box, language));
	for (const r of running) await box.must("POST", `/campaigns/${r.campaign}/start`);
	const total = running.reduce((n, r) => n + expected(r).length, 0);
	console.log(`sending to ${total} people over ${modems} SIMs`);

	await until("a tenth on air", () => sent(box) > total / 10, 120_000, 100);
	const stopped = await injectReplies(box, running);
	console.log(`replies came in, ${stopped.size} of them STOP`);
	await until("a third on air", () => sent(box) > total / 3, 120_000, 100);
	await box.control("unplug 3");
	console.log("modem 3 was pulled out");
	await until("half on air", () => sent(box) > total / 2, 120_000, 100);
	await box.killRadio();
	console.log("modemd was killed with -9");
	box.startRadio();
	await until("two thirds on air", () => sent(box) > (total * 2) / 3, 120_000, 100);
	await box.control("replug 3 as modem9");
	console.log("modem 3 came back under another name");

	await until(
		"all campaigns to end",
		async () => {
			const { items } = await box.must("GET", "/campaigns?limit=100");
			return items.every((c: any) => c.state === "done");
		},
		300_000,
		500,
	);
	await until(
		"the last status reports",
		() => box.sql("SELECT count(*) AS n FROM message WHERE state IN (1, 2)")[0].n === 0,
		60_000,
		500,
	);
	await until(
		"reports to settle",
		async () => {
			const before = box.simLog().length;
			await new Promise((r) => setTimeout(r, 1500));
			return box.simLog().length === before;
		},
		60_000,
	);

	const verdict = judge(box);
	faults.push(...verdict.faults);
	const rows = judgePeople(box, running, stopped, faults);
	judgeStops(box, stopped, faults);
	await judgeReports(box, running, faults);
	console.log("");
	table(["list", "should get it", "got it once", "said stop first", "unknown"], rows);
	console.log(
		`\n  ${verdict.onAirParts} parts on air, ${verdict.lostAnswers} lost answers, ` +
			`${verdict.unknownParts} parts still unknown (${verdict.unknownOnAir} of them were on air)`,
	);
	return faults;
}

const box = await startBox({ modems, sim: simConfig, seed: 7 });
try {
	const faults = await run(box);
	for (const f of faults.slice(0, 20)) console.log(`  WRONG ${f}`);
	if (faults.length > 20) console.log(`  … and ${faults.length - 20} more`);
	console.log(faults.length === 0 ? "\nall agree" : `\n${faults.length} faults`);
	process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
	await box.stop();
}
