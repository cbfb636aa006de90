/**
 * Margins as data: what a view (MAT-5) puts onto fair probabilities, by sport, market group and phase, and the prices it
 * is willing to show. A sport's own file says what the standard view charges (`sports/`), and a view here what it makes of that.
 * A trader's override of one match replaces `margin` in what `marginOf` answers.
 */

import type { SportId } from "../feeds/canonical.ts";
import type { MarginProfile, MarginRule, PhaseMargins, SportMargins } from "./schemas.ts";
import { perSport, rowsOfSports, sportRows } from "./sports.ts";

export type MarginQuestion = { readonly sport: SportId; readonly group: string; readonly inPlay: boolean };

/** Every version that any sport has rows of. A version prices all sports: with one that lacks a sport no process starts. */
const STANDARD: readonly MarginProfile[] = [
	...new Set(rowsOfSports(({ standardMargins }) => standardMargins).map(({ version }) => version)),
].map((version) => ({
	version,
	view: "standard",
	sports: perSport((sport) => {
		const row = sportRows(sport).standardMargins.find((candidate) => candidate.version === version);
		if (row === undefined) throw new Error(`no margins of version ${version} for ${sport}`);
		return { prematch: row.prematch, inPlay: row.inPlay };
	}),
}));

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
	return { version: profile.version, view, sports: perSport((id) => sport(profile.sports[id])) };
}

/** Half the margin of `standard`, for partners whose players compare prices. */
const SHARP = STANDARD.map((profile) => scaled("sharp", profile, 0.5));

/** Every version of every view. A match is priced by the version it was opened with, so that no row is ever changed or taken out. */
export const MARGIN_PROFILES: readonly MarginProfile[] = [...STANDARD, ...SHARP];
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
