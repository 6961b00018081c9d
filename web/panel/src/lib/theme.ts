// Light or dark: what the system says, unless chosen here.
export type Theme = "auto" | "light" | "dark";
const key = "chapar.theme";
const media = window.matchMedia("(prefers-color-scheme: dark)");

export function chosenTheme(): Theme {
	const value = localStorage.getItem(key);
	return value === "light" || value === "dark" ? value : "auto";
}

export function applyTheme() {
	const chosen = chosenTheme();
	const dark = chosen === "auto" ? media.matches : chosen === "dark";
	document.documentElement.dataset.theme = dark ? "dark" : "light";
}

export function chooseTheme(theme: Theme) {
	localStorage.setItem(key, theme);
	applyTheme();
}

media.addEventListener("change", applyTheme);
