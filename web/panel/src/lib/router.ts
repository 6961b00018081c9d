// Routes on the History API: the server answers index.html for every path of the panel.
import { useEffect, useState } from "preact/hooks";

export interface Place {
	path: string[]; // ["campaigns", "12"]
	params: URLSearchParams;
}

const listeners = new Set<() => void>();

/** As it is, where an address was cut inside a character. */
function decoded(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}

export function parse(url: string): Place {
	const u = new URL(url, "http://box");
	return {
		path: u.pathname.split("/").filter(Boolean).map(decoded),
		params: u.searchParams,
	};
}

export function go(url: string, replace = false) {
	if (replace) history.replaceState(null, "", url);
	else history.pushState(null, "", url);
	window.scrollTo(0, 0);
	for (const fn of listeners) fn();
}

export function usePlace(): Place {
	const [place, set] = useState(() => parse(location.href));
	useEffect(() => {
		const update = () => set(parse(location.href));
		listeners.add(update);
		window.addEventListener("popstate", update);
		return () => {
			listeners.delete(update);
			window.removeEventListener("popstate", update);
		};
	}, []);
	return place;
}

/** For onClick of links: stays inside the panel, leaves modified clicks to the browser. */
export function follow(e: MouseEvent) {
	const a = (e.currentTarget as HTMLElement).closest("a");
	if (!a || e.defaultPrevented || e.button !== 0) return;
	if (e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
	e.preventDefault();
	go(a.getAttribute("href") ?? "/");
}
