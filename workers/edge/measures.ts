/** What this isolate has measured itself: bets from request to decision. Prometheus adds up what all isolates tell. */
import { emptyHistogram, type Histogram, observe } from "../../shared/metrics.ts";

let decisions: Histogram = emptyHistogram();

export function observeDecision(ms: number): void {
	decisions = observe(decisions, ms);
}

export const decisionHistogram = (): Histogram => decisions;
