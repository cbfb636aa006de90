/** Players who are signed out everywhere while their bets wait, and come back with a new token. */
import { walletNameOf } from "../../shared/contracts/ids.ts";
import type { VoidTokens } from "../audit/own-topics.ts";
import type { Revocation } from "../audit/promises.ts";
import type { Random } from "../world/chance.ts";
import type { Platform } from "../world/platform.ts";
import type { Player } from "../world/player.ts";
import { pick } from "./scenario.ts";

/** A step's chance. */
const SELDOM = 0.002;
/** After this the revocation stands, or the wallet died before it did. */
const STANDS_MS = 500;
const BACK_MS = 1_500;
const GENERATION = "SELECT token_generation FROM players WHERE player_id = ?";

export class Revokers {
	readonly #platform: Platform;
	readonly #random: Random;
	readonly #made: Omit<Revocation, "withOldTokens">[] = [];
	/** By player, the tokens that were revoked, in order. */
	readonly #revoked = new Map<string, string[]>();
	/** By player: how its tokens were counted before the first revocation, and when each of them was revoked. */
	readonly #void = new Map<string, { readonly first: number; readonly tokens: Map<string, number>; times: number }>();

	constructor(platform: Platform, random: Random) {
		this.#platform = platform;
		this.#random = random;
	}

	look(players: readonly Player[]): void {
		if (this.#random() > SELDOM) return;
		const player = pick(this.#random, players);
		if (player !== undefined) this.#revoke(player);
	}

	/** `tokensOf`: the tokens with which a ticket was asked for. */
	made(tokensOf: ReadonlyMap<string, ReadonlySet<string>>): readonly Revocation[] {
		const turns = new Map<string, number>();
		return this.#made.map((made) => {
			const turn = (turns.get(made.playerId) ?? 0) + 1;
			turns.set(made.playerId, turn);
			const old = new Set(this.#revoked.get(made.playerId)?.slice(0, turn));
			const isOld = ([key, tokens]: readonly [string, ReadonlySet<string>]): boolean =>
				key.startsWith(`${made.playerId}/`) && [...tokens].every((token) => old.has(token));
			return { ...made, withOldTokens: new Set([...tokensOf].filter(isOld).map(([key]) => key)) };
		});
	}

	/** Tokens that are void in the end, and since when; of a player of whom a revocation was lost later nothing can be said. */
	voidTokens(): VoidTokens {
		const standing = [...this.#void].filter(([playerId, { first, times }]) => {
			const wallet = walletNameOf(playerId, this.#platform.layout.shards);
			const row = this.#platform.world.storage(wallet).exec(GENERATION, playerId)[0];
			return Number(row?.token_generation) === first + times;
		});
		return new Map(standing.flatMap(([, { tokens }]) => [...tokens]));
	}

	#revoke(player: Player): void {
		const { playerId, walletName, token } = player;
		const { world } = this.#platform;
		const read = (query: string) => world.storage(walletName).exec(query, playerId);
		const generation = (): number => Number(read(GENERATION)[0]?.token_generation);
		const atMs = world.now();
		const before = generation();
		const tickets = read("SELECT ticket_key, status FROM tickets WHERE player_id = ?");
		const keysOf = (...statuses: readonly string[]): readonly string[] =>
			tickets.filter(({ status }) => statuses.includes(String(status))).map((row) => String(row.ticket_key));
		world.ports("operator").timer(STANDS_MS, () => {
			if (generation() <= before) return;
			const made = this.#void.get(playerId) ?? { first: before, tokens: new Map<string, number>(), times: 0 };
			if (!made.tokens.has(token)) made.tokens.set(token, atMs);
			this.#void.set(playerId, { ...made, times: made.times + 1 });
			this.#revoked.set(playerId, [...(this.#revoked.get(playerId) ?? []), token]);
			const known = tickets.map((row) => String(row.ticket_key));
			this.#made.push({ playerId, pending: keysOf("pending"), taken: keysOf("accepted", "settled"), known });
		});
		world.ports("operator").timer(BACK_MS, () => void player.signIn().catch(() => {}));
		// A wallet that dies over it may have revoked all the same: what it has stored then says so.
		this.#platform.wallet(walletName).revoke(playerId, "signed out by an operator");
	}
}
