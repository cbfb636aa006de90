/**
 * Whose a match is, asked of the board before a lane takes anything for a match that it does not know: two groups' lanes know
 * nothing of each other, and a match that two of them wrote to would have two logs.
 */
import { type BoardRpc, claimAnswerSchema } from "../../shared/contracts/board.ts";
import { decodeRpc } from "../../shared/decode.ts";
import type { Input } from "../../shared/feeds/canonical.ts";
import { RPC_TIMEOUT_MS } from "../../shared/limits.ts";
import type { Ports } from "../runtime/ports.ts";
import { withTimeout } from "../runtime/rpc-timeout.ts";

export type ClaimsDeps = {
	readonly ports: Pick<Ports, "timer">;
	readonly group: string;
	/** Those of them that are the lane's already. */
	readonly knownOf: (matchIds: ReadonlySet<string>) => ReadonlySet<string>;
	/** What operators have configured: whether this group may open the id. */
	readonly mayOpen: (matchId: string) => boolean;
	readonly board: () => Pick<BoardRpc, "claim">;
};

const NOBODYS: ReadonlySet<string> = new Set();

export class Claims {
	readonly #deps: ClaimsDeps;
	/** Questions under way by match: who pushes more for it waits for the same answer, so that order is kept. */
	readonly #asked = new Map<string, Promise<unknown>>();

	constructor(deps: ClaimsDeps) {
		this.#deps = deps;
	}

	/** The matches of these inputs that are another group's, or not ours to open. Null: nothing has to be asked. */
	foreignOf(inputs: readonly Input[]): Promise<ReadonlySet<string>> | null {
		const opens = new Map<string, boolean>();
		const known = this.#deps.knownOf(new Set(inputs.map(({ matchId }) => matchId)));
		for (const { matchId, kind } of inputs) {
			if (known.has(matchId) && !this.#asked.has(matchId)) continue;
			opens.set(matchId, (opens.get(matchId) ?? false) || kind === "fixture");
		}
		return opens.size === 0 ? null : this.#ask(opens);
	}

	async #ask(opens: ReadonlyMap<string, boolean>): Promise<ReadonlySet<string>> {
		const matchIds = [...opens.keys()];
		const before = matchIds.flatMap((matchId) => this.#asked.get(matchId) ?? []);
		const asking = Promise.allSettled(before).then(() => this.#foreign(opens));
		for (const matchId of matchIds) this.#asked.set(matchId, asking);
		try {
			return await asking;
		} finally {
			for (const matchId of matchIds) if (this.#asked.get(matchId) === asking) this.#asked.delete(matchId);
		}
	}

	async #foreign(opens: ReadonlyMap<string, boolean>): Promise<ReadonlySet<string>> {
		const { ports, group, knownOf, mayOpen, board } = this.#deps;
		const known = knownOf(new Set(opens.keys()));
		const unknown = [...opens].filter(([matchId]) => !known.has(matchId));
		if (unknown.length === 0) return NOBODYS;
		const matches = unknown.map(([matchId, wants]) => ({ matchId, opens: wants && mayOpen(matchId) }));
		const call = board().claim({ v: 1, group, matches });
		const answer = await withTimeout(ports, "board.claim", RPC_TIMEOUT_MS, call);
		const { verdicts } = decodeRpc("claim answer", claimAnswerSchema, answer);
		const isForeign = (at: number, wants: boolean): boolean =>
			verdicts[at] === "foreign" || (wants && verdicts[at] !== "ours");
		return new Set(unknown.filter(([, wants], at) => isForeign(at, wants)).map(([matchId]) => matchId));
	}
}
