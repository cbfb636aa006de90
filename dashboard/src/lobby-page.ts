/** `/`: the matches there are, with headline odds that move. */
import type { MatchSummary } from "../../shared/contracts/board.ts";
import { el, setClass, setText } from "./dom.ts";
import { oddsText } from "./format.ts";
import { header, place } from "./header.ts";
import { connect } from "./live.ts";
import { onOddsFormat } from "./odds-format.ts";
import { moneyText } from "./reader.ts";
import { openSession } from "./session.ts";

type Row = { readonly element: HTMLElement; readonly update: (match: MatchSummary, stale: boolean) => void };

export async function lobbyPage(): Promise<void> {
	const top = header();
	const list = el("div", { class: "list", id: "matches" }, el("p", { class: "muted" }, "Waiting for matches."));
	place(el("main", { class: "wrap" }, el("section", {}, list)));
	const rows = new Map<string, Row>();

	const live = connect({ onConnection: top.connected });
	let last: readonly MatchSummary[] = [];
	let isStale = true;
	onOddsFormat(() => {
		for (const match of last) rows.get(match.matchId)?.update(match, isStale);
	});
	live.lobby((matches, stale) => {
		last = matches;
		isStale = stale;
		for (const match of matches) {
			const row = rows.get(match.matchId) ?? newRow(match);
			rows.set(match.matchId, row);
			row.update(match, stale);
		}
		const order = matches.toSorted(
			(a, b) => rank(a) - rank(b) || a.scheduledAtMs - b.scheduledAtMs || a.matchId.localeCompare(b.matchId),
		);
		const wanted = order.flatMap((match) => rows.get(match.matchId)?.element ?? []);
		const differs =
			wanted.length !== list.children.length || wanted.some((element, index) => list.children[index] !== element);
		if (differs)
			list.replaceChildren(...(wanted.length > 0 ? wanted : [el("p", { class: "muted" }, "No matches now.")]));
	});

	const { session, me } = await openSession();
	top.balance(me.balanceMinor, me.heldMinor, me.currency);
	live.me(
		session,
		(view) => top.balance(view.balanceMinor, view.heldMinor, view.currency),
		() => {},
	);
	document.title = `Touchline: live matches (${moneyText(me.balanceMinor, me.currency)})`;
}

function rank(match: MatchSummary): number {
	return match.status === "live" ? 0 : match.status === "scheduled" ? 1 : 2;
}

function newRow(first: MatchSummary): Row {
	const clock = el("span", {});
	const competition = el("div", { class: "small muted" });
	const home = el("b", {});
	const away = el("b", {});
	const odds = el("span", { class: "odds" });
	const shown = new Map<string, number>();
	const element = el(
		"a",
		{ class: "row", href: `/match/${first.matchId}`, "data-match": first.matchId },
		el("span", { class: "when" }, clock),
		el(
			"span",
			{ class: "teams" },
			el("div", {}, first.home.name, home),
			el("div", {}, first.away.name, away),
			competition,
		),
		odds,
	);
	return {
		element,
		update: (match, stale) => {
			setText(clock, stale || match.stale ? "no signal" : match.clock.text);
			setText(competition, match.competition);
			setText(home, String(match.score.home));
			setText(away, String(match.score.away));
			element.dataset.status = match.headline?.status ?? "closed";
			const prices = (match.headline?.outcomes ?? []).map((outcome) => {
				const price = outcome.oddsMilli;
				const before = shown.get(outcome.outcomeId);
				const chip = el(
					"span",
					{ class: "price", "data-outcome": outcome.outcomeId },
					el("span", {}, outcome.name),
					el("b", {}, price === null || match.headline?.status !== "open" ? "–" : oddsText(price)),
				);
				if (price !== null && before !== undefined && before !== price)
					setClass(chip, price > before ? "up" : "down", true);
				if (price !== null) shown.set(outcome.outcomeId, price);
				return chip;
			});
			odds.replaceChildren(...prices);
		},
	};
}
