/** A desk between a stand-in match and a stand-in wallet in one small world; the wallet is its contract, written out literally. */

import { DeskActor } from "../durable-objects/desk/actor.ts";
import type { Ports } from "../durable-objects/runtime/ports.ts";
import type { LegResult, LegsAnswered, OfferAnswer, Vote } from "../shared/contracts/desk.ts";
import type { LegOffer, OfferedLeg, OfferRequest, TicketOffer } from "../shared/contracts/offers.ts";
import type { DeskTerms } from "../shared/ticket/terms.ts";
import { TestMatch } from "./stand-in-match.ts";
import { createTestWorld, type TestWorld } from "./world.ts";

export const MATCH_ID = "m1";
export const DESK = "desk:m1:weur";
export const WALLET = "wallet:weur:0";
/** Keeps what desks say, and answers all of it. */
export class TestWallet {
	isDown = false;
	/** Takes calls and never answers. */
	isHanging = false;
	readonly votes: Vote[] = [];
	readonly voteCalls: number[] = [];
	readonly results: LegResult[] = [];
	readonly resultCalls: number[] = [];

	async takeVotes(votes: readonly Vote[]): Promise<LegsAnswered> {
		if (this.isDown) throw new Error("wallet is down");
		if (this.isHanging) return new Promise(() => {});
		this.voteCalls.push(votes.length);
		this.votes.push(...votes);
		return { v: 1, answered: votes.map(({ ticketKey, legNo }) => ({ ticketKey, legNo })) };
	}

	async takeResults(results: readonly LegResult[]): Promise<LegsAnswered> {
		if (this.isDown) throw new Error("wallet is down");
		if (this.isHanging) return new Promise(() => {});
		this.resultCalls.push(results.length);
		this.results.push(...results);
		return { v: 1, answered: results.map(({ ticketKey, legNo }) => ({ ticketKey, legNo })) };
	}

	/** The newest vote on a ticket's leg. */
	vote(ticketKey: string, legNo = 0): Vote | undefined {
		return this.votes.findLast((vote) => vote.ticketKey === ticketKey && vote.legNo === legNo);
	}

	/** `yes`, or the code of the no; undefined before the vote. */
	word(ticketKey: string, legNo = 0): string | undefined {
		const vote = this.vote(ticketKey, legNo);
		return vote?.vote === "no" ? vote.code : vote?.vote;
	}
}

export type DeskBench = {
	readonly world: TestWorld;
	readonly match: TestMatch;
	readonly walletOf: (name: string) => TestWallet;
	readonly wallet: TestWallet;
	readonly desk: () => DeskActor;
	/** The desk dies; it starts again when somebody calls it, or with its alarm. */
	readonly die: () => void;
	/** The desk dies and comes back on its storage. */
	readonly restart: () => void;
	readonly offer: (...offers: readonly TicketOffer[]) => Promise<OfferAnswer>;
};

export const keyOf = (n: number): string => `p_weur_00000000000000aa/ticket-${String(n).padStart(4, "0")}`;

export const TERMS: DeskTerms = {
	partnerId: "demo",
	licence: "generic",
	view: "standard",
	pricePolicy: { kind: "none" },
	stakeMinor: 1_000,
	currency: "EUR",
	rate: { num: 1, den: 1, day: "2026-11-24" },
	maxPayoutMinor: 100_000_000,
	legCount: 1,
	deskCount: 1,
	maxHoldMs: 10_000,
	feedQuietMs: 12_000,
	allowInPlay: true,
	allowPreMatch: true,
};

export type Changes = Partial<DeskTerms & OfferedLeg>;

/** A single on the home side, 10.00 EUR at 2.0, in play, as it is offered; say what differs. */
export function legOffer(n: number, changes: Changes = {}): LegOffer {
	const { legNo = 0, marketId = "1x2", outcomeId = "home", oddsMilli = 2_000, marketVersion, ...terms } = changes;
	const leg = { legNo, marketId, outcomeId, oddsMilli, ...(marketVersion === undefined ? {} : { marketVersion }) };
	return { ticketKey: keyOf(n), legNo, terms: { ...TERMS, ...terms }, leg };
}

/** The same as its wallet words it. */
export function leg(n: number, changes: Changes = {}): TicketOffer {
	const { ticketKey, terms, leg: own } = legOffer(n, changes);
	return { ticketKey, terms, legs: [own] };
}

export const offerRequest = (wallet: string, offers: readonly TicketOffer[]): OfferRequest => ({
	v: 2,
	desk: DESK,
	matchId: MATCH_ID,
	region: "weur",
	wallet,
	offers: [...offers],
});

/**
 * A desk with its match and its wallets in one small world; the feed of the match speaks every second. `portsOf` may come
 * between the desk and its world.
 */
export function createDeskBench(seed = 1, portsOf: (ports: Ports) => Ports = (ports) => ports): DeskBench {
	const world = createTestWorld(seed);
	const match = new TestMatch(world.ports("match"));
	match.keepSpeaking();
	const wallets = new Map<string, TestWallet>();
	const walletOf = (name: string): TestWallet => {
		const wallet = wallets.get(name) ?? new TestWallet();
		wallets.set(name, wallet);
		return wallet;
	};
	let starts = 0;
	let living: DeskActor | null = null;
	const start = (): DeskActor => {
		const startNo = starts;
		/** The dead call nobody, and nobody hears the answers to what they asked. */
		const alive = async <T>(call: () => Promise<T>): Promise<T> => {
			const answer = startNo === starts ? await call() : null;
			return answer !== null && startNo === starts ? answer : new Promise<T>(() => {});
		};
		return new DeskActor({
			ports: portsOf(world.ports("desk")),
			name: DESK,
			matchId: MATCH_ID,
			region: "weur",
			match: () => ({
				quote: (asked) => alive(() => match.quote(asked)),
				confirm: (asked) => alive(() => match.confirm(asked)),
			}),
			wallet: (name) => ({
				votes: ({ votes }) => alive(() => walletOf(name).takeVotes(votes)),
				legResults: ({ results }) => alive(() => walletOf(name).takeResults(results)),
			}),
		});
	};
	const desk = (): DeskActor => {
		living ??= start();
		return living;
	};
	const die = (): void => {
		world.crash("desk");
		starts++;
		living = null;
	};
	desk();
	world.onAlarm("desk", () => desk().onAlarm());
	return {
		world,
		match,
		walletOf,
		wallet: walletOf(WALLET),
		desk,
		die,
		restart: () => {
			die();
			desk();
		},
		offer: (...offers) => desk().offer(offerRequest(WALLET, offers)),
	};
}
