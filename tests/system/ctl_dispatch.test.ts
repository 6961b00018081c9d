// chaparctl's commands about contracts, destinations, SIMs and limits: what is set shows, and
// what cannot be is refused in words.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { bin, startBox, type Box } from "./lib/box";

let box: Box;

before(async () => {
	box = await startBox({ modems: 1, sim: "submit = 50\n" });
	await box.ready();
});
after(async () => {
	await box.stop();
});

function ctl(...args: string[]) {
	try {
		const out = execFileSync(bin("chaparctl"), ["--config", box.conf, ...args], {
			encoding: "utf8",
			stdio: ["ignore", "pipe", "pipe"],
		});
		return { code: 0, out, err: "" };
	} catch (e: any) {
		return { code: e.status as number, out: String(e.stdout), err: String(e.stderr) };
	}
}
const json = (...args: string[]) => JSON.parse(ctl("--json", ...args).out);

function fine(...args: string[]) {
	const r = ctl(...args);
	assert.equal(r.code, 0, r.err);
	return r.out;
}

test("a plan is set, changed bit by bit, and goes", () => {
	fine("plan", "set", "Biz", "--day", "500", "--currency", "EUR", "--price", "0.05");
	fine("plan", "set", "Biz", "--spend", "12.5", "--countries", "gr,cy", "--reset-day", "31");
	const [plan] = json("plan", "list");
	assert.equal(plan.per_day, 500);
	assert.equal(plan.price, "0.05");
	assert.equal(plan.spend_month, "12.50");
	assert.equal(plan.countries, "GR,CY");
	assert.equal(plan.reset_day, 31);
	assert.match(fine("plan", "list"), /Biz.*500.*12\.50.*0\.05.*EUR/);
	for (const [args, words] of [
		[["--day", "x"], /whole number/],
		[["--price", "1,5"], /amount/],
		[["--zone", "Mars/Olympus"], /no time zone/],
		[["--reset-day", "32"], /1 to 31/],
		[["--bundle-only", "yes"], /must be a bundle/],
	] as [string[], RegExp][]) {
		const r = ctl("plan", "set", "Biz", ...args);
		assert.ok(r.code === 1 || r.code === 2, String(r.code));
		assert.match(r.err, words);
	}
	assert.equal(ctl("plan", "set").code, 2);
});

test("routes take prefixes, and plans prices by route", () => {
	fine("route", "set", "Cosmote", "--country", "GR", "--prefix", "+3069,+3068");
	assert.deepEqual(json("route", "list")[0].prefixes, ["+3068", "+3069"]);
	fine("route", "set", "Cosmote", "--prefix", "+3069");
	assert.match(fine("route", "list"), /Cosmote\s+GR.*\+3069/);
	fine("plan", "price", "biz", "cosmote", "0.02");
	fine("plan", "price", "Biz", "Cosmote", "blocked");
	const prices = () => box.sql("SELECT price, is_blocked FROM plan_price");
	assert.deepEqual(prices(), [{ price: 0, is_blocked: 1 }]);
	fine("plan", "price", "Biz", "Cosmote", "default");
	assert.deepEqual(prices(), []);
	assert.match(ctl("plan", "price", "Nobody", "Cosmote", "1").err, /no plan “Nobody”/);
	assert.match(ctl("route", "set", "X", "--prefix", "3069").err, /beginning of a number/);
});

test("a SIM gets its plan, role and group, and shows what of it is used", () => {
	const [{ id }] = json("sims");
	assert.match(fine("sim", "limits", String(id)), /no plan/);
	fine("sim", "set", String(id), "--plan", "Biz", "--role", "service", "--group", "shop");
	const limits = json("sim", "limits", String(id));
	assert.equal(limits.plan, "Biz");
	assert.deepEqual(limits.limits.map((l: any) => l.limit), ["day", "spend"]);
	assert.match(fine("sim", "limits", String(id)), /day\s+0\s+500/);
	assert.deepEqual(box.sql("SELECT role, sim_group FROM sim"), [{ role: 2, sim_group: "shop" }]);
	assert.match(ctl("sim", "set", String(id), "--role", "king").err, /both, promotional or service/);
	assert.match(ctl("sim", "limits", "99").err, /no such SIM/);
	fine("sim", "set", String(id), "--plan", "none", "--group", "");
	assert.deepEqual(box.sql("SELECT plan_id, sim_group FROM sim"), [{ plan_id: null, sim_group: "" }]);
	fine("plan", "delete", "Biz");
	fine("route", "delete", "Cosmote");
	assert.deepEqual(json("plan", "list"), []);
});

test("senders have limits", () => {
	const key = JSON.parse(ctl("--json", "key", "create", "--name", "shop", "--scope", "send").out);
	fine("quota", "set", `key:${key.id}`, "--day", "100", "--budget", "2.5");
	fine("quota", "set", `key:${key.id}`, "--minute", "10");
	const [quota] = json("quota", "list");
	assert.deepEqual(
		[quota.kind, quota.name, quota.per_minute, quota.per_day, quota.budget],
		["key", "shop", 10, 100, "2.50"],
	);
	assert.match(fine("quota", "list"), /key:\d+\s+shop\s+10\s+100/);
	assert.match(ctl("quota", "set", "key:99", "--day", "1").err, /no key 99/);
	assert.equal(ctl("quota", "set", "shop", "--day", "1").code, 2);
	fine("quota", "set", `key:${key.id}`, "--minute", "0", "--day", "0", "--budget", "0");
	assert.deepEqual(json("quota", "list"), []);
});
