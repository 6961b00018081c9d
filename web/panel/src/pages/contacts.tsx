// Lists, and the search over everybody.
import { useState } from "preact/hooks";
import { Act, Empty, ErrorNotice, Field, Phone, Skeleton } from "../components/bits";
import { SelectField } from "../components/form";
import { Dialog } from "../components/dialog";
import { PagedRows, Rows } from "../components/rows";
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
			<SelectField
				id="list-country"
				label={t("country")}
				hint={t("setup.country_hint")}
				value={country}
				among={[...new Set([props.country, ...countries])].filter(Boolean)}
				name={countryName}
				onValue={setCountry}
			/>
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
		<section class="card">
			<Rows
				items={data.items}
				href={(l) => `/contacts/lists/${l.id}`}
				columns={[
					{ head: t("list.name"), cell: (l) => <span dir="auto">{l.name}</span> },
					{ head: t("list.members"), class: "end", cell: (l) => number(l.members) },
					{ head: t("list.with_consent"), class: "end", cell: (l) => number(l.with_consent) },
					{ head: t("list.without_consent"), class: "end", cell: (l) => number(l.without_consent) },
					{ head: t("list.opted_out"), class: "end", cell: (l) => number(l.opted_out) },
				]}
			/>
		</section>
	);
}

export function contactName(c: Contact): string {
	return `${c.first_name} ${c.last_name}`.trim();
}

function Consent({ contact }: { contact: Contact }) {
	if (contact.suppressed) return <span class="chip bad">{t("contact.suppressed")}</span>;
	if (!contact.consent) return null;
	return (
		<span class={`chip ${contact.consent === "in" ? "good" : "warn"}`}>
			{t(`consent.${contact.consent}`)}
		</span>
	);
}

export function ContactSearch({ q, onQ }: { q: string; onQ: (q: string) => void }) {
	return (
		<input
			class="input"
			type="search"
			dir="auto"
			aria-label={t("contacts.search")}
			placeholder={t("contacts.search")}
			value={q}
			onInput={(e) => onQ(e.currentTarget.value)}
		/>
	);
}

export function ContactTable({ path }: { path: string }) {
	const page = usePaged<Contact>(path);
	return (
		<PagedRows
			page={page}
			href={(c) => `/contacts/${c.id}`}
			columns={[
				{
					head: t("contact.name"),
					cell: (c) => <span dir="auto">{contactName(c) || t("contact.unnamed")}</span>,
				},
				{ head: t("contact.phone"), cell: (c) => <Phone value={c.msisdn} /> },
				{ head: t("contact.consent"), cell: (c) => <Consent contact={c} /> },
			]}
			empty={<Empty title={t("contacts.none")} text={t("contacts.none_text")} />}
		/>
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
			<ContactSearch q={q} onQ={setQ} />
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
