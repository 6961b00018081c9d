// What the API must say of a bay, put together from the panel's words.
import { gaveUp } from "../../../web/panel/src/lib/bays";
import type { Bay } from "../../../web/panel/src/lib/types";
import en from "../../../web/panel/locales/en.json";

const words: Record<string, string> = en;

/** What is so and what to do. */
export function baySentence(state: string, reason: string): string {
	const todo = gaveUp({ state, reason } as Bay) ? "bay.fault_todo" : `bay.todo.${reason}`;
	return `${words[`bay.reason.${reason}`]} ${words[todo]}`;
}
