/** The match's frames: what changed since they were last sent, to every reader, once encoded; a beat each second in play. */

import { emptyHistogram, type Histogram, observe } from "../../shared/metrics.ts";
import type { Position } from "../../shared/protocol/frames.ts";
import type { MatchBodies, MatchImageBody, MatchSchemaBody } from "../../shared/protocol/match-frames.ts";
import { packed } from "../../shared/protocol/match-view.ts";
import { Publication } from "../../shared/protocol/publication.ts";
import type { Book } from "./prices.ts";
import { isSameHeadline, type MatchState } from "./state.ts";
import { deltaBody, imageBody, isMissing, schemaBody, wireOrder } from "./wire.ts";

export type Snapshot = {
	readonly state: MatchState;
	readonly book: Book;
	readonly tickMs: number;
	readonly isStale: boolean;
};
export type Cause = { readonly sentAtMs: number; readonly receivedAtMs: number };

export class MatchBroadcast {
	readonly #publication: Publication<MatchBodies>;
	readonly #send: (frame: string) => void;
	readonly #betOn: () => ReadonlySet<string>;
	#schemaNo = 1;
	/** Market ids in the order of the schema. */
	#order: readonly string[] = [];
	#known: ReadonlySet<string> = new Set();
	/** How many markets the match had when the schema was made. */
	#listed = 0;
	#image: MatchImageBody | null = null;
	#state: MatchState | null = null;
	#eventToFrame: Histogram = emptyHistogram();

	constructor(options: {
		readonly topic: string;
		readonly epoch: string;
		readonly send: (frame: string) => void;
		/** Markets on which somebody has bet. */
		readonly betOn: () => ReadonlySet<string>;
	}) {
		this.#send = options.send;
		this.#betOn = options.betOn;
		this.#publication = new Publication({
			topic: options.topic,
			epoch: options.epoch,
			image: () => {
				const { schema, image } = this;
				if (schema === null || image === null) throw new Error("a match is shown before anybody reads it");
				return { schemaNo: this.#schemaNo, schema, body: packed(image) };
			},
		});
	}

	get position(): Position {
		return this.#publication.position;
	}

	get eventToFrame(): Histogram {
		return this.#eventToFrame;
	}

	get image(): MatchImageBody | null {
		return this.#image;
	}

	get schema(): MatchSchemaBody | null {
		return this.#state === null ? null : schemaBody(this.#state, this.#order);
	}

	/** Sends what moved. A price that did not move a step of the ladder is no change; a changed version always is one. */
	publish({ state, book, tickMs, isStale }: Snapshot, nowMs: number, cause: Cause | null): void {
		const before = this.#image;
		const isRenamed = this.#state !== null && !isSameHeadline(this.#state.fixture, state.fixture);
		const isRelisted = before === null || isRenamed || isMissing(state, this.#listed, this.#known);
		this.#state = state;
		if (before !== null) {
			// What is known already goes first: a suspension never waits for a schema.
			const known = imageBody(state, book, tickMs, this.#schemaNo, isStale, this.#order);
			const delta = deltaBody(before, known, cause?.sentAtMs ?? null);
			this.#image = known;
			if (delta !== null) this.#send(this.#publication.delta(delta, nowMs));
			else if (!isRelisted) {
				this.#image = before;
				return;
			}
		}
		if (isRelisted) {
			this.#schemaNo++;
			this.#order = wireOrder(state, this.#betOn());
			this.#known = new Set(this.#order);
			this.#listed = state.markets.length;
			this.#image = imageBody(state, book, tickMs, this.#schemaNo, isStale, this.#order);
			for (const frame of this.#publication.restart(nowMs)) this.#send(frame);
		}
		if (cause !== null) this.#eventToFrame = observe(this.#eventToFrame, Math.max(0, nowMs - cause.receivedAtMs));
	}

	beat(isStale: boolean, tickMs: number, nowMs: number, isLast: boolean): void {
		const publication = this.#publication;
		const beat = isLast
			? publication.lastBeat({ t: tickMs, st: 0 }, nowMs)
			: publication.beat({ t: tickMs, st: isStale ? 1 : 0 }, nowMs);
		this.#send(beat);
	}

	subscribed(position: Position | null, nowMs: number): readonly string[] {
		return this.#publication.subscribed(position, nowMs);
	}
}
