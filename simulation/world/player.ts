/** A player: bets at the prices shown, reads its tickets and its balance. */
import type { MatchActor } from "../../durable-objects/match/actor.ts";
import type { WalletActor } from "../../durable-objects/wallet/actor.ts";
import type { Region } from "../../shared/contracts/ids.ts";
import type { PlaceAnswer, PlaceRequest, WalletRpc } from "../../shared/contracts/wallet.ts";
import type { TicketView } from "../../shared/ticket/schema.ts";
import { DEFAULT_TENANT, type Tenant } from "./swarm.ts";
import type { Observer } from "./wire.ts";

/** What a client asks for where no price is shown. */
const FALLBACK_ODDS_MILLI = 2_000;

/** Half of what a token may live: a wallet whose clock was set back must not take it for one that lives longer. */
export const TOKEN_TTL_MS = 43_200_000;

export type Bet = {
	readonly id?: string;
	readonly stakeMinor?: number;
	readonly policy?: "none" | "better" | "any";
	readonly region?: Region;
	readonly version?: number;
	/** False: the bet does not say which version of the market its player saw, and is taken under the one that its desk finds. */
	readonly namesVersion?: boolean;
	readonly oddsMilli?: number;
	readonly currency?: string;
};
export type Leg = { readonly matchId: string; readonly marketId: string; readonly outcomeId: string };

/** What a player reaches of its platform. */
type Reached = {
	readonly observe: Observer;
	readonly match: (matchId: string) => MatchActor;
	readonly wallet: (name: string) => WalletActor;
	readonly walletClient: (from: string, wallet: string) => WalletRpc;
};

export class Player {
	readonly #platform: Reached;
	readonly playerId: string;
	readonly walletName: string;
	readonly region: Region;
	readonly tenant: Tenant;
	#token: string;
	#bets = 0;

	constructor(
		platform: Reached,
		playerId: string,
		wallet: string,
		token: string,
		region: Region,
		tenant: Tenant = DEFAULT_TENANT,
	) {
		this.#platform = platform;
		this.playerId = playerId;
		this.walletName = wallet;
		this.#token = token;
		this.region = region;
		this.tenant = tenant;
	}

	get token(): string {
		return this.#token;
	}

	/** A new token, where the old one has been revoked. */
	async signIn(): Promise<void> {
		const { playerId, walletName: wallet, tenant } = this;
		const request = { v: 1 as const, wallet, playerId, ...tenant, openingBalanceMinor: 0, tokenTtlMs: TOKEN_TTL_MS };
		this.#token = (await this.#platform.wallet(wallet).createPlayer(request)).token;
	}

	/** The price a page would show for a leg. */
	shown({ matchId, marketId, outcomeId }: Leg): { oddsMilli: number; version: number; status: string } {
		const request = { v: 1 as const, matchId, asks: [{ market: marketId, view: "standard" }] };
		const quote = this.#platform.match(matchId).quote(request);
		const from = `client:${this.playerId}`;
		this.#platform.observe({ from, to: `match:${matchId}`, method: "quote", request, answer: quote, isByOld: false });
		const market = quote.markets[0];
		return {
			oddsMilli: market?.outcomes[outcomeId]?.oddsMilli ?? 0,
			version: market?.version ?? 0,
			status: market?.status ?? "unknown",
		};
	}

	/** Which of these markets a page would show as open. */
	open(matchId: string, marketIds: readonly string[]): readonly string[] {
		const asks = marketIds.map((market) => ({ market, view: "standard" }));
		const { markets } = this.#platform.match(matchId).quote({ v: 1, matchId, asks });
		return markets.flatMap(({ market, status }) => (status === "open" ? [market] : []));
	}

	/** A bet at the prices shown now, where they have been looked at already: `prices`. */
	prepare(legs: readonly Leg[], bet: Bet = {}, prices = legs.map((leg) => this.shown(leg))): PlaceRequest {
		const shown = legs.map((leg, legNo) => ({ ...leg, ...(prices[legNo] ?? this.shown(leg)) }));
		return {
			v: 1,
			wallet: this.walletName,
			playerId: this.playerId,
			region: bet.region ?? this.region,
			token: this.token,
			ticket: {
				id: bet.id ?? `bet-${++this.#bets}-${this.playerId.slice(-4)}`,
				legs: shown.map(({ matchId, marketId, outcomeId, oddsMilli, version }) => ({
					matchId,
					marketId,
					outcomeId,
					oddsMilli: bet.oddsMilli ?? (oddsMilli === 0 ? FALLBACK_ODDS_MILLI : oddsMilli),
					...(bet.namesVersion === false ? {} : { marketVersion: bet.version ?? version }),
				})),
				stakeMinor: bet.stakeMinor ?? 1_000,
				currency: bet.currency ?? this.tenant.currency,
				pricePolicy: { kind: bet.policy ?? "any" },
			},
		};
	}

	/** Over the network, like any client. */
	send(request: PlaceRequest): Promise<PlaceAnswer> {
		return this.#platform.walletClient(`client:${this.playerId}`, this.walletName).place(request);
	}

	/** Places a bet at the prices shown; does not move the clock, so the answer comes when the world is advanced. */
	place(legs: readonly Leg[], bet: Bet = {}): Promise<PlaceAnswer> {
		return this.#platform.wallet(this.walletName).place(this.prepare(legs, bet));
	}

	async ticket(id: string): Promise<TicketView> {
		const wallet = this.#platform.wallet(this.walletName);
		const answer = await wallet.ticket({
			v: 1,
			wallet: this.walletName,
			playerId: this.playerId,
			token: this.token,
			ticketId: id,
			waitMs: 0,
		});
		if (answer.kind !== "ok") throw new Error(answer.code);
		return answer.value;
	}

	async balance(): Promise<{ cash: number; held: number; receivable: number }> {
		const wallet = this.#platform.wallet(this.walletName);
		const answer = await wallet.me({ v: 1, wallet: this.walletName, playerId: this.playerId, token: this.token });
		if (answer.kind !== "ok") throw new Error(answer.code);
		return { cash: answer.value.balanceMinor, held: answer.value.heldMinor, receivable: answer.value.receivableMinor };
	}
}
