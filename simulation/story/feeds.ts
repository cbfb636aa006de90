/** The providers of a history: what is known of each match before it is told, and the telling of what is due. */
import type { AppendAnswer } from "../../shared/contracts/lane.ts";
import type { Input } from "../../shared/feeds/canonical.ts";
import type { TrueMatch } from "../audit/true-match.ts";
import type { Evidence } from "../evidence/evidence.ts";
import type { Random } from "../world/chance.ts";
import type { Platform } from "../world/platform.ts";
import { nextDecision, type Script, type Timed } from "./script.ts";
import type { Strangers } from "./strangers.ts";

/** Not answered, they say it again so much later. */
const AGAIN_MS = 300;

type FeedsDeps = {
	readonly platform: Platform;
	readonly random: Random;
	readonly evidence: Pick<Evidence, "spoke">;
	readonly strangers: Pick<Strangers, "sent" | "answered">;
	readonly push: (matchId: string, inputs: readonly Input[]) => Promise<AppendAnswer>;
	readonly safely: (work: () => void) => void;
};

export class Feeds {
	readonly #deps: FeedsDeps;
	#scripts: ReadonlyMap<string, Timed[]> = new Map();
	/** What really happens, by match. */
	truth: ReadonlyMap<string, TrueMatch> = new Map();
	isHealed = false;

	constructor(deps: FeedsDeps) {
		this.#deps = deps;
	}

	begin(scripts: readonly (readonly [matchId: string, script: Script])[]): void {
		this.#scripts = new Map(scripts.map(([matchId, { timed }]) => [matchId, [...timed]]));
		this.truth = new Map(scripts.map(([matchId, { played }]) => [matchId, played]));
	}

	/** When a market will be decided next, in true time, as far as the scripts know. */
	decidedAtMs(): number {
		return nextDecision(this.#scripts);
	}

	/** What is due, and whether each feed is to be heard apart from what it says. */
	async tell(isBeat: boolean): Promise<void> {
		const { platform, random, evidence, safely } = this.#deps;
		const nowMs = platform.world.now();
		for (const [matchId, script] of this.#scripts) {
			const due: Timed[] = [];
			while (script[0] !== undefined && script[0].atMs <= nowMs) due.push(script.shift() as Timed);
			if (due.length > 0) {
				// A provider repeats what it is not sure of, and sometimes what it is.
				const again = !this.isHealed && random() < 0.1 ? 2 : 1;
				for (let times = 0; times < again; times++) await this.#push(matchId, due);
			}
			if (isBeat) {
				safely(() => platform.heartbeat(matchId));
				evidence.spoke(matchId);
			}
		}
	}

	/** A provider sends again until it is answered. */
	async #push(matchId: string, due: readonly Timed[]): Promise<void> {
		const { platform, strangers, push } = this.#deps;
		const { world } = platform;
		const inputs = due.map(({ input }) => input);
		strangers.sent(matchId, inputs);
		push(matchId, inputs)
			.then((answer) => strangers.answered(matchId, answer))
			.catch(() => void world.ports("client").timer(AGAIN_MS, () => void this.#push(matchId, due)));
		await world.settle();
	}
}
