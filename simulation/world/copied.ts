/** A copy of what crosses between two objects, as a call's data is: nothing is shared afterwards. */
export function copied<T>(value: T): T {
	return copyOf(value) as T;
}

/** Our contracts carry plain data; whatever else comes is left to the platform's own way, which refuses what cannot cross. */
function copyOf(value: unknown): unknown {
	if (typeof value === "function" || typeof value === "symbol") return structuredClone(value);
	if (typeof value !== "object" || value === null) return value;
	if (Array.isArray(value)) return value.map(copyOf);
	if (Object.getPrototypeOf(value) !== Object.prototype) return structuredClone(value);
	const copy: Record<string, unknown> = {};
	for (const key of Object.keys(value)) copy[key] = copyOf((value as Record<string, unknown>)[key]);
	return copy;
}
