// A short day of the box under valgrind's memcheck: set-up, an import, texts of one part and
// of several, reports, a STOP, a campaign, a modem pulled out, an orderly end. Neither daemon
// reads what was not written, touches what is freed, or leaks.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { bin, startBox, until } from "./lib/box";
import { judge } from "./lib/judge";
import { onAir } from "./lib/simlog";

const valgrind = [
	"valgrind",
	"--quiet",
	"--error-exitcode=99",
	"--leak-check=full",
	"--errors-for-leak-kinds=definite",
	"--show-leak-kinds=definite",
	"--num-callers=30",
];

/** Programs built with ASan do their own checking and do not run under valgrind. */
function unfit(): string | false {
	if (spawnSync("valgrind", ["--version"]).status !== 0) return "valgrind is not installed";
	const symbols = spawnSync("grep", ["-c", "__asan_init", bin("chapar-modemd")]);
	return symbols.status === 0 ? "built with ASan" : false;
}

const number = (n: number) => `+3069470${String(n).padStart(5, "0")}`;

test("both daemons are clean under valgrind", { skip: unfit(), timeout: 300_000 }, async () => {
	const box = await startBox({
		modems: 2,
		sim: "submit = 20\nstatus_delay = 50-100\n",
		wrap: valgrind,
	});
	try {
		await box.ready();
		const list = (await box.must("POST", "/lists", { name: "people", country: "GR" })).id;
		const rows = Array.from({ length: 8 }, (_, i) =>
			[number(i), `Name${i}`, "web", "2026-01-01", "form"].join(),
		);
		const csv = `phone,first_name,consent_source,consent_date,consent_text\n${rows.join("\n")}\n12,bad\n`;
		const { job } = await box.must("POST", `/lists/${list}/import?country=GR&name=p.csv`, csv);
		await until("the import", async () => (await box.must("GET", `/jobs/${job}`)).state === "done", 60_000);
		const campaign = await box.must("POST", "/campaigns", {
			name: "c",
			list_id: list,
			text: "Hello {{first_name|friend}}",
			class: "promotional",
		});
		await box.must("POST", `/campaigns/${campaign.id}/start`);
		await box.must("POST", "/messages", {
			messages: [
				{ to: number(20), text: "Γεια σας. ".repeat(20), class: "alert" },
				{ to: number(21), text: "one part", class: "alert" },
				{ to: "12", text: "nobody", class: "alert" },
			],
		});
		await box.control(`inbound 0 ${number(1)} STOP`);
		await box.control(`inbound 1 ${number(2)} --reverse ${"A long answer. ".repeat(15)}`);
		await until(
			"all to be settled",
			() => box.sql("SELECT 1 FROM message WHERE state IN (0, 1, 2, 3)").length === 0
				&& box.sql("SELECT 1 FROM message WHERE state = 4").length >= 9,
			120_000,
			200,
		);
		await until(
			"the answers",
			async () => (await box.must("GET", "/inbound")).items.length === 2,
			60_000,
			200,
		);
		await box.must("GET", `/campaigns/${campaign.id}/report`);
		await box.control("unplug 1");
		await until(
			"the bay to be seen empty",
			async () => (await box.must("GET", "/bays")).items.some((b: any) => b.state === "ABSENT"),
			60_000,
			200,
		);
		assert.ok(onAir(box.simLog()).length >= 11);
		assert.deepEqual(judge(box).faults, []);
		for (const name of ["chapar-modemd", "chapar-paneld"]) {
			assert.equal(await box.end(name), 0, box.log(name).slice(-6000));
			assert.doesNotMatch(box.log(name), /^==\d+==/m);
		}
	} finally {
		await box.stop();
	}
});
