// A bay's signal over the last week: in a sentence, drawn, and as a table by days.
import { BandChart } from "./chart";
import { dayMonth, when } from "../lib/format";
import { t } from "../lib/i18n";
import { byDay, course, dbm, type Level, levelOf, levels } from "../lib/signal";
import type { SignalHour } from "../lib/types";

const colors: Record<Level, string> = { good: "", weak: "--warn-soft", bad: "--bad-soft" };
const order: Level[] = ["good", "weak", "bad"];

function Strength({ value }: { value: number }) {
	return (
		<>
			{t(`signal.${levelOf(value)}`)} <bdi class="muted num">{dbm(value)}</bdi>
		</>
	);
}

function ByDay({ hours }: { hours: SignalHour[] }) {
	return (
		<details class="small">
			<summary>{t("signal.table")}</summary>
			<div class="table-wrap">
				<table class="table">
					<thead>
						<tr>
							<th scope="col">{t("signal.day")}</th>
							<th scope="col">{t("signal.worst")}</th>
							<th scope="col">{t("signal.mean")}</th>
							<th scope="col">{t("signal.best")}</th>
						</tr>
					</thead>
					<tbody>
						{byDay(hours).map((d) => (
							<tr key={d.at.getTime()}>
								<th scope="row">{dayMonth(d.at)}</th>
								{[d.worst, d.mean, d.best].map((value) => (
									<td>
										<Strength value={value} />
									</td>
								))}
							</tr>
						))}
					</tbody>
				</table>
			</div>
		</details>
	);
}

function inWords(hours: SignalHour[]): string {
	const worst = hours.reduce((a, b) => (b.min_dbm < a.min_dbm ? b : a));
	return t("signal.hours", {
		good: hours.filter((h) => levelOf(h.mean_dbm) === "good").length,
		n: hours.length,
		dbm: dbm(worst.min_dbm),
		at: when(worst.at),
	});
}

/** Of two measured hours or more. */
export function SignalWeek({ hours, now }: { hours: SignalHour[]; now: number }) {
	const isGood = hours.filter((h) => levelOf(h.mean_dbm) === "good").length >= 0.9 * hours.length;
	const words = inWords(hours);
	return (
		<>
			<p>
				<bdi>{words}</bdi>
			</p>
			{!isGood && <p>{t("bay.todo.no_network")}</p>}
			<BandChart
				{...course(hours, now)}
				label={words}
				bands={order.map((l) => ({ ...levels[l], label: t(`signal.${l}`), color: colors[l] }))}
			/>
			<p class="small muted">
				<bdi>{t("signal.hint", { good: dbm(levels.good.from), bad: dbm(levels.bad.to) })}</bdi>
			</p>
			<ByDay hours={hours} />
		</>
	);
}
