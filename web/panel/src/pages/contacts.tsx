// Lists, and the search over everybody.
import { useState } from "preact/hooks";
import { Act, Empty, ErrorNotice, Field, Link, More, Phone, Skeleton } from "../components/bits";
import { Dialog } from "../components/dialog";
import { post, query } from "../lib/api";
import { number } from "../lib/format";
import { t } from "../lib/i18n";
import { go } from "../lib/router";
import { useGet, usePaged } from "../lib/use";
import type { Contact, List, Page } from "../lib/types";
import type { PageProps } from "../shell";
import { countries, countryName } from "../lib/countries";

function NewList(props: { country: string; onClose: () => void }) {
	const [name, setName] = useState("");
	const [country, setCountry] = useState(props.country);
	return (
		<Dialog
			title={t("lists.new")}
			onClose={props.onClose}
			footer={
				<Act
					kind="primary"
					disabled={name.trim() === ""}
					run={async () => {
						const list = await post<List>("/lists", { name: name.trim(), country });
						go(`/contacts/lists/${list.id}/import`);
					}}
				>
					{t("lists.create")}
				</Act>
			}
		>
			<Field label={t("list.name")} id="list-name">
				<input
					id="list-name"
					class="input"
					dir="auto"
					value={name}
					onInput={(e) => setName(e.currentTarget.value)}
				/>
			</Field>
			<Field label={t("country")} hint={t("setup.country_hint")} id="list-country">
				<select
					id="list-country"
					class="input"
					value={country}
					onChange={(e) => setCountry(e.currentTarget.value)}
				>
					{[...new Set([props.country, ...countries])].filter(Boolean).map((c) => (
						<option key={c} value={c}>
							{countryName(c)}
						</option>
					))}
				</select>
			</Field>
		</Dialog>
	);
}

function Lists({ onNew }: { onNew: () => void }) {
	const { data, error } = useGet<Page<List>>("/lists?limit=500");
	if (error) return <ErrorNotice error={error} />;
	if (!data) return <Skeleton />;
	if (data.items.length === 0) {
		return (
			<section class="card">
				<Empty title={t("lists.empty")} text={t("lists.empty_text")}>
					<button type="button" class="btn primary" onClick={onNew}>
						{t("lists.new")}
					</button>
				</Empty>
			</section>
		);
	}
	return (
		<section class="card table-wrap">
			<table class="table">
				<thead>
					<tr>
						<th>{t("list.name")}</th>
						<th class="end">{t("list.members")}</th>
						<th class="end">{t("list.with_consent")}</th>
						<th class="end">{t("list.without_consent")}</th>
						<th class="end">{t("list.opted_out")}</th>
					</tr>
				</thead>
				<tbody>
					{data.items.map((l) => (
						<tr key={l.id} class="link" onClick={() => go(`/contacts/lists/${l.id}`)}>
							<td>
								<Link href={`/contacts/lists/${l.id}`}>
									<span dir="auto">{l.name}</span>
								</Link>
							</td>
							<td class="end">{number(l.members)}</td>
							<td class="end">{number(l.with_consent)}</td>
							<td class="end">{number(l.without_consent)}</td>
							<td class="end">{number(l.opted_out)}</td>
						</tr>
					))}
				</tbody>
			</table>
		</section>
	);
}

export function contactName(c: Contact): string {
	return `${c.first_name} ${c.last_name}`.trim();
}

export function ContactTable(props: { path: string; withConsent?: boolean }) {
	const page = usePaged<Contact>(props.path);
	if (page.error) return <ErrorNotice error={page.error} />;
	if (!page.items) return <Skeleton />;
	if (page.items.length === 0)
		return <Empty title={t("contacts.none")} text={t("contacts.none_text")} />;
	return (
		<>
			<div class="table-wrap">
				<table class="table">
					<thead>
						<tr>
							<th>{t("contact.name")}</th>
							<th>{t("contact.phone")}</th>
							<th>{t("contact.consent")}</th>
						</tr>
					</thead>
					<tbody>
						{page.items.map((c) => (
							<tr key={c.id} class="link" onClick={() => go(`/contacts/${c.id}`)}>
								<td>
									<Link href={`/contacts/${c.id}`}>
										<span dir="auto">{contactName(c) || t("contact.unnamed")}</span>
									</Link>
								</td>
								<td>
									<Phone value={c.msisdn} />
								</td>
								<td>
									{c.suppressed ? (
										<span class="chip bad">{t("contact.suppressed")}</span>
									) : c.consent ? (
										<span class={`chip ${c.consent === "in" ? "good" : "warn"}`}>
											{t(`consent.${c.consent}`)}
										</span>
									) : null}
								</td>
							</tr>
						))}
					</tbody>
				</table>
			</div>
			<More more={page.more} />
		</>
	);
}

export function ContactsPage({ place, session }: PageProps) {
	const [q, setQ] = useState(place.params.get("q") ?? "");
	const [adding, setAdding] = useState(false);
	return (
		<div class="page">
			<div class="page-head">
				<h1>{t("nav.contacts")}</h1>
				<button type="button" class="btn primary" onClick={() => setAdding(true)}>
					{t("lists.new")}
				</button>
			</div>
			<input
				class="input"
				type="search"
				dir="auto"
				aria-label={t("contacts.search")}
				placeholder={t("contacts.search")}
				value={q}
				onInput={(e) => setQ(e.currentTarget.value)}
			/>
			{q.trim() ? (
				<section class="card">
					<ContactTable path={query("/contacts", { q: q.trim() })} />
				</section>
			) : (
				<Lists onNew={() => setAdding(true)} />
			)}
			{adding && (
				<NewList country={session.box.country || countries[0]} onClose={() => setAdding(false)} />
			)}
		</div>
	);
}
