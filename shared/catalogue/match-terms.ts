/**
 * What a match takes of the catalogue. It is resolved once, when a fixture opens the match, and stored with that input: the match
 * and every replay of it go by what stands there, whatever the catalogue has come to say since (MAT-2). So a figure is changed by
 * rows of a new version, one for every sport or view, and by naming that version the current one.
 */
import type { SportId } from "../feeds/canonical.ts";
import { BET_DELAYS, CURRENT_BET_DELAYS } from "./bet-delays.ts";
import { CURRENT_FOLLOWING_SHARES, FOLLOWING_SHARES, inPlayPpmOf } from "./following.ts";
import { CURRENT_HOLD_OFFS, HOLD_OFFS } from "./hold-offs.ts";
import { LICENCES } from "./licences.ts";
import { CURRENT_OUTCOME_CAPS, OUTCOME_CAPS } from "./outcome-caps.ts";
import type {
	BetDelayRow,
	FollowingRow,
	HoldOffRow,
	LicenceProfile,
	MatchTerms,
	OutcomeCapRow,
	SettlementTerms,
	StoredTerms,
} from "./schemas.ts";
import { CURRENT_MARGINS } from "./views.ts";

type Versioned<Row> = { readonly current: string; readonly rows: readonly Row[] };
/** The rows of which a match takes something, and which version of them a match that opens now gets. */
export type MatchCatalogue = {
	readonly betDelays: Versioned<BetDelayRow>;
	readonly holdOffs: Versioned<HoldOffRow>;
	readonly outcomeCaps: Versioned<OutcomeCapRow>;
	readonly following: Versioned<FollowingRow>;
	readonly margins: { readonly current: string };
	readonly licences: readonly LicenceProfile[];
};

export const MATCH_CATALOGUE: MatchCatalogue = {
	betDelays: { current: CURRENT_BET_DELAYS, rows: BET_DELAYS },
	holdOffs: { current: CURRENT_HOLD_OFFS, rows: HOLD_OFFS },
	outcomeCaps: { current: CURRENT_OUTCOME_CAPS, rows: OUTCOME_CAPS },
	following: { current: CURRENT_FOLLOWING_SHARES, rows: FOLLOWING_SHARES },
	margins: { current: CURRENT_MARGINS },
	licences: LICENCES,
};

/** What a match of a sport that a provider opens now is played, priced and settled by. */
export function matchTerms(sport: SportId, provider: string, catalogue: MatchCatalogue = MATCH_CATALOGUE): MatchTerms {
	const { holdOff, inferredStandsMs } = rowOf(catalogue.holdOffs, sport);
	return {
		delayMs: rowOf(catalogue.betDelays, sport).inPlayMs,
		holdOff,
		inferredStandsMs,
		marginsVersion: catalogue.margins.current,
		settlement: catalogue.licences.map(({ licence, lateBets, correctionWindowMs }) => ({
			licence,
			lateBets,
			correctionWindowMs,
		})),
		capBaseMinor: rowOf(catalogue.outcomeCaps, sport).capBaseMinor,
		followingInPlayPpm: inPlayPpmOf(rowOf(catalogue.following, sport), provider),
	};
}

/** The rows that were there when logs did not carry terms yet. */
const FIRST_VERSION = "2026-11";

/** The terms of a match that was opened then. Its state, and nothing else, kept what it settles by. */
export function firstMatchTerms(sport: SportId, provider: string, settlement: readonly SettlementTerms[]): MatchTerms {
	return {
		...matchTerms(sport, provider, {
			betDelays: { current: FIRST_VERSION, rows: BET_DELAYS },
			holdOffs: { current: FIRST_VERSION, rows: HOLD_OFFS },
			outcomeCaps: { current: FIRST_VERSION, rows: OUTCOME_CAPS },
			following: { current: FIRST_VERSION, rows: FOLLOWING_SHARES },
			margins: { current: FIRST_VERSION },
			licences: [],
		}),
		settlement: [...settlement],
	};
}

/** The terms that a log carries; what they did not say yet when it was written is what there was then. */
export function loggedMatchTerms(stored: StoredTerms, sport: SportId, provider: string): MatchTerms {
	const first = (): MatchTerms => firstMatchTerms(sport, provider, []);
	const { capBaseMinor = first().capBaseMinor, followingInPlayPpm = first().followingInPlayPpm } = stored;
	return { ...stored, capBaseMinor, followingInPlayPpm };
}

function rowOf<Row extends { readonly version: string; readonly sport: SportId }>(
	{ current, rows }: Versioned<Row>,
	sport: SportId,
): Row {
	const row = rows.find((candidate) => candidate.version === current && candidate.sport === sport);
	if (row === undefined) throw new Error(`no row of version ${current} for ${sport}`);
	return row;
}
