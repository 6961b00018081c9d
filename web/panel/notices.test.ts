// No work of others goes out without its licence.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { noticeOf, noticesPage, noticesStanzas, packageFolders } from "./notices.mjs";

const dir = mkdtempSync(join(tmpdir(), "notices-"));
after(() => rmSync(dir, { recursive: true }));

let made = 0;
function packageWith(license: string, files: Record<string, string>): string {
	const folder = join(dir, `p${made++}`);
	mkdirSync(folder);
	writeFileSync(
		join(folder, "package.json"),
		JSON.stringify({ name: "left-pad", version: "1.0.0", license }),
	);
	for (const [name, text] of Object.entries(files))
		writeFileSync(join(folder, name), text);
	return folder;
}

const TEXT = "MIT License\n\nCopyright (c) 2015 A. Person\n\nDo as you like.\n";

test("a package is named by what of it is in the bundle", () => {
	const inputs = {
		"src/main.tsx": { bytesInOutput: 9 },
		"../x/node_modules/@a/b/dist/i.js": { bytesInOutput: 5 },
		"../x/node_modules/@a/b/dist/j.js": { bytesInOutput: 5 },
		"node_modules/c/node_modules/d/i.js": { bytesInOutput: 1 },
		"node_modules/shaken/off.js": { bytesInOutput: 0 },
	};
	assert.deepEqual(packageFolders({ outputs: { "a/p.js": { inputs } } }), [
		"../x/node_modules/@a/b",
		"node_modules/c/node_modules/d",
	]);
});

test("the notice is the text that came with the package, with what else it asks to be told", () => {
	const notice = noticeOf(packageWith("MIT", { "LICENSE.md": TEXT, NOTICE: "Made at home." }));
	assert.equal(notice.name, "left-pad 1.0.0");
	assert.equal(notice.text, `${TEXT.trim()}\n\nMade at home.`);
	assert.match(noticesPage([notice]), /\nleft-pad 1\.0\.0\n-{14}\nMIT License\n/);
	assert.equal(
		noticesStanzas([{ ...notice, text: TEXT }]),
		"Files: web/node_modules/left-pad/*\nCopyright: 2015 A. Person\nLicense: Expat\n" +
			" MIT License\n .\n Copyright (c) 2015 A. Person\n .\n Do as you like.\n",
	);
});

test("a package without a licence text, or with one that nobody agreed to, ends the build", () => {
	assert.throws(() => noticeOf(packageWith("MIT", { "README.md": TEXT })), /comes without/);
	assert.throws(() => noticeOf(packageWith("MIT", { NOTICE: TEXT })), /comes without/);
	assert.throws(() => noticeOf(packageWith("MIT", { LICENSE: " \n" })), /comes without/);
	assert.throws(() => noticeOf(packageWith("GPL-3.0", { LICENSE: TEXT })), /may it be shipped/);
	assert.throws(() => noticeOf(packageWith("MIT", { LICENSE: "Do." })), /names no holder/);
});
