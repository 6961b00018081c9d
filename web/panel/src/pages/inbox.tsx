// Conversations: who wrote, the thread, the answer.
import { useEffect, useRef, useState } from "preact/hooks";
import { Act, Empty, ErrorNotice, Link, More, Phone, Skeleton, Time, UserText } from "../components/bits";
import { Icon } from "../components/icons";
import { post, query } from "../lib/api";
import { number } from "../lib/format";
import { isKey, type Key, t } from "../lib/i18n";
import { useEvent } from "../lib/live";
import { usePaged, useThrottled } from "../lib/use";
import type { Conversation, InboundKind, Turn } from "../lib/types";
import type { PageProps } from "../shell";

function Threads(props: { at: string }) {
	const [q, setQ] = useState("");
	const page = usePaged<Conversation>(query("/conversations", { q }));
	useEvent("inbound", page.reload);
	return (
		<section class="card inbox-list">
			<header>
				<input
					class="input"
					type="search"
					aria-label={t("search")}
					placeholder={t("search")}
					value={q}
					onInput={(e) => setQ(e.currentTarget.value)}
				/>
			</header>
			<ErrorNotice error={page.error} />
			{page.items === null ? (
				<Skeleton />
			) : page.items.length === 0 ? (
				<Empty title={t("inbox.empty")} text={t("inbox.empty_text")} />
			) : (
				<ul class="lines">
					{page.items.map((c) => (
						<li key={c.msisdn}>
							<Link
								href={`/inbox/${encodeURIComponent(c.msisdn)}`}
								class="line"
								current={c.msisdn === props.at}
							>
								<span class="row spread">
									<strong dir="auto">{c.contact_name || <Phone value={c.msisdn} />}</strong>
									<span class="small muted">
										<Time at={c.last_at} />
									</span>
								</span>
								<span class="row spread">
									<span class="grow">
										<Words kind={c.last_kind} text={c.last_text} clip />
									</span>
									{c.unread > 0 && <span class="chip live">{number(c.unread)}</span>}
								</span>
							</Link>
						</li>
					))}
				</ul>
			)}
			<More more={page.more} />
		</section>
	);
}

/** What came in; for a call or an operator's notice, what it was. */
function Words({ kind, text, clip }: { kind: InboundKind; text: string; clip?: boolean }) {
	return (
		<>
			{kind !== "text" && <span class="chip">{t(`inbound.kind.${kind}` as Key)}</span>}
			{text !== "" && <UserText text={text} clip={clip} />}
		</>
	);
}

function Bubble({ turn }: { turn: Turn }) {
	const key = `state.${turn.state}`;
	return (
		<li class={`bubble ${turn.direction}`}>
			<Words kind={turn.kind} text={turn.text} />
			<span class="small muted row">
				<Time at={turn.at} />
				{turn.direction === "out" && isKey(key) && (
					<Link href={`/messages/${turn.id}`}>{t(key)}</Link>
				)}
			</span>
		</li>
	);
}

function Thread({ msisdn }: { msisdn: string }) {
	const path = `/conversations/${encodeURIComponent(msisdn)}`;
	const page = usePaged<Turn>(path);
	const reloadSoon = useThrottled(page.reload, 1000);
	const [text, setText] = useState("");
	const end = useRef<HTMLDivElement>(null);
	useEvent("inbound", page.reload);
	useEvent("message", reloadSoon);
	const newest = page.items?.[0]?.id;
	useEffect(() => end.current?.scrollIntoView({ block: "nearest" }), [newest]);
	const canAnswer = /^\+\d+$/.test(msisdn);

	return (
		<section class="card inbox-thread">
			<header>
				<span class="row">
					<Link href="/inbox" class="btn quiet small only-phone">
						<Icon name="back" />
						<span class="visually-hidden">{t("back")}</span>
					</Link>
					<strong>
						<Phone value={msisdn} />
					</strong>
				</span>
				<Link href={`/contacts?q=${encodeURIComponent(msisdn)}`} class="btn small">
					{t("inbox.contact")}
				</Link>
			</header>
			<ErrorNotice error={page.error} />
			<More more={page.more} />
			{page.items === null ? (
				<Skeleton />
			) : (
				<ol class="thread">
					{[...page.items].reverse().map((turn) => (
						<Bubble key={`${turn.direction}${turn.id}`} turn={turn} />
					))}
				</ol>
			)}
			<div ref={end} />
			{canAnswer ? (
				<div class="answer">
					<textarea
						class="input"
						dir="auto"
						rows={2}
						aria-label={t("inbox.answer")}
						placeholder={t("inbox.answer")}
						value={text}
						onInput={(e) => setText(e.currentTarget.value)}
					/>
					<Act
						kind="primary"
						disabled={text.trim() === ""}
						run={async () => {
							await post(path, { text });
							setText("");
							page.reload();
						}}
					>
						{t("send")}
					</Act>
				</div>
			) : (
				<p class="card-body muted">{t("inbox.no_answer")}</p>
			)}
		</section>
	);
}

export function InboxPage({ place }: PageProps) {
	const at = place.path[1] ?? "";
	return (
		<div class="page">
			<div class="page-head">
				<h1>{t("nav.inbox")}</h1>
			</div>
			<div class={`inbox ${at ? "open" : ""}`}>
				<Threads at={at} />
				{at ? (
					<Thread key={at} msisdn={at} />
				) : (
					<section class="card inbox-thread">
						<Empty title={t("inbox.choose")} text={t("inbox.choose_text")} />
					</section>
				)}
			</div>
		</div>
	);
}
