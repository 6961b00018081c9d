// Bundles TypeScript entry points into build/ts so that plain node can run them:
//   node scripts/bundle.mjs [--out DIR] [file.ts ...]
// Without files: every *.test.ts(x) of tests/ and web/panel/. Prints the path of each bundle.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
process.chdir(root);
const modules = path.join(root, "web/node_modules");
const esbuild = createRequire(path.join(root, "web/package.json"))("esbuild");

function testFiles(dir) {
	if (!fs.existsSync(dir))
		return [];
	return fs
		.readdirSync(dir, { withFileTypes: true })
		.filter((entry) => entry.name !== "node_modules")
		.flatMap((entry) => {
			const file = path.join(dir, entry.name);
			if (entry.isDirectory())
				return testFiles(file);
			return /\.test\.tsx?$/.test(entry.name) ? [file] : [];
		})
		.sort();
}

const args = process.argv.slice(2);
let out = "build/ts";
if (args[0] === "--out")
	[, out] = args.splice(0, 2);
const files = args.length > 0 ? args : [...testFiles("tests"), ...testFiles("web/panel")];
if (files.length === 0)
	process.exit(0);

await esbuild.build({
	entryPoints: files,
	outdir: out,
	outbase: ".",
	outExtension: { ".js": ".mjs" },
	bundle: true,
	platform: "node",
	target: "node18",
	format: "esm",
	sourcemap: "inline",
	jsx: "automatic",
	jsxImportSource: "preact",
	nodePaths: [modules],
	// It finds its own files beside itself, so it stays where npm put it.
	external: ["playwright-core"],
	logLevel: "warning",
});
// Lets the bundles find what stayed external.
const link = path.join(out, "node_modules");
if (!fs.existsSync(link)) {
	fs.rmSync(link, { force: true });
	fs.symlinkSync(modules, link);
}
for (const file of files)
	console.log(path.join(out, file.replace(/\.tsx?$/, ".mjs")));
