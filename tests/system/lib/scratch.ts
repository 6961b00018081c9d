// Folders of a test's own below TMPDIR. They go when they are dropped, at the latest when the
// process ends, unless somebody wants to look at them: keep(), or CHAPAR_KEEP set.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const made = new Set<string>();
process.once("exit", () => made.forEach((dir) => drop(dir)));

export function scratch(): string {
	const dir = mkdtempSync(join(tmpdir(), "chapar-"));
	made.add(dir);
	return dir;
}

export function keep(dir: string) {
	made.delete(dir);
}

export function drop(dir: string) {
	if (made.delete(dir) && !process.env.CHAPAR_KEEP) rmSync(dir, { recursive: true, force: true });
}
