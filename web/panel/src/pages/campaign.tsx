// One campaign: its progress while it runs, its report afterwards.
import { useState } from "preact/hooks";
import {
	Act,
	CampaignChip,
	ErrorNotice,
	Figure,
	Link,
	Notice,
	Progress,
	Skeleton,
	Time,
} from "../components/bits";
import { TimeChart } from "../components/chart";
import { Dialog } from "../components/dialog";
import { costText, EstimateCheck } from "../components/estimate";
import { windowWords } from "../components/when";
import { del, post } from "../lib/api";
import { money, number, percent, time, when } from "../lib/format";
import { isKey, type Key, t } from "../lib/i18n";
import { useEvent } from "../lib/live";
import { go } from "../lib/router";
import { useGet, useThrottled } from "../lib/use";
import type { Campaign, Report } from "../lib/types";
import type { PageProps } from "../shell";
import { campaignProgress } from "./overview";

function Controls(props: { campaign: Campaign; onChange: (c: Campaign) => void }) {
	const { campaign, onChange } = props;
	const [asking, setAsking] = useState(false);
	const act = (verb: string) => async () =>
		onChange(await post<Campaign>(`/campaigns/${campaign.id}/${verb}`));
	const left = campaign.counts.to_come + campaign.counts.queued + campaign.counts.held;
	return (
		<div class="row">
			{campaign.state === "draft" && (
				<>
					<Link href={`/campaigns/${campaign.id}/edit`} class="btn primary">
						{t("campaign.edit")}
					</Link>
					<Act
						kind="danger"
						run={async () => {
							await del(`/campaigns/${campaign.id}`);
							go("/campaigns");
						}}
					>
						{t("campaign.delete")}
					</Act>
				</>
			)}
			{campaign.state === "running" && <Act run={act("pause")}>{t("campaign.pause")}</Act>}
			{campaign.state === "paused" && (
				<Act kind="primary" run={act("resume")}>
					{t("campaign.resume")}
				</Act>
			)}
			{(campaign.state === "running" || campaign.state === "paused") && (
				<button type="button" class="btn danger" onClick={() => setAsking(true)}>
					{t("campaign.cancel")}
				</button>
			)}
			{asking && (
				<Dialog
					title={t("campaign.cancel_title")}
					onClose={() => setAsking(false)}
					footer={
						<>
							<button type="button" class="btn" onClick={() => setAsking(false)}>
								{t("campaign.keep")}
							</button>
							<Act
								kind="danger"
								run={async () => {
									await act("cancel")();
									setAsking(false);
								}}
							>
								{t("campaign.cancel_button", { n: left })}
							</Act>
						</>
					}
				>
					<p>{t("campaign.cancel_text", { n: left })}</p>
				</Dialog>
			)}
		</div>
	);
}

function Reasons({ title, rows }: { title: string; rows: [string, number][] }) {
	if (rows.length === 0) return null;
	return (
		<section class="card">
			<header>
				<h2>{title}</h2>
			</header>
			<table class="table">
				<tbody>
					{rows.map(([label, n]) => (
						<tr key={label}>
							<td>{label}</td>
							<td class="end">{number(n)}</td>
						</tr>
					))}
				</tbody>
			</table>
		</section>
	);
}

function BySim({ report }: { report: Report }) {
	if (report.by_sim.length === 0) return null;
	return (
		<section class="card">
			<header>
				<h2>{t("report.by_sim")}</h2>
			</header>
			<div class="table-wrap">
				<table class="table">
					<thead>
						<tr>
							<th>{t("sim.name")}</th>
							<th class="end">{t("report.parts")}</th>
							<th class="end">{t("usage.delivered")}</th>
							<th class="end">{t("usage.failed")}</th>
						</tr>
					</thead>
					<tbody>
						{report.by_sim.map((s) => (
							<tr key={s.sim_id}>
								<td dir="auto">{s.sim}</td>
								<td class="end">{number(s.parts)}</td>
								<td class="end">{number(s.delivered)}</td>
								<td class="end">{number(s.failed)}</td>
							</tr>
						))}
					</tbody>
				</table>
			</div>
		</section>
	);
}

function skipLabel(reason: string): string {
	const key = `skip.${reason}`;
	return isKey(key) ? t(key) : reason;
}

function causeLabel(cause: string, text: string): string {
	const key = `cause.${cause}`;
	return isKey(key) ? t(key) : text || cause;
}

function Figures({ report }: { report: Report }) {
	const keys = ["queued", "sent", "delivered", "undelivered", "failed", "expired", "cancelled", "unknown"] as const;
	const handled = report.delivered + report.undelivered;
	return (
		<dl class="figures">
			<Figure label={t("campaign.recipients")} value={number(report.recipients)} />
			{keys.map((k) => (
				<Figure
					key={k}
					label={t(`state.${k}` as Key)}
					value={number(report[k])}
					hint={t(`state.${k}.hint` as Key)}
				/>
			))}
			{handled > 0 && (
				<Figure label={t("report.delivery_rate")} value={percent(report.delivered, handled)} hint={t("report.delivery_rate_hint")} />
			)}
			<Figure label={t("report.replies")} value={number(report.replies)} />
			<Figure label={t("report.opt_outs")} value={number(report.opt_outs)} />
			<Figure label={t("report.parts")} value={number(report.parts)} />
			{costText(report.cost) && <Figure label={t("report.cost")} value={<bdi>{costText(report.cost)}</bdi>} />}
		</dl>
	);
}

/** Its times and limits, in words; nothing where there are none. */
function Schedule({ campaign: c }: { campaign: Campaign }) {
	const words = [
		c.start_at && Date.parse(c.start_at) > Date.now() && t("when.words.start", { at: when(c.start_at) }),
		c.end_at && t("when.words.end", { at: when(c.end_at) }),
		c.window && t("when.words.window", { window: windowWords(c.window) }),
		c.spread && t("when.words.spread"),
		c.pace_per_minute > 0 && t("when.words.pace", { n: c.pace_per_minute }),
		c.per_day > 0 && t("when.words.per_day", { n: c.per_day }),
		c.budget > 0 && t("when.words.budget", { amount: money(c.budget, "") }),
	].filter(Boolean);
	if (words.length === 0) return null;
	return <p class="small muted">{words.join(" ")}</p>;
}

/** Sums up to each moment: the curve ends at the figure above it. */
function running(values: number[]): number[] {
	let sum = 0;
	return values.map((v) => (sum += v));
}

export function CampaignPage({ place }: PageProps) {
	const id = place.path[1];
	const { data, error, set, reload } = useGet<Campaign>(`/campaigns/${id}`);
	const report = useGet<Report>(`/campaigns/${id}/report`);
	const reloadReport = useThrottled(report.reload, 2000);
	useEvent<Campaign>("campaign", (c) => {
		if (String(c.id) !== id) return;
		set(c);
		reloadReport();
	});
	// Delivery reports go on coming when all has been sent and the campaign is done.
	const reloadDone = useThrottled(() => {
		reload();
		report.reload();
	}, 2000);
	useEvent("message", () => {
		if (data?.state === "done" || data?.state === "cancelled") reloadDone();
	});
	if (error) return <ErrorNotice error={error} />;
	if (!data) return <Skeleton rows={8} />;
	const r = report.data;
	const line = r?.timeline ?? [];
	return (
		<div class="page">
			<div class="page-head">
				<div class="row">
					<h1 dir="auto">{data.name}</h1>
					<CampaignChip state={data.state} />
				</div>
				<Controls campaign={data} onChange={set} />
			</div>
			<section class="card card-body stack">
				<Progress {...campaignProgress(data)} />
				<div class="row spread muted">
					<span>
						{t("campaign.of", {
							n: number(data.counts.sent + data.counts.delivered),
							total: number(data.recipients),
						})}
					</span>
					<span>
						{data.state === "running" && data.eta
							? t("campaign.eta", { from: time(data.eta.from), to: time(data.eta.to) })
							: data.ended_at
								? t("campaign.ended")
								: null}{" "}
						{data.ended_at && <Time at={data.ended_at} />}
						{data.state === "running" && (
							<> · {t("rate", { rate: number(data.rate_per_min) })}</>
						)}
					</span>
				</div>
				<Schedule campaign={data} />
				<EstimateCheck said={data.estimate} ended={data.ended_at} />
				<p dir="auto" class="quote">
					{data.text}
				</p>
				<p class="small muted">
					<Link href={`/contacts/lists/${data.list_id}`}>
						<span dir="auto">{data.list}</span>
					</Link>
					{" · "}
					<Link href={`/messages?campaign=${data.id}`}>{t("campaign.messages")}</Link>
				</p>
			</section>
			{data.will_not_make_window > 0 && (
				<Notice tone="warn">{t("campaign.late", { n: data.will_not_make_window })}</Notice>
			)}
			{data.counts.unknown > 0 && (
				<Notice tone="warn">{t("campaign.unknown_text", { n: data.counts.unknown })}</Notice>
			)}
			{!r ? (
				<Skeleton />
			) : (
				<>
					<Figures report={r} />
					{line.length > 1 && (
						<section class="card card-body">
							<TimeChart
								label={t("report.chart")}
								at={line.map((p) => Date.parse(p.at) / 1000)}
								series={[
									{ label: t("state.sent"), color: "--sent", values: running(line.map((p) => p.sent)) },
									{
										label: t("state.delivered"),
										color: "--delivered",
										values: running(line.map((p) => p.delivered)),
									},
									{ label: t("state.failed"), color: "--failed", values: running(line.map((p) => p.failed)) },
								]}
							/>
						</section>
					)}
					<div class="columns">
						<BySim report={r} />
						<div class="stack">
							<Reasons
								title={t("report.skipped")}
								rows={Object.entries(r.skipped).map(([k, n]) => [skipLabel(k), n])}
							/>
							<Reasons
								title={t("report.causes")}
								rows={r.causes.map((c) => [causeLabel(c.cause, c.text), c.n])}
							/>
						</div>
					</div>
				</>
			)}
		</div>
	);
}
