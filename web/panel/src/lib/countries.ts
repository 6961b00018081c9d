// Countries by their two letters: the usual ones to choose from, and their names.
import { locale } from "./i18n";

export const countries = ["GR", "CY", "IL", "IR", "GE", "VN", "GB", "IE", "US", "DE", "FR", "IT"];

/** As it is where it is no code at all. */
export function countryName(code: string): string {
	try {
		return new Intl.DisplayNames([locale().intl], { type: "region" }).of(code) ?? code;
	} catch {
		return code;
	}
}
