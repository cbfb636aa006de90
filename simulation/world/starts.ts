import { Superseded } from "../../testing/world.ts";

/** What was made, or null where its object died while it started. */
export function unlessDead<T>(make: () => T): T | null {
	try {
		return make();
	} catch (fault) {
		if (fault instanceof Superseded) return null;
		throw fault;
	}
}
