/** The real match, desks and wallet of a small world, and what comes to them from outside: inputs, marks, bets. */
import { DeskActor } from "../../durable-objects/desk/actor.ts";
import { MatchActor } from "../../durable-objects/match/actor.ts";
import type { Ports } from "../../durable-objects/runtime/ports.ts";
import { WalletActor } from "../../durable-objects/wallet/actor.ts";
import type { Tokens } from "../../durable-objects/wallet/tokens.ts";
import type { DeskRpc } from "../../shared/contracts/desk.ts";
import { deskName, deskParts, matchName } from "../../shared/contracts/ids.ts";
import type { ApplyAnswer, MatchRpc } from "../../shared/contracts/match.ts";
import type { PlaceRequest, WalletRpc } from "../../shared/contracts/wallet.ts";
import type { Input, TraderAction } from "../../shared/feeds/canonical.ts";
import * as inputs from "../../shared/pricing/testing.ts";
import { Disk } from "./disk.ts";
import { type Actor, Machine, type MachineDeps } from "./machine.ts";

export const REGION = "weur";
export const WALLET = `wallet:${REGION}:0`;
export const MARKET = "1x2";
export const OPENING_MINOR = 100_000;
export const STAKE_MINOR = 1_000;
const LANE = "lane:demo:0";
const PROVIDER = "replay";
const QUIET_LIMIT_MS = 3_000;
const LOST_AFTER_MS = 20_000;
/** A lane's mark comes each second, and says that the feed has just spoken. */
const MARK_MS = 1_000;
const NOBODYS = { ticketKey: `${`p_${REGION}_`.padEnd(23, "0")}/nobodys-0`, legNo: 0 };
/** A match that has just been born names its epoch in the first answer, and reopens on the second mark. */
const TWICE = [1, 2];
const HOUR_MS = 3_600_000;
export const playerId = (n: number): string => `p_${REGION}_${n.toString(16).padStart(16, "0")}`;

export type Scene = {
	readonly matches: readonly string[];
	/** The bet delay in play; null: before the match. */
	readonly delayMs: number | null;
	readonly capBaseMinor: number;
};

/** Signs nothing: in here nobody forges. */
const openTokens: Tokens = {
	sign: async (payload) => JSON.stringify(payload),
	verify: async (token) => JSON.parse(token),
};
const NO_BOARD = { upsert: async () => {} };
const NO_READERS = { send: () => {}, count: () => 0 };

export function makeActor(name: string, ports: Ports, machine: Machine): Actor {
	const [kind = "", id = ""] = name.split(":");
	const confirming = async (messages: readonly { readonly rows: readonly { readonly seq: number }[] }[]) => {
		const actor = machine.actor(name) as WalletActor | MatchActor;
		for (const { rows } of messages) actor.confirmReports(rows.at(-1)?.seq ?? 0);
	};
	if (kind === "match")
		return new MatchActor({
			ports,
			matchId: id,
			desk: (region) => machine.client<DeskRpc>(name, deskName(id, region)),
			board: () => NO_BOARD as never,
			sendReports: confirming,
			readers: NO_READERS,
		});
	if (kind === "desk")
		return new DeskActor({
			ports,
			name,
			...deskParts(name),
			match: () => machine.client<MatchRpc>(name, matchName(id)),
			wallet: (wallet) => machine.client<WalletRpc>(name, wallet),
		});
	return new WalletActor({
		ports,
		name,
		tokens: openTokens,
		desk: (desk) => machine.client<DeskRpc>(name, desk),
		sendReports: confirming,
		sendToReader: () => true,
	});
}

/** A scene that is set once; `start` begins it again. */
export class Stage {
	readonly scene: Scene;
	readonly #disks: ReadonlyMap<string, Disk>;
	/** Inputs of each match so far. */
	readonly #logs = new Map<string, number>();
	readonly #bets = new Map<string, PlaceRequest>();
	readonly #startMs = inputs.AT;

	constructor(scene: Scene) {
		this.scene = scene;
		const names = [...scene.matches.flatMap((matchId) => [matchName(matchId), deskName(matchId, REGION)]), WALLET];
		this.#disks = new Map(names.map((name) => [name, new Disk()]));
	}

	/** Matches on offer, two players with money. */
	async set(): Promise<void> {
		const machine = this.#machine({ arrived: () => {}, answered: () => {} });
		const { delayMs, capBaseMinor } = this.scene;
		const told = new Lane(machine);
		for (const matchId of this.scene.matches) {
			const scheduledAtMs = this.#startMs + HOUR_MS;
			await told.say(matchId, { ...inputs.fixture({ scheduledAtMs }), matchId });
			await told.trade(matchId, { action: "set_cap", capBaseMinor });
			if (delayMs === null) continue;
			await told.say(matchId, { ...inputs.phase("first_half", 0), matchId } as Input);
			await told.trade(matchId, { action: "set_delay", delayMs });
		}
		for (const matchId of this.scene.matches) {
			const desk = deskName(matchId, REGION);
			// Its tables are made once: what a schedule makes of them would be made again by each.
			(machine.actor(desk) as DeskActor).release({ v: 1, desk, wallet: WALLET, legs: [NOBODYS] });
		}
		for (const [matchId, seq] of told.logs) this.#logs.set(matchId, seq);
		const wallet = machine.actor(WALLET) as WalletActor;
		for (const n of [1, 2])
			await wallet.createPlayer({
				v: 1,
				wallet: WALLET,
				playerId: playerId(n),
				partnerId: "demo",
				licence: "generic",
				currency: "EUR",
				openingBalanceMinor: OPENING_MINOR,
				tokenTtlMs: 10 * HOUR_MS,
			});
		await machine.settle();
		for (const disk of this.#disks.values()) disk.mark();
	}

	/** Everything as it was set, every object asleep; in play the matches have restarted, and their feed speaks. */
	async start(observer: MachineDeps["observer"]): Promise<{ readonly machine: Machine; readonly lane: Lane }> {
		for (const disk of this.#disks.values()) disk.back();
		const machine = this.#machine(observer);
		const lane = new Lane(machine, this.#logs);
		if (this.scene.delayMs !== null)
			for (const matchId of this.scene.matches) for (const _ of TWICE) await lane.mark(matchId);
		return { machine, lane };
	}

	/** The same in every schedule: everything that its prices follow from is. */
	bet(machine: Machine, wanted: Wanted): PlaceRequest {
		const made = this.#bets.get(wanted.ticketId) ?? betOf(machine, wanted);
		this.#bets.set(wanted.ticketId, made);
		return made;
	}

	#machine(observer: MachineDeps["observer"]): Machine {
		return new Machine({ make: makeActor, observer }, this.#disks, this.#startMs);
	}
}

/** Stands for the lane: its word is with the match at once, and nothing of it is lost. */
export class Lane {
	readonly #machine: Machine;
	readonly logs: Map<string, number>;
	readonly #answers = new Map<string, ApplyAnswer>();
	#markedAtMs: number;

	constructor(machine: Machine, logs: ReadonlyMap<string, number> = new Map()) {
		this.#machine = machine;
		this.logs = new Map(logs);
		this.#markedAtMs = machine.clockMs;
	}

	trade(matchId: string, command: TraderAction): Promise<void> {
		const seq = (this.logs.get(matchId) ?? 0) + 1;
		return this.say(matchId, {
			v: 1,
			kind: "trader",
			id: `trade-${seq}`,
			matchId,
			sentAtMs: this.#machine.clockMs,
			trader: "ada",
			command,
		});
	}

	async say(matchId: string, input: Input): Promise<void> {
		const seq = (this.logs.get(matchId) ?? 0) + 1;
		this.logs.set(matchId, seq);
		await this.#apply(matchId, input);
	}

	mark(matchId: string): Promise<void> {
		return this.#apply(matchId, null);
	}

	get nextMarkAtMs(): number {
		return this.#markedAtMs + MARK_MS;
	}

	async markAll(matches: readonly string[]): Promise<void> {
		this.#machine.clockMs = Math.max(this.#machine.clockMs, this.nextMarkAtMs);
		this.#markedAtMs = this.#machine.clockMs;
		for (const matchId of matches) for (const _ of TWICE) await this.mark(matchId);
	}

	async #apply(matchId: string, input: Input | null): Promise<void> {
		const headSeq = this.logs.get(matchId) ?? 0;
		const known = this.#answers.get(matchId);
		const receivedAtMs = this.#machine.clockMs;
		const speech =
			known === undefined ? null : { epoch: known.epoch, answerNo: known.answerNo, sinceAnswerMs: 0, sinceSpokeMs: 0 };
		const what = input === null ? "mark" : `${input.kind} ${headSeq}`;
		await this.#machine.happens(matchName(matchId), what, () => {
			const match = this.#machine.actor(matchName(matchId)) as MatchActor;
			const answer = match.apply({
				v: 1,
				matchId,
				lane: LANE,
				fromSeq: input === null ? headSeq + 1 : headSeq,
				inputs: input === null ? [] : [{ seq: headSeq, provider: PROVIDER, receivedAtMs, input }],
				headSeq,
				speech,
				quietLimitMs: QUIET_LIMIT_MS,
				lostAfterMs: LOST_AFTER_MS,
				feedLost: false,
			});
			if (answer.rejected.length > 0) throw new Error(JSON.stringify(answer.rejected));
			this.#answers.set(matchId, answer);
		});
	}
}

export type Wanted = {
	readonly player: number;
	readonly ticketId: string;
	readonly matches: readonly string[];
	readonly outcomeId: string;
};

/** A bet at the prices of now. */
export function betOf(machine: Machine, { player, ticketId, matches, outcomeId }: Wanted): PlaceRequest {
	const token = { p: playerId(player), g: 1, e: machine.clockMs + HOUR_MS, f: machine.clockMs };
	return {
		v: 1,
		wallet: WALLET,
		playerId: playerId(player),
		region: REGION,
		token: JSON.stringify(token),
		ticket: {
			id: ticketId,
			legs: matches.map((matchId) => {
				const match = machine.actor(matchName(matchId)) as MatchActor;
				const [market] = match.quote({ v: 1, matchId, asks: [{ market: MARKET, view: "standard" }] }).markets;
				const oddsMilli = market?.outcomes[outcomeId]?.oddsMilli ?? 2_000;
				return { matchId, marketId: MARKET, outcomeId, oddsMilli, marketVersion: market?.version ?? 1 };
			}),
			stakeMinor: STAKE_MINOR,
			currency: "EUR",
			pricePolicy: { kind: "any" },
		},
	};
}
