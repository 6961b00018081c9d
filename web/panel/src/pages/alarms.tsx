// Who gets the alarms of the board's inputs, and whose texts switch its outputs.
import { useEffect, useState } from "preact/hooks";
import { Act, ErrorNotice, Field, Notice, Skeleton } from "../components/bits";
import { patch } from "../lib/api";
import { listOf } from "../lib/format";
import { t } from "../lib/i18n";
import type { BoxAlarms, BoxSettings } from "../lib/types";
import { useGet } from "../lib/use";

function Numbers(props: {
	id: string;
	label: string;
	hint: string;
	value: string;
	onValue: (text: string) => void;
}) {
	return (
		<Field label={props.label} hint={props.hint} id={props.id}>
			<textarea
				id={props.id}
				class="input"
				dir="ltr"
				rows={3}
				inputMode="tel"
				placeholder="+306940000001"
				value={props.value}
				onInput={(e) => props.onValue(e.currentTarget.value)}
			/>
		</Field>
	);
}

const lines = (text: string) =>
	text
		.split(/[\n,;]/)
		.map((s) => s.trim())
		.filter((s) => s !== "");

function Form({ alarms, onSaved }: { alarms: BoxAlarms; onSaved: (s: BoxSettings) => void }) {
	const [to, setTo] = useState("");
	const [from, setFrom] = useState("");
	const [saved, setSaved] = useState(false);
	useEffect(() => {
		setTo(alarms.alarm_to.join("\n"));
		setFrom(alarms.switch_from.join("\n"));
	}, [alarms]);
	const edit = (set: (text: string) => void) => (text: string) => {
		setSaved(false);
		set(text);
	};
	return (
		<form class="stack" onSubmit={(e) => e.preventDefault()}>
			{alarms.inputs.length > 0 && (
				<Numbers
					id="alarm-to"
					label={t("alarms.to")}
					hint={t("alarms.to_hint", { inputs: listOf(alarms.inputs) })}
					value={to}
					onValue={edit(setTo)}
				/>
			)}
			{alarms.outputs.length > 0 && (
				<Numbers
					id="switch-from"
					label={t("alarms.from")}
					hint={t("alarms.from_hint", { outputs: listOf(alarms.outputs) })}
					value={from}
					onValue={edit(setFrom)}
				/>
			)}
			<div class="row">
				<Act
					kind="primary"
					run={async () => {
						const body = { alarms: { alarm_to: lines(to), switch_from: lines(from) } };
						onSaved(await patch<BoxSettings>("/settings", body));
						setSaved(true);
					}}
				>
					{t("save")}
				</Act>
			</div>
			{saved && <Notice tone="good">{t("saved")}</Notice>}
		</form>
	);
}

export function Alarms() {
	const { data, error, set } = useGet<BoxSettings>("/settings");
	const alarms = data?.alarms;
	const hasLines = alarms && alarms.inputs.length + alarms.outputs.length > 0;
	return (
		<section class="card card-body stack">
			<h2>{t("alarms.title")}</h2>
			<ErrorNotice error={error} />
			{!alarms && !error && <Skeleton />}
			{alarms && !hasLines && <p class="muted">{t("alarms.none")}</p>}
			{alarms && hasLines && <Form alarms={alarms} onSaved={set} />}
		</section>
	);
}
