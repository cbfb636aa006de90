/** Traders at work: they resolve what a feed contradicts, and settle by what really happened where no feed ever says it. */

import type { MatchState } from "../../durable-objects/match/state.ts";
import type { LegOutcome } from "../../shared/contracts/results.ts";
import type { TraderAction } from "../../shared/feeds/canonical.ts";
import type { Asked } from "../audit/tenants.ts";
import { resultOf, type TrueMatch } from "../audit/true-match.ts";
import { type TrueResult, trueScore } from "../audit/true-sport.ts";
import type { Random } from "../world/chance.ts";
import type { Platform } from "../world/platform.ts";
import { storedMatch } from "../world/stored-match.ts";

const LOOK_MS = 1_000;
/** A contradiction that lasts for so long is looked at. */
const PATIENCE_MS = 5_000;
const TRIES = 4;
/** How often a proposal is first approved by who made it. */
const OWN_WORD = 0.3;
const DISMISSED = 0.15;
/** How often two people decide on it at once. */
const BOTH = 0.1;
/** At a look, of one who has seen that the feed's claim is wrong. */
const KNOWN_BETTER = 0.4;
/** A match that has ended for so long is asked for its results. */
const UNDECIDED_MS = 30_000;

/** What a match's state follows from, and its size: all of it is read only when this has changed. */
const STAGE = "SELECT starts, last_seq, octet_length(state) AS bytes, (SELECT max(id) FROM journal) AS entry FROM meta";

type SeenState = {
	readonly contradiction: MatchState["contradiction"];
	readonly proposals: readonly { readonly proposalId: string; readonly by: string | null }[];
	readonly endedAtMs: number | null;
	/** Of a match that has ended: markets that have no result yet. */
	readonly undecided: readonly string[];
};

export class Traders {
	readonly #platform: Platform;
	readonly #random: Random;
	readonly #matches: readonly string[];
	readonly #played: () => ReadonlyMap<string, TrueMatch>;
	readonly #asked: (asked: Asked) => void;
	readonly #since = new Map<string, number>();
	/** By match, how often the feed's word was taken for a contradiction that is still there. */
	readonly #tries = new Map<string, number>();
	readonly #endedAtMs = new Map<string, number>();
	/** By match, what was read last, and at what stage the match was then: most looks find it there still. */
	readonly #read = new Map<string, { readonly stage: string; readonly state: SeenState }>();

	#nextLookAtMs = 0;

	/** `played`: what can be seen of the matches. `asked`: what a trader may not have, and whether he got it. */
	constructor(
		platform: Platform,
		random: Random,
		matches: readonly string[],
		played: () => ReadonlyMap<string, TrueMatch>,
		asked: (asked: Asked) => void,
	) {
		this.#platform = platform;
		this.#played = played;
		this.#asked = asked;
		this.#random = random;
		this.#matches = matches;
	}

	/** The feed is right more often than we are. What one trader proposes, another approves. */
	look(): void {
		const nowMs = this.#platform.world.now();
		if (nowMs < this.#nextLookAtMs) return;
		this.#nextLookAtMs = nowMs + LOOK_MS;
		for (const matchId of this.#matches) {
			const state = this.#stateOf(matchId);
			for (const { proposalId, by } of state?.proposals ?? []) {
				if (by !== null && this.#random() < OWN_WORD) this.#approveOwn(matchId, proposalId, by);
				else if (this.#random() < 0.6) this.#decideOn(matchId, proposalId, by);
			}
			if (state?.contradiction == null) {
				this.#since.delete(matchId);
				this.#tries.delete(matchId);
				continue;
			}
			if (this.#knowsBetter(matchId, state.contradiction) && this.#random() < KNOWN_BETTER) {
				this.#platform.match(matchId).ops();
				this.#say(matchId, { action: "resolve", take: "ours" });
				continue;
			}
			const since = this.#since.get(matchId) ?? nowMs;
			this.#since.set(matchId, since);
			if (nowMs - since < PATIENCE_MS || this.#random() > 0.6) continue;
			this.#since.set(matchId, nowMs);
			const tries = (this.#tries.get(matchId) ?? 0) + 1;
			this.#tries.set(matchId, tries);
			// A match that has ended states itself no more: where its last word was no statement, there is none to take.
			const take = tries > TRIES && state.endedAtMs !== null ? "ours" : "feed";
			this.#say(matchId, { action: "resolve", take });
		}
	}

	/** Somebody who watches has counted goals that the claim leaves out, and that stand to this day. */
	#knowsBetter(matchId: string, { statement }: NonNullable<MatchState["contradiction"]>): boolean {
		const match = this.#played().get(matchId);
		if (match?.sport !== "football" || statement?.score === undefined) return false;
		const { sentAtMs, score } = statement;
		const seen = trueScore(match.goals.filter((goal) => goal.atMs < sentAtMs));
		return score.home + score.away < seen.home + seen.away && score.home <= seen.home && score.away <= seen.away;
	}

	hasEnded = (matchId: string): boolean => this.#stateOf(matchId)?.endedAtMs != null;

	/** Where a match is over and its facts leave a market open, somebody has seen how it was. */
	decide(played: ReadonlyMap<string, TrueMatch>): void {
		const nowMs = this.#platform.world.now();
		for (const matchId of this.#matches) {
			const state = this.#stateOf(matchId);
			const match = played.get(matchId);
			if (match === undefined || state?.endedAtMs == null) {
				this.#endedAtMs.delete(matchId);
				continue;
			}
			const since = this.#endedAtMs.get(matchId) ?? nowMs;
			this.#endedAtMs.set(matchId, since);
			if (nowMs - since < UNDECIDED_MS) continue;
			for (const marketId of state.undecided) {
				const due = resultOf(match, marketId);
				if (due === null) continue;
				const outcomes = Object.fromEntries(
					[...due].map(([outcome, kind]): readonly [string, LegOutcome] => [outcome, { kind }]),
				);
				this.#say(matchId, this.#settling(marketId, due, outcomes));
			}
		}
	}

	/** By its winners, where there is nothing else to say, or by every outcome. */
	#settling(marketId: string, due: TrueResult, outcomes: Readonly<Record<string, LegOutcome>>): TraderAction {
		const kinds = [...due.values()];
		if (kinds.every((kind) => kind === "void")) return { action: "void_market", marketId, reason: "nobody knows" };
		const isPlain = kinds.every((kind) => kind === "win" || kind === "lose");
		if (!isPlain || this.#random() < 0.5) return { action: "settle_market", marketId, outcomes };
		const winners = [...due].flatMap(([outcome, kind]) => (kind === "win" ? [outcome] : []));
		return { action: "settle_market", marketId, winners, reason: "as it was seen" };
	}

	/** A second person reads what it is, and seldom has none of what somebody wants: that is said again (SET-7). */
	#decideOn(matchId: string, proposalId: string, by: string | null): void {
		const attention = this.#platform.match(matchId).ops()?.attention ?? [];
		const told = attention.find((one) => one.proposalId === proposalId)?.message;
		if (told !== undefined && (told === "" || !told.includes(by ?? "")))
			this.#asked({ what: `${proposalId} unread`, by: "bob", of: matchId, isGranted: true });
		// What the feed corrects is as it was played; bets that came late may stand.
		const mayGo = by !== null || proposalId.startsWith("void:");
		const action = mayGo && this.#random() < DISMISSED ? "dismiss" : "approve";
		this.#say(matchId, { action, proposalId }, "bob");
		// Somebody else had it on his screen too.
		if (this.#random() < BOTH) this.#say(matchId, { action, proposalId }, "cleo");
	}

	/** Who proposed it is not its second person, however he writes his name (SET-7). */
	#approveOwn(matchId: string, proposalId: string, by: string): void {
		const trader = ` ${by.toUpperCase()}`;
		const what = `the second word on its own ${proposalId}`;
		this.#platform.order(matchId, { action: "approve", proposalId }, { trader }).then(
			({ kind }) => this.#asked({ what, by: trader, of: matchId, isGranted: kind === "applied" }),
			() => {},
		);
	}

	#say(matchId: string, command: TraderAction, trader = "ada"): void {
		void this.#platform.command(matchId, command, false, trader).catch(() => {});
	}

	#stateOf(matchId: string): SeenState | null {
		if (!this.#platform.names.includes(`match:${matchId}`)) return null;
		const storage = this.#platform.world.storage(`match:${matchId}`);
		const row = storage.exec(STAGE)[0];
		if (row?.bytes == null) return null;
		const stage = Object.values(row).join(" ");
		const known = this.#read.get(matchId);
		if (known?.stage === stage) return known.state;
		const { contradiction = null, proposals = [], endedAtMs = null, markets = [] } = storedMatch(storage)?.state ?? {};
		const undecided =
			endedAtMs === null ? [] : markets.flatMap(({ spec, status }) => (status === "settled" ? [] : [spec.marketId]));
		const state: SeenState = { contradiction, proposals, endedAtMs, undecided };
		this.#read.set(matchId, { stage, state });
		return state;
	}
}
