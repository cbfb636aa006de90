/** What the catalogue has of tennis. */
import { base, longShots } from "../margin-rules.ts";
import type { SportRows } from "../sport-rows.ts";

export const tennis: SportRows = {
	/** The industry uses 1 to 12 s, typically 5; ours is 4, with a confirmation behind it. */
	betDelays: [{ version: "2026-11", inPlayMs: 4_000 }],
	holdOffs: [
		/** The umpire calls a point before its scout taps it; most slips are taken back before the next point. */
		{ version: "2026-11", holdOff: { otherwiseMs: 2_000, byGroupMs: { point: 1_000 } }, inferredStandsMs: 0 },
	],
	/** 50,000.00, until a trader who knows the match says otherwise. */
	outcomeCaps: [{ version: "2026-11", capBaseMinor: 5_000_000 }],
	following: [
		{ version: "2026-11", otherwisePpm: 0, byProviderPpm: { uof: 50_000, genius: 50_000, replay: 0, json: 0 } },
	],
	standardMargins: [
		{
			version: "2026-11",
			prematch: {
				base: base(0.065),
				groups: {
					main: { margin: 0.045 },
					handicap: { margin: 0.05 },
					totals: { margin: 0.05 },
					correct_score: longShots(0.09),
				},
			},
			inPlay: {
				base: base(0.075),
				groups: {
					main: { margin: 0.05 },
					handicap: { margin: 0.06 },
					totals: { margin: 0.06 },
					correct_score: longShots(0.11),
				},
			},
		},
	],
	strengthsText: "`homeServe`, `awayServe` (chances of a point), or `homeWins` (chance of the match as it stands)",
};
