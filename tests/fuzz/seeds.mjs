// Seeds for the fuzzers of drivers/, made of the transcripts so that they never lag behind
// them: `seeds.mjs FOLDER` writes FOLDER/at_chat, FOLDER/at_line, FOLDER/at_parse and
// FOLDER/modem, a file a transcript. The first is a script of calls as fuzz_at_chat.c reads it,
// the last the transcript itself.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const transcripts = fileURLToPath(new URL("../transcripts", import.meta.url));
const out = process.argv[2];

const calls = new Map(Object.entries({
	probe: 0, sim: 1, pin: 2, setup: 3, net: 4, sweep: 5, delete: 6, ack: 7, "reset drain": 8,
	reset: 9, submit: 10, release: 12, abort: 13, "port hang": 16, "port close": 17,
	"port open": 18, "port block": 19, health: 48, self_test: 49, ussd: 50, give_up: 51,
	"trace on": 52, check: 24, park: 25, puk: 26, "reset vendor": 27, self_test_stop: 28,
	networks: 29, networks_stop: 30,
}));
// They ask the modem nothing.
const unsaid = ["trace off", "tells_texts"];
// As the table in fuzz_at_chat.c, whose first one is 53; longer names before their beginnings.
const families = ["simcom", "simcom_lte", "quectel", "quectel_lte", "huawei", "zte", "ublox",
	"telit", "sierra", "wavecom", "cinterion"];
const says = 0x80;
const end = 0xff;
const wait = { short: 14, long: 15, most: 300 };

function unescape(text) {
	const plain = { r: "\r", n: "\n", e: "\x1b", z: "\x1a", 0: "\0" };
	return text.replace(/\\(.)/g, (all, c) => plain[c] ?? c);
}

// The lines of a transcript, those that it includes in their places.
function linesOf(file) {
	return fs
		.readFileSync(path.join(transcripts, file), "utf8")
		.split("\n")
		.flatMap((line) => (line.startsWith("& ") ? linesOf(line.slice(2)) : [line]));
}

function saidIn(line) {
	if (line.startsWith("<< "))
		return unescape(line.slice(3));
	return line.startsWith("< ") ? `\r\n${line.slice(2)}\r\n` : null;
}

// A call that the fuzzers do not know would leave its dialogue untried: say so.
function callIn(line) {
	const words = line.slice(2).split(" ");
	const both = words.slice(0, 2).join(" ");
	const found = calls.get(both) ?? calls.get(words[0]);
	if (found === undefined && !unsaid.includes(both))
		throw new Error(`no fuzzer knows ${line}`);
	return found;
}

function familyOf(file) {
	const found = families
		.filter((name) => file.startsWith(`${name}_`))
		.sort((a, b) => b.length - a.length)[0];
	return found === undefined ? [] : [53 + families.indexOf(found)];
}

function script(file) {
	const family = familyOf(file);
	const octets = [calls.get("trace on")];
	for (const line of linesOf(file)) {
		const said = saidIn(line);
		if (said !== null)
			octets.push(says, ...Buffer.from(said, "latin1"), end);
		else if (line.startsWith("@ "))
			octets.push(Number(line.slice(2)) > wait.most ? wait.long : wait.short);
		else if (line.startsWith("! ") && callIn(line) !== undefined)
			octets.push(callIn(line), ...(line === "! probe" ? [] : family));
	}
	return octets;
}

function dialogue(file) {
	return Buffer.from(`${linesOf(file).filter((line) => /^[!<>@]/.test(line)).join("\n")}\n`, "utf8");
}

function write(kind, file, octets) {
	fs.mkdirSync(path.join(out, kind), { recursive: true });
	fs.writeFileSync(path.join(out, kind, path.basename(file, ".txt")), Buffer.from(octets));
}

for (const file of fs.readdirSync(transcripts).filter((name) => /^[a-z].*\.txt$/.test(name))) {
	const said = linesOf(file).map(saidIn).filter((text) => text !== null).join("");
	const lines = said.split(/[\r\n]+/).filter((line) => line !== "");
	write("at_chat", file, script(file));
	write("modem", file, dialogue(file));
	write("at_line", file, Buffer.from(`\x03${said}`, "latin1"));
	write("at_parse", file, Buffer.from(lines.join("\n"), "latin1"));
}
