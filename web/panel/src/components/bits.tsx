// Small parts used on every page.
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { Problem } from "../lib/api";
import { number, phone, when } from "../lib/format";
import { isKey, type Key, type Params, t } from "../lib/i18n";
import { follow } from "../lib/router";
import type { CampaignState, MessageState } from "../lib/types";
import { Icon, type IconName } from "./icons";

export function Link(props: {
	href: string;
	class?: string;
	children: ComponentChildren;
	current?: boolean;
	title?: string;
}) {
	return (
		<a
			href={props.href}
			class={props.class}
			title={props.title}
			aria-current={props.current ? "page" : undefined}
			onClick={follow}
		>
			{props.children}
		</a>
	);
}

/** A phone number: never mirrored, Latin digits, one can copy it. */
export function Phone({ value }: { value: string }) {
	return (
		<bdi dir="ltr" class="num" translate={false}>
			{phone(value)}
		</bdi>
	);
}

export function Time({ at }: { at: string | null }) {
	if (!at) return <span class="muted">–</span>;
	return (
		<time dateTime={at} title={at}>
			<bdi>{when(at)}</bdi>
		</time>
	);
}

/** What people wrote, in their own direction. */
export function UserText({ text, clip }: { text: string; clip?: boolean }) {
	return (
		<span dir="auto" class={clip ? "clip" : undefined} style={clip ? "display:block" : undefined}>
			{text}
		</span>
	);
}

const messageLook: Record<MessageState, { tone: string; icon: IconName }> = {
	held: { tone: "", icon: "pause" },
	queued: { tone: "", icon: "clock" },
	sending: { tone: "live", icon: "play" },
	sent: { tone: "live", icon: "check" },
	delivered: { tone: "good", icon: "check" },
	undelivered: { tone: "bad", icon: "close" },
	failed: { tone: "bad", icon: "warn" },
	expired: { tone: "warn", icon: "clock" },
	cancelled: { tone: "", icon: "stop" },
	unknown: { tone: "warn", icon: "warn" },
};

export function StateChip({ state }: { state: MessageState }) {
	const look = messageLook[state];
	return (
		<span class={`chip ${look.tone}`} title={t(`state.${state}.hint` as Key)}>
			<Icon name={look.icon} size={14} />
			{t(`state.${state}` as Key)}
		</span>
	);
}

const campaignTone: Record<CampaignState, string> = {
	draft: "",
	running: "live",
	paused: "warn",
	cancelled: "",
	done: "good",
};

export function CampaignChip({ state }: { state: CampaignState }) {
	return <span class={`chip ${campaignTone[state]}`}>{t(`campaign.state.${state}` as Key)}</span>;
}

/** The sentence for a problem: by its code where there is one, the box's words otherwise. */
export function problemText(e: Error): string {
	if (!(e instanceof Problem)) return t("error.offline");
	const key = `problem.${e.doc.code}`;
	if (!isKey(key)) return e.doc.detail;
	const params: Params = { field: e.doc.field ?? "", limit: e.doc.limit ?? 0, line: e.doc.line ?? 0 };
	return t(key, { ...params, ...e.doc.params });
}

export function ErrorNotice({ error }: { error: Error | null }) {
	if (!error) return null;
	return (
		<div class="notice bad" role="alert">
			<Icon name="warn" />
			<div class="grow">
				<p>{problemText(error)}</p>
				{error instanceof Problem && (
					<details class="small muted">
						<summary>{t("error.details")}</summary>
						<p dir="ltr" class="mono">
							{error.doc.status} {error.doc.code}: {error.doc.detail}
						</p>
					</details>
				)}
			</div>
		</div>
	);
}

export function Notice(props: { tone?: "good" | "warn" | "bad"; children: ComponentChildren }) {
	return (
		<div class={`notice ${props.tone ?? ""}`}>
			<Icon name={props.tone === "good" ? "check" : "warn"} />
			<div class="grow">{props.children}</div>
		</div>
	);
}

export function Empty(props: { title: string; text: string; children?: ComponentChildren }) {
	return (
		<div class="empty">
			<strong>{props.title}</strong>
			<p>{props.text}</p>
			{props.children}
		</div>
	);
}

export function Skeleton({ rows = 4 }: { rows?: number }) {
	return (
		<div class="stack-s card-body" aria-busy="true" aria-label={t("loading")}>
			{Array.from({ length: rows }, (_, i) => (
				<div class="skeleton" key={i} style={{ inlineSize: `${92 - ((i * 17) % 40)}%` }} />
			))}
		</div>
	);
}

export function Field(props: {
	label: string;
	hint?: string;
	error?: string;
	children: JSX.Element;
	id: string;
}) {
	return (
		<div class="field">
			<label for={props.id}>{props.label}</label>
			{props.children}
			{props.error ? (
				<span class="hint" role="alert" style="color:var(--bad)">
					{props.error}
				</span>
			) : (
				props.hint && <span class="hint">{props.hint}</span>
			)}
		</div>
	);
}

export function Figure({ label, value, hint }: { label: string; value: ComponentChildren; hint?: string }) {
	return (
		<div class="figure" title={hint}>
			<dt>{label}</dt>
			<dd>{value}</dd>
		</div>
	);
}

/** A button that runs something on the box: busy while it runs, the error beside it. */
export function Act(props: {
	run: () => Promise<unknown>;
	children: ComponentChildren;
	kind?: string;
	disabled?: boolean;
	onError?: (e: Error | null) => void;
}) {
	const [busy, setBusy] = useState(false);
	const [error, setError] = useState<Error | null>(null);
	const click = async () => {
		setBusy(true);
		setError(null);
		props.onError?.(null);
		try {
			await props.run();
		} catch (e) {
			if (props.onError) props.onError(e as Error);
			else setError(e as Error);
		} finally {
			setBusy(false);
		}
	};
	return (
		<>
			<button
				type="button"
				class={`btn ${props.kind ?? ""}`}
				disabled={busy || props.disabled}
				aria-busy={busy}
				onClick={() => void click()}
			>
				{props.children}
			</button>
			{error && (
				<span role="alert" class="small" style="color:var(--bad)">
					{problemText(error)}
				</span>
			)}
		</>
	);
}

export function More({ more }: { more: (() => void) | null }) {
	if (!more) return null;
	return (
		<div class="card-body" style="text-align:center">
			<button type="button" class="btn small" onClick={more}>
				{t("more")}
			</button>
		</div>
	);
}

/** Three lengths on one track: delivered, accepted by the network, failed. */
export function Progress(props: { total: number; delivered: number; sent: number; failed: number }) {
	const width = (n: number) => ({ inlineSize: `${(100 * n) / Math.max(1, props.total)}%` });
	const label = t("progress.label", {
		delivered: number(props.delivered),
		sent: number(props.sent),
		failed: number(props.failed),
		total: number(props.total),
	});
	return (
		<div class="bar" role="img" aria-label={label} title={label}>
			<span class="delivered" style={width(props.delivered)} />
			<span class="sent" style={width(props.sent)} />
			<span class="failed" style={width(props.failed)} />
		</div>
	);
}
