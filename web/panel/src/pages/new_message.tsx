// One message to one number, from anywhere.
import { useState } from "preact/hooks";
import { Act, ErrorNotice, Field } from "../components/bits";
import { SelectField } from "../components/form";
import { Dialog } from "../components/dialog";
import { TextEditor, usePreview } from "../components/text_editor";
import { post } from "../lib/api";
import { type Key, t } from "../lib/i18n";
import { go } from "../lib/router";
import type { Message, MessageClass } from "../lib/types";

const classes: MessageClass[] = ["transactional", "alert", "promotional"];

export function NewMessage({ onClose }: { onClose: () => void }) {
	const [to, setTo] = useState("");
	const [text, setText] = useState("");
	const [cls, setClass] = useState<MessageClass>("transactional");
	const [reference, setReference] = useState("");
	const [error, setError] = useState<Error | null>(null);
	const preview = usePreview(text, { to: to.trim() });
	const needsReference = cls === "transactional";
	return (
		<Dialog
			title={t("nav.new_message")}
			onClose={onClose}
			footer={
				<Act
					kind="primary"
					onError={setError}
					disabled={
						to.trim() === "" || text.trim() === "" || (needsReference && reference.trim() === "")
					}
					run={async () => {
						const m = await post<Message>("/messages", {
							to: to.trim(),
							text,
							class: cls,
							...(needsReference ? { reference: reference.trim() } : {}),
						});
						onClose();
						go(`/messages/${m.id}`);
					}}
				>
					{t("send")}
				</Act>
			}
		>
			<Field label={t("message.to")} id="new-to" hint={t("new.to_hint")}>
				<input
					id="new-to"
					class="input"
					type="tel"
					dir="ltr"
					autocomplete="off"
					value={to}
					onInput={(e) => setTo(e.currentTarget.value)}
				/>
			</Field>
			<Field label={t("message.text")} id="new-text">
				<TextEditor id="new-text" text={text} onText={setText} preview={preview} />
			</Field>
			<SelectField
				id="new-class"
				label={t("message.class")}
				hint={t(`class.${cls}.hint` as Key)}
				value={cls}
				among={classes}
				name={(c) => t(`class.${c}` as Key)}
				onValue={setClass}
			/>
			{needsReference && (
				<Field label={t("new.reference")} id="new-reference" hint={t("new.reference_hint")}>
					<input
						id="new-reference"
						class="input"
						dir="auto"
						value={reference}
						onInput={(e) => setReference(e.currentTarget.value)}
					/>
				</Field>
			)}
			<ErrorNotice error={error} />
		</Dialog>
	);
}
