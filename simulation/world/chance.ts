/** Each part of a history draws from a chance of its own, so that leaving out a fault changes as little else as can be. */
import { seededRandom } from "../../shared/seeded-random.ts";

/** The next number of a chance, from nought to one. */
export type Random = () => number;

export function chances(seed: number): (part: string) => Random {
	return (part) => seededRandom(seed ^ hash(part));
}

function hash(text: string): number {
	let value = 7;
	for (const char of text) value = (value * 31 + char.charCodeAt(0)) | 0;
	return value;
}
