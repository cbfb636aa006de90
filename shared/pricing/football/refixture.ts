/** A later fixture of the same football match. */
import type { FixtureInput } from "../../feeds/canonical.ts";
import type { Refixed, SportRefusal } from "../sport.ts";
import { isInPlay } from "./phases.ts";
import { initialState } from "./reduce.ts";
import { type FootballState, regularIsOver } from "./state.ts";

/** Whether there is an extra time or a shoot-out is in force from the end of regular time on. */
const AFTER_REGULAR = ["trophy", "extra", "shootout"];

export function refixture(state: FootballState, fixture: FixtureInput): Refixed<FootballState> | SportRefusal {
	const fresh = initialState(fixture);
	if (fresh.extraTime === state.extraTime && fresh.shootOut === state.shootOut)
		return { ok: true, state, affected: "none" };
	if (isInPlay(state.phase) && regularIsOver(state))
		return { ok: false, code: "bad_fixture", message: "regular time is over: how a draw is decided stands" };
	const format = { extraTime: fresh.extraTime, shootOut: fresh.shootOut };
	return { ok: true, state: { ...state, ...format }, affected: AFTER_REGULAR };
}
