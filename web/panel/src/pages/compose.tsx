// The heart: to whom, what, what it will cost and when it will be done, then Start.
import { useEffect, useState } from "preact/hooks";
import { Act, Empty, ErrorNotice, Field, Link, Notice, Skeleton } from "../components/bits";
import { SelectField } from "../components/form";
import { EstimateLine } from "../components/estimate";
import { Icon } from "../components/icons";
import { PhonePreview, TextEditor, usePreview } from "../components/text_editor";
import { anyTime, WhenFields, whenOf, type When } from "../components/when";
import { patch, post } from "../lib/api";
import { number } from "../lib/format";
import { isKey, type Key, t } from "../lib/i18n";
import { go } from "../lib/router";
import { useGet } from "../lib/use";
import type { Campaign, Estimate, List, MessageClass, Page, Preview } from "../lib/types";
import type { PageProps } from "../shell";

const standard = ["first_name", "last_name"];
const classes: MessageClass[] = ["promotional", "transactional", "alert"];

interface Draft extends When {
	name: string;
	list_id: number;
	text: string;
	class: MessageClass;
}

function Preflight(props: { estimate: Estimate | null; preview: Preview | null }) {
	const { estimate: e, preview: p } = props;
	const rows: [Key, boolean | null][] = [
		["preflight.who", e ? e.sendable > 0 : null],
		["preflight.consent", e ? true : null],
		["preflight.short", p ? p.parts <= 2 : null],
		["preflight.filled", p ? p.errors.length === 0 : null],
		["preflight.sims", e ? e.sims > 0 : null],
		["preflight.time", e ? e.will_not_make_window === 0 : null],
	];
	return (
		<ul class="stack-s">
			{rows.map(([key, ok]) => (
				<li key={key} class="row small">
					<span class={`light ${ok === null ? "" : ok ? "good" : "warn"}`}>
						<Icon name={ok === null ? "clock" : ok ? "check" : "warn"} size={14} />
					</span>
					{t(key)}
				</li>
			))}
		</ul>
	);
}

function Skipped({ estimate }: { estimate: Estimate }) {
	const rows = Object.entries(estimate.skipped).filter(([, n]) => n > 0);
	if (rows.length === 0) return null;
	return (
		<Notice tone="warn">
			<p>{t("estimate.skipped")}</p>
			<ul>
				{rows.map(([reason, n]) => {
					const key = `skip.${reason}`;
					return (
						<li key={reason}>
							{isKey(key) ? t(key) : reason}: <strong class="num">{number(n)}</strong>
						</li>
					);
				})}
			</ul>
		</Notice>
	);
}

/** Saves the draft when it rests, so that a restart of the box or the browser loses nothing,
 * and asks for the estimate of what was saved. */
function useSaved(draft: Draft, id: number | null, setId: (id: number) => void) {
	const [estimate, setEstimate] = useState<Estimate | null>(null);
	const [error, setError] = useState<Error | null>(null);
	const complete = draft.list_id > 0 && draft.text.trim() !== "";
	useEffect(() => {
		if (!complete) {
			setEstimate(null);
			return;
		}
		let live = true;
		const timer = window.setTimeout(() => {
			const body = { ...draft, name: draft.name.trim() || t("compose.unnamed") };
			const save = id
				? patch<Campaign>(`/campaigns/${id}`, body)
				: post<Campaign>("/campaigns", body);
			save
				.then((c) => {
					if (!id) setId(c.id);
					return post<Estimate>(`/campaigns/${c.id}/estimate`);
				})
				.then(
					(e) => {
						if (!live) return;
						setEstimate(e);
						setError(null);
					},
					(e: Error) => live && setError(e),
				);
		}, 600);
		return () => {
			live = false;
			window.clearTimeout(timer);
		};
	}, [JSON.stringify(draft), id]);
	return { estimate, error, complete };
}

function Compose(props: { lists: List[]; campaign: Campaign | null; listId: number }) {
	const { lists, campaign } = props;
	const [id, setId] = useState<number | null>(campaign?.id ?? null);
	const [draft, setDraft] = useState<Draft>({
		name: campaign?.name ?? "",
		list_id: campaign?.list_id ?? (props.listId || (lists[0]?.id ?? 0)),
		text: campaign?.text ?? "",
		class: campaign?.class ?? "promotional",
		...(campaign ? whenOf(campaign) : anyTime),
	});
	const change = (part: Partial<Draft>) => setDraft((d) => ({ ...d, ...part }));
	const preview = usePreview(draft.text, { list_id: draft.list_id, class: draft.class });
	const { estimate, error, complete } = useSaved(draft, id, setId);
	const sample = estimate?.sample ?? preview?.sample ?? [];
	const third = sample[Math.min(2, sample.length - 1)];
	const list = lists.find((l) => l.id === draft.list_id);

	return (
		<div class="compose">
			<section class="card card-body stack">
				<Field label={t("compose.to")} id="compose-list" hint={list && t("list.line", { n: list.members, consent: list.with_consent })}>
					<select
						id="compose-list"
						class="input"
						value={draft.list_id}
						onChange={(e) => change({ list_id: Number(e.currentTarget.value) })}
					>
						{lists.map((l) => (
							<option key={l.id} value={l.id}>
								{l.name}
							</option>
						))}
					</select>
				</Field>
				<SelectField
					id="compose-class"
					label={t("compose.class")}
					hint={t(`class.${draft.class}.hint` as Key)}
					value={draft.class}
					among={classes}
					name={(c) => t(`class.${c}` as Key)}
					onValue={(c) => change({ class: c })}
				/>
				<Field label={t("compose.name")} id="compose-name" hint={t("compose.name_hint")}>
					<input
						id="compose-name"
						class="input"
						dir="auto"
						value={draft.name}
						placeholder={t("compose.unnamed")}
						onInput={(e) => change({ name: e.currentTarget.value })}
					/>
				</Field>
				<Field label={t("compose.text")} id="compose-text" hint={t("compose.fallback_hint")}>
					<TextEditor
						id="compose-text"
						text={draft.text}
						onText={(text) => change({ text })}
						preview={preview}
						placeholders={standard}
					/>
				</Field>
				<WhenFields when={draft} onWhen={change} />
			</section>
			<section class="card card-body stack compose-side" aria-live="polite">
				<PhonePreview
					name={third?.name || t("compose.somebody")}
					text={third?.text ?? preview?.filled ?? ""}
				/>
				{estimate ? (
					<EstimateLine estimate={estimate} />
				) : (
					<p class="muted small">{complete ? t("loading") : t("compose.first")}</p>
				)}
				{estimate && <Skipped estimate={estimate} />}
				<Preflight estimate={estimate} preview={preview} />
				<ErrorNotice error={error} />
				<Act
					kind="primary"
					disabled={!estimate || estimate.sendable === 0 || (preview?.errors.length ?? 1) > 0}
					run={async () => {
						await post<Campaign>(`/campaigns/${id}/start`);
						go(`/campaigns/${id}`);
					}}
				>
					{t(draft.start_at ? "compose.schedule" : "compose.start", { n: estimate?.sendable ?? 0 })}
				</Act>
				{id && <p class="small muted">{t("compose.saved")}</p>}
			</section>
		</div>
	);
}

export function ComposePage({ place }: PageProps) {
	const editing = place.path[2] === "edit" ? place.path[1] : null;
	const lists = useGet<Page<List>>("/lists?limit=500");
	const campaign = useGet<Campaign>(editing ? `/campaigns/${editing}` : null);
	const error = lists.error ?? campaign.error;
	if (error) return <ErrorNotice error={error} />;
	if (!lists.data || (editing && !campaign.data)) return <Skeleton rows={8} />;
	return (
		<div class="page">
			<div class="page-head">
				<h1>{editing ? t("compose.edit_title") : t("campaigns.new")}</h1>
			</div>
			{lists.data.items.length === 0 ? (
				<section class="card">
					<Empty title={t("compose.no_lists")} text={t("compose.no_lists_text")}>
						<Link href="/contacts" class="btn primary">
							{t("lists.new")}
						</Link>
					</Empty>
				</section>
			) : (
				<Compose
					lists={lists.data.items}
					campaign={campaign.data}
					listId={Number(place.params.get("list") ?? 0)}
				/>
			)}
		</div>
	);
}
