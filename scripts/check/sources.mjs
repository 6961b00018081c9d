// Calls that are banned, and how large a file or a function may grow.
import { cFiles, functionsOf, lineAt, stripC } from "./tree.mjs";

const MAIN = /^firmware\/(modemd|paneld|chaparctl)\.c$|^tests\/modemsim\/main\//;
// SQLite asks its busy handler to wait.
const BUSY = /^firmware\/store\/store\.c$/;
const ONLY_OURS = /^(firmware|drivers|web)\//;
// Where the suite's runner looks for what is left.
const SCRATCH = /^tests\/unit\/scratch\.h$/;

// What is looked for, in which files, in which files not, and what to do instead.
const BANNED = [
	[/\b(strcpy|strcat|v?sprintf|strncpy|strncat|stpcpy|strtok|gets)\s*\(/g, /./, null, "use str_* or buf_*"],
	[/\b(atoi|atol|atoll|atof)\s*\(/g, /./, null, "use a str_ parser that reports errors"],
	[/\b(alloca|system|popen)\s*\(/g, ONLY_OURS, null, "never"],
	[/\bv?sscanf\s*\(/g, ONLY_OURS, null, "parse outside bytes with explicit bounds"],
	[/\b(_?exit|abort)\s*\(/g, ONLY_OURS, MAIN, "only a main ends the process"],
	[/\b(usleep|nanosleep|clock_nanosleep)\s*\(|\bsleep\(\d/g, ONLY_OURS, BUSY, "wait in the loop"],
	[/\b(mkdtemp|mkstemp|tmpfile)\s*\(/g, /^tests\/unit\//, SCRATCH, "use scratch_make()"],
	[/^\s*#\s*if\s+0\b/gm, /./, null, "delete it, git remembers"],
];

function bannedFindings(tree) {
	const bad = [];
	for (const [file, text] of cFiles(tree)) {
		const code = stripC(text);
		for (const [what, where, except, instead] of BANNED) {
			if (!where.test(file) || except?.test(file))
				continue;
			for (const match of code.matchAll(what))
				bad.push(`${file}:${lineAt(code, match.index)}: ${match[0].trim()}: ${instead}`);
		}
		for (const match of text.matchAll(/\b(TODO|FIXME|XXX)\b/g))
			bad.push(`${file}:${lineAt(text, match.index)}: ${match[0]}: finish it`);
	}
	return bad;
}

export const banned = {
	name: "banned: no unbounded string call, no sleep, no exit below a main",
	findings: bannedFindings,
	good: [
		{ "drivers/a.c": '/* strcpy( */ const char *a = "strcpy(";\nstr_copy(a);\n' },
		{ "firmware/modemd.c": "exit(1);\n" },
		{ "tests/unit/scratch.h": "\tmkdtemp(dir);\n" },
		{ "drivers/a.c": "my_exit(1); at_exit(2);\n" },
	],
	bad: [
		..."strcpy strcat sprintf vsprintf strncpy strtok gets atoi alloca system sscanf exit nanosleep"
			.split(" ")
			.map((name) => ({ "drivers/a.c": `\tx = ${name}(y);\n` })),
		{ "firmware/sms/a.c": "\tif (sscanf (a, b))\n" },
		{ "drivers/a.c": "\tsleep(1);\n" },
		{ "tests/unit/a.c": "\tmkdtemp(dir);\n" },
		{ "drivers/a.c": "#if 0\n#endif\n" },
		{ "drivers/a.c": "/* TODO later */\n" },
	],
};

const C_LINES = 600;
const H_LINES = 120;
const FUNCTION_LINES = 60;
const FIXTURE = /^tests\/unit\//;
const TABLES = /_tables\.(c|h)$/;

function limitFindings(tree) {
	const bad = [];
	for (const [file, text] of cFiles(tree)) {
		if (TABLES.test(file))
			continue;
		const lines = text.split("\n").length - 1;
		const most = file.endsWith(".h") && !FIXTURE.test(file) ? H_LINES : C_LINES;
		if (lines > most)
			bad.push(`${file}: ${lines} lines, at most ${most}`);
		for (const fn of functionsOf(text))
			if (fn.lines > FUNCTION_LINES)
				bad.push(`${file}:${fn.line}: ${fn.name}: ${fn.lines} lines, at most ${FUNCTION_LINES}`);
	}
	return bad;
}

const fn = (lines) => `static int f(int a,\n\tint b)\n{\n${"\ta();\n".repeat(lines)}}\n`;

export const limits = {
	name: "limits: files and functions of a size to read",
	findings: limitFindings,
	good: [
		{ "drivers/a.c": fn(60), "drivers/a.h": "\n".repeat(120) },
		{ "firmware/sms/gsm7_tables.c": "\n".repeat(900) },
		{ "drivers/b.c": `static const int t[] = {\n${"\t1,\n".repeat(90)}};\n` },
	],
	bad: [
		{ "drivers/a.c": "\n".repeat(601) },
		{ "drivers/a.h": "\n".repeat(121) },
		{ "drivers/a.c": fn(61) },
		{ "drivers/a.c": fn(3) + fn(61) + fn(3) },
	],
};

const TOP = new Set("firmware drivers web scripts board tests Makefile README.md".split(" "));

export const layout = {
	name: "layout: the top level holds what it should and no more",
	findings: (tree) =>
		[...new Set([...tree.keys()].map((file) => file.split("/")[0]))]
			.filter((name) => !TOP.has(name) && !name.startsWith("."))
			.map((name) => `${name}: not one of ${[...TOP].join(" ")}`),
	good: [{ Makefile: "", ".ci/run": "", "drivers/a.c": "" }],
	bad: [{ "src/a.c": "" }, { "notes.txt": "" }],
};
