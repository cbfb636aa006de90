/** Results on their way to every desk this match ever granted to (SET-2), from what is stored until each desk has stored it. */
import { type DeskRpc, type ResultsAnswer, resultsAnswerSchema } from "../../shared/contracts/desk.ts";
import { deskName, deskParts, type Region } from "../../shared/contracts/ids.ts";
import type { MarketResult } from "../../shared/contracts/results.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { BET, RETRY } from "../../shared/limits.ts";
import { AFTER_A_DEPLOY, Courier, doublingMs, someOf } from "../runtime/courier.ts";
import { faultText } from "../runtime/log.ts";
import type { Ports } from "../runtime/ports.ts";
import type { MatchStore } from "./store.ts";

export type ResultCourierDeps = {
	readonly ports: Ports;
	readonly matchId: string;
	readonly store: Pick<MatchStore, "outboxRegions" | "queuedResults" | "resultDelivered" | "transaction">;
	readonly desk: (region: Region) => Pick<DeskRpc, "results">;
	/** Asks for `kick` from the alarm: before the match and after it no marks come. */
	readonly wakeAt: (atMs: number) => void;
};

export type ResultCourier = Courier<readonly MarketResult[], ResultsAnswer["stored"]>;

/** Kick it after the transaction that queued. */
export function createResultCourier({ ports, matchId, store, desk, wakeAt }: ResultCourierDeps): ResultCourier {
	return new Courier({
		ports,
		what: "desk.results",
		peers: () => store.outboxRegions().map((region) => deskName(matchId, region)),
		batch: (name) => someOf(store.queuedResults(deskParts(name).region, BET.resultsPerDeskCall)),
		send: (name, results) => desk(deskParts(name).region).results({ v: 1, desk: name, matchId, results: [...results] }),
		decode: (answer) => decodeRpc("results answer", resultsAnswerSchema, answer).stored,
		answered: (name, _, stored) => {
			// The same results would be sent again at once.
			if (stored.length === 0) throw new Error(`${name} stored nothing`);
			const { region } = deskParts(name);
			store.transaction(() => {
				for (const { marketId, settlementVersion } of stored)
					store.resultDelivered(region, marketId, settlementVersion);
			});
		},
		retryMs: doublingMs(RETRY.resultsMinMs, RETRY.resultsMaxMs),
		// A match in play looks again with every call of its lane.
		kickOvertakes: ({ isRefused }) => !isRefused,
		refused: AFTER_A_DEPLOY,
		failed: ({ peer, fault: cause, failures, isRefused }) => {
			const { region } = deskParts(peer);
			const fault = faultText(cause);
			if (isRefused) ports.log.error("results_parked", { matchId, region, fault });
			else ports.log.warn("results_not_delivered", { matchId, region, failures, fault });
		},
		alarm: { wakeAt, slackMs: RETRY.resultsMaxMs },
	});
}
