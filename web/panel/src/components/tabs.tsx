// Pages that belong together, as links in a row.
import { type Key, t } from "../lib/i18n";
import { Link } from "./bits";

function Tabs({ tabs, at, label }: { tabs: [string, Key][]; at: string; label: Key }) {
	return (
		<nav class="tabs" aria-label={t(label)}>
			{tabs.map(([path, key]) => (
				<Link key={path} href={path} current={path === at}>
					{t(key)}
				</Link>
			))}
		</nav>
	);
}

export function BankTabs({ at }: { at: string }) {
	return (
		<Tabs
			label="nav.sims"
			at={at}
			tabs={[
				["/sims", "tabs.sims"],
				["/sims/contracts", "tabs.contracts"],
				["/sims/routes", "tabs.routes"],
				["/sims/rules", "tabs.rules"],
			]}
		/>
	);
}

export function SettingsTabs({ at }: { at: string }) {
	return (
		<Tabs
			label="nav.settings"
			at={at}
			tabs={[
				["/settings", "tabs.general"],
				["/settings/times", "tabs.times"],
				["/settings/quotas", "tabs.quotas"],
			]}
		/>
	);
}
