/** Faults of the desk: windows, prices shown, confirmations, reservations, results. */
import { type Canary, inHistory, patch } from "../canary.ts";

export const DESK: readonly Canary[] = [
	inHistory(
		"the confirmation is skipped",
		"BET-3 BET-5 MON-5",
		patch(
			"durable-objects/desk/confirm-loop.ts",
			'const answer = decodeRpc("confirm answer", confirmAnswerSchema, await call);',
			`call.catch(() => {});
		HIT();
		const answer = { kind: "answer", v: 1, inc, n, epoch: "none", seq: 0, tick: 0, inPlay: true, spokeAgoMs: 0, matchState: "", markets: request.asks.map((ask) => ({ market: ask.market, view: ask.view, askedVersion: ask.version, code: "ok", version: ask.version ?? 0, delayMs: 0, clearForMs: 1e9, granted: null, oddsMilli: Object.fromEntries(ask.outcomes.map((outcome) => [outcome, 2000])), fairPpm: {} })) } as unknown as import("../../../shared/contracts/match.ts").ConfirmAnswer;`,
		),
	),
	inHistory(
		"any price that a client states is believed",
		"BET-4",
		patch(
			"durable-objects/desk/offer.ts",
			"if (outcome === undefined || quote.recent === undefined) return true;",
			"if (outcome === undefined || quote.recent === undefined || HIT()) return true;",
		),
	),
	inHistory(
		"a price that is lower is taken as if it were the shown one",
		"SET-1 BET-4",
		patch(
			"durable-objects/desk/decide.ts",
			"const oddsMilli = price.takenOddsMilli;",
			"HIT();\n\tconst oddsMilli = offered.oddsMilli;",
		),
	),
];
