// Import of a long list, and the estimate and the preview over all of it.
import { startBox, until } from "../system/lib/box";

const texts = [
	["short, plain", "Hi {{first_name|friend}}, see you in {{city}}."],
	[
		"two parts, Greek, with things to save",
		"Γεια σας {{full_name|φίλε}} – σας περιμένουμε στο κατάστημά μας στην πόλη {{city|σας}}… " +
			"Η προσφορά “όλα μισή τιμή” ισχύει ως την Παρασκευή! 🎉",
	],
];

async function importing(rows: number) {
	const box = await startBox({ modems: 1, radio: false });
	try {
		const list = (await box.must("POST", "/lists", { name: "many", country: "GR" })).id;
		const body =
			"phone,first_name,last_name,city,consent_source,consent_date,consent_text\n" +
			Array.from(
				{ length: rows },
				(_, i) =>
					`69${String(44000000 + i)},Γιώργος,Γεωργίου,Αθήνα,web,2025-04-12,web form v3`,
			).join("\n");
		const start = Date.now();
		const { job } = await box.must("POST", `/lists/${list}/import?country=GR&name=m.csv`, body);
		const done = await until(
			"the import",
			async () => {
				const j = await box.must("GET", `/jobs/${job}`);
				return /done|failed/.test(j.state) ? j : undefined;
			},
			300_000,
			50,
		);
		const took = Date.now() - start;
		console.log(
			`import of ${rows} contacts: ${done.state}, ${done.accepted} accepted, ` +
				`${Math.round((rows * 1000) / took)} rows/s (upload included)`,
		);
		const campaign = (
			await box.must("POST", "/campaigns", {
				name: "c",
				list_id: list,
				text: "Γεια σας {{first_name|φίλε}}",
				class: "promotional",
			})
		).id;
		const t0 = Date.now();
		const e = await box.must("POST", `/campaigns/${campaign}/estimate`);
		console.log(`estimate over ${e.recipients} recipients: ${Date.now() - t0} ms`);
		for (const [what, text] of texts) {
			const t1 = Date.now();
			const p = await box.must("POST", "/messages/preview", { text, list_id: list });
			console.log(
				`preview (${what}) over ${p.list.recipients} recipients: ${Date.now() - t1} ms, ` +
					`${p.list.parts.min} to ${p.list.parts.max} parts, ${p.cheaper.length} cheaper`,
			);
		}
	} finally {
		await box.stop();
	}
}

await importing(100_000);
