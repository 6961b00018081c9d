// The one thing to do about a bay, as a button beside its sentence.
import { useState } from "preact/hooks";
import { post, put } from "../lib/api";
import { gaveUp } from "../lib/bays";
import { type Key, t } from "../lib/i18n";
import type { Bay, Sim } from "../lib/types";
import { Act } from "./bits";

interface Remedy {
	label: Key;
	run: (bay: Bay, sim: Sim) => Promise<unknown>;
	after?: Key; // what is said then; without it the bay itself shows that it was done
}

const balance: Remedy = {
	label: "bay.ask_balance",
	run: (_, sim) => post(`/sims/${sim.id}/balance`),
	after: "bay.asked_balance",
};

const remedies: Record<string, Remedy> = {
	sim_new: { label: "bay.admit", run: (_, sim) => post(`/sims/${sim.id}/admit`) },
	roaming: {
		label: "bay.may_roam",
		run: (_, sim) => put(`/sims/${sim.id}/roaming`, { may_roam: true }),
	},
	refusing: balance,
	breaker: balance,
	limit_balance: balance,
};
const restart: Remedy = { label: "bay.reset", run: (bay) => post(`/bays/${bay.id}/reset`) };
const restarts = new Set(["setup_refused", "port_refused"]);

function remedyOf(bay: Bay): Remedy | undefined {
	if (bay.sim && remedies[bay.reason]) return remedies[bay.reason];
	return gaveUp(bay) || restarts.has(bay.reason) ? restart : undefined;
}

export function BayAct({ bay }: { bay: Bay }) {
	const [doneFor, setDoneFor] = useState("");
	const remedy = remedyOf(bay);
	if (!remedy || bay.state === "SENDING") return null;
	return (
		<>
			<Act
				kind="primary small"
				run={async () => {
					await remedy.run(bay, bay.sim as Sim);
					setDoneFor(bay.reason);
				}}
			>
				{t(remedy.label)}
			</Act>
			{remedy.after && doneFor === bay.reason && (
				<span class="small" role="status">
					{t(remedy.after)}
				</span>
			)}
		</>
	);
}
