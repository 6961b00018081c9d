// A contract as the operator's paper has it: how much, how dear, where to, which SIMs.
import { useState } from "preact/hooks";
import { Act, Field } from "../components/bits";
import { Dialog } from "../components/dialog";
import { Check, Countries, NumberField, TextField } from "../components/form";
import { planWords } from "../components/limits";
import { patch, post } from "../lib/api";
import { t } from "../lib/i18n";
import type { Plan, PlanPrice, Route, Sim } from "../lib/types";

const blank: Plan = {
	id: 0,
	name: "",
	currency: "EUR",
	time_zone: "",
	reset_day: 1,
	per_minute: 0,
	per_hour: 0,
	per_day: 0,
	per_month: 0,
	recipients_month: 0,
	bundle_month: 0,
	bundle_only: false,
	spend_month: 0,
	balance_floor: null,
	countries: [],
	price: 0,
	prices: [],
	sims: 0,
};

function Prices(props: {
	routes: Route[];
	prices: PlanPrice[];
	onPrices: (p: PlanPrice[]) => void;
	bundle: boolean;
}) {
	const { routes, prices, onPrices } = props;
	const left = routes.filter((r) => !prices.some((p) => p.route_id === r.id));
	const set = (id: number, change: Partial<PlanPrice>) =>
		onPrices(prices.map((p) => (p.route_id === id ? { ...p, ...change } : p)));
	return (
		<fieldset class="stack-s">
			<legend>{t("plan.prices")}</legend>
			<p class="small muted">{t("plan.prices_hint")}</p>
			{prices.map((p) => {
				const name = routes.find((r) => r.id === p.route_id)?.name ?? "";
				return (
					<div class="row price" key={p.route_id} role="group" aria-label={name}>
						<span class="grow" dir="auto">
							{name}
						</span>
						<input
							class="input short num"
							type="number"
							dir="ltr"
							min="0"
							step="any"
							aria-label={t("plan.price_of", { name })}
							disabled={p.blocked}
							value={p.price}
							onInput={(e) => set(p.route_id, { price: e.currentTarget.valueAsNumber || 0 })}
						/>
						{props.bundle && (
							<Check
								label={t("plan.in_bundle")}
								checked={p.in_bundle}
								onChange={(in_bundle) => set(p.route_id, { in_bundle })}
							/>
						)}
						<Check
							label={t("plan.block")}
							checked={p.blocked}
							onChange={(blocked) => set(p.route_id, { blocked })}
						/>
						<button
							type="button"
							class="btn quiet small"
							onClick={() => onPrices(prices.filter((x) => x.route_id !== p.route_id))}
						>
							{t("form.take_out")}
						</button>
					</div>
				);
			})}
			{left.length > 0 && (
				<select
					class="input"
					aria-label={t("plan.add_price")}
					value=""
					onChange={(e) =>
						onPrices([
							...prices,
							{ route_id: Number(e.currentTarget.value), price: 0, in_bundle: true, blocked: false },
						])
					}
				>
					<option value="">{t("plan.add_price")}</option>
					{left.map((r) => (
						<option key={r.id} value={r.id}>
							{r.name}
						</option>
					))}
				</select>
			)}
		</fieldset>
	);
}

function PlanSims(props: { sims: Sim[]; chosen: number[]; onChosen: (ids: number[]) => void }) {
	if (props.sims.length === 0) return null;
	return (
		<fieldset class="stack-s">
			<legend>{t("plan.which_sims")}</legend>
			{props.sims.map((s) => (
				<Check
					key={s.id}
					label={s.name || s.msisdn || `…${s.iccid.slice(-5)}`}
					checked={props.chosen.includes(s.id)}
					onChange={(on) =>
						props.onChosen(
							on ? [...props.chosen, s.id] : props.chosen.filter((id) => id !== s.id),
						)
					}
				/>
			))}
		</fieldset>
	);
}

/** The contract first, then each SIM whose contract it is now or is no longer. */
async function save(draft: Plan, sims: Sim[], chosen: number[]) {
	const { id, sims: _, ...body } = draft;
	const plan = id ? await patch<Plan>(`/plans/${id}`, body) : await post<Plan>("/plans", body);
	for (const sim of sims) {
		const has = sim.plan_id === plan.id;
		const wants = chosen.includes(sim.id);
		if (has !== wants) await patch(`/sims/${sim.id}`, { plan_id: wants ? plan.id : null });
	}
}

export function EditPlan(props: {
	plan: Plan | null;
	routes: Route[];
	sims: Sim[];
	onClose: () => void;
	onDone: () => void;
}) {
	const [draft, setDraft] = useState<Plan>(props.plan ?? blank);
	const [chosen, setChosen] = useState(
		props.sims.filter((s) => props.plan && s.plan_id === props.plan.id).map((s) => s.id),
	);
	const change = (part: Partial<Plan>) => setDraft((d) => ({ ...d, ...part }));
	const count = (key: "per_minute" | "per_hour" | "per_day" | "per_month" | "recipients_month" | "bundle_month") => (
		<NumberField
			id={`plan-${key}`}
			label={t(`plan.${key}`)}
			value={draft[key]}
			onValue={(n) => change({ [key]: Math.round(n) })}
		/>
	);
	return (
		<Dialog
			title={props.plan ? t("plan.edit") : t("plans.new")}
			onClose={props.onClose}
			footer={
				<Act
					kind="primary"
					disabled={draft.name.trim() === ""}
					run={async () => {
						await save({ ...draft, name: draft.name.trim() }, props.sims, chosen);
						props.onDone();
					}}
				>
					{t("save")}
				</Act>
			}
		>
			<TextField
				id="plan-name"
				label={t("plan.name")}
				hint={t("plan.name_hint")}
				value={draft.name}
				onValue={(name) => change({ name })}
			/>
			<fieldset class="fields">
				<legend>{t("plan.how_much")}</legend>
				<p class="small muted">{t("plan.how_much_hint")}</p>
				{count("per_minute")}
				{count("per_hour")}
				{count("per_day")}
				{count("per_month")}
				{count("recipients_month")}
				<Field label={t("plan.reset_day")} id="plan-reset">
					<input
						id="plan-reset"
						class="input num"
						type="number"
						dir="ltr"
						min="1"
						max="31"
						value={draft.reset_day}
						onInput={(e) => change({ reset_day: e.currentTarget.valueAsNumber || 1 })}
					/>
				</Field>
			</fieldset>
			<fieldset class="fields">
				<legend>{t("plan.how_dear")}</legend>
				{count("bundle_month")}
				<Check
					label={t("plan.bundle_only")}
					checked={draft.bundle_only}
					onChange={(bundle_only) => change({ bundle_only })}
				/>
				<NumberField id="plan-price" step="any" label={t("plan.price")} value={draft.price} onValue={(price) => change({ price })} />
				<TextField
					id="plan-currency"
					ltr
					max={3}
					label={t("plan.currency")}
					value={draft.currency}
					onValue={(s) => change({ currency: s.toUpperCase() })}
				/>
				<NumberField id="plan-spend" step="any" label={t("plan.spend_month")} value={draft.spend_month} onValue={(spend_month) => change({ spend_month })} />
				<Field label={t("plan.balance_floor")} hint={t("plan.balance_floor_hint")} id="plan-floor">
					<input
						id="plan-floor"
						class="input num"
						type="number"
						dir="ltr"
						step="any"
						placeholder="–"
						value={draft.balance_floor ?? ""}
						onInput={(e) => {
							const n = e.currentTarget.valueAsNumber;
							change({ balance_floor: Number.isNaN(n) ? null : n });
						}}
					/>
				</Field>
			</fieldset>
			<Countries
				id="plan-countries"
				label={t("plan.countries")}
				hint={t("plan.countries_hint")}
				value={draft.countries}
				onValue={(countries) => change({ countries })}
			/>
			<Prices
				routes={props.routes}
				prices={draft.prices}
				bundle={draft.bundle_month > 0}
				onPrices={(prices) => change({ prices })}
			/>
			<PlanSims sims={props.sims} chosen={chosen} onChosen={setChosen} />
			<TextField
				id="plan-zone"
				ltr
				label={t("plan.time_zone")}
				hint={t("plan.time_zone_hint")}
				value={draft.time_zone}
				onValue={(time_zone) => change({ time_zone })}
			/>
			<div class="quote" aria-live="polite">
				<strong>{t("plan.in_words")}</strong>
				<ul class="words">
					{planWords(draft).map((line) => (
						<li key={line}>{line}</li>
					))}
				</ul>
			</div>
		</Dialog>
	);
}
