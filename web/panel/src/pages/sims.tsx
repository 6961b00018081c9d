// The bank in detail: every bay, its SIM, what it does and what it did today.
import { useState } from "preact/hooks";
import { baySentence, bayLook, Signal } from "../components/bank";
import { Act, Empty, ErrorNotice, Phone, Skeleton, Time } from "../components/bits";
import { Icon } from "../components/icons";
import { Limits } from "../components/limits";
import { BankTabs } from "../components/tabs";
import { post } from "../lib/api";
import { number } from "../lib/format";
import { t } from "../lib/i18n";
import { useEvent } from "../lib/live";
import { useGet, useThrottled } from "../lib/use";
import type { Bay, Overview, Plan, Sim, SimDetail } from "../lib/types";
import type { PageProps } from "../shell";
import { BayCare } from "./bay_care";
import { EditSim } from "./sim_edit";

function BayRow(props: {
	bay: Bay;
	detail: SimDetail | undefined;
	canReset: boolean;
	onEdit: (s: Sim) => void;
	onCare: () => void;
}) {
	const { bay, detail, canReset, onEdit, onCare } = props;
	const look = bayLook(bay.state);
	const sim = bay.sim;
	return (
		<tr>
			<td>
				<span class="row" style="flex-wrap:nowrap">
					<span class={`light ${look.tone}`}>
						<Icon name={look.icon} size={14} />
					</span>
					<span class="num">{number(bay.id)}</span>
				</span>
			</td>
			<td>
				{sim ? (
					<button type="button" class="btn quiet small as-text" onClick={() => onEdit(sim)}>
						{sim.name ? (
							<span dir="auto">{sim.name}</span>
						) : (
							<Phone value={sim.msisdn || `…${sim.iccid.slice(-5)}`} />
						)}
					</button>
				) : (
					<span class="muted">–</span>
				)}
				{sim?.name && sim.msisdn && (
					<div class="small muted">
						<Phone value={sim.msisdn} />
					</div>
				)}
				{detail?.plan && (
					<div class="small muted" dir="auto">
						{detail.plan}
					</div>
				)}
			</td>
			<td class="wide">
				{baySentence(bay)}
				<Limits sim={detail} />
			</td>
			<td>
				<span class="row" style="flex-wrap:nowrap">
					{sim && <Signal bars={sim.bars} dbm={sim.signal_dbm} />}
					<span dir="auto" class="nowrap">
						{sim?.operator}
					</span>
				</span>
			</td>
			<td class="end">{number(sim?.today.sent ?? 0)}</td>
			<td class="end">{number(sim?.today.delivered ?? 0)}</td>
			<td class="end">{number((sim?.today.failed ?? 0) + (sim?.today.undelivered ?? 0))}</td>
			<td class="end nowrap">{t("rate", { rate: number(sim?.rate_per_min ?? 0) })}</td>
			<td class="small">
				<span dir="ltr">{bay.model}</span>
				<div class="muted mono clip" dir="ltr" title={bay.port}>
					{bay.port.split("/").pop()}
				</div>
			</td>
			<td>
				<Time at={bay.changed_at} />
			</td>
			<td>
				<button type="button" class="btn quiet small" onClick={onCare}>
					{t("bay.care")}
				</button>
				{canReset && (
					<Act kind="small" run={() => post(`/bays/${bay.id}/reset`)}>
						{t("bay.reset")}
					</Act>
				)}
			</td>
		</tr>
	);
}

export function SimsPage({ session }: PageProps) {
	const { data, error, set, reload } = useGet<Overview>("/overview");
	const plans = useGet<{ items: Plan[] }>("/plans");
	const [editing, setEditing] = useState<Sim | null>(null);
	const [caring, setCaring] = useState<number | null>(null);
	const sims = useGet<{ items: SimDetail[] }>("/sims");
	const reloadSoon = useThrottled(reload, 1500);
	const countSoon = useThrottled(sims.reload, 3000);
	useEvent<Bay>("slot", (bay) => {
		countSoon();
		if (!data) return;
		if (!data.bays.some((b) => b.id === bay.id)) reloadSoon();
		set({ ...data, bays: data.bays.map((b) => (b.id === bay.id ? bay : b)) });
	});
	const cared = data?.bays.find((b) => b.id === caring);
	if (error) return <ErrorNotice error={error} />;
	if (!data) return <Skeleton rows={8} />;
	return (
		<div class="page">
			<div class="page-head">
				<h1>{t("nav.sims")}</h1>
			</div>
			<BankTabs at="/sims" />
			<section class="card">
				{data.bays.length === 0 ? (
					<Empty title={t("sims.empty")} text={t("sims.empty_text")} />
				) : (
					<div class="table-wrap">
						<table class="table">
							<thead>
								<tr>
									<th>{t("bay.title")}</th>
									<th>{t("sim.name")}</th>
									<th>{t("bay.now")}</th>
									<th>{t("sim.operator")}</th>
									<th class="end">{t("usage.sent_today")}</th>
									<th class="end">{t("usage.delivered")}</th>
									<th class="end">{t("usage.failed")}</th>
									<th class="end">{t("overview.rate")}</th>
									<th>{t("bay.modem")}</th>
									<th>{t("bay.since")}</th>
									<th />
								</tr>
							</thead>
							<tbody>
								{data.bays.map((bay) => (
									<BayRow
										key={bay.id}
										bay={bay}
										detail={sims.data?.items.find((s) => s.id === bay.sim_id)}
										canReset={session.user?.role === "admin"}
										onEdit={setEditing}
										onCare={() => setCaring(bay.id)}
									/>
								))}
							</tbody>
						</table>
					</div>
				)}
			</section>
			{cared && <BayCare bay={cared} onClose={() => setCaring(null)} />}
			{editing && (
				<EditSim
					sim={editing}
					plans={plans.data?.items ?? []}
					canAsk={session.user?.role === "admin"}
					onClose={() => setEditing(null)}
					onDone={() => {
						setEditing(null);
						reload();
						sims.reload();
					}}
				/>
			)}
		</div>
	);
}
