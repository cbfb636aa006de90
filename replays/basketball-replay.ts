/** The form of a basketball replay: what is public of a match, from which the player invents a course that leads to it. */

export type BasketballReplay = {
	readonly sport: "basketball";
	readonly id: string;
	readonly competition: string;
	readonly played: string;
	readonly home: { readonly name: string; readonly short: string };
	readonly away: { readonly name: string; readonly short: string };
	readonly format: { readonly quarterMinutes: number; readonly overtimeMinutes: number };
	/** Pre-match prices in thousandths: invented, of the order of what such a match is offered at. */
	readonly prices: {
		readonly moneyline: readonly [home: number, away: number];
		/** `line` is added to the home side's points. */
		readonly handicap: { readonly line: number; readonly odds: readonly [home: number, away: number] };
		readonly total: { readonly line: number; readonly odds: readonly [over: number, under: number] };
	};
	/** Points of each period: four quarters, then overtimes. */
	readonly quarters: readonly { readonly home: number; readonly away: number }[];
};
