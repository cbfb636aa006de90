/** The part of a load that counts: after everything is warm, and until its time is up or its work is done. */
import { latenciesOf } from "../measures/quantiles.ts";
import type { Waits } from "../measures/waits.ts";
import { type Say, sleep } from "./served.ts";

/** What clients look at: whether what they do counts, and whether they end. */
export class Stint {
	isCounting = false;
	isOver = false;
}

export type Counting = {
	readonly stint: Stint;
	readonly clients: readonly Promise<void>[];
	readonly waits: Waits;
	readonly warmUpMs: number;
	readonly say: Say;
	/** Resolves when enough has been counted. */
	readonly until: () => Promise<unknown>;
};

/** How long it counted, and its latencies: what is under way at the end has waited until then. */
export async function counted({ stint, clients, waits, warmUpMs, say, until }: Counting) {
	await sleep(warmUpMs);
	stint.isCounting = true;
	say("began");
	const fromMs = performance.now();
	await until();
	stint.isCounting = false;
	say("ended");
	const endMs = performance.now();
	const latencies = latenciesOf(waits.allMs(endMs));
	stint.isOver = true;
	await Promise.all(clients);
	return { ranMs: endMs - fromMs, latencies };
}
