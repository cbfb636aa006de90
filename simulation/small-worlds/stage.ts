/** The real match, desks and wallet of a small world, set once: matches on offer, players with money, and the pasts that follow. */
import { DeskActor } from "../../durable-objects/desk/actor.ts";
import { MatchActor } from "../../durable-objects/match/actor.ts";
import { WalletActor } from "../../durable-objects/wallet/actor.ts";
import type { Tokens } from "../../durable-objects/wallet/tokens.ts";
import type { BoardRpc } from "../../shared/contracts/board.ts";
import type { DeskRpc } from "../../shared/contracts/desk.ts";
import { deskName, deskParts, matchName } from "../../shared/contracts/ids.ts";
import type { MatchRpc } from "../../shared/contracts/match.ts";
import type { PlaceRequest, WalletRpc } from "../../shared/contracts/wallet.ts";
import type { Input } from "../../shared/feeds/canonical.ts";
import * as inputs from "../../testing/football-inputs.ts";
import { Disk } from "./disk.ts";
import { applied, type LaneLine, traded } from "./lane.ts";
import { Living, type Make } from "./living.ts";
import { Pasts } from "./pasts.ts";
import type { Scene } from "./scene.ts";
import { judgeOf, type Seen } from "./seen.ts";

export const REGION = "weur";
export const WALLET = `wallet:${REGION}:0`;
export const MARKET = "1x2";
const OPENING_MINOR = 100_000;
export const STAKE_MINOR = 1_000;
export const START_MS = inputs.AT;
const NOBODYS = { ticketKey: `${`p_${REGION}_`.padEnd(23, "0")}/nobodys-0`, legNo: 0 };
const HOUR_MS = 3_600_000;
/** Of a whole book's two hundred markets a bet needs one, and each costs time whenever a match is told something. */
const OFFERED = { groups: ["main"] };
/** Living objects of each name: a past that another follows is mostly still stood at by one of them. */
const LIVINGS = 6;
export const playerId = (n: number): string => `p_${REGION}_${n.toString(16).padStart(16, "0")}`;

/** Signs nothing: in here nobody forges. */
const openTokens: Tokens = {
	sign: async (payload) => JSON.stringify(payload),
	verify: async (token) => JSON.parse(token),
};
const NO_BOARD: Pick<BoardRpc, "upsert"> = { upsert: async () => ({ v: 1 }) };
const NO_READERS = { send: () => {}, count: () => 0 };

const make: Make = (name, ports, client, self) => {
	const [kind = "", id = ""] = name.split(":");
	const confirming = async (messages: readonly { readonly rows: readonly { readonly seq: number }[] }[]) => {
		for (const { rows } of messages) (self() as WalletActor | MatchActor).confirmReports(rows.at(-1)?.seq ?? 0);
	};
	if (kind === "match")
		return new MatchActor({
			ports,
			matchId: id,
			desk: (region) => client<DeskRpc>(deskName(id, region)),
			board: () => NO_BOARD,
			sendReports: confirming,
			readers: NO_READERS,
		});
	if (kind === "desk")
		return new DeskActor({
			ports,
			name,
			...deskParts(name),
			match: () => client<MatchRpc>(matchName(id)),
			wallet: (wallet) => client<WalletRpc>(wallet),
		});
	return new WalletActor({
		ports,
		name,
		tokens: openTokens,
		desk: (desk) => client<DeskRpc>(desk),
		sendReports: confirming,
		sendToReader: () => true,
	});
};

export class Stage {
	readonly scene: Scene;
	/** All that there is, by name; elsewhere an object is its place in this list. */
	readonly names: readonly string[];
	readonly pasts: readonly Pasts<Seen>[];
	/** Inputs of each match so far. */
	readonly headSeq: number;

	private constructor(scene: Scene, names: readonly string[], pasts: readonly Pasts<Seen>[], headSeq: number) {
		this.scene = scene;
		this.names = names;
		this.pasts = pasts;
		this.headSeq = headSeq;
	}

	static async set(scene: Scene): Promise<Stage> {
		const names = [...scene.matches.flatMap((matchId) => [matchName(matchId), deskName(matchId, REGION)]), WALLET];
		let headSeq = 0;
		const pasts: Pasts<Seen>[] = [];
		for (const name of names) {
			const livings: Living[] = [];
			for (let n = 0; n < LIVINGS; n++) {
				const living = new Living(name, new Disk(), make, START_MS);
				if (name.startsWith("match:")) headSeq = await setMatch(living, scene);
				else if (name.startsWith("desk:")) await setDesk(living);
				else await setWallet(living);
				living.disk.mark();
				livings.push(living);
			}
			pasts.push(new Pasts(livings, judgeOf(name.split(":", 1)[0] ?? "", scene)));
		}
		return new Stage(scene, names, pasts, headSeq);
	}

	forget(): void {
		for (const pasts of this.pasts) pasts.forget();
	}

	index(name: string): number {
		const index = this.names.indexOf(name);
		if (index === -1) throw new Error(`there is no ${name}`);
		return index;
	}
}

/** Returns how many inputs it has had. */
async function setMatch(living: Living, { delayMs, capBaseMinor }: Scene): Promise<number> {
	const matchId = living.name.slice("match:".length);
	let line: LaneLine = { headSeq: 0, known: null };
	const say = async (input: Input): Promise<void> => {
		line = { ...line, headSeq: line.headSeq + 1 };
		const event = applied(matchId, line, input, START_MS, false);
		const { returned } = await living.tell({ ...event, atMs: START_MS });
		line = { ...line, known: returned as LaneLine["known"] };
	};
	const trade = (command: Parameters<typeof traded>[2]): Promise<void> => say(traded(matchId, line, command, START_MS));
	await say({ ...inputs.fixture({ scheduledAtMs: START_MS + HOUR_MS, offered: OFFERED }), matchId, id: "fixture" });
	await trade({ action: "set_cap", capBaseMinor });
	if (delayMs === null) return line.headSeq;
	await say({ ...inputs.phase("first_half", 0), matchId, id: "first-half" } as Input);
	await trade({ action: "set_delay", delayMs });
	return line.headSeq;
}

/** Its tables are made once: what a schedule makes of them would be made again by each. */
async function setDesk(living: Living): Promise<void> {
	const { name } = living;
	await living.tell({
		kind: "happens",
		what: "setting",
		withdraws: false,
		atMs: START_MS,
		run: (actor) => (actor as DeskActor).release({ v: 1, desk: name, wallet: WALLET, legs: [NOBODYS] }),
	});
}

async function setWallet(living: Living): Promise<void> {
	for (const n of [1, 2])
		await living.tell({
			kind: "happens",
			what: "setting",
			withdraws: false,
			atMs: START_MS,
			run: (actor) =>
				(actor as WalletActor).createPlayer({
					v: 1,
					wallet: WALLET,
					playerId: playerId(n),
					partnerId: "demo",
					licence: "generic",
					currency: "EUR",
					openingBalanceMinor: OPENING_MINOR,
					tokenTtlMs: 10 * HOUR_MS,
				}),
		});
}

export type Wanted = {
	readonly player: number;
	readonly ticketId: string;
	readonly matches: readonly string[];
	readonly outcomeId: string;
};
export type Quoted = { readonly oddsMilli: number; readonly version: number };

/** What a player is shown. */
export function quoteOf(actor: MatchActor, matchId: string, outcomeId: string): Quoted {
	const [market] = actor.quote({ v: 1, matchId, asks: [{ market: MARKET, view: "standard" }] }).markets;
	return { oddsMilli: market?.outcomes[outcomeId]?.oddsMilli ?? 2_000, version: market?.version ?? 1 };
}

/** A bet at the prices that were quoted. */
export function betOf(wanted: Wanted, quoted: readonly Quoted[], atMs: number): PlaceRequest {
	const { player, ticketId, matches, outcomeId } = wanted;
	const token = { p: playerId(player), g: 1, e: atMs + HOUR_MS, f: atMs };
	return {
		v: 1,
		wallet: WALLET,
		playerId: playerId(player),
		region: REGION,
		token: JSON.stringify(token),
		ticket: {
			id: ticketId,
			legs: matches.map((matchId, n) => {
				const { oddsMilli = 2_000, version = 1 } = quoted[n] ?? {};
				return { matchId, marketId: MARKET, outcomeId, oddsMilli, marketVersion: version };
			}),
			stakeMinor: STAKE_MINOR,
			currency: "EUR",
			pricePolicy: { kind: "any" },
		},
	};
}
