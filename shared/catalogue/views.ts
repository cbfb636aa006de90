/**
 * Margins as data: what a view (MAT-5) puts onto fair probabilities, by sport, market group and phase, and the prices it
 * is willing to show. A trader's override of one match replaces `margin` in what `marginOf` answers.
 *
 * Methods: odds ratio, because it stays below one and above the fair probability at every price and costs one square
 * root on a two-way market; power where a market has many long shots, because it loads them hardest and the model is
 * least sure of them. Margins are higher in play, where prices are older than what happens on the pitch.
 */

import { MAX_ODDS_MILLI, MIN_ODDS_MILLI } from "../betting/ladder.ts";
import type { SportId } from "../feeds/canonical.ts";
import type { MarginProfile, MarginRule, PhaseMargins, SportMargins } from "./schemas.ts";

export type MarginQuestion = { readonly sport: SportId; readonly group: string; readonly inPlay: boolean };

const base = (margin: number): MarginRule => ({
	method: "odds-ratio",
	margin,
	minOddsMilli: MIN_ODDS_MILLI,
	maxOddsMilli: 500_000,
});
const longShots = (margin: number): Partial<MarginRule> => ({ method: "power", margin, maxOddsMilli: MAX_ODDS_MILLI });

const STANDARD: MarginProfile = {
	version: "2026-11",
	view: "standard",
	sports: {
		football: {
			prematch: {
				base: base(0.06),
				groups: {
					main: { margin: 0.05 },
					totals: { margin: 0.05 },
					handicap: { margin: 0.05 },
					trophy: { margin: 0.05 },
					shootout: { margin: 0.05 },
					correct_score: longShots(0.12),
					combos: longShots(0.1),
				},
			},
			inPlay: {
				base: base(0.07),
				groups: {
					main: { margin: 0.055 },
					totals: { margin: 0.055 },
					handicap: { margin: 0.055 },
					trophy: { margin: 0.055 },
					shootout: { margin: 0.06 },
					correct_score: longShots(0.14),
					combos: longShots(0.12),
				},
			},
		},
		tennis: {
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
		basketball: {
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
	},
};

/** The same rules at a share of their margins. */
function scaled(view: string, profile: MarginProfile, share: number): MarginProfile {
	const phase = ({ base: rule, groups }: PhaseMargins): PhaseMargins => ({
		base: { ...rule, margin: rule.margin * share },
		groups: Object.fromEntries(
			Object.entries(groups).map(([group, entry]) => [
				group,
				entry.margin === undefined ? entry : { ...entry, margin: entry.margin * share },
			]),
		),
	});
	const sport = ({ prematch, inPlay }: SportMargins): SportMargins => ({
		prematch: phase(prematch),
		inPlay: phase(inPlay),
	});
	const { football, tennis, basketball } = profile.sports;
	return {
		version: profile.version,
		view,
		sports: { football: sport(football), tennis: sport(tennis), basketball: sport(basketball) },
	};
}

/** Half the margin of `standard`, for partners whose players compare prices. */
const SHARP = scaled("sharp", STANDARD, 0.5);

/** Every version of every view. A match is priced by the version it was opened with, so that no row is ever changed or taken out. */
export const MARGIN_PROFILES: readonly MarginProfile[] = [STANDARD, SHARP];
export const CURRENT_MARGINS = "2026-11";

/** Null: the view does not exist, or not in this version, and nothing is priced in it. */
export function profileOf(view: string, version: string): MarginProfile | null {
	return MARGIN_PROFILES.find((profile) => profile.view === view && profile.version === version) ?? null;
}

/** What a view charges on a group of markets, before the match or in play. */
export function marginOf(profile: MarginProfile, { sport, group, inPlay }: MarginQuestion): MarginRule {
	const { prematch, inPlay: running } = profile.sports[sport];
	const phase = inPlay ? running : prematch;
	const entry = Object.hasOwn(phase.groups, group) ? phase.groups[group] : undefined;
	return entry === undefined ? phase.base : { ...phase.base, ...entry };
}
