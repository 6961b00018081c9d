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
	writeFileSync,
	writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { bin } from "./box";

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
			`LD_PRELOAD=${bin("../lib/faultfs.so")}`,
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

	/** The disk is sound, the clock right. What was counted stays. */
	heal() {
		this.set({
			syncMs: 0, stallEveryMs: 0, stallMs: 0, writeErrno: 0, syncErrno: 0, room: 0, wallMs: 0,
		});
	}

	close() {
		closeSync(this.control);
	}

	/** The files as they are, taken for durable; what is changed from now on is logged. Only
	 * while nobody has the store open. */
	begin(): Disk {
		for (const name of readdirSync(this.dir)) {
			if (name.startsWith("log.")) rmSync(join(this.dir, name));
		}
		const files = new Map<string, DiskFile>();
		for (const name of this.names()) {
			files.set(name, { ino: statSync(name).ino, data: readFileSync(name) });
		}
		this.set({ logs: 1 });
		return new Disk(files, this.dir);
	}

	private names(): string[] {
		const dir = dirname(this.store);
		return readdirSync(dir)
			.map((name) => join(dir, name))
			.filter((name) => name.startsWith(this.store) && !/-shm$|\.office$/.test(name));
	}

	/** Puts the image in the place of the store. The index of the WAL was never durable: it is
	 * gone, or rubbish. */
	restore(image: Image, rand: () => number) {
		for (const name of this.names()) rmSync(name);
		for (const [name, data] of image) writeFileSync(name, data);
		const shm = `${this.store}-shm`;
		rmSync(shm, { force: true });
		if (rand() < 0.3) writeFileSync(shm, Buffer.from(Array.from({ length: 32768 }, () => rand() * 256)));
	}
}

type Image = Map<string, Buffer>;

interface DiskFile {
	ino: number;
	data: Buffer;
}

enum Kind {
	open = 1,
	write,
	truncate,
	sync,
	unlink,
}

interface Change {
	seq: number;
	monoMs: number;
	file: number;
	offset: number;
	kind: Kind;
	data: Buffer;
}

const headerOctets = 40;
const sectorOctets = 512;

/** The whole records of one process; the last may be cut off. */
function readLog(path: string): Change[] {
	const log = readFileSync(path);
	const out: Change[] = [];
	for (let at = 0; at + headerOctets <= log.length; ) {
		const len = log.readUInt32LE(at + 36);
		const end = at + headerOctets + len;
		if (end > log.length) break;
		out.push({
			seq: Number(log.readBigUInt64LE(at)),
			monoMs: Number(log.readBigUInt64LE(at + 8)) / 1000,
			file: Number(log.readBigUInt64LE(at + 16)),
			offset: Number(log.readBigUInt64LE(at + 24)),
			kind: log.readUInt32LE(at + 32),
			data: log.subarray(at + headerOctets, end),
		});
		at = end;
	}
	return out;
}

/** A file that grows, its contents so far as fsync made them last, and what came after. */
class Platter {
	private room: Buffer;
	private len: number;
	private pending: Change[] = [];

	constructor(data: Buffer) {
		this.room = Buffer.alloc(data.length + (1 << 20));
		data.copy(this.room);
		this.len = data.length;
	}

	change(c: Change) {
		this.pending.push(c);
	}

	/** All that was changed before it began is durable. */
	sync(begunAt: number) {
		for (const c of this.pending) if (c.seq <= begunAt) this.apply(c);
		this.pending = this.pending.filter((c) => c.seq > begunAt);
	}

	/** What the cut made of the rest: each change kept, lost, or, sector by sector, both. */
	cut(fate: (n: number, of: number) => "kept" | "lost" | "torn", rand: () => number): Buffer {
		this.pending.forEach((c, i) => {
			const what = fate(i, this.pending.length);
			if (what === "kept") this.apply(c);
			if (what === "torn") this.tear(c, rand);
		});
		return Buffer.from(this.room.subarray(0, this.len));
	}

	private apply(c: Change) {
		if (c.kind === Kind.truncate) {
			if (c.offset < this.len) this.room.fill(0, c.offset, this.len);
			this.reach(c.offset);
			this.len = c.offset;
			return;
		}
		this.put(c.offset, c.data);
	}

	private tear(c: Change, rand: () => number) {
		for (let at = 0; at < c.data.length; at += sectorOctets) {
			if (rand() < 0.5) this.put(c.offset + at, c.data.subarray(at, at + sectorOctets));
		}
	}

	private put(offset: number, data: Buffer) {
		this.reach(offset + data.length);
		data.copy(this.room, offset);
		this.len = Math.max(this.len, offset + data.length);
	}

	private reach(len: number) {
		if (len <= this.room.length) return;
		const more = Buffer.alloc(len * 2);
		this.room.copy(more, 0, 0, this.len);
		this.room = more;
	}
}

/** What the daemons did to the store in one life, and the disk as a cut leaves it. */
export class Disk {
	private changes: Change[] = [];

	constructor(
		private readonly base: Map<string, DiskFile>,
		private readonly dir: string,
	) {}

	/** After both are dead. Gives how many changes there are. */
	read(): number {
		this.changes = readdirSync(this.dir)
			.filter((name) => name.startsWith("log."))
			.flatMap((name) => readLog(join(this.dir, name)))
			.sort((a, b) => a.seq - b.seq);
		return this.changes.length;
	}

	/** When change number n was made, on the monotonic clock. */
	atMs(n: number): number {
		return this.changes[n].monoMs;
	}

	/** The files after the first n changes and a cut. */
	cut(n: number, rand: () => number): Image {
		const names = new Map<string, number>();
		const files = new Map<number, Platter>();
		for (const [name, { ino, data }] of this.base) {
			names.set(name, ino);
			files.set(ino, new Platter(data));
		}
		for (const c of this.changes.slice(0, n)) replay(c, names, files);
		const fate = pickFate(rand);
		const image: Image = new Map();
		for (const [name, ino] of names) image.set(name, files.get(ino)!.cut(fate, rand));
		return image;
	}
}

function replay(c: Change, names: Map<string, number>, files: Map<number, Platter>) {
	const name = c.data.toString();
	switch (c.kind) {
		case Kind.open:
			if (names.get(name) === c.file) break;
			names.set(name, c.file);
			files.set(c.file, new Platter(Buffer.alloc(0)));
			break;
		case Kind.unlink:
			names.delete(name);
			break;
		case Kind.sync:
			files.get(c.file)?.sync(c.offset);
			break;
		default:
			files.get(c.file)?.change(c);
	}
}

function pickFate(rand: () => number): (n: number, of: number) => "kept" | "lost" | "torn" {
	const kind = rand();
	const share = rand();
	if (kind < 0.3) return () => "lost";
	if (kind < 0.4) return () => "kept";
	// The disk was working its way through them.
	if (kind < 0.7) {
		return (n, of) => {
			const reached = share * of - n;
			return reached >= 1 ? "kept" : reached > 0 ? "torn" : "lost";
		};
	}
	return () => (rand() < 0.4 ? "kept" : rand() < 0.5 ? "lost" : "torn");
}
