// A table whose rows open a page: lists, contacts, messages, campaigns.
import type { ComponentChildren } from "preact";
import { go } from "../lib/router";
import type { Paged } from "../lib/use";
import { ErrorNotice, Link, More, Skeleton } from "./bits";

export interface Column<T> {
	head: string;
	class?: string;
	width?: string;
	cell: (row: T) => ComponentChildren;
}

/** The first column is the link that keyboards and screen readers meet. */
export function Rows<T extends { id: number }>(props: {
	items: T[];
	columns: Column<T>[];
	href: (row: T) => string;
}) {
	return (
		<div class="table-wrap">
			<table class="table">
				<thead>
					<tr>
						{props.columns.map((c) => (
							<th key={c.head} class={c.class} style={c.width && `inline-size:${c.width}`}>
								{c.head}
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{props.items.map((row) => (
						<tr key={row.id} class="link" onClick={() => go(props.href(row))}>
							{props.columns.map((c, i) => (
								<td key={c.head} class={c.class}>
									{i === 0 ? <Link href={props.href(row)}>{c.cell(row)}</Link> : c.cell(row)}
								</td>
							))}
						</tr>
					))}
				</tbody>
			</table>
		</div>
	);
}

/** The same, a cursor page at a time. */
export function PagedRows<T extends { id: number }>(props: {
	page: Paged<T>;
	columns: Column<T>[];
	href: (row: T) => string;
	empty: ComponentChildren;
}) {
	const { items, error, more } = props.page;
	return (
		<>
			<ErrorNotice error={error} />
			{items === null ? (
				!error && <Skeleton rows={8} />
			) : items.length === 0 ? (
				props.empty
			) : (
				<Rows items={items} columns={props.columns} href={props.href} />
			)}
			<More more={more} />
		</>
	);
}
