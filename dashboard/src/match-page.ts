/** `/match/{id}`: score, clock, incidents, markets, the slip and the player's bets. */
import type { MatchView } from "../../shared/protocol/match-view.ts";
import { betSlip } from "./bet-slip.ts";
import { el, setClass, setText } from "./dom.ts";
import { header, place } from "./header.ts";
import { connect } from "./live.ts";
import { marketBoard } from "./market-board.ts";
import { openSession } from "./session.ts";
import { ticketList } from "./ticket-list.ts";

export async function matchPage(): Promise<void> {
	const matchId = decodeURIComponent(location.pathname.split("/")[2] ?? "");
	const top = header();
	const { session, me } = await openSession();
	top.balance(me.balanceMinor, me.heldMinor, me.currency);

	const tickets = ticketList();
	const slip = betSlip(session, me.currency, (ticket) => tickets.put([ticket]));
	const board = marketBoard((market, outcome) => {
		if (outcome.oddsMilli === null) return;
		const { marketId, name: marketName, version: marketVersion } = market;
		const { outcomeId, name: outcomeName, oddsMilli } = outcome;
		slip.pick({ matchId, marketId, marketName, outcomeId, outcomeName, oddsMilli, marketVersion });
		board.picked(marketId, outcomeId);
	});
	const score = scoreCard();
	const banner = el(
		"div",
		{ class: "banner", hidden: true, id: "stale", role: "status" },
		"No signal from the match: prices may be old, and no bets are taken.",
	);
	place(
		el(
			"main",
			{ class: "wrap two" },
			el("div", { class: "list" }, banner, score.element, board.element),
			el("aside", { class: "list" }, slip.element, tickets.element, score.incidents),
		),
	);

	const live = connect({ onConnection: top.connected, onDelay: top.delay });
	live.match(matchId, (view, stale) => {
		banner.hidden = !stale;
		score.update(view);
		board.update(view.markets, stale);
		slip.follow((marketId, outcomeId) => {
			const market = view.markets.find((candidate) => candidate.marketId === marketId);
			const outcome = market?.outcomes.find((candidate) => candidate.outcomeId === outcomeId);
			if (market === undefined || outcome === undefined) return null;
			return {
				oddsMilli: outcome.oddsMilli,
				version: market.version,
				open: !stale && (market.status === "open" || market.status === "danger"),
			};
		});
	});
	live.me(session, (view) => top.balance(view.balanceMinor, view.heldMinor, view.currency), tickets.put);
}

function scoreCard(): {
	readonly element: HTMLElement;
	readonly incidents: HTMLElement;
	readonly update: (view: MatchView) => void;
} {
	const home = el("div", { class: "name" });
	const away = el("div", { class: "name" });
	const goals = el("div", { class: "goals", id: "score" });
	const clock = el("div", { class: "clock", id: "clock" });
	const lines = el("div", { class: "small muted" });
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
			el("div", {}, goals, clock, lines),
			el("div", {}, away, redsAway),
		),
	);
	let drawn = "";
	return {
		element,
		incidents: el("section", { class: "card" }, el("h2", {}, "Incidents"), list),
		update: (view) => {
			setText(competition, view.competition);
			setText(home, view.home.name);
			setText(away, view.away.name);
			setText(goals, `${view.state.score.home} – ${view.state.score.away}`);
			setText(clock, view.clock.text);
			setText(lines, view.state.lines.map(([label, a, b]) => `${label} ${a}–${b}`).join(" · "));
			setText(redsHome, "▮".repeat(view.state.reds.home));
			setText(redsAway, "▮".repeat(view.state.reds.away));
			const key = JSON.stringify(view.state.incidents);
			if (key === drawn) return;
			drawn = key;
			const rows = view.state.incidents.map((incident) => {
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
			list.replaceChildren(...rows.toReversed());
		},
	};
}
