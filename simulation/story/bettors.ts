/** Players who bet, repeat themselves until they are answered, and remember what they were told. */
import type { TicketView } from "../../shared/ticket/schema.ts";
import type { AuditedTicket, Violation } from "../audit/auditor.ts";
import type { Platform } from "../world/platform.ts";
import type { Player } from "../world/player.ts";
import { MARKETS, pick, type Random } from "./scenario.ts";

/** Codes that only a confirmation of the match can have led to, on a bet that takes any price. */
const DECIDED: ReadonlySet<string> = new Set(["over_limit", "outcome_closed"]);
const LEAST_STAKE_MINOR = 100;
/** Prices that no ladder has, so that they were never ours: far below, a hair below and far above the one that is shown. */
const INVENTED: readonly ((oddsMilli: number) => number)[] = [() => 1_001, (odds) => odds - 1, () => 9_999_999];
const AGAIN_MS = 700;
const MAX_GOALS = 12;
const betId = (n: number): string => `bet-${String(n).padStart(6, "0")}`;
const REUSED_ID = betId(1);
const isTaken = (status: string): boolean => status === "accepted" || status === "settled";

/** The market that the next goal decides, where it is open. */
function nextGoal(player: Player, matchId: string): (typeof MARKETS)[number] | null {
	for (let n = 1; n <= MAX_GOALS; n++) {
		const marketId = `ng:${n}`;
		if (player.shown({ matchId, marketId, outcomeId: "home" }).status === "open")
			return [marketId, ["home", "none", "away"]];
	}
	return null;
}

export class Bettors {
	readonly #platform: Platform;
	readonly #random: Random;
	readonly #acknowledged = new Map<string, TicketView>();
	readonly #probes: { readonly key: string; readonly desk: string }[] = [];
	readonly #invented = new Set<string>();
	bets = 0;

	constructor(platform: Platform, random: Random) {
		this.#platform = platform;
		this.#random = random;
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
		if (this.#random() > (isRush ? 0.8 : 0.3)) return;
		const player = pick(this.#random, players);
		const matchId = pick(this.#random, matches);
		// Who bets on the result without a look takes any version of it: nothing but a tombstone stops such a bet from coming late.
		const isBlind = this.#random() < 0.4;
		const next = isRush && this.#random() < 0.6 && player !== undefined ? nextGoal(player, matchId ?? "") : null;
		const [marketId, outcomes] = (isBlind ? MARKETS[0] : next) ?? pick(this.#random, MARKETS) ?? ["1x2", ["home"]];
		const outcomeId = pick(this.#random, outcomes);
		if (player === undefined || matchId === undefined || outcomeId === undefined) return;
		const legs = [{ matchId, marketId, outcomeId }];
		const other = matches.find((id) => id !== matchId);
		if (other !== undefined && this.#random() < 0.15) legs.push({ matchId: other, marketId: "1x2", outcomeId: "home" });
		this.bets++;
		// Two players may choose the same id.
		const id = this.#random() < 0.05 ? REUSED_ID : betId(this.bets);
		const stakeMinor = LEAST_STAKE_MINOR + Math.floor(this.#random() * 900);
		const policy = pick(this.#random, ["none", "better", "any"] as const) ?? "any";
		const prepared = player.prepare(legs, { id, stakeMinor, policy, namesVersion: !isBlind });
		const request = this.#random() < 0.1 ? this.#inventing(prepared) : prepared;
		this.#placeUntilAnswered(player, request, this.#random() < 0.1 ? 2 : 1);
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
		player.send(request).then((answer) => {
			if (answer.kind === "ticket") this.#acknowledge(player, answer.ticket);
			if (times > 1) this.#placeUntilAnswered(player, request, times - 1);
		}, again);
	}

	#acknowledge(player: Player, ticket: TicketView): void {
		const key = `${player.playerId}/${ticket.id}`;
		const before = this.#acknowledged.get(key);
		if (before === undefined || before.ticketVersion <= ticket.ticketVersion) this.#acknowledged.set(key, ticket);
	}

	/** Every desk is bet at, by a player of its region: these stand at the front of the list. */
	probe(players: readonly Player[], matches: readonly string[]): void {
		for (const player of players) {
			for (const matchId of matches) {
				// What is left to bet on in the end: the result, or after 90 minutes the trophy.
				const marketId = ["1x2", "trophy"].find(
					(id) => player.shown({ matchId, marketId: id, outcomeId: "home" }).status === "open",
				);
				if (marketId === undefined) continue;
				for (const outcomeId of ["home", "away"]) {
					const id = `probe-${matchId}-${outcomeId}`;
					this.#probes.push({ key: `${player.playerId}/${id}`, desk: `${matchId} ${player.region}` });
					this.#placeUntilAnswered(
						player,
						player.prepare([{ matchId, marketId, outcomeId }], { id, stakeMinor: LEAST_STAKE_MINOR }),
						1,
					);
				}
			}
		}
	}

	/** Desks that decided none of the bets they were probed with. */
	deadDesks(tickets: readonly AuditedTicket[]): readonly string[] {
		const byKey = new Map(tickets.map((ticket) => [ticket.key, ticket]));
		const isDecided = (key: string): boolean => {
			const ticket = byKey.get(key);
			return ticket !== undefined && (isTaken(ticket.status) || DECIDED.has(ticket.code ?? ""));
		};
		const desks = [...new Set(this.#probes.map(({ desk }) => desk))];
		return desks.filter((desk) => !this.#probes.some((probe) => probe.desk === desk && isDecided(probe.key)));
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
