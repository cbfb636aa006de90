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
		"the incarnation is not raised",
		"MON-5 BET-3 SET-2 BET-8",
		patch(
			"durable-objects/desk/store.ts",
			'const [row] = this.#sql.exec<{ inc: number }>("UPDATE meta SET inc = inc + 1 RETURNING inc");',
			'const [row] = this.#sql.exec<{ inc: number }>("SELECT inc FROM meta");',
		),
	),
	inHistory(
		"a tombstone is ignored",
		"BET-8",
		patch(
			"durable-objects/desk/store.ts",
			"return this.#sql.exec(query, ticketKey, legNo).length > 0;",
			"return HIT() && this.#sql.exec(query, ticketKey, legNo).length < 0;",
		),
	),
	inHistory(
		"a result that came before its leg is dropped",
		"SET-2",
		patch(
			"durable-objects/desk/store.ts",
			'const decided = this.#sql.exec("UPDATE results SET is_told = 0 WHERE market = ? RETURNING market", market);',
			"HIT();\n\t\tconst decided: readonly unknown[] = [];",
		),
	),
];
