// The licences of the work of others that is in the panel and in our tables: as a page of the
// panel, and as stanzas of the package's copyright file (DEP-5). A package whose licence text
// is missing, or of a kind that nobody here has agreed to, ends the build.
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const TEXTS = /^(licen[cs]e|notice|copying)(\.(md|txt))?$/i;
const COPYRIGHT = /^\s*copyright\b.*\d{4}.*$/gim;
// By npm's name, each with Debian's: these ask for their notice and for nothing else.
const AGREED = new Map([
	["MIT", "Expat"],
	["BSD-2-Clause", "BSD-2-clause"],
	["BSD-3-Clause", "BSD-3-clause"],
	["ISC", "ISC"],
]);
const UNICODE = {
	name: "Unicode data",
	why: "Which characters go together; in the panel, the hours of the day by region (CLDR).",
	files: "firmware/sms/cluster_tables.c",
	license: "Unicode-3.0",
};

/** The folders of the packages that have code in a bundle, by esbuild's metafile. */
export function packageFolders(metafile) {
	const found = new Set();
	for (const { inputs } of Object.values(metafile.outputs))
		for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
			const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file);
			if (folder && bytesInOutput > 0)
				found.add(folder[1]);
		}
	return [...found];
}

/** What a package's folder says of its licence; throws where that is not enough. */
export function noticeOf(folder) {
	const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
	const texts = readdirSync(folder).filter((name) => TEXTS.test(name)).sort();
	const text = texts.map((name) => readFileSync(join(folder, name), "utf8").trim()).join("\n\n");
	const license = AGREED.get(about.license);
	if (!texts.some((name) => !/^notice/i.test(name)) || text === "")
		throw new Error(`${about.name} comes without the text of its licence`);
	if (!license)
		throw new Error(`${about.name} has the licence ${about.license}: may it be shipped?`);
	if (!text.match(COPYRIGHT))
		throw new Error(`${about.name}: its licence names no holder of the copyright`);
	return {
		name: `${about.name} ${about.version}`,
		files: `web/node_modules/${about.name}/*`,
		license,
		text,
	};
}

/** Every notice that goes with a bundle, by name; root: where the metafile's paths begin. */
export function noticesOf(metafile, root) {
	const found = packageFolders(metafile).map((folder) => noticeOf(join(root, folder)));
	const text = readFileSync(join(here, "unicode-license.txt"), "utf8");
	return [...found.sort((a, b) => (a.name < b.name ? -1 : 1)), { ...UNICODE, text }];
}

/** The page of the panel. */
export function noticesPage(notices) {
	const parts = notices.map(({ name, why, text }) =>
		[name, "-".repeat(name.length), ...(why ? [why, ""] : []), text.trim()].join("\n"),
	);
	return ["Chapar contains the work of others. Their notices:", ...parts].join("\n\n\n") + "\n";
}

/** The stanzas of the copyright file, each with its whole text. */
export function noticesStanzas(notices) {
	return notices
		.map(({ files, license, text }) => {
			const holders = text.match(COPYRIGHT).map((line) =>
				line.replace(/^\s*copyright\s*(\(c\)|©)?\s*/i, "").replace(/,? *$/, ""),
			);
			const body = text
				.trim()
				.split("\n")
				.map((line) => (line.trim() === "" ? " ." : ` ${line.trimEnd()}`));
			const lines = [`Files: ${files}`, `Copyright: ${holders.join("\n ")}`];
			return [...lines, `License: ${license}`, ...body].join("\n");
		})
		.join("\n\n") + "\n";
}
