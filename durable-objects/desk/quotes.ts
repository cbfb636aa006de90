/** Quotes of the match, one call for all who ask together, kept for a quarter of a second. */
import type { MatchRpc, QuoteAnswer } from "../../shared/contracts/match.ts";
import { BET, RPC_TIMEOUT_MS } from "../../shared/limits.ts";
import type { Ports } from "../runtime/ports.ts";
import { withTimeout } from "../runtime/rpc-timeout.ts";

export type Asked = { readonly market: string; readonly view: string };

export class Quotes {
	readonly #ports: Ports;
	readonly #matchId: string;
	readonly #match: () => Pick<MatchRpc, "quote">;
	#kept: { readonly atMs: number; readonly keys: ReadonlySet<string>; readonly answer: QuoteAnswer } | null = null;

	constructor(ports: Ports, matchId: string, match: () => Pick<MatchRpc, "quote">) {
		this.#ports = ports;
		this.#matchId = matchId;
		this.#match = match;
	}

	/** Rejects when the match does not answer. */
	async ask(asks: readonly Asked[]): Promise<QuoteAnswer> {
		const byKey = new Map(asks.map((ask) => [`${ask.market}\n${ask.view}`, ask]));
		const kept = this.#kept;
		if (
			kept !== null &&
			this.#ports.now() - kept.atMs < BET.quoteKeepMs &&
			[...byKey.keys()].every((key) => kept.keys.has(key))
		) {
			return kept.answer;
		}
		const call = this.#match().quote({ v: 1, matchId: this.#matchId, asks: [...byKey.values()] });
		const answer = await withTimeout(this.#ports, "match.quote", RPC_TIMEOUT_MS, call);
		this.#kept = { atMs: this.#ports.now(), keys: new Set(byKey.keys()), answer };
		return answer;
	}
}
