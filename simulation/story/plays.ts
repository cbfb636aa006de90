/** A match of any sport, as it happens and is told. */
import type { SportId } from "../../shared/feeds/canonical.ts";
import type { Swarm } from "../world/swarm.ts";
import { playBasketball } from "./basketball.ts";
import { withFixtures } from "./fixtures.ts";
import { playMatch, type Random, type Script } from "./scenario.ts";
import { withSameIds } from "./script.ts";
import type { Setting } from "./tape.ts";
import { playTennis } from "./tennis.ts";

/** Matches go on for so long after the last disturbance. */
const CALM_MS = 75_000;
const SHORT_CALM_MS = 20_000;

/** A match of a world. Some end, and are settled, while things still break; the others go on after. */
export function play(
	swarm: Swarm,
	matchId: string,
	chances: { readonly random: Random; readonly fixtures: Random },
	startMs: number,
	worldMs: number,
): Script {
	const { random, fixtures } = chances;
	const isShort = random() < 0.4;
	const [lengthMs, calmMs] = isShort ? [worldMs * 0.6, SHORT_CALM_MS] : [worldMs, CALM_MS];
	const offered = swarm.offered.get(matchId) ?? {};
	const told = playOf(swarm.sports.get(matchId) ?? "football", {
		matchId,
		random,
		startMs,
		lengthMs,
		calmMs,
		offered,
	});
	const script = withFixtures(told, fixtures);
	return swarm.sameMessageIds ? withSameIds(script, matchId) : script;
}

function playOf(sport: SportId, setting: Setting): Script {
	switch (sport) {
		case "football": {
			const { matchId, random, startMs, lengthMs, calmMs, offered } = setting;
			return playMatch(matchId, random, startMs, lengthMs, calmMs, offered);
		}
		case "tennis":
			return playTennis(setting);
		case "basketball":
			return playBasketball(setting);
	}
}
