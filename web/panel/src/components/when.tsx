// When a campaign goes out: begin, end, times of day, weekdays, pace; and what it may cost.
import { useState } from "preact/hooks";
import { clock, dayName, fromLocalInput, listOf, toLocalInput, weekdays } from "../lib/format";
import { t } from "../lib/i18n";
import type { Campaign, Window } from "../lib/types";
import { Field } from "./bits";
import { Check, ClockInput, Days, NumberField } from "./form";

export type When = Pick<
	Campaign,
	"start_at" | "end_at" | "window" | "spread" | "pace_per_minute" | "per_day" | "budget"
>;

export const anyTime: When = {
	start_at: null,
	end_at: null,
	window: null,
	spread: false,
	pace_per_minute: 0,
	per_day: 0,
	budget: 0,
};

/** The members of a campaign that are about when, alone. */
export function whenOf(c: When): When {
	const { start_at, end_at, window, spread, pace_per_minute, per_day, budget } = c;
	return { start_at, end_at, window, spread, pace_per_minute, per_day, budget };
}

function Moment(props: {
	id: string;
	label: string;
	hint?: string;
	value: string | null;
	onValue: (iso: string | null) => void;
}) {
	return (
		<Field label={props.label} hint={props.hint} id={props.id}>
			<input
				id={props.id}
				class="input"
				type="datetime-local"
				dir="ltr"
				value={toLocalInput(props.value)}
				onInput={(e) => props.onValue(fromLocalInput(e.currentTarget.value))}
			/>
		</Field>
	);
}

export function WhenFields(props: { when: When; onWhen: (part: Partial<When>) => void }) {
	const { when, onWhen } = props;
	const day: Window = { from: "09:00", to: "21:00", days: weekdays() };
	const w = when.window;
	const set = (part: Partial<Window>) => onWhen({ window: { ...(w ?? day), ...part } });
	const isSet = JSON.stringify(whenOf(when)) !== JSON.stringify(anyTime);
	const [isOpen] = useState(isSet); // from then on as the user wants it
	return (
		<details class="when" open={isOpen}>
			<summary>
				<strong>{t("when.title")}</strong>{" "}
				{!isSet && <span class="muted small">{t("when.now")}</span>}
			</summary>
			<div class="fields">
				<Moment
					id="when-start"
					label={t("when.start")}
					hint={t("when.start_hint")}
					value={when.start_at}
					onValue={(start_at) => onWhen({ start_at })}
				/>
				<Moment
					id="when-end"
					label={t("when.end")}
					hint={t("when.end_hint")}
					value={when.end_at}
					onValue={(end_at) => onWhen({ end_at, ...(end_at ? {} : { spread: false }) })}
				/>
				<div class="wide stack-s">
					<Check
						label={t("when.window")}
						hint={t("when.window_hint")}
						checked={w !== null}
						onChange={(on) => onWhen({ window: on ? day : null })}
					/>
					{w && (
						<>
							<div class="row">
								<ClockInput id="when-from" label={t("window.from")} value={w.from} onValue={(from) => set({ from })} />
								–
								<ClockInput id="when-to" label={t("window.to")} value={w.to} onValue={(to) => set({ to })} />
							</div>
							<Days label={t("window.days")} days={w.days} onDays={(days) => days.length > 0 && set({ days })} />
						</>
					)}
					{when.end_at && (
						<Check
							label={t("when.spread")}
							hint={t("when.spread_hint")}
							checked={when.spread}
							onChange={(spread) => onWhen({ spread })}
						/>
					)}
				</div>
				<NumberField
					id="when-pace"
					label={t("when.pace")}
					value={when.pace_per_minute}
					onValue={(n) => onWhen({ pace_per_minute: Math.round(n) })}
				/>
				<NumberField
					id="when-day"
					label={t("when.per_day")}
					value={when.per_day}
					onValue={(n) => onWhen({ per_day: Math.round(n) })}
				/>
				<NumberField
					id="when-budget"
					step="any"
					label={t("when.budget")}
					hint={t("when.budget_hint")}
					value={when.budget}
					onValue={(budget) => onWhen({ budget })}
				/>
			</div>
		</details>
	);
}

/** "09:00–21:00, Mon and Tue" */
export function windowWords(w: Window): string {
	const from = clock(w.from);
	const to = clock(w.to);
	if (w.days.length === 7) return t("window.daily", { from, to });
	const days = listOf(
		weekdays()
			.filter((d) => w.days.includes(d))
			.map((d) => dayName(d)),
	);
	return t("window.on", { from, to, days });
}
