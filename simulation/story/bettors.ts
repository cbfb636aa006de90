/** Players who bet, repeat themselves until they are answered, and remember what they were told. */
import type { TicketView } from "../../shared/ticket/schema.ts";
import type { AuditedTicket, Violation } from "../audit/facts.ts";
import type { ClientAnswer, ClientContent } from "../audit/promises.ts";
import { policyWords } from "../evidence/money-evidence.ts";
import type { Random } from "../world/chance.ts";
import type { Platform } from "../world/platform.ts";
import type { Leg, Player } from "../world/player.ts";
import type { Swarm } from "../world/swarm.ts";
import type { Choice, Choices } from "./choices.ts";
import type { Purses } from "./purses.ts";
import { pick } from "./scenario.ts";
import type { Slips } from "./slips.ts";

/** Codes that only a confirmation of the match can have led to, on a bet that takes any price. */
const DECIDED: ReadonlySet<string> = new Set(["over_limit", "outcome_closed"]);
/** What may be bet on again: a bet on it that was refused as closed was refused by mistake. */
const STILL_SOLD: ReadonlySet<string> = new Set(["open", "suspended"]);
/** Prices that no ladder has, so that they were never ours: far below, a hair below and far above the one that is shown. */
const INVENTED: readonly ((oddsMilli: number) => number)[] = [() => 1_001, (odds) => odds - 1, () => 9_999_999];
/** A step's chance that who has just been paid bets it all. */
const EAGER = 0.3;
const AGAIN_MS = 700;
const NEXT_GOALS = Array.from({ length: 12 }, (_, n) => `ng:${n + 1}`);
const betId = (n: number): string => `bet-${String(n).padStart(6, "0")}`;
const REUSED_ID = betId(1);
const isTaken = (status: string): boolean => status === "accepted" || status === "settled";

function contentOf({ ticket }: ReturnType<Player["prepare"]>): ClientContent {
	const { stakeMinor, currency, pricePolicy, legs } = ticket;
	return {
		stakeMinor,
		currency,
		policy: policyWords(pricePolicy),
		legs: legs.map(({ marketVersion = null, ...leg }) => ({ ...leg, marketVersion })),
	};
}

/** The market that the next goal decides, where it is open. */
function nextGoal(player: Player, matchId: string): Choice | null {
	const marketId = player.open(matchId, NEXT_GOALS)[0];
	return marketId === undefined ? null : [marketId, ["home", "none", "away"]];
}

/** Who probes has a number that nobody in a world has. */
export const FIRST_PROBER = 1_000;

type Probe = { readonly key: string; readonly desk: string; readonly isGone: () => boolean };

export class Bettors {
	readonly #platform: Platform;
	readonly #random: Random;
	readonly #slips: Slips;
	readonly #acknowledged = new Map<string, TicketView>();
	readonly #probes: Probe[] = [];
	readonly #invented = new Set<string>();
	readonly #betting: Swarm["betting"];
	readonly #purses: Purses;
	readonly #choices: Choices;
	/** Whatever a client was told, beside what it had asked for. */
	readonly answers: ClientAnswer[] = [];
	/** By ticket, the tokens with which it was asked for. */
	readonly tokens = new Map<string, Set<string>>();
	bets = 0;

	constructor(
		platform: Platform,
		random: Random,
		betting: Swarm["betting"],
		purses: Purses,
		slips: Slips,
		choices: Choices,
	) {
		this.#choices = choices;
		this.#platform = platform;
		this.#random = random;
		this.#betting = betting;
		this.#purses = purses;
		this.#slips = slips;
	}

	get acknowledged(): ReadonlySet<string> {
		return new Set(this.#acknowledged.keys());
	}

	/** Bets that stated a price which was never shown. */
	get invented(): ReadonlySet<string> {
		return this.#invented;
	}

	get hasProbed(): boolean {
		return this.#probes.length > 0;
	}

	bet(players: readonly Player[], matches: readonly string[], isRush = false): void {
		const eager = this.#random() < EAGER ? this.#purses.eager(players) : undefined;
		if (eager === undefined && this.#random() > this.#betting[isRush ? "rush" : "calm"]) return;
		// Who has nothing left tries now and then, and mostly watches.
		const isSensible = this.#random() < 0.85;
		const player =
			eager ?? pick(this.#random, isSensible ? players.filter((one) => !this.#purses.isBroke(one)) : players);
		const matchId = pick(this.#random, matches) ?? "";
		const always = this.#choices.always(matchId);
		// Who bets on the result without a look takes any version of it: nothing but a tombstone stops such a bet from coming late.
		const isBlind = this.#random() < 0.4;
		const next = isRush && this.#random() < 0.6 && player !== undefined ? nextGoal(player, matchId) : null;
		const [marketId, outcomes] = (isBlind ? always[0] : next) ?? this.#choices.pick(this.#random, matchId);
		const outcomeId = pick(this.#random, outcomes);
		if (player === undefined || outcomeId === undefined) return;
		const all = always.flatMap(([id, names]) => names.map((name) => ({ matchId, marketId: id, outcomeId: name })));
		const first = this.#purses.daring(player, all) ?? { matchId, marketId, outcomeId };
		const legs = [first, ...this.#others(matches, matchId)];
		this.bets++;
		// Two players may choose the same id, and one player twice.
		const id = this.#random() < 0.05 ? REUSED_ID : betId(this.bets);
		const prices = legs.map((leg) => player.shown(leg));
		const odds = prices.map(({ oddsMilli }) => oddsMilli);
		const stakeMinor = this.#purses.stakeMinor(player, this.#random, odds);
		const policy = pick(this.#random, ["none", "better", "any"] as const) ?? "any";
		const abroad = this.#random() < 0.01 ? { currency: "USD" } : {};
		const prepared = player.prepare(legs, { id, stakeMinor, policy, namesVersion: !isBlind, ...abroad }, prices);
		const request = this.#random() < 0.1 ? this.#inventing(prepared) : this.#slips.fill(prepared);
		this.#placeUntilAnswered(player, request, this.#random() < 0.1 ? 2 : 1);
	}

	/** Other legs of an accumulator: of other matches, and by mistake of the same one. */
	#others(matches: readonly string[], matchId: string): readonly Leg[] {
		const own = this.#random() < 0.01 ? [matchId] : [];
		const others = matches.filter((id) => id !== matchId && this.#random() < 0.2);
		return [...own, ...others].flatMap((id): readonly Leg[] => {
			const [marketId, outcomes] = this.#choices.pick(this.#random, id);
			const outcomeId = pick(this.#random, outcomes);
			return outcomeId === undefined ? [] : [{ matchId: id, marketId, outcomeId }];
		});
	}

	/** The same bet by a client that makes its first price up. An id that is used twice is judged by neither. */
	#inventing(request: ReturnType<Player["prepare"]>): ReturnType<Player["prepare"]> {
		const { ticket, playerId } = request;
		const invent = pick(this.#random, INVENTED);
		const [first, ...others] = ticket.legs;
		if (invent === undefined || first === undefined || ticket.id === REUSED_ID) return request;
		this.#invented.add(`${playerId}/${ticket.id}`);
		return { ...request, ticket: { ...ticket, legs: [{ ...first, oddsMilli: invent(first.oddsMilli) }, ...others] } };
	}

	/** A client repeats the very same request until it is answered, sometimes once more. */
	#placeUntilAnswered(player: Player, request: ReturnType<Player["prepare"]>, times: number): void {
		const again = (): void =>
			void this.#platform.world.ports("client").timer(AGAIN_MS, () => this.#placeUntilAnswered(player, request, times));
		const key = `${player.playerId}/${request.ticket.id}`;
		this.tokens.set(key, new Set([...(this.tokens.get(key) ?? []), request.token]));
		player.send(request).then((answer) => {
			this.answers.push({ key, content: contentOf(request), answer: answer.kind === "error" ? answer.code : "ticket" });
			if (answer.kind === "ticket") this.acknowledge(player, answer.ticket);
			if (times > 1) this.#placeUntilAnswered(player, request, times - 1);
		}, again);
	}

	/** What a player was told of a bet, in whichever answer. */
	acknowledge = (player: Player, ticket: TicketView): void => {
		const key = `${player.playerId}/${ticket.id}`;
		const before = this.#acknowledged.get(key);
		if (before === undefined || before.ticketVersion <= ticket.ticketVersion) this.#acknowledged.set(key, ticket);
	};

	/** Every desk is bet at, by a player of its region: these stand at the front of the list. */
	probe(players: readonly Player[], matches: readonly string[]): void {
		for (const player of players) {
			for (const matchId of matches) {
				const isOpen = ([marketId, [outcomeId = ""]]: Choice): boolean =>
					player.shown({ matchId, marketId, outcomeId }).status === "open";
				const [marketId, outcomes] = this.#choices.last(matchId).find(isOpen) ?? ["", []];
				for (const [no, outcomeId] of outcomes.entries()) {
					const id = `probe-${matchId}-${no}`;
					const leg = { matchId, marketId, outcomeId };
					// A whistle may fall into the window.
					const isGone = (): boolean => !STILL_SOLD.has(player.shown(leg).status);
					this.#probes.push({ key: `${player.playerId}/${id}`, desk: `${matchId} ${player.region}`, isGone });
					const bet = { id, stakeMinor: this.#purses.leastMinor(player) };
					this.#placeUntilAnswered(player, player.prepare([leg], bet), 1);
				}
			}
		}
	}

	/** Desks that decided none of the bets they were probed with. */
	deadDesks(tickets: readonly AuditedTicket[]): readonly string[] {
		const byKey = new Map(tickets.map((ticket) => [ticket.key, ticket]));
		const isDecided = ({ key, isGone }: Probe): boolean => {
			const ticket = byKey.get(key);
			if (ticket === undefined) return false;
			return isTaken(ticket.status) || DECIDED.has(ticket.code ?? "") || (ticket.code === "market_closed" && isGone());
		};
		const desks = [...new Set(this.#probes.map(({ desk }) => desk))];
		return desks.filter((desk) => !this.#probes.some((probe) => probe.desk === desk && isDecided(probe)));
	}

	/** BET-1: what a client was told stays true. */
	auditAnswers(tickets: readonly AuditedTicket[]): readonly Violation[] {
		const byKey = new Map(tickets.map((ticket) => [ticket.key, ticket]));
		return [...this.#acknowledged].flatMap(([key, told]): Violation[] => {
			const kept = byKey.get(key);
			if (kept === undefined) return [{ rule: "BET-1", what: `${key} was acknowledged and is gone` }];
			return told.status !== "pending" && isTaken(told.status) !== isTaken(kept.status)
				? [{ rule: "BET-1", what: `${key} was told ${told.status} and is ${kept.status}` }]
				: [];
		});
	}
}
