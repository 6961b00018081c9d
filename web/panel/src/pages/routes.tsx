// Groups of destinations by the start of their numbers, and what was tried on them.
import { useState } from "preact/hooks";
import { Act, Empty, ErrorNotice, Skeleton } from "../components/bits";
import { Dialog } from "../components/dialog";
import { Check, SelectField, TextField } from "../components/form";
import { BankTabs } from "../components/tabs";
import { del, patch, post } from "../lib/api";
import { listOf } from "../lib/format";
import { t } from "../lib/i18n";
import { languageName, languages } from "../lib/languages";
import { useGet } from "../lib/use";
import type { Route } from "../lib/types";
import type { PageProps } from "../shell";
import { countries, countryName } from "../lib/countries";

function tested(route: Route): string {
	const both = [...new Set([...route.locking, ...route.single])];
	return both.length > 0 ? listOf(both.map(languageName)) : "–";
}

const blank: Route = {
	id: 0,
	name: "",
	country: "",
	operator: "",
	whole_country: false,
	prefixes: [],
	locking: [],
	single: [],
};

const toggled = (list: string[], name: string, on: boolean) =>
	on ? [...list, name] : list.filter((x) => x !== name);

function Languages({ draft, change }: { draft: Route; change: (r: Partial<Route>) => void }) {
	return (
		<fieldset class="stack-s">
			<legend>{t("route.tested")}</legend>
			<p class="small muted">{t("route.tested_hint")}</p>
			<div class="languages">
				{languages.map(([name]) => (
					<div key={name} role="group" aria-label={languageName(name)}>
						<strong class="small">{languageName(name)}</strong>
						{name !== "spanish" && (
							<Check
								label={t("route.locking")}
								checked={draft.locking.includes(name)}
								onChange={(on) => change({ locking: toggled(draft.locking, name, on) })}
							/>
						)}
						<Check
							label={t("route.single")}
							checked={draft.single.includes(name)}
							onChange={(on) => change({ single: toggled(draft.single, name, on) })}
						/>
					</div>
				))}
			</div>
		</fieldset>
	);
}

function EditRoute(props: {
	route: Route | null;
	country: string;
	onClose: () => void;
	onDone: () => void;
}) {
	const [draft, setDraft] = useState<Route>(props.route ?? { ...blank, country: props.country });
	const [prefixes, setPrefixes] = useState(draft.prefixes.join(" "));
	const change = (part: Partial<Route>) => setDraft((d) => ({ ...d, ...part }));
	return (
		<Dialog
			title={props.route ? t("route.edit") : t("routes.new")}
			onClose={props.onClose}
			footer={
				<Act
					kind="primary"
					disabled={draft.name.trim() === ""}
					run={async () => {
						const { id, whole_country, ...rest } = draft;
						const body = {
							...rest,
							name: draft.name.trim(),
							...(whole_country ? {} : { prefixes: prefixes.split(/[\s,;]+/).filter(Boolean) }),
						};
						if (id) await patch(`/routes/${id}`, body);
						else await post("/routes", body);
						props.onDone();
					}}
				>
					{t("save")}
				</Act>
			}
		>
			<TextField id="route-name" label={t("route.name")} value={draft.name} onValue={(name) => change({ name })} />
			{!draft.whole_country && (
				<TextField
					id="route-prefixes"
					ltr
					label={t("route.prefixes")}
					hint={t("route.prefixes_hint")}
					value={prefixes}
					onValue={setPrefixes}
				/>
			)}
			<SelectField
				id="route-country"
				label={t("country")}
				value={draft.country}
				among={[...new Set(["", ...countries, draft.country])]}
				name={(code) => (code ? countryName(code) : "–")}
				onValue={(country) => change({ country })}
			/>
			<TextField id="route-operator" label={t("sim.operator")} value={draft.operator} onValue={(operator) => change({ operator })} />
			<Languages draft={draft} change={change} />
		</Dialog>
	);
}

function RouteRow(props: { route: Route; onEdit: (() => void) | null; onGone: () => void }) {
	const { route } = props;
	return (
		<tr>
			<td dir="auto">{route.name}</td>
			<td>
				{route.whole_country ? (
					t("route.rest", { country: countryName(route.country) })
				) : (
					<bdi dir="ltr" class="num">
						{route.prefixes.join(" ")}
					</bdi>
				)}
			</td>
			<td dir="auto">{route.operator}</td>
			<td>{tested(route)}</td>
			<td class="end">
				{props.onEdit && (
					<div class="row end-row">
						<button type="button" class="btn small" onClick={props.onEdit}>
							{t("edit")}
						</button>
						{!route.whole_country && (
							<Act
								kind="small danger"
								run={async () => {
									await del(`/routes/${route.id}`);
									props.onGone();
								}}
							>
								{t("delete")}
							</Act>
						)}
					</div>
				)}
			</td>
		</tr>
	);
}

export function RoutesPage({ session }: PageProps) {
	const { data, error, reload } = useGet<{ items: Route[] }>("/routes");
	const [editing, setEditing] = useState<Route | "new" | null>(null);
	const admin = session.user?.role === "admin";
	return (
		<div class="page">
			<div class="page-head">
				<h1>{t("routes.title")}</h1>
				{admin && (
					<button type="button" class="btn primary" onClick={() => setEditing("new")}>
						{t("routes.new")}
					</button>
				)}
			</div>
			<BankTabs at="/sims/routes" />
			<p class="muted">{t("routes.text")}</p>
			<ErrorNotice error={error} />
			<section class="card">
				{!data ? (
					!error && <Skeleton />
				) : data.items.length === 0 ? (
					<Empty title={t("routes.empty")} text={t("routes.empty_text")} />
				) : (
					<div class="table-wrap">
						<table class="table">
							<thead>
								<tr>
									<th>{t("route.name")}</th>
									<th>{t("route.numbers")}</th>
									<th>{t("sim.operator")}</th>
									<th>{t("route.tested")}</th>
									<th />
								</tr>
							</thead>
							<tbody>
								{data.items.map((route) => (
									<RouteRow
										key={route.id}
										route={route}
										onEdit={admin ? () => setEditing(route) : null}
										onGone={reload}
									/>
								))}
							</tbody>
						</table>
					</div>
				)}
			</section>
			{editing && (
				<EditRoute
					route={editing === "new" ? null : editing}
					country={session.box.country}
					onClose={() => setEditing(null)}
					onDone={() => {
						setEditing(null);
						reload();
					}}
				/>
			)}
		</div>
	);
}
