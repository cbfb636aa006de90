/** A later fixture of the same tennis match. */
import type { FixtureInput } from "../../shared/feeds/canonical.ts";
import type { Refixed, SportRefusal } from "../sport.ts";
import { type Format, formatOf } from "./format.ts";
import type { TennisState } from "./state.ts";

/** Names may always be put right. In play only the end of a set that has not begun can still become another one. */
export function refixture(state: TennisState, fixture: FixtureInput): Refixed<TennisState> | SportRefusal {
	const read = formatOf(fixture);
	if (!read.ok) return read;
	const { format } = read;
	const names = { home: fixture.home.name, away: fixture.away.name };
	const isNamed = names.home === state.names.home && names.away === state.names.away;
	const next: TennisState = isNamed ? state : { ...state, names };
	const isSame = (keys: readonly (keyof Format)[]): boolean => keys.every((key) => format[key] === state.format[key]);
	if (isSame(["bestOf", "finalSet", "noAd"])) return { ok: true, state: next, affected: "none" };
	const isUnderWay = state.phase !== "scheduled";
	if (isUnderWay && !isSame(["bestOf", "noAd"]))
		return { ok: false, code: "bad_fixture", message: "a match that has begun keeps its sets and its games" };
	if (isUnderWay && state.now.done.length >= state.format.bestOf - 1)
		return { ok: false, code: "bad_fixture", message: "the final set has begun and keeps its end" };
	return { ok: true, state: { ...next, format }, affected: "all" };
}
