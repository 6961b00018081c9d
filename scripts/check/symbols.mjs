// What the compiled objects tell: functions that no other file calls, and state outside of
// structs. `symbols.mjs unused|state FOLDER [object ...]`: prints what it finds, 1 if any.
import fs from "node:fs";
import path from "node:path";
import { execFileSync } from "node:child_process";

const SAMPLES = "/scripts/check/samples/";
const [, , what, folder, ...more] = process.argv;

function objectsIn(dir) {
	return fs
		.readdirSync(dir, { withFileTypes: true })
		.flatMap((entry) => {
			const file = path.join(dir, entry.name);
			return entry.isDirectory() ? objectsIn(file) : file.endsWith(".o") ? [file] : [];
		})
		.filter((file) => sourceOf(file) !== null && !file.includes(SAMPLES));
}

// The object of a source that is gone says nothing.
function sourceOf(object) {
	const stem = path.relative(folder, object).replace(/\.o$/, "");
	return [".c", ".cc"].map((end) => stem + end).find((file) => fs.existsSync(file)) ?? null;
}

// Columns of nm's sysv form: name, value, class, type, size, line, section.
function symbolsOf(object) {
	return execFileSync("nm", ["-f", "sysv", object], { stdio: ["ignore", "pipe", "ignore"] })
		.toString()
		.split("\n")
		.filter((line) => line.split("|").length === 7)
		.map((line) => line.split("|").map((cell) => cell.trim()))
		.map(([name, , kind, , , , section]) => ({ name, kind, section }));
}

// main is called by libc, the others by libFuzzer.
const CALLED = new Set(["main", "LLVMFuzzerTestOneInput", "LLVMFuzzerInitialize", "LLVMFuzzerCustomMutator"]);

function unused(objects) {
	const used = new Set();
	for (const symbols of objects.values())
		for (const { name, kind } of symbols)
			if (kind === "U")
				used.add(name);
	const found = [];
	for (const [object, symbols] of objects)
		for (const { name, kind } of symbols)
			if (kind === "T" && !used.has(name) && !CALLED.has(name) && !name.startsWith("_Z"))
				found.push(`${sourceOf(object)}: ${name}: no other file calls it: static, or gone`);
	return found;
}

const STATEFUL = /^\.(data|bss|tdata|tbss)($|\.(?!rel\.ro))|^\*COM\*$/;
const OURS = /^(firmware|drivers|web|scripts\/check\/samples)\//;
// The log's sink, the zones that were read; a main's stop flag is its signal handler's.
const MAY = /^firmware\/base\/(log|tz)\.c$|^firmware\/(modemd|paneld|chaparctl)\.c$/;

function state(objects) {
	const found = [];
	for (const [object, symbols] of objects) {
		const source = sourceOf(object);
		if (!OURS.test(source) || MAY.test(source) || !source.endsWith(".c"))
			continue;
		for (const { name, section } of symbols)
			if (STATEFUL.test(section) && name !== section)
				found.push(`${source}: ${name}: state outside of a struct`);
	}
	return found;
}

const objects = new Map(
	[...objectsIn(folder), ...more].map((object) => [object, symbolsOf(object)]),
);
const found = (what === "unused" ? unused : state)(objects);
for (const line of found.sort())
	console.log(line);
process.exit(found.length > 0 ? 1 : 0);
