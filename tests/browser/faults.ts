// What can be wrong with any page: a script that ran, text that turns its surroundings, a
// control without a name, a page that scrolls sideways.
import type { Page } from "playwright-core";

/** What is wrong with the page as it stands. */
export async function faults(p: Page): Promise<string[]> {
	await p.locator("main .skeleton").first().waitFor({ state: "detached", timeout: 5000 }).catch(() => undefined);
	return p.evaluate(() => {
		const bad: string[] = [];
		const where = (e: Element) => e.outerHTML.slice(0, 160);
		if ((window as any).pwned) bad.push("a script ran");
		if (document.querySelector("main img[src='x'], main script, [onerror]")) bad.push("an element was smuggled in");
		if (!document.querySelector("main h1, main h2, main [role=alert], main .notice, main .empty")) {
			bad.push(`an empty page: ${document.body.innerText.slice(0, 200)}`);
		}
		const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		for (let n = walker.nextNode(); n; n = walker.nextNode()) {
			const e = n.parentElement as HTMLElement;
			if (/[\u202A-\u202E\u2066-\u2069]/.test(n.textContent ?? "") && !e.closest("bdi, [dir=auto], option, textarea")) {
				bad.push(`not isolated: ${where(e)}`);
			}
		}
		for (const e of document.querySelectorAll<HTMLElement>("input, select, textarea, button, a[href], summary")) {
			const input = e as HTMLInputElement;
			if (input.type === "hidden" || !e.getClientRects().length) continue;
			const name =
				e.getAttribute("aria-label") || e.getAttribute("aria-labelledby") || e.title ||
				(input.labels?.length ? [...input.labels].map((l) => l.textContent).join("") : "") ||
				(/^(BUTTON|A|SUMMARY)$/.test(e.tagName)
					? e.textContent || e.querySelector("img[alt], svg[aria-label], svg title")?.getAttribute("alt")
					: "");
			if (!name?.trim()) bad.push(`no name to be read out: ${where(e)}`);
			if (e.tabIndex > 0) bad.push(`out of the order of keys: ${where(e)}`);
		}
		const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
		if (wide > 0) bad.push(`scrolls sideways by ${wide} px`);
		return [...new Set(bad)];
	});
}
