/** What lists, reports and a page's schema say of a match beside its score. */
import type { FixtureInput } from "../../shared/feeds/canonical.ts";

export const isSameHeadline = (a: FixtureInput, b: FixtureInput): boolean =>
	a === b || (a.competition === b.competition && a.scheduledAtMs === b.scheduledAtMs && isSameTeams(a, b));

export const isSameTeams = (a: FixtureInput, b: FixtureInput): boolean =>
	(["home", "away"] as const).every((side) => a[side].name === b[side].name && a[side].short === b[side].short);
