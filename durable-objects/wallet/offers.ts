/**
 * P2: legs to their desks. Tickets placed together share one call a desk; a call that fails is repeated until the ticket's
 * deadline, because a desk notes a leg only once.
 */

import { licenceProfile } from "../../shared/catalogue/licences.ts";
import {
	type DeskRpc,
	type NotedLeg,
	type OfferAnswer,
	offerAnswerSchema,
	type Vote,
} from "../../shared/contracts/desk.ts";
import { DEFAULT_VIEW, deskParts } from "../../shared/contracts/ids.ts";
import { formerOffer, type OfferRequest, offeredLeg, type TicketOffer } from "../../shared/contracts/offers.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { BET, RETRY } from "../../shared/limits.ts";
import type { DeskTerms } from "../../shared/ticket/terms.ts";
import type { LegState, Ticket } from "../../shared/ticket/ticket.ts";
import { Courier, type Failure, someOf } from "../runtime/courier.ts";
import { faultText } from "../runtime/log.ts";
import type { Ports } from "../runtime/ports.ts";
import { desksOf, Starts } from "./starts.ts";

export type OffersDeps = {
	readonly ports: Ports;
	readonly wallet: string;
	readonly desk: (name: string) => Pick<DeskRpc, "offer" | "start">;
	/** Whether the ticket still waits for its decision. */
	readonly isPending: (key: string) => boolean;
	readonly voted: (desk: string, votes: readonly Vote[]) => void;
	/** All legs are noted: windows run until about this time. */
	readonly windowsRun: (ticket: Ticket, noted: readonly NotedLeg[], decideAtMs: number) => void;
};

type Open = { readonly ticket: Ticket; readonly noted: Map<number, NotedLeg>; started: boolean };
type Queued = { readonly ticket: Ticket; readonly leg: LegState };

export class Offers {
	readonly #deps: OffersDeps;
	readonly #starts: Starts;
	readonly #open = new Map<string, Open>();
	readonly #queued = new Map<string, readonly Queued[]>();
	/** Desks that have refused what they were told in today's words, and are told in those of the release before. */
	readonly #former = new Set<string>();
	readonly #courier: Courier<readonly Queued[], OfferAnswer>;

	constructor(deps: OffersDeps) {
		const { ports } = deps;
		this.#deps = deps;
		this.#starts = new Starts(deps);
		this.#courier = new Courier<readonly Queued[], OfferAnswer>({
			ports,
			what: "desk.offer",
			peers: () => this.#queued.keys(),
			// Whatever else is committed in this turn goes along.
			gather: () => Promise.resolve(),
			// What comes while we wait is not durable by this wait: a desk would hold legs of a ticket that never was.
			batch: (desk) => someOf(this.#of(desk).slice(0, BET.legsPerWalletCall)),
			send: (desk, batch) => this.#send(desk, batch),
			decode: (answer) => decodeRpc("offer answer", offerAnswerSchema, answer),
			answered: (desk, _, answer) => this.#answered(desk, answer),
			// A desk waits for nobody: it is the legs of a call that failed that do.
			retryMs: () => 0,
			refused: null,
			failed: (failure) => this.#offerLater(failure),
		});
	}

	/** Offers every leg that has no vote yet; call it again after a restart. */
	offer(ticket: Ticket): void {
		this.#open.set(ticket.key, { ticket, noted: new Map(), started: false });
		const desks = new Set<string>();
		for (const leg of ticket.legs) {
			if (leg.vote !== null) continue;
			this.#queued.set(leg.desk, [...this.#of(leg.desk), { ticket, leg }]);
			desks.add(leg.desk);
		}
		this.#courier.kick(desks);
	}

	forget(key: string): void {
		this.#open.delete(key);
	}

	#of(desk: string): readonly Queued[] {
		return this.#queued.get(desk) ?? [];
	}

	#takeOut(desk: string, batch: readonly Queued[]): void {
		const taken = new Set(batch);
		const left = this.#of(desk).filter((queued) => !taken.has(queued));
		if (left.length > 0) this.#queued.set(desk, left);
		else this.#queued.delete(desk);
	}

	#send(desk: string, batch: readonly Queued[]): Promise<unknown> | null {
		const { wallet, isPending, desk: deskOf } = this.#deps;
		this.#takeOut(desk, batch);
		const offers = offersOf(batch.filter(({ ticket }) => isPending(ticket.key)));
		if (offers.length === 0) return null;
		const request: OfferRequest = { v: 2, desk, ...deskParts(desk), wallet, offers };
		return deskOf(desk).offer(this.#former.has(desk) ? formerOffer(request) : request);
	}

	#answered(desk: string, { legs }: OfferAnswer): void {
		const votes = legs.filter((leg): leg is Vote => leg.vote !== "noted");
		for (const leg of legs) if (leg.vote === "noted") this.#note(leg);
		if (votes.length > 0) this.#deps.voted(desk, votes);
	}

	#offerLater({ peer: desk, batch, fault, isRefused }: Failure<readonly Queued[]>): void {
		if (batch === null) return;
		if (isRefused) this.#saidOtherwise(desk);
		const { ports, isPending } = this.#deps;
		this.#takeOut(desk, batch);
		ports.log.warn("offer_failed", { desk, legs: batch.length, fault: faultText(fault) });
		ports.timer(RETRY.offerMs, () => {
			const again = batch.filter(({ ticket }) => isPending(ticket.key) && ports.now() < ticket.deadlineMs);
			if (again.length === 0) return;
			this.#queued.set(desk, [...this.#of(desk), ...again]);
			this.#courier.kick([desk]);
		});
	}

	/** RUN-5: a deploy may reach a desk, and be taken back, at any time; what it refuses in one wording it is told in the other. */
	#saidOtherwise(desk: string): void {
		if (!this.#former.delete(desk)) this.#former.add(desk);
	}

	#note(noted: NotedLeg): void {
		const open = this.#open.get(noted.ticketKey);
		if (open === undefined) return;
		open.noted.set(noted.legNo, noted);
		if (open.started || open.noted.size < open.ticket.legs.filter((leg) => leg.vote === null).length) return;
		open.started = true;
		const all = [...open.noted.values()];
		const delayMs = Math.max(...all.map((leg) => leg.delayMs));
		this.#deps.windowsRun(open.ticket, all, this.#deps.ports.now() + delayMs);
		if (desksOf(open.ticket).length > 1) this.#starts.start(open.ticket, open.noted, delayMs);
	}
}

/** The legs of a batch by their tickets, in its order. */
function offersOf(batch: readonly Queued[]): TicketOffer[] {
	return [...Map.groupBy(batch, ({ ticket }) => ticket)].map(([ticket, queued]) => ({
		ticketKey: ticket.key,
		terms: deskTerms(ticket),
		legs: queued.map(({ leg: { legNo, marketId, outcomeId, shownOddsMilli, marketVersion } }) =>
			offeredLeg({ legNo, marketId, outcomeId, oddsMilli: shownOddsMilli, marketVersion }),
		),
	}));
}

function deskTerms(ticket: Ticket): DeskTerms {
	const profile = licenceProfile(ticket.licence);
	if (profile === null) throw new Error(`no licence ${ticket.licence}`);
	const { partnerId, licence, stakeMinor, currency, rate, pricePolicy, maxPayoutMinor } = ticket;
	const { maxHoldMs, feedQuietMs, allowInPlay, allowPreMatch } = profile;
	return {
		...{ partnerId, licence, stakeMinor, currency, rate, pricePolicy, maxPayoutMinor },
		...{ maxHoldMs, feedQuietMs, allowInPlay, allowPreMatch },
		view: DEFAULT_VIEW,
		legCount: ticket.legs.length,
		deskCount: desksOf(ticket).length,
	};
}
