// The API client: fetch with the session cookie, problem documents as errors.
import type { ProblemDoc } from "./types";

export class Problem extends Error {
	constructor(readonly doc: ProblemDoc) {
		super(doc.detail);
	}
}

/** The box did not answer at all: it restarts, or the network is down. */
export class Offline extends Error {}

type Method = "GET" | "POST" | "PATCH" | "DELETE" | "PUT";

async function problemOf(res: Response): Promise<Problem> {
	const text = await res.text();
	try {
		return new Problem(JSON.parse(text) as ProblemDoc);
	} catch {
		return new Problem({
			title: res.statusText,
			status: res.status,
			code: "unexpected_answer",
			detail: text.slice(0, 300),
		});
	}
}

/* What was asked for and never answered, with the key it was sent under: asked again, the
 * box knows it and does not send a text twice. (randomUUID wants https.) */
const unanswered = new Map<string, string>();

function newKey(): string {
	const octets = crypto.getRandomValues(new Uint8Array(16));
	return [...octets].map((o) => o.toString(16).padStart(2, "0")).join("");
}

export async function call<T>(method: Method, path: string, body?: unknown): Promise<T> {
	let res: Response;
	const json = body === undefined ? undefined : JSON.stringify(body);
	const asked = `${path} ${json}`;
	const key = method === "POST" ? (unanswered.get(asked) ?? newKey()) : undefined;
	if (key) unanswered.set(asked, key);
	try {
		res = await fetch(`/api/v1${path}`, {
			method,
			credentials: "same-origin",
			headers: {
				"X-Chapar-Panel": "1",
				...(json === undefined ? {} : { "Content-Type": "application/json" }),
				...(key ? { "Idempotency-Key": key } : {}),
			},
			body: json,
		});
	} catch {
		throw new Offline("offline");
	}
	if (!res.ok) {
		if (res.status < 500) unanswered.delete(asked);
		throw await problemOf(res);
	}
	let answer = undefined as T;
	try {
		if (res.status !== 204) answer = (await res.json()) as T;
	} catch {
		throw new Offline("the answer broke off");
	}
	unanswered.delete(asked);
	return answer;
}

export const get = <T>(path: string): Promise<T> => call<T>("GET", path);
export const post = <T>(path: string, body: unknown = {}): Promise<T> =>
	call<T>("POST", path, body);
export const patch = <T>(path: string, body: unknown): Promise<T> => call<T>("PATCH", path, body);
export const put = <T>(path: string, body: unknown): Promise<T> => call<T>("PUT", path, body);
export const del = (path: string): Promise<void> => call<void>("DELETE", path);

/** Path with a query; empty values are left out. */
export function query(path: string, params: Record<string, string | number | undefined | null>) {
	const q = new URLSearchParams();
	for (const [key, value] of Object.entries(params)) {
		if (value !== undefined && value !== null && value !== "") q.set(key, String(value));
	}
	const s = q.toString();
	return s ? `${path}?${s}` : path;
}

export interface Upload<T> {
	done: Promise<T>;
	abort(): void;
}

/** A file as the request body, with progress (fetch has none for uploads). */
export function upload<T>(
	path: string,
	file: Blob,
	onProgress: (sent: number, total: number) => void,
): Upload<T> {
	const xhr = new XMLHttpRequest();
	const done = new Promise<T>((resolve, reject) => {
		xhr.open("POST", `/api/v1${path}`);
		xhr.setRequestHeader("X-Chapar-Panel", "1");
		xhr.setRequestHeader("Content-Type", "text/csv");
		xhr.upload.onprogress = (e) => onProgress(e.loaded, e.total);
		xhr.onerror = () => reject(new Offline("offline"));
		xhr.onabort = () => reject(new DOMException("stopped", "AbortError"));
		xhr.onload = () => {
			if (xhr.status >= 200 && xhr.status < 300) {
				resolve(JSON.parse(xhr.responseText) as T);
				return;
			}
			void problemOf(new Response(xhr.responseText, { status: xhr.status })).then(reject);
		};
		xhr.send(file);
	});
	return { done, abort: () => xhr.abort() };
}
