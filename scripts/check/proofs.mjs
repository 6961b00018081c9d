// Each test that tests/README.md names is there: `file` or `file name`, the file as seen from
// tests/. A name is a C test's function, or how a quoted name begins in a TypeScript test.
import path from "node:path";

const MAP = "tests/README.md";
const NAMED = /`([\w./-]+\.(?:c|ts|txt|mjs|sh))(?: ([^`]+))?`/g;

function hasTest(file, text, name) {
	if (file.endsWith(".c"))
		return text.includes(`static void ${name}(void **`);
	return ['"', "`"].some((quote) => text.includes(quote + name));
}

function findings(tree) {
	const bad = [];
	for (const [, file, name] of (tree.get(MAP) ?? "").matchAll(NAMED)) {
		const at = path.posix.join("tests", file);
		if (!tree.has(at))
			bad.push(`${MAP}: ${file} is not there`);
		else if (name && !hasTest(at, tree.get(at), name))
			bad.push(`${MAP}: ${file} has no test "${name}"`);
	}
	return bad;
}

const sample = (map) => ({
	[MAP]: map,
	"tests/unit/test_a.c": "static void falls(void **state)\n",
	"tests/system/a.test.ts": 'test("a modem falls", () => {});\ntest(`one of ${n}`, f);\n',
});

export default {
	name: "proofs: each test that tests/README.md names is there",
	findings,
	good: [
		sample("`unit/test_a.c falls`, `system/a.test.ts a modem falls`, `system/a.test.ts`"),
		sample("`system/a.test.ts one of` and `make test` and `unit`"),
	],
	bad: [
		sample("`unit/test_b.c falls`"),
		sample("`unit/test_a.c rises`"),
		sample("`unit/test_a.c fall`"),
		sample("`system/a.test.ts modem falls`"),
	],
};
