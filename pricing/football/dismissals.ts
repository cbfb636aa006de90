/** How many players each side has lost: not every red card takes one off the pitch. */
import type { Lineup, Recipient, Side } from "../../shared/feeds/canonical.ts";
import { segmentOf } from "./placing.ts";
import { type FootballIncident, type FootballState, type Score, standing, tally } from "./state.ts";

/** The Laws of the Game: a match does not go on while a side has fewer than seven players. */
const MAX_DISMISSALS = 11 - 7;

/** What an incident says of people beyond its player. */
export type People = Pick<FootballIncident, "recipient" | "playerOut">;
type ToldPeople = { readonly recipient?: Recipient | undefined; readonly playerOut?: string | undefined };

/** Only what is told is kept, so that states without it read as ever. */
export function peopleOf({ recipient, playerOut }: ToldPeople): People {
	return { ...(recipient === undefined ? {} : { recipient }), ...(playerOut === undefined ? {} : { playerOut }) };
}

/** A correction is the whole incident as it now stands: what it does not say is not kept. */
export function withoutPeople({ recipient: _, playerOut: __, ...incident }: FootballIncident): FootballIncident {
	return incident;
}

/** Dismissals that leave a side with one player fewer: a player who is shown two red cards leaves once. */
export function redsOf(state: FootballState): Score {
	const reducing = standing(state, "red_card").filter((card) => isOnPitch(state, card));
	return tally(reducing.filter((card, index) => !isRepeated(state, card, reducing.slice(0, index))));
}

/** The match is about to be abandoned, or a card is told wrongly: either way there is nothing to sell. */
export function isTooFew(state: FootballState): boolean {
	const { home, away } = redsOf(state);
	return Math.max(home, away) > MAX_DISMISSALS;
}

/** Whether the feed itself says that a card is not a player's on the pitch. */
export const isOffPitch = ({ recipient }: ToldPeople): boolean => recipient !== undefined && recipient !== "player";

/** Where nobody says otherwise for certain, a card is a player's on the pitch: the larger fault is to miss a dismissal. */
function isOnPitch(state: FootballState, card: FootballIncident): boolean {
	if (isOffPitch(card)) return false;
	const { side, player } = card;
	const lineup = side === null ? undefined : state.lineups?.[side];
	if (player === null || side === null || lineup === undefined || timesListed(lineup, player) !== 1) return true;
	return !wasTakenOff(state, card, side, lineup, player) && !neverCameOn(state, side, lineup, player);
}

/** Two players of one name are told apart by nothing. */
const timesListed = ({ starters, substitutes }: Lineup, name: string): number =>
	[...starters, ...substitutes].filter((listed) => listed === name).length;

/** Only a substitute can have come on again after a substitution names him as going off: then it was before. */
function wasTakenOff(state: FootballState, card: FootballIncident, side: Side, lineup: Lineup, name: string): boolean {
	const changes = standing(state, "substitution").filter((change) => change.side === side);
	if (lineup.starters.includes(name) && changes.some(({ player }) => player === name)) return false;
	return changes.some((change) => change.playerOut === name && isBefore(state, change, card));
}

/** Certain only while every change that was told names its side and both players. */
function neverCameOn(state: FootballState, side: Side, lineup: Lineup, name: string): boolean {
	if (!lineup.substitutes.includes(name)) return false;
	return state.incidents
		.filter(({ type, cancelled }) => type === "substitution" && !cancelled)
		.every(
			(change) =>
				change.side !== null &&
				(change.side !== side || (change.player !== null && change.playerOut !== undefined && change.player !== name)),
		);
}

const minuteOf = (incident: FootballIncident): number => segmentOf(incident) * 1_000 + Math.floor(incident.sec / 60);

/** In the order of minutes, and within one in which they were told: feeds know many incidents no better. */
function isBefore(state: FootballState, one: FootballIncident, other: FootballIncident): boolean {
	const byMinute = minuteOf(one) - minuteOf(other);
	return byMinute !== 0 ? byMinute < 0 : state.incidents.indexOf(one) < state.incidents.indexOf(other);
}

function isRepeated(state: FootballState, card: FootballIncident, before: readonly FootballIncident[]): boolean {
	const { side, player } = card;
	if (player === null || side === null) return false;
	const lineup = state.lineups?.[side];
	if (lineup !== undefined && timesListed(lineup, player) > 1) return false;
	return before.some((known) => known.side === side && known.player === player);
}
