/** Traders at work: they resolve what a feed contradicts, and settle by what really happened where no feed ever says it. */
import type { LegOutcome } from "../../shared/contracts/results.ts";
import type { TraderAction } from "../../shared/feeds/canonical.ts";
import { type TrueGoal, type TrueResult, trueResult } from "../audit/true-sport.ts";
import type { Platform } from "../world/platform.ts";
import type { Random } from "./scenario.ts";

/** A contradiction that lasts for so long is looked at. */
const PATIENCE_MS = 5_000;
/** A match that has ended for so long is asked for its results. */
const UNDECIDED_MS = 30_000;

/** Every cup of the scripts goes to the home side by kicks in the end: that is no football of the auditor's, but traders saw it. */
function dueOf(goals: readonly TrueGoal[], marketId: string): TrueResult | null {
	if (marketId !== "trophy") return trueResult(goals, marketId);
	return new Map([
		["home", "win"],
		["away", "lose"],
	]);
}

type SeenState = {
	readonly contradiction: unknown;
	readonly proposals: readonly { readonly proposalId: string }[];
	readonly endedAtMs: number | null;
	readonly markets: readonly { readonly spec: { readonly marketId: string }; readonly status: string }[];
};

export class Traders {
	readonly #platform: Platform;
	readonly #random: Random;
	readonly #matches: readonly string[];
	readonly #since = new Map<string, number>();
	readonly #endedAtMs = new Map<string, number>();
	/** By match, its stored state as text and as read: most looks find what the last one found. */
	readonly #read = new Map<string, { readonly text: string; readonly state: SeenState }>();

	constructor(platform: Platform, random: Random, matches: readonly string[]) {
		this.#platform = platform;
		this.#random = random;
		this.#matches = matches;
	}

	/** The feed is right more often than we are. What one trader proposes, another approves. */
	look(): void {
		const nowMs = this.#platform.world.now();
		for (const matchId of this.#matches) {
			const state = this.#stateOf(matchId);
			for (const { proposalId } of state?.proposals ?? [])
				if (this.#random() < 0.3) this.#say(matchId, { action: "approve", proposalId }, "bob");
			if (state?.contradiction == null) {
				this.#since.delete(matchId);
				continue;
			}
			const since = this.#since.get(matchId) ?? nowMs;
			this.#since.set(matchId, since);
			if (nowMs - since < PATIENCE_MS || this.#random() > 0.2) continue;
			this.#since.set(matchId, nowMs);
			this.#say(matchId, { action: "resolve", take: "feed" });
		}
	}

	hasEnded = (matchId: string): boolean => this.#stateOf(matchId)?.endedAtMs != null;

	/** Where a match is over and its facts leave a market open, somebody has seen how it was. */
	decide(goals: ReadonlyMap<string, readonly TrueGoal[]>): void {
		const nowMs = this.#platform.world.now();
		for (const matchId of this.#matches) {
			const state = this.#stateOf(matchId);
			if (state?.endedAtMs == null) {
				this.#endedAtMs.delete(matchId);
				continue;
			}
			const since = this.#endedAtMs.get(matchId) ?? nowMs;
			this.#endedAtMs.set(matchId, since);
			if (nowMs - since < UNDECIDED_MS) continue;
			for (const { spec, status } of state.markets) {
				const due = status === "settled" ? null : dueOf(goals.get(matchId) ?? [], spec.marketId);
				if (due === null) continue;
				const outcomes = Object.fromEntries(
					[...due].map(([outcome, kind]): readonly [string, LegOutcome] => [outcome, { kind }]),
				);
				const isVoid = [...due.values()].every((kind) => kind === "void");
				this.#say(
					matchId,
					isVoid
						? { action: "void_market", marketId: spec.marketId, reason: "nobody knows" }
						: { action: "settle_market", marketId: spec.marketId, outcomes },
				);
			}
		}
	}

	#say(matchId: string, command: TraderAction, trader = "ada"): void {
		void this.#platform.command(matchId, command, false, trader).catch(() => {});
	}

	#stateOf(matchId: string): SeenState | null {
		if (!this.#platform.names.includes(`match:${matchId}`)) return null;
		const text = this.#platform.world.storage(`match:${matchId}`).exec("SELECT state FROM meta")[0]?.state;
		if (typeof text !== "string") return null;
		const known = this.#read.get(matchId);
		if (known?.text === text) return known.state;
		const state = JSON.parse(text) as SeenState;
		this.#read.set(matchId, { text, state });
		return state;
	}
}
