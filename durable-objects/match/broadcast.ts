/** The match's frames: what changed since they were last sent, to every reader, once encoded; a beat each second in play. */

import { emptyHistogram, type Histogram, observe } from "../../shared/metrics.ts";
import type { Position } from "../../shared/protocol/frames.ts";
import type { MatchBodies, MatchImageBody, MatchSchemaBody } from "../../shared/protocol/match-frames.ts";
import { type MatchView, packed } from "../../shared/protocol/match-view.ts";
import { Publication } from "../../shared/protocol/publication.ts";
import { readableImage } from "./readable-image.ts";
import { isSameHeadline } from "./state.ts";
import { deltaBody, imageBody, isMissing, type Snapshot, schemaBody, wireOrder } from "./wire.ts";

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
	/** What readers have been sent, and the moment that it shows: what did not move since is not sent again. */
	#shown: { readonly snapshot: Snapshot; readonly image: MatchImageBody } | null = null;
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
		return this.#shown?.image ?? null;
	}

	get schema(): MatchSchemaBody | null {
		return this.#shown === null ? null : schemaBody(this.#shown.snapshot.state, this.#order);
	}

	/** What readers have, in the readable form. */
	get readableImage(): MatchView | null {
		return this.#shown === null ? null : readableImage(this.#shown.snapshot, this.#order);
	}

	/** Sends what moved. A price that did not move a step of the ladder is no change; a changed version always is one. */
	publish(snapshot: Snapshot, nowMs: number, cause: Cause | null): void {
		const { state } = snapshot;
		const before = this.#shown;
		const isRenamed = before !== null && !isSameHeadline(before.snapshot.state.fixture, state.fixture);
		const isRelisted = before === null || isRenamed || isMissing(state, this.#listed, this.#known);
		if (before !== null) {
			// What is known already goes first: a suspension never waits for a schema.
			const image = this.#imageOf(snapshot);
			const delta = deltaBody(before.image, image, cause?.sentAtMs ?? null);
			if (delta === null && !isRelisted) return;
			this.#shown = { snapshot, image };
			if (delta !== null) this.#send(this.#publication.delta(delta, nowMs));
		}
		if (isRelisted) {
			this.#schemaNo++;
			this.#order = wireOrder(state, this.#betOn());
			this.#known = new Set(this.#order);
			this.#listed = state.markets.length;
			this.#shown = { snapshot, image: this.#imageOf(snapshot) };
			for (const frame of this.#publication.restart(nowMs)) this.#send(frame);
		}
		if (cause !== null) this.#eventToFrame = observe(this.#eventToFrame, Math.max(0, nowMs - cause.receivedAtMs));
	}

	#imageOf({ state, book, tickMs, isStale }: Snapshot): MatchImageBody {
		return imageBody(state, book, tickMs, this.#schemaNo, isStale, this.#order);
	}

	beat(isStale: boolean, tickMs: number, nowMs: number, isLast: boolean): void {
		const publication = this.#publication;
		const beat = isLast
			? publication.lastBeat({ t: tickMs, st: 0 }, nowMs)
			: publication.beat({ t: tickMs, st: isStale ? 1 : 0 }, nowMs);
		this.#send(beat);
	}

	/** The body of a schema by its name; null where it is none of the newest. */
	schemaText(name: string, nowMs: number): string | null {
		return this.#publication.schema(name, nowMs);
	}

	subscribed(position: Position | null, nowMs: number): readonly string[] {
		return this.#publication.subscribed(position, nowMs);
	}
}
