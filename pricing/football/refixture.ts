/** A later fixture of the same football match. */
import type { FixtureInput } from "../../shared/feeds/canonical.ts";
import type { Refixed, SportRefusal } from "../sport.ts";
import { type FootballFormat, formatOf } from "./format.ts";
import { isInPlay } from "./phases.ts";
import { type FootballState, regularIsOver } from "./state.ts";

/** How a level score is decided, and what the match decides, is in force from the end of regular time on. */
const AFTER_REGULAR = ["trophy", "extra", "shootout"];

const textOf = ({ extraTime, shootOut, decides, tie }: FootballFormat): string =>
	JSON.stringify([
		extraTime,
		shootOut,
		decides,
		tie === null ? null : [tie.firstLeg.home, tie.firstLeg.away, tie.awayGoals, tie.awayGoalsInExtraTime],
	]);

export function refixture(state: FootballState, fixture: FixtureInput): Refixed<FootballState> | SportRefusal {
	const read = formatOf(fixture);
	if (!read.ok) return read;
	const { extraTime, shootOut, decides = "trophy", tie: known = null, ...played } = state;
	if (textOf(read.format) === textOf({ extraTime, shootOut, decides, tie: known }))
		return { ok: true, state, affected: "none" };
	if (isInPlay(state.phase) && regularIsOver(state))
		return { ok: false, code: "bad_fixture", message: "regular time is over: how a level score is decided stands" };
	const { tie, ...format } = read.format;
	return {
		ok: true,
		state: { ...played, ...format, ...(tie === null ? {} : { tie }) },
		affected: AFTER_REGULAR,
	};
}
