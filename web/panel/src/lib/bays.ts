// What a bay is about: who has to do something, in which order bays are shown, and the
// sentences that say what is so and what to do. Reasons are modemd's (radio/reason.c).
import { listed, percent, when } from "./format";
import { isKey, t } from "./i18n";
import type { Bay, FoundNetwork } from "./types";

/** Somebody has to do something; the box is at it; it waits on purpose; it works. */
export type Care = "hand" | "self" | "wait" | "work";
export const cares: Care[] = ["hand", "self", "wait", "work"];

/** For each reason that modemd gives; a test reads them from its source. */
export const careOf: Record<string, Care> = {
	starting: "self",
	unplugged: "hand",
	port_busy: "hand",
	port_refused: "hand",
	no_answer: "hand",
	not_a_modem: "hand",
	second_port: "wait",
	second_sim: "hand",
	stuck: "self",
	rebooted: "self",
	setup_refused: "hand",
	texts_unread: "self",
	reset_asked: "self",
	no_sim: "hand",
	sim_pin: "hand",
	pin_refused: "hand",
	pin_unsure: "hand",
	pin_unreadable: "hand",
	sim_puk: "hand",
	puk_refused: "hand",
	puk_unsure: "hand",
	sim_blocked: "hand",
	sim_busy: "self",
	sim_failed: "hand",
	sim_unreadable: "hand",
	sim_disabled: "wait",
	sim_new: "hand",
	roaming: "wait",
	searching: "self",
	no_network: "hand",
	denied: "hand",
	forbidden: "hand",
	network_busy: "self",
	sim_barred: "hand",
	no_service_centre: "hand",
	refusing: "hand",
	breaker: "hand",
	limit_balance: "hand",
	limit_bundle: "wait",
	limit_spend: "wait",
	limit_recipients: "wait",
	limit_month: "wait",
	limit_day: "wait",
	limit_hour: "wait",
	limit_minute: "wait",
	store_full: "hand",
	stopping: "wait",
};

// Reasons that promise that the box mends them: not true any more where it gave up.
const mends = new Set(["starting", "stuck", "rebooted", "texts_unread", "reset_asked", "searching", "sim_busy"]);

const byState: Record<string, Care> = {
	READY: "work",
	SENDING: "work",
	HELD: "wait",
	PIN: "hand",
	FAULT: "hand",
	ABSENT: "wait",
};

/** The box tried everything to bring it back. */
export const gaveUp = (bay: Bay) => bay.state === "FAULT" && mends.has(bay.reason);

/** It waits for a PIN that somebody can enter here. */
export const wantsPin = (bay: Bay) => bay.state === "PIN" && !wantsPuk(bay) && bay.reason !== "sim_blocked";

/** It waits for its PUK. */
export const wantsPuk = (bay: Bay) => bay.state === "PIN" && /^(sim_puk|puk_refused|puk_unsure)$/.test(bay.reason);

/** So few tries of the PUK are left, or nobody knows how many, that a person has to confirm. */
export const mayBeLost = (bay: Bay) => bay.puk_tries === null || bay.puk_tries <= 3;

/** From here on a message memory is about to turn texts away. */
const MEMORY_ALARM = 80;
const isFilling = (bay: Bay) => (bay.memory_percent ?? 0) >= MEMORY_ALARM;

/** It can send now. A reason outlives its message: while it sends, it works. */
export function bayWorks(bay: Bay): boolean {
	return bay.state === "SENDING" || (bay.state === "READY" && bay.reason === "");
}

export function bayCare(bay: Bay): Care {
	if (bayWorks(bay)) return isFilling(bay) ? "hand" : "work";
	if (gaveUp(bay)) return "hand";
	return careOf[bay.reason] ?? byState[bay.state] ?? "self";
}

/** Those that need somebody first; within that as they stand in the box. */
export function byCare(bays: Bay[]): [Care, Bay[]][] {
	return cares.map((care) => [care, bays.filter((b) => bayCare(b) === care)]);
}

/** What a search for networks found, in a sentence; "" if there was none. */
export function networksFound(bay: Bay): string {
	const { search, found } = bay.network;
	const isForbidden = (n: FoundNetwork) => n.status === "forbidden";
	if (search === "failed") return t("bay.networks_untold");
	if (search !== "done") return "";
	if (found.length === 0) return t("bay.networks_none");
	if (found.every(isForbidden)) return t("bay.networks_forbidden", { names: listed(found.map((n) => n.name)) });
	const names = found.map((n) => (isForbidden(n) ? t("bay.network_forbidden", { name: n.name }) : n.name));
	return t("bay.networks_here", { names: listed(names) });
}

/** What is so. */
export function bayIs(bay: Bay): string {
	if (bayWorks(bay) && isFilling(bay))
		return t("bay.memory_full", { percent: percent(bay.memory_percent ?? 0, 100) });
	const key = `bay.reason.${bay.reason}`;
	const denied = `bay.denied.${bay.denied_cause ?? ""}`;
	if (bay.state !== "SENDING" && bay.reason) {
		if (bay.reason === "denied" && isKey(denied)) return t(denied);
		if (bay.reason === "forbidden" && bay.network.found.length > 0) return networksFound(bay);
		if (isKey(key)) return t(key);
		if (bay.reason_text) return bay.reason_text; // of a radio side newer than this panel
	}
	const state = `bay.state.${bay.state}`;
	return isKey(state) ? t(state) : bay.reason_text;
}

/** "LTE"; "" where it is not known. */
export function technology(name: string | null): string {
	const key = `bay.technology.${name ?? ""}`;
	return isKey(key) ? t(key) : "";
}

/** "COSMOTE, LTE": who carries its texts, and how. */
export function bayNetwork(bay: Bay): string {
	const operator = bay.sim?.operator ?? "";
	const by = technology(bay.network.technology);
	return operator && by ? t("bay.network_by", { operator, technology: by }) : operator || by;
}

function goesOn(bay: Bay): string {
	if (!bay.until) return "";
	const at = when(bay.until);
	if (bay.reason === "breaker") return t("bay.probe_at", { at });
	return bay.state === "FAULT" || bayCare(bay) === "hand" ? t("bay.again", { at }) : t("bay.until", { at });
}

/** What to do about it, and when it goes on by itself; "" where all is well. */
export function bayTodo(bay: Bay): string {
	if (bayWorks(bay)) return isFilling(bay) ? t("bay.memory_todo") : "";
	const key = `bay.todo.${bay.reason}`;
	const rung = `bay.rung.${bay.rung ?? ""}`;
	const isHeard = bay.reason === "no_network" && (bay.sim?.bars ?? 0) > 1;
	const todo = gaveUp(bay) ? t("bay.fault_todo") : isHeard ? t("bay.no_network_heard") : isKey(key) ? t(key) : "";
	return [todo, isKey(rung) ? t(rung) : "", goesOn(bay)].filter(Boolean).join(" ");
}

/** A cause in the history of a bay, in words. */
export function causeText(cause: string, otherwise = cause): string {
	for (const key of [`bay.reason.${cause}`, `cause.${cause}`]) {
		if (isKey(key)) return t(key);
	}
	return otherwise;
}
