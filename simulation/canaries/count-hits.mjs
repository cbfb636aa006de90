/** Loaded before everything else in the processes of a test run: counts what patches do, up to a bound, in a file. */
import { appendFileSync } from "node:fs";

const MOST = 100;
const hits = new Map();
globalThis.canaryHit = (patch) => {
	const times = (hits.get(patch) ?? 0) + 1;
	hits.set(patch, times);
	if (times <= MOST && process.env.CANARY_HITS !== undefined) appendFileSync(process.env.CANARY_HITS, `${patch}\n`);
	return true;
};
