// Every message, by state, number or campaign.
import { useEffect, useRef, useState } from "preact/hooks";
import { Empty, Phone, StateChip, Time, UserText } from "../components/bits";
import { PagedRows } from "../components/rows";
import { query } from "../lib/api";
import { type Key, t } from "../lib/i18n";
import { useEvent } from "../lib/live";
import { usePaged, useThrottled } from "../lib/use";
import type { Message, MessageState } from "../lib/types";
import type { PageProps } from "../shell";

const states: MessageState[] = [
	"queued",
	"sending",
	"sent",
	"delivered",
	"undelivered",
	"failed",
	"unknown",
	"expired",
	"cancelled",
	"held",
];

export function MessagesPage({ place }: PageProps) {
	const [state, setState] = useState(place.params.get("state") ?? "");
	const [to, setTo] = useState("");
	const campaign = place.params.get("campaign");
	const box = useRef<HTMLInputElement>(null);
	const page = usePaged<Message>(query("/messages", { state, to: to.trim(), campaign }));
	useEvent("message", useThrottled(page.reload, 2000));
	useEffect(() => {
		if (place.params.get("focus")) box.current?.focus();
	}, []);
	return (
		<div class="page">
			<div class="page-head">
				<h1>{t("nav.messages")}</h1>
			</div>
			<div class="row">
				<input
					ref={box}
					class="input grow"
					type="search"
					dir="ltr"
					inputMode="tel"
					aria-label={t("messages.search")}
					placeholder={t("messages.search")}
					value={to}
					onInput={(e) => setTo(e.currentTarget.value)}
				/>
				<select
					class="input"
					style="inline-size:auto"
					aria-label={t("messages.state")}
					value={state}
					onChange={(e) => setState(e.currentTarget.value)}
				>
					<option value="">{t("messages.all")}</option>
					{states.map((s) => (
						<option key={s} value={s}>
							{t(`state.${s}` as Key)}
						</option>
					))}
				</select>
			</div>
			<section class="card">
				<PagedRows
					page={page}
					href={(m) => `/messages/${m.id}`}
					columns={[
						{
							head: t("message.to"),
							cell: (m) =>
								m.contact_name ? <span dir="auto">{m.contact_name}</span> : <Phone value={m.to} />,
						},
						{ head: t("message.text"), class: "wide", cell: (m) => <UserText text={m.text} clip /> },
						{ head: t("message.state"), cell: (m) => <StateChip state={m.state} /> },
						{ head: t("message.time"), class: "nowrap", cell: (m) => <Time at={m.updated_at} /> },
					]}
					empty={<Empty title={t("messages.empty")} text={t("messages.empty_text")} />}
				/>
			</section>
		</div>
	);
}
