// Who should get a text, worked out from a contact file without the firmware: which rows
// hold a mobile number of the country and a recorded consent. Deliberately simple rules,
// so that a number accepted here and refused there (or the other way) shows.
import { readFileSync } from "node:fs";

export interface Person {
	msisdn: string;
	name: string; // first name
	consent: boolean;
}

export interface Country {
	code: string; // ISO 3166
	calling: string;
	mobile: RegExp; // E.164
}

export const countries: Record<string, Country> = {
	el: { code: "GR", calling: "30", mobile: /^\+3069\d{8}$/ },
	en: { code: "GB", calling: "44", mobile: /^\+447[3-57-9]\d{8}$/ },
	fa: { code: "IR", calling: "98", mobile: /^\+989\d{9}$/ },
	he: { code: "IL", calling: "972", mobile: /^\+9725\d{8}$/ },
	ka: { code: "GE", calling: "995", mobile: /^\+9955\d{8}$/ },
	vi: { code: "VN", calling: "84", mobile: /^\+84[35789]\d{8}$/ },
};

const foreignDigits = /[\u06f0-\u06f9\u0660-\u0669]/g;

/** E.164 of a number as people write it; null where it is none. */
export function normalise(raw: string, country: Country): string | null {
	const latin = raw.replace(foreignDigits, (d) => String(d.charCodeAt(0) & 15));
	if (/[^\d\s()+\-./]/.test(latin.trim())) return null;
	let digits = latin.replace(/[^\d+]/g, "");
	if (digits.startsWith("00")) digits = "+" + digits.slice(2);
	if (!digits.startsWith("+")) {
		if (digits.startsWith("0")) digits = `+${country.calling}${digits.slice(1)}`;
		else if (country.mobile.test(`+${digits}`)) digits = `+${digits}`;
		else digits = `+${country.calling}${digits}`;
	}
	// A trunk zero kept behind the country code, as in +44 (0) 7400.
	digits = digits.replace(new RegExp(`^\\+${country.calling}0`), `+${country.calling}`);
	return country.mobile.test(digits) ? digits : null;
}

/** RFC 4180 rows; the delimiter is guessed from the header. */
export function csvRows(text: string): string[][] {
	const clean = text.replace(/^\ufeff/, "");
	const head = clean.slice(0, clean.indexOf("\n"));
	const delimiter = [",", ";", "\t"].sort((a, b) => head.split(b).length - head.split(a).length)[0];
	const rows: string[][] = [];
	let row: string[] = [];
	let cell = "";
	let quoted = false;
	for (let i = 0; i < clean.length; i++) {
		const ch = clean[i];
		if (quoted) {
			if (ch !== '"') cell += ch;
			else if (clean[i + 1] === '"') cell += clean[++i];
			else quoted = false;
		} else if (ch === '"') quoted = true;
		else if (ch === delimiter) {
			row.push(cell);
			cell = "";
		} else if (ch === "\n") {
			row.push(cell.replace(/\r$/, ""));
			rows.push(row);
			row = [];
			cell = "";
		} else cell += ch;
	}
	if (cell || row.length) rows.push([...row, cell]);
	return rows;
}

export function peopleOf(path: string, country: Country): Map<string, Person> {
	const [header, ...rows] = csvRows(readFileSync(path, "utf8"));
	const at = (name: string) => header.indexOf(name);
	const [phone, first, source] = [at("phone"), at("first_name"), at("consent_source")];
	const people = new Map<string, Person>();
	for (const row of rows) {
		const msisdn = normalise(row[phone] ?? "", country);
		if (!msisdn) continue;
		// A number that comes twice: the first row counts. The second may be somebody else's
		// mistake, so its evidence is no consent of the first.
		if (people.has(msisdn)) continue;
		people.set(msisdn, {
			msisdn,
			name: (row[first] ?? "").trim(),
			consent: (row[source] ?? "").trim() !== "",
		});
	}
	return people;
}
