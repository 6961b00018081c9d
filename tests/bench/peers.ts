// make bench-peers: Debian's gammu-smsd, smstools and Kannel, and this box, one after the other
// on the same emulated bank, in one run: the queue is filled first, then drained. The others
// are set up for speed as far as their manuals say how. Prints figures and asserts none.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Box, until } from "../system/lib/box";
import { fill, sayLoad, submitsOf } from "./lib";

const modems = 8;
const devices = Array.from({ length: modems }, (_, m) => m);
const number = (i: number) => `3069${44_000_000 + i}`;
const text = (i: number) => `Your appointment is tomorrow at 10:00. Number ${i}.`;

/** What one gateway does with a bank: it starts, with n messages to send. */
interface Gateway {
	name: string;
	program: string; // there if it is installed
	start: (box: Box, n: number) => Promise<void>;
}

let running: ChildProcess[] = [];

/** In a process group of its own, so that its children end with it. */
function run(box: Box, cmd: string, args: string[]) {
	const child = spawn(cmd, args, { cwd: box.dir, stdio: "ignore", detached: true });
	running.push(child);
}

function make(box: Box, name: string, content: string): string {
	const path = join(box.dir, name);
	writeFileSync(path, content);
	return path;
}

async function ours(box: Box, n: number) {
	await box.startPanel();
	await fill(box, n, Date.now() + 1000 + n);
	box.startRadio();
}

async function smstools(box: Box, n: number) {
	const dirs = ["outgoing", "checked", "sent", "failed", "incoming", "report", "stats"];
	for (const dir of dirs) mkdirSync(join(box.dir, dir));
	const global = dirs.map((dir) => `${dir} = ${box.dir}/${dir}`).join("\n");
	const conf = make(
		box,
		"smsd.conf",
		`devices = ${devices.map((m) => `GSM${m}`).join(",")}\n${global}\n` +
			`logfile = ${box.dir}/smsd.log\ninfofile = ${box.dir}/smsd.working\n` +
			`pidfile = ${box.dir}/smsd.pid\nloglevel = 3\ndelaytime = 1\ndelaytime_mainprocess = 1\n` +
			"errorsleeptime = 1\nautosplit = 3\ntrust_outgoing = yes\n" +
			devices
				.map(
					(m) =>
						`\n[GSM${m}]\ndevice = ${box.dir}/bank/modem${m}\nincoming = no\nreport = yes\n` +
						"init = AT+CNMI=2,0,0,1,0\nbaudrate = 115200\nkeep_open = yes\nsentsleeptime = 0\n",
				)
				.join(""),
	);
	for (let i = 0; i < n; i++) {
		writeFileSync(join(box.dir, "outgoing", `m${i}`), `To: ${number(i)}\nReport: yes\n\n${text(i)}`);
	}
	run(box, "/usr/sbin/smsd", [`-c${conf}`, "-s"]);
}

/** A daemon and a database for each modem, the messages shared out. */
async function gammu(box: Box, n: number) {
	const schema = readFileSync("/usr/share/doc/gammu/examples/sql/sqlite.sql", "utf8");
	for (const m of devices) {
		const rows: string[] = [];
		for (let i = m; i < n; i += modems) {
			rows.push(`('+${number(i)}', '${text(i)}', 'bench', 'yes')`);
		}
		execFileSync("sqlite3", [join(box.dir, `gammu${m}.db`)], {
			input:
				`${schema}\nINSERT INTO outbox (DestinationNumber, TextDecoded, CreatorID, ` +
				`DeliveryReport) VALUES ${rows.join(", ")};`,
		});
		const conf = make(
			box,
			`gammu${m}.conf`,
			`[gammu]\nport = ${box.dir}/bank/modem${m}\nconnection = at115200\nsynchronizetime = no\n` +
				`[smsd]\nservice = sql\ndriver = sqlite3\ndbdir = ${box.dir}\ndatabase = gammu${m}.db\n` +
				`phoneid = m${m}\nlogfile = ${box.dir}/gammu${m}.log\ncommtimeout = 1\n` +
				"receivefrequency = 60\nstatusfrequency = 0\nresetfrequency = 0\nchecksecurity = 0\n" +
				"checkbattery = 0\nchecksignal = 0\nchecknetwork = 0\nloopsleep = 1\n",
		);
		run(box, "/usr/bin/gammu-smsd", ["-c", conf]);
	}
}

async function kannel(box: Box, n: number) {
	const port = Number(new URL(box.url).port) + 100;
	const conf = make(
		box,
		"kannel.conf",
		`group = core\nadmin-port = ${port}\nadmin-password = x\nsmsbox-port = ${port + 1}\n` +
			`log-file = ${box.dir}/kannel.log\nlog-level = 2\nbox-allow-ip = 127.0.0.1\n\n` +
			`group = smsbox\nbearerbox-host = 127.0.0.1\nglobal-sender = 1\nsendsms-port = ${port + 2}\n` +
			`log-file = ${box.dir}/smsbox.log\nlog-level = 2\n\n` +
			"group = sendsms-user\nusername = u\npassword = p\nmax-messages = 3\n\n" +
			"group = sms-service\nkeyword = default\ntext = \"\"\nmax-messages = 0\n\n" +
			"group = modems\nid = sim\nname = sim\ndetect-string = \"GM-1\"\n" +
			"init-string = \"AT+CNMI=2,1,0,1,0\"\nspeed = 115200\nsendline-sleep = 20\n\n" +
			devices
				.map(
					(m) =>
						`group = smsc\nsmsc = at\nsmsc-id = m${m}\nmodemtype = sim\n` +
						`device = ${box.dir}/bank/modem${m}\nspeed = 115200\n\n`,
				)
				.join(""),
	);
	run(box, "/usr/sbin/bearerbox", [conf]);
	const status = `http://127.0.0.1:${port}/status.txt`;
	const isUp = (url: string) => fetch(url).then(() => true, () => false);
	await until("bearerbox", () => isUp(status));
	run(box, "/usr/sbin/smsbox", [conf]);
	await until("smsbox", () => isUp(`http://127.0.0.1:${port + 2}/`));
	for (let i = 0; i < n; i++) {
		const query = new URLSearchParams({
			username: "u", password: "p", to: `+${number(i)}`, text: text(i),
			"dlr-mask": "31", "dlr-url": "http://127.0.0.1:9/",
		});
		const answer = await fetch(`http://127.0.0.1:${port + 2}/cgi-bin/sendsms?${query}`);
		if (answer.status !== 202) throw new Error(`smsbox: ${await answer.text()}`);
	}
}

const gateways: Gateway[] = [
	{ name: "this box", program: "/bin/sh", start: ours },
	{ name: "smstools", program: "/usr/sbin/smsd", start: smstools },
	{ name: "gammu-smsd", program: "/usr/bin/gammu-smsd", start: gammu },
	{ name: "Kannel", program: "/usr/sbin/bearerbox", start: kannel },
];

/** The processes and all that came of them. */
function family(roots: number[]): number[] {
	const parent = new Map<number, number>();
	for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number)) {
		try {
			const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
			parent.set(pid, Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
		} catch {
			// it has just ended
		}
	}
	const isOurs = (pid: number): boolean =>
		roots.includes(pid) || (parent.has(pid) && isOurs(parent.get(pid)!));
	return [...parent.keys()].filter(isOurs);
}

/** CPU since the start, that of children that ended too; memory that is not shared, or its part. */
function costOf(pids: number[]) {
	let cpuMs = 0;
	let pssKb = 0;
	let writeBytes = 0;
	for (const pid of pids) {
		const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
		const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ").map(Number);
		cpuMs += fields.slice(11, 15).reduce((a, b) => a + b, 0) * 10; // ticks of 10 ms
		pssKb += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))![1]);
		writeBytes += Number(/^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, "utf8"))![1]);
	}
	return { cpuMs, pssKb, writeBytes };
}

interface Figures {
	busy: number;
	cpuMs: number;
}

async function measure({ name, start }: Gateway, submitMs: number, each: number): Promise<Figures> {
	const box = new Box({
		modems,
		sim: `submit = ${submitMs}\nstatus_delay = 500-1500\n`,
		panel: false,
		radio: false,
	});
	const n = modems * each;
	try {
		await box.start();
		const startedAt = Date.now();
		await start(box, n);
		const sent = () => submitsOf(box).filter((e) => e.result === "ok");
		await until("the queue to drain", () => sent().length >= n, 300_000, 100);
		const daemons = [box.pid("chapar-modemd"), box.pid("chapar-paneld")].filter((pid) => pid);
		const cost = costOf(family([...running.map((c) => c.pid!), ...daemons]));
		const from = Math.min(...sent().map((e) => e.cmd_t!));
		const busy = (each * submitMs) / (Math.max(...sent().map((e) => e.mono)) - from);
		const first = sent()[0].t - (sent()[0].mono - from) - startedAt;
		console.log(
			`${name.padEnd(10)} ${String(submitMs).padStart(4)} ms a submit, ${n} messages: utilisation ` +
				`${busy.toFixed(4)}, first on air ${first} ms after the start, CPU ` +
				`${(cost.cpuMs / n).toFixed(2)} ms and ${Math.round(cost.writeBytes / n)} bytes written a ` +
				`message (starting counted), memory ${(cost.pssKb / 1024).toFixed(1)} MB`,
		);
		return { busy, cpuMs: cost.cpuMs / n };
	} finally {
		for (const child of running) {
			try {
				process.kill(-child.pid!, "SIGKILL");
			} catch {
				// it has ended
			}
		}
		running = [];
		await box.stop();
	}
}

// Only those named on the command line, if any are.
const named = process.argv.slice(2);
const wanted = gateways.filter((g) => !named.length || named.includes(g.name));

sayLoad();
for (const [submitMs, each] of [[1500, 8], [100, 20]]) {
	let mine: Figures | undefined;
	for (const gateway of wanted) {
		if (!existsSync(gateway.program)) {
			console.log(`${gateway.name}: not installed`);
			continue;
		}
		const found = await measure(gateway, submitMs, each).catch((e) => {
			console.log(`${gateway.name}: ${e}`);
			return undefined;
		});
		if (!found) continue;
		mine ??= found;
		if (mine === found) continue;
		console.log(
			`           this box is busy ${(mine.busy / found.busy).toFixed(1)} times as much, on ` +
				`${(mine.cpuMs / found.cpuMs).toFixed(2)} of its CPU a message`,
		);
	}
}
sayLoad();
