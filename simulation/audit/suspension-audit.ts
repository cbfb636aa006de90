/**
 * Judges what a match had on sale, by the words of its feed that it had applied and by true time: what stops betting stops it in
 * the same turn, what moves a price is a new version, and nothing reopens before the word that lets it (MAT-1, MAT-6, MAT-8, LAN-3).
 */
import type { Violation } from "./facts.ts";
import type { LoggedWord, MatchTruth } from "./match-truth.ts";
import type { Moment, Watched } from "./watched.ts";

/** By its own clock, the second it is floored to. */
const KICK_OFF_SLACK_MS = 1_500;
/** A lane that is cut off, or dead, tells of a lost feed when it can. */
const LOST_SLACK_MS = 6_000;
/** Less than a score has to stand unchallenged, by two clocks. */
const UNCHALLENGED_MS = 3_500;
const FACTS: ReadonlySet<string> = new Set(["state", "incident", "correction", "cancellation", "confirmation"]);
const FRESH: ReadonlySet<string> = new Set(["state", "bet_start", "recovery_complete"]);

/** What its words mean for a sport. */
type Words = {
	/** Incidents that stop everything until the feed says that they stand. */
	readonly stopping: ReadonlySet<string>;
	/** Phases in which play has begun. */
	readonly isPlaying: (phase: string) => boolean;
	/** What changes the score, by how much. */
	readonly scoring: string | null;
	/** A score that tells of more points than were told stops everything, as that of a goal does. */
	readonly stopsByScore: boolean;
	/** A score that differs by more makes every price a new one. */
	readonly movesAbove: number;
	/** An incident that comes after the word that stands by it, or takes it back, makes every price a new one, as that word did not. */
	readonly movesBehindWord: boolean;
};
const FOOTBALL: Words = {
	stopping: new Set(["goal", "red_card", "penalty_awarded", "var_review"]),
	isPlaying: (phase) => ["first_half", "half_time", "second_half", "extra_first"].includes(phase),
	scoring: "goal",
	stopsByScore: true,
	movesAbove: 0,
	movesBehindWord: true,
};
const BASKETBALL: Words = {
	stopping: new Set(["var_review"]),
	isPlaying: (phase) => /^(q|ot)\d$/.test(phase),
	scoring: "basket",
	stopsByScore: false,
	movesAbove: 3,
	movesBehindWord: false,
};
const TENNIS: Words = {
	stopping: new Set(),
	isPlaying: (phase) => phase === "playing",
	scoring: null,
	stopsByScore: false,
	movesAbove: Number.POSITIVE_INFINITY,
	movesBehindWord: false,
};
const WORDS: Readonly<Record<MatchTruth["played"]["sport"], Words>> = {
	football: FOOTBALL,
	basketball: BASKETBALL,
	tennis: TENNIS,
};

type Side = "home" | "away";
type Score = { readonly home: number; readonly away: number };
/** What the log says after one of its words: why nothing may be on sale, and since when every price is a new one. */
type After = { readonly stop: { readonly rule: string; readonly why: string } | null; readonly movedSeq: number };

/** The auditor's own reading of a log, word by word. */
class Reading {
	readonly #words: Words;
	readonly #open = new Set<string>();
	readonly #known = new Set<string>();
	/** Of incidents that nobody has told, when the newest word of each was sent. */
	readonly #ahead = new Map<string, number>();
	#score: Score | null = { home: 0, away: 0 };
	/** The newest score that did not fit, and the one of which a trader said so: it says nothing when it is stated again. */
	#unfit: Score | null = null;
	#overruled: Score | null = null;
	/** Goals and baskets that were told. */
	readonly #goals = new Map<string, { readonly side: Side; readonly value: number }>();
	#untold: Score = { home: 0, away: 0 };
	#saidAtMs = 0;
	#isStopped = false;
	#isBegun = false;
	#isHeld = false;
	#movedSeq = 0;

	constructor(sport: MatchTruth["played"]["sport"]) {
		this.#words = WORDS[sport];
	}

	/** The score by all that was told and stated; null where the auditor cannot say. */
	get score(): Score | null {
		return this.#score;
	}

	get isBegun(): boolean {
		return this.#isBegun;
	}

	read(word: LoggedWord): After {
		const { kind, seq, isRefused } = word;
		const isNewest = word.sentAtMs >= this.#saidAtMs;
		let isClaim = false;
		if (FACTS.has(kind) || word.command !== null) this.#isHeld = false;
		if (isRefused) {
			// What was only late says nothing; any other fact that does not fit holds everything.
			this.#isHeld = this.#isHeld || (FACTS.has(kind) && word.code !== "outdated" && seq > 1);
			if (kind !== "state") this.#score = null;
			else this.#unfit = word.score;
		} else {
			if (word.isOurs) this.#overruled = this.#unfit;
			if (kind === "state") this.#begin(word);
			isClaim = kind === "state" && isNewest && this.#state(word);
			if (kind !== "state") this.#incident(word, isNewest);
		}
		if (FACTS.has(kind)) this.#saidAtMs = Math.max(this.#saidAtMs, word.sentAtMs);
		if (word.command === "resolve" || word.command === "approve") this.#score = null;
		return { stop: this.#stop(isClaim), movedSeq: this.#movedSeq };
	}

	#stop(isClaim: boolean): After["stop"] {
		if (this.#isHeld) return { rule: "MAT-8", why: "a word of the feed that does not fit" };
		if (this.#isStopped) return { rule: "MAT-1", why: "a bet stop" };
		const [id] = this.#open;
		if (id !== undefined) return { rule: "MAT-1", why: `${id}, of which nobody has said that it stands` };
		return isClaim ? { rule: "MAT-7", why: "a score that tells of a goal nobody told" } : null;
	}

	/** The first word that play runs, though what was refused may have been said after it. */
	#begin({ phase, seq }: LoggedWord): void {
		if (phase === null || !this.#words.isPlaying(phase) || this.#isBegun) return;
		this.#isBegun = true;
		this.#movedSeq = seq;
	}

	/** True: it tells of goals that nobody told. */
	#state({ score, seq }: LoggedWord): boolean {
		if (score === null) return false;
		const known = this.#score;
		this.#score = score;
		if (score.home === this.#overruled?.home && score.away === this.#overruled.away) {
			this.#score = null;
			return false;
		}
		const untold = (side: Side): number =>
			[...this.#goals.values()].reduce((left, goal) => (goal.side === side ? left - goal.value : left), score[side]);
		this.#untold = { home: untold("home"), away: untold("away") };
		if (known === null || (known.home === score.home && known.away === score.away)) return false;
		const { movesAbove, stopsByScore } = this.#words;
		if (Math.abs(known.home - score.home) + Math.abs(known.away - score.away) > movesAbove) this.#movedSeq = seq;
		return stopsByScore && (score.home > known.home || score.away > known.away);
	}

	#incident(word: LoggedWord, isNewest: boolean): void {
		const { kind, incident, incidentId, seq, groups } = word;
		if (kind === "bet_stop" && groups === null) {
			this.#isStopped = true;
			this.#movedSeq = seq;
		}
		if (kind === "bet_start") {
			this.#isStopped = false;
			this.#open.clear();
		}
		if (incidentId === null) return;
		const isKnown = this.#known.has(incidentId);
		this.#known.add(incidentId);
		if (kind === "confirmation" || kind === "cancellation") this.#open.delete(incidentId);
		if ((kind === "correction" || kind === "cancellation") && isKnown) {
			this.#movedSeq = seq;
			this.#score = null;
			this.#goals.delete(incidentId);
		}
		if (!isKnown && kind !== "incident") this.#score = null;
		if (kind === "correction") this.#ahead.delete(incidentId);
		if ((kind === "confirmation" || kind === "cancellation") && (!isKnown || this.#ahead.has(incidentId)))
			this.#ahead.set(incidentId, Math.max(word.sentAtMs, this.#ahead.get(incidentId) ?? 0));
		if (kind !== "incident" || incident === null) return;
		const spokenAtMs = this.#ahead.get(incidentId);
		this.#ahead.delete(incidentId);
		if (this.#words.movesBehindWord && spokenAtMs !== undefined && spokenAtMs >= word.sentAtMs) this.#movedSeq = seq;
		// Told after the word that stands by it, and maybe after a score that has it or not.
		if (isKnown && incident === this.#words.scoring && !this.#goals.has(incidentId)) this.#score = null;
		if (isKnown) return;
		if (this.#words.stopping.has(incident)) {
			this.#open.add(incidentId);
			this.#movedSeq = seq;
		}
		if (incident === this.#words.scoring) this.#scored(word, isNewest);
	}

	#scored({ incidentId, side, value }: LoggedWord, isNewest: boolean): void {
		const points = value ?? 1;
		if (side !== null && incidentId !== null) this.#goals.set(incidentId, { side, value: points });
		const known = this.#score;
		// One that is told late may be the one that a score has told of.
		this.#score =
			known === null || side === null || !isNewest || this.#untold[side] > 0
				? null
				: { ...known, [side]: known[side] + points };
	}
}

/** By input, the score that everything up to it tells. */
export function scoresOf({ played, log }: MatchTruth): ReadonlyMap<number, Score | null> {
	const reading = new Reading(played.sport);
	return new Map(
		log.map((word) => {
			reading.read(word);
			return [word.seq, reading.score];
		}),
	);
}

export function auditSuspensions(truth: MatchTruth, watched: Watched): readonly Violation[] {
	const reading = new Reading(truth.played.sport);
	const after: After[] = [{ stop: null, movedSeq: 0 }];
	let begunSeq = Number.POSITIVE_INFINITY;
	for (const word of truth.log) {
		after[word.seq] = reading.read(word);
		if (reading.isBegun) begunSeq = Math.min(begunSeq, word.seq);
	}
	const violations: Violation[] = [];
	const found = (rule: string, { seq, toMs, onSale }: Moment, why: string): void =>
		void violations.push({
			rule,
			what: `${truth.matchId} had ${onSale.size} markets on sale (${[...onSale.keys()][0]}) after input ${seq} at ${toMs}: ${why}`,
		});
	let before: Moment | null = null;
	for (const moment of watched.moments) {
		const { seq } = moment;
		const { stop = null, movedSeq = 0 } = after[seq] ?? {};
		if (moment.onSale.size > 0) {
			const sinceMs = moment.toMs - (truth.log[seq - 1]?.appliedAtMs ?? 0);
			// What only a score tells of stands by itself after its time.
			if (stop !== null && (stop.rule !== "MAT-7" || sinceMs < UNCHALLENGED_MS)) found(stop.rule, moment, stop.why);
			const startMs = scheduledAtMs(truth.log, seq);
			const isLate = startMs !== null && moment.ownToMs > startMs + KICK_OFF_SLACK_MS;
			if (seq < begunSeq && isLate)
				found("MAT-6", moment, "its start has passed and its feed has not said that play runs");
			const silent = whySilent(truth.log, watched, moment);
			if (silent !== null) found("LAN-3", moment, silent);
		}
		if (before !== null && movedSeq > before.seq) violations.push(...unmoved(truth.matchId, before, moment));
		// What nothing was on sale for in between is sold under a new version all the same.
		if (moment.onSale.size > 0) before = moment;
	}
	return violations;
}

function unmoved(matchId: string, before: Moment, now: Moment): readonly Violation[] {
	const kept = [...now.onSale].find(([marketId, version]) => before.onSale.get(marketId) === version);
	if (kept === undefined) return [];
	const what = `${matchId} kept ${kept[0]} on sale under version ${kept[1]} from input ${before.seq} to ${now.seq}, between which its price moved`;
	return [{ rule: "MAT-1", what }];
}

function scheduledAtMs(log: readonly LoggedWord[], seq: number): number | null {
	const fixtures = log.filter((word) => word.seq <= seq && word.fixture !== null && !word.isRefused);
	return fixtures.at(-1)?.fixture?.scheduledAtMs ?? null;
}

/** LAN-3: silent beyond its limit, a feed has to speak of the match itself before anything of it is on sale. */
function whySilent(log: readonly LoggedWord[], watched: Watched, { seq, toMs, inPlay }: Moment): string | null {
	if (!inPlay) return null;
	const isFreshAfter = (from: number): boolean =>
		log.some((word) => word.seq > from && word.seq <= seq && FRESH.has(word.kind) && !word.isRefused);
	const told = watched.lost.findLast(({ atMs }) => atMs < toMs);
	if (told !== undefined && !isFreshAfter(told.seq))
		return `its lane held the feed for lost at ${told.atMs}, and nothing fresh came after input ${told.seq}`;
	const silent = watched.speech.findLastIndex(
		(atMs, index) =>
			atMs < toMs &&
			(watched.speech[index + 1] ?? toMs) - atMs > watched.lostAfterMs + LOST_SLACK_MS &&
			toMs - atMs > watched.lostAfterMs + LOST_SLACK_MS,
	);
	const sinceMs = watched.speech[silent];
	if (sinceMs === undefined) return null;
	const isFresh = log.some(
		(word) =>
			word.seq <= seq && FRESH.has(word.kind) && !word.isRefused && (word.appliedAtMs ?? 0) > sinceMs - LOST_SLACK_MS,
	);
	return isFresh ? null : `its feed had been silent from ${sinceMs} on, and nothing fresh came since`;
}
