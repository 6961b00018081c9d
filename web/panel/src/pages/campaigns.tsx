// All campaigns, newest first.
import { CampaignChip, Empty, Link, Progress, Time } from "../components/bits";
import { PagedRows } from "../components/rows";
import { number } from "../lib/format";
import { t } from "../lib/i18n";
import { useEvent } from "../lib/live";
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
			<section class="card">
				<PagedRows
					page={page}
					href={(c) => `/campaigns/${c.id}`}
					columns={[
						{ head: t("campaign.name"), cell: (c) => <span dir="auto">{c.name}</span> },
						{ head: t("campaign.list"), cell: (c) => <span dir="auto">{c.list}</span> },
						{ head: t("campaign.status"), cell: (c) => <CampaignChip state={c.state} /> },
						{ head: t("campaign.recipients"), class: "end", cell: (c) => number(c.recipients) },
						{
							head: t("campaign.progress"),
							width: "26%",
							cell: (c) => <Progress {...campaignProgress(c)} />,
						},
						{ head: t("campaign.started"), cell: (c) => <Time at={c.started_at} /> },
					]}
					empty={
						<Empty title={t("campaigns.empty")} text={t("campaigns.empty_text")}>
							<Link href="/campaigns/new" class="btn primary">
								{t("campaigns.new")}
							</Link>
						</Empty>
					}
				/>
			</section>
		</div>
	);
}
