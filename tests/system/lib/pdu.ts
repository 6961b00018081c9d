// A second, independent reading of what went on air: SUBMIT PDUs decoded from 3GPP TS
// 23.040 and 23.038 for the judges of the system tests. It shares nothing with the codecs
// of the firmware, so that both cannot be wrong in the same way.

const basic =
	"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
	"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const extension: Record<number, string> = {
	0x0a: "\f",
	0x14: "^",
	0x28: "{",
	0x29: "}",
	0x2f: "\\",
	0x3c: "[",
	0x3d: "~",
	0x3e: "]",
	0x40: "|",
	0x65: "€",
};


// TS 23.038 6.2.1.2.4: national language tables by identifier, as what differs from the
// default ones; those that the tests send.
const lockings: Record<number, Record<number, string>> = {
	1: { 0x04: "€", 0x07: "ı", 0x0b: "Ğ", 0x0c: "ğ", 0x1c: "Ş", 0x1d: "ş", 0x40: "İ", 0x60: "ç" },
};
const singles: Record<number, Record<number, string>> = {
	1: { 0x47: "Ğ", 0x49: "İ", 0x53: "Ş", 0x63: "ç", 0x67: "ğ", 0x69: "ı", 0x73: "ş" },
	2: {
		0x09: "ç", 0x41: "Á", 0x49: "Í", 0x4f: "Ó", 0x55: "Ú", 0x61: "á", 0x69: "í", 0x6f: "ó",
		0x75: "ú",
	},
};

export interface Submit {
	to: string;
	srr: boolean;
	alphabet: "gsm7" | "8bit" | "ucs2";
	concat: { ref: number; total: number; seq: number } | null;
	locking: number; // national language identifiers, 0: the default tables
	single: number;
	text: string;
	validity: number | null; // the octet of a relative TP-VP
	octets: number; // of the TPDU
}

function unhex(hex: string): number[] {
	if (hex.length % 2 || /[^0-9a-f]/i.test(hex)) throw new Error(`not hex: ${hex}`);
	return hex.match(/../g)!.map((h) => parseInt(h, 16));
}

function semiOctets(bytes: number[], digits: number): string {
	const all = bytes.map((b) => (b & 15).toString(16) + (b >> 4).toString(16)).join("");
	return all.slice(0, digits);
}

function septets(bytes: number[], skipBits: number, count: number): number[] {
	const out: number[] = [];
	for (let i = 0; i < count; i++) {
		let value = 0;
		for (let b = 0; b < 7; b++) {
			const bit = skipBits + i * 7 + b;
			const byte = bytes[bit >> 3];
			if (byte === undefined) throw new Error("user data too short");
			value |= ((byte >> (bit & 7)) & 1) << b;
		}
		out.push(value);
	}
	return out;
}

function tableOf(tables: typeof singles, language: number): Record<number, string> {
	if (language !== 0 && !tables[language]) throw new Error(`no table ${language}`);
	return tables[language] ?? {};
}

function gsm7Text(codes: number[], locking: number, single: number): string {
	const shifted = tableOf(singles, single);
	const plain = tableOf(lockings, locking);
	let text = "";
	for (let i = 0; i < codes.length; i++) {
		if (codes[i] !== 0x1b) {
			text += plain[codes[i]] ?? basic[codes[i]];
			continue;
		}
		const next = codes[++i];
		if (next === undefined) throw new Error("escape at the end of a part");
		const ch = shifted[next] ?? extension[next];
		if (ch === undefined) throw new Error(`escape to nothing: ${next}`);
		text += ch;
	}
	return text;
}

function ucs2Text(bytes: number[]): string {
	if (bytes.length % 2) throw new Error("odd UCS-2 length");
	let text = "";
	for (let i = 0; i < bytes.length; i += 2) {
		text += String.fromCharCode((bytes[i] << 8) | bytes[i + 1]);
	}
	if (/^[\udc00-\udfff]|[\ud800-\udbff]$/.test(text)) throw new Error("pair cut in two");
	return text;
}

/** The elements of a header, by identifier. */
function elementsOf(header: number[]): Map<number, number[]> {
	const all = new Map<number, number[]>();
	for (let i = 0; i < header.length; ) {
		const [id, len] = [header[i], header[i + 1]];
		all.set(id, header.slice(i + 2, i + 2 + len));
		i += 2 + len;
	}
	return all;
}

function concatOf(elements: Map<number, number[]>): Submit["concat"] {
	const short = elements.get(0x00);
	if (short) return { ref: short[0], total: short[1], seq: short[2] };
	const long = elements.get(0x08);
	return long ? { ref: (long[0] << 8) | long[1], total: long[2], seq: long[3] } : null;
}

function alphabetOf(dcs: number): Submit["alphabet"] {
	if (dcs >> 6 === 0) return (["gsm7", "8bit", "ucs2", "gsm7"] as const)[(dcs >> 2) & 3];
	if (dcs >> 4 === 15) return dcs & 4 ? "8bit" : "gsm7";
	return dcs >> 4 === 14 ? "ucs2" : "gsm7";
}

export function decodeSubmit(hex: string): Submit {
	const all = unhex(hex);
	const b = all.slice(1 + all[0]); // behind the service centre's address
	const first = b[0];
	if ((first & 3) !== 1) throw new Error(`not a SUBMIT: ${first}`);
	const digits = b[2];
	const addressOctets = (digits + 1) >> 1;
	const international = (b[3] & 0x70) === 0x10;
	const to = (international ? "+" : "") + semiOctets(b.slice(4, 4 + addressOctets), digits);
	let at = 4 + addressOctets + 1; // TP-PID passed
	const dcs = b[at++];
	const vpf = (first >> 3) & 3;
	const validity = vpf === 2 ? b[at] : null;
	at += vpf === 0 ? 0 : vpf === 2 ? 1 : 7;
	const udl = b[at++];
	const ud = b.slice(at);
	const alphabet = alphabetOf(dcs);
	const hasHeader = (first & 0x40) !== 0;
	const headerOctets = hasHeader ? ud[0] + 1 : 0;
	const elements = elementsOf(hasHeader ? ud.slice(1, headerOctets) : []);
	const concat = concatOf(elements);
	const single = elements.get(0x24)?.[0] ?? 0; // TS 23.040 9.2.3.24.15
	const locking = elements.get(0x25)?.[0] ?? 0; // 9.2.3.24.16
	let text: string;
	if (alphabet === "gsm7") {
		const headerSeptets = Math.ceil((headerOctets * 8) / 7);
		text = gsm7Text(septets(ud, headerSeptets * 7, udl - headerSeptets), locking, single);
	} else {
		if (udl !== ud.length) throw new Error("TP-UDL does not match");
		text = alphabet === "ucs2" ? ucs2Text(ud.slice(headerOctets)) : "";
	}
	const srr = (first & 0x20) !== 0;
	return { to, srr, alphabet, concat, locking, single, text, validity, octets: b.length };
}
