/** What players have and how they stake it: some a little each time, some all they have, some as much as can ever be paid. */
import type { Random } from "../world/chance.ts";
import type { Platform } from "../world/platform.ts";
import type { Leg, Player } from "../world/player.ts";
import type { Tenant } from "../world/swarm.ts";

type Style = "steady" | "gambler" | "whale";
export type Purse = { readonly tenant: Tenant; readonly openingMinor: number; readonly style: Style };

/** The least stake of each currency, by which all others are drawn. */
const UNIT_MINOR: Readonly<Record<string, number>> = { EUR: 100, GBP: 100, USD: 100, JPY: 200, KWD: 400 };
const CURRENCIES = ["EUR", "EUR", "EUR", "GBP", "USD", "JPY", "JPY", "KWD", "KWD"] as const;
const LICENCES = ["generic", "generic", "generic", "generic", "generic", "prematch"] as const;
/** By currency, the most that can be paid; a whale stakes what would return just so much. */
const MOST_MINOR: Readonly<Record<string, number>> = {
	EUR: 10_000_000,
	GBP: 7_500_000,
	USD: 10_000_000,
	JPY: 20_000_000,
	KWD: 40_000_000,
};
const UNITS: Readonly<Record<Style, number>> = { steady: 2_000, gambler: 12, whale: 10_000_000 };
const DARING_MILLI = 10_000;
const unitOf = (currency: string): number => UNIT_MINOR[currency] ?? 100;

export class Purses {
	readonly #platform: Platform;
	readonly #random: Random;
	readonly #styles = new Map<string, Style>();
	readonly #hasWhales: boolean;

	constructor(platform: Platform, random: Random, hasWhales: boolean) {
		this.#platform = platform;
		this.#random = random;
		this.#hasWhales = hasWhales;
	}

	/** The purse of the next player. */
	draw(partnerId: string): Purse {
		const random = this.#random;
		const currency = CURRENCIES[Math.floor(random() * CURRENCIES.length)] ?? "EUR";
		const allowed = LICENCES[Math.floor(random() * LICENCES.length)] ?? "generic";
		const drawn = random();
		const style = this.#hasWhales && drawn < 0.4 ? "whale" : drawn < 0.6 ? "steady" : "gambler";
		const licence = style === "gambler" ? "generic" : allowed;
		return { tenant: { partnerId, licence, currency }, openingMinor: UNITS[style] * unitOf(currency), style };
	}

	give({ playerId }: Player, { style }: Purse): void {
		this.#styles.set(playerId, style);
	}

	/** A gambler who has been paid, and bets it away before anybody can take it back. */
	eager(players: readonly Player[]): Player | undefined {
		const isEager = (player: Player): boolean =>
			this.#styles.get(player.playerId) === "gambler" && this.#cashMinor(player) >= unitOf(player.tenant.currency);
		return players.find(isEager);
	}

	/** A whale bets on what hardly anybody believes in: only such a price can return more than may be paid. */
	daring(player: Player, legs: readonly Leg[]): Leg | undefined {
		if (this.#styles.get(player.playerId) !== "whale") return undefined;
		return legs.filter((leg) => player.shown(leg).oddsMilli >= DARING_MILLI)[0];
	}

	isBroke(player: Player): boolean {
		return this.#styles.get(player.playerId) === "gambler" && this.#cashMinor(player) < unitOf(player.tenant.currency);
	}

	leastMinor({ tenant }: Player): number {
		return unitOf(tenant.currency);
	}

	stakeMinor(player: Player, random: Random, shownOddsMilli: readonly number[]): number {
		const { currency } = player.tenant;
		const unit = unitOf(currency);
		const little = unit + Math.floor(random() * 9 * unit);
		// A slip of the hand: below the least stake, above the largest.
		const slip = random();
		if (slip < 0.015) return unit - 1;
		if (slip < 0.025) return 10_001 * unit;
		const style = this.#styles.get(player.playerId);
		if (style === "gambler" && random() < 0.9) return Math.max(unit, this.#cashMinor(player));
		if (style !== "whale" || random() < 0.3) return little;
		const odds = shownOddsMilli.reduce((product, milli) => (product * milli) / 1_000, 1);
		const most = (MOST_MINOR[currency] ?? 0) * (0.99 + random() * 0.012);
		return Math.max(unit, Math.floor(most / Math.max(1, odds)));
	}

	/** All a player can use, as their page would say. */
	#cashMinor({ playerId, walletName }: Player): number {
		const query = "SELECT balance FROM accounts WHERE account = ?";
		return Number(this.#platform.world.storage(walletName).exec(query, `cash:${playerId}`)[0]?.balance ?? 0);
	}
}
