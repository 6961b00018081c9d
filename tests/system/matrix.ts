// make fault-matrix ROUNDS=n SEED=s: so many rounds, each one modem, one fault and one phase,
// in a bank of MODEMS. After TIME seconds no new round begins. FAMILIES=0: plain modems in
// place of every family. FAULT is a pattern for "fault, phase", as FAULT=^unplug; TELL=1 tells
// each round.
import { matrixRun, matrixTold } from "./lib/matrix";

const { SEED, ROUNDS, MODEMS, TIME, FAMILIES, FAULT, TELL } = process.env;
const started = performance.now();
const t = await matrixRun({
	seed: Number(SEED ?? 1),
	rounds: Number(ROUNDS ?? 1000),
	modems: Number(MODEMS ?? 64),
	timeMs: TIME ? 1000 * Number(TIME) : undefined,
	families: FAMILIES !== "0",
	only: FAULT ? new RegExp(FAULT) : undefined,
	tell: TELL ? console.log : undefined,
});
for (const [fault, said] of t.said) console.log(`${fault}: ${[...said].join(", ")}`);
for (const fault of t.faults) console.log(fault);
console.log(matrixTold(t, performance.now() - started));
process.exitCode = t.faults.length ? 1 : 0;
