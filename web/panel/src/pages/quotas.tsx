// How much each person and each program may send.
import { useState } from "preact/hooks";
import { Act, ErrorNotice, Skeleton } from "../components/bits";
import { Dialog } from "../components/dialog";
import { NumberField, TextField } from "../components/form";
import { SettingsTabs } from "../components/tabs";
import { call } from "../lib/api";
import { number } from "../lib/format";
import { type Key, t } from "../lib/i18n";
import { useGet } from "../lib/use";
import type { ApiKey, Page, Quota, User } from "../lib/types";
import type { PageProps } from "../shell";

/** Limits in words, "no limit" where there is none. */
function quotaWords(q: Quota): string {
	const words = [
		q.per_minute > 0 && t("quota.words.minute", { n: q.per_minute }),
		q.per_day > 0 && t("quota.words.day", { n: q.per_day }),
		q.budget > 0 && t("quota.words.budget", { amount: number(q.budget, 2) }),
		q.group !== "" && t("quota.words.group", { group: q.group }),
	].filter((w): w is string => w !== false);
	return words.length > 0 ? words.join(" ") : t("quota.none");
}

function EditQuota(props: { quota: Quota; onClose: () => void; onDone: () => void }) {
	const [draft, setDraft] = useState(props.quota);
	const change = (part: Partial<Quota>) => setDraft((d) => ({ ...d, ...part }));
	return (
		<Dialog
			title={t("quota.edit", { name: props.quota.name })}
			onClose={props.onClose}
			footer={
				<Act
					kind="primary"
					run={async () => {
						const { per_minute, per_day, budget, group } = draft;
						await call("PUT", `/quotas/${draft.kind}/${draft.id}`, { per_minute, per_day, budget, group: group.trim() });
						props.onDone();
					}}
				>
					{t("save")}
				</Act>
			}
		>
			<NumberField id="quota-minute" label={t("quota.per_minute")} value={draft.per_minute} onValue={(n) => change({ per_minute: Math.round(n) })} />
			<NumberField id="quota-day" label={t("quota.per_day")} value={draft.per_day} onValue={(n) => change({ per_day: Math.round(n) })} />
			<NumberField id="quota-budget" step="any" label={t("quota.budget")} hint={t("quota.budget_hint")} value={draft.budget} onValue={(budget) => change({ budget })} />
			<TextField id="quota-group" label={t("sim.group")} hint={t("quota.group_hint")} value={draft.group} onValue={(group) => change({ group })} max={63} />
		</Dialog>
	);
}

export function QuotasPage({ session }: PageProps) {
	const admin = session.user?.role === "admin";
	const quotas = useGet<{ items: Quota[] }>("/quotas");
	const users = useGet<Page<User>>(admin ? "/users" : null);
	const keys = useGet<Page<ApiKey>>(admin ? "/keys" : null);
	const [editing, setEditing] = useState<Quota | null>(null);
	const error = quotas.error ?? users.error ?? keys.error;
	const found = (kind: Quota["kind"], id: number, name: string): Quota =>
		quotas.data?.items.find((q) => q.kind === kind && q.id === id) ?? {
			kind,
			id,
			name,
			per_minute: 0,
			per_day: 0,
			budget: 0,
			group: "",
		};
	const rows = [
		...(users.data?.items ?? []).map((u) => found("user", u.id, u.name)),
		...(keys.data?.items ?? []).filter((k) => !k.revoked_at).map((k) => found("key", k.id, k.name)),
	];
	return (
		<div class="page">
			<div class="page-head">
				<h1>{t("quotas.title")}</h1>
			</div>
			<SettingsTabs at="/settings/quotas" />
			<p class="muted">{t("quotas.text")}</p>
			<ErrorNotice error={error} />
			<section class="card">
				{!quotas.data || (admin && (!users.data || !keys.data)) ? (
					!error && <Skeleton />
				) : (
					<ul class="lines">
						{(admin ? rows : quotas.data.items).map((q) => (
							<li key={`${q.kind}${q.id}`} class="line row spread">
								<span class="grow">
									<strong dir="auto">{q.name}</strong>{" "}
									<span class="small muted">{t(`quota.kind.${q.kind}` as Key)}</span>
									<span class="small" style="display:block">
										{quotaWords(q)}
									</span>
								</span>
								{admin && (
									<button type="button" class="btn small" onClick={() => setEditing(q)}>
										{t("edit")}
									</button>
								)}
							</li>
						))}
					</ul>
				)}
			</section>
			{editing && (
				<EditQuota
					quota={editing}
					onClose={() => setEditing(null)}
					onDone={() => {
						setEditing(null);
						quotas.reload();
					}}
				/>
			)}
		</div>
	);
}
