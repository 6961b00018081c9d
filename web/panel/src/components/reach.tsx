// How many parts the people of a list get, and what a text costs over each SIM and to each
// destination.
import { money, number } from "../lib/format";
import { t } from "../lib/i18n";
import type { Preview, PriceBySim } from "../lib/types";

const FIRST = 3; // SIMs shown without asking

function simName(p: PriceBySim): string {
	const name = p.sim || p.operator || `SIM ${p.sim_id}`;
	return p.sim && p.operator ? `${p.sim} (${p.operator})` : name;
}

function priceLine(p: PriceBySim): string {
	const sim = simName(p);
	if (p.parts === 0) return t("price.never", { sim });
	const sum = money(p.money, p.currency);
	const said = [
		p.in_bundle === p.parts
			? t("price.in_bundle", { money: sum, sim })
			: t("price.over", { money: sum, sim }),
	];
	if (p.in_bundle > 0 && p.in_bundle < p.parts) {
		said.push(t("price.some_in_bundle", { n: p.in_bundle }));
	}
	if (p.blocked > 0) said.push(t("price.blocked", { n: p.blocked }));
	return said.join(" · ");
}

/** Whole before part, then the cheapest first: what can take all of it for the least. */
function byPrice(a: PriceBySim, b: PriceBySim): number {
	return a.blocked - b.blocked || a.money - b.money || a.sim_id - b.sim_id;
}

function Destinations({ preview }: { preview: Preview }) {
	if (preview.destinations.length < 2) return null;
	return (
		<ul>
			{preview.destinations.map((d) => (
				<li key={d.route_id ?? 0}>
					<bdi>{d.route ?? t("price.elsewhere")}</bdi>: {t("parts.n", { n: d.parts })}
					{d.prices
						.filter((p) => !p.blocked)
						.map((p) => ` · ${p.plan} ${money(p.money, p.currency)}`)
						.join("")}
				</li>
			))}
		</ul>
	);
}

function Prices({ preview }: { preview: Preview }) {
	const prices = [...preview.prices].sort(byPrice);
	if (prices.length === 0) return null;
	const rest = prices.slice(FIRST);
	return (
		<>
			{prices.slice(0, FIRST).map((p) => (
				<p key={p.sim_id} class="small num">
					{priceLine(p)}
				</p>
			))}
			{(rest.length > 0 || preview.destinations.length > 1) && (
				<details class="small muted">
					<summary>{t("price.more")}</summary>
					{rest.map((p) => (
						<p key={p.sim_id}>{priceLine(p)}</p>
					))}
					<Destinations preview={preview} />
				</details>
			)}
		</>
	);
}

export function Reach({ preview }: { preview: Preview }) {
	const list = preview.list;
	return (
		<>
			{list && list.recipients > 0 && (
				<p class="small num">
					{t("reach.people", { n: list.recipients })}{" "}
					{list.spread
						.map((row) => t("reach.parts", { parts: row.parts, n: number(row.recipients) }))
						.join(" · ")}
				</p>
			)}
			{list && list.because.length > 0 && (
				<p class="small muted">
					{t("reach.because", { n: list.encoding.ucs2 })}{" "}
					<bdi>{list.because.map((b) => b.char).join(" ")}</bdi>
				</p>
			)}
			<Prices preview={preview} />
		</>
	);
}
