/** Gathers every price that the authority told anybody, what was asked for and answered by it, and what tickets say of both. */
import { licenceProfile } from "../../shared/catalogue/licences.ts";
import { DEFAULT_VIEW, legKey } from "../../shared/contracts/ids.ts";
import type { ConfirmAnswer, ConfirmRequest, QuoteAnswer } from "../../shared/contracts/match.ts";
import type { PlaceAnswer, PlaceRequest } from "../../shared/contracts/wallet.ts";
import { BET } from "../../shared/limits.ts";
import type { AskedBet, DeskWord, PricedConfirm, PricedLeg, PricedTicket, PriceHistory } from "../audit/prices.ts";
import type { Platform } from "../world/platform.ts";
import type { Observer } from "../world/wire.ts";

type Call = Parameters<Observer>[0];
type Word = {
	readonly ticketKey: string;
	readonly legNo: number;
	readonly vote: string;
	readonly code?: string;
	readonly oddsMilli?: number;
	readonly maxStakeMinor?: number;
	readonly matchState?: string;
};
type StoredVote = Partial<NonNullable<PricedLeg["vote"]>> & { readonly vote: string };
type StoredTicket = Pick<
	PricedTicket,
	"key" | "status" | "code" | "maxStakeMinor" | "stakeMinor" | "maxPayoutMinor" | "rate"
> & {
	readonly playerId: string;
	readonly legs: readonly (Omit<PricedLeg, "vote" | "region"> & {
		readonly legNo: number;
		readonly desk: string;
		readonly vote: StoredVote | null;
	})[];
};
type OpenSighting = { oddsMilli: number; readonly fromMs: number; lastMs: number };

/** How long a desk may go by what a match told it that is no longer the current one. */
const MISLED_MS = 8_000;
const deskOf = (name: string): { matchId: string; region: string } => {
	const [, matchId = "", region = ""] = name.split(":");
	return { matchId, region };
};

export class PriceWatch {
	readonly #platform: Platform;
	readonly #prices = new Map<string, OpenSighting[]>();
	readonly #starts = new Map<string, number[]>();
	readonly #epochs = new Set<string>();
	readonly #asked = new Map<string, Map<string, AskedBet>>();
	readonly #confirms = new Map<string, PricedConfirm[]>();
	readonly #words = new Map<string, DeskWord>();
	readonly #quotedStates = new Map<string, Set<string>>();
	readonly #lives = new Map<string, number>();
	readonly #misledAtMs = new Map<string, number>();
	readonly #clockSetAtMs = new Map<string, number>();

	constructor(platform: Platform) {
		this.#platform = platform;
	}

	died(name: string): void {
		this.#lives.set(name, (this.#lives.get(name) ?? 0) + 1);
	}

	clockSet(name: string): void {
		this.#clockSetAtMs.set(name, this.#platform.world.now());
	}

	/** An instance of a match speaks for the first time. */
	began(matchId: string, epoch: string): void {
		if (this.#epochs.has(epoch)) return;
		this.#epochs.add(epoch);
		this.#starts.set(matchId, [...(this.#starts.get(matchId) ?? []), this.#platform.world.now()]);
	}

	/** The authority tells somebody a price; 0: there is none. */
	saw(matchId: string, marketId: string, outcomeId: string, oddsMilli: number): void {
		const key = `${matchId} ${marketId} ${outcomeId}`;
		const nowMs = this.#platform.world.now();
		const line = this.#prices.get(key) ?? [];
		const last = line.at(-1);
		if (last?.oddsMilli === oddsMilli) last.lastMs = nowMs;
		else line.push({ oddsMilli, fromMs: nowMs, lastMs: nowMs });
		this.#prices.set(key, line);
	}

	observe(call: Call): void {
		const { method, from, to, request, answer, isByOld } = call;
		if (method === "quote") this.#quoted(call);
		else if (method === "confirm") this.#confirmed(call);
		else if (method === "place") this.#placed(request as PlaceRequest, answer as PlaceAnswer);
		if (isByOld) return;
		if (method === "offer") this.#heard(to, "offer", (answer as { legs: readonly Word[] }).legs);
		else if (method === "ask") this.#heard(to, "later", (answer as { votes: readonly Word[] }).votes);
		else if (method === "votes") this.#heard(from, "later", (request as { votes: readonly Word[] }).votes);
	}

	#quoted({ to, answer, isByOld }: Call): void {
		const matchId = to.slice("match:".length);
		const { markets, matchState, epoch } = answer as QuoteAnswer;
		const states = this.#quotedStates.get(matchId) ?? new Set();
		this.#quotedStates.set(matchId, states.add(matchState));
		if (isByOld) {
			this.#misledAtMs.set(matchId, this.#platform.world.now());
			return;
		}
		this.began(matchId, epoch);
		for (const { market, view, outcomes } of markets) {
			if (view !== DEFAULT_VIEW) continue;
			for (const [outcomeId, { oddsMilli }] of Object.entries(outcomes))
				this.saw(matchId, market, outcomeId, oddsMilli ?? 0);
		}
	}

	#confirmed({ from, to, request, answer }: Call): void {
		const told = answer as ConfirmAnswer;
		if (told.kind !== "answer") return;
		const { world, names } = this.#platform;
		const { matchId, region } = deskOf(from);
		const { asks } = request as ConfirmRequest;
		const book = names.includes(to)
			? this.#platform.match(matchId).quote({ v: 1, matchId, asks: asks.map(({ market, view }) => ({ market, view })) })
			: null;
		const isSame = book?.epoch === told.epoch;
		const stored = isSame ? world.storage(to).exec("SELECT last_seq FROM meta")[0] : undefined;
		const list = this.#confirms.get(`${matchId} ${region}`) ?? [];
		list.push({
			atMs: world.now(),
			matchId,
			region,
			epoch: told.epoch,
			seq: told.seq,
			tick: told.tick,
			matchState: told.matchState,
			bookMatchState: isSame ? book.matchState : null,
			storedSeq: stored === undefined ? null : Number(stored.last_seq),
			markets: told.markets.map(({ market, view, code, version, oddsMilli }) => ({
				market,
				code,
				version,
				saidOddsMilli: oddsMilli,
				bookOddsMilli: isSame ? bookOf(book, market, view) : null,
			})),
		});
		this.#confirms.set(`${matchId} ${region}`, list);
		for (const { market, oddsMilli } of told.markets)
			for (const [outcomeId, odds] of Object.entries(oddsMilli)) this.saw(matchId, market, outcomeId, odds);
	}

	/** A conflict says that the id names something else. */
	#placed({ playerId, ticket }: PlaceRequest, answer: PlaceAnswer): void {
		if (answer.kind === "error" && answer.code === "idempotency_conflict") return;
		const { legs, stakeMinor, currency, pricePolicy } = ticket;
		const bets = this.#asked.get(`${playerId}/${ticket.id}`) ?? new Map<string, AskedBet>();
		bets.set(JSON.stringify(ticket), {
			legs: legs.map(({ marketVersion = null, ...leg }) => ({ ...leg, marketVersion })),
			stakeMinor,
			currency,
			policy: pricePolicy.kind,
			floorOddsMilli: pricePolicy.kind === "any" ? (pricePolicy.floorOddsMilli ?? null) : null,
		});
		this.#asked.set(`${playerId}/${ticket.id}`, bets);
	}

	#heard(desk: string, from: DeskWord["from"], words: readonly Word[]): void {
		const { matchId, region } = deskOf(desk);
		const nowMs = this.#platform.world.now();
		const isMisled = nowMs - (this.#misledAtMs.get(matchId) ?? Number.NEGATIVE_INFINITY) < MISLED_MS;
		const clockSetAtMs = this.#clockSetAtMs.get(`match:${matchId}`) ?? null;
		for (const word of words) {
			const { ticketKey, legNo, vote, code = null, oddsMilli = null, maxStakeMinor = null, matchState = null } = word;
			if (vote === "yes") continue;
			const key = `${legKey(word)} ${vote} ${code} ${this.#lives.get(desk) ?? 0}`;
			if (this.#words.has(key)) continue;
			const told = { atMs: nowMs, from, matchId, region, ticketKey, legNo, vote, code, oddsMilli, maxStakeMinor };
			this.#words.set(key, { ...told, matchState, isMisled, clockSetAtMs });
		}
	}

	history(wallets: readonly string[]): PriceHistory {
		return {
			shownPriceMs: BET.shownPriceMs,
			prices: this.#prices,
			starts: this.#starts,
			asked: new Map([...this.#asked].map(([key, bets]) => [key, [...bets.values()]])),
			confirms: this.#confirms,
			words: [...this.#words.values()],
			quotedStates: this.#quotedStates,
			tickets: wallets.flatMap((wallet) => this.#tickets(wallet)),
		};
	}

	#tickets(wallet: string): readonly PricedTicket[] {
		const storage = this.#platform.world.storage(wallet);
		const players = new Map(
			storage
				.exec("SELECT player_id, currency, licence FROM players")
				.map((row) => [String(row.player_id), { currency: String(row.currency), licence: String(row.licence) }]),
		);
		return storage.exec("SELECT body FROM tickets").map((row): PricedTicket => {
			const { key, status, code, maxStakeMinor, stakeMinor, maxPayoutMinor, rate, ...ticket } = JSON.parse(
				String(row.body),
			) as StoredTicket;
			const { currency = "", licence = "" } = players.get(ticket.playerId) ?? {};
			const profile = licenceProfile(licence);
			return {
				...{ key, status, code, maxStakeMinor, stakeMinor, maxPayoutMinor, rate },
				accountCurrency: currency,
				leastStakeMinor: profile?.minStakeMinor[currency] ?? 0,
				mostStakeMinor: profile?.maxStakeMinor[currency] ?? 0,
				legs: ticket.legs.map(({ desk, vote, ...leg }) => ({
					...leg,
					region: deskOf(desk).region,
					vote: vote === null ? null : { ...NO_VOTE, ...vote },
				})),
			};
		});
	}
}

const NO_VOTE: NonNullable<PricedLeg["vote"]> = {
	vote: "",
	code: null,
	oddsMilli: null,
	maxStakeMinor: null,
	marketVersion: null,
	epoch: null,
	seq: null,
	tick: null,
	matchState: null,
};

function bookOf(book: QuoteAnswer, marketId: string, view: string): Record<string, number | null> {
	const market = book.markets.find((quoted) => quoted.market === marketId && quoted.view === view);
	const outcomes = Object.entries(market?.outcomes ?? {});
	return Object.fromEntries(outcomes.map(([outcomeId, { oddsMilli }]) => [outcomeId, oddsMilli]));
}
