import type { Lobby } from "../../shared/protocol/lobby-view.ts";
import type { MatchBook } from "../../shared/protocol/match-view.ts";
import type { Me } from "../../shared/protocol/me-view.ts";
import type { History } from "../audit/history.ts";
import type { Page } from "../story/readers.ts";
import type { Platform } from "../world/platform.ts";

/** What a page shows in the end, beside what the authority says. */
export async function viewsOf(
	platform: Platform,
	matches: readonly string[],
	{ topics, player }: Page,
): Promise<History["views"]> {
	const shown = (topic: string): unknown => topics.get(topic)?.state ?? null;
	const books = matches.map((matchId) => ({
		topic: `match:${matchId} at ${player.region}`,
		reader: JSON.stringify((shown(`match:${matchId}`) as MatchBook | null)?.image?.m),
		authority: JSON.stringify(platform.match(matchId).wire()?.m),
	}));
	const me = shown("me") as Me | null;
	const { cash, held } = await player.balance();
	const balance = { balanceMinor: me?.me.balanceMinor, heldMinor: me?.me.heldMinor };
	const newest = me?.tickets[0];
	const kept = newest === undefined ? null : await player.ticket(newest.id);
	const lobby = [...((shown("lobby") as Lobby | null)?.values() ?? [])];
	return [
		...books,
		{
			topic: `lobby of ${player.playerId}`,
			reader: JSON.stringify(lobby.toSorted(byMatch)),
			authority: JSON.stringify(platform.board().list().toSorted(byMatch)),
		},
		{
			topic: `me of ${player.playerId}`,
			reader: JSON.stringify([balance, newest?.status, newest?.ticketVersion]),
			authority: JSON.stringify([{ balanceMinor: cash, heldMinor: held }, kept?.status, kept?.ticketVersion]),
		},
	];
}

const byMatch = (a: { readonly matchId: string }, b: { readonly matchId: string }): number =>
	a.matchId < b.matchId ? -1 : 1;
