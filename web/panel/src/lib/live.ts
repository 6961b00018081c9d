// Server-sent events: one connection for the whole panel. Pages subscribe to what they
// show; `reset` means that events were missed and whatever is shown must be read again.
import { useEffect, useState } from "preact/hooks";

export type EventName = "message" | "campaign" | "slot" | "inbound" | "job" | "overview" | "reset";
type Handler = (data: unknown) => void;

const names: EventName[] = ["message", "campaign", "slot", "inbound", "job", "overview", "reset"];
const handlers = new Map<EventName, Set<Handler>>();
const linkHandlers = new Set<(up: boolean) => void>();
let source: EventSource | null = null;
let up = true;
let retry: number | undefined;

function emit(name: EventName, data: unknown) {
	for (const fn of handlers.get(name) ?? []) fn(data);
}

function setUp(value: boolean) {
	if (value === up) return;
	up = value;
	for (const fn of linkHandlers) fn(up);
	if (up) emit("reset", null);
}

export function connect() {
	if (source) return;
	source = new EventSource("/api/v1/events");
	source.onopen = () => setUp(true);
	source.onerror = () => {
		setUp(false);
		// A closed source does not come back by itself (the box answered with an error).
		if (source?.readyState === EventSource.CLOSED) {
			disconnect();
			retry = window.setTimeout(connect, 2000);
		}
	};
	for (const name of names) {
		source.addEventListener(name, (e) => {
			const text = (e as MessageEvent<string>).data;
			emit(name, text ? JSON.parse(text) : null);
		});
	}
}

export function disconnect() {
	window.clearTimeout(retry);
	source?.close();
	source = null;
}

export function subscribe(name: EventName, fn: Handler): () => void {
	const set = handlers.get(name) ?? new Set<Handler>();
	handlers.set(name, set.add(fn));
	return () => set.delete(fn);
}

/** Calls fn for each event of this name while the component is shown. */
export function useEvent<T>(name: EventName, fn: (data: T) => void) {
	useEffect(() => subscribe(name, fn as Handler));
}

/** Whether the box answers. */
export function useLink(): boolean {
	const [value, set] = useState(up);
	useEffect(() => {
		linkHandlers.add(set);
		set(up);
		return () => void linkHandlers.delete(set);
	}, []);
	return value;
}
