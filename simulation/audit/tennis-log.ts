/**
 * The auditor's own reading of a tennis log: how many of the points that were really played a match must know after each input,
 * as long as what its feed said leaves no doubt of it.
 */

import type { LoggedWord } from "./match-truth.ts";
import { Court, countOf, type TruePoint, type TrueTennis } from "./true-tennis.ts";

/** What an input did to the score: it ended a game, or did what concerns all; it decided a point; or neither. */
export type Step = { readonly seq: number; readonly moves: "all" | "near" | "none" };
/** Whether a market is near: each point moves it, whether it ends a game or not. */
export const movesWithAPoint = (marketId: string): boolean => marketId.startsWith("set:") || marketId === "sb";
export type TennisLog = {
	/** By input: how many points are known once it is applied; null where the auditor cannot say. */
	readonly known: ReadonlyMap<number, number | null>;
	/** Points that were told when all before them were known. */
	readonly clear: ReadonlySet<string>;
	readonly steps: readonly Step[];
};

const POINT_WORDS: ReadonlySet<string> = new Set(["incident", "correction", "cancellation"]);

export function readTennis(match: TrueTennis, log: readonly LoggedWord[]): TennisLog {
	const reading = new Reading(match);
	const known = new Map<number, number | null>();
	const steps = log.map((word): Step => {
		const moves = reading.read(word);
		known.set(word.seq, reading.isSure ? reading.known : null);
		return { seq: word.seq, moves };
	});
	return { known, clear: reading.clear, steps };
}

class Reading {
	readonly clear = new Set<string>();
	known: number | null = null;
	readonly #match: TrueTennis;
	readonly #ids: ReadonlySet<string>;
	/** By number of points: how the score is called after them. */
	readonly #called: readonly string[];
	/** A point that was told wrongly, and is not put right yet. */
	#pending: string | null = null;
	#newestPointMs = 0;
	#newestStatedMs = 0;
	/** Points before this one had been played when a statement said that they had not: told after it, they may count or not. */
	#denied = 0;

	constructor(match: TrueTennis) {
		this.#match = match;
		this.#ids = new Set(match.points.map(({ incidentId }) => incidentId));
		const court = new Court(match.rules);
		this.#called = [
			court.called,
			...match.points.map((point) => {
				court.play(point);
				return court.called;
			}),
		];
	}

	/** No point stands that was told wrongly. */
	get isSure(): boolean {
		return this.#pending === null;
	}

	read(word: LoggedWord): Step["moves"] {
		const { kind, incident, isRefused } = word;
		if ((word.command === "resolve" || word.command === "approve") && !isRefused) {
			// Whatever was known before is known otherwise now.
			this.clear.clear();
			return this.#unsure();
		}
		if (kind === "state") return isRefused ? "none" : this.#state(word);
		if (!POINT_WORDS.has(kind) || incident === "timeout") return "none";
		if (isRefused) return this.#unsure();
		if (incident === "game" || incident === "set") return this.#stated(word);
		const moves = this.#point(word);
		this.#newestPointMs = Math.max(this.#newestPointMs, word.sentAtMs);
		return moves;
	}

	#unsure(): "none" {
		this.known = null;
		this.#pending = null;
		return "none";
	}

	#state(word: LoggedWord): Step["moves"] {
		return word.games === null ? "none" : this.#stated(word);
	}

	/** The whole score, as it was when it was sent, or as it had been a while before. */
	#stated({ sentAtMs, games, points }: LoggedWord): Step["moves"] {
		// What was sent before the newest word about a point says nothing of that point, nor of the score what was sent before its statement.
		if (sentAtMs < Math.max(this.#newestPointMs, this.#newestStatedMs)) return "none";
		this.#newestStatedMs = sentAtMs;
		const played = this.#match.points.filter(({ atMs }) => atMs <= sentAtMs).length;
		const said = points === null ? games : `${games} ${points}`;
		const stated = said === null ? played : this.#called.lastIndexOf(said, played);
		if (stated < 0) return this.#unsure();
		this.#denied = played;
		if (this.#pending === null && stated === this.known) return "none";
		const isSure = this.#pending === null && this.known !== null;
		this.#pending = null;
		// A call of 40-40 stands for every round of it: who has missed some does not know how many.
		const { home, away } = countOf(new Court(this.#match.rules, this.#match.points.slice(0, stated)).points);
		const isDeuce = home >= 3 && away >= 3;
		this.known = isDeuce ? null : stated;
		return isSure && !isDeuce ? "all" : "none";
	}

	#point({ kind, incidentId, side }: LoggedWord): Step["moves"] {
		const { known } = this;
		const next = known === null ? undefined : this.#match.points[known];
		if (incidentId === null || known === null) return this.#unsure();
		if (this.#pending !== null) {
			if (incidentId !== this.#pending || kind === "incident") return this.#unsure();
			this.#pending = null;
			return kind === "correction" && next !== undefined ? this.#knows(next, "all") : "all";
		}
		if (kind !== "incident") return this.#unsure();
		if (incidentId === next?.incidentId && known < this.#denied) return this.#unsure();
		if (incidentId === next?.incidentId && side === next.side) return this.#knows(next, "near");
		// Told when a statement had it already.
		if (this.#match.points.slice(0, known).some((point) => point.incidentId === incidentId)) return "none";
		if (incidentId !== next?.incidentId && this.#ids.has(incidentId)) return this.#unsure();
		this.#pending = incidentId;
		return "none";
	}

	#knows(point: TruePoint, least: "all" | "near"): Step["moves"] {
		const known = this.known ?? 0;
		const { rules, points } = this.#match;
		const endsGame = new Court(rules, points.slice(0, known)).wouldWin(point.side);
		this.clear.add(point.incidentId);
		this.known = known + 1;
		return endsGame ? "all" : least;
	}
}
