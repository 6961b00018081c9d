// What the HTTP API answers about bays, SIMs, contracts, destinations, sending times and rules.
import type { MessageClass, Window } from "./types";

export interface Usage {
	sent: number;
	delivered: number;
	undelivered: number;
	failed: number;
	unknown: number;
	received: number;
}

export interface Sim {
	id: number;
	iccid: string;
	imsi: string;
	msisdn: string;
	name: string;
	operator: string;
	enabled: boolean;
	admitted: boolean;
	may_roam: boolean;
	bay_id: number | null;
	state: string;
	reason: string;
	reason_text: string;
	until: string | null;
	signal_dbm: number | null;
	bars: number;
	rate_per_min: number;
	submit_ms: number;
	today: Usage;
	plan_id: number | null;
	role: SimRole;
	group: string;
	balance: number | null;
	balance_at: string | null;
	balance_unread: string | null; // the operator's last answer, if the pattern found no amount
	last_seen_at: string;
}

/** A SIM asked for by itself, not with its bay: with what is left of its limits. */
export interface SimDetail extends Sim {
	plan: string;
	currency: string;
	limits: Limit[];
}

export interface BalanceScript {
	operator: string; // "" any without its own
	code: string;
	pattern: string;
	every_hours: number;
}

export type SimRole = "both" | "promotional" | "service";

/** A limit of a SIM's contract and what is used of it. */
export interface Limit {
	code: LimitCode;
	used: number;
	limit: number;
	reached: boolean;
	frees_at: string | null;
}
export type LimitCode =
	| "minute"
	| "hour"
	| "day"
	| "month"
	| "recipients"
	| "bundle"
	| "spend"
	| "balance";

export interface PlanPrice {
	route_id: number;
	price: number;
	in_bundle: boolean;
	blocked: boolean;
}

/** The operator's contract. A limit of 0 is none. */
export interface Plan {
	id: number;
	name: string;
	currency: string;
	time_zone: string;
	reset_day: number;
	per_minute: number;
	per_hour: number;
	per_day: number;
	per_month: number;
	recipients_month: number;
	bundle_month: number;
	bundle_only: boolean;
	spend_month: number;
	balance_floor: number | null;
	countries: string[];
	price: number;
	prices: PlanPrice[];
	sims: number;
}

/** A group of destinations, by the start of their numbers. */
export interface Route {
	id: number;
	name: string;
	country: string;
	operator: string;
	whole_country: boolean;
	prefixes: string[];
	locking: string[];
	single: string[];
}

export interface SendWindow extends Window {
	class: MessageClass;
	on_holidays: boolean;
}

export interface Holiday {
	country: string;
	day: string;
	name: string;
}

export interface FrequencyCap {
	class: MessageClass;
	days_7: number;
	days_30: number;
}

export interface Quota {
	kind: "campaign" | "key" | "user";
	id: number;
	name: string;
	per_minute: number;
	per_day: number;
	budget: number;
	group: string;
}

export interface Dispatch {
	affinity: boolean;
	reserve: string;
	affinity_moves: "wait" | "move" | "notice";
	notice: string;
	least_cost: "prefer" | "strict";
	countries: string[];
}

/** Numbers as +30694…, and the names of what the board has. */
export interface BoxAlarms {
	alarm_to: string[];
	switch_from: string[];
	inputs: string[];
	outputs: string[];
}

export interface BoxSettings {
	country: string;
	dispatch: Dispatch;
	alarms: BoxAlarms;
}

/** What a SIM's operator says to a code. */
export interface OperatorAnswer {
	text: string;
	more: boolean;
}

/** A bay with what its SIM is doing. */
export interface Bay {
	id: number;
	port: string;
	imei: string;
	manufacturer: string;
	model: string;
	revision: string;
	state: string;
	reason: string;
	reason_text: string;
	until: string | null;
	rung: string | null; // how it is being brought back now
	sim_id: number | null;
	iccid: string | null; // of the SIM in it, a locked one too
	changed_at: string;
	temperature_c: number | null;
	supply_mv: number | null;
	clock_off_s: number | null;
	memory_percent: number | null;
	pin_tries: number | null;
	puk_tries: number | null;
	network: BayNetwork;
	denied_because: string | null; // in the radio side's words, or the modem's own
	denied_cause: number | null; // the network's number for it (TS 24.008)
	sim?: Sim | null;
}

/** How it is in its network; what is not known is null. */
export interface BayNetwork {
	technology: string | null; // "2g", "3g", "lte", "5g"
	ims: boolean | null;
	search: string | null; // for networks: "running", "done", "failed"
	found: FoundNetwork[];
}

export interface FoundNetwork {
	name: string;
	plmn: string;
	status: string; // "unknown", "available", "current", "forbidden"
}

export interface BayHealth {
	since: string;
	failures: number;
	// Measured while the box ran: it worked; of that, it could send; it did not work.
	up_ms: number;
	ready_ms: number;
	down_ms: number;
	mtbf_seconds: number | null;
	/** Of the last day and the last week. */
	spans: BaySpan[];
	causes: { cause: string; text: string; failures: number }[];
	/** The present one first. */
	modems: BayModem[];
	/** Another bay whose modem tells the same IMEI. */
	same_imei_bay: number | null;
}

export interface BaySpan {
	days: number;
	since: string; // or when its modem came, if later
	ran_ms: number; // the box
	up_ms: number;
	ready_ms: number;
}

export interface BayModem {
	since: string;
	imei: string;
	model: string;
	from_bay: number | null;
}

export interface BayFailure {
	id: number;
	at: string;
	back_at: string | null;
	cause: string;
	rung: string; // the last means that was tried; "" none
	of_earlier_modem: boolean;
}

export interface SignalHour {
	at: string;
	min_dbm: number;
	mean_dbm: number;
	max_dbm: number;
}

export interface FlightRecord {
	id: number;
	at: string;
	cause: string;
	of_earlier_modem: boolean;
}

export interface BayTest {
	passed: boolean;
	technology: string | null; // as in BayNetwork
	checks: { check: string; verdict: string; said: string }[];
}
