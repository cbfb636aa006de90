/**
 * Players who bet while the platform dies under them. A bet that was not answered is sent again with the same id and content,
 * and every answer is held against the ones before: what was said once must stay true (BET-1).
 */
import { licenceProfile } from "../../shared/catalogue/licences.ts";
import type { MatchView } from "../../shared/protocol/match-view.ts";
import type { TicketView } from "../../shared/ticket/schema.ts";
import { getJson, sleep, type World } from "./world.ts";

export type Player = {
	readonly playerId: string;
	readonly token: string;
	readonly currency: string;
	readonly region: string;
	readonly openingMinor: number;
};
type Leg = {
	readonly matchId: string;
	readonly marketId: string;
	readonly outcomeId: string;
	readonly oddsMilli: number;
	readonly marketVersion: number;
};
export type Bet = {
	readonly player: Player;
	readonly id: string;
	readonly legs: readonly Leg[];
	sent: number;
	/** The newest answer; null until the platform has answered for the first time. */
	told: TicketView | null;
};

/** No player waits for ever: a request is given up after something between these, and sent again. */
const PATIENCE_MIN_MS = 400;
const PATIENCE_SPREAD_MS = 8_000;
const RETRY_MS = 100;
const PAUSE_SPREAD_MS = 400;
const ACCUMULATOR_SHARE = 0.3;
/** From the smallest stake that the demo licence allows; little, so that a player of 1000 units can go on betting. */
const STAKE_MIN_MINOR = licenceProfile("generic")?.minStakeMinor ?? {};
const STAKE_SPREAD_MINOR = 10;

export async function newPlayer(world: Pick<World, "url">, region: string, currency: string): Promise<Player> {
	const answer = await fetch(`${world.url}/v1/demo/players`, {
		method: "POST",
		headers: { "content-type": "application/json", "x-touchline-region": region },
		body: JSON.stringify({ currency }),
	});
	if (answer.status !== 201) throw new Error(`no player was made: ${answer.status}`);
	const made = (await answer.json()) as { playerId: string; token: string; balanceMinor: number };
	return { ...made, currency, region, openingMinor: made.balanceMinor };
}

export class Bettors {
	readonly bets: Bet[] = [];
	/** What the platform said and then said otherwise. */
	readonly contradictions: string[] = [];
	readonly #world: World;
	readonly #random: () => number;
	readonly #openMatches: () => readonly string[];
	#isOver = false;
	#isAbandoned = false;

	constructor(world: World, random: () => number, openMatches: () => readonly string[]) {
		this.#world = world;
		this.#random = random;
		this.#openMatches = openMatches;
	}

	/** Bets, one after the other, until `stop`; resolves when the last one is decided. */
	async run(player: Player, name: string): Promise<void> {
		for (let n = 0; !this.#isOver; n++) {
			const legs = await this.#choose().catch(() => []);
			if (legs.length > 0) await this.#place(player, `${name}-${String(n).padStart(5, "0")}`, legs);
			await sleep(this.#random() * PAUSE_SPREAD_MS);
		}
	}

	/** No more new bets; those that were sent are followed to their decision. */
	stop(): void {
		this.#isOver = true;
	}

	/** Nothing is sent any more, whatever was decided. */
	abandon(): void {
		this.#isOver = true;
		this.#isAbandoned = true;
	}

	async #choose(): Promise<readonly Leg[]> {
		const open = [...this.#openMatches()];
		const count = this.#random() < ACCUMULATOR_SHARE ? 2 : 1;
		const legs: Leg[] = [];
		while (legs.length < count && open.length > 0) {
			const [matchId = ""] = open.splice(Math.floor(this.#random() * open.length), 1);
			const { markets } = await getJson<Pick<MatchView, "markets">>(this.#world, `/v1/matches/${matchId}`);
			const choices = markets.flatMap(({ marketId, status, version, outcomes }) =>
				status !== "open"
					? []
					: outcomes.flatMap(({ outcomeId, oddsMilli }) =>
							oddsMilli === null ? [] : [{ matchId, marketId, outcomeId, oddsMilli, marketVersion: version }],
						),
			);
			const leg = choices[Math.floor(this.#random() * choices.length)];
			if (leg !== undefined) legs.push(leg);
		}
		return legs;
	}

	async #place(player: Player, id: string, legs: readonly Leg[]): Promise<void> {
		const minMinor = STAKE_MIN_MINOR[player.currency] ?? 1;
		const stakeMinor = minMinor + Math.floor(this.#random() * STAKE_SPREAD_MINOR);
		const body = JSON.stringify({ id, legs, stakeMinor, currency: player.currency, pricePolicy: "any" });
		const bet: Bet = { player, id, legs, sent: 0, told: null };
		this.bets.push(bet);
		while (!this.#isAbandoned && (bet.told === null || bet.told.status === "pending")) {
			bet.sent++;
			const told = await this.#send(bet, body).catch(() => null);
			if (told !== null) this.take(bet, told);
			else await sleep(RETRY_MS + this.#random() * RETRY_MS);
		}
	}

	async #send({ player, id }: Bet, body: string): Promise<TicketView | null> {
		const answer = await fetch(`${this.#world.url}/v1/bets`, {
			method: "POST",
			headers: {
				"content-type": "application/json",
				authorization: `Bearer ${player.token}`,
				"x-touchline-region": player.region,
				prefer: "wait=10",
			},
			body,
			signal: AbortSignal.timeout(Math.round(PATIENCE_MIN_MS + this.#random() * PATIENCE_SPREAD_MS)),
		});
		if (answer.status >= 500 || answer.status === 429) return null;
		if (answer.ok) return (await answer.json()) as TicketView;
		const words = (await answer.text()).slice(0, 200);
		this.contradictions.push(`bet ${id} was answered ${answer.status}: ${words}`);
		return null;
	}

	/** Keeps an answer, from whatever route, and holds it against the last one. */
	take(bet: Bet, told: TicketView): void {
		const wrong = bet.told === null ? null : contradiction(bet.told, told);
		if (wrong !== null) this.contradictions.push(`bet ${bet.id} of ${bet.player.playerId}: ${wrong}`);
		bet.told = told;
	}
}

/** What must not change between two answers about one ticket, in words; null where nothing did. */
export function contradiction(before: TicketView, after: TicketView): string | null {
	const same = (name: string, a: unknown, b: unknown): string | null =>
		JSON.stringify(a) === JSON.stringify(b) ? null : `${name} was ${JSON.stringify(a)} and is ${JSON.stringify(b)}`;
	const asked = ({ id, stakeMinor, currency, placedAtMs, legs }: TicketView): unknown => [
		[id, stakeMinor, currency, placedAtMs],
		legs.map(({ matchId, marketId, outcomeId, shownOddsMilli }) => [matchId, marketId, outcomeId, shownOddsMilli]),
	];
	const decided = ({ status, code, decidedAtMs, totalOddsMilli, potentialReturnMinor, legs }: TicketView): unknown => [
		[status === "settled" ? "accepted" : status, code, decidedAtMs, totalOddsMilli, potentialReturnMinor],
		legs.map(({ takenOddsMilli, marketVersion, epoch, seq, tick }) => [
			takenOddsMilli,
			marketVersion,
			epoch,
			seq,
			tick,
		]),
	];
	if (after.ticketVersion < before.ticketVersion)
		return `its version fell from ${before.ticketVersion} to ${after.ticketVersion}`;
	return (
		same("what was asked", asked(before), asked(after)) ??
		(before.status === "pending" ? null : same("the decision", decided(before), decided(after)))
	);
}
