/**
 * The lane's log: every input of its matches, in order and once (LAN-1). What comes together is looked up and written together,
 * by as many statements as one input has.
 */
import type { Appended } from "../../shared/contracts/lane.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { type Input, inputSchema, type LoggedInput, loggedInputSchema } from "../../shared/feeds/canonical.ts";
import { sameContent } from "../../shared/feeds/same-content.ts";
import { FEED } from "../../shared/limits.ts";
import { jsonPieces } from "../runtime/json-pieces.ts";
import type { Sql } from "../runtime/ports.ts";
import { type LaneMatch, Matches } from "./matches.ts";
import { RecentInputs } from "./recent-inputs.ts";

/** Traders speak in every match; a provider only in its own. */
export const TRADER = "trader";

/** An input, and whether its match is known to be another's. */
export type Asked = { readonly provider: string; readonly input: Input; readonly isForeign: boolean };
/** The newest try of a message. */
type Try = { readonly seq: number; readonly input: () => Input; readonly isRefused: boolean };
/** What is known of the matches and messages that come together, by the one that is being judged. */
type Judging = {
	readonly nowMs: number;
	readonly matches: Map<string, LaneMatch>;
	readonly tries: Map<string, Try>;
	readonly stored: LoggedInput[];
};

/** What the match has said about itself; `endedAtMs` is null again where a correction brought it back. */
export type MatchSaid = Pick<LaneMatch, "ackedSeq" | "inPlay" | "endedAtMs" | "silenceSeq">;

/** The newest try of each message, and whether its match has refused it. */
export const TRIES = `SELECT i.match_id, i.provider, i.input_id, i.seq, i.body, r.seq IS NOT NULL AS is_refused
	FROM json_each(?) k
	CROSS JOIN inputs i ON i.match_id = k.value ->> 0 AND i.seq = (SELECT max(t.seq) FROM inputs t
		WHERE t.match_id = k.value ->> 0 AND t.provider = k.value ->> 1 AND t.input_id = k.value ->> 2)
	LEFT JOIN refusals r ON r.match_id = i.match_id AND r.seq = i.seq`;

const keyOf = (matchId: string, provider: string, id: string): string => `${matchId} ${provider} ${id}`;

/** What a match has refused may be right by now. A command's id stands for its answer, whatever that was. */
const isTriedAgain = (provider: string, before: Try): boolean => provider !== TRADER && before.isRefused;

const openedBy = (matchId: string, provider: string): LaneMatch => ({
	matchId,
	provider,
	headSeq: 0,
	ackedSeq: 0,
	inPlay: false,
	endedAtMs: null,
	isClosed: false,
	hasHole: false,
	silenceSeq: null,
});

export class LaneStore {
	readonly #sql: Sql;
	readonly #matches: Matches;
	readonly #recent = new RecentInputs();
	/** What the transaction that runs has stored. */
	#stored: LoggedInput[] = [];

	constructor(sql: Sql) {
		this.#sql = sql;
		this.#matches = new Matches(sql);
	}

	matchOf(matchId: string): LaneMatch | null {
		return this.#matches.of(matchId);
	}

	/** Those of them that this lane has. */
	knownOf(matchIds: ReadonlySet<string>): ReadonlySet<string> {
		return new Set(this.#matches.among(matchIds).keys());
	}

	/** Matches that need the lane: something undelivered, or play going on. */
	active(): readonly string[] {
		return this.#matches.active();
	}

	/** Inputs that are stored and not applied, by match. */
	waiting(): ReadonlyMap<string, number> {
		return this.#matches.waiting();
	}

	/** Matches whose log is kept. */
	kept(): readonly LaneMatch[] {
		return this.#matches.kept();
	}

	/** All or nothing, here and in storage. */
	transaction<T>(run: () => T): T {
		this.#stored = [];
		const made = this.#matches.transaction(run);
		for (const logged of this.#stored) this.#recent.add(logged.input.matchId, logged);
		this.#stored = [];
		return made;
	}

	/** LAN-3. Runs inside the caller's transaction, before its inputs are stored: they come after the silence. */
	silent(provider: string): void {
		this.#matches.silent(provider);
	}

	/** Stores inputs, or says why not: each as if it came alone, behind those before it. Runs inside the caller's transaction. */
	append(asked: readonly Asked[], nowMs: number): readonly Appended[] {
		const own = asked.filter(({ isForeign }) => !isForeign);
		const matches = new Map(this.#matches.among(new Set(own.map(({ input }) => input.matchId))));
		const judging: Judging = { nowMs, matches, tries: this.#triesOf(own), stored: [] };
		const results = asked.map((one) => this.#judge(judging, one));
		const rows = judging.stored.map(({ seq, provider, receivedAtMs, input }) => [
			input.matchId,
			seq,
			provider,
			input.id,
			receivedAtMs,
			input,
		]);
		for (const piece of jsonPieces(rows)) {
			this.#sql.exec(
				`INSERT INTO inputs (match_id, seq, provider, input_id, received_at, body)
				SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value -> 5 FROM json_each(?)`,
				piece,
			);
		}
		this.#stored.push(...judging.stored);
		return results;
	}

	#judge({ nowMs, matches, tries, stored }: Judging, { provider, input, isForeign }: Asked): Appended {
		const { matchId, id } = input;
		if (isForeign) return { kind: "refused", code: "foreign" };
		const known = matches.get(matchId) ?? null;
		if (known === null && input.kind !== "fixture") return { kind: "refused", code: "unknown_match" };
		if (known !== null && provider !== TRADER) {
			if (provider !== known.provider) return { kind: "refused", code: "foreign" };
			if (known.isClosed) return { kind: "refused", code: "ended" };
		}
		const before = tries.get(keyOf(matchId, provider, id));
		if (before !== undefined && !sameContent(before.input(), input)) return { kind: "refused", code: "conflict" };
		if (before !== undefined && !isTriedAgain(provider, before)) return { kind: "duplicate", seq: before.seq };
		const note = (match: LaneMatch): void => {
			matches.set(matchId, match);
			this.#matches.note(match);
		};
		if (known !== null && known.headSeq - known.ackedSeq >= FEED.maxBacklog) {
			if (provider !== TRADER) note({ ...known, hasHole: true });
			return { kind: "refused", code: "busy" };
		}
		const match = known ?? openedBy(matchId, provider);
		const seq = match.headSeq + 1;
		// LAN-3: what mends a silence mends a hole, for what was swallowed is stated anew.
		const isMended = input.kind === "state" || input.kind === "recovery_complete";
		note({ ...match, headSeq: seq, hasHole: match.hasHole && !isMended });
		tries.set(keyOf(matchId, provider, id), { seq, input: () => input, isRefused: false });
		stored.push({ seq, provider, receivedAtMs: nowMs, input });
		return { kind: "stored", seq };
	}

	/** At most one apply's worth. */
	inputsFrom(matchId: string, fromSeq: number): readonly LoggedInput[] {
		const recent = this.#recent.from(matchId, fromSeq, FEED.applyBatch);
		if (recent.length > 0) return recent;
		const rows = this.#sql.exec(
			"SELECT seq, provider, received_at, body FROM inputs WHERE match_id = ? AND seq >= ? ORDER BY seq LIMIT ?",
			matchId,
			fromSeq,
			FEED.applyBatch,
		);
		return rows.map((row) =>
			decodeRpc(`stored input ${matchId}#${row.seq}`, loggedInputSchema, {
				seq: Number(row.seq),
				provider: row.provider,
				receivedAtMs: Number(row.received_at),
				input: JSON.parse(String(row.body)),
			}),
		);
	}

	/**
	 * That the match has acted on more is written with whatever is written next: a lane that dies before says the same inputs
	 * again, and the match knows them. Anything else stands when this returns.
	 */
	saveAnswer(match: LaneMatch, said: MatchSaid): void {
		const next = { ...match, ...said };
		this.#recent.passed(match.matchId, said.ackedSeq);
		const isAsBefore =
			said.inPlay === match.inPlay && said.endedAtMs === match.endedAtMs && said.silenceSeq === match.silenceSeq;
		if (!isAsBefore || said.ackedSeq < match.ackedSeq) this.#matches.save(next);
		else if (said.ackedSeq > match.ackedSeq) this.#matches.note(next);
	}

	/** What was noted and has met no transaction is written. */
	flush(): void {
		this.#matches.flush();
	}

	/**
	 * Forgets the inputs of matches that ended before and have acted on everything, as storage has it; the match itself keeps what
	 * it applied. Their names and numbers stay, so that nothing old is ever taken for new. Returns which, and when the next one ended.
	 */
	prune(endedBeforeMs: number): { readonly closed: readonly string[]; readonly nextEndedAtMs: number | null } {
		return this.transaction(() => {
			const closed = this.#sql
				.exec(
					"SELECT match_id FROM matches WHERE is_closed = 0 AND ended_at <= ? AND head_seq = acked_seq",
					endedBeforeMs,
				)
				.map((row) => String(row.match_id));
			for (const matchId of closed) {
				this.#sql.exec("DELETE FROM inputs WHERE match_id = ?", matchId);
				this.#sql.exec("DELETE FROM refusals WHERE match_id = ?", matchId);
				this.#sql.exec("UPDATE matches SET is_closed = 1 WHERE match_id = ?", matchId);
				this.#matches.forget(matchId);
			}
			const next = this.#sql.exec("SELECT min(ended_at) AS at FROM matches WHERE is_closed = 0")[0]?.at ?? null;
			return { closed, nextEndedAtMs: next === null ? null : Number(next) };
		});
	}

	#triesOf(asked: readonly Asked[]): Map<string, Try> {
		const tries = new Map<string, Try>();
		for (const piece of jsonPieces(asked.map(({ provider, input }) => [input.matchId, provider, input.id]))) {
			const rows = this.#sql.exec(TRIES, piece);
			for (const { match_id: matchId, provider, input_id: id, seq, body, is_refused: isRefused } of rows) {
				tries.set(keyOf(String(matchId), String(provider), String(id)), {
					seq: Number(seq),
					input: () => decodeRpc("stored input", inputSchema, JSON.parse(String(body))),
					isRefused: isRefused === 1,
				});
			}
		}
		return tries;
	}
}
