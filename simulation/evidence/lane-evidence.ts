/** What lanes answered to whom, and what stands in their logs and their matches' in the end. */
import type { LaneFacts, LaneMatchFacts, LogLine, Pushed } from "../audit/lanes.ts";
import type { Platform } from "../world/platform.ts";
import { groupOf } from "../world/swarm.ts";
import type { Observer } from "../world/wire.ts";

type Refusal = { readonly no: number; readonly matchId: string; readonly id: string; readonly seq: number };
type Append = {
	readonly provider: string;
	readonly inputs: readonly { readonly matchId: string; readonly id: string }[];
};
type Answer = {
	readonly results?: readonly { readonly kind: string; readonly seq?: number }[];
	readonly rejected?: readonly Refusal[];
};

const NOTHING_KEPT = { byMatch: new Map<string, LaneMatchFacts>(), pushes: 0 };

export class LaneEvidence {
	readonly #platform: Platform;
	readonly #pushed: Pushed[] = [];
	readonly #told = new Set<string>();
	readonly #toldTwice: string[] = [];
	/** By message, the numbers under which its provider was told that it was refused. */
	readonly #refused = new Map<string, readonly number[]>();

	/** By match, what stood in its logs when they might go, and how many pushes there had been by then. */
	#kept: { readonly byMatch: ReadonlyMap<string, LaneMatchFacts>; readonly pushes: number } = NOTHING_KEPT;

	constructor(platform: Platform) {
		this.#platform = platform;
	}

	observe({ to, method, request, answer }: Parameters<Observer>[0]): void {
		if (method !== "append" && method !== "heartbeat") return;
		const { results = [], rejected = [] } = answer as Answer;
		const { provider, inputs = [] } = request as Append;
		for (const [at, { kind, seq = null }] of results.entries()) {
			const { matchId = "", id = "" } = inputs[at] ?? {};
			const refusedSeqs = this.#refused.get(`${provider} ${matchId} ${id}`) ?? [];
			this.#pushed.push({ lane: to, provider, matchId, id, kind, seq, refusedSeqs });
		}
		for (const { no, matchId, id, seq } of rejected) {
			const telling = `${to} refusal ${no} to ${provider}`;
			if (this.#told.has(telling)) this.#toldTwice.push(telling);
			this.#told.add(telling);
			const key = `${provider} ${matchId} ${id}`;
			this.#refused.set(key, [...(this.#refused.get(key) ?? []), seq]);
		}
	}

	/** The logs of these matches may be gone from now on: they are judged as they are. */
	mayForget(matches: readonly string[]): void {
		const byMatch = new Map(matches.map((matchId) => [matchId, this.#match(matchId)]));
		this.#kept = { byMatch, pushes: this.#pushed.length };
	}

	facts(matches: readonly string[]): LaneFacts {
		const { byMatch, pushes } = this.#kept;
		return {
			pushed: this.#pushed.filter(({ matchId }, at) => at < pushes || !byMatch.has(matchId)),
			toldTwice: this.#toldTwice,
			matches: matches.map((matchId) => byMatch.get(matchId) ?? this.#match(matchId)),
		};
	}

	#match(matchId: string): LaneMatchFacts {
		const platform = this.#platform;
		const provider = platform.providerOf(matchId);
		const lane = platform.laneOf(matchId);
		const strangers = platform.names.filter(
			(name) =>
				name.startsWith("lane:") &&
				name !== lane &&
				platform.world.storage(name).exec("SELECT 1 FROM matches WHERE match_id = ?", matchId).length > 0,
		);
		const owner = platform.world
			.storage("board")
			.exec("SELECT provider_group FROM owners WHERE match_id = ?", matchId)[0];
		return {
			matchId,
			provider,
			laneLog: this.#laneLog(lane, matchId),
			matchLog: this.#matchLog(matchId),
			strangers,
			boardGroup: owner?.provider_group == null ? null : String(owner.provider_group),
			group: groupOf(provider),
			toldWhenAsked: this.#toldWhenAsked(matchId, lane, provider),
		};
	}

	#laneLog(lane: string, matchId: string): readonly LogLine[] {
		return this.#platform.world
			.storage(lane)
			.exec("SELECT seq, provider, body FROM inputs WHERE match_id = ? ORDER BY seq", matchId)
			.map((row) => lineOf(Number(row.seq), String(row.provider), JSON.parse(String(row.body)), false));
	}

	#matchLog(matchId: string): readonly LogLine[] {
		return this.#platform.world
			.storage(`match:${matchId}`)
			.exec("SELECT seq, body, rejected FROM inputs ORDER BY seq")
			.map((row) => {
				const { provider, input } = JSON.parse(String(row.body)) as { provider: string; input: { id: string } };
				return lineOf(Number(row.seq), provider, input, row.rejected !== null);
			});
	}

	#toldWhenAsked(matchId: string, lane: string, provider: string): ReadonlySet<number> {
		const actor = this.#platform.lane(matchId);
		const seqs = new Set<number>();
		for (let after = 0; ; ) {
			const { refusals } = actor.refusals({ v: 1, lane, provider, after });
			for (const refusal of refusals) if (refusal.matchId === matchId) seqs.add(refusal.seq);
			const last = refusals.at(-1)?.no;
			if (last === undefined) return seqs;
			after = last;
		}
	}
}

const lineOf = (seq: number, provider: string, input: { readonly id: string }, isRefused: boolean): LogLine => ({
	seq,
	provider,
	id: input.id,
	body: JSON.stringify(Object.entries(input).toSorted(([a], [b]) => (a < b ? -1 : 1))),
	isRefused,
});
