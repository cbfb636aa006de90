/** Counts of what crosses from one thing to another, by kind and by whose it is; two of them can be subtracted. */

export const KINDS = [
	"calls",
	"callBytes",
	"reads",
	"writes",
	"rowsRead",
	"rowsWritten",
	"sqlBytes",
	"transactions",
	"commits",
	"waits",
	"timers",
	"alarms",
	"logLines",
	"queueMessages",
	"queueBytes",
	"frames",
	"frameBytes",
	"deliveries",
	"statements",
] as const;
export type Kind = (typeof KINDS)[number];
/** By kind, and within it by whom: an object's class, a pair of them, a topic, a statement. */
export type Counts = ReadonlyMap<Kind, ReadonlyMap<string, number>>;

export class Tally {
	readonly #counts = new Map<Kind, Map<string, number>>();

	add(kind: Kind, who: string, amount = 1): void {
		const of = this.#counts.get(kind) ?? new Map<string, number>();
		this.#counts.set(kind, of);
		of.set(who, (of.get(who) ?? 0) + amount);
	}

	taken(): Counts {
		return new Map([...this.#counts].map(([kind, of]) => [kind, new Map(of)]));
	}
}

/** What came between two moments: the later counts less the earlier, what did not change left out. */
export function less(later: Counts, earlier: Counts): Counts {
	return mapped(later, earlier, (a, b) => a - b);
}

export function shared(counts: Counts, among: number): Counts {
	return mapped(counts, new Map(), (a) => a / among);
}

function mapped(a: Counts, b: Counts, of: (a: number, b: number) => number): Counts {
	return new Map(
		KINDS.map((kind) => {
			const [left, right] = [a.get(kind), b.get(kind)];
			const names = new Set([...(left?.keys() ?? []), ...(right?.keys() ?? [])]);
			const all = [...names].map((name) => [name, of(left?.get(name) ?? 0, right?.get(name) ?? 0)] as const);
			return [kind, new Map(all.filter(([, count]) => count !== 0))];
		}),
	);
}

export const totalOf = (counts: Counts, kind: Kind): number =>
	[...(counts.get(kind)?.values() ?? [])].reduce((sum, count) => sum + count, 0);
