// A text with placeholders as chips to insert, what makes it dear underlined, and the parts
// it takes, live.
import { useEffect, useRef, useState } from "preact/hooks";
import { post } from "../lib/api";
import { number } from "../lib/format";
import { isKey, t } from "../lib/i18n";
import { Icon } from "./icons";
import { Reach } from "./reach";
import type { MessageClass, Preview, TextWarning } from "../lib/types";

export interface Recipients {
	list_id?: number;
	class?: MessageClass;
	to?: string;
}

/** Asks the box for a preview whenever the text rests for a moment, and for one over the
 * whole list, which is more to ask, when it rests for longer. */
export function usePreview(text: string, who: Recipients): Preview | null {
	const [preview, set] = useState<Preview | null>(null);
	const turn = useRef(0);
	const { list_id, to } = who;
	useEffect(() => {
		const mine = ++turn.current;
		if (text.trim() === "") {
			set(null);
			return;
		}
		const ask = (about: Recipients) =>
			post<Preview>("/messages/preview", { text, ...about }).then(
				(p) => mine === turn.current && set(p),
				() => undefined, // the box is away: the last figures stay until it is back
			);
		const timers = [window.setTimeout(() => ask(to ? { to } : {}), 150)];
		if (list_id) timers.push(window.setTimeout(() => ask({ list_id, class: who.class }), 700));
		return () => timers.forEach((timer) => window.clearTimeout(timer));
	}, [text, list_id, to, who.class]);
	return preview;
}

function escapeRegExp(s: string): string {
	return s.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** The text again, behind the textarea, with the costly characters underlined. */
function Marks({ text, preview }: { text: string; preview: Preview | null }) {
	const costly = (preview?.because ?? []).map((b) => b.char);
	if (costly.length === 0) return <>{text}</>;
	const pieces = text.split(new RegExp(`(${costly.map(escapeRegExp).join("|")})`, "u"));
	return (
		<>
			{pieces.map((piece, i) => (costly.includes(piece) ? <mark key={i}>{piece}</mark> : piece))}
		</>
	);
}

export function previewLine(p: Preview): string {
	return t("preview.line", {
		parts: p.parts,
		encoding: p.national
			? t("encoding.national")
			: p.encoding === "gsm7"
				? t("encoding.gsm7")
				: t("encoding.ucs2"),
		left: number(p.units_left),
	});
}

/** What a warning is about, shown behind its sentence. */
function warned(w: TextWarning, preview: Preview): string {
	return w.name ? `{{${w.name}}}` : preview.filled.slice(w.offset, w.offset + w.length);
}

function warning(w: TextWarning): string | null {
	const key = `warning.${w.code}${w.code === "long_names" && w.recipients > 0 ? "_list" : ""}`;
	return isKey(key) ? t(key, { n: w.recipients, parts: w.parts }) : null;
}

function Warnings({ preview }: { preview: Preview }) {
	const seen = new Set<string>();
	return (
		<>
			{preview.warnings.map((w) => {
				const about = warned(w, preview);
				const said = warning(w);
				// A name that no contact knows is among the errors, with the one that is near.
				const isError = w.code === "never_filled" && w.recipients === 0;
				if (!said || isError || seen.has(w.code + about)) return null;
				seen.add(w.code + about);
				return (
					<p key={w.code + about} class="small row" style="color:var(--warn)">
						<Icon name="warn" size={16} />
						<span>
							{said} <bdi>{about}</bdi>
						</span>
					</p>
				);
			})}
		</>
	);
}

/** What would save parts, and what it changes; placeholders stay as they are. */
function CheaperTexts(props: { preview: Preview; onUse: (text: string) => void }) {
	const p = props.preview;
	if (p.cheaper.length === 0) return null;
	return (
		<ul class="stack-s">
			{p.cheaper.map((c) => (
				<li key={c.kinds.join()} class="cheaper">
					<span class="small">
						{p.list
							? t("cheaper.saves_list", { saved: c.list_saved })
							: t("cheaper.saves", { saved: c.parts_saved, parts: c.parts })}{" "}
						{c.kinds
							.map((kind) => `cheaper.kind.${kind}`)
							.filter(isKey)
							.map((key) => t(key))
							.join(" · ")}
					</span>
					<span dir="auto" class="quote small">
						{c.text}
					</span>
					<button type="button" class="btn small" onClick={() => props.onUse(c.text)}>
						{t("cheaper.use")}
					</button>
				</li>
			))}
		</ul>
	);
}

export function TextEditor(props: {
	id: string;
	text: string;
	onText: (text: string) => void;
	preview: Preview | null;
	placeholders?: string[];
}) {
	const area = useRef<HTMLTextAreaElement>(null);
	const insert = (name: string) => {
		const el = area.current;
		const at = el?.selectionStart ?? props.text.length;
		const end = el?.selectionEnd ?? at;
		props.onText(`${props.text.slice(0, at)}{{${name}}}${props.text.slice(end)}`);
		el?.focus();
	};
	const p = props.preview;
	return (
		<div class="stack-s">
			{props.placeholders && (
				<div class="row" role="group" aria-label={t("compose.placeholders")}>
					{props.placeholders.map((name) => {
						const key = `field.${name}`;
						return (
							<button
								key={name}
								type="button"
								class="btn small"
								onClick={() => insert(name)}
								dir="auto"
							>
								+ {isKey(key) ? t(key) : name}
							</button>
						);
					})}
				</div>
			)}
			<div class="editor">
				<div class="editor-marks input" dir="auto" aria-hidden="true">
					<Marks text={props.text} preview={p} />{" "}
				</div>
				<textarea
					ref={area}
					id={props.id}
					class="input"
					dir="auto"
					rows={5}
					value={props.text}
					onInput={(e) => props.onText(e.currentTarget.value)}
				/>
			</div>
			<div class="row spread small muted" aria-live="polite">
				<span>{p ? previewLine(p) : t("preview.none")}</span>
			</div>
			{p && p.encoding === "ucs2" && p.because.length > 0 && (
				<p class="small muted">
					{t("preview.because", { n: p.because.length })}{" "}
					<bdi>{p.because.slice(0, 12).map((b) => b.char).join(" ")}</bdi>
				</p>
			)}
			{p && <Reach preview={p} />}
			{p && <Warnings preview={p} />}
			{p && <CheaperTexts preview={p} onUse={props.onText} />}
			{p?.errors.map((e) => {
				const key = `problem.${e.code}`;
				return (
					<p key={e.code + e.detail} class="small" role="alert" style="color:var(--bad)">
						{isKey(key) && !e.code.includes("placeholder") ? t(key) : e.detail}
					</p>
				);
			})}
		</div>
	);
}

export function PhonePreview(props: { name: string; text: string }) {
	return (
		<div class="phone">
			<p class="small muted" dir="auto" style="text-align:center">
				{props.name}
			</p>
			<p class="phone-text" dir="auto">
				{props.text || " "}
			</p>
		</div>
	);
}
