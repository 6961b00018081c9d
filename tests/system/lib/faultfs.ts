// A disk that a test rules over: tests/faultfs/faultfs.c under the daemons, its control page
// and its log, and the store as a power cut leaves it.
import {
	closeSync,
	mkdirSync,
	openSync,
	readdirSync,
	readFileSync,
	readSync,
	rmSync,
	statSync,
	writeSync,
} from "node:fs";
import { join, resolve } from "node:path";

/** The numbers of struct control, in its order. */
const fields = [
	"seq", "logs", "noSync", "syncMs", "stallEveryMs", "stallMs", "writeErrno", "syncErrno",
	"room", "wallMs", "syncs", "stalled",
] as const;
export type Field = (typeof fields)[number];

export const errno = { EIO: 5, ENOSPC: 28, EROFS: 30 };

export class FaultFs {
	readonly wrap: string[]; // in front of a daemon
	private readonly control: number;

	constructor(
		readonly dir: string,
		readonly store: string,
	) {
		mkdirSync(dir, { recursive: true });
		this.control = openSync(join(dir, "control"), "w+");
		writeSync(this.control, Buffer.alloc(4096));
		this.wrap = [
			"env",
			`LD_PRELOAD=${resolve(process.env.BUILD ?? "build", "lib/faultfs.so")}`,
			`CHAPAR_FAULTFS=${dir}`,
			`CHAPAR_FAULTFS_STORE=${store}`,
			"ASAN_OPTIONS=verify_asan_link_order=0",
		];
	}

	set(values: Partial<Record<Field, number>>) {
		for (const [name, value] of Object.entries(values)) {
			const b = Buffer.alloc(8);
			b.writeBigInt64LE(BigInt(value));
			writeSync(this.control, b, 0, 8, fields.indexOf(name as Field) * 8);
		}
	}

	get(name: Field): number {
		const b = Buffer.alloc(8);
		readSync(this.control, b, 0, 8, fields.indexOf(name) * 8);
		return Number(b.readBigInt64LE());
	}

	close() {
		closeSync(this.control);
	}
}
