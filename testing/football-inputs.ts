/** The 2022 World Cup final as canonical inputs, and what tests need to say more of them. Facts: openfootball (CC0). */
import type { FixtureInput, Input } from "../shared/feeds/canonical.ts";

export const AT = 1_781_136_000_000;

export function fixture(over: Partial<FixtureInput> = {}): FixtureInput {
	return {
		v: 1,
		kind: "fixture",
		id: "fixture",
		matchId: "final",
		sentAtMs: AT,
		sport: "football",
		competition: "World Cup 2022",
		home: { name: "Argentina", short: "ARG" },
		away: { name: "France", short: "FRA" },
		scheduledAtMs: AT,
		format: { extraTime: true, shootOut: true },
		prices: { oneXTwo: [2_700, 3_100, 3_000], totals: [{ line: 2.5, odds: [2_200, 1_700] }] },
		...over,
	};
}

let counter = 0;
const envelope = (): { v: 1; id: string; matchId: string; sentAtMs: number } => ({
	v: 1,
	id: `i${++counter}`,
	matchId: "final",
	sentAtMs: AT,
});

export const phase = (name: string, elapsedSec: number, running = true): Input => ({
	...envelope(),
	kind: "state",
	phase: name,
	clock: { elapsedSec, running, rate: 1 },
});
export const incident = (
	type: "goal" | "red_card" | "yellow_card" | "penalty_awarded" | "var_review" | "corner",
	side: "home" | "away",
	incidentId: string,
	minuteText = "",
): Input => ({
	...envelope(),
	kind: "incident",
	incident: type,
	side,
	incidentId,
	minuteText,
});
export const kick = (side: "home" | "away", detail: "scored" | "missed", incidentId: string): Input => ({
	...envelope(),
	kind: "incident",
	incident: "shootout_kick",
	side,
	detail,
	incidentId,
});
export const betStart = (): Input => ({ ...envelope(), kind: "bet_start" });
export const betStop = (groups?: string[]): Input => ({
	...envelope(),
	kind: "bet_stop",
	reason: "possible_goal",
	groups,
});
export const danger = (on: boolean): Input => ({ ...envelope(), kind: "danger", on });
export const cancellation = (incidentId: string): Input => ({ ...envelope(), kind: "cancellation", incidentId });
export const confirmation = (incidentId: string): Input => ({ ...envelope(), kind: "confirmation", incidentId });

/** Every goal, phase and kick of the final, in order. */
export function finalInputs(): readonly Input[] {
	const goal = (side: "home" | "away", minute: string): readonly Input[] => [
		incident("goal", side, `g${minute}`, minute),
		betStart(),
	];
	return [
		phase("first_half", 0),
		...goal("home", "23"),
		...goal("home", "36"),
		phase("half_time", 3_120, false),
		phase("second_half", 2_700),
		...goal("away", "80"),
		...goal("away", "81"),
		phase("extra_break", 5_880, false),
		phase("extra_first", 5_400),
		phase("extra_half_time", 6_360, false),
		phase("extra_second", 6_300),
		...goal("home", "108"),
		...goal("away", "118"),
		phase("shootout_break", 7_500, false),
		phase("shootout", 7_500, false),
		kick("away", "scored", "k1"),
		kick("home", "scored", "k2"),
		kick("away", "missed", "k3"),
		kick("home", "scored", "k4"),
		kick("away", "missed", "k5"),
		kick("home", "scored", "k6"),
		kick("away", "scored", "k7"),
		kick("home", "scored", "k8"),
		phase("ended", 7_500, false),
	];
}
