// A SIM's own page of settings: its name and number, its contract, whose messages it takes.
import { useState } from "preact/hooks";
import { Act, Field } from "../components/bits";
import { Dialog } from "../components/dialog";
import { SelectField, TextField } from "../components/form";
import { patch, post } from "../lib/api";
import { type Key, t } from "../lib/i18n";
import { BalanceScriptOf } from "./sim_balance";
import type { OperatorAnswer, Plan, Sim, SimRole } from "../lib/types";

/** A code to the operator and what it answers, as the balance. */
function AskOperator({ sim }: { sim: Sim }) {
	const [code, setCode] = useState("");
	const [choice, setChoice] = useState("");
	const [asked, setAsked] = useState("");
	const [answer, setAnswer] = useState<OperatorAnswer | null>(null);
	// A menu's dialogue ends with each answer: what was chosen in it is said again, in order.
	async function ask(whole: string) {
		setAnswer(null);
		setChoice("");
		setAsked(whole);
		setAnswer(await post<OperatorAnswer>(`/sims/${sim.id}/ussd`, { code: whole }));
	}
	return (
		<div class="stack">
			<Field label={t("sim.ask")} hint={t("sim.ask_hint")} id="sim-ask">
				<input
					id="sim-ask"
					class="input"
					type="tel"
					dir="ltr"
					placeholder="*100#"
					autocomplete="off"
					value={code}
					onInput={(e) => setCode(e.currentTarget.value)}
				/>
			</Field>
			<div class="row">
				<Act
					kind="small"
					disabled={code.trim() === ""}
					run={() => ask(code.trim())}
				>
					{t("sim.ask_go")}
				</Act>
			</div>
			{answer && (
				<div role="status">
					<p dir="auto" style="white-space:pre-line">
						{answer.text}
					</p>
					{answer.more && (
						<>
							<Field label={t("sim.answer")} hint={t("sim.ask_more")} id="sim-answer">
								<input
									id="sim-answer"
									class="input"
									type="tel"
									dir="ltr"
									autocomplete="off"
									value={choice}
									onInput={(e) => setChoice(e.currentTarget.value)}
								/>
							</Field>
							<Act
								kind="small primary"
								disabled={choice.trim() === ""}
								run={() => ask(`${asked},${choice.trim()}`)}
							>
								{t("sim.answer_go")}
							</Act>
						</>
					)}
				</div>
			)}
			<BalanceScriptOf sim={sim} answer={answer?.text ?? sim.balance_unread ?? ""} />
		</div>
	);
}

export function EditSim(props: {
	sim: Sim;
	plans: Plan[];
	canAsk: boolean;
	onDone: () => void;
	onClose: () => void;
}) {
	const [name, setName] = useState(props.sim.name);
	const [msisdn, setMsisdn] = useState(props.sim.msisdn);
	const [enabled, setEnabled] = useState(props.sim.enabled);
	const [plan, setPlan] = useState(props.sim.plan_id ?? 0);
	const [role, setRole] = useState<SimRole>(props.sim.role);
	const [group, setGroup] = useState(props.sim.group);
	return (
		<Dialog
			title={t("sim.edit")}
			onClose={props.onClose}
			footer={
				<Act
					kind="primary"
					run={async () => {
						const number = msisdn.trim();
						await patch(`/sims/${props.sim.id}`, {
							name: name.trim(),
							enabled,
							plan_id: plan || null,
							role,
							group: group.trim(),
							...(number && number !== props.sim.msisdn ? { msisdn: number } : {}),
						});
						props.onDone();
					}}
				>
					{t("save")}
				</Act>
			}
		>
			<Field label={t("sim.name")} id="sim-name">
				<input id="sim-name" class="input" dir="auto" value={name} onInput={(e) => setName(e.currentTarget.value)} />
			</Field>
			<Field label={t("sim.msisdn")} hint={t("sim.msisdn_hint")} id="sim-msisdn">
				<input
					id="sim-msisdn"
					class="input"
					type="tel"
					dir="ltr"
					value={msisdn}
					onInput={(e) => setMsisdn(e.currentTarget.value)}
				/>
			</Field>
			<Field label={t("sim.plan")} hint={t("sim.plan_hint")} id="sim-plan">
				<select id="sim-plan" class="input" value={plan} onChange={(e) => setPlan(Number(e.currentTarget.value))}>
					<option value={0}>{t("sim.no_plan")}</option>
					{props.plans.map((p) => (
						<option key={p.id} value={p.id}>
							{p.name}
						</option>
					))}
				</select>
			</Field>
			<SelectField
				id="sim-role"
				label={t("sim.role")}
				hint={t(`sim.role.${role}.hint` as Key)}
				value={role}
				among={["both", "promotional", "service"] as const}
				name={(r) => t(`sim.role.${r}` as Key)}
				onValue={setRole}
			/>
			<TextField id="sim-group" label={t("sim.group")} hint={t("sim.group_hint")} value={group} onValue={setGroup} max={63} />
			<label class="row">
				<input type="checkbox" checked={enabled} onChange={(e) => setEnabled(e.currentTarget.checked)} />
				{t("sim.enabled")}
			</label>
			{props.canAsk && <AskOperator sim={props.sim} />}
			<dl class="pairs small">
				<dt>ICCID</dt>
				<dd class="mono" dir="ltr">{props.sim.iccid}</dd>
				<dt>IMSI</dt>
				<dd class="mono" dir="ltr">{props.sim.imsi}</dd>
			</dl>
		</Dialog>
	);
}
