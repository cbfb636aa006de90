/**
 * Weeks after the matches, longer than whatever is kept for a while is kept. Everybody has left, objects sleep, and a few things come
 * all the same: a market is settled otherwise after two days and again after twenty, players bet on a match that is weeks ahead. On
 * the morning after, old words come again, and nothing of what was settled may move.
 */
import type { LegResultsRequest } from "../../shared/contracts/desk.ts";
import type { Region } from "../../shared/contracts/ids.ts";
import type { OfferRequest } from "../../shared/contracts/offers.ts";
import type { Input, TraderAction } from "../../shared/feeds/canonical.ts";
import { fixture } from "../../testing/football-inputs.ts";
import type { AfterWeeks } from "../audit/weeks.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { settledBooks } from "../evidence/settled-books.ts";
import { TODAY } from "../releases/code.ts";
import type { Random } from "../world/chance.ts";
import type { Platform } from "../world/platform.ts";
import type { Leg, Player } from "../world/player.ts";
import type { Relays } from "../world/relays.ts";
import { storedMatch } from "../world/stored-match.ts";
import type { Observer } from "../world/wire.ts";
import type { Audience } from "./audience.ts";
import type { Purses } from "./purses.ts";
import { pick, pricesOf } from "./scenario.ts";
import type { Strangers } from "./strangers.ts";

const DAY_MS = 86_400_000;
const STEP_MS = DAY_MS / 4;
const MINUTE_MS = 60_000;
/** A lane keeps the log of an ended match for seven days, and a desk a leg that is settled for thirty. */
const [CORRECTED_DAY, AGAIN_DAY, LAST_DAY] = [2, 20, 32];
const EVICTED = 0.5;
/** A match that is played when the weeks are over: nothing of it may be forgotten. No other id begins as it does. */
export const AHEAD = "weeks-ahead";
const AHEAD_DAYS = 40;
/** Calls that come out of the network once more, weeks later. */
const REMEMBERED = 24;
const ECHOES = 8;
const TRIED = 3;
/** Steps in which an answer must come. */
const PATIENCE = 60;
/** Minutes in which wallets hear of a result, and steps of the morning after. */
const SETTLES_WITHIN = 5;
const MORNING_STEPS = 60;

export type WeeksDeps = {
	readonly platform: Platform;
	readonly evidence: Pick<Evidence, "died" | "dusk" | "dawn">;
	readonly relays: Pick<Relays, "closed">;
	readonly audience: Pick<Audience, "leave" | "comeBack">;
	readonly random: Random;
	readonly matches: readonly string[];
	readonly players: readonly Player[];
	/** Who bets on the match that is weeks ahead. */
	readonly early: readonly Player[];
	readonly purses: Pick<Purses, "leastMinor">;
	readonly strangers: Pick<Strangers, "sentOf">;
	readonly count: (what: string) => void;
};
type Step = (ms?: number) => Promise<void>;

export class Weeks {
	readonly #asked: AfterWeeks[] = [];
	readonly #calls: { readonly to: string; readonly method: string; readonly request: unknown }[] = [];
	/** Tickets and entries of the wallets before anybody came back, which nothing old may move. */
	#moved: readonly string[] = [];
	readonly #deps: WeeksDeps;
	#step: Step = async () => {};

	constructor(deps: WeeksDeps) {
		this.#deps = deps;
	}

	/** Some of the calls that may come again; those of old instances are gone with them. */
	remember: Observer = ({ to, method, request, isByOld }) => {
		if (isByOld || (method !== "legResults" && !(method === "offer" && to.startsWith("desk:")))) return;
		this.#calls.push({ to, method, request });
		if (this.#calls.length > REMEMBERED) this.#calls.splice(0, 1);
	};

	/** `step` lets time pass: so long, or as usual. */
	async pass(step: Step): Promise<void> {
		this.#step = step;
		const { platform, evidence, relays, audience, players, matches, random, count } = this.#deps;
		count("weeks");
		const { world } = platform;
		const duskMs = world.now();
		const until = async (day: number): Promise<void> => {
			while (world.now() < duskMs + day * DAY_MS) await step(STEP_MS);
		};
		const calls = [...this.#calls];
		await this.#tellAhead(1);
		await this.#betAhead("ou:2.5", "over");
		await this.#settle(AHEAD, voiding({ marketId: "ou:2.5" }));
		// What may be gone by the morning is judged now.
		evidence.dusk(matches);
		await this.#betAhead("1x2", "home");
		audience.leave();
		relays.closed();
		for (const name of platform.names) {
			if (random() >= EVICTED) continue;
			evidence.died(name);
			platform.restart(name);
		}
		const bet = paidLegs(platform, players);
		const otherwise = pick(
			random,
			bet.filter(({ isByTrader }) => !isByTrader),
		);
		await until(CORRECTED_DAY);
		if (otherwise !== undefined) await this.#settle(otherwise.matchId, voiding(otherwise));
		await until(AGAIN_DAY);
		if (otherwise !== undefined)
			await this.#settle(otherwise.matchId, {
				action: "rollback_result",
				marketId: otherwise.marketId,
				reason: "as it was",
			});
		const known = settledBooks(platform, players, AHEAD);
		await until(LAST_DAY);
		const expired = new Map(players.map((player) => [player, player.token]));
		for (const player of players) await this.#soon(player.signIn().then(() => player.token));
		audience.comeBack();
		evidence.dawn();
		for (const matchId of matches) await this.#repeat(matchId);
		for (const { to, method, request } of calls.toSorted(() => random() - 0.5).slice(0, ECHOES))
			await this.#echo(to, method, request);
		for (const [player, token] of [...expired].slice(0, TRIED)) await this.#read(player, token);
		const forgotten = pick(
			random,
			bet.filter(({ matchId, marketId }) => matchId !== otherwise?.matchId || marketId !== otherwise.marketId),
		);
		if (forgotten !== undefined) await this.#tooLate(forgotten);
		await this.#goOn();
		for (let n = 0; n < MORNING_STEPS; n++) await step();
		this.#moved = known.missingIn(settledBooks(platform, players, AHEAD));
	}

	get facts(): { readonly asked: readonly AfterWeeks[]; readonly moved: readonly string[] } {
		return { asked: this.#asked, moved: this.#moved };
	}

	/** Bets on a match that is weeks ahead. */
	async #betAhead(marketId: string, outcomeId: string): Promise<void> {
		const { early, purses } = this.#deps;
		await this.#step(MINUTE_MS);
		for (const player of early) {
			const leg = { matchId: AHEAD, marketId, outcomeId };
			const bet = { id: `bet-ahead-${outcomeId}`, stakeMinor: purses.leastMinor(player) };
			void player.send(player.prepare([leg], bet)).catch(() => {});
		}
		await this.#step(MINUTE_MS);
	}

	async #tellAhead(no: number): Promise<void> {
		const { platform } = this.#deps;
		const nowMs = platform.world.now();
		const told = fixture({
			id: `${AHEAD}-${no}`,
			matchId: AHEAD,
			sentAtMs: nowMs,
			scheduledAtMs: nowMs + AHEAD_DAYS * DAY_MS,
			prices: pricesOf(0.4),
		});
		const { results } = await this.#soon(platform.push(AHEAD, [told]));
		this.#ask("ahead", results[0]?.kind ?? "nothing");
	}

	/** A provider repeats its last words, and corrects one of them. */
	async #repeat(matchId: string): Promise<void> {
		const { platform, strangers, random } = this.#deps;
		const words = strangers.sentOf(matchId);
		const incident = pick(
			random,
			words.filter(({ kind }) => kind === "incident"),
		);
		const last = words.at(-1);
		const again = last === undefined ? [] : [last];
		const corrected = incident === undefined ? [] : [{ ...incident, id: "weeks-later", kind: "correction" } as Input];
		for (const input of [...again, ...corrected]) {
			const [answer] = (await this.#soon(platform.push(matchId, [input]))).results;
			this.#ask("old word", answer?.kind === "refused" ? answer.code : (answer?.kind ?? "nothing"));
		}
	}

	async #echo(to: string, method: string, request: unknown): Promise<void> {
		const { platform } = this.#deps;
		if (method === "legResults") {
			const told = request as LegResultsRequest;
			const { answered } = await this.#soon(platform.wallet(to).legResults(told));
			this.#ask("result again", answered.length === told.results.length ? "answered" : "unanswered");
			return;
		}
		const [, matchId = "", region = ""] = to.split(":");
		const offered = TODAY.doors.desk?.offer?.(request) as OfferRequest;
		const { legs } = await this.#soon(platform.desk(matchId, region as Region).offer(offered));
		for (const { vote } of legs) this.#ask("offer again", vote);
	}

	/** With the token of before, and with a new one: an old ticket, the statement, a bet on what is over. */
	async #read(player: Player, expired: string): Promise<void> {
		const { platform } = this.#deps;
		const { playerId, walletName: name, token } = player;
		const wallet = platform.wallet(name);
		const [old] = ticketsOf(platform, name).filter((ticket) => ticket.playerId === playerId);
		const leg = old?.legs[0];
		if (old === undefined || leg === undefined) return;
		const bet = player.prepare([leg], { id: "weeks-later" });
		for (const [kind, mine] of [
			["expired token", expired],
			["new token", token],
		] as const) {
			const asks = { v: 1 as const, wallet: name, playerId, token: mine };
			this.#ask(kind, codeOf(await this.#soon(wallet.me(asks))));
			this.#ask(kind, codeOf(await this.#soon(wallet.tickets({ ...asks, limit: 10, before: null }))));
			this.#ask(kind, codeOf(await this.#soon(wallet.ticket({ ...asks, ticketId: old.ticketId, waitMs: 0 }))));
		}
		this.#ask("expired token", codeOf(await this.#soon(wallet.place({ ...bet, token: expired }))));
		const told = await this.#soon(wallet.place(bet));
		this.#ask("bet on what is over", told.kind === "ticket" ? told.ticket.status : told.code);
	}

	/** A market whose bets have been forgotten is settled otherwise. */
	async #tooLate({ matchId, marketId }: Leg): Promise<void> {
		this.#ask("settled too late", await this.#settle(matchId, voiding({ marketId })));
	}

	/** The match that is still to come is told of, and then is not played. */
	async #goOn(): Promise<void> {
		await this.#tellAhead(2);
		await this.#settle(AHEAD, voiding({ marketId: "1x2" }));
	}

	/** One trader says it, another one approves: what the match says of it in the end. */
	async #settle(matchId: string, command: TraderAction): Promise<string> {
		const { platform } = this.#deps;
		const id = `weeks-${platform.world.now()}`;
		let answer = await this.#soon(platform.order(matchId, command, { id }));
		if (answer.kind === "refused" && answer.code === "needs_second_person") {
			const approve = { action: "approve", proposalId: id } as const;
			answer = await this.#soon(platform.order(matchId, approve, { trader: "bob" }));
		}
		for (let n = 0; n < SETTLES_WITHIN; n++) await this.#step(MINUTE_MS);
		return answer.kind === "refused" ? answer.code : answer.kind;
	}

	#ask(kind: AfterWeeks["kind"], got: string): void {
		this.#asked.push({ kind, got });
		this.#deps.count(`${kind}: ${got}`);
	}

	/** Nothing is answered before what it rests on is durable, and that takes time. */
	async #soon<T>(asked: T | Promise<T>): Promise<T> {
		let isAnswered = false;
		const answer = Promise.resolve(asked).finally(() => {
			isAnswered = true;
		});
		for (let n = 0; n < PATIENCE && !isAnswered; n++) await this.#step();
		if (!isAnswered) throw new Error("what was asked weeks later was never answered");
		return answer;
	}
}

const codeOf = (answer: { readonly kind: string; readonly code?: string }): string => answer.code ?? answer.kind;

const voiding = ({ marketId }: Pick<Leg, "marketId">): TraderAction => ({
	action: "void_market",
	marketId,
	reason: "declared void",
});

type StoredTicket = {
	readonly playerId: string;
	readonly ticketId: string;
	readonly status: string;
	readonly legs: readonly Leg[];
};

const ticketsOf = (platform: Platform, wallet: string): readonly StoredTicket[] =>
	platform.world
		.storage(wallet)
		.exec("SELECT body FROM tickets ORDER BY ticket_key")
		.map(({ body }) => JSON.parse(String(body)) as StoredTicket);

type PaidLeg = Leg & { readonly isByTrader: boolean };

/** Legs of tickets that are settled, on markets that are not void: to declare them so changes something. */
function paidLegs(platform: Platform, players: readonly Player[]): readonly PaidLeg[] {
	const wallets = [...new Set(players.map(({ walletName }) => walletName))];
	const tickets = wallets.flatMap((wallet) => ticketsOf(platform, wallet));
	const legs = tickets.flatMap((ticket) => (ticket.status === "settled" ? ticket.legs : []));
	const stateOf = (id: string) => storedMatch(platform.world.storage(`match:${id}`))?.state;
	const states = new Map([...new Set(legs.map(({ matchId }) => matchId))].map((id) => [id, stateOf(id)]));
	return legs.flatMap((leg) => {
		const { results = {}, traderResults = {} } = states.get(leg.matchId) ?? {};
		const isPaid = results[leg.marketId]?.state.kind === "settled";
		return isPaid ? [{ ...leg, isByTrader: traderResults[leg.marketId] !== undefined }] : [];
	});
}
