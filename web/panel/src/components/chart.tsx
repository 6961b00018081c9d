// One idea a chart, direct labels. uPlot draws; time runs left to right in every script.
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { number, time } from "../lib/format";

export interface Series {
	label: string;
	color: string; // a token: "--delivered"
	values: number[];
}

function token(name: string): string {
	return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export function TimeChart(props: { at: number[]; series: Series[]; label: string }) {
	const box = useRef<HTMLDivElement>(null);
	const key = JSON.stringify([props.at, props.series]);
	useEffect(() => {
		const el = box.current;
		if (!el) return;
		const grid = { stroke: token("--line"), width: 1 };
		const axis = { stroke: token("--text-3"), grid, ticks: { show: false }, font: "12px system-ui" };
		const plot = new uPlot(
			{
				width: el.clientWidth,
				height: 200,
				cursor: { drag: { x: false, y: false } },
				legend: { show: false },
				scales: { x: { time: true } },
				axes: [
					{ ...axis, values: (_u, ticks) => ticks.map((v) => time(v * 1000)) },
					{ ...axis, size: 48, values: (_u, ticks) => ticks.map((v) => number(v)) },
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
			},
			[props.at, ...props.series.map((s) => s.values)],
			el,
		);
		const resize = new ResizeObserver(() =>
			plot.setSize({ width: el.clientWidth, height: 200 }),
		);
		resize.observe(el);
		return () => {
			resize.disconnect();
			plot.destroy();
		};
	}, [key]);
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
