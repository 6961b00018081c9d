// Numbers, times and spans as people of the chosen language read them. What is copied
// (phone numbers, ids, codes) keeps Latin digits and is never passed through here.
import { locale, t } from "./i18n";
import type { Day } from "./types";

export function number(n: number, digits = 0): string {
	return new Intl.NumberFormat(locale().intl, { maximumFractionDigits: digits }).format(n);
}

export function percent(part: number, whole: number): string {
	const value = whole > 0 ? part / whole : 0;
	return new Intl.NumberFormat(locale().intl, {
		style: "percent",
		maximumFractionDigits: value > 0 && value < 0.1 ? 1 : 0,
	}).format(value);
}

/** To a tenth, and never more than it was: 100 % is all of it. */
export function share(part: number, whole: number): string {
	const tenths = whole > 0 ? Math.floor((1000 * part) / whole) : 0;
	return new Intl.NumberFormat(locale().intl, { style: "percent", maximumFractionDigits: 1 }).format(tenths / 1000);
}

/** "A, B": names side by side. */
export function listed(names: string[]): string {
	return new Intl.ListFormat(locale().intl, { type: "unit", style: "short" }).format(names);
}

export function time(iso: string | number | Date): string {
	return new Intl.DateTimeFormat(locale().intl, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(
		new Date(iso),
	);
}

export function date(iso: string | number | Date): string {
	return new Intl.DateTimeFormat(locale().intl, { dateStyle: "medium" }).format(new Date(iso));
}

/** "22 Nov", for an axis. */
export function dayMonth(at: number | Date): string {
	return new Intl.DateTimeFormat(locale().intl, { day: "numeric", month: "short" }).format(new Date(at));
}

function sameDay(a: Date, b: Date): boolean {
	return a.toDateString() === b.toDateString();
}

/** A clock time today, a date and time otherwise. */
export function when(iso: string | null, now = new Date()): string {
	if (!iso) return "";
	const d = new Date(iso);
	if (sameDay(d, now)) return time(d);
	return new Intl.DateTimeFormat(locale().intl, {
		day: "numeric",
		month: "short",
		...(d.getFullYear() === now.getFullYear() ? {} : { year: "numeric" }),
		hour: "2-digit",
		minute: "2-digit",
		hourCycle: "h23",
	}).format(d);
}

/** "about 24 min", "2 h 10 min": never more precise than an estimate can be. */
export function span(seconds: number): string {
	const s = Math.max(0, Math.round(seconds));
	if (s < 90) return t("span.seconds", { n: s });
	const min = Math.round(s / 60);
	if (min < 90) return t("span.minutes", { n: min });
	const h = Math.floor(min / 60);
	const rest = Math.round((min % 60) / 5) * 5;
	if (h < 48) return t("span.hours", { h: rest === 60 ? h + 1 : h, n: rest === 60 ? 0 : rest });
	return t("span.days", { n: Math.round(h / 24) });
}

export function bytes(n: number): string {
	const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
	let i = 0;
	while (n >= 1000 && i < units.length - 1) {
		n /= 1000;
		i++;
	}
	return new Intl.NumberFormat(locale().intl, {
		style: "unit",
		unit: units[i],
		unitDisplay: "short",
		maximumFractionDigits: n < 10 && i > 0 ? 1 : 0,
	}).format(n);
}

/** +30 698 245 9151: groups for reading; Latin digits always. */
export function phone(msisdn: string): string {
	const m = /^\+(\d{1,3}?)(\d{9,10})$/.exec(msisdn);
	if (!m) return msisdn;
	const rest = m[2];
	return `+${m[1]} ${rest.slice(0, 3)} ${rest.slice(3, 6)} ${rest.slice(6)}`;
}

/** An amount of money; without a currency as a plain number. */
export function money(amount: number, currency: string): string {
	const digits = amount !== 0 && Math.abs(amount) < 1 ? 4 : 2;
	if (!/^[A-Z]{3}$/.test(currency)) return number(amount, digits);
	return new Intl.NumberFormat(locale().intl, {
		style: "currency",
		currency,
		minimumFractionDigits: 2,
		maximumFractionDigits: digits,
	}).format(amount);
}

const days: Day[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** The week begins on Saturday in Persian, on Monday elsewhere here. */
export function weekdays(): Day[] {
	const first = locale().tag === "fa" ? 5 : 0;
	return [...days.slice(first), ...days.slice(0, first)];
}

/** "Mon": 2024-01-01 was one. */
export function dayName(day: Day, width: "short" | "long" = "short"): string {
	const date = new Date(Date.UTC(2024, 0, 1 + days.indexOf(day)));
	return new Intl.DateTimeFormat(locale().intl, { weekday: width, timeZone: "UTC" }).format(date);
}

/** "Mon, Wed and Fri" */
export function listOf(words: string[]): string {
	return new Intl.ListFormat(locale().intl, { type: "conjunction" }).format(words);
}

/** "09:00" in the digits of the language. */
export function clock(hhmm: string): string {
	const [h, m] = hhmm.split(":").map(Number);
	const two = new Intl.NumberFormat(locale().intl, { minimumIntegerDigits: 2 });
	return `${two.format(h)}:${two.format(m)}`;
}

/** Between <input type="datetime-local"> and the API: local wall time and UTC. */
export function toLocalInput(iso: string | null): string {
	if (!iso) return "";
	const d = new Date(iso);
	return new Date(d.getTime() - d.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
export function fromLocalInput(value: string): string | null {
	return value ? new Date(value).toISOString() : null;
}
