/**
 * Prices by the authority's own book (BET-4, BET-6, BET-7) and refusals in their documented order (BET-2). The book is known
 * from every moment at which anybody was told of it; what is said of it elsewhere must agree.
 */
import type { Violation } from "./facts.ts";
import { firstCertain, isLater, walletRefusal } from "./refusal-order.ts";
import { acceptable, mostWithin } from "./stakes.ts";

/** An outcome had this price at the first and last of these moments, and at every look in between. */
export type Sighting = { readonly oddsMilli: number; readonly fromMs: number; readonly lastMs: number };
/** What a client has asked for under one ticket id. */
export type AskedBet = {
	readonly legs: readonly {
		readonly matchId: string;
		readonly marketId: string;
		readonly outcomeId: string;
		readonly oddsMilli: number;
		readonly marketVersion: number | null;
	}[];
	readonly stakeMinor: number;
	readonly currency: string;
	readonly policy: "none" | "better" | "any";
	readonly floorOddsMilli: number | null;
};
export type PricedMarket = {
	readonly market: string;
	readonly code: string;
	readonly version: number;
	/** By outcome, as the answer has it, and as the book of that view has it at the same moment. */
	readonly saidOddsMilli: Readonly<Record<string, number>>;
	readonly bookOddsMilli: Readonly<Record<string, number | null>> | null;
};
export type PricedConfirm = {
	readonly atMs: number;
	readonly matchId: string;
	readonly region: string;
	readonly epoch: string;
	readonly seq: number;
	readonly tick: number;
	readonly matchState: string;
	/** What the match's book and storage say at the same moment; null where it was gone by then. */
	readonly bookMatchState: string | null;
	readonly storedSeq: number | null;
	readonly markets: readonly PricedMarket[];
};
/** The first word of a desk on a leg, of each kind. */
export type DeskWord = {
	readonly atMs: number;
	readonly from: "offer" | "later";
	readonly matchId: string;
	readonly region: string;
	readonly ticketKey: string;
	readonly legNo: number;
	readonly vote: string;
	readonly code: string | null;
	readonly oddsMilli: number | null;
	readonly maxStakeMinor: number | null;
	readonly matchState: string | null;
	/** A match that was no longer the current one has answered quotes just before. */
	readonly isMisled: boolean;
	/** When the match's clock was set last: by what it shows, prices age. */
	readonly clockSetAtMs: number | null;
};
export type PricedLeg = {
	readonly matchId: string;
	readonly marketId: string;
	readonly outcomeId: string;
	readonly region: string;
	readonly shownOddsMilli: number;
	readonly marketVersion: number | null;
	readonly matchStateAtRequest: string | null;
	readonly vote: {
		readonly vote: string;
		readonly code: string | null;
		readonly oddsMilli: number | null;
		readonly maxStakeMinor: number | null;
		readonly marketVersion: number | null;
		readonly epoch: string | null;
		readonly seq: number | null;
		readonly tick: number | null;
		readonly matchState: string | null;
	} | null;
};
export type PricedTicket = {
	readonly key: string;
	readonly status: string;
	readonly code: string | null;
	readonly maxStakeMinor: number | null;
	readonly stakeMinor: number;
	readonly maxPayoutMinor: number;
	readonly accountCurrency: string;
	readonly rate: { readonly num: number; readonly den: number };
	readonly leastStakeMinor: number;
	readonly mostStakeMinor: number;
	readonly legs: readonly PricedLeg[];
};
export type PriceHistory = {
	/** A price is ours for so long after it was replaced. */
	readonly shownPriceMs: number;
	/** By match, market and outcome. */
	readonly prices: ReadonlyMap<string, readonly Sighting[]>;
	/** By match: when an instance of it began. */
	readonly starts: ReadonlyMap<string, readonly number[]>;
	/** By ticket: what was asked under its id, which may have been several things. */
	readonly asked: ReadonlyMap<string, readonly AskedBet[]>;
	/** By match and region, in order. */
	readonly confirms: ReadonlyMap<string, readonly PricedConfirm[]>;
	readonly words: readonly DeskWord[];
	/** By match, in order: what quotes said of its score and clock. */
	readonly quotedStates: ReadonlyMap<string, ReadonlySet<string>>;
	readonly tickets: readonly PricedTicket[];
};

/** Prices are remembered by the second, and a quote may be under way for as long as a call may take. */
const SLACK_MS = 7_000;
/** Between a confirmation and the last moment at which the word that follows from it is heard: a leg may wait, and a vote be lost. */
const WAIT_MS = 40_000;

const isTaken = ({ status }: PricedTicket): boolean => status === "accepted" || status === "settled";
const violation = (rule: string, what: string): Violation => ({ rule, what });

export function auditPrices(history: PriceHistory): readonly Violation[] {
	return [
		...[...history.confirms.values()].flat().flatMap(auditConfirm),
		...history.tickets.flatMap((ticket) => [
			...auditRecord(ticket, history),
			...(isTaken(ticket) ? auditTaken(ticket, history) : auditRefused(ticket, history)),
		]),
		...history.words.flatMap((word) => auditWord(word, history)),
	];
}

/** A confirmation says the book's prices, by the newest input, with the match's own words. */
function auditConfirm(confirm: PricedConfirm): readonly Violation[] {
	const where = `${confirm.matchId} at tick ${confirm.tick}`;
	const found: Violation[] = [];
	if (confirm.storedSeq !== null && confirm.storedSeq !== confirm.seq)
		found.push(violation("BET-7", `${where} confirmed by input ${confirm.seq}, and had stored ${confirm.storedSeq}`));
	if (confirm.bookMatchState !== null && confirm.bookMatchState !== confirm.matchState)
		found.push(
			violation("BET-7", `${where} confirmed at ${confirm.matchState}, and stood at ${confirm.bookMatchState}`),
		);
	for (const { market, saidOddsMilli, bookOddsMilli } of confirm.markets) {
		if (bookOddsMilli === null) continue;
		for (const [outcome, said] of Object.entries(saidOddsMilli)) {
			if (said !== bookOddsMilli[outcome])
				found.push(
					violation(
						"BET-4",
						`${where} confirmed ${market} ${outcome} at ${said}, its book has ${bookOddsMilli[outcome]}`,
					),
				);
		}
	}
	return found;
}

function auditTaken(ticket: PricedTicket, history: PriceHistory): readonly Violation[] {
	return ticket.legs.flatMap((leg, legNo) => {
		const { vote } = leg;
		if (vote?.oddsMilli == null) return [];
		const where = `${ticket.key} ${leg.matchId} ${leg.marketId} ${leg.outcomeId}`;
		const books = decidingMarkets(leg, history).map((market) => market.bookOddsMilli);
		const prices = books.flatMap((book) => book?.[leg.outcomeId] ?? []);
		const found: Violation[] = [];
		if (prices.length > 0 && !prices.includes(vote.oddsMilli))
			found.push(violation("BET-4", `${where} was taken at ${vote.oddsMilli}, the book had ${prices.join(" or ")}`));
		for (const bet of askedBy(ticket, history)) {
			const shown = bet.legs[legNo]?.oddsMilli ?? 0;
			if (!allows(bet, shown, vote.oddsMilli))
				found.push(
					violation("BET-4", `${where} was shown ${shown}, said ${bet.policy}, and was taken at ${vote.oddsMilli}`),
				);
		}
		return found;
	});
}

/** Whether a player's policy lets a price be taken. */
function allows({ policy, floorOddsMilli }: AskedBet, shownOddsMilli: number, oddsMilli: number): boolean {
	if (policy === "none") return oddsMilli === shownOddsMilli;
	return oddsMilli >= (policy === "better" ? shownOddsMilli : (floorOddsMilli ?? 0));
}

function decidingMarkets({ matchId, region, marketId, vote }: PricedLeg, history: PriceHistory) {
	return (history.confirms.get(`${matchId} ${region}`) ?? [])
		.filter(({ epoch, seq, tick }) => epoch === vote?.epoch && seq === vote.seq && tick === vote.tick)
		.flatMap(({ markets }) => markets)
		.filter(({ market, version }) => market === marketId && version === vote?.marketVersion);
}

/** What the client asked for where that is one thing; a ticket id used twice says nothing. */
function askedBy({ key }: PricedTicket, { asked }: PriceHistory): readonly AskedBet[] {
	const bets = asked.get(key) ?? [];
	return bets.length === 1 ? bets : [];
}

/** BET-7: a ticket says what its player was shown, and where the match stood at request and decision. */
function auditRecord(ticket: PricedTicket, history: PriceHistory): readonly Violation[] {
	const found = askedBy(ticket, history).flatMap((bet) =>
		bet.legs.flatMap(({ oddsMilli, marketVersion }, legNo) => {
			const leg = ticket.legs[legNo];
			return leg?.shownOddsMilli === oddsMilli && leg.marketVersion === marketVersion
				? []
				: [violation("BET-7", `${ticket.key} was shown ${oddsMilli} and says ${leg?.shownOddsMilli}`)];
		}),
	);
	for (const leg of ticket.legs) {
		const quoted = history.quotedStates.get(leg.matchId);
		if (leg.matchStateAtRequest !== null && quoted?.has(leg.matchStateAtRequest) !== true)
			found.push(violation("BET-7", `${ticket.key} was asked for at ${leg.matchStateAtRequest}, which never was`));
		if (!isTaken(ticket) || leg.vote?.vote !== "yes") continue;
		const deciding = (history.confirms.get(`${leg.matchId} ${leg.region}`) ?? []).filter(
			({ epoch, seq, tick }) => epoch === leg.vote?.epoch && seq === leg.vote.seq && tick === leg.vote.tick,
		);
		if (!deciding.some(({ matchState }) => matchState === leg.vote?.matchState))
			found.push(violation("BET-7", `${ticket.key} was decided at ${leg.vote.matchState}, which no confirmation said`));
	}
	return found;
}

/** BET-2, BET-6: the first refusal that applies, and what would be accepted. */
function auditRefused(ticket: PricedTicket, history: PriceHistory): readonly Violation[] {
	if (ticket.status !== "refused") return [];
	const found: Violation[] = [];
	const [bet] = askedBy(ticket, history);
	if (bet !== undefined) {
		const due = walletRefusal(bet, ticket);
		if (due !== null && ticket.code !== due)
			found.push(violation("BET-2", `${ticket.key} was refused with ${ticket.code}, and ${due} comes first`));
		if (due === "stake_above_maximum" || due === "payout_above_maximum") {
			const odds = bet.legs.map(({ oddsMilli }) => oddsMilli);
			const most = acceptable(mostWithin(odds, ticket.maxPayoutMinor), ticket);
			if (ticket.maxStakeMinor !== most)
				found.push(violation("BET-6", `${ticket.key} was told ${ticket.maxStakeMinor}, and ${most} would be accepted`));
		}
	}
	const noes = ticket.legs.flatMap(({ vote }) => (vote?.vote === "no" ? [vote] : []));
	const [no] = noes;
	if (ticket.code === "over_limit" && noes.length === 1) {
		const most = acceptable(no?.maxStakeMinor ?? 0, ticket);
		if (no?.maxStakeMinor == null || ticket.maxStakeMinor !== most)
			found.push(violation("BET-6", `${ticket.key} was told ${ticket.maxStakeMinor}, its desk's word allows ${most}`));
	}
	return found;
}

function auditWord(word: DeskWord, history: PriceHistory): readonly Violation[] {
	const ticket = history.tickets.find(({ key }) => key === word.ticketKey);
	const leg = ticket?.legs[word.legNo];
	if (ticket === undefined || leg === undefined) return [];
	const [bet] = askedBy(ticket, history);
	const found: Violation[] = [];
	const asked = bet?.legs[word.legNo];
	const due = asked === undefined ? null : firstCertain(asked);
	if (due !== null && word.from === "offer" && (word.vote === "noted" || isLater(word.code, due)))
		found.push(violation("BET-2", `${word.ticketKey} was answered ${word.code ?? word.vote}, and ${due} comes first`));
	if (!word.isMisled) {
		const why = whyWrongPrice(word, leg, bet, history);
		if (why !== null) found.push(violation("BET-4", `${word.ticketKey} ${leg.matchId} ${leg.marketId}: ${why}`));
	}
	return found;
}

/** What is wrong with a word that a shown price has led to; null: nothing. */
function whyWrongPrice(
	word: DeskWord,
	leg: PricedLeg,
	bet: AskedBet | undefined,
	history: PriceHistory,
): string | null {
	const line = history.prices.get(`${leg.matchId} ${leg.marketId} ${leg.outcomeId}`) ?? [];
	const shown = leg.shownOddsMilli;
	const isNew = (history.starts.get(leg.matchId) ?? []).some(
		(at) => at <= word.atMs && at > word.atMs - history.shownPriceMs - SLACK_MS,
	);
	const since = word.clockSetAtMs ?? Number.NEGATIVE_INFINITY;
	const isOfOneClock = since < word.atMs - history.shownPriceMs - SLACK_MS;
	if (word.vote === "noted")
		return isOfOneClock && lastOn(line, shown) < word.atMs - history.shownPriceMs - SLACK_MS
			? `noted with a shown price of ${shown}, which was not ours for ${history.shownPriceMs} ms`
			: null;
	if (word.code === "price_unknown")
		return isOfOneClock && seenBetween(line, shown, word.atMs - history.shownPriceMs + SLACK_MS, word.atMs)
			? `${shown} is called unknown, and was on the book`
			: null;
	if (word.code !== "price_changed") return null;
	const sinceMs = foundSinceMs(word, history);
	if (word.oddsMilli === null || !seenBetween(line, word.oddsMilli, sinceMs, word.atMs))
		return `told a price of ${word.oddsMilli}, which is not on the book`;
	const isCovered = bet !== undefined && allows(bet, shown, word.oddsMilli);
	// A match that has just begun cannot tell a price of before from one that never was; by a clock that was set back it has for long.
	const isUnsure = isNew || word.clockSetAtMs !== null;
	if (!isCovered || (word.from === "offer" && isUnsure && shown !== word.oddsMilli)) return null;
	return `refused for a price of ${word.oddsMilli} after ${shown}, which its policy takes`;
}

/** From when a word's reason may be: its desk noted the leg, and sends what it found out since then until it is answered. */
function foundSinceMs({ atMs, ticketKey, legNo }: DeskWord, { words }: PriceHistory): number {
	const isNote = (word: DeskWord): boolean =>
		word.ticketKey === ticketKey && word.legNo === legNo && word.vote === "noted";
	return Math.min(words.find(isNote)?.atMs ?? atMs, atMs - WAIT_MS);
}

/** When a price may have been on the book for the last time. */
function lastOn(line: readonly Sighting[], oddsMilli: number): number {
	const at = line.findLastIndex((sighting) => sighting.oddsMilli === oddsMilli);
	if (at < 0) return Number.NEGATIVE_INFINITY;
	return line[at + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
}

const seenBetween = (line: readonly Sighting[], oddsMilli: number, sinceMs: number, atMs: number): boolean =>
	line.some((sighting, at) => {
		const untilMs = line[at + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
		return sighting.oddsMilli === oddsMilli && untilMs >= sinceMs && sighting.fromMs <= atMs;
	});
