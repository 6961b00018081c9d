// A bay's own page: what is so and what to do, what its modem says of itself, the PIN or the
// admission that it waits for, a self-test, and how it has fared.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { BaySentence, BayTitle, bayLook, Light, LockedSim, Signal } from "../components/bank";
import { BayAct } from "../components/bay_act";
import { EnterPuk } from "../components/bay_puk";
import { Act, Empty, ErrorNotice, Field, Link, Notice, Phone, Skeleton, Time } from "../components/bits";
import { Icon } from "../components/icons";
import { SignalWeek } from "../components/signal_week";
import { del, post, put } from "../lib/api";
import { fared, ready } from "../lib/bay_fared";
import { bayCare, bayNetwork, causeText, networksFound, technology, wantsPin } from "../lib/bays";
import { number, percent, span, when } from "../lib/format";
import { isKey, type Key, t } from "../lib/i18n";
import { useEvent } from "../lib/live";
import { go } from "../lib/router";
import type { Bay, BayFailure, BayHealth, BayTest, FlightRecord, Plan, SignalHour, Sim } from "../lib/types";
import { useGet, useThrottled } from "../lib/use";
import type { PageProps } from "../shell";
import { EditSim } from "./sim_edit";

const OUT_EVERY_MS = 3000; // how often the time of a failure that lasts is asked for

function EnterPin({ bay }: { bay: Bay }) {
	const [pin, setPin] = useState("");
	const [done, setDone] = useState(false);
	return (
		<div class="stack-s">
			<Field
				label={t("bay.pin")}
				hint={
					bay.pin_tries === null
						? t("bay.pin_hint")
						: `${t("bay.pin_hint")} ${t("bay.pin_tries", { n: bay.pin_tries })}`
				}
				id="bay-pin"
			>
				<input
					id="bay-pin"
					class="input"
					type="password"
					inputMode="numeric"
					autocomplete="off"
					dir="ltr"
					maxLength={8}
					value={pin}
					onInput={(e) => setPin(e.currentTarget.value)}
				/>
			</Field>
			<div class="row">
				<Act
					kind="primary small"
					disabled={!/^\d{4,8}$/.test(pin)}
					run={async () => {
						await put(`/bays/${bay.id}/pin`, { pin });
						setPin("");
						setDone(true);
					}}
				>
					{t("bay.pin_go")}
				</Act>
			</div>
			{done && <Notice tone="good">{t("bay.pin_done")}</Notice>}
		</div>
	);
}

/** What the SIM in the bay is, and may do. */
function TheSim({ bay, sim, isAdmin, onEdit }: { bay: Bay; sim: Sim; isAdmin: boolean; onEdit: () => void }) {
	const [asked, setAsked] = useState(false);
	return (
		<Part id="bay-sim" title="bay.the_sim">
			<Facts
				of={[
					["sim.msisdn", sim.msisdn && <Phone value={sim.msisdn} />],
					["sim.operator", bayNetwork(bay) && <bdi>{bayNetwork(bay)}</bdi>],
					["bay.ims", bay.network.ims !== null && t(bay.network.ims ? "bay.ims_on" : "bay.ims_off")],
					[
						"bay.signal",
						<span class="row">
							<Signal bars={sim.bars} dbm={sim.signal_dbm} />
							{sim.signal_dbm !== null && <bdi dir="ltr">{sim.signal_dbm} dBm</bdi>}
						</span>,
					],
					[
						"bay.balance",
						sim.balance !== null &&
							t("bay.balance_at", { amount: number(sim.balance, 2), at: when(sim.balance_at) }),
					],
					["usage.sent_today", number(sim.today.sent)],
					["usage.delivered", number(sim.today.delivered)],
					["usage.failed", number(sim.today.failed + sim.today.undelivered)],
					["ICCID", <bdi class="mono" dir="ltr">{sim.iccid}</bdi>],
				]}
			/>
			{sim.balance_unread && (
				<Notice tone="warn">
					{t("bay.balance_unread")} {t("bay.balance_unread_todo")}{" "}
					<q dir="auto" style="white-space:pre-line">
						{sim.balance_unread}
					</q>
				</Notice>
			)}
			{isAdmin && (
				<div class="row">
					<button type="button" class="btn small" onClick={onEdit}>
						{t("sim.edit")}
					</button>
						<Act
							kind="small"
							run={async () => {
								await post(`/sims/${sim.id}/balance`);
								setAsked(true);
							}}
						>
							{t("bay.ask_balance")}
						</Act>
						{bay.reason !== "roaming" && (
							<Act kind="small" run={() => put(`/sims/${sim.id}/roaming`, { may_roam: !sim.may_roam })}>
								{t(sim.may_roam ? "bay.stay_home" : "bay.may_roam")}
							</Act>
						)}
				</div>
			)}
			{asked && (
				<p class="small" role="status">
					{t("bay.asked_balance")}
				</p>
			)}
			{isAdmin && !sim.may_roam && <p class="small muted">{t("bay.roam_hint")}</p>}
		</Part>
	);
}

function Part(props: { id: string; title: Key; children: ComponentChildren }) {
	return (
		<section class="card card-body stack" aria-labelledby={props.id}>
			<h2 id={props.id}>{t(props.title)}</h2>
			{props.children}
		</section>
	);
}

/** What is known; what is not is left out. A label that is no key stands as it is. */
function Facts({ of }: { of: [Key | "ICCID" | "IMEI", ComponentChildren][] }) {
	return (
		<dl class="pairs small">
			{of
				.filter(([, value]) => value !== "" && value !== null && value !== false)
				.map(([label, value]) => (
					<>
						<dt>{isKey(label) ? t(label) : label}</dt>
						<dd>{value}</dd>
					</>
				))}
		</dl>
	);
}

/** off_s: how far the network's clock is ahead of the box's. */
const clockOff = (off_s: number) =>
	t(off_s > 0 ? "bay.clock_behind" : "bay.clock_ahead", { n: Math.round(Math.abs(off_s) / 60) });

function TheModem({ bay, isAdmin }: { bay: Bay; isAdmin: boolean }) {
	const memory = bay.memory_percent;
	return (
		<Part id="bay-modem" title="bay.facts">
			<Facts
				of={[
					["bay.modem", bay.model && <bdi dir="ltr">{`${bay.manufacturer} ${bay.model}`.trim()}</bdi>],
					["IMEI", bay.imei && <bdi class="mono" dir="ltr">{bay.imei}</bdi>],
					["bay.port", <bdi class="mono" dir="ltr">{bay.port}</bdi>],
					["bay.temperature", bay.temperature_c !== null && <bdi dir="ltr">{number(bay.temperature_c)} °C</bdi>],
					["bay.supply", bay.supply_mv !== null && <bdi dir="ltr">{number(bay.supply_mv / 1000, 2)} V</bdi>],
					["bay.memory", memory !== null && percent(memory, 100)],
					["bay.clock_off", bay.clock_off_s !== null && clockOff(bay.clock_off_s)],
				]}
			/>
			{isAdmin && (
				<>
					<div class="row">
						<Act kind="small" run={() => post(`/bays/${bay.id}/reset`)}>
							{t("bay.reset")}
						</Act>
					</div>
					<p class="small muted">{t("bay.reset_hint")}</p>
				</>
			)}
		</Part>
	);
}

const verdicts: Record<string, { tone: string; icon: "check" | "close" | "pause" }> = {
	passed: { tone: "good", icon: "check" },
	failed: { tone: "bad", icon: "close" },
	skipped: { tone: "", icon: "pause" },
};

function TestResult({ result }: { result: BayTest }) {
	const failed = result.checks.some((c) => c.verdict === "failed");
	const said = result.passed ? "bay.test_passed" : failed ? "bay.test_failed" : "bay.test_stopped";
	return (
		<div role="status" class="stack-s">
			<p>
				<strong>{t(said)}</strong>
			</p>
			<ul class="check-list small">
				{result.checks.map((c) => (
					<li key={c.check}>
						<span class={`light ${verdicts[c.verdict]?.tone ?? ""}`}>
							<Icon name={verdicts[c.verdict]?.icon ?? "pause"} size={14} />
						</span>
						<span>
							{t(`bay.check.${c.check}` as Key)}: {t(`bay.verdict.${c.verdict}` as Key)}
							{c.check === "network" && result.technology && ` (${technology(result.technology)})`}{" "}
							{c.verdict === "failed" && <strong>{t(`bay.check_todo.${c.check}` as Key)}</strong>}{" "}
							{c.said && (
								<bdi class="mono muted" dir="ltr">
									{c.said}
								</bdi>
							)}
						</span>
					</li>
				))}
			</ul>
		</div>
	);
}

function SelfTest({ bay }: { bay: Bay }) {
	const [result, setResult] = useState<BayTest | null>(null);
	const [since, setSince] = useState<number | null>(null);
	const [now, setNow] = useState(0);
	useEffect(() => {
		if (since === null) return;
		const timer = window.setInterval(() => setNow(Date.now()), 1000);
		return () => window.clearInterval(timer);
	}, [since]);
	const isOut = bay.state === "REGISTERING";
	const isSearching = bay.network.search === "running";
	const canRun = isOut || /^(READY|SENDING|HELD)$/.test(bay.state);
	return (
		<Part id="bay-test" title="bay.test">
			<p class="small muted">{t(canRun ? "bay.test_hint" : "bay.test_not_now")}</p>
			{isOut && <p class="small muted">{t("bay.test_hint_search")}</p>}
			<div class="row">
				<Act
					kind="small"
					disabled={!canRun || isSearching}
					run={async () => {
						setResult(null);
						setNow(Date.now());
						setSince(Date.now());
						try {
							setResult(await post<BayTest>(`/bays/${bay.id}/test`));
						} finally {
							setSince(null);
						}
					}}
				>
					{t("bay.test_go")}
				</Act>
				{(since !== null || isSearching) && (
					<Act kind="small danger" run={() => del(`/bays/${bay.id}/test`)}>
						{t("bay.test_stop")}
					</Act>
				)}
			</div>
			{since !== null && (
				<p class="small" role="timer">
					{t("bay.test_runs", { n: Math.round((now - since) / 1000) })}
				</p>
			)}
			{isSearching && (
				<p class="small" role="status">
					{t("bay.search_runs")}
				</p>
			)}
			{result && <TestResult result={result} />}
			{isOut && networksFound(bay) && <p>{networksFound(bay)}</p>}
		</Part>
	);
}

/** What ended a failure, and how long it took. */
function ended(failure: BayFailure): string {
	if (!failure.back_at) return t("bay.not_back");
	const seconds = (Date.parse(failure.back_at) - Date.parse(failure.at)) / 1000;
	const by = failure.cause === "unplugged" ? "plugged" : failure.rung || "alone";
	const key = `bay.back.${by}`;
	return t(isKey(key) ? key : "bay.back.alone", { span: span(seconds) });
}

function Failures({ list }: { list: BayFailure[] }) {
	if (list.length === 0) return null;
	return (
		<>
			<h3>{t("bay.last")}</h3>
			<ol class="lines">
				{list.map((f) => (
					<li key={f.id} class="line">
						<span class="small muted">
							<Time at={f.at} />
						</span>
						<span>
							{causeText(f.cause)} {ended(f)}
						</span>
					</li>
				))}
			</ol>
		</>
	);
}

function RecordList({ bay, list }: { bay: Bay; list: FlightRecord[] }) {
	return (
		<ul class="small stack-s">
			{list.map((r) => (
				<li key={r.id}>
					<a href={`/api/v1/bays/${bay.id}/records/${r.id}`} download>
						{t("bay.download")} · <Time at={r.at} />
					</a>{" "}
					{causeText(r.cause)}
				</li>
			))}
		</ul>
	);
}

const RECORDS_SHOWN = 3;

function Records({ bay, title, list }: { bay: Bay; title: Key; list: FlightRecord[] }) {
	const older = list.slice(RECORDS_SHOWN);
	if (list.length === 0) return null;
	return (
		<>
			<h3>{t(title)}</h3>
			<p class="small muted">{t("bay.records_hint")}</p>
			<RecordList bay={bay} list={list.slice(0, RECORDS_SHOWN)} />
			{older.length > 0 && (
				<details class="small">
					<summary>{t("bay.records_more", { n: older.length })}</summary>
					<RecordList bay={bay} list={older} />
				</details>
			)}
		</>
	);
}

/** Which modem this is, where that is not plain: another one since, or from another bay. */
function Modems({ health }: { health: BayHealth }) {
	const [now, ...before] = health.modems;
	if (!now) return null;
	return (
		<>
			{before.length > 0 && <p>{t("bay.modem_changed", { at: when(now.since) })}</p>}
			{now.from_bay !== null && <p>{t("bay.modem_was_in", { n: now.from_bay })}</p>}
			{health.same_imei_bay !== null && (
				<p class="muted">{t("bay.modem_same_imei", { n: health.same_imei_bay })}</p>
			)}
			{before.length > 0 && (
				<details>
					<summary>{t("bay.modems_before")}</summary>
					<ul class="small">
						{before.map((m) => (
							<li key={m.since}>
								<Time at={m.since} /> <bdi>{m.model}</bdi>{" "}
								<bdi class="mono muted" dir="ltr">
									{m.imei}
								</bdi>
							</li>
						))}
					</ul>
				</details>
			)}
		</>
	);
}

/** How often it failed and how long it could send, and what that counts. */
function Fared({ health }: { health: BayHealth }) {
	return (
		<>
			<p>{fared(health)}</p>
			{ready(health).map((line) => (
				<p key={line}>{line}</p>
			))}
			<p class="small muted">{t("bay.counted")}</p>
		</>
	);
}

function History({ bay, isAdmin }: { bay: Bay; isAdmin: boolean }) {
	const health = useGet<BayHealth>(`/bays/${bay.id}/health`);
	const failures = useGet<{ items: BayFailure[] }>(`/bays/${bay.id}/failures`);
	const records = useGet<{ items: FlightRecord[] }>(isAdmin ? `/bays/${bay.id}/records` : null);
	const again = useThrottled(() => {
		health.reload();
		failures.reload();
		records.reload();
	}, 1500);
	// Whatever moves it may be the beginning or the end of a failure.
	useEffect(again, [bay.state, bay.reason]);
	// While one lasts, its time grows without any news.
	const isOut = failures.data?.items[0]?.back_at === null;
	useEffect(() => {
		if (!isOut) return;
		const timer = window.setInterval(health.reload, OUT_EVERY_MS);
		return () => window.clearInterval(timer);
	}, [isOut, health.reload]);
	if (health.error) return <ErrorNotice error={health.error} />;
	if (!health.data) return <Skeleton rows={2} />;
	const { causes } = health.data;
	const kept = records.data?.items ?? [];
	return (
		<Part id="bay-history" title="bay.history">
			<Modems health={health.data} />
			<Fared health={health.data} />
			{causes.length > 0 && (
				<>
					<h3>{t("bay.causes")}</h3>
					<dl class="rank small">
						{causes.map((c) => (
							<>
								<dt class="num">{t("bay.times", { n: c.failures })}</dt>
								<dd>{causeText(c.cause, c.text)}</dd>
							</>
						))}
					</dl>
				</>
			)}
			<Failures list={(failures.data?.items ?? []).filter((f) => !f.of_earlier_modem)} />
			<Records bay={bay} title="bay.records" list={kept.filter((r) => !r.of_earlier_modem)} />
			<Records bay={bay} title="bay.records_before" list={kept.filter((r) => r.of_earlier_modem)} />
		</Part>
	);
}

function TheSignal({ bay }: { bay: Bay }) {
	const signal = useGet<{ items: SignalHour[] }>(`/bays/${bay.id}/signal`);
	const hours = signal.data?.items ?? [];
	if (hours.length < 2) return null; // too little for a course
	return (
		<Part id="bay-signal" title="signal.history">
			<SignalWeek hours={hours} now={Date.now()} />
		</Part>
	);
}

/** A socket out of use would stand under what needs a hand for ever. */
function Forget({ bay }: { bay: Bay }) {
	return (
		<details class="small">
			<summary>{t("bay.forget_ask")}</summary>
			<div class="stack-s">
				<p class="muted">{t("bay.forget_hint")}</p>
				<div class="row">
					<Act
						kind="small danger"
						run={async () => {
							await del(`/bays/${bay.id}`);
							go("/sims");
						}}
					>
						{t("bay.forget")}
					</Act>
				</div>
			</div>
		</details>
	);
}

/** Whose papers to look for: a locked SIM tells its serial number, and may be known by it. */
function WhichSim({ bay }: { bay: Bay }) {
	const sims = useGet<{ items: Sim[] }>("/sims");
	if (!bay.iccid) return null;
	return (
		<p>
			{t("bay.the_sim")}: <LockedSim bay={bay} sims={sims.data?.items ?? []} />{" "}
			<bdi class="mono muted small" dir="ltr">
				ICCID {bay.iccid}
			</bdi>
		</p>
	);
}

function Now({ bay, isAdmin }: { bay: Bay; isAdmin: boolean }) {
	return (
		<section class={`notice ${bayLook(bay).tone}`} aria-live="polite">
			<Light bay={bay} />
			<div class="grow stack-s">
				<p class="bay-page-sentence">
					<BaySentence bay={bay} />
				</p>
				<p class="small muted">{t("bay.since", { at: when(bay.changed_at) })}</p>
				{bay.denied_because && !isKey(`bay.denied.${bay.denied_cause ?? ""}`) && (
					<p>
						{t("bay.denied_because")} <bdi dir="ltr">{bay.denied_because}</bdi>
					</p>
				)}
				{bay.reason === "denied" && networksFound(bay) && <p>{networksFound(bay)}</p>}
				{bay.state === "PIN" && <WhichSim bay={bay} />}
				{isAdmin && wantsPin(bay) && <EnterPin key={bay.reason} bay={bay} />}
				{isAdmin && <EnterPuk bay={bay} />}
				{isAdmin && (
					<div class="row">
						<BayAct bay={bay} />
					</div>
				)}
				{isAdmin && bay.state === "ABSENT" && <Forget bay={bay} />}
				{!isAdmin && bayCare(bay) === "hand" && <p class="small muted">{t("bay.admin_only")}</p>}
			</div>
		</section>
	);
}

export function BayPage({ place, session }: PageProps) {
	const bays = useGet<{ items: Bay[] }>("/bays");
	const plans = useGet<{ items: Plan[] }>("/plans");
	const [isEditing, setIsEditing] = useState(false);
	const id = Number(place.path[2]);
	useEvent<Bay>("slot", (next) => {
		if (next.id !== id || !bays.data) return;
		bays.set({ items: bays.data.items.map((b) => (b.id === id ? next : b)) });
	});
	if (bays.error) return <ErrorNotice error={bays.error} />;
	if (!bays.data) return <Skeleton rows={8} />;
	const bay = bays.data.items.find((b) => b.id === id);
	const isAdmin = session.user?.role === "admin";
	return (
		<div class="page">
			<Link href="/sims" class="row small">
				<Icon name="back" size={16} />
				{t("bays.back")}
			</Link>
			{!bay ? (
				<section class="card">
					<Empty title={t("bays.gone")} text={t("bays.gone_text")} />
				</section>
			) : (
				<>
					<div class="page-head">
						<div class="row">
							<h1>{t("bay.number", { n: bay.id })}</h1>
							{(bay.sim?.name || bay.sim?.msisdn) && (
								<span class="muted">
									<BayTitle bay={bay} />
								</span>
							)}
						</div>
					</div>
					<Now bay={bay} isAdmin={isAdmin} />
					<div class="columns">
						<div class="stack">
							<History bay={bay} isAdmin={isAdmin} />
							<TheSignal bay={bay} />
							{isAdmin && <SelfTest bay={bay} />}
						</div>
						<div class="stack">
							{bay.sim && (
								<TheSim bay={bay} sim={bay.sim} isAdmin={isAdmin} onEdit={() => setIsEditing(true)} />
							)}
							<TheModem bay={bay} isAdmin={isAdmin} />
						</div>
					</div>
					{isEditing && bay.sim && (
						<EditSim
							sim={bay.sim}
							plans={plans.data?.items ?? []}
							canAsk={isAdmin}
							onClose={() => setIsEditing(false)}
							onDone={() => {
								setIsEditing(false);
								bays.reload();
							}}
						/>
					)}
				</>
			)}
		</div>
	);
}
