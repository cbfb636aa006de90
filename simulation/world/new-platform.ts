/** The platform of a history: its disks, its clocks and what may die at which await. */
import type { Random } from "./chance.ts";
import type { Disks } from "./disks.ts";
import type { Faults } from "./faults.ts";
import { Platform } from "./platform.ts";
import type { Swarm } from "./swarm.ts";

export type PlatformParts = {
	readonly swarm: Swarm;
	readonly disks: Disks;
	/** They are made with the platform in hand. */
	readonly faults: () => Faults;
	/** The last release signs and takes terms in ways of its own. */
	readonly isToday: boolean;
};

export function newPlatform(
	seed: number,
	chance: (part: string) => Random,
	{ swarm, disks, faults, isToday }: PlatformParts,
): Platform {
	const world = {
		skewMs: (owner: string) => Math.floor((chance(owner)() * 2 - 1) * swarm.maxSkewMs),
		...disks.options(),
		syncing: (owner: string) => faults().awaits(owner),
		starting: (owner: string) => faults().starts(owner),
		isSelfContained: true,
	};
	const platform = new Platform(seed, world, swarm.layout);
	disks.now = platform.world.now;
	if (!isToday) return platform;
	platform.signedOffsetMs = swarm.signedOffsetMs;
	platform.catalogue = swarm.catalogue;
	return platform;
}
