// One person: what is known, which consent, what was written.
import { useState } from "preact/hooks";
import { Act, ErrorNotice, Field, Link, Phone, Skeleton, Time } from "../components/bits";
import { Dialog } from "../components/dialog";
import { TextField } from "../components/form";
import { patch, post } from "../lib/api";
import { type Key, t } from "../lib/i18n";
import { useGet } from "../lib/use";
import type { ConsentEvent, Contact } from "../lib/types";
import type { PageProps } from "../shell";
import { contactName } from "./contacts";

function Edit(props: { contact: Contact; onSaved: (c: Contact) => void; onClose: () => void }) {
	const [first, setFirst] = useState(props.contact.first_name);
	const [last, setLast] = useState(props.contact.last_name);
	const [zone, setZone] = useState(props.contact.time_zone);
	return (
		<Dialog
			title={t("contact.edit")}
			onClose={props.onClose}
			footer={
				<Act
					kind="primary"
					run={async () =>
						props.onSaved(
							await patch<Contact>(`/contacts/${props.contact.id}`, {
								first_name: first,
								last_name: last,
								time_zone: zone.trim(),
							}),
						)
					}
				>
					{t("save")}
				</Act>
			}
		>
			<Field label={t("field.first_name")} id="c-first">
				<input id="c-first" class="input" dir="auto" value={first} onInput={(e) => setFirst(e.currentTarget.value)} />
			</Field>
			<Field label={t("field.last_name")} id="c-last">
				<input id="c-last" class="input" dir="auto" value={last} onInput={(e) => setLast(e.currentTarget.value)} />
			</Field>
			<TextField id="c-zone" ltr label={t("contact.time_zone")} hint={t("contact.time_zone_hint")} value={zone} onValue={setZone} max={40} />
		</Dialog>
	);
}

function Consents({ id }: { id: string }) {
	const { data } = useGet<{ items: ConsentEvent[] }>(`/contacts/${id}/consents`);
	return (
		<section class="card">
			<header>
				<h2>{t("contact.consents")}</h2>
			</header>
			{!data ? (
				<Skeleton />
			) : data.items.length === 0 ? (
				<p class="card-body muted">{t("contact.no_consents")}</p>
			) : (
				<div class="table-wrap">
					<table class="table">
						<tbody>
							{data.items.map((e) => (
								<tr key={e.id}>
									<td>
										<span class={`chip ${e.kind === "opt_in" ? "good" : "warn"}`}>
											{t(`consent.${e.kind}` as Key)}
										</span>
									</td>
									<td dir="auto">{e.list ?? t("contact.all_lists")}</td>
									<td dir="auto">{e.source}</td>
									<td dir="auto">{e.given_at}</td>
									<td dir="auto">{e.evidence}</td>
									<td>
										<Time at={e.recorded_at} />
									</td>
								</tr>
							))}
						</tbody>
					</table>
				</div>
			)}
		</section>
	);
}

export function ContactPage({ place }: PageProps) {
	const id = place.path[1];
	const { data, error, set, reload } = useGet<Contact>(`/contacts/${id}`);
	const [editing, setEditing] = useState(false);
	if (error) return <ErrorNotice error={error} />;
	if (!data) return <Skeleton />;
	return (
		<div class="page">
			<div class="page-head">
				<div class="row">
					<h1 dir="auto">{contactName(data) || t("contact.unnamed")}</h1>
					{data.suppressed && <span class="chip bad">{t("contact.suppressed")}</span>}
				</div>
				<div class="row">
					<Link href={`/inbox/${encodeURIComponent(data.msisdn)}`} class="btn">
						{t("contact.conversation")}
					</Link>
					<button type="button" class="btn" onClick={() => setEditing(true)}>
						{t("contact.edit")}
					</button>
					{!data.suppressed && (
						<Act
							kind="danger"
							run={async () => {
								await post("/suppressions", { msisdn: data.msisdn, reason: "manual" });
								reload();
							}}
						>
							{t("contact.suppress")}
						</Act>
					)}
				</div>
			</div>
			<section class="card card-body">
				<dl class="pairs">
					<dt>{t("contact.phone")}</dt>
					<dd>
						<Phone value={data.msisdn} />
					</dd>
					{Object.entries(data.fields).map(([name, value]) => (
						<>
							<dt dir="auto">{name}</dt>
							<dd dir="auto">{value}</dd>
						</>
					))}
					{data.time_zone && (
						<>
							<dt>{t("contact.time_zone")}</dt>
							<dd dir="ltr">{data.time_zone}</dd>
						</>
					)}
					<dt>{t("contact.since")}</dt>
					<dd>
						<Time at={data.created_at} />
					</dd>
				</dl>
			</section>
			<Consents id={id} key={String(data.suppressed)} />
			{editing && (
				<Edit
					contact={data}
					onClose={() => setEditing(false)}
					onSaved={(c) => {
						set(c);
						setEditing(false);
					}}
				/>
			)}
		</div>
	);
}
