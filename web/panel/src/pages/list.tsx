// One list: how many, with consent or not, who.
import { useState } from "preact/hooks";
import { ErrorNotice, Figure, Link, Notice, Skeleton } from "../components/bits";
import { query } from "../lib/api";
import { number } from "../lib/format";
import { t } from "../lib/i18n";
import { useEvent } from "../lib/live";
import { useGet, useThrottled } from "../lib/use";
import type { List } from "../lib/types";
import type { PageProps } from "../shell";
import { ContactSearch, ContactTable } from "./contacts";

export function ListPage({ place }: PageProps) {
	const id = place.path[2];
	const { data, error, reload } = useGet<List>(`/lists/${id}`);
	const [q, setQ] = useState("");
	useEvent("job", useThrottled(reload, 1500));
	if (error) return <ErrorNotice error={error} />;
	if (!data) return <Skeleton rows={8} />;
	return (
		<div class="page">
			<div class="page-head">
				<h1 dir="auto">{data.name}</h1>
				<div class="row">
					<Link href={`/contacts/lists/${id}/import`} class="btn">
						{t("import.title")}
					</Link>
					<Link href={`/campaigns/new?list=${id}`} class="btn primary">
						{t("list.write")}
					</Link>
				</div>
			</div>
			<dl class="figures">
				<Figure label={t("list.members")} value={number(data.members)} />
				<Figure label={t("list.with_consent")} value={number(data.with_consent)} />
				<Figure label={t("list.without_consent")} value={number(data.without_consent)} />
				<Figure label={t("list.opted_out")} value={number(data.opted_out)} />
			</dl>
			{data.without_consent > 0 && (
				<Notice tone="warn">{t("list.quarantined_text", { n: data.without_consent })}</Notice>
			)}
			<section class="card">
				<header>
					<ContactSearch q={q} onQ={setQ} />
				</header>
				<ContactTable path={query("/contacts", { list: id, q: q.trim() })} />
			</section>
		</div>
	);
}
