// An import while it runs and what came of it, with a reason for each rejected row.
import { Act, ErrorNotice, Figure, Link, Notice, Skeleton } from "../components/bits";
import { post } from "../lib/api";
import { number, percent, span } from "../lib/format";
import { isKey, type Key, t } from "../lib/i18n";
import { useEvent } from "../lib/live";
import { useGet } from "../lib/use";
import type { Job, RejectedRow } from "../lib/types";
import type { PageProps } from "../shell";

export function reasonLabel(reason: string): string {
	const key = `reject.${reason}`;
	return isKey(key) ? t(key) : reason;
}

function Rejected({ job }: { job: Job }) {
	const page = useGet<{ items: RejectedRow[] }>(
		job.rejected > 0 && job.finished_at ? `/jobs/${job.id}/rejected?format=json&limit=100` : null,
	);
	if (job.rejected === 0) return null;
	return (
		<section class="card">
			<header>
				<h2>{t("job.rejected_rows", { n: job.rejected })}</h2>
				<a class="btn small" href={`/api/v1/jobs/${job.id}/rejected`} download>
					{t("job.download")}
				</a>
			</header>
			{!page.data ? (
				<Skeleton />
			) : (
				<div class="table-wrap">
					<table class="table">
						<thead>
							<tr>
								<th class="end">{t("job.row")}</th>
								<th>{t("job.reason")}</th>
								<th>{t("job.content")}</th>
							</tr>
						</thead>
						<tbody>
							{page.data.items.map((r) => (
								<tr key={r.row}>
									<td class="end">{number(r.row)}</td>
									<td>{reasonLabel(r.reason)}</td>
									<td dir="auto" class="clip" style="max-inline-size:360px">
										{r.raw}
									</td>
								</tr>
							))}
						</tbody>
					</table>
				</div>
			)}
		</section>
	);
}

export function JobPage({ place }: PageProps) {
	const id = place.path[1];
	const { data, error, set } = useGet<Job>(`/jobs/${id}`);
	useEvent<Job>("job", (j) => String(j.id) === id && set(j));
	if (error) return <ErrorNotice error={error} />;
	if (!data) return <Skeleton />;
	const busy = data.state === "waiting" || data.state === "running";
	const problem = data.error ? `problem.${data.error.code}` : "";
	return (
		<div class="page">
			<div class="page-head">
				<h1>{data.dry_run ? t("job.dry_title") : t("job.title")}</h1>
				{busy && (
					<Act kind="danger" run={async () => set(await post<Job>(`/jobs/${id}/cancel`))}>
						{t("stop")}
					</Act>
				)}
			</div>
			<section class="card card-body stack">
				<div class="row spread">
					<span dir="auto">
						{data.file_name} → {data.list}
					</span>
					<span class="chip">{t(`job.state.${data.state}` as Key)}</span>
				</div>
				<progress
					max={Math.max(1, data.bytes_total)}
					value={data.state === "done" ? Math.max(1, data.bytes_total) : data.bytes_done}
					style="inline-size:100%"
				/>
				{busy && (
					<p class="small muted">
						{percent(data.bytes_done, data.bytes_total)}
						{data.eta_s !== null && <> · {t("job.eta", { span: span(data.eta_s) })}</>}
					</p>
				)}
				<dl class="figures">
					<Figure label={t("job.rows")} value={number(data.rows)} />
					<Figure label={t("job.accepted")} value={number(data.accepted)} />
					<Figure label={t("job.updated")} value={number(data.updated)} />
					<Figure label={t("job.duplicate")} value={number(data.duplicate)} />
					<Figure label={t("job.quarantined")} value={number(data.quarantined)} />
					<Figure label={t("job.rejected")} value={number(data.rejected)} />
				</dl>
				{data.error && (
					<Notice tone="bad">{isKey(problem) ? t(problem, { line: 0, limit: 0, field: "" }) : data.error.detail}</Notice>
				)}
				{data.quarantined > 0 && !busy && (
					<Notice tone="warn">{t("list.quarantined_text", { n: data.quarantined })}</Notice>
				)}
				{!busy && data.list_id !== null && (
					<div class="row">
						<Link href={`/contacts/lists/${data.list_id}`} class="btn">
							{t("job.to_list")}
						</Link>
						{data.state === "done" && !data.dry_run && (
							<Link href={`/campaigns/new?list=${data.list_id}`} class="btn primary">
								{t("list.write")}
							</Link>
						)}
					</div>
				)}
			</section>
			<Rejected job={data} />
		</div>
	);
}
