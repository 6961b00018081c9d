// One connection to modemsim's control socket, for those who have much to say: commands go
// out as they come, and answers come in their order.
import { connect, type Socket } from "node:net";

export class SimControl {
	private readonly socket: Socket;
	private readonly waits: { resolve(answer: any): void; reject(e: Error): void }[] = [];
	private rest = "";

	constructor(path: string) {
		this.socket = connect(path);
		this.socket.setEncoding("utf8");
		this.socket.on("data", (data: string) => this.take(data));
		this.socket.on("error", (e) => this.drop(e));
		this.socket.on("close", () => this.drop(new Error("modemsim is gone")));
	}

	private take(data: string) {
		const lines = (this.rest + data).split("\n");
		this.rest = lines.pop() ?? "";
		for (const line of lines) this.waits.shift()?.resolve(JSON.parse(line));
	}

	private drop(e: Error) {
		for (const wait of this.waits.splice(0)) wait.reject(e);
	}

	say(command: string): Promise<any> {
		return new Promise((resolve, reject) => {
			this.waits.push({ resolve, reject });
			this.socket.write(`${command}\n`);
		});
	}

	/** Like say(), but a refusal is an error. */
	async must(command: string): Promise<any> {
		const answer = await this.say(command);
		if (!answer.ok) throw new Error(`${command}: ${answer.error}`);
		return answer;
	}

	end() {
		this.socket.end();
	}
}
