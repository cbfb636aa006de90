/** A match of any sport, as it happens and is told. */
import type { SportId } from "../../shared/feeds/canonical.ts";
import type { Random } from "../world/chance.ts";
import type { Swarm } from "../world/swarm.ts";
import { playBasketball } from "./basketball.ts";
import { withFirstWords, withFixtures } from "./fixtures.ts";
import { playMatch } from "./scenario.ts";
import { type Script, withSameIds } from "./script.ts";
import type { Setting } from "./tape.ts";
import { playTennis } from "./tennis.ts";
import { withCancelled, withPrices } from "./witness.ts";

/** Matches go on for so long after the last disturbance. */
const CALM_MS = 75_000;
const SHORT_CALM_MS = 20_000;
/** However short the disturbance is, a match takes so long. */
const LEAST_MATCH_MS = 50_000;

/** A match of a world. Some end, and are settled, while things still break; the others go on after. */
export function play(
	swarm: Swarm,
	matchId: string,
	chances: { readonly random: Random; readonly fixtures: Random; readonly prices: Random },
	startMs: number,
	worldMs: number,
): Script {
	const { random, fixtures, prices } = chances;
	const isShort = random() < 0.4;
	const [wantedMs, calmMs] = isShort ? [worldMs * 0.6, SHORT_CALM_MS] : [worldMs, CALM_MS];
	const lengthMs = Math.max(LEAST_MATCH_MS, wantedMs);
	const offered = swarm.offered.get(matchId) ?? {};
	const told = playOf(swarm.sports.get(matchId) ?? "football", {
		matchId,
		random,
		startMs,
		lengthMs,
		calmMs,
		offered,
	});
	const script = withFirstWords(withCancelled(withPrices(withFixtures(told, fixtures), prices), prices), fixtures);
	return swarm.sameMessageIds ? withSameIds(script, matchId) : script;
}

function playOf(sport: SportId, setting: Setting): Script {
	switch (sport) {
		case "football":
			return playMatch(setting);
		case "tennis":
			return playTennis(setting);
		case "basketball":
			return playBasketball(setting);
	}
}
