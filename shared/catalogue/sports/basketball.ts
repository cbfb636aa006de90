/** What the catalogue has of basketball. */
import { base, longShots } from "../margin-rules.ts";
import type { SportRows } from "../sport-rows.ts";

export const basketball: SportRows = {
	/** The industry uses 1 to 12 s, typically 5; ours is 4, with a confirmation behind it. */
	betDelays: [{ version: "2026-11", inPlayMs: 4_000 }],
	holdOffs: [{ version: "2026-11", holdOff: { otherwiseMs: 2_000, byGroupMs: {} }, inferredStandsMs: 3_000 }],
	/** 50,000.00, until a trader who knows the match says otherwise. */
	outcomeCaps: [{ version: "2026-11", capBaseMinor: 5_000_000 }],
	following: [
		{ version: "2026-11", otherwisePpm: 0, byProviderPpm: { uof: 50_000, genius: 50_000, replay: 0, json: 0 } },
	],
	standardMargins: [
		{
			version: "2026-11",
			prematch: {
				base: base(0.06),
				groups: {
					main: { margin: 0.045 },
					spread: { margin: 0.045 },
					totals: { margin: 0.045 },
					margin: longShots(0.1),
					half_full: longShots(0.1),
				},
			},
			inPlay: {
				base: base(0.07),
				groups: {
					main: { margin: 0.05 },
					spread: { margin: 0.05 },
					totals: { margin: 0.05 },
					margin: longShots(0.12),
					half_full: longShots(0.12),
				},
			},
		},
	],
	strengthsText: "`homePoints`, `awayPoints` (of regular time)",
};
