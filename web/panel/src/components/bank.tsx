// The SIM bank as the box looks: bays in their order, a light each, one sentence.
import { type Care, bayCare, bayIs, bayNetwork, bayTodo } from "../lib/bays";
import { number, phone } from "../lib/format";
import { t } from "../lib/i18n";
import type { Bay, Sim } from "../lib/types";
import { Link } from "./bits";
import { Icon, type IconName } from "./icons";

type Tone = "good" | "live" | "warn" | "bad" | "";

const looks: Record<Care, { tone: Tone; icon: IconName }> = {
	hand: { tone: "bad", icon: "warn" },
	self: { tone: "warn", icon: "clock" },
	wait: { tone: "", icon: "pause" },
	work: { tone: "good", icon: "check" },
};

export function bayLook(bay: Bay): { tone: Tone; icon: IconName } {
	return bay.state === "SENDING" && bayCare(bay) === "work" ? { tone: "live", icon: "play" } : looks[bayCare(bay)];
}

/** The light of a bay: a colour, a shape, and a word for those who see neither. */
export function Light({ bay }: { bay: Bay }) {
	const look = bayLook(bay);
	return (
		<span class={`light ${look.tone}`}>
			<Icon name={look.icon} size={14} />
			<span class="visually-hidden">{t(`bays.one.${bayCare(bay)}` as const)}</span>
		</span>
	);
}

/** The short form, for a card: with its rate while it sends. */
export function bayShort(bay: Bay): string {
	// The rate is of the last minute: it outlives the sending.
	if (bay.state === "SENDING" && bayCare(bay) === "work")
		return t("bay.sending", { rate: number(bay.sim?.rate_per_min ?? 0) });
	return bayIs(bay);
}

/** All that one needs to know of a bay: what is so and what to do. */
export function BaySentence({ bay }: { bay: Bay }) {
	const todo = bayTodo(bay);
	return (
		<>
			<span class="bay-is">{bayShort(bay)}</span> {todo && <span class="bay-todo">{todo}</span>}
		</>
	);
}

export function Signal({ bars, dbm }: { bars: number; dbm: number | null }) {
	const label = dbm === null ? t("signal.none") : t("signal.label", { bars: number(bars), dbm });
	return (
		<svg class="signal" width="18" height="14" viewBox="0 0 18 14" role="img" aria-label={label}>
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
export function BayTitle({ bay }: { bay: Bay }) {
	if (bay.sim?.name) return <bdi>{bay.sim.name}</bdi>;
	if (!bay.sim?.msisdn) return <>{t("bay.number", { n: bay.id })}</>;
	return (
		<bdi dir="ltr" class="num" translate={false}>
			{phone(bay.sim.msisdn)}
		</bdi>
	);
}

/** A locked SIM, by what is known of it from when it was open; else by its number's end. */
export function LockedSim({ bay, sims }: { bay: Bay; sims: Sim[] }) {
	const known = sims.find((s) => s.iccid === bay.iccid);
	if (known?.name) return <bdi>{known.name}</bdi>;
	const shown = known?.msisdn ? phone(known.msisdn) : bay.iccid ? `…${bay.iccid.slice(-5)}` : "";
	return (
		<bdi dir="ltr" class="num" translate={false}>
			{shown}
		</bdi>
	);
}

function BayCard({ bay }: { bay: Bay }) {
	const look = bayLook(bay);
	const sim = bay.sim;
	const failed = (sim?.today.failed ?? 0) + (sim?.today.undelivered ?? 0);
	return (
		<li class={`bay ${look.tone}`}>
			<Link href={`/sims/bays/${bay.id}`} class="bay-link">
				<span class="bay-head">
					<Light bay={bay} />
					<strong class="grow">
						<BayTitle bay={bay} />
					</strong>
					{sim && <Signal bars={sim.bars} dbm={sim.signal_dbm} />}
				</span>
				<span class="small muted clip">
					<bdi>{bayNetwork(bay) || bay.model || " "}</bdi>
				</span>
				<span class="bay-sentence">{bayShort(bay)}</span>
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
