/** A later fixture of the same basketball match. */
import type { FixtureInput } from "../../shared/feeds/canonical.ts";
import type { Refixed, SportRefusal } from "../sport.ts";
import { withLines } from "./lines.ts";
import { formatOf, QUARTERS } from "./phases.ts";
import { type BasketballState, overOf } from "./state.ts";

/** Before the match any format; in play quarters last as long as they do, and overtimes can change until one is reached. */
export function refixture(state: BasketballState, fixture: FixtureInput): Refixed<BasketballState> | SportRefusal {
	const format = formatOf(fixture);
	const refuse = (message: string): SportRefusal => ({ ok: false, code: "bad_fixture", message });
	if (format === null) return refuse("quarters last 5 to 15 minutes, overtimes 2 to 10");
	const isSameQuarter = format.quarterSec === state.format.quarterSec;
	if (isSameQuarter && format.overtimeSec === state.format.overtimeSec) return { ok: true, state, affected: "none" };
	if (state.phase !== "scheduled" && !isSameQuarter) return refuse("a match that has begun keeps its quarters");
	if (overOf(state) >= QUARTERS) return refuse("regular time is over: overtimes last as long as was said");
	return { ok: true, state: withLines({ ...state, format }, state.clock.atMs), affected: "all" };
}
