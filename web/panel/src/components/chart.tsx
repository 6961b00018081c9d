// One idea a chart, direct labels. uPlot draws; time runs left to right in every script.
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { dayMonth, number, time } from "../lib/format";
import { useTheme } from "../lib/theme";

export interface Series {
	label: string;
	color: string; // a token: "--delivered"
	values: number[];
}

function token(name: string): string {
	return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Draws into a box of that height, as wide as there is room; anew when the key changes, or
 * the theme, for a canvas keeps the colours that it was drawn in. */
function usePlot(key: string, height: number, options: () => Omit<uPlot.Options, "width" | "height">, data: uPlot.AlignedData) {
	const box = useRef<HTMLDivElement>(null);
	const theme = useTheme();
	useEffect(() => {
		const el = box.current;
		if (!el) return;
		const plot = new uPlot({ ...options(), width: el.clientWidth, height }, data, el);
		const resize = new ResizeObserver(() => plot.setSize({ width: el.clientWidth, height }));
		resize.observe(el);
		return () => {
			resize.disconnect();
			plot.destroy();
		};
	}, [key, theme]);
	return box;
}

function quiet() {
	const grid = { stroke: token("--line"), width: 1 };
	return {
		cursor: { drag: { x: false, y: false } },
		legend: { show: false },
		axis: { stroke: token("--text-3"), grid, ticks: { show: false }, font: "12px system-ui" },
	};
}

export function TimeChart(props: { at: number[]; series: Series[]; label: string }) {
	const options = () => {
		const { axis, ...rest } = quiet();
		return {
			...rest,
			scales: { x: { time: true } },
			axes: [
				{ ...axis, values: (_u: uPlot, ticks: number[]) => ticks.map((v) => time(v * 1000)) },
				{ ...axis, size: 48, values: (_u: uPlot, ticks: number[]) => ticks.map((v) => number(v)) },
			],
			series: [
				{},
				...props.series.map((s) => ({
					label: s.label,
					stroke: token(s.color),
					width: 2,
					points: { show: props.at.length < 3 },
				})),
			],
		};
	};
	const data: uPlot.AlignedData = [props.at, ...props.series.map((s) => s.values)];
	const box = usePlot(JSON.stringify([props.at, props.series]), 200, options, data);
	return (
		<figure>
			<figcaption class="row small" style="gap:16px">
				{props.series.map((s) => (
					<span key={s.label} class="row" style="gap:6px">
						<span class="swatch" style={{ background: `var(${s.color})` }} />
						{s.label}{" "}
						<strong class="num">{number(s.values[s.values.length - 1] ?? 0)}</strong>
					</span>
				))}
			</figcaption>
			<div ref={box} dir="ltr" role="img" aria-label={props.label} />
		</figure>
	);
}

/** In its own direction: a canvas has that of the chart, left to right. */
const own = (text: string) => `\u2068${text}\u2069`;

/** A part of the range, named at its side: what a value means, where its number says little. */
export interface Band {
	from: number;
	to: number;
	label: string;
	color: string; // a token; "" none
}

type Values = (number | null)[];

/** One value by days, with its range, before bands from the highest to the lowest. null: a hole. */
export function BandChart(props: { at: number[]; mean: Values; low: Values; high: Values; bands: Band[]; label: string }) {
	const { bands } = props;
	const middle = (b: Band) => (b.from + b.to) / 2;
	const paint = (u: uPlot) => {
		for (const b of bands.filter((b) => b.color)) {
			const top = u.valToPos(b.to, "y", true);
			u.ctx.fillStyle = token(b.color);
			u.ctx.fillRect(u.bbox.left, top, u.bbox.width, u.valToPos(b.from, "y", true) - top);
		}
	};
	const options = () => {
		const { axis, ...rest } = quiet();
		const edge = { width: 0, points: { show: false } };
		return {
			...rest,
			scales: {
				x: { time: true },
				y: { range: (): uPlot.Range.MinMax => [Math.min(...bands.map((b) => b.from)), Math.max(...bands.map((b) => b.to))] },
			},
			axes: [
				{ ...axis, size: 32, space: 56, incrs: [86_400, 172_800], values: (_u: uPlot, ticks: number[]) => ticks.map((v) => own(dayMonth(v * 1000))) },
				{
					...axis,
					grid: { show: false },
					size: 72,
					splits: () => bands.map(middle),
					values: () => bands.map((b) => b.label),
				},
			],
			series: [
				{},
				edge,
				edge,
				{ stroke: token("--accent"), width: 2, points: { show: true, size: 3, fill: token("--accent") } },
			],
			bands: [{ series: [2, 1] as [number, number], fill: token("--sent") }],
			hooks: { drawClear: [paint] },
		};
	};
	const data: uPlot.AlignedData = [props.at, props.low, props.high, props.mean];
	const box = usePlot(JSON.stringify([data, bands]), 180, options, data);
	return <div ref={box} dir="ltr" role="img" aria-label={props.label} />;
}
