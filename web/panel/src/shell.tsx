// The frame around every page: navigation, the offline line, "New message", search.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Link } from "./components/bits";
import { Icon, type IconName } from "./components/icons";
import { number } from "./lib/format";
import { type Key, t } from "./lib/i18n";
import { useEvent, useLink } from "./lib/live";
import { go, type Place, usePlace } from "./lib/router";
import { useGet } from "./lib/use";
import type { Overview, Session } from "./lib/types";
import { BayPage } from "./pages/bay_care";
import { CampaignPage } from "./pages/campaign";
import { CampaignsPage } from "./pages/campaigns";
import { ComposePage } from "./pages/compose";
import { ContactPage } from "./pages/contact";
import { ContactsPage } from "./pages/contacts";
import { ImportPage } from "./pages/import";
import { InboxPage } from "./pages/inbox";
import { JobPage } from "./pages/job";
import { ListPage } from "./pages/list";
import { MessagePage } from "./pages/message";
import { MessagesPage } from "./pages/messages";
import { MorePage } from "./pages/more";
import { NewMessage } from "./pages/new_message";
import { OverviewPage } from "./pages/overview";
import { PlansPage } from "./pages/plans";
import { QuotasPage } from "./pages/quotas";
import { RoutesPage } from "./pages/routes";
import { RulesPage } from "./pages/rules";
import { SettingsPage } from "./pages/settings";
import { SimsPage } from "./pages/sims";
import { TimesPage } from "./pages/times";

export interface PageProps {
	place: Place;
	session: Session;
	onLeave: () => void;
	redraw: () => void;
}

interface Entry {
	path: string;
	label: Key;
	icon: IconName;
}

const entries: Entry[] = [
	{ path: "/", label: "nav.overview", icon: "overview" },
	{ path: "/inbox", label: "nav.inbox", icon: "inbox" },
	{ path: "/campaigns", label: "nav.campaigns", icon: "campaigns" },
	{ path: "/contacts", label: "nav.contacts", icon: "contacts" },
	{ path: "/messages", label: "nav.messages", icon: "messages" },
	{ path: "/sims", label: "nav.sims", icon: "sims" },
	{ path: "/settings", label: "nav.settings", icon: "settings" },
];

// First match wins; ":" stands for one part of the path.
const routes: [string, ComponentType<PageProps>][] = [
	["", OverviewPage],
	["inbox", InboxPage],
	["inbox/:", InboxPage],
	["campaigns", CampaignsPage],
	["campaigns/new", ComposePage],
	["campaigns/:/edit", ComposePage],
	["campaigns/:", CampaignPage],
	["contacts", ContactsPage],
	["contacts/lists/:", ListPage],
	["contacts/lists/:/import", ImportPage],
	["contacts/:", ContactPage],
	["jobs/:", JobPage],
	["messages", MessagesPage],
	["messages/:", MessagePage],
	["sims", SimsPage],
	["sims/contracts", PlansPage],
	["sims/routes", RoutesPage],
	["sims/rules", RulesPage],
	["sims/bays/:", BayPage],
	["settings", SettingsPage],
	["settings/times", TimesPage],
	["settings/quotas", QuotasPage],
	["more", MorePage],
];

function pageOf(place: Place): ComponentType<PageProps> {
	const found = routes.find(([pattern]) => {
		const want = pattern.split("/").filter(Boolean);
		return (
			want.length === place.path.length &&
			want.every((part, i) => part === ":" || part === place.path[i])
		);
	});
	return found ? found[1] : OverviewPage;
}

function NavLink(props: { entry: Entry; place: Place; count?: number }) {
	const first = props.entry.path.slice(1);
	const current = (props.place.path[0] ?? "") === first;
	return (
		<Link href={props.entry.path} class="nav" current={current}>
			<Icon name={props.entry.icon} />
			<span>{t(props.entry.label)}</span>
			{props.count ? <span class="count">{number(props.count)}</span> : null}
		</Link>
	);
}

function BottomBar(props: { place: Place; onCompose: () => void; unread: number }) {
	const at = props.place.path[0] ?? "";
	return (
		<nav class="bottom" aria-label={t("nav.label")}>
			<Link href="/" current={at === ""}>
				<Icon name="overview" />
				{t("nav.overview")}
			</Link>
			<Link href="/inbox" current={at === "inbox"}>
				<Icon name="inbox" />
				{props.unread > 0 ? t("nav.inbox_count", { n: props.unread }) : t("nav.inbox")}
			</Link>
			<button type="button" onClick={props.onCompose}>
				<Icon name="compose" />
				{t("nav.compose")}
			</button>
			<Link href="/more" current={at !== "" && at !== "inbox"}>
				<Icon name="more" />
				{t("nav.more")}
			</Link>
		</nav>
	);
}

export function Shell(props: { session: Session; onLeave: () => void; redraw: () => void }) {
	const place = usePlace();
	const up = useLink();
	const [composing, setComposing] = useState(false);
	const overview = useGet<Overview>("/overview");
	const [unread, setUnread] = useState(0);
	useEffect(() => setUnread(overview.data?.unread ?? 0), [overview.data]);
	useEvent<{ unread?: number }>("overview", (o) => o.unread !== undefined && setUnread(o.unread));

	useEffect(() => {
		const onKey = (e: KeyboardEvent) => {
			const target = e.target as HTMLElement;
			if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || e.ctrlKey || e.metaKey) return;
			if (e.key === "/") {
				e.preventDefault();
				go("/messages?focus=1");
			}
			if (e.key === "n") setComposing(true);
		};
		window.addEventListener("keydown", onKey);
		return () => window.removeEventListener("keydown", onKey);
	}, []);

	const Page = pageOf(place);
	return (
		<>
			{!up && (
				<p class="offline" role="status">
					{t("offline")}
				</p>
			)}
			<div class="shell">
				<nav class="side" aria-label={t("nav.label")}>
					<Link href="/" class="brand">
						<img src="/icon.svg" alt="" />
						<span class="clip" dir="auto">
							{props.session.box.name || "Chapar"}
						</span>
					</Link>
					<button
						type="button"
						class="btn primary"
						style="margin-block-end:12px"
						onClick={() => setComposing(true)}
					>
						<Icon name="compose" />
						{t("nav.new_message")}
					</button>
					{entries.map((entry) => (
						<NavLink
							key={entry.path}
							entry={entry}
							place={place}
							count={entry.path === "/inbox" ? unread : undefined}
						/>
					))}
				</nav>
				<main class="main">
					<Page
						key={place.path.join("/")}
						place={place}
						session={props.session}
						onLeave={props.onLeave}
						redraw={props.redraw}
					/>
				</main>
				<BottomBar place={place} onCompose={() => setComposing(true)} unread={unread} />
			</div>
			{composing && <NewMessage onClose={() => setComposing(false)} />}
		</>
	);
}
