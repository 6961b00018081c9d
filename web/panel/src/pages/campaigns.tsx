// All campaigns, newest first.
import { CampaignChip, Empty, ErrorNotice, Link, More, Progress, Skeleton, Time } from "../components/bits";
import { number } from "../lib/format";
import { t } from "../lib/i18n";
import { useEvent } from "../lib/live";
import { go } from "../lib/router";
import { usePaged, useThrottled } from "../lib/use";
import type { Campaign } from "../lib/types";
import { campaignProgress } from "./overview";

export function CampaignsPage() {
	const page = usePaged<Campaign>("/campaigns");
	useEvent("campaign", useThrottled(page.reload, 1500));
	return (
		<div class="page">
			<div class="page-head">
				<h1>{t("nav.campaigns")}</h1>
				<Link href="/campaigns/new" class="btn primary">
					{t("campaigns.new")}
				</Link>
			</div>
			<ErrorNotice error={page.error} />
			<section class="card">
				{page.items === null ? (
					<Skeleton />
				) : page.items.length === 0 ? (
					<Empty title={t("campaigns.empty")} text={t("campaigns.empty_text")}>
						<Link href="/campaigns/new" class="btn primary">
							{t("campaigns.new")}
						</Link>
					</Empty>
				) : (
					<div class="table-wrap">
						<table class="table">
							<thead>
								<tr>
									<th>{t("campaign.name")}</th>
									<th>{t("campaign.list")}</th>
									<th>{t("campaign.status")}</th>
									<th class="end">{t("campaign.recipients")}</th>
									<th style="inline-size:26%">{t("campaign.progress")}</th>
									<th>{t("campaign.started")}</th>
								</tr>
							</thead>
							<tbody>
								{page.items.map((c) => (
									<tr key={c.id} class="link" onClick={() => go(`/campaigns/${c.id}`)}>
										<td>
											<Link href={`/campaigns/${c.id}`}>
												<span dir="auto">{c.name}</span>
											</Link>
										</td>
										<td dir="auto">{c.list}</td>
										<td>
											<CampaignChip state={c.state} />
										</td>
										<td class="end">{number(c.recipients)}</td>
										<td>
											<Progress {...campaignProgress(c)} />
										</td>
										<td>
											<Time at={c.started_at} />
										</td>
									</tr>
								))}
							</tbody>
						</table>
					</div>
				)}
				<More more={page.more} />
			</section>
		</div>
	);
}
