// The signal of a bay over a week: what is good and bad, by hours and by days.
import type { SignalHour } from "./types";

export type Level = "good" | "weak" | "bad";

const hour_ms = 3_600_000;

/** As the bars that are shown of it: three and more, two, one or none. */
export const levels: Record<Level, { from: number; to: number }> = {
	good: { from: -95, to: -50 },
	weak: { from: -103, to: -95 },
	bad: { from: -115, to: -103 },
};

export const levelOf = (dbm: number): Level =>
	dbm >= levels.good.from ? "good" : dbm >= levels.weak.from ? "weak" : "bad";

/** Isolated: it stands so in every script. */
export const dbm = (n: number) => `\u2066${n}\u00a0dBm\u2069`;

export interface Course {
	at: number[]; // UTC seconds, each hour of the week
	mean: (number | null)[]; // null: not measured
	low: (number | null)[];
	high: (number | null)[];
}

export function course(hours: SignalHour[], now: number): Course {
	const by = new Map(hours.map((h) => [Date.parse(h.at), h]));
	const last = now - (now % hour_ms);
	const at = Array.from({ length: 7 * 24 + 1 }, (_, i) => last - (7 * 24 - i) * hour_ms);
	const pick = (of: (h: SignalHour) => number) =>
		at.map((ms) => {
			const h = by.get(ms);
			return h ? of(h) : null;
		});
	return {
		at: at.map((ms) => ms / 1000),
		mean: pick((h) => h.mean_dbm),
		low: pick((h) => h.min_dbm),
		high: pick((h) => h.max_dbm),
	};
}

export interface Day {
	at: Date;
	worst: number;
	mean: number;
	best: number;
}

/** By days of the reader's time zone, the oldest first. */
export function byDay(hours: SignalHour[]): Day[] {
	const days = new Map<string, SignalHour[]>();
	for (const h of hours) {
		const key = new Date(h.at).toDateString();
		days.set(key, [...(days.get(key) ?? []), h]);
	}
	return [...days.values()].map((of) => ({
		at: new Date(of[0]?.at ?? 0),
		worst: Math.min(...of.map((h) => h.min_dbm)),
		mean: Math.round(of.reduce((sum, h) => sum + h.mean_dbm, 0) / of.length),
		best: Math.max(...of.map((h) => h.max_dbm)),
	}));
}
