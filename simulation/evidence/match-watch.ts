/** What each match had in its storage whenever it answered, in true time. A state is read where its text is another one. */
import type { MatchState } from "../../durable-objects/match/state.ts";
import type { ListedMarket } from "../../durable-objects/match/state-parts.ts";
import type { Moment, Watched } from "../audit/watched.ts";
import type { Platform } from "../world/platform.ts";
import { type StoredMatch, storedMatch } from "../world/stored-match.ts";

export class MatchWatch {
	readonly #platform: Platform;
	readonly #seen = new Map<string, StoredMatch>();
	/** What the newest moment was seen with: others read states in between. */
	readonly #looked = new Map<string, StoredMatch>();
	readonly #moments = new Map<string, Moment[]>();
	readonly #lost = new Map<string, { readonly atMs: number; readonly seq: number }[]>();

	constructor(platform: Platform) {
		this.#platform = platform;
	}

	/** The state a match has stored, read once a text. */
	stateOf(matchId: string): MatchState | null {
		return this.#read(matchId)?.state ?? null;
	}

	/** It has just answered: what it has on sale now is what it answers for. */
	look(matchId: string): void {
		const known = this.#looked.get(matchId);
		const seen = this.#read(matchId);
		if (seen === null) return;
		this.#looked.set(matchId, seen);
		const nowMs = this.#platform.world.now();
		const moments = this.#moments.get(matchId) ?? [];
		const last = moments.at(-1);
		if (known === seen && last !== undefined)
			moments[moments.length - 1] = { ...last, toMs: nowMs, ownToMs: this.#ownMs(matchId) };
		else moments.push(this.#momentOf(matchId, seen.state, nowMs));
		this.#moments.set(matchId, moments);
	}

	/** It has died: what it had answered over and not yet made durable never left it, and its next life knows nothing of it. */
	died(matchId: string): void {
		const seen = this.#read(matchId);
		const moments = this.#moments.get(matchId);
		if (seen === null || moments === undefined) return;
		const { lastSeq } = seen.state;
		const journalled = this.#journalled(matchId);
		this.#moments.set(
			matchId,
			moments.filter((moment) => moment.seq <= lastSeq && moment.journalled <= journalled),
		);
		// Whatever it is next seen with is a moment of its own: it was something else in between.
		this.#seen.delete(matchId);
		this.#looked.delete(matchId);
	}

	/** A lane has told a match in play that its feed is lost. */
	lost(matchId: string, seq: number): void {
		const list = this.#lost.get(matchId) ?? [];
		list.push({ atMs: this.#platform.world.now(), seq });
		this.#lost.set(matchId, list);
	}

	watched(matchId: string, speech: readonly number[], lostAfterMs: number): Watched {
		return {
			moments: this.#moments.get(matchId) ?? [],
			lost: this.#lost.get(matchId) ?? [],
			speech,
			lostAfterMs,
		};
	}

	#read(matchId: string): StoredMatch | null {
		const seen = storedMatch(this.#platform.world.storage(`match:${matchId}`), this.#seen.get(matchId));
		if (seen !== null) this.#seen.set(matchId, seen);
		return seen;
	}

	#ownMs(matchId: string): number {
		return this.#platform.world.clockOf(`match:${matchId}`);
	}

	#journalled(matchId: string): number {
		const row = this.#platform.world.storage(`match:${matchId}`).exec("SELECT count(*) AS n FROM journal")[0];
		return Number(row?.n);
	}

	#momentOf(matchId: string, state: MatchState, nowMs: number): Moment {
		const isOnSale = ({ status }: ListedMarket): boolean => status === "open" || status === "danger";
		return {
			fromMs: nowMs,
			toMs: nowMs,
			ownToMs: this.#ownMs(matchId),
			seq: state.lastSeq,
			journalled: this.#journalled(matchId),
			inPlay: state.startedAtMs !== null,
			onSale: new Map(state.markets.filter(isOnSale).map(({ spec, version }) => [spec.marketId, version])),
			results: new Map(
				Object.entries(state.results).map(([marketId, result]) => [
					marketId,
					{ version: result.settlementVersion, says: JSON.stringify(result) },
				]),
			),
		};
	}
}
