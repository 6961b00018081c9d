// The API as it is promised: each resource's fields, statuses, pages and error codes; who
// may call what; the same request from many clients at once; and reports that add up.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBox, until, type Box } from "./lib/box";

let box: Box;
before(async () => {
	box = await startBox({ modems: 2, sim: "submit = 20\n" });
	await box.ready(2);
});
after(async () => {
	await box.stop();
});

const shapes = {
	message:
		"id to text class state cause cause_text encoding parts campaign_id campaign contact_id " +
		"contact_name sim_id client_ref reference created_at updated_at send_after expires_at attempts",
	part: "seq state sim_id sim mr sending_at answered_at settled_at st cause cause_text",
	accepted: "id state encoding parts to",
	list: "id name country members with_consent without_consent opted_out created_at",
	contact:
		"id msisdn first_name last_name language country fields suppressed lists created_at",
	consent: "id list_id list kind source given_at evidence actor recorded_at",
	suppression: "msisdn reason source created_at",
	job:
		"id kind list_id list state dry_run file_name encoding delimiter map bytes_total bytes_done " +
		"rows accepted updated duplicate quarantined rejected error eta_s created_at finished_at",
	inspection: "encoding delimiter header map unmapped rows warnings",
	campaign:
		"id name list_id list text class topic state recipients counts parts rate_per_min eta " +
		"created_at started_at ended_at",
	counts:
		"held queued sending sent delivered undelivered failed expired cancelled unknown skipped to_come",
	schedule:
		"start_at end_at window spread pace_per_minute per_day budget group estimate will_not_make_window",
	estimate:
		"recipients sendable skipped parts encoding spread sims rate_per_min rate_measured seconds " +
		"done will_not_make_window limited_by cost sample errors",
	report:
		"recipients sendable skipped queued sent delivered undelivered failed expired cancelled " +
		"unknown parts replies opt_outs estimate ended_at cost timeline by_sim causes",
	inbound:
		"id originator contact_id contact_name sim_id sim text parts state intent campaign_id " +
		"campaign received_at seen_at",
	conversation: "msisdn contact_id contact_name last_text last_direction last_at unread",
	entry: "direction id text state at sim_id",
	sim:
		"id iccid imsi msisdn name operator enabled bay_id state reason reason_text signal_dbm bars " +
		"rate_per_min submit_ms today plan_id role group balance balance_at until last_seen_at",
	bay:
		"id port imei manufacturer model revision state reason reason_text sim_id changed_at",
	limit: "code used limit reached frees_at",
	plan:
		"id name currency time_zone reset_day per_minute per_hour per_day per_month recipients_month " +
		"bundle_month bundle_only spend_month balance_floor countries price prices sims",
	route: "id name country operator whole_country prefixes locking single",
	quota:
		"kind id name per_minute per_day budget group used_day used_money day_frees_at budget_frees_at",
	why: "code detail until",
	today: "sent delivered undelivered failed unknown received",
	overview: "queue today rate_per_min eta_s running unread bays problems",
	preview:
		"encoding parts units units_left units_per_part because cheaper placeholders filled errors",
	session: "state user box",
	health: "status version checks",
	settings: "country locale stop_reply box_name",
	audit: "id at actor action object detail",
	problem: "type title status code detail",
} as const;

/** Every promised field is there; more may come with later versions. */
function has(value: any, shape: keyof typeof shapes) {
	assert.equal(typeof value, "object", `${shape}: ${JSON.stringify(value)}`);
	const missing = shapes[shape].split(" ").filter((k) => !(k in value));
	assert.deepEqual(missing, [], `${shape} lacks fields: ${JSON.stringify(value)}`);
}
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

async function refused(method: string, path: string, body: unknown, status: number, code: string) {
	const a = await box.api(method, path, body);
	assert.equal(`${a.status} ${a.body.code}`, `${status} ${code}`, `${method} ${path}: ${JSON.stringify(a.body)}`);
	has(a.body, "problem");
	assert.equal(a.body.status, status);
	assert.match(a.headers.get("content-type") ?? "", /^application\/problem\+json/);
	return a;
}

/** All pages of a list, two at a time: no item twice, none left out. */
async function pages(path: string): Promise<any[]> {
	const all: any[] = [];
	let cursor: string | null = null;
	do {
		const at: string = path + (path.includes("?") ? "&" : "?") + "limit=2" +
			(cursor ? `&cursor=${encodeURIComponent(cursor)}` : "");
		const page: { items: any[]; next: string | null } = await box.must("GET", at);
		assert.ok(page.items.length <= 2);
		assert.ok("next" in page);
		all.push(...page.items);
		cursor = page.next;
	} while (cursor);
	const ids = all.map((i) => i.id ?? i.msisdn);
	assert.equal(new Set(ids).size, ids.length, `${path}: an item twice`);
	return all;
}

const phone = (n: number) => `+3069440${String(n).padStart(5, "0")}`;
const consent = { source: "shop", given_at: "2026-01-01", evidence: "form 1" };
let list = 0;

test("lists", async () => {
	const made = await box.api("POST", "/lists", { name: "Offers", country: "GR" });
	assert.equal(made.status, 201);
	has(made.body, "list");
	assert.match(made.body.created_at, time);
	list = made.body.id;
	await refused("POST", "/lists", { name: "offers" }, 409, "conflict");
	for (let i = 0; i < 4; i++) await box.must("POST", "/lists", { name: `List ${i}` });
	assert.equal((await pages("/lists")).length, 5);
	const named = await box.must("PATCH", `/lists/${list}`, { name: "Άνοιξη" });
	assert.equal(named.name, "Άνοιξη");
	const gone = await box.must("POST", "/lists", { name: "gone" });
	assert.equal((await box.api("DELETE", `/lists/${gone.id}`)).status, 204);
	await refused("GET", `/lists/${gone.id}`, undefined, 404, "not_found");
});

test("contacts and consents", async () => {
	for (let i = 0; i < 5; i++) {
		const a = await box.api("POST", "/contacts", {
			phone: phone(i),
			first_name: `P${i}`,
			fields: { shoe: "38" },
			lists: [list],
			...(i < 4 ? { consent } : {}),
		});
		assert.equal(a.status, 201, JSON.stringify(a.body));
		has(a.body, "contact");
	}
	const all = await pages(`/contacts?list=${list}`);
	assert.deepEqual(all.map((c) => c.consent), ["in", "in", "in", "in", "none"]);
	assert.equal((await pages("/contacts?q=P3")).length, 1);
	const { id } = all[4];
	const said = await box.api("POST", `/contacts/${id}/consents`, { list_id: list, kind: "opt_in", ...consent });
	assert.equal(said.status, 201);
	const { items } = await box.must("GET", `/contacts/${id}/consents`);
	has(items[0], "consent");
	assert.equal(items[0].kind, "opt_in");
	await box.must("POST", `/contacts/${id}/consents`, { list_id: list, kind: "opt_out", ...consent });
	assert.equal((await box.must("GET", `/contacts?list=${list}&q=P4`)).items[0].consent, "out");
	/* Another number is nobody who agreed; what is recorded says why. */
	const moved = all[0].id;
	await box.must("PATCH", `/contacts/${moved}`, { phone: phone(70) });
	assert.equal((await box.must("GET", `/contacts?list=${list}&q=P0`)).items[0].consent, "none");
	const told = (await box.must("GET", `/contacts/${moved}/consents`)).items;
	assert.deepEqual(told.map((c: any) => c.kind), ["opt_in", "none"]);
	await box.must("PATCH", `/contacts/${moved}`, { phone: phone(0) });
	await box.must("POST", `/contacts/${moved}/consents`, { list_id: list, kind: "opt_in", ...consent });
	await refused("POST", "/contacts", { phone: phone(1) }, 409, "conflict");
	await refused("POST", "/contacts", { phone: "12" }, 422, "invalid_number");
	await refused("GET", "/contacts/99999", undefined, 404, "not_found");
	const after = await box.must("GET", `/lists/${list}`);
	assert.equal(after.members, 5);
	assert.equal(after.with_consent + after.without_consent + after.opted_out, after.members);
});

test("suppressions", async () => {
	const made = await box.api("POST", "/suppressions", { msisdn: "694 409 9001" });
	assert.equal(made.status, 201);
	has(made.body, "suppression");
	assert.equal(made.body.msisdn, "+306944099001");
	for (let i = 2; i < 5; i++) await box.must("POST", "/suppressions", { msisdn: `+30694409900${i}` });
	assert.equal((await pages("/suppressions")).length, 4);
	has(await box.must("GET", "/suppressions/+306944099001"), "suppression");
	await refused(
		"POST", "/messages",
		{ to: "+306944099001", text: "a", class: "transactional", reference: "1" },
		422, "suppressed",
	);
	assert.equal((await box.api("DELETE", "/suppressions/+306944099004")).status, 204);
	await refused("GET", "/suppressions/+306944099004", undefined, 404, "not_found");
});

test("import, its job and what was rejected", async () => {
	const csv =
		"Κινητό,Όνομα,Shoe,consent_source,consent_date\n" +
		`${phone(100)},Άννα,38,shop,2026-01-01\n${phone(101)},Νίκος,40,,\n` +
		`${phone(100)},again,1,shop,2026-01-01\n=1+1,"=HYPERLINK(""http://x"")",1,,\n12,x,1,,\n`;
	const seen = await box.must("POST", `/lists/${list}/import/inspect?country=GR`, csv);
	has(seen, "inspection");
	assert.equal(seen.map.phone, "Κινητό");
	const sent = await box.api("POST", `/lists/${list}/import?country=GR&name=a%22%0d%0ab.csv`, csv);
	assert.equal(sent.status, 202);
	const job = await until("the job", async () => {
		const j = await box.must("GET", `/jobs/${sent.body.job}`);
		return /done|failed/.test(j.state) ? j : null;
	});
	has(job, "job");
	assert.equal(job.state, "done");
	assert.deepEqual(
		[job.rows, job.accepted, job.updated, job.duplicate, job.quarantined, job.rejected],
		[5, 2, 0, 1, 1, 2],
	);
	assert.equal(job.rows, job.accepted + job.updated + job.duplicate + job.rejected);
	assert.equal((await pages("/jobs?kind=import")).length, 1);
	const file = await box.api<string>("GET", `/jobs/${job.id}/rejected`);
	assert.match(file.headers.get("content-type") ?? "", /^text\/csv/);
	const disposition = file.headers.get("content-disposition") ?? "";
	assert.match(disposition, /^attachment/);
	assert.doesNotMatch(disposition, /[\r\n]/);
	for (const cell of String(file.body).split(/[,\n]/)) {
		assert.doesNotMatch(cell, /^"?[=+@-](?!\d)/, "a cell that a spreadsheet would run");
	}
	const { items } = await box.must("GET", `/jobs/${job.id}/rejected?format=json&limit=10`);
	assert.deepEqual(items.map((i: any) => i.reason), ["duplicate_in_file", "formula", "too_short"]);
	await refused("POST", `/jobs/${job.id}/cancel`, undefined, 409, "wrong_state");
});

test("messages", async () => {
	const one = await box.api("POST", "/messages", { to: phone(1), text: "Hi €", class: "alert", client_ref: "r1" });
	assert.equal(one.status, 202);
	has(one.body, "accepted");
	assert.equal(one.body.encoding, "gsm7");
	const again = await box.api("POST", "/messages", { to: phone(1), text: "Hi €", class: "alert", client_ref: "r1" });
	assert.equal(again.status, 200);
	assert.equal(again.body.id, one.body.id);
	const many = await box.api("POST", "/messages", {
		messages: [
			{ to: phone(2), text: "a", class: "alert" },
			{ to: "nobody", text: "a", class: "alert" },
			{ to: phone(3), text: "a" },
		],
	});
	assert.equal(many.status, 202);
	assert.equal(many.body.accepted, 1);
	assert.equal(many.body.refused, 2);
	has(many.body.results[0], "accepted");
	assert.equal(many.body.results[1].error.code, "invalid_number");
	const { id } = one.body;
	const shown = await until("it has gone", async () => {
		const m = await box.must("GET", `/messages/${id}`);
		return /sent|delivered/.test(m.state) ? m : null;
	});
	has(shown, "message");
	has(shown.part_list[0], "part");
	assert.ok(Array.isArray(shown.history));
	has((await pages(`/messages?to=${encodeURIComponent(phone(1))}`))[0], "message");
	await refused("POST", `/messages/${id}/cancel`, undefined, 409, "wrong_state");
	const later = await box.must("POST", "/messages", {
		to: phone(1), text: "later", class: "alert", send_after: "2036-01-01T00:00:00Z",
	});
	assert.equal((await box.must("POST", `/messages/${later.id}/cancel`)).state, "cancelled");
	assert.equal((await box.must("GET", "/messages?state=cancelled")).items[0].id, later.id);
	await refused("GET", "/messages?state=nothing", undefined, 400, "unknown_value");
	await refused("GET", "/messages?cursor=%00%FF", undefined, 400, "invalid_utf8");
	await refused("GET", "/messages?cursor=abc", undefined, 400, "bad_cursor");
	await refused("GET", "/messages/99999999999999999999", undefined, 404, "not_found");
	for (const bad of ["0", "-1", "501", "99999999999999999999"]) {
		const a = await box.api("GET", `/messages?limit=${bad}`);
		assert.equal(a.status, 400, `limit=${bad}: ${JSON.stringify(a.body)}`);
	}
});

test("preview", async () => {
	const p = await box.must("POST", "/messages/preview", {
		text: "Γεια {{first_name|φίλε}} 😀", fields: { first_name: "Άννα" }, list_id: list,
	});
	has(p, "preview");
	assert.equal(p.encoding, "ucs2");
	assert.equal(p.filled, "Γεια Άννα 😀");
	assert.ok(p.sample.length > 0);
	const u = p.because.find((b: any) => b.char === "😀");
	assert.equal(u.code_point, 0x1f600);
	assert.equal(u.offset, "Γεια {{first_name|φίλε}} ".length);
});

/** The figures of a report, which say where everybody is. */
function adds(report: any, state: any) {
	const skipped = Object.values(report.skipped as Record<string, number>).reduce((a, b) => a + b, 0);
	const went = report.queued + report.sent + report.delivered + report.undelivered +
		report.failed + report.expired + report.cancelled + report.unknown;
	assert.equal(report.recipients, report.sendable + skipped, `${state}: ${JSON.stringify(report)}`);
	assert.equal(report.sendable, went, `${state}: ${JSON.stringify(report)}`);
}

test("campaign and report", async () => {
	const draft = { name: "Spring", list_id: list, text: "Hi {{first_name|you}}", class: "promotional" };
	const made = await box.api("POST", "/campaigns", draft);
	assert.equal(made.status, 201);
	has(made.body, "campaign");
	has(made.body, "schedule");
	has(made.body.counts, "counts");
	const { id } = made.body;
	const changed = await box.must("PATCH", `/campaigns/${id}`, { name: "Summer" });
	assert.equal(changed.name, "Summer");
	const estimate = await box.must("POST", `/campaigns/${id}/estimate`);
	has(estimate, "estimate");
	assert.equal(estimate.recipients, 7);
	assert.equal(estimate.sendable, 5);
	assert.deepEqual(
		Object.keys(estimate.parts).sort(), ["max", "median", "min", "total"],
	);
	adds(await box.must("GET", `/campaigns/${id}/report`), "draft");
	await refused("POST", `/campaigns/${id}/pause`, undefined, 409, "wrong_state");
	/* Started by many at once, it starts once. */
	const starts = await Promise.all(
		Array.from({ length: 8 }, () => box.api("POST", `/campaigns/${id}/start`)),
	);
	assert.equal(starts.filter((s) => s.status === 200).length, 1);
	assert.ok(starts.every((s) => s.status === 200 || s.body.code === "wrong_state"));
	await refused("PATCH", `/campaigns/${id}`, { name: "x" }, 409, "wrong_state");
	const done = await until("the campaign", async () => {
		const report = await box.must("GET", `/campaigns/${id}/report`);
		adds(report, "running");
		const c = await box.must("GET", `/campaigns/${id}`);
		return c.state === "done" && c.counts.queued + c.counts.sending === 0 ? c : null;
	});
	const report = await box.must("GET", `/campaigns/${id}/report`);
	has(report, "report");
	adds(report, "done");
	assert.equal(report.skipped.no_consent, 1);
	assert.equal(report.skipped.opted_out, 1);
	assert.equal(done.counts.skipped, 2);
	assert.equal(done.counts.to_come, 0);
	assert.equal(report.by_sim.reduce((n: number, s: any) => n + s.parts, 0), 5);
	assert.equal((await pages("/campaigns")).length, 1);
	await refused("DELETE", `/campaigns/${id}`, undefined, 409, "wrong_state");
	await refused("DELETE", `/lists/${list}`, undefined, 409, "in_use");
});

test("cancelled while it is fed, a report still adds up", async () => {
	const rows = Array.from({ length: 800 }, (_, i) => `${phone(2000 + i)},shop,2026-01-01`);
	const big = (await box.must("POST", "/lists", { name: "Big", country: "GR" })).id;
	const { job } = await box.must(
		"POST", `/lists/${big}/import`, "phone,consent_source,consent_date\n" + rows.join("\n"),
	);
	await until("the import", async () => (await box.must("GET", `/jobs/${job}`)).state === "done");
	const draft = { name: "Big", list_id: big, text: "Hi", class: "promotional" };
	const { id } = await box.must("POST", "/campaigns", draft);
	await box.must("POST", `/campaigns/${id}/start`);
	for (let i = 0; i < 5; i++) {
		await box.must("POST", `/campaigns/${id}/pause`);
		adds(await box.must("GET", `/campaigns/${id}/report`), "paused");
		await box.must("POST", `/campaigns/${id}/resume`);
	}
	/* People leave the list while it runs. */
	const { items } = await box.must("GET", `/contacts?list=${big}&limit=500`);
	for (const c of items.slice(490)) await box.must("DELETE", `/contacts/${c.id}`);
	adds(await box.must("GET", `/campaigns/${id}/report`), "running");
	await box.must("POST", `/campaigns/${id}/cancel`);
	const done = await until("nothing waits", async () => {
		const c = await box.must("GET", `/campaigns/${id}`);
		return c.counts.queued + c.counts.held + c.counts.sending === 0 ? c : null;
	});
	assert.equal(done.state, "cancelled");
	adds(await box.must("GET", `/campaigns/${id}/report`), "cancelled");
	const air = box.sql(`SELECT msisdn, count(*) AS n FROM message WHERE campaign_id = ${id} GROUP BY msisdn`);
	assert.ok(air.filter((a: any) => a.msisdn).every((a: any) => a.n === 1), "one message each");
});

test("what comes in", async () => {
	await box.control(`inbound 0 ${phone(1)} Ναι`);
	const text = await until("the text", async () => (await box.must("GET", "/inbound")).items[0]);
	has(text, "inbound");
	assert.equal(text.originator, phone(1));
	assert.equal((await box.api("POST", `/inbound/${text.id}/seen`)).status < 300, true);
	assert.equal((await box.must("GET", "/inbound?unread=1")).items.length, 0);
	const talk = (await box.must("GET", "/conversations")).items[0];
	has(talk, "conversation");
	assert.equal(talk.last_direction, "in");
	const reply = await box.api("POST", `/conversations/${encodeURIComponent(phone(1))}`, { text: "Thanks" });
	assert.equal(reply.status, 202, JSON.stringify(reply.body));
	const thread = await box.must("GET", `/conversations/${encodeURIComponent(phone(1))}`);
	has(thread.items[0], "entry");
	assert.equal(thread.items[0].text, "Thanks");
	await refused("POST", `/conversations/${encodeURIComponent(phone(99))}`, { text: "a" }, 422, "no_conversation");
	await refused("POST", "/messages", { to: phone(99), text: "a", class: "conversation" }, 422, "no_conversation");
});

test("SIMs, bays, overview", async () => {
	const { items } = await box.must("GET", "/sims");
	assert.equal(items.length, 2);
	has(items[0], "sim");
	has(items[0].today, "today");
	const named = await box.must("PATCH", `/sims/${items[0].id}`, { name: "Front desk" });
	assert.equal(named.name, "Front desk");
	const bays = (await box.must("GET", "/bays")).items;
	has(bays[0], "bay");
	const overview = await box.must("GET", "/overview");
	has(overview, "overview");
	has(overview.today, "today");
	assert.deepEqual(Object.keys(overview.queue).sort(), ["held", "parts", "queued", "sending"]);
	assert.equal((await box.api("POST", `/bays/${bays[0].id}/reset`)).status, 202);
	await refused("POST", "/bays/99/reset", undefined, 404, "not_found");
});

test("contracts: what is used of them, why a message waits, why that SIM", async () => {
	const route = await box.must("POST", "/routes", { name: "Mobile", country: "GR", prefixes: ["+3069"] });
	has(route, "route");
	const prices = [{ route_id: route.id, price: 0.0375 }];
	const plan = await box.must("POST", "/plans", { name: "Two", currency: "EUR", per_day: 1000, prices });
	has(plan, "plan");
	const sims = (await box.must("GET", "/sims")).items;
	// What is on air now would be counted a moment later.
	await until("nothing on air", () => box.sql("SELECT count(*) AS n FROM message WHERE state IN (1, 2)")[0].n === 0);
	const { limits } = await box.must("PATCH", `/sims/${sims[0].id}`, { plan_id: plan.id });
	const used = limits[0].used;
	await box.must("PATCH", `/plans/${plan.id}`, { per_day: used + 1 });
	await box.must("PATCH", `/sims/${sims[1].id}`, { enabled: false });
	const ids: number[] = [];
	for (let i = 0; i < 2; i++) {
		const draft = { to: phone(700 + i), text: "Ready", class: "transactional", reference: `r${i}` };
		ids.push((await box.must("POST", "/messages", draft)).id);
	}
	const held = await until("one that waits for its SIM's limit", async () => {
		for (const id of ids) {
			const m = await box.must("GET", `/messages/${id}`);
			if (m.waiting?.code === "limit_day") return m;
		}
		return null;
	});
	has(held.waiting, "why");
	assert.match(held.waiting.until, time);
	assert.equal(held.route, "Mobile");
	const sent = await until("the other one sent", async () => {
		const m = await box.must("GET", `/messages/${ids.find((id) => id !== held.id)}`);
		return /sent|delivered/.test(m.state) ? m : null;
	});
	has(sent.sim_choice, "why");
	assert.equal(sent.waiting, null);
	const sim = await box.must("GET", `/sims/${sims[0].id}`);
	const [limit] = sim.limits;
	has(limit, "limit");
	assert.deepEqual([limit.code, limit.used, limit.limit, limit.reached], ["day", used + 1, used + 1, true]);
	assert.equal(box.sql(`SELECT price FROM part WHERE message_id = ${sent.id}`)[0].price, 37500);
	await box.must("POST", `/messages/${held.id}/cancel`);
	await box.must("DELETE", `/plans/${plan.id}`);
	await box.must("PATCH", `/sims/${sims[1].id}`, { enabled: true });
	await refused("GET", `/plans/${plan.id}`, undefined, 404, "not_found");
	await refused("POST", "/plans", { name: "x", per_day: "2" }, 400, "wrong_type");
	await refused("PUT", "/send-windows/promotional", { from: "9", to: "21:00" }, 400, "wrong_type");
	await refused("PUT", "/quotas/user/999", { per_day: 1 }, 404, "not_found");
	for (const quota of (await box.must("GET", "/quotas")).items) has(quota, "quota");
});

test("keys, users, audit, settings, health, metrics, the document", async () => {
	const key = await box.api("POST", "/keys", { name: "shop", scope: "read" });
	assert.equal(key.status, 201);
	assert.ok(key.body.key.length >= 20);
	assert.ok((await box.must("GET", "/keys")).items.every((k: any) => !("key" in k)), "shown once");
	const user = await box.api("POST", "/users", { name: "maria", password: "correct horse", role: "viewer" });
	assert.equal(user.status, 201);
	assert.equal(JSON.stringify(await box.must("GET", "/users")).includes("argon2"), false);
	has((await pages("/audit"))[0], "audit");
	has(await box.must("GET", "/settings"), "settings");
	assert.equal((await box.must("PATCH", "/settings", { box_name: "Till" })).box_name, "Till");
	await refused("PATCH", "/settings", { country: "XX" }, 422, "invalid_country");
	has(await box.must("GET", "/health"), "health");
	const metrics = await fetch(`${box.url}/metrics`);
	assert.match(await metrics.text(), /^# HELP /m);
	const doc = await box.must("GET", "/openapi.json");
	assert.equal(doc.openapi.slice(0, 3), "3.1");
	assert.equal((await box.api("DELETE", `/keys/${key.body.id}`)).status, 204);
	const late = await fetch(`${box.url}/api/v1/lists`, { headers: { Authorization: `Bearer ${key.body.key}` } });
	assert.equal(late.status, 401, "a key that is deleted opens nothing");
});

test("who may do what", async () => {
	const scopes: Record<string, string> = {};
	for (const scope of ["read", "send", "admin"]) {
		scopes[scope] = (await box.must("POST", "/keys", { name: scope, scope })).key;
	}
	const doc = await box.must("GET", "/openapi.json");
	const as = (key: string | null, method: string, path: string) =>
		fetch(`${box.url}${path}`, {
			method,
			headers: { ...(key ? { Authorization: `Bearer ${key}` } : {}), "Content-Type": "application/json" },
			body: method === "GET" || method === "DELETE" ? undefined : "{}",
		});
	const free = /^\/(api\/v1\/)?health$|\/(session|setup|openapi\.json)$/;
	let tried = 0;
	for (const [path, methods] of Object.entries<any>(doc.paths)) {
		const base = path.startsWith("/api") || /^\/(health|metrics)/.test(path) ? path : `/api/v1${path}`;
		const at = base.replace(/\{[a-z]+\}/g, "999999");
		if (free.test(at) || at.endsWith("/events")) continue;
		for (const method of Object.keys(methods).map((m) => m.toUpperCase())) {
			if (at !== "/metrics") {
				const nobody = await as(null, method, at);
				assert.equal(nobody.status, 401, `${method} ${at} without a key`);
			}
			if (method === "GET") continue;
			const reader = await as(scopes.read, method, at);
			if (!/\/(preview|estimate|try)$/.test(at)) {
				assert.equal(reader.status, 403, `${method} ${at} with a read key`);
			}
			tried++;
		}
	}
	assert.ok(tried > 25, `${tried} calls tried`);
	for (const [method, at] of [
		["POST", "/keys"], ["DELETE", "/keys/9"], ["POST", "/users"], ["GET", "/users"], ["GET", "/audit"],
		["PATCH", "/settings"], ["DELETE", "/suppressions/+306944000001"], ["PATCH", "/sims/1"], ["POST", "/bays/1/reset"],
	]) {
		const sender = await as(scopes.send, method, `/api/v1${at}`);
		assert.equal(sender.status, 403, `${method} ${at} with a send key`);
	}
	const query = await fetch(`${box.url}/api/v1/lists?key=${scopes.admin}`);
	assert.equal(query.status, 401, "never a credential in a URL");
});

test("32 clients with one request", async () => {
	const send = (headers: Record<string, string>, body: object) =>
		fetch(`${box.url}/api/v1/messages`, {
			method: "POST",
			headers: { Authorization: `Bearer ${box.key}`, "Content-Type": "application/json", ...headers },
			body: JSON.stringify(body),
		}).then(async (r) => ({ status: r.status, body: (await r.json()) as any }));
	const body = { to: phone(500), text: "once", class: "alert" };
	const same = await Promise.all(Array.from({ length: 32 }, () => send({ "Idempotency-Key": "k-1" }, body)));
	assert.deepEqual([...new Set(same.map((a) => a.status))], [202]);
	assert.equal(new Set(same.map((a) => a.body.id)).size, 1);
	const other = await send({ "Idempotency-Key": "k-1" }, { ...body, text: "twice" });
	assert.equal(`${other.status} ${other.body.code}`, "409 idempotency_mismatch");
	const ref = { to: phone(501), text: "once", class: "alert", client_ref: "order-501" };
	const refs = await Promise.all(Array.from({ length: 32 }, () => send({}, ref)));
	assert.equal(refs.filter((a) => a.status === 202).length, 1);
	assert.equal(refs.filter((a) => a.status === 200).length, 31);
	assert.equal(new Set(refs.map((a) => a.body.id)).size, 1);
	const messages = Array.from({ length: 300 }, (_, i) => ({ to: phone(600 + i), text: "b", class: "alert" }));
	const batches = await Promise.all(
		Array.from({ length: 8 }, () => send({ "Idempotency-Key": "batch-1" }, { messages })),
	);
	assert.deepEqual([...new Set(batches.map((a) => a.status))], [202]);
	assert.equal(new Set(batches.map((a) => JSON.stringify(a.body))).size, 1);
	for (const [to, n] of [[phone(500), 1], [phone(501), 1], [phone(650), 1]] as const) {
		assert.equal(box.sql(`SELECT count(*) AS n FROM message WHERE msisdn = '${to}'`)[0].n, n);
	}
});

test("logs tell no number, no text and no key", () => {
	for (const name of ["chapar-paneld", "chapar-modemd"]) {
		const log = box.log(name);
		assert.ok(log.length > 100);
		assert.doesNotMatch(log, /\+?30694\d{7}/, `${name}: a whole number`);
		assert.doesNotMatch(log, /Thanks|Ναι|Άννα|later/, `${name}: a text or a name`);
		assert.ok(!log.includes(box.key) && !/argon2|chp_/.test(log), `${name}: a key`);
	}
});
