/** What goes wrong: calls that are lost, late or repeated, connections that break, objects that die or are superseded. */
import type { TraderAction } from "../../shared/feeds/canonical.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { pick } from "../story/scenario.ts";
import type { Random } from "./chance.ts";
import type { Disks } from "./disks.ts";
import { Outages } from "./outages.ts";
import type { Platform } from "./platform.ts";
import type { ReportQueue } from "./queue.ts";
import type { Relays } from "./relays.ts";
import type { Kind, Weights } from "./swarm.ts";
import type { Fate, Network } from "./wire.ts";

export type Counts = Record<string, number>;
export type FaultsDeps = {
	readonly platform: Platform;
	readonly relays: Relays;
	readonly disks: Disks;
	readonly evidence: Evidence;
	readonly queue: ReportQueue;
	readonly regions: readonly string[];
	/** Of what goes wrong for a while: a chance of its own. */
	readonly lasting: Random;
	readonly random: Random;
	readonly weights: Weights;
	readonly matches: readonly string[];
	readonly capBaseMinor: number;
	/** Faults by number that are let happen; null: all. */
	readonly only: ReadonlySet<number> | null;
	/** How long until a market is decided. */
	readonly untilDecidedMs: () => number;
	readonly tell: (what: string) => void;
	readonly count: (what: string) => void;
};

/** A crash happens somewhere in a step of the simulation, or at one of an object's next awaits: a call, an answer, a write. */
const WITHIN_MS = 250;
const MAX_AWAITS = 12;
/** A start dies at one of its first statements. */
const MAX_STATEMENTS = 8;
const GOOD: Fate = { delayMs: 1, answerDelayMs: 1, lose: "", twice: false, againMs: 0, echoes: false };
const SUPERSEDED_MS = 3_000;
const LATE_MS = 1_950;
/** A request is repeated soon, or when everything about it has been forgotten. */
const AGAIN_MS = 5_000;
const LATE_AGAIN_MS = 60_000;
/** Calls that do the most harm when they come again: an offer behind the tombstone of its leg, a result behind a newer one. */
const REPEATED: Readonly<Record<string, number>> = { legResults: 0.2, offer: 0.15 };
const SELDOM = 0.02;
/** How likely each is in one step of a world that weighs it with one. */
const RATES: readonly (readonly [kind: Kind, rate: number])[] = [
	["crash", 0.007],
	["trap", 0.007],
	["supersede", 0.008],
	["cut", 0.008],
	["trader", 0.006],
	["caps", 0.004],
	["socket", 0.006],
	["lateDisk", 0.005],
	["power", 0.004],
	["stillborn", 0.005],
];
/** A world in which nothing of these happens would prove nothing. */
const LEAST_WEIGHT = 0.3;

const SETTLE_MS = 60_000;

export class Faults {
	readonly #deps: FaultsDeps;
	readonly #outages: Outages;
	#isHealed = false;
	#cut: { readonly a: string; readonly b: string; readonly untilMs: number } | null = null;
	#number = 0;
	/** By object: awaits after which it dies, and the fault's number. */
	readonly #traps = new Map<string, { readonly number: number; readonly left: number }>();
	/** Objects whose next start dies, and the fault's number. */
	readonly #stillborn = new Map<string, number>();

	constructor(deps: FaultsDeps) {
		this.#deps = deps;
		this.#outages = new Outages({ ...deps, random: deps.lasting, next: () => this.#next() });
		deps.platform.network = (call) => this.#outages.worsen(call, this.#fate(call));
		deps.platform.gate = ({ from }) => this.awaits(from);
	}

	/** An object waits for something: this may be the last that is heard of it. */
	awaits(owner: string): void {
		const trap = this.#traps.get(owner);
		if (trap === undefined) return;
		this.#traps.delete(owner);
		if (trap.left > 1) this.#traps.set(owner, { ...trap, left: trap.left - 1 });
		else if (!this.#isHealed) this.#crash(trap.number, owner);
	}

	/** An object starts: the statement at which it dies, if it does. */
	starts(owner: string): { readonly atStatement: number; readonly die: () => void } | null {
		const number = this.#stillborn.get(owner);
		if (number === undefined || this.#isHealed) return null;
		this.#stillborn.delete(owner);
		this.#deps.count("deathsInStarts");
		const atStatement = 1 + Math.floor(this.#deps.random() * MAX_STATEMENTS);
		// Tables are made when they are first used, which may be long after the start.
		const die = (): void => {
			if (!this.#isHealed) this.#crash(number, owner);
		};
		return { atStatement, die };
	}

	/** What a clock that was ahead has stamped waits for the true time to come there, and is settled then. */
	get calmAtMs(): number {
		return this.#outages.furthestMs + SETTLE_MS;
	}

	heal(): void {
		this.#isHealed = true;
		this.#outages.heal();
		this.#deps.disks.heal();
		this.#deps.relays.isHealed = true;
		this.#deps.tell("healed");
	}

	/** A step's chance of a fault. Each has a number, so that a failing history can be told with fewer of them. */
	disturb(): void {
		const { random, platform, relays } = this.#deps;
		this.#outages.disturb();
		const kind = this.#draw(random());
		const objects = [...platform.names.filter((name) => name !== "board"), ...relays.names];
		const victim = pick(random, objects);
		const other = pick(random, platform.names);
		const length = 500 + random() * 8_000;
		if (victim === undefined || other === undefined || kind === null) return;
		const number = this.#next();
		if (number === null) return;
		// Not between two steps, when all is quiet, but in the midst of whatever is under way.
		const atMs = Math.floor(random() * WITHIN_MS);
		platform.world.ports("chance").timer(atMs, () => {
			if (!this.#isHealed) this.#happen(number, kind, { victim, other, length });
		});
	}

	/** The number of the fault that is next; null: it is left out. */
	#next(): number | null {
		const number = ++this.#number;
		return this.#deps.only === null || this.#deps.only.has(number) ? number : null;
	}

	#crash(number: number, victim: string): void {
		const { platform, evidence, tell, count } = this.#deps;
		tell(`#${number} crash ${victim}`);
		count("crashes");
		evidence.died(victim);
		platform.restart(victim);
	}

	#draw(chance: number): Kind | null {
		let left = chance;
		for (const [kind, rate] of RATES) {
			const weight = this.#deps.weights[kind];
			left -= rate * (kind === "crash" ? Math.max(LEAST_WEIGHT, weight) : weight);
			if (left < 0) return kind;
		}
		return null;
	}

	#happen(
		number: number,
		kind: Kind,
		{ victim, other, length }: { readonly victim: string; readonly other: string; readonly length: number },
	): void {
		const { platform, tell, count, relays } = this.#deps;
		const isDeath = kind === "crash" || kind === "trap" || kind === "supersede" || kind === "stillborn";
		if (isDeath && victim.startsWith("relay:")) this.#restartRelay(number, victim, kind === "crash");
		else if (kind === "crash") this.#crash(number, victim);
		else if (kind === "trap") {
			count("traps");
			this.#traps.set(victim, { number, left: 1 + Math.floor(this.#deps.random() * MAX_AWAITS) });
		} else if (kind === "supersede") this.#supersede(number, victim);
		else if (kind === "cut") {
			tell(`#${number} cut ${victim} from ${other} for ${Math.round(length)} ms`);
			count("cuts");
			this.#cut = { a: victim, b: other, untilMs: platform.world.now() + length };
		} else if (kind === "trader") this.#meddle(number);
		else if (kind === "caps") this.#setCaps();
		else if (kind === "lateDisk") this.#delayStorage(number, victim, length);
		else if (kind === "power") this.#cutPower(number);
		else if (kind === "stillborn") {
			this.#stillborn.set(victim, number);
			this.#crash(number, victim);
		} else if (kind === "socket") {
			tell(`#${number} a socket breaks`);
			count("cutSockets");
			relays.cut();
		}
	}

	#restartRelay(number: number, victim: string, isCrash: boolean): void {
		const { tell, count, relays } = this.#deps;
		tell(`#${number} ${isCrash ? "crash" : "evict"} ${victim}`);
		count(isCrash ? "crashes" : "evicted");
		relays.restart(victim, isCrash);
	}

	#supersede(number: number, victim: string): void {
		const { platform, evidence, tell, count } = this.#deps;
		tell(`#${number} supersede ${victim}`);
		count("superseded");
		evidence.died(victim);
		platform.supersede(victim, SUPERSEDED_MS);
	}

	#meddle(number: number): void {
		const { platform, tell, count, matches, random } = this.#deps;
		count("traders");
		const matchId = pick(random, matches);
		const command = pick<TraderAction>(random, [{ action: "suspend" }, { action: "reopen" }, { action: "reopen" }]);
		if (matchId === undefined || command === undefined) return;
		tell(`#${number} a trader says ${command.action} to ${matchId}`);
		void platform.command(matchId, command, false).catch(() => {});
	}

	#setCaps(): void {
		const { platform, count, matches, capBaseMinor } = this.#deps;
		count("caps");
		for (const matchId of matches)
			void platform.command(matchId, { action: "set_cap", capBaseMinor }, false).catch(() => {});
	}

	#delayStorage(number: number, victim: string, length: number): void {
		const { disks, tell, count, random } = this.#deps;
		tell(`#${number} the storage of ${victim} is late for ${Math.round(length)} ms`);
		count("lateDisks");
		disks.late(victim, length);
		// A disk that is late often belongs to a machine that is about to die.
		if (random() < 0.7) this.#traps.set(victim, { number, left: 1 + Math.floor(random() * MAX_AWAITS) });
	}

	#cutPower(number: number): void {
		const { platform, tell, count, random } = this.#deps;
		tell(`#${number} power cut`);
		count("powerCuts");
		for (const name of platform.names) if (random() < 0.5) this.#crash(number, name);
	}

	#fate({ from, to, method }: Parameters<Network>[0]): Fate {
		if (this.#isHealed) return GOOD;
		const { random, platform, count } = this.#deps;
		const cut = this.#cut;
		const isCut =
			cut !== null &&
			platform.world.now() < cut.untilMs &&
			((cut.a === from && cut.b === to) || (cut.a === to && cut.b === from));
		const what = random();
		const lose = isCut || what < 0.02 ? "request" : what < 0.04 ? "answer" : "";
		if (lose !== "") count("lostCalls");
		const twice = random() < (REPEATED[method] ?? SELDOM);
		if (twice) count("repeatedCalls");
		const delay = (): number => Math.floor(random() ** 4 * (random() < 0.03 ? 3_000 : 80));
		// What a desk is told late may be overtaken by a result; a quote in time would have warned it.
		const isTense = this.#deps.untilDecidedMs() < LATE_MS;
		const isLate = (method === "confirm" || method === "quote") && random() < (isTense ? 0.8 : 0.1);
		return {
			delayMs: delay(),
			answerDelayMs: isLate ? Math.floor((isTense ? 0.6 + 0.4 * random() : random()) * LATE_MS) : delay(),
			lose,
			twice,
			// A wallet asks about what is overdue: just then its offer may come out of the network.
			echoes: method === "ask" && random() < 0.7,
			againMs: Math.floor(random() * (random() < 0.5 ? LATE_AGAIN_MS : AGAIN_MS)),
		};
	}
}
