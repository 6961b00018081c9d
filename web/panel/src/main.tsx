// Entry: who is here decides what is shown.
import { render } from "preact";
import { useEffect, useState } from "preact/hooks";
import { get } from "./lib/api";
import { chooseLocale, locales, setLocale, t } from "./lib/i18n";
import { connect, disconnect } from "./lib/live";
import { applyTheme } from "./lib/theme";
import type { Session } from "./lib/types";
import { Login, Setup } from "./pages/gate";
import { Shell } from "./shell";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/parts.css";
import "./styles/shell.css";
import "./styles/bank.css";
import "./styles/pages.css";

// The one-time set-up token comes in the fragment, which no server and no log ever sees.
function takeSetupToken(): string {
	const m = /^#setup=([\w-]+)$/.exec(location.hash);
	if (!m) return "";
	history.replaceState(null, "", location.pathname);
	return m[1];
}

const setupToken = takeSetupToken();

function App() {
	const [session, setSession] = useState<Session | null>(null);
	const [away, setAway] = useState(false);
	const [, setTurn] = useState(0);
	const redraw = () => setTurn((n) => n + 1);

	const enter = (s: Session) => {
		const wanted = s.user?.locale;
		const show = () => {
			setSession(s);
			setAway(false);
			if (s.state === "in") connect();
		};
		if (wanted && locales.some((l) => l.tag === wanted)) void setLocale(wanted).then(show);
		else show();
	};
	const load = () => {
		get<Session>("/session").then(enter, () => {
			setAway(true);
			window.setTimeout(load, 2000);
		});
	};
	useEffect(load, []);

	const leave = () => {
		disconnect();
		setSession((s) => (s ? { ...s, state: "login", user: undefined } : s));
	};
	if (!session) {
		return away ? (
			<p class="offline" role="status">
				{t("offline")}
			</p>
		) : null;
	}
	// Its link is also made for somebody who lost the password and pressed the box's button.
	const isReopened = session.state === "login" && session.setup_open && setupToken !== "";
	const setsUp = session.state === "setup" || isReopened;
	if (setsUp) return <Setup token={setupToken} onDone={enter} redraw={redraw} />;
	if (session.state === "login") return <Login onDone={enter} redraw={redraw} />;
	return <Shell session={session} onLeave={leave} redraw={redraw} />;
}

applyTheme();
void setLocale(chooseLocale(navigator.languages).tag).then(() => {
	const root = document.getElementById("app");
	if (root) render(<App />, root);
});
