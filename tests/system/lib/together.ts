// Tests that have boxes of their own and mostly wait, so that some of them run at once.
import { describe, test as one } from "node:test";

type Check = () => Promise<void>;

/** test() takes a test down; run() runs all that were taken down, so many at once. */
export function together() {
	const cases: [string, Check][] = [];
	return {
		test: (name: string, check: Check) => void cases.push([name, check]),
		run: (about: string, many: number) =>
			describe(about, { concurrency: many }, () => {
				for (const [name, check] of cases) one(name, check);
			}),
	};
}
