// The radios' business where not all is well: a tenth of the submits refused, one modem five
// times slower than the others, one pulled out half way; beside a bank without trouble.
import { startBox, type Box } from "../system/lib/box";
import { busy, drained, fill, sayLoad, submitsOf } from "./lib";

const modems = 8;
const submit = "1200-1800";
const each = 20;

/** how: settings of the bank; during: what happens while it works; without: a modem that is
 * not counted. */
interface Trouble {
	how?: string;
	during?: (box: Box) => Promise<unknown>;
	without?: number;
}

async function drain({ how = "", during, without }: Trouble): Promise<{ is: number; n: number }> {
	const box = await startBox({ modems, sim: `submit = ${submit}\nstatus_delay = 500-1500\n${how}` });
	try {
		await box.ready(modems);
		await fill(box, modems * each, Date.now() + 4000);
		const work = during?.(box);
		await drained(box, modems * each);
		await work;
		const submits = submitsOf(box).filter((e) => e.modem !== without);
		const n = box.sql("SELECT count(*) AS n FROM message WHERE state IN (3, 4)")[0].n;
		return { is: busy(submits, without === undefined ? modems : modems - 1), n };
	} finally {
		await box.stop();
	}
}

const half = (each * 1500) / 2;
const troubles: [string, Trouble][] = [
	["no trouble", {}],
	["a tenth refused (cms 38)", { how: "fault = cms 38 p=0.1\n" }],
	["one five times slower", { how: "modem 3 {\nsubmit = 6000-9000\n}\n" }],
	[
		"one pulled out half way, the others",
		{
			during: async (box) => {
				await new Promise((r) => setTimeout(r, 4000 + half));
				await box.control("unplug 3");
			},
			without: 3,
		},
	],
];

sayLoad();
const found = await Promise.all(troubles.map(([, trouble]) => drain(trouble)));
troubles.forEach(([name], i) => {
	console.log(
		`${name}: utilisation ${found[i].is.toFixed(4)}, ` +
			`${(found[i].is / found[0].is).toFixed(4)} of the bank without trouble; ` +
			`${found[i].n} of ${modems * each} sent`,
	);
});
