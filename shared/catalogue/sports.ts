/**
 * The sports there are: a line each, beside that of `pricing/registry.ts`. What else is by sport derives from this one, so that no
 * table can name a sport that is not here, or lack one that is.
 */
import type { SportRows } from "./sport-rows.ts";
import { basketball } from "./sports/basketball.ts";
import { football } from "./sports/football.ts";
import { tennis } from "./sports/tennis.ts";

const SPORTS = { football, tennis, basketball } as const satisfies Readonly<Record<string, SportRows>>;

export type SportId = keyof typeof SPORTS;
export const SPORT_IDS = Object.keys(SPORTS) as readonly SportId[];

export const sportRows = (sport: SportId): SportRows => SPORTS[sport];

/** A figure for each sport, from one rule. */
export function perSport<T>(figure: (sport: SportId) => T): Readonly<Record<SportId, T>> {
	return Object.fromEntries(SPORT_IDS.map((sport) => [sport, figure(sport)] as const)) as Record<SportId, T>;
}

/** The rows of one kind, each with the name of its sport. */
export function rowsOfSports<Row extends object>(
	rows: (of: SportRows) => readonly Row[],
): readonly (Row & { readonly sport: SportId })[] {
	return SPORT_IDS.flatMap((sport) => rows(sportRows(sport)).map((row) => ({ ...row, sport })));
}
