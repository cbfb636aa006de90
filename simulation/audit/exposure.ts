/**
 * MON-5: what a match lets its desks carry, and what they took, by arithmetic of its own. Grants are followed answer by answer:
 * none may rise above the cap of its moment, and no desk may have taken more than it was granted.
 */

import { ceilOf, exact, inBase, payoutOf, times } from "./arithmetic.ts";
import type { Violation } from "./facts.ts";
import { FIRST_CAP_BASE_MINOR } from "./figures.ts";
import { type BookLeg, type BookTicket, type IsOld, isTaken } from "./wallet-books.ts";

/** One confirmation: what a desk said it carries and wants, and what it was answered. */
export type AskedExposure = {
	readonly matchId: string;
	readonly region: string;
	readonly inc: number;
	readonly seq: number;
	/** On the match's clock: together with the region it names the confirmation. */
	readonly atMs: number;
	readonly totals: readonly { readonly market: string; readonly outcome: string; readonly riskBaseMinor: number }[];
	readonly asks: readonly { readonly market: string; readonly outcomes: readonly string[] }[];
	readonly markets: readonly {
		readonly market: string;
		readonly code: string;
		readonly granted: Readonly<Record<string, number>> | null;
	}[];
};
/** What a desk told of a leg when it noted it: our figures, of which the other legs' weights are made. */
export type NotedTerms = { readonly fairPpm: number; readonly oddsMilli: number };
export type ToldCap = { readonly seq: number; readonly capBaseMinor: number };
export type ExposureHistory = {
	readonly asked: readonly AskedExposure[];
	/** By `ticket#leg`. */
	readonly noted: ReadonlyMap<string, readonly NotedTerms[]>;
	/** By match, what traders said, as far as it was applied. */
	readonly caps: ReadonlyMap<string, readonly ToldCap[]>;
};

const outcomeOf = (market: string, outcome: string): string => `${market} ${outcome}`;
const capAt = (caps: readonly ToldCap[], seq: number): number =>
	caps.findLast((cap) => cap.seq <= seq)?.capBaseMinor ?? FIRST_CAP_BASE_MINOR;

export function auditExposure(
	{ asked, noted, caps }: ExposureHistory,
	tickets: readonly BookTicket[],
	isOld: IsOld,
): readonly Violation[] {
	const taken = tickets.filter(isTaken).flatMap((ticket) => ticket.legs.map((leg) => ({ ticket, leg })));
	return [...Map.groupBy(asked, ({ matchId }) => matchId)].flatMap(([matchId, answers]) => {
		const grants = new Grants(matchId, caps.get(matchId) ?? []);
		const legs = taken.filter(({ leg }) => leg.matchId === matchId);
		return answers.flatMap((answer, index) => {
			const said = grants.follow(answer);
			// Where two answers were given in one moment, a leg is counted with the later one.
			const isLast = !answers.slice(index + 1, index + 1 + LOOKED_AHEAD).some((other) => isSameMoment(other, answer));
			const now = legs.filter(({ leg }) => isLast && isOf(leg, answer));
			const took = now.flatMap(({ ticket, leg }) =>
				grants.take(answer.region, ticket, leg, riskOf(ticket, leg, noted, isOld(ticket))),
			);
			return [...said, ...took];
		});
	});
}

const LOOKED_AHEAD = 16;
const isSameMoment = (a: AskedExposure, b: AskedExposure): boolean => a.region === b.region && a.atMs === b.atMs;
const isOf = ({ region, taken }: BookLeg, answer: AskedExposure): boolean =>
	region === answer.region && taken?.atMs === answer.atMs;

class Grants {
	readonly #matchId: string;
	readonly #caps: readonly ToldCap[];
	/** By region and outcome: what that desk may carry at most, and what was taken by it. */
	readonly #granted = new Map<string, Map<string, number>>();
	readonly #carried = new Map<string, Map<string, number>>();
	readonly #incs = new Map<string, number>();

	constructor(matchId: string, caps: readonly ToldCap[]) {
		this.#matchId = matchId;
		this.#caps = caps;
	}

	follow(answer: AskedExposure): readonly Violation[] {
		const { region, inc, seq, totals, asks, markets } = answer;
		const before = this.#granted.get(region) ?? new Map<string, number>();
		// A new start of a desk names all it carries; what it does not name is gone.
		const isNew = inc > (this.#incs.get(region) ?? 0);
		this.#incs.set(region, inc);
		const grants = new Map(isNew ? [] : before);
		this.#granted.set(region, grants);
		const said: Violation[] = [];
		for (const { market, outcome, riskBaseMinor } of totals) {
			const key = outcomeOf(market, outcome);
			const old = before.get(key) ?? 0;
			const told = asks.flatMap((ask, index) =>
				ask.market === market && ask.outcomes.includes(outcome) ? (markets[index] ?? []) : [],
			);
			const open = told.find(({ code }) => code === "ok" || code === "over_limit");
			const carries = told.length === 0 ? riskBaseMinor : Math.min(old, riskBaseMinor);
			const granted = open === undefined ? carries : (open.granted?.[outcome] ?? riskBaseMinor);
			grants.set(key, granted);
			const cap = capAt(this.#caps, seq);
			const sum = [...this.#granted.values()].reduce((total, desk) => total + (desk.get(key) ?? 0), 0);
			if (open !== undefined && granted > old && sum > cap)
				said.push({
					rule: "MON-5",
					what: `${this.#matchId} granted ${region} ${granted} on ${key} after input ${seq}: ${sum} together, above the cap of ${cap}`,
				});
		}
		return said;
	}

	take(region: string, ticket: BookTicket, leg: BookLeg, riskBaseMinor: number): readonly Violation[] {
		const key = outcomeOf(leg.marketId, leg.outcomeId);
		const carried = this.#carried.get(region) ?? new Map<string, number>();
		this.#carried.set(region, carried);
		const sum = (carried.get(key) ?? 0) + riskBaseMinor;
		carried.set(key, sum);
		const granted = this.#granted.get(region)?.get(key) ?? 0;
		return sum <= granted
			? []
			: [
					{
						rule: "MON-5",
						what: `${ticket.key}: the desk of ${this.#matchId} in ${region} carries ${sum} on ${key} and was granted ${granted}`,
					},
				];
	}
}

/**
 * What a leg costs if it wins: a single's payout less its stake; of an accumulator what it can pay at most, by the other legs'
 * probability. A desk that was told twice may have counted by either telling, and one that was told anew after another leg was taken
 * by what that leg was taken at: the smallest is counted. Wallets of the last release weighed a leg by the prices that its player
 * was shown of the others.
 */
function riskOf(ticket: BookTicket, leg: BookLeg, noted: ExposureHistory["noted"], isOld: boolean): number {
	const { stakeMinor, rate, maxPayoutMinor, legs, key } = ticket;
	const odds = leg.taken?.oddsMilli ?? 0;
	if (legs.length === 1) return inBase(Math.max(0, payoutOf(stakeMinor, [odds]) - stakeMinor), rate);
	let others: readonly (readonly NotedTerms[])[] = [[]];
	for (const other of legs) {
		if (other === leg) continue;
		const ours = [...(noted.get(`${key}#${other.legNo}`) ?? []), ...(other.taken === null ? [] : [other.taken])];
		const told = isOld ? [...ours, ...ours.map((one) => ({ ...one, oddsMilli: other.shownOddsMilli }))] : ours;
		others = others.flatMap((terms) => told.map((one) => [...terms, one]));
	}
	const risks = others.map((terms) => {
		const payout = payoutOf(stakeMinor, [odds, ...terms.map(({ oddsMilli }) => oddsMilli)]);
		const weight = terms.reduce((product, { fairPpm }) => times(product, exact(fairPpm, 1_000_000)), exact(1));
		return ceilOf(times(exact(inBase(Math.min(payout, maxPayoutMinor), rate)), weight));
	});
	return risks.length === 0 ? 0 : Math.min(...risks);
}
