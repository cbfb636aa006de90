/** The score, the clock, the sport's own lines (sets, quarters, kicks) as a table, and the incidents. */
import type { MatchView } from "../../shared/protocol/match-view.ts";
import { el, setClass, setText } from "./dom.ts";

export type ScoreCard = {
	readonly element: HTMLElement;
	readonly incidents: HTMLElement;
	readonly update: (view: MatchView) => void;
};

export function scoreCard(): ScoreCard {
	const home = el("div", { class: "name" });
	const away = el("div", { class: "name" });
	const goals = el("div", { class: "goals", id: "score" });
	const clock = el("div", { class: "clock", id: "clock" });
	const lines = el("div", { class: "scroll score-lines", hidden: true });
	const redsHome = el("div", { class: "reds" });
	const redsAway = el("div", { class: "reds" });
	const list = el("ul", { class: "incidents", id: "incidents" });
	const competition = el("h2", {});
	const element = el(
		"section",
		{ class: "card" },
		competition,
		el(
			"div",
			{ class: "score" },
			el("div", {}, home, redsHome),
			el("div", {}, goals, clock),
			el("div", {}, away, redsAway),
		),
		lines,
	);
	const drawLines = whenChanged(
		(view: MatchView) => [view.home.short, view.away.short, view.state.lines],
		(view) => {
			lines.hidden = view.state.lines.length === 0;
			lines.replaceChildren(linesTable(view));
		},
	);
	const drawIncidents = whenChanged(
		(view: MatchView) => view.state.incidents,
		(view) => list.replaceChildren(...incidentRows(view).toReversed()),
	);
	return {
		element,
		incidents: el("section", { class: "card" }, el("h2", {}, "Incidents"), list),
		update: (view) => {
			setText(competition, view.competition);
			setText(home, view.home.name);
			setText(away, view.away.name);
			setText(goals, `${view.state.score.home} – ${view.state.score.away}`);
			setText(clock, view.clock.text);
			setText(redsHome, "▮".repeat(view.state.reds.home));
			setText(redsAway, "▮".repeat(view.state.reds.away));
			drawLines(view);
			drawIncidents(view);
		},
	};
}

/** Draws only when what it draws from has changed: a page at rest does not repaint. */
function whenChanged(part: (view: MatchView) => unknown, draw: (view: MatchView) => void): (view: MatchView) => void {
	let drawn = "";
	return (view) => {
		const key = JSON.stringify(part(view));
		if (key === drawn) return;
		drawn = key;
		draw(view);
	};
}

function linesTable({ home, away, state }: MatchView): HTMLElement {
	const row = (name: string, of: (line: MatchView["state"]["lines"][number]) => string): HTMLElement =>
		el("tr", {}, el("th", { scope: "row" }, name), ...state.lines.map((line) => el("td", {}, of(line))));
	return el(
		"table",
		{},
		el("thead", {}, el("tr", {}, el("th", {}), ...state.lines.map(([label]) => el("th", { scope: "col" }, label)))),
		el(
			"tbody",
			{},
			row(home.short, ([, score]) => score),
			row(away.short, ([, , score]) => score),
		),
	);
}

function incidentRows({ state }: MatchView): readonly HTMLElement[] {
	return state.incidents.map((incident) => {
		const row = el(
			"li",
			{},
			el("span", { class: "min" }, incident.minuteText),
			el("span", {}, incident.text),
			incident.invented ? el("span", { class: "tag" }, "invented") : null,
		);
		setClass(row, "cancelled", incident.cancelled);
		return row;
	});
}
