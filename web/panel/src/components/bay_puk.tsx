// The PUK of a locked SIM and the PIN that it is to get by it: tried once, and what a wrong
// one costs is said before.
import { useEffect, useState } from "preact/hooks";
import { post } from "../lib/api";
import { mayBeLost, wantsPuk } from "../lib/bays";
import { t } from "../lib/i18n";
import type { Bay } from "../lib/types";
import { Act, Field, Notice } from "./bits";

function Code(props: { id: string; value: string; onValue: (value: string) => void }) {
	return (
		<input
			id={props.id}
			class="input"
			type="password"
			inputMode="numeric"
			autocomplete="off"
			dir="ltr"
			maxLength={8}
			value={props.value}
			onInput={(e) => props.onValue(e.currentTarget.value)}
		/>
	);
}

function PukForm({ bay, onTried }: { bay: Bay; onTried: () => void }) {
	const [puk, setPuk] = useState("");
	const [pin, setPin] = useState("");
	const [again, setAgain] = useState("");
	const [confirmed, setConfirmed] = useState(false);
	const differs = again.length >= pin.length && again !== pin;
	const fits = /^\d{8}$/.test(puk) && /^\d{4,8}$/.test(pin) && again === pin;
	const left = bay.puk_tries;
	return (
		<div class="stack-s">
			<p>{left === null ? t("bay.puk_warn_unknown") : t("bay.puk_warn", { n: left })}</p>
			<Field label={t("bay.puk")} hint={t("bay.puk_hint")} id="bay-puk">
				<Code id="bay-puk" value={puk} onValue={setPuk} />
			</Field>
			<Field label={t("bay.puk_pin")} hint={t("bay.puk_pin_hint")} id="bay-puk-pin">
				<Code id="bay-puk-pin" value={pin} onValue={setPin} />
			</Field>
			<Field label={t("bay.puk_again")} error={differs ? t("bay.puk_differs") : undefined} id="bay-puk-again">
				<Code id="bay-puk-again" value={again} onValue={setAgain} />
			</Field>
			{mayBeLost(bay) && (
				<label class="row">
					<input type="checkbox" checked={confirmed} onChange={(e) => setConfirmed(e.currentTarget.checked)} />
					{t("bay.puk_confirm")}
				</label>
			)}
			<div class="row">
				<Act
					kind="primary small"
					disabled={!fits || (mayBeLost(bay) && !confirmed)}
					run={async () => {
						await post(`/bays/${bay.id}/puk`, { puk, pin, iccid: bay.iccid ?? "", may_be_last: confirmed });
						setPuk("");
						setPin("");
						setAgain("");
						setConfirmed(false);
						onTried();
					}}
				>
					{t("bay.puk_go")}
				</Act>
			</div>
		</div>
	);
}

/** Also while the SIM is read again and does not ask for it. */
export function EnterPuk({ bay }: { bay: Bay }) {
	const [tried, setTried] = useState(false);
	useEffect(() => {
		if (bay.reason !== "sim_puk" && bay.reason !== "sim_busy") setTried(false);
	}, [bay.reason]);
	return (
		<>
			{wantsPuk(bay) && <PukForm key={bay.iccid} bay={bay} onTried={() => setTried(true)} />}
			{tried && <Notice tone="good">{t("bay.puk_done")}</Notice>}
		</>
	);
}
