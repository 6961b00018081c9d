// On a phone: the way to everything that is not in the bottom bar.
import { Link } from "../components/bits";
import { Icon, type IconName } from "../components/icons";
import { type Key, t } from "../lib/i18n";

const rows: [string, Key, IconName][] = [
	["/campaigns", "nav.campaigns", "campaigns"],
	["/contacts", "nav.contacts", "contacts"],
	["/messages", "nav.messages", "messages"],
	["/sims", "nav.sims", "sims"],
	["/settings", "nav.settings", "settings"],
];

export function MorePage() {
	return (
		<div class="page">
			<h1>{t("nav.more")}</h1>
			<nav class="card lines" aria-label={t("nav.more")}>
				{rows.map(([path, label, icon]) => (
					<Link key={path} href={path} class="line row">
						<Icon name={icon} />
						{t(label)}
					</Link>
				))}
			</nav>
		</div>
	);
}
