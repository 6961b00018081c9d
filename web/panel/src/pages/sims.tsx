// The bank in detail: every bay with its SIM, what it does, and what to do about it; those
// that need somebody first.
import { useState } from "preact/hooks";
import { BaySentence, BayTitle, bayLook, Light, LockedSim, Signal } from "../components/bank";
import { BayAct } from "../components/bay_act";
import { Empty, ErrorNotice, Link, Phone, Skeleton } from "../components/bits";
import { Limits } from "../components/limits";
import { BankTabs } from "../components/tabs";
import { byCare, wantsPin, wantsPuk } from "../lib/bays";
import { number } from "../lib/format";
import { t } from "../lib/i18n";
import { useEvent } from "../lib/live";
import { useGet, useThrottled } from "../lib/use";
import type { Bay, Plan, Sim, SimDetail } from "../lib/types";
import type { PageProps } from "../shell";
import { EditSim } from "./sim_edit";

function SimName({ bay, sim }: { bay: Bay; sim: Sim }) {
	if (sim.name || sim.msisdn) return <BayTitle bay={bay} />;
	return <Phone value={`…${sim.iccid.slice(-5)}`} />;
}

function BayRow(props: {
	bay: Bay;
	sims: SimDetail[];
	isAdmin: boolean;
	onEdit: (s: Sim) => void;
}) {
	const { bay, sims, isAdmin, onEdit } = props;
	const sim = bay.sim;
	const detail = sims.find((s) => s.id === bay.sim_id);
	const today = sim?.today;
	const asks = isAdmin && (wantsPin(bay) ? "bay.pin_enter" : wantsPuk(bay) && "bay.puk_enter");
	return (
		<li class={`bay-row ${bayLook(bay).tone}`}>
			<Light bay={bay} />
			<div class="bay-who">
				{sim && isAdmin ? (
					<button type="button" class="btn quiet small as-text" onClick={() => onEdit(sim)}>
						<SimName bay={bay} sim={sim} />
					</button>
				) : (
					<strong>
						{sim ? <SimName bay={bay} sim={sim} /> : t("bay.number", { n: bay.id })}
					</strong>
				)}
				<div class="small muted">
					{sim?.name && sim.msisdn && (
						<div>
							<Phone value={sim.msisdn} />
						</div>
					)}
					{detail?.plan && (
						<div>
							<bdi>{detail.plan}</bdi>
						</div>
					)}
					{bay.state === "PIN" && (
						<div>
							<LockedSim bay={bay} sims={sims} />
						</div>
					)}
					<div class="row">
						{sim && <Signal bars={sim.bars} dbm={sim.signal_dbm} />}
						{sim && <span>{t("bay.number", { n: bay.id })}</span>}
						<bdi>{sim?.operator || bay.model}</bdi>
					</div>
				</div>
			</div>
			<div class="bay-what">
				<p>
					<BaySentence bay={bay} />
				</p>
				<Limits sim={detail} />
				{sim?.balance_unread && <p class="small">{t("bay.balance_unread")}</p>}
				{today && today.sent + today.failed + today.undelivered > 0 && (
					<p class="small muted">
						{t("bays.today", {
							sent: today.sent,
							delivered: number(today.delivered),
							failed: number(today.failed + today.undelivered),
						})}
					</p>
				)}
			</div>
			<div class="bay-do">
				{isAdmin && <BayAct bay={bay} />}
				<Link href={`/sims/bays/${bay.id}`} class={`btn small ${asks ? "primary" : ""}`}>
					{t(asks || "bay.care")}
					<span class="visually-hidden"> {t("bay.number", { n: bay.id })}</span>
				</Link>
			</div>
		</li>
	);
}

export function SimsPage({ session }: PageProps) {
	const bays = useGet<{ items: Bay[] }>("/bays");
	const plans = useGet<{ items: Plan[] }>("/plans");
	const sims = useGet<{ items: SimDetail[] }>("/sims");
	const [editing, setEditing] = useState<Sim | null>(null);
	const reloadSoon = useThrottled(bays.reload, 1500);
	const countSoon = useThrottled(sims.reload, 3000);
	useEvent<Bay>("slot", (bay) => {
		countSoon();
		if (!bays.data) return;
		if (!bays.data.items.some((b) => b.id === bay.id)) reloadSoon();
		bays.set({ items: bays.data.items.map((b) => (b.id === bay.id ? bay : b)) });
	});
	if (bays.error) return <ErrorNotice error={bays.error} />;
	if (!bays.data) return <Skeleton rows={8} />;
	return (
		<div class="page">
			<div class="page-head">
				<h1>{t("nav.sims")}</h1>
			</div>
			<BankTabs at="/sims" />
			{bays.data.items.length === 0 && (
				<section class="card">
					<Empty title={t("sims.empty")} text={t("sims.empty_text")} />
				</section>
			)}
			{byCare(bays.data.items).map(
				([care, list]) =>
					list.length > 0 && (
						<section key={care} class="card" aria-labelledby={`bays-${care}`}>
							<header>
								<h2 id={`bays-${care}`}>{t(`bays.${care}` as const)}</h2>
								<span class="chip">{number(list.length)}</span>
							</header>
							<ul class="bay-rows">
								{list.map((bay) => (
									<BayRow
										key={bay.id}
										bay={bay}
										sims={sims.data?.items ?? []}
										isAdmin={session.user?.role === "admin"}
										onEdit={setEditing}
									/>
								))}
							</ul>
						</section>
					),
			)}
			{editing && (
				<EditSim
					sim={editing}
					plans={plans.data?.items ?? []}
					canAsk={session.user?.role === "admin"}
					onClose={() => setEditing(null)}
					onDone={() => {
						setEditing(null);
						bays.reload();
						sims.reload();
					}}
				/>
			)}
		</div>
	);
}
