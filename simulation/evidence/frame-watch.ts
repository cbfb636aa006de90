/** Watches frames on their way and pages while they show them: what publishers say, what readers get, how old it is. */
import type { ApplyAnswer } from "../../shared/contracts/match.ts";
import { decode, parseJson } from "../../shared/decode.ts";
import { type ReaderFrame, readerFrameSchema } from "../../shared/protocol/frames.ts";
import type { MatchBook } from "../../shared/protocol/match-view.ts";
import { Books } from "../audit/books.ts";
import { Connections } from "../audit/connections.ts";
import type { Violation } from "../audit/facts.ts";
import { OwnTopics, type VoidTokens } from "../audit/own-topics.ts";
import { headOf, Readers } from "../audit/readers.ts";
import { compareViews } from "../audit/views.ts";
import type { Page } from "../story/readers.ts";
import { pick } from "../story/scenario.ts";
import type { Random } from "../world/chance.ts";
import type { Platform } from "../world/platform.ts";
import type { Observer } from "../world/wire.ts";
import type { MatchWatch } from "./match-watch.ts";
import type { PriceWatch } from "./price-watch.ts";

type Call = Parameters<Observer>[0];
/** A step's chance that somebody looks at every page. */
const LOOK = 0.06;
const MARKETS_A_LOOK = 6;
const VIEWS = ["standard", "sharp"];
const NO_VIEW = "nobody";
const ME = "me";
const CALLED_FRESH = ",false]";

export class FrameWatch {
	readonly violations: Violation[] = [];
	/** False where relays of the last release run, which call fresh what is not. */
	judgesFreshness = true;
	readonly #platform: Platform;
	readonly #random: Random;
	readonly #books: Books;
	readonly #readers: Readers;
	readonly #watch: MatchWatch;
	readonly #connections: Connections;
	readonly #own = new OwnTopics();
	#hasViolated = false;

	constructor(platform: Platform, random: Random, prices: PriceWatch, watch: MatchWatch) {
		this.#platform = platform;
		this.#watch = watch;
		this.#random = random;
		this.#books = new Books(this.violations, (topic, marketId, outcomeId, oddsMilli) =>
			prices.saw(topic.slice("match:".length), marketId, outcomeId, oddsMilli),
		);
		this.#readers = new Readers(this.#books, this.violations, platform.layout.tiers.length);
		this.#connections = new Connections(this.violations);
		this.#began = (matchId, epoch) => prices.began(matchId, epoch);
	}
	readonly #began: (matchId: string, epoch: string) => void;

	/** A publisher says this to everybody who listens. */
	said(text: string): void {
		const head = headOf(text);
		if (head === null) return;
		if (head.topic.startsWith("me:")) {
			if (head.kind === "image" || head.kind === "delta") this.#own.said(this.#now, head.epoch, head.to);
			return;
		}
		if (head.topic.startsWith("match:")) this.#began(head.topic.slice("match:".length), head.epoch);
		this.#books.published(this.#now, JSON.parse(text) as readonly unknown[]);
		this.#readers.bytes(head, text);
	}

	/** It is durable, what it rests on, and on its way. */
	left(text: string): void {
		const head = headOf(text);
		// A schema's number is no offset.
		if (head === null || head.topic.startsWith("me") || head.kind === "schema") return;
		this.#books.left(this.#now, head.topic, head.epoch, head.to);
	}

	toReader(line: string, text: string): void {
		const head = headOf(text);
		if (head === null) return;
		this.#readers.sent(this.#now, line, head, text);
		const { has, isCalledStale } = this.#connections.of(line, head.topic);
		this.#connections.sent(this.#now, line, head, text);
		if (this.judgesFreshness && head.kind === "stale" && head.topic !== ME && text.endsWith(CALLED_FRESH))
			this.#readers.calledFresh(this.#now, line, head.topic, has, isCalledStale);
		if (head.topic === ME) this.#own.sent(line, head.kind, head.epoch, head.to);
	}

	/** What a reader says, as its relay hears it. */
	fromReader(line: string, text: string): void {
		const frame = decode(readerFrameSchema, parseJson(text));
		// What is no frame closes its socket, and asks for nothing.
		if (!frame.ok) return;
		if (frame.value[0] !== "ack") this.#asked(line, frame.value);
		else
			for (const [topic, epoch, offset] of frame.value[1])
				this.#readers.acknowledged(this.#now, line, topic, epoch, offset);
	}

	#asked(line: string, frame: ReaderFrame): void {
		if (frame[0] === "unsub") {
			this.#connections.left(line, frame[1]);
			this.#readers.left(line, frame[1]);
		}
		if (frame[0] !== "sub") return;
		this.#connections.asked(this.#now, line, frame[1], frame[2]);
		if (frame[1] === ME) this.#own.asked(line, frame[3].token ?? "");
	}

	forgotten(line: string): void {
		this.#readers.forgotten(line);
		this.#connections.forgotten(line);
	}

	closed(line: string, code: number | null): void {
		this.#connections.closed(line, code);
		this.#own.closed(this.#now, line, code);
	}

	/** FRM-7: in the end it is known which revocations stand. */
	judgeOwn(voidTokens: VoidTokens): void {
		this.violations.push(...this.#own.audit(voidTokens, this.#now));
	}

	/** FRM-2, MAT-1: what has been applied has been said. */
	observe({ method, request, answer, to, isByOld }: Call): void {
		if (method !== "apply" || isByOld || (request as { inputs: unknown[] }).inputs.length === 0) return;
		this.#compare(to, (answer as ApplyAnswer).epoch);
	}

	#compare(match: string, epoch: string): void {
		const state = this.#watch.stateOf(match.slice("match:".length));
		if (state !== null) this.#books.compare(this.#now, match, epoch, state.markets);
	}

	/** Now and then somebody looks at every page, and at the book of every match. */
	step(pages: readonly Page[], matches: readonly string[]): void {
		if (this.#random() >= LOOK || this.#hasViolated) return;
		this.#readers.slow(this.#now);
		this.#connections.look(this.#now);
		for (const matchId of matches) this.#lookAtBook(matchId);
		for (const page of pages) this.#lookAtPage(page);
		// One fault is seen at every later look, and told once.
		this.#hasViolated = this.violations.length > 0;
	}

	#lookAtPage(page: Page): void {
		for (const text of page.unreadable)
			this.violations.push({ rule: "FRM-2", what: `${page.name} was sent what it cannot read: ${text.slice(0, 200)}` });
		for (const [topic, reader] of page.topics) {
			if (topic === "me") continue;
			const image = topic === "lobby" ? null : (reader.state as MatchBook | null)?.image;
			this.#readers.look(this.#now, {
				page: page.name,
				topic,
				position: reader.position,
				isSure: this.judgesFreshness && page.isSure(topic, this.#now),
				calmSinceMs: page.calmSinceMs,
				markets: JSON.stringify(image?.m),
				score: JSON.stringify(image?.s),
			});
		}
	}

	/** Prices of some markets, in every view, beside those of the newest frame. */
	#lookAtBook(matchId: string): void {
		const topic = `match:${matchId}`;
		const newest = this.#books.newest(topic, this.#now);
		const book = newest?.books.get(newest.heads.at(-1)?.offset ?? 0);
		const names = book?.names ?? [];
		const chosen = new Set(Array.from({ length: MARKETS_A_LOOK }, () => pick(this.#random, names)?.[0] ?? ""));
		chosen.delete("");
		if (chosen.size === 0 || !this.#platform.names.includes(topic)) return;
		const asks = [...chosen].flatMap((market) => [...VIEWS, NO_VIEW].map((view) => ({ market, view })));
		const quote = this.#platform.match(matchId).quote({ v: 1, matchId, asks });
		if (quote.epoch !== newest?.epoch) return;
		this.#compare(topic, quote.epoch);
		const hasOwnMargins = (this.#watch.stateOf(matchId)?.pricing.margins ?? []).length > 0;
		this.violations.push(...compareViews(matchId, quote.markets, VIEWS, hasOwnMargins));
		for (const { market, view, outcomes } of quote.markets) {
			if (view !== VIEWS[0]) continue;
			for (const [outcomeId, { oddsMilli }] of Object.entries(outcomes)) {
				const said = this.#books.priceAt(topic, quote.tick, this.#now, market, outcomeId);
				if (said !== null && said !== (oddsMilli ?? 0))
					this.violations.push({
						rule: "FRM-2",
						what: `${matchId} has ${market} ${outcomeId} at ${oddsMilli}, its frame of the same second says ${said}`,
					});
			}
		}
	}

	get #now(): number {
		return this.#platform.world.now();
	}
}
