// The two sides of the matrix: what may go wrong with a modem, and when.
import { pause, type Matrix } from "./matrix";

/** A part of a modem's work. */
export interface Phase {
	name: string;
	commands: string[]; // whose answers a rule may spoil
	arm(x: Matrix, m: number): Promise<void>; // makes the phase long enough to be met
	enter(x: Matrix, m: number): Promise<void>;
	reach(x: Matrix, m: number): Promise<void>; // until it is in the middle
}

export interface Fault {
	name: string;
	fits(phase: Phase): boolean;
	arm?(x: Matrix, m: number, phase: Phase): Promise<void>; // before the phase
	act?(x: Matrix, m: number, phase: Phase): Promise<void>; // in the middle of it
	says?: RegExp; // "STATE reason" that its bay must come to; none: it comes back by itself
	cure?(x: Matrix, m: number): Promise<void>;
	needs?: "spare" | "flood"; // what one round at a time may have
	isLong?: boolean; // it is over after a minute or more
}

const set = (x: Matrix, m: number, what: string) => x.must(`set ${m} ${what}`);

const sends = (name: string, prompt: number, submit: number, from: number, to: number): Phase => ({
	name,
	commands: ["+CMGS"],
	async arm(x, m) {
		await set(x, m, `prompt ${prompt}`);
		await set(x, m, `submit ${submit}`);
		x.tail.mark(m);
	},
	enter: (x, m) => x.post(m, x.between(1, 4)),
	async reach(x, m) {
		await x.tail.asked(m, "AT+CMGS");
		await pause(x.between(from, to));
	},
});

const receives = (name: string, command: string): Phase => ({
	name,
	commands: [command],
	async arm(x, m) {
		await set(x, m, "latency 200");
		x.tail.mark(m);
	},
	enter: (x, m) => x.receive(m),
	async reach(x, m) {
		await x.tail.asked(m, `AT${command}`);
		await pause(x.between(0, 150));
	},
});

export const phases: Phase[] = [
	{
		name: "probe",
		commands: [
			"+CMEE", "+CGMI", "+CGSN", "+CPIN", "+CCID", "+CIMI", "+CMGF", "+CSMS", "+CPMS", "+CNMI",
			"+CREG", "+CSQ", "+CSCA", "+CMGL",
		],
		arm: (x, m) => set(x, m, "latency 30"),
		async enter(x, m) {
			await x.must(`unplug ${m}`);
			x.tail.mark(m);
			await x.must(`replug ${m}`);
		},
		async reach(x, m) {
			await x.tail.asked(m, "AT");
			await pause(x.between(0, 900));
		},
	},
	{
		name: "idle",
		commands: ["+CSQ", "+CREG", "+CPIN", "+CSCA", "+CPMS"], // of a self-test
		arm: async (x, m) => x.tail.mark(m),
		async enter(x, m) {
			await x.box.api("POST", `/bays/${x.bay(m)?.id}/test`);
		},
		reach: (x) => pause(x.between(0, 500)),
	},
	sends("prompt", 1200, 100, 100, 1000),
	sends("PDU", 300, 300, 270, 350),
	sends("awaiting the answer", 0, 1500, 200, 1300),
	receives("reading", "+CMGR"),
	receives("deleting", "+CMGD"),
];

const named = (...names: string[]) => (phase: Phase) => names.includes(phase.name);
const awaiting = named("awaiting the answer");
const beforeTheBody = named("prompt", "PDU");

/** One wrong answer, to a command of the phase. */
const rule = (text: string, more: Partial<Fault> = {}): Fault => {
	const spoilt = new Map<number, string>(); // by modem
	return {
		name: text,
		fits: (phase) => !beforeTheBody(phase),
		arm: (x, m, phase) => {
			const on = phase.commands[x.between(0, phase.commands.length)];
			spoilt.set(m, `AT${on}`);
			return set(x, m, `fault ${text} on=${on} times=1`);
		},
		act: async (x, m) => void (await x.tail.asked(m, spoilt.get(m) ?? "")),
		...more,
	};
};

const atPrompt = (text: string, more: Partial<Fault> = {}): Fault =>
	rule(text, { fits: beforeTheBody, ...more });

/** Something done to the modem, at any time. */
const deed = (name: string, act: Fault["act"], more: Partial<Fault> = {}): Fault => ({
	name,
	fits: () => true,
	act,
	...more,
});

const says = (name: string, line: string): Fault => deed(name, (x, m) => x.must(`urc ${m} ${line}`));

/** The rule may fire only when the body is through the network, or not at all. */
const replug: Fault["cure"] = async (x, m) => {
	await pause(x.between(0, 2500));
	for (let tries = 0; tries < 12 && !(await x.control(`replug ${m}`)).ok; tries++) await pause(200);
};

/** A modem that is so from then on, until it is cured. */
const keeps = (what: string, sound: string, more: Partial<Fault> = {}): Fault =>
	deed(what, (x, m) => set(x, m, what), {
		cure: async (x, m) => {
			await pause(x.between(0, 1500));
			await set(x, m, sound);
		},
		...more,
	});

/** The same with what shows after a reset only. */
const resets = (what: string[], sound: string[], more: Partial<Fault> = {}): Fault => ({
	...deed(what.join(", "), async (x, m) => {
		for (const line of what) await set(x, m, line);
		await x.must(`reset ${m}`);
	}),
	cure: async (x, m) => {
		for (const line of sound) await set(x, m, line);
		await x.must(`reset ${m}`);
	},
	...more,
});

/** A card is seen to by hand: the modem is pulled for it. */
const byHand = (sound: string): Fault["cure"] => async (x, m) => {
	await x.must(`unplug ${m}`);
	await set(x, m, sound);
	await replug(x, m);
};

/** What the service centre or the modem says, after which the bay waits for somebody. */
const barred = (text: string, reason: RegExp): Fault =>
	rule(text, {
		fits: awaiting,
		says: reason,
		cure: async (x, m) => void (await x.box.must("POST", `/bays/${x.bay(m)?.id}/reset`)),
	});

/** The two modems' ports exchange their names, as they do when a hub starts anew. */
const crossNames = async (x: Matrix, m: number) => {
	const other = x.spare(m);
	for (const one of [m, other]) await x.must(`unplug ${one}`);
	await x.must(`replug ${m} as modem${other}`);
	await x.must(`replug ${other} as modem${m}`);
};

/** Nothing answers, or nothing that can be worked with, and the ladder is through. */
const isGivenUp = /^FAULT stuck$/;
const isDead = (port: string): Fault =>
	keeps(`port ${port}`, "port modem", { says: isGivenUp, isLong: true });

export const faults: Fault[] = [
	// Answers of the network and of the modem, TS 24.011 E.2 and TS 27.005 3.2.5.
	...[38, 42, 300, 331, 500].map((code) => rule(`cms ${code}`)),
	...[21, 47, 192, 194, 301, 310, 311, 313, 314, 316, 320, 322, 332, 340, 512].map((code) =>
		rule(`cms ${code}`, { fits: awaiting }),
	),
	// The text left all the same: to send it again is to send it twice.
	...[
		"cms 332", "cms 500", "cms 512", "cme 100", "error", "hang 700", "hang 8000", "reset",
	].map((kind) => rule(`${kind} onair=yes`, { fits: awaiting })),
	rule("unplug onair=yes", { fits: awaiting, cure: replug }),
	rule("cms 304", { fits: awaiting }), // given up: the modem does not take this text
	barred("cms 8", /^HELD sim_barred$/),
	barred("cms 50", /^HELD sim_barred$/),
	barred("cms 330", /^HELD no_service_centre$/),
	...[10, 11, 13, 14, 30, 31, 100].map((code) => rule(`cme ${code}`)),
	rule("error"),
	rule("lost"),
	rule("swallow"),
	rule("late 300"),
	rule("late 7000"),
	// Half a line: of a header, of its number, of the OK after it.
	...[1, 4, 9, 10, 14].map((octets) => rule(`cut ${octets}`)),
	rule("hang 700"),
	rule("hang 8000"),
	rule("reset"),
	rule("unplug", { cure: replug }),
	atPrompt("noprompt"),
	atPrompt("slowprompt 900"),
	atPrompt("slowprompt 11000"),
	...["cms 310", "cms 500", "cme 14", "error", "cut 3", "hang 700", "hang 8000", "reset"].map(
		(kind) => atPrompt(`${kind} at=prompt`),
	),
	atPrompt("unplug at=prompt", { cure: replug }),
	deed("hang for 400 ms", (x, m) => x.must(`hang ${m} 400`)),
	deed("hang for 6 s", (x, m) => x.must(`hang ${m} 6000`)),
	deed("hang for good", (x, m) => x.must(`hang ${m}`), {
		says: isGivenUp,
		cure: (x, m) => x.must(`reset ${m}`),
		isLong: true,
	}),
	deed("reset at once", (x, m) => x.must(`reset ${m}`)),
	deed(
		"reset without a sign", // no line, and the echo is off as it was
		async (x, m) => {
			await set(x, m, "echo off");
			await x.must(`reset ${m}`);
		},
		{ cure: (x, m) => set(x, m, "echo on") },
	),
	resets(["boot 5000"], ["boot 0"]),
	deed("unplug at once", (x, m) => x.must(`unplug ${m}`), { cure: replug }),
	deed("unplug, seen", (x, m) => x.must(`unplug ${m}`), { says: /^ABSENT unplugged$/, cure: replug }),
	deed("unplug and replug", async (x, m) => {
		await x.must(`unplug ${m}`);
		await x.must(`replug ${m}`);
	}),
	deed("another modem", async (x, m) => {
		await x.must(`unplug ${m}`);
		await set(x, m, `imei 86${String(1000 * m + x.between(0, 1000)).padStart(13, "0")}`);
		await x.must(`replug ${m}`);
	}),
	deed(
		"swap",
		async (x, m) => {
			await x.must(`swap ${m} ${x.spare(m)}`);
			x.exchanged(m, x.spare(m));
		},
		{
			needs: "spare",
			cure: async (x, m) => void (await x.live(x.spare(m), "the other of the swap")),
		},
	),
	deed("ports exchange their names", crossNames, {
		needs: "spare",
		cure: async (x, m) => {
			await pause(x.between(0, 4000));
			for (const one of [m, x.spare(m)]) await x.must(`unplug ${one}`);
			for (const one of [m, x.spare(m)]) await x.must(`replug ${one}`);
			await x.live(x.spare(m), "the other of the exchange");
		},
	}),
	// Noise on the line.
	keeps("boot_urc_every 2", "boot_urc_every 0"),
	deed(
		"a flood of lines",
		async (x, m) => {
			await set(x, m, "boot_urc_burst 300");
			await set(x, m, "boot_urc_every 10");
		},
		{
			needs: "flood", // one at a time: modemsim has one thread
			cure: async (x, m) => {
				await pause(x.between(500, 2500));
				await set(x, m, "boot_urc_every 0");
				await set(x, m, "boot_urc_burst 1");
			},
		},
	),
	keeps("split_bytes 1", "split_bytes 0"),
	keeps("split_bytes 7", "split_bytes 0"),
	keeps("inject all", "inject none"),
	keeps("inject echo", "inject none"),
	keeps("inject prompt", "inject none"),
	keeps("inject answer", "inject none"),
	resets(["echo_stays on", "echo_wrong on"], ["echo_stays off", "echo_wrong off"]),
	says("a ring", "RING"),
	says("no carrier", "NO CARRIER"),
	says("a stray OK", "OK"),
	says("a stray ERROR", "ERROR"),
	says("a text that is not there", '+CMTI: "SM",199'),
	says("a report that is not there", '+CDSI: "SM",199'),
	says("half a text", "+CMT: ,24"),
	says("half a report", "+CDS: 25"),
	deed("a message that nobody can read", (x, m) => x.must(`raw ${m} 07911356040000F0FFFFFF`)),
	keeps("csq 99", "csq 21"),
	keeps("latency 1500", "latency 0"),
	keeps("latency 6500", "latency 0", { isLong: true }),
	isDead("silent"),
	isDead("garbage"),
	isDead("login"),
	isDead("endless"),
	isDead("binary"),
	// Memories.
	deed("a full SIM is put in", async (x, m) => {
		await x.must(`unplug ${m}`);
		await x.must(`fill ${m}`);
		await x.must(`replug ${m}`);
		await x.receive(m);
	}),
	deed(
		"a SIM fills up, and says so",
		async (x, m) => {
			await set(x, m, "full_urc on");
			await x.must(`fill ${m}`);
			await x.receive(m);
		},
		{ cure: (x, m) => set(x, m, "full_urc off") },
	),
	keeps("unsupported +CMGD", "unsupported ", { fits: named("idle", "reading", "deleting") }),
	// The SIM and its network.
	keeps("sim absent", "sim ready", { says: /^SIM_WAIT no_sim$/, isLong: true }),
	resets(["sim absent"], ["sim ready"], { name: "sim absent at a reset", says: /^SIM_WAIT no_sim$/ }),
	resets(["sim pin"], [], { says: /^PIN sim_pin$/, cure: byHand("sim ready"), isLong: true }),
	resets(["sim puk"], [], { says: /^PIN sim_puk$/, cure: byHand("sim ready"), isLong: true }),
	...["denied", "searching", "none"].flatMap((network) => {
		const reason = network === "denied" ? /^REGISTERING denied$/ : /^REGISTERING (searching|no_network)$/;
		return [
			keeps(`network ${network}`, "network home", { says: reason }),
			resets([`network ${network}`], ["network home"], {
				name: `network ${network} after a reset`,
				says: reason,
				isLong: true,
			}),
		];
	}),
	keeps("network roaming", "network home"),
];

/** Such rounds wait for time limits of modems and looks at them: up to some minutes. */
export const takesLong = (fault: Fault, phase: Phase): boolean =>
	fault.isLong === true ||
	(fault.says !== undefined && fault.name !== "unplug, seen") ||
	(/^(lost|swallow|late 7|hang|reset|boot|swap|cut|latency|cms 3[123]|sim)/.test(fault.name) &&
		(beforeTheBody(phase) || awaiting(phase)));
