/** `/match/{id}`: score, clock, incidents, markets, the slip and the player's bets. */
import { licenceProfile } from "../../shared/catalogue/licences.ts";
import type { MatchView } from "../../shared/protocol/match-view.ts";
import { betSlip } from "./bet-slip.ts";
import { el } from "./dom.ts";
import { header, place } from "./header.ts";
import { connect } from "./live.ts";
import { marketBoard } from "./market-board.ts";
import { onOddsFormat } from "./odds-format.ts";
import { scoreCard } from "./score-card.ts";
import { openSession } from "./session.ts";
import type { ShownPrice } from "./slip-mode.ts";
import { ticketList } from "./ticket-list.ts";

export async function matchPage(): Promise<void> {
	const matchId = decodeURIComponent(location.pathname.split("/")[2] ?? "");
	const top = header();
	const { session, me } = await openSession();
	top.balance(me.balanceMinor, me.heldMinor, me.currency);

	const banner = el(
		"div",
		{ class: "banner", hidden: true, id: "stale", role: "status" },
		"No signal from the match: prices may be old, and no bets are taken.",
	);
	let last: MatchView | null = null;
	const shown = (marketId: string, outcomeId: string): ShownPrice | null =>
		last === null ? null : shownPrice(last, marketId, outcomeId, !banner.hidden);
	const tickets = ticketList({
		isHere: ({ legs: [leg] }) => leg?.matchId === matchId,
		takeOffer: (ticket) => slip.takeOffer(ticket),
	});
	const slip = betSlip({
		session,
		currency: me.currency,
		leastStakeMinor: licenceProfile(me.licence)?.minStakeMinor[me.currency] ?? 1,
		shown,
		sent: tickets.sent,
		offerTaken: tickets.offerTaken,
		answered: (ticket) => tickets.put([ticket]),
		picked: (selection) => board.picked(selection),
	});
	slip.balance(me.balanceMinor);
	const board = marketBoard((market, outcome) => {
		if (outcome.oddsMilli === null) return;
		const { marketId, name: marketName } = market;
		const { outcomeId, name: outcomeName, oddsMilli: acceptedMilli } = outcome;
		slip.pick({ matchId, marketId, marketName, outcomeId, outcomeName, acceptedMilli });
	});
	const score = scoreCard();
	place(
		el(
			"main",
			{ class: "wrap two" },
			el("div", { class: "list" }, banner, score.element, board.element),
			el("aside", { class: "list" }, slip.element, tickets.element, score.incidents),
		),
	);

	const live = connect({ onConnection: top.connected, onDelay: top.delay });
	onOddsFormat(() => last !== null && board.update(last.markets, !banner.hidden));
	live.match(matchId, (view, stale) => {
		last = view;
		banner.hidden = !stale;
		score.update(view);
		board.update(view.markets, stale);
		slip.moved();
	});
	live.me(
		session,
		(view) => {
			top.balance(view.balanceMinor, view.heldMinor, view.currency);
			slip.balance(view.balanceMinor);
		},
		(changed) => {
			tickets.put(changed);
			slip.told(changed);
		},
	);
}

function shownPrice(view: MatchView, marketId: string, outcomeId: string, isStale: boolean): ShownPrice | null {
	const market = view.markets.find((candidate) => candidate.marketId === marketId);
	const outcome = market?.outcomes.find((candidate) => candidate.outcomeId === outcomeId);
	if (market === undefined || outcome === undefined) return null;
	return {
		marketName: market.name,
		outcomeName: outcome.name,
		oddsMilli: outcome.oddsMilli,
		version: market.version,
		open: !isStale && (market.status === "open" || market.status === "danger"),
	};
}
