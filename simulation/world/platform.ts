/**
 * The real actors of lanes, matches, desks and wallets, wired together over a world whose clock moves when told. Calls
 * between objects can be held back, lost or made late; objects can die and come back from their storage.
 */

import type { BoardActor } from "../../durable-objects/board/actor.ts";
import type { DeskActor } from "../../durable-objects/desk/actor.ts";
import type { LaneActor } from "../../durable-objects/lane/actor.ts";
import type { MatchActor } from "../../durable-objects/match/actor.ts";
import { withTimeout } from "../../durable-objects/runtime/rpc-timeout.ts";
import type { WalletActor } from "../../durable-objects/wallet/actor.ts";
import { MATCH_CATALOGUE, type MatchCatalogue } from "../../shared/catalogue/match-terms.ts";
import type { BoardRpc } from "../../shared/contracts/board.ts";
import type { DeskRpc } from "../../shared/contracts/desk.ts";
import {
	BOARD_NAME,
	deskName,
	deskParts,
	laneName,
	matchName,
	type Region,
	walletNameOf,
} from "../../shared/contracts/ids.ts";
import {
	type AppendAnswer,
	type CommandAnswer,
	commandRequestSchema,
	type LaneRpc,
	type MatchRefusal,
} from "../../shared/contracts/lane.ts";
import type { MatchRpc } from "../../shared/contracts/match.ts";
import type { ReportMessage } from "../../shared/contracts/reports.ts";
import type { WalletRpc } from "../../shared/contracts/wallet.ts";
import { decodeRpc } from "../../shared/decode.ts";
import { type Input, inputSchema, type TraderAction } from "../../shared/feeds/canonical.ts";
import { mayOpen } from "../../shared/feeds/match-owners.ts";
import { createTestWorld, type TestWorld, type WorldOptions } from "../../testing/world.ts";
import { type Code, TODAY } from "../releases/code.ts";
import { copied } from "./copied.ts";
import { openTokens } from "./open-tokens.ts";
import { OutputGate } from "./output-gate.ts";
import { Player, TOKEN_TTL_MS } from "./player.ts";
import { unlessDead } from "./starts.ts";
import { DEFAULT_TENANT, groupOf, type Layout, PLAIN, PROVIDER, type Tenant } from "./swarm.ts";
import { type Asking, type Enter, enter, type Gate, type Network, type Observer, Wire } from "./wire.ts";

/** The sockets of an object's readers. Without a network of sockets everybody listens, and nobody hears. */
export type Sockets = {
	/** A publisher wants this sent, once what it rests on is durable. */
	readonly said: (frame: string) => void;
	/** Through the output gate, to those who listen now. */
	readonly send: (publisher: string, frame: string) => void;
	readonly sendTo: (socket: string, frame: string) => void;
	readonly has: (socket: string) => boolean;
	readonly count: (publisher: string) => number;
	/** The object is gone, and its connections with it. */
	readonly broken: (publisher: string) => void;
};
const NO_SOCKETS: Sockets = {
	said: () => {},
	send: () => {},
	sendTo: () => {},
	has: () => true,
	count: () => 1,
	broken: () => {},
};

/** A provider whose push was answered by nobody, because the lane died over it, gives it up and pushes again. */
const PUSH_TIMEOUT_MS = 10_000;

/** What comes from outside has been read before a lane has it, and has its keys in the order in which a log is read again. */
const read = (input: Input): Input => decodeRpc("input", inputSchema, input);

type Actors = { lane: LaneActor; match: MatchActor; desk: DeskActor; wallet: WalletActor; board: BoardActor };

export class Platform {
	readonly world: TestWorld;
	readonly reports: ReportMessage[] = [];
	gate: Gate = () => {};
	network: Network | null = null;
	asks: (call: Asking) => void = () => {};
	observe: Observer = () => {};
	/** A provider hears which of its messages a match has refused. */
	refused: (refusals: readonly MatchRefusal[]) => void = () => {};
	/** How far the clock by which providers sign is ahead of the true time (LAN-4); null: the age of what they say is told instead. */
	signedOffsetMs: number | null = null;
	/** What matches that open take of the catalogue. */
	catalogue: MatchCatalogue = MATCH_CATALOGUE;
	/** Told of an answer that leaves: from now on somebody may rest on it. */
	promised: Observer = () => {};
	/** Told of an object that has died, when its storage is what its next life will find. */
	died: (name: string) => void = () => {};
	sockets: Sockets = NO_SOCKETS;
	/** The release under which an object starts next, and under which one has started. */
	startUnder: (name: string) => Code = () => TODAY;
	codeOf: (actor: object) => Code = () => TODAY;
	enter: Enter = enter;
	readonly #actors = new Map<string, Actors[keyof Actors]>();
	readonly layout: Layout;
	readonly #gate: OutputGate;
	readonly #wire: Wire;
	#ids = 0;

	constructor(seed = 1, options: WorldOptions = {}, layout: Layout = PLAIN) {
		this.world = createTestWorld(seed, undefined, options);
		this.#gate = new OutputGate(this.world);
		this.#wire = new Wire(this.world, this.#gate, this);
		this.layout = layout;
	}

	/** The provider whose fixture opens a match: its group's lanes have its log. */
	providerOf(matchId: string): string {
		return this.layout.providers.get(matchId) ?? PROVIDER;
	}

	laneOf(matchId: string, provider = this.providerOf(matchId)): string {
		return laneName(groupOf(provider), matchId, this.layout.lanes);
	}

	/** Whether the instance that has this name now is of the last release. */
	isOfLast(name: string): boolean {
		const actor = this.#actors.get(name);
		return actor !== undefined && this.codeOf(actor) !== TODAY;
	}

	get names(): readonly string[] {
		return [...this.#actors.keys()];
	}

	match(matchId: string): MatchActor {
		const name = matchName(matchId);
		return this.#actor(name, () => {
			return new (this.startUnder(name).MatchActor)({
				ports: this.world.ports(name),
				matchId,
				catalogue: this.catalogue,
				desk: (region) => this.#wire.client<DeskRpc>(name, deskName(matchId, region), () => this.desk(matchId, region)),
				board: () => this.#wire.client<BoardRpc>(name, BOARD_NAME, () => this.board()),
				sendReports: (messages) => this.#take(messages),
				readers: {
					send: (frame) => this.#publish(name, frame),
					count: () => this.sockets.count(name),
				},
			});
		});
	}

	desk(matchId: string, region: Region = "weur"): DeskActor {
		const name = deskName(matchId, region);
		return this.#actor(name, () => {
			return new (this.startUnder(name).DeskActor)({
				ports: this.world.ports(name),
				name,
				matchId,
				region,
				match: () => this.#wire.client<MatchRpc>(name, matchName(matchId), () => this.match(matchId)),
				wallet: (wallet) => this.#wire.client<WalletRpc>(name, wallet, () => this.wallet(wallet)),
			});
		});
	}

	wallet(name: string): WalletActor {
		return this.#actor(name, () => {
			return new (this.startUnder(name).WalletActor)({
				ports: this.world.ports(name),
				name,
				tokens: openTokens,
				desk: (desk) => {
					const { matchId, region } = deskParts(desk);
					return this.#wire.client<DeskRpc>(name, desk, () => this.desk(matchId, region));
				},
				sendReports: (messages) => this.#take(messages),
				sendToReader: (socket, frame) => {
					this.sockets.said(frame);
					this.leaves(name, () => this.sockets.sendTo(socket, frame));
					return this.sockets.has(socket);
				},
			});
		});
	}

	/** Of the match's own provider, or where another one's word for it would go. */
	lane(matchId: string, provider = this.providerOf(matchId)): LaneActor {
		const name = this.laneOf(matchId, provider);
		return this.#actor(name, () => {
			return new (this.startUnder(name).LaneActor)({
				ports: this.world.ports(name),
				name,
				matchClient: (id) => this.#wire.client<MatchRpc>(name, matchName(id), () => this.match(id)),
				board: () => this.#wire.client<BoardRpc>(name, BOARD_NAME, () => this.board()),
				mayOpen: (id) => mayOpen(this.layout.owners, groupOf(provider), id),
			});
		});
	}

	board(): BoardActor {
		return this.#actor(
			BOARD_NAME,
			() =>
				new (this.startUnder(BOARD_NAME).BoardActor)({
					ports: this.world.ports(BOARD_NAME),
					readers: {
						send: (frame) => this.#publish(BOARD_NAME, frame),
						count: () => this.sockets.count(BOARD_NAME),
					},
				}),
		);
	}

	/** Matches for which a lane knows when their provider last spoke: a provider that speaks of one has spoken for all. */
	heardBy(lane: string): readonly string[] {
		return [...this.layout.providers.keys()].filter((matchId) => this.laneOf(matchId) === lane);
	}

	/** The object's memory is gone; it comes back from storage when it is next called. */
	restart(name: string): void {
		this.world.crash(name);
		this.#gone(name);
	}

	/** A newer instance takes over; for a while some calls still reach the old one, unless its writes have failed. */
	supersede(name: string, forMs: number): void {
		const actor = this.#actors.get(name);
		if (actor === undefined) return;
		const lost = this.world.supersede(name);
		this.#gone(name);
		if (lost === 0) this.#wire.keepFormer(name, actor, this.world.now() + forMs);
	}

	#gone(name: string): void {
		this.#actors.delete(name);
		this.#gate.broken(name);
		this.sockets.broken(name);
		this.died(name);
	}

	/** A frame leaves an object. */
	leaves(name: string, send: () => void): void {
		this.#gate.leaves(name, send);
	}

	#publish(name: string, frame: string): void {
		this.sockets.said(frame);
		this.sockets.send(name, frame);
	}

	/** A provider's push.  */
	async feed(...inputs: readonly Input[]): Promise<void> {
		for (const input of inputs) {
			await this.lane(input.matchId).append({
				v: 1,
				lane: this.laneOf(input.matchId),
				provider: this.providerOf(input.matchId),
				inputs: [read({ ...input, id: `i${++this.#ids}` })],
			});
		}
		await this.world.settle();
	}

	get #signedAtMs(): number | undefined {
		return this.signedOffsetMs === null ? undefined : this.world.now() + this.signedOffsetMs;
	}

	heartbeat(matchId: string): void {
		const provider = this.providerOf(matchId);
		const to = this.laneOf(matchId);
		const told = Promise.resolve(this.lane(matchId).heartbeat(provider, undefined, this.#signedAtMs)).then((answer) => {
			this.observe({ from: "provider", to, method: "heartbeat", request: { provider }, answer, isByOld: false });
			this.refused(answer.rejected ?? []);
		});
		this.world.ports("provider").background(told);
	}

	/** Time passes with the feed alive: a heartbeat each second. */
	async live(matchId: string, ms: number): Promise<void> {
		for (let left = ms; left > 0; left -= 1_000) {
			this.heartbeat(matchId);
			await this.world.advance(Math.min(1_000, left));
		}
	}

	/** One push over the network, as it is: with the provider's own ids, to its own group's lane, whosever the match is. */
	push(matchId: string, inputs: readonly Input[], provider = this.providerOf(matchId)): Promise<AppendAnswer> {
		const lane = this.laneOf(matchId, provider);
		const client = this.#wire.client<LaneRpc>("provider", lane, () => this.lane(matchId, provider));
		const signedAtMs = this.#signedAtMs;
		// The last release knows no such field, and refuses it whatever it says.
		const signed = signedAtMs === undefined ? {} : { signedAtMs };
		const call = client.append({ v: 1, lane, provider, ...signed, inputs: inputs.map(read) });
		return withTimeout(this.world.ports("provider"), "lane.append", PUSH_TIMEOUT_MS, call);
	}

	confirmReports(source: string, mark: number): void {
		if (source.startsWith("wallet:")) this.wallet(source).confirmReports(mark);
		else this.match(source.slice("match:".length)).confirmReports(mark);
	}

	walletClient(from: string, wallet: string): WalletRpc {
		return this.#wire.client<WalletRpc>(from, wallet, () => this.wallet(wallet));
	}

	async command(matchId: string, command: TraderAction, isAwaited = true, trader = "ada"): Promise<string> {
		const answer = this.order(matchId, command, { trader });
		if (isAwaited) await this.world.advance(200);
		return (await answer).kind;
	}

	/** The whole answer to a trader's command. */
	async tell(
		matchId: string,
		command: TraderAction,
		by: { readonly id?: string; readonly trader?: string } = {},
	): Promise<CommandAnswer> {
		const answer = this.order(matchId, command, by);
		await this.world.advance(200);
		return answer;
	}

	/** A trader's command; nobody waits for its answer. */
	order(
		matchId: string,
		command: TraderAction,
		by: { readonly id?: string; readonly trader?: string },
	): Promise<CommandAnswer> {
		const lane = this.laneOf(matchId);
		const { id = `c${++this.#ids}`, trader = "ada" } = by;
		const request = decodeRpc("command", commandRequestSchema, { v: 1, lane, matchId, id, trader, command });
		return this.lane(matchId).command(request);
	}

	async player(
		region: Region = "weur",
		balanceMinor = 100_000,
		{ no = ++this.#ids, tenant = DEFAULT_TENANT }: { readonly no?: number; readonly tenant?: Tenant } = {},
	): Promise<Player> {
		const playerId = `p_${region}_${no.toString(16).padStart(16, "0")}`;
		const wallet = walletNameOf(playerId, this.layout.shards);
		const { token } = await this.wallet(wallet).createPlayer({
			v: 1,
			wallet,
			playerId,
			...tenant,
			openingBalanceMinor: balanceMinor,
			tokenTtlMs: TOKEN_TTL_MS,
		});
		return new Player(this, playerId, wallet, token, region, tenant);
	}

	async #take(messages: readonly ReportMessage[]): Promise<void> {
		this.reports.push(...copied(messages));
	}

	/** An object that dies in its start has not started: the next one comes from storage. */
	#actor<T extends Actors[keyof Actors]>(name: string, make: () => T): T {
		const known = this.#actors.get(name);
		if (known !== undefined) return known as T;
		const life = this.world.generation(name);
		const made = unlessDead(make);
		if (made === null || this.world.generation(name) !== life) return this.#actor(name, make);
		this.#actors.set(name, made);
		this.world.onAlarm(name, () => this.#actor(name, make).onAlarm());
		return made;
	}
}
