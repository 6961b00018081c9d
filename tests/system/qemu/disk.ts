// The disk of the emulated board, and what is on it when power fails: qemu writes every write
// and flush to a log (driver blklogwrites, the format of Linux's dm-log-writes), and a cut
// leaves the disk as it was at boot plus all that was written before the last flush. Of later
// writes a disk with a cache keeps some, loses some and tears some; so does this one.
import { execFileSync } from "node:child_process";
import { closeSync, openSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";

const sector = 512;
const flagFlush = 1n;
const flagDiscard = 4n; // its entry has no data

interface Write {
	at: number; // octets
	data: Buffer;
}

export interface Loss {
	open: number; // writes after the last flush
	lost: number;
	torn: number;
}

/** What qemu has logged, entry by entry, also while it goes on. */
class Log {
	private readonly fd: number;
	private readonly head = Buffer.alloc(32);
	private at = sector; // after the log's own head
	writes: Write[] = [];
	sure = 0; // of the writes: what the last flush made sure of

	constructor(path: string) {
		this.fd = openSync(path, "r");
	}

	/** All that it holds whole by now. */
	read() {
		while (readSync(this.fd, this.head, 0, 32, this.at) === 32) {
			const octets = Number(this.head.readBigUInt64LE(8)) * sector;
			const flags = this.head.readBigUInt64LE(16);
			const data = Buffer.alloc(flags & flagDiscard ? 0 : octets);
			// A hole, or less than was announced: qemu is at it, or was when it ended.
			if (octets === 0 && flags === 0n) return;
			if (readSync(this.fd, data, 0, data.length, this.at + sector) < data.length) return;
			if (data.length > 0) {
				this.writes.push({ at: Number(this.head.readBigUInt64LE(0)) * sector, data });
			}
			if (flags & flagFlush) this.sure = this.writes.length;
			this.at += sector + data.length;
		}
	}

	close() {
		closeSync(this.fd);
	}
}

export class Disk {
	readonly path: string;
	private readonly live: string; // what the guest sees
	private readonly log: string;

	constructor(image: string, dir: string) {
		this.path = join(dir, "disk.ext4");
		this.live = join(dir, "live.ext4");
		this.log = join(dir, "disk.log");
		execFileSync("cp", ["--sparse=always", join(image, "disk.ext4"), this.path]);
	}

	/** Puts a file on it while the board is off. */
	give(file: string, to: string) {
		execFileSync("/usr/sbin/debugfs", ["-w", "-R", `write ${resolve(file)} ${to}`, this.path], {
			stdio: "ignore",
		});
	}

	/** For a boot; qemu's arguments. */
	attach(): string[] {
		execFileSync("cp", ["--sparse=always", this.path, this.live]);
		closeSync(openSync(this.log, "w"));
		const file = (name: string, path: string) => [
			"-blockdev",
			`driver=file,filename=${path},node-name=${name}`,
		];
		return [
			...file("live", this.live),
			...file("log", this.log),
			...["-blockdev", "driver=blklogwrites,file=live,log=log,node-name=d0"],
			...["-device", "virtio-blk-pci,drive=d0"],
		];
	}

	/** After a board went off in order: all that was written is there. */
	keep() {
		renameSync(this.live, this.path);
		rmSync(this.log);
	}

	/** Ends the machine when a write waits for its flush, which is never for long; or, if none
	 * comes, at rest. */
	whileWriting(kill: () => void) {
		const log = new Log(this.log);
		const end = Date.now() + 3000;
		do log.read();
		while (log.sure === log.writes.length && Date.now() < end);
		kill();
		log.close();
	}

	/** After a cut. */
	fail(rand: () => number): Loss {
		const log = new Log(this.log);
		log.read();
		log.close();
		const { writes, sure } = log;
		const loss = { open: writes.length - sure, lost: 0, torn: 0 };
		const fd = openSync(this.path, "r+");
		for (const [i, { at, data }] of writes.entries()) {
			const fate = i < sure ? 0 : rand();
			const sectors = data.length / sector;
			let keeps = data.length;
			if (fate > 0.6) {
				keeps = 0;
				loss.lost++;
			} else if (fate > 0.4 && sectors > 1) {
				keeps = (1 + Math.floor(rand() * (sectors - 1))) * sector;
				loss.torn++;
			}
			if (keeps > 0) writeSync(fd, data, 0, keeps, at);
		}
		closeSync(fd);
		rmSync(this.live);
		rmSync(this.log);
		return loss;
	}
}
