// Line icons, 20 px, drawn for this panel.
import type { JSX } from "preact";

const paths = {
	overview: "M3 11.5 10 5l7 6.5M5 10v6h10v-6",
	inbox: "M3.5 11h4l1 2h3l1-2h4M5 4.5h10l2 6.5v4.5H3V11z",
	campaigns: "M4 8.5v3l8 3.5V5zM12 7.5a3 3 0 0 1 0 5M6 12.5V16h2v-2.6",
	contacts: "M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 16.5c.6-3 2.9-4.5 6-4.5s5.400 1.500 6 4.500",
	messages: "M3.5 5h13v8.500H9L5.500 16.500v-3h-2zM6.500 8h7M6.500 10.500h5",
	sims: "M5.500 3h6.500l3 3v11h-9.500zM8 9.500h4.500v4.500H8z",
	settings:
		"M10 12.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5zM10 3v2M10 15v2M3 10h2M15 10h2M5 5l1.500 1.500M13.500 13.500 15 15M15 5l-1.500 1.500M6.500 13.500 5 15",
	compose: "M4 16l.8-3.200L13 4.600 15.400 7 7.200 15.200zM11.500 6.100l2.400 2.400",
	more: "M5 10h.01M10 10h.01M15 10h.01",
	search: "M9 14A5 5 0 1 0 9 4a5 5 0 0 0 0 10zM12.700 12.700 16.500 16.500",
	close: "M5 5l10 10M15 5 5 15",
	back: "M12 4.500 6.500 10l5.500 5.500",
	next: "M8 4.500 13.500 10 8 15.500",
	upload: "M10 13V4M6.500 7.500 10 4l3.500 3.500M4 13v3h12v-3",
	check: "M4.500 10.500l3.500 3.500 7.500-8",
	warn: "M10 3.500 17.500 16h-15zM10 8.500v3.500M10 14v.01",
	stop: "M6.700 3.500h6.600l3.200 3.200v6.600l-3.200 3.200H6.700l-3.200-3.200V6.700zM7 7l6 6M13 7l-6 6",
	clock: "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 6v4l3 2",
	play: "M6.500 4.500v11l9-5.500z",
	pause: "M7 5v10M13 5v10",
	theme: "M10 3a7 7 0 1 0 7 7 5.500 5.500 0 0 1-7-7z",
} as const;

export type IconName = keyof typeof paths;
const directional = new Set<IconName>(["back", "next", "compose", "campaigns"]);

export function Icon({ name, size = 20 }: { name: IconName; size?: number }): JSX.Element {
	return (
		<svg
			class={directional.has(name) ? "icon-directional" : undefined}
			width={size}
			height={size}
			viewBox="0 0 20 20"
			fill="none"
			stroke="currentColor"
			stroke-width="1.6"
			stroke-linecap="round"
			stroke-linejoin="round"
			aria-hidden="true"
			focusable="false"
		>
			<path d={paths[name]} />
		</svg>
	);
}
