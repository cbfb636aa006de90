/** What is run of sockets, long and short. */
export type Plan = {
	/** The last of them is what costs of deliveries are told of; the first is alone. */
	readonly crowds: readonly number[];
	readonly goals: number;
	readonly inputs: number;
	readonly inputsPerSec: number;
};

const MIDDLE = 100;

export const planOf = (isShort: boolean, most: number): Plan => ({
	crowds: [...new Set([1, ...(isShort || most <= MIDDLE ? [] : [MIDDLE]), most])],
	goals: isShort ? 8 : 40,
	inputs: isShort ? 30 : 150,
	inputsPerSec: 10,
});

/**
 * By how many sockets a crowd is larger than any before it: a process keeps the memory of those that have left, and grows by these only.
 * Null where it is not; nor is it told of the first, which brings what is there once.
 */
export function newSockets(crowds: readonly number[], no: number): number | null {
	const more = (crowds[no] ?? 0) - Math.max(0, ...crowds.slice(0, no));
	return no === 0 || more <= 0 ? null : more;
}
