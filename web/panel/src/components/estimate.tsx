// What a campaign will take, before it starts: parts, money, and when it is done as a range.
import { money, number, span, when } from "../lib/format";
import { isKey, t } from "../lib/i18n";
import type { Cost, Estimate, Span } from "../lib/types";
import { Notice } from "./bits";

export function costText(cost: Cost[]): string {
	return cost
		.filter((c) => c.amount > 0)
		.map((c) => money(c.amount, c.currency))
		.join(" + ");
}

function end(e: Estimate): string {
	if (e.sims === 0) return t("estimate.no_sims");
	if (!e.done) return t("estimate.never");
	return t("estimate.end", {
		span: span((e.seconds.from + e.seconds.to) / 2),
		from: when(e.done.from),
		to: when(e.done.to),
	});
}

export function EstimateLine({ estimate }: { estimate: Estimate }) {
	const e = estimate;
	const limit = `estimate.by.${e.limited_by}`;
	const cost = costText(e.cost);
	return (
		<>
			<p class="estimate num">
				{t("estimate.line", {
					each:
						e.parts.min === e.parts.max
							? number(e.parts.max)
							: `${number(e.parts.min)}–${number(e.parts.max)}`,
					max: e.parts.max,
					total: number(e.parts.total),
					sims: e.sims,
				})}
				{cost && (
					<>
						{" · "}
						<bdi>{cost}</bdi>
					</>
				)}
				<br />
				{end(e)}
				{e.limited_by && isKey(limit) && (
					<>
						<br />
						{t(limit)}
					</>
				)}
				<br />
				<span class="small muted">
					{e.rate_measured ? t("estimate.measured") : t("estimate.assumed")}
				</span>
			</p>
			{e.will_not_make_window > 0 && (
				<Notice tone="warn">{t("estimate.late", { n: e.will_not_make_window })}</Notice>
			)}
		</>
	);
}

/** What was said at Start beside what happened. */
export function EstimateCheck({ said, ended }: { said: Span | null; ended: string | null }) {
	if (!said) return null;
	const range = { from: when(said.from), to: when(said.to) };
	if (!ended) return <p class="small muted">{t("estimate.said", range)}</p>;
	const at = Date.parse(ended);
	const off =
		at < Date.parse(said.from)
			? (Date.parse(said.from) - at) / 1000
			: Math.max(0, (at - Date.parse(said.to)) / 1000);
	const key =
		off < 1 ? "estimate.kept" : at < Date.parse(said.from) ? "estimate.earlier" : "estimate.later";
	return <p class="small muted">{t(key, { ...range, at: when(ended), span: span(off) })}</p>;
}
