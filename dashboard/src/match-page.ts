/** `/match/{id}`: score, clock, incidents, markets, the slip and the player's bets. */
import type { MatchView } from "../../shared/protocol/match-view.ts";
import { betSlip } from "./bet-slip.ts";
import { el } from "./dom.ts";
import { header, place } from "./header.ts";
import { connect } from "./live.ts";
import { marketBoard } from "./market-board.ts";
import { onOddsFormat } from "./odds-format.ts";
import { scoreCard } from "./score-card.ts";
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

	let last: MatchView | null = null;
	const live = connect({ onConnection: top.connected, onDelay: top.delay });
	onOddsFormat(() => last !== null && board.update(last.markets, !banner.hidden));
	live.match(matchId, (view, stale) => {
		last = view;
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
