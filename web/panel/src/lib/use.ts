// Reading from the API in components.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { get, Offline } from "./api";
import { subscribe } from "./live";
import type { Page } from "./types";

export interface Loaded<T> {
	data: T | null;
	error: Error | null;
	loading: boolean;
	reload: () => void;
	set: (data: T) => void;
}

/** GETs path (null: nothing yet), again when it changes, after `reload`, and when events
 * were missed. While the box is away what is shown stays. */
export function useGet<T>(path: string | null): Loaded<T> {
	const [data, set] = useState<T | null>(null);
	const [error, setError] = useState<Error | null>(null);
	const [loading, setLoading] = useState(path !== null);
	const turn = useRef(0);
	const flying = useRef(false);
	const overtaken = useRef(false);

	const load = useCallback(() => {
		if (path === null) return;
		const mine = ++turn.current;
		setLoading(true);
		flying.current = true;
		overtaken.current = false;
		get<T>(path).then(
			(value) => {
				if (mine !== turn.current) return;
				flying.current = false;
				set(value);
				setError(null);
				setLoading(false);
				if (overtaken.current) load();
			},
			(e: Error) => {
				if (mine !== turn.current) return;
				flying.current = false;
				if (!(e instanceof Offline)) setError(e);
				setLoading(false);
			},
		);
	}, [path]);

	// What an event tells may be newer than the answer on its way: then it is asked again.
	const put = useCallback((value: T) => {
		overtaken.current = flying.current;
		set(value);
	}, []);

	useEffect(() => {
		set(null);
		setError(null);
		load();
		return subscribe("reset", load);
	}, [load]);

	return { data, error, loading, reload: load, set: put };
}

/** Calls fn at most once in `ms`: events come in bursts, answers need not. */
export function useThrottled(fn: () => void, ms: number): () => void {
	const timer = useRef<number | undefined>(undefined);
	const latest = useRef(fn);
	latest.current = fn;
	useEffect(() => () => window.clearTimeout(timer.current), []);
	return useCallback(() => {
		if (timer.current !== undefined) return;
		timer.current = window.setTimeout(() => {
			timer.current = undefined;
			latest.current();
		}, ms);
	}, [ms]);
}

export interface Paged<T> {
	items: T[] | null;
	error: Error | null;
	more: (() => void) | null;
	reload: () => void;
}

/** A cursor page, grown by `more`. */
export function usePaged<T>(path: string | null): Paged<T> {
	const first = useGet<Page<T>>(path);
	const [extra, setExtra] = useState<T[]>([]);
	const [next, setNext] = useState<string | null>(null);
	const [failed, setFailed] = useState<Error | null>(null);

	useEffect(() => {
		setExtra([]);
		setFailed(null);
		setNext(first.data?.next ?? null);
	}, [first.data]);

	const more = () => {
		if (!path || !next) return;
		const at = `${path}${path.includes("?") ? "&" : "?"}cursor=${encodeURIComponent(next)}`;
		get<Page<T>>(at).then((page) => {
			setExtra((old) => [...old, ...page.items]);
			setNext(page.next);
			setFailed(null);
		}, setFailed);
	};
	return {
		items: first.data ? [...first.data.items, ...extra] : null,
		error: first.error ?? failed,
		more: next ? more : null,
		reload: first.reload,
	};
}
