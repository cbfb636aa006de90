/**
 * Who only looks, while everything else goes on: operators at what objects say of themselves, players at their tickets. Nothing may
 * change by it, whatever a player is told of a bet has to stay true, and a look at an object that dies in its start is that object's.
 * Some read with the token they first had, which may have been revoked since (FRM-7).
 */

import type { TicketView } from "../../shared/ticket/schema.ts";
import type { Violation } from "../audit/facts.ts";
import type { VoidTokens } from "../audit/own-topics.ts";
import type { Random } from "../world/chance.ts";
import type { Platform } from "../world/platform.ts";
import type { Player } from "../world/player.ts";
import { pick } from "./scenario.ts";

/** A step's chance that somebody looks. */
const LOOKS = 0.05;
const PAGE = 3;
const WAITS_MS = 1_500;
/** A device that was left at home. */
const OLD_TOKEN = 0.3;
const NOBODYS_TICKET = "bet-nobody";

export type Told = (player: Player, ticket: TicketView) => void;
type Look = (player: Player, matchId: string) => unknown;

export class Operators {
	readonly #platform: Platform;
	readonly #random: Random;
	readonly #told: Told;
	readonly #looks: readonly Look[];
	/** By player, the token it was first seen with. */
	readonly #firstTokens = new Map<string, string>();
	/** What was granted to whom, and when it was asked for, in true time. */
	readonly #granted: { readonly what: string; readonly token: string; readonly askedAtMs: number }[] = [];

	constructor(platform: Platform, random: Random, told: Told) {
		this.#platform = platform;
		this.#random = random;
		this.#told = told;
		this.#looks = [
			(_, matchId) => platform.match(matchId).ops(),
			(_, matchId) => platform.match(matchId).exposure(),
			(_, matchId) => platform.match(matchId).image(),
			(_, matchId) => platform.match(matchId).wire(),
			(_, matchId) => platform.lane(matchId).ops(),
			({ region }, matchId) => platform.desk(matchId, region).ops(),
			({ walletName }) => this.#asksForSums(walletName),
			({ walletName }) => platform.wallet(walletName).measures(),
			() => platform.board().list(),
			(player) => this.#reads(player),
			(player) => this.#asksForItself(player),
			(player) => this.#waits(player),
		];
	}

	look(players: readonly Player[], matches: readonly string[]): void {
		if (this.#random() > LOOKS) return;
		const [player, matchId] = [pick(this.#random, players), pick(this.#random, matches)];
		if (player === undefined || matchId === undefined) return;
		pick(this.#random, this.#looks)?.(player, matchId);
	}

	/** Nothing that was asked for after a revocation is given to a token from before it. */
	audit(voidTokens: VoidTokens): readonly Violation[] {
		return this.#granted.flatMap(({ what, token, askedAtMs }) => {
			const lateMs = askedAtMs - (voidTokens.get(token) ?? Number.POSITIVE_INFINITY);
			return lateMs > 0 ? [{ rule: "FRM-7", what: `${what} was given ${lateMs} ms after the token was revoked` }] : [];
		});
	}

	#readOf({ playerId, token: newest, walletName: wallet }: Player) {
		const first = this.#firstTokens.get(playerId) ?? newest;
		this.#firstTokens.set(playerId, first);
		return { v: 1 as const, wallet, playerId, token: this.#random() < OLD_TOKEN ? first : newest };
	}

	/** Its account, a longer token, a ticket that it never had. */
	#asksForItself(player: Player): void {
		const read = this.#readOf(player);
		const actor = this.#platform.wallet(read.wallet);
		const askedAtMs = this.#platform.world.now();
		const asked = [
			["an account", actor.me(read)],
			["a longer token", actor.renewToken(read)],
			["no ticket", actor.ticket({ ...read, ticketId: NOBODYS_TICKET, waitMs: WAITS_MS })],
		] as const;
		for (const [what, answered] of asked) {
			const kept = answered.then((answer) => {
				if (answer.kind === "ok" || answer.code === "not_found")
					this.#granted.push({ what: `${what} of ${read.playerId}`, token: read.token, askedAtMs });
			});
			kept.catch(() => {});
		}
	}

	/** MON-2: what a wallet says that all its money sums to is judged, whenever it is asked. */
	#asksForSums(to: string): void {
		const answer = this.#platform.wallet(to).conservation();
		const request = { v: 1, wallet: to };
		this.#platform.observe({ from: "operator", to, method: "conservation", request, answer, isByOld: false });
	}

	/** Its tickets page by page, the newest first, as long as there are more. */
	#reads(player: Player, before: string | null = null): void {
		const read = this.#readOf(player);
		const asked = this.#platform.wallet(read.wallet).tickets({ ...read, limit: PAGE, before });
		const told = asked.then((answer) => {
			if (answer.kind !== "ok") return;
			for (const ticket of answer.value) this.#told(player, ticket);
			const last = answer.value.at(-1);
			if (answer.value.length === PAGE && last !== undefined && this.#random() < 0.5) this.#reads(player, last.id);
		});
		told.catch(() => {});
	}

	/** Its newest ticket, waited for until it is decided. */
	#waits(player: Player): void {
		const read = this.#readOf(player);
		const actor = this.#platform.wallet(read.wallet);
		const asked = actor.tickets({ ...read, limit: 1, before: null }).then(async (newest) => {
			const [ticket] = newest.kind === "ok" ? newest.value : [];
			if (ticket === undefined) return;
			const answer = await actor.ticket({ ...read, ticketId: ticket.id, waitMs: WAITS_MS });
			if (answer.kind === "ok") this.#told(player, answer.value);
		});
		asked.catch(() => {});
	}
}
