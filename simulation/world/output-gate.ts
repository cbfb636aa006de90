/**
 * The output gate of Durable Objects: nothing leaves an object before what it had written until then is durable. The platform
 * promises it for every message, so the code leans on it where it answers in the turn that writes (match, desk, board), where
 * it reads, and where it sends frames. It is not lent to the paths on which money and inputs are promised: there the code says
 * by itself that it waits (group commit, outboxes), many share one wait, and a wait that is left out must be seen.
 */
import { Superseded, type TestWorld } from "../../testing/world.ts";

/** Methods that wait by themselves before they answer. */
const WAITS_BY_ITSELF: ReadonlySet<string> = new Set([
	"append",
	"command",
	"heartbeat",
	"place",
	"votes",
	"legResults",
]);

export class OutputGate {
	readonly #world: TestWorld;
	/** Frames on their way out, by object, in order. */
	readonly #waiting = new Map<string, (() => void)[]>();

	constructor(world: TestWorld) {
		this.#world = world;
	}

	/** Before an answer leaves. Calls out are never held: whoever calls has waited for what the call rests on. */
	async answers(owner: string, method: string, life: number): Promise<void> {
		if (WAITS_BY_ITSELF.has(method)) return;
		// Its disk may be quiet because it has died meanwhile.
		if (this.#world.generation(owner) === life) await this.#world.durable(owner);
		this.lives(owner, method, life);
	}

	/** Whoever has died over a call answers nothing, and what it had written may be gone. */
	lives(owner: string, method: string, life: number): void {
		if (!WAITS_BY_ITSELF.has(method) && this.#world.generation(owner) !== life) throw new Superseded(owner);
	}

	/** A frame leaves in its order, at once where nothing is under way. */
	leaves(owner: string, send: () => void): void {
		const waiting = this.#waiting.get(owner);
		if (waiting !== undefined) waiting.push(send);
		else if (this.#world.isDurable(owner)) send();
		else void this.#drain(owner, [send]);
	}

	/** The object has died, and what it wanted to say with it. */
	broken(owner: string): void {
		this.#waiting.delete(owner);
	}

	async #drain(owner: string, waiting: (() => void)[]): Promise<void> {
		this.#waiting.set(owner, waiting);
		try {
			while (waiting.length > 0) {
				const ready = waiting.splice(0);
				await this.#world.durable(owner);
				for (const send of ready) send();
			}
		} catch {
			waiting.length = 0;
		}
		if (this.#waiting.get(owner) === waiting) this.#waiting.delete(owner);
	}
}
