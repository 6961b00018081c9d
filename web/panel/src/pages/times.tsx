// When messages may go out, the days that are off, and how often one person is written to.
import { useEffect, useState } from "preact/hooks";
import { Act, ErrorNotice, Field, Skeleton } from "../components/bits";
import { Check, ClockInput, Days, NumberField, SelectField, TextField } from "../components/form";
import { SettingsTabs } from "../components/tabs";
import { windowWords } from "../components/when";
import { call, del } from "../lib/api";
import { weekdays } from "../lib/format";
import { type Key, locale, t } from "../lib/i18n";
import { useGet } from "../lib/use";
import type { FrequencyCap, Holiday, MessageClass, SendWindow } from "../lib/types";
import type { PageProps } from "../shell";
import { countries, countryName } from "../lib/countries";

// Codes and alerts answer somebody who waits: they go at any time.
const classes: MessageClass[] = ["promotional", "transactional", "conversation"];
const put = (path: string, body: unknown) => call("PUT", path, body);

function WindowRow(props: {
	name: MessageClass;
	window: SendWindow | undefined;
	canEdit: boolean;
	onDone: () => void;
}) {
	const { name, window: saved } = props;
	const proposed: SendWindow = {
		class: name,
		from: "09:00",
		to: "21:00",
		days: weekdays(),
		on_holidays: false,
	};
	const [draft, setDraft] = useState<SendWindow | null>(saved ?? null);
	useEffect(() => setDraft(saved ?? null), [saved]);
	const change = (part: Partial<SendWindow>) => setDraft((d) => ({ ...(d ?? proposed), ...part }));
	const dirty = JSON.stringify(draft) !== JSON.stringify(saved ?? null);
	const label = t(`class.${name}` as Key);
	return (
		<div class="line form stack-s" role="group" aria-label={label}>
			<div class="row spread">
				<strong>{label}</strong>
				<span class="muted small">{draft ? windowWords(draft) : t("window.always")}</span>
			</div>
			{props.canEdit && (
				<>
					<Check
						label={t("window.limit")}
						checked={draft !== null}
						onChange={(on) => setDraft(on ? (saved ?? proposed) : null)}
					/>
					{draft && (
						<>
							<div class="row">
								<ClockInput id={`from-${name}`} label={t("window.from")} value={draft.from} onValue={(from) => change({ from })} />
								–
								<ClockInput id={`to-${name}`} label={t("window.to")} value={draft.to} onValue={(to) => change({ to })} />
							</div>
							<Days label={t("window.days")} days={draft.days} onDays={(days) => change({ days })} />
							<Check
								label={t("window.on_holidays")}
								checked={draft.on_holidays}
								onChange={(on_holidays) => change({ on_holidays })}
							/>
						</>
					)}
					{dirty && (
						<div class="row">
							<Act
								kind="primary small"
								disabled={draft !== null && draft.days.length === 0}
								run={async () => {
									if (draft) {
										const { class: _, ...body } = draft;
										await put(`/send-windows/${name}`, body);
									} else await del(`/send-windows/${name}`);
									props.onDone();
								}}
							>
								{t("save")}
							</Act>
						</div>
					)}
				</>
			)}
		</div>
	);
}

function Windows({ canEdit }: { canEdit: boolean }) {
	const { data, error, reload } = useGet<{ items: SendWindow[] }>("/send-windows");
	return (
		<section class="card">
			<header>
				<h2>{t("times.windows")}</h2>
			</header>
			<p class="card-body small muted">{t("times.windows_text")}</p>
			<ErrorNotice error={error} />
			{!data ? (
				!error && <Skeleton />
			) : (
				<div class="lines">
					{classes.map((name) => (
						<WindowRow
							key={name}
							name={name}
							window={data.items.find((w) => w.class === name)}
							canEdit={canEdit}
							onDone={reload}
						/>
					))}
				</div>
			)}
		</section>
	);
}

/** "2027-03-25" is that one day, "03-25" that day of every year. */
function HolidayDay({ day }: { day: string }) {
	const yearly = day.length === 5;
	const date = new Date(`${yearly ? `2024-${day}` : day}T12:00:00Z`);
	const text = new Intl.DateTimeFormat(locale().intl, {
		day: "numeric",
		month: "long",
		...(yearly ? {} : { year: "numeric" }),
		timeZone: "UTC",
		calendar: "gregory",
	}).format(date);
	return <>{yearly ? t("holiday.yearly", { day: text }) : text}</>;
}

function NewHoliday({ country, onDone }: { country: string; onDone: () => void }) {
	const [at, setAt] = useState(country || countries[0]);
	const [date, setDate] = useState("");
	const [name, setName] = useState("");
	const [yearly, setYearly] = useState(false);
	return (
		<div class="card-body row holiday-new">
			<SelectField
				id="holiday-country"
				label={t("country")}
				value={at}
				among={[...new Set([at, ...countries])]}
				name={countryName}
				onValue={setAt}
			/>
			<Field label={t("holiday.day")} id="holiday-day">
				<input id="holiday-day" class="input" type="date" value={date} onInput={(e) => setDate(e.currentTarget.value)} />
			</Field>
			<TextField id="holiday-name" label={t("holiday.name")} value={name} onValue={setName} max={80} />
			<Check label={t("holiday.every_year")} checked={yearly} onChange={setYearly} />
			<Act
				kind="primary"
				disabled={date === ""}
				run={async () => {
					await put(`/holidays/${at}/${yearly ? date.slice(5) : date}`, { name: name.trim() });
					setDate("");
					setName("");
					onDone();
				}}
			>
				{t("holiday.add")}
			</Act>
		</div>
	);
}

function Holidays({ canEdit, country }: { canEdit: boolean; country: string }) {
	const { data, error, reload } = useGet<{ items: Holiday[] }>("/holidays");
	return (
		<section class="card">
			<header>
				<h2>{t("times.holidays")}</h2>
			</header>
			<ErrorNotice error={error} />
			{!data ? (
				!error && <Skeleton />
			) : data.items.length === 0 ? (
				<p class="card-body muted">{t("holiday.none")}</p>
			) : (
				<ul class="lines">
					{data.items.map((h) => (
						<li key={h.country + h.day} class="line row spread">
							<span>
								<HolidayDay day={h.day} />
								{h.name && (
									<>
										{" "}
										<bdi>{h.name}</bdi>
									</>
								)}{" "}
								<span class="muted small">{countryName(h.country)}</span>
							</span>
							{canEdit && (
								<Act
									kind="quiet small"
									run={async () => {
										await del(`/holidays/${h.country}/${h.day}`);
										reload();
									}}
								>
									{t("delete")}
								</Act>
							)}
						</li>
					))}
				</ul>
			)}
			{canEdit && <NewHoliday country={country} onDone={reload} />}
		</section>
	);
}

function CapRow(props: {
	name: MessageClass;
	cap: FrequencyCap | undefined;
	canEdit: boolean;
	onDone: () => void;
}) {
	const { name, cap } = props;
	const [week, setWeek] = useState(cap?.days_7 ?? 0);
	const [month, setMonth] = useState(cap?.days_30 ?? 0);
	const dirty = week !== (cap?.days_7 ?? 0) || month !== (cap?.days_30 ?? 0);
	const label = t(`class.${name}` as Key);
	if (!props.canEdit) {
		return (
			<li class="line row spread">
				<strong>{label}</strong>
				<span>{cap ? t("cap.words", { week: cap.days_7, month: cap.days_30 }) : t("cap.none")}</span>
			</li>
		);
	}
	return (
		<li class="line form stack-s" role="group" aria-label={label}>
			<strong>{label}</strong>
			<div class="row cap">
				<NumberField id={`cap7-${name}`} label={t("cap.days_7")} value={week} onValue={setWeek} />
				<NumberField id={`cap30-${name}`} label={t("cap.days_30")} value={month} onValue={setMonth} />
				{dirty && (
					<Act
						kind="primary small"
						run={async () => {
							if (week || month) await put(`/frequency-caps/${name}`, { days_7: week, days_30: month });
							else await del(`/frequency-caps/${name}`);
							props.onDone();
						}}
					>
						{t("save")}
					</Act>
				)}
			</div>
		</li>
	);
}

function Caps({ canEdit }: { canEdit: boolean }) {
	const { data, error, reload } = useGet<{ items: FrequencyCap[] }>("/frequency-caps");
	return (
		<section class="card">
			<header>
				<h2>{t("times.caps")}</h2>
			</header>
			<p class="card-body small muted">{t("times.caps_text")}</p>
			<ErrorNotice error={error} />
			{!data ? (
				!error && <Skeleton />
			) : (
				<ul class="lines">
					{classes.map((name) => (
						<CapRow
							key={name}
							name={name}
							cap={data.items.find((c) => c.class === name)}
							canEdit={canEdit}
							onDone={reload}
						/>
					))}
				</ul>
			)}
		</section>
	);
}

export function TimesPage({ session }: PageProps) {
	const admin = session.user?.role === "admin";
	return (
		<div class="page">
			<div class="page-head">
				<h1>{t("times.title")}</h1>
			</div>
			<SettingsTabs at="/settings/times" />
			<Windows canEdit={admin} />
			<Holidays canEdit={admin} country={session.box.country} />
			<Caps canEdit={admin} />
		</div>
	);
}
