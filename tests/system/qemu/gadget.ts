// USB modems as they really are, several ports each: the guest's kernel makes composite devices
// (configfs, dummy_hcd) and binds its own option, qcserial and cdc_acm drivers to them. The port
// that takes commands ends in modemsim on this machine; the others talk, echo or refuse.
import { readlinkSync } from "node:fs";
import { join } from "node:path";
import { Board } from "./board";

/** What a port does. `echo` and `binary` are the kernel's own loopback and endless source. */
export type PortKind = "modem" | "nmea" | "error" | "echo" | "binary";

export interface Gadget {
	name: string;
	vendor: number;
	product: number;
	isAcm?: boolean; // CDC-ACM: two USB interfaces a port
	isNew?: boolean; // the kernel's option driver has to be told of it
	ports: PortKind[];
}

const configfs = "/sys/kernel/config/usb_gadget";
export const hex = (id: number) => id.toString(16).padStart(4, "0");

export class GadgetBoard extends Board {
	private readonly socketOf: number[]; // of each modem

	constructor(
		readonly gadgets: readonly Gadget[],
		sim: string,
		seed: number,
	) {
		super(gadgets.length, sim, seed);
		this.socketOf = gadgets.map((_, i) => i);
		this.disk.give("tests/system/qemu/usb-port.sh", "/root/usb-port.sh");
	}

	protected override modemArgs(): string[] {
		return this.gadgets.flatMap((_, i) => [
			"-chardev",
			`serial,id=c${i},path=${readlinkSync(join(this.dir, "bank", `modem${i}`))}`,
			"-device",
			`virtserialport,chardev=c${i},name=modem${i}`,
		]);
	}

	/** A socket is a bus of its own, after the two of the machine's own controller. */
	override place(i: number): string {
		return `${this.socketOf[i] + 3}-1`;
	}

	/** The USB interface of a modem's port. */
	interfaceOf(i: number, kind: PortKind = "modem"): number {
		const { ports, isAcm } = this.gadgets[i];
		return ports.indexOf(kind) * (isAcm ? 2 : 1);
	}

	/** Tells the guest of all devices, each out of its socket. */
	async makeGadgets() {
		await this.sh(`set -e
			modprobe -a option qcserial cdc_acm libcomposite
			modprobe dummy_hcd num=${this.modems} is_high_speed=0
			mountpoint -q /sys/kernel/config || mount -t configfs none /sys/kernel/config
			mkdir -p ${configfs}; cd ${configfs}
			${this.gadgets.map((gadget, i) => this.recipe(i, gadget)).join("\n")}`);
	}

	private recipe(i: number, gadget: Gadget): string {
		const [vendor, product] = [hex(gadget.vendor), hex(gadget.product)];
		return `mkdir m${i}; echo 0x${vendor} >m${i}/idVendor; echo 0x${product} >m${i}/idProduct
			mkdir m${i}/strings/0x409 m${i}/configs/c.1
			echo ${gadget.name} >m${i}/strings/0x409/product
			echo serial${i} >m${i}/strings/0x409/serialnumber
			${gadget.isNew ? `echo ${vendor} ${product} >/sys/bus/usb-serial/drivers/option1/new_id` : ""}
			${gadget.ports.map((_, n) => this.portRecipe(i, n)).join("\n")}`;
	}

	private portRecipe(i: number, n: number): string {
		const kind = this.gadgets[i].ports[n];
		const port = this.functionOf(i, n);
		const made = `mkdir m${i}/functions/${port}; ln -s m${i}/functions/${port} m${i}/configs/c.1/`;
		if (kind === "echo" || kind === "binary") return made;
		return `${made}; read tty <m${i}/functions/${port}/port_num
			systemd-run -q --unit=${port} -p Restart=always -p RestartSec=50ms -p StartLimitIntervalSec=0 \
				bash /root/usb-port.sh /dev/ttyGS$tty ${kind} ${i}`;
	}

	private functionOf(i: number, n: number): string {
		const { ports, isAcm } = this.gadgets[i];
		const kinds = { echo: "Loopback", binary: "SourceSink", serial: isAcm ? "acm" : "gser" };
		const kind = ports[n] === "echo" || ports[n] === "binary" ? ports[n] : "serial";
		return `${kinds[kind]}.m${i}p${n}`;
	}

	private unit(i: number): string {
		return this.functionOf(i, this.gadgets[i].ports.indexOf("modem"));
	}

	/** How often the command port of a modem was hung up: its USB went or was reset. */
	async hangUps(i: number): Promise<number> {
		return Number(await this.sh(`systemctl show -P NRestarts ${this.unit(i)}`));
	}

	/** Out of its socket, and its power with it; until its port waits for the next. */
	override async pull(i: number) {
		await this.sh(`count() { systemctl show -P NRestarts ${this.unit(i)}; }; before=$(count)
			echo >${configfs}/m${i}/UDC
			until [ $(count) -gt $before ]; do sleep 0.1; done`);
		await this.control(`reset ${i}`);
	}

	/** Into a socket: its own, or another that is free. */
	override async plug(i: number, socket = this.socketOf[i]) {
		this.socketOf[i] = socket;
		await this.sh(`echo dummy_udc.${socket} >${configfs}/m${i}/UDC`);
	}

	/** The names of all modems' ports today, by USB interface. */
	async ttys(): Promise<Map<number, string>[]> {
		const said = await this.sh("cd /sys/bus/usb/devices && ls -d *:1.*/ttyUSB* *:1.*/tty/ttyACM* 2>/dev/null; true");
		const ports = [...said.matchAll(/^(.*):1\.(\d+)\/(?:tty\/)?(tty\w+)$/gm)];
		return this.gadgets.map((_, i) => {
			const own = ports.filter(([, place]) => place === this.place(i));
			return new Map(own.map(([, , number, tty]) => [Number(number), tty]));
		});
	}
}
