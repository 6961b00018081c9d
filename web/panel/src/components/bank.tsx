// The SIM bank as it looks on the box: the bays in their order, a light each, and one
// sentence that says what the bay is doing.
import { number, when } from "../lib/format";
import { isKey, t } from "../lib/i18n";
import type { Bay } from "../lib/types";
import { Link } from "./bits";
import { Icon, type IconName } from "./icons";

type Tone = "good" | "live" | "warn" | "bad" | "";

const looks: Record<string, { tone: Tone; icon: IconName }> = {
	READY: { tone: "good", icon: "check" },
	SENDING: { tone: "live", icon: "play" },
	HELD: { tone: "warn", icon: "pause" },
	FAULT: { tone: "bad", icon: "stop" },
	PIN: { tone: "bad", icon: "warn" },
	ABSENT: { tone: "", icon: "close" },
};

export function bayLook(state: string) {
	return looks[state] ?? { tone: "warn" as Tone, icon: "clock" as IconName };
}

/** What it does or waits for, and when that ends. */
export function baySentence(bay: Bay): string {
	const text = sentence(bay);
	const isWhy = isKey(`bay.reason.${bay.reason}`) && bay.state !== "SENDING";
	return bay.until && isWhy ? `${text} ${t("bay.until", { at: when(bay.until) })}` : text;
}

function sentence(bay: Bay): string {
	// The rate is of the last minute: it outlives the sending.
	if (bay.state === "SENDING")
		return t("bay.sending", { rate: number(bay.sim?.rate_per_min ?? 0) });
	const byReason = `bay.reason.${bay.reason}`;
	if (bay.reason && isKey(byReason)) return t(byReason);
	const byState = `bay.state.${bay.state}`;
	if (isKey(byState)) return t(byState);
	return bay.reason_text;
}

export function Signal({ bars, dbm }: { bars: number; dbm: number | null }) {
	const label = dbm === null ? t("signal.none") : t("signal.label", { bars: number(bars), dbm });
	return (
		<svg width="18" height="14" viewBox="0 0 18 14" role="img" aria-label={label}>
			<title>{label}</title>
			{[0, 1, 2, 3, 4].map((i) => (
				<rect
					key={i}
					x={i * 3.6}
					y={10 - i * 2.4}
					width="2.6"
					height={4 + i * 2.4}
					rx="0.8"
					fill={i < bars ? "var(--text-2)" : "var(--line-strong)"}
				/>
			))}
		</svg>
	);
}

/** The name people gave the SIM, else its number, else the bay's. */
function bayTitle(bay: Bay) {
	if (bay.sim?.name) return <bdi>{bay.sim.name}</bdi>;
	if (bay.sim?.msisdn) {
		return (
			<bdi dir="ltr" class="small">
				{bay.sim.msisdn}
			</bdi>
		);
	}
	return t("bay.number", { n: bay.id });
}

function BayCard({ bay }: { bay: Bay }) {
	const look = bayLook(bay.state);
	const sim = bay.sim;
	const failed = (sim?.today.failed ?? 0) + (sim?.today.undelivered ?? 0);
	return (
		<li class={`bay ${look.tone}`}>
			<Link href="/sims" class="bay-link">
				<span class="bay-head">
					<span class={`light ${look.tone}`}>
						<Icon name={look.icon} size={14} />
					</span>
					<strong class="clip grow">{bayTitle(bay)}</strong>
					{sim && <Signal bars={sim.bars} dbm={sim.signal_dbm} />}
				</span>
				<span class="small muted clip" dir="auto">
					{sim?.operator || bay.model || " "}
				</span>
				<span class="bay-sentence">{baySentence(bay)}</span>
				{sim && (
					<span class="bay-figures small num">
						<span title={t("usage.sent")}>↑ {number(sim.today.sent)}</span>
						<span title={t("usage.delivered")}>✓ {number(sim.today.delivered)}</span>
						<span title={t("usage.failed")} class={failed > 0 ? "bad" : ""}>
							✕ {number(failed)}
						</span>
					</span>
				)}
			</Link>
		</li>
	);
}

export function Bank({ bays }: { bays: Bay[] }) {
	return (
		<ul class="bank" aria-label={t("nav.sims")}>
			{bays.map((bay) => (
				<BayCard key={bay.id} bay={bay} />
			))}
		</ul>
	);
}
