/** A match as the contract describes it, small enough to see through, and a lane in front of it under virtual time. */

import { LaneActor, type LaneDeps } from "../durable-objects/lane/actor.ts";
import type { Ports } from "../durable-objects/runtime/ports.ts";
import type { Appended, CommandAnswer } from "../shared/contracts/lane.ts";
import {
	type ApplyAnswer,
	type ApplyRequest,
	applyRequestSchema,
	type MatchRpc,
	type RejectedInput,
} from "../shared/contracts/match.ts";
import { decodeRpc } from "../shared/decode.ts";
import type { FixtureInput, Input, LoggedInput, TraderAction } from "../shared/feeds/canonical.ts";
import { createTestWorld, type TestWorld } from "./world.ts";

const LANE = "lane:demo:0";
export const PROVIDER = "replay";

export type Call = { readonly atMs: number; readonly request: ApplyRequest };

export class ContractMatch implements Pick<MatchRpc, "apply"> {
	readonly calls: Call[] = [];
	readonly applied: LoggedInput[] = [];
	/** At each answer: when it believed the feed to have spoken (on the world's clock), and what it knew then. */
	readonly beliefs: { readonly nowMs: number; readonly spokeAtMs: number; readonly ids: ReadonlySet<string> }[] = [];
	inPlay = false;
	ended = false;
	/** `down`: throws at once. `stuck`: answers, and takes nothing. `foreign`, `contract`: refuses the call itself. */
	mode: "up" | "down" | "stuck" | "foreign" | "contract" = "up";
	/** Each call is acted on and answered so long after it came. */
	delayMs = 0;
	/** So many answers get lost, after the call has been acted on. */
	lostAnswers = 0;
	/** Inputs it stores and refuses. */
	readonly refuses = new Map<string, { readonly code: string; readonly message: string }>();
	inFlight = 0;
	maxInFlight = 0;
	/** When the feed has spoken, on the match's own clock, which is not the lane's. */
	spokeAtMs: number | null = null;
	readonly skewMs: number;
	readonly #world: TestWorld;
	readonly #matchId: string;
	readonly #rejected = new Map<number, RejectedInput>();
	readonly #answeredAt = new Map<number, number>();
	#epoch = 1;
	#answerNo = 0;

	constructor(world: TestWorld, matchId: string, skewMs = 12_345) {
		this.#world = world;
		this.#matchId = matchId;
		this.skewMs = skewMs;
	}

	get lastSeq(): number {
		return this.applied.at(-1)?.seq ?? 0;
	}

	get lastCall(): ApplyRequest {
		const call = this.calls.at(-1);
		if (call === undefined) throw new Error("never called");
		return call.request;
	}

	/** A new instance on the same storage: what it knew of speech is gone. */
	restart(): void {
		this.#epoch++;
		this.#answerNo = 0;
		this.#answeredAt.clear();
		this.spokeAtMs = null;
	}

	/** Its storage is gone as well. */
	forget(keep: number): void {
		this.applied.length = keep;
		this.restart();
	}

	async apply(raw: ApplyRequest): Promise<ApplyAnswer> {
		const request = decodeRpc("match.apply", applyRequestSchema, structuredClone(raw));
		this.calls.push({ atMs: this.#world.now(), request });
		if (this.mode === "down") throw new Error("no such object now");
		if (this.mode === "foreign" || this.mode === "contract") throw refusedCall(this.mode === "foreign" ? "lane" : "v");
		this.maxInFlight = Math.max(this.maxInFlight, ++this.inFlight);
		try {
			if (this.delayMs > 0) await this.#sleep(this.delayMs);
			return await this.#act(request);
		} finally {
			this.inFlight--;
		}
	}

	async #act({ fromSeq, inputs, headSeq, speech, matchId }: ApplyRequest): Promise<ApplyAnswer> {
		if (matchId !== this.#matchId) throw new Error(`this is ${this.#matchId}`);
		const nowMs = this.#world.now() + this.skewMs;
		const rejected: RejectedInput[] = [];
		for (const logged of this.mode === "stuck" || fromSeq > this.lastSeq + 1 ? [] : inputs) {
			if (logged.seq === this.lastSeq + 1) this.#store(logged);
			const refusal = this.#rejected.get(logged.seq);
			if (refusal !== undefined) rejected.push(refusal);
		}
		if (this.lastSeq === headSeq && rejected.length === 0) this.#hear(speech, nowMs);
		if (this.spokeAtMs !== null) {
			const ids = new Set(this.applied.map(({ input }) => input.id));
			this.beliefs.push({ nowMs: this.#world.now(), spokeAtMs: this.spokeAtMs - this.skewMs, ids });
		}
		this.#answeredAt.set(++this.#answerNo, nowMs);
		const answer: ApplyAnswer = {
			v: 1,
			epoch: `e${this.#epoch}`,
			answerNo: this.#answerNo,
			lastSeq: this.lastSeq,
			inPlay: this.inPlay,
			ended: this.ended,
			rejected,
		};
		if (this.lostAnswers > 0) {
			this.lostAnswers--;
			throw new Error("the answer got lost");
		}
		return answer;
	}

	/** Only with everything the lane holds, and only where nothing that came with it was refused. */
	#hear(speech: ApplyRequest["speech"], nowMs: number): void {
		const answeredAtMs = speech?.epoch === `e${this.#epoch}` ? this.#answeredAt.get(speech.answerNo) : undefined;
		if (speech === null || answeredAtMs === undefined) return;
		const spokeAtMs = Math.min(nowMs, answeredAtMs + speech.sinceAnswerMs - speech.sinceSpokeMs);
		this.spokeAtMs = Math.max(this.spokeAtMs ?? spokeAtMs, spokeAtMs);
	}

	#store(logged: LoggedInput): void {
		this.applied.push(logged);
		const refusal = this.refuses.get(logged.input.id);
		if (refusal !== undefined) this.#rejected.set(logged.seq, { seq: logged.seq, ...refusal });
	}

	#sleep(ms: number): Promise<void> {
		return new Promise((resolve) => void this.#world.ports("match").timer(ms, resolve));
	}
}

/** A contract fault as it comes out of an RPC: with its code, without its class. */
function refusedCall(path: string): Error {
	const errors = [{ path, message: "not this" }];
	return Object.assign(new Error(`match.apply: ${path}: not this`), { code: "contract_fault", errors });
}

/** One lane, its matches, and what a provider and a trader send it. */
export class LaneBench {
	readonly world = createTestWorld();
	/** How long a write takes to be durable. */
	syncMs = 0;
	/** Statements that storage does not take. */
	failing: RegExp | null = null;
	/** What has been asked of storage and of timers. */
	readonly statements: string[] = [];
	timers = 0;
	actor: LaneActor;
	readonly #matches = new Map<string, ContractMatch>();
	readonly #over: Partial<Pick<LaneDeps, "board" | "mayOpen">>;

	constructor(over: Partial<Pick<LaneDeps, "board" | "mayOpen">> = {}) {
		this.#over = over;
		this.actor = this.#start();
		this.world.onAlarm(LANE, () => this.actor.onAlarm());
	}

	match(matchId: string): ContractMatch {
		const match = this.#matches.get(matchId) ?? new ContractMatch(this.world, matchId);
		this.#matches.set(matchId, match);
		return match;
	}

	/** The lane's memory is gone; it comes back with its next call or its alarm. */
	restart(): void {
		this.world.crash(LANE);
		this.actor = this.#start();
	}

	async append(
		inputs: readonly Input[],
		provider = PROVIDER,
		heldMs = 0,
		signedAtMs?: number,
	): Promise<readonly Appended[]> {
		const answer = this.actor.append({ v: 1, lane: LANE, provider, heldMs, signedAtMs, inputs: [...inputs] });
		const [{ results }] = await Promise.all([answer, this.world.settle()]);
		return results;
	}

	/** Like append, without waiting for the answer. */
	send(...inputs: readonly Input[]): Promise<unknown> {
		return this.actor.append({ v: 1, lane: LANE, provider: PROVIDER, inputs: [...inputs] });
	}

	/** A heartbeat with a signed time, and how long ago the lane says the feed spoke after it. */
	async beat(signedAtMs: number): Promise<number | null> {
		await this.actor.heartbeat(PROVIDER, undefined, signedAtMs);
		await this.world.settle();
		return this.actor.ops().matches[0]?.spokeAgoMs ?? null;
	}

	/** A match that knows its fixture and is in play, with marks going. */
	async inPlay(matchId: string): Promise<ContractMatch> {
		const match = this.match(matchId);
		match.inPlay = true;
		await this.append([fixture(matchId)]);
		await this.world.advance(1_000);
		return match;
	}

	command(matchId: string, id: string, command: TraderAction = { action: "suspend" }): Promise<CommandAnswer> {
		return this.actor.command({ v: 1, lane: LANE, matchId, id, trader: "ada", command });
	}

	#start(): LaneActor {
		const ports = this.world.ports(LANE);
		const sync: Ports["sync"] = async () => {
			if (this.syncMs > 0) await new Promise<void>((resolve) => void ports.timer(this.syncMs, resolve));
			await ports.sync();
		};
		const sql: Ports["sql"] = {
			...ports.sql,
			exec: (query, ...bindings) => {
				this.statements.push(query);
				if (this.failing?.test(query) === true) throw new Error("storage does not take it");
				return ports.sql.exec(query, ...bindings);
			},
		};
		const timer: Ports["timer"] = (delayMs, run) => {
			this.timers++;
			return ports.timer(delayMs, run);
		};
		const matchClient = (matchId: string): ContractMatch => this.match(matchId);
		return new LaneActor({ ports: { ...ports, sql, timer, sync }, name: LANE, matchClient, ...this.#over });
	}
}

const SENT_AT = 1_781_136_000_000;

export const fixture = (matchId: string, over: Partial<FixtureInput> = {}): FixtureInput => ({
	v: 1,
	kind: "fixture",
	id: "fixture",
	matchId,
	sentAtMs: SENT_AT,
	sport: "football",
	competition: "Test cup",
	home: { name: "Northtown", short: "NOR" },
	away: { name: "Southtown", short: "SOU" },
	scheduledAtMs: SENT_AT,
	format: { extraTime: true, shootOut: false },
	prices: { oneXTwo: [2_000, 3_400, 3_900] },
	...over,
});

export const goal = (matchId: string, id: string, side: "home" | "away" = "home"): Input => ({
	v: 1,
	kind: "incident",
	id,
	matchId,
	sentAtMs: SENT_AT,
	incidentId: id,
	incident: "goal",
	side,
});

export const standing = (matchId: string, id: string): Input => ({
	v: 1,
	kind: "state",
	id,
	matchId,
	sentAtMs: SENT_AT,
	phase: "first_half",
	facts: { possession: "home", corners: 3 },
});
