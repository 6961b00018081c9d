// Fields that more than one form has: numbers where nothing means "no limit", money, times of
// day, weekdays, countries.
import { useState } from "preact/hooks";
import { dayName, weekdays } from "../lib/format";
import { t } from "../lib/i18n";
import type { Day } from "../lib/types";
import { countries as known, countryName } from "../lib/countries";
import { Field } from "./bits";
import { Icon } from "./icons";

/** 0 is shown as an empty field: no limit. */
export function NumberField(props: {
	id: string;
	label: string;
	value: number;
	onValue: (n: number) => void;
	hint?: string;
	step?: string;
	max?: number;
}) {
	return (
		<Field label={props.label} hint={props.hint} id={props.id}>
			<input
				id={props.id}
				class="input num"
				type="number"
				dir="ltr"
				min="0"
				max={props.max}
				step={props.step ?? "1"}
				placeholder="–"
				value={props.value === 0 ? "" : props.value}
				onInput={(e) => props.onValue(Math.max(0, e.currentTarget.valueAsNumber || 0))}
			/>
		</Field>
	);
}

export function ClockInput(props: {
	id: string;
	value: string;
	label: string;
	onValue: (s: string) => void;
}) {
	return (
		<input
			id={props.id}
			class="input clock num"
			type="time"
			dir="ltr"
			aria-label={props.label}
			value={props.value === "24:00" ? "00:00" : props.value}
			onInput={(e) => e.currentTarget.value && props.onValue(e.currentTarget.value)}
		/>
	);
}

/** Weekdays in the order of the locale's week. */
export function Days(props: { days: Day[]; onDays: (days: Day[]) => void; label: string }) {
	const toggle = (day: Day) =>
		props.onDays(
			props.days.includes(day) ? props.days.filter((d) => d !== day) : [...props.days, day],
		);
	return (
		<div class="row days" role="group" aria-label={props.label}>
			{weekdays().map((day) => (
				<button
					key={day}
					type="button"
					class="btn small"
					aria-pressed={props.days.includes(day)}
					onClick={() => toggle(day)}
				>
					{dayName(day)}
				</button>
			))}
		</div>
	);
}

export function Check(props: {
	checked: boolean;
	onChange: (on: boolean) => void;
	label: string;
	hint?: string;
}) {
	return (
		<label class="check">
			<input
				type="checkbox"
				checked={props.checked}
				onChange={(e) => props.onChange(e.currentTarget.checked)}
			/>
			<span>
				{props.label}
				{props.hint && <span class="hint small muted">{props.hint}</span>}
			</span>
		</label>
	);
}

/** None chosen: all of them. Any country by its two letters; the usual ones by name. */
export function Countries(props: {
	id: string;
	label: string;
	hint: string;
	value: string[];
	onValue: (codes: string[]) => void;
}) {
	const [typed, setTyped] = useState("");
	const add = (code: string) => {
		const next = code.trim().toUpperCase();
		if (/^[A-Z]{2}$/.test(next) && !props.value.includes(next)) props.onValue([...props.value, next]);
		setTyped("");
	};
	return (
		<Field label={props.label} hint={props.hint} id={props.id}>
			<div class="row">
				{props.value.map((code) => (
					<button
						key={code}
						type="button"
						class="btn small"
						aria-label={t("form.remove", { what: countryName(code) })}
						onClick={() => props.onValue(props.value.filter((c) => c !== code))}
					>
						{countryName(code)} <Icon name="close" size={14} />
					</button>
				))}
				<input
					id={props.id}
					class="input short"
					list={`${props.id}-known`}
					maxLength={2}
					placeholder="GR"
					dir="ltr"
					value={typed}
					onInput={(e) => {
						setTyped(e.currentTarget.value);
						if (e.currentTarget.value.length === 2) add(e.currentTarget.value);
					}}
				/>
				<datalist id={`${props.id}-known`}>
					{known.map((code) => (
						<option key={code} value={code}>
							{countryName(code)}
						</option>
					))}
				</datalist>
			</div>
		</Field>
	);
}

/** One line of text. */
export function TextField(props: {
	id: string;
	label: string;
	value: string;
	onValue: (s: string) => void;
	hint?: string;
	ltr?: boolean;
	max?: number;
}) {
	return (
		<Field label={props.label} hint={props.hint} id={props.id}>
			<input
				id={props.id}
				class="input"
				dir={props.ltr ? "ltr" : "auto"}
				maxLength={props.max}
				value={props.value}
				onInput={(e) => props.onValue(e.currentTarget.value)}
			/>
		</Field>
	);
}

/** One of a few. */
export function SelectField<T extends string>(props: {
	id: string;
	label: string;
	value: T;
	among: readonly T[];
	name: (value: T) => string;
	onValue: (value: T) => void;
	hint?: string;
}) {
	return (
		<Field label={props.label} hint={props.hint} id={props.id}>
			<select
				id={props.id}
				class="input"
				value={props.value}
				onChange={(e) => props.onValue(e.currentTarget.value as T)}
			>
				{props.among.map((value) => (
					<option key={value} value={value}>
						{props.name(value)}
					</option>
				))}
			</select>
		</Field>
	);
}
