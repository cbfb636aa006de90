/**
 * A feed that tells of points as feeds do: late, out of order, for the wrong side, taken back and told again, or only by the score;
 * scores that are a game behind, games in one word. The court is what is true.
 */

import type { TrueSide } from "../audit/true-sport.ts";
import { type Court, countOf, type TruePoint } from "../audit/true-tennis.ts";
import type { Random } from "../world/chance.ts";
import { otherOf } from "./tape.ts";
import type { Say } from "./telling.ts";

const CALLED = ["0", "15", "30", "40"];
type Facts = Readonly<Record<string, string>>;

export class PointTeller {
	readonly #random: Random;
	readonly #say: Say;
	readonly #court: Court;
	readonly #points: TruePoint[];
	readonly #firstServer: TrueSide;
	#names = 0;
	/** What was true a while ago. */
	#old: Facts | null = null;
	/** Points to come that only a word about their game tells of. */
	#unsaid = 0;

	constructor(random: Random, say: Say, court: Court, points: TruePoint[]) {
		this.#random = random;
		this.#say = say;
		this.#court = court;
		this.#points = points;
		this.#firstServer = random() < 0.5 ? "home" : "away";
	}

	/** Who serves the next point. */
	get server(): TrueSide {
		const { gamesPlayed, isTieBreak, points } = this.#court;
		const first = gamesPlayed % 2 === 0 ? this.#firstServer : otherOf(this.#firstServer);
		return isTieBreak && Math.floor((points.length + 1) / 2) % 2 === 1 ? otherOf(first) : first;
	}

	/** The whole score, in the words of a statement. */
	facts(): Facts {
		const { sets, winner, isTieBreak, points } = this.#court;
		const stated = sets.map(({ home, away }) => `${home}-${away}`);
		if (winner !== null) return { games: stated.join(" ") };
		if (sets.at(-1)?.winner !== null) stated.push("0-0");
		return { server: this.server, games: stated.join(" "), points: this.#called(countOf(points), isTieBreak) };
	}

	#called({ home, away }: { readonly home: number; readonly away: number }, isTieBreak: boolean): string {
		if (isTieBreak) return `${home}-${away}`;
		if (home < 3 || away < 3 || home === away) return `${CALLED[Math.min(3, home)]}-${CALLED[Math.min(3, away)]}`;
		return home > away ? "A-40" : "40-A";
	}

	begin(atMs: number): void {
		this.statement(atMs);
	}

	statement(atMs: number, over: object = {}, facts: Facts = this.facts()): void {
		const score = { home: this.#court.setsWon("home"), away: this.#court.setsWon("away") };
		this.#say(atMs, { kind: "state", phase: "playing", facts, ...(this.#random() < 0.5 ? { score } : {}), ...over });
	}

	/** The score as it was: games that go back. */
	wrongStatement(atMs: number): void {
		if (this.#old !== null) this.#say(atMs, { kind: "state", phase: "playing", facts: this.#old });
	}

	end(atMs: number): void {
		const score = { home: this.#court.setsWon("home"), away: this.#court.setsWon("away") };
		this.#say(atMs, { kind: "state", phase: "ended", facts: this.facts(), score });
	}

	untold(atMs: number, side: TrueSide): void {
		this.#play({ incidentId: this.#name(), side, atMs, isPlain: false });
	}

	/** Told as it was, at once or `lateMs` after. */
	plain(atMs: number, side: TrueSide, lateMs = 0): void {
		const incidentId = this.#name();
		this.#say(atMs + lateMs, bodyOf(incidentId, side, atMs));
		this.#play({ incidentId, side, atMs, isPlain: true });
	}

	/** A point, told in one of the ways in which points are told. Returns when the next one may be played. */
	point(atMs: number, side: TrueSide): number {
		const random = this.#random;
		const gap = random() < 0.5 ? 500 + Math.floor(random() * 1_000) : 1_500 + Math.floor(random() * 5_000);
		const before = this.#court.gamesPlayed;
		if (this.#unsaid > 0) {
			this.untold(atMs, side);
			this.#unsaid--;
			const isOver = this.#court.gamesPlayed > before;
			if (isOver) this.#unsaid = 0;
			if (isOver) this.#gameInAWord(atMs + 100);
			else if (this.#unsaid === 0) this.statement(atMs + 100);
			return atMs + 400;
		}
		// While the next point is far, word of this one may take its time.
		if (gap > 3_500 && random() < 0.4) {
			this.plain(atMs, side, 2_000 + Math.floor(random() * (gap - 2_500)));
			return atMs + gap;
		}
		this.#way(atMs, side, random());
		if (this.#court.gamesPlayed > before && random() < 0.5) this.#old = this.facts();
		if (random() < 0.12) this.statement(atMs + 300);
		if (random() < 0.04) this.#unsaid = 3 + Math.floor(random() * 5);
		return atMs + gap;
	}

	#way(atMs: number, side: TrueSide, way: number): void {
		if (way < 0.74) {
			this.plain(atMs, side);
			return;
		}
		const incidentId = this.#name();
		const body = bodyOf(incidentId, side, atMs);
		const soonMs = atMs + 150 + Math.floor(this.#random() * 300);
		if (way < 0.8) this.#say(atMs + 600 + Math.floor(this.#random() * 2_500), body);
		else if (way < 0.88) {
			this.#say(atMs, { ...body, side: otherOf(side) });
			this.#say(soonMs, { ...body, kind: "correction" });
		} else if (way < 0.94) {
			const wrong = `x${incidentId}`;
			this.#say(atMs, { ...body, incidentId: wrong });
			this.#say(soonMs, { kind: "cancellation", incidentId: wrong });
			this.#say(soonMs + 50, body);
		} else {
			this.untold(atMs, side);
			this.statement(atMs + 200);
			return;
		}
		this.#play({ incidentId, side, atMs, isPlain: false });
	}

	/** A game of which the feed says no more than that it is over. */
	#gameInAWord(atMs: number): void {
		const set = this.#court.sets.at(-1);
		if (set === undefined) return;
		const incident = set.winner === null ? "game" : "set";
		this.#say(atMs, { kind: "incident", incident, incidentId: this.#name(), detail: `${set.home}-${set.away}` });
	}

	#play(point: TruePoint): void {
		this.#points.push(point);
		this.#court.play(point);
	}

	#name(): string {
		return `p${++this.#names}`;
	}
}

const bodyOf = (incidentId: string, side: TrueSide, atMs: number): object => ({
	kind: "incident",
	incident: "point",
	incidentId,
	side,
	occurredAt: { atMs, precision: "ms" },
});
