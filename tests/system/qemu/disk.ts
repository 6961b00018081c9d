// The disk of the emulated board, and what is on it when power fails: qemu writes every write
// and flush to a log (driver blklogwrites, the format of Linux's dm-log-writes), and a cut
// leaves the disk as it was at boot plus all that was written before the last flush. Of later
// writes a disk with a cache keeps some, loses some and tears some; so does this one.
import { execFileSync } from "node:child_process";
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
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

/** The writes that the log holds whole, and how many of them the last flush made sure of. */
function readLog(log: Buffer): { writes: Write[]; sure: number } {
	const writes: Write[] = [];
	let sure = 0;
	for (let at = sector; at + sector <= log.length; ) {
		const octets = Number(log.readBigUInt64LE(at + 8)) * sector;
		const flags = log.readBigUInt64LE(at + 16);
		const hasData = (flags & flagDiscard) === 0n;
		// A hole, or less than was announced: qemu was at it when it ended.
		if ((octets === 0 && flags === 0n) || (hasData && at + sector + octets > log.length)) break;
		const data = log.subarray(at + sector, at + sector + octets);
		if (hasData && octets > 0) writes.push({ at: Number(log.readBigUInt64LE(at)) * sector, data });
		if (flags & flagFlush) sure = writes.length;
		at += sector + (hasData ? octets : 0);
	}
	return { writes, sure };
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
			...["-device", "virtio-blk-pci,drive=d0,id=disk"],
		];
	}

	/** After a board went off in order: all that was written is there. */
	keep() {
		renameSync(this.live, this.path);
		rmSync(this.log);
	}

	/** After a cut. */
	fail(rand: () => number): Loss {
		const { writes, sure } = readLog(readFileSync(this.log));
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
