// What a contract allows, in words; and what is used of it, as small bars.
import { listOf, money, number, when } from "../lib/format";
import { type Key, t } from "../lib/i18n";
import type { Limit, Plan, SimDetail } from "../lib/types";
import { countryName } from "../lib/countries";

const counted = ["per_minute", "per_hour", "per_day", "per_month", "recipients_month"] as const;

/** The limits of a contract as sentences for somebody who never saw one. */
export function planWords(plan: Plan): string[] {
	const out: string[] = counted
		.filter((k) => plan[k] > 0)
		.map((k) => t(`plan.words.${k}` as Key, { n: plan[k] }));
	if (plan.bundle_month > 0) {
		const key = plan.bundle_only ? "plan.words.bundle_only" : "plan.words.bundle";
		out.push(t(key, { n: plan.bundle_month, price: money(plan.price, plan.currency) }));
	} else if (plan.price > 0) {
		out.push(t("plan.words.price", { price: money(plan.price, plan.currency) }));
	}
	if (plan.spend_month > 0) out.push(t("plan.words.spend", { amount: money(plan.spend_month, plan.currency) }));
	if (plan.balance_floor !== null)
		out.push(t("plan.words.balance", { amount: money(plan.balance_floor, plan.currency) }));
	if (plan.countries.length > 0)
		out.push(t("plan.words.countries", { countries: listOf(plan.countries.map(countryName)) }));
	if (out.length === 0) return [t("plan.words.none")];
	const monthly = plan.per_month || plan.recipients_month || plan.bundle_month || plan.spend_month;
	if (monthly && plan.reset_day > 1) out.push(t("plan.words.reset", { day: plan.reset_day }));
	return out;
}

function limitText(limit: Limit, currency: string): string {
	const isMoney = limit.code === "spend" || limit.code === "balance";
	const show = (n: number) => (isMoney ? money(n, currency) : number(n));
	return t(`limit.${limit.code}` as Key, { used: show(limit.used), limit: show(limit.limit) });
}

export function LimitBar({ limit, currency }: { limit: Limit; currency: string }) {
	const full = limit.reached;
	const share = limit.limit > 0 ? limit.used / limit.limit : 1;
	const text = limitText(limit, currency);
	return (
		<div class="limit small">
			<span class="num">{text}</span>
			{limit.code !== "balance" && (
				<span
					class={`meter ${full ? "full" : ""}`}
					role="meter"
					aria-label={text}
					aria-valuemin={0}
					aria-valuemax={limit.limit}
					aria-valuenow={Math.min(limit.used, limit.limit)}
				>
					<span style={{ inlineSize: `${Math.min(100, 100 * share)}%` }} />
				</span>
			)}
			{full && (
				<span class="frees">
					{limit.frees_at ? t("limit.frees", { at: when(limit.frees_at) }) : t("limit.full")}
				</span>
			)}
		</div>
	);
}

export function Limits({ sim }: { sim: SimDetail | undefined }) {
	if (!sim || sim.limits.length === 0) return null;
	return (
		<div class="limits">
			{sim.limits.map((l) => (
				<LimitBar key={l.code} limit={l} currency={sim.currency} />
			))}
		</div>
	);
}
