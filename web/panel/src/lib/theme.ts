// Light or dark: what the system says, unless chosen here.
import { useEffect, useState } from "preact/hooks";

export type Theme = "auto" | "light" | "dark";
const key = "chapar.theme";
const media = window.matchMedia("(prefers-color-scheme: dark)");

export function chosenTheme(): Theme {
	const value = localStorage.getItem(key);
	return value === "light" || value === "dark" ? value : "auto";
}

type Shown = "light" | "dark";
let shown: Shown = "light";
const told = new Set<(theme: Shown) => void>();

export function applyTheme() {
	const chosen = chosenTheme();
	const dark = chosen === "auto" ? media.matches : chosen === "dark";
	shown = dark ? "dark" : "light";
	document.documentElement.dataset.theme = shown;
	for (const tell of told) tell(shown);
}

/** The theme that is shown, for what does not take its colours from the style sheet. */
export function useTheme(): Shown {
	const [theme, set] = useState(shown);
	useEffect(() => {
		set(shown);
		told.add(set);
		return () => void told.delete(set);
	}, []);
	return theme;
}

export function chooseTheme(theme: Theme) {
	localStorage.setItem(key, theme);
	applyTheme();
}

media.addEventListener("change", applyTheme);
