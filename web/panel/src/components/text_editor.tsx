// A text with placeholders as chips to insert, what makes it dear underlined, and the parts
// it takes, live.
import { useEffect, useRef, useState } from "preact/hooks";
import { post } from "../lib/api";
import { number } from "../lib/format";
import { isKey, t } from "../lib/i18n";
import { Icon } from "./icons";
import type { Preview } from "../lib/types";

/** Asks the box for a preview whenever the text rests for a moment. */
export function usePreview(text: string, listId?: number): Preview | null {
	const [preview, set] = useState<Preview | null>(null);
	const turn = useRef(0);
	useEffect(() => {
		const mine = ++turn.current;
		if (text.trim() === "") {
			set(null);
			return;
		}
		const timer = window.setTimeout(() => {
			post<Preview>("/messages/preview", { text, ...(listId ? { list_id: listId } : {}) }).then(
				(p) => mine === turn.current && set(p),
				() => undefined, // the box is away: the last figures stay until it is back
			);
		}, 150);
		return () => window.clearTimeout(timer);
	}, [text, listId]);
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
		encoding: p.encoding === "gsm7" ? t("encoding.gsm7") : t("encoding.ucs2"),
		left: number(p.units_left),
	});
}

function Warnings({ preview }: { preview: Preview }) {
	const seen = new Set<string>();
	return (
		<>
			{preview.warnings.map((w) => {
				const key = `warning.${w.code}`;
				const word = preview.filled.slice(w.offset, w.offset + w.length);
				if (!isKey(key) || seen.has(w.code + word)) return null;
				seen.add(w.code + word);
				return (
					<p key={w.code + word} class="small row" style="color:var(--warn)">
						<Icon name="warn" size={16} />
						<span>
							{t(key)} <bdi>{word}</bdi>
						</span>
					</p>
				);
			})}
		</>
	);
}

/** What would save parts, and what it changes. With placeholders the names come in later,
 * as they are, so such a text is only shown, to be followed by hand. */
function CheaperTexts(props: { preview: Preview; onUse: (text: string) => void }) {
	const p = props.preview;
	if (p.cheaper.length === 0) return null;
	return (
		<ul class="stack-s">
			{p.cheaper.map((c) => (
				<li key={c.how} class="cheaper">
					<span class="small">
						{t("cheaper.saves", { saved: c.parts_saved, parts: c.parts })}{" "}
						{c.kinds
							.map((kind) => `cheaper.kind.${kind}`)
							.filter(isKey)
							.map((key) => t(key))
							.join(" · ")}
					</span>
					<span dir="auto" class="quote small">
						{c.text}
					</span>
					{p.placeholders.length === 0 && (
						<button type="button" class="btn small" onClick={() => props.onUse(c.text)}>
							{t("cheaper.use")}
						</button>
					)}
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
