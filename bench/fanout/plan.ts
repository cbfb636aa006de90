/** What is run of sockets, long and short. */
export type Plan = {
	/** The last of them is what costs of deliveries are told of; the first is alone. */
	readonly crowds: readonly number[];
	readonly goals: number;
	readonly inputs: number;
	readonly inputsPerSec: number;
};

const MIDDLE = 100;
/** Deliveries a second at the steady pace: what reads them is on the same cores, and costs as much again. */
const MOST_PER_SEC = 10_000;
const PER_SEC = 10;

export function planOf(isShort: boolean, most: number): Plan {
	const inputsPerSec = Math.max(1, Math.min(PER_SEC, Math.floor(MOST_PER_SEC / most)));
	const isLarge = inputsPerSec < PER_SEC;
	return {
		crowds: [...new Set([1, ...(isShort || most <= MIDDLE ? [] : [MIDDLE]), most])],
		goals: (isShort ? 8 : 40) / (isLarge ? 2 : 1),
		inputs: (isShort ? 3 : 15) * inputsPerSec,
		inputsPerSec,
	};
}

/** What the platform is configured to: so many relays for the readers of a region, and one above them. */
export const relayVars = (relays: number): Readonly<Record<string, string>> => ({
	RELAYS_PER_REGION: String(relays),
	RELAY_TIERS: "1",
});

/**
 * By how many sockets a crowd is larger than any before it: a process keeps the memory of those that have left, and grows by these only.
 * Null where it is not; nor is it told of the first, which brings what is there once.
 */
export function newSockets(crowds: readonly number[], no: number): number | null {
	const more = (crowds[no] ?? 0) - Math.max(0, ...crowds.slice(0, no));
	return no === 0 || more <= 0 ? null : more;
}
