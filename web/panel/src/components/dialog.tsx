// A modal dialog on the browser's own <dialog>: focus, Escape and the backdrop are its.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../lib/i18n";
import { Icon } from "./icons";

export function Dialog(props: {
	title: string;
	onClose: () => void;
	children: ComponentChildren;
	footer?: ComponentChildren;
}) {
	const ref = useRef<HTMLDialogElement>(null);
	const [from] = useState(() => document.activeElement as HTMLElement | null);
	useEffect(() => {
		const dialog = ref.current;
		dialog?.showModal();
		return () => {
			dialog?.close();
			from?.focus(); // who works by keyboard goes on where they were
		};
	}, []);
	return (
		<dialog ref={ref} class="dialog" onCancel={props.onClose} aria-label={props.title}>
			<header>
				<h2>{props.title}</h2>
				<button type="button" class="btn quiet small" aria-label={t("close")} onClick={props.onClose}>
					<Icon name="close" />
				</button>
			</header>
			<div class="card-body stack">{props.children}</div>
			{props.footer && <footer>{props.footer}</footer>}
		</dialog>
	);
}
