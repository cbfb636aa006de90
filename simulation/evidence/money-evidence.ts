/** Gathers what is judged of money: wallets' books, exposure as it was asked for and granted, caps, rows on their way to Postgres. */

import { legKey } from "../../shared/contracts/ids.ts";
import type { AskedExposure, ExposureHistory, NotedTerms, ToldCap } from "../audit/exposure.ts";
import type { MoneyHistory } from "../audit/money.ts";
import type { DeskResult } from "../audit/promises.ts";
import { nameOfTaken, type StoredRow } from "../audit/reports.ts";
import type { BookEntry, BookLeg, BookTicket, Holder, ToldSums, WalletBooks } from "../audit/wallet-books.ts";
import type { Platform } from "../world/platform.ts";
import type { Player } from "../world/player.ts";
import type { Reports } from "../world/queue.ts";
import { storedMatch } from "../world/stored-match.ts";
import type { Observer } from "../world/wire.ts";

type Call = Parameters<Observer>[0];
type Result = { readonly kind: string; readonly outcomes?: Readonly<Record<string, OutcomeWords>> };
export type OutcomeWords = { readonly kind: string; readonly places?: number; readonly tied?: number };
type StoredVote = {
	readonly vote: string;
	readonly oddsMilli: number;
	readonly fairPpm: number;
	readonly marketVersion: number;
	readonly matchState?: string;
	readonly epoch: string;
	readonly seq: number;
	readonly tick: number;
	readonly atMs?: number;
};
type StoredLeg = Omit<BookLeg, "region" | "taken" | "refusedAtState" | "outcome"> & {
	readonly desk: string;
	readonly vote: StoredVote | null;
	readonly outcome: OutcomeWords | null;
};
type StoredTicket = Omit<BookTicket, "legs" | "policy"> & {
	readonly pricePolicy: { readonly kind: string; readonly floorOddsMilli?: number };
	readonly legs: readonly StoredLeg[];
};

type ToldLeg = {
	readonly desk: string;
	readonly ticketKey: string;
	readonly legNo: number;
	readonly settlementVersion: number;
	readonly outcome: OutcomeWords | null;
};

/** A policy, with its floor where it names one. */
export const policyWords = ({ kind, floorOddsMilli }: StoredTicket["pricePolicy"]): string =>
	floorOddsMilli === undefined ? kind : `${kind} ${floorOddsMilli}`;

/** A result of an outcome in one word; a dead heat with its places and how many tied for them. */
export const wordOf = ({ kind, places, tied }: OutcomeWords): string =>
	kind === "dead_heat" ? `${kind} ${places} ${tied}` : kind;

export class MoneyEvidence {
	readonly #platform: Platform;
	readonly #asked: AskedExposure[] = [];
	readonly #noted = new Map<string, NotedTerms[]>();
	/** By desk, market and version: how many confirmations there had been when that desk had stored the result. */
	readonly #stored = new Map<string, number>();
	readonly #told: ToldLeg[] = [];
	readonly #byLast = new Set<string>();
	readonly #sums: ToldSums[] = [];

	constructor(platform: Platform) {
		this.#platform = platform;
	}

	observe({ from, to, method, request, answer, isByOld }: Call): void {
		if (method === "confirm") {
			const told = answer as { kind: string } & Pick<AskedExposure, "inc" | "seq" | "atMs" | "markets">;
			if (told.kind !== "answer") return;
			const { totals, asks } = request as Pick<AskedExposure, "totals" | "asks">;
			const { inc, seq, atMs, markets } = told;
			const [, matchId = "", region = ""] = from.split(":");
			this.#asked.push({ matchId, region, inc, seq, atMs, totals, asks, markets });
		}
		if (method === "results") {
			const { results } = request as { results: { marketId: string; settlementVersion: number }[] };
			for (const { marketId, settlementVersion } of results) {
				const name = `${to} ${marketId} ${settlementVersion}`;
				if (!this.#stored.has(name)) this.#stored.set(name, this.#asked.length);
			}
		}
		if (method === "legResults") {
			const { results } = request as { results: Omit<ToldLeg, "desk">[] };
			const isByLast = !isByOld && this.#platform.isOfLast(to);
			for (const { ticketKey, legNo, settlementVersion } of isByLast ? results : [])
				this.#byLast.add(nameOfTaken(ticketKey, legNo, settlementVersion));
			for (const { ticketKey, legNo, settlementVersion, outcome } of results)
				if (outcome !== null) this.#told.push({ desk: from, ticketKey, legNo, settlementVersion, outcome });
		}
		if (method === "conservation") this.#sums.push({ ...(answer as ToldSums), wallet: to });
		if (method !== "offer" || !to.startsWith("desk:")) return;
		const { legs } = answer as { legs: ({ vote: string; ticketKey: string; legNo: number } & NotedTerms)[] };
		for (const { vote, ticketKey, legNo, fairPpm, oddsMilli } of legs) {
			if (vote !== "noted") continue;
			const key = legKey({ ticketKey, legNo });
			this.#noted.set(key, [...(this.#noted.get(key) ?? []), { fairPpm, oddsMilli }]);
		}
	}

	/** Legs that were settled by a result which their desk had had before their match said ok to them. */
	#stale(tickets: readonly BookTicket[]): readonly string[] {
		const byKey = new Map(tickets.map((ticket) => [ticket.key, ticket]));
		const asked = new Map(this.#asked.map((one, index) => [`${one.matchId} ${one.region} ${one.atMs}`, index]));
		return this.#told.flatMap(({ desk, ticketKey, legNo, settlementVersion }) => {
			const leg = byKey.get(ticketKey)?.legs[legNo];
			const atMs = leg?.taken?.atMs;
			if (leg === undefined || atMs === undefined) return [];
			const confirmed = asked.get(`${leg.matchId} ${leg.region} ${atMs}`) ?? -1;
			const stored = this.#stored.get(`${desk} ${leg.marketId} ${settlementVersion}`);
			const isStale = stored !== undefined && stored <= confirmed;
			return isStale ? [`${legKey({ ticketKey, legNo })} on ${leg.marketId} by version ${settlementVersion}`] : [];
		});
	}

	history(
		players: readonly Player[],
		matches: readonly string[],
		reports: Reports,
	): Omit<MoneyHistory, "holders" | "answers" | "revocations"> {
		const wallets = this.#wallets(players);
		return {
			wallets,
			stale: this.#stale(wallets.flatMap(({ tickets }) => tickets)),
			exposure: this.#exposure(matches),
			deskResults: this.#deskResults(matches, reports),
			byLast: this.#byLast,
			sums: this.#sums,
			...this.#reports(reports),
		};
	}

	#exposure(matches: readonly string[]): ExposureHistory {
		const caps = new Map(matches.map((matchId) => [matchId, this.#caps(matchId)]));
		return { asked: this.#asked, noted: this.#noted, caps };
	}

	#rows(owner: string, query: string): ReturnType<ReturnType<Platform["world"]["storage"]>["exec"]> {
		return this.#platform.world.storage(owner).exec(query);
	}

	/** As traders told them, and not as the match keeps them. */
	#caps(matchId: string): readonly ToldCap[] {
		const query = "SELECT seq, body FROM inputs WHERE rejected IS NULL AND body LIKE '%\"set_cap\"%' ORDER BY seq";
		return this.#rows(`match:${matchId}`, query).map((row) => {
			const { input } = JSON.parse(String(row.body)) as { input: { command: { capBaseMinor: number } } };
			return { seq: Number(row.seq), capBaseMinor: input.command.capBaseMinor };
		});
	}

	#wallets(players: readonly Player[]): readonly WalletBooks[] {
		return [...new Set(players.map(({ walletName }) => walletName))].map((wallet) => ({
			wallet,
			entries: this.#rows(wallet, "SELECT * FROM entries ORDER BY id").map(
				(row): BookEntry => ({
					id: Number(row.id),
					txn: Number(row.txn),
					reason: String(row.reason),
					account: String(row.account),
					currency: String(row.currency),
					amountMinor: Number(row.amount),
					balanceMinor: Number(row.balance),
					ticketKey: row.ticket_key === null ? null : String(row.ticket_key),
					atMs: Number(row.at_ms),
				}),
			),
			accounts: this.#rows(wallet, "SELECT account, currency, balance FROM accounts").map((row) => ({
				account: String(row.account),
				currency: String(row.currency),
				balanceMinor: Number(row.balance),
			})),
			tickets: this.#rows(wallet, "SELECT body FROM tickets").map((row) => ticketOf(JSON.parse(String(row.body)))),
			lastSeq: Number(this.#rows(wallet, "SELECT last_seq FROM _report_mark")[0]?.last_seq ?? 0),
		}));
	}

	/** Results that each match has made official, at every desk that it has ever answered. */
	#deskResults(matches: readonly string[], reports: Reports): readonly DeskResult[] {
		return matches.flatMap((matchId): readonly DeskResult[] => {
			const state = storedMatch(this.#platform.world.storage(`match:${matchId}`))?.state;
			if (state === undefined) return [];
			const { results, waiting } = state;
			const official = Object.entries(results).filter(([marketId]) => waiting[marketId] === undefined);
			const regions = new Set(this.#asked.flatMap((one) => (one.matchId === matchId ? [one.region] : [])));
			const rows = new Map<string, string>();
			for (const [, body] of [...(reports.rows.get(`match:${matchId}`) ?? [])].toSorted(([a], [b]) => a - b))
				if (body.kind === "result") rows.set(body.marketId, wordsOf(body));
			const inPostgres = official.map(([marketId, result]) => ({
				desk: `Postgres, of ${matchId},`,
				marketId,
				official: wordsOf(result),
				stored: rows.get(marketId) ?? null,
			}));
			const atDesks = [...regions].flatMap((region) => {
				const desk = `desk:${matchId}:${region}`;
				const stored = new Map(
					this.#rows(desk, "SELECT market, body FROM results").map((result) => [
						String(result.market),
						wordsOf(JSON.parse(String(result.body))),
					]),
				);
				// What is open again is told where it was ever bet on: nowhere else does anything depend on it.
				const bet = new Set(this.#rows(desk, "SELECT DISTINCT market FROM legs").map(({ market }) => String(market)));
				const told = official.filter(([marketId, { state }]) => state.kind !== "open" || bet.has(marketId));
				return told.map(([marketId, result]) => ({
					desk,
					marketId,
					official: wordsOf(result),
					stored: stored.get(marketId) ?? null,
				}));
			});
			return [...inPostgres, ...atDesks];
		});
	}

	/** What Postgres has by source, and rows that left a source twice and were not the same. */
	#reports(reports: Reports): {
		readonly rows: ReadonlyMap<string, readonly StoredRow[]>;
		readonly altered: readonly string[];
	} {
		const sent = new Map<string, string>();
		const altered = new Set<string>();
		for (const { source, rows } of this.#platform.reports) {
			for (const { seq, body } of rows) {
				const name = `${source}#${seq}`;
				const text = JSON.stringify(body);
				if ((sent.get(name) ?? text) !== text) altered.add(name);
				sent.set(name, text);
			}
		}
		const rows = [...reports.rows].map(
			([source, stored]) =>
				[source, [...stored].toSorted(([a], [b]) => a - b).map(([seq, body]) => ({ seq, body }))] as const,
		);
		return { rows: new Map(rows), altered: [...altered] };
	}
}

const wordsOf = ({ settlementVersion, state }: { settlementVersion: number; state: Result }): string =>
	`version ${settlementVersion}: ${state.kind} ${Object.entries(state.outcomes ?? {})
		.map(([outcome, words]) => `${outcome} ${wordOf(words)}`)
		.toSorted()
		.join(", ")}`;

function ticketOf({ pricePolicy, legs, ...ticket }: StoredTicket): BookTicket {
	return {
		...ticket,
		policy: policyWords(pricePolicy),
		legs: legs.map(({ desk, vote, outcome, ...leg }) => ({
			...leg,
			region: desk.split(":")[2] ?? "",
			taken: vote?.vote === "yes" ? { ...vote, matchState: vote.matchState ?? "", atMs: vote.atMs ?? vote.tick } : null,
			refusedAtState: vote?.vote === "no" ? (vote.matchState ?? null) : null,
			outcome: outcome === null ? null : wordOf(outcome),
		})),
	};
}

export const holderOf = ({ playerId, tenant }: Player, openingMinor: number): Holder => ({
	playerId,
	...tenant,
	openingMinor,
});

/** What of money there was to judge. */
export function variety({ wallets }: Pick<MoneyHistory, "wallets">): Readonly<Record<string, number>> {
	const entries = wallets.flatMap((wallet) => wallet.entries);
	const tickets = wallets.flatMap((wallet) => wallet.tickets).filter(({ status }) => status === "settled");
	return {
		accumulators: tickets.filter(({ legs }) => legs.length > 1).length,
		deadHeats: tickets.filter(({ legs }) => legs.some(({ outcome }) => outcome?.startsWith("dead_heat"))).length,
		debts: entries.filter(
			({ reason, account, amountMinor }) =>
				reason === "reverse" && account.startsWith("receivable:") && amountMinor < 0,
		).length,
		repaid: entries.filter(({ reason, amountMinor }) => reason === "repay" && amountMinor > 0).length,
	};
}
