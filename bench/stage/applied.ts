/** When what was pushed has had its effect. */
import { getJson, sleep } from "../../scripts/kill/world.ts";
import type { MatchView } from "../../shared/protocol/match-view.ts";
import { goOn } from "../stop.ts";
import type { Stage } from "./stage.ts";

const PATIENCE_MS = 180_000;
const POLL_MS = 250;
/** What a match was told before the load: its fixture and its kick-off. */
const TOLD_BEFORE = 2;

/** Each match says which input it has applied last. */
export async function applied(stage: Stage, given: Readonly<Record<string, number>>): Promise<void> {
	const untilMs = performance.now() + PATIENCE_MS;
	for (const [matchId, count] of Object.entries(given))
		while (true) {
			// A connection that was idle during the load may have been closed.
			const view = await getJson<Pick<MatchView, "seq">>(stage, `/v1/matches/${matchId}`).catch(() => null);
			const seq = view?.seq ?? 0;
			if (seq >= count + TOLD_BEFORE) break;
			if (performance.now() > untilMs)
				throw new Error(`${matchId} has applied ${seq} of ${count + TOLD_BEFORE} inputs`);
			goOn();
			await sleep(POLL_MS);
		}
}
