// Looking after one bay: what its modem says of itself, the PIN or the admission that it
// waits for, a self-test, and how often it failed and why.
import { useState } from "preact/hooks";
import { baySentence } from "../components/bank";
import { Act, ErrorNotice, Field, Notice, Skeleton, Time } from "../components/bits";
import { Dialog } from "../components/dialog";
import { post, put } from "../lib/api";
import { number, span, when } from "../lib/format";
import { isKey, type Key, t } from "../lib/i18n";
import type { Bay, BayHealth, BayTest, FlightRecord } from "../lib/types";
import { useGet } from "../lib/use";

/** From here on a message memory is about to turn texts away. */
const MEMORY_ALARM = 80;

const causeText = (cause: string, otherwise: string) =>
	isKey(`bay.reason.${cause}`) ? t(`bay.reason.${cause}` as Key) : otherwise;

function EnterPin({ bay }: { bay: Bay }) {
	const [pin, setPin] = useState("");
	const [done, setDone] = useState(false);
	return (
		<div class="stack">
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

/** What the SIM in the bay may do. */
function Permissions({ bay }: { bay: Bay }) {
	const sim = bay.sim;
	if (!sim) return null;
	return (
		<div class="row">
			{!sim.admitted && (
				<Act kind="primary small" run={() => post(`/sims/${sim.id}/admit`)}>
					{t("bay.admit")}
				</Act>
			)}
			<Act kind="small" run={() => put(`/sims/${sim.id}/roaming`, { may_roam: !sim.may_roam })}>
				{t(sim.may_roam ? "bay.stay_home" : "bay.may_roam")}
			</Act>
			<Act kind="small" run={() => post(`/sims/${sim.id}/balance`)}>
				{t("bay.ask_balance")}
			</Act>
		</div>
	);
}

function Readings({ bay }: { bay: Bay }) {
	const memory = bay.memory_percent;
	return (
		<>
			{memory !== null && memory >= MEMORY_ALARM && (
				<Notice tone="warn">{t("bay.memory_full", { percent: number(memory) })}</Notice>
			)}
			{bay.denied_because && (
				<p>
					{t("bay.denied_because")} <bdi dir="ltr">{bay.denied_because}</bdi>
				</p>
			)}
			<dl class="pairs small">
				{bay.temperature_c !== null && (
					<>
						<dt>{t("bay.temperature")}</dt>
						<dd dir="ltr">{number(bay.temperature_c)} °C</dd>
					</>
				)}
				{bay.supply_mv !== null && (
					<>
						<dt>{t("bay.supply")}</dt>
						<dd dir="ltr">{number(bay.supply_mv / 1000, 2)} V</dd>
					</>
				)}
				{memory !== null && (
					<>
						<dt>{t("bay.memory")}</dt>
						<dd>{number(memory)} %</dd>
					</>
				)}
			</dl>
		</>
	);
}

function SelfTest({ bay }: { bay: Bay }) {
	const [result, setResult] = useState<BayTest | null>(null);
	return (
		<div class="stack">
			<div class="row">
				<Act
					kind="small"
					run={async () => {
						setResult(null);
						setResult(await post<BayTest>(`/bays/${bay.id}/test`));
					}}
				>
					{t("bay.test")}
				</Act>
			</div>
			{result && (
				<div role="status">
					<p>{t(result.passed ? "bay.test_passed" : "bay.test_failed")}</p>
					<dl class="pairs small">
						{result.checks.map((c) => (
							<>
								<dt>{t(`bay.check.${c.check}` as Key)}</dt>
								<dd>
									{t(`bay.verdict.${c.verdict}` as Key)}{" "}
									{c.said && (
										<bdi class="mono muted" dir="ltr">
											{c.said}
										</bdi>
									)}
								</dd>
							</>
						))}
					</dl>
				</div>
			)}
		</div>
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

function Records({ bay, title, list }: { bay: Bay; title: Key; list: FlightRecord[] }) {
	if (list.length === 0) return null;
	return (
		<>
			<h3>{t(title)}</h3>
			<ul class="small">
				{list.map((r) => (
					<li key={r.id}>
						<a href={`/api/v1/bays/${bay.id}/records/${r.id}`} download>
							<Time at={r.at} />
						</a>{" "}
						{causeText(r.cause, r.cause)}
					</li>
				))}
			</ul>
		</>
	);
}

function History({ bay }: { bay: Bay }) {
	const health = useGet<BayHealth>(`/bays/${bay.id}/health`);
	const records = useGet<{ items: FlightRecord[] }>(`/bays/${bay.id}/records`);
	if (health.error) return <ErrorNotice error={health.error} />;
	if (!health.data) return <Skeleton rows={2} />;
	const { failures, mtbf_seconds, causes } = health.data;
	const kept = records.data?.items ?? [];
	return (
		<div class="stack">
			<h3>{t("bay.history")}</h3>
			<Modems health={health.data} />
			<p>
				{failures === 0 || mtbf_seconds === null
					? t("bay.no_failures")
					: t("bay.failures", { n: failures, mtbf: span(mtbf_seconds) })}
			</p>
			<ul class="small">
				{causes.map((c) => (
					<li key={c.cause}>
						<span class="num">{number(c.failures)} ×</span> {causeText(c.cause, c.text)}
					</li>
				))}
			</ul>
			<Records bay={bay} title="bay.records" list={kept.filter((r) => !r.of_earlier_modem)} />
			<Records bay={bay} title="bay.records_before" list={kept.filter((r) => r.of_earlier_modem)} />
		</div>
	);
}

export function BayCare({ bay, onClose }: { bay: Bay; onClose: () => void }) {
	return (
		<Dialog title={t("bay.number", { n: bay.id })} onClose={onClose}>
			<p>{baySentence(bay)}</p>
			{bay.state === "PIN" && <EnterPin bay={bay} />}
			<Permissions bay={bay} />
			<Readings bay={bay} />
			<SelfTest bay={bay} />
			<History bay={bay} />
		</Dialog>
	);
}
