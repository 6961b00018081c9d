// Before the panel: the first set-up and the login.
import { useState } from "preact/hooks";
import { ErrorNotice, Field } from "../components/bits";
import { Check, SelectField } from "../components/form";
import { call, post } from "../lib/api";
import { countries, countryName } from "../lib/countries";
import { clock } from "../lib/format";
import { locale, locales, setLocale, t } from "../lib/i18n";
import type { Session } from "../lib/types";

export function LanguageSelect({ onChange, id }: { onChange: () => void; id: string }) {
	return (
		<select
			id={id}
			class="input"
			value={locale().tag}
			onChange={(e) => void setLocale(e.currentTarget.value).then(onChange)}
		>
			{locales.map((l) => (
				<option key={l.tag} value={l.tag} lang={l.tag}>
					{l.name}
				</option>
			))}
		</select>
	);
}

function Brand() {
	return (
		<div class="brand" style="padding:0">
			<img src="/icon.svg" alt="" />
			Chapar
		</div>
	);
}

export function Setup(props: { token: string; onDone: (s: Session) => void; redraw: () => void }) {
	const [name, setName] = useState("");
	const [password, setPassword] = useState("");
	const [country, setCountry] = useState(countries[0]);
	const [error, setError] = useState<Error | null>(null);
	const [busy, setBusy] = useState(false);
	const [daytime, setDaytime] = useState(false);
	// The box is set up already when its hours are said: without them it works as well.
	const enter = async (s: Session) => {
		const hours = { from: "09:00", to: "21:00" };
		if (daytime) await call("PUT", "/send-windows/promotional", hours).catch(() => undefined);
		props.onDone(s);
	};
	const submit = async (e: Event) => {
		e.preventDefault();
		setBusy(true);
		setError(null);
		const body = { token: props.token, name, password, country, locale: locale().tag };
		await post<Session>("/setup", body).then(enter, setError);
		setBusy(false);
	};
	return (
		<main class="gate">
			<form class="card stack" onSubmit={(e) => void submit(e)}>
				<Brand />
				<div>
					<h1>{t("setup.title")}</h1>
					<p class="muted">{t("setup.text")}</p>
				</div>
				{!props.token && <p class="notice warn">{t("setup.no_token")}</p>}
				<Field label={t("language")} id="setup-language">
					<LanguageSelect id="setup-language" onChange={props.redraw} />
				</Field>
				<SelectField
					id="setup-country"
					label={t("country")}
					hint={t("setup.country_hint")}
					value={country}
					among={countries}
					name={countryName}
					onValue={setCountry}
				/>
				<Field label={t("user.name")} id="setup-name">
					<input
						id="setup-name"
						class="input"
						required
						autocomplete="username"
						value={name}
						onInput={(e) => setName(e.currentTarget.value)}
					/>
				</Field>
				<Field label={t("user.password")} hint={t("setup.password_hint")} id="setup-password">
					<input
						id="setup-password"
						class="input"
						type="password"
						required
						minLength={10}
						autocomplete="new-password"
						value={password}
						onInput={(e) => setPassword(e.currentTarget.value)}
					/>
				</Field>
				<Check
					label={t("setup.daytime", { from: clock("09:00"), to: clock("21:00") })}
					hint={t("setup.daytime_hint")}
					checked={daytime}
					onChange={setDaytime}
				/>
				<ErrorNotice error={error} />
				<button class="btn primary" disabled={busy || !props.token}>
					{t("setup.button")}
				</button>
			</form>
		</main>
	);
}

export function Login(props: { onDone: (s: Session) => void; redraw: () => void }) {
	const [name, setName] = useState("");
	const [password, setPassword] = useState("");
	const [error, setError] = useState<Error | null>(null);
	const [busy, setBusy] = useState(false);
	const submit = async (e: Event) => {
		e.preventDefault();
		setBusy(true);
		setError(null);
		await post<Session>("/session", { name, password }).then(props.onDone, setError);
		setBusy(false);
	};
	return (
		<main class="gate">
			<form class="card stack" onSubmit={(e) => void submit(e)}>
				<Brand />
				<h1>{t("login.title")}</h1>
				<Field label={t("user.name")} id="login-name">
					<input
						id="login-name"
						class="input"
						required
						autocomplete="username"
						value={name}
						onInput={(e) => setName(e.currentTarget.value)}
					/>
				</Field>
				<Field label={t("user.password")} id="login-password">
					<input
						id="login-password"
						class="input"
						type="password"
						required
						autocomplete="current-password"
						value={password}
						onInput={(e) => setPassword(e.currentTarget.value)}
					/>
				</Field>
				<ErrorNotice error={error} />
				<button class="btn primary" disabled={busy}>
					{t("login.button")}
				</button>
				<Field label={t("language")} id="login-language">
					<LanguageSelect id="login-language" onChange={props.redraw} />
				</Field>
			</form>
		</main>
	);
}
