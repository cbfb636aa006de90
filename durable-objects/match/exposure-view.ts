/** What a match stands to lose by outcome and by score, for operators. */
import { BASE_CURRENCY } from "../../shared/catalogue/currencies.ts";
import { outcomeKey } from "../../shared/contracts/ids.ts";
import type { MatchExposure } from "../../shared/contracts/match.ts";
import type { Grants } from "./grants.ts";
import { type MatchState, sportOf } from "./state.ts";

/** Risk and stakes in minor units of the base currency; by score, losing stakes less winning risk, over what follows from it. */
export function exposureOf(state: MatchState, totals: ReturnType<Grants["totals"]>): MatchExposure {
	const byOutcome = new Map(totals.map((total) => [outcomeKey(total.marketId, total.outcomeId), total]));
	const markets = state.markets.map(({ spec, status }) => ({
		marketId: spec.marketId,
		name: spec.name,
		status,
		outcomes: spec.outcomes.map(({ outcomeId }) => {
			// What is settled is no risk any more, though it keeps its room below the cap: its result may be taken back.
			const total = status === "settled" ? undefined : byOutcome.get(outcomeKey(spec.marketId, outcomeId));
			return { outcomeId, riskBaseMinor: total?.riskBaseMinor ?? 0, stakeBaseMinor: total?.stakeBaseMinor ?? 0 };
		}),
	}));
	const profits = sportOf(state)
		.finalScores(state.sport)
		.map(({ label, winners }) => ({
			label,
			profitBaseMinor: totals.reduce((sum, total) => {
				const winning = winners[total.marketId];
				if (winning === undefined) return sum;
				return winning.includes(total.outcomeId) ? sum - total.riskBaseMinor : sum + total.stakeBaseMinor;
			}, 0),
		}));
	const { matchId } = state.fixture;
	return { matchId, capBaseMinor: state.capBaseMinor, baseCurrency: BASE_CURRENCY, markets, ladder: profits };
}
