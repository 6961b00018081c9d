// One message with what happened to each part, in words.
import { useEffect } from "preact/hooks";
import { Act, ErrorNotice, Link, Notice, Phone, Skeleton, StateChip, Time } from "../components/bits";
import { Icon } from "../components/icons";
import { post } from "../lib/api";
import { number, when } from "../lib/format";
import { isKey, type Key, t } from "../lib/i18n";
import { languageNames } from "../lib/languages";
import { useEvent } from "../lib/live";
import { useGet, useThrottled } from "../lib/use";
import type { MessageDetail, Reason } from "../lib/types";
import type { PageProps } from "../shell";

function causeText(cause: string, text: string): string {
	const key = `cause.${cause}`;
	return isKey(key) ? t(key) : text || cause;
}

/** Why it waits, in one sentence, with the time at which that ends. */
function Waiting({ reason }: { reason: Reason | null }) {
	if (!reason) return null;
	const key = `waiting.${reason.code}`;
	return (
		<div class="notice" role="status">
			<Icon name="clock" />
			<p class="grow">
				{isKey(key) ? t(key) : reason.detail}{" "}
				{reason.until && t("waiting.until", { at: when(reason.until) })}
			</p>
		</div>
	);
}

const ASK_AGAIN_MS = 15_000;

/** Why a message waits changes without the message: with its SIMs, and with time. */
function useFreshReason(message: MessageDetail | null, reload: () => void) {
	const waits = message?.state === "queued" || message?.state === "held";
	const until = message?.waiting?.until;
	const soon = useThrottled(reload, 5000);
	useEvent("slot", () => waits && soon());
	useEffect(() => {
		if (!waits) return;
		const left = until ? Date.parse(until) - Date.now() + 500 : ASK_AGAIN_MS;
		const timer = window.setTimeout(reload, left > 0 ? Math.min(left, ASK_AGAIN_MS) : ASK_AGAIN_MS);
		return () => window.clearTimeout(timer);
	}, [message, reload]);
}

/** In which characters it goes out: what its parts depend on. */
function charactersOf(message: MessageDetail): string {
	if (message.national) return t("encoding.national_of", { language: languageNames(message.national) });
	return t(`encoding.${message.encoding}` as Key);
}

function choiceText(reason: Reason): string {
	const key = `choice.${reason.code}`;
	return isKey(key) ? t(key) : reason.detail;
}

function Parts({ message }: { message: MessageDetail }) {
	if (message.part_list.length === 0) return null;
	return (
		<section class="card">
			<header>
				<h2>{t("message.parts", { n: message.parts })}</h2>
			</header>
			<div class="table-wrap">
				<table class="table folds">
					<thead>
						<tr>
							<th class="end">#</th>
							<th>{t("message.state")}</th>
							<th>{t("sim.name")}</th>
							<th>{t("message.on_air")}</th>
							<th>{t("message.accepted")}</th>
							<th>{t("message.settled")}</th>
							<th>{t("message.cause")}</th>
						</tr>
					</thead>
					<tbody>
						{message.part_list.map((p) => (
							<tr key={p.seq}>
								<td class="end" data-label="#">
									{number(p.seq)}
								</td>
								<td data-label={t("message.state")}>
									<StateChip state={p.state} />
								</td>
								<td data-label={t("sim.name")}>
									<bdi dir={p.sim.startsWith("+") ? "ltr" : undefined}>{p.sim}</bdi>
								</td>
								<td data-label={t("message.on_air")}>
									<Time at={p.sending_at} />
								</td>
								<td data-label={t("message.accepted")}>
									<Time at={p.answered_at} />
								</td>
								<td data-label={t("message.settled")}>
									<Time at={p.settled_at} />
								</td>
								<td data-label={t("message.cause")}>{causeText(p.cause, p.cause_text)}</td>
							</tr>
						))}
					</tbody>
				</table>
			</div>
		</section>
	);
}

export function MessagePage({ place }: PageProps) {
	const id = place.path[1];
	const { data, error, reload } = useGet<MessageDetail>(`/messages/${id}`);
	useEvent<{ changed?: { id: number }[] }>("message", (e) => {
		if (!e.changed || e.changed.some((m) => String(m.id) === id)) reload();
	});
	useFreshReason(data, reload);
	if (error) return <ErrorNotice error={error} />;
	if (!data) return <Skeleton rows={6} />;
	const waiting = data.state === "queued" || data.state === "held";
	return (
		<div class="page">
			<div class="page-head">
				<div class="row">
					<h1>
						<Phone value={data.to} />
					</h1>
					<StateChip state={data.state} />
				</div>
				{waiting && (
					<Act
						kind="danger"
						run={async () => {
							await post(`/messages/${id}/cancel`);
							reload();
						}}
					>
						{t("message.cancel")}
					</Act>
				)}
			</div>
			{waiting && <Waiting reason={data.waiting} />}
			{data.state === "unknown" && <Notice tone="warn">{t("state.unknown.hint")}</Notice>}
			<section class="card card-body stack">
				<p dir="auto" class="quote">
					{data.text}
				</p>
				<dl class="pairs">
					<dt>{t("message.class")}</dt>
					<dd>{t(`class.${data.class}` as Key)}</dd>
					<dt>{t("message.characters")}</dt>
					<dd>
						{charactersOf(data)} · {t("message.parts", { n: data.parts })}
					</dd>
					{data.cause && (
						<>
							<dt>{t("message.cause")}</dt>
							<dd>{causeText(data.cause, data.cause_text)}</dd>
						</>
					)}
					{data.route && (
						<>
							<dt>{t("message.route")}</dt>
							<dd>
								<bdi>{data.route}</bdi>
							</dd>
						</>
					)}
					{data.sim_choice && (
						<>
							<dt>{t("message.sim_choice")}</dt>
							<dd>
								{data.sim && <bdi>{data.sim}</bdi>} {choiceText(data.sim_choice)}
							</dd>
						</>
					)}
					{data.contact_id && (
						<>
							<dt>{t("message.contact")}</dt>
							<dd>
								<Link href={`/contacts/${data.contact_id}`}>
									{data.contact_name ? <bdi>{data.contact_name}</bdi> : <Phone value={data.to} />}
								</Link>
							</dd>
						</>
					)}
					{data.campaign_id && (
						<>
							<dt>{t("message.campaign")}</dt>
							<dd>
								<Link href={`/campaigns/${data.campaign_id}`}>
									<bdi>{data.campaign}</bdi>
								</Link>
							</dd>
						</>
					)}
					<dt>{t("message.created")}</dt>
					<dd>
						<Time at={data.created_at} />
					</dd>
					{data.send_after && (
						<>
							<dt>{t("message.not_before")}</dt>
							<dd>
								<Time at={data.send_after} />
							</dd>
						</>
					)}
					{data.expires_at && (
						<>
							<dt>{t("message.expires")}</dt>
							<dd>
								<Time at={data.expires_at} />
							</dd>
						</>
					)}
				</dl>
			</section>
			<Parts message={data} />
			{data.history.length > 0 && (
				<section class="card">
					<header>
						<h2>{t("message.history")}</h2>
					</header>
					<ol class="lines">
						{data.history.map((h, i) => {
							const key = `history.${h.kind}`;
							return (
								<li key={i} class="line row spread">
									<span>
										{isKey(key) ? t(key) : h.kind}{" "}
										<span class="muted small" dir="auto">
											{h.text}
										</span>
									</span>
									<Time at={h.at} />
								</li>
							);
						})}
					</ol>
				</section>
			)}
		</div>
	);
}
