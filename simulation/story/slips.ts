/**
 * What players write on their slips beside an honest bet at the price of now: what their own page shows, a price they saw a
 * while ago, a floor, a stake that is too large, and bets that are wrong in two ways at once.
 */
import type { PlaceRequest } from "../../shared/contracts/wallet.ts";
import { NO_MARKET, NO_OUTCOME, NO_PRICE_MILLI, NO_VERSION } from "../audit/refusal-order.ts";
import type { Random } from "../world/chance.ts";
import type { Page } from "./readers.ts";
import { pick } from "./scenario.ts";

type Ticket = PlaceRequest["ticket"];
type Leg = Ticket["legs"][number];

const SEEN_KEPT = 40;
const FLOORS_PERCENT = [90, 98, 100, 102];
const LARGE_STAKES_MINOR = [2_500, 6_000, 15_000, 250_000, 1_000_001];
const TINY_STAKE_MINOR = 50;
const LARGEST_STAKE_MINOR = 1_000_000;

/** Each is refused for two reasons, of which one comes first (BET-2). */
const WRONG: readonly ((ticket: Ticket) => Ticket)[] = [
	(ticket) => ({ ...ticket, stakeMinor: TINY_STAKE_MINOR, legs: first(ticket, { marketId: NO_MARKET }) }),
	(ticket) => ({ ...ticket, stakeMinor: TINY_STAKE_MINOR, currency: "USD" }),
	(ticket) => ({ ...ticket, stakeMinor: TINY_STAKE_MINOR, legs: [...ticket.legs, ...ticket.legs.slice(0, 1)] }),
	(ticket) => ({ ...ticket, stakeMinor: LARGEST_STAKE_MINOR, legs: first(ticket, { oddsMilli: 50_000 }) }),
	(ticket) => ({ ...ticket, legs: first(ticket, { marketId: NO_MARKET, oddsMilli: NO_PRICE_MILLI }) }),
	(ticket) => ({ ...ticket, legs: first(ticket, { outcomeId: NO_OUTCOME, marketVersion: NO_VERSION }) }),
	(ticket) => ({ ...ticket, legs: first(ticket, { marketVersion: NO_VERSION, oddsMilli: NO_PRICE_MILLI }) }),
];

function first({ legs }: Ticket, change: Partial<Leg>): Ticket["legs"] {
	return legs.map((leg, legNo) => (legNo === 0 ? { ...leg, ...change } : leg));
}

export class Slips {
	readonly #random: Random;
	readonly #pages: readonly Page[];
	readonly #seen: Leg[] = [];

	constructor(random: Random, pages: readonly Page[]) {
		this.#random = random;
		this.#pages = pages;
	}

	/** A bet at the prices of now, as its player writes it. */
	fill(request: PlaceRequest): PlaceRequest {
		const what = this.#random();
		const choice = this.#random();
		const { ticket, playerId } = request;
		for (const leg of ticket.legs) this.#seen.push(leg);
		this.#seen.splice(0, this.#seen.length - SEEN_KEPT);
		const written = (changed: Partial<Ticket>): PlaceRequest => ({ ...request, ticket: { ...ticket, ...changed } });
		if (what < 0.35) return written({ legs: ticket.legs.map((leg) => this.#asShown(playerId, leg)) });
		if (what < 0.43) {
			const old = this.#seen[Math.floor(choice * this.#seen.length)] ?? ticket.legs[0];
			return old === undefined ? request : written({ legs: [old], pricePolicy: { kind: "any" } });
		}
		if (what < 0.53) {
			const percent = FLOORS_PERCENT[Math.floor(choice * FLOORS_PERCENT.length)] ?? 100;
			const floorOddsMilli = Math.ceil(((ticket.legs[0]?.oddsMilli ?? 0) * percent) / 100);
			return written({ pricePolicy: { kind: "any", floorOddsMilli: Math.max(1_001, floorOddsMilli) } });
		}
		if (what < 0.58) return written({ stakeMinor: pick(() => choice, LARGE_STAKES_MINOR) ?? ticket.stakeMinor });
		if (what < 0.64) return { ...request, ticket: pick(() => choice, WRONG)?.(ticket) ?? ticket };
		return request;
	}

	/** The price and the version that its player's page shows, however old. */
	#asShown(playerId: string, leg: Leg): Leg {
		const page = this.#pages.find(({ player }) => player.playerId === playerId);
		return { ...leg, ...page?.price(leg.matchId, leg.marketId, leg.outcomeId) };
	}
}
