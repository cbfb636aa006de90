/** The board: keeps which matches exist, publishes the topic `lobby` to relays, forgets what has long ended. */
import type {
	ClaimAnswer,
	ClaimRequest,
	KnowsAnswer,
	MatchSummary,
	UpsertRequest,
} from "../../shared/contracts/board.ts";
import { BOARD, SOCKET } from "../../shared/limits.ts";
import { Conflator } from "../../shared/protocol/conflate.ts";
import type { LobbyBodies, LobbyDeltaBody } from "../../shared/protocol/lobby-view.ts";
import { Publication } from "../../shared/protocol/publication.ts";
import { createDeadlines, type Deadlines } from "../runtime/deadlines.ts";
import type { Cancel, Ports } from "../runtime/ports.ts";
import { answerReader, type ReaderAnswer } from "../runtime/readers.ts";
import { type BoardRow, expiryOf, lobbyOrder, mergeLobby, upsert } from "./core.ts";
import { Owners } from "./owners.ts";
import { BoardStore } from "./store.ts";

export const LOBBY = "lobby";
const EXPIRE = "expire";

export type BoardDeps = {
	readonly ports: Ports;
	/** The relays that have subscribed to the lobby. */
	readonly readers: { readonly send: (frame: string) => void; readonly count: () => number };
};

export class BoardActor {
	readonly #deps: BoardDeps;
	readonly #ports: Ports;
	readonly #store: BoardStore;
	readonly #owners: Owners;
	readonly #deadlines: Deadlines;
	readonly #rows: Map<string, BoardRow>;
	readonly #publication: Publication<LobbyBodies>;
	readonly #conflator = new Conflator<LobbyDeltaBody>({ minGapMs: BOARD.conflateMs, merge: mergeLobby });
	#flush: Cancel | null = null;
	#beat: Cancel | null = null;

	constructor(deps: BoardDeps) {
		const { ports } = deps;
		this.#deps = deps;
		this.#ports = ports;
		this.#store = new BoardStore(ports.sql);
		this.#owners = new Owners(ports.sql);
		this.#deadlines = createDeadlines(ports);
		this.#rows = new Map(this.#store.all().map((row) => [row.matchId, row]));
		this.#publication = new Publication({
			topic: LOBBY,
			epoch: ports.newId(),
			image: () => ({ schemaNo: 0, schema: null, body: { matches: this.list() } }),
		});
		this.#armExpiry();
		// Relays that stayed connected while we slept know another history.
		if (deps.readers.count() > 0) for (const frame of this.#publication.restart(ports.now())) deps.readers.send(frame);
		this.#keepBeating();
	}

	/** Live first, then by kick-off. */
	list(): MatchSummary[] {
		return [...this.#rows.values()].flatMap((row) => row.summary ?? []).toSorted(lobbyOrder);
	}

	claim(request: ClaimRequest): ClaimAnswer {
		return { v: 1, verdicts: this.#owners.claim(request) };
	}

	knows(matchIds: readonly string[]): KnowsAnswer {
		return { v: 1, known: this.#owners.known(matchIds) };
	}

	upsert({ order, summary }: UpsertRequest): void {
		const nowMs = this.#ports.now();
		if (!this.#rows.has(summary.matchId)) this.#owners.exists(summary.matchId);
		const result = upsert(this.#rows.get(summary.matchId) ?? null, this.#shown(), order, summary, nowMs);
		if (result.kind === "dropped") {
			if (result.why === "full") this.#ports.log.warn("board_full", { matchId: summary.matchId });
			return;
		}
		this.#store.save(result.row);
		this.#rows.set(summary.matchId, result.row);
		this.#armExpiry();
		this.#publish({ up: [summary], gone: [] }, result.isUrgent, nowMs);
		this.#keepBeating();
	}

	/** A relay's frame. */
	answer(text: string): ReaderAnswer {
		const nowMs = this.#ports.now();
		return answerReader(text, {
			topic: LOBBY,
			unknown: "the board has the lobby only",
			subscribed: (position) => {
				// What is held back is in the image already, and must not come after it as a change of its own.
				this.#send(this.#conflator.takeAll(nowMs), nowMs);
				return this.#publication.subscribed(position, nowMs);
			},
		});
	}

	/** The number of listening relays has changed. */
	readersChanged(): void {
		this.#keepBeating();
	}

	onAlarm(): void {
		const nowMs = this.#ports.now();
		this.#deadlines.takeDue(nowMs);
		const gone: string[] = [];
		for (const row of [...this.#rows.values()]) {
			if (expiryOf(row) > nowMs) continue;
			if (row.goneAtMs !== null) {
				this.#store.delete(row.matchId);
				this.#rows.delete(row.matchId);
				continue;
			}
			const left = { ...row, goneAtMs: nowMs, summary: null };
			this.#store.save(left);
			this.#rows.set(row.matchId, left);
			gone.push(row.matchId);
		}
		this.#armExpiry();
		if (gone.length > 0) this.#publish({ up: [], gone }, false, nowMs);
		this.#keepBeating();
	}

	#shown(): number {
		let count = 0;
		for (const row of this.#rows.values()) if (row.summary !== null) count++;
		return count;
	}

	#publish(change: LobbyDeltaBody, isUrgent: boolean, nowMs: number): void {
		this.#send(this.#conflator.offer(change, isUrgent, nowMs), nowMs);
		this.#armFlush(nowMs);
	}

	#armFlush(nowMs: number): void {
		const dueAtMs = this.#conflator.dueAtMs;
		if (dueAtMs === null || this.#flush !== null) return;
		this.#flush = this.#ports.timer(dueAtMs - nowMs, () => {
			this.#flush = null;
			const atMs = this.#ports.now();
			this.#send(this.#conflator.takeDue(atMs), atMs);
			this.#armFlush(atMs);
		});
	}

	#send(change: LobbyDeltaBody | null, nowMs: number): void {
		if (change === null) return;
		this.#deps.readers.send(this.#publication.delta(change, nowMs));
	}

	/** A beat each second while a match is live and a relay listens. */
	#keepBeating(): void {
		const nowMs = this.#ports.now();
		const isLive = [...this.#rows.values()].some((row) => row.summary?.status === "live");
		if (isLive && this.#deps.readers.count() > 0) {
			this.#beat ??= this.#ports.timer(SOCKET.beatMs, () => {
				this.#beat = null;
				this.#deps.readers.send(this.#publication.beat({}, this.#ports.now()));
				this.#keepBeating();
			});
		} else if (this.#beat !== null) {
			this.#beat();
			this.#beat = null;
			this.#deps.readers.send(this.#publication.lastBeat({}, nowMs));
		}
	}

	#armExpiry(): void {
		const soonest = Math.min(...[...this.#rows.values()].map(expiryOf));
		if (Number.isFinite(soonest)) this.#deadlines.set(EXPIRE, soonest);
		else this.#deadlines.clear(EXPIRE);
	}
}
