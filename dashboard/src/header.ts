/** The bar on top of each page: name, connection, balance; and the line below with the measured delay. */
import { el, setClass, setText } from "./dom.ts";
import { oddsFormatChoice } from "./odds-format.ts";
import { moneyText } from "./reader.ts";

export type Header = {
	readonly connected: (on: boolean) => void;
	readonly balance: (balanceMinor: number, heldMinor: number, currency: string) => void;
	/** Provider's event → this screen, in ms. */
	readonly delay: (ms: number) => void;
};

/** Kept for the median: enough to be steady, few enough to follow a change. */
const SAMPLES = 50;

export function header(): Header {
	const dot = el("span", { class: "dot", "aria-hidden": "true" });
	const state = el("span", { class: "small muted", id: "connection", role: "status" }, "connecting");
	const balance = el("span", { class: "balance", id: "balance", "aria-live": "polite" });
	const held = el("small", { id: "held" });
	const delay = el("span", { id: "delay", "data-samples": "0" }, "event → screen: waiting for the first event");
	const samples: number[] = [];
	document.body.append(
		el(
			"div",
			{ class: "bar" },
			el("a", { class: "logo", href: "/" }, el("img", { src: "/favicon.svg", alt: "" }), "Touchline"),
			el("span", {}, dot, state),
			el("span", { class: "grow" }),
			oddsFormatChoice(),
			el("span", {}, balance, held),
			el("a", { href: "/docs", class: "small" }, "API"),
			el("a", { href: "/ops", class: "small" }, "Operations"),
		),
	);
	// Modules run once the page is parsed; what a page adds to it later goes above the footer.
	document.body.append(footer(delay));
	return {
		connected: (on) => {
			setClass(dot, "on", on);
			setText(state, on ? "live" : "reconnecting");
		},
		balance: (minor, heldMinor, currency) => {
			setText(balance, moneyText(minor, currency));
			setText(held, heldMinor > 0 ? `${moneyText(heldMinor, currency)} on bets` : "");
		},
		delay: (ms) => {
			samples.push(ms);
			if (samples.length > SAMPLES) samples.shift();
			const median = samples.toSorted((a, b) => a - b)[samples.length >> 1] ?? ms;
			delay.setAttribute("data-samples", String(Number(delay.getAttribute("data-samples")) + 1));
			setText(delay, `event → screen: ${ms} ms now, ${median} ms median of ${samples.length}`);
		},
	};
}

/** Puts a page's content between the bar and the footer. */
export function place(content: HTMLElement): void {
	const last = document.querySelector("footer");
	if (last === null) document.body.append(content);
	else last.before(content);
}

function footer(delay: HTMLElement): HTMLElement {
	return el(
		"footer",
		{},
		delay,
		el("span", {}, "Pictures you watch may be delayed; others may know more than you see. Play money only."),
	);
}
