/** P2 of a ticket over several desks: its windows begin together, once all legs are noted, and last as long as the slowest. */
import { type OurTerms, weighedBy } from "../../shared/betting/exposure.ts";
import { type DeskRpc, type NotedLeg, type StartRequest, startAnswerSchema } from "../../shared/contracts/desk.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { RETRY } from "../../shared/limits.ts";
import type { LegState, Ticket } from "../../shared/ticket/ticket.ts";
import { Courier } from "../runtime/courier.ts";
import { faultText } from "../runtime/log.ts";
import type { Ports } from "../runtime/ports.ts";

export type StartsDeps = {
	readonly ports: Ports;
	readonly wallet: string;
	readonly desk: (name: string) => Pick<DeskRpc, "start">;
	readonly isPending: (key: string) => boolean;
};

type Start = { readonly ticket: Ticket; readonly desk: string; readonly legs: StartRequest["legs"] };

const CERTAIN_PPM = 1_000_000;

export class Starts {
	readonly #deps: StartsDeps;
	/** By ticket and desk: no ticket waits until another one's windows run. */
	readonly #owed = new Map<string, Start>();
	readonly #courier: Courier<Start, unknown>;

	constructor(deps: StartsDeps) {
		const { ports, wallet, desk: deskOf } = deps;
		this.#deps = deps;
		this.#courier = new Courier<Start, unknown>({
			ports,
			what: "desk.start",
			peers: () => this.#owed.keys(),
			batch: (peer) => this.#worthIt(peer),
			// It rests on what desks have said, and they know their legs whatever becomes of this wallet.
			needsNoSync: () => true,
			send: (_, { desk, legs }) => deskOf(desk).start({ v: 1, desk, wallet, legs }),
			decode: (answer) => decodeRpc("start answer", startAnswerSchema, answer),
			answered: (peer) => void this.#owed.delete(peer),
			retryMs: () => RETRY.offerMs,
			refused: null,
			failed: ({ peer, fault }) =>
				ports.log.warn("start_failed", { desk: this.#owed.get(peer)?.desk, fault: faultText(fault) }),
		});
	}

	start(ticket: Ticket, noted: ReadonlyMap<number, NotedLeg>, delayMs: number): void {
		const { key } = ticket;
		for (const desk of desksOf(ticket)) {
			const mine = ticket.legs.filter((leg) => leg.desk === desk && leg.vote === null);
			if (mine.length === 0) continue;
			const legs = mine.map((leg) => {
				const others = ticket.legs.filter((other) => other !== leg);
				const weighed = weighedBy(others.map((other) => ourTerms(other, noted.get(other.legNo))));
				return { ticketKey: key, legNo: leg.legNo, delayMs, ...weighed };
			});
			const peer = `${key}\n${desk}`;
			this.#owed.set(peer, { ticket, desk, legs });
			this.#courier.kick([peer]);
		}
	}

	/** Given up when the ticket is decided, or its deadline has come: then its desks are asked. */
	#worthIt(peer: string): Start | null {
		const start = this.#owed.get(peer);
		if (start === undefined) return null;
		const { isPending, ports } = this.#deps;
		if (isPending(start.ticket.key) && ports.now() < start.ticket.deadlineMs) return start;
		this.#owed.delete(peer);
		return null;
	}
}

export const desksOf = (ticket: Ticket): readonly string[] => [...new Set(ticket.legs.map((leg) => leg.desk))];

/** MON-5: a leg by its desk's figures, from its note or its vote; what its player was shown counts nowhere. */
function ourTerms({ vote, shownOddsMilli }: LegState, noted: NotedLeg | undefined): OurTerms {
	if (vote?.vote === "yes") return vote;
	return { fairPpm: noted?.fairPpm ?? CERTAIN_PPM, oddsMilli: noted?.oddsMilli ?? shownOddsMilli };
}
