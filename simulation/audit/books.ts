/** The history of a topic as its publisher sent it (FRM-1): read by the auditor's own hand, so that any state that was can be told from one that never was. */
import type { Violation } from "./facts.ts";

const STATUS = ["open", "danger", "suspended", "closed", "settled"];
const [CLOSED, SETTLED] = [3, 4];

type Market = readonly [status: number, version: number, oddsMilli: readonly number[], result?: string];
type Named = readonly [
	marketId: string,
	name: string,
	group: string,
	outcomes: readonly (readonly [outcomeId: string, name: string])[],
];
type Body = {
	readonly t?: number;
	readonly m?: readonly (readonly unknown[])[];
	readonly z?: string;
	readonly s?: unknown;
	readonly st?: number;
	readonly markets?: readonly Named[];
};
export type Book = {
	readonly offset: number;
	readonly names: readonly Named[];
	readonly markets: readonly Market[];
	readonly score: unknown;
	readonly isStale: boolean;
};
export type Epoch = {
	readonly epoch: string;
	readonly startedAtMs: number;
	readonly books: Map<number, Book>;
	/** When each offset was reached. */
	readonly heads: { readonly atMs: number; readonly offset: number }[];
	/** When each left: a change leaves once what it rests on is durable. */
	readonly left: { readonly atMs: number; readonly offset: number }[];
	names: readonly Named[];
	/** The newest second that its frames name. */
	tickMs: number;
};
export type StoredMarket = {
	readonly spec: { readonly marketId: string };
	readonly version: number;
	readonly status: string;
};
/** A price as a frame says it; 0: none. */
export type PriceSeen = (topic: string, marketId: string, outcomeId: string, oddsMilli: number) => void;

/** The text after the markets that live: what is done, one word a market. */
function unpacked({ m = [], z }: Body): readonly Market[] {
	const done = z === undefined ? [] : z.split(" ");
	return [
		...(m as readonly Market[]),
		...done.map((word): Market => {
			const version = Number.parseInt(word, 10);
			const result = word.slice(String(version).length);
			return result === "" ? [CLOSED ?? 3, version, []] : [SETTLED ?? 4, version, [], result];
		}),
	];
}

export class Books {
	readonly #topics = new Map<string, Epoch[]>();
	readonly #found: Violation[];
	readonly #seen: PriceSeen;
	#placed: { readonly names: readonly Named[]; readonly places: ReadonlyMap<string, number> } | null = null;

	constructor(found: Violation[], seen: PriceSeen) {
		this.#found = found;
		this.#seen = seen;
	}

	epochs(topic: string): readonly Epoch[] {
		return this.#topics.get(topic) ?? [];
	}

	/** The history that a reader should have been in at a moment: the one that began last. */
	newest(topic: string, atMs: number): Epoch | undefined {
		return this.epochs(topic).findLast(({ startedAtMs }) => startedAtMs <= atMs);
	}

	/** A publisher says a frame. */
	published(atMs: number, frame: readonly unknown[]): void {
		const [kind, topic, epoch] = frame as [string, string, string];
		const history = this.#history(topic, epoch, atMs);
		const head = history.heads.at(-1)?.offset ?? 0;
		if (kind === "schema") history.names = (frame[4] as Body).markets ?? [];
		else if (kind === "beat") {
			if (frame[3] !== head) this.#broken(topic, epoch, `a beat names ${frame[3]}, the head is ${head}`);
			history.tickMs = (frame[5] as Body).t ?? history.tickMs;
		} else if (kind === "image") {
			const [offset, body] = [frame[3] as number, frame[5] as Body];
			if (offset !== head + 1) this.#broken(topic, epoch, `offset ${offset} follows ${head}`);
			this.#keep(topic, history, atMs, {
				offset,
				names: history.names,
				markets: unpacked(body),
				score: body.s,
				isStale: body.st === 1,
			});
			history.tickMs = body.t ?? history.tickMs;
		} else if (kind === "delta") this.#delta(topic, history, atMs, frame);
	}

	/** A frame leaves; a beat or a schema moves nothing. */
	left(atMs: number, topic: string, epoch: string, offset: number): void {
		const history = this.epochs(topic).find((known) => known.epoch === epoch);
		if (history?.books.has(offset) === true && (history.left.at(-1)?.offset ?? 0) < offset)
			history.left.push({ atMs, offset });
	}

	/** The history of which a reader should have something by now: the one that began last of those of which anything has left. */
	newestLeft(topic: string, atMs: number): Epoch | undefined {
		return this.epochs(topic).findLast(({ left: [first] }) => first !== undefined && first.atMs <= atMs);
	}

	#delta(topic: string, history: Epoch, atMs: number, frame: readonly unknown[]): void {
		const [from, to, body] = [frame[3] as number, frame[4] as number, frame[6] as Body];
		const head = history.heads.at(-1)?.offset ?? 0;
		if (from !== head || to <= from)
			this.#broken(topic, history.epoch, `a change from ${from} to ${to} follows ${head}`);
		const before = history.books.get(from);
		const markets = (before?.markets ?? []).slice();
		for (const [index, ...market] of body.m ?? []) markets[index as number] = market as unknown as Market;
		history.tickMs = body.t ?? history.tickMs;
		this.#keep(topic, history, atMs, {
			offset: to,
			names: before?.names ?? [],
			markets,
			score: body.s ?? before?.score,
			isStale: body.st === undefined ? (before?.isStale ?? false) : body.st === 1,
		});
	}

	#keep(topic: string, history: Epoch, atMs: number, book: Book): void {
		const before = history.books.get(book.offset - 1);
		history.books.set(book.offset, book);
		history.heads.push({ atMs, offset: book.offset });
		for (const [index, market] of book.markets.entries()) {
			if (before?.names === book.names && before.markets[index] === market) continue;
			const [marketId = "", , , outcomes = []] = book.names[index] ?? [];
			for (const [at, oddsMilli] of (market?.[2] ?? []).entries())
				this.#seen(topic, marketId, outcomes[at]?.[0] ?? "", oddsMilli);
		}
	}

	#history(topic: string, epoch: string, atMs: number): Epoch {
		const epochs = this.#topics.get(topic) ?? [];
		let history = epochs.find((known) => known.epoch === epoch);
		if (history === undefined) {
			history = { epoch, startedAtMs: atMs, books: new Map(), heads: [], left: [], names: [], tickMs: 0 };
			epochs.push(history);
			this.#topics.set(topic, epochs);
		}
		return history;
	}

	/** FRM-2: what the authority has stored, and what it has said to its readers by now. */
	compare(atMs: number, topic: string, epoch: string, stored: readonly StoredMarket[]): void {
		const newest = this.newest(topic, atMs);
		const book = newest?.books.get(newest.heads.at(-1)?.offset ?? 0);
		if (newest?.epoch !== epoch || book === undefined) return;
		const places = this.#placesOf(book.names);
		for (const {
			spec: { marketId },
			version,
			status,
		} of stored) {
			const market = book.markets[places.get(marketId) ?? -1];
			const isDone = status === "closed" || status === "settled";
			if (market === undefined ? isDone : market[1] === version && STATUS[market[0]] === status) continue;
			const words = market === undefined ? "nothing" : `${STATUS[market[0]]} ${market[1]}`;
			this.#found.push({
				rule: "FRM-2",
				what: `${topic} has ${marketId} ${status} ${version} in store and has told its readers ${words}`,
			});
		}
	}

	/** Where each market stands in a book: its names are the same through many. */
	#placesOf(names: readonly Named[]): ReadonlyMap<string, number> {
		if (this.#placed?.names !== names)
			this.#placed = { names, places: new Map(names.map(([marketId], index) => [marketId, index])) };
		return this.#placed.places;
	}

	/** What a frame of the second `tickMs` says of an outcome; null: there is none. */
	priceAt(topic: string, tickMs: number, atMs: number, marketId: string, outcomeId: string): number | null {
		const newest = this.newest(topic, atMs);
		const book = newest?.books.get(newest.heads.at(-1)?.offset ?? 0);
		if (newest?.tickMs !== tickMs || book === undefined) return null;
		const index = book.names.findIndex(([id]) => id === marketId);
		const outcome = book.names[index]?.[3].findIndex(([id]) => id === outcomeId) ?? -1;
		const [status = 3, , odds = []] = book.markets[index] ?? [];
		return status > 2 ? null : (odds[outcome] ?? null);
	}

	#broken(topic: string, epoch: string, what: string): void {
		this.#found.push({ rule: "FRM-1", what: `${topic} ${epoch}: ${what}` });
	}
}
