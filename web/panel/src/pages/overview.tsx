// Is the box all right, what is going out now, who answered.
import { useEffect, useState } from "preact/hooks";
import { Bank, BaySentence, BayTitle, Light } from "../components/bank";
import {
	CampaignChip,
	Empty,
	ErrorNotice,
	Figure,
	Link,
	Notice,
	Progress,
	Skeleton,
	Time,
	UserText,
	Phone,
} from "../components/bits";
import { bayCare, bayWorks } from "../lib/bays";
import { number, span, time } from "../lib/format";
import { isKey, t } from "../lib/i18n";
import { useEvent } from "../lib/live";
import { useGet, useThrottled } from "../lib/use";
import type { Bay, Campaign, Inbound, Overview, Page } from "../lib/types";

export function campaignProgress(c: Campaign) {
	const n = c.counts;
	return {
		total: c.recipients,
		delivered: n.delivered,
		sent: n.sent + n.unknown,
		failed: n.failed + n.undelivered + n.expired,
	};
}

function Running({ campaigns }: { campaigns: Campaign[] }) {
	return (
		<section class="card" aria-labelledby="running">
			<header>
				<h2 id="running">{t("overview.running")}</h2>
				<Link href="/campaigns/new" class="btn small">
					{t("campaigns.new")}
				</Link>
			</header>
			{campaigns.length === 0 ? (
				<Empty title={t("overview.nothing_running")} text={t("overview.nothing_running_text")} />
			) : (
				<ul>
					{campaigns.map((c) => (
						<li key={c.id} class="card-body stack-s">
							<div class="row spread">
								<Link href={`/campaigns/${c.id}`}>
									<strong dir="auto">{c.name}</strong>
								</Link>
								<CampaignChip state={c.state} />
							</div>
							<Progress {...campaignProgress(c)} />
							<div class="row spread small muted">
								<span>
									{t("campaign.of", {
										n: number(c.counts.sent + c.counts.delivered),
										total: number(c.recipients),
									})}
								</span>
								<span>
									{c.eta
										? t("campaign.eta", { from: time(c.eta.from), to: time(c.eta.to) })
										: t("rate", { rate: number(c.rate_per_min) })}
								</span>
							</div>
						</li>
					))}
				</ul>
			)}
		</section>
	);
}

function Replies() {
	const page = useGet<Page<Inbound>>("/inbound?limit=6");
	useEvent("inbound", page.reload);
	const items = page.data?.items ?? [];
	return (
		<section class="card" aria-labelledby="replies">
			<header>
				<h2 id="replies">{t("overview.replies")}</h2>
				<Link href="/inbox" class="btn small">
					{t("nav.inbox")}
				</Link>
			</header>
			{page.data === null ? (
				<Skeleton />
			) : items.length === 0 ? (
				<Empty title={t("inbox.empty")} text={t("inbox.empty_text")} />
			) : (
				<ul class="lines">
					{items.map((m) => (
						<li key={m.id}>
							<Link href={`/inbox/${encodeURIComponent(m.originator)}`} class="line">
								<span class="row spread">
									<strong dir="auto">
										{m.contact_name || <Phone value={m.originator} />}
									</strong>
									<span class="small muted">
										<Time at={m.received_at} />
									</span>
								</span>
								<UserText text={m.text} clip />
							</Link>
						</li>
					))}
				</ul>
			)}
		</section>
	);
}

const HANDS_SHOWN = 4;

/** The bays that need somebody: the first few, and how many more there are. */
function Hands({ bays }: { bays: Bay[] }) {
	if (bays.length === 0) return null;
	return (
		<section class="card" aria-labelledby="hands">
			<header>
				<h2 id="hands">{t("overview.hand", { n: bays.length })}</h2>
				{bays.length > HANDS_SHOWN && (
					<Link href="/sims" class="btn small">
						{t("overview.hand_more", { n: bays.length - HANDS_SHOWN })}
					</Link>
				)}
			</header>
			<ul class="lines">
				{bays.slice(0, HANDS_SHOWN).map((bay) => (
					<li key={bay.id}>
						<Link href={`/sims/bays/${bay.id}`} class="line">
							<span class="row">
								<Light bay={bay} />
								<strong class="nowrap">{t("bay.number", { n: bay.id })}</strong>
								{(bay.sim?.name || bay.sim?.msisdn) && (
									<span class="muted clip">
										<BayTitle bay={bay} />
									</span>
								)}
							</span>
							<span>
								<BaySentence bay={bay} />
							</span>
						</Link>
					</li>
				))}
			</ul>
		</section>
	);
}

export function OverviewPage() {
	const { data, error, set, reload } = useGet<Overview>("/overview");
	const reloadSoon = useThrottled(reload, 1500);
	const [bays, setBays] = useState<Bay[]>([]);
	useEffect(() => setBays(data?.bays ?? []), [data]);
	useEvent<Bay>("slot", (bay) =>
		setBays((old) =>
			old.some((b) => b.id === bay.id)
				? old.map((b) => (b.id === bay.id ? bay : b))
				: [...old, bay].sort((a, b) => a.id - b.id),
		),
	);
	useEvent<Partial<Overview>>("overview", (part) => data && set({ ...data, ...part, bays }));
	useEvent("campaign", reloadSoon);

	if (error) return <ErrorNotice error={error} />;
	if (!data) return <Skeleton rows={8} />;
	const ready = bays.filter(bayWorks).length;
	const waiting = data.queue.queued + data.queue.held + data.queue.sending;
	return (
		<div class="page">
			<div class="page-head">
				<h1>{t("nav.overview")}</h1>
				<span class={`chip ${ready === bays.length && ready > 0 ? "good" : "warn"}`}>
					{t("overview.sims_ready", { ready: number(ready), total: number(bays.length) })}
				</span>
			</div>
			{data.problems
				.filter((p) => p.code !== "bay_trouble" && p.code !== "memory_full")
				.map((p) => {
					const key = `problem.${p.code}`;
					return (
						<Notice key={p.code} tone="warn">
							{isKey(key) ? t(key) : p.text}
						</Notice>
					);
				})}
			<Hands bays={bays.filter((b) => bayCare(b) === "hand")} />
			<dl class="figures">
				<Figure label={t("overview.waiting")} value={number(waiting)} />
				<Figure label={t("overview.rate")} value={t("rate", { rate: number(data.rate_per_min) })} />
				<Figure
					label={t("overview.empty_in")}
					value={data.eta_s === null ? "–" : span(data.eta_s)}
					hint={t("estimate.hint")}
				/>
				<Figure label={t("usage.sent_today")} value={number(data.today.sent)} />
				<Figure label={t("usage.delivered")} value={number(data.today.delivered)} />
				<Figure
					label={t("usage.failed")}
					value={number(data.today.failed + data.today.undelivered)}
				/>
				<Figure label={t("usage.unknown")} value={number(data.today.unknown)} />
			</dl>
			{bays.length === 0 ? (
				<section class="card">
					<Empty title={t("sims.empty")} text={t("sims.empty_text")} />
				</section>
			) : (
				<Bank bays={bays} />
			)}
			<div class="columns">
				<Running campaigns={data.running} />
				<Replies />
			</div>
		</div>
	);
}
