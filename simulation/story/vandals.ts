/**
 * A socket that sends what no page sends: no text, too much of it, no frame, topics that there are not, what is a player's own without
 * a token, and everything too often. It is turned away, comes back, and nobody else may notice.
 */
import type { Region } from "../../shared/contracts/ids.ts";
import { SOCKET } from "../../shared/limits.ts";
import type { Random } from "../world/chance.ts";
import type { Relays } from "../world/relays.ts";
import type { AudienceDeps } from "./collectors.ts";

const SELDOM = 0.3;
/** A step's chance that it does something. */
const ACTS = 0.15;
/** Whoever does so much of one thing is over every share. */
const MANY = 120;
/** Documentation's own range: nobody else has it. */
const ADDRESS = "198.51.100.7";

const SAYS: readonly ((no: number) => string)[] = [
	() => "?",
	() => '["sob","lobby"]',
	() => "[]",
	() => `["${"x".repeat(SOCKET.maxReaderFrameBytes)}"]`,
	() => `["${"é".repeat(SOCKET.maxReaderFrameBytes / 2)}"]`,
	() => '["sub","me",null,{}]',
	() => '["sub","me:p_weur_0000000000000001",null,{}]',
	() => '["unsub","lobby"]',
	() => '["unsub","match:nobody"]',
	(no) => `["sub","match:nobody-${no}",null,{}]`,
	() => '["sub","lobby",{"epoch":"of-another-life","offset":9000000},{}]',
	() => '["ack",[["lobby","of-another-life",9000000]]]',
];

export class Vandal {
	readonly #relays: Relays;
	readonly #region: Region;
	readonly #random: Random;
	#send: ((text: string) => void) | null = null;
	#connection = 0;
	#count = 0;

	private constructor(relays: Relays, region: Region, random: Random) {
		this.#relays = relays;
		this.#region = region;
		this.#random = random;
	}

	static draw({ relays, world }: AudienceDeps, random: Random): readonly Vandal[] {
		const region = world.regions[Math.floor(random() * world.regions.length)];
		return random() > SELDOM || region === undefined ? [] : [new Vandal(relays, region, random)];
	}

	work(_nowMs: number): void {
		if (this.#random() > ACTS) return;
		if (this.#send === null) {
			const connection = ++this.#connection;
			const closed = (): void => {
				if (connection === this.#connection) this.#send = null;
			};
			this.#send = this.#relays.connect(this.#region, { message: () => {}, closed }, ADDRESS);
			return;
		}
		const say = SAYS[Math.floor(this.#random() * SAYS.length)];
		const times = this.#random() < 0.1 ? MANY : 1;
		for (let n = 0; n < times; n++) this.#send?.(say?.(++this.#count) ?? "");
	}
}
