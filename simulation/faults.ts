/** What goes wrong: calls that are lost, late or repeated, connections that break, objects that die or are superseded. */
import type { TraderAction } from "../shared/feeds/canonical.ts";
import type { Evidence } from "./evidence.ts";
import type { Fate, Platform } from "./platform.ts";
import type { Relays } from "./relays.ts";
import { pick, type Random } from "./scenario.ts";

export type Counts = Record<string, number>;
export type FaultsDeps = {
	readonly platform: Platform;
	readonly relays: Relays;
	readonly evidence: Evidence;
	readonly random: Random;
	readonly matches: readonly string[];
	readonly capBaseMinor: number;
	/** Faults by number that are let happen; null: all. */
	readonly only: ReadonlySet<number> | null;
	readonly tell: (what: string) => void;
	readonly count: (what: string) => void;
};

const GOOD: Fate = { delayMs: 1, answerDelayMs: 1, lose: "", twice: false, againMs: 0 };
const SUPERSEDED_MS = 3_000;

export class Faults {
	readonly #deps: FaultsDeps;
	#isHealed = false;
	#cut: { readonly a: string; readonly b: string; readonly untilMs: number } | null = null;
	#number = 0;

	constructor(deps: FaultsDeps) {
		this.#deps = deps;
		deps.platform.network = ({ from, to }) => this.#fate(from, to);
	}

	heal(): void {
		this.#isHealed = true;
		this.#deps.relays.isHealed = true;
		this.#deps.tell("healed");
	}

	/** A step's chance of a fault. Each has a number, so that a failing history can be told with fewer of them. */
	disturb(): void {
		const { random, platform, relays } = this.#deps;
		const what = random();
		const objects = [...platform.names.filter((name) => name !== "board"), ...relays.names];
		const victim = pick(random, objects);
		const other = pick(random, platform.names);
		const length = 500 + random() * 8_000;
		if (victim === undefined || other === undefined || what >= 0.046) return;
		const number = ++this.#number;
		if (this.#deps.only !== null && !this.#deps.only.has(number)) return;
		this.#happen(number, what, { victim, other, length });
	}

	#happen(
		number: number,
		what: number,
		{ victim, other, length }: { readonly victim: string; readonly other: string; readonly length: number },
	): void {
		const { platform, relays, evidence, tell, count, matches, random, capBaseMinor } = this.#deps;
		if (what < 0.022 && victim.startsWith("relay:")) {
			const isCrash = what < 0.012;
			tell(`#${number} ${isCrash ? "crash" : "evict"} ${victim}`);
			count("crashes");
			relays.restart(victim, isCrash);
		} else if (what < 0.012) {
			tell(`#${number} crash ${victim}`);
			count("crashes");
			evidence.died(victim);
			platform.restart(victim);
		} else if (what < 0.022) {
			tell(`#${number} supersede ${victim}`);
			count("superseded");
			evidence.died(victim);
			platform.supersede(victim, SUPERSEDED_MS);
		} else if (what < 0.03) {
			tell(`#${number} cut ${victim} from ${other} for ${Math.round(length)} ms`);
			this.#cut = { a: victim, b: other, untilMs: platform.world.now() + length };
		} else if (what < 0.036) {
			const matchId = pick(random, matches);
			const command = pick<TraderAction>(random, [{ action: "suspend" }, { action: "reopen" }, { action: "reopen" }]);
			if (matchId === undefined || command === undefined) return;
			tell(`#${number} a trader says ${command.action} to ${matchId}`);
			void platform.command(matchId, command, false).catch(() => {});
		} else if (what < 0.04) {
			for (const matchId of matches)
				void platform.command(matchId, { action: "set_cap", capBaseMinor }, false).catch(() => {});
		} else {
			tell(`#${number} a socket breaks`);
			count("cutSockets");
			relays.cut();
		}
	}

	#fate(from: string, to: string): Fate {
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
		const twice = random() < 0.02;
		if (twice) count("repeatedCalls");
		const delay = (): number => Math.floor(random() ** 4 * (random() < 0.03 ? 3_000 : 80));
		return { delayMs: delay(), answerDelayMs: delay(), lose, twice, againMs: Math.floor(random() * 5_000) };
	}
}
