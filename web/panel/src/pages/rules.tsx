// How the box chooses among its SIMs.
import { useEffect, useState } from "preact/hooks";
import { Act, ErrorNotice, Field, Notice, Skeleton } from "../components/bits";
import { Check, Countries, SelectField } from "../components/form";
import { BankTabs } from "../components/tabs";
import { patch } from "../lib/api";
import { type Key, t } from "../lib/i18n";
import { useGet } from "../lib/use";
import type { BoxSettings, Dispatch } from "../lib/types";
import type { PageProps } from "../shell";

function Moves({ draft, change }: { draft: Dispatch; change: (part: Partial<Dispatch>) => void }) {
	return (
		<>
			<SelectField
				id="rule-moves"
				label={t("rules.moves")}
				hint={t("rules.moves_hint")}
				value={draft.affinity_moves}
				among={["wait", "move", "notice"] as const}
				name={(x) => t(`rules.moves.${x}` as Key)}
				onValue={(affinity_moves) => change({ affinity_moves })}
			/>
			{draft.affinity_moves === "notice" && (
				<Field label={t("rules.notice")} hint={t("rules.notice_hint")} id="rule-notice">
					<textarea
						id="rule-notice"
						class="input"
						dir="auto"
						maxLength={300}
						value={draft.notice}
						onInput={(e) => change({ notice: e.currentTarget.value })}
					/>
				</Field>
			)}
		</>
	);
}

function Rules(props: { dispatch: Dispatch; canEdit: boolean; onSaved: (s: BoxSettings) => void }) {
	const [draft, setDraft] = useState(props.dispatch);
	const [saved, setSaved] = useState(false);
	useEffect(() => setDraft(props.dispatch), [props.dispatch]);
	const change = (part: Partial<Dispatch>) => {
		setSaved(false);
		setDraft((d) => ({ ...d, ...part }));
	};
	return (
		<form class="card card-body stack" onSubmit={(e) => e.preventDefault()}>
			<fieldset class="stack" disabled={!props.canEdit}>
				<legend class="visually-hidden">{t("rules.title")}</legend>
				<Field label={t("rules.reserve")} hint={t("rules.reserve_hint")} id="rule-reserve">
					<input
						id="rule-reserve"
						class="input short"
						dir="ltr"
						maxLength={4}
						value={draft.reserve}
						onInput={(e) => change({ reserve: e.currentTarget.value })}
					/>
				</Field>
				<SelectField
					id="rule-cost"
					label={t("rules.cost")}
					hint={t(`rules.cost.${draft.least_cost}.hint` as Key)}
					value={draft.least_cost}
					among={["prefer", "strict"] as const}
					name={(x) => t(`rules.cost.${x}` as Key)}
					onValue={(least_cost) => change({ least_cost })}
				/>
				<Check
					label={t("rules.affinity")}
					hint={t("rules.affinity_hint")}
					checked={draft.affinity}
					onChange={(affinity) => change({ affinity })}
				/>
				{draft.affinity && <Moves draft={draft} change={change} />}
				<Countries
					id="rule-countries"
					label={t("rules.countries")}
					hint={t("rules.countries_hint")}
					value={draft.countries}
					onValue={(countries) => change({ countries })}
				/>
			</fieldset>
			{props.canEdit && (
				<div class="row">
					<Act
						kind="primary"
						run={async () => {
							props.onSaved(await patch<BoxSettings>("/settings", { dispatch: draft }));
							setSaved(true);
						}}
					>
						{t("save")}
					</Act>
				</div>
			)}
			{saved && <Notice tone="good">{t("saved")}</Notice>}
		</form>
	);
}

export function RulesPage({ session }: PageProps) {
	const { data, error, set } = useGet<BoxSettings>("/settings");
	return (
		<div class="page">
			<div class="page-head">
				<h1>{t("rules.title")}</h1>
			</div>
			<BankTabs at="/sims/rules" />
			<ErrorNotice error={error} />
			{data ? (
				<Rules dispatch={data.dispatch} canEdit={session.user?.role === "admin"} onSaved={set} />
			) : (
				!error && <Skeleton rows={6} />
			)}
		</div>
	);
}
