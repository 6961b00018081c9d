// make fault-matrix ROUNDS=n SEED=s: so many rounds, each one modem, one fault and one phase,
// in a bank of MODEMS. FAULT is a pattern for "fault, phase", as FAULT=^unplug; TELL=1 tells
// each round.
import { matrixRun } from "./lib/matrix";

const started = performance.now();
const t = await matrixRun({
	seed: Number(process.env.SEED ?? 1),
	rounds: Number(process.env.ROUNDS ?? 1000),
	modems: Number(process.env.MODEMS ?? 32),
	only: process.env.FAULT ? new RegExp(process.env.FAULT) : undefined,
	tell: process.env.TELL ? console.log : undefined,
});
const perS = (rate: number) => rate.toFixed(2);
for (const [fault, said] of t.said) console.log(`${fault}: ${[...said].join(", ")}`);
for (const fault of t.faults) console.log(fault);
console.log(
	`fault matrix: ${t.rounds} rounds of ${t.pairs.size} faults in their phases, ` +
		`${Math.round((performance.now() - started) / 1000)} s; ${t.texts} texts, ${t.parts} parts on ` +
		`air, ${t.unknown} unknown, ${t.inbound} came in; untouched bays ${perS(t.calmBefore)} parts/s ` +
		`before, ${perS(t.calmDuring)} during, ${perS(t.calmWorst)} in the worst window; ` +
		`${t.rssKb.join(" to ")} KB, ${t.fds.join(" to ")} descriptors; ${t.faults.length} faults`,
);
process.exitCode = t.faults.length ? 1 : 0;
