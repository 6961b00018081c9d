// How the box reads the balance of an operator's SIMs by itself: the code that is asked, and
// the words around the amount in the answer.
import { useState } from "preact/hooks";
import { Act, Notice } from "../components/bits";
import { NumberField, TextField } from "../components/form";
import { del, post, put, query } from "../lib/api";
import { number } from "../lib/format";
import { t } from "../lib/i18n";
import { useGet } from "../lib/use";
import type { BalanceScript, Sim } from "../lib/types";

function Script(props: { sim: Sim; script: BalanceScript | undefined; answer: string; reload: () => void }) {
	const { sim, script, answer, reload } = props;
	const [code, setCode] = useState(script?.code ?? "");
	const [pattern, setPattern] = useState(script?.pattern ?? "");
	const [hours, setHours] = useState(script?.every_hours ?? 24);
	const [amount, setAmount] = useState<number | null>(null);
	const operator = sim.operator;
	return (
		<div class="stack">
			<TextField id="balance-code" label={t("balance.code")} hint={t("balance.code_hint")} value={code} onValue={setCode} max={63} ltr />
			<TextField
				id="balance-pattern"
				label={t("balance.pattern")}
				hint={t("balance.pattern_hint", { amount: "{amount}" })}
				value={pattern}
				onValue={setPattern}
				max={159}
			/>
			<NumberField id="balance-hours" label={t("balance.hours")} value={hours} onValue={setHours} max={720} />
			<div class="row">
				{answer && (
					<Act
						kind="small"
						disabled={pattern === ""}
						run={async () => {
							setAmount(null);
							const read = await post<{ amount: number }>("/balance-scripts/try", { pattern, text: answer });
							setAmount(read.amount);
						}}
					>
						{t("balance.try")}
					</Act>
				)}
				<Act
					kind="small primary"
					disabled={code.trim() === "" || pattern.trim() === "" || hours < 1}
					run={async () => {
						await put("/balance-scripts", { operator, code: code.trim(), pattern: pattern.trim(), every_hours: hours });
						await post(`/sims/${sim.id}/balance`);
						reload();
					}}
				>
					{t("balance.save", { operator: operator || "–" })}
				</Act>
				{script && (
					<Act
						kind="small"
						run={async () => {
							await del(query("/balance-scripts", { operator }));
							reload();
						}}
					>
						{t("balance.delete")}
					</Act>
				)}
			</div>
			{amount !== null && <Notice tone="good">{t("balance.read", { amount: number(amount, 2) })}</Notice>}
		</div>
	);
}

/** answer: what the operator said last in this dialog, to try the pattern on. */
export function BalanceScriptOf({ sim, answer }: { sim: Sim; answer: string }) {
	const { data, reload } = useGet<{ items: BalanceScript[] }>("/balance-scripts");
	if (!data) return null;
	const script = data.items.find((s) => s.operator.toLowerCase() === sim.operator.toLowerCase());
	return (
		<details>
			<summary>{t("balance.title")}</summary>
			<Script key={script?.code ?? ""} sim={sim} script={script} answer={answer} reload={reload} />
		</details>
	);
}
