// The sources as a map of path to text, and the little C reading that the checks share.
import fs from "node:fs";
import { execFileSync } from "node:child_process";

const SAMPLES = "scripts/check/samples/";

// Files git knows or would add; the samples are bad on purpose.
export function readTree() {
	const names = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"])
		.toString()
		.split("\0")
		.filter((name) => name !== "" && !name.startsWith(SAMPLES) && fs.existsSync(name));
	const tree = new Map();
	for (const name of [...new Set(names)].sort())
		tree.set(name, isText(name) ? fs.readFileSync(name, "utf8") : "");
	return tree;
}

function isText(name) {
	return /\.(c|cc|h|ts|tsx|mjs|css|html|svg|json|sh|conf|md|service|[158])$|^Makefile$/.test(name);
}

export function cFiles(tree) {
	return [...tree].filter(([name]) => /\.(c|cc|h)$/.test(name));
}

export function lineAt(text, index) {
	return text.slice(0, index).split("\n").length;
}

// Comments and the insides of literals become blanks; lines and columns stay where they were.
export function stripC(text) {
	const token = /\/\*[^]*?\*\/|\/\/[^\n]*|"(?:\\[^]|[^"\\\n])*"|'(?:\\[^]|[^'\\\n])+'/g;
	return text.replace(token, (found) => {
		const quote = found[0] === "/" ? "" : found[0];
		const blank = found.replace(/[^\n]/g, " ");
		return quote === "" ? blank : quote + blank.slice(2) + quote;
	});
}

// Each function's name and how many lines stand between its braces. The format check has
// seen to it that these braces, and no others, stand alone in the first column.
export function functionsOf(text) {
	const lines = stripC(text).split("\n");
	const found = [];
	let open = -1;
	lines.forEach((line, i) => {
		if (line === "{")
			open = i;
		else if (open >= 0 && /^}/.test(line)) {
			const head = lines.slice(Math.max(0, open - 8), open).join("\n");
			const name = /(\w+)\s*\([^;{}]*$/.exec(head.slice(head.lastIndexOf("\n}") + 1));
			if (name)
				found.push({ name: name[1], line: open + 1, lines: i - open - 1 });
			open = -1;
		}
	});
	return found;
}
