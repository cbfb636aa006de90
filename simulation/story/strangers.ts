/**
 * People and providers who ask for what is not theirs: a group that sends for another's match, a partner and a player who reach for
 * another's player, bets that a licence forbids, traders who mistype or are their own second person. None of it may do anything.
 */
import { licenceProfile } from "../../shared/catalogue/licences.ts";
import { PROVIDER_NAMES } from "../../shared/catalogue/providers.ts";
import type { AppendAnswer, MatchRefusal } from "../../shared/contracts/lane.ts";
import type { Input, SportId, TraderAction } from "../../shared/feeds/canonical.ts";
import { mayOpen } from "../../shared/feeds/match-owners.ts";
import { fixture } from "../../testing/football-inputs.ts";
import type { Asked } from "../audit/tenants.ts";
import type { Random } from "../world/chance.ts";
import type { Platform } from "../world/platform.ts";
import type { Player } from "../world/player.ts";
import { groupOf, type Kind, type Weights } from "../world/swarm.ts";
import { pick } from "./scenario.ts";

export type StrangersDeps = {
	readonly platform: Platform;
	readonly random: Random;
	readonly weights: Weights;
	readonly matches: readonly string[];
	readonly players: readonly Player[];
	readonly count: (what: string) => void;
};

const RATES: readonly (readonly [kind: Kind, rate: number])[] = [
	["foreign", 0.02],
	["stranger", 0.02],
	["forbidden", 0.015],
	["burst", 0.003],
	["wrongCommand", 0.012],
	["retold", 0.008],
];
/** More than a player may send at once. */
const BURST = 80;
const REMEMBERED = 200;
const RETOLD_MS = 8_000;
const HEAT = { kind: "dead_heat", places: 1, tied: 2 } as const;
const [WIN, LOSE] = [{ kind: "win" }, { kind: "lose" }] as const;
/** What is no result of a match. */
const NO_RESULTS: readonly Omit<Extract<TraderAction, { action: "settle_market" }>, "action" | "marketId">[] = [
	{},
	{ outcomes: {} },
	{ winners: ["nobody"] },
	{ winners: [] },
	{ winners: ["home", "draw", "away"] },
	{ winners: ["home", "away"] },
	{ winners: ["home"], outcomes: { home: WIN, draw: LOSE, away: LOSE } },
	{ outcomes: { home: HEAT, draw: { ...HEAT, tied: 3 }, away: LOSE } },
	{ outcomes: { home: { ...HEAT, places: 2 }, draw: { ...HEAT, places: 2 }, away: LOSE } },
	{ outcomes: { home: HEAT, draw: HEAT, away: HEAT } },
];

export class Strangers {
	readonly #deps: StrangersDeps;
	/** What was sent of each match, so that it can be sent again, by its own provider and by another. */
	readonly #sent = new Map<string, readonly Input[]>();
	/** Tickets that no licence allows, and the first of the reasons. */
	readonly forbidden = new Map<string, string>();
	readonly asked: Asked[] = [];
	/** Matches whose own provider has been answered: their ids are taken. One that nobody is named for is whoever's comes first (LAN-6). */
	readonly #opened = new Set<string>();
	isHealed = false;
	#bets = 0;
	#mistakes = 0;

	constructor(deps: StrangersDeps) {
		this.#deps = deps;
		deps.platform.refused = (refusals) => this.told(refusals);
	}

	/** A step's chance of each. */
	act(): void {
		const { random, weights, count } = this.#deps;
		let left = random();
		for (const [kind, rate] of RATES) {
			left -= rate * weights[kind];
			if (left >= 0) continue;
			if (this.#do(kind)) count(kind);
			return;
		}
	}

	/** A match's own provider has its answer. */
	answered(matchId: string, { rejected }: AppendAnswer): void {
		this.#opened.add(matchId);
		this.told(rejected);
	}

	sent(matchId: string, inputs: readonly Input[]): void {
		this.#sent.set(matchId, [...(this.#sent.get(matchId) ?? []), ...inputs].slice(-REMEMBERED));
	}

	/** What was sent of a match, of late. */
	sentOf(matchId: string): readonly Input[] {
		return this.#sent.get(matchId) ?? [];
	}

	/** A provider that is told of refusals sends what was refused once more: it may be right by now (LAN-5). */
	told(refusals: readonly MatchRefusal[] = []): void {
		const { platform, random, count } = this.#deps;
		for (const { matchId, id } of refusals) {
			const input = this.#sent.get(matchId)?.find((one) => one.id === id);
			if (this.isHealed || input === undefined || random() > 0.5) continue;
			count("toldAgain");
			platform.world.ports("provider").timer(Math.floor(random() * RETOLD_MS), () => {
				platform.push(matchId, [input]).then(
					({ rejected }) => this.told(rejected),
					() => {},
				);
			});
		}
	}

	#do(kind: Kind): boolean {
		const { platform, random, matches, players } = this.#deps;
		const matchId =
			pick(
				random,
				matches.filter((id) => platform.names.includes(`match:${id}`)),
			) ?? null;
		const player = pick(random, players);
		if (matchId === null || player === undefined) return false;
		switch (kind) {
			case "foreign":
				return this.#sendForeign(matchId);
			case "stranger":
				return this.#reach(player);
			case "forbidden":
				return this.#bet(player, matchId);
			case "burst":
				return this.#burst(player, matchId);
			case "retold":
				return this.#mistake(matchId);
			default:
				return this.#mistype(matchId);
		}
	}

	/** The match's own provider mistypes something that says nothing of the match, and is refused as such. */
	#mistake(matchId: string): boolean {
		const { platform, random } = this.#deps;
		const sentAtMs = platform.world.now();
		const prices = ["home", "draw", "away"].map((outcomeId) => ({ outcomeId, oddsMilli: 1_010 }));
		const envelope = { v: 1 as const, id: `mistake-${++this.#mistakes}`, matchId, sentAtMs };
		const [own] = (this.#sent.get(matchId) ?? []).filter((input) => input.kind === "fixture");
		const sport: SportId = own?.sport === "tennis" ? "basketball" : "tennis";
		const input = pick<Input>(random, [
			{ ...envelope, kind: "reference_prices", marketId: "1x2", prices },
			{ ...envelope, kind: "bet_start", groups: ["nobody's"] },
			...(own === undefined
				? []
				: [
						{ ...own, ...envelope, sport },
						{ ...own, ...envelope, offered: { groups: ["nobody's"] } },
					]),
		]);
		if (input === undefined) return false;
		this.sent(matchId, [input]);
		platform.push(matchId, [input]).then(
			({ rejected }) => this.told(rejected),
			() => {},
		);
		return true;
	}

	/** The same ids as the match's own messages, and the gravest contents. */
	#sendForeign(matchId: string): boolean {
		const { platform, random } = this.#deps;
		const own = groupOf(platform.providerOf(matchId));
		const provider = pick(
			random,
			PROVIDER_NAMES.filter((name) => groupOf(name) !== own),
		);
		const like = pick(random, this.#sent.get(matchId) ?? []);
		if (provider === undefined) return false;
		if (!this.#opened.has(matchId) && mayOpen(platform.layout.owners, groupOf(provider), matchId)) return false;
		const nowMs = platform.world.now();
		const envelope = { v: 1 as const, matchId, id: like?.id ?? "1", sentAtMs: nowMs };
		const made = pick<Input>(random, [
			fixture({ scheduledAtMs: nowMs + 60_000 }),
			{ ...envelope, kind: "incident", incident: "goal", incidentId: "e1", side: "home" },
			{ ...envelope, kind: "state", phase: "ended", clock: { elapsedSec: 5_400, running: false } },
			...(like === undefined ? [] : [like]),
		]);
		if (made === undefined) return false;
		const input = { ...made, ...envelope };
		if (random() < 0.3) this.#sendAsLane(matchId, provider, input);
		else platform.push(matchId, [input], provider).catch(() => {});
		return true;
	}

	/** A lane of another group that took the match for its own, as one of an older configuration would. */
	#sendAsLane(matchId: string, provider: string, input: Input): void {
		const { platform } = this.#deps;
		const match = platform.match(matchId);
		const own = match.ops();
		if (own?.lane == null) return;
		const seq = own.lastSeq + 1;
		const logged = { seq, provider, receivedAtMs: platform.world.now(), input };
		try {
			match.apply({
				v: 1,
				matchId,
				lane: platform.laneOf(matchId, provider),
				fromSeq: seq,
				inputs: [logged],
				headSeq: seq,
				speech: null,
				quietLimitMs: 60_000,
				lostAfterMs: 60_000,
				feedLost: false,
			});
		} catch {
			// It is refused as no call of its contract.
		}
	}

	/** One player's token and another's account; one partner's word and another's player. */
	#reach(player: Player): boolean {
		const { platform, random, players } = this.#deps;
		const other = pick(
			random,
			players.filter(({ playerId }) => playerId !== player.playerId),
		);
		if (other === undefined) return false;
		const wallet = platform.wallet(other.walletName);
		const { playerId, walletName } = other;
		const ask = (what: string, isGranted: Promise<boolean> | boolean): void =>
			void Promise.resolve(isGranted).then(
				(granted) => this.asked.push({ what, by: player.playerId, of: playerId, isGranted: granted }),
				() => {},
			);
		const read = { v: 1 as const, wallet: walletName, playerId, token: player.token };
		const ticketId = `bet-${String(1 + Math.floor(random() * 40)).padStart(6, "0")}`;
		ask(
			"its balance",
			wallet.me(read).then(({ kind }) => kind === "ok"),
		);
		ask(
			`its ticket ${ticketId}`,
			wallet.ticket({ ...read, ticketId, waitMs: 0 }).then(({ kind }) => kind === "ok"),
		);
		if (player.tenant.partnerId !== other.tenant.partnerId)
			ask("the end of its tokens", wallet.revoke(playerId, "not ours", player.tenant.partnerId).kind === "revoked");
		return true;
	}

	/** Each breaks one rule of the licence, and nothing that is checked before it (BET-2). */
	#bet(player: Player, matchId: string): boolean {
		const { random } = this.#deps;
		const { licence, currency } = player.tenant;
		const profile = licenceProfile(licence);
		if (profile === null) return false;
		const leg = { matchId, marketId: "1x2", outcomeId: "home" };
		const made = pick(random, [
			{ code: "currency_mismatch", legs: [leg], stakeMinor: 1, currency: currency === "USD" ? "EUR" : "USD" },
			{ code: "same_match_twice", legs: [leg, { ...leg, outcomeId: "away" }], stakeMinor: 1, currency },
			{ code: "stake_below_minimum", legs: [leg], stakeMinor: (profile.minStakeMinor[currency] ?? 1) - 1, currency },
			{ code: "stake_above_maximum", legs: [leg], stakeMinor: (profile.maxStakeMinor[currency] ?? 0) + 1, currency },
		]);
		if (made === undefined || made.stakeMinor <= 0) return false;
		const id = `forbidden-${++this.#bets}`;
		const request = player.prepare(made.legs, { id, stakeMinor: made.stakeMinor });
		this.forbidden.set(`${player.playerId}/${id}`, made.code);
		player.send({ ...request, ticket: { ...request.ticket, currency: made.currency } }).catch(() => {});
		return true;
	}

	/** A page gone wild: one bet, sent many times at once. */
	#burst(player: Player, matchId: string): boolean {
		const { count } = this.#deps;
		const request = player.prepare([{ matchId, marketId: "1x2", outcomeId: "home" }], {
			id: `burst-${String(++this.#bets).padStart(4, "0")}`,
			stakeMinor: 100,
		});
		for (let n = 0; n < BURST; n++)
			player.send(request).then(
				(answer) => answer.kind !== "ticket" && answer.code === "too_many_requests" && count("tooManyRequests"),
				() => {},
			);
		return true;
	}

	/** What there is not cannot be settled, and what is no result of a market is none (SET-7). */
	#mistype(matchId: string): boolean {
		const { platform, random } = this.#deps;
		const made = pick<readonly [string, TraderAction]>(random, [
			["cyd", { action: "void_market", marketId: "none:1", reason: "mistyped" }],
			["dee", { action: "approve", proposalId: "none" }],
			["dee", { action: "dismiss", proposalId: "none" }],
			...NO_RESULTS.map((said) => ["eve", { action: "settle_market", marketId: "1x2", ...said }] as const),
		]);
		if (made === undefined) return false;
		const [trader, command] = made;
		platform.order(matchId, command, { trader }).then(
			({ kind }) =>
				this.asked.push({
					what: `${command.action} of ${matchId}`,
					by: trader,
					of: matchId,
					isGranted: kind === "applied",
				}),
			() => {},
		);
		return true;
	}
}
