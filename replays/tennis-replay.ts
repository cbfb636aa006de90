/** The form of a tennis replay: set scores from the public record; the points between them are invented when it is played. */

export type TennisSet = {
	readonly home: number;
	readonly away: number;
	/** Points of the tie-break, in the order of the sides; only where there was one. */
	readonly tieBreak?: { readonly home: number; readonly away: number };
};

export type TennisReplay = {
	readonly sport: "tennis";
	readonly id: string;
	readonly competition: string;
	readonly played: string;
	readonly home: { readonly name: string; readonly short: string };
	readonly away: { readonly name: string; readonly short: string };
	readonly format: {
		readonly bestOf: 3 | 5;
		readonly finalSet: "tiebreak7" | "tiebreak10" | "tiebreak7_at_12" | "advantage";
	};
	/** Pre-match prices in thousandths: invented, of the order of what such a match is offered at. */
	readonly prices: {
		readonly moneyline: readonly [home: number, away: number];
		readonly totalGames: { readonly line: number; readonly odds: readonly [over: number, under: number] };
	};
	readonly sets: readonly TennisSet[];
};
