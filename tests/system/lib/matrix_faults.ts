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
	says?: RegExp; // the reasons one of which its bay must give; none: it comes back by itself
	cure?(x: Matrix, m: number): Promise<void>;
	needsSpare?: boolean;
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

/** One wrong answer, to a command of the phase. */
const rule = (text: string, more: Partial<Fault> = {}): Fault => {
	const spoilt = new Map<number, string>(); // by modem
	return {
		name: text,
		fits: (phase) => !["prompt", "PDU"].includes(phase.name),
		arm: (x, m, phase) => {
			const on = phase.commands[x.between(0, phase.commands.length)];
			spoilt.set(m, `AT${on}`);
			return set(x, m, `fault ${text} on=${on} times=1`);
		},
		act: async (x, m) => void (await x.tail.asked(m, spoilt.get(m) ?? "")),
		...more,
	};
};

const atPrompt = (text: string): Fault =>
	rule(text, { fits: (phase) => ["prompt", "PDU"].includes(phase.name) });

/** Something done to the modem, at any time. */
const deed = (name: string, act: Fault["act"], more: Partial<Fault> = {}): Fault => ({
	name,
	fits: () => true,
	act,
	...more,
});

const replug: Fault["cure"] = async (x, m) => {
	await pause(x.between(0, 2500));
	await x.control(`replug ${m}`); // the rule may not have fired
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

/** The same with a SIM or a network that shows after a reset. */
const broken = (what: string, sound: string, says: RegExp): Fault => ({
	...deed(what, async (x, m) => {
		await set(x, m, what);
		await x.must(`reset ${m}`);
	}),
	says,
	cure: async (x, m) => {
		await set(x, m, sound);
		await x.must(`reset ${m}`);
	},
});

const silent = /^(stuck|no_answer|not_a_modem)$/;

export const faults: Fault[] = [
	rule("cms 38"),
	rule("cms 42"),
	rule("cms 331"),
	rule("cms 500"),
	rule("cme 14"),
	rule("cme 100"),
	rule("error"),
	rule("lost"),
	rule("swallow"),
	rule("late 300"),
	rule("late 7000"),
	rule("hang 700"),
	rule("hang 8000"),
	rule("reset"),
	rule("unplug", { cure: replug }),
	atPrompt("noprompt"),
	atPrompt("slowprompt 900"),
	atPrompt("slowprompt 11000"),
	deed("hang for 400 ms", (x, m) => x.must(`hang ${m} 400`)),
	deed("hang for 6 s", (x, m) => x.must(`hang ${m} 6000`)),
	deed("hang for good", (x, m) => x.must(`hang ${m}`), {
		// Nothing is asked of an idle one: a text finds out.
		fits: (phase) => phase.name !== "idle",
		says: silent,
		cure: (x, m) => x.must(`reset ${m}`),
	}),
	deed("reset at once", (x, m) => x.must(`reset ${m}`)),
	deed("unplug at once", (x, m) => x.must(`unplug ${m}`), { cure: replug }),
	deed("unplug, seen", (x, m) => x.must(`unplug ${m}`), { says: /^unplugged$/, cure: replug }),
	deed("swap", (x, m) => x.must(`swap ${m} ${x.spareModem}`), {
		needsSpare: true,
		cure: async (x) => void (await x.live(x.spareModem, "the other of the swap")),
	}),
	keeps("boot_urc_every 2", "boot_urc_every 0"),
	keeps("split_bytes 1", "split_bytes 0"),
	keeps("split_bytes 7", "split_bytes 0"),
	keeps("inject all", "inject none"),
	keeps("inject echo", "inject none"),
	keeps("csq 99", "csq 21"),
	keeps("port silent", "port modem", { fits: (p) => p.name !== "idle", says: silent }),
	keeps("port garbage", "port modem", { fits: (p) => p.name !== "idle", says: silent }),
	keeps("port login", "port modem", { fits: (p) => p.name !== "idle", says: silent }),
	broken("sim absent", "sim ready", /^no_sim$/),
	broken("sim pin", "sim ready", /^sim_pin$/),
	broken("sim puk", "sim ready", /^sim_puk$/),
	broken("network denied", "network home", /^denied$/),
	broken("network searching", "network home", /^(searching|no_network)$/),
];
