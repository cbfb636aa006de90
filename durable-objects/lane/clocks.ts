/**
 * The clocks of a lane's providers, kept: after a restart a signature from before is as old as it was. A lane without a match
 * keeps them in memory, since heartbeats come to every lane of a group and there is nothing yet that they could speak for.
 */
import type { LazyTables } from "../runtime/lazy-tables.ts";
import { observed, offsetOf, type ProviderClock } from "./provider-clock.ts";

export class Clocks {
	readonly #sql: LazyTables;
	#clocks: Map<string, ProviderClock>;
	/** Learned before there was storage. */
	#unsaved = new Set<string>();

	constructor(sql: LazyTables) {
		this.#sql = sql;
		this.#clocks = new Map(
			sql.exec("SELECT * FROM clocks").map((row) => [
				String(row.provider),
				{
					firstSignedAtMs: Number(row.first_signed_at),
					smallestMs: Number(row.smallest),
					isKnown: row.is_known === 1,
					periodAtMs: Number(row.period_at),
					lowMs: Number(row.low),
					lowBeforeMs: row.low_before === null ? null : Number(row.low_before),
				},
			]),
		);
	}

	/** Whether nothing is learned from it that has to be kept. */
	isNothingNew(provider: string, signedAtMs: number, nowMs: number): boolean {
		const before = this.#clocks.get(provider) ?? null;
		return observed(before, signedAtMs, nowMs) === before && !this.#mustSave(provider);
	}

	/** The returned function goes back to now, where the transaction that is about to run does not come about. */
	mark(): () => void {
		const [clocks, unsaved] = [new Map(this.#clocks), new Set(this.#unsaved)];
		return () => {
			this.#clocks = clocks;
			this.#unsaved = unsaved;
		};
	}

	/** Runs inside the caller's transaction. */
	observe(provider: string, signedAtMs: number, nowMs: number): void {
		const before = this.#clocks.get(provider) ?? null;
		const clock = observed(before, signedAtMs, nowMs);
		if (clock === before && !this.#mustSave(provider)) return;
		this.#clocks.set(provider, clock);
		if (!this.#sql.hasTables()) {
			this.#unsaved.add(provider);
			return;
		}
		this.#unsaved.delete(provider);
		this.#sql.exec(
			"INSERT OR REPLACE INTO clocks VALUES (?, ?, ?, ?, ?, ?, ?)",
			provider,
			clock.firstSignedAtMs,
			clock.smallestMs,
			clock.isKnown ? 1 : 0,
			clock.periodAtMs,
			clock.lowMs,
			clock.lowBeforeMs,
		);
	}

	#mustSave(provider: string): boolean {
		return this.#unsaved.has(provider) && this.#sql.hasTables();
	}

	offsetMs(provider: string): number {
		return offsetOf(this.#clocks.get(provider) ?? null);
	}
}
