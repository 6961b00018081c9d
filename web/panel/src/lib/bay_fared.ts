// How a bay has fared, in sentences. All times are measured ones, of when the box ran; where
// too little was measured for a figure, none is given.
import { share, span, when } from "./format";
import { t } from "./i18n";
import type { BayHealth, BaySpan } from "./types";

const hour_ms = 3_600_000;
const day_ms = 24 * hour_ms;

/** How often it failed. */
export function fared(health: BayHealth): string {
	const words = {
		n: health.failures,
		at: when(health.since),
		up: span(health.up_ms / 1000),
		down: span(health.down_ms / 1000),
		mtbf: span(health.mtbf_seconds ?? 0),
	};
	if (health.failures > 0) return t(health.mtbf_seconds === null ? "bay.failures_only" : "bay.failures", words);
	return t(health.up_ms < hour_ms ? "bay.no_failures" : "bay.no_failures_in", words);
}

/** By a point or more: what nobody would notice is not said. */
const isOther = (a: number, b: number) => Math.abs(a - b) >= 0.01;

function readyWeek(week: BaySpan): string {
	const words = { share: share(week.ready_ms, week.ran_ms), ran: span(week.ran_ms / 1000), at: when(week.since) };
	// A little less than all of it is the box's own restarts.
	return t(week.ran_ms > 0.99 * 7 * day_ms ? "bay.ready_week" : "bay.ready_on", words);
}

/** How long it could send: of the last week, of the last day where that differs, and what
 * else than the modem kept it. Nothing before an hour is measured. */
export function ready(health: BayHealth): string[] {
	const day = health.spans.find((s) => s.days === 1);
	const week = health.spans.find((s) => s.days === 7);
	if (!day || !week || week.ran_ms < hour_ms) return [];
	const of = (s: BaySpan) => s.ready_ms / s.ran_ms;
	const lines = [readyWeek(week)];
	if (day.ran_ms > 0.99 * day_ms && isOther(of(day), of(week)))
		lines[0] += ` ${t("bay.ready_day", { share: share(day.ready_ms, day.ran_ms) })}`;
	if (isOther(week.up_ms / week.ran_ms, of(week)))
		lines.push(t("bay.ready_rest", { share: share(week.up_ms, week.ran_ms) }));
	return lines;
}
