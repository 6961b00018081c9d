// The bank in detail: every bay, its SIM, what it does and what it did today.
import { useState } from "preact/hooks";
import { baySentence, bayLook, Signal } from "../components/bank";
import { Act, Empty, ErrorNotice, Field, Phone, Skeleton, Time } from "../components/bits";
import { Dialog } from "../components/dialog";
import { Icon } from "../components/icons";
import { patch, post } from "../lib/api";
import { number } from "../lib/format";
import { t } from "../lib/i18n";
import { useEvent } from "../lib/live";
import { useGet, useThrottled } from "../lib/use";
import type { Bay, OperatorAnswer, Overview, Sim } from "../lib/types";
import type { PageProps } from "../shell";

/** A code to the operator and what it answers, as the balance. */
function AskOperator({ sim }: { sim: Sim }) {
	const [code, setCode] = useState("");
	const [answer, setAnswer] = useState<OperatorAnswer | null>(null);
	return (
		<div class="stack">
			<Field label={t("sim.ask")} hint={t("sim.ask_hint")} id="sim-ask">
				<input
					id="sim-ask"
					class="input"
					type="tel"
					dir="ltr"
					placeholder="*100#"
					autocomplete="off"
					value={code}
					onInput={(e) => setCode(e.currentTarget.value)}
				/>
			</Field>
			<div class="row">
				<Act
					kind="small"
					disabled={code.trim() === ""}
					run={async () => {
						setAnswer(null);
						setAnswer(await post<OperatorAnswer>(`/sims/${sim.id}/ussd`, { code: code.trim() }));
					}}
				>
					{t("sim.ask_go")}
				</Act>
			</div>
			{answer && (
				<div role="status">
					<p dir="auto" style="white-space:pre-line">
						{answer.text}
					</p>
					{answer.more && <p class="small muted">{t("sim.ask_more")}</p>}
				</div>
			)}
		</div>
	);
}

function EditSim(props: { sim: Sim; canAsk: boolean; onDone: () => void; onClose: () => void }) {
	const [name, setName] = useState(props.sim.name);
	const [msisdn, setMsisdn] = useState(props.sim.msisdn);
	const [enabled, setEnabled] = useState(props.sim.enabled);
	return (
		<Dialog
			title={t("sim.edit")}
			onClose={props.onClose}
			footer={
				<Act
					kind="primary"
					run={async () => {
						const number = msisdn.trim();
						await patch(`/sims/${props.sim.id}`, {
							name: name.trim(),
							enabled,
							...(number && number !== props.sim.msisdn ? { msisdn: number } : {}),
						});
						props.onDone();
					}}
				>
					{t("save")}
				</Act>
			}
		>
			<Field label={t("sim.name")} id="sim-name">
				<input id="sim-name" class="input" dir="auto" value={name} onInput={(e) => setName(e.currentTarget.value)} />
			</Field>
			<Field label={t("sim.msisdn")} hint={t("sim.msisdn_hint")} id="sim-msisdn">
				<input
					id="sim-msisdn"
					class="input"
					type="tel"
					dir="ltr"
					value={msisdn}
					onInput={(e) => setMsisdn(e.currentTarget.value)}
				/>
			</Field>
			<label class="row">
				<input type="checkbox" checked={enabled} onChange={(e) => setEnabled(e.currentTarget.checked)} />
				{t("sim.enabled")}
			</label>
			{props.canAsk && <AskOperator sim={props.sim} />}
			<dl class="pairs small">
				<dt>ICCID</dt>
				<dd class="mono" dir="ltr">{props.sim.iccid}</dd>
				<dt>IMSI</dt>
				<dd class="mono" dir="ltr">{props.sim.imsi}</dd>
			</dl>
		</Dialog>
	);
}

function BayRow({ bay, canReset, onEdit }: { bay: Bay; canReset: boolean; onEdit: (s: Sim) => void }) {
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
			</td>
			<td class="wide">{baySentence(bay)}</td>
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
	const [editing, setEditing] = useState<Sim | null>(null);
	const reloadSoon = useThrottled(reload, 1500);
	useEvent<Bay>("slot", (bay) => {
		if (!data) return;
		if (!data.bays.some((b) => b.id === bay.id)) reloadSoon();
		set({ ...data, bays: data.bays.map((b) => (b.id === bay.id ? bay : b)) });
	});
	if (error) return <ErrorNotice error={error} />;
	if (!data) return <Skeleton rows={8} />;
	return (
		<div class="page">
			<div class="page-head">
				<h1>{t("nav.sims")}</h1>
			</div>
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
										canReset={session.user?.role === "admin"}
										onEdit={setEditing}
									/>
								))}
							</tbody>
						</table>
					</div>
				)}
			</section>
			{editing && (
				<EditSim
					sim={editing}
					canAsk={session.user?.role === "admin"}
					onClose={() => setEditing(null)}
					onDone={() => {
						setEditing(null);
						reload();
					}}
				/>
			)}
		</div>
	);
}
