/**
 * P2: legs to their desks. Tickets placed together share one call a desk; a call that fails is repeated until the ticket's
 * deadline, because a desk notes a leg only once.
 */

import { type OurTerms, weighedBy } from "../../shared/betting/exposure.ts";
import { licenceProfile } from "../../shared/catalogue/licences.ts";
import {
	type DeskRpc,
	type NotedLeg,
	type OfferedLeg,
	offerAnswerSchema,
	startAnswerSchema,
	type Vote,
} from "../../shared/contracts/desk.ts";
import { DEFAULT_VIEW, deskParts } from "../../shared/contracts/ids.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { BET, RETRY, RPC_TIMEOUT_MS } from "../../shared/limits.ts";
import type { LegState, Ticket } from "../../shared/ticket/lifecycle.ts";
import { faultText } from "../runtime/log.ts";
import type { Ports } from "../runtime/ports.ts";
import { withTimeout } from "../runtime/rpc-timeout.ts";

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

const CERTAIN_PPM = 1_000_000;

export class Offers {
	readonly #deps: OffersDeps;
	readonly #open = new Map<string, Open>();
	readonly #queued = new Map<string, Queued[]>();
	readonly #busy = new Set<string>();

	constructor(deps: OffersDeps) {
		this.#deps = deps;
	}

	/** Offers every leg that has no vote yet; call it again after a restart. */
	offer(ticket: Ticket): void {
		this.#open.set(ticket.key, { ticket, noted: new Map(), started: false });
		const desks = new Set<string>();
		for (const leg of ticket.legs) {
			if (leg.vote !== null) continue;
			this.#queued.set(leg.desk, [...(this.#queued.get(leg.desk) ?? []), { ticket, leg }]);
			desks.add(leg.desk);
		}
		for (const desk of desks) this.#pump(desk);
	}

	forget(key: string): void {
		this.#open.delete(key);
	}

	#pump(desk: string): void {
		if (this.#busy.has(desk)) return;
		this.#busy.add(desk);
		this.#deps.ports.background(this.#drain(desk));
	}

	async #drain(desk: string): Promise<void> {
		const { ports } = this.#deps;
		// Whatever else is committed in this turn goes along.
		await Promise.resolve();
		while (true) {
			// What comes while we wait is not durable by this wait: a desk would hold legs of a ticket that never was.
			const ready = Math.min(this.#queued.get(desk)?.length ?? 0, BET.legsPerWalletCall);
			if (ready === 0) break;
			await ports.sync();
			const queued = this.#queued.get(desk) ?? [];
			const batch = queued.slice(0, ready).filter(({ ticket }) => this.#deps.isPending(ticket.key));
			this.#queued.set(desk, queued.slice(ready));
			if (batch.length > 0) await this.#send(desk, batch);
		}
		this.#busy.delete(desk);
	}

	async #send(desk: string, batch: readonly Queued[]): Promise<void> {
		const { ports, wallet } = this.#deps;
		const { matchId, region } = deskParts(desk);
		try {
			const legs = batch.map(({ ticket, leg }) => offeredLeg(ticket, leg));
			const call = this.#deps.desk(desk).offer({ v: 1, desk, matchId, region, wallet, legs });
			const told = await withTimeout(ports, "desk.offer", RPC_TIMEOUT_MS, call);
			const answer = decodeRpc("offer answer", offerAnswerSchema, told);
			const votes = answer.legs.filter((leg): leg is Vote => leg.vote !== "noted");
			for (const leg of answer.legs) if (leg.vote === "noted") this.#note(leg);
			if (votes.length > 0) this.#deps.voted(desk, votes);
		} catch (fault) {
			ports.log.warn("offer_failed", { desk, legs: batch.length, fault: faultText(fault) });
			ports.timer(RETRY.offerMs, () => {
				const again = batch.filter(({ ticket }) => this.#deps.isPending(ticket.key) && ports.now() < ticket.deadlineMs);
				if (again.length === 0) return;
				this.#queued.set(desk, [...(this.#queued.get(desk) ?? []), ...again]);
				this.#pump(desk);
			});
		}
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
		if (desksOf(open.ticket).length > 1) this.#start(open, delayMs);
	}

	/** The windows of a ticket over several desks begin together and last as long as the slowest (P2). */
	#start(open: Open, delayMs: number): void {
		const { ports, wallet } = this.#deps;
		const { ticket, noted } = open;
		for (const desk of desksOf(ticket)) {
			const legs = ticket.legs
				.filter((leg) => leg.desk === desk && leg.vote === null)
				.map((leg) => {
					const others = ticket.legs.filter((other) => other !== leg);
					const weighed = weighedBy(others.map((other) => ourTerms(other, noted.get(other.legNo))));
					return { ticketKey: ticket.key, legNo: leg.legNo, delayMs, ...weighed };
				});
			if (legs.length === 0) continue;
			const call = withTimeout(
				ports,
				"desk.start",
				RPC_TIMEOUT_MS,
				this.#deps.desk(desk).start({ v: 1, desk, wallet, legs }),
			).then((answer) => decodeRpc("start answer", startAnswerSchema, answer));
			ports.background(
				call.then(
					() => {},
					(fault) => {
						ports.log.warn("start_failed", { desk, fault: faultText(fault) });
						ports.timer(RETRY.offerMs, () => {
							if (this.#deps.isPending(ticket.key) && ports.now() < ticket.deadlineMs) this.#start(open, delayMs);
						});
					},
				),
			);
		}
	}
}

const desksOf = (ticket: Ticket): readonly string[] => [...new Set(ticket.legs.map((leg) => leg.desk))];

/** MON-5: a leg by its desk's figures, from its note or its vote; what its player was shown counts nowhere. */
function ourTerms({ vote, shownOddsMilli }: LegState, noted: NotedLeg | undefined): OurTerms {
	if (vote?.vote === "yes") return vote;
	return { fairPpm: noted?.fairPpm ?? CERTAIN_PPM, oddsMilli: noted?.oddsMilli ?? shownOddsMilli };
}

function offeredLeg(ticket: Ticket, leg: LegState): OfferedLeg {
	const profile = licenceProfile(ticket.licence);
	if (profile === null) throw new Error(`no licence ${ticket.licence}`);
	return {
		ticketKey: ticket.key,
		legNo: leg.legNo,
		partnerId: ticket.partnerId,
		licence: ticket.licence,
		view: DEFAULT_VIEW,
		marketId: leg.marketId,
		outcomeId: leg.outcomeId,
		oddsMilli: leg.shownOddsMilli,
		...(leg.marketVersion === null ? {} : { marketVersion: leg.marketVersion }),
		pricePolicy: ticket.pricePolicy,
		stakeMinor: ticket.stakeMinor,
		currency: ticket.currency,
		rate: ticket.rate,
		maxPayoutMinor: ticket.maxPayoutMinor,
		legCount: ticket.legs.length,
		deskCount: desksOf(ticket).length,
		maxHoldMs: profile.maxHoldMs,
		feedQuietMs: profile.feedQuietMs,
		allowInPlay: profile.allowInPlay,
		allowPreMatch: profile.allowPreMatch,
	};
}
