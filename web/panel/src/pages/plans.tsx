// Contracts of SIMs: what the operator allows and what it takes for it, in words.
import { useState } from "preact/hooks";
import { Act, Empty, ErrorNotice, Link, Skeleton } from "../components/bits";
import { planWords } from "../components/limits";
import { BankTabs } from "../components/tabs";
import { del } from "../lib/api";
import { money } from "../lib/format";
import { t } from "../lib/i18n";
import { useGet } from "../lib/use";
import type { Plan, Route, Sim } from "../lib/types";
import type { PageProps } from "../shell";
import { EditPlan } from "./plan_edit";

function Prices({ plan, routes }: { plan: Plan; routes: Route[] }) {
	if (plan.prices.length === 0) return null;
	const name = (id: number) => routes.find((r) => r.id === id)?.name ?? "";
	return (
		<table class="table">
			<tbody>
				{plan.prices.map((p) => (
					<tr key={p.route_id}>
						<td dir="auto">{name(p.route_id)}</td>
						<td class="end">
							{p.blocked ? t("plan.blocked") : money(p.price, plan.currency)}
							{!p.blocked && !p.in_bundle && plan.bundle_month > 0 && (
								<span class="small muted"> {t("plan.not_in_bundle")}</span>
							)}
						</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}

function PlanCard(props: {
	plan: Plan;
	routes: Route[];
	sims: Sim[];
	onEdit: (() => void) | null;
	onGone: () => void;
}) {
	const { plan, sims } = props;
	return (
		<section class="card">
			<header>
				<h2 dir="auto">{plan.name}</h2>
				{props.onEdit && (
					<div class="row">
						<button type="button" class="btn small" onClick={props.onEdit}>
							{t("plan.edit")}
						</button>
						<Act
							kind="small danger"
							run={async () => {
								await del(`/plans/${plan.id}`);
								props.onGone();
							}}
						>
							{t("delete")}
						</Act>
					</div>
				)}
			</header>
			<div class="card-body stack-s">
				<ul class="words">
					{planWords(plan).map((line) => (
						<li key={line}>{line}</li>
					))}
				</ul>
				<p class="small muted">
					{sims.length === 0 ? t("plan.no_sims") : t("plan.sims", { n: sims.length })}{" "}
					{sims.map((s, i) => (
						<bdi key={s.id}>
							{i > 0 && ", "}
							{s.name || s.msisdn || `…${s.iccid.slice(-5)}`}
						</bdi>
					))}
				</p>
			</div>
			<Prices plan={plan} routes={props.routes} />
		</section>
	);
}

export function PlansPage({ session }: PageProps) {
	const plans = useGet<{ items: Plan[] }>("/plans");
	const routes = useGet<{ items: Route[] }>("/routes");
	const sims = useGet<{ items: Sim[] }>("/sims");
	const [editing, setEditing] = useState<Plan | "new" | null>(null);
	const admin = session.user?.role === "admin";
	const error = plans.error ?? routes.error ?? sims.error;
	const items = plans.data?.items;
	return (
		<div class="page">
			<div class="page-head">
				<h1>{t("plans.title")}</h1>
				{admin && items && items.length > 0 && (
					<button type="button" class="btn primary" onClick={() => setEditing("new")}>
						{t("plans.new")}
					</button>
				)}
			</div>
			<BankTabs at="/sims/contracts" />
			<p class="muted">{t("plans.text")}</p>
			<ErrorNotice error={error} />
			{!items || !routes.data || !sims.data ? (
				!error && <Skeleton rows={6} />
			) : items.length === 0 ? (
				<section class="card">
					<Empty title={t("plans.empty")} text={t("plans.empty_text")}>
						{admin && (
							<button type="button" class="btn primary" onClick={() => setEditing("new")}>
								{t("plans.new")}
							</button>
						)}
					</Empty>
				</section>
			) : (
				<>
					{items.map((plan) => (
						<PlanCard
							key={plan.id}
							plan={plan}
							routes={routes.data?.items ?? []}
							sims={sims.data?.items.filter((s) => s.plan_id === plan.id) ?? []}
							onEdit={admin ? () => setEditing(plan) : null}
							onGone={() => {
								plans.reload();
								sims.reload();
							}}
						/>
					))}
					<p class="small muted">
						{t("plans.assign")} <Link href="/sims">{t("plans.assign_link")}</Link>
					</p>
				</>
			)}
			{editing && (
				<EditPlan
					plan={editing === "new" ? null : editing}
					routes={routes.data?.items ?? []}
					sims={sims.data?.items ?? []}
					onClose={() => setEditing(null)}
					onDone={() => {
						setEditing(null);
						plans.reload();
						sims.reload();
					}}
				/>
			)}
		</div>
	);
}
