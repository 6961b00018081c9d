// Builds the panel: node web/panel/build.mjs BUILD_DIR
// BUILD_DIR/panel/* are the files as served; BUILD_DIR/gen/panel_assets.c is the same as a
// table compiled into paneld, so that no path of a request ever names a file.
// BUILD_DIR/gen/notices.copyright is what the package's copyright file says of their licences.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { noticesOf, noticesPage, noticesStanzas } from "./notices.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const out = resolve(process.argv[2] ?? "build");
const panel = join(out, "panel");

const types = {
	".html": "text/html; charset=utf-8",
	".js": "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8",
	".svg": "image/svg+xml",
	".json": "application/json",
	".txt": "text/plain; charset=utf-8",
};

rmSync(panel, { recursive: true, force: true });
mkdirSync(join(out, "gen"), { recursive: true });

const result = await build({
	// The names of files go into the order and the hashes of what is built: wherever the sources
	// and the libraries lie, these are the same.
	absWorkingDir: root,
	preserveSymlinks: true,
	entryPoints: { panel: join(here, "src/main.tsx") },
	outdir: join(panel, "a"),
	bundle: true,
	splitting: true,
	format: "esm",
	target: ["es2021", "chrome100", "firefox100", "safari15"],
	jsx: "automatic",
	jsxImportSource: "preact",
	minify: true,
	metafile: true,
	entryNames: "[name]-[hash]",
	chunkNames: "[name]-[hash]",
	define: { "process.env.NODE_ENV": '"production"' },
	logLevel: "warning",
});

const outputs = Object.keys(result.metafile.outputs).map((f) => relative(panel, resolve(root, f)));
const script = outputs.find((f) => /^a\/panel-.*\.js$/.test(f));
const style = outputs.find((f) => /^a\/panel-.*\.css$/.test(f));
const html = readFileSync(join(here, "index.html"), "utf8")
	.replace("%SCRIPT%", `/${script}`)
	.replace("%STYLE%", `/${style}`);
writeFileSync(join(panel, "index.html"), html);
writeFileSync(join(panel, "icon.svg"), readFileSync(join(here, "icon.svg")));

const notices = noticesOf(result.metafile, root);
writeFileSync(join(panel, "notices.txt"), noticesPage(notices));
writeFileSync(join(out, "gen/notices.copyright"), noticesStanzas(notices));

function files(dir) {
	return readdirSync(dir).flatMap((name) => {
		const path = join(dir, name);
		return statSync(path).isDirectory() ? files(path) : [path];
	});
}

function bytes(data) {
	const lines = [];
	for (let i = 0; i < data.length; i += 24) {
		lines.push("\t" + Array.from(data.subarray(i, i + 24)).join(",") + ",");
	}
	return lines.join("\n");
}

let source = '/* Made by web/panel/build.mjs; not to be edited. */\n#include "web/api/assets.h"\n';
const rows = [];
let total = 0;
for (const [i, file] of files(panel).sort().entries()) {
	const raw = readFileSync(file);
	const packed = gzipSync(raw, { level: 9 });
	const gzip = packed.length < raw.length;
	const data = gzip ? packed : raw;
	const path = "/" + relative(panel, file);
	const type = types[file.slice(file.lastIndexOf("."))] ?? "application/octet-stream";
	const etag = createHash("sha256").update(raw).digest("hex").slice(0, 16);
	total += data.length;
	source += `\nstatic const unsigned char asset_${i}[] = {\n${bytes(data)}\n};\n`;
	rows.push(
		`\t{ .path = "${path}", .type = "${type}", .data = asset_${i}, ` +
			`.size = sizeof(asset_${i}), .etag = "\\"${etag}\\"", .gzip = ${gzip} },`,
	);
}
source += `\nconst struct http_asset http_assets[] = {\n${rows.join("\n")}\n\t{ .path = 0 },\n};\n`;
writeFileSync(join(out, "gen/panel_assets.c"), source);
console.log(`panel: ${rows.length} files, ${(total / 1024).toFixed(0)} KB as sent`);
