// Runs the checks that read sources. A check first has to find what is wrong in its bad
// samples and nothing in its good ones: one that cannot fail is itself a failure.
import { readTree } from "./tree.mjs";
import includes from "./includes.mjs";
import manual from "./manual.mjs";
import proofs from "./proofs.mjs";
import * as sources from "./sources.mjs";
import * as web from "./web.mjs";

const SHOWN = 20;
const checks = [
	includes, sources.banned, sources.limits, sources.layout, web.words, web.hosts, web.lock,
	manual, proofs,
];

function blindness(check) {
	const asTree = (files) => new Map(Object.entries(files));
	return [
		...check.bad
			.filter((files) => check.findings(asTree(files)).length === 0)
			.map((files) => `does not see ${JSON.stringify(files).slice(0, 200)}`),
		...check.good.flatMap((files) =>
			check.findings(asTree(files)).map((found) => `wrongly says ${found}`),
		),
	];
}

const tree = readTree();
for (const check of checks) {
	const found = blindness(check);
	if (found.length === 0)
		found.push(...check.findings(tree));
	console.log(`${found.length === 0 ? "ok" : "not ok"} - ${check.name}`);
	for (const line of found.slice(0, SHOWN))
		console.log(`    ${line}`);
	if (found.length > SHOWN)
		console.log(`    and ${found.length - SHOWN} more`);
}
