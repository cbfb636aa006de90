/**
 * What goes wrong for a while: objects that answer slowly or refuse what they are asked, regions that are cut off whole, answers
 * that do not come back where requests arrive, clocks that are set, a database that stores nothing.
 */
import type { Evidence } from "../evidence/evidence.ts";
import { pick } from "../story/scenario.ts";
import type { Random } from "./chance.ts";
import type { Platform } from "./platform.ts";
import type { ReportQueue } from "./queue.ts";
import type { Relays } from "./relays.ts";
import type { Kind, Weights } from "./swarm.ts";
import type { Fate, Network } from "./wire.ts";

export type OutagesDeps = {
	readonly platform: Platform;
	readonly relays: Relays;
	readonly evidence: Evidence;
	readonly queue: ReportQueue;
	readonly random: Random;
	readonly weights: Weights;
	readonly regions: readonly string[];
	/** Whether the fault that would be next may happen; null: it is left out. */
	readonly next: () => number | null;
	readonly tell: (what: string) => void;
	readonly count: (what: string) => void;
};
type Call = Parameters<Network>[0];
type Trouble = {
	readonly kind: Kind;
	readonly untilMs: number;
	readonly worsens: (call: Call) => Partial<Fate> | null;
};

const RATES: readonly (readonly [kind: Kind, rate: number])[] = [
	["slow", 0.003],
	["refusing", 0.003],
	["region", 0.002],
	["oneway", 0.003],
	["moved", 0.003],
	["clock", 0.003],
	["regionClock", 0.001],
	["database", 0.001],
];
const LEAST_MS = 1_000;
const MOST_MS = 15_000;
/** Beyond every timeout of a call: who waits for it has given it up. */
const HANGS_MS = 8_000;
const SLOW_MS = 6_500;
const STEP_MS = 120_000;
const DATABASE_MS = 90_000;
/** A database that is down when all else has healed comes back last. */
const DATABASE_LATE_MS = 20_000;

/** `desk:{match}:{region}`, `wallet:{region}:{n}`, `relay:{region}:{n}`, `client:p_{region}_{no}`; null: it has none. */
export function regionOf(name: string): string | null {
	const [kind = "", first = "", second = ""] = name.split(":");
	if (kind === "desk") return second;
	if (kind === "wallet" || kind === "relay") return first;
	return kind === "client" ? (first.split("_")[1] ?? null) : null;
}

export class Outages {
	readonly #deps: OutagesDeps;
	#troubles: readonly Trouble[] = [];
	/** How far each clock that was set is from where it stood. */
	readonly #set = new Map<string, number>();
	/** The latest time that any clock has shown: what was stamped by it waits for the true time to come there. */
	#furthestMs = 0;
	#isHealed = false;

	constructor(deps: OutagesDeps) {
		this.#deps = deps;
		// The whole of a match's reports may come when it is long over.
		if (deps.weights.database > 1.2) deps.queue.down(Number.POSITIVE_INFINITY);
	}

	get furthestMs(): number {
		return this.#furthestMs;
	}

	heal(): void {
		const { queue, platform, random } = this.#deps;
		this.#isHealed = true;
		for (const owner of this.#set.keys()) this.#setBack(owner);
		queue.isHealed = true;
		queue.up(platform.world.now() + Math.floor(random() * DATABASE_LATE_MS));
	}

	/** A step's chance of the beginning of one. */
	disturb(): void {
		const { random, platform, weights, next } = this.#deps;
		let left = random();
		const victim = pick(random, platform.names) ?? "";
		const lengthMs = LEAST_MS + Math.floor(random() ** 2 * MOST_MS);
		for (const [kind, rate] of RATES) {
			left -= rate * weights[kind];
			if (left >= 0) continue;
			const number = next();
			if (number !== null) this.#begin(kind, number, victim, lengthMs);
			return;
		}
	}

	/** What becomes of a call that would have had this fate. */
	worsen(call: Call, fate: Fate): Fate {
		if (this.#isHealed || this.#troubles.length === 0) return fate;
		const nowMs = this.#deps.platform.world.now();
		this.#troubles = this.#troubles.filter(({ untilMs }) => nowMs < untilMs);
		let worse = fate;
		for (const { kind, worsens } of this.#troubles) {
			const by = worsens(call);
			if (by === null) continue;
			this.#deps.count(`${kind}Calls`);
			worse = { ...worse, ...by };
		}
		return worse;
	}

	#begin(kind: Kind, number: number, victim: string, lengthMs: number): void {
		const { random, platform, regions, queue, tell, count } = this.#deps;
		const region = pick(random, regions) ?? "";
		count(kind);
		if (kind === "moved") this.#move(number, victim);
		else if (kind === "clock") this.#setClock(number, victim, lengthMs);
		else if (kind === "regionClock") {
			for (const name of platform.names) if (regionOf(name) === region) this.#setClock(number, name, lengthMs);
		} else if (kind === "database") {
			tell(`#${number} the database is down`);
			queue.down(platform.world.now() + Math.floor(random() * DATABASE_MS));
		} else if (kind === "region") this.#cutOff(number, region, lengthMs);
		else this.#trouble(kind, number, victim, lengthMs);
	}

	/** One object that is not what it was. */
	#trouble(kind: Kind, number: number, victim: string, lengthMs: number): void {
		const { random, tell } = this.#deps;
		tell(`#${number} ${kind}: ${victim} for ${lengthMs} ms`);
		this.#add(kind, lengthMs, ({ to }) => {
			if (to !== victim) return null;
			if (kind === "slow") return { answerDelayMs: Math.floor(random() * SLOW_MS) };
			if (kind === "oneway") return { lose: "answer", answerDelayMs: HANGS_MS };
			return random() < 0.8 ? { lose: "request" } : null;
		});
	}

	#cutOff(number: number, region: string, lengthMs: number): void {
		const { random, relays, tell, platform } = this.#deps;
		tell(`#${number} ${region} is cut off for ${lengthMs} ms`);
		const isInside = (name: string): boolean => regionOf(name) === region;
		relays.part((relay, publisher) => isInside(relay) && !isInside(publisher), platform.world.now() + lengthMs);
		this.#add("region", lengthMs, ({ from, to }) =>
			isInside(from) === isInside(to) ? null : { lose: "request", delayMs: random() < 0.5 ? HANGS_MS : 1 },
		);
	}

	#add(kind: Kind, lengthMs: number, worsens: Trouble["worsens"]): void {
		this.#troubles = [...this.#troubles, { kind, untilMs: this.#deps.platform.world.now() + lengthMs, worsens }];
	}

	/** Another machine, whose clock is another. */
	#move(number: number, victim: string): void {
		const { platform, evidence, random, tell } = this.#deps;
		const byMs = Math.floor((random() * 2 - 1) * STEP_MS * random());
		tell(`#${number} ${victim} moves to where it is ${byMs} ms later`);
		evidence.died(victim);
		platform.restart(victim);
		this.#step(victim, byMs);
	}

	/** Set, and back again. */
	#setClock(number: number, victim: string, lengthMs: number): void {
		const { platform, random, tell } = this.#deps;
		const byMs = Math.floor((random() * 2 - 1) * STEP_MS * random());
		tell(`#${number} the clock of ${victim} is set by ${byMs} ms`);
		this.#step(victim, byMs);
		platform.world.ports("chance").timer(lengthMs, () => this.#setBack(victim));
	}

	#step(owner: string, byMs: number): void {
		this.#note();
		this.#set.set(owner, (this.#set.get(owner) ?? 0) + byMs);
		this.#deps.evidence.prices.clockSet(owner);
		this.#deps.platform.world.setClock(owner, byMs);
	}

	#note(): void {
		const nowMs = this.#deps.platform.world.now();
		for (const byMs of this.#set.values()) this.#furthestMs = Math.max(this.#furthestMs, nowMs + byMs);
	}

	#setBack(owner: string): void {
		this.#note();
		const byMs = this.#set.get(owner) ?? 0;
		this.#set.delete(owner);
		this.#deps.evidence.prices.clockSet(owner);
		if (byMs !== 0) this.#deps.platform.world.setClock(owner, -byMs);
	}
}
