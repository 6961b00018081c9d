// What the HTTP API answers (/api/v1). One interface a resource; those of bays, SIMs and the
// rules by which they send stand in types_bank.ts.
import type { Bay, Usage } from "./types_bank";

export * from "./types_bank";

export interface Page<T> {
	items: T[];
	next: string | null;
}

export interface ProblemDoc {
	title: string;
	status: number;
	code: string;
	detail: string;
	field?: string;
	line?: number;
	limit?: number;
	params?: Record<string, string | number>;
}

export type Role = "admin" | "operator" | "viewer";

export interface Session {
	state: "setup" | "login" | "in";
	setup_open: boolean;
	user?: { id: number; name: string; role: Role; locale: string };
	box: { name: string; version: string; time: string; country: string };
}

export type MessageState =
	| "held"
	| "queued"
	| "sending"
	| "sent"
	| "delivered"
	| "undelivered"
	| "failed"
	| "expired"
	| "cancelled"
	| "unknown";

export type MessageClass = "otp" | "alert" | "transactional" | "conversation" | "promotional";
export type Encoding = "gsm7" | "ucs2";

export interface Message {
	id: number;
	to: string;
	text: string;
	class: MessageClass;
	state: MessageState;
	cause: string;
	cause_text: string;
	encoding: Encoding;
	national: string | null; // "turkish"; "hindi+urdu" for a text with two tables
	parts: number;
	campaign_id: number | null;
	campaign: string | null;
	contact_id: number | null;
	contact_name: string | null;
	sim_id: number | null;
	client_ref: string | null;
	reference: string | null;
	created_at: string;
	updated_at: string;
	send_after: string | null;
	expires_at: string | null;
	attempts: number;
}

export interface Part {
	seq: number;
	state: "sending" | "sent" | "unknown" | "delivered" | "undelivered";
	sim_id: number;
	sim: string;
	mr: number | null;
	sending_at: string;
	answered_at: string | null;
	settled_at: string | null;
	st: number | null;
	cause: string;
	cause_text: string;
}

/** Why something is so: by its code, with the time at which it ends where that is known. */
export interface Reason {
	code: string;
	detail: string;
	until?: string | null;
}

export interface MessageDetail extends Message {
	route: string | null;
	sim: string | null;
	waiting: Reason | null;
	sim_choice: Reason | null;
	part_list: Part[];
	history: { at: string; kind: string; text: string; sim_id: number | null }[];
}

export interface Preview {
	encoding: Encoding;
	national: string | null;
	parts: number;
	units: number;
	units_left: number;
	units_per_part: number;
	because: {
		char: string;
		code_point: number;
		offset: number;
		count: number;
		name: string | null; // of the placeholder with whose value it comes in
	}[];
	cheaper: Cheaper[];
	warnings: TextWarning[];
	placeholders: { name: string; known: boolean; fallback: string | null }[];
	filled: string;
	errors: { code: string; detail: string; offset?: number }[];
	sample: SampleText[];
	list: PreviewList | null;
	prices: PriceBySim[];
	destinations: Destination[];
}

export interface TextWarning {
	code: string;
	offset: number;
	length: number;
	at: number;
	code_point: number;
	name: string | null; // of a placeholder
	recipients: number; // of the list, who are meant
	parts: number;
}

/** What the text becomes for the members of a list. */
export interface PreviewList {
	members: number;
	recipients: number;
	read: number;
	measured: number;
	skipped: Record<string, number>;
	parts: { min: number; median: number; max: number; total: number };
	encoding: Record<Encoding, number>;
	national: number;
	spread: { parts: number; recipients: number; example: SampleText }[];
	because: { char: string; code_point: number; recipients: number }[];
}

/** All of it over one SIM. */
export interface PriceBySim {
	sim_id: number;
	sim: string;
	operator: string;
	plan_id: number;
	plan: string;
	currency: string;
	parts: number;
	blocked: number;
	bundle_left: number | null;
	in_bundle: number;
	money: number;
}

export interface Destination {
	route_id: number | null;
	route: string | null;
	recipients: number;
	parts: number;
	prices: {
		plan_id: number;
		plan: string;
		currency: string;
		price: number;
		in_bundle: boolean;
		blocked: boolean;
		money: number;
	}[];
}

/** The text as written, said in a cheaper way: shown, never applied by itself. */
export interface Cheaper {
	text: string;
	parts: number;
	how: string;
	encoding: Encoding;
	parts_saved: number;
	units_left: number;
	changes: number;
	kinds: string[];
	list_saved: number;
}

export interface SampleText {
	name: string;
	to: string;
	text: string;
	parts: number;
	encoding?: Encoding;
}

export interface List {
	id: number;
	name: string;
	country: string;
	members: number;
	with_consent: number;
	without_consent: number;
	opted_out: number;
	created_at: string;
}

export interface Contact {
	id: number;
	msisdn: string;
	first_name: string;
	last_name: string;
	language: string;
	country: string;
	time_zone: string;
	fields: Record<string, string>;
	suppressed: boolean;
	consent?: "none" | "in" | "out";
	lists: number[];
	created_at: string;
}

export interface ConsentEvent {
	id: number;
	list_id: number | null;
	list: string | null;
	kind: "opt_in" | "opt_out" | "none";
	source: string;
	given_at: string;
	evidence: string;
	actor: string;
	recorded_at: string;
}

export interface Suppression {
	msisdn: string;
	reason: string;
	source: string;
	created_at: string;
}

export interface Inspection {
	encoding: string;
	delimiter: string;
	header: string[];
	map: Record<string, string>;
	unmapped: string[];
	rows: string[][];
	warnings: { code: string; detail: string }[];
}

export interface Job {
	id: number;
	kind: string;
	list_id: number | null;
	list: string | null;
	state: "waiting" | "running" | "done" | "failed" | "cancelled";
	dry_run: boolean;
	file_name: string;
	encoding: string;
	delimiter: string;
	map: Record<string, string>;
	bytes_total: number;
	bytes_done: number;
	rows: number;
	accepted: number;
	updated: number;
	duplicate: number;
	quarantined: number;
	rejected: number;
	error: { code: string; detail: string } | null;
	eta_s: number | null;
	created_at: string;
	finished_at: string | null;
}

export interface RejectedRow {
	row: number;
	reason: string;
	detail: string;
	raw: string;
}

export type CampaignState = "draft" | "running" | "paused" | "cancelled" | "done";

export interface CampaignCounts {
	held: number;
	queued: number;
	sending: number;
	sent: number;
	delivered: number;
	undelivered: number;
	failed: number;
	expired: number;
	cancelled: number;
	unknown: number;
	skipped: number;
	to_come: number;
}

export interface Span {
	from: string;
	to: string;
}

export type Day = "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";

/** Times of day like "09:00"; from later than to: over midnight. */
export interface Window {
	from: string;
	to: string;
	days: Day[];
}

export interface Campaign {
	id: number;
	name: string;
	list_id: number;
	list: string;
	text: string;
	class: MessageClass;
	topic: string;
	state: CampaignState;
	recipients: number;
	counts: CampaignCounts;
	parts: number;
	rate_per_min: number;
	eta: Span | null;
	will_not_make_window: number;
	start_at: string | null;
	end_at: string | null;
	window: Window | null;
	spread: boolean;
	pace_per_minute: number;
	per_day: number;
	budget: number;
	estimate: Span | null;
	created_at: string;
	started_at: string | null;
	ended_at: string | null;
}

export interface Cost {
	currency: string;
	amount: number;
}

export interface Estimate {
	recipients: number;
	sendable: number;
	skipped: Record<string, number>;
	parts: { min: number; median: number; max: number; total: number };
	encoding: Record<Encoding, number>;
	spread: { parts: number; recipients: number }[];
	sims: number;
	rate_per_min: number;
	rate_measured: boolean;
	seconds: { from: number; to: number };
	done: Span | null;
	will_not_make_window: number;
	limited_by: string;
	cost: Cost[];
	sample: SampleText[];
	errors: { code: string; detail: string }[];
}

export interface Report {
	estimate: Span | null;
	ended_at: string | null;
	cost: Cost[];
	recipients: number;
	sendable: number;
	skipped: Record<string, number>;
	queued: number;
	sent: number;
	delivered: number;
	undelivered: number;
	failed: number;
	expired: number;
	cancelled: number;
	unknown: number;
	parts: number;
	replies: number;
	opt_outs: number;
	timeline: { at: string; sent: number; delivered: number; failed: number }[];
	by_sim: { sim_id: number; sim: string; parts: number; delivered: number; failed: number }[];
	causes: { cause: string; text: string; n: number }[];
}

/** Only a text has words of its own. */
export type InboundKind = "text" | "call" | "voicemail" | "mms" | "flash";

export interface Inbound {
	id: number;
	originator: string;
	contact_id: number | null;
	contact_name: string | null;
	sim_id: number;
	sim: string;
	text: string;
	kind: InboundKind;
	parts: number;
	state: string;
	intent: string;
	campaign_id: number | null;
	campaign: string | null;
	received_at: string;
	seen_at: string | null;
}

export interface Conversation {
	msisdn: string;
	contact_id: number | null;
	contact_name: string | null;
	last_text: string;
	last_direction: "in" | "out";
	last_kind: InboundKind;
	last_at: string;
	unread: number;
}

export interface Turn {
	direction: "in" | "out";
	id: number;
	text: string;
	kind: InboundKind;
	state: string;
	at: string;
	sim_id: number | null;
}

export interface Overview {
	queue: { held: number; queued: number; sending: number; parts: number };
	today: Usage;
	rate_per_min: number;
	eta_s: number | null;
	running: Campaign[];
	unread: number;
	bays: Bay[];
	problems: { code: string; text: string; bay_id?: number }[];
}

export interface ApiKey {
	id: number;
	name: string;
	scope: "read" | "send" | "admin";
	created_at: string;
	last_used_at: string | null;
	revoked_at: string | null;
	key?: string;
}

export interface User {
	id: number;
	name: string;
	role: Role;
	locale: string;
	created_at: string;
}
