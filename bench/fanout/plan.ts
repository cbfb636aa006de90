/** What is run of sockets, long and short. */
export type Plan = {
	/** The last of them is what costs of deliveries are told of; the first is alone. */
	readonly crowds: readonly number[];
	readonly goals: number;
	readonly inputs: number;
	readonly inputsPerSec: number;
};

export const planOf = (isShort: boolean, most: number): Plan => ({
	crowds: [...new Set([1, ...(isShort ? [] : [100]), most])],
	goals: isShort ? 8 : 40,
	inputs: isShort ? 30 : 150,
	inputsPerSec: 10,
});
