// Campaigns on the board and the people they are for: who should get what, and who got what
// as modemsim's log tells.
import { readFileSync, writeFileSync } from "node:fs";
import { until } from "../lib/box";
import { judge, messageState } from "../lib/judge";
import { countries, peopleOf, type Person } from "../lib/people";
import { onAir, type AirPart } from "../lib/simlog";
import { type Board, patienceMs } from "./board";

const source = "tests/data/contacts-el.csv";

/** The first rows of the contact file, as a file of their own. */
export function writePeople(path: string, rows: number) {
	const lines = readFileSync(source, "utf8").split("\n");
	writeFileSync(path, lines.slice(0, rows + 1).join("\n") + "\n");
}

interface Wave {
	id: number;
	filled: (name: string) => string;
}

interface Stop {
	to: string;
	isFirst: boolean; // said before anything was on air to them
}

export class Campaigns {
	readonly people: Map<string, Person>;
	private readonly waves: Wave[] = [];
	private readonly stops: Stop[] = [];

	constructor(
		private readonly board: Board,
		file: string,
		private readonly list: number,
	) {
		this.people = peopleOf(file, countries.el);
	}

	/** Those who may be written to. */
	private consenting(): Person[] {
		return [...this.people.values()].filter((p) => p.consent);
	}

	async start() {
		const n = this.waves.length + 1;
		// One part or two, as long as the name is.
		const text = (name: string) => `Γεια σας ${name}, την Παρασκευή είμαστε κλειστά (${n}). Για διακοπή: ΣΤΟΠ`;
		const { id } = await this.board.must("POST", "/campaigns", {
			name: `wave ${n}`,
			list_id: this.list,
			text: text("{{first_name|φίλε μας}}"),
			class: "promotional",
		});
		this.waves.push({ id, filled: (name) => text(name || "φίλε μας") });
		await this.board.must("POST", `/campaigns/${id}/start`);
	}

	/** That something is to be sent: the next campaign if the last one came to its end. */
	async running() {
		const last = this.waves.at(-1);
		const { state } = last ? await this.board.must("GET", `/campaigns/${last.id}`) : { state: "done" };
		if (state === "done") await this.start();
	}

	async ended() {
		const { id } = this.waves.at(-1)!;
		await until(
			"the campaign to end",
			async () => (await this.board.must("GET", `/campaigns/${id}`)).state === "done",
			patienceMs,
			500,
		);
	}

	/** Somebody who got a text already, or one of the last who will. */
	async say(word: string, isFirst: boolean, modem: number) {
		const reached = new Set(onAir(this.board.simLog()).map((p) => p.to));
		const said = new Set(this.stops.map((s) => s.to));
		const choice = this.consenting().filter((p) => reached.has(p.msisdn) !== isFirst && !said.has(p.msisdn));
		const { msisdn: to } = choice.at(isFirst ? -1 : 0)!;
		this.stops.push({ to, isFirst });
		await this.board.control(`inbound ${modem} ${to} ${word}`);
		const confirmed = () => this.airTo(to).some((p) => !this.isCampaign(p));
		await until(`the confirmation to ${to}`, confirmed, patienceMs, 100);
	}

	private airTo(to: string): AirPart[] {
		return onAir(this.board.simLog()).filter((p) => p.to === to);
	}

	/** A part of a campaign's text, or all of it. */
	private isCampaign({ to, text }: AirPart): boolean {
		const name = this.people.get(to)?.name ?? "";
		return this.waves.some((w) => w.filled(name).includes(text));
	}

	/** On the board's own store, fetched before. Each person once, or in doubt and told so;
	 * nobody without consent; nobody after STOP. */
	faults(): string[] {
		const faults: string[] = [];
		const got = new Map<string, string[]>();
		for (const t of judge(this.board).texts) {
			if (t.got === t.parts) got.set(t.to, [...(got.get(t.to) ?? []), t.text]);
		}
		const states = new Map<string, number>();
		for (const m of this.board.sql("SELECT msisdn, campaign_id, state FROM message WHERE campaign_id IS NOT NULL"))
			states.set(`${m.campaign_id}/${m.msisdn}`, m.state);
		for (const { msisdn, name, consent } of this.people.values()) {
			const texts = got.get(msisdn) ?? [];
			if (!consent && this.airTo(msisdn).length > 0) faults.push(`${msisdn}: on air without consent`);
			const said = this.stops.some((s) => s.to === msisdn);
			for (const { id, filled } of consent ? this.waves : []) {
				const n = texts.filter((t) => t === filled(name)).length;
				const inDoubt = states.get(`${id}/${msisdn}`) === messageState.unknown;
				if (n > 1) faults.push(`${msisdn}: got the text of ${id} ${n} times`);
				if (n === 0 && !inDoubt && !said) faults.push(`${msisdn}: did not get the text of ${id}`);
			}
		}
		for (const { to, isFirst } of this.stops) {
			const campaign = this.airTo(to).map((p) => this.isCampaign(p));
			const confirmation = campaign.indexOf(false);
			if (campaign.lastIndexOf(true) > confirmation) faults.push(`${to}: written to after STOP`);
			if (isFirst && campaign.includes(true)) faults.push(`${to}: got a text that was not on air at STOP`);
		}
		return faults;
	}

	/** Figures for the report. */
	async summary(): Promise<string> {
		const parts = onAir(this.board.simLog()).filter((p) => this.people.has(p.to)).length;
		const reports = await Promise.all(this.waves.map((w) => this.board.must("GET", `/campaigns/${w.id}/report`)));
		const sum = (key: string) => reports.reduce((n, r) => n + r[key], 0);
		return (
			`${reports.length} campaigns to ${this.consenting().length} people: ${parts} parts on air, ` +
			`${sum("sent")} sent, ${sum("unknown")} unknown, ${this.stops.length} said stop`
		);
	}
}
