/**
 * A deploy in mid-flight: the world begins with the last release, and its scripts become today's one after another, in the order
 * of `npm run deploy`. A script's objects do not change at one instant: each starts anew under the new code when it is next reset,
 * so that for a while old and new talk, with calls of both on their way, and what the old had stored is opened by the new.
 */

import { legKey } from "../../shared/contracts/ids.ts";
import type { AppendAnswer } from "../../shared/contracts/lane.ts";
import type { Input } from "../../shared/feeds/canonical.ts";
import { RETRY, RPC_TIMEOUT_MS } from "../../shared/limits.ts";
import { FORMER_MS } from "../../testing/world.ts";
import type { Violation } from "../audit/auditor.ts";
import type { Evidence } from "../evidence/evidence.ts";
import type { Random } from "../world/chance.ts";
import { LostCall } from "../world/lost-call.ts";
import type { Platform } from "../world/platform.ts";
import type { Relays } from "../world/relays.ts";
import type { Observer } from "../world/wire.ts";
import { type Code, TODAY } from "./code.ts";

export type DeploysDeps = {
	readonly platform: Platform;
	readonly relays: Relays;
	readonly evidence: Evidence;
	readonly random: Random;
	readonly last: Code;
	readonly startMs: number;
	readonly lengthMs: number;
	readonly tell: (what: string) => void;
	readonly count: (what: string) => void;
};
type Asked = { readonly vote: string; readonly ticketKey: string; readonly legNo: number };
type Deploy = {
	readonly script: string;
	readonly kinds: readonly string[];
	readonly atMs: number;
	readonly rollingMs: number;
	isMade: boolean;
};

/** Reporting goes before them, since rows grew: what stores reports in here is today's from the start. The edge follows, and holds no objects. */
const ORDER: readonly (readonly [script: string, kinds: readonly string[]])[] = [
	["live", ["match", "desk", "wallet", "board"]],
	["stream", ["relay"]],
	["ingest", ["lane"]],
];
/** Parts of a history: when the first script goes; how soon the next one follows, though objects of the last may still be old. */
const FIRST = [0.02, 0.25] as const;
const APART = [0.01, 0.08] as const;
/** Within so much of it every object of a script has been reset. */
const ROLLING = [0.02, 0.45] as const;
/** Objects of one kind are reset about the same time, so that in some worlds all matches are new while all wallets are old. */
const OWN_PART = 0.4;
/** How often an old instance goes on for a while beside the new one. */
const BESIDE = 0.25;
const BESIDE_MS = 3_000;
/** After so long nothing is heard of an old instance any more: what it tries again it tries until it is ended. */
const ALONE_MS = FORMER_MS + 5_000;
const UNREAD = /ContractFault: [a-z ]*(answer|answered):/;
/** From when nothing but the network is bad any more, until whatever was refused has been said again. */
const CALM_MS = RETRY.refusedMs + RPC_TIMEOUT_MS;
const kindOf = (name: string): string => name.split(":")[0] ?? "";

/** Old code refuses what is new to it. That is no fault of anybody's, but what was refused must get there in the end. */
class RefusedByOld extends LostCall {
	readonly code = "contract_fault";
	readonly errors: unknown;
	constructor(to: string, method: string, errors: unknown) {
		super(to, method);
		this.errors = errors;
	}
}

export class Deploys {
	readonly #deps: DeploysDeps;
	readonly #plan: readonly Deploy[];
	readonly #oldActors: ReadonlySet<unknown>;
	/** Objects that run old code, relays among them. */
	readonly #old = new Set<string>();
	/** By id, each message of the feed as its provider sends it: always the same, whoever reads it by then. */
	readonly #words = new Map<string, Input | null>();
	/** Nothing breaks when all is new: no death mends what a deploy has left behind. */
	readonly isQuietAfter: boolean;
	readonly #newSinceMs = new Map<string, number>();
	/** How many lines of the log were looked at. */
	#heard = 0;
	readonly #unread = new Set<string>();
	/** Votes that have reached their wallets by themselves: a question may have crossed one. */
	readonly #said = new Set<string>();
	readonly #askedFor = new Map<string, string>();
	#calmFromMs = Number.POSITIVE_INFINITY;
	overAtMs = Number.POSITIVE_INFINITY;

	constructor(deps: DeploysDeps) {
		this.#deps = deps;
		const { platform, random, last, startMs, lengthMs } = deps;
		const part = ([least, most]: readonly [number, number]): number =>
			Math.floor(lengthMs * (least + random() * (most - least)));
		this.isQuietAfter = random() < 0.5;
		let atMs = startMs + part(FIRST);
		this.#plan = ORDER.map(([script, kinds]) => {
			const deploy = { script, kinds, atMs, rollingMs: part(ROLLING), isMade: false };
			atMs += part(APART);
			return deploy;
		});
		this.#oldActors = new Set<unknown>([
			last.BoardActor,
			last.DeskActor,
			last.LaneActor,
			last.MatchActor,
			last.RelayActor,
			last.WalletActor,
		]);
		const observe = platform.observe;
		platform.observe = (call) => {
			observe(call);
			this.#observe(call);
		};
		platform.startUnder = (name) => this.#startUnder(name);
		platform.codeOf = (actor) => this.#codeOf(actor);
		platform.enter = (actor, to, method, request) => this.#enter(actor, to, method, request);
	}

	get isOver(): boolean {
		return this.#deps.platform.world.now() >= this.overAtMs;
	}

	/** All has healed. */
	heal(): void {
		this.#calmFromMs = Math.min(this.#calmFromMs, this.#deps.platform.world.now() + CALM_MS);
	}

	#ends(nowMs: number): void {
		this.overAtMs = nowMs;
		if (this.isQuietAfter) this.#calmFromMs = nowMs + CALM_MS;
	}

	/** RUN-5: when all is well again, no vote is so late that its wallet has to ask for it. */
	get violations(): readonly Violation[] {
		const asked = [...this.#askedFor].filter(([leg]) => !this.#said.has(leg)).map(([, what]) => what);
		const whats = [...this.#unread, ...asked];
		if (this.overAtMs === Number.POSITIVE_INFINITY) whats.push("some objects never came to the new release");
		return whats.map((what) => ({ rule: "RUN-5", what }));
	}

	#observe({ from, to, method, request, answer }: Parameters<Observer>[0]): void {
		if (method === "votes" && this.#deps.platform.isOfLast(from)) this.#deps.count("votes of old desks");
		if (method === "votes")
			for (const vote of (request as { readonly votes: readonly Asked[] }).votes) this.#said.add(legKey(vote));
		if (method !== "ask" || this.#deps.platform.world.now() < this.#calmFromMs) return;
		for (const vote of (answer as { readonly votes: readonly Asked[] }).votes)
			if (vote.vote === "yes")
				this.#askedFor.set(legKey(vote), `${legKey(vote)} was taken at ${to}, and ${from} had to ask`);
	}

	/** RUN-5: today's code reads what the last release answers. An old instance may go on beside it for a while, under its name. */
	#listen(nowMs: number): void {
		const { logs } = this.#deps.platform.world;
		for (; this.#heard < logs.length; this.#heard++) {
			const { owner, fields } = logs[this.#heard] ?? { owner: "", fields: null };
			const fault = String((fields as { readonly fault?: unknown } | null)?.fault ?? "");
			if (this.#old.has(owner) || nowMs - (this.#newSinceMs.get(owner) ?? 0) < ALONE_MS || !UNREAD.test(fault))
				continue;
			this.#unread.add(`${owner} could not read an answer: ${fault.split("\n")[0]}`);
		}
	}

	/** One step's share. */
	look(): void {
		const { platform, relays, random, tell } = this.#deps;
		const nowMs = platform.world.now();
		for (const deploy of this.#plan) {
			if (deploy.isMade || nowMs < deploy.atMs) continue;
			deploy.isMade = true;
			tell(`deploy of ${deploy.script}`);
			const objects = [...platform.names, ...relays.names].filter((name) => deploy.kinds.includes(kindOf(name)));
			const turns = this.#turns(deploy.kinds);
			for (const name of objects) {
				const isBeside = random() < BESIDE;
				const part = (turns.get(kindOf(name)) ?? 0) + random() * OWN_PART;
				const inMs = Math.floor(part * deploy.rollingMs);
				platform.world.ports("deploys").timer(inMs, () => this.#reset(name, isBeside));
			}
		}
		this.#listen(nowMs);
		if (this.overAtMs === Number.POSITIVE_INFINITY && this.#plan.every(({ isMade }) => isMade) && this.#old.size === 0)
			this.#ends(nowMs);
	}

	/** By kind, when its objects begin to be reset, as a part of the time it takes: in half of the worlds whoever answers comes before who asks. */
	#turns(kinds: readonly string[]): ReadonlyMap<string, number> {
		const { random } = this.#deps;
		const drawn = kinds.map(() => random() * (1 - OWN_PART));
		const turns = random() < 0.5 ? drawn : drawn.toSorted((a, b) => a - b);
		return new Map(kinds.map((kind, index) => [kind, turns[index] ?? 0]));
	}

	/** A push as its provider words it. */
	async push(matchId: string, inputs: readonly Input[]): Promise<AppendAnswer> {
		const { platform } = this.#deps;
		const worded = inputs.flatMap((input) => this.#worded(input) ?? []);
		if (worded.length === 0) return { v: 1, results: [] };
		return platform.push(matchId, worded);
	}

	/**
	 * The last release does not know `offered`, so for it that is left out; null: it cannot read the message all the same. What was
	 * once said is said so again.
	 */
	#worded(input: Input): Input | null {
		const key = `${input.matchId} ${input.id}`;
		const known = this.#words.get(key);
		if (known !== undefined) return known;
		const { offered: _, ...rest } = { offered: null, ...input };
		const worded = this.#isMade("lane") ? input : this.#deps.last.readInput(rest);
		this.#words.set(key, worded);
		return worded;
	}

	#reset(name: string, isBeside: boolean): void {
		const { platform, relays, evidence, tell, count } = this.#deps;
		if (!this.#old.has(name)) return;
		tell(`${name} goes on under the new release${isBeside ? ", the old one beside it" : ""}`);
		count("deployed");
		this.#old.delete(name);
		this.#newSinceMs.set(name, platform.world.now());
		if (kindOf(name) === "relay") {
			relays.restart(name, true);
			return;
		}
		evidence.died(name);
		if (isBeside) platform.supersede(name, BESIDE_MS);
		else platform.restart(name);
	}

	/** An object starts: under which code, which is noted. */
	#startUnder(name: string): Code {
		const isToday = this.#isMade(kindOf(name));
		if (isToday) this.#old.delete(name);
		else this.#old.add(name);
		return isToday ? TODAY : this.#deps.last;
	}

	#isMade(kind: string): boolean {
		return this.#plan.find(({ kinds }) => kinds.includes(kind))?.isMade ?? true;
	}

	#codeOf(actor: object): Code {
		return this.#oldActors.has(actor.constructor) ? this.#deps.last : TODAY;
	}

	/** A call arrives as its receiver's release reads it. */
	#enter(actor: object, to: string, method: string, request: unknown): unknown {
		const code = this.#codeOf(actor);
		const door = code.doors[kindOf(to)]?.[method];
		const isOld = code !== TODAY;
		if (door === undefined) {
			if (isOld) throw new LostCall(to, method);
			throw new Error(`${to} has no ${method}`);
		}
		let read: unknown;
		try {
			read = door(request);
		} catch (fault) {
			if (!isOld) throw fault;
			// What a provider pushes to it is said in its own words: refused, nothing of this history would ever begin.
			if (method === "append" && !this.#isMade("lane")) throw fault;
			this.#deps.count(`refused ${kindOf(to)}.${method}`);
			throw new RefusedByOld(to, method, (fault as { readonly errors?: unknown }).errors);
		}
		return (actor as Record<string, (argument: unknown) => unknown>)[method]?.call(actor, read);
	}
}
