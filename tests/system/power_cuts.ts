// make power-cuts ROUNDS=n SEED=s: so many power cuts under traffic, two banks at once, ten
// cuts a bank. Says what was found; a fault names the seed of its bank, to be repeated with
// ROUNDS=10 SEED=that.
import { noTally, powerRun } from "./lib/power";

const rounds = Number(process.env.ROUNDS ?? 100);
const first = Number(process.env.SEED ?? 1);
const each = 10;
const banks = Math.ceil(rounds / each);
const sum = noTally();
let next = 0;
const started = Date.now();

async function worker() {
	for (let bank = next++; bank < banks; bank = next++) {
		const tally = await powerRun(first + bank, Math.min(each, rounds - bank * each));
		for (const [key, value] of Object.entries(tally)) {
			if (typeof value === "number") (sum as any)[key] += value;
		}
		sum.faults.push(...tally.faults);
		for (const fault of tally.faults) console.log(fault);
		console.log(
			`${sum.cuts} of ${rounds} cuts, ${Math.round((Date.now() - started) / 1000)} s, ` +
				`${sum.faults.length} faults`,
		);
	}
}

await Promise.all([worker(), worker()]);
console.log(
	`power cuts: ${sum.cuts} and ${sum.moments} other moments; ${sum.texts} texts accepted, ` +
		`${sum.parts} parts on air, ${sum.unknown} in doubt after a cut, ${sum.settled} settled by a ` +
		`report, ${sum.swapped} of these by that of another to the same number; ` +
		`${sum.inbound} texts came in, ${sum.stops} STOPs; ${sum.faults.length} faults`,
);
process.exitCode = sum.faults.length ? 1 : 0;
