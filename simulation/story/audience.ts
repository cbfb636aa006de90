/** Who looks at what: some players at pages, which costs as much as the objects behind it, the others at their phones. */
import type { Region } from "../../shared/contracts/ids.ts";
import type { Random } from "../world/chance.ts";
import type { Player } from "../world/player.ts";
import { type AudienceDeps, Collector } from "./collectors.ts";
import { Phone } from "./phones.ts";
import { Page } from "./readers.ts";
import { Vandal } from "./vandals.ts";

export class Audience {
	readonly pages: Page[] = [];
	/** Players whose page is not compared in the end, so that they can be signed out. */
	readonly withPhones: Player[] = [];
	readonly #deps: AudienceDeps;
	readonly #phones: Phone[] = [];
	readonly #collectors: readonly Collector[];
	readonly #vandals: readonly Vandal[];
	readonly #phoneChance: Random;
	#isAway = false;

	constructor(deps: AudienceDeps) {
		this.#deps = deps;
		this.#phoneChance = deps.chance("phones");
		this.#collectors = Collector.draw(deps, deps.chance("collectors"));
		this.#vandals = Vandal.draw(deps, deps.chance("vandals"));
	}

	add(player: Player, region: Region): void {
		const { relays, world, chance } = this.#deps;
		const page = world.pages[this.pages.length];
		if (page === undefined) {
			this.#phones.push(new Phone(relays, player, region, this.#phoneChance));
			this.withPhones.push(player);
			return;
		}
		const sleep = page === "awake" ? null : chance("sleep");
		this.pages.push(new Page(relays, player, region, world.matches, sleep));
	}

	/** Nobody looks any more, whatever becomes of the sockets. */
	leave(): void {
		this.#isAway = true;
	}

	comeBack(): void {
		this.#isAway = false;
	}

	/** `safely`: whoever looks at an object may find it dying. */
	work(nowMs: number, safely: (work: () => void) => void): void {
		if (this.#isAway) return;
		for (const reader of [...this.pages, ...this.#phones, ...this.#collectors, ...this.#vandals])
			safely(() => reader.work(nowMs));
	}
}
