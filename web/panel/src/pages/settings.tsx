// People, keys, language and look, about this box.
import { useState } from "preact/hooks";
import { Act, Empty, ErrorNotice, Field, Notice, Skeleton, Time } from "../components/bits";
import { SelectField } from "../components/form";
import { Dialog } from "../components/dialog";
import { SettingsTabs } from "../components/tabs";
import { del, patch, post } from "../lib/api";
import { locale, type Key, t } from "../lib/i18n";
import { chooseTheme, chosenTheme, type Theme } from "../lib/theme";
import { useGet } from "../lib/use";
import type { ApiKey, Page, Role, User } from "../lib/types";
import type { PageProps } from "../shell";
import { Alarms } from "./alarms";
import { LanguageSelect } from "./gate";

function NewKey(props: { onClose: () => void }) {
	const [name, setName] = useState("");
	const [scope, setScope] = useState<ApiKey["scope"]>("send");
	const [made, setMade] = useState<ApiKey | null>(null);
	return (
		<Dialog
			title={t("keys.new")}
			onClose={props.onClose}
			footer={
				made ? (
					<button type="button" class="btn primary" onClick={props.onClose}>
						{t("close")}
					</button>
				) : (
					<Act
						kind="primary"
						disabled={name.trim() === ""}
						run={async () => setMade(await post<ApiKey>("/keys", { name: name.trim(), scope }))}
					>
						{t("keys.create")}
					</Act>
				)
			}
		>
			{made ? (
				<>
					<Notice tone="warn">{t("keys.once")}</Notice>
					<code class="mono key" dir="ltr">
						{made.key}
					</code>
				</>
			) : (
				<>
					<Field label={t("keys.name")} id="key-name" hint={t("keys.name_hint")}>
						<input id="key-name" class="input" dir="auto" value={name} onInput={(e) => setName(e.currentTarget.value)} />
					</Field>
					<SelectField
						id="key-scope"
						label={t("keys.scope")}
						hint={t(`scope.${scope}.hint` as Key)}
						value={scope}
						among={["read", "send", "admin"] as const}
						name={(s) => t(`scope.${s}` as Key)}
						onValue={setScope}
					/>
				</>
			)}
		</Dialog>
	);
}

function Keys() {
	const { data, error, reload } = useGet<Page<ApiKey>>("/keys");
	const [adding, setAdding] = useState(false);
	const live = data?.items.filter((k) => !k.revoked_at) ?? [];
	return (
		<section class="card">
			<header>
				<h2>{t("keys.title")}</h2>
				<button type="button" class="btn small" onClick={() => setAdding(true)}>
					{t("keys.new")}
				</button>
			</header>
			<ErrorNotice error={error} />
			{!data ? (
				<Skeleton />
			) : live.length === 0 ? (
				<Empty title={t("keys.empty")} text={t("keys.empty_text")} />
			) : (
				<div class="table-wrap">
					<table class="table">
						<thead>
							<tr>
								<th>{t("keys.name")}</th>
								<th>{t("keys.scope")}</th>
								<th>{t("keys.used")}</th>
								<th />
							</tr>
						</thead>
						<tbody>
							{live.map((k) => (
								<tr key={k.id}>
									<td dir="auto">{k.name}</td>
									<td>{t(`scope.${k.scope}` as Key)}</td>
									<td>
										<Time at={k.last_used_at} />
									</td>
									<td class="end">
										<Act
											kind="small danger"
											run={async () => {
												await del(`/keys/${k.id}`);
												reload();
											}}
										>
											{t("keys.revoke")}
										</Act>
									</td>
								</tr>
							))}
						</tbody>
					</table>
				</div>
			)}
			{adding && (
				<NewKey
					onClose={() => {
						setAdding(false);
						reload();
					}}
				/>
			)}
		</section>
	);
}

function NewUser(props: { onClose: () => void }) {
	const [name, setName] = useState("");
	const [password, setPassword] = useState("");
	const [role, setRole] = useState<Role>("operator");
	return (
		<Dialog
			title={t("users.new")}
			onClose={props.onClose}
			footer={
				<Act
					kind="primary"
					disabled={name.trim() === "" || password.length < 10}
					run={async () => {
						await post("/users", { name: name.trim(), password, role });
						props.onClose();
					}}
				>
					{t("users.create")}
				</Act>
			}
		>
			<Field label={t("user.name")} id="user-name">
				<input id="user-name" class="input" autocomplete="off" value={name} onInput={(e) => setName(e.currentTarget.value)} />
			</Field>
			<Field label={t("user.password")} id="user-password" hint={t("setup.password_hint")}>
				<input
					id="user-password"
					class="input"
					type="password"
					autocomplete="new-password"
					value={password}
					onInput={(e) => setPassword(e.currentTarget.value)}
				/>
			</Field>
			<SelectField
				id="user-role"
				label={t("user.role")}
				hint={t(`role.${role}.hint` as Key)}
				value={role}
				among={["viewer", "operator", "admin"] as const}
				name={(r) => t(`role.${r}` as Key)}
				onValue={setRole}
			/>
		</Dialog>
	);
}

function Users() {
	const { data, error, reload } = useGet<Page<User>>("/users");
	const [adding, setAdding] = useState(false);
	return (
		<section class="card">
			<header>
				<h2>{t("users.title")}</h2>
				<button type="button" class="btn small" onClick={() => setAdding(true)}>
					{t("users.new")}
				</button>
			</header>
			<ErrorNotice error={error} />
			{data && (
				<table class="table">
					<tbody>
						{data.items.map((u) => (
							<tr key={u.id}>
								<td dir="auto">{u.name}</td>
								<td>{t(`role.${u.role}` as Key)}</td>
							</tr>
						))}
					</tbody>
				</table>
			)}
			{adding && (
				<NewUser
					onClose={() => {
						setAdding(false);
						reload();
					}}
				/>
			)}
		</section>
	);
}

function Look({ redraw }: { redraw: () => void }) {
	const [theme, setTheme] = useState<Theme>(chosenTheme());
	return (
		<section class="card card-body stack">
			<Field label={t("language")} id="set-language">
				<LanguageSelect
					id="set-language"
					onChange={() => {
						void patch("/session", { locale: locale().tag });
						redraw();
					}}
				/>
			</Field>
			<SelectField
				id="set-theme"
				label={t("theme")}
				value={theme}
				among={["auto", "light", "dark"] as const}
				name={(x) => t(`theme.${x}` as Key)}
				onValue={(next) => {
					setTheme(next);
					chooseTheme(next);
				}}
			/>
		</section>
	);
}

export function SettingsPage({ session, onLeave, redraw }: PageProps) {
	const admin = session.user?.role === "admin";
	return (
		<div class="page">
			<div class="page-head">
				<h1>{t("nav.settings")}</h1>
				<div class="row">
					<span class="muted" dir="auto">
						{session.user?.name}
					</span>
					<Act
						run={async () => {
							await del("/session");
							onLeave();
						}}
					>
						{t("logout")}
					</Act>
				</div>
			</div>
			<SettingsTabs at="/settings" />
			<Look redraw={redraw} />
			{admin && <Keys />}
			{admin && <Users />}
			{admin && <Alarms />}
			<section class="card card-body">
				<h2>{t("about.title")}</h2>
				<p class="muted">{t("about.text")}</p>
				<p class="small muted">
					<bdi dir="ltr">Chapar {session.box.version}</bdi>
					{" · "}
					<a href="/notices.txt" target="_blank" rel="noreferrer">
						{t("about.notices")}
					</a>
				</p>
			</section>
		</div>
	);
}
