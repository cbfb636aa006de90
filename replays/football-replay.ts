/** The form of a football replay: a match written down from public facts, from which the player makes a provider's messages. */

type ReplaySide = "home" | "away";
/** Minutes as they are written: `80`, `45+2`. A goal in minute 23 falls in the 23rd minute. */
export type ReplayMinute = string;

export type FootballReplay = {
	readonly sport: "football";
	readonly id: string;
	readonly competition: string;
	readonly played: string;
	readonly home: { readonly name: string; readonly short: string };
	readonly away: { readonly name: string; readonly short: string };
	readonly format: { readonly extraTime: boolean; readonly shootOut: boolean };
	/** Pre-match prices in thousandths: invented, of the order of what such a match is offered at. */
	readonly prices: { readonly oneXTwo: readonly [number, number, number]; readonly total25: readonly [number, number] };
	readonly goals: readonly {
		readonly minute: ReplayMinute;
		readonly side: ReplaySide;
		readonly player: string;
		readonly detail: "open" | "penalty" | "own";
	}[];
	readonly cards: readonly {
		readonly minute: ReplayMinute;
		readonly side: ReplaySide;
		readonly player: string;
		readonly card: "yellow" | "second_yellow" | "red";
	}[];
	/** Minutes of stoppage by period, long enough for everything that happened in it. */
	readonly stoppage: {
		readonly first: number;
		readonly second: number;
		readonly extraFirst?: number;
		readonly extraSecond?: number;
	};
	readonly extraTimePlayed: boolean;
	readonly shootOut: readonly {
		readonly side: ReplaySide;
		readonly player: string;
		readonly detail: "scored" | "missed";
	}[];
};
