/** Which sport each match of a world is, and what its fixture offers: a few groups, since a whole book costs more than it finds. */

import type { Offered, SportId } from "../../shared/feeds/canonical.ts";
import type { Random } from "./chance.ts";

type MoreGroups = readonly (readonly [group: string, chance: number])[];

const FOOTBALL = 0.6;
const TENNIS = 0.8;
/** What every match has, since players bet on it; and what some have beside it, each by its chance. */
const GROUPS: Readonly<
	Record<Exclude<SportId, "football">, { readonly always: readonly string[]; readonly more: MoreGroups }>
> = {
	tennis: {
		always: ["main", "set", "game"],
		more: [
			["point", 0.5],
			["totals", 0.4],
			["handicap", 0.3],
			["sets", 0.5],
			["correct_score", 0.3],
		],
	},
	basketball: {
		always: ["main", "totals"],
		more: [
			["spread", 0.5],
			["quarters", 0.4],
			["halves", 0.2],
			["race", 0.5],
			["overtime", 0.4],
			["odd_even", 0.4],
			["margin", 0.2],
			["half_full", 0.2],
			["team_totals", 0.3],
		],
	},
};

export function sportOf(random: Random): SportId {
	const drawn = random();
	return drawn < FOOTBALL ? "football" : drawn < TENNIS ? "tennis" : "basketball";
}

export function offeredOf(random: Random, sport: Exclude<SportId, "football">): Offered {
	const { always, more } = GROUPS[sport];
	return { groups: [...always, ...more.flatMap(([group, chance]) => (random() < chance ? [group] : []))] };
}
