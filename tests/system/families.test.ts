// Every modem family as modemsim replays it, and modems with odd habits of their own, through
// the real modemd: each is recognised, sends, gets its reports, receives and is emptied.
// modemsim's log is the judge.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBox, until, type Box } from "./lib/box";
import { judge } from "./lib/judge";
import { airTexts, onAir } from "./lib/simlog";

const families = [
	"simcom",
	"simcom-lte",
	"quectel",
	"quectel-lte",
	"huawei",
	"zte",
	"u-blox",
	"telit",
	"sierra",
	"wavecom",
	"cinterion",
];

// Habits that real modems have, each on a generic modem: name → configuration.
const habits: Record<string, string> = {
	"CPIN without OK": "no_ok = +CPIN",
	"CPIN, CSQ and CREG without OK": "no_ok = +CPIN,+CSQ,+CREG",
	"COMMAND NOT SUPPORT":
		"unsupported = +CMMS,+CSCS,+CEREG,+CGREG,+CLIP,+CCID\nunsupported_text = COMMAND NOT SUPPORT",
	"echo that stays": "echo_stays = on",
	"a stored profile: numbers for words": "words = off",
	"a stored profile: no answers at all": "quiet = on",
	"CNMI: mode 1 only, no reports": "cnmi = (0,1),(0,1),(0),(0),(0,1)",
	"CNMI: reports stored only, bfr 1": "cnmi = (0-3),(0,1),(0,2,3),(0,2),(1)",
	"CNMI: texts direct or not at all": "cnmi = (0-2),(0,2),(0,2),(0,1),(0,1)",
	"CPMS of one memory": 'cpms_most = 1\ncpms = ("SM")',
	"CPMS of two memories": 'cpms_most = 2\ncpms = ("SM","ME"),("SM")',
	"CPMS of three memories": "cpms_least = 3",
	// A Nokia N79: texts come at once or not at all.
	"no memories": "cpms = (),(),()\ncnmi = (0-2),(0,2),(0),(0,1),(0)",
	"ME is SM by another name": "me_is_sm = on",
	"CMS 500": "fault = cms 500 nth=1 onair=yes",
	"CMS 512": "fault = cms 512 nth=1 onair=yes",
	"CMS 515": "fault = cms 515 nth=1 onair=yes",
	"CMS 500, and it never left": "fault = cms 500 nth=1",
	"CME 14 at first, the SIM is busy": "fault = cme 14 on=+CPIN times=2",
	"CMS 515 at first, it is still starting": "fault = cms 515 on=+CMGF times=1",
	"CMS 512 to the first lists": "fault = cms 512 on=+CMGL times=3",
	"an error in words":
		"unsupported = +CMMS,+CNUM\nunsupported_text = +CME ERROR: operation not supported",
	"LTE without SGs": "sms_needs_ps = on",
	"a slow prompt, a slow answer": "prompt = 1500-2500\nlatency = 100-400\nsubmit = 1000-3000",
	"a flood of ^BOOT": "boot_urc_every = 2",
	"lines in every place": "inject = all\ninject_text = ^DSFLOWRPT:0000001C,0",
	"bytes one by one": "split_bytes = 1\nsplit_ms = 1",
	"an answer after its time": "fault = late 12000 nth=1",
	"a full memory": "sm_size = 2\nfull_urc = on",
};

const names = [...families, ...Object.keys(habits)];
const config = [
	// one IMEI for all, as in the pools that are sold by the dozen
	"submit = 40-80\nstatus_delay = 100-300\nimei = 350000000000006\n",
	...families.map((name, i) => `modem ${i} {\nprofile = ${name}\n}\n`),
	...Object.values(habits).map((lines, i) => `modem ${families.length + i} {\n${lines}\n}\n`),
].join("");

const to = (modem: number, n: number) => `+30694${String(modem).padStart(3, "0")}0${n}00`;
const isReported = (name: string) => !/no reports/.test(name);
// A modem that fails without saying why may have sent it: nobody but a person sends it again.
// Where it was sent its report tells; where it was not it stays in doubt.
const isDoubtful = (name: string, n: number) => name.endsWith("it never left") && n === 1;

let box: Box;
let simOf: (number | undefined)[] = []; // the store's id of the SIM in each modem

before(async () => {
	box = await startBox({ modems: names.length, sim: config });
	await box.ready();
	const { modems } = await box.control("state");
	simOf = modems.map(
		({ imsi }: { imsi: string }) =>
			box.sql<{ id: number }>(`SELECT id FROM sim WHERE imsi = '${imsi}'`)[0]?.id,
	);
});
after(async () => {
	await box.stop();
});

const sent = new Map<number, { short: number; long: number }>();
const long = "Ένα μεγάλο κείμενο σε κάθε μόντεμ, σε τρία κομμάτια. ".repeat(4).trim();

test("each is recognised", () => {
	const log = box.log("chapar-modemd");
	for (const family of families) assert.match(log, new RegExp(`family=${family}$`, "m"));
});

test("each has its SIM", () => {
	for (const [modem, name] of names.entries()) assert.ok(simOf[modem], `${name}: no SIM`);
});

test("each sends a short and a long text, over its own SIM", { timeout: 120_000 }, async () => {
	for (const modem of names.keys()) {
		const send = async (n: number, text: string) =>
			(
				await box.must("POST", "/messages", {
					to: to(modem, n),
					text,
					class: "alert",
					sim: simOf[modem],
				})
			).id as number;
		sent.set(modem, {
			short: await send(1, `to modem ${modem}`),
			long: await send(2, long),
		});
	}
	for (const [modem, name] of names.entries()) {
		const whole = (n: number) =>
			airTexts(onAir(box.simLog())).find((t) => t.to === to(modem, n) && t.got === t.parts);
		const doubtful = isDoubtful(name, 1);
		await until(`${name}: both texts on air`, () => (doubtful || whole(1)) && whole(2), 60_000, 100);
		assert.equal(whole(1)?.text, doubtful ? undefined : `to modem ${modem}`);
		assert.equal(whole(2)!.text, long);
	}
	for (const p of onAir(box.simLog())) assert.equal(p.event.modem, Number(p.to.slice(6, 9)));
});

test("reports settle them, where the modem gives any", { timeout: 60_000 }, async () => {
	for (const [modem, name] of names.entries()) {
		if (!isReported(name)) continue;
		const { short, long } = sent.get(modem)!;
		for (const [id, n] of [[short, 1], [long, 2]]) {
			const want = isDoubtful(name, n) ? "unknown" : "delivered";
			await until(`${name}: message ${id} to be ${want}`, async () => {
				const m = await box.must("GET", `/messages/${id}`);
				return m.state === want;
			});
		}
	}
});

test("each receives, once, and is emptied", { timeout: 120_000 }, async () => {
	for (const modem of names.keys()) {
		await box.control(`inbound ${modem} ${to(modem, 3)} --ucs2 question ${modem}; ${long}`);
		await box.control(`inbound ${modem} ${to(modem, 4)} short question ${modem}`);
	}
	const texts = (modem: number, n: number) =>
		box.sql<{ text: string }>(
			`SELECT text FROM inbound WHERE originator = '${to(modem, n)}'`,
		);
	for (const [modem, name] of names.entries()) {
		await until(`${name}: the texts`, () => texts(modem, 3).length > 0 && texts(modem, 4).length > 0, 90_000, 250);
		assert.deepEqual(texts(modem, 3).map((t) => t.text), [`question ${modem}; ${long}`], name);
		assert.deepEqual(texts(modem, 4).map((t) => t.text), [`short question ${modem}`], name);
	}
	await until("all memories to be empty", async () => {
		const { modems } = await box.control("state");
		return modems.every((m: any) => m.sm_used + m.me_used + m.sr_used === 0);
	});
});

test("each asks its operator, in the coding that it takes", { timeout: 60_000 }, async () => {
	for (const [modem, name] of names.entries()) {
		const a = await box.api("POST", `/sims/${simOf[modem]}/ussd`, { code: "*100#" });
		assert.match(a.body.text ?? "", /^Balance: 12\.40 EUR/, `${name}: ${JSON.stringify(a.body)}`);
	}
});

test("nothing was lost and nothing sent twice", () => {
	const verdict = judge(box);
	assert.deepEqual(verdict.faults, []);
	const doubtful = names.filter((name) => isDoubtful(name, 1)).length;
	assert.equal(verdict.texts.length, 2 * names.length - doubtful);
});
