/**
 * The matches of a lane: a row each, in memory as well. Memory is what storage says and what has been noted since; what one
 * transaction changes is written at its end, a row once and a statement for all.
 */
import { LANE_KEEPS } from "../../shared/limits.ts";
import { jsonPieces } from "../runtime/json-pieces.ts";
import type { Sql, SqlRow } from "../runtime/ports.ts";

export type LaneMatch = {
	readonly matchId: string;
	/** The provider of its fixture: the one whose word and silence count. */
	readonly provider: string;
	readonly headSeq: number;
	readonly ackedSeq: number;
	readonly inPlay: boolean;
	/** Null while it goes on. */
	readonly endedAtMs: number | null;
	/** Ended long ago: its inputs are gone, its numbers go on. */
	readonly isClosed: boolean;
	/** Something of its provider was refused as `busy`, and no fresh statement has come since. */
	readonly hasHole: boolean;
	/** The last input before a silence beyond the limit of which the match has not been told yet; null: there is none. */
	readonly silenceSeq: number | null;
};

const matchOfRow = (row: SqlRow): LaneMatch => ({
	matchId: String(row.match_id),
	provider: String(row.provider),
	headSeq: Number(row.head_seq),
	ackedSeq: Number(row.acked_seq),
	inPlay: row.in_play === 1,
	endedAtMs: row.ended_at === null ? null : Number(row.ended_at),
	isClosed: row.is_closed === 1,
	hasHole: row.has_hole === 1,
	silenceSeq: row.silence_seq === null ? null : Number(row.silence_seq),
});

const rowOf = (match: LaneMatch): readonly unknown[] => [
	match.matchId,
	match.provider,
	match.headSeq,
	match.ackedSeq,
	match.inPlay,
	match.endedAtMs,
	match.isClosed,
	match.hasHole,
	match.silenceSeq,
];

const isActive = ({ inPlay, ackedSeq, headSeq }: LaneMatch): boolean => inPlay || ackedSeq < headSeq;

export class Matches {
	readonly #sql: Sql;
	/** Those that need the lane are always here, of the others those that were changed last. */
	readonly #known = new Map<string, LaneMatch>();
	/** Of which memory says more than storage does. */
	#unwritten = new Set<string>();
	/** What the transaction that runs has changed, as it was before; null: not known then. */
	#before: Map<string, LaneMatch | null> | null = null;

	constructor(sql: Sql) {
		this.#sql = sql;
		for (const row of sql.exec("SELECT * FROM matches WHERE in_play = 1 OR acked_seq < head_seq"))
			this.#keep(matchOfRow(row));
	}

	of(matchId: string): LaneMatch | null {
		const known = this.#known.get(matchId);
		if (known !== undefined) return known;
		const [row] = this.#sql.exec("SELECT * FROM matches WHERE match_id = ?", matchId);
		return row === undefined ? null : this.#read(row);
	}

	/** Those of them that the lane has, by one look at storage for all that are not in memory. */
	among(matchIds: ReadonlySet<string>): ReadonlyMap<string, LaneMatch> {
		const found = new Map<string, LaneMatch>();
		const missing: string[] = [];
		for (const matchId of matchIds) {
			const known = this.#known.get(matchId);
			if (known === undefined) missing.push(matchId);
			else found.set(matchId, known);
		}
		for (const piece of jsonPieces(missing)) {
			const rows = this.#sql.exec("SELECT m.* FROM json_each(?) k CROSS JOIN matches m ON m.match_id = k.value", piece);
			for (const row of rows) found.set(String(row.match_id), this.#read(row));
		}
		return found;
	}

	/** Matches that need the lane: something undelivered, or play going on. */
	active(): readonly string[] {
		return [...this.#known.values()].filter(isActive).map(({ matchId }) => matchId);
	}

	/** Inputs that are stored and not applied, by match. */
	waiting(): ReadonlyMap<string, number> {
		const waits = [...this.#known.values()].filter(({ ackedSeq, headSeq }) => ackedSeq < headSeq);
		return new Map(waits.map(({ matchId, headSeq, ackedSeq }) => [matchId, headSeq - ackedSeq]));
	}

	/** Matches whose log is kept. */
	kept(): readonly LaneMatch[] {
		const rows = this.#sql.exec("SELECT * FROM matches WHERE is_closed = 0 ORDER BY match_id");
		return rows.map((row) => this.#known.get(String(row.match_id)) ?? matchOfRow(row));
	}

	/** All or nothing, here and in storage. */
	transaction<T>(run: () => T): T {
		const before = new Map<string, LaneMatch | null>();
		const unwritten = new Set(this.#unwritten);
		this.#before = before;
		try {
			return this.#sql.transaction(() => {
				const made = run();
				this.#write();
				return made;
			});
		} catch (fault) {
			for (const [matchId, match] of before) {
				if (match === null) this.#known.delete(matchId);
				else this.#known.set(matchId, match);
			}
			this.#unwritten = unwritten;
			throw fault;
		} finally {
			this.#before = null;
		}
	}

	/** Is written at the end of the transaction that runs, and else with the next one. */
	note(match: LaneMatch): void {
		this.#remember(match.matchId);
		this.#unwritten.add(match.matchId);
		this.#keep(match);
	}

	/** Is in storage when this returns, and with it what was noted before. */
	save(match: LaneMatch): void {
		this.transaction(() => this.note(match));
	}

	/** Writes what was noted, where no transaction has come. */
	flush(): void {
		if (this.#unwritten.size > 0) this.transaction(() => {});
	}

	/** LAN-3: whatever the provider has said is before a silence. Runs inside a transaction, before anything else of it. */
	silent(provider: string): void {
		this.#sql.exec("UPDATE matches SET silence_seq = head_seq WHERE provider = ? AND is_closed = 0", provider);
		for (const match of this.#known.values()) {
			if (match.provider !== provider || match.isClosed) continue;
			this.#remember(match.matchId);
			this.#known.set(match.matchId, { ...match, silenceSeq: match.headSeq });
		}
	}

	/** Its row is in storage, and is changed there: it is read again when it is asked for. */
	forget(matchId: string): void {
		this.#remember(matchId);
		this.#known.delete(matchId);
	}

	/** What a transaction has read may be what it has written, and is known no longer where it does not come about. */
	#read(row: SqlRow): LaneMatch {
		const match = matchOfRow(row);
		this.#remember(match.matchId);
		return this.#keep(match);
	}

	#remember(matchId: string): void {
		if (this.#before?.has(matchId) === false) this.#before.set(matchId, this.#known.get(matchId) ?? null);
	}

	#write(): void {
		const rows = [...this.#unwritten].flatMap((matchId) => {
			const match = this.#known.get(matchId);
			return match === undefined ? [] : [rowOf(match)];
		});
		for (const piece of jsonPieces(rows)) {
			this.#sql.exec(
				`INSERT INTO matches
				(match_id, provider, head_seq, acked_seq, in_play, ended_at, is_closed, has_hole, silence_seq)
				SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7,
				value ->> 8 FROM json_each(?) WHERE true
				ON CONFLICT (match_id) DO UPDATE SET head_seq = excluded.head_seq, acked_seq = excluded.acked_seq,
				in_play = excluded.in_play, ended_at = excluded.ended_at, is_closed = excluded.is_closed,
				has_hole = excluded.has_hole, silence_seq = excluded.silence_seq`,
				piece,
			);
		}
		this.#unwritten.clear();
	}

	#keep(match: LaneMatch): LaneMatch {
		const { matchId } = match;
		this.#known.delete(matchId);
		this.#known.set(matchId, match);
		if (this.#known.size > LANE_KEEPS.matches) this.#drop();
		return match;
	}

	/** What waits for nothing is read again when it is needed. */
	#drop(): void {
		for (const [matchId, match] of this.#known) {
			if (this.#unwritten.has(matchId) || isActive(match)) continue;
			this.#known.delete(matchId);
			return;
		}
	}
}
