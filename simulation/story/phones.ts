/**
 * A player's phone: it reads only what is the player's own, with the token it has. Signed out, it is told so; some come back with a
 * new token, others try the old one again.
 */
import type { Region } from "../../shared/contracts/ids.ts";
import { SOCKET } from "../../shared/limits.ts";
import type { Position } from "../../shared/protocol/frames.ts";
import { decodeServerFrame } from "../../shared/protocol/server-frame.ts";
import type { Random } from "../world/chance.ts";
import type { Player } from "../world/player.ts";
import type { Relays } from "../world/relays.ts";

const ME = "me";
const AGAIN_MS = [1_000, 6_000] as const;
/** Who was turned away shows the same token once more. */
const INSISTS = 0.3;

export class Phone {
	readonly #relays: Relays;
	readonly #player: Player;
	readonly #region: Region;
	readonly #random: Random;
	#token: string;
	#send: ((text: string) => void) | null = null;
	/** When it asks next, on a new connection or the one it has; null: it is being served. */
	#asksAtMs: number | null = 0;
	#connection = 0;
	#position: Position | null = null;
	#acked = 0;
	#ackedAtMs = 0;
	#nowMs = 0;

	constructor(relays: Relays, player: Player, region: Region, random: Random) {
		this.#relays = relays;
		this.#player = player;
		this.#region = region;
		this.#random = random;
		this.#token = player.token;
	}

	work(nowMs: number): void {
		this.#nowMs = nowMs;
		if (this.#asksAtMs !== null && nowMs >= this.#asksAtMs) this.#ask();
		const { epoch = "", offset = 0 } = this.#position ?? {};
		if (this.#send === null || offset <= this.#acked || nowMs - this.#ackedAtMs < SOCKET.ackMs) return;
		this.#ackedAtMs = nowMs;
		this.#acked = offset;
		this.#send(JSON.stringify(["ack", [[ME, epoch, offset]]]));
	}

	#ask(): void {
		if (this.#send === null) {
			const connection = ++this.#connection;
			this.#send = this.#relays.connect(this.#region, {
				message: (text) => connection === this.#connection && this.#read(text),
				closed: () => connection === this.#connection && this.#turnedAway(true),
			});
		}
		this.#asksAtMs = this.#send === null ? this.#later() : null;
		this.#send?.(JSON.stringify(["sub", ME, this.#position, { token: this.#token }]));
	}

	#read(text: string): void {
		const frame = decodeServerFrame(text);
		if (frame?.[0] === "image") {
			this.#position = { epoch: frame[2], offset: frame[3] };
			this.#acked = 0;
		} else if (frame?.[0] === "delta") this.#position = { epoch: frame[2], offset: frame[4] };
		else if (frame?.[0] === "error") this.#turnedAway(false);
	}

	#turnedAway(isClosed: boolean): void {
		if (isClosed) this.#send = null;
		if (this.#random() > INSISTS) this.#token = this.#player.token;
		this.#asksAtMs = this.#later();
	}

	#later(): number {
		const [least, most] = AGAIN_MS;
		return this.#nowMs + least + Math.floor(this.#random() * (most - least));
	}
}
